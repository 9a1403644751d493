"""`prover report RUN…`: one self-contained HTML page about a run, or about several side by side."""

from __future__ import annotations

import argparse
from pathlib import Path

from prover.report import write_report
from prover.verbs.console import emit_json, say

_PAGE = "report.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="+", type=Path, help="a run folder of `eval` or `prove`")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the page goes (default: report.html in the run's folder, in this one for several)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    target = args.out or (args.runs[0] / _PAGE if len(args.runs) == 1 else Path(_PAGE))
    write_report(args.runs, target)
    size = target.stat().st_size
    if args.json:
        emit_json({"report": str(target), "bytes": size, "runs": [str(run) for run in args.runs]})
    else:
        print(target)
        say(f"{size / 1e6:.1f} MB, one file, opens without a network")
    return 0
