"""One problem: is its statement readable, what do the agents propose, what does the checker say.

A strategy (one async function a `kind` of policy) proposes proofs at a `Desk`; the desk alone has them
judged: the fast gate, and for what passes it the slow one. Only a proof that was audited ends the search as
proved. A verdict `INFRA` is asked for again, then ends the search as `INFRA`, which is not a failure of the
prover. A budget bounds the search; a proof that was found within it is judged to the end. Every judged
attempt is recorded at once, and one that an earlier session has judged is not judged again.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from prover.agents.hammer import HammerBudget, hammer
from prover.config import Budget
from prover.errors import InfraError, InputError
from prover.lean.protocol import Checker
from prover.search.policy import Policy
from prover.types import (
    Attempt,
    Completion,
    Problem,
    Spend,
    Statement,
    Status,
    StopReason,
    Tier,
    Trace,
    Verdict,
)

INFRA_TRIES = 3
"""How often one question is put to Lean before a breakdown of ours is accepted as the answer."""
_GRACE_S = 5.0

Step = tuple[Attempt, Verdict]


class Ledger(Protocol):
    """Where judged attempts are kept, each with what it took to find and judge it; the run's store is one."""

    def record(self, problem_id: str, attempt: Attempt, verdict: Verdict, spend: Spend) -> None: ...


def audited(verdict: Verdict) -> bool:
    return verdict.proved and verdict.tier.rank >= Tier.AUDITED.rank


@dataclass
class Desk:
    """What a strategy may use for one problem: its statement, Lean, what is left of the budget, a judge."""

    problem: Problem
    statement: Statement
    checker: Checker
    budget: Budget
    ledger: Ledger | None = None
    steps: list[Step] = field(default_factory=list)
    spend: Spend = field(default_factory=Spend)
    """What was used up so far, in all sessions, but for this session's clock."""
    unrecorded: Spend = field(default_factory=Spend)
    """The part that goes into the ledger with the next attempt, so that a kill never splits the two."""
    detail: str = ""
    """Why the search ended, where no verdict says it."""
    started: float = field(default_factory=time.monotonic)

    @property
    def total(self) -> Spend:
        return replace(self.spend, wall_s=self.spend.wall_s + time.monotonic() - self.started)

    def remaining(self) -> Budget:
        return self.budget.minus(self.total)

    def charge(self, spend: Spend) -> None:
        """Count an agent's spend. Its wall seconds are left out: the desk reads the clock itself."""
        spend = replace(spend, wall_s=0.0)
        self.spend += spend
        self.unrecorded += spend

    async def submit(
        self,
        proof: str,
        author: str,
        *,
        parent: Attempt | None = None,
        completion: Completion | None = None,
        prompt_version: str = "",
        sample: int = 0,
    ) -> Step:
        """Have a proof judged by the fast gate and, when that accepts it, by the slow one.

        The same `proof` of the same author, parent and `sample` number is the same attempt, in any session.
        """
        parent_id = parent.id if parent is not None else None
        identity = "\0".join([self.problem.id, author, parent_id or "", str(sample), proof])
        attempt_id = hashlib.sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()[:24]
        for known, verdict in self.steps:
            if known.id == attempt_id and verdict.status is not Status.INFRA:
                return known, verdict
        attempt = Attempt(attempt_id, self.statement, proof, author, parent_id, completion, prompt_version)
        verdict, spend = await self._judge(proof)
        self.steps = [step for step in self.steps if step[0].id != attempt_id]
        self.steps.append((attempt, verdict))
        self.charge(spend)
        if self.ledger is not None:
            self.ledger.record(self.problem.id, attempt, verdict, self.unrecorded)
        self.unrecorded = Spend()
        return attempt, verdict

    async def _judge(self, proof: str) -> tuple[Verdict, Spend]:
        fast, spend = await patiently(lambda: self.checker.check(self.statement, proof))
        if not fast.proved or audited(fast):
            return fast, spend
        slow, more = await patiently(lambda: self.checker.audit(self.statement, proof))
        return slow, spend + more


async def patiently(ask: Callable[[], Awaitable[Verdict]]) -> tuple[Verdict, Spend]:
    """Ask, and again while the answer is `INFRA`: our breakdown says nothing about the submission."""
    spend = Spend()
    for attempt in range(INFRA_TRIES):
        if attempt:
            await asyncio.sleep(0.2 * attempt)
        verdict = await ask()
        spend += Spend(checks=1, lean_cpu_s=0.0 if verdict.cached else verdict.cpu_s)
        if verdict.status is not Status.INFRA:
            break
    return verdict, spend


