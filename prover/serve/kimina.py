"""The Kimina Lean Server's requests and answers: `/verify`, `/one_pass_verify_batch`, `/api/check`.

A snippet is a whole Lean file. Clients of that server take an answer without an error and without `sorries` for a
proof, so that is what an answer here may look like only where every theorem of the snippet is proved, or where the
snippet holds none. `response` keeps that: whatever else is wrong comes out as an error at its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prover.lean.file_report import SnippetReport
from prover.lean.files import FileReport
from prover.serve.text import Text
from prover.types import Diagnostic, Status

_SEVERITIES = {"error": "error", "warning": "warning"}
_EXAMPLE = re.compile("prover_example_[0-9a-f]+_[0-9]+")
_NOTHING_PROVED = "nothing was proved: the snippet holds no theorem, lemma or example"
_NO_INFOTREE = "this server makes no info tree: `infotree` was left out"


class Infotree(StrEnum):
    FULL = "full"
    TACTICS = "tactics"
    ORIGINAL = "original"
    SUBSTANTIVE = "substantive"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of either shape: names and texts, and what holds for each of them."""

    snippets: tuple[tuple[str, str], ...]
    seconds: int
    fresh: bool
    infotree: bool


class Snippet(BaseModel):
    id: Text = Field(description="names the snippet in the answer")
    code: Text = Field(description="a whole Lean file")


class CheckRequest(BaseModel):
    """`POST /api/check`. Fields that are not known are left out, as the Kimina Lean Server does."""

    snippets: list[Snippet] = Field(min_length=1)
    timeout: int = Field(30, ge=0, description="seconds for each snippet; at most the server's own limit")
    debug: bool = Field(False, description="add `diagnostics`: the seconds that each snippet took")
    reuse: bool = Field(True, description="false: a fresh process of Lean for each snippet")
    infotree: Infotree | None = Field(None, description="not supported; asking for it adds a warning")
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"snippets": [{"id": "1", "code": "theorem two : 1 + 1 = 2 := rfl"}], "timeout": 60}
        }
    )

    @model_validator(mode="after")
    def _unique(self) -> CheckRequest:
        if len({snippet.id for snippet in self.snippets}) < len(self.snippets):
            raise ValueError("`snippets` must have unique ids")
        return self

    @property
    def asked(self) -> Asked:
        snippets = tuple((snippet.id, snippet.code) for snippet in self.snippets)
        return Asked(snippets, self.timeout, not self.reuse, self.infotree is not None)


class Code(BaseModel):
    custom_id: Text | int
    proof: Text | None = Field(None, description="a whole Lean file")
    code: Text | None = Field(None, description="the same, where there is no `proof`")

    @model_validator(mode="after")
    def _given(self) -> Code:
        if self.proof is None and self.code is None:
            raise ValueError("expected `proof` or `code`")
        return self


class VerifyRequest(BaseModel):
    """`POST /verify`, the older shape."""

    codes: list[Code]
    timeout: int = Field(300, ge=0, description="seconds for each one; at most the server's own limit")
    infotree_type: Infotree | None = Field(None, description="not supported; asking for it adds a warning")
    disable_cache: bool = Field(False, description="true: a fresh process of Lean for each one")
    model_config = ConfigDict(
        json_schema_extra={"example": {"codes": [{"custom_id": "1", "proof": "#check Nat"}], "timeout": 60}}
    )

    @property
    def asked(self) -> Asked:
        texts = (code.proof if code.proof is not None else code.code or "" for code in self.codes)
        snippets = tuple(zip((str(code.custom_id) for code in self.codes), texts, strict=True))
        return Asked(snippets, self.timeout, self.disable_cache, self.infotree_type is not None)


class Position(BaseModel):
    line: int = Field(description="from 1")
    column: int = Field(description="from 0, in code points")


class Message(BaseModel):
    severity: str = Field(description="`error`, `warning` or `info`")
    pos: Position
    endPos: Position  # noqa: N815  the field's own spelling
    data: str


class Sorry(BaseModel):
    pos: Position
    endPos: Position  # noqa: N815
    goal: str


class Response(BaseModel):
    env: int = 0
    messages: list[Message] | None = None
    sorries: list[Sorry] | None = None
    time: float | None = None


class CheckResult(BaseModel):
    """Either `response`, or `error` where nothing can be said of the snippet (it timed out, or the server broke)."""

    id: str
    time: float = 0.0
    error: str | None = None
    response: Response | None = None
    diagnostics: dict[str, float] | None = None


class CheckAnswer(BaseModel):
    results: list[CheckResult]


