"""The proofs that benchmarks check: short ones of everyday kinds, and one that takes Lean a while.

Each is asked under a name of its own, so that nothing is ever answered from a cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from prover.types import Statement

SHORT = (
    ("(a b : ℕ) (h : a < b) : a ≤ b", "exact Nat.le_of_lt h"),
    ("(a b : ℕ) (h : a < b) : a + 2 ≤ b + 1", "omega"),
    ("(p q : Prop) (hp : p) (hq : q) : p ∧ q", "exact ⟨hp, hq⟩"),
    ("(p q : Prop) (h : p ∨ q) : q ∨ p", "rcases h with hp | hq\n· exact Or.inr hp\n· exact Or.inl hq"),
    ("(n : ℕ) : n + 0 = n", "simp"),
    ("(a b c : ℕ) (h : a = b) : a + c = b + c", "rw [h]"),
    (": 2 ^ 10 = 1024", "rfl"),
)
_SLOW_STEPS = 40

Item = tuple[Statement, str]
"""A statement with a proof of it."""


def short(prefix: str) -> Iterator[Item]:
    """Short proofs without end."""
    for number, (signature, proof) in enumerate(itertools.cycle(SHORT)):
        yield Statement(f"{prefix}_{number}", signature), proof


def trivial(prefix: str) -> Iterator[Item]:
    """The shortest of them, without end."""
    signature, proof = SHORT[0]
    for number in itertools.count():
        yield Statement(f"{prefix}_{number}", signature), proof


def slow(prefix: str) -> Iterator[Item]:
    """Proofs of many steps, some hundred milliseconds each, without end.

    No two have a step in common: within one file Lean would prove that step only once.
    """
    for number in itertools.count():
        steps = [f"have h{i} : a + {i} ≤ b + {2 * i + 100 * number} := by omega" for i in range(_SLOW_STEPS)]
        yield (
            Statement(f"{prefix}_{number}", "(a b : ℕ) (h : a < b) : a ≤ b"),
            "\n".join([*steps, "exact Nat.le_of_lt h"]),
        )
