"""The same input gives the same verdict, 200 times of 200, whatever else runs at the same time."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest

from prover.lean.cache import VerdictCache
from prover.lean.pooled import PooledChecker
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.types import Statement, Status, Verdict

pytestmark = [pytest.mark.lean, pytest.mark.slow]
TIMES = 200
LIMITS = Limits(wall_s=120, cpu_s=60, memory_mb=1000, output_bytes=300_000)
LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
INPUTS = {
    "omega": Status.PROVED,
    "theorem helper (n : ℕ) : n ≤ n + 1 := Nat.le_succ n\ntheorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n"
    "  have := helper a\n  omega": Status.PROVED,
    "exact h": Status.ELABORATION_ERROR,
    "have x : a = a := by\n  sorry\nomega": Status.INCOMPLETE,
    "theorem other : 1 = 1 := rfl": Status.WRONG_STATEMENT,
}
FLOOD = "\n".join(f"have h{i} : 1 = {i} ∧ {'x' * 2000} := by omega" for i in range(2, 400))
PAUSE_S = 0.5
"""Between two checks that hang or flood, which take a worker's process with them."""
NOISE = ("repeat skip", FLOOD, "decide +kernel", "simp [", "exact nothing")


def said(verdict: Verdict) -> Verdict:
    """All but what it cost."""
    return replace(verdict, wall_s=0.0, cpu_s=0.0)


async def trouble(checker: PooledChecker, done: list[str]) -> None:
    """Checks that hang, flood and fail, without end."""
    limits = replace(LIMITS, wall_s=0.3)
    for number, text in enumerate(itertools.cycle(NOISE)):
        await checker.check(Statement(f"noise_{number}", ": 2 ^ 7 = 129"), text, limits)
        done.append(text)
        await asyncio.sleep(PAUSE_S)


async def test_the_same_input_gets_the_same_verdict(core: Toolchain) -> None:
    checker = PooledChecker(core, jobs=2, limits=LIMITS)
    checker._cache = VerdictCache(0)  # keeps nothing: each time Lean is asked
    troubles: list[str] = []
    noise = asyncio.ensure_future(trouble(checker, troubles))

    async def many(text: str, status: Status) -> None:
        first = await checker.check(LESS, text)
        assert first.status is status, first
        for _ in range(TIMES - 1):
            again = await checker.check(LESS, text)
            assert not again.cached
            assert said(again) == said(first)

    try:
        await asyncio.gather(*(many(text, status) for text, status in INPUTS.items()))
        assert set(troubles) == set(NOISE)
        audits = await asyncio.gather(*(checker.audit(LESS, "omega") for _ in range(8)))
        assert {said(audit) for audit in audits} == {said(audits[0])}
        assert audits[0].proved
    finally:
        noise.cancel()
        await asyncio.wait([noise])
        await checker.aclose()
