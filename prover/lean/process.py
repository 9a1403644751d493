"""Run one command under limits: wall and CPU time, memory, output; killed as a group when it reaches one.

Contract: `run` never raises for what the command does; it returns what came out, how it ended, what it used and
which limit it hit. The command gets its own session, so that nothing it started outlives it. Address space and CPU
time are also limited by the kernel (set by a shell before `exec`, hence inherited through any wrapper); resident
memory is watched from here. POSIX only.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from prover.errors import MissingError
from prover.lean.protocol import Limits

_POLL_S = 0.05
_SHELL = "/bin/sh"


class Limit(StrEnum):
    WALL = "wall time"
    CPU = "CPU time"
    MEMORY = "memory"
    OUTPUT = "output"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended. `code` is negative for a signal, as in `subprocess`."""

    stdout: bytes
    stderr: bytes
    code: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    limit: Limit | None = None


def run(
    argv: Sequence[str],
    limits: Limits,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    address_space_mb: int | None = None,
    cancel: threading.Event | None = None,
) -> Finished:
    """Run `argv` with an empty standard input. Blocks; raises `MissingError` when it cannot be started."""
    start = time.monotonic()
    try:
        child = subprocess.Popen(
            limited(argv, limits.cpu_s, address_space_mb),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise MissingError(f"cannot start {argv[0]}: {error.strerror or error}") from error
    try:
        watch = _Watch(child, limits, start, cancel)
        limit = watch.until_exit()
    finally:
        _kill_group(child.pid)
        code, usage = _reap(child)
    # What a killed wrapper leaves behind is not in its own account: what was seen of it while it ran is.
    cpu_s = max(usage.ru_utime + usage.ru_stime, watch.cpu_s)
    if limit is None and _ended_by(code, signal.SIGXCPU):
        limit = Limit.CPU
    if limit is None and _ended_by(code, signal.SIGKILL) and cpu_s >= 0.9 * limits.cpu_s:
        limit = Limit.CPU
    peak_mb = max(watch.peak_mb, usage.ru_maxrss / 1024)
    return Finished(bytes(watch.out), bytes(watch.err), code, time.monotonic() - start, cpu_s, peak_mb, limit)


async def run_async(
    argv: Sequence[str],
    limits: Limits,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    address_space_mb: int | None = None,
) -> Finished:
    """`run` in a thread. Cancelling the task kills the command before the cancellation goes on."""
    cancel = threading.Event()
    work = asyncio.ensure_future(
        asyncio.to_thread(
            run, argv, limits, env=env, cwd=cwd, address_space_mb=address_space_mb, cancel=cancel
        )
    )
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        cancel.set()
        await asyncio.wait([work])
        raise


def limited(argv: Sequence[str], cpu_s: float, address_space_mb: int | None) -> list[str]:
    """`argv` under limits that the kernel itself keeps."""
    cpu = max(1, int(cpu_s + 0.999))
    script = f"ulimit -c 0; ulimit -S -t {cpu}; ulimit -H -t {cpu + 2}; "
    if address_space_mb is not None:
        script += f"ulimit -v {address_space_mb * 1024}; "
    return [_SHELL, "-c", script + 'exec "$@"', "sh", *argv]


class _Watch:
    """Collects a child's output until it ends or reaches a limit."""

    def __init__(
        self, child: subprocess.Popen[bytes], limits: Limits, start: float, cancel: threading.Event | None
    ) -> None:
        self._child, self._limits, self._cancel = child, limits, cancel
        self._deadline = start + limits.wall_s
        self._next_look = start + _POLL_S
        self.out, self.err = bytearray(), bytearray()
        self.peak_mb = self.cpu_s = 0.0

    def until_exit(self) -> Limit | None:
        child = self._child
        assert child.stdout is not None
        assert child.stderr is not None
        with selectors.DefaultSelector() as selector:
            for stream, sink in ((child.stdout, self.out), (child.stderr, self.err)):
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, selectors.EVENT_READ, sink)
            while selector.get_map():
                ready = selector.select(_POLL_S)
                if not ready and _exited(child.pid):
                    return None  # a process that it left behind holds the pipe open
                for key, _ in ready:
                    chunk = os.read(key.fd, 1 << 16)
                    if chunk:
                        key.data.extend(chunk)
                    else:
                        selector.unregister(key.fileobj)
                if (limit := self._reached()) is not None:
                    return limit
        while not _exited(child.pid):
            if (limit := self._reached()) is not None:
                return limit
            time.sleep(0.002)
        return None

    def _reached(self) -> Limit | None:
        if len(self.out) + len(self.err) > self._limits.output_bytes:
            return Limit.OUTPUT
        now = time.monotonic()
        if now >= self._deadline:
            return Limit.WALL
        if now < self._next_look:
            return None
        self._next_look = now + _POLL_S
        if self._cancel is not None and self._cancel.is_set():
            return Limit.CANCELLED
        resident, cpu_s = _usage(self._child.pid)
        self.peak_mb, self.cpu_s = max(self.peak_mb, resident), max(self.cpu_s, cpu_s)
        if cpu_s > self._limits.cpu_s:
            return Limit.CPU
        return Limit.MEMORY if resident > self._limits.memory_mb else None


def _ended_by(code: int, sent: signal.Signals) -> bool:
    """A wrapper passes a signal on as a shell does: 128 and its number."""
    return code in (-sent, 128 + sent)


def _exited(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _usage(pid: int) -> tuple[float, float]:
    """Resident memory in MB and CPU seconds of a process and its living descendants."""
    memory, cpu_s = 0, 0.0
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0.0, 0.0
    for process in family:
        try:
            with process.oneshot():
                memory += process.memory_info().rss
                times = process.cpu_times()
                cpu_s += times.user + times.system
        except psutil.Error:
            continue
    return memory / 2**20, cpu_s


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _reap(child: subprocess.Popen[bytes]) -> tuple[int, resource.struct_rusage]:
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()
    return child.returncode, usage
