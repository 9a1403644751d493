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
from prover.config import Budget, RunConfig, Scalar, code_version, parse_budget
from prover.datagen import push as pushing
from prover.datagen.against import Benchmark, read_benchmarks
from prover.datagen.export import check_parquet, content_digest
from prover.datagen.grouping import read_shares
from prover.datagen.job import Finished
from prover.datagen.job import run as run_job
from prover.datagen.session import JobInterruptedError, Session, Tools
from prover.datagen.settings import WEAVES, Settings
from prover.datagen.sources import UNKNOWN, Sources, read_sources
from prover.errors import InputError
from prover.formalize.lint import Effort
from prover.formalize.settings import Settings as Formalizing
from prover.search.kinds import kind_of
from prover.search.policy import Policy, load_policy
from prover.store import Store
from prover.types import Header
from prover.verbs.console import emit_json, say
from prover.verbs.engine import (
    Source,
    add_engine_arguments,
    default_folder,
    facts_of,
    open_memory,
    policy_of,
    positive,
)
from prover.verbs.eval import INTERRUPTED
from prover.verbs.formalize import open_pool, read_header
from prover.verbs.judge import Judge, open_judge
from prover.verbs.seats import Seats, open_seats
from prover.verbs.stages import stage_display

_SHOWN = 20
_DEFAULTS = Formalizing()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a benchmark, a .jsonl, .json, .lean or .md file, a folder of these, or a folder that `prover trace` wrote; "
        "NAME:SPLIT takes one split",
    )
    parser.add_argument(
        "--words",
        action="append",
        default=[],
        metavar="SOURCE",
        help="a source of which only the words are taken, its Lean left aside; may be repeated",
    )
    parser.add_argument(
        "--licence",
        action="append",
        default=[],
        metavar="[SOURCE=]TEXT",
        help="the licence of rows that say none, e.g. CC-BY-4.0; may be repeated (default: unknown)",
    )
    parser.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="NAME|FILE",
        help="a benchmark whose problems must not be in the data, NAME:SPLIT for one split; may be repeated",
    )
    _add_stages(parser)
    parser.add_argument("--title", default="", help="the data set's name on its card")
    parser.add_argument("--parquet", action="store_true", help="write Parquet files, too")
    parser.add_argument(
        "--push", metavar="OWNER/NAME", help="upload to this Hugging Face data set repository"
    )
    parser.add_argument("--public", action="store_true", help="with --push: a new repository is a public one")
    add_engine_arguments(parser, refutes=True)


def _add_stages(parser: argparse.ArgumentParser) -> None:
    formalizing = parser.add_argument_group("words to statements")
    for name, default, text in (
        ("samples", _DEFAULTS.samples, "statements to ask for, for each problem in words"),
        ("repairs", _DEFAULTS.repairs, "rounds of repair for what Lean refuses"),
        ("votes", _DEFAULTS.votes, "judgements of faithfulness, 0 for none"),
        ("shots", _DEFAULTS.examples, "examples that a prompt shows at most"),
    ):
        kind = positive if name == "samples" else _whole
        formalizing.add_argument(
            f"--{name}", type=kind, default=default, metavar="N", help=f"{text} (default: {default})"
        )
    formalizing.add_argument(
        "--header",
        type=Path,
        metavar="FILE",
        help="imports, `open`s and options for their statements (default: `import Mathlib` alone)",
    )
    stages = parser.add_argument_group("other stages")
    stages.add_argument(
        "--effort",
        type=_amount,
        default=1.0,
        metavar="X",
        help="how hard filters and comparisons look for proofs: X times 2 s of Lean's CPU for a contradiction, 3 s for a "
        "refutation, 2 s for each direction of an equivalence; 0 looks for none (default: 1)",
    )
    stages.add_argument(
        "--strict",
        action="store_true",
        help="leave out what a filter only flags, such as a linter's suspicion",
    )
    stages.add_argument(
        "--no-given",
        dest="given",
        action="store_false",
        help="search also where a statement came with a proof (default: a proof that passes the audit is kept)",
    )
    stages.add_argument(
        "--weave",
        choices=WEAVES,
        help="who puts the proof in words into the Lean proof: a model, or the likeness of sentences and lines (default: "
        "model where one is named for all roles or as weaver, else steps)",
    )
    stages.add_argument(
        "--splits",
        default="train=0.9,valid=0.05,test=0.05",
        metavar="SHARES",
        help="the splits' shares of the clusters (default: train=0.9,valid=0.05,test=0.05)",
    )
    stages.add_argument(
        "--family",
        default="generic",
        help="whose prompts the training examples are asked in (default: generic)",
    )


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0, found {text!r}")
    return int(text)


