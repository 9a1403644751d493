"""Which Lean judges: the profiles `core`, `lean`, `mathlib` and a user's own Lake project, behind one value.

A `Toolchain` is all that the rest needs to start Lean: a command, an environment, a folder, and how a statement's
header is spelled there. `open_toolchain` finds one or raises `MissingError` with the command that mends it. Profiles
other than `core` are reached through elan and `lake env`, asked once; Lean itself is then started directly.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import psutil

from prover.errors import InputError, MissingError
from prover.lean import embedded, process
from prover.lean.protocol import Limits
from prover.lean.replay.client import found
from prover.lean.sandbox import Level
from prover.paths import bundled
from prover.types import Header

_ASK = Limits(wall_s=120, cpu_s=120, memory_mb=8192, output_bytes=1_000_000)
_VERSION = re.compile(r"version (\d+\.\d+\.\d+(?:-[\w.]+)?)")
_CORE_OPTIONS = ("-DautoImplicit=false",)
"""Else a type that `core` lacks, such as `ℝ`, would silently become a variable of the statement."""
_CORE_READS = re.compile(r"(Core|Init|Std|Mathlib|Aesop|Batteries)(\.|$)")


_WITH_MATHLIB = Limits(wall_s=300, cpu_s=600, memory_mb=12_288)
"""Importing Mathlib alone takes seconds and gigabytes; published evaluations allow 60–300 s and 8–12 GB a check."""


_MATHLIB_PROCESS_BYTES = 5_000_000_000
_SPARE_ADDRESS_SPACE_MB = 4096
"""Kept above the memory limit for what is mapped but never touched (the library, thread stacks)."""


_PASSED_ON = {"PATH", "HOME", "LANG", "LEAN", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
_PASSED_ON_FAMILIES = ("LC_", "LEAN_", "ELAN_")
_SEARCH_PATHS = ("LEAN_PATH", "LEAN_SRC_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Profile(StrEnum):
    CORE = "core"
    LEAN = "lean"
    MATHLIB = "mathlib"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A usable Lean. `argv` + arguments is the `lean` command, started in `cwd` with exactly `env`."""

    profile: Profile
    version: str
    identity: str
    """Names it in verdicts and reports: profile, Lean version, digest of the library or of the project's manifest."""
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path | None = None
    embedded: embedded.Embedded | None = None
    """Set for `core`: what the replay and the sandbox need to know."""
    limits: Limits = field(default_factory=Limits)
    """What one check may use where nobody says otherwise."""
    sandbox: Level | None = None
    """What submitted proofs are shut in by; None for the strongest level that the machine has."""

    def address_space_mb(self, limits: Limits) -> int | None:
        """The kernel's limit behind `limits.memory_mb`; None where a mapped Mathlib alone exceeds any such limit."""
        return limits.memory_mb + _SPARE_ADDRESS_SPACE_MB if self.profile is Profile.CORE else None

    def header(self, header: Header) -> str:
        """The lines that stand before everything else, as this toolchain spells them.

        `core` replaces the imports by its own library. Raises `InputError` for an import that has no counterpart.
        """
        if self.profile is not Profile.CORE:
            return "".join(f"import {name}\n" for name in header.imports)
        for name in header.imports:
            if not _CORE_READS.match(name):
                raise InputError(
                    f"the profile `core` has no module `{name}` (it stands in for Init, Std and Mathlib)"
                )
        return f"prelude\nimport {embedded.ROOT_MODULE}\n"


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """One line of `prover doctor`."""

    profile: Profile
    usable: bool
    detail: str
    remedy: str = ""


def open_toolchain(
    profile: Profile | str, project: Path | None = None, report: Callable[[str], None] = lambda _: None
) -> Toolchain:
    """The toolchain of a profile. `project`, a folder with a Lake project, selects `project` whatever `profile` says.

    Raises `MissingError` where it is not usable, `InputError` for a profile or project that does not exist.
    """
    if project is not None:
        return _lake(Profile.PROJECT, project.resolve())
    try:
        profile = Profile(profile)
    except ValueError:
        names = ", ".join(p.value for p in Profile if p is not Profile.PROJECT)
        raise InputError(f"unknown profile `{profile}`; expected one of {names}") from None
    if profile is Profile.CORE:
        return _core(report)
    if profile is Profile.MATHLIB:
        return _mathlib()
    if profile is Profile.LEAN:
        return _lean()
    raise InputError("the profile `project` needs --project DIR")


def default_profile() -> Profile:
    """`mathlib` where it is set up, else `core`. Looks at files only."""
    return Profile.MATHLIB if _mathlib_built(bundled("lean_project")) else Profile.CORE


