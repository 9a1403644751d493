"""The linter: what is wrong with a statement, or at least odd, with evidence that a person can check.

Cheap first: does it elaborate, do the rules find something, was the same statement there before; then, by proofs that
the audit has accepted, are its hypotheses contradictory, is it false, and is it trivial beyond its words. `vacuous` and
`false` are said with such a proof only, so an honest statement is never called one of them. Limits: silence is no proof
of soundness; the rules speak of ℕ and ℤ, and how far proofs are looked for is bounded by `Effort`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from prover.agents.compose import compose
from prover.agents.falsifier import falsify, vacuous
from prover.agents.falsifier.signature import read_signature
from prover.agents.hammer import HammerBudget, hammer
from prover.errors import InfraError
from prover.formalize.advice import implied, positivity
from prover.formalize.cases import has_model, small_cases
from prover.formalize.elaborated import App, Const, Elaborated, TermTextError, elaborate
from prover.formalize.finding import Finding
from prover.formalize.meter import Metered
from prover.formalize.places import Place, is_data
from prover.formalize.rules import findings
from prover.formalize.shape import shape
from prover.formalize.unread import why_unread
from prover.lean.protocol import Checker, Limits
from prover.search.solve import explain
from prover.syntax import LeanTextError
from prover.types import Problem, Statement, Status, audited

_STRICT = "set_option autoImplicit false"
NOTES = frozenset({"trivial", "words_say_integers", "not_understood", "implied_hypothesis"})
"""Findings to know of that make a statement no worse."""
_HARD = re.compile(r"\b(imo|usamo|putnam|aime|amc|olympiad)\b|imo_|aime_|amc1|putnam_|usamo", re.IGNORECASE)
_HARD_FROM = 4


class LintStatus(StrEnum):
    """What a statement is, the gravest first but for `OK` and `UNSUPPORTED`."""

    VACUOUS = "vacuous"
    FALSE = "false"
    DUPLICATE = "duplicate"
    SUSPICIOUS = "suspicious"
    OK = "ok"
    UNSUPPORTED = "unsupported"
    """The profile cannot read it: nothing is said of it."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds of Lean's CPU that may go into each question about one statement; 0 does not ask it."""

    vacuous_s: float = 2.0
    false_s: float = 3.0
    trivial_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Report:
    problem: Problem
    status: LintStatus
    findings: tuple[Finding, ...] = ()
    shape: str = ""
    """Digest that equal statements share; empty where it is not known."""
    lean_cpu_s: float = 0.0
    wall_s: float = 0.0


async def lint(
    problems: Sequence[Problem], checker: Checker, *, jobs: int = 1, effort: Effort = Effort()
) -> AsyncIterator[Report]:
    """Reports in the order of `problems`, `jobs` at a time. Raises `InfraError` where Lean breaks on a statement."""
    slots = asyncio.Semaphore(jobs)

    async def one(problem: Problem) -> Report:
        async with slots:
            return await lint_one(problem, checker, effort)

    tasks = [asyncio.create_task(one(problem)) for problem in problems]
    seen: dict[str, str] = {}
    try:
        for task in tasks:
            report = await task
            yield _with_duplicate(report, seen)
            if report.shape:
                seen.setdefault(report.shape, report.problem.id)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _with_duplicate(report: Report, seen: dict[str, str]) -> Report:
    first = seen.get(report.shape) if report.shape else None
    if first is None:
        return report
    finding = Finding("duplicate", f"the same statement as {first}, up to names, order and notation", first)
    return replace(report, status=_status((finding, *report.findings)), findings=(finding, *report.findings))


async def lint_one(problem: Problem, checker: Checker, effort: Effort = Effort()) -> Report:
    """Everything that can be said of one statement without the others."""
    begin = time.monotonic()
    metered = Metered(checker)
    report = await _report(problem, metered, effort)
    return replace(report, lean_cpu_s=metered.cpu_s, wall_s=time.monotonic() - begin)


async def _report(problem: Problem, checker: Checker, effort: Effort) -> Report:
    statement = problem.statement
    if statement is None:
        return Report(
            problem, LintStatus.UNSUPPORTED, (Finding("no_statement", "there is no Lean statement"),)
        )
    verdict = await checker.check_statement(statement)
    if verdict.status is Status.INFRA:
        raise InfraError(f"{problem.id}: {verdict.detail}")
    if verdict.status is not Status.INCOMPLETE:
        return Report(
            problem, LintStatus.UNSUPPORTED, (Finding("elaborates", why_unread(statement, verdict)),)
        )
    found = await auto_bound(statement, checker)
    form, read = "", None
    try:
        read = await elaborate(statement, checker)
        form = shape(read)
        found += findings(problem, read)
    except TermTextError as error:
        found += (Finding("not_understood", f"the rules did not see it: {error}"),)
    found += await _proofs(problem, statement, read, checker, effort)
    return Report(problem, _status(found), found, form)


async def auto_bound(statement: Statement, checker: Checker) -> tuple[Finding, ...]:
    """A name that Lean bound by itself, as it may where `autoImplicit` is on: mostly a name that was misspelt."""
    header = replace(statement.header, preamble=f"{statement.header.preamble}\n{_STRICT}".strip())
    verdict = await checker.check_statement(replace(statement, header=header))
    if verdict.status in (Status.INCOMPLETE, Status.INFRA):
        return ()
    return (Finding("auto_bound", "Lean bound a name by itself that nothing introduces", explain(verdict)),)


