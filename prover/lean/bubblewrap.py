"""Bubblewrap's command line for a submitted proof, and why bubblewrap cannot be used where it cannot.

Inside: no network, process and IPC namespaces of its own (which end with it), no capability, small private `/tmp`,
read-only system libraries, the named folders in their usual places, and nothing else of the file system.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_TMP_BYTES = 64 * 2**20
"""What is written there is memory that no process's account shows."""
_KERNEL_SWITCHES = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
)
"""What may keep an ordinary user from making namespaces, and the setting that lets them."""
_INSTALL = {
    "apt-get": "apt-get install bubblewrap",
    "dnf": "dnf install bubblewrap",
    "pacman": "pacman -S bubblewrap",
    "zypper": "zypper install bubblewrap",
    "apk": "apk add bubblewrap",
}
_TRIAL_S = 10


def find() -> str:
    return shutil.which("bwrap") or ""


def limits_tmp(program: str) -> bool:
    """Whether this bubblewrap can bound a `tmpfs` (0.5 and later)."""
    try:
        done = subprocess.run(
            [program, "--help"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRIAL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"--size" in done.stdout + done.stderr


def remedy(proc_sys: Path = Path("/proc/sys")) -> str:
    """The command that makes bubblewrap usable here."""
    if not find():
        return next(
            (command for tool, command in _INSTALL.items() if shutil.which(tool)), _INSTALL["apt-get"]
        )
    for name, forbids, setting in _KERNEL_SWITCHES:
        try:
            if (proc_sys / name).read_text().strip() == forbids:
                return f"sysctl -w {setting}"
        except OSError:
            continue
    return (
        "in a container: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
    )


def arguments(
    program: str,
    *,
    system: Sequence[str],
    system_files: Sequence[str],
    readable: Iterable[Path],
    writable: Iterable[Path],
    cwd: Path,
    sized: bool,
) -> list[str]:
    """Up to the command. A readable path that does not exist is left out."""
    argv = [program, "--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session"]
    argv += ["--cap-drop", "ALL", "--hostname", "sandbox"]
    argv += ["--dev", "/dev", "--remount-ro", "/dev", "--proc", "/proc"]
    argv += [*(("--size", str(_TMP_BYTES)) if sized else ()), "--tmpfs", "/tmp"]
    for name in system:
        path = Path(name)
        if path.is_symlink():
            argv += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            argv += ["--ro-bind", name, name]
    for name in system_files:
        argv += ["--ro-bind-try", name, name]
    for path in readable:
        argv += ["--ro-bind-try", str(path), str(path)]
    for path in writable:
        argv += ["--bind", str(path), str(path)]
    return [*argv, "--remount-ro", "/", "--chdir", str(cwd), "--"]
