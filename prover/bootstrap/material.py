"""What runs hold that can be learned from: each problem with its attempts, verdicts and calls, over all runs at once.

Problems with the same statement are one problem, whatever their ids. A proof counts only when its verdict is `audited`
or above, which is its run's own word; who harvests may have it audited again. Limits: everything that the runs hold of
finished problems is held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prover.agents.planner import read_plan
from prover.agents.tame import tame
from prover.agents.values import Plan, Round
from prover.draws import sampled
from prover.search.memory import content_key
from prover.store import Store
from prover.types import (
    NEGATED,
    Attempt,
    Call,
    Problem,
    Statement,
    Status,
    Trace,
    Verdict,
    audited,
)

Step = tuple[Attempt, Verdict]
_THINK = (("<think>", "</think>"), ("<Thought>", "</Thought>"), ("<thinking>", "</thinking>"))


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
        plans = [
            read_plan(completion, _THINK, call.prompt_version)
            for call in self.calls.values()
            if call.agent == "planner"
            for completion in call.completions
        ]
        if source is None:
            return plans[0] if len(plans) == 1 else None
        call = self.calls[source[0]]
        if call.agent != "writer":
            return None
        prompt = call.prompt if isinstance(call.prompt, str) else "\n".join(text for _, text in call.prompt)
        return next((plan for plan in plans if plan.text.strip() and _stands_in(plan, prompt)), None)

    def rounds_before(self, attempt: Attempt) -> list[Round]:
        """The tries that an attempt is a correction of, the oldest first."""
        steps = {step[0].id: step for step in self.trace.steps}
        goals = {call.place: call for call in self.calls.values() if call.agent == "goals"}
        rounds: list[Round] = []
        parent = attempt.parent_id
        while parent is not None and parent in steps and len(rounds) < len(steps):
            before, verdict = steps[parent]
            known = goals.get(parent)
            texts = tuple(c.text for c in known.completions) if known is not None else ()
            rounds.insert(0, Round(before, verdict, texts))
            parent = before.parent_id
        return rounds


def _stands_in(plan: Plan, prompt: str) -> bool:
    return all(tame(step) in prompt for step in plan.steps or (plan.text,))


@dataclass(frozen=True)
class Material:
    """All that is known of one problem."""

    problem: Problem
    """As the first run has it."""
    statement: Statement
    sessions: tuple[Session, ...]

    @property
    def tries(self) -> tuple[int, int]:
        """(samples judged, samples proved), over the runs; what the hammer proved is none of them."""
        counts = [sampled(session.trace) for session in self.sessions]
        return sum(tries for tries, _ in counts), sum(wins for _, wins in counts)

    def is_negation(self, statement: Statement) -> bool:
        return statement.name == f"{self.statement.name}{NEGATED}"


def read_runs(folders: Sequence[Path]) -> list[Material]:
    """The problems with a statement that the runs have finished, in the order in which they are first met.

    Raises `InputError` for a folder that is no run.
    """
    found: dict[str, tuple[Problem, Statement, list[Session]]] = {}
    for folder in folders:
        store = Store.read(folder)
        try:
            for trace in store.traces():
                statement = trace.problem.statement
                if statement is None or not trace.steps:
                    continue
                key = content_key(statement)
                entry = found.setdefault(key, (trace.problem, statement, []))
                calls = {call.id: call for call in store.calls(trace.problem.id)}
                sources = store.sources(trace.problem.id)
                entry[2].append(Session(trace.config_hash[:16], trace, calls, sources))
        finally:
            store.close()
    return [Material(problem, statement, tuple(sessions)) for problem, statement, sessions in found.values()]
