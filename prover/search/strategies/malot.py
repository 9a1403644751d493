"""`malot`: a planner thinks in words, a writer makes proofs of each plan, a corrector mends each proof, round by round.

After Wang et al., "MA-LoT: Model-Collaboration Lean-based Long Chain-of-Thought Reasoning enhances Formal Theorem
Proving" (2025), with a plan in words in front. Width first: all proofs of a round are asked for
together, checked as they come, and the next round corrects each of those that failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from prover.agents.hammer import Adviser
from prover.agents.planner import plan
from prover.agents.values import Plan
from prover.agents.writer import write
from prover.search.desk import Desk, candidate
from prover.search.drawing import Candidate, Wave
from prover.search.metered import Allowance
from prover.search.policy import setting
from prover.search.strategies.chains import Chain, corrections, judge
from prover.search.strategies.hammer import ask_writer, first_try
from prover.types import StopReason

ROLES = ("planner", "writer", "corrector")


@dataclass(frozen=True, slots=True)
class MalotSettings:
    plans: int = setting(1)
    drafts: int = setting(4, least=1)
    fixes: int = setting(1, least=1)
    depth: int = setting(2)
    goals: bool = setting(True)
    hammer_cpu_s: float = setting(0.0)
    hammer_alone_s: float = setting(0.0)
    hammer_goals: int = setting(0)
    hammer_drafts: int = setting(16, least=1)


async def search(desk: Desk, settings: MalotSettings) -> StopReason:
    adviser = Adviser(
        ask_writer(desk, settings.hammer_drafts), settings.hammer_goals, settings.hammer_alone_s
    )
    if await first_try(desk, settings.hammer_cpu_s, adviser if settings.hammer_goals else None):
        return StopReason.EXHAUSTED
    chains = await _first_drafts(desk, await make_plans(desk, settings.plans), settings)
    for depth in range(settings.depth):
        if chains:
            chains = await _correct(desk, chains, depth, settings)
    return StopReason.EXHAUSTED


async def make_plans(desk: Desk, n: int) -> list[Plan | None]:
    """`n` plans, drawn together; one that is empty is none. Without any, the writer goes to work unplanned."""
    if n == 0:
        return [None]
    speaker = desk.speaker("planner", "plan", desk.afford())
    plans = await plan(speaker, desk.problem, desk.statement, n, lemmas=desk.lemmas)
    return [made if made.text else None for made in plans]


async def _first_drafts(desk: Desk, plans: Sequence[Plan | None], settings: MalotSettings) -> list[Chain]:
    wanted = len(plans) * settings.drafts
    allowance = desk.afford(samples=wanted, calls=len(plans))
    chains: list[Chain] = []
    waves: list[Wave] = []
    for index, words in enumerate(plans):
        n = min(settings.drafts, allowance.samples - len(chains))
        if n <= 0:
            break
        place = f"plan{index}"
        chains += [Chain(f"{place}.draft{number}", words) for number in range(n)]
        waves.append(partial(_drafts, desk, place, words, allowance.of(n)))
    return await judge(desk, chains, waves, goals=settings.goals and settings.depth > 0)


async def _drafts(desk: Desk, place: str, words: Plan | None, allowance: Allowance) -> Sequence[Candidate]:
    speaker = desk.speaker("writer", place, allowance)
    drafts = await write(
        speaker, desk.problem, desk.statement, allowance.samples, plan=words, lemmas=desk.lemmas
    )
    return [candidate(draft, "writer", f"{place}.draft{index}") for index, draft in enumerate(drafts)]


async def _correct(desk: Desk, chains: Sequence[Chain], depth: int, settings: MalotSettings) -> list[Chain]:
    allowance = desk.afford(samples=len(chains) * settings.fixes, calls=len(chains))
    nexts: list[Chain] = []
    waves: list[Wave] = []
    for chain in chains:
        n = min(settings.fixes, allowance.samples - len(nexts))
        if n <= 0:
            break
        nexts += _branches(chain, depth, n)
        waves.append(partial(corrections, desk, chain, allowance.of(n), depth=depth))
    last = depth + 1 == settings.depth
    return await judge(desk, nexts, waves, goals=settings.goals and not last)


def _branches(chain: Chain, depth: int, n: int) -> list[Chain]:
    """The chains that `n` corrections of one make of it."""
    places = [f"{chain.place}.fix{depth}" + (f".{index}" if n > 1 else "") for index in range(n)]
    return [Chain(place, chain.plan, chain.last, list(chain.rounds)) for place in places]
