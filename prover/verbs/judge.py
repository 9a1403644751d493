"""Where checks are done: on this machine, or with `--ray` on every node of a cluster."""

from __future__ import annotations

import argparse

from prover.cluster.connect import parse_address
from prover.errors import InputError
from prover.lean.actor import Order
from prover.lean.checker import Process
from prover.lean.remote import open_ray_checker
from prover.lean.toolchain import Profile
from prover.search.setup import Judge
from prover.verbs.console import say
from prover.verbs.lean import add_lean_arguments, default_jobs, open_lean, sandbox_of


def add_judge_arguments(parser: argparse.ArgumentParser) -> None:
    add_lean_arguments(parser)
    parser.add_argument(
        "--ray",
        type=_address,
        metavar="ADDRESS",
        help="check on every node of a Ray cluster: auto, HOST:PORT, or local to start one here "
        "(default: without Ray, on this machine)",
    )


def _address(text: str) -> str:
    try:
        return parse_address(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


async def open_judge(args: argparse.Namespace, jobs: int | None = None) -> Judge:
    """The judge that `args` name, of `jobs` checks at a time (default: one a CPU), or of as many as the cluster does.

    Raises `MissingError` where it is not usable.
    """
    here = jobs or default_jobs(args.profile)
    lean = open_lean(args, here)
    project = str(args.project or "")
    if args.ray is None:
        return Judge(lean.checker, lean.profile, here, project=project, process=args.checker)
    await lean.checker.aclose()
    order = Order(
        Profile(lean.profile),
        project=None if args.project is None else args.project.resolve(),
        process=Process(args.checker),
        shut_in=sandbox_of(args),
        require=args.require_sandbox,
    )
    checker = await open_ray_checker(args.ray, order, cpus=here, report=say)
    capacity = None if jobs else lambda: checker.slots
    return Judge(checker, lean.profile, jobs or checker.slots, capacity, project, args.checker)
