"""One run of one model over a problem set, as `prover eval` makes it: a run folder that goes on where it was killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from prover.config import Budget
from prover.models.spec import ModelSpec
from prover.pipeline import Outcome, Progress, run
from prover.search.kinds import kind_of
from prover.search.policy import Policy
from prover.search.seats import open_seats
from prover.search.setup import Aim, Judge, Source, run_config
from prover.store import Store


async def rollout(
    folder: Path,
    problems: Source,
    search: tuple[Policy, Budget],
    model: ModelSpec,
    judge: Judge,
    *,
    seed: int,
    inflight: int | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Begin or continue the run in `folder`. Raises what `prover.pipeline.run` does."""
    policy, budget = search
    roles = kind_of(policy).roles
    async with open_seats([str(model)] if roles else [], policy.name, roles) as seats:
        config = run_config(
            "iterate",
            problems,
            judge,
            seats,
            Aim(policy.name, policy.identity, budget),
            inflight=inflight or max(16, 4 * judge.jobs),
            seed=seed,
            limit=len(problems.problems),
        )
        store = Store.open(folder, config, problems.problems)
        try:
            return await run(
                store,
                policy,
                judge.checker,
                jobs=judge.jobs,
                models=seats.speakers,
                inflight=config.inflight,
                on_progress=on_progress,
            )
        finally:
            store.close()