def jobs_within_memory(profile: Profile, cpus: int) -> int:
    """One job a CPU, fewer where processes that import Mathlib would not fit into memory together."""
    if profile is Profile.CORE:
        return cpus
    return max(1, min(cpus, psutil.virtual_memory().available // _MATHLIB_PROCESS_BYTES))


def probe_profiles(report: Callable[[str], None] = lambda _: None) -> list[ProfileReport]:
    """Which profiles are usable here, and why the others are not. Starts each Lean once."""
    reports = []
    for profile in (Profile.CORE, Profile.LEAN, Profile.MATHLIB):
        try:
            toolchain = open_toolchain(profile, report=report)
        except MissingError as error:
            reports.append(ProfileReport(profile, False, str(error).split(" (mend it with")[0], error.remedy))
        else:
            reports.append(ProfileReport(profile, True, toolchain.identity))
    return reports


def _core(report: Callable[[str], None]) -> Toolchain:
    lean = embedded.ensure(report)
    found(lean, report)  # else it would be done within somebody's first verdict
    identity = f"core Lean {embedded.VERSION} lib {lean.digest}"
    env = embedded.environment(lean.library)
    argv = (*lean.argv, *_CORE_OPTIONS)
    return Toolchain(Profile.CORE, embedded.VERSION, identity, argv, env, embedded=lean)


def _lean() -> Toolchain:
    lean = _elan_tool("lean")
    env = _passed_on(os.environ)
    version = _version((lean,), env, None)
    return Toolchain(Profile.LEAN, version, f"lean Lean {version}", (lean,), env)


def _mathlib() -> Toolchain:
    project = bundled("lean_project")
    _elan_tool("lake")
    if not _mathlib_built(project):
        raise MissingError(f"Mathlib is not compiled in {project}", "make mathlib")
    return _lake(Profile.MATHLIB, project)


def _mathlib_built(project: Path) -> bool:
    build = project / ".lake/packages/mathlib/.lake/build/lib"
    return (build / "lean/Mathlib.olean").is_file() or (build / "Mathlib.olean").is_file()


def _lake(profile: Profile, project: Path) -> Toolchain:
    if not any((project / name).is_file() for name in ("lakefile.toml", "lakefile.lean")):
        raise InputError(f"{project}: expected a Lake project (a lakefile.toml or lakefile.lean)")
    lake = _elan_tool("lake")
    done = process.run((lake, "env", "env", "-0"), _ASK, env=dict(os.environ), cwd=project)
    if done.code != 0 or done.limit is not None:
        raise MissingError(
            f"`lake env` fails in {project}: {_last_line(done.stderr or done.stdout)}", "lake build"
        )
    pairs = (
        entry.partition("=") for entry in done.stdout.decode("utf-8", "replace").split("\0") if "=" in entry
    )
    env = _passed_on({name: value for name, _, value in pairs})
    # Lake says some relative to the project; a check runs elsewhere.
    for name in _SEARCH_PATHS:
        if env.get(name):
            env[name] = os.pathsep.join(
                str(project / entry) for entry in env[name].split(os.pathsep) if entry
            )
    lean = env.get("LEAN") or str(Path(env.get("LEAN_SYSROOT", "")) / "bin/lean")
    if not Path(lean).is_file():
        lean = _elan_tool("lean")
    version = _version((lean,), env, project)
    identity = f"{profile} Lean {version} {_revisions(project)}".rstrip()
    return Toolchain(profile, version, identity, (lean,), env, cwd=project, limits=_WITH_MATHLIB)


def _passed_on(env: Mapping[str, str]) -> dict[str, str]:
    """What Lean needs of an environment. The rest, such as keys for services, is no business of a submitted proof."""
    return {
        name: value
        for name, value in env.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_FAMILIES)
    }


def _revisions(project: Path) -> str:
    """The packages that the project pins, e.g. `mathlib@v4.35.0`, from its Lake manifest."""
    try:
        packages = json.loads((project / "lake-manifest.json").read_text())["packages"]
        return " ".join(f"{p['name']}@{(p.get('inputRev') or p.get('rev', ''))[:12]}" for p in packages[:4])
    except (OSError, ValueError, KeyError, TypeError):
        return f"project {project.name}"


def pinned_lean() -> str:
    """The Lean release that `lean_project/` pins, e.g. `4.35.0`."""
    lakefile = tomllib.loads(bundled("lean_project", "lakefile.toml").read_text())
    return str(lakefile["require"][0]["rev"]).removeprefix("v")


def _elan_tool(name: str) -> str:
    elan = Path(os.environ.get("ELAN_HOME") or Path.home() / ".elan") / "bin" / name
    found = shutil.which(name) or (str(elan) if elan.is_file() else None)
    if found is None:
        raise MissingError(
            f"`{name}` is neither on PATH nor in {elan.parent}",
            "install elan, Lean's toolchain manager, as https://lean-lang.org/install/ says",
        )
    return found


def _version(argv: tuple[str, ...], env: Mapping[str, str], cwd: Path | None) -> str:
    done = process.run((*argv, "--version"), _ASK, env=env, cwd=cwd)
    match = _VERSION.search(done.stdout.decode("utf-8", "replace"))
    if done.code != 0 or match is None:
        raise MissingError(
            f"`{argv[0]} --version` does not work: {_last_line(done.stderr or done.stdout)}",
            "elan default stable",
        )
    return match.group(1)


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else "no message"
