"""Where checks are done: on this machine, or with `--ray` on every node of a cluster."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from prover.cluster.connect import parse_address
from prover.errors import InputError
from prover.lean.actor import Order
from prover.lean.checker import PlainChecker, Process
from prover.lean.remote import RayChecker, open_ray_checker
from prover.lean.toolchain import Profile
from prover.verbs.console import say
from prover.verbs.lean import add_lean_arguments, default_jobs, open_lean, sandbox_of


@dataclass(frozen=True, slots=True)
class Judge:
    """A checker with the profile it stands for and how many checks it does at a time."""

    checker: PlainChecker | RayChecker
    profile: str
    jobs: int
    capacity: Callable[[], int] | None = None
    """The same as of now, where it changes."""


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
    if args.ray is None:
        return Judge(lean.checker, lean.profile, here)
    await lean.checker.aclose()
    order = Order(
        Profile(lean.profile),
        project=None if args.project is None else args.project.resolve(),
        process=Process(args.checker),
        shut_in=sandbox_of(args),
        require=args.require_sandbox,
    )
    checker = await open_ray_checker(args.ray, order, cpus=here, report=say)
    return Judge(checker, lean.profile, checker.slots, lambda: checker.slots)
