"""`prover iterate CONFIG`: rounds of prove, audit, harvest, train and evaluate, and the gain on held-out problems."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from prover.errors import InputError
from prover.pipeline import Progress
from prover.run_folder import write_atomically
from prover.search.setup import Source
from prover.train.iterate.ablation import AS_IT_IS, PARTS, begin_alike, table, variants
from prover.train.iterate.arm import StoppedError
from prover.train.iterate.config import Problems, load_iteration
from prover.train.iterate.inputs import read_inputs
from prover.train.iterate.loop import iterate
from prover.train.iterate.report import REPORT, report
from prover.verbs.console import emit_json, positive, say, whole
from prover.verbs.judge import add_judge_arguments, open_judge
from prover.verbs.problems import load

INTERRUPTED = 130
_EVERY_S = 15.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "config", type=Path, metavar="CONFIG", help="what to do: a .toml file (docs/bootstrap.md)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the iteration")
    parser.add_argument("--base", metavar="MODEL", help="the weights to start from, instead of the file's")
    parser.add_argument("--rounds", type=positive, metavar="N", help="how many rounds, instead of the file's")
    parser.add_argument("--start", choices=["base", "last"], help="what each round trains")
    parser.add_argument("--samples", choices=["fresh", "fixed"], help="proofs drawn anew each round, or once")
    parser.add_argument(
        "--patience", type=whole, metavar="N", help="end after N rounds without a better score"
    )
    parser.add_argument(
        "--control",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="a second arm, trained as long on proofs of other statements",
    )
    parser.add_argument("--seed", type=int, help="for whatever is drawn at random")
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="Lean processes at a time (default: one a CPU)"
    )
    parser.add_argument(
        "--ablate",
        nargs="?",
        const="all",
        metavar="PART,…",
        help=f"the iteration as it is and once without (or with) each of {', '.join(PARTS)}; a table of all",
    )
    add_judge_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON value")


async def run(args: argparse.Namespace) -> int:
    """0 when the rounds are done, whatever the gain."""
    names = ("base", "rounds", "start", "samples", "patience", "control", "seed")
    changes = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    config = load_iteration(args.config, changes)
    configs = {"": config} if args.ablate is None else variants(config, args.ablate)
    arms = {name: read_inputs(one) for name, one in configs.items()}
    sets = (problems_of(config.prove, everything=config.prove.advance), problems_of(config.evaluate))
    judge = await open_judge(args, args.jobs or config.jobs)
    results: dict[str, Mapping[str, Any]] = {}
    try:
        for name, one in arms.items():
            if name:
                say(f"ablation: {name}")
            out = args.out / name if name else args.out
            if name and name != AS_IT_IS:
                begin_alike(args.out / AS_IT_IS, out)
            results[name] = await iterate(one, out, judge, *sets, say=say, on_progress=_shown())
    except (StoppedError, asyncio.CancelledError) as error:
        say(f"interrupted; nothing finished is lost, continue with: {args.command}")
        if isinstance(error, asyncio.CancelledError):
            raise
        return INTERRUPTED
    finally:
        await judge.checker.aclose()
    if args.ablate is not None:
        rows, text = table(results, args.out)
        write_atomically(args.out / "ablation.md", text)
        emit_json({"ablation": rows}) if args.json else print(text)
    elif args.json:
        emit_json({"out": str(args.out), **results[""]})
    else:
        print(report(results[""]), end="")
        say(f"summary.json, {REPORT}, plot.svg and plot.png are in {args.out}")
    return 0


def problems_of(part: Problems, *, everything: bool = False) -> Source:
    """`limit` of them, or everything behind those that are skipped. Raises `InputError` where there are none."""
    last = None if everything or part.limit is None else part.skip + part.limit
    source = load(part.problems, split=part.split or None, limit=last).source
    problems = source.problems[part.skip :]
    if not problems:
        raise InputError(f"{part.problems}: no problem in it behind the first {part.skip}")
    return replace(source, problems=problems)


def _shown() -> Any:
    """A line now and then: a round has thousands of samples."""
    last = -_EVERY_S

    def show(progress: Progress) -> None:
        nonlocal last
        if progress.note:
            say(progress.note)
        elif (
            progress.session_s - last >= _EVERY_S
            or progress.session_s < last
            or progress.done == progress.total
        ):
            last = progress.session_s
            say(f"  {progress.done} of {progress.total} problems, {progress.proved} proved")

    return show
