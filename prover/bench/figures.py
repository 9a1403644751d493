"""What a benchmark gives: named figures, each with its unit, its target and the number of measurements behind it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    n: int
    at_least: float | None = None
    at_most: float | None = None

    @property
    def target(self) -> str:
        """`>= 8`, `<= 3`, or nothing."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""

    @property
    def met(self) -> bool | None:
        """None where there is no target."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.value <= self.at_most if self.at_most is not None else None

    def to_json(self) -> dict[str, float | int | str | None]:
        return {"value": self.value, "unit": self.unit, "target": self.target or None, "n": self.n}


def median(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    return Figure(name, statistics.median(values), unit, len(values), at_least, at_most)
