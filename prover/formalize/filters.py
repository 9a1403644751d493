"""The filters over one statement, cheap first, whether it came from a formalizer or from a file.

`first_look` asks what a repair could mend: is the text one that may be shown to Lean, does it elaborate, is it a
proposition about what it should be. `deeper` goes on with the linter and with proofs: contradictory hypotheses, a
refutation, a proof that is too easy. A rejection by `vacuous` or `false` carries a Lean proof that the audit passed;
what no proof was found for is `unknown`. Raises `InfraError` where Lean breaks, which says nothing of the statement.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from prover import syntax
from prover.agents.falsifier.signature import read_signature
from prover.errors import InfraError
from prover.formalize.alive import alive
from prover.formalize.elaborated import Elaborated, Term, TermTextError, call, children, elaborate
from prover.formalize.lint import (
    NOTES,
    SHARE_OF_UNLIKELY,
    Cases,
    Effort,
    auto_bound,
    contradiction,
    easy_proof,
    is_hard,
    look_at_cases,
    refutation,
)
from prover.formalize.mentions import answer_values, missing_answers, missing_names
from prover.formalize.places import is_data
from prover.formalize.result import FILTERS, FilterResult, FilterStatus
from prover.formalize.rules import Finding, findings
from prover.formalize.shape import shape
from prover.formalize.unread import why_unread
from prover.lean import gate
from prover.lean.protocol import Checker
from prover.search.desk import patiently
from prover.syntax import LeanTextError
from prover.types import Diagnostic, Problem, Statement, Status

_HOLES = frozenset({"sorry", "admit", "sorryAx"})
_OPENERS, _CLOSERS = frozenset("([{⟨⦃"), frozenset(")]}⟩⦄")
_LOCAL = frozenset({"let", "have", "letI", "haveI"})
"""Inside a type, each of these owns the next `:=`."""
_NO_TYPE_OF_A_STATEMENT = {
    "sorryAx": "it holds a `sorry`",
    "optParam": "a binder has a default value",
    "autoParam": "a binder is filled in by a tactic",
}
_MAX_ERRORS = 6


@dataclass(frozen=True, slots=True)
class Look:
    """What was found so far. `elaborated` is None where Lean was not asked, or its print could not be read."""

    filters: tuple[FilterResult, ...]
    shape: str = ""
    elaborated: Elaborated | None = None

    @property
    def rejected(self) -> FilterResult | None:
        return next((one for one in self.filters if one.status is FilterStatus.REJECTED), None)


async def screen(
    problem: Problem, statement: Statement, checker: Checker, effort: Effort | None = None
) -> Look:
    """All filters but those that need other statements or a model. `problem` says what the words are, if any."""
    look = await first_look(problem, statement, checker)
    if look.rejected is None:
        more = await deeper(problem, statement, look, checker, effort or Effort())
        look = replace(look, filters=(*look.filters, *more))
    return replace(look, filters=completed(look.filters, without=("duplicate", "faithful")))


async def first_look(problem: Problem, statement: Statement, checker: Checker) -> Look:
    """`read`, `answer`, `names`, `elaborates`, `proposition`."""
    read = readable(statement)
    if read.status is FilterStatus.REJECTED:
        return Look((read,))
    cheap = (read, _answer(problem, statement), _names(problem, statement))
    verdict, _ = await patiently(lambda: checker.check_statement(statement))
    if verdict.status is Status.INFRA:
        raise InfraError(f"{problem.id}: {verdict.detail}")
    if verdict.status is not Status.INCOMPLETE:
        failed = FilterResult(
            "elaborates",
            FilterStatus.REJECTED,
            why_unread(statement, verdict),
            errors_text(verdict.diagnostics),
        )
        return Look((*cheap, failed))
    passed = (*cheap, FilterResult("elaborates", FilterStatus.PASSED))
    if bound := await auto_bound(statement, checker):
        found = bound[0]
        return Look(
            (*passed, FilterResult("proposition", FilterStatus.REJECTED, found.message, found.evidence))
        )
    try:
        elaborated = await elaborate(statement, checker)
    except TermTextError as error:
        return Look((*passed, FilterResult("proposition", FilterStatus.UNKNOWN, f"not understood: {error}")))
    except InfraError as error:
        if not await alive(statement.header, checker):
            raise
        return Look((*passed, FilterResult("proposition", FilterStatus.UNKNOWN, f"Lean broke off: {error}")))
    return Look((*passed, _proposition(elaborated)), shape(elaborated), elaborated)


async def deeper(
    problem: Problem, statement: Statement, look: Look, checker: Checker, effort: Effort
) -> tuple[FilterResult, ...]:
    """`linter`, `vacuous`, `false`, `trivial`, up to the first rejection."""
    results = [_linter(problem, look.elaborated)]
    read = look.elaborated
    cases = look_at_cases(read) if read is not None else Cases()
    if read is not None and all(is_data(local.type) for local in read.locals):
        results.append(FilterResult("vacuous", FilterStatus.PASSED, "it has no hypotheses"))
    elif cases.satisfiable:
        results.append(FilterResult("vacuous", FilterStatus.PASSED, "small numbers fulfil its hypotheses"))
    else:
        question = _proof_of("vacuous", contradiction, effort.vacuous_s, FilterStatus.REJECTED)
        results.append(await question(statement, checker))
    if results[-1].status is FilterStatus.REJECTED:
        return tuple(results)
    seconds = effort.false_s * (SHARE_OF_UNLIKELY if cases.holds else 1.0)
    found = await _proof_of("false", refutation, seconds, FilterStatus.REJECTED)(statement, checker)
    results.append(found)
    if found.status is FilterStatus.REJECTED:
        return tuple(results)
    if is_hard(problem):
        question = _proof_of("trivial", easy_proof, effort.trivial_s, FilterStatus.FLAGGED)
        results.append(await question(statement, checker))
    else:
        results.append(FilterResult("trivial", FilterStatus.SKIPPED, "nothing says that its words are hard"))
    return tuple(results)


def completed(results: Sequence[FilterResult], *, without: Sequence[str] = ()) -> tuple[FilterResult, ...]:
    """The results in the filters' order, with `skipped` for those that were not asked."""
    by_name = {one.name: one for one in results}
    names = [name for name in FILTERS if name in by_name or name not in without]
    return tuple(by_name.get(name) or FilterResult(name, FilterStatus.SKIPPED) for name in names)


