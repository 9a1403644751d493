"""`prover bench [NAME...]`: the checker's speed and endurance, the pipeline's overlap and size, with their targets."""

from __future__ import annotations

import argparse
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from prover.bench import batch, lint, soak, speed
from prover.bench.figures import Figure
from prover.errors import InputError
from prover.lean.toolchain import Profile, Toolchain, default_profile, open_toolchain
from prover.run_folder import write_atomically
from prover.verbs.console import emit_json, say

BENCHES: dict[str, Callable[[Toolchain], Awaitable[list[Figure]]]] = {
    "speed": speed.speed,
    "overhead": speed.overhead,
    "scaling": speed.scaling,
    "memory": speed.memory,
    "audit": speed.audit,
    "overlap": batch.overlap,
    "batch": batch.batch,
    "soak": partial(soak.soak, report=say),
    "lint": lint.lint_planted,
}
_ASKED_FOR = ("batch", "soak", "lint")
"""Run only when named: they take minutes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"{', '.join(BENCHES)} (default: all but {', '.join(_ASKED_FOR)})",
    )
    parser.add_argument("--profile", choices=[p.value for p in Profile if p is not Profile.PROJECT])
    parser.add_argument("--project", type=Path, metavar="DIR", help="judge in this Lake project instead")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where the figures go")
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    """Always 0: a figure that misses its target is a finding, not a failure."""
    names = args.names or [name for name in BENCHES if name not in _ASKED_FOR]
    for name in names:
        if name not in BENCHES:
            raise InputError(f"unknown benchmark `{name}`; expected one of {', '.join(BENCHES)}")
    toolchain = open_toolchain(args.profile or default_profile(), args.project, say)
    figures: list[Figure] = []
    for name in names:
        say(f"{name} …")
        figures += await BENCHES[name](toolchain)
    report: dict[str, Any] = {figure.name: figure.to_json() for figure in figures}
    write_atomically(args.out, json.dumps(report, indent=1) + "\n")
    if args.json:
        emit_json(report)
    else:
        _print(toolchain, figures)
        say(f"figures in {args.out}")
    return 0


def _print(toolchain: Toolchain, figures: list[Figure]) -> None:
    table = Table("figure", "value", "unit", "target", "", "n", box=None, header_style="bold")
    for column in (1, 5):
        table.columns[column].justify = "right"
    for figure in figures:
        verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
        name = figure.name.replace("_", " ")
        table.add_row(name, f"{figure.value:.4g}", figure.unit, figure.target, verdict, str(figure.n))
    console = Console()
    console.print(f"{toolchain.identity}", highlight=False)
    console.print(table)
