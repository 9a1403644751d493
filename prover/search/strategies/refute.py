"""Refuting a desk's goal: the falsifier's proof of the negation, judged like any other proof.

First its own search, small values and the hammer; then, where the run has a seat for it, a model's counterexamples.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

from prover.agents.falsifier import Refutation, confirm, falsify, negation, propose
from prover.agents.hammer import HammerBudget
from prover.codec import digest
from prover.search.desk import Desk
from prover.syntax import LeanTextError
from prover.types import Call, Completion

ROLE = "falsifier"
"""The seat of a model that is asked for counterexamples; a run may do without."""


def negated(desk: Desk) -> Desk | None:
    """A desk for the negation of a desk's goal; None for a statement whose text cannot be negated."""
    try:
        statement = negation(desk.statement)
    except LeanTextError:
        return None
    words = desk.problem.informal_statement
    return desk.for_goal(statement, "negation", f"Show that the following is false. {words}" if words else "")


async def refute(desk: Desk, lean_cpu_s: float) -> str | None:
    """Refute the desk's goal with so many seconds of Lean's CPU, and as many again for the values that a model names.
    The counterexample in words, which may be empty; None where there is no audited refutation."""
    other = negated(desk)
    if other is None:
        return None
    desk.afford()

    async def own(budget: HammerBudget) -> Refutation:
        return await falsify(desk.statement, desk.checker, budget)

    witness = await _submitted(desk, other, [], own, lean_cpu_s)
    if witness is not None or ROLE not in desk.seats:
        return witness
    speaker = desk.speaker(ROLE, "counterexample", desk.afford(calls=1))
    answer = (await propose(speaker, desk.problem, desk.statement)).completion
    said = answer.text or answer.reasoning

    async def named(budget: HammerBudget) -> Refutation:
        return await confirm(desk.statement, said, desk.checker, budget)

    return await _submitted(desk, other, [said], named, lean_cpu_s)


async def _submitted(
    desk: Desk,
    other: Desk,
    key: list[str],
    search: Callable[[HammerBudget], Awaitable[Refutation]],
    lean_cpu_s: float,
) -> str | None:
    """The counterexample of what `search` finds, once the judge has accepted it. `key` is what it depends on beside
    the goal."""
    call_id = digest([ROLE, desk.problem.id, desk.statement.declare(), desk.prefix, *key])[:24]
    left = desk.remaining().lean_cpu_s
    cpu_s = lean_cpu_s if left is None else min(lean_cpu_s, left)

    async def ask() -> Call:
        async with desk.hold_lean() as wall_s:
            found = await search(HammerBudget(lean_cpu_s=cpu_s, wall_s=wall_s))
        said = Completion(found.proof or "", reasoning=json.dumps(dict(found.witness), ensure_ascii=False))
        return Call(
            call_id, ROLE, f"{desk.prefix}{ROLE}", "", {}, (said,), spend=replace(found.spend, wall_s=0.0)
        )

    answer = (await desk.remembered(call_id, ask)).completions[0]
    if answer.text:
        await other.submit(answer.text, ROLE)
    if other.proof is None:
        return None
    witness = json.loads(answer.reasoning or "{}")
    return ", ".join(f"{name} = {value}" for name, value in witness.items())
