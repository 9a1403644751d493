"""`prover check FILE|-`: is every theorem of a Lean file proved?"""

from __future__ import annotations

import argparse

from prover.codec import to_json
from prover.errors import InfraError, InputError
from prover.lean.files import FileReport
from prover.types import Status
from prover.verbs.console import emit_json, read_text, say
from prover.verbs.judge import add_judge_arguments, open_judge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .lean file, or - for standard input")
    add_judge_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    text, name = read_text(args.file)
    judge = await open_judge(args, jobs=1)
    try:
        report = await judge.checker.check_file(text)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    finally:
        await judge.checker.aclose()
    if report.status is Status.INFRA:
        raise InfraError(f"{name}: {report.detail}")
    if args.json:
        emit_json({"file": name, "profile": judge.profile, **to_json(report)})
    else:
        _print(name, report)
    return 0 if report.status is Status.PROVED else 1


def _print(name: str, report: FileReport) -> None:
    for said in report.diagnostics:
        place = f"{name}:{said.line}:{said.column}" if said.line else name
        say(f"{place}: {said.severity}: {said.message}")
    for theorem in report.theorems:
        shown = theorem.name.removeprefix("_root_.")
        axioms = f" (axioms: {', '.join(theorem.axioms)})" if theorem.axioms else ""
        detail = f": {theorem.detail}" if theorem.detail else axioms
        print(f"{name}:{theorem.line}: {shown}: {theorem.status.value.replace('_', ' ')}{detail}")
    if report.status is Status.PROVED:
        print(
            f"yes: {_count(len(report.theorems), 'theorem')} proved, {report.tier} "
            f"({report.toolchain}, {report.wall_s:.2f} s)"
        )
    else:
        print(f"no: {report.detail or report.status.value} ({report.toolchain}, {report.wall_s:.2f} s)")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
