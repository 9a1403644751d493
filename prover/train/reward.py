"""The reward of reinforcement learning: 1 for a proof that ended as audited, 0 for any other answer, and nothing else.

No partial credit, no reward for form: whatever else is paid for is what a model would learn. A breakdown of ours is no
0: the question is put again, and a sample on which Lean still breaks has no reward at all, so that it takes no part in
its group's baseline and moves nothing.

Who judges the judge is in `prover.train.sentry`.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prover.agents.extract import Extraction, extract, extract_tail
from prover.agents.family import Family
from prover.canaries import run_canaries
from prover.errors import InfraError, InputError
from prover.lean.protocol import Checker
from prover.models.answer import cut_at_stop, split_think
from prover.models.base import Finish, Prompt
from prover.search.desk import patiently
from prover.types import Problem, Statement, Status, Verdict, audited

_REMEMBERED = 100_000
"""Verdicts that are kept, so that a proof which a model repeats is not audited again."""
_GOLD = 3
"""Reference proofs that the judge must accept before anything is drawn."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A problem as the model is asked it."""

    problem: Problem
    statement: Statement
    prompt: Prompt
    tokens: tuple[int, ...]
    opened: bool
    """The prompt ends inside a thought."""
    tail: bool
    """The answer goes on behind `:= by`."""
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """One sample with what became of it."""

    posed: Posed
    text: str
    proof: str
    status: str
    reward: float | None


@dataclass
class Tally:
    """Of one step."""

    samples: int = 0
    infra: int = 0
    no_code: int = 0
    cut_off: int = 0
    """Neither ended by themselves nor at a stop text."""
    refused_late: int = 0
    """Accepted by the fast gate and refused by the audit."""
    fakes: int = 0
    """Fakes and transplanted proofs that were refused, as they should be."""
    solved: set[str] = field(default_factory=set)
    problems: set[str] = field(default_factory=set)


class Judge:
    """Gives rewards. Its methods run in the event loop of the checker."""

    def __init__(self, checker: Checker, family: Family) -> None:
        self._checker, self._family = checker, family
        self._known: dict[tuple[Statement, str], Verdict] = {}

    async def begin(self, posed: Sequence[Posed]) -> None:
        """Before the first sample: no canary is proved, and the problems' own proofs are.

        Raises `SoundnessError`, and `InputError` where no known proof is accepted.
        """
        headers = list(dict.fromkeys(one.statement.header for one in posed))
        report = await run_canaries(self._checker, 0, headers)
        if report.unreadable:
            raise InputError(f"no false statement can be put to this checker: {report.unreadable}")
        known = [one for one in posed if one.problem.reference_proof][:_GOLD]
        verdicts = [await self.verdict(one.statement, one.problem.reference_proof) for one in known]
        if verdicts and not any(audited(verdict) for verdict in verdicts):
            why = verdicts[0].detail or verdicts[0].status.value
            raise InputError(
                f"the checker accepts none of {len(known)} reference proofs ({known[0].problem.id}: {why}): no "
                "answer could be rewarded"
            )

    async def score(
        self, step: int, samples: Sequence[tuple[Posed, str, bool]]
    ) -> tuple[list[Scored], Tally]:
        """The samples of a step as (problem, text, ended by itself). Raises `InfraError` where Lean broke on all of
        them."""
        tally = Tally(samples=len(samples))
        scored = list(await asyncio.gather(*(self._one(*sample, tally) for sample in samples)))
        if samples and tally.infra == len(samples):
            raise InfraError(f"step {step}: Lean broke down on each of {len(samples)} samples")
        return scored, tally

    async def _one(self, posed: Posed, text: str, ended: bool, tally: Tally) -> Scored:
        tally.problems.add(posed.problem.id)
        found = self._extracted(posed, text, ended, tally)
        if not found.code.strip():
            tally.no_code += 1
            return Scored(posed, text, "", Status.NO_CODE.value, 0.0)
        verdict = await self.verdict(posed.statement, found.code, tally)
        if verdict.status is Status.INFRA:
            tally.infra += 1
            return Scored(posed, text, found.code, verdict.status.value, None)
        if audited(verdict):
            tally.solved.add(posed.problem.id)
        return Scored(posed, text, found.code, verdict.status.value, 1.0 if audited(verdict) else 0.0)

    def _extracted(self, posed: Posed, text: str, ended: bool, tally: Tally) -> Extraction:
        text, stopped = cut_at_stop(text, posed.stop)
        finish = Finish.STOP if ended or stopped else Finish.LENGTH
        tally.cut_off += finish == Finish.LENGTH
        if posed.tail:
            return extract_tail(text, posed.statement, finish=finish)
        reasoning, answer = split_think(text, opened=posed.opened)
        return extract(
            answer,
            posed.statement,
            reasoning=reasoning,
            finish=finish,
            think=self._family.think,
            fences=self._family.fences,
        )

    async def verdict(self, statement: Statement, proof: str, tally: Tally | None = None) -> Verdict:
        """Both gates, patiently; the same question is asked once."""
        if known := self._known.get((statement, proof)):
            return known
        verdict, _ = await patiently(functools.partial(self._checker.check, statement, proof))
        if verdict.proved and not audited(verdict):
            verdict, _ = await patiently(functools.partial(self._checker.audit, statement, proof))
            if tally is not None and verdict.status is not Status.INFRA and not audited(verdict):
                tally.refused_late += 1
        if verdict.status is not Status.INFRA and len(self._known) < _REMEMBERED:
            self._known[(statement, proof)] = verdict
        return verdict


Log = Callable[[str, float], None]


def log_tally(tally: Tally, log: Log) -> None:
    """As metrics of the step."""
    samples = max(1, tally.samples)
    found: dict[str, Any] = {
        "solved": len(tally.solved) / max(1, len(tally.problems)),
        "canary": 0.0,
        "fakes_refused": tally.fakes,
        "infra": tally.infra,
        "no_code": tally.no_code / samples,
        "cut_off": tally.cut_off / samples,
        "refused_late": tally.refused_late,
    }
    for name, value in found.items():
        log(f"prover/{name}", float(value))
