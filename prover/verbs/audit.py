"""`prover audit SUBMISSION --reference TARGET`: does SUBMISSION prove every theorem that TARGET leaves open?"""

from __future__ import annotations

import argparse

from prover.codec import to_json
from prover.errors import InfraError, InputError
from prover.lean.audit import FileAudit
from prover.types import Status
from prover.verbs.console import emit_json, read_text, say
from prover.verbs.judge import add_judge_arguments, open_judge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("submission", metavar="SUBMISSION", help="a .lean file, or - for standard input")
    parser.add_argument(
        "--reference",
        metavar="TARGET",
        required=True,
        help="a .lean file whose statements end in `sorry`; its definitions must stand in SUBMISSION too",
    )
    add_judge_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    if args.submission == "-" and args.reference == "-":
        raise InputError("only one of SUBMISSION and TARGET can be standard input")
    submission, name = read_text(args.submission)
    reference, target = read_text(args.reference)
    judge = await open_judge(args, jobs=1)
    try:
        report = await judge.checker.audit_files(reference, submission)
    except InputError as error:
        raise InputError(f"{target}: {error}") from None
    finally:
        await judge.checker.aclose()
    if report.verdict.status is Status.INFRA:
        raise InfraError(f"{name}: {report.verdict.detail}")
    if args.json:
        emit_json({"file": name, "reference": target, "profile": judge.profile, **to_json(report)})
    else:
        _print(name, report)
    return 0 if report.verdict.proved else 1


def _print(name: str, report: FileAudit) -> None:
    verdict = report.verdict
    for said in verdict.diagnostics:
        place = f"{name}:{said.line}:{said.column}" if said.line else name
        say(f"{place}: {said.severity}: {said.message}")
    for theorem, axioms in report.theorems.items():
        print(f"{name}: {theorem}: axioms: {', '.join(axioms) or 'none'}")
    where = f"({verdict.toolchain}, {verdict.wall_s:.2f} s)"
    if verdict.proved:
        count = len(report.theorems)
        print(f"yes: {count} theorem{'' if count == 1 else 's'} proved, {verdict.tier.value} {where}")
    else:
        print(f"no: {verdict.status.value.replace('_', ' ')}: {verdict.detail} {where}")
