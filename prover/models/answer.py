"""What backends share: from the text that came back to a `Completion`. Pure functions.

Reasoning in the text is what stands between `<think>` and `</think>`: at its start, or, where the prompt itself opened
it, up to the first `</think>`. A thought that was cut before it closed is reasoning as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from prover.models.base import Finish, Message, Prompt, Role, Sampling
from prover.types import Completion

MAX_CHARS = 4_000_000
"""Of one sample, reasoning included: beyond that it is cut and counts as ended by its length."""

OPEN, CLOSE = "<think>", "</think>"


def valid(text: str) -> str:
    """`text` with each half of a surrogate pair, which no file can hold, replaced."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def split_think(text: str, *, opened: bool = False) -> tuple[str, str]:
    """Reasoning and answer. `opened`: the prompt ended inside a thought."""
    start = text.lstrip()
    if start.startswith(OPEN):
        thought, closed, answer = start[len(OPEN) :].partition(CLOSE)
        return thought.strip(), answer.lstrip("\n") if closed else ""
    thought, closed, answer = text.partition(CLOSE)
    if closed and OPEN not in thought:
        return thought.strip(), answer.lstrip("\n")
    return (text.strip(), "") if opened else ("", text)


def opens_thought(rendered: str) -> bool:
    """Whether a prompt, as the model reads it, ends inside a thought."""
    return rendered.rfind(OPEN) > rendered.rfind(CLOSE)


def begun(rendered: str, start: str) -> str:
    """A rendered conversation with the start of the answer to it. Where the template opens a thought and `start` does
    too, it is opened once."""
    if start.lstrip().startswith(OPEN) and rendered.rstrip().endswith(OPEN):
        rendered = rendered.rstrip()[: -len(OPEN)]
    return rendered + start


def cut_at_stop(text: str, stop: Sequence[str]) -> tuple[str, bool]:
    """`text` up to the first of the stop texts, and whether there was one."""
    places = [place for mark in stop if (place := text.find(mark)) >= 0]
    return (text[: min(places)], True) if places else (text, False)


def settings(sampling: Sampling) -> dict[str, float | int | str]:
    """For `Completion.sampling`: everything but the seed, which has a field of its own."""
    found: dict[str, float | int | str] = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
    }
    if sampling.stop:
        found["stop"] = json.dumps(list(sampling.stop), ensure_ascii=False)
    return found | dict(sampling.extra)


def ends_open(prompt: Prompt) -> bool:
    """Whether the model is to go on with a text: a bare one, or its own last message."""
    return isinstance(prompt, str) or (bool(prompt) and prompt[-1].role is Role.ASSISTANT)


def as_messages(prompt: Sequence[Message]) -> list[dict[str, str]]:
    """As chat templates and servers read them."""
    return [{"role": message.role.value, "content": valid(message.content)} for message in prompt]


def unanswered(model: str, sampling: Sampling, n: int, finish: str, tokens_in: int = 0) -> list[Completion]:
    """`n` empty completions: the prompt was refused for the reason `finish`."""
    seeds = [None if sampling.seed is None else sampling.seed + index for index in range(n)]
    return [
        Completion(
            text="",
            finish_reason=finish,
            tokens_in=tokens_in if index == 0 else 0,
            model=model,
            sampling=settings(sampling),
            seed=seed,
        )
        for index, seed in enumerate(seeds)
    ]


def repeated(drawn: Completion, n: int, sampling: Sampling) -> list[Completion]:
    """A sample drawn at temperature 0 as all `n`: they would be the same, so nothing more was spent on them."""
    rest = replace(drawn, tokens_in=0, tokens_out=0, cost_usd=0.0)
    seeds = [None if sampling.seed is None else sampling.seed + index for index in range(n)]
    return [replace(drawn if index == 0 else rest, seed=seed) for index, seed in enumerate(seeds)]


def bounded(reasoning: str, text: str, finish: str) -> tuple[str, str, str]:
    """Both texts, valid and not longer than `MAX_CHARS` together, and the finish reason that is then true."""
    reasoning, text = valid(reasoning), valid(text)
    if len(reasoning) + len(text) <= MAX_CHARS:
        return reasoning, text, finish
    reasoning = reasoning[:MAX_CHARS]
    return reasoning, text[: MAX_CHARS - len(reasoning)], Finish.LENGTH
