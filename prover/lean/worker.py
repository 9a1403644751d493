"""One warm Lean: a process that has elaborated a header and reads one text after another under it.

`lean --worker`, started directly, speaks the language-server protocol on its standard streams. A text is sent as a
whole, under a rising version; it is done when the question sent after it is answered for that version. One text at a
time. A text that reaches a limit, a peer that dies, stops, floods or talks garbage, and a task that is cancelled all
end with the process group killed: whoever gets an `Elaboration` looks at `usable` before the next text.

Not judged here: what an elaboration means. Not known: what a hostile text leaves behind in a process; that is why a
worker's yes is the fast gate's only, and why workers are recycled.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from prover.errors import InfraError
from prover.lean import lsp, sandbox
from prover.lean.judge import Elaboration, over_limit
from prover.lean.lsp import Frames, Inbox
from prover.lean.messages import GarbledOutputError
from prover.lean.process import Limit, limited
from prover.lean.protocol import Limits
from prover.lean.toolchain import Profile, Toolchain
from prover.types import Status

OPTIONS = ("--worker", "-Dserver.reportDelayMs=0", "-DElab.async=false", "-Dlinter.all=false")
SPARE_ADDRESS_SPACE_MB = 4096
_NOWHERE = Path("/tmp")
"""A worker reads and writes no file; in a sandbox this folder is empty, and its own."""
_REAP_S = 5.0
_FIRST_POLL_S = 0.02
_POLL_S = 0.05
_TRAFFIC_BYTES = 64_000_000
"""What one text may cause beside its diagnostics (progress, index)."""
_BUSY = 0.1
"""A worker that used less of the time than this was not at work: it hangs, or was kept from the CPU."""
_STDERR_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Patience:
    """When a worker is given up, and when it is replaced though it works."""

    start_s: float = 120.0
    """For the header; importing Mathlib from a cold disk takes a minute."""
    stall_s: float = 10.0
    """Without an answer and without using the CPU."""
    checks: int = 2_000
    age_s: float = 3_600.0
    growth_mb: float = 512.0
    cpu_s: float = 3_600.0


class _Pipe(asyncio.SubprocessProtocol):
    """The worker's end of the line: takes in what it says, and wakes whoever waits when there is news."""

    def __init__(self) -> None:
        self._frames = Frames(_TRAFFIC_BYTES)
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
        elif self.garbled is None and self.traffic <= _TRAFFIC_BYTES:
            try:
                for body in self._frames.feed(data):
                    if self.inbox is not None:
                        self.inbox.take(body)
            except GarbledOutputError as error:
                self.garbled = error
        if self.garbled or self.traffic > _TRAFFIC_BYTES or (self.inbox and self.inbox.answered):
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


