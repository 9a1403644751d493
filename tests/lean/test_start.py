"""Starting a process and being cancelled at every step of it: nothing hangs, nothing is left."""

from __future__ import annotations

import asyncio

import psutil
import pytest

from prover.lean.protocol import Limits
from prover.lean.start import started
from prover.lean.toolchain import Toolchain
from prover.lean.worker import Worker
from prover.types import Header

STEPS = 40


async def end(process: asyncio.subprocess.Process) -> None:
    process.kill()
    await process.wait()


async def cancel_after(steps: int, work: asyncio.Task[object]) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)
    work.cancel()
    done, _ = await asyncio.wait({work}, timeout=20)
    assert done, f"cancelled after {steps} steps it does not end"


def children() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.lean
async def test_a_worker_cancelled_while_it_starts(core: Toolchain) -> None:
    header = core.header(Header())
    for steps in range(1, STEPS):
        await cancel_after(steps, asyncio.ensure_future(Worker.start(core, header, Limits())))
    _, alive = psutil.wait_procs(children(), timeout=10)
    assert not alive


async def test_any_process_cancelled_while_it_starts() -> None:
    for steps in range(1, STEPS):
        begin = asyncio.create_subprocess_exec("sleep", "60", stdin=-1, stdout=-1, stderr=-1)
        work = asyncio.ensure_future(started(begin, end))
        await cancel_after(steps, work)
        if not work.cancelled():
            await end(work.result())
    _, alive = psutil.wait_procs(children(), timeout=10)
    assert not alive


async def test_what_does_not_start_raises() -> None:
    with pytest.raises(FileNotFoundError):
        await started(asyncio.create_subprocess_exec("/nonexistent"), end)
