"""Probes under a budget: the only place where the hammer asks Lean anything.

A session counts what its probes cost, gives every batch no more than is left, and stops the search by
raising `BudgetEndedError`. Answers are checked against the questions: a batch of the wrong length, or answers
that say nothing at all, mean that the checker broke, and become `InfraError` after one more try.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from prover.errors import InfraError
from prover.lean.protocol import Checker, Limits, Probe, Probes
from prover.types import Spend, Statement, StopReason

BATCH_S = 20.0
"""Seconds of Lean's CPU that one batch may take; on the clock, on a busy machine, three times as many."""


@dataclass(frozen=True, slots=True)
class HammerBudget:
    """Bounds for one statement. Lean's CPU seconds are counted by the checker, batch by batch."""

    lean_cpu_s: float = 60.0
    wall_s: float = 120.0
    max_probes: int = 20_000
    max_nodes: int = 2_000
    max_depth: int = 12


class BudgetEndedError(Exception):
    def __init__(self, reason: StopReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Session:
    """The account of one hammering. Not shared between statements."""

    def __init__(self, statement: Statement, checker: Checker, budget: HammerBudget) -> None:
        self.statement = statement
        self.checker = checker
        self.budget = budget
        self.tried = 0
        self.cpu_s = 0.0
        self._begin = time.monotonic()

    @property
    def spend(self) -> Spend:
        return Spend(checks=self.tried, lean_cpu_s=self.cpu_s, wall_s=time.monotonic() - self._begin)

    def ended(self) -> StopReason | None:
        if self.cpu_s >= self.budget.lean_cpu_s:
            return StopReason.LEAN_CPU
        if time.monotonic() - self._begin >= self.budget.wall_s:
            return StopReason.WALL
        return StopReason.SAMPLES if self.tried >= self.budget.max_probes else None

    async def probe(
        self, blocks: Sequence[str], heartbeats: int, statement: Statement | None = None
    ) -> tuple[Probe, ...]:
        """Answers in the order asked. Raises `BudgetEndedError` instead of asking once the budget is used up.

        Where a batch breaks off, the block at which it did is given up, and those behind it are asked again.
        """
        answers: dict[int, Probe] = {}
        waiting = list(range(len(blocks)))
        failures = 0
        while waiting:
            probes = await self._ask([blocks[i] for i in waiting], heartbeats, statement)
            if _silent(probes, len(waiting)):
                failures += 1
                if failures > 1:
                    raise InfraError(_complaint(probes, len(waiting)))
                continue
            answers.update(zip(waiting, probes.answers, strict=True))
            open_ones = [i for i in waiting if not answers[i].answered]
            waiting = open_ones[1:]
        return tuple(answers[i] for i in range(len(blocks)))

    async def _ask(self, blocks: Sequence[str], heartbeats: int, statement: Statement | None) -> Probes:
        if reason := self.ended():
            raise BudgetEndedError(reason)
        left = self.budget.wall_s - (time.monotonic() - self._begin)
        limits = Limits(
            wall_s=max(0.1, min(left, 3 * BATCH_S)),
            cpu_s=max(0.1, min(self.budget.lean_cpu_s - self.cpu_s, BATCH_S)),
            heartbeats=heartbeats,
        )
        probes = await self.checker.probe(statement or self.statement, blocks, limits)
        self.tried += len(blocks)
        self.cpu_s += max(0.0, probes.cpu_s)
        return probes


def _silent(probes: Probes, asked: int) -> bool:
    if len(probes.answers) != asked:
        return True
    return all(p.answered and not p.closed and not p.goals and not p.error for p in probes.answers)


def _complaint(probes: Probes, asked: int) -> str:
    if len(probes.answers) != asked:
        return f"the checker gave {len(probes.answers)} answers to a batch of {asked} probes"
    return f"the checker said nothing about any of {asked} probes"
