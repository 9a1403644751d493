"""The warm checker: as the plain one, but the first process that reads a text is a warm worker.

What a worker's answer means is judged by the same code on the same text, with the same evidence for a yes. A worker
that dies, hangs, floods or talks garbage says nothing about a submission: its text is read once more by a fresh
process, whose answer stands. Files of whole commands that no gate has read (`check_file`) and the audit never see a
warm worker.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from prover import __version__
from prover.errors import InputError
from prover.lean import source
from prover.lean.cache import VerdictCache, verdict_key
from prover.lean.checker import PlainChecker
from prover.lean.judge import Elaboration
from prover.lean.nursery import Nursery
from prover.lean.pool import Pool, Start
from prover.lean.protocol import Limits
from prover.lean.session import Session
from prover.lean.source import Refusal
from prover.lean.toolchain import Toolchain
from prover.lean.worker import Patience, Worker
from prover.types import Statement, Verdict

_FORK_PATIENCE = Patience(checks=200)
"""A fork is cheap: it is replaced long before it is old."""


def forked_start(nursery: Nursery, patience: Patience = _FORK_PATIENCE) -> Start:
    """Forks of the embedded Lean, which has read the one header that it has."""

    async def start(header: str, limits: Limits) -> Session:  # noqa: ARG001
        return await nursery.session(limits, patience)

    return start


def warm_start(toolchain: Toolchain, patience: Patience | None = None) -> Start:
    """Starts Lean's own language-server workers."""

    async def start(header: str, limits: Limits) -> Worker:
        return await Worker.start(toolchain, header, limits, patience)

    return start


class PooledChecker(PlainChecker):
    """Implements `Checker` over a pool of workers, with a cache of verdicts."""

    name = f"warm {__version__}"

    def __init__(
        self,
        toolchain: Toolchain,
        jobs: int | None = None,
        limits: Limits | None = None,
        *,
        start: Start | None = None,
    ) -> None:
        super().__init__(toolchain, jobs, limits)
        server, forks = warm_start(toolchain), self._auditor.submissions
        self._pool = self._places = Pool(start or server, jobs)
        """`_places` is for goals, which only a language server shows."""
        if start is None and forks is not None:
            self._pool = Pool(forked_start(forks), jobs)
        self._cache = VerdictCache()

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        check = partial(super().check_statement, statement, limits)
        return await self._cached("statement", statement, "", limits, check)

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        check = partial(super().check, statement, submission, limits)
        return await self._cached("submission", statement, submission, limits, check)

    async def goals(
        self, statement: Statement, submission: str, line: int, column: int, limits: Limits | None = None
    ) -> tuple[str, ...]:
        """The goals at a place of a submission (line from 1, column from 0), as Lean prints them.

        Raises `InputError` for a submission that does not get to Lean, `InfraError` where Lean does not answer.
        """
        header = self._toolchain.header(statement.header)
        parsed = source.parse_submission(submission, statement)
        if isinstance(parsed, Refusal):
            raise InputError(parsed.detail)
        spliced = source.splice(header, statement, parsed)
        place = spliced.place_in_file(line, column)
        if place is None:
            raise InputError(f"line {line} is not in the proof")
        return await self._places.goals(header, spliced.text, *place, limits or self._limits)

    @property
    def workers(self) -> int:
        return self._pool.alive + (self._places.alive if self._places is not self._pool else 0)

    async def aclose(self) -> None:
        await self._pool.aclose()
        await self._places.aclose()
        await super().aclose()

    async def _first(self, header: str, text: str, limits: Limits) -> Elaboration:
        return await self._pool.elaborate(header, text, limits)

    async def _first_with_goals(
        self, header: str, text: str, places: Sequence[tuple[int, int] | None], limits: Limits
    ) -> tuple[Elaboration, tuple[str, ...]]:
        pool = self._places if any(places) else self._pool
        return await pool.elaborate_with_goals(header, text, places, limits)

    async def _cached(
        self,
        kind: str,
        statement: Statement,
        submission: str,
        limits: Limits | None,
        check: Callable[[], Awaitable[Verdict]],
    ) -> Verdict:
        key = verdict_key(self.toolchain, kind, statement, submission)
        return await self._cache.get(key, limits or self._limits, check)