def _amount(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1000, found {text!r}")
    return number


async def run(args: argparse.Namespace) -> int:
    """0 when the job is done, whatever it came to."""
    settings = settings_of(args)
    load_family(settings.family)
    _check_push(args)
    if args.parquet:
        check_parquet()
    sources = read_sources(args.sources, args.words, _licences(args.licence), args.limit)
    benchmarks = read_benchmarks(args.against)
    _say_refused(sources, benchmarks)
    words = any(item.problem.statement is None for item in sources.items)
    roles = tuple(dict.fromkeys((*kind_of(load_policy(args.policy)).roles, *settings.roles(words=words))))
    policy = policy_of(args, roles)
    judge = await open_judge(args, args.jobs)
    pool, pool_digest = open_pool(None, "") if words and settings.formalizing.examples else (None, "")
    try:
        async with open_seats(args.model, policy.name, roles) as seats:
            config = _config(args, policy, judge, seats, sources, benchmarks, settings, pool_digest)
            folder = args.out or default_folder(config)
            facts = facts_of(args, Source(config.benchmark, (), config.sha256)) | _told(sources, benchmarks)
            store = Store.open(folder, config, [item.problem for item in sources.items], facts)
            try:
                with stage_display() as tell, open_memory(args, policy, folder) as memory:
                    tools = Tools(
                        judge.checker,
                        policy,
                        seats.speakers,
                        config.jobs,
                        config.inflight,
                        None if args.jobs else judge.capacity,
                        config.run_budget,
                        args.adaptive,
                        memory,
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


def settings_of(args: argparse.Namespace) -> Settings:
    x = float(args.effort)
    weaver = any("=" not in text.partition(":")[0] or text.startswith("weaver=") for text in args.model)
    return Settings(
        shares=read_shares(args.splits),
        given=args.given,
        strict=args.strict,
        weave=args.weave or ("model" if weaver else "steps"),
        equivalence_s=2.0 * x,
        vacuous_s=2.0 * x,
        family=args.family,
        formalizing=Formalizing(
            samples=args.samples,
            repairs=args.repairs,
            votes=args.votes,
            examples=args.shots,
            effort=Effort(2.0 * x, 3.0 * x, 1.0 * x),
            equivalence_s=2.0 * x,
            header=read_header(args.header) if args.header else Header(),
        ),
    )


def _licences(texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        source, _, licence = text.rpartition("=")
        if not licence.strip() or source in found:
            raise InputError(f"--licence: expected [SOURCE=]TEXT, each source once, found {text!r}")
        found[source] = licence.strip()
    return found


def _config(
    args: argparse.Namespace,
    policy: Policy,
    judge: Judge,
    seats: Seats,
    sources: Sources,
    benchmarks: Sequence[Benchmark],
    settings: Settings,
    pool: str,
) -> RunConfig:
    job: dict[str, Scalar] = {
        **settings.identity,
        "licences": "; ".join(sorted(args.licence)),
        "words": "; ".join(args.words),
        "pool": pool,
    }
    # Named one by one, so that a run folder says which of them has changed.
    job |= {f"source {source.name}": source.sha256 for source in sources.sources}
    job |= {f"against {benchmark.name}": benchmark.sha256 for benchmark in benchmarks}
    jobs = int(args.jobs or judge.jobs)
    asked = max(16, 4 * jobs) if seats.speakers else jobs
    return RunConfig(
        verb=args.verb,
        benchmark=" + ".join(source.name for source in sources.sources),
        sha256=digest([[source.name, source.sha256] for source in sources.sources]),
        profile=judge.profile,
        toolchain=judge.checker.toolchain,
        policy=policy.name,
        policy_settings=policy.identity,
        budget=parse_budget(args.budget, policy.budget) if args.budget else policy.budget,
        project=str(args.project or ""),
        model=seats.model,
        models=seats.models,
        checker=args.checker,
        seed=args.seed,
        limit=args.limit,
        job=job,
        code=code_version(),
        jobs=jobs,
        inflight=int(args.inflight or asked),
        run_budget=parse_budget(args.run_budget) if args.run_budget else Budget(),
    )


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
