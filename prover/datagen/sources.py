"""What goes into the job: words, Lean statements, traced repositories, each with where it is from and its licence.

A source is a benchmark's name, a file (JSON lines, a JSON array, Lean, Markdown), a folder of such files, or a folder
that `prover trace` wrote; `NAME:SPLIT` takes one split. A row with a Lean statement is a statement, one without is
words; of some sources the words alone may be taken and their Lean left aside. Ids are unique over all sources: one that
was there before gets the source's name behind an `@`. A licence is the row's own, else the benchmark's, else what the
caller says, else `unknown`, and the card tells how many are. Limits: Markdown is read from files named `.md` or
`.markdown` only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from prover.datagen.markdown import problems_in_markdown
from prover.errors import InputError
from prover.problems import file_stem, load_problems, normal_split, resolve_benchmark
from prover.problems.cards import CORE, Card
from prover.problems.cards import sources as benchmarks
from prover.problems.files import tree_digest
from prover.problems.reading import MAX_LEAN, Reader, RowError, open_file
from prover.types import Problem

UNKNOWN = "unknown"
TRACED = ("theorems.jsonl", "premises.jsonl")
"""The files by which a folder of `prover trace` is known; the first holds the theorems."""
_MARKDOWN = (".md", ".markdown")


class Kind(StrEnum):
    WORDS = "words"
    STATEMENT = "statement"
    TRACED = "traced"


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from: as the caller named it, which bytes, which public copy."""

    name: str
    sha256: str
    copy: str = ""
    split: str = ""
    refused: tuple[str, ...] = ()
    """Rows that could not be used: file, line and reason."""


@dataclass(frozen=True, slots=True)
class Item:
    """One problem of a source. `place` is file and line, without the folders above the source."""

    problem: Problem
    kind: Kind
    source: str
    place: str


@dataclass(frozen=True, slots=True)
class Sources:
    items: tuple[Item, ...]
    sources: tuple[Source, ...]


