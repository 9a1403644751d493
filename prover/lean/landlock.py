"""What Landlock (landlock(7)) is told about a submitted proof, and which version of it this kernel has.

`arguments` are those of `enclose.py`, which puts the rules on: every file right that the kernel knows is refused but
on the paths given, TCP is refused, and signals and abstract sockets stay inside, each from the version that has it.
What an older version lacks is left to `seccomp`. Landlock guards what is in files and folders, not whether a path
exists, nor its size and times: those can be asked for by whoever guesses the path.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

from prover.lean import seccomp

_CREATE_RULESET, _VERSION = 444, 1
_EXECUTE, _WRITE, _READ, _READ_FOLDER, _REMOVE_FOLDER, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_FOLDER, _MAKE_FILE, _MAKE_FIFO, _MAKE_LINK = 1 << 7, 1 << 8, 1 << 10, 1 << 12
_REFER, _TRUNCATE, _DEVICE = 1 << 13, 1 << 14, 1 << 15
_READABLE = _READ | _READ_FOLDER | _EXECUTE
_WRITABLE = (
    *(_READ, _READ_FOLDER, _WRITE, _TRUNCATE, _REFER, _REMOVE_FOLDER, _REMOVE_FILE),
    *(_MAKE_FOLDER, _MAKE_FILE, _MAKE_FIFO, _MAKE_LINK),
)
"""What is written cannot be executed."""
_DEVICES = {
    "/dev/null": _READ | _WRITE,
    "/dev/zero": _READ,
    "/dev/full": _READ | _WRITE,
    "/dev/random": _READ,
    "/dev/urandom": _READ,
}
_OWN_PROCESS = "/proc/self"
"""Lean asks there for the bounds of its stack. Opened before the command starts: its own entry, no other's."""
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_FILE_RIGHTS = (1 << 16) - 1
_TCP, _TCP_FROM = 0b11, 4
_SCOPES, SCOPES_FROM = 0b11, 6
_UNLOGGED, _UNLOGGED_FROM = 1, 7
"""Refusals are expected here: they do not belong into the system's audit log."""
_TRUNCATE_FROM = 3


@functools.cache
def abi() -> int:
    """The version of Landlock that this kernel offers; 0 where there is none (`why_not` says why)."""
    return max(0, _ask())


def why_not() -> str:
    """Why Landlock and seccomp cannot be used together here; empty when they can."""
    if sys.platform != "linux":
        return "Landlock is Linux's"
    if not seccomp.supported(platform.machine()):
        return f"there is no system-call filter for {platform.machine()}"
    found = _ask()
    if found == -errno.EOPNOTSUPP:
        return "Landlock is switched off in this kernel (its boot parameter `lsm=` lacks it)"
    if found < 1:
        return "this kernel has no Landlock (Linux 5.13 and later may)"
    return ""


def arguments(
    system: Iterable[str], readable: Iterable[Path], writable: Iterable[Path], cwd: Path, version: int
) -> list[str]:
    """For `enclose.py`, up to the command. `version` is at most the kernel's."""
    scoped, guarded = version >= SCOPES_FROM, version >= _TRUNCATE_FROM
    handled = (
        _FILE_RIGHTS.get(version, _ALL_FILE_RIGHTS),
        _TCP if version >= _TCP_FROM else 0,
        _SCOPES if scoped else 0,
        _UNLOGGED if version >= _UNLOGGED_FROM else 0,
    )
    allowed: list[tuple[int, str]] = [(_READABLE, path) for path in system]
    allowed += [(rights, path) for path, rights in _DEVICES.items()]
    allowed.append((_READ | _READ_FOLDER, _OWN_PROCESS))
    allowed += [(_READABLE, str(path)) for path in readable]
    allowed += [(sum(_WRITABLE), str(path)) for path in writable]
    filter_ = seccomp.program(platform.machine(), signals=scoped, truncate=guarded)
    argv = ["--handle", *map(str, handled)]
    for rights, path in allowed:
        argv += ["--allow", str(rights), path]
    return [*argv, "--filter", filter_.hex(), "--own-pid", str(seccomp.OWN_PID), "--folder", str(cwd), "--"]


def _ask() -> int:
    """The version, or the negative error number."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    version = int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION)))
    return version if version >= 0 else -ctypes.get_errno()
