"""A checker for the service's tests: it answers at once, late, never, or breaks down, as the text says."""

from __future__ import annotations

import asyncio

from prover.errors import InfraError
from prover.lean.audit import FileAudit
from prover.lean.file_report import SnippetReport
from prover.lean.files import FileReport, TheoremReport
from prover.lean.protocol import Limits
from prover.types import Statement, Status, Tier, Verdict
from tests.fakes import FakeChecker

TOOLCHAIN = "fake Lean 4.35.0"


class ServedFake(FakeChecker):
    """`hang` in a text never answers, `slow` takes a fifth of a second, `break` raises, `infra` says so."""

    workers = 1

    def __init__(self) -> None:
        super().__init__(rules={"rfl": Verdict(Status.PROVED, Tier.ELABORATED, toolchain=TOOLCHAIN)})
        self.at_work = self.most_at_work = self.cancelled = 0
        self.order: list[str] = []
        self.limits: list[Limits | None] = []

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        await self._read(submission, limits)
        if "infra" in submission:
            return Verdict(Status.INFRA, detail="the worker died")
        return await super().check(statement, submission, limits)

    async def audit_files(self, reference: str, submission: str, limits: Limits | None = None) -> FileAudit:
        await self._read(submission, limits)
        return FileAudit(Verdict(Status.PROVED, Tier.AUDITED), {"a": ("propext",)})

    async def check_file(self, text: str, limits: Limits | None = None) -> FileReport:
        return (await self.check_snippet(text, limits)).report

    async def check_snippet(
        self, text: str, limits: Limits | None = None, *, fresh: bool = False
    ) -> SnippetReport:
        await self._read(text, limits)
        self.calls.append(("snippet", "fresh" if fresh else "warm", text))
        status = Status.INFRA if "infra" in text else Status.PROVED
        theorem = TheoremReport("a", 1, status)
        return SnippetReport(
            FileReport(
                status, "the worker died" * (status is Status.INFRA), (theorem,), (), 0.1, 0.1, TOOLCHAIN
            )
        )

    async def _read(self, text: str, limits: Limits | None) -> None:
        self.limits.append(limits)
        self.order.append(text)
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            if "break" in text:
                raise InfraError("the pool of workers is closed")
            await asyncio.sleep(3600 if "hang" in text else 0.2 if "slow" in text else 0)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.at_work -= 1
