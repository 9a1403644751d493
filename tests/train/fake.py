"""A judge without Lean, for trainings by its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from prover.lean.protocol import Limits
from prover.types import Statement, Status, Tier, Verdict


class Fake:
    """A judge without Lean: `omega` proves what is true; `hole` lets more through, `broken` breaks."""

    toolchain = "fake"

    def __init__(
        self, hole: Callable[[str], bool] = lambda _: False, broken: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._hole, self._broken = hole, broken
        self.asked: list[str] = []

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        return Verdict(Status.INCOMPLETE)

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        self.asked.append(submission)
        if self._broken(submission):
            return Verdict(Status.INFRA)
        true = statement.name == "t" and submission.strip() in ("omega", "simp")
        if true or self._hole(submission):
            return Verdict(Status.PROVED, Tier.ELABORATED)
        return Verdict(Status.ELABORATION_ERROR)

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return Verdict(Status.PROVED, Tier.AUDITED)

    async def probe(self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None) -> Any:
        raise AssertionError

    async def aclose(self) -> None:
        return
