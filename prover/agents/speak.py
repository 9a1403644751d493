"""From a role and values to a model's answers.

A chat role sends messages, a raw role a text to be continued. Where a role forces an answer, the model first thinks
(`n` thoughts, drawn together), each thought is cut at its share of the tokens, and each is then continued behind the
forced text. Raises `InputError` where a role needs a model that continues text and this one does not, and lets the
model's own errors through; whatever a model writes is an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from prover.agents.family import Rendered
from prover.agents.family_file import Forced
from prover.agents.values import Lemma, Speaker
from prover.errors import InfraError, InputError
from prover.models.base import Finish, Message, Prompt, Role, Sampling
from prover.types import Completion, Header, Problem, Statement


@dataclass(frozen=True, slots=True)
class Answer:
    """One sample. `tail` is what the model wrote behind a `:= by` of ours, None where it wrote a whole answer."""

    completion: Completion
    prompt_version: str
    tail: str | None = None


def values_of(problem: Problem, statement: Statement) -> dict[str, Any]:
    """What every role may know of a problem. Never its reference proof, nor the proof in words that came with it."""
    return {
        "name": statement.name,
        "header": header_text(statement.header),
        "statement": statement.declare(),
        "signature": statement.signature,
        "informal": problem.informal_statement.strip(),
    }


def header_text(header: Header) -> str:
    """The header as Lean reads it, without white space around it."""
    imports = "\n".join(f"import {name}" for name in header.imports)
    return f"{imports}\n\n{header.preamble.strip()}".strip()


async def ask(speaker: Speaker, role: str, values: Mapping[str, Any], n: int) -> list[Answer]:
    """`n` answers of one prompt."""
    if speaker.premises:
        values = {**values, "premises": [_told(premise) for premise in speaker.premises]}
    rendered = speaker.family.render(role, values)
    spec = rendered.role
    needs = bool(spec.prompt) or spec.answer == "tactics"
    if needs and not speaker.model.continues:
        raise InputError(
            f"family {speaker.family.name}: the {role} continues a text, which the model {speaker.model.name} "
            "cannot: choose another family (generic works with any chat model)"
        )
    sampling = replace(speaker.sampling, stop=tuple(dict.fromkeys((*speaker.sampling.stop, *spec.stop))))
    if spec.forced is not None and speaker.model.continues:
        return await _forced(speaker, rendered, spec.forced, sampling, n)
    completions = await _generate(speaker, rendered.prompt, sampling, n)
    tails = [c.text if spec.answer == "tactics" else None for c in completions]
    return [Answer(c, rendered.version, tail) for c, tail in zip(completions, tails, strict=True)]


def _told(premise: Lemma) -> dict[str, str]:
    statement = Statement(premise.name, premise.signature).declare()
    return {"name": premise.name, "statement": statement, "words": premise.words}


async def _forced(
    speaker: Speaker, rendered: Rendered, forced: Forced, sampling: Sampling, n: int
) -> list[Answer]:
    budget = max(1, int(sampling.max_tokens * forced.share))
    thinking = replace(sampling, max_tokens=budget, stop=(*sampling.stop, forced.close))
    thoughts = await _generate(speaker, rendered.prompt, thinking, n)

    async def finish(index: int, thought: Completion) -> Answer:
        if thought.finish_reason in (Finish.PROMPT_TOO_LONG, Finish.FILTERED):
            return Answer(thought, rendered.version)
        said = thought.text.partition(forced.close)[0] + forced.close + rendered.forced
        left = max(1, sampling.max_tokens - max(thought.tokens_out, 1))
        seed = None if sampling.seed is None else sampling.seed + index
        writing = replace(sampling, max_tokens=left, seed=seed)
        (tail,) = await _generate(speaker, _extended(rendered.prompt, said), writing, 1)
        whole = replace(
            tail,
            text=said + tail.text,
            reasoning=thought.reasoning,
            tokens_in=thought.tokens_in + tail.tokens_in,
            tokens_out=thought.tokens_out + tail.tokens_out,
            cost_usd=thought.cost_usd + tail.cost_usd,
        )
        continued = rendered.role.answer == "tactics"
        return Answer(whole, rendered.version, tail.text if continued else None)

    return list(await asyncio.gather(*(finish(index, thought) for index, thought in enumerate(thoughts))))


def _extended(prompt: Prompt, text: str) -> Prompt:
    if isinstance(prompt, str):
        return prompt + text
    last = prompt[-1]
    if last.role is Role.ASSISTANT:
        return [*prompt[:-1], Message(Role.ASSISTANT, last.content + text)]
    return [*prompt, Message(Role.ASSISTANT, text)]


async def _generate(speaker: Speaker, prompt: Prompt, sampling: Sampling, n: int) -> list[Completion]:
    completions = await speaker.model.generate(prompt, sampling, n)
    if len(completions) != n:
        raise InfraError(
            f"model {speaker.model.name}: gave {len(completions)} samples where {n} were asked for"
        )
    return completions
