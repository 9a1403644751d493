"""`prover train RECIPE`: fine-tune a model on examples, or let it learn from the checker's verdicts."""

from __future__ import annotations

import argparse
import asyncio
import math
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from prover.errors import InputError
from prover.stopping import stop_signals
from prover.train.recipe import Recipe, load_recipe, parse_recipe, shipped_recipes
from prover.train.session import Moment, Report, StoppedError
from prover.verbs.console import emit_json, positive, say
from prover.verbs.judge import add_judge_arguments, open_judge
from prover.verbs.progress import clock, short

if TYPE_CHECKING:
    from prover.types import Problem

_INTERRUPTED = 130
_RECIPES = {"sft": "sft", "grpo": "grpo"}
"""The shipped recipe of a method, where a call names none."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "recipe",
        nargs="?",
        metavar="RECIPE",
        help=f"one of {', '.join(shipped_recipes())}, or a .toml file (default: the method's own)",
    )
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="a file of examples, for the recipe's source NAME; for grpo problems: a file, a folder or a benchmark; "
        "may be repeated",
    )
    parser.add_argument(
        "--base", required=True, metavar="M", help="a folder, or a model of the Hugging Face Hub"
    )
    parser.add_argument("--adapter", default="", metavar="DIR", help="an adapter of the base to go on from")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the model goes")
    parser.add_argument("--method", choices=sorted(_RECIPES), help="sft or grpo (default: the recipe's)")
    parser.add_argument("--family", metavar="NAME", help="grpo: the prompts that ask (default: the recipe's)")
    parser.add_argument(
        "--split",
        metavar="S",
        help="grpo: the split that is learned from (default: train, and what is of none)",
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="instead of the recipe's")
    parser.add_argument("--steps", type=int, metavar="N", help="instead of the recipe's epochs")
    parser.add_argument("--seed", type=int, metavar="N", help="instead of the recipe's")
    parser.add_argument(
        "--dry-run", action="store_true", help="count examples, tokens and steps; train nothing"
    )
    parser.add_argument("--restart", action="store_true", help="begin anew where --out holds this training")
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="grpo: Lean processes at a time (default: one a CPU)"
    )
    add_judge_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    recipe = recipe_of(args)
    if args.out is None and not args.dry_run:
        raise InputError("--out: expected the folder for the model (or --dry-run)")
    if recipe.method == "grpo":
        return await _grpo(args, recipe)
    return await _sft(args, recipe)


def recipe_of(args: argparse.Namespace) -> Recipe:
    """The recipe with what the call changes about it. Raises `InputError`."""
    recipe = load_recipe(args.recipe or _RECIPES[args.method or "sft"])
    if args.method is not None and args.method != recipe.method:
        raise InputError(f"--method {args.method}: recipe {recipe.name} is for {recipe.method}")
    for name in ("family", "split"):
        if getattr(args, name) is not None and recipe.method != "grpo":
            raise InputError(f"--{name}: only grpo asks problems")
    changes = {name: getattr(args, name) for name in ("epochs", "steps", "seed")}
    content = recipe.model_dump(mode="python")
    content["train"] |= {name: value for name, value in changes.items() if value is not None}
    if args.family is not None:
        content["grpo"] = {**(content["grpo"] or {}), "family": args.family}
    return parse_recipe(content, f"recipe {recipe.name}", recipe.folder)


def files_of(texts: list[str]) -> dict[str, list[Path]]:
    """`NAME=FILE`, or `FILE` for the source `data`."""
    found: dict[str, list[Path]] = {}
    for text in texts:
        name, equals, file = text.partition("=")
        if not equals or "/" in name or Path(text).exists():
            name, file = "data", text
        if not Path(file).is_file():
            raise InputError(f"--data {text}: no such file: expected [NAME=]FILE with examples, one a line")
        found.setdefault(name, []).append(Path(file))
    return found


async def _sft(args: argparse.Namespace, recipe: Recipe) -> int:
    from prover.train.sft import plan_sft, train_sft  # noqa: PLC0415

    data = files_of(args.data)
    if args.dry_run:
        plan = await asyncio.to_thread(plan_sft, recipe, base=args.base, data=data)
        return _counted(args, recipe, plan.counts())
    say(f"recipe {recipe.name}: reading and planning")

    async def train(report: Report, stop: Callable[[], bool]) -> Any:
        return await asyncio.to_thread(
            train_sft,
            recipe,
            args.out,
            base=args.base,
            data=data,
            adapter=args.adapter,
            resume=not args.restart,
            report=report,
            stop=stop,
        )

    return await _trained(args, train)


async def _grpo(args: argparse.Namespace, recipe: Recipe) -> int:
    from prover.train.grpo import plan_grpo, train_grpo  # noqa: PLC0415

    problems = _problems(args)
    if args.dry_run:
        plan = await asyncio.to_thread(
            plan_grpo, recipe, base=args.base, problems=problems, split=args.split or ""
        )
        return _counted(args, recipe, plan.counts())
    judge = await open_judge(args, args.jobs)

    async def train(report: Report, stop: Callable[[], bool]) -> Any:
        return await train_grpo(
            recipe,
            args.out,
            base=args.base,
            problems=problems,
            checker=judge.checker,
            split=args.split or "",
            adapter=args.adapter,
            resume=not args.restart,
            report=report,
            stop=stop,
        )

    try:
        return await _trained(args, train)
    finally:
        await judge.checker.aclose()


def _problems(args: argparse.Namespace) -> list[Problem]:
    from prover.verbs.problems import load  # noqa: PLC0415

    if not args.data:
        raise InputError("--data: expected problems: a file, a folder or a benchmark")
    return [one for name in args.data for one in load(name, split=args.split).source.problems]


async def _trained(args: argparse.Namespace, train: Any) -> int:
    with stop_signals() as stop, _display() as report:
        try:
            done = await train(report, stop.is_set)
        except StoppedError as stopped:
            say(f"{stopped}; continue with: {args.command}")
            return _INTERRUPTED
    result = {**asdict(done), "folder": str(done.folder)}
    if args.json:
        emit_json({name: _finite(value) for name, value in result.items()})
    else:
        for name, value in result.items():
            if value is not None:
                print(f"{name.replace('_', ' ')}: {value}")
    option = "adapter" if done.adapter else ""
    spec = f"hf:{args.base},adapter={done.folder}" if option else f"hf:{done.folder}"
    say(f"ask it with --model {shlex.quote(spec)}")
    return 0


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _counted(args: argparse.Namespace, recipe: Recipe, counts: dict[str, Any]) -> int:
    """What a dry run says."""
    if args.json:
        emit_json({"recipe": recipe.name, "method": recipe.method, "hash": recipe.hash, **counts})
        return 0
    for name, value in counts.items():
        shown = ", ".join(f"{n} {kind}" for kind, n in value.items()) if isinstance(value, dict) else value
        print(f"{name.replace('_', ' ')}: {shown}")
    return 0


@contextmanager
def _display() -> Iterator[Report]:
    """A bar on a terminal, a line for each logged step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda moment: say(f"[{moment.step}/{moment.steps}] {_standing(moment)}")
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def show(moment: Moment) -> None:
            bar.update(task, completed=moment.step, total=moment.steps, description=_standing(moment))

        yield show


def _standing(moment: Moment) -> str:
    parts = []
    if moment.reward is not None:
        parts.append(f"reward {moment.reward:.3f}")
    if moment.loss is not None:
        parts.append(f"loss {moment.loss:.4f}")
    if moment.tokens_per_s is not None:
        parts.append(f"{short(round(moment.tokens_per_s))} tokens/s")
    return ", ".join([*parts, clock(moment.seconds)])
