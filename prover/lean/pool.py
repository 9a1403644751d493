"""Warm workers shared by many callers: at most `jobs` texts at a time, each worker under the header it was started for.

Fair over headers: a free worker takes the next text of its own header, unless another header got no worker for so long
that starting one for it is a small part of its turn. A caller waits until it is its turn; a caller that is cancelled
frees its worker by killing it. A worker that broke is never used again; after the first one, a spare is kept ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from prover.errors import InfraError
from prover.lean.judge import Elaboration
from prover.lean.protocol import Limits
from prover.types import Status

_SPARES = 1
_STARTS_WAITED = 4
"""Another header has its turn once it got no worker for the time that this many starts take."""
_RETRY_START_S = 30.0


class Reads(Protocol):
    """What the pool needs of a worker."""

    start_s: float

    @property
    def usable(self) -> bool: ...
    @property
    def processes(self) -> tuple[int, ...]: ...
    async def elaborate(self, text: str, limits: Limits) -> Elaboration: ...
    async def goals(self, line: int, column: int, limits: Limits) -> tuple[str, ...]: ...
    def kill(self) -> None: ...
    async def gone(self) -> None: ...


Start = Callable[[str, Limits], Awaitable[Reads]]
"""Starts a worker for a header, under limits. Raises `InfraError`."""


@dataclass(frozen=True, slots=True)
class _Key:
    header: str
    memory_mb: int


@dataclass(slots=True, eq=False)
class _Waiter:
    since: float
    turn: asyncio.Future[Reads | None]


@dataclass(slots=True)
class _Line:
    """What the pool knows of one header."""

    idle: list[Reads] = field(default_factory=list)
    waiting: deque[_Waiter] = field(default_factory=deque)
    start_s: float = 0.1
    failed_at: float = -_RETRY_START_S
    served_at: float = 0.0
    refilling: bool = False

    def waited(self, now: float) -> float:
        """How long this header, which has texts waiting, got no worker."""
        return now - max(self.waiting[0].since, self.served_at)


class Pool:
    def __init__(self, start: Start, jobs: int | None = None) -> None:
        self._start = start
        self._jobs = jobs or os.cpu_count() or 1
        self._free = self._jobs
        self._lines: OrderedDict[_Key, _Line] = OrderedDict()
        """By use, least recent first."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._alive = 0
        self._closed = False

    async def elaborate(self, header: str, text: str, limits: Limits) -> Elaboration:
        """Read one text, which begins with `header`. A worker that fails makes the elaboration `INFRA`."""
        try:
            async with self._worker(_Key(header, limits.memory_mb), limits) as worker:
                return await worker.elaborate(text, limits)
        except InfraError as error:
            return Elaboration((), (Status.INFRA, str(error)))

    async def elaborate_with_goals(
        self, header: str, text: str, places: Sequence[tuple[int, int] | None], limits: Limits
    ) -> tuple[Elaboration, tuple[str, ...]]:
        """`elaborate`, and the first goal at each place, in the same turn; empty where there is no place or no goal.

        Goals are an extra: where asking for them breaks the worker, the elaboration stands and the rest is left out.
        """
        goals: list[str] = []
        try:
            async with self._worker(_Key(header, limits.memory_mb), limits) as worker:
                done = await worker.elaborate(text, limits)
                for place in places if done.broken is None else ():
                    try:
                        found = await worker.goals(*place, limits) if place is not None else ()
                    except InfraError:
                        break
                    goals.append(found[0] if found else "")
                return done, tuple(goals)
        except InfraError as error:
            return Elaboration((), (Status.INFRA, str(error))), ()

    async def goals(self, header: str, text: str, line: int, column: int, limits: Limits) -> tuple[str, ...]:
        """The goals at a place of a text. Raises `InfraError` where no worker answers."""
        async with self._worker(_Key(header, limits.memory_mb), limits) as worker:
            done = await worker.elaborate(text, limits)
            if done.broken is not None:
                raise InfraError(done.broken[1])
            return await worker.goals(line, column, limits)

    @property
    def alive(self) -> int:
        """Workers that are there, busy, idle or just starting."""
        return self._alive

    async def aclose(self) -> None:
        """Kill every worker and wait until it is gone."""
        self._closed = True
        for line in self._lines.values():
            while line.idle:
                self._retire(line.idle.pop())
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    @contextlib.asynccontextmanager
    async def _worker(self, key: _Key, limits: Limits) -> AsyncIterator[Reads]:
        """A slot, with a worker in it."""
        worker = await self._turn(key)
        try:
            if worker is None:
                worker = await self._begin(key, limits)
            yield worker
        except BaseException:
            if worker is not None:
                worker.kill()
            raise
        finally:
            broken = worker is not None and not worker.usable
            if broken and worker is not None:
                self._retire(worker)
            self._release(key, None if broken else worker)
            if broken:
                self._refill(key, limits)

    async def _turn(self, key: _Key) -> Reads | None:
        """Wait for a slot; an idle worker comes with it where there is one."""
        if self._closed:
            raise InfraError("the pool of workers is closed")
        line = self._line(key)
        if self._free and not any(other.waiting for other in self._lines.values()):
            self._free -= 1
            return self._take(line)
        waiter = _Waiter(time.monotonic(), asyncio.get_running_loop().create_future())
        line.waiting.append(waiter)
        try:
            return await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled():
                self._release(key, waiter.turn.result())
            elif waiter in line.waiting:
                line.waiting.remove(waiter)
            raise

    def _line(self, key: _Key) -> _Line:
        line = self._lines.setdefault(key, _Line())
        self._lines.move_to_end(key)
        return line

    def _take(self, line: _Line) -> Reads | None:
        while line.idle:
            worker = line.idle.pop()
            if worker.usable:
                return worker
            self._retire(worker)
        return None

    def _release(self, key: _Key, worker: Reads | None) -> None:
        """Give a slot, and the worker in it, to whoever is next."""
        own = self._line(key)
        if worker is not None:
            own.idle.append(worker)
        line = self._next(own)
        if line is None:
            self._free += 1
        else:
            line.served_at = time.monotonic()
            line.waiting.popleft().turn.set_result(self._take(line))
        if self._closed:
            while own.idle:
                self._retire(own.idle.pop())

    def _next(self, own: _Line) -> _Line | None:
        """The line to be served: the one that just was, unless another one waited too long."""
        for line in self._lines.values():
            while line.waiting and line.waiting[0].turn.done():
                line.waiting.popleft()  # cancelled, and not yet told so
        now = time.monotonic()
        others = [line for line in self._lines.values() if line.waiting and line is not own]
        other = max(others, key=lambda line: line.waited(now), default=None)
        if own.waiting and (other is None or other.waited(now) < _STARTS_WAITED * own.start_s):
            return own
        return other

    async def _begin(self, key: _Key, limits: Limits) -> Reads:
        """Start a worker, in the place of the idle one that was not used for longest."""
        line = self._line(key)
        if time.monotonic() - line.failed_at < _RETRY_START_S:
            raise InfraError("no worker starts for this header")
        self._make_room()
        self._alive += 1
        try:
            worker = await self._start(key.header, limits)
        except BaseException as error:
            self._alive -= 1
            if isinstance(error, InfraError):
                line.failed_at = time.monotonic()
            raise
        line.start_s = worker.start_s
        return worker

    def _make_room(self) -> None:
        for line in self._lines.values():
            while line.idle and self._alive >= self._jobs + _SPARES:
                self._retire(line.idle.pop(0))
        for key in [
            k for k, line in self._lines.items() if not (line.idle or line.waiting or line.refilling)
        ]:
            if len(self._lines) > 2 * self._jobs + _SPARES:
                del self._lines[key]

    def _refill(self, key: _Key, limits: Limits) -> None:
        """Keep a spare ready for a header whose workers break."""
        line = self._line(key)
        if not (self._closed or line.idle or line.refilling) and self._alive < self._jobs + _SPARES:
            line.refilling = True
            self._spawn(self._add_spare(key, line, limits))

    async def _add_spare(self, key: _Key, line: _Line, limits: Limits) -> None:
        try:
            worker = await self._begin(key, limits)
        except InfraError:
            return
        finally:
            line.refilling = False
        if self._closed:
            self._retire(worker)
        else:
            line.idle.append(worker)

    def _retire(self, worker: Reads) -> None:
        worker.kill()
        self._alive -= 1
        self._spawn(worker.gone())

    def _spawn(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
