"""The plan of a training: every row of every batch, in its order, before the first step is made.

Pure data over encoded examples. A *sequence* is one target, in block training with the examples before it that it
sees; a *row* is one or, packed, several sequences, none of which sees another. A plan depends on nothing but the
recipe and the encoded data, so that a training that goes on from its n-th step reads exactly what it would have read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from prover.train.encode import Encoded
from prover.train.mix import Draws, Key
from prover.train.recipe import Recipe

_OPEN_ROWS = 64
"""How many rows are filled at a time: more waste less and mix further what a curriculum put in order."""
_WINDOW = 32
"""Batches within which rows of like length come together, where they are not packed."""

Sequence_ = tuple[int, ...]
"""Indices of encoded examples; the last is the target."""
Row = tuple[Sequence_, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    rows: tuple[Row, ...]
    batch: int
    accumulate: int
    tokens: int
    """What goes through the model, without padding, in the whole training."""
    supervised: int
    """Tokens that have a loss."""
    never: int = 0
    """Examples that fit and are no sequence's target."""

    @property
    def steps(self) -> int:
        per_step = self.batch * self.accumulate
        return -(-len(self.rows) // per_step)


def make_plan(recipe: Recipe, encoded: Sequence[Encoded | None], sources: Sequence[Sequence[int]]) -> Plan:
    """The rows of a whole training. `encoded` has None for what does not fit; `sources` has each mix's places."""
    fitting = [[place for place in source if encoded[place] is not None] for source in sources]
    by_level = recipe.curriculum is not None and recipe.curriculum.by == "level"

    def key(place: int) -> Key:
        one = encoded[place]
        assert one is not None
        return (one.level if by_level else 0, len(one.tokens) - one.start)

    planner = _Planner(recipe, encoded, fitting)
    draws = Draws(recipe, [source for source in fitting if source], key)
    wanted = recipe.train.steps
    per_step = recipe.train.batch * recipe.train.accumulate
    rows: list[Row] = []
    targets: set[int] = set()
    total = draws.per_pass * recipe.train.epochs
    for number in range(draws.stages):
        due: int | None = None
        end = total * (number + 1) // draws.stages
        count: int | None = end - total * number // draws.stages
        later = total - end
        if wanted is not None:
            end = per_step * (wanted * (number + 1) // draws.stages)
            due, later = end - len(rows), per_step * wanted - end
            # Packed rows take as many as they hold.
            count = None if recipe.train.packing else due
        stream = planner.sequences(draws.stage(number, targets, count, later), number)
        made = planner.grouped(planner.rows(stream, due), number)
        targets |= {sequence[-1] for row in made for sequence in row}
        rows += made
    placed = [index for row in rows for sequence in row for index in sequence]
    tokens = sum(len(one.tokens) for index in placed if (one := encoded[index]) is not None)
    supervised = sum(planner.supervised(sequence) for row in rows for sequence in row)
    never = sum(map(len, fitting)) - len(targets)
    return Plan(tuple(rows), recipe.train.batch, recipe.train.accumulate, tokens, supervised, never)


class _Planner:
    def __init__(
        self, recipe: Recipe, encoded: Sequence[Encoded | None], sources: Sequence[Sequence[int]]
    ) -> None:
        self._recipe, self._encoded = recipe, encoded
        self._pools: dict[str, list[int]] = {}
        for place in (place for source in sources for place in source):
            one = encoded[place]
            assert one is not None
            same = recipe.block is not None and recipe.block.same_kind
            self._pools.setdefault(one.kind if same else "", []).append(place)

    def _length(self, sequence: Sequence_) -> int:
        return sum(len(one.tokens) for index in sequence if (one := self._encoded[index]) is not None)

    def supervised(self, sequence: Sequence_) -> int:
        """Tokens of a sequence that have a loss."""
        block = self._recipe.block
        counted = sequence if block is not None and block.loss == "all" else sequence[-1:]
        found = (self._encoded[index] for index in counted)
        return sum(one.supervised(self._recipe.train.completion_only) for one in found if one is not None)

    def sequences(self, draws: Iterator[int], stage: int) -> Iterator[Sequence_]:
        block = self._recipe.block
        chance = random.Random(f"{self._recipe.train.seed}/block/{stage}")
        for target in draws:
            if block is None or (block.share < 1 and chance.random() >= block.share):
                yield (target,)
            else:
                yield (*self._before(target, chance), target)

    def _before(self, target: int, chance: random.Random) -> list[int]:
        """Examples of other problems that fit before a target."""
        block, one = self._recipe.block, self._encoded[target]
        assert block is not None
        assert one is not None
        pool = self._pools[one.kind if block.same_kind else ""]
        room = self._recipe.train.max_length - len(one.tokens)
        chosen: list[int] = []
        problems = {one.problem}
        # A few more tries than places: some are too long, or about a problem that is there already.
        for _ in range(4 * block.examples):
            other = pool[chance.randrange(len(pool))]
            its = self._encoded[other]
            assert its is not None
            if its.problem in problems or len(its.tokens) > room:
                continue
            chosen.append(other)
            problems.add(its.problem)
            room -= len(its.tokens)
            if len(chosen) == block.examples:
                break
        return chosen

    def rows(self, stream: Iterator[Sequence_], wanted: int | None) -> list[Row]:
        """`wanted` rows, or all that the stream gives."""
        if not self._recipe.train.packing:
            return [(sequence,) for sequence in islice(stream, wanted)]
        return list(islice(self._packed(stream), wanted))

    def _packed(self, stream: Iterator[Sequence_]) -> Iterator[Row]:
        """Best fit over a bounded number of open rows, so that rows keep about the order of the stream."""
        size = self._recipe.train.max_length
        rows: list[tuple[int, list[Sequence_]]] = []
        for sequence in stream:
            length = self._length(sequence)
            fits = [place for place, (used, _) in enumerate(rows) if used + length <= size]
            if fits:
                best = max(fits, key=lambda place: rows[place][0])
                used, row = rows[best]
                row.append(sequence)
                rows[best] = (used + length, row)
                continue
            rows.append((length, [sequence]))
            if len(rows) > _OPEN_ROWS:
                fullest = max(range(len(rows)), key=lambda place: rows[place][0])
                yield tuple(rows.pop(fullest)[1])
        yield from (tuple(row) for _, row in rows)

    def grouped(self, rows: list[Row], stage: int) -> list[Row]:
        """Rows of like length side by side within a window, so that little is padded; the batches stay in a random
        order. Packed rows are as they are."""
        if self._recipe.train.packing:
            return rows
        size = self._recipe.train.batch
        chance = random.Random(f"{self._recipe.train.seed}/group/{stage}")
        found: list[Row] = []
        for start in range(0, len(rows), _WINDOW * size):
            window = sorted(rows[start : start + _WINDOW * size], key=lambda row: self._length(row[0]))
            batches = [window[at : at + size] for at in range(0, len(window), size)]
            if len(batches[-1]) == size:
                chance.shuffle(batches)
            else:
                # A batch that is not full stays last, or those behind it would be cut differently.
                head = batches[:-1]
                chance.shuffle(head)
                batches = [*head, batches[-1]]
            found += [row for batch in batches for row in batch]
        return found
