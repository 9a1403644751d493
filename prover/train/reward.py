"""The reward of reinforcement learning: 1 for a proof that ended as audited, 0 for any other answer, and nothing else.

No partial credit, no reward for form: whatever else is paid for is what a model would learn. A breakdown of ours is no
0: the question is put again, and a sample on which Lean still breaks has no reward at all, so that it takes no part in
its group's baseline and moves nothing.

Each step, its judge is judged. Known fakes, in turn through all of them, are put to it, and proofs that were just
rewarded are put to it once more under a false statement. What is rewarded there is a hole that the model has found or
is about to find: the training stops with a `SoundnessError`.
"""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prover.agents.extract import Extraction, extract, extract_tail
from prover.agents.family import Family
from prover.canaries import FALSE_STATEMENTS, SoundnessError, fakes, run_canaries
from prover.errors import InfraError, InputError, MissingError
from prover.lean import exploits, targets
from prover.lean.protocol import Checker, Limits
from prover.lean.source import Refusal, parse_submission
from prover.models.answer import cut_at_stop, split_think
from prover.models.base import Finish, Prompt
from prover.search.desk import patiently
from prover.train.recipe import Grpo
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
    refused_late: int = 0
    """Accepted by the fast gate and refused by the audit."""
    fakes: int = 0
    """Fakes and transplanted proofs that were refused, as they should be."""
    solved: set[str] = field(default_factory=set)
    problems: set[str] = field(default_factory=set)


class Judge:
    """Gives rewards, and stops where it finds itself fooled. Its methods run in the event loop of the checker."""

    def __init__(self, checker: Checker, family: Family, settings: Grpo, seed: int) -> None:
        self._checker, self._family, self._settings, self._seed = checker, family, settings, seed
        self._known: dict[tuple[Statement, str], Verdict] = {}
        self._cases = _fakes_of_the_suite()

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
        """The samples of a step as (problem, text, ended by itself). Raises `SoundnessError`, and `InfraError` where
        Lean broke on all of them."""
        tally = Tally(samples=len(samples))
        scored = list(await asyncio.gather(*(self._one(*sample, tally) for sample in samples)))
        if samples and tally.infra == len(samples):
            raise InfraError(f"step {step}: Lean broke down on each of {len(samples)} samples")
        await self._guard(step, [one for one in scored if one.reward == 1.0], tally)
        return scored, tally

    async def _one(self, posed: Posed, text: str, ended: bool, tally: Tally) -> Scored:
        tally.problems.add(posed.problem.id)
        found = self._extracted(posed, text, ended)
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

    def _extracted(self, posed: Posed, text: str, ended: bool) -> Extraction:
        text, cut = cut_at_stop(text, posed.stop)
        finish = Finish.STOP if ended or cut else Finish.LENGTH
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
        verdict = await self._ask(statement, proof)
        if verdict.proved and not audited(verdict):
            fast = verdict
            verdict, _ = await patiently(functools.partial(self._checker.audit, statement, proof))
            if tally is not None and verdict.status is not Status.INFRA and not audited(verdict):
                tally.refused_late += 1
            assert fast.proved
        if verdict.status is not Status.INFRA and len(self._known) < _REMEMBERED:
            self._known[(statement, proof)] = verdict
        return verdict

    async def _ask(self, statement: Statement, proof: str, limits: Limits | None = None) -> Verdict:
        verdict, _ = await patiently(functools.partial(self._checker.check, statement, proof, limits))
        return verdict

    # Who judges the judge

    async def _guard(self, step: int, rewarded: Sequence[Scored], tally: Tally) -> None:
        header = rewarded[0].posed.statement.header if rewarded else None
        chance = random.Random(f"{self._seed}/guard/{step}")
        asked: list[tuple[Statement, str, Limits | None]] = []
        for case in self._turn(step):
            (statement,) = targets.open_statements(case.target)
            asked.append((statement, case.text, exploits.LIMITS))
        if header is not None:
            # Under a new name each step: a verdict that is remembered would test nothing.
            name, signature = FALSE_STATEMENTS[step % len(FALSE_STATEMENTS)]
            false = Statement(f"{name}_{step}", signature, header)
            listed = fakes(false)
            asked.append((false, listed[step % len(listed)], None))
            distinct = list({one.proof: one for one in rewarded}.values())
            chosen = chance.sample(distinct, min(self._settings.canaries, len(distinct)))
            asked += [(false, moved, None) for one in chosen if (moved := transplanted(one, false))]
        verdicts = await asyncio.gather(*(self._put(*question) for question in asked))
        for (statement, text, _), verdict in zip(asked, verdicts, strict=True):
            if audited(verdict):
                shown = " ".join(text.split())[:160]
                raise SoundnessError(
                    f"step {step}: `{shown}` is rewarded as a proof of `{statement.declare()}`, which it is not; "
                    "the training is stopped, and nothing that it learned from this checker may be believed"
                )
        tally.fakes = sum(verdict.status is not Status.INFRA for verdict in verdicts)

    async def _put(self, statement: Statement, text: str, limits: Limits | None) -> Verdict:
        verdict = await self._ask(statement, text, limits)
        if verdict.proved and not audited(verdict):
            verdict, _ = await patiently(functools.partial(self._checker.audit, statement, text, limits))
        return verdict

    def _turn(self, step: int) -> list[exploits.Case]:
        """The known fakes of this step: in turn, through all of them."""
        count = min(self._settings.fakes, len(self._cases))
        return [self._cases[(step * count + place) % len(self._cases)] for place in range(count)]


def _fakes_of_the_suite() -> list[exploits.Case]:
    try:
        cases = exploits.load()
    except MissingError:
        return []
    return [case for case in cases if not case.honest and case.check]


def transplanted(scored: Scored, onto: Statement) -> str:
    """A proof that was accepted, as a submission for another statement; "" where it cannot be taken out."""
    parsed = parse_submission(scored.proof, scored.posed.statement)
    if isinstance(parsed, Refusal):
        return ""
    if not parsed.helpers and parsed.tactic:
        return scored.proof
    body = f"by\n{parsed.proof.text}" if parsed.tactic else parsed.proof.text.strip()
    helpers = [piece.text.strip() for piece in parsed.helpers]
    return "\n\n".join([*helpers, f"{onto.declare()} := {body}"])


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
        "refused_late": tally.refused_late,
    }
    for name, value in found.items():
        log(f"prover/{name}", float(value))