def readable(statement: Statement) -> FilterResult:
    """Whether the text is one theorem, of one type, that may be shown to Lean at all."""
    text = f"{statement.declare()} := by\n  sorry"
    if (refusal := gate.inspect(text, commands=True)) is not None:
        return _refused(f"{refusal.token}: {refusal.reason}")
    try:
        theorem = syntax.parse_theorem(text)
        tokens = syntax.code(syntax.tokenize(statement.signature))
        binder = _filled_in(statement)
    except LeanTextError as error:
        return _refused(error.reason)
    if theorem.signature != statement.signature or theorem.name != statement.name:
        return _refused("the text does not end where its type ends")
    if binder:
        return _refused(f"the binder {binder} has a default value or a tactic that fills it in")
    if hole := next((token.text for token in tokens if token.text in _HOLES), None):
        return _refused(f"`{hole}` stands in the statement")
    return FilterResult("read", FilterStatus.PASSED)


def _filled_in(statement: Statement) -> str:
    """A binder with a `:=` of its own: what is proved would not be what is read."""
    for binder in read_signature(statement.signature).binders:
        depth = owned = 0
        for token in syntax.code(syntax.tokenize(binder.type)):
            depth += (token.text in _OPENERS) - (token.text in _CLOSERS)
            if depth:
                continue
            if token.text == ":=" and not owned:
                return " ".join(binder.names)
            owned += (token.text in _LOCAL) - (token.text == ":=")
    return ""


def _refused(message: str) -> FilterResult:
    return FilterResult("read", FilterStatus.REJECTED, message)


