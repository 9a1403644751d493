"""Run one command under limits: wall and CPU time, memory, output; killed as a group when it reaches one.

Contract: `run` never raises for what the command does; it returns what came out, how it ended, what it used and
which limit it hit. The command gets its own session, so that nothing it started outlives it. Address space, CPU time
and the size of a file are also limited by the kernel (set by a shell before `exec`, hence inherited through any
wrapper); the rest is `watch`'s. POSIX only.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prover.errors import MissingError
from prover.lean import cgroup
from prover.lean.cgroup import Group
from prover.lean.protocol import Limits
from prover.lean.watch import Limit, Watch

_SHELL = "/bin/sh"
_MAX_FILE_BLOCKS = 2 * 1024 * 1024
"""Of 512 bytes: a file of 1 GB. A compiled module of one proof has well under one MB."""


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
    scratch: Path | None = None,
    cancel: threading.Event | None = None,
) -> Finished:
    """Run `argv` with an empty standard input. Blocks; raises `MissingError` when it cannot be started.

    `scratch` is the folder that the limit on disk space is about.
    """
    start = time.monotonic()
    group = cgroup.open_group(limits.memory_mb)
    try:
        child = subprocess.Popen(
            limited(argv, limits.cpu_s, address_space_mb, group),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        if group is not None:
            group.close()
        raise MissingError(f"cannot start {argv[0]}: {error.strerror or error}") from error
    try:
        watch = Watch(child, limits, start, cancel=cancel, scratch=scratch, group=group)
        limit = watch.until_exit()
    finally:
        _kill_group(child.pid)
        code, usage = _reap(child)
        counted = _close(group)
    # What a killed wrapper leaves behind is not in its own account: what was seen of it while it ran is.
    cpu_s = max(usage.ru_utime + usage.ru_stime, watch.cpu_s, counted.cpu_s)
    if limit is None and counted.out_of_memory:
        limit = Limit.MEMORY
    if limit is None and _ended_by(code, signal.SIGXCPU):
        limit = Limit.CPU
    if limit is None and _ended_by(code, signal.SIGKILL) and cpu_s >= 0.9 * limits.cpu_s:
        limit = Limit.CPU
    peak_mb = counted.peak_mb or max(watch.peak_mb, _own_peak_mb(usage))
    return Finished(bytes(watch.out), bytes(watch.err), code, time.monotonic() - start, cpu_s, peak_mb, limit)


async def run_async(
    argv: Sequence[str],
    limits: Limits,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    address_space_mb: int | None = None,
    scratch: Path | None = None,
) -> Finished:
    """`run` in a thread. Cancelling the task kills the command before the cancellation goes on."""
    cancel = threading.Event()
    work = asyncio.ensure_future(
        asyncio.to_thread(
            run,
            argv,
            limits,
            env=env,
            cwd=cwd,
            address_space_mb=address_space_mb,
            scratch=scratch,
            cancel=cancel,
        )
    )
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        cancel.set()
        await asyncio.wait([work])
        raise


def limited(
    argv: Sequence[str], cpu_s: float, address_space_mb: int | None, group: Group | None = None
) -> list[str]:
    """`argv` under limits that the kernel itself keeps, and in its control group."""
    cpu = max(1, int(cpu_s + 0.999))
    script = group.join if group is not None else ""
    script += f"ulimit -c 0; ulimit -f {_MAX_FILE_BLOCKS}; ulimit -S -t {cpu}; ulimit -H -t {cpu + 2}; "
    if address_space_mb is not None:
        script += f"ulimit -v {address_space_mb * 1024}; "
    return [_SHELL, "-c", script + 'exec "$@"', "sh", *argv]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a control group counted; nothing where there was none."""

    cpu_s: float = 0.0
    peak_mb: float = 0.0
    out_of_memory: bool = False


def _close(group: Group | None) -> _Counted:
    if group is None:
        return _Counted()
    counted = _Counted(group.cpu_s, group.peak_mb, group.out_of_memory)
    group.close()
    return counted


def _own_peak_mb(usage: resource.struct_rusage) -> float:
    """The kernel counts a child from the memory of the process that made it: below that it says nothing."""
    peak_mb = usage.ru_maxrss / 1024
    makers_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return peak_mb if peak_mb > makers_mb else 0.0


def _ended_by(code: int, sent: signal.Signals) -> bool:
    """A wrapper passes a signal on as a shell does: 128 and its number."""
    return code in (-sent, 128 + sent)


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
