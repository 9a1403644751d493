"""What a move is, and what its generators see of a goal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from prover.agents.hammer.goals import Goal
from prover.agents.hammer.terms import Term
from prover.agents.hammer.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Move:
    """A tactic block for the first open goal. `cost` orders moves: 0 is free, 1 usual, 4 far-fetched."""

    text: str
    cost: float = 1.0
    heavy: bool = False
    """It may need many heartbeats: asked apart from the light ones, with a larger share."""


@dataclass(frozen=True)
class View:
    """A goal with what its parse tells, computed once and shared by all generators."""

    goal: Goal
    tools: Toolbox
    depth: int = 0
    others: int = 0
    """How many goals wait behind this one."""
    facts: list[tuple[str, Term]] = field(init=False)
    target: Term = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", self.goal.facts())
        object.__setattr__(self, "target", self.goal.goal_term)

    @cached_property
    def types(self) -> dict[str, str]:
        return self.goal.types

    @cached_property
    def nats(self) -> list[str]:
        return self.goal.numbers("ℕ")

    @cached_property
    def ints(self) -> list[str]:
        return self.goal.numbers("ℤ")

    @cached_property
    def statements(self) -> list[Term]:
        """All propositions in view: hypotheses, then the target."""
        return [*(t for _, t in self.facts), self.target]

    @cached_property
    def subterms(self) -> list[Term]:
        """Every term below the propositions in view, without repetition, in order."""
        return list(dict.fromkeys(t for s in self.statements for t in s.walk()))

    @cached_property
    def numerals(self) -> list[int]:
        return list(dict.fromkeys(int(t.text) for t in self.subterms if t.head == "num" and len(t.text) < 40))

    @cached_property
    def finish(self) -> str:
        """Closes a simple goal or fails, at little cost: what is run again with every later probe."""
        return self.tools.first("omega", "trivial", "assumption")

    def then_try(self, text: str) -> str:
        """`text`, and on every goal that it leaves a short try to close it."""
        return f"{text} <;> try ({self.finish})"

    def kind(self, variable: str) -> str:
        return {"Nat": "ℕ", "Int": "ℤ"}.get(self.types.get(variable, ""), self.types.get(variable, ""))


Generator = Callable[[View], Iterable[Move]]


def lines(*parts: str) -> str:
    return "\n".join(p for p in parts if p)


def indented(text: str, by: int = 2) -> str:
    return "\n".join(" " * by + line for line in text.split("\n"))


def pairs(items: list[str]) -> Iterator[tuple[str, str]]:
    for i, a in enumerate(items):
        for b in items[i + 1 :]:
            yield a, b
