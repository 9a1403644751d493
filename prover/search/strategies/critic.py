"""`critic`: proofs are criticized step by step before Lean is asked, and with Lean's errors before each correction.

After Xi et al., "Enhancing LLM Reasoning via Critique Models with Test-Time and Training-Time Supervision"
(AutoMathCritique, 2024). A critic may be wrong and Lean is cheaper than a model, so a draft that it finds unsound is
checked all the same: behind its revision (`before = "revise"`), or behind the drafts it finds sound (`"rank"`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from prover.agents.corrector import correct
from prover.agents.critic import critique
from prover.agents.values import Critique, Plan, Round
from prover.agents.writer import write
from prover.search.desk import Desk, candidate
from prover.search.drawing import Candidate, Wave
from prover.search.metered import Allowance
from prover.search.policy import setting
from prover.search.strategies.chains import Chain, corrections, judge
from prover.search.strategies.hammer import first_try
from prover.search.strategies.malot import make_plans
from prover.types import Attempt, StopReason

ROLES = ("planner", "writer", "corrector", "critic")


@dataclass(frozen=True, slots=True)
class CriticSettings:
    plan: bool = setting(True)
    drafts: int = setting(4, least=1)
    before: str = setting("revise", among=("revise", "rank", "none"))
    after: bool = setting(True)
    depth: int = setting(2)
    goals: bool = setting(True)
    hammer_cpu_s: float = setting(0.0)


async def search(desk: Desk, settings: CriticSettings) -> StopReason:
    if await first_try(desk, settings.hammer_cpu_s):
        return StopReason.EXHAUSTED
    words = (await make_plans(desk, int(settings.plan)))[0]
    allowance = desk.afford(samples=settings.drafts)
    speaker = desk.speaker("writer", "drafts", allowance)
    drafts = await write(
        speaker, desk.problem, desk.statement, allowance.samples, plan=words, lemmas=desk.lemmas
    )
    proposals = [candidate(draft, "writer", f"draft{index}") for index, draft in enumerate(drafts)]
    chains = [Chain(proposal.place, words) for proposal in proposals]
    waves = [_as_it_is([proposal]) for proposal in proposals]
    if settings.before != "none":
        critiques = await _critiques(desk, proposals, words)
        doubted = [i for i, found in enumerate(critiques) if found is not None and found.sound is False]
        if settings.before == "rank":
            order = sorted(range(len(proposals)), key=lambda i: i in doubted)
            chains, waves = [chains[i] for i in order], [waves[i] for i in order]
        else:
            waves = _revised(desk, proposals, critiques, doubted)
    chains = await judge(desk, chains, waves, goals=settings.goals and settings.depth > 0)
    for depth in range(settings.depth):
        if chains:
            chains = await _correct(desk, chains, depth, settings)
    return StopReason.EXHAUSTED


def _as_it_is(proposals: Sequence[Candidate]) -> Wave:
    async def wave() -> Sequence[Candidate]:
        return proposals

    return wave


async def _critiques(desk: Desk, proposals: Sequence[Candidate], words: Plan | None) -> list[Critique | None]:
    """What the critic says of each draft, None of those without a proof."""
    allowance = desk.afford(calls=len(proposals))

    async def of(proposal: Candidate) -> Critique | None:
        if proposal.fault:
            return None
        speaker = desk.speaker("critic", proposal.place, allowance)
        return await critique(speaker, desk.problem, desk.statement, proposal.proof, plan=words)

    return list(await asyncio.gather(*(of(proposal) for proposal in proposals)))


def _revised(
    desk: Desk,
    proposals: Sequence[Candidate],
    critiques: Sequence[Critique | None],
    doubted: Sequence[int],
) -> list[Wave]:
    """The drafts, those in doubt revised, and behind them all what was revised."""
    if not doubted:
        return [_as_it_is([proposal]) for proposal in proposals]
    allowance = desk.afford(samples=len(doubted), calls=len(doubted))

    def revision(index: int) -> Wave:
        draft = proposals[index]

        async def wave() -> Sequence[Candidate]:
            place = f"{draft.place}.revised"
            speaker = desk.speaker("corrector", place, allowance.of(1))
            unjudged = Attempt(
                draft.place,
                desk.statement,
                draft.proof,
                draft.author,
                None,
                draft.completion,
                draft.prompt_version,
            )
            made = await correct(
                speaker,
                desk.problem,
                desk.statement,
                [Round(unjudged, None)],
                1,
                critique=critiques[index],
            )
            return [candidate(made[0], "corrector", place)]

        return wave

    revised = set(doubted[: allowance.samples])
    waves = [
        revision(index) if index in revised else _as_it_is([proposal])
        for index, proposal in enumerate(proposals)
    ]
    return [*waves, _as_it_is([proposals[index] for index in sorted(revised)])]


async def _correct(desk: Desk, chains: Sequence[Chain], depth: int, settings: CriticSettings) -> list[Chain]:
    allowance = desk.afford(samples=len(chains), calls=(1 + settings.after) * len(chains))
    going = list(chains)[: allowance.samples]

    def wave_of(chain: Chain) -> Wave:
        async def wave() -> Sequence[Candidate]:
            found = await _review(desk, chain, depth, allowance) if settings.after else None
            return await corrections(desk, chain, allowance.of(1), depth=depth, critique=found)

        return wave

    last = depth + 1 == settings.depth
    return await judge(desk, going, [wave_of(chain) for chain in going], goals=settings.goals and not last)


async def _review(desk: Desk, chain: Chain, depth: int, allowance: Allowance) -> Critique | None:
    """The critic's opinion of the newest attempt, in the light of what Lean said."""
    newest = chain.rounds[-1]
    if not newest.attempt.proof:
        return None
    speaker = desk.speaker("critic", f"{chain.place}.review{depth}", allowance)
    return await critique(
        speaker, desk.problem, desk.statement, newest.attempt.proof, plan=chain.plan, verdict=newest.verdict
    )
