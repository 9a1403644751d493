"""A model that answers from a file: for tests, benchmarks and dry runs, from the command line as from code.

`scripted:FILE` reads JSON lines, one rule each. The first rule whose conditions all hold answers; a rule without any
always does. Conditions:
    `statement`      name, or list of names: the prompt holds `theorem NAME` (or `lemma`) for one of them
    `contains`       text or list: all stand in the prompt (its messages, joined by newlines)
    `lacks`          text or list: none stands in the prompt
    `last`           text or list: all stand in the last message (a bare text is one message)
    `regex`          a Python pattern, searched in the last message
Answers:
    `answers`        list; each a text, or an object with `text` or `base64` (bytes; what is not UTF-8 is replaced, as
                     from a server), and optionally `reasoning`, `repeat` (the text so many times), `finish_reason`,
                     `latency_s`, and `error`: `infra` or `missing` raises that error, `prompt_too_long` or `filtered`
                     answers nothing for that reason
    `draw`           `calls` (default): sample after sample takes the next answer of the rule; `seed`: sample i takes
                     answer `seed + i`, whatever came before, so that a resumed run is answered like an undisturbed one
    `after`          once `calls` has used up the answers: `cycle` (default) begins again, `last` repeats the last one,
                     `next` passes the prompt on to the following rules
    `latency_s`      seconds that a call takes (the longest of its answers'), in place of the model's `latency_s`

Stop texts and `max_tokens` are obeyed. A token is a run of up to eight letters, digits or `_`, or one other sign, with
the blanks before it: prompts (role names and separators not counted), reasoning and answers are counted so.
A prompt that no rule answers is an `InputError`. Rules that ask for a statement are found by its name, the others are
tried in order: scripts of many thousand statements are as fast as short ones.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import heapq
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.codec import from_json
from prover.errors import InfraError, InputError, MissingError
from prover.models.answer import bounded, cut_at_stop, settings, valid
from prover.models.base import Finish, Prompt, Sampling
from prover.models.options import ScriptedOptions
from prover.types import Completion

_TOKEN = re.compile(r"\s*+(?:\w{1,8}|[^\w\s])|\s+\Z")
_DECLARED = re.compile(r"\b(?:theorem|lemma)\s+((?:«[^»\n]{0,300}»|[^\s({\[:⦃«])+)")
_ERRORS = ("", "infra", "missing", Finish.PROMPT_TOO_LONG, Finish.FILTERED)
_DRAWS, _AFTERS = ("calls", "seed"), ("cycle", "last", "next")
_MAX_REPEATED = 50_000_000


def count_tokens(text: str) -> int:
    return sum(1 for _ in _TOKEN.finditer(text))


@dataclass(frozen=True, slots=True)
class Answer:
    text: str = ""
    base64: str = ""
    reasoning: str = ""
    repeat: int = 1
    finish_reason: str = Finish.STOP
    latency_s: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line of the file, as it stands there."""

    answers: tuple[str | Answer, ...]
    statement: str | tuple[str, ...] = ()
    contains: str | tuple[str, ...] = ()
    lacks: str | tuple[str, ...] = ()
    last: str | tuple[str, ...] = ()
    regex: str = ""
    draw: str = "calls"
    after: str = "cycle"
    latency_s: float | None = None


class _Line:
    """A rule, read: its conditions as functions of a prompt, its answers, and how many it has given."""

    def __init__(self, rule: _Rule, where: str) -> None:
        self.statements = _texts(rule.statement)
        self._contains, self._lacks, self._last = _texts(rule.contains), _texts(rule.lacks), _texts(rule.last)
        self.draw = _one_of(rule.draw, _DRAWS, f"{where}: draw")
        self._after = _one_of(rule.after, _AFTERS, f"{where}: after")
        try:
            self._regex = re.compile(rule.regex) if rule.regex else None
        except re.error as error:
            raise InputError(
                f"{where}: regex: expected a Python pattern, found {rule.regex!r} ({error})"
            ) from None
        if not rule.answers:
            raise InputError(f"{where}: answers: expected at least one")
        self._answers = [
            _answer(answer, rule.latency_s, f"{where}: answers[{i}]") for i, answer in enumerate(rule.answers)
        ]
        self._given = 0

    def fits(self, whole: str, last: str) -> bool:
        return (
            not (self._after == "next" and self.draw == "calls" and self._given >= len(self._answers))
            and all(text in whole for text in self._contains)
            and not any(text in whole for text in self._lacks)
            and all(text in last for text in self._last)
            and (self._regex is None or self._regex.search(last) is not None)
        )

    def take(self, seed: int | None) -> Answer:
        """The answer for one sample, whose own seed is given."""
        if self.draw == "seed":
            return self._answers[(seed or 0) % len(self._answers)]
        place, self._given = self._given, self._given + 1
        return self._answers[
            place % len(self._answers) if self._after == "cycle" else min(place, len(self._answers) - 1)
        ]


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _one_of(value: str, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise InputError(
            f"{where}: expected one of {', '.join(text for text in known if text)}, found {value!r}"
        )
    return value


def _answer(answer: str | Answer, latency_s: float | None, where: str) -> Answer:
    """With its bytes decoded, its text repeated and its latency settled."""
    found = Answer(answer) if isinstance(answer, str) else answer
    _one_of(found.error, _ERRORS, f"{where}: error")
    if found.text and found.base64:
        raise InputError(f"{where}: expected `text` or `base64`, found both")
    try:
        text = base64.b64decode(found.base64, validate=True).decode("utf-8", "replace") or found.text
    except binascii.Error as error:
        raise InputError(f"{where}: base64: {error}") from None
    if found.repeat < 1 or len(text) * found.repeat > _MAX_REPEATED:
        raise InputError(
            f"{where}: repeat: expected a whole number from 1 that makes a text of at most {_MAX_REPEATED:,} characters"
        )
    latency = latency_s if found.latency_s is None else found.latency_s
    if latency is not None and not 0 <= latency < 1e6:
        raise InputError(f"{where}: latency_s: expected seconds from 0, found {latency}")
    return Answer(
        valid(text), "", valid(found.reasoning), found.repeat, found.finish_reason, latency, found.error
    )


def read_script(path: Path) -> tuple[list[_Line], str]:
    """The rules of a file and its digest. Raises `InputError` with file and line."""
    lines: list[_Line] = []
    sha = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                sha.update(raw)
                where = f"{path}:{number}"
                if raw.strip():
                    lines.append(_Line(from_json(_Rule, _parse(raw, where), where), where))
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}): expected a script, one JSON object a line"
        ) from None
    if not lines:
        raise InputError(f"{path}: an empty script: expected one JSON object a line")
    return lines, sha.hexdigest()


