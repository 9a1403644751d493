"""A checker with a meter: what one statement costs of Lean's CPU, however many questions it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from prover.lean.protocol import Checker, Limits, Probes
from prover.types import Spend, Statement, Verdict


@dataclass
class Metered:
    """Passes every question on. Answers from a cache cost nothing."""

    checker: Checker
    spend: Spend = field(default_factory=Spend)

    @property
    def cpu_s(self) -> float:
        return self.spend.lean_cpu_s

    @property
    def toolchain(self) -> str:
        return self.checker.toolchain

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        return self._count(await self.checker.check_statement(statement, limits))

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return self._count(await self.checker.check(statement, submission, limits))

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return self._count(await self.checker.audit(statement, submission, limits))

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        probes = await self.checker.probe(statement, blocks, limits)
        self.spend += Spend(checks=len(blocks), lean_cpu_s=max(0.0, probes.cpu_s))
        return probes

    async def aclose(self) -> None:
        await self.checker.aclose()

    def _count(self, verdict: Verdict) -> Verdict:
        self.spend += Spend(checks=1, lean_cpu_s=0.0 if verdict.cached else verdict.cpu_s)
        return verdict
