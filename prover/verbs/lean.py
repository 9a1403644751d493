"""Which Lean a call uses: `--profile`, `--project`, and what is taken where neither is given."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from prover.errors import MissingError
from prover.lean.checker import PlainChecker, open_checker
from prover.lean.toolchain import Profile, default_profile
from prover.verbs.console import say

_MATHLIB_PROCESS_BYTES = 5_000_000_000
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


def open_lean(profile: str | None, project: Path | None, jobs: int) -> Lean:
    """The Lean that was asked for, or the default one, which is named in one line on stderr.

    Raises `MissingError` where it is not usable.
    """
    if project is not None:
        checker = open_checker(Profile.PROJECT, project=project, jobs=jobs, report=say)
        return Lean(checker, Profile.PROJECT.value)
    if profile is None:
        profile = default_profile().value
        reason = "Mathlib is not set up here" if profile == Profile.CORE else "Mathlib is set up here"
        say(f"profile: {profile} ({reason}; choose another with --profile)")
    return Lean(open_checker(profile, jobs=jobs, report=say), profile)


def why_no_mathlib() -> str:
    """Empty when the profile `mathlib` is usable, else why it is not."""
    try:
        open_checker(Profile.MATHLIB)
    except MissingError as error:
        return str(error)
    return ""


def default_jobs(profile: str | None) -> int:
    """One job a CPU, fewer where Mathlib's processes would not fit into memory together."""
    cpus = len(os.sched_getaffinity(0))
    if profile == Profile.CORE or (profile is None and default_profile() is Profile.CORE):
        return cpus
    return max(1, min(cpus, psutil.virtual_memory().available // _MATHLIB_PROCESS_BYTES))
