"""The run folder around the database: one lock, one manifest, written so that no crash leaves half a file.

The lock is the kernel's (`flock`), so that it ends with its process however that dies: a `run.lock` left
behind by a killed run is stale by construction and taken over in silence. Limits: on a file system without
`flock` a run folder is refused; over NFS the lock is as good as the server's.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import socket
import subprocess
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from prover.codec import from_json, to_json
from prover.config import RunConfig, differences
from prover.errors import InputError, MissingError

MANIFEST = "manifest.json"
_LOCK = "run.lock"
_ERRORS = "errors.log"
_FORMAT = 1


class FolderLock:
    """Exclusive right to write in a run folder, held until `close` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _LOCK
        # Append mode: the holder's line must survive until we know that there is no holder.
        self._file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read(200).strip() or "a process that did not say who it is"
            self._file.close()
            raise InputError(
                f"{folder}: another run is at work here ({holder}); wait for it or choose another --out"
            ) from None
        except OSError as error:
            self._file.close()
            raise MissingError(
                f"{folder}: this file system offers no locks ({error}); choose another --out"
            ) from None
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} on {socket.gethostname()} since {timestamp()}\n")
        self._file.flush()

    def close(self) -> None:
        """Give the folder back. The file stays: removing it would race with a process that just opened it."""
        self._file.close()

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_held(folder: Path) -> bool | None:
    """Whether a process is at work in a run folder; None where that cannot be said, as of another machine's. Takes no
    lock itself, so that it is in nobody's way."""
    path = folder / _LOCK
    try:
        inode, holder = path.stat().st_ino, path.read_text(encoding="utf-8", errors="replace").split()
        lines = Path("/proc/locks").read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return None if path.exists() else False
    except OSError:
        return None
    if holder[:1] != ["process"] or holder[3:4] != [socket.gethostname()]:
        return None
    # By the inode and the process: the device's number is not that of `stat` on every file system.
    fields = [line.split() for line in lines if "FLOCK" in line and "->" not in line]
    return any(
        words[-3].endswith(f":{inode}") and words[-4] == holder[1] for words in fields if len(words) > 5
    )


def timestamp() -> str:
    """Now, UTC, ISO 8601 to the second."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def moment() -> str:
    """Now, UTC, ISO 8601 to the microsecond: as text, later ones sort behind earlier ones."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text` (UTF-8): whoever reads, at any moment, sees the old content or the new one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def log_error(folder: Path, what: str, error: Exception) -> str:
    """Keep the traceback of an error of ours, on which a run goes on; the line that tells of it."""
    lines = "".join(traceback.format_exception(error))
    with (folder / _ERRORS).open("a", encoding="utf-8", errors="replace") as log:
        log.write(f"{timestamp()} {what}\n{lines}\n")
    return f"an error of ours, see {_ERRORS} in the run folder: {error!r}"[:500]


def open_manifest(folder: Path, config: RunConfig, facts: dict[str, Any]) -> bool:
    """Write the manifest of a new run, or compare with the one that is there. True when the run is a new one.

    `facts` is what is worth keeping beside the configuration (benchmark card, limits, command line). Raises
    `InputError` when the folder belongs to a run with another configuration, and says what differs.
    """
    path = folder / MANIFEST
    if not path.exists():
        content = {
            "format": _FORMAT,
            "config": to_json(config),
            "config_hash": config.hash,
            "created": timestamp(),
            "git": git_commit(),
            "machine": {
                "python": platform.python_version(),
                "platform": platform.platform(),
                "cpus": os.cpu_count(),
            },
            **facts,
        }
        write_atomically(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return True
    stored = read_manifest(folder)
    old = from_json(RunConfig, stored["config"], f"{path}: config")
    if old.hash != config.hash:
        lines = differences(old.identity, config.identity)
        shown = "; ".join(lines[:8]) + ("; …" if len(lines) > 8 else "")
        raise InputError(f"{folder} holds a run with another configuration ({shown}); choose another --out")
    return False


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder; `InputError` when there is none or it is damaged."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder}: not a run folder (no {MANIFEST})") from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: damaged ({error}); move the folder away or choose another --out") from None
    if not isinstance(content, dict) or "config" not in content:
        raise InputError(f"{path}: not a manifest of a run; move the folder away or choose another --out")
    if content.get("format") != _FORMAT:
        raise InputError(f"{path}: format {content.get('format')!r}, this version reads {_FORMAT}")
    return content


def git_commit() -> dict[str, Any] | None:
    """Commit of the checkout this package runs from, and whether files differ from it; None outside one."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return None
    try:
        commit = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "changed": bool(changed)}


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True, timeout=10
    )
    return done.stdout.strip()
