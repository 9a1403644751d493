"""Duplicates, clusters of near duplicates, and the split that each cluster goes to.

Two rows are duplicates when their statements have one shape (or one text, where the shape is not known). Rows are of
one cluster when their statements are the same up to numerals, when their words are alike, or when they come from one
problem; that goes on from row to row. A cluster's split follows from the least digest among its members, the shares and
the seed: the same rows are split the same way in every run, and no near duplicates are parted. Limits: a row that comes
later and joins two clusters can move one of them to the other's split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prover.bootstrap.fingerprint import split_of
from prover.codec import digest
from prover.datagen.likeness import Texts, tokens
from prover.datagen.prints import Print
from prover.errors import InputError

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True, slots=True)
class Grouped:
    """A row as grouping sees it. `text` is a digest of the statement's text."""

    id: str
    origin: str
    """The problem that it was made of."""
    text: str
    read: Print
    words: str
    kind: str = "proof"

    @property
    def same(self) -> str:
        """Equal for duplicates: a statement is none of its negation."""
        return f"{self.kind} {self.read.shape or self.text}"


def duplicates(rows: Sequence[Grouped]) -> dict[str, str]:
    """For each row that is a duplicate, the first one like it."""
    first: dict[str, str] = {}
    found = {}
    for row in rows:
        known = first.setdefault(row.same, row.id)
        if known != row.id:
            found[row.id] = known
    return found


def clusters(rows: Sequence[Grouped]) -> dict[str, str]:
    """The cluster of each row, by a digest that its members give it."""
    parent = {row.id: row.id for row in rows}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def join(one: str, other: str) -> None:
        first, second = sorted((root(one), root(other)))
        parent[second] = first

    seen: dict[str, str] = {}
    for row in rows:
        for mark in (f"origin {row.origin}", f"cluster {row.read.cluster or row.text}"):
            join(row.id, seen.setdefault(mark, row.id))
    # Rows of one problem have its words in common.
    worded = {row.origin: row.words for row in rows if row.words.strip()}
    texts = Texts(worded)
    for origin, words in worded.items():
        for alike in texts.like(words, but=origin):
            join(seen[f"origin {origin}"], seen[f"origin {alike.key}"])
    least: dict[str, str] = {}
    for row in rows:
        own = digest(["cluster", row.read.cluster or row.text, list(tokens(row.words))])[:16]
        least[root(row.id)] = min(own, least.get(root(row.id), own))
    return {row.id: least[root(row.id)] for row in rows}


def read_shares(text: str) -> dict[str, float]:
    """`train=0.9,valid=0.05,test=0.05` as parts of 1 by name. Raises `InputError`."""
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if name not in SPLITS or not equals or not 0 <= share <= 1 or name in shares:
            known = f"SPLIT one of {', '.join(SPLITS)}"
            raise InputError(
                f"--splits: expected SPLIT=SHARE with {known} and SHARE from 0 to 1, each once, found {part!r}"
            )
        shares[name] = share
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise InputError(f"--splits: expected shares that make up 1, found {sum(shares.values()):g}")
    return {name: shares.get(name, 0.0) for name in SPLITS}


def split_by(shares: Mapping[str, float], seed: int, cluster: str) -> str:
    """The split of a cluster."""
    held_out = {name: share for name, share in shares.items() if name != "train"}
    if not shares.get("train"):
        # Without a share of its own, train gets nothing of what rounding leaves over.
        last = [name for name in SPLITS if shares.get(name)][-1]
        held_out[last] = 2.0
    return split_of(cluster, held_out, seed)
