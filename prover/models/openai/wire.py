"""Requests as JSON, and completions from the pieces of a stream. Pure.

`Answers` holds the samples of one request while they come in. A sample is whole when the server gave a reason for its
end, or ended the stream by its own word (`[DONE]`); a stream that just stops is `MalformedError`, whatever had come.
Counts are the server's. Where one request drew several samples and the server counts them together, the sum is true and
its division goes by length; where it counts nothing, numbers are estimated from lengths and marked so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prover.models.answer import MAX_CHARS, bounded, split_think
from prover.models.base import Finish

_FINISHES = {"length": Finish.LENGTH, "content_filter": Finish.FILTERED}
_BROKEN_FINISHES = {"abort", "error"}
BYTES_PER_TOKEN = 3.5
"""Of prompts and proofs, roughly; only where a server counts nothing."""


class MalformedError(Exception):
    """What came back is not an answer, or only a part of one."""


def estimate(text: str) -> int:
    return round(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN + 0.5)


@dataclass(slots=True)
class _Sample:
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    size: int = 0
    finish: str = ""
    refused: bool = False
    tokens: int | None = None

    def add(self, parts: list[str], more: str) -> None:
        room = MAX_CHARS - self.size
        self.size += len(more)
        if more and room > 0:
            parts.append(more[:room])
        if self.size > MAX_CHARS:
            self.finish = Finish.LENGTH


@dataclass(frozen=True, slots=True)
class Drawn:
    """A whole sample."""

    text: str
    reasoning: str
    finish: str
    tokens_out: int


@dataclass(slots=True)
class Answers:
    """What one request for `n` samples has brought so far. `each_counted`: every event has its own sample's count."""

    n: int
    each_counted: bool = False
    _samples: dict[int, _Sample] = field(default_factory=dict)
    _tokens_in: int | None = None
    _tokens_out: int | None = None
    _ended: bool = False

    def feed(self, event: Any) -> bool:
        """One event of the stream. Whether it carried a piece of an answer."""
        if not isinstance(event, dict):
            raise MalformedError(f"expected an event that is an object, found {type(event).__name__}")
        choices = event.get("choices") or []
        usage = event.get("usage")
        if not isinstance(choices, list):
            raise MalformedError("expected `choices` to be a list")
        for choice in choices:
            sample = self._sample(choice)
            delta = choice.get("delta", choice)
            self._read(sample, delta if isinstance(delta, dict) else {}, choice)
            if self.each_counted and len(choices) == 1 and isinstance(usage, dict):
                sample.tokens = _count(usage, "completion_tokens")
        if isinstance(usage, dict) and not (choices and self.each_counted):
            self._count(usage)
        return bool(choices)

    def whole(self, body: Any) -> None:
        """The answer of a server that does not stream."""
        if not isinstance(body, dict) or not isinstance(body.get("choices"), list) or not body["choices"]:
            raise MalformedError("expected an answer with `choices`")
        for choice in body["choices"]:
            sample = self._sample(choice)
            message = choice.get("message", choice)
            self._read(sample, message if isinstance(message, dict) else {}, choice)
        if isinstance(body.get("usage"), dict):
            self._count(body["usage"])
        self.ended()
        self.check()

    def clear(self) -> None:
        """For another try."""
        self._samples.clear()
        self._tokens_in = self._tokens_out = None
        self._ended = False

    def ended(self) -> None:
        self._ended = True

    @property
    def full(self) -> bool:
        """Whether so much came that nothing more is worth reading: the samples that are too long end there."""
        sizes = [sample.size for sample in self._samples.values()]
        return sum(sizes) > self.n * MAX_CHARS or (len(sizes) == self.n and min(sizes) > MAX_CHARS)

    def check(self) -> None:
        """Raises `MalformedError` unless every sample that came is whole and there is one at least."""
        if not self._samples:
            raise MalformedError("ended without an answer")
        if not self._ended and not all(sample.finish for sample in self._samples.values()):
            raise MalformedError("ended in the middle of an answer")

    def _sample(self, choice: Any) -> _Sample:
        index = choice.get("index", 0) if isinstance(choice, dict) else None
        if not isinstance(index, int) or not 0 <= index < self.n:
            raise MalformedError(f"expected a choice with an index below {self.n}")
        return self._samples.setdefault(index, _Sample())

    def _read(self, sample: _Sample, message: Mapping[str, Any], choice: Mapping[str, Any]) -> None:
        sample.add(sample.reasoning, _text(message.get("reasoning_content") or message.get("reasoning")))
        content = message.get("content")
        sample.add(sample.text, _text(choice.get("text") if content is None else content))
        refusal = _text(message.get("refusal"))
        if refusal:
            sample.add(sample.text, refusal)
            sample.refused = True
        finish = choice.get("finish_reason")
        if finish in _BROKEN_FINISHES:
            raise MalformedError(f"the server gave up ({finish})")
        if finish and not sample.finish:
            sample.finish = _FINISHES.get(finish, Finish.STOP)

    def _count(self, usage: Mapping[str, Any]) -> None:
        self._tokens_in, self._tokens_out = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")

    def drawn(self, prompt: str, *, split: bool, opened: bool = False) -> tuple[dict[int, Drawn], int, bool]:
        """The samples by index, the prompt's tokens, and whether the counts are only estimated."""
        samples = list(self._samples.values())
        texts = [self._finished(sample, split=split, opened=opened) for sample in samples]
        lengths = [len(text) + len(reasoning) for reasoning, text, _ in texts]
        counts = [sample.tokens for sample in samples]
        each = [count for count in counts if count is not None]
        if len(each) == len(counts) and self._tokens_out in (None, sum(each)):
            out = each
        elif self._tokens_out is not None:
            out = apportion(self._tokens_out, lengths)
        else:
            out = [estimate(text + reasoning) if text or reasoning else 0 for reasoning, text, _ in texts]
        tokens_in = estimate(prompt) if self._tokens_in is None else self._tokens_in
        drawn = {
            index: Drawn(text, reasoning, finish, count)
            for index, (reasoning, text, finish), count in zip(self._samples, texts, out, strict=True)
        }
        return (
            drawn,
            tokens_in,
            self._tokens_in is None or (self._tokens_out is None and len(each) < len(counts)),
        )

    @staticmethod
    def _finished(sample: _Sample, *, split: bool, opened: bool) -> tuple[str, str, str]:
        reasoning, text = "".join(sample.reasoning), "".join(sample.text)
        if split and not reasoning:
            reasoning, text = split_think(text, opened=opened)
        finish = Finish.FILTERED if sample.refused else sample.finish or Finish.STOP
        return bounded(reasoning, text, finish)


def _text(value: Any) -> str:
    """A piece of text; some servers send a list of parts."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, dict) for part in value):
        return "".join(_text(part.get("text")) for part in value)
    raise MalformedError(f"expected text, found {type(value).__name__}")


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def apportion(total: int, lengths: Sequence[int]) -> list[int]:
    """`total` in whole parts that go by `lengths` and sum up to it."""
    whole = sum(lengths)
    shares, given, seen = [], 0, 0
    for place, length in enumerate(lengths, 1):
        seen += length
        upto = total * seen // whole if whole else total * place // len(lengths)
        shares.append(upto - given)
        given = upto
    return shares
