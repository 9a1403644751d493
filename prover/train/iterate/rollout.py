"""One run of one model over a problem set, as `prover eval` makes it: a run folder that goes on where it was killed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prover.config import Budget, RunConfig, code_version
from prover.lean.protocol import Checker
from prover.models.spec import ModelSpec
from prover.pipeline import Outcome, Progress, run
from prover.search.kinds import kind_of
from prover.search.policy import Policy
from prover.search.seats import open_seats
from prover.store import Store
from prover.types import Problem


@dataclass(frozen=True, slots=True)
class ProblemSet:
    name: str
    sha256: str
    split: str
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Lean:
    """Who judges."""

    checker: Checker
    profile: str
    project: str
    kind: str
    """`warm`, `plain` or `interact`."""
    jobs: int


async def rollout(
    folder: Path,
    problems: ProblemSet,
    search: tuple[Policy, Budget],
    model: ModelSpec,
    lean: Lean,
    *,
    seed: int,
    inflight: int | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Begin or continue the run in `folder`. Raises what `prover.pipeline.run` does."""
    policy, budget = search
    roles = kind_of(policy).roles
    async with open_seats([str(model)] if roles else [], policy.name, roles) as seats:
        config = RunConfig(
            verb="iterate",
            benchmark=problems.name,
            sha256=problems.sha256,
            profile=lean.profile,
            toolchain=lean.checker.toolchain,
            policy=policy.name,
            policy_settings=policy.identity,
            budget=budget,
            split=problems.split,
            project=lean.project,
            model=seats.model,
            models=seats.models,
            checker=lean.kind,
            seed=seed,
            limit=len(problems.problems),
            code=code_version(),
            jobs=lean.jobs,
            inflight=inflight or max(16, 4 * lean.jobs),
        )
        store = Store.open(folder, config, problems.problems)
        try:
            return await run(
                store,
                policy,
                lean.checker,
                jobs=lean.jobs,
                models=seats.speakers,
                inflight=config.inflight,
                on_progress=on_progress,
            )
        finally:
            store.close()
