"""Which Lean a call uses, how it reads and how it is shut in: `--profile`, `--project`, `--checker`, `--sandbox`."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.errors import MissingError
from prover.lean import sandbox
from prover.lean.checker import PlainChecker, Process, open_checker
from prover.lean.sandbox import Level
from prover.lean.toolchain import Profile, default_profile, jobs_within_memory
from prover.verbs.console import say

_AUTO, _REQUIRE = "auto", "--require-sandbox"
PROFILES = tuple(profile.value for profile in Profile if profile is not Profile.PROJECT)


@dataclass(frozen=True, slots=True)
class Lean:
    """A checker with the profile it stands for."""

    checker: PlainChecker
    profile: str


def add_lean_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        help="which Lean judges (default: mathlib where it is set up, else core)",
    )
    parser.add_argument("--project", type=Path, metavar="DIR", help="judge in this Lake project instead")
    parser.add_argument(
        "--checker",
        choices=[process.value for process in Process],
        default=Process.WARM.value,
        help="what reads a text first: a warm worker, a fresh process, or lean-interact's REPL (default: warm)",
    )
    parser.add_argument(
        "--sandbox",
        choices=[_AUTO, *(level.value for level in Level)],
        default=_AUTO,
        help="what submitted proofs are shut in by (default: auto, the strongest that the machine has)",
    )
    parser.add_argument(
        _REQUIRE,
        dest="require_sandbox",
        action="store_const",
        const=Level.LANDLOCK,
        help=f"refuse to run with resource limits alone; {_REQUIRE}=bubblewrap also refuses landlock",
    )
    for level in Level:  # with `nargs="?"` it would take the file after it for its value
        parser.add_argument(
            f"{_REQUIRE}={level}",
            dest="require_sandbox",
            action="store_const",
            const=level,
            help=argparse.SUPPRESS,
        )


def sandbox_of(args: argparse.Namespace) -> Level | None:
    """The level that `--sandbox` names; None for the strongest."""
    return None if args.sandbox == _AUTO else Level(args.sandbox)


def open_lean(args: argparse.Namespace, jobs: int) -> Lean:
    """The Lean that was asked for, or the default one, which is named in one line on stderr.

    Raises `MissingError` where it, or the sandbox that is asked for, is not usable.
    """
    shut_in = sandbox_of(args)
    if args.require_sandbox is not None:
        if args.checker == Process.INTERACT:
            raise MissingError("lean-interact's REPL runs outside every sandbox", f"--checker {Process.WARM}")
        sandbox.require(args.require_sandbox, shut_in)
    found = sandbox.detect(shut_in)
    if found.level is Level.RLIMITS and shut_in is None:
        say(f"no sandbox: {'; '.join(found.missing)} (`prover doctor` says what mends it)")
    profile: str | None = args.profile
    options: dict[str, Any] = {"jobs": jobs, "process": args.checker, "shut_in": shut_in, "report": say}
    if args.project is not None:
        return Lean(open_checker(Profile.PROJECT, project=args.project, **options), Profile.PROJECT.value)
    if profile is None:
        profile = default_profile().value
        reason = "Mathlib is not set up here" if profile == Profile.CORE else "Mathlib is set up here"
        say(f"profile: {profile} ({reason}; choose another with --profile)")
    return Lean(open_checker(profile, **options), profile)


def why_no_mathlib() -> str:
    """Empty when the profile `mathlib` is usable, else why it is not."""
    try:
        open_checker(Profile.MATHLIB)
    except MissingError as error:
        return str(error)
    return ""


def default_jobs(profile: str | None) -> int:
    """One job a CPU, fewer where Mathlib's processes would not fit into memory together."""
    chosen = default_profile() if profile is None else Profile(profile)
    return jobs_within_memory(chosen, len(os.sched_getaffinity(0)))
