"""`prover eval NAME|--data PATH`: how many problems of a benchmark a policy proves."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from prover.evaluate import headline, summarize
from prover.lean.toolchain import Profile
from prover.pipeline import Outcome
from prover.store import Store
from prover.types import StopReason
from prover.verbs.console import emit_json, say
from prover.verbs.engine import add_engine_arguments, policy_of, run_engine
from prover.verbs.judge import open_judge
from prover.verbs.lean import why_no_mathlib
from prover.verbs.problems import Loading, load

INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("name", nargs="?", metavar="NAME", help="a benchmark (see `prover data list`)")
    what.add_argument("--data", metavar="PATH", help="a file or folder with problems")
    parser.add_argument("--split", help="only this split")
    parser.add_argument(
        "--else",
        dest="otherwise",
        metavar="NAME",
        help="evaluate this benchmark instead, on core, where Mathlib is not usable",
    )
    add_engine_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    policy = policy_of(args)
    name = args.data or args.name
    if args.otherwise and args.profile in (None, Profile.MATHLIB.value) and args.project is None:
        reason = why_no_mathlib()
        if reason:
            say(
                f"{reason}; evaluating `{args.otherwise}` on core instead of `{name}`: this is no score on `{name}`"
            )
            name, args.profile = args.otherwise, Profile.CORE.value
    loading = load(name, split=args.split, limit=args.limit)
    judge = await open_judge(args, args.jobs)

    def report(store: Store, outcome: Outcome) -> int:
        return _report(args, store, outcome, loading)

    try:
        return await run_engine(args, policy, loading.source, judge, report)
    finally:
        await judge.checker.aclose()


def _report(args: argparse.Namespace, store: Store, outcome: Outcome, loading: Loading) -> int:
    summary = summarize(
        store.config,
        store.problems(),
        store.traces(completions=False),
        store.spent(),
        refused_rows=len(loading.refused),
        canaries=store.canaries(),
        run=str(store.folder),
    )
    if args.json:
        emit_json(summary)
    else:
        _print(summary)
    return INTERRUPTED if outcome.stopped is StopReason.INTERRUPTED else 0


def _print(summary: Mapping[str, Any]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for label, groups in summary["groups"].items():
        table = Table(label, "problems", "answered", "proved", "failed", box=None, header_style="bold")
        for column in table.columns[1:]:
            column.justify = "right"
        for name, group in groups.items():
            counts = (group["problems"], group["supported"], group["proved"], group["failed"])
            table.add_row(name, *(str(count) for count in counts))
        console.print(table)
        console.print()
    for line in summary_lines(summary):
        console.print(line, markup=False)


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """The score, what it leaves out, and how it was made, one line each."""
    split = f", split {summary['split']}" if summary["split"] else ""
    lines = [f"{summary['benchmark']}{split}: {headline(summary)}"]
    apart = {
        "unsupported": "that the profile cannot read",
        "infra": "that a breakdown of ours kept from an answer (run the command again)",
        "unfinished": "not reached",
        "refused_rows": "rows of the input refused",
        "false_on_purpose": "false on purpose, none of them proved",
    }
    lines += [f"  apart: {summary[key]} {text}" for key, text in apart.items() if summary[key]]
    if summary["refuted"]:
        lines.append(f"  among the failed: {summary['refuted']} whose negation was proved")
    scores = [key for key in summary if key.startswith("pass@") and summary.get(f"{key}_interval")]
    for k in scores[1:]:
        low, high = summary[f"{k}_interval"]
        lines.append(f"  {k} {summary[k]:.1%}, 95% interval {low:.1%} to {high:.1%}")
    copy = f", {summary['copy']}" if summary["copy"] else ""
    if summary["model"]:
        cost = f", ${summary['cost_usd']:.4g}" if summary["cost_usd"] else ""
        tokens = f"{summary['tokens_in']:,} tokens read, {summary['tokens_out']:,} written"
        lines.append(f"  model {summary['model']}: {summary['samples']} samples, {tokens}{cost}")
    lines += [
        f"  policy {summary['policy']}, budget {summary['budget'] or 'unbounded'}, seed {summary['seed']}",
        f"  {summary['toolchain']}, every proof {summary['tier']}, {summary['canaries_refused']} fakes refused",
        f"  {summary['wall_s']:.1f} s, {summary['lean_cpu_s']:.1f} s of Lean's CPU, {summary['checks']} checks",
        f"  data sha256 {summary['sha256'][:16]}{copy}; run folder {summary['run']}",
    ]
    return lines
