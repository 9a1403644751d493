"""Reading what a call names: a benchmark, a file, a folder or standard input, with what was refused told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.codec import to_json
from prover.errors import InputError
from prover.problems import Loaded, Refused, load_problems, normal_split, resolve_benchmark
from prover.search.setup import Source
from prover.verbs.console import say

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Loading:
    source: Source
    refused: Sequence[Refused]


def load(name: str, *, split: str | None = None, limit: int | None = None) -> Loading:
    """The problems of a benchmark (by name) or of a file or folder. Raises `InputError` when there is none."""
    path, card = resolve_benchmark(name)
    loaded = load_problems(path, split=split)
    # A local path is where it lies, not which copy it is: the digest says that.
    copy = (
        "" if card.trust == "local" else " at ".join(part for part in (card.copy, card.commit[:12]) if part)
    )
    wanted = normal_split(split) if split else ""
    return _loading(loaded, card.name, limit=limit, split=wanted, copy=copy, card=to_json(card))


def load_input(name: str, *, limit: int | None = None) -> Loading:
    """Statements to prove: a file, a folder, or `-` for standard input."""
    loaded = load_problems(name)
    return _loading(loaded, loaded.name, limit=limit)


def _loading(
    loaded: Loaded,
    name: str,
    *,
    limit: int | None,
    split: str = "",
    copy: str = "",
    card: dict[str, object] | None = None,
) -> Loading:
    for refused in loaded.refused[:_SHOWN]:
        say(f"refused: {refused}")
    if len(loaded.refused) > _SHOWN:
        say(f"refused: {len(loaded.refused) - _SHOWN} more rows")
    problems = loaded.problems[:limit]
    if not problems:
        where = f"{name}, split {split}" if split else name
        more = f" ({len(loaded.refused)} refused)" if loaded.refused else ""
        raise InputError(f"{where}: holds no problem{more}")
    return Loading(Source(name, problems, loaded.digest, split, copy, card), loaded.refused)
