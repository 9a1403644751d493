"""A short soak: hangs, crashes, memory bombs and floods mixed in, and every good check gets its right verdict."""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from prover.bench import soak
from prover.lean.pooled import PooledChecker, warm_start
from prover.lean.protocol import Limits
from prover.lean.sandbox import Level
from prover.lean.toolchain import Profile, Toolchain
from prover.lean.worker import Patience
from prover.types import Statement, Status

LIMITS = Limits(wall_s=10, memory_mb=300, output_bytes=500_000)
EXPECTED = {
    "": Status.PROVED,
    "crash": Status.PROVED,
    "hang": Status.PROVED,
    "garbage": Status.PROVED,
    "flood": Status.OUT_OF_MEMORY,
    "bomb": Status.OUT_OF_MEMORY,
    "busy": Status.TIMEOUT,
    "silent": Status.WRONG_STATEMENT,
}


async def test_a_thousand_checks_on_workers_that_misbehave(tmp_path: Path) -> None:
    script = Path(__file__).with_name("fake_worker.py")
    argv = (sys.executable, "-I", "-S", str(script), str(tmp_path))
    toolchain = Toolchain(Profile.LEAN, "4.99.0", "fake", argv, {}, limits=LIMITS, sandbox=Level.RLIMITS)
    start = warm_start(toolchain, Patience(stall_s=0.3, checks=100))
    checker = PooledChecker(toolchain, jobs=2, start=start)
    chance = random.Random(1)
    modes = [chance.choice(list(EXPECTED)[1:]) if i % 20 == 0 else "" for i in range(1000)]
    chance.shuffle(modes)
    before = psutil.Process().num_fds()

    async def one(number: int, mode: str) -> None:
        # A busy worker that the machine keeps from the CPU counts as hung: its fresh process must be busy, too.
        trouble = f"fake:{mode}{' fresh:busy' * (mode == 'busy')}" if mode else ""
        text = f"{'omega' if number % 3 else 'exact wrong'} -- {number} {trouble}"
        limits = replace(LIMITS, wall_s=0.5) if mode == "busy" else LIMITS
        verdict = await checker.check(Statement(f"t{number}", ": 1 = 1"), text, limits)
        expected = EXPECTED[mode]
        if number % 3 == 0 and expected is Status.PROVED:
            expected = Status.ELABORATION_ERROR
        assert verdict.status is expected, (mode, verdict)

    await asyncio.gather(*(one(number, mode) for number, mode in enumerate(modes)))
    await checker.aclose()
    assert not [p for p in psutil.Process().children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]
    assert psutil.Process().num_fds() <= before + 2


@pytest.mark.lean
@pytest.mark.slow
async def test_a_soak_on_real_lean(core: Toolchain) -> None:
    # With this seed every kind of trouble is among them.
    books = await soak.soak_run(core, 30, seed=78)
    assert books.wrong == ()
    assert (books.answered, books.processes_left, books.files_left, books.scratch_left) == (30, 0, 0, 0)
