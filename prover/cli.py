"""The command `prover`: a parser and a table of verbs, no logic.

A verb is a module of `prover.verbs` with `add_arguments(parser)` and `async run(args) -> int`, imported when it is
called. Exit codes: 0 done and answered yes, 1 answered no, 2 the call or its input is wrong, 3 the environment lacks
something; beside them 70 for a bug of ours, 130 when interrupted, 141 when the reader of the output went away.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import shlex
import sys
import tempfile
import traceback
from collections.abc import Collection, Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from prover import __version__
from prover.errors import InputError, ProverError
from prover.verbs import console

VERBS = {
    "check": "judge a Lean file that stands by itself",
    "audit": "say whether a file proves what another leaves open, and nothing is faked",
    "prove": "prove the statements of a file or folder",
    "eval": "score a policy on a benchmark",
    "watch": "show where a run stands while it goes on",
    "report": "make one HTML page about a run, or about several compared",
    "formalize": "turn problems in words into Lean statements that passed the filters",
    "datagen": "make a data set of checked proofs from words, statements and repositories",
    "lint": "find what is vacuous, false, duplicated or suspicious among statements",
    "train": "fine-tune a model on examples, or by the checker's verdicts",
    "trace": "turn a Lean repository into data: theorems, proofs, premises",
    "harvest": "make training data of what runs have proved",
    "iterate": "prove, harvest, train and evaluate in rounds, and measure the gain",
    "serve": "check over HTTP, also for clients of the Kimina Lean Server",
    "doctor": "say what works on this machine, and what mends the rest",
    "data": "list, fetch, check and export problem sets and runs",
    "bench": "measure the checker: warm against fresh, scaling, memory, endurance",
    "selftest": "put every known fake of a proof to this machine's checker",
}
_BUG, _INTERRUPTED, _BROKEN_PIPE = 70, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code and lets no traceback reach the user (but for `PROVER_DEBUG=1`)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    console.prepare_streams()
    try:
        code = _answer(arguments, as_json="--json" in arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


def _answer(arguments: list[str], *, as_json: bool) -> int:
    try:
        return _run(arguments)
    except ProverError as error:
        if os.environ.get("PROVER_DEBUG") == "1":
            traceback.print_exc()
        return console.fail(str(error), error.exit_code, as_json=as_json)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return console.fail("interrupted", _INTERRUPTED, as_json=as_json)
    except BrokenPipeError:
        raise
    except Exception as error:
        return console.fail(_describe_bug(error, arguments), _BUG, as_json=as_json)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see `{self.prog} --help`)")


def build_parser(verbs: Collection[str] = VERBS) -> argparse.ArgumentParser:
    """The command line. Only `verbs` know their options, and only their modules are imported."""
    parser = _Parser(
        prog="prover", description="Prove theorems, with Lean 4 as the judge.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"prover {__version__}")
    table = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, summary in VERBS.items():
        description = f"{summary[0].upper()}{summary[1:]}."
        verb = table.add_parser(name, help=summary, description=description, allow_abbrev=False)
        if name in verbs:
            _module(name).add_arguments(verb)
    return parser


def _run(arguments: list[str]) -> int:
    called = next((word for word in arguments if word in VERBS), None)
    parser = build_parser(() if called is None else (called,))
    try:
        args = parser.parse_args(arguments)
    except SystemExit as done:
        return int(done.code or 0)
    args.command = shlex.join(["prover", *arguments])
    assert called is not None
    return int(asyncio.run(_module(called).run(args)))


def _module(verb: str) -> ModuleType:
    return importlib.import_module(f"prover.verbs.{verb}")


def _describe_bug(error: Exception, arguments: Sequence[str]) -> str:
    text = f"prover {__version__}, Python {sys.version}\n{shlex.join(arguments)}\n{traceback.format_exc()}"
    if os.environ.get("PROVER_DEBUG") == "1":
        print(text, file=sys.stderr)
    try:
        descriptor, name = tempfile.mkstemp(prefix="prover-error-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        where = f"the traceback is in {Path(name)}"
    except OSError:
        where = "set PROVER_DEBUG=1 to see the traceback"
    shown = " ".join(str(error).split())[:200]
    return f"an error in prover itself ({type(error).__name__}: {shown}); {where}"
