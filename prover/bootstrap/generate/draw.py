"""What shapes are written with: seeded choices, fresh names, and terms as Lean source.

Everything that is random about a generated problem goes through a `Draw`, so that one seed gives one problem. Numerals
are small enough for a person; names are those that people use for the kind of thing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

NUMBERS = tuple("abcdkmnpqrstuvwxyz")
COUNTERS = tuple("nkmjit")
PROPOSITIONS = tuple("pqrst") + tuple("PQRST")
FUNCTIONS = tuple("fgh")
SEQUENCES = tuple("aubsxt")
_STYLES = ("h₁ h₂ h₃ h₄", "h h' h'' h'''", "ha hb hc hd", "h1 h2 h3 h4", "hp hq hr hs", "H₁ H₂ H₃ H₄")


@dataclass(frozen=True, slots=True)
class Made:
    """One problem: the text between the theorem's name and `:=`, words, a plan in steps, and a proof where it is known.

    A false statement is one by intention; its `proof` is that of the negation, `¬ (∀ binders, goal)`.
    """

    signature: str
    words: str
    plan: tuple[str, ...]
    proof: str
    truth: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of problem. `level` is its difficulty from 1 to 5, `subject` what it is about."""

    name: str
    subject: str
    level: int
    make: Callable[[Draw], Made]
    composed: bool = False
    """Made of other shapes in a way that none of these shows."""


class Draw:
    """Choices by one seeded generator. A name is given out once."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._taken: set[str] = set()

    def fresh(self) -> Draw:
        """Further choices, with all names free again."""
        return Draw(str(self._random.random()))

    def number(self, low: int, high: int, *, but: Sequence[int] = ()) -> int:
        """A whole number between `low` and `high`, both included, that is not among `but`."""
        return self.of([n for n in range(low, high + 1) if n not in but])

    def of(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        return self._random.sample(options, count)

    def maybe(self, chance: float = 0.5) -> bool:
        return self._random.random() < chance

    def name(self, pool: Sequence[str] = NUMBERS) -> str:
        return self.names(1, pool)[0]

    def names(self, count: int, pool: Sequence[str] = NUMBERS) -> list[str]:
        """Neighbours in the pool where that many are left, as people write `a b c` or `x y z`."""
        free = [name for name in pool if name not in self._taken]
        start = self._random.randrange(len(free) - count + 1)
        chosen = free[start : start + count]
        self._taken |= set(chosen)
        return chosen

    def hyps(self, count: int) -> list[str]:
        """Names of hypotheses, in one style."""
        styles = [style.split()[:count] for style in _STYLES]
        chosen = self.of([style for style in styles if not self._taken & set(style)])
        if count == 1 and self.maybe():
            chosen = [self.of([name for name in ("h", "h₀", "hyp") if name not in self._taken])]
        self._taken |= set(chosen)
        return chosen


def linear(pairs: Sequence[tuple[int, str]], constant: int = 0) -> str:
    """`3 * x - y + 5`, without terms that are zero; `0` where nothing is left."""
    out = ""
    for factor, name in [*pairs, (constant, "")]:
        if factor:
            size = abs(factor)
            text = str(size) if not name else name if size == 1 else f"{size} * {name}"
            sign = "-" if factor < 0 else "+"
            out += f" {sign} {text}" if out else (f"-{text}" if factor < 0 else text)
    return out or "0"


def argument(value: int) -> str:
    """A numeral as the argument of a function."""
    return str(value) if value >= 0 else f"({value})"


def equals_any(term: str, values: Sequence[int]) -> str:
    """`t = 0 ∨ t = 1 ∨ …`"""
    return " ∨ ".join(f"{term} = {value}" for value in values)


def block(text: str, depth: int = 1) -> str:
    """The lines of a tactic block, deeper by `depth` steps of two blanks."""
    return "\n".join("  " * depth + line if line else line for line in text.split("\n"))


def bullet(text: str) -> str:
    """The block as the proof of one goal among several."""
    return "· " + block(text)[2:]


def lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
