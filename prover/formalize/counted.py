"""A checker that counts what it is asked: checks, and seconds of Lean's CPU."""

from __future__ import annotations

from collections.abc import Sequence

from prover.lean.protocol import Checker, Limits, Probes
from prover.types import Spend, Statement, Verdict


class Counted:
    """Implements `Checker` over another. What was answered from memory costs nothing."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self.spend = Spend()

    @property
    def toolchain(self) -> str:
        return self._checker.toolchain

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        return self._count(await self._checker.check_statement(statement, limits))

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return self._count(await self._checker.check(statement, submission, limits))

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return self._count(await self._checker.audit(statement, submission, limits))

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        probes = await self._checker.probe(statement, blocks, limits)
        self.spend += Spend(checks=len(blocks), lean_cpu_s=max(0.0, probes.cpu_s))
        return probes

    async def aclose(self) -> None:
        """Nothing: whoever opened the checker closes it."""

    def _count(self, verdict: Verdict) -> Verdict:
        self.spend += Spend(checks=1, lean_cpu_s=0.0 if verdict.cached else verdict.cpu_s)
        return verdict
