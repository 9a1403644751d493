"""A scripted checker that misbehaves on demand: breaks down, hangs, answers late, contradicts itself.

`rules` map what a submission contains to the verdict of the fast gate, tried in order; `audits` do the same for the
slow gate, which agrees with the fast one where it says nothing. A list of verdicts is an answer a call, the last for
all further calls.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence

from prover.lean.protocol import Limits, Probe, Probes
from prover.types import Statement, Status, Tier, Verdict

TOOLCHAIN = "fake Lean 4.35.0"
Answers = Verdict | Sequence[Verdict]

PROVED = Verdict(Status.PROVED, Tier.ELABORATED, cpu_s=0.25, toolchain=TOOLCHAIN)
AUDITED = Verdict(Status.PROVED, Tier.AUDITED, cpu_s=0.5, toolchain=TOOLCHAIN, axioms=("propext",))
FAILED = Verdict(Status.ELABORATION_ERROR, detail="no", cpu_s=0.25, toolchain=TOOLCHAIN)
OPEN = Verdict(Status.INCOMPLETE, cpu_s=0.125, toolchain=TOOLCHAIN)
INFRA = Verdict(Status.INFRA, detail="the worker died", toolchain=TOOLCHAIN)


class FakeChecker:
    """Implements `Checker`. `calls` lists `(what, statement name, submission)` in the order asked."""

    def __init__(
        self,
        rules: Mapping[str, Answers] | None = None,
        audits: Mapping[str, Answers] | None = None,
        statements: Mapping[str, Answers] | None = None,
        delay_s: float = 0.0,
    ) -> None:
        self.rules = dict(rules or {})
        self.audits = dict(audits or {})
        self.statements = dict(statements or {})
        self.delay_s = delay_s
        self.calls: list[tuple[str, str, str]] = []
        self.closed = False
        self._asked: dict[tuple[str, str], int] = {}

    @property
    def toolchain(self) -> str:
        return TOOLCHAIN

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        return await self._answer("statement", self.statements, statement, statement.name, OPEN)

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._answer("check", self.rules, statement, submission, FAILED)

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._answer("audit", self.audits, statement, submission, AUDITED)

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        self.calls.append(("probe", statement.name, "\n".join(blocks)))
        await asyncio.sleep(self.delay_s)
        verdicts = [_first(self.rules, block) for block in blocks]
        closed = [isinstance(verdict, Verdict) and verdict.proved for verdict in verdicts]
        return Probes(tuple(Probe(yes, error="" if yes else "no") for yes in closed), 0.01, 0.01)

    async def aclose(self) -> None:
        self.closed = True

    def count(self, what: str, containing: str = "") -> int:
        return sum(kind == what and containing in (name + text) for kind, name, text in self.calls)

    async def _answer(
        self, what: str, rules: Mapping[str, Answers], statement: Statement, text: str, default: Verdict
    ) -> Verdict:
        self.calls.append((what, statement.name, text))
        await asyncio.sleep(self.delay_s)
        for key, answers in rules.items():
            if key in text:
                if isinstance(answers, Verdict):
                    return dataclasses.replace(answers)
                turn = self._asked.get((what, key), 0)
                self._asked[what, key] = turn + 1
                return answers[min(turn, len(answers) - 1)]
        return default


def _first(rules: Mapping[str, Answers], text: str) -> Answers | None:
    return next((answer for key, answer in rules.items() if key in text), None)
