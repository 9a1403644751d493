"""Starting a process and being cancelled at every step of it: nothing hangs, nothing is left."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from pathlib import Path

import psutil
import pytest

from prover.lean import zygote as zygotes
from prover.lean.protocol import Limits
from prover.lean.session import Session
from prover.lean.start import started
from prover.lean.toolchain import Toolchain
from prover.lean.worker import Worker
from prover.lean.zygote import Zygote
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


@pytest.mark.lean
async def test_a_server_of_forks_cancelled_while_it_starts(
    core: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = psutil.Process().num_fds()
    for steps in range(1, STEPS):
        await cancel_after(steps, asyncio.ensure_future(Zygote.start(core, core.header(Header()))))
    _, alive = psutil.wait_procs(children(), timeout=60)
    assert not alive
    assert not os.listdir(tmp_path)  # noqa: PTH208
    assert psutil.Process().num_fds() <= before + 2


@pytest.mark.lean
@pytest.mark.parametrize("later", range(4))
async def test_a_fork_cancelled_while_it_starts(
    core: Toolchain, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    """At any step before the fork is there, in the very moment in which it is, and shortly after."""
    hello = zygotes._hello
    met: list[psutil.Process] = []
    work: asyncio.Task[object]

    def cancel(steps: int) -> None:
        if steps:
            asyncio.get_running_loop().call_soon(cancel, steps - 1)
        else:
            work.cancel()

    async def cancelled_hello(loop: asyncio.AbstractEventLoop, talk: socket.socket) -> int:
        met.append(psutil.Process(await hello(loop, talk)))
        cancel(later)
        return met[-1].pid

    zygote = await Zygote.start(core, core.header(Header()))
    try:
        before = psutil.Process().num_fds()
        for steps in range(1, 8):
            work = asyncio.ensure_future(zygote.session(Limits()))
            await cancel_after(steps, work)
            assert work.cancelled()
        monkeypatch.setattr(zygotes, "_hello", cancelled_hello)
        work = asyncio.ensure_future(zygote.session(Limits()))
        done, _ = await asyncio.wait({work}, timeout=60)
        assert done
        if later < 2:
            assert work.cancelled(), "the caller who was cancelled is told so"
        if not work.cancelled():
            session = work.result()
            assert isinstance(session, Session)
            session.kill()
            await session.gone()
        _, alive = psutil.wait_procs(met, timeout=60)
        assert len(met) == 1
        assert not alive
        for _ in range(3):
            await asyncio.sleep(0)  # closed sockets leave the event loop
        assert psutil.Process().num_fds() <= before
        monkeypatch.undo()
        again = await zygote.session(Limits())
        again.kill()
        await again.gone()
    finally:
        await zygote.aclose()
