"""Refuting a desk's goal: the falsifier's proof of the negation, judged like any other proof."""

from __future__ import annotations

import json
from dataclasses import replace

from prover.agents.falsifier import falsify, negation
from prover.agents.hammer import HammerBudget
from prover.codec import digest
from prover.search.desk import Desk
from prover.syntax import LeanTextError
from prover.types import Call, Completion

_AGENT = "falsifier"


def negated(desk: Desk) -> Desk | None:
    """A desk for the negation of a desk's goal; None for a statement whose text cannot be negated."""
    try:
        statement = negation(desk.statement)
    except LeanTextError:
        return None
    words = desk.problem.informal_statement
    return desk.for_goal(statement, "negation", f"Show that the following is false. {words}" if words else "")


async def refute(desk: Desk, lean_cpu_s: float) -> str | None:
    """Refute the desk's goal with so many seconds of Lean's CPU. The counterexample in words, which may be empty; None
    where there is no audited refutation."""
    other = negated(desk)
    if other is None:
        return None
    desk.afford()
    left = desk.remaining()
    if left.lean_cpu_s is not None:
        lean_cpu_s = min(lean_cpu_s, left.lean_cpu_s)
    call_id = digest([_AGENT, desk.problem.id, desk.statement.declare(), desk.prefix])[:24]

    async def ask() -> Call:
        async with desk.hold_lean() as wall_s:
            budget = HammerBudget(lean_cpu_s=lean_cpu_s, wall_s=wall_s)
            found = await falsify(desk.statement, desk.checker, budget)
        said = Completion(found.proof or "", reasoning=json.dumps(dict(found.witness), ensure_ascii=False))
        return Call(
            call_id, _AGENT, f"{desk.prefix}{_AGENT}", "", {}, (said,), spend=replace(found.spend, wall_s=0.0)
        )

    answer = (await desk.remembered(call_id, ask)).completions[0]
    if answer.text:
        await other.submit(answer.text, _AGENT)
    if other.proof is None:
        return None
    witness = json.loads(answer.reasoning or "{}")
    return ", ".join(f"{name} = {value}" for name, value in witness.items())
