"""Warm workers that misbehave on purpose: whatever they do, no false yes, and the next check is unaffected."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from prover.errors import InfraError
from prover.lean.pooled import PooledChecker, warm_start
from prover.lean.protocol import Limits
from prover.lean.sandbox import Level
from prover.lean.toolchain import Profile, Toolchain
from prover.lean.worker import Patience, Worker
from prover.types import Statement, Status

LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
LIMITS = Limits(wall_s=20, memory_mb=300, output_bytes=2_000_000)


def fake(tmp_path: Path) -> Toolchain:
    script = Path(__file__).with_name("fake_worker.py")
    argv = (sys.executable, "-I", "-S", str(script), str(tmp_path))
    return Toolchain(Profile.LEAN, "4.99.0", "fake", argv, {}, limits=LIMITS, sandbox=Level.RLIMITS)


def started(tmp_path: Path, what: str) -> list[int]:
    """The processes of one kind that were started, by id."""
    log = tmp_path / what
    return [int(line) for line in log.read_text().split()] if log.exists() else []


@pytest.fixture
async def checker(tmp_path: Path) -> AsyncIterator[PooledChecker]:
    toolchain = fake(tmp_path)
    start = warm_start(toolchain, Patience(stall_s=0.5))
    checker = PooledChecker(toolchain, jobs=1, start=start)
    yield checker
    await checker.aclose()
    assert not [pid for pid in started(tmp_path, "workers") if psutil.pid_exists(pid)]


@pytest.mark.parametrize(
    ("mode", "status", "fresh"),
    [
        ("crash", Status.PROVED, 1),
        ("exit", Status.PROVED, 1),
        ("hang", Status.PROVED, 1),
        ("garbage", Status.PROVED, 1),
        ("no-json", Status.PROVED, 1),
        ("endless", Status.PROVED, 1),
        ("noise", Status.PROVED, 1),
        ("early", Status.PROVED, 1),
        ("other-id", Status.PROVED, 1),
        ("refuse", Status.PROVED, 1),
        ("odd-rows", Status.PROVED, 1),
        ("slow", Status.PROVED, 0),
        ("in-parts", Status.PROVED, 0),
        ("flood", Status.OUT_OF_MEMORY, 0),
        ("bomb", Status.OUT_OF_MEMORY, 0),
        ("late", Status.WRONG_STATEMENT, 0),
        ("silent", Status.WRONG_STATEMENT, 0),
        ("forged-place", Status.WRONG_STATEMENT, 0),
        ("forged-name", Status.BAD_AXIOM, 0),
        ("twice", Status.BAD_AXIOM, 0),
        ("other-axiom", Status.BAD_AXIOM, 0),
    ],
)
async def test_a_worker_that_misbehaves(
    tmp_path: Path, checker: PooledChecker, mode: str, status: Status, fresh: int
) -> None:
    verdict = await checker.check(LESS, f"omega -- fake:{mode}")
    assert verdict.status is status, verdict
    assert len(started(tmp_path, "fresh")) == fresh
    assert (await checker.check(LESS, "omega -- and the next one")).status is Status.PROVED
    assert (await checker.check(LESS, "exact wrong")).status is Status.ELABORATION_ERROR
    assert len(started(tmp_path, "fresh")) == fresh


@pytest.mark.parametrize(
    ("mode", "status"),
    [("crash", Status.OUT_OF_MEMORY), ("exit", Status.OUT_OF_MEMORY), ("busy", Status.TIMEOUT)],
)
async def test_a_check_that_breaks_fresh_processes_too(
    checker: PooledChecker, mode: str, status: Status
) -> None:
    text = f"omega -- fake:{mode} fresh:{mode}"
    assert (await checker.check(LESS, text, replace(LIMITS, wall_s=1))).status is status


async def test_time_limits_end_a_check(checker: PooledChecker) -> None:
    for limits in (replace(LIMITS, wall_s=0.5), replace(LIMITS, cpu_s=0.3)):
        start = time.monotonic()
        assert (await checker.check(LESS, "omega -- fake:busy fresh:busy", limits)).status is Status.TIMEOUT
        assert time.monotonic() - start < 5


async def test_a_worker_is_used_again_until_it_is_old(tmp_path: Path) -> None:
    toolchain = fake(tmp_path)
    start = warm_start(toolchain, Patience(checks=5))
    checker = PooledChecker(toolchain, jobs=1, start=start)
    for number in range(12):
        assert (await checker.check(LESS, f"omega -- {number}")).status is Status.PROVED
    await checker.aclose()
    assert 3 <= len(started(tmp_path, "workers")) <= 4
    assert not started(tmp_path, "fresh")


async def test_a_cancelled_check_frees_its_worker(tmp_path: Path, checker: PooledChecker) -> None:
    work = asyncio.ensure_future(checker.check(LESS, "omega -- fake:busy"))
    waiting = asyncio.ensure_future(checker.check(LESS, "omega -- after it"))
    gone = asyncio.ensure_future(checker.check(LESS, "omega -- never"))
    await asyncio.sleep(0.5)
    (busy,) = started(tmp_path, "workers")
    gone.cancel()
    work.cancel()
    assert (await waiting).status is Status.PROVED
    assert work.cancelled() or isinstance(
        (await asyncio.gather(work, return_exceptions=True))[0], BaseException
    )
    assert not psutil.pid_exists(busy)


async def test_no_worker_to_be_had(tmp_path: Path) -> None:
    toolchain = fake(tmp_path)
    calls = 0

    async def start(header: str, limits: Limits) -> Worker:
        nonlocal calls
        calls += 1
        raise InfraError("none today")

    checker = PooledChecker(toolchain, jobs=2, start=start)
    for number in range(3):
        assert (await checker.check(LESS, f"omega -- {number}")).status is Status.PROVED
    await checker.aclose()
    assert calls == 1
    assert len(started(tmp_path, "fresh")) == 3


async def test_a_header_that_is_never_ready(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="did not start"):
        await Worker.start(fake(tmp_path), "import fake:hang\n", LIMITS, Patience(start_s=0.5))
    (pid,) = started(tmp_path, "workers")
    assert not psutil.pid_exists(pid)


async def test_probes_survive_a_worker_that_dies(tmp_path: Path, checker: PooledChecker) -> None:
    probes = await checker.probe(LESS, ["omega", "skip -- fake:crash"])
    assert [probe.closed for probe in probes.answers] == [True, True]
    assert len(started(tmp_path, "fresh")) == 1


async def test_nothing_is_left_open(tmp_path: Path) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    async def some(number: int) -> None:
        checker = PooledChecker(fake(tmp_path), jobs=2)
        texts = [f"omega -- {number} {i}{' fake:crash' * (i == 1)}" for i in range(4)]
        await asyncio.gather(*(checker.check(LESS, text) for text in texts))
        await checker.aclose()

    await some(0)
    before, children = open_files(), len(psutil.Process().children())
    for number in range(1, 4):
        await some(number)
    assert open_files() == before
    assert len(psutil.Process().children()) == children
