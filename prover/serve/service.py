"""One request's way: in at the desk, its checks one turn each, out with the answers, or out early.

A client that goes away, and a shutdown whose grace is over, cancel the request's checks; a cancelled check ends its
process of Lean. Breakdowns of ours come out as `INFRA`, never as a failed proof.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from prover.lean.audit import FileAudit
from prover.lean.file_report import SnippetReport
from prover.lean.files import FileReport
from prover.lean.protocol import Limits
from prover.serve.desk import Desk, RefusedError, Visit
from prover.serve.guard import address
from prover.serve.metrics import Metrics
from prover.serve.rate import RateLimit
from prover.serve.settings import Settings
from prover.types import Statement, Verdict

T = TypeVar("T")
CLIENT_LEFT = 499


class ServedChecker(Protocol):
    """What a service needs of a checker."""

    @property
    def toolchain(self) -> str: ...
    @property
    def workers(self) -> int: ...
    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict: ...
    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict: ...
    async def audit_files(
        self, reference: str, submission: str, limits: Limits | None = None
    ) -> FileAudit: ...
    async def check_file(self, text: str, limits: Limits | None = None) -> FileReport: ...
    async def check_snippet(
        self, text: str, limits: Limits | None = None, *, fresh: bool = False
    ) -> SnippetReport: ...


class Service:
    def __init__(self, checker: ServedChecker, settings: Settings) -> None:
        self.checker, self.settings = checker, settings
        self.desk = Desk(settings.jobs, settings.queue)
        self.rate = RateLimit(settings.rate)
        self.metrics = Metrics(self.desk, lambda: checker.workers)

    def limits(
        self, wall_s: float | None = None, cpu_s: float | None = None, memory_mb: int | None = None
    ) -> Limits:
        """The server's own, or less where less is asked for."""
        most = self.settings.limits
        return replace(
            most,
            wall_s=min(most.wall_s, wall_s if wall_s is not None else most.wall_s),
            cpu_s=min(most.cpu_s, cpu_s if cpu_s is not None else most.cpu_s),
            memory_mb=min(most.memory_mb, memory_mb if memory_mb is not None else most.memory_mb),
        )

    async def answer(self, request: Request, checks: int, work: Callable[[Visit], Awaitable[T]]) -> T:
        """What `work` comes to, while the client waits for it. Raises `HTTPException`."""
        if checks > self.desk.capacity:
            raise HTTPException(
                422, f"{checks} checks in one request; this server takes at most {self.desk.capacity}"
            )
        self.rate.charge(address(request.scope), checks - 1)  # the guard charged the first one
        try:
            with self.desk.enter(checks) as visit:
                return await self._while_wanted(request, work(visit))
        except RefusedError as error:
            raise HTTPException(503, str(error), {"Retry-After": str(error.retry_s)}) from None

    async def _while_wanted(self, request: Request, work: Awaitable[T]) -> T:
        task = asyncio.ensure_future(work)
        left = asyncio.ensure_future(_left(request))
        stopped = asyncio.ensure_future(self.desk.stopped.wait())
        every = (task, left, stopped)
        try:
            await asyncio.wait(every, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            for each in every:
                each.cancel()
            await asyncio.wait(every)
        if left.done() and not left.cancelled():
            raise HTTPException(CLIENT_LEFT, "the client left")
        raise HTTPException(503, "the server is shutting down", {"Retry-After": "60"})

    @asynccontextmanager
    async def check(self, visit: Visit, endpoint: str) -> AsyncIterator[Tally]:
        """One turn, counted under the status that it is told."""
        async with visit.turn():
            tally, start = Tally(), time.monotonic()
            try:
                yield tally
            finally:
                self.metrics.checked(endpoint, tally.status, time.monotonic() - start)


class Tally:
    """What a check came to, for the metrics."""

    status = "cancelled"


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
