"""`prover lint FILE`: what is vacuous, false, ill-bound, duplicated or suspicious among the statements of a file."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

from prover.formalize.labels import Score, require_labels, score
from prover.formalize.lint import Effort, LintStatus, Report, lint
from prover.formalize.summary import confusion, summary
from prover.verbs.console import emit_json, positive, say
from prover.verbs.judge import add_judge_arguments, open_judge
from prover.verbs.problems import load

_TELL_S = 10.0
_GRAVE = (LintStatus.VACUOUS, LintStatus.FALSE, LintStatus.DUPLICATE)
_COLOURS = {
    LintStatus.VACUOUS: "red",
    LintStatus.FALSE: "red",
    LintStatus.DUPLICATE: "yellow",
    LintStatus.SUSPICIOUS: "yellow",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", metavar="FILE|NAME", help="a .jsonl or .lean file, a folder, or a benchmark")
    parser.add_argument("--split", help="only this split")
    parser.add_argument("--limit", type=positive, metavar="N", help="only the first N statements")
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="statements at a time (default: one a CPU)"
    )
    parser.add_argument(
        "--effort",
        type=float,
        default=1.0,
        metavar="X",
        help="how hard to look for proofs: X times 2 s of Lean's CPU for a contradiction among the hypotheses, 3 s for "
        "a refutation, 1 s for a proof; 0 looks for none (default: 1)",
    )
    add_judge_arguments(parser)
    parser.add_argument("--all", action="store_true", help="show the statements without findings, too")
    parser.add_argument(
        "--labels",
        action="store_true",
        help="the rows say in `label` and `truth` what is wrong with them: print the confusion matrix at the end "
        "(with --json that alone, as one value)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


async def run(args: argparse.Namespace) -> int:
    """0 when nothing grave was found, 1 when a statement is vacuous, false or a duplicate."""
    loading = load(args.data, split=args.split, limit=args.limit)
    problems = loading.source.problems
    if args.labels:
        require_labels(problems)
    judge = await open_judge(args, args.jobs)
    effort = Effort(*(args.effort * seconds for seconds in (2.0, 3.0, 1.0)))
    counts: Counter[LintStatus] = Counter()
    reports: list[Report] = []
    console = Console(soft_wrap=True, highlight=False)
    told = time.monotonic()
    try:
        async for report in lint(problems, judge.checker, jobs=judge.jobs, effort=effort):
            counts[report.status] += 1
            reports.append(report)
            if args.json and not args.labels:
                emit_json(as_json(report))
                sys.stdout.flush()
            elif not args.json and (
                (report.status is not LintStatus.UNSUPPORTED and report.findings) or args.all
            ):
                _print(console, report)
            if time.monotonic() - told > _TELL_S:
                told = time.monotonic()
                say(f"{counts.total()} of {len(problems)} statements: {_counted(counts)}")
    finally:
        await judge.checker.aclose()
    for line in summary(reports, judge.checker.toolchain):
        say(line)
    if args.labels:
        _print_score(console, score(reports), as_json=args.json)
    return 1 if any(counts[status] for status in _GRAVE) else 0


def _counted(counts: Counter[LintStatus]) -> str:
    return ", ".join(f"{counts[status]} {status}" for status in LintStatus if counts[status])


def _print_score(console: Console, found: Score, *, as_json: bool) -> None:
    if as_json:
        emit_json(found.to_json())
        return
    for line in confusion(found):
        console.print(line, markup=False)


def as_json(report: Report) -> Mapping[str, Any]:
    return {
        "id": report.problem.id,
        "status": report.status.value,
        "findings": [{"rule": f.rule, "message": f.message, "evidence": f.evidence} for f in report.findings],
    }


def _print(console: Console, report: Report) -> None:
    colour = _COLOURS.get(report.status, "dim")
    where = f" [dim]{escape(report.problem.source)}[/]" if report.problem.source else ""
    console.print(f"[bold {colour}]{report.status}[/] [bold]{escape(report.problem.id)}[/]{where}")
    for finding in report.findings:
        console.print(f"  {escape(finding.rule)}: {escape(finding.message)}")
        for line in finding.evidence.splitlines():
            console.print(f"    {escape(line)}", style="dim")
