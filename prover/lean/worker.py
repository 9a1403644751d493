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
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from prover.errors import InfraError
from prover.lean import cgroup, lsp, sandbox
from prover.lean.cgroup import Group
from prover.lean.judge import Elaboration
from prover.lean.lsp import Inbox
from prover.lean.messages import GarbledOutputError
from prover.lean.pipe import Pipe, Used, cpu_s, resident_mb, until_answered
from prover.lean.process import limited
from prover.lean.protocol import Limits
from prover.lean.start import started
from prover.lean.toolchain import Toolchain
from prover.types import Status

OPTIONS = ("--worker", "-Dserver.reportDelayMs=2", "-DElab.async=false", "-Dlinter.all=false")
"""Lean reports at most every 2 ms: at 0 it spends a tenth more on reports, at its default a check waits for 200 ms."""
_NOWHERE = Path("/tmp")
"""A worker reads and writes no file; in a sandbox this folder is empty, or closed to it."""
_REAP_S = 5.0


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


class Worker:
    """A started process. `header` is what every text begins with, byte for byte."""

    def __init__(
        self,
        header: str,
        memory_mb: int,
        patience: Patience,
        transport: asyncio.SubprocessTransport,
        pipe: Pipe,
    ) -> None:
        self.header, self.memory_mb = header, memory_mb
        self.checks = 0
        self.start_s = 0.0
        self._patience, self._transport, self._pipe = patience, transport, pipe
        self._started = time.monotonic()
        self._pid = transport.get_pid()
        self._family = [self._pid]
        self._base_mb = 0.0
        self._stall_s = patience.start_s  # until its processes are known, work cannot be told from waiting
        self._group: Group | None = None
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
    ) -> Worker:
        """A worker that has read `header`. Raises `InfraError` where there is none to be had."""
        patience = patience or Patience()
        argv = sandbox.enclose(toolchain, (*toolchain.argv, *OPTIONS, lsp.URI), cwd=_NOWHERE)
        # Behind the limit on one text: earlier ones may have left something.
        group = cgroup.open_group(limits.memory_mb + int(patience.growth_mb))
        command = limited(argv, patience.cpu_s + 2 * limits.cpu_s, toolchain.address_space_mb(limits), group)

        def begun(pair: tuple[asyncio.SubprocessTransport, Pipe]) -> Worker:
            worker = cls(header, limits.memory_mb, patience, *pair)
            worker._group = group
            return worker

        async def dropped(pair: tuple[asyncio.SubprocessTransport, Pipe]) -> None:
            worker = begun(pair)
            worker.kill()
            await worker.gone()

        try:
            pair = await started(
                asyncio.get_running_loop().subprocess_exec(
                    Pipe,
                    *command,
                    env=dict(toolchain.env),
                    cwd=_NOWHERE,
                    start_new_session=True,
                ),
                dropped,
            )
        except OSError as error:
            if group is not None:
                group.close()
            raise InfraError(f"cannot start a worker: {error.strerror or error}") from error
        worker = begun(pair)
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
        worker._base_mb = resident_mb(worker._family)
        worker.start_s, worker._stall_s = done.wall_s, patience.stall_s
        return worker

    @property
    def processes(self) -> tuple[int, ...]:
        """Lean's process and, before it, those that wrap it."""
        return tuple(self._family)

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
            or resident_mb(self._family) - self._base_mb >= p.growth_mb
            or cpu_s(self._family) >= p.cpu_s
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
        """The goals at a place (line from 1, column in code points) of the last text; outside any tactic block, the
        one of the term that stands there. Raises `InfraError`."""
        lines = self._text.split("\n")
        unit = lsp.code_units(lines[line - 1], column) if 1 <= line <= len(lines) else column
        try:
            found = await self._at(lsp.plain_goal, line - 1, unit, limits)
            if found is not None:
                return lsp.read_goals(found)
            return lsp.read_term_goal(await self._at(lsp.plain_term_goal, line - 1, unit, limits))
        except GarbledOutputError as error:
            self.kill()
            raise InfraError(f"the worker talks garbage: {error}") from error

    async def _at(
        self, question: Callable[[int, int, int], bytes], line: int, unit: int, limits: Limits
    ) -> Any:
        """The answer to a question about a place. Raises `InfraError`."""
        self._number += 1
        inbox = Inbox(self._number, self._version)
        done = await self._ask(question(inbox.number, line, unit), inbox, limits)
        if done.broken is not None:
            raise InfraError(done.broken[1])
        return inbox.result

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
        if self._group is not None:
            await asyncio.to_thread(self._group.close)

    async def _ask(self, sent: bytes, inbox: Inbox, limits: Limits) -> Elaboration:
        """Send, and wait for the answer; whatever else comes of it, the process is killed."""
        pipe, used = self._pipe, Used(self._family, self._base_mb)
        pipe.inbox, pipe.traffic = inbox, 0
        pipe.news.clear()
        broken: tuple[Status, str] | None = (Status.INFRA, "cancelled")
        try:
            stdin = self._transport.get_pipe_transport(0)
            if isinstance(stdin, asyncio.WriteTransport):
                stdin.write(sent)
            broken = await until_answered(pipe, inbox, limits, used, self._stall_s)
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
        return Elaboration((), broken, code, time.monotonic() - used.since, used.cpu_s())
