"""`prover serve`: the checker as an HTTP service, for the clients of the Kimina Lean Server and for our own."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from prover.errors import InfraError, InputError, MissingError
from prover.lean.checker import PlainChecker
from prover.lean.protocol import Limits
from prover.types import Status
from prover.verbs.console import positive, say, whole
from prover.verbs.lean import add_lean_arguments, default_jobs, open_lean

_KEY = "PROVER_API_KEY"
_FIRST = "theorem prover_first : True := trivial\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    parser.add_argument(
        "--api-key-file",
        type=Path,
        metavar="FILE",
        help=f"callers must send this key as `Authorization: Bearer KEY` (default: ${_KEY}, else no key)",
    )
    parser.add_argument(
        "--run",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="also show this run folder's report at /runs/NAME, as it stands; may be repeated",
    )
    add_lean_arguments(parser)
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="checks at the same time (default: one a CPU)"
    )
    parser.add_argument("--timeout", type=float, metavar="S", help="most seconds for one check")
    parser.add_argument("--memory-mb", type=positive, metavar="MB", help="most memory for one check")
    parser.add_argument(
        "--queue", type=positive, default=1024, metavar="N", help="checks that may wait (default: 1024)"
    )
    parser.add_argument(
        "--rate",
        type=whole,
        default=0,
        metavar="N",
        help="checks a minute from one address (default: any number)",
    )
    parser.add_argument(
        "--max-body-mb", type=float, default=16, metavar="MB", help="largest request (default: 16)"
    )
    parser.add_argument(
        "--grace",
        type=float,
        default=30,
        metavar="S",
        help="seconds that checks in flight have after SIGTERM or Ctrl-C (default: 30)",
    )


async def run(args: argparse.Namespace) -> int:
    _validate(args)
    try:
        from prover.serve import server, settings  # noqa: PLC0415  the extra may not be installed
        from prover.serve.runs import Runs  # noqa: PLC0415
        from prover.serve.service import Service  # noqa: PLC0415
    except ImportError as error:
        raise MissingError(f"`{error.name}` is not installed", "pip install 'prover[serve]'") from None
    # Not to be inherited by Lean, which runs what others submit.
    api_key = settings.read_api_key(args.api_key_file, os.environ.pop(_KEY, None))
    settings.check_host(args.host, api_key)
    runs = Runs(args.run)
    with server.listen(args.host, args.port) as bound:
        jobs = args.jobs or default_jobs(args.profile)
        lean = open_lean(args, jobs)
        try:
            await _try(lean.checker)
            allowed = settings.Settings(
                limits=_limits(lean.checker.limits, args),
                jobs=jobs,
                queue=args.queue,
                api_key=api_key,
                rate=args.rate,
                max_body=int(args.max_body_mb * 1_000_000),
                grace_s=args.grace,
            )
            key = "an API key is needed" if api_key is not None else "no API key"
            say(f"{lean.checker.toolchain}, {jobs} job{'s' if jobs > 1 else ''}, {key}")
            bound.listen()
            say(f"serving on {server.url(bound)}; Ctrl-C or SIGTERM ends it")
            for name in runs.names:
                say(f"run: {server.url(bound)}/runs/{quote(name, safe='')}")
            await server.run(Service(lean.checker, allowed), bound, say, runs)
        finally:
            await lean.checker.aclose()
    say("stopped")
    return 0


def _validate(args: argparse.Namespace) -> None:
    if not 0 <= args.port <= 65_535:
        raise InputError(f"--port {args.port}: expected 0 … 65535")
    for name, least in (("jobs", 1), ("queue", 0), ("rate", 0), ("memory_mb", 64), ("grace", 0)):
        value = getattr(args, name)
        if value is not None and not least <= value < 1e9:
            raise InputError(f"--{name.replace('_', '-')} {value}: expected {least} or more")
    for name in ("timeout", "max_body_mb"):
        value = getattr(args, name)
        if value is not None and not 0 < value < 1e6:
            raise InputError(f"--{name.replace('_', '-')} {value}: expected more than 0")


def _limits(own: Limits, args: argparse.Namespace) -> Limits:
    """The profile's limits, or what the call says instead."""
    wall_s = own.wall_s if args.timeout is None else args.timeout
    cpu_s = own.cpu_s if args.timeout is None else max(own.cpu_s, args.timeout)
    return replace(own, wall_s=wall_s, cpu_s=cpu_s, memory_mb=args.memory_mb or own.memory_mb)


async def _try(checker: PlainChecker) -> None:
    """One proof before anybody is let in, so that a Lean that does not work is told now. Starts a warm worker, too."""
    done = await checker.check_snippet(_FIRST)
    if done.report.status is not Status.PROVED:
        raise InfraError(f"Lean does not check a trivial proof: {done.report.detail} (see `prover doctor`)")
