"""Which proofs of the runs become data, and in which form: audited again, then made as short as Lean allows.

A run folder is a file like any other: what it calls proved is put to the audit once more before a model learns from it.
What was found out is in the journal, by toolchain, statement, proof and effort, so that a harvest that goes on, or is
made again, asks nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from prover.bootstrap.answers import form_of
from prover.bootstrap.drafts import rank_of
from prover.bootstrap.journal import Journal
from prover.bootstrap.material import Material, Step
from prover.bootstrap.minimise import minimise
from prover.bootstrap.settings import HarvestSettings
from prover.codec import digest, from_json, to_json
from prover.errors import InfraError
from prover.lean.protocol import Checker
from prover.search.desk import patiently
from prover.search.memory import content_key, renamed
from prover.stopping import ours_alone
from prover.types import Attempt, Statement, Status, audited


@dataclass(frozen=True, slots=True)
class Vetted:
    """`proof` is empty where the audit did not accept what the run calls proved."""

    proof: str
    checks: int = 0
    cpu_s: float = 0.0


class Vet:
    """What became of every audited attempt that was looked at."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[str, Vetted]] = {}
        """By what is proved and how: the theorem's name, and what was found out."""
        self.refused: list[str] = []
        """Ids of attempts that their run calls audited and this checker does not."""
        self.cpu_s = 0.0

    def shortest(self, attempt: Attempt) -> str | None:
        """The proof that an attempt was made to; None where it is not to be learned from."""
        name, found = self._found.get(_key(attempt), ("", Vetted("")))
        return renamed(found.proof, name, attempt.statement.name) if found.proof else None

    def refuses(self, attempt: Attempt) -> bool:
        """Whether it was looked at and not accepted."""
        key = _key(attempt)
        return key in self._found and not self._found[key][1].proof

    def add(self, attempt: Attempt, vetted: Vetted) -> None:
        self._found[_key(attempt)] = attempt.statement.name, vetted
        self.cpu_s += vetted.cpu_s
        if not vetted.proof:
            self.refused.append(attempt.id)

    def trusted(self, material: Material) -> Material:
        """The material without the proofs that were not looked at, or not accepted."""
        sessions = []
        for session in material.sessions:
            steps = tuple(
                step
                for step in session.trace.steps
                if not audited(step[1]) or self.shortest(step[0]) is not None
            )
            sessions.append(replace(session, trace=replace(session.trace, steps=steps)))
        return replace(material, sessions=tuple(sessions))


def _key(attempt: Attempt) -> tuple[str, str]:
    return content_key(attempt.statement), form_of(attempt.statement, attempt.proof)


async def vet(
    materials: Sequence[Material],
    settings: HarvestSettings,
    checker: Checker,
    journal: Journal,
    *,
    jobs: int = 1,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Vet:
    """Look at the proofs that examples may be made of. Raises `InfraError` where Lean breaks down."""
    chosen: dict[tuple[str, str], Attempt] = {}
    for material in materials:
        for attempt in _chosen(material, settings):
            chosen.setdefault(_key(attempt), attempt)
    slots = asyncio.Semaphore(jobs)
    result, done = Vet(), 0

    async def one(attempt: Attempt) -> tuple[Attempt, Vetted]:
        nonlocal done
        key = (
            "proof "
            + digest(
                [
                    checker.toolchain,
                    settings.audit,
                    settings.minimise,
                    to_json(attempt.statement),
                    attempt.proof,
                ]
            )[:32]
        )
        known = journal.get(key)
        if known is None:
            async with slots:
                vetted = await _one(attempt.statement, attempt.proof, settings, checker)
            journal.put(key, to_json(vetted))
        else:
            vetted = from_json(Vetted, known, "journal: proof")
        done += 1
        report(done, len(chosen))
        return attempt, vetted

    with ours_alone():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(attempt)) for attempt in chosen.values()]
    for task in tasks:
        result.add(*task.result())
    return result


async def _one(statement: Statement, proof: str, settings: HarvestSettings, checker: Checker) -> Vetted:
    cpu_s = 0.0
    if settings.audit:
        verdict, spend = await patiently(partial(checker.audit, statement, proof))
        cpu_s += spend.lean_cpu_s
        if verdict.status is Status.INFRA:
            raise InfraError(f"{statement.name}: {verdict.detail}")
        if not audited(verdict):
            return Vetted("", 0, cpu_s)
    if settings.minimise == 0:
        return Vetted(proof, 0, cpu_s)
    shorter = await minimise(statement, proof, checker, checks=settings.minimise)
    return Vetted(shorter.proof, shorter.checks, cpu_s + shorter.cpu_s)


def _chosen(material: Material, settings: HarvestSettings) -> list[Attempt]:
    """The proofs of each statement that are worth a look: the shortest and cleanest, of those with a thought and of
    those that repair another, too; twice as many as are kept, for two may be minimised to one."""
    by_statement: dict[str, list[Step]] = {}
    for session in material.sessions:
        for step in session.proofs:
            by_statement.setdefault(content_key(step[0].statement), []).append(step)
    found: dict[str, Attempt] = {}
    for steps in by_statement.values():
        ordered = sorted(steps, key=lambda step: (rank_of(step[0].proof, step), step[0].id))
        repairs = [step for step in ordered if step[0].parent_id is not None]
        thoughts = [
            step
            for step in ordered
            if step[0].completion is not None
            and len(step[0].completion.text) + len(step[0].completion.reasoning) > 2 * len(step[0].proof)
        ]
        for group in (ordered, repairs, thoughts):
            forms: set[str] = set()
            for attempt, _ in group:
                if len(forms) < 2 * settings.cap:
                    forms.add(form_of(attempt.statement, attempt.proof))
                    found.setdefault(attempt.id, attempt)
    return list(found.values())