def _parse(raw: bytes, where: str) -> Any:
    def no_number(text: str) -> Any:
        raise ValueError(f"{text} is no number of JSON")

    try:
        return json.loads(raw.decode("utf-8"), parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON: {error}: expected one object a line") from None


class ScriptedModel:
    def __init__(self, path: Path, options: ScriptedOptions) -> None:
        self._lines, sha = read_script(path)
        self._path, self._options = path, options
        self.name = f"scripted:{path.name}@{sha[:12]}"
        self.continues = options.continues
        self._slots = asyncio.Semaphore(options.concurrency)
        self._always = [place for place, line in enumerate(self._lines) if not line.statements]
        self._by_statement: dict[str, list[int]] = {}
        for place, line in enumerate(self._lines):
            for statement in line.statements:
                self._by_statement.setdefault(statement, []).append(place)

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        sampling.check(n)
        messages = [prompt] if isinstance(prompt, str) else [message.content for message in prompt]
        if not messages:
            raise InputError("a prompt without messages: expected one or more")
        async with self._slots:
            seeds = [None if sampling.seed is None else sampling.seed + index for index in range(n)]
            line = self._find("\n".join(messages), messages[-1])
            drawn = [(line.take(seed), seed) for seed in seeds]
            given = [
                self._options.latency_s if answer.latency_s is None else answer.latency_s
                for answer, _ in drawn
            ]
            await asyncio.sleep(max(given))
        for answer, _ in drawn:
            if answer.error == "infra":
                raise InfraError(f"{self._path}: the script asks for a failure")
            if answer.error == "missing":
                raise MissingError(f"{self._path}: the script asks for something missing")
        tokens_in = sum(count_tokens(message) for message in messages)
        return [
            self._completion(answer, sampling, seed, 0 if index else tokens_in)
            for index, (answer, seed) in enumerate(drawn)
        ]

    async def aclose(self) -> None:
        """Nothing is held."""

    def _find(self, whole: str, last: str) -> _Line:
        for place in self._places(whole):
            if self._lines[place].fits(whole, last):
                return self._lines[place]
        raise InputError(f"{self._path}: no rule answers the prompt that ends in {last[-120:]!r}")

    def _places(self, whole: str) -> Iterator[int]:
        """Of the rules that may fit, in order."""
        named = {
            name
            for match in _DECLARED.finditer(whole)
            if (name := match[1].rstrip(".")) in self._by_statement
        }
        return heapq.merge(
            self._always, sorted({place for name in named for place in self._by_statement[name]})
        )

    def _completion(self, answer: Answer, sampling: Sampling, seed: int | None, tokens_in: int) -> Completion:
        finish = answer.error or answer.finish_reason
        reasoning, text = ("", "") if answer.error else (answer.reasoning, answer.text * answer.repeat)
        text, stopped = cut_at_stop(text, sampling.stop)
        finish = Finish.STOP if stopped else finish
        reasoning, thought, cut = _first_tokens(reasoning, sampling.max_tokens)
        text, written, cut_later = _first_tokens(text, sampling.max_tokens - thought)
        reasoning, text, finish = bounded(reasoning, text, Finish.LENGTH if cut or cut_later else finish)
        tokens_out = thought + written
        prices = self._options
        return Completion(
            text=text,
            reasoning=reasoning,
            finish_reason=finish,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            model=self.name,
            sampling=settings(sampling),
            seed=seed,
            cost_usd=(tokens_in * prices.price_in + tokens_out * prices.price_out) / 1e6,
        )


def _first_tokens(text: str, most: int) -> tuple[str, int, bool]:
    """The text's first tokens, at most so many, their number, and whether any were cut off."""
    count = 0
    for match in _TOKEN.finditer(text):
        if count == most:
            return text[: match.start()], count, True
        count += 1
    return text, count, False
