"""What a submitted proof may see and touch while Lean runs it: a sandbox, the best that the machine has.

`wrap` puts a command into it. Three levels, best first: `bubblewrap` (namespaces, and a filter on system calls),
`landlock` (Landlock and that filter, where bubblewrap is missing or may not make namespaces), `rlimits` (the limits of
`process` alone). Each works for ordinary users and for root; a toolchain says which is wanted, or leaves it open.
`docs/security.md` says what each covers; `uncovered` is its short form.

Limits: memory, CPU time, wall time, output and disk are `process`'s to limit; the sandbox adds one on the number of
processes, where the kernel counts them so that others of the same user are not hit.
"""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from prover.errors import MissingError
from prover.lean import bubblewrap, landlock, seccomp

if TYPE_CHECKING:
    from prover.lean.toolchain import Toolchain

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store")
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
)
_MAX_PROCESSES = 256
"""Threads count. Lean starts one a CPU and a few more."""
_ROOM_FOR_OTHERS = 1024
"""Where the user's other processes count, too: what those may start meanwhile."""
_COUNTS_PER_NAMESPACE = (5, 14)
"""The first kernel that counts a user's processes for each user namespace."""
_TRIAL_S = 10
_ENCLOSE = Path(__file__).with_name("enclose.py")


class Level(StrEnum):
    """How far a submitted proof is shut in; from strong to weak."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    RLIMITS = "rlimits"

    def covers(self, other: Level) -> bool:
        order = list(Level)
        return order.index(self) <= order.index(other)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A level in working order. `missing` says why the stronger ones are not, one line each."""

    level: Level
    program: str = ""
    """Bubblewrap's path."""
    sized: bool = False
    """Whether that bubblewrap can bound what is written to `/tmp`."""
    abi: int = 0
    """Landlock's version."""
    missing: tuple[str, ...] = ()


@functools.cache
def detect(wanted: Level | None = None) -> Sandbox:
    """The level that is wanted, or the strongest there is; tried once. Raises `MissingError` without it."""
    missing: list[str] = []
    for level in Level if wanted is None else (wanted,):
        found, reason = _look(level)
        if found is not None:
            return Sandbox(level, found.program, found.sized, found.abi, tuple(missing))
        missing.append(reason)
    raise MissingError(f"no sandbox {wanted}: {missing[0]}", _remedy(wanted or Level.BUBBLEWRAP))


def describe(sandbox: Sandbox) -> str:
    """One line for people: the level in force and what it is."""
    filtered = " and a system-call filter" if seccomp.supported(platform.machine()) else ""
    if sandbox.level is Level.BUBBLEWRAP:
        return f"bubblewrap: namespaces{filtered}; no network, private files, its own processes"
    if sandbox.level is Level.LANDLOCK:
        return (
            f"landlock: Landlock (ABI {sandbox.abi}){filtered}; no network, private files, no signals outside"
        )
    return "rlimits: resource limits only"


def uncovered(sandbox: Sandbox) -> str:
    """One line for people: what a hostile proof can still do at this level."""
    if sandbox.level is Level.BUBBLEWRAP:
        return "faults of the kernel; reading what the system's own folders (/usr) hold"
    if sandbox.level is Level.LANDLOCK:
        signals = "" if sandbox.abi >= landlock.SCOPES_FROM else "; ending its own children, too, is refused"
        return (
            "as bubblewrap, and: learning that a path or a process exists, and a file's size and times; "
            f"its processes outlive a killed prover{signals}"
        )
    return "reading and writing whatever the user can, the network, other processes, what it leaves behind"


def remedy(sandbox: Sandbox) -> str:
    """The command that gets the next stronger level; empty at the strongest."""
    return "" if sandbox.level is Level.BUBBLEWRAP else _remedy(Level.BUBBLEWRAP)


def require(least: Level, wanted: Level | None = None) -> None:
    """Raises `MissingError` where submissions would be shut in less than `least`."""
    found = detect(wanted)
    if not found.level.covers(least):
        why = "; ".join(found.missing) or f"--sandbox {found.level} was asked for"
        raise MissingError(f"the sandbox here is {found.level}, weaker than {least}: {why}", _remedy(least))


