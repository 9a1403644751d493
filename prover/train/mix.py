"""From a recipe's sources to the examples that are trained on, and to the order in which they are drawn.

Every draw is decided by the recipe's seed and by what the files hold, never by a clock or an earlier run: the same
recipe and the same data give the same stream, which is what makes a training resumable. Examples of the split `test`
are never read into anything; those of `valid` are only measured.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from prover.bootstrap.example import Example, read_examples
from prover.errors import InputError
from prover.train.recipe import Mix, Recipe
from prover.train.tables import Curriculum

Key = tuple[int, int]
"""What a curriculum sorts by: level and length, or length alone."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The examples of a recipe. `sources` has for each mix the places of its examples in `train`."""

    train: tuple[Example, ...]
    valid: tuple[Example, ...]
    sources: tuple[tuple[int, ...], ...]
    digest: str
    """Over the bytes of all files, by name of the source."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Examples of the split `train` by kind."""
    licences: tuple[str, ...] = ()


def gather(recipe: Recipe, data: Mapping[str, Sequence[Path]]) -> Gathered:
    """The examples of all mixes. `data` has the files of the call by name of the source. Raises `InputError`."""
    if unknown := sorted(set(data) - {mix.name for mix in recipe.mix if not mix.path}):
        names = ", ".join(sorted({mix.name for mix in recipe.mix if not mix.path})) or "none"
        raise InputError(f"recipe {recipe.name}: no source {unknown[0]!r} to give a file for: it has {names}")
    train: list[Example] = []
    valid: dict[str, Example] = {}
    sources: list[tuple[int, ...]] = []
    read: dict[Path, list[Example]] = {}
    sha = hashlib.sha256()
    for mix in recipe.mix:
        files = _files(recipe, mix, data)
        for file in files:
            if file not in read:
                read[file] = list(read_examples(file))
            sha.update(f"{mix.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        fitting = [one for file in files for one in read[file] if _fits(one, mix)]
        mine = [one for one in fitting if one.split == "train"]
        if not mine:
            raise InputError(
                f"recipe {recipe.name}: mix {mix.name}: no example fits it: {_wanted(mix, files)}"
            )
        if mix.limit is not None and mix.limit < len(mine):
            chosen = sorted(_random(recipe, "limit", mix.name).sample(range(len(mine)), mix.limit))
            mine = [mine[index] for index in chosen]
        sources.append(tuple(range(len(train), len(train) + len(mine))))
        train += mine
        valid |= {one.id: one for one in fitting if one.split == "valid"}
    counts: dict[str, int] = {}
    for one in train:
        counts[one.kind.value] = counts.get(one.kind.value, 0) + 1
    licences = sorted({str(one.provenance["licence"]) for one in train if one.provenance.get("licence")})
    return Gathered(
        tuple(train),
        tuple(valid.values()),
        tuple(sources),
        sha.hexdigest(),
        dict(sorted(counts.items())),
        tuple(licences),
    )


def file_of(recipe: Recipe, mix: Mix) -> Path:
    """The file that a mix names: beside the recipe, where it is there."""
    beside = Path(recipe.folder) / mix.path
    return beside if beside.exists() else Path(mix.path)


def _files(recipe: Recipe, mix: Mix, data: Mapping[str, Sequence[Path]]) -> list[Path]:
    if mix.path:
        return [file_of(recipe, mix)]
    if not data.get(mix.name):
        name = "" if mix.name == "data" else f"{mix.name}="
        raise InputError(
            f"recipe {recipe.name}: mix {mix.name} has no file: expected a path in it, or --data {name}FILE"
        )
    return list(data[mix.name])


def _fits(example: Example, mix: Mix) -> bool:
    return (not mix.kind or example.kind in mix.kind) and (
        mix.max_level is None or example.level <= mix.max_level
    )


def _wanted(mix: Mix, files: Sequence[Path]) -> str:
    kinds = f" of kind {', '.join(mix.kind)}" if mix.kind else ""
    level = f" of level {mix.max_level} at most" if mix.max_level is not None else ""
    return f"expected examples{kinds}{level} of split train in {', '.join(map(str, files))}"


def _random(recipe: Recipe, *what: Any) -> random.Random:
    return random.Random("/".join(map(str, (recipe.train.seed, *what))))


class Draws:
    """Who is drawn when: passes over the data, each in its own order, in stages where there is a curriculum."""

    def __init__(self, recipe: Recipe, sources: Sequence[Sequence[int]], key: Callable[[int], Key]) -> None:
        self._recipe, self._sources, self._key = recipe, sources, key
        self.per_pass = sum(map(len, sources))

    @property
    def stages(self) -> int:
        return self._recipe.curriculum.stages if self._recipe.curriculum else 1

    def stage(
        self, number: int, seen: Collection[int] = (), count: int | None = None, later: int = 0
    ) -> Iterator[int]:
        """The examples of one stage: `count`, or without end, in as many passes as are asked for.

        A stage of a cumulative curriculum takes as many of those whom no stage has drawn (`seen` are those that one
        has) as the `later` draws of the stages behind it have no room for, the last one all. In any order where it is
        known how many draws there are, else before the others.
        """
        curriculum = self._recipe.curriculum
        new = 0
        if curriculum is not None and curriculum.mode == "cumulative":
            last = number == self.stages - 1
            new = self.per_pass - len(seen) - later if last or count is not None else 0
        stream = self._turns(number, frozenset(seen), new)
        if count is None:
            yield from stream
            return
        drawn = list(islice(stream, count))
        if new > 0:
            _random(self._recipe, "new", number).shuffle(drawn)
        yield from drawn

    def _turns(self, number: int, seen: Collection[int], new: int) -> Iterator[int]:
        turn = 0
        while True:
            drawn = self._slice(self._pass(turn), number, turn)
            if turn == 0 and new > 0:
                first = set([place for place in dict.fromkeys(drawn) if place not in seen][:new])
                drawn.sort(key=lambda place: place not in first)
            yield from drawn
            turn += 1

    def _pass(self, turn: int) -> list[int]:
        """Whom one epoch draws: everyone once, or by share."""
        shares = [mix.share for mix in self._recipe.mix]
        if not any(shares):
            return [index for source in self._sources for index in source]
        drawn: list[int] = []
        for number, (source, share) in enumerate(zip(self._sources, shares, strict=True)):
            wanted = max(1, round((share or 0) * self.per_pass))
            # One endless deck a source: where a pass ends, the next one goes on.
            deck = self._deck(number, turn * wanted, wanted)
            drawn += [source[place] for place in deck]
        return drawn

    def _deck(self, number: int, start: int, count: int) -> list[int]:
        size = len(self._sources[number])
        found: list[int] = []
        for turn in range(start // size, (start + count - 1) // size + 1):
            order = list(range(size))
            _random(self._recipe, "deck", number, turn).shuffle(order)
            low = max(0, start - turn * size)
            found += order[low : min(size, start + count - turn * size)]
        return found

    def _slice(self, drawn: list[int], number: int, turn: int) -> list[int]:
        chance = _random(self._recipe, "order", number, turn)
        curriculum = self._recipe.curriculum
        if curriculum is not None:
            chance_of_ties = _random(self._recipe, "ties", turn)
            chance_of_ties.shuffle(drawn)
            drawn.sort(key=self._key)
            low, high = _bounds(curriculum, number, len(drawn))
            drawn = drawn[low:high]
        chance.shuffle(drawn)
        return drawn


def _bounds(curriculum: Curriculum, number: int, size: int) -> tuple[int, int]:
    """Which part of the sorted examples a stage draws from; at least one."""
    high = max(1, round((number + 1) * size / curriculum.stages))
    low = 0 if curriculum.mode == "cumulative" else round(number * size / curriculum.stages)
    return min(low, high - 1), high
