"""What a submitted proof may see and touch while Lean runs it: a sandbox, the best that the machine has.

`wrap` puts a command into it. With bubblewrap: no network, its own process and IPC namespaces (which end with it),
no capability, a private `/tmp`, read-only system libraries, the named folders, and nothing else of the file system.
Where bubblewrap is missing or may not make namespaces, the command runs as it is, under the limits of `process`
alone, and `describe` says so. Works for ordinary users and for root.

Limits: memory, CPU time, wall time and output are `process`'s to limit; the sandbox adds one on the size of a file,
and, where the kernel counts them for each user namespace, on the number of processes.
"""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prover.errors import MissingError
from prover.lean.toolchain import Toolchain

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store")
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
)
_MAX_FILE_BLOCKS = 2 * 1024 * 1024
"""Of 512 bytes: a file of 1 GB. A compiled module of one proof has well under one MB."""
_MAX_PROCESSES = 256
"""Threads count. Lean starts one a CPU and a few more."""
_COUNTS_PER_NAMESPACE = (5, 14)
"""The first kernel that counts a user's processes for each user namespace."""
_TRIAL_S = 10
REMEDY = "apt-get install bubblewrap"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`program` is bubblewrap's path, empty where there is none to use; `reason` says why."""

    program: str
    reason: str = ""

    @property
    def strong(self) -> bool:
        return bool(self.program)


@functools.cache
def detect() -> Sandbox:
    """Tries once whether bubblewrap is there and works."""
    program = shutil.which("bwrap")
    if program is None:
        return Sandbox("", "bubblewrap is not installed")
    trial = [*_arguments(Sandbox(program), [], [], Path("/")), "/bin/sh", "-c", "exit 0"]
    try:
        done = subprocess.run(
            trial, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRIAL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Sandbox("", f"bubblewrap does not run: {error}")
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        return Sandbox("", f"bubblewrap may not make namespaces here: {said[0][:200]}")
    return Sandbox(program)


def describe() -> str:
    """One line for `prover doctor`."""
    found = detect()
    if found.strong:
        return f"bubblewrap ({found.program}): no network, private files, its own processes"
    return f"resource limits only: {found.reason}"


def require() -> None:
    """Raises `MissingError` where submissions would run under resource limits alone."""
    found = detect()
    if not found.strong:
        raise MissingError(f"no sandbox for submitted proofs: {found.reason}", REMEDY)


def wrap(
    argv: Sequence[str],
    *,
    readable: Iterable[Path] = (),
    writable: Iterable[Path] = (),
    cwd: Path,
    sandbox: Sandbox | None = None,
) -> list[str]:
    """The command that runs `argv` in the sandbox, in `cwd`, with these folders and files in their usual places.

    A path that does not exist is left out. `argv[0]` must be absolute or on the system's `PATH`.
    """
    sandbox = sandbox or detect()
    if not sandbox.strong:
        return list(argv)
    limits = f"ulimit -f {_MAX_FILE_BLOCKS}; "
    if _kernel() >= _COUNTS_PER_NAMESPACE:
        limits += f"ulimit -u {_MAX_PROCESSES} 2>/dev/null; "
    # The shell stays, as the first process of its namespace: it waits, so that what the command used is accounted for.
    inner = ("/bin/sh", "-c", limits + '"$@"; exit $?', "sh", *argv)
    return [*_arguments(sandbox, readable, writable, cwd), *inner]


def needed_by(toolchain: Toolchain) -> list[Path]:
    """What a toolchain must be able to read: its own files and the compiled modules."""
    modules = [Path(p) for p in toolchain.env.get("LEAN_PATH", "").split(os.pathsep) if p]
    if toolchain.embedded is not None:
        lean = toolchain.embedded
        launcher = Path(__file__).with_name("launcher.py")
        return [
            *_python(),
            Path(toolchain.argv[0]).parent,
            launcher,
            lean.shared_library.parent,
            lean.library,
            *modules,
        ]
    program = Path(toolchain.argv[0]).resolve()
    roots = [Path(toolchain.env[name]) for name in ("LEAN_SYSROOT", "ELAN_HOME") if toolchain.env.get(name)]
    elan = Path(toolchain.env.get("HOME", "/nonexistent")) / ".elan"
    return [*_python(), Path(toolchain.argv[0]), program.parent.parent, *roots, elan, *modules]


def _python() -> list[Path]:
    """The interpreter as it was called (in a virtual environment: a link and a file beside it) and its library."""
    executable = Path(sys.executable)
    return [executable.parent, executable.parent.parent / "pyvenv.cfg", Path(sys.base_prefix)]


def _kernel() -> tuple[int, int]:
    major, _, rest = platform.release().partition(".")
    minor = rest.split(".")[0].split("-")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def _arguments(sandbox: Sandbox, readable: Iterable[Path], writable: Iterable[Path], cwd: Path) -> list[str]:
    argv = [sandbox.program, "--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session"]
    argv += [
        "--cap-drop",
        "ALL",
        "--hostname",
        "sandbox",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--tmpfs",
        "/tmp",
    ]
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            argv += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            argv += ["--ro-bind", name, name]
    for name in _SYSTEM_FILES:
        argv += ["--ro-bind-try", name, name]
    for path in readable:
        if not _is_system(path):
            argv += ["--ro-bind-try", str(path), str(path)]
    for path in writable:
        argv += ["--bind", str(path), str(path)]
    return [*argv, "--remount-ro", "/", "--chdir", str(cwd), "--"]


def _is_system(path: Path) -> bool:
    return any(path.is_relative_to(name) for name in _SYSTEM)
