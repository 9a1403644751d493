"""`prover datagen SOURCE…`: problems in words and Lean statements to a data set of checked proofs."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from prover.agents.family import load_family
from prover.codec import digest, to_json
from prover.config import Scalar
from prover.datagen import push as pushing
from prover.datagen.against import Benchmark, read_benchmarks
from prover.datagen.export import check_parquet, content_digest
from prover.datagen.job import Finished
from prover.datagen.job import run as run_job
from prover.datagen.session import JobInterruptedError, Session, Tools
from prover.datagen.settings import Settings
from prover.datagen.sources import UNKNOWN, Sources, read_sources
from prover.errors import InputError
from prover.search.kinds import kind_of
from prover.search.policy import load_policy
from prover.search.seats import open_seats
from prover.search.setup import Aim, Source, run_config
from prover.store import Store
from prover.verbs.console import emit_json, say
from prover.verbs.datagen_options import add_arguments, licences_of, settings_of
from prover.verbs.engine import (
    budgets_of,
    default_folder,
    facts_of,
    inflight_of,
    policy_of,
)
from prover.verbs.eval import INTERRUPTED
from prover.verbs.formalize import open_pool
from prover.verbs.judge import open_judge
from prover.verbs.library import library_identity, open_library, open_memory
from prover.verbs.stages import stage_display

__all__ = ["add_arguments", "run"]

_SHOWN = 20


async def run(args: argparse.Namespace) -> int:
    """0 when the job is done, whatever it came to."""
    settings = settings_of(args)
    load_family(settings.family)
    _check_push(args)
    if args.parquet:
        check_parquet()
    sources = read_sources(args.sources, args.words, licences_of(args.licence), args.limit)
    benchmarks = read_benchmarks(args.against)
    _say_refused(sources, benchmarks)
    words = any(item.problem.statement is None for item in sources.items)
    roles = tuple(dict.fromkeys((*kind_of(load_policy(args.policy)).roles, *settings.roles(words=words))))
    policy = policy_of(args, roles)
    judge = await open_judge(args, args.jobs)
    pool, pool_digest = open_pool(None, "") if words and settings.formalizing.examples else (None, "")
    try:
        async with (
            open_library(args, judge.profile) as library,
            open_seats(args.model, policy.name, roles) as seats,
        ):
            budget, run_budget = budgets_of(args, policy)
            job = _job(args, settings, sources, benchmarks, pool_digest)
            source = Source(
                " + ".join(source.name for source in sources.sources),
                [item.problem for item in sources.items],
                digest([[source.name, source.sha256] for source in sources.sources]),
            )
            config = run_config(
                args.verb,
                source,
                judge,
                seats,
                Aim(policy.name, policy.identity | library_identity(args, library), budget, job),
                inflight=inflight_of(args, policy, judge.jobs),
                seed=args.seed,
                limit=args.limit,
                run_budget=run_budget,
            )
            folder = args.out or default_folder(config)
            facts = facts_of(args, source) | _told(sources, benchmarks)
            store = Store.open(folder, config, source.problems, facts)
            try:
                with stage_display() as tell, open_memory(args, policy, folder) as memory:
                    tools = Tools(
                        judge.checker,
                        policy,
                        seats.speakers,
                        config.jobs,
                        config.inflight,
                        judge.capacity,
                        config.run_budget,
                        args.adaptive,
                        memory,
                        library,
                        pool,
                    )
                    title = args.title or f"{config.benchmark}, proved in Lean 4"
                    session = Session(store, settings, tools, facts, tell)
                    done = await run_job(session, sources, benchmarks, title=title, parquet=args.parquet)
            except JobInterruptedError:
                say(f"interrupted; nothing finished is lost, continue with: {args.command}")
                return INTERRUPTED
            finally:
                store.close()
    finally:
        await judge.checker.aclose()
        if pool is not None:
            pool.close()
    _report(args, folder, done)
    return 0


def _check_push(args: argparse.Namespace) -> None:
    """Before hours of work, not after them."""
    if args.public and not args.push:
        raise InputError("--public: expected --push OWNER/NAME, too")
    if args.push:
        pushing.check_repo(args.push)
        pushing.check_ready()


def _job(
    args: argparse.Namespace,
    settings: Settings,
    sources: Sources,
    benchmarks: Sequence[Benchmark],
    pool: str,
) -> dict[str, Scalar]:
    """What decides the outcome beside the search for proofs."""
    job: dict[str, Scalar] = {
        **settings.identity,
        "licences": "; ".join(sorted(args.licence)),
        "words": "; ".join(args.words),
        "pool": pool,
    }
    # Named one by one, so that a run folder says which of them has changed.
    job |= {f"source {source.name}": source.sha256 for source in sources.sources}
    return job | {f"against {benchmark.name}": benchmark.sha256 for benchmark in benchmarks}


def _told(sources: Sources, benchmarks: Sequence[Benchmark]) -> dict[str, Any]:
    """What the manifest says beside the configuration."""
    return {
        "sources": [to_json(source) for source in sources.sources],
        "against": [{"name": b.name, "sha256": b.sha256, "problems": len(b.problems)} for b in benchmarks],
    }


def _say_refused(sources: Sources, benchmarks: Sequence[Benchmark]) -> None:
    refused = [line for source in sources.sources for line in source.refused]
    for line in refused[:_SHOWN]:
        say(f"refused: {line}")
    if len(refused) > _SHOWN:
        say(f"refused: {len(refused) - _SHOWN} more rows")
    for benchmark in benchmarks:
        if benchmark.refused:
            say(
                f"{benchmark.name}: {benchmark.refused} rows cannot be read, and nothing is compared with them"
            )
    if not benchmarks:
        say("no --against: the data may hold problems that a model is tested on")


def _report(args: argparse.Namespace, run_folder: Path, done: Finished) -> None:
    account = done.account
    address = ""
    if args.push:
        unknown = sum(row["licence"] == UNKNOWN for row in account.rows)
        if unknown and args.public:
            raise InputError(
                f"--public: {unknown} rows have no known licence: name one with --licence, or push privately"
            )
        address = pushing.push(done.folder, args.push, public=args.public, message=account.title)
    splits = Counter(row["split"] for row in account.rows)
    kinds = Counter(row["kind"] for row in account.rows)
    if args.json:
        emit_json(
            {
                "run": str(run_folder),
                "dataset": str(done.folder),
                "sha256": content_digest(done.folder),
                "rows": len(account.rows),
                "kinds": dict(kinds),
                "splits": dict(splits),
                "examples": dict(account.examples),
                "woven": Counter(row["woven"] for row in account.rows),
                "tiers": Counter(row["tier"] for row in account.rows),
                "licences": Counter(row["licence"] for row in account.rows),
                "funnel": [{"stage": stage, "left": left} for stage, left in account.funnel],
                "removed": Counter(row["stage"] for row in account.removed),
                "open": account.open,
                "toolchain": account.config.toolchain,
                "pushed": address,
            }
        )
        return
    table = Table("stage", "left", box=None, header_style="bold")
    table.columns[1].justify = "right"
    for stage, left in account.funnel:
        table.add_row(stage, str(left))
    Console(soft_wrap=True, highlight=False).print(table)
    shown = ", ".join(f"{count} {name}" for name, count in splits.items())
    print(
        f"{len(account.rows)} rows ({shown or 'none'}): {kinds['proof']} proved, {kinds['negation']} refuted"
    )
    for reason, count in done.untaught.most_common(5):
        say(f"{count} rows gave no training example: {reason}")
    if account.open:
        say(f"{account.open} problems are still open; try them again with: {args.command}")
    say(f"the data set is in {done.folder}, what was left out in {done.folder / 'removed.jsonl'}")
    if address:
        say(f"pushed: {address}")
