"""Which files of a folder hold problems, and the digest of what they say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from prover.errors import InputError

FORMATS = ("jsonl", "json", "lean")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".lean": "lean"}


def problem_files(location: str, fmt: str | None = None) -> list[tuple[str, str]]:
    """The files to read, each with its path relative to the folder; that is empty for a single file."""
    if location == "-" or not Path(location).is_dir():
        return [(location, "")]
    found: list[Path] = []
    for folder, folders, names in os.walk(location):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += (Path(folder, name) for name in sorted(names))
    found = [
        path
        for path in found
        if format_by_suffix(path) and path.name != "lakefile.lean" and not path.is_fifo()
    ]
    # A folder's JSON files are settings more often than problems: they are read where there is nothing else.
    wanted = {fmt} if fmt else {"jsonl", "lean"} & {format_by_suffix(path) for path in found} or {"json"}
    chosen = [path for path in found if format_by_suffix(path) in wanted]
    if not chosen:
        raise InputError(f"{location}: no problem file in this folder: expected .jsonl, .lean or .json files")
    return [(str(path), path.relative_to(location).as_posix()) for path in chosen]


def format_by_suffix(path: Path) -> str:
    """One of `FORMATS`, or empty text."""
    return _SUFFIXES.get(path.suffix.lower(), "")


def tree_digest(digests: Mapping[str, str]) -> str:
    """SHA-256 over the lines `DIGEST  RELATIVE/PATH`, sorted by path, as `sha256sum` would print them."""
    lines = (f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def content_digest(location: str | Path) -> str:
    """What `load_problems` gives as the digest of this file or folder, without reading any problem."""
    digests = {}
    for file, relative in problem_files(str(location)):
        with Path(file).open("rb") as stream:
            digests[relative] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests[""] if list(digests) == [""] else tree_digest(digests)
