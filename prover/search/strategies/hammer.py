"""`hammer`: one deterministic search without a model; by itself, or as the first try of a policy with one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from prover.agents.hammer import Adviser, HammerBudget, hammer
from prover.agents.hammer.goals import Goal, as_signature
from prover.agents.writer import write
from prover.codec import digest
from prover.lean import gate
from prover.search.desk import Desk
from prover.search.policy import setting
from prover.types import Call, Completion, StopReason

_AGENT = "hammer"


@dataclass(frozen=True, slots=True)
class HammerSettings:
    max_probes: int = setting(HammerBudget().max_probes, least=1)
    max_nodes: int = setting(HammerBudget().max_nodes, least=1)
    max_depth: int = setting(HammerBudget().max_depth, least=1)


async def search(desk: Desk, settings: HammerSettings) -> StopReason:
    """The proof that the hammer finds within the budget, if any."""
    desk.afford()
    bounds = HammerBudget(
        max_probes=settings.max_probes, max_nodes=settings.max_nodes, max_depth=settings.max_depth
    )
    return await _try(desk, bounds, math.inf, samples=1)


async def first_try(desk: Desk, lean_cpu_s: float, adviser: Adviser | None = None) -> bool:
    """Whether the hammer proves it with so many seconds of Lean's CPU; 0 does not try."""
    if lean_cpu_s > 0:
        desk.afford()
        await _try(desk, HammerBudget(), lean_cpu_s, samples=0, adviser=adviser)
    return desk.proof is not None


def ask_writer(desk: Desk, drafts: int) -> Callable[[Goal], Awaitable[Sequence[str]]]:
    """The writer as the hammer's adviser: so many drafts for each goal that it is asked about."""
    asked = count()

    async def ask(goal: Goal) -> Sequence[str]:
        allowance = desk.afford(samples=drafts)
        if allowance.samples == 0:
            return ()
        statement = replace(desk.statement, signature=as_signature(goal))
        problem = replace(desk.problem, statement=statement, informal_statement="", informal_proof="")
        speaker = desk.speaker("writer", f"goal{next(asked)}", allowance)
        written = await write(speaker, problem, statement, allowance.samples)
        often = Counter(one.proof.strip("\n") for one in written if one.proof.strip())
        # A probe is no submission and passes no gate by itself; what a model wrote does.
        return [text for text, _ in often.most_common() if gate.inspect(text, commands=False) is None]

    return ask


async def _try(
    desk: Desk, bounds: HammerBudget, lean_cpu_s: float, *, samples: int, adviser: Adviser | None = None
) -> StopReason:
    left = desk.remaining()
    if left.lean_cpu_s is not None:
        lean_cpu_s = min(lean_cpu_s, left.lean_cpu_s)

    async def ask() -> Call:
        async with desk.hold_lean() as wall_s:
            budget = replace(bounds, lean_cpu_s=lean_cpu_s, wall_s=wall_s)
            result = await hammer(desk.statement, desk.checker, budget, adviser)
        spend = replace(result.spend, samples=samples, wall_s=0.0)
        said = Completion(result.proof or "", reasoning=result.detail, finish_reason=result.stop_reason.value)
        return Call(call_id, _AGENT, f"{desk.prefix}{_AGENT}", "", {}, (said,), spend=spend)

    call_id = digest([_AGENT, desk.problem.id, desk.statement.declare()])[:24]
    answer = (await desk.remembered(call_id, ask)).completions[0]
    if not answer.text:
        desk.detail = answer.reasoning
        return StopReason(answer.finish_reason)
    await desk.submit(answer.text, _AGENT)
    return StopReason.EXHAUSTED
