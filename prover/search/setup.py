"""What a run is set up with (problems, a judge, the models' seats), and the configuration that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prover.codec import digest, to_json
from prover.config import Budget, RunConfig, Scalar, code_version
from prover.lean.checker import PlainChecker
from prover.lean.remote import RayChecker
from prover.search.seats import Seats
from prover.types import Problem


@dataclass(frozen=True, slots=True)
class Source:
    """The problems of a run: a name for people and folders, their digest, and which public copy they are."""

    name: str
    problems: Sequence[Problem]
    sha256: str
    split: str = ""
    copy: str = ""
    card: Mapping[str, Any] | None = None

    def only(self, problems: Sequence[Problem]) -> Source:
        """These, with a digest of their own."""
        return replace(self, problems=problems, sha256=digest([to_json(problem) for problem in problems]))


@dataclass(frozen=True, slots=True)
class Judge:
    """A checker with the profile it stands for and how many checks it does at a time."""

    checker: PlainChecker | RayChecker
    profile: str
    jobs: int
    capacity: Callable[[], int] | None = None
    """The same as of now, where it changes."""
    project: str = ""
    process: str = "warm"
    """`warm`, `plain` or `interact`."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is done about the problems: the policy by its name and its settings, and what a problem may cost."""

    policy: str
    settings: Mapping[str, Scalar]
    budget: Budget = field(default_factory=Budget)
    job: Mapping[str, Scalar] = field(default_factory=dict)
    """What a job of several stages fixes beyond its search for proofs."""


def run_config(
    verb: str,
    source: Source,
    judge: Judge,
    seats: Seats,
    aim: Aim,
    *,
    inflight: int,
    seed: int,
    limit: int | None = None,
    run_budget: Budget | None = None,
) -> RunConfig:
    """The full configuration of a run by this version of the package."""
    return RunConfig(
        verb=verb,
        benchmark=source.name,
        sha256=source.sha256,
        profile=judge.profile,
        toolchain=judge.checker.toolchain,
        policy=aim.policy,
        policy_settings=aim.settings,
        budget=aim.budget,
        split=source.split,
        copy=source.copy,
        project=judge.project,
        model=seats.model,
        models=seats.models,
        checker=judge.process,
        seed=seed,
        limit=limit,
        job=aim.job,
        code=code_version(),
        jobs=judge.jobs,
        inflight=inflight,
        run_budget=run_budget or Budget(),
    )
