"""One problem: is its statement readable, what does the policy's strategy propose, what does the checker say.

Only a proof that was audited ends the search as proved. A verdict `INFRA` is asked for again, then ends the search as
`INFRA`, which is not a failure of the prover. A budget bounds the search; a proof that was found within it is judged to
the end. What was paid for is in the ledger at once, and a search that an earlier session has begun goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prover.agents.values import Speaker
from prover.config import Budget
from prover.errors import InfraError, InputError
from prover.lean.protocol import Checker
from prover.search.desk import Account, Desk, patiently
from prover.search.kinds import Kind, kind_of
from prover.search.ledger import Ledger, Notebook, Step
from prover.search.memory import LemmaMemory
from prover.search.metered import SearchStoppedError
from prover.search.policy import Policy, read_settings
from prover.search.premises import PremiseLibrary
from prover.search.recall import cited, keep, similar
from prover.search.strategies.refute import negated, refute
from prover.types import Problem, Spend, Status, StopReason, Trace, Verdict

_REFUTE_CPU_S = 5.0
"""For small counterexamples and the hammer on the negation, before models are asked about it."""


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
    memory: LemmaMemory | None = None,
    library: PremiseLibrary | None = None,
    config_hash: str = "",
) -> Trace:
    """Search for a proof of `problem`.

    `models` are the seats by role. `earlier` and `spent` are what previous sessions of the run have done, `ledger`
    holds what they paid for. The search ends as `PAUSED` when its `share` is used up, or when `run_is_over`. `width`
    and `lean` bound how much of Lean it takes: checks at a time, and whole searches that keep Lean busy. `memory` is
    where proved lemmas come from and go to, `library` where premises to cite come from.

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
        Account(spend=spent),
        memory,
        library=library,
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
    if policy.settings.get("stop_at_first", True) and desk.proof is not None:
        return StopReason.PROVED, ""
    other = negated(desk) if policy.refute else None
    try:
        verdict, spend = await patiently(lambda: desk.checker.check_statement(desk.statement))
        desk.charge(spend)
        if verdict.status is Status.INFRA:
            return StopReason.INFRA, verdict.detail
        if verdict.status is not Status.INCOMPLETE:
            return StopReason.UNSUPPORTED, explain(verdict)
        desk.lemmas = await similar(desk, policy.memory)
        desk.premises = await cited(desk, policy.premises)
        reason = await _both_ways(desk, other, kind, read_settings(policy, kind.settings))
    except InfraError as error:
        return StopReason.INFRA, str(error)
    except SearchStoppedError as stopped:
        reason = stopped.reason
    if desk.proof is not None:
        if policy.memory:
            keep(desk, desk.problem.informal_statement)
        return StopReason.PROVED, ""
    if other is not None and other.proof is not None:
        return StopReason.REFUTED, "its negation was proved"
    if reason is StopReason.PROVED:
        raise AssertionError(f"policy {policy.name}: its strategy reports a proof that no audit has seen")
    return reason, explain(desk.last[1]) if desk.last is not None else desk.detail


async def _both_ways(desk: Desk, other: Desk | None, kind: Kind, settings: Any) -> StopReason:
    """Search for the desk's goal and, where there is another, for its negation beside it. The first proof ends both,
    but where the search goes on to its last sample it is left to do so."""
    if other is None:
        return await kind.search(desk, settings)

    async def against() -> StopReason:
        if await refute(desk, _REFUTE_CPU_S) is None:
            await kind.search(other, settings)
        return StopReason.EXHAUSTED

    goes_on = not getattr(settings, "stop_at_first", True)
    ways = [asyncio.ensure_future(kind.search(desk, settings)), asyncio.ensure_future(against())]
    try:
        waiting = set(ways)
        while waiting and other.proof is None and (desk.proof is None or (goes_on and not ways[0].done())):
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        return ways[0].result() if ways[0].done() else StopReason.EXHAUSTED
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


def explain(verdict: Verdict) -> str:
    """One line: what the checker says, or Lean's first error."""
    errors = (diagnostic.message for diagnostic in verdict.diagnostics if diagnostic.severity == "error")
    first = next(errors, "")
    known = first.partition("\n")[0] in verdict.detail
    line = verdict.detail if known else f"{verdict.detail} {first}"
    return " ".join(line.split())[:500] or verdict.status.value
