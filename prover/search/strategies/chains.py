"""Chains: a first draft and the corrections that follow on it, each of which sees the rounds before it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from prover.agents.corrector import correct
from prover.agents.values import Critique, Plan, Round
from prover.search.desk import Desk, candidate
from prover.search.drawing import Candidate, Wave
from prover.search.ledger import Step
from prover.search.metered import Allowance
from prover.types import Attempt, audited


@dataclass
class Chain:
    """One line of tries. `place` is its name, `last` its newest attempt."""

    place: str
    plan: Plan | None = None
    last: Attempt | None = None
    rounds: list[Round] = field(default_factory=list)


async def judge(desk: Desk, chains: Sequence[Chain], waves: Sequence[Wave], *, goals: bool) -> list[Chain]:
    """Have a round judged, whose first proposals are the chains' own, one for each; the chains that go on.

    With `goals`, each is told what is open at its first error.
    """
    steps = await desk.draw(waves)
    if any(audited(verdict) for _, verdict in steps):
        return []
    pairs = list(zip(chains, steps, strict=False))
    await asyncio.gather(*(_follow(desk, chain, step, goals) for chain, step in pairs))
    return [chain for chain, (_, verdict) in pairs if not verdict.proved]


async def _follow(desk: Desk, chain: Chain, step: Step, goals: bool) -> None:
    chain.last = step[0]
    # Where a duplicate was not asked about, the errors are those of its twin, and stand in the twin's text.
    attempt, verdict = desk.checked_as(step)
    open_goals = await desk.goals(attempt, verdict) if goals else ()
    chain.rounds.append(Round(attempt, verdict, open_goals))


async def corrections(
    desk: Desk,
    chain: Chain,
    allowance: Allowance,
    *,
    depth: int,
    critique: Critique | None = None,
) -> Sequence[Candidate]:
    """The proposals that follow on the chain's newest round, as many as are allowed."""
    n = allowance.samples
    place = f"{chain.place}.fix{depth}"
    speaker = desk.speaker("corrector", place, allowance)
    drafts = await correct(speaker, desk.problem, desk.statement, chain.rounds, n, critique=critique)
    return [
        candidate(draft, "corrector", f"{place}.{index}" if n > 1 else place, chain.last)
        for index, draft in enumerate(drafts)
    ]