def wrap(
    argv: Sequence[str],
    *,
    readable: Iterable[Path] = (),
    writable: Iterable[Path] = (),
    cwd: Path,
    sandbox: Sandbox | None = None,
) -> list[str]:
    """The command that runs `argv` in the sandbox, in `cwd`, with these folders and files in their usual places.

    A readable path that does not exist is left out. `argv[0]` must be absolute or on the system's `PATH`.
    """
    sandbox = sandbox or detect()
    if sandbox.level is Level.RLIMITS:
        return list(argv)
    readable = [path for path in (*readable, *_python(), _ENCLOSE) if not _is_system(path)]
    enclose = [sys.executable, "-I", "-S", str(_ENCLOSE)]
    if sandbox.level is Level.LANDLOCK:
        allowed = landlock.arguments([*_SYSTEM, *_SYSTEM_FILES], readable, writable, cwd, sandbox.abi)
        return [*enclose, *_processes(), *allowed, *argv]
    if seccomp.supported(platform.machine()):
        argv = [*enclose, "--filter", seccomp.program(platform.machine()).hex(), "--", *argv]
    limits = f"ulimit -u {_MAX_PROCESSES} 2>/dev/null; " if _kernel() >= _COUNTS_PER_NAMESPACE else ""
    # The shell stays, as the first process of its namespace: it waits, so that what the command used is accounted for.
    inner = ("/bin/sh", "-c", limits + '"$@"; exit $?', "sh", *argv)
    outer = bubblewrap.arguments(
        sandbox.program,
        system=_SYSTEM,
        system_files=_SYSTEM_FILES,
        readable=readable,
        writable=writable,
        cwd=cwd,
        sized=sandbox.sized,
    )
    return [*outer, *inner]


def enclose(
    toolchain: Toolchain, argv: Sequence[str], *, cwd: Path, writable: Iterable[Path] = ()
) -> list[str]:
    """`wrap` for a command of a toolchain, at the level that it wants."""
    sandbox = detect(toolchain.sandbox)
    return wrap(argv, readable=needed_by(toolchain), writable=writable, cwd=cwd, sandbox=sandbox)


def needed_by(toolchain: Toolchain) -> list[Path]:
    """What a toolchain must be able to read: its own files and the compiled modules."""
    modules = [Path(p) for p in toolchain.env.get("LEAN_PATH", "").split(os.pathsep) if p]
    if toolchain.embedded is not None:
        lean = toolchain.embedded
        launcher = Path(__file__).with_name("launcher.py")
        return [Path(toolchain.argv[0]).parent, launcher, lean.shared_library.parent, lean.library, *modules]
    program = Path(toolchain.argv[0]).resolve()
    roots = [Path(toolchain.env[name]) for name in ("LEAN_SYSROOT", "ELAN_HOME") if toolchain.env.get(name)]
    elan = Path(toolchain.env.get("HOME", "/nonexistent")) / ".elan"
    return [Path(toolchain.argv[0]), program.parent.parent, *roots, elan, *modules]


def _look(level: Level) -> tuple[Sandbox | None, str]:
    """A level in working order, or why it is not."""
    if level is Level.BUBBLEWRAP:
        program = bubblewrap.find()
        if not program:
            return None, "bubblewrap is not installed"
        found = Sandbox(level, program, bubblewrap.limits_tmp(program))
        reason = _try(found)
        return (None, f"bubblewrap may not make namespaces here: {reason}") if reason else (found, "")
    if level is Level.LANDLOCK:
        if reason := landlock.why_not():
            return None, reason
        found = Sandbox(level, abi=landlock.abi())
        reason = _try(found)
        return (None, f"Landlock and seccomp do not work here: {reason}") if reason else (found, "")
    return Sandbox(level), ""


def _try(sandbox: Sandbox) -> str:
    """Why the sandbox does not run a command; empty when it does."""
    argv = wrap(["/bin/sh", "-c", "exit 0"], cwd=Path("/"), sandbox=sandbox)
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRIAL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it does not run: {error}"
    if done.returncode == 0:
        return ""
    return (done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"])[0][:200]


def _remedy(level: Level) -> str:
    if level is Level.LANDLOCK and not landlock.why_not():
        return f"--sandbox {level}"
    return bubblewrap.remedy()


def _processes() -> list[str]:
    """A bound on the number of processes, where it binds: the kernel exempts root, and counts all that a user has."""
    if os.geteuid() == 0:
        return []
    return ["--processes", str(_threads_of_user() + _MAX_PROCESSES + _ROOM_FOR_OTHERS)]


def _threads_of_user() -> int:
    threads, me = 0, os.geteuid()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid == me:
                    threads += os.stat(f"/proc/{entry.name}/task").st_nlink - 2  # noqa: PTH116  a hot path
            except OSError:
                continue
    return threads


def _python() -> list[Path]:
    """The interpreter as it was called (in a virtual environment: a link and a file beside it) and its library."""
    executable = Path(sys.executable)
    return [executable.parent, executable.parent.parent / "pyvenv.cfg", Path(sys.base_prefix)]


def _kernel() -> tuple[int, int]:
    major, _, rest = platform.release().partition(".")
    minor = rest.split(".")[0].split("-")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def _is_system(path: Path) -> bool:
    return any(path.is_relative_to(name) for name in _SYSTEM)
