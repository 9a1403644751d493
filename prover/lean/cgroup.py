"""Control groups (cgroup v2), where a part of the tree is this process's own: exact limits on memory and processes.

A `Group` holds one command with all that it starts, whatever session it flees to: the kernel bounds its memory (page
cache and `tmpfs` included) and the number of its processes, counts its CPU time, and kills all of it at once. It needs
a group that its user may divide (a delegated one), with the controllers `memory` and `pids`, and no processes in it but
this program's: as in some containers, or under `REMEDY`. Anywhere else `open_group` gives None, and resource limits and
the watch do alone. Looking costs a few file reads; nothing here ever fails a run. cgroup v1 is not used: it has no safe
delegation.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import shlex
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

REMEDY = "systemd-run --user --scope -p Delegate=yes prover ..."
_CONTROLLERS = ("memory", "pids")
_MAX_PROCESSES = 512
"""Threads count."""
_PREFIX, _LEAF = "prover-", "prover-main"
_REMOVAL_S = 1.0
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Home:
    """The group that commands' groups are made in; `folder` is None where there is none, for a `reason`."""

    folder: Path | None
    reason: str = ""


class Group:
    """One command's group. Made empty; the command joins it (`join`) before it starts anything."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def join(self) -> str:
        """For the shell that starts the command: joins, or goes on without."""
        return f"echo 0 2>/dev/null > {shlex.quote(str(self._folder / 'cgroup.procs'))}; "

    @property
    def cpu_s(self) -> float:
        return _field(self._folder / "cpu.stat", "usage_usec") / 1e6

    @property
    def peak_mb(self) -> float:
        """The most memory it had, page cache included; 0 where the kernel (before 5.19) does not say."""
        text = _read(self._folder / "memory.peak")
        return int(text) / 2**20 if text.isdigit() else 0.0

    @property
    def out_of_memory(self) -> bool:
        """Whether the kernel ended it for its memory."""
        return _field(self._folder / "memory.events", "oom_kill") > 0

    def close(self) -> None:
        """Ends what is left of it, and removes it."""
        deadline = time.monotonic() + _REMOVAL_S
        while time.monotonic() < deadline:
            self._kill()
            try:
                self._folder.rmdir()
            except FileNotFoundError:
                return
            except OSError:  # still ending
                time.sleep(0.002)
            else:
                return

    def _kill(self) -> None:
        if _write(self._folder / "cgroup.kill", "1"):
            return
        for pid in _read(self._folder / "cgroup.procs").split():  # Linux before 5.14
            with contextlib.suppress(OSError):
                os.kill(int(pid), signal.SIGKILL)


def open_group(memory_mb: int) -> Group | None:
    """A new group under these limits; None where there are no groups to be had.

    The mapped library counts, as page cache that the kernel takes back when it is short.
    """
    folder = detect().folder
    if folder is None:
        return None
    path = folder / f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    limits = {"memory.max": memory_mb * 2**20, "memory.oom.group": 1, "pids.max": _MAX_PROCESSES}
    try:
        path.mkdir()
    except OSError:
        return None
    if not all(_write(path / name, str(value)) for name, value in limits.items()):
        with contextlib.suppress(OSError):
            path.rmdir()
        return None
    _write(path / "memory.swap.max", "0")  # absent where there is no swap accounting
    return Group(path)


@functools.cache
def detect() -> Home:
    """This process's own group, made ready to be divided, once."""
    found = find()
    return found if found.folder is None else divide(found.folder)


def describe(home: Home) -> str:
    """One line for people."""
    if home.folder is not None:
        return f"cgroup v2 ({home.folder}): exact limits on memory and processes, nothing outlives a check"
    return f"no cgroups: {home.reason}; resource limits and a watch instead"


def remedy(home: Home, systemd: Path = Path("/run/systemd/system")) -> str:
    """The command that gets a group to divide; empty where there is one already, or no systemd to ask."""
    return REMEDY if home.folder is None and systemd.is_dir() else ""


def find(proc: Path = Path("/proc/self")) -> Home:
    """This process's own group, if its user may divide it. Changes nothing."""
    own = next((line[3:] for line in _read(proc / "cgroup").splitlines() if line.startswith("0::")), None)
    if own is None:
        return Home(None, "this kernel runs no cgroup v2")
    folder = _mounted(_read(proc / "mountinfo"), own)
    if folder is None:
        return Home(None, "cgroup v2 is not mounted here")
    lacking = sorted(set(_CONTROLLERS) - set(_read(folder / "cgroup.controllers").split()))
    if lacking:
        return Home(None, f"cgroup v2 does not control {' and '.join(lacking)} in {own}")
    if not all(os.access(path, os.W_OK) for path in (folder, folder / "cgroup.procs")):
        return Home(None, f"the group {own} may not be divided by this user")
    return Home(folder)


def divide(folder: Path) -> Home:
    """Let groups under `folder` be limited. A group with limited groups under it may hold no process itself, so this
    program moves into a leaf; where others live in the group, it is left as it is."""
    if set(_CONTROLLERS) <= set(_read(folder / "cgroup.subtree_control").split()):
        _sweep(folder)
        return Home(folder)
    members = {int(pid) for pid in _read(folder / "cgroup.procs").split() if pid.isdigit()}
    if members - _own_processes():
        return Home(None, f"other programs run in the group {folder}")
    leaf = folder / _LEAF
    try:
        leaf.mkdir(exist_ok=True)
    except OSError as error:
        return Home(None, f"{folder} cannot be divided: {error.strerror}")
    moved = [_write(leaf / "cgroup.procs", str(pid)) for pid in members]
    if all(moved) and _write(
        folder / "cgroup.subtree_control", " ".join(f"+{name}" for name in _CONTROLLERS)
    ):
        _sweep(folder)
        return Home(folder)
    for pid in members:
        _write(folder / "cgroup.procs", str(pid))
    with contextlib.suppress(OSError):
        leaf.rmdir()
    return Home(None, f"{folder} cannot be divided")


def _sweep(folder: Path) -> None:
    """Remove what a killed run left."""
    for path in folder.glob(f"{_PREFIX}*-*"):
        pid = path.name.removeprefix(_PREFIX).split("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            Group(path).close()


def _mounted(mountinfo: str, own: str) -> Path | None:
    """Where a group is in the file system, by /proc/self/mountinfo (proc(5))."""
    for line in mountinfo.splitlines():
        fields, _, kind = line.partition(" - ")
        if kind.split()[:1] == ["cgroup2"]:
            root, place = (_unescape(text) for text in fields.split()[3:5])
            prefix = root.rstrip("/")
            if own == prefix or own.startswith(f"{prefix}/"):
                return Path(place + own.removeprefix(prefix))
    return None


def _unescape(text: str) -> str:
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")


def _own_processes() -> set[int]:
    me = psutil.Process()
    return {me.pid, *(child.pid for child in me.children(recursive=True))}


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _field(path: Path, name: str) -> int:
    """From a file of lines `NAME NUMBER`; 0 where it is not there."""
    fields = (line.split() for line in _read(path).splitlines())
    return next((int(field[1]) for field in fields if field[:1] == [name] and field[1:]), 0)


def _write(path: Path, text: str) -> bool:
    """Whether an existing file took it."""
    try:
        handle = os.open(path, os.O_WRONLY)  # some may be written and not read
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)
    except OSError:
        return False
    return True
