"""What runs hold that can be learned from: each problem with its attempts, verdicts and calls, over all runs at once.

Problems with the same statement are one problem, whatever their ids and names; what an attempt proves is told by the
problem of its own run. A proof counts only when its verdict is `audited` or above, which is its run's own word; who
harvests may have it audited again. A run that is given twice counts once. Limits: everything that the runs hold of
finished problems is held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from prover.agents.falsifier import negation
from prover.agents.planner import read_plan
from prover.agents.tame import tame
from prover.agents.values import Plan, Round
from prover.draws import samples_of
from prover.search.memory import content_key
from prover.store import Store
from prover.syntax import LeanTextError
from prover.types import (
    NEGATED,
    Attempt,
    Call,
    Problem,
    Statement,
    Status,
    Tier,
    Trace,
    Verdict,
    audited,
)

Step = tuple[Attempt, Verdict]
_THINK = (("<think>", "</think>"), ("<Thought>", "</Thought>"), ("<thinking>", "</thinking>"))


class Standing(StrEnum):
    """What a statement is to the problem that it came up for."""

    OWN = "own"
    NEGATION = "negation"
    LEMMA = "lemma"


@dataclass(frozen=True)
class Session:
    """One problem in one run."""

    run: str
    """What the run's configuration hashes to: the same wherever its folder lies."""
    trace: Trace
    calls: Mapping[str, Call] = field(default_factory=dict)
    """By id."""
    sources: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """By attempt, the call and which answer of it the attempt was taken from."""

    @property
    def statement(self) -> Statement:
        """The problem's own, under the name that it has in this run."""
        assert self.trace.problem.statement is not None
        return self.trace.problem.statement

    @cached_property
    def _keys(self) -> tuple[str, str]:
        own = self.statement
        try:
            return content_key(own), content_key(negation(own))
        except LeanTextError:
            return content_key(own), ""

    def standing(self, statement: Statement) -> Standing:
        own, negated = self._keys
        key = content_key(statement)
        if key == own:
            return Standing.OWN
        if key == negated or statement.name == f"{self.statement.name}{NEGATED}":
            return Standing.NEGATION
        return Standing.LEMMA

    @property
    def proofs(self) -> Iterator[Step]:
        """Audited attempts, whatever they prove: the problem, a lemma of it, its negation."""
        return (step for step in self.trace.steps if audited(step[1]))

    @property
    def failures(self) -> Iterator[Step]:
        """Attempts at the problem's own statement that Lean read and did not accept."""
        told = (Status.ELABORATION_ERROR, Status.INCOMPLETE)
        return (step for step in self.trace.own_steps if step[1].status in told and step[0].proof.strip())

    def plan_of(self, attempt: Attempt) -> Plan | None:
        """The plan that an attempt was written from: the one whose words stand in its writer's prompt."""
        source = self.sources.get(attempt.id)
        if source is None:
            plans = self._plans
            return plans[0] if len(plans) == 1 else None
        call = self.calls[source[0]]
        return self.plan_in(flat(call.prompt)) if call.agent == "writer" else None

    def plan_in(self, prompt: str) -> Plan | None:
        """The plan whose words stand in a prompt."""
        return next((plan for plan in self._plans if plan.text.strip() and _stands_in(plan, prompt)), None)

    @cached_property
    def _plans(self) -> list[Plan]:
        return [
            read_plan(completion, _THINK, call.prompt_version)
            for call in self.calls.values()
            if call.agent == "planner"
            for completion in call.completions
        ]

    def rounds_before(self, attempt: Attempt) -> list[Round]:
        """The tries that an attempt is a correction of, the oldest first."""
        steps = {step[0].id: step for step in self.trace.steps}
        goals = {call.place: call for call in self.calls.values() if call.agent == "goals"}
        rounds: list[Round] = []
        parent, seen = attempt.parent_id, {attempt.id}
        # A run folder is a file like any other: what it says may go round in a circle.
        while parent is not None and parent in steps and parent not in seen:
            seen.add(parent)
            before, verdict = steps[parent]
            known = goals.get(parent)
            texts = tuple(c.text for c in known.completions) if known is not None else ()
            rounds.insert(0, Round(before, verdict, texts))
            parent = before.parent_id
        return rounds

    def judged(self, refused: Callable[[Attempt], bool]) -> Trace:
        """What its samples came to: breakdowns of ours left out, refused proofs proved nothing."""
        steps = tuple(
            (attempt, replace(verdict, tier=Tier.NONE) if audited(verdict) and refused(attempt) else verdict)
            for attempt, verdict in self.trace.steps
            if verdict.status is not Status.INFRA
        )
        return replace(self.trace, steps=steps)


