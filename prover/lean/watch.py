"""The watch over a command that runs: collects its output, and looks every few hundredths of a second at what it uses.

What the kernel does not limit for a whole family of processes is limited here: resident memory, CPU time, number of
processes and threads, wall time, output, and what lies in its scratch folder. A family is a process and its
descendants; where the sandbox makes no process namespace, orphans stay in it (`enclose.py` adopts them).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from prover.lean.cgroup import Group
from prover.lean.protocol import Limits

_POLL_S = 0.05
_DISK_POLL_S = 0.2
_MAX_THREADS = 512
_MAX_FILES = 20_000
"""More than this many files in a scratch folder count as a full disk."""


class Limit(StrEnum):
    WALL = "wall time"
    CPU = "CPU time"
    MEMORY = "memory"
    OUTPUT = "output"
    PROCESSES = "processes"
    DISK = "disk space"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a process and its living descendants."""

    memory_mb: float = 0.0
    cpu_s: float = 0.0
    threads: int = 0


class Watch:
    """Collects a child's output until it ends or reaches a limit."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        limits: Limits,
        start: float,
        *,
        cancel: threading.Event | None = None,
        scratch: Path | None = None,
        group: Group | None = None,
    ) -> None:
        """With a `group` that the child joined, the kernel counts and limits instead of a look at each process."""
        self._child, self._limits, self._cancel, self._scratch = child, limits, cancel, scratch
        self._group = group
        self._deadline = start + limits.wall_s
        self._next_look = start + _POLL_S
        self._next_disk = start + _DISK_POLL_S
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
                    # A process that it left behind holds a pipe open; or it wrote and ended after the look at them.
                    self._drain(selector)
                    return Limit.OUTPUT if self._overflows() else None
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

    def _drain(self, selector: selectors.BaseSelector) -> None:
        """Take what stands in the pipes, without waiting for more."""
        for key in list(selector.get_map().values()):
            with contextlib.suppress(BlockingIOError):
                while (chunk := os.read(key.fd, 1 << 16)) and not self._overflows():
                    key.data.extend(chunk)

    def _overflows(self) -> bool:
        return len(self.out) + len(self.err) > self._limits.output_bytes

    def _reached(self) -> Limit | None:
        if self._overflows():
            return Limit.OUTPUT
        now = time.monotonic()
        if now >= self._deadline:
            return Limit.WALL
        if now < self._next_look:
            return None
        self._next_look = now + _POLL_S
        if self._cancel is not None and self._cancel.is_set():
            return Limit.CANCELLED
        if self._scratch is not None and now >= self._next_disk:
            self._next_disk = now + _DISK_POLL_S
            if disk_mb(self._scratch) > self._limits.disk_mb:
                return Limit.DISK
        used = Usage(cpu_s=self._group.cpu_s) if self._group is not None else Usage()
        if not used.cpu_s:
            used = usage(self._child.pid)
        self.peak_mb, self.cpu_s = max(self.peak_mb, used.memory_mb), max(self.cpu_s, used.cpu_s)
        if used.threads > _MAX_THREADS:
            return Limit.PROCESSES
        if used.cpu_s > self._limits.cpu_s:
            return Limit.CPU
        return Limit.MEMORY if used.memory_mb > self._limits.memory_mb else None


def usage(pid: int) -> Usage:
    memory, cpu_s, threads = 0, 0.0, 0
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return Usage()
    for process in family:
        try:
            with process.oneshot():
                memory += process.memory_info().rss
                times = process.cpu_times()
                cpu_s += times.user + times.system
                threads += process.num_threads()
        except psutil.Error:
            continue
    return Usage(memory / 2**20, cpu_s, threads)


def disk_mb(folder: Path) -> float:
    """What lies under a folder, in MB; infinite where it holds too many files to count."""
    blocks, files, pending = 0, 0, [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    files += 1
                    if files > _MAX_FILES:
                        return float("inf")
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    blocks += entry.stat(follow_symlinks=False).st_blocks
        except OSError:
            continue
    return blocks * 512 / 2**20


def _exited(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