def read_sources(
    names: Sequence[str],
    words: Sequence[str] = (),
    licences: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> Sources:
    """All items of the named sources, those of `words` without their Lean. `licences` are by source as it is named, or
    under an empty name for all others. Raises `InputError` for a source of which nothing can be used."""
    licences = licences or {}
    asked = [(name, False) for name in names] + [(name, True) for name in words]
    if not asked:
        raise InputError("no source: expected a file, a folder or a benchmark")
    for named in licences:
        if named and named not in (name for name, _ in asked):
            raise InputError(f"--licence {named}=…: no source is named so")
    items: list[Item] = []
    sources: list[Source] = []
    seen: set[str] = set()
    for name, words_only in asked:
        source, found = _read(name, words_only)
        if source.name in (other.name for other in sources):
            source = replace(source, name=f"{source.name}#{len(sources) + 1}")
        sources.append(source)
        for item in found[:limit]:
            problem = item.problem
            licence = problem.licence or licences.get(name, "") or licences.get("", "") or UNKNOWN
            unique = _unique(problem.id, source.name, seen)
            seen.add(unique)
            problem = replace(problem, id=unique, licence=licence)
            items.append(replace(item, problem=problem, source=source.name))
    return Sources(tuple(items), tuple(sources))


def _unique(name: str, source: str, seen: set[str]) -> str:
    found, number = name, 1
    while found in seen:
        found, number = f"{name}@{source}{'' if number == 1 else number}", number + 1
    return found


def split_name(name: str) -> tuple[str, str]:
    """A benchmark or path, and the split that stands behind its last colon, if any."""
    base, colon, split = name.rpartition(":")
    if not colon or Path(name).exists():
        return name, ""
    known = base == CORE or base in benchmarks() or Path(base).exists()
    return (base, normal_split(split)) if known else (name, "")


def _read(name: str, words_only: bool) -> tuple[Source, list[Item]]:
    base, split = split_name(name)
    if base == "-":
        raise InputError("-: a source is read again when the job goes on: expected a file or a folder")
    path, card = resolve_benchmark(base)
    place = Path(path)
    if traced := _traced(place):
        source, items = _read_problems(name, str(traced), card, split, words_only=False, kind=Kind.TRACED)
        return source, items
    markdown = _markdown_files(place)
    if markdown:
        source, items = _read_markdown(name, place, markdown)
        others = _others(place)
        if others:
            more, further = _read_problems(name, path, card, split, words_only=words_only)
            digest = hashlib.sha256(f"{source.sha256} {more.sha256}".encode()).hexdigest()
            source = replace(more, sha256=digest, refused=(*source.refused, *more.refused))
            items += further
        return source, items
    return _read_problems(name, path, card, split, words_only=words_only)


def _read_problems(
    name: str, path: str, card: Card, split: str, *, words_only: bool, kind: Kind = Kind.STATEMENT
) -> tuple[Source, list[Item]]:
    loaded = load_problems(path, split=split or None, name_words=True)
    copy = (
        "" if card.trust == "local" else " at ".join(part for part in (card.copy, card.commit[:12]) if part)
    )
    items = []
    without = 0
    for problem in loaded.problems:
        own = replace(problem, licence=problem.licence or card.licence)
        if words_only:
            if not own.informal_statement.strip():
                without += 1
                continue
            own = replace(own, statement=None, reference_proof="")
        items.append(Item(own, kind if own.statement else Kind.WORDS, "", _place(problem.source, path)))
    refused = [str(refused) for refused in loaded.refused]
    if without:
        refused.append(f"{name}: {without} rows without words")
    if not items:
        raise InputError(f"{name}: no row has words to formalize")
    return Source(_short(name), loaded.digest, copy, split, tuple(refused)), items


def _read_markdown(name: str, root: Path, files: Sequence[Path]) -> tuple[Source, list[Item]]:
    items: list[Item] = []
    refused: list[str] = []
    digests: dict[str, str] = {}
    seen: dict[str, str] = {}
    for file in files:
        relative = file.name if file == root else file.relative_to(root).as_posix()
        try:
            with open_file(str(file)) as stream:
                reader = Reader(stream)
                reader.refuse_binary()
                text = reader.whole(MAX_LEAN)
                digests[relative] = reader.digest()
            found: Iterable[Problem | RowError] = problems_in_markdown(text, file_stem(file.stem))
        except RowError as error:
            found = [error]
        for one in found:
            if isinstance(one, RowError):
                refused.append(f"{file}:{one.line}: {one.reason}" if one.line else f"{file}: {one.reason}")
            elif one.id in seen:
                refused.append(f"{file}:{one.source}: duplicate id {one.id!r}, first used at {seen[one.id]}")
            elif not one.id.isprintable() or len(one.id) > 300:
                refused.append(f"{file}:{one.source}: expected an id of at most 300 printable characters")
            else:
                seen[one.id] = f"{relative}:{one.source}"
                items.append(Item(replace(one, source=seen[one.id]), Kind.WORDS, "", seen[one.id]))
    if not items:
        raise InputError(refused[0] if refused else f"{name}: no problem in it")
    digest = next(iter(digests.values())) if len(digests) == 1 else tree_digest(digests)
    return Source(_short(name), digest, refused=tuple(refused)), items


def _traced(place: Path) -> Path | None:
    """The theorems in a folder that `prover trace` wrote."""
    wrote = place.is_dir() and all((place / name).is_file() for name in TRACED)
    return place / TRACED[0] if wrote else None


def _markdown_files(place: Path) -> list[Path]:
    if place.is_file():
        return [place] if place.suffix.lower() in _MARKDOWN else []
    if not place.is_dir():
        return []
    found = sorted(path for path in place.rglob("*") if path.suffix.lower() in _MARKDOWN and path.is_file())
    hidden = (any(part.startswith(".") for part in path.relative_to(place).parts) for path in found)
    # A folder's README speaks about its problems.
    return [p for p, hide in zip(found, hidden, strict=True) if not hide and p.stem.lower() != "readme"]


def _others(place: Path) -> bool:
    return place.is_dir() and any(path.suffix in (".jsonl", ".lean") for path in place.rglob("*"))


def _short(name: str) -> str:
    """A source as the data set names it: no folder of this machine."""
    base, split = split_name(name)
    shown = base if base == CORE or base in benchmarks() else Path(base).resolve().name
    return f"{shown}:{split}" if split else shown


def _place(source: str, path: str) -> str:
    """`FILE:LINE` below the source."""
    file, _, line = source.rpartition(":")
    root = Path(path)
    inside = Path(file)
    try:
        relative = inside.relative_to(root).as_posix() if root.is_dir() else inside.name
    except ValueError:
        relative = inside.name
    return f"{relative}:{line}" if line else relative