Strategy = Callable[[Desk, Policy], Awaitable[StopReason]]


_HAMMER_SETTINGS = ("max_probes", "max_nodes", "max_depth")


async def _hammer(desk: Desk, policy: Policy) -> StopReason:
    """One deterministic search without a model, and the proof that it proposes, if any."""
    bounds: dict[str, int] = {}
    for key, value in policy.settings.items():
        if key not in _HAMMER_SETTINGS or not isinstance(value, int) or value < 1:
            known = ", ".join(_HAMMER_SETTINGS)
            raise InputError(
                f"policy {policy.name}: expected one of {known}, each from 1, found {key} = {value!r}"
            )
        bounds[key] = value
    left = desk.remaining()
    wall_s = math.inf if left.wall_s is None else left.wall_s
    lean_cpu_s = math.inf if left.lean_cpu_s is None else left.lean_cpu_s
    try:
        # The hammer keeps its own budget; the timeout only guards against one that hangs.
        async with asyncio.timeout(None if left.wall_s is None else wall_s + _GRACE_S):
            budget = HammerBudget(lean_cpu_s=lean_cpu_s, wall_s=wall_s, **bounds)
            result = await hammer(desk.statement, desk.checker, budget)
    except TimeoutError:
        return StopReason.WALL
    desk.charge(replace(result.spend, samples=1))
    if result.proof is None:
        desk.detail = result.detail
        return result.stop_reason
    _, verdict = await desk.submit(result.proof, "hammer")
    return StopReason.INFRA if verdict.status is Status.INFRA else StopReason.EXHAUSTED


KINDS: Mapping[str, Strategy] = {"hammer": _hammer}


def strategy_of(policy: Policy) -> Strategy:
    """The strategy of a policy's kind; `InputError` when there is none."""
    if policy.kind not in KINDS:
        raise InputError(
            f"policy {policy.name}: expected kind to be one of {', '.join(KINDS)}, found {policy.kind!r}"
        )
    return KINDS[policy.kind]


async def solve(
    problem: Problem,
    policy: Policy,
    checker: Checker,
    budget: Budget,
    *,
    ledger: Ledger | None = None,
    earlier: Sequence[Step] = (),
    spent: Spend | None = None,
    config_hash: str = "",
) -> Trace:
    """Search for a proof of `problem`. `earlier` and `spent` are what previous sessions of the run have done.

    Bad submissions end as verdicts. Raises `MissingError` where there is no Lean, and what is a bug of ours.
    """
    spent = spent or Spend()
    if problem.statement is None:
        detail = "the problem has no Lean statement"
        return Trace(problem, tuple(earlier), StopReason.UNSUPPORTED, spent, config_hash, detail)
    desk = Desk(problem, problem.statement, checker, budget, ledger, list(earlier), spent)
    reason, detail = await _search(desk, policy)
    return Trace(problem, tuple(desk.steps), reason, desk.total, config_hash, detail)


async def _search(desk: Desk, policy: Policy) -> tuple[StopReason, str]:
    strategy = strategy_of(policy)
    if any(audited(verdict) for _, verdict in desk.steps):
        return StopReason.PROVED, ""
    try:
        verdict, spend = await patiently(lambda: desk.checker.check_statement(desk.statement))
        desk.charge(spend)
        if verdict.status is Status.INFRA:
            return StopReason.INFRA, verdict.detail
        if verdict.status is not Status.INCOMPLETE:
            return StopReason.UNSUPPORTED, _explain(verdict)
        reason = await strategy(desk, policy)
    except InfraError as error:
        return StopReason.INFRA, str(error)
    if any(audited(verdict) for _, verdict in desk.steps):
        return StopReason.PROVED, ""
    if reason is StopReason.PROVED:
        raise AssertionError(f"policy {policy.name}: its strategy reports a proof that no audit has seen")
    return reason, _explain(desk.steps[-1][1]) if desk.steps else desk.detail


def _explain(verdict: Verdict) -> str:
    """One line: what the checker says, or Lean's first error."""
    errors = (diagnostic.message for diagnostic in verdict.diagnostics if diagnostic.severity == "error")
    first = next(errors, "")
    known = first.partition("\n")[0] in verdict.detail
    line = verdict.detail if known else f"{verdict.detail} {first}"
    return " ".join(line.split())[:500] or verdict.status.value
