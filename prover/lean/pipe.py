"""The two ends of a warm worker's process: what it says, taken in as it comes, and what it uses."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sys
import time
from collections.abc import Sequence
from typing import Protocol

import psutil

from prover.lean.judge import over_limit
from prover.lean.lsp import Frames, Inbox
from prover.lean.messages import GarbledOutputError
from prover.lean.protocol import Limits
from prover.lean.watch import Limit
from prover.types import Status

TRAFFIC_BYTES = 64_000_000
"""What one text may cause beside its diagnostics (progress, index)."""
_STDERR_BYTES = 2_000
_PAGE_MB = resource.getpagesize() / 2**20
_FIRST_POLL_S = 0.02
_POLL_S = 0.05
_BUSY = 0.1
"""A process that used less of the time than this was not at work: it hangs, or was kept from the CPU."""


class Pipe(asyncio.SubprocessProtocol):
    """Takes in what a worker says, and wakes whoever waits when there is news."""

    def __init__(self) -> None:
        self._frames = Frames(TRAFFIC_BYTES)
        self.inbox: Inbox | None = None
        self.garbled: GarbledOutputError | None = None
        self.traffic = 0
        self.errors = bytearray()
        self.ended = False
        self.news = asyncio.Event()
        self.closed = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.traffic += len(data)
        if fd == 2:
            self.errors = (self.errors + data)[-_STDERR_BYTES:]
        elif self.garbled is None and self.traffic <= TRAFFIC_BYTES:
            try:
                for body in self._frames.feed(data):
                    if self.inbox is not None:
                        self.inbox.take(body)
            except GarbledOutputError as error:
                self.garbled = error
        if self.garbled or self.traffic > TRAFFIC_BYTES or (self.inbox and self.inbox.answered):
            self.news.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        if fd == 1:
            self.ended = True
            self.news.set()

    def process_exited(self) -> None:
        self.ended = True
        self.news.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.closed.done():
            self.closed.set_result(None)


class Used:
    """What one text uses: CPU time since it was sent, and the memory that is not left over from earlier texts."""

    def __init__(self, family: Sequence[int], base_mb: float) -> None:
        """`base_mb` is what the processes had before the first text."""
        self.since = time.monotonic()
        self._family = family
        self._cpu_before = cpu_s(family)
        self._left_over_mb = max(0.0, resident_mb(family) - base_mb)
        self._last_cpu_s = 0.0

    def cpu_s(self) -> float:
        """Not less than was seen before: a process that ended no longer tells."""
        self._last_cpu_s = max(self._last_cpu_s, cpu_s(self._family) - self._cpu_before)
        return self._last_cpu_s

    def resident_mb(self) -> float:
        return resident_mb(self._family) - self._left_over_mb


def cpu_s(family: Sequence[int]) -> float:
    """CPU time of these processes, in microseconds' resolution on Linux; those that are gone count nothing."""
    return sum(map(_cpu_s, family))


def resident_mb(family: Sequence[int]) -> float:
    return sum(map(_resident_mb, family))


def _cpu_s(pid: int) -> float:
    try:
        if sys.platform == "linux":
            return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3)
        times = psutil.Process(pid).cpu_times()
    except (OSError, psutil.Error):
        return 0.0
    return float(times.user + times.system)


def _resident_mb(pid: int) -> float:
    try:
        if sys.platform == "linux":  # many times faster than psutil, and asked twice a text
            with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:  # noqa: PTH123  a hot path
                return int(file.read(100).split()[1]) * _PAGE_MB
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except (OSError, psutil.Error):
        return 0.0


class Answer(Protocol):
    """What came so far of the answer to one text."""

    @property
    def answered(self) -> bool: ...
    @property
    def said_bytes(self) -> int: ...


class Peer(Protocol):
    """The end of a connection that a text went into."""

    @property
    def news(self) -> asyncio.Event: ...
    @property
    def garbled(self) -> GarbledOutputError | None: ...
    @property
    def ended(self) -> bool: ...
    @property
    def traffic(self) -> int: ...


async def until_answered(
    peer: Peer, answer: Answer, limits: Limits, used: Used, stall_s: float
) -> tuple[Status, str] | None:
    """None when the answer came; else what came instead: a limit, or a peer that does not keep to the protocol.

    `stall_s` is how long the peer may neither answer nor use the CPU.
    """
    start = used.since
    poll, at_work, work = _FIRST_POLL_S, start, 0.0
    while True:
        left = start + limits.wall_s - time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(poll, max(left, 0.0))):
                await peer.news.wait()
        if answer.said_bytes > limits.output_bytes:
            return over_limit(Limit.OUTPUT)
        if peer.garbled is not None:
            return Status.INFRA, f"the worker talks garbage: {peer.garbled}"
        if answer.answered:
            return None
        if peer.ended:
            return Status.INFRA, "the worker ended"
        if peer.traffic > TRAFFIC_BYTES:
            return Status.INFRA, "the worker floods"
        now, poll, busy_s = time.monotonic(), _POLL_S, used.cpu_s()
        if busy_s >= limits.cpu_s:
            return over_limit(Limit.CPU)
        if used.resident_mb() > limits.memory_mb:
            return over_limit(Limit.MEMORY)
        if now >= start + limits.wall_s and busy_s >= _BUSY * limits.wall_s:
            return over_limit(Limit.WALL)
        if busy_s > work + _BUSY * _POLL_S:
            at_work, work = now, busy_s
        if now >= min(start + limits.wall_s, at_work + stall_s):
            return Status.INFRA, "the worker does not answer"
