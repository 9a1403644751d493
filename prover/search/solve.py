"""One problem: is its statement readable, what does the policy's strategy propose, what does the checker say.

Only a proof that was audited ends the search as proved. A verdict `INFRA` is asked for again, then ends the search as
`INFRA`, which is not a failure of the prover. A budget bounds the search; a proof that was found within it is judged to
the end. What was paid for is in the ledger at once, and a search that an earlier session has begun goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from prover.agents.values import Speaker
from prover.config import Budget
from prover.errors import InfraError, InputError
from prover.lean.protocol import Checker
from prover.search.desk import Desk, patiently
from prover.search.kinds import kind_of
from prover.search.ledger import Ledger, Notebook, Step, audited
from prover.search.metered import SearchStoppedError
from prover.search.policy import Policy, read_settings
from prover.types import Problem, Spend, Status, StopReason, Trace, Verdict


async def solve(
    problem: Problem,
    policy: Policy,
    checker: Checker,
    budget: Budget,
    *,
    models: Mapping[str, Speaker] | None = None,
    ledger: Ledger | None = None,
    earlier: Sequence[Step] = (),
    spent: Spend | None = None,
    share: Budget | None = None,
    run_is_over: Callable[[], bool] = lambda: False,
    seed: int = 0,
    width: int = 1,
    lean: asyncio.Semaphore | None = None,
    config_hash: str = "",
) -> Trace:
    """Search for a proof of `problem`.

    `models` are the seats by role. `earlier` and `spent` are what previous sessions of the run have done, `ledger`
    holds what they paid for. The search ends as `PAUSED` when its `share` is used up, or when `run_is_over`. `width`
    and `lean` bound how much of Lean it takes: checks at a time, and whole searches that keep Lean busy.

    Bad submissions end as verdicts. Raises `MissingError` where there is no Lean or no model, `InputError` for a policy
    or a model that does not fit, and what is a bug of ours.
    """
    spent = spent or Spend()
    if problem.statement is None:
        detail = "the problem has no Lean statement"
        return Trace(problem, tuple(earlier), StopReason.UNSUPPORTED, spent, config_hash, detail)
    desk = Desk(
        problem,
        problem.statement,
        checker,
        budget,
        ledger or Notebook(),
        models or {},
        seed,
        share or Budget(),
        run_is_over,
        width,
        lean or asyncio.Semaphore(1),
        list(earlier),
        spent,
    )
    reason, detail = await _search(desk, policy)
    return Trace(problem, tuple(desk.steps), reason, desk.total, config_hash, detail)


async def _search(desk: Desk, policy: Policy) -> tuple[StopReason, str]:
    kind = kind_of(policy)
    missing = [role for role in kind.roles if role not in desk.seats]
    if missing:
        raise InputError(
            f"policy {policy.name}: it asks a model as {', '.join(missing)}: name one with --model"
        )
    if policy.settings.get("stop_at_first", True) and any(audited(verdict) for _, verdict in desk.steps):
        return StopReason.PROVED, ""
    try:
        verdict, spend = await patiently(lambda: desk.checker.check_statement(desk.statement))
        desk.charge(spend)
        if verdict.status is Status.INFRA:
            return StopReason.INFRA, verdict.detail
        if verdict.status is not Status.INCOMPLETE:
            return StopReason.UNSUPPORTED, explain(verdict)
        reason = await kind.search(desk, read_settings(policy, kind.settings))
    except InfraError as error:
        return StopReason.INFRA, str(error)
    except SearchStoppedError as stopped:
        reason = stopped.reason
    if any(audited(verdict) for _, verdict in desk.steps):
        return StopReason.PROVED, ""
    if reason is StopReason.PROVED:
        raise AssertionError(f"policy {policy.name}: its strategy reports a proof that no audit has seen")
    return reason, explain(desk.steps[-1][1]) if desk.steps else desk.detail


def explain(verdict: Verdict) -> str:
    """One line: what the checker says, or Lean's first error."""
    errors = (diagnostic.message for diagnostic in verdict.diagnostics if diagnostic.severity == "error")
    first = next(errors, "")
    known = first.partition("\n")[0] in verdict.detail
    line = verdict.detail if known else f"{verdict.detail} {first}"
    return " ".join(line.split())[:500] or verdict.status.value
