"""Who judges the judge of a reinforcement learning: in each step the checker is put what it must refuse.

Known fakes, in turn through the whole exploit suite; one of the canaries' tricks for a false statement; and proofs that
were just rewarded, each under a false statement behind the very header that it was rewarded behind. What is rewarded
there is a hole that the model has found or is about to find: the training stops with a `SoundnessError`. No question is
the same twice, for a verdict that is remembered would test nothing; and where Lean breaks on all of them, nothing was
tested, and the step does not count.
"""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prover.canaries import FALSE_STATEMENTS, SoundnessError, fakes
from prover.errors import InfraError
from prover.lean import exploits, targets
from prover.lean.protocol import Checker, Limits
from prover.lean.source import Refusal, parse_submission
from prover.search.desk import patiently
from prover.train.reward import Scored
from prover.train.tables import Grpo
from prover.types import Header, Statement, Status, Verdict, audited


@dataclass(frozen=True, slots=True)
class _Question:
    statement: Statement
    text: str
    limits: Limits | None = None


class Sentry:
    """Its methods run in the event loop of the checker. Raises `MissingError` where the exploit suite is not."""

    def __init__(self, checker: Checker, settings: Grpo, seed: int) -> None:
        self._checker, self._settings, self._seed = checker, settings, seed
        self._cases = [case for case in exploits.load() if not case.honest and case.check]

    async def guard(self, step: int, scored: Sequence[Scored]) -> int:
        """Put a step's questions; how many were refused, as they should be.

        Raises `SoundnessError`, and `InfraError` where Lean broke on all known fakes, or on all false statements.
        """
        refused = 0
        kinds = await asyncio.gather(
            self._put(list(self._known(step))), self._put(list(self._false(step, scored)))
        )
        for kind in kinds:
            for question, verdict in kind:
                if audited(verdict):
                    shown = " ".join(question.text.split())[:160]
                    raise SoundnessError(
                        f"step {step}: `{shown}` is rewarded as a proof of `{question.statement.declare()}`, which it "
                        "is not; the training is stopped, and nothing that it learned from this checker may be believed"
                    )
            judged = sum(verdict.status is not Status.INFRA for _, verdict in kind)
            if kind and not judged:
                raise InfraError(f"step {step}: Lean broke down on each of {len(kind)} fakes that watch it")
            refused += judged
        return refused

    async def _put(self, asked: Sequence[_Question]) -> list[tuple[_Question, Verdict]]:
        return list(zip(asked, await asyncio.gather(*map(self._verdict, asked)), strict=True))

    async def _verdict(self, question: _Question) -> Verdict:
        put = (question.statement, question.text, question.limits)
        verdict, _ = await patiently(functools.partial(self._checker.check, *put))
        if verdict.proved and not audited(verdict):
            verdict, _ = await patiently(functools.partial(self._checker.audit, *put))
        return verdict

    def _known(self, step: int) -> Iterator[_Question]:
        """The known fakes of this step."""
        count = min(self._settings.fakes, len(self._cases))
        for place in range(count):
            case = self._cases[(step * count + place) % len(self._cases)]
            (statement,) = targets.open_statements(case.target)
            # Behind the text, where it changes nothing about it but which text it is.
            yield _Question(statement, f"{case.text}\n-- step {step}", exploits.LIMITS)

    def _false(self, step: int, scored: Sequence[Scored]) -> Iterator[_Question]:
        """False statements, under a new name each step: a trick for one, and what was just rewarded."""
        headers = list(dict.fromkeys(one.posed.statement.header for one in scored))
        if headers:
            false = _false_statement(step, headers[step % len(headers)])
            listed = fakes(false)
            yield _Question(false, listed[step % len(listed)])
        rewarded = {(one.proof, one.posed.statement.header): one for one in scored if one.reward == 1.0}
        distinct = list(rewarded.values())
        chance = random.Random(f"{self._seed}/guard/{step}")
        for one in chance.sample(distinct, min(self._settings.canaries, len(distinct))):
            false = _false_statement(step, one.posed.statement.header)
            if moved := transplanted(one, false):
                yield _Question(false, moved)


def _false_statement(step: int, header: Header) -> Statement:
    name, signature = FALSE_STATEMENTS[step % len(FALSE_STATEMENTS)]
    return Statement(f"{name}_{step}", signature, header)


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
