"""Problems from files: benchmarks and data sets in the shapes of the field, and plain Lean.

`load_problems` takes a file, a folder or `-`: JSON lines or a JSON array (`rows` says which fields are read), one
Lean file with any number of open theorems, or a folder of such files at any depth (`lean_file` says what becomes of
one). A row that cannot be used is refused with file, line and reason, and the rest goes on; only a call of which
nothing comes raises. Limits: UTF-8; lines of 10 MB, Lean texts of 2 MB, JSON arrays of 256 MB; of a Lean module's
header only the names of the imports are kept.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from prover.errors import InputError
from prover.problems.cards import Card, benchmark_card, resolve_benchmark
from prover.problems.files import FORMATS, format_by_suffix, problem_files, tree_digest
from prover.problems.lean_file import problems_in_lean
from prover.problems.reading import Reader, RowError, open_file
from prover.problems.rows import normal_split, problems_in_array, problems_in_lines
from prover.types import Problem

__all__ = [
    "Card",
    "Loaded",
    "Refused",
    "benchmark_card",
    "file_stem",
    "load_problems",
    "normal_split",
    "resolve_benchmark",
]

MAX_ID = 300
_PLAIN_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}")


@dataclass(frozen=True, slots=True)
class Refused:
    """One row, or one file, that was not used. `line` is from 1; 0 where the whole file is meant."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a path held. `digest` is the SHA-256 of the bytes: a file's own, or a folder's `tree_digest`."""

    problems: tuple[Problem, ...]
    refused: tuple[Refused, ...]
    digest: str
    name: str


def load_problems(
    path: str | Path, *, split: str | None = None, fmt: str | None = None, name_words: bool = False
) -> Loaded:
    """Read all problems at `path`, or those of one split (`train`, `valid`, `test`, or any other name).

    `fmt` (`jsonl`, `json`, `lean`) overrides what suffix and content say; `name_words` gives rows in words that have no
    id one of their own. Raises `InputError` when there is nothing
    usable: no such path, nothing but refused rows, no problem of the split.
    """
    if fmt is not None and fmt not in FORMATS:
        raise InputError(f"unknown format {fmt!r}: expected {', '.join(FORMATS)}")
    location = str(path)
    digests: dict[str, str] = {}
    problems: list[Problem] = []
    refused: list[Refused] = []
    seen: dict[str, str] = {}
    files = problem_files(location, fmt)
    for file, relative in files:
        shown = os.fsencode(file).decode("utf-8", "backslashreplace")
        try:
            with _opened(file) as stream:
                reader = Reader(stream)
                form = fmt or _format(file, reader.head)
                for item in _items(reader, form, in_folder=relative != "", name_words=name_words):
                    reason = item.reason if isinstance(item, RowError) else _bad_id(item.id, seen)
                    line = item.line if isinstance(item, RowError) else int(item.source)
                    if isinstance(item, RowError) or reason:
                        refused.append(Refused(shown, line, reason))
                        continue
                    seen[item.id] = f"{shown}:{line}"
                    its_split = item.split or _split_of_path(relative or Path(file).name)
                    problems.append(replace(item, source=seen[item.id], split=its_split))
                digests[relative] = reader.digest()
        except RowError as error:
            if len(files) == 1:
                raise InputError(f"{shown}: {error.reason}") from error
            refused.append(Refused(shown, 0, error.reason))
    if not problems:
        raise InputError(_nothing(location, refused))
    if split is not None:
        wanted = normal_split(split)
        found = Counter(p.split or "no split" for p in problems)
        problems = [p for p in problems if p.split == wanted]
        if not problems:
            names = ", ".join(f"{name} ({count})" for name, count in sorted(found.items()))
            raise InputError(f"{location}: no problem of the split {wanted!r}; found {names}")
    digest = digests[""] if list(digests) == [""] else tree_digest(digests)
    name = "stdin" if location == "-" else Path(location).resolve().name
    return Loaded(tuple(problems), tuple(refused), digest, name)


def file_stem(problem_id: str) -> str:
    """A file name (without suffix) for an id: the id itself where that is safe, else what is safe of it, `~`, and a
    part of its hash. Different ids have different stems, on a file system that tells capitals apart."""
    if _PLAIN_ID.fullmatch(problem_id) and not problem_id.endswith("."):
        return problem_id
    readable = re.sub(r"[^A-Za-z0-9_-]+", "_", problem_id)[:60].lstrip("-")
    digest = hashlib.sha256(problem_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{readable}~{digest[:20]}"


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if file == "-" else open_file(file)


def _bad_id(problem_id: str, seen: dict[str, str]) -> str:
    """Why a problem may not have this id; empty if it may."""
    if problem_id in seen:
        return f"duplicate id {problem_id!r}, first used at {seen[problem_id]}: expected unique ids"
    if not problem_id.isprintable() or len(problem_id) > MAX_ID:
        return f"the id {problem_id[:40]!r}: expected at most {MAX_ID} printable characters"
    return ""


def _format(file: str, head: bytes) -> str:
    """By suffix, else by the first character. JSON lines are often called `.json`."""
    by_suffix = format_by_suffix(Path(file))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if by_suffix in ("", "json") and start[:1] == b"{":
        first, _, second = start.partition(b"\n")
        one_object = second.strip() and not first.rstrip().endswith(b"}") and second.lstrip()[:1] != b"{"
        return "json" if one_object else "jsonl"
    return by_suffix or ("json" if start[:1] == b"[" else "lean")


def _items(reader: Reader, fmt: str, in_folder: bool, name_words: bool) -> Iterator[Problem | RowError]:
    """The file's problems and refusals, in order. A problem's `source` is its line."""
    try:
        reader.refuse_binary()
        if fmt == "jsonl":
            yield from problems_in_lines(reader, name_words=name_words)
        elif fmt == "json":
            yield from problems_in_array(reader, name_words=name_words)
        else:
            yield from problems_in_lean(reader, in_folder=in_folder)
    except RowError as error:
        yield error


def _split_of_path(path: str) -> str:
    """The split that a file's own name, or the nearest folder's, speaks of."""
    for part in reversed(Path(path).with_suffix("").parts):
        name = normal_split(part)
        if name in ("train", "valid", "test"):
            return name
    return ""


def _nothing(location: str, refused: list[Refused]) -> str:
    if not refused:
        return f"{location}: no problem in it: expected JSON lines, or Lean theorems that end in `sorry`"
    first = refused[0]
    place = f"{first.file}:{first.line}" if first.line else first.file
    more = f" ({len(refused)} rows were refused; this is the first)" if len(refused) > 1 else ""
    return f"{place}: {first.reason}{more}"
