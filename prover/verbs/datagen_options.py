"""The options of `prover datagen`, and the settings that they make."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from prover.datagen.grouping import read_shares
from prover.datagen.settings import WEAVES, Settings
from prover.errors import InputError
from prover.verbs import formalize
from prover.verbs.engine import add_engine_arguments
from prover.verbs.formalize import add_amounts, amount


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a benchmark, a .jsonl, .json, .lean or .md file, a folder of these, or a folder that `prover trace` "
        "wrote; NAME:SPLIT takes one split",
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
    add_amounts(parser.add_argument_group("words to statements"))
    stages = parser.add_argument_group("other stages")
    stages.add_argument(
        "--effort",
        type=amount,
        default=1.0,
        metavar="X",
        help="how hard filters and comparisons look for proofs: X times 2 s of Lean's CPU for a contradiction, 3 s "
        "for a refutation, 2 s for each direction of an equivalence; 0 looks for none (default: 1)",
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
        help="who puts the proof in words into the Lean proof: a model, or the likeness of sentences and lines "
        "(default: model where one is named for all roles or as weaver, else steps)",
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


def settings_of(args: argparse.Namespace) -> Settings:
    x = float(args.effort)
    weaver = any("=" not in text.partition(":")[0] or text.startswith("weaver=") for text in args.model)
    return Settings(
        shares=read_shares(args.splits),
        given=args.given,
        strict=args.strict,
        weave=args.weave or ("model" if weaver else "steps"),
        equivalence_s=1.0 * x,
        vacuous_s=2.0 * x,
        family=args.family,
        formalizing=formalize.settings_of(args),
    )


def licences_of(texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        source, _, licence = text.rpartition("=")
        if not licence.strip() or source in found:
            raise InputError(f"--licence: expected [SOURCE=]TEXT, each source once, found {text!r}")
        found[source] = licence.strip()
    return found
