"""What a page counts: curves over k and over cost, groups, and two runs compared.

Pure functions over `Row`s. Problems that are false on purpose, unreadable, or without an answer for reasons of ours
are in no score; `evaluate` says the same of the headline.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from prover.report.record import OPEN, Row
from prover.types import Problem, Spend, StopReason

_APART = {StopReason.UNSUPPORTED.value, StopReason.INFRA.value, StopReason.INTERRUPTED.value, OPEN}


def answered(rows: Iterable[Row]) -> list[Row]:
    """The rows that a score is over: proved or failed, and meant to be provable."""
    return [row for row in rows if row.counted and row.ending not in _APART]


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    low: float
    high: float


def pass_points(summary: Mapping[str, Any]) -> list[Point]:
    """pass@k with its interval, for every k that a run's summary knows: the page and the score say the same."""
    ks = sorted(
        int(key.removeprefix("pass@")) for key in summary if key.startswith("pass@") and key[5:].isdecimal()
    )
    known = [(k, summary[f"pass@{k}"], summary.get(f"pass@{k}_interval")) for k in ks]
    return [Point(k, share, *interval) for k, share, interval in known if share is not None and interval]


def solved_curve(rows: Sequence[Row], cost: Callable[[Spend], float]) -> list[tuple[float, int]]:
    """(cost, problems solved at no more than that cost each), one step a solved problem, cheapest first."""
    costs = sorted(cost(row.spend) for row in rows if row.proved)
    return [(value, number) for number, value in enumerate(costs, 1)]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    answered: int
    proved: int


def by_label(label: str, problems: Mapping[str, Problem], rows: Sequence[Row]) -> list[Group]:
    """Proved of answered for each value of a label, in the benchmark's order of first appearance."""
    groups: dict[str, list[int]] = {}
    for row in rows:
        name = problems[row.id].meta.get(label, "")
        if name:
            counts = groups.setdefault(name, [0, 0])
            counts[0] += 1
            counts[1] += row.proved
    return [Group(name, *counts) for name, counts in groups.items()]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the problems that both answered. `p_value` is McNemar's exact test, two-sided: how likely a
    split of the differing problems at least this uneven is, if neither run were better."""

    first: str
    second: str
    both: int
    neither: int
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    p_value: float

    @property
    def shared(self) -> int:
        return self.both + self.neither + len(self.only_first) + len(self.only_second)


def compare(first: str, second: str, a: Mapping[str, Row], b: Mapping[str, Row]) -> Comparison:
    shared = [row.id for row in answered(a.values()) if row.id in b and answered([b[row.id]])]
    won_a = tuple(i for i in shared if a[i].proved and not b[i].proved)
    won_b = tuple(i for i in shared if b[i].proved and not a[i].proved)
    both = sum(a[i].proved and b[i].proved for i in shared)
    neither = len(shared) - both - len(won_a) - len(won_b)
    return Comparison(first, second, both, neither, won_a, won_b, mcnemar(len(won_a), len(won_b)))


def mcnemar(wins: int, losses: int) -> float:
    """McNemar's exact test (McNemar 1947), two-sided: twice the smaller binomial tail at one half, at most 1."""
    n = wins + losses
    tail = sum(math.comb(n, i) for i in range(min(wins, losses) + 1))
    return min(1.0, float(Fraction(2 * tail, 2**n)))
