"""Who is next: a bounded number of checks inside, `jobs` of them at work, and every request served in turn.

A request enters with all its checks or not at all. Turns go round among the requests that wait, so that a batch of a
thousand delays a single check by one turn, not by a thousand. On `drain` nobody enters any more; `stopped` is set when
those inside have to leave, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator

_SOONEST_S, _LATEST_S = 1, 60


class RefusedError(Exception):
    """Nobody may enter now; `retry_s` says when it is worth another try."""

    def __init__(self, reason: str, retry_s: int) -> None:
        super().__init__(reason)
        self.retry_s = retry_s


class Visit:
    """One request inside."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.waiting: deque[asyncio.Future[None]] = deque()

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold a slot for one check."""
        await self._desk.acquire(self)
        start = time.monotonic()
        try:
            yield
        finally:
            self._desk.release(time.monotonic() - start)


class Desk:
    def __init__(self, jobs: int, queue: int) -> None:
        self.jobs, self.capacity = jobs, jobs + queue
        self.draining = False
        self.stopped = asyncio.Event()
        self._free = jobs
        self._inside = 0
        self._visits: OrderedDict[Visit, None] = OrderedDict()
        """Those that wait for a turn, the next one first."""
        self._empty = asyncio.Event()
        self._empty.set()
        self._check_s = 0.1
        """A running mean."""

    @property
    def at_work(self) -> int:
        return self.jobs - self._free

    @property
    def queued(self) -> int:
        return sum(len(visit.waiting) for visit in self._visits)

    @contextlib.contextmanager
    def enter(self, checks: int) -> Iterator[Visit]:
        """Room for a request of so many checks. Raises `RefusedError`."""
        if self.draining:
            raise RefusedError("the server is shutting down", _LATEST_S)
        if self._inside + checks > self.capacity:
            raise RefusedError(
                f"the queue is full ({self._inside} of {self.capacity} checks inside)", self._retry_s()
            )
        self._inside += checks
        self._empty.clear()
        try:
            yield Visit(self)
        finally:
            self._inside -= checks
            if not self._inside:
                self._empty.set()

    def drain(self) -> None:
        self.draining = True

    async def empty(self) -> None:
        """Wait until nobody is inside."""
        await self._empty.wait()

    async def acquire(self, visit: Visit) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        visit.waiting.append(turn)
        self._visits.setdefault(visit)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()
            elif turn in visit.waiting:
                visit.waiting.remove(turn)
                self._forget(visit)
            raise

    def release(self, used_s: float) -> None:
        self._check_s += 0.1 * (used_s - self._check_s)
        self._pass_on()

    def _pass_on(self) -> None:
        """Give a slot to the request whose turn it is."""
        while self._visits:
            visit, _ = self._visits.popitem(last=False)
            while visit.waiting:
                turn = visit.waiting.popleft()
                if turn.done():
                    continue  # cancelled, and not yet told so
                if visit.waiting:
                    self._visits[visit] = None
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, visit: Visit) -> None:
        if not visit.waiting:
            self._visits.pop(visit, None)

    def _retry_s(self) -> int:
        expected = self._check_s * self._inside / self.jobs
        return min(_LATEST_S, max(_SOONEST_S, math.ceil(expected)))
