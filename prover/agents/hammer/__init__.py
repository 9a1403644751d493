"""`hammer`: the agent that needs no model. A budgeted portfolio of tactics, and a best-first search that combines them.

It asks Lean through `Checker.probe` only, is guided by the goals and errors that Lean prints, and is deterministic
given the same answers. A found proof is guidance's word: the caller checks it like any other submission.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.agents.hammer.advice import Adviser
from prover.agents.hammer.goals import parse_goal
from prover.agents.hammer.minimise import minimise
from prover.agents.hammer.moves import moves_for
from prover.agents.hammer.moves.base import View
from prover.agents.hammer.moves.closers import portfolio
from prover.agents.hammer.script import Step
from prover.agents.hammer.search import HEAVY_HEARTBEATS, LIGHT_HEARTBEATS, Search
from prover.agents.hammer.session import BudgetEndedError, HammerBudget, Session
from prover.agents.hammer.toolbox import toolbox_for
from prover.errors import InfraError
from prover.lean.protocol import Checker
from prover.types import Spend, Statement, StopReason

__all__ = ["Adviser", "HammerBudget", "HammerResult", "hammer"]

DEFAULT_BUDGET = HammerBudget()


@dataclass(frozen=True, slots=True)
class HammerResult:
    """`proof` is a tactic block, or None; `tried` counts the blocks that Lean was asked."""

    proof: str | None
    tried: int
    spend: Spend
    stop_reason: StopReason
    detail: str = ""


async def hammer(
    statement: Statement,
    checker: Checker,
    budget: HammerBudget = DEFAULT_BUDGET,
    adviser: Adviser | None = None,
) -> HammerResult:
    """Look for a proof of `statement`, with an adviser where there is one.

    Raises `InfraError` where the checker breaks, and what the adviser raises; a failure is a result.
    """
    session = Session(statement, checker, budget)
    detail = ""
    proof: str | None = None
    try:
        tools = await toolbox_for(session)
        opening = (await session.probe(["skip"], LIGHT_HEARTBEATS))[0]
        if not opening.answered:
            raise InfraError(f"the checker does not get through the statement itself: {opening.error}")
        if opening.closed or not opening.goals:
            return HammerResult(None, session.tried, session.spend, StopReason.UNSUPPORTED, opening.error)
        goals = tuple(parse_goal(g) for g in opening.goals)
        reason = StopReason.EXHAUSTED
        steps = await _portfolio(session, View(goals[0], tools))
        if steps is None:
            search = Search(session, tools, moves_for, adviser)
            steps = await search.run(goals)
            detail = f"{search.nodes} states"
        if steps is not None:
            reason = StopReason.PROVED
            proof = await minimise(steps, session)
    except BudgetEndedError as ended:
        reason = ended.reason
    return HammerResult(proof, session.tried, session.spend, reason, detail)


async def _portfolio(session: Session, view: View) -> tuple[Step, ...] | None:
    """The one-liners, light ones first, each kind in one batch."""
    moves = sorted(
        (m for m in portfolio(view) if view.tools.knows(m.text) and m.cost < 5), key=lambda m: m.cost
    )
    for heavy, heartbeats in ((False, LIGHT_HEARTBEATS), (True, HEAVY_HEARTBEATS)):
        texts = list(dict.fromkeys(m.text for m in moves if m.heavy == heavy))
        for text, answer in zip(texts, await session.probe(texts, heartbeats), strict=True):
            if answer.closed:
                return (Step(text, 1, 0),)
    return None
