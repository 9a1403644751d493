"""From what Lean said of a whole file to the report on it, and what is said of a file that Lean never read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover import syntax
from prover.lean import source
from prover.lean.file_gate import inspect_file
from prover.lean.files import FileCheck, FileReport, Question, TheoremReport
from prover.lean.judge import Elaboration, judge_axioms
from prover.lean.messages import GarbledOutputError, Message, parse_axioms
from prover.syntax import Kind, LeanTextError
from prover.types import Diagnostic, Status


@dataclass(frozen=True, slots=True)
class Hole:
    """A `sorry` or `admit` of a file, with the goal at its place (empty where there is none to be had)."""

    line: int
    column: int
    end_line: int
    end_column: int
    goal: str = ""


@dataclass(frozen=True, slots=True)
class SnippetReport:
    """A file that may hold no theorem: its report is then `NO_CODE` where Lean finds no error in it."""

    report: FileReport
    holes: tuple[Hole, ...] = ()


def find_holes(text: str) -> tuple[Hole, ...]:
    """Every `sorry` and `admit` in the code of a text."""
    holes, places = [], source.Lines(text)
    for token in syntax.code(syntax.tokenize(text)):
        if token.kind is Kind.IDENT and token.text in ("sorry", "admit"):
            holes.append(Hole(*places.place(token.start), *places.place(token.end)))
    return tuple(holes)


def refusal(text: str) -> Diagnostic | None:
    """What the token gate for files finds in a file (its imports aside), as an error at its place."""
    try:
        start = syntax.parse_header(text).end
    except LeanTextError as error:
        return _error(text, error.offset, error.reason)
    found = inspect_file(text[start:])
    if found is None:
        return None
    named = found.reason.startswith("`") or not found.token.strip()
    detail = found.reason if named else f"`{found.token}`: {found.reason}"
    return _error(text, start + found.offset, f"forbidden: {detail}")


def _error(text: str, offset: int, message: str) -> Diagnostic:
    line, column = source.place(text, offset)
    return Diagnostic("error", message, line, column, line, column)


def refused(said: Diagnostic, toolchain: str, status: Status = Status.FORBIDDEN) -> FileReport:
    """The report on a file that never got to Lean."""
    return FileReport(status, said.message, (), (said,), 0.0, 0.0, toolchain)


def judge_file(file: FileCheck, done: Elaboration, toolchain: str) -> FileReport:
    """The report on a file, in its own coordinates; a yes is not yet confirmed by a replay."""
    answers: dict[int, list[Message]] = {}
    for message in done.messages:
        answers.setdefault(message.diagnostic.line, []).append(message)
    theorems = tuple(_answer(q, answers.get(q.asked_at, []), done.broken) for q in file.questions)
    said = tuple(
        source.to_submission(file, m.diagnostic)
        for m in done.messages
        if m.diagnostic.line < file.trailer_line
    )
    status, detail = _decide(file, theorems, said, done)
    return FileReport(status, detail, theorems, said, done.wall_s, done.cpu_s, toolchain)


def _answer(
    question: Question, answers: Sequence[Message], broken: tuple[Status, str] | None
) -> TheoremReport:
    if len(answers) != 1 or answers[0].is_error:
        status, detail = broken or (Status.ELABORATION_ERROR, "it was not added to the environment")
        return TheoremReport(question.name, question.line, status, detail)
    try:
        name, axioms = parse_axioms(answers[0].diagnostic.message)
    except GarbledOutputError as error:
        return TheoremReport(question.name, question.line, Status.BAD_AXIOM, str(error))
    status, detail = judge_axioms(axioms)
    return TheoremReport(name, question.line, status, detail, axioms)


def _decide(
    file: FileCheck, theorems: Sequence[TheoremReport], said: Sequence[Diagnostic], done: Elaboration
) -> tuple[Status, str]:
    if done.broken is not None:
        return done.broken
    errors = [d for d in said if d.severity == "error"]
    if errors:
        return Status.ELABORATION_ERROR, f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
    if not any(m.diagnostic.line == file.end_line and _is_end(m, file.nonce) for m in done.messages):
        return Status.ELABORATION_ERROR, "Lean did not read the file to its end"
    for theorem in theorems:
        if theorem.status is not Status.PROVED:
            return theorem.status, f"{theorem.name}: {theorem.detail}"
    if not theorems:
        return Status.NO_CODE, "the file holds no theorem, lemma or example"
    return Status.PROVED, ""


def _is_end(message: Message, nonce: str) -> bool:
    return message.diagnostic.message.strip().endswith(f"prover_end_{nonce}' does not depend on any axioms")