def flat(prompt: str | tuple[tuple[str, str], ...]) -> str:
    return prompt if isinstance(prompt, str) else "\n".join(text for _, text in prompt)


def _stands_in(plan: Plan, prompt: str) -> bool:
    return all(tame(step) in prompt for step in plan.steps or (plan.text,))


@dataclass(frozen=True)
class Material:
    """All that is known of one problem."""

    problem: Problem
    """As the first run has it; with the words of the first that has any."""
    statement: Statement
    sessions: tuple[Session, ...]

    @property
    def problems(self) -> Iterator[Problem]:
        """As each run has it."""
        return (session.trace.problem for session in self.sessions)

    @property
    def words(self) -> list[str]:
        """All that any run says in words."""
        return list(dict.fromkeys(p.informal_statement for p in self.problems if p.informal_statement))

    def tries(self, refused: Callable[[Attempt], bool] = lambda _: False) -> tuple[int, int]:
        """(samples judged, samples proved), over the runs; what the hammer proved is none of them."""
        drawn: set[tuple[str, str]] = set()
        proved: set[tuple[str, str]] = set()
        for session in self.sessions:
            samples, wins = samples_of(session.judged(refused))
            drawn |= {(session.run, sample) for sample in samples}
            proved |= {(session.run, sample) for sample in wins}
        return len(drawn), len(proved)


def read_runs(folders: Sequence[Path]) -> list[Material]:
    """The problems with a statement that the runs have finished, in the order in which they are first met.

    Raises `InputError` for a folder that is no run.
    """
    return gathered(session for folder in folders for session in _sessions(folder))


def _sessions(folder: Path) -> Iterator[Session]:
    store = Store.read(folder)
    try:
        for trace in store.traces():
            if trace.problem.statement is not None and trace.steps:
                calls = {call.id: call for call in store.calls(trace.problem.id)}
                yield Session(trace.config_hash[:16], trace, calls, store.sources(trace.problem.id))
    finally:
        store.close()


def gathered(sessions: Iterable[Session]) -> list[Material]:
    """What several runs hold, one a statement; each session's problem has one."""
    found: dict[str, list[Session]] = {}
    for session in sessions:
        _add(found.setdefault(content_key(session.statement), []), session)
    return [_material(known) for known in found.values()]


def _material(sessions: Sequence[Session]) -> Material:
    problems = [session.trace.problem for session in sessions]
    words = next((p.informal_statement for p in problems if p.informal_statement.strip()), "")
    proof = next((p.informal_proof for p in problems if p.informal_proof.strip()), "")
    first = replace(problems[0], informal_statement=words, informal_proof=proof)
    return Material(first, sessions[0].statement, tuple(sessions))


def _add(sessions: list[Session], new: Session) -> None:
    """Without what the same run has said already, as where a folder is given twice, or an older copy of it, too."""
    own = _attempts(new)
    for place, known in enumerate(sessions):
        if known.run == new.run and known.trace.problem == new.trace.problem:
            if own <= _attempts(known):
                return
            if own > _attempts(known):
                sessions[place] = new
                return
    sessions.append(new)


def _attempts(session: Session) -> set[str]:
    return {attempt.id for attempt, _ in session.trace.steps}
