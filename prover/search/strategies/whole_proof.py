"""`whole-proof`: independent samples of whole proofs, drawn together in batches, until one is a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from prover.agents.writer import write
from prover.search.desk import Desk, candidate
from prover.search.drawing import Candidate
from prover.search.metered import Allowance
from prover.search.policy import setting
from prover.search.strategies.hammer import first_try
from prover.types import StopReason, audited

ROLES = ("writer",)


@dataclass(frozen=True, slots=True)
class WholeProofSettings:
    samples: int = setting(32, least=1)
    batch: int = setting(8, least=1)
    stop_at_first: bool = setting(True)
    hammer_cpu_s: float = setting(0.0)


async def search(desk: Desk, settings: WholeProofSettings) -> StopReason:
    if await first_try(desk, settings.hammer_cpu_s) and settings.stop_at_first:
        return StopReason.EXHAUSTED
    drawn = 0
    proved = False
    while drawn < settings.samples and not (proved and settings.stop_at_first):
        allowance = desk.afford(samples=min(settings.batch, settings.samples - drawn))
        wave = partial(_batch, desk, f"batch{drawn}", allowance)
        steps = await desk.draw([wave], stop_at_first=settings.stop_at_first)
        proved = proved or any(audited(verdict) for _, verdict in steps)
        drawn += allowance.samples
    return StopReason.EXHAUSTED


async def _batch(desk: Desk, place: str, allowance: Allowance) -> Sequence[Candidate]:
    speaker = desk.speaker("writer", place, allowance)
    drafts = await write(speaker, desk.problem, desk.statement, allowance.samples, lemmas=desk.lemmas)
    return [candidate(draft, "writer", f"{place}.{index}") for index, draft in enumerate(drafts)]
