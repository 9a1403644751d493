"""`prover selftest`: put every known fake to this machine's own checker; none may pass, every honest twin must."""

from __future__ import annotations

import argparse
import asyncio
import time

from prover.errors import InfraError
from prover.lean import exploits, sandbox
from prover.lean.exploits import Judged
from prover.verbs.console import emit_json, say
from prover.verbs.lean import add_lean_arguments, default_jobs, open_lean, sandbox_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_lean_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    """0 when no fake passed and every honest twin did, else 1."""
    start = time.monotonic()
    lean = open_lean(args, jobs=default_jobs(args.profile))
    try:
        cases = exploits.load()
        found = await asyncio.gather(*(exploits.judge(lean.checker, case) for case in cases))
    finally:
        await lean.checker.aclose()
    fooled, unjust = [f for f in found if f.fooled], [f for f in found if f.unjust and not f.broken]
    broken = [f for f in found if f.broken]
    fakes = sum(not case.honest for case in cases)
    report = {
        "profile": lean.profile,
        "toolchain": lean.checker.toolchain,
        "sandbox": sandbox.describe(sandbox.detect(sandbox_of(args))),
        "checker": args.checker,
        "fakes": fakes,
        "twins": len(cases) - fakes,
        "proved_fakes": [f.case.id for f in fooled],
        "refused_twins": [f.case.id for f in unjust],
        "infra": [f.case.id for f in broken],
        "wall_s": round(time.monotonic() - start, 2),
    }
    if args.json:
        emit_json(report)
    for one in (*fooled, *unjust, *broken):
        say(_line(one))
    if not args.json:
        print(f"sandbox: {report['sandbox']}")
        print(
            f"{'no' if fooled or unjust else 'yes'}: {fakes - len(fooled)} of {fakes} fakes refused, "
            f"{len(cases) - fakes - len(unjust)} of {len(cases) - fakes} honest twins proved "
            f"({report['toolchain']}, {report['wall_s']} s)"
        )
    if broken and not (fooled or unjust):
        raise InfraError(f"{len(broken)} of {len(cases)} cases could not be judged")
    return 1 if fooled or unjust else 0


def _line(one: Judged) -> str:
    kind = (
        "a fake was proved" if one.fooled else "not judged" if one.broken else "an honest proof was refused"
    )
    said = "; ".join(f"{verdict.status.value} {verdict.detail}".strip() for verdict in one.verdicts)
    return f"{one.case.id}: {kind}: {one.case.about} ({said})"