class VerifyResult(BaseModel):
    custom_id: str
    error: str | None = None
    response: Response | None = None


class VerifyAnswer(BaseModel):
    results: list[VerifyResult]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer on one snippet, and what it was made of."""

    result: CheckResult
    report: FileReport


def check_answer(answers: Sequence[Answered], *, debug: bool) -> CheckAnswer:
    for answered in answers if debug else ():
        report = answered.report
        answered.result.diagnostics = {"cpu_s": report.cpu_s, "wall_s": report.wall_s}
    return CheckAnswer(results=[answered.result for answered in answers])


def verify_answer(answers: Sequence[Answered]) -> VerifyAnswer:
    results = []
    for answered in answers:
        one = answered.result
        if one.response is not None:
            one.response.time = one.time
        results.append(VerifyResult(custom_id=one.id, error=one.error, response=one.response))
    return VerifyAnswer(results=results)


def result(name: str, done: SnippetReport, timeout: float, *, infotree: bool = False) -> CheckResult:
    """The answer on one snippet that was given `timeout` seconds."""
    report = done.report
    time = round(report.wall_s, 6)
    if report.status is Status.TIMEOUT:
        return CheckResult(id=name, time=time, error=f"Lean REPL command timed out in {timeout:g} seconds")
    if report.status is Status.INFRA:
        return CheckResult(id=name, time=time, error=f"the checker broke down: {report.detail}")
    return CheckResult(id=name, time=time, response=response(done, infotree=infotree))


def response(done: SnippetReport, *, infotree: bool = False) -> Response:
    """What the REPL would say, and what it would not see."""
    report = done.report
    messages = [_message(said) for said in report.diagnostics]
    messages += [
        _said("error", theorem.line, f"{_name(theorem.name)}: {theorem.detail}")
        for theorem in report.theorems
        if theorem.status is Status.BAD_AXIOM
    ]
    sorries = _sorries(done)
    fine = report.status in (Status.PROVED, Status.NO_CODE)
    if not fine and not sorries and not any(message.severity == "error" for message in messages):
        messages.append(_said("error", 1, f"{_words(report.status)}: {_plain(report.detail)}"))
    if report.status is Status.NO_CODE and not messages:
        messages.append(_said("warning", 1, _NOTHING_PROVED))
    if infotree:
        messages.append(_said("warning", 1, _NO_INFOTREE))
    return Response(messages=messages or None, sorries=sorries or None)


def _sorries(done: SnippetReport) -> list[Sorry]:
    """Each `sorry` of the text; where one is hidden (in a macro, say), the theorem that rests on it."""
    report = done.report
    if report.status is Status.PROVED:
        return []  # `first | rfl | sorry` uses none
    warned = [said for said in report.diagnostics if _is_sorry(said)]
    if not warned and all(theorem.status is not Status.INCOMPLETE for theorem in report.theorems):
        return []
    if done.holes:
        return [
            Sorry(
                pos=_position(hole.line, hole.column),
                endPos=_position(hole.end_line, hole.end_column),
                goal=hole.goal,
            )
            for hole in done.holes
        ]
    if any(said.severity == "error" for said in report.diagnostics):
        return []  # Lean puts a `sorry` of its own where an error was
    places = [(said.line, said.column) for said in warned] or _incomplete(report)
    return [Sorry(pos=_position(*place), endPos=_position(*place), goal="") for place in places]


def _incomplete(report: FileReport) -> list[tuple[int, int]]:
    return [(theorem.line, 0) for theorem in report.theorems if theorem.status is Status.INCOMPLETE]


def _is_sorry(said: Diagnostic) -> bool:
    return said.severity == "warning" and said.message.startswith("declaration uses `sorry`")


def _message(said: Diagnostic) -> Message:
    # Clients look for these words, in the quotes that older Leans used.
    data = said.message.replace("`sorry`", "'sorry'") if _is_sorry(said) else said.message
    return Message(
        severity=_SEVERITIES.get(said.severity, "info"),
        pos=_position(said.line, said.column),
        endPos=_position(said.end_line, said.end_column),
        data=_plain(data),
    )


def _said(severity: str, line: int, data: str) -> Message:
    place = _position(line, 0)
    return Message(severity=severity, pos=place, endPos=place, data=data)


def _position(line: int, column: int) -> Position:
    return Position(line=max(1, line), column=column)


def _words(status: Status) -> str:
    return status.value.replace("_", " ")


def _plain(text: str) -> str:
    """Our own names of `example`s, which are random, as what they stand for."""
    return _EXAMPLE.sub("example", text)


def _name(name: str) -> str:
    return _plain(name.removeprefix("_root_."))
