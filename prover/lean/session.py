"""One fork of a zygote as the rest sees it: it reads one text after another, and each is bounded.

Implements what a pool of workers needs of a worker. A text that reaches a limit, and a session that dies, stops, floods
or talks garbage, end with the session killed; whoever gets an `Elaboration` looks at `usable` before the next text.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import struct
import time
from dataclasses import dataclass, field

from prover.errors import InfraError
from prover.lean.judge import Elaboration
from prover.lean.messages import GarbledOutputError, parse_messages
from prover.lean.pipe import TRAFFIC_BYTES, Used, cpu_s, resident_mb, until_answered
from prover.lean.protocol import Limits
from prover.lean.worker import Patience
from prover.types import Status

MODULE = "Statement"
"""The name of the module that a text is, unless said."""
FRAME = struct.Struct("!cI")
_REAP_S = 5.0


@dataclass(frozen=True, slots=True)
class Child:
    """The process of a session: its number and descriptor, what it says to standard error, and its exit code."""

    pid: int
    descriptor: int
    errors: int
    ended: asyncio.Future[int]


@dataclass(slots=True)
class _Reply:
    messages: list[bytes] = field(default_factory=list)
    olean: bytes = b""
    said_bytes: int = 0
    answered: bool = False


class Talk(asyncio.Protocol):
    """A session's socket. There: a length and JSON, `{"text", "module", "olean"}`. Back: frames of a kind, a length and
    so many bytes: `h` once it is there, `m` a message as JSON, `o` the compiled module, `d` when a text is done."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.transport: asyncio.Transport | None = None
        self.reply: _Reply | None = None
        self.garbled: GarbledOutputError | None = None
        self.traffic = 0
        self.ended = False
        self.news = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.traffic += len(data)
        if self.traffic > TRAFFIC_BYTES or self.garbled:
            self.news.set()
            return
        self._buffer += data
        while len(self._buffer) >= FRAME.size:
            kind, size = FRAME.unpack_from(self._buffer)
            end = FRAME.size + size
            if kind not in b"mod" or size > TRAFFIC_BYTES:
                self.garbled = GarbledOutputError(f"not a frame: {bytes(self._buffer[:40])!r}")
                self.news.set()
                return
            if len(self._buffer) < end:
                break
            self._take(kind, bytes(self._buffer[FRAME.size : end]))
            del self._buffer[:end]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.ended = True
        self.news.set()

    def _take(self, kind: bytes, body: bytes) -> None:
        reply = self.reply
        if reply is None or reply.answered:
            self.garbled = GarbledOutputError("an answer to a question that was not asked")
        elif kind == b"m":
            reply.messages.append(body)
            reply.said_bytes += len(body)
        elif kind == b"o":
            reply.olean = body
        else:
            reply.answered = True
        if reply is None or kind == b"d" or self.garbled:
            self.news.set()


class Session:
    """A fork of a zygote. Implements what a pool of workers needs, but shows no goals."""

    def __init__(self, child: Child, talk: Talk, limits: Limits, patience: Patience, start_s: float) -> None:
        self.memory_mb, self.start_s = limits.memory_mb, start_s
        self.checks = 0
        self._child, self._talk, self._patience = child, talk, patience
        self._started = time.monotonic()
        self._killed = self._closed = False
        self._base_mb = resident_mb(self.processes)

    @property
    def processes(self) -> tuple[int, ...]:
        return (self._child.pid,)

    @property
    def usable(self) -> bool:
        """Whether it may be given another text."""
        p = self._patience
        return not (
            self._killed
            or self._talk.ended
            or self._talk.garbled
            or self.checks >= p.checks
            or time.monotonic() - self._started >= p.age_s
            or resident_mb(self.processes) - self._base_mb >= p.growth_mb
            or cpu_s(self.processes) >= p.cpu_s
        )

    async def elaborate(self, text: str, limits: Limits) -> Elaboration:
        """Read a text to its end or to a limit."""
        return (await self._ask(text, MODULE, limits, compiled=False))[0]

    async def compile(self, text: str, limits: Limits, module: str = MODULE) -> tuple[Elaboration, bytes]:
        """The same, and the compiled module where there is no error."""
        return await self._ask(text, module, limits, compiled=True)

    async def goals(self, line: int, column: int, limits: Limits) -> tuple[str, ...]:  # noqa: ARG002
        raise InfraError("a fork of Lean keeps no goals; a worker of its language server does")

    def kill(self) -> None:
        self._killed = True
        if not self._closed:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._child.descriptor, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until a killed session is reaped; everything of it is closed."""
        await asyncio.wait([self._child.ended], timeout=_REAP_S)
        if not self._closed:
            self._closed = True
            os.close(self._child.descriptor)
            os.close(self._child.errors)
        if self._talk.transport is not None:
            self._talk.transport.abort()

    async def _ask(
        self, text: str, module: str, limits: Limits, *, compiled: bool
    ) -> tuple[Elaboration, bytes]:
        talk, used = self._talk, Used(self.processes, self._base_mb)
        self.checks += 1
        reply = talk.reply = _Reply()
        talk.traffic = 0
        talk.news.clear()
        broken: tuple[Status, str] | None = (Status.INFRA, "cancelled")
        try:
            data = json.dumps({"text": text, "module": module, "olean": compiled}).encode()
            assert talk.transport is not None
            talk.transport.write(len(data).to_bytes(4) + data)
            broken = await until_answered(talk, reply, limits, used, self._patience.stall_s)
        finally:
            talk.reply = None
            if broken is not None:
                self.kill()
        code = 0
        if broken is not None:
            last = self._last_words()
            await self.gone()
            code = self._child.ended.result() if self._child.ended.done() else 0
            if broken[0] is Status.INFRA:
                broken = broken[0], f"{broken[1]} ({code}): {last}" if last else f"{broken[1]} ({code})"
        messages, others = parse_messages(b"\n".join(reply.messages))
        if others:
            self.kill()
            broken = broken or (Status.INFRA, f"the worker talks garbage: {others[0][:80]!r}")
        done = Elaboration(tuple(messages), broken, code, time.monotonic() - used.since, used.cpu_s())
        return done, reply.olean if broken is None else b""

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            os.set_blocking(self._child.errors, False)
            said = os.read(self._child.errors, 2000).decode("utf-8", "replace").strip().splitlines()[-1:]
            return said[0][:200] if said else ""
        return ""