class Worker:
    """A started process. `header` is what every text begins with, byte for byte."""

    def __init__(
        self,
        header: str,
        memory_mb: int,
        patience: Patience,
        transport: asyncio.SubprocessTransport,
        pipe: _Pipe,
    ) -> None:
        self.header, self.memory_mb = header, memory_mb
        self.checks = 0
        self.start_s = 0.0
        self._patience, self._transport, self._pipe = patience, transport, pipe
        self._started = time.monotonic()
        self._pid = transport.get_pid()
        self._family = [self._pid]
        self._base_mb = 0.0
        self._version = self._number = 1
        self._text = header
        self._killed = False

    @classmethod
    async def start(
        cls,
        toolchain: Toolchain,
        header: str,
        limits: Limits,
        patience: Patience | None = None,
        *,
        sandboxed: bool = True,
    ) -> Worker:
        """A worker that has read `header`. Raises `InfraError` where there is none to be had."""
        patience = patience or Patience()
        core = toolchain.profile is Profile.CORE
        argv: Sequence[str] = (*toolchain.argv, *OPTIONS, lsp.URI)
        if sandboxed:
            argv = sandbox.wrap(argv, readable=sandbox.needed_by(toolchain), cwd=_NOWHERE)
        command = limited(
            argv,
            patience.cpu_s + 2 * limits.cpu_s,
            limits.memory_mb + SPARE_ADDRESS_SPACE_MB if core else None,
        )
        try:
            transport, pipe = await asyncio.get_running_loop().subprocess_exec(
                _Pipe,
                *command,
                env=dict(toolchain.env),
                cwd=toolchain.cwd or _NOWHERE,
                start_new_session=True,
            )
        except OSError as error:
            raise InfraError(f"cannot start a worker: {error.strerror or error}") from error
        worker = cls(header, limits.memory_mb, patience, transport, pipe)
        hello = lsp.initialize() + lsp.did_open(header, worker._version)
        allowed = replace(limits, wall_s=patience.start_s, cpu_s=patience.start_s)
        inbox = Inbox(worker._number, worker._version)
        done = await worker._ask(
            hello + lsp.wait_for_diagnostics(inbox.number, inbox.version), inbox, allowed
        )
        if done.broken is not None:
            await worker.gone()
            raise InfraError(f"the worker did not start: {done.broken[1]}")
        with contextlib.suppress(psutil.Error):
            worker._family += [p.pid for p in psutil.Process(worker._pid).children(recursive=True)]
        worker._base_mb = worker.resident_mb()
        worker.start_s = done.wall_s
        return worker

    @property
    def usable(self) -> bool:
        """Whether it may be given another text."""
        p = self._patience
        return not (
            self._killed
            or self._pipe.ended
            or self._pipe.garbled
            or self.checks >= p.checks
            or time.monotonic() - self._started >= p.age_s
            or self.resident_mb() - self._base_mb >= p.growth_mb
            or self._cpu_s() >= p.cpu_s
        )

    async def elaborate(self, text: str, limits: Limits) -> Elaboration:
        """Read a text, which begins with the header, to its end or to a limit."""
        assert text.startswith(self.header)
        self.checks += 1
        self._version += 1
        self._number += 1
        self._text = text
        inbox = Inbox(self._number, self._version)
        sent = lsp.did_change(text, inbox.version) + lsp.wait_for_diagnostics(inbox.number, inbox.version)
        done = await self._ask(sent, inbox, limits)
        try:
            return replace(done, messages=lsp.read_messages(inbox.diagnostics, text))
        except GarbledOutputError as error:
            self.kill()
            return replace(done, broken=(Status.INFRA, f"the worker talks garbage: {error}"))

    async def goals(self, line: int, column: int, limits: Limits) -> tuple[str, ...]:
        """The goals at a place (line from 1, column in code points) of the last text. Raises `InfraError`."""
        lines = self._text.split("\n")
        unit = lsp.code_units(lines[line - 1], column) if 1 <= line <= len(lines) else column
        self._number += 1
        inbox = Inbox(self._number, self._version)
        done = await self._ask(lsp.plain_goal(inbox.number, line - 1, unit), inbox, limits)
        try:
            if done.broken is None:
                return lsp.read_goals(inbox.result)
        except GarbledOutputError as error:
            self.kill()
            raise InfraError(f"the worker talks garbage: {error}") from error
        raise InfraError(done.broken[1])

    def kill(self) -> None:
        """End the process and whatever it started. Not the transport: that would race for the exit status."""
        self._killed = True
        if self._transport.get_returncode() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until a killed process is reaped and its pipes are closed."""
        await asyncio.wait([self._pipe.closed], timeout=_REAP_S)
        self._transport.close()  # a process that it left behind may hold the pipes open

    def resident_mb(self) -> float:
        return sum(map(_resident_mb, self._family))

    def _cpu_s(self) -> float:
        return sum(map(_cpu_s, self._family))

    async def _ask(self, sent: bytes, inbox: Inbox, limits: Limits) -> Elaboration:
        """Send, and wait for the answer; whatever else comes of it, the process is killed."""
        pipe, start, used = self._pipe, time.monotonic(), _Used(self)
        pipe.inbox, pipe.traffic = inbox, 0
        pipe.news.clear()
        broken: tuple[Status, str] | None = (Status.INFRA, "cancelled")
        try:
            stdin = self._transport.get_pipe_transport(0)
            if isinstance(stdin, asyncio.WriteTransport):
                stdin.write(sent)
            broken = await self._until_answered(inbox, limits, start, used)
        finally:
            pipe.inbox = None
            if broken is not None:
                self.kill()
        code = 0
        if pipe.ended:
            await self.gone()
            code = self._transport.get_returncode() or 0
        if broken is not None and broken[0] is Status.INFRA:
            last = pipe.errors.decode("utf-8", "replace").strip().splitlines()[-1:]
            broken = broken[0], f"{broken[1]}: {last[0][:200]}" if last else broken[1]
        return Elaboration((), broken, code, time.monotonic() - start, used.cpu_s())

    async def _until_answered(
        self, inbox: Inbox, limits: Limits, start: float, used: _Used
    ) -> tuple[Status, str] | None:
        """None when the answer came; else what came instead."""
        pipe, poll = self._pipe, _FIRST_POLL_S
        at_work, work = start, 0.0
        while True:
            left = start + limits.wall_s - time.monotonic()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(poll, max(left, 0.0))):
                    await pipe.news.wait()
            if inbox.said_bytes > limits.output_bytes:
                return over_limit(Limit.OUTPUT)
            if pipe.garbled is not None:
                return Status.INFRA, f"the worker talks garbage: {pipe.garbled}"
            if inbox.answered:
                return None
            if pipe.ended:
                return Status.INFRA, "the worker ended"
            if pipe.traffic > _TRAFFIC_BYTES:
                return Status.INFRA, "the worker floods"
            now, poll, cpu_s = time.monotonic(), _POLL_S, used.cpu_s()
            if cpu_s >= limits.cpu_s:
                return over_limit(Limit.CPU)
            if used.resident_mb() > limits.memory_mb:
                return over_limit(Limit.MEMORY)
            if now >= start + limits.wall_s and cpu_s >= _BUSY * limits.wall_s:
                return over_limit(Limit.WALL)
            if cpu_s > work + _BUSY * _POLL_S:
                at_work, work = now, cpu_s
            if now >= min(start + limits.wall_s, at_work + self._patience.stall_s):
                return Status.INFRA, "the worker does not answer"


class _Used:
    """What one text uses: CPU time since it was sent, and the memory that is not left over from earlier texts."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._cpu_before = worker._cpu_s()
        self._left_over_mb = max(0.0, worker.resident_mb() - worker._base_mb) if worker._base_mb else 0.0
        self._last_cpu_s = 0.0

    def cpu_s(self) -> float:
        """Not less than was seen before: a process that ended no longer tells."""
        self._last_cpu_s = max(self._last_cpu_s, self._worker._cpu_s() - self._cpu_before)
        return self._last_cpu_s

    def resident_mb(self) -> float:
        return self._worker.resident_mb() - self._left_over_mb


def _cpu_s(pid: int) -> float:
    """CPU time of a process in microseconds' resolution on Linux; 0 when it is gone."""
    try:
        if sys.platform == "linux":
            return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3)
        times = psutil.Process(pid).cpu_times()
    except (OSError, psutil.Error):
        return 0.0
    return float(times.user + times.system)


def _resident_mb(pid: int) -> float:
    try:
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0
