"""Statements made of others: a conjunction of closed statements of two or three shapes.

Pairs of shapes are divided once and for all: `both` draws from one part, `both_unseen` from the other, so that who
learns from the first has seen no pair of the second. `three` is a form that neither shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from prover.agents.falsifier.signature import read_signature
from prover.bootstrap.generate.draw import Draw, Made, Shape, bullet, lines


def closed(signature: str) -> tuple[str, tuple[str, ...]]:
    """A signature as one proposition, and the names to introduce: `∀ (n : ℕ) (h : 2 ≤ n), goal`."""
    read = read_signature(signature)
    names = tuple(name for binder in read.binders for name in binder.names)
    return (f"∀ {read.binder_text}, {read.goal}" if names else read.goal), names


def _conjunction(parts: Sequence[Made]) -> Made:
    goals, proofs = [], []
    for part in parts:
        goal, names = closed(part.signature)
        goals.append(f"({goal})")
        proofs.append(bullet(lines(f"intro {' '.join(names)}" if names else "", part.proof)))
    first = "constructor" if len(parts) == 2 else f"refine ⟨{', '.join(['?_'] * len(parts))}⟩"
    plan = tuple(step for part in parts for step in part.plan)
    words = " And: ".join(part.words for part in parts)
    return Made(f": {' ∧ '.join(goals)}", words, plan, lines(first, *proofs))


def seen(first: str, second: str) -> bool:
    """Which part a pair of shapes is in."""
    digest = hashlib.sha256(f"{first} {second}".encode()).digest()
    return digest[0] % 2 == 0


def composed(shapes: Sequence[Shape]) -> tuple[Shape, ...]:
    """The shapes made of these, none of whose statements may be false."""

    def pair(d: Draw, wanted: bool) -> Made:
        while True:
            one, two = d.sample(shapes, 2)
            if seen(one.name, two.name) == wanted:
                return _conjunction((one.make(d.fresh()), two.make(d.fresh())))

    def three(d: Draw) -> Made:
        return _conjunction([shape.make(d.fresh()) for shape in d.sample(shapes, 3)])

    return (
        Shape("both", "composed", 4, lambda d: pair(d, True)),
        Shape("both_unseen", "composed", 4, lambda d: pair(d, False), composed=True),
        Shape("three", "composed", 5, three, composed=True),
    )