def errors_text(diagnostics: Sequence[Diagnostic]) -> str:
    """Lean's errors, one under the other."""
    errors = [one.message for one in diagnostics if one.severity == "error"]
    return "\n\n".join(errors[:_MAX_ERRORS])


def _answer(problem: Problem, statement: Statement) -> FilterResult:
    answer = problem.meta.get("answer", "").strip()
    if not answer:
        return FilterResult("answer", FilterStatus.SKIPPED, "no answer is given")
    if not answer_values(answer):
        return FilterResult("answer", FilterStatus.UNKNOWN, "the answer is no number", answer)
    if missing := missing_answers(answer, statement.signature):
        message = f"the answer {', '.join(missing)} does not stand in the statement"
        return FilterResult("answer", FilterStatus.FLAGGED, message, answer)
    return FilterResult("answer", FilterStatus.PASSED)


def _names(problem: Problem, statement: Statement) -> FilterResult:
    if not problem.informal_statement.strip():
        return FilterResult("names", FilterStatus.SKIPPED, "there are no words")
    if missing := missing_names(problem.informal_statement, statement.signature):
        message = f"named in the words, not in the statement: {', '.join(missing)}"
        return FilterResult("names", FilterStatus.FLAGGED, message, ", ".join(missing))
    return FilterResult("names", FilterStatus.PASSED)


def _proposition(elaborated: Elaborated) -> FilterResult:
    roots = [elaborated.target, *(local.type for local in elaborated.locals)]
    for name in _constants(roots):
        if name in _NO_TYPE_OF_A_STATEMENT:
            return FilterResult("proposition", FilterStatus.REJECTED, _NO_TYPE_OF_A_STATEMENT[name], name)
        if name.startswith("?"):
            message = f"Lean left {name} open"
            return FilterResult("proposition", FilterStatus.REJECTED, message, name)
    if call(elaborated.target)[0] == "True":
        message = "the conclusion is `True`: it says nothing"
        return FilterResult("proposition", FilterStatus.REJECTED, message, "True")
    return FilterResult("proposition", FilterStatus.PASSED)


def _constants(roots: Sequence[Term]) -> set[str]:
    found: set[str] = set()
    stack = list(roots)
    while stack:
        term = stack.pop()
        found.add(call(term)[0])
        stack += children(term)
    return found


def _linter(problem: Problem, elaborated: Elaborated | None) -> FilterResult:
    if elaborated is None:
        return FilterResult("linter", FilterStatus.UNKNOWN, "the rules did not see the statement")
    found = findings(problem, elaborated)
    evidence = "\n".join(_line(one) for one in found)
    if {one.rule for one in found} <= NOTES:
        return FilterResult("linter", FilterStatus.PASSED, "", evidence)
    rules = ", ".join(dict.fromkeys(one.rule for one in found if one.rule not in NOTES))
    return FilterResult("linter", FilterStatus.FLAGGED, rules, evidence)


def _line(finding: Finding) -> str:
    where = f" [{finding.evidence}]" if finding.evidence else ""
    return f"{finding.rule}: {finding.message}{where}"


Search = Callable[[Statement, Checker, float], Awaitable[Finding | None]]


def _proof_of(
    name: str, search: Search, seconds: float, found: FilterStatus
) -> Callable[[Statement, Checker], Awaitable[FilterResult]]:
    """The filter that looks for a proof for so many seconds, and what it means to find one."""

    async def ask(statement: Statement, checker: Checker) -> FilterResult:
        if seconds <= 0:
            return FilterResult(name, FilterStatus.SKIPPED, "no time was given to it")
        try:
            finding = await search(statement, checker, seconds)
        except InfraError as error:
            if not await alive(statement.header, checker):
                raise
            return FilterResult(name, FilterStatus.UNKNOWN, f"Lean broke off: {error}")
        if finding is not None:
            return FilterResult(name, found, finding.message, finding.evidence)
        if found is FilterStatus.FLAGGED:
            return FilterResult(name, FilterStatus.PASSED, f"not proved in {seconds:g} s")
        return FilterResult(name, FilterStatus.UNKNOWN, f"nothing found in {seconds:g} s of Lean's CPU")

    return ask
