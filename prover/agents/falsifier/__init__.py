"""The falsifier: a proof in Lean that a statement is false, or none.

`falsify` tries small values (found by Python's arithmetic, confirmed by Lean), then the hammer on the negation;
`propose` asks a model for counterexamples, and `confirm` has Lean try the values that its answer names, and nothing
else of it. A refutation that comes back has passed the fast gate; the caller audits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from prover.agents.falsifier.blocks import at_values, twice
from prover.agents.falsifier.candidates import candidates
from prover.agents.falsifier.counterexample import offered
from prover.agents.falsifier.signature import negation, read_signature, vacuous
from prover.agents.falsifier.telescope import Telescope, telescope
from prover.agents.hammer import HammerBudget, hammer
from prover.agents.hammer.minimise import decided
from prover.agents.hammer.session import BudgetEndedError, Session
from prover.agents.hammer.toolbox import Toolbox, toolbox_for
from prover.agents.speak import Answer, ask, values_of
from prover.agents.values import Speaker
from prover.errors import InfraError
from prover.lean.protocol import Checker
from prover.syntax import LeanTextError
from prover.types import Problem, Spend, Statement, Status, StopReason

__all__ = ["Refutation", "confirm", "falsify", "negation", "propose", "vacuous"]

HEARTBEATS = 40_000
BATCH = 12
_VALUES_SHARE = 0.5
"""The part of Lean's CPU seconds that may go into small values; the rest is the hammer's."""


@dataclass(frozen=True, slots=True)
class Refutation:
    """`proof` is a tactic block for `statement`, the negation; None where none was found."""

    statement: Statement
    proof: str | None
    method: str = ""
    """`values`, `model` or `hammer`."""
    witness: Mapping[str, str] = field(default_factory=dict)
    """The counterexample, as Lean source, where there is one."""
    spend: Spend = field(default_factory=Spend)
    stop_reason: StopReason = StopReason.EXHAUSTED
    detail: str = ""


_DEFAULT = HammerBudget(lean_cpu_s=5.0, wall_s=60.0)


async def falsify(statement: Statement, checker: Checker, budget: HammerBudget = _DEFAULT) -> Refutation:
    """Look for a refutation of `statement` within the budget. Raises `InfraError` where the checker breaks.

    A signature that cannot be read is not refuted, and `detail` says why.
    """
    try:
        goal = negation(statement)
        view = telescope(read_signature(statement.signature))
    except LeanTextError as error:
        return Refutation(statement, None, stop_reason=StopReason.UNSUPPORTED, detail=error.reason)
    session = Session(goal, checker, budget)
    try:
        tools = await toolbox_for(session)
        limit = session.cpu_s + _VALUES_SHARE * max(0.0, budget.lean_cpu_s - session.cpu_s)
        tries: list[tuple[str, Mapping[str, str]]] = [(block, {}) for block in twice(view, tools)]
        found = await _first(session, [*tries, *_blocks(view, candidates(view), tools)], limit)
    except BudgetEndedError as ended:
        return Refutation(goal, None, "", {}, session.spend, ended.reason)
    if found is not None:
        return await _refuted(session, "values", *found)
    left = replace(budget, lean_cpu_s=max(0.1, budget.lean_cpu_s - session.cpu_s))
    result = await hammer(goal, checker, left)
    refutation = Refutation(
        goal,
        result.proof,
        "hammer" if result.proof is not None else "",
        {},
        session.spend + result.spend,
        result.stop_reason,
        result.detail,
    )
    return await _checked(checker, refutation) if result.proof is not None else refutation


async def propose(speaker: Speaker, problem: Problem, statement: Statement) -> Answer:
    """A model's answer to the question for counterexamples, which `confirm` reads."""
    (answer,) = await ask(speaker, "falsifier", values_of(problem, statement), 1)
    return answer


async def confirm(
    statement: Statement, said: str, checker: Checker, budget: HammerBudget = _DEFAULT
) -> Refutation:
    """The first of the counterexamples in a model's answer that Lean confirms within the budget. Raises `InfraError`.

    An answer that names no values of the right types costs no Lean.
    """
    try:
        goal = negation(statement)
        view = telescope(read_signature(statement.signature))
    except LeanTextError as error:
        return Refutation(statement, None, stop_reason=StopReason.UNSUPPORTED, detail=error.reason)
    assignments = offered(said, view)
    if not assignments:
        return Refutation(goal, None, detail="the answer names no values for the variables")
    session = Session(goal, checker, budget)
    try:
        tools = await toolbox_for(session)
        found = await _first(session, _blocks(view, assignments, tools), budget.lean_cpu_s)
    except BudgetEndedError as ended:
        return Refutation(goal, None, "", {}, session.spend, ended.reason)
    if found is None:
        return Refutation(goal, None, "", {}, session.spend, detail="Lean confirmed none of the values")
    return await _refuted(session, "model", *found)


def _blocks(
    view: Telescope, assignments: Iterable[Mapping[str, str]], tools: Toolbox
) -> list[tuple[str, Mapping[str, str]]]:
    return [(at_values(view, values, tools), values) for values in assignments]


async def _first(
    session: Session, blocks: Iterable[tuple[str, Mapping[str, str]]], cpu_limit: float
) -> tuple[str, Mapping[str, str]] | None:
    """The first block that Lean accepts, in small batches, until the limit of CPU seconds is reached."""
    waiting = iter(blocks)
    while (batch := list(islice(waiting, BATCH))) and session.cpu_s < cpu_limit:
        answers = await session.probe([block for block, _ in batch], HEARTBEATS)
        for one, answer in zip(batch, answers, strict=True):
            if answer.closed:
                return one
    return None


async def _refuted(session: Session, method: str, proof: str, witness: Mapping[str, str]) -> Refutation:
    proof = await decided(proof, session)
    found = Refutation(session.statement, proof, method, witness, session.spend)
    return await _checked(session.checker, found)


async def _checked(checker: Checker, refutation: Refutation) -> Refutation:
    """The refutation with the fast gate's word on it; without its proof where that says no."""
    assert refutation.proof is not None
    verdict = await checker.check(refutation.statement, refutation.proof)
    spend = refutation.spend + Spend(checks=1, lean_cpu_s=0.0 if verdict.cached else verdict.cpu_s)
    if verdict.status is Status.INFRA:
        raise InfraError(f"the checker broke on a refutation: {verdict.detail}")
    if not verdict.proved:
        return replace(refutation, proof=None, witness={}, spend=spend, detail=verdict.detail)
    return replace(refutation, spend=spend, stop_reason=StopReason.PROVED)
