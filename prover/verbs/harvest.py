"""`prover harvest RUN…`: training data from what runs have proved."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from prover.agents.family import shipped_families
from prover.bootstrap.decontaminate import Strictness
from prover.bootstrap.example import Kind, write_examples
from prover.bootstrap.harvest import Harvest, harvest, manifest
from prover.bootstrap.journal import Journal
from prover.bootstrap.settings import HARVESTED, HarvestSettings
from prover.config import RunConfig, code_version
from prover.errors import InputError
from prover.problems import load_problems, resolve_benchmark
from prover.run_folder import write_atomically
from prover.store import Store
from prover.types import Problem
from prover.verbs.console import emit_json, positive, say, whole
from prover.verbs.judge import add_judge_arguments, open_judge

_DEFAULT = HarvestSettings()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "runs", nargs="+", type=Path, metavar="RUN", help="run folders of prove, eval or iterate"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where the examples go (JSONL)"
    )
    parser.add_argument(
        "--family",
        default=_DEFAULT.family,
        help=f"whose prompts the model is asked in: {', '.join(shipped_families())}, or a folder (default: generic)",
    )
    parser.add_argument(
        "--kinds",
        type=_kinds,
        default=HARVESTED,
        metavar="A,B",
        help=f"only these of {', '.join(HARVESTED)}",
    )
    parser.add_argument(
        "--held-out",
        action="append",
        default=[],
        metavar="NAME|PATH[:SPLIT]",
        help="problems that a model will be tested on: nothing near them becomes an example; may be repeated",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="also leave out what is a held-out statement up to its numerals",
    )
    parser.add_argument(
        "--include-split",
        action="append",
        default=[],
        metavar="S",
        help="also learn from problems that their set calls S (default: only train, and those without a split)",
    )
    parser.add_argument(
        "--cap", type=positive, default=_DEFAULT.cap, metavar="N", help="examples of a kind a problem"
    )
    parser.add_argument(
        "--rarity",
        type=float,
        default=_DEFAULT.rarity,
        metavar="X",
        help="how much more rare proofs weigh; 0 weighs all alike (default: 0.5)",
    )
    parser.add_argument(
        "--valid",
        type=float,
        default=_DEFAULT.valid,
        metavar="PART",
        help="part of the problems that is for the validation loss (default: 0.05)",
    )
    parser.add_argument(
        "--minimise",
        type=whole,
        default=_DEFAULT.minimise,
        metavar="N",
        help="checks that making a proof shorter may take; 0 leaves proofs as they are (default: 48)",
    )
    parser.add_argument(
        "--trust", action="store_true", help="believe the runs' audits instead of auditing again"
    )
    parser.add_argument("--no-words", action="store_true", help="proofs without comments")
    parser.add_argument(
        "--no-paired-repairs",
        action="store_true",
        help="only repairs that a corrector made, none put together from two attempts",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the split (default: 0)")
    parser.add_argument("--jobs", type=positive, metavar="N", help="proofs at a time (default: one a CPU)")
    add_judge_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON value")


def _kinds(text: str) -> tuple[Kind, ...]:
    known = [kind.value for kind in HARVESTED]
    names = [name.strip() for name in text.split(",")]
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(known)}, found {unknown[0]!r}")
    return tuple(kind for kind in HARVESTED if kind.value in names)


async def run(args: argparse.Namespace) -> int:
    """0 when the file is written, 1 when there was nothing to write."""
    settings = HarvestSettings(
        family=args.family,
        kinds=args.kinds,
        cap=args.cap,
        rarity=args.rarity,
        words=not args.no_words,
        paired_repairs=not args.no_paired_repairs,
        minimise=args.minimise,
        audit=not args.trust,
        valid=args.valid,
        seed=args.seed,
        strictness=Strictness.CLUSTER if args.strict else Strictness.SHAPE,
        include=(*_DEFAULT.include, *args.include_split),
    )
    configs = [_config(folder) for folder in args.runs]
    _same_lean(args, configs)
    held_out = [problem for name in args.held_out for problem in named_problems(name)]
    judge = await open_judge(args, args.jobs)
    shown: dict[str, int] = {}

    def report(what: str, done: int, total: int) -> None:
        if total and done * 10 // total != shown.get(what, -1):
            shown[what] = done * 10 // total
            say(f"{what}: {done} of {total}")

    try:
        with Journal(args.out.with_name(f"{args.out.name}.journal")) as journal:
            result = await harvest(
                args.runs,
                settings,
                judge.checker,
                journal,
                held_out=held_out,
                jobs=judge.jobs,
                report=report,
            )
    except asyncio.CancelledError:
        say(f"interrupted; nothing found out is lost, continue with: {args.command}")
        raise
    finally:
        await judge.checker.aclose()
    facts = manifest(
        result,
        settings,
        write_examples(args.out, result.examples),
        [config.hash[:16] for config in configs],
        held_out={"sets": args.held_out, "problems": len(held_out)},
        toolchain=judge.checker.toolchain,
        code=code_version(),
    )
    # A run may say what is no Unicode text; half of a surrogate pair is written as its escape.
    text = json.dumps(facts, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    write_atomically(args.out.with_name(f"{args.out.name}.manifest.json"), f"{text}\n")
    if args.json:
        emit_json({"file": str(args.out), **facts})
    else:
        _print(args.out, result)
    return 0 if result.examples else 1


def _config(folder: Path) -> RunConfig:
    store = Store.read(folder)
    try:
        return store.config
    finally:
        store.close()


def _same_lean(args: argparse.Namespace, configs: list[RunConfig]) -> None:
    """The Lean of the runs, where none is named."""
    if args.profile is not None or args.project is not None:
        return
    used = {(config.profile, config.project) for config in configs}
    if len(used) > 1:
        names = ", ".join(sorted(profile for profile, _ in used))
        raise InputError(f"the runs are of several profiles ({names}): name one with --profile or --project")
    profile, project = used.pop()
    args.profile, args.project = (None, Path(project)) if project else (profile, None)


def named_problems(name: str) -> tuple[Problem, ...]:
    """The problems of a benchmark, file or folder, or of one split of it (`NAME:SPLIT`). Raises `InputError`."""
    where, colon, split = name.rpartition(":")
    if colon and split.isalnum() and where and not Path(name).exists():
        return load_problems(resolve_benchmark(where)[0], split=split).problems
    return load_problems(resolve_benchmark(name)[0]).problems


def _print(out: Path, result: Harvest) -> None:
    kinds: dict[str, Any] = result.kinds
    for kind, count in kinds.items():
        print(f"{count:7,} {kind}")
    splits = ", ".join(f"{count} {name}" for name, count in result.splits.items())
    print(f"{len(result.examples):7,} examples of {result.problems} problems ({splits or 'none'}) in {out}")
    for reason, count in result.left_out.items():
        say(f"left out: {count} {reason}")
    if result.without_shape:
        say(
            f"{result.without_shape} held-out statements cannot be read by this Lean: "
            "they are kept out by their text, tokens and words alone"
        )
    if result.refused:
        say(f"{len(result.refused)} attempts that their run calls audited were not accepted by this checker")