async def _proofs(
    problem: Problem, statement: Statement, read: Elaborated | None, checker: Checker, effort: Effort
) -> tuple[Finding, ...]:
    """The first of the grave findings; else whether the statement is easier than its words."""
    cases = Cases() if read is None else look_at_cases(read)
    if (
        effort.vacuous_s > 0
        and not cases.satisfiable
        and (found := await contradiction(statement, checker, effort.vacuous_s))
    ):
        return (found,)
    false_s = effort.false_s * (SHARE_OF_UNLIKELY if cases.holds else 1.0)
    if false_s > 0 and (refuted := await _refuted(statement, checker, false_s)):
        found, witness = refuted
        advice = read and await positivity(statement, read, witness, checker, _ADVICE_S)
        return (found, advice) if advice else (found,)
    notes = await implied(statement, read, checker) if read is not None and effort.vacuous_s > 0 else ()
    if effort.trivial_s > 0 and is_hard(problem):
        easy = await easy_proof(statement, checker, effort.trivial_s)
        return (*notes, easy) if easy is not None else notes
    return notes


_ADVICE_S = 1.0
"""Of Lean's CPU, for what might mend a false statement where small numbers do not tell."""
SHARE_OF_UNLIKELY = 0.4
"""Of the time for a refutation, what is spent on a statement that holds in all small cases."""


@dataclass(frozen=True, slots=True)
class Cases:
    """What Python's arithmetic says of small numbers; no proof."""

    satisfiable: bool = False
    """Small numbers fulfil all hypotheses, so they are not contradictory."""
    holds: bool = False
    """And all small numbers that do fulfil the conclusion, too."""


def look_at_cases(read: Elaborated) -> Cases:
    bound = {local.name: local.type for local in read.locals if is_data(local.type)}
    facts = tuple(local.type for local in read.locals if not is_data(local.type))
    if not has_model(facts, bound):
        return Cases()
    against = small_cases(Place(read.target, bound, facts), App(Const("Not"), (read.target,)))
    return Cases(satisfiable=True, holds=against.known and against.example is None)


async def contradiction(statement: Statement, checker: Checker, seconds: float) -> Finding | None:
    """An audited proof of `False` from the hypotheses, if one is found in so many seconds of Lean's CPU."""
    try:
        question = vacuous(statement)
        names = [name for binder in read_signature(question.signature).binders for name in binder.names]
    except LeanTextError:
        return None
    result = await hammer(question, checker, budget(seconds))
    if result.proof is None or not audited(await checker.audit(question, result.proof)):
        return None
    needed = await _needed(question, result.proof, names, checker)
    which = f"the hypotheses {', '.join(needed)} contradict each other" if len(needed) > 1 else ""
    which = which or (
        f"the hypothesis {needed[0]} is never true" if needed else "its hypotheses are contradictory"
    )
    return Finding("vacuous", f"{which}, so it says nothing", compose(question, result.proof).text)


async def _needed(question: Statement, proof: str, names: Sequence[str], checker: Checker) -> list[str]:
    """The hypotheses without which the proof fails; a variable that one of them speaks of cannot be cleared."""
    dropped: list[str] = []
    needed: list[str] = []
    for name in reversed(names):
        block = "\n".join([f"clear {' '.join([name, *dropped])}", proof])
        probes = await checker.probe(question, [block], Limits(heartbeats=_HEARTBEATS))
        if probes.answers[0].closed:
            dropped.append(name)
        elif await _can_clear(question, [name, *dropped], checker):
            needed.append(name)
    return needed[::-1]


async def _can_clear(question: Statement, names: Sequence[str], checker: Checker) -> bool:
    probes = await checker.probe(question, [f"clear {' '.join(names)}"], Limits(heartbeats=_HEARTBEATS))
    return bool(probes.answers[0].goals)


_HEARTBEATS = 100_000


async def refutation(statement: Statement, checker: Checker, seconds: float) -> Finding | None:
    """An audited proof of the negation, if one is found in so many seconds of Lean's CPU."""
    found = await _refuted(statement, checker, seconds)
    return found[0] if found is not None else None


async def _refuted(
    statement: Statement, checker: Checker, seconds: float
) -> tuple[Finding, Mapping[str, str]] | None:
    """The same, with the counterexample."""
    found = await falsify(statement, checker, budget(seconds))
    if found.proof is None or not audited(await checker.audit(found.statement, found.proof)):
        return None
    values = ", ".join(f"{name} = {value}" for name, value in found.witness.items())
    message = (
        f"it is false: {values} is a counterexample" if values else "it is false: its negation is proved"
    )
    return Finding("false", message, compose(found.statement, found.proof).text), found.witness


async def easy_proof(statement: Statement, checker: Checker, seconds: float) -> Finding | None:
    """The hammer's proof, for a statement whose words are hard."""
    result = await hammer(statement, checker, budget(seconds))
    if result.proof is None:
        return None
    message = f"the hammer proves it in {seconds:g} s, although its words are hard"
    return Finding("trivial", message, compose(statement, result.proof).text)


def budget(seconds: float) -> HammerBudget:
    return HammerBudget(lean_cpu_s=seconds, wall_s=30 + 10 * seconds)


def is_hard(problem: Problem) -> bool:
    """By the problem's own label, else by the contest that its name speaks of."""
    level = problem.meta.get("difficulty", "")
    if level.isascii() and level.isdigit():
        return int(level) >= _HARD_FROM
    return bool(_HARD.search(f"{problem.id} {problem.source.rpartition('/')[2]}"))


def _status(found: Sequence[Finding]) -> LintStatus:
    rules = {finding.rule for finding in found}
    for status in (LintStatus.VACUOUS, LintStatus.FALSE, LintStatus.DUPLICATE):
        if status.value in rules:
            return status
    return LintStatus.SUSPICIOUS if rules - NOTES else LintStatus.OK
