"""One command under limits, with commands that misbehave in every way a Lean process can."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from prover.errors import MissingError
from prover.lean.process import run, run_async
from prover.lean.protocol import Limits
from prover.lean.watch import Limit

ROOMY = Limits(wall_s=30, cpu_s=30, memory_mb=1024, output_bytes=1_000_000)


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def test_a_good_command_reports_its_output_its_code_and_what_it_used() -> None:
    done = run(
        python(
            "import sys, time; print('out'); print('err', file=sys.stderr); sum(range(10**6)); "
            "held = bytearray(50 << 20); time.sleep(0.5); sys.exit(3)"
        ),
        ROOMY,
    )
    assert (done.stdout, done.stderr, done.code, done.limit) == (b"out\n", b"err\n", 3, None)
    assert 0 < done.cpu_s <= done.wall_s + 0.5
    assert 50 < done.peak_mb < 200, "not the memory of the process that started it"


def test_what_is_written_right_before_the_end_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command writes and ends after a look at its pipes found nothing, and before the look at itself."""

    def ends_now(pid: int) -> bool:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return True

    monkeypatch.setattr("prover.lean.watch._exited", ends_now)
    late = run(["sh", "-c", "sleep 0.5; echo late; echo worse >&2"], ROOMY)
    assert (late.stdout, late.stderr, late.code, late.limit) == (b"late\n", b"worse\n", 0, None)
    flood = run(["sh", "-c", "sleep 0.5; echo 123456789"], Limits(wall_s=30, output_bytes=5))
    assert flood.limit is Limit.OUTPUT


def test_standard_input_is_empty() -> None:
    assert run(python("import sys; print(repr(sys.stdin.read()))"), ROOMY).stdout == b"''\n"


def test_a_hang_ends_at_the_wall_limit() -> None:
    done = run(["sleep", "100"], Limits(wall_s=0.3))
    assert done.limit is Limit.WALL
    assert done.code == -signal.SIGKILL


def test_a_busy_loop_ends_at_the_cpu_limit() -> None:
    done = run(python("while True: pass"), Limits(wall_s=20, cpu_s=1))
    assert done.limit is Limit.CPU


def test_a_memory_bomb_is_stopped_by_the_watch() -> None:
    code = "import time\nx = []\nwhile True: x.append(bytearray(2**24)); time.sleep(0.001)"
    done = run(python(code), Limits(wall_s=30, memory_mb=200))
    assert done.limit is Limit.MEMORY


def test_an_address_space_limit_is_set_in_the_kernel() -> None:
    done = run(python("bytearray(2**30)"), ROOMY, address_space_mb=512)
    assert done.code == 1
    assert b"MemoryError" in done.stderr


def test_a_flood_is_cut() -> None:
    done = run(["yes"], Limits(wall_s=30, output_bytes=100_000))
    assert done.limit is Limit.OUTPUT
    assert len(done.stdout) < 1_000_000


def test_a_signal_is_told_from_a_limit() -> None:
    done = run(python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"), ROOMY)
    assert (done.code, done.limit) == (-signal.SIGSEGV, None)


def test_children_left_behind_do_not_outlive_the_command_nor_delay_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    done = run(["sh", "-c", f"sleep 100 & echo $! > {note}; echo done"], ROOMY)
    assert done.stdout == b"done\n"
    assert done.wall_s < 20
    pid = int(note.read_text())
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} outlived the command that started it")


def test_closing_the_output_is_not_ending() -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(100)"
    assert run(python(code), Limits(wall_s=0.5)).limit is Limit.WALL


def test_what_cannot_be_started_is_missing() -> None:
    done = run(["/nonexistent/lean"], ROOMY)
    assert done.code == 127  # the shell that sets the limits answers for it
    with pytest.raises(MissingError, match="cannot start"):
        run(["true"], ROOMY, cwd=Path("/nonexistent"))


async def test_cancelling_kills_the_command(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    task = asyncio.create_task(
        run_async(["sh", "-c", f"echo $$ > {note}; exec sleep 100"], Limits(wall_s=60))
    )
    while not note.exists() or not note.read_text().strip():  # noqa: ASYNC110  (another process writes it)
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(int(note.read_text()))
