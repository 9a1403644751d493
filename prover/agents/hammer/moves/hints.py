"""Moves for inequalities: `nlinarith` with the products and squares that such proofs use, and monotonicity facts."""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.moves.base import Move, View, pairs

_ORDER = ("<", "≤", ">", "≥")


def inequalities(view: View) -> Iterator[Move]:
    """One `nlinarith` (or products and `omega`) for each small family of hints."""
    target = view.target
    nonlinear = any(t.head in ("*", "^") for t in view.subterms)
    if not nonlinear or (target.head not in (*_ORDER, "=", "≠") and target.text != "False"):
        return
    variables = [*view.ints, *view.nats][:5]
    positive = [h for h, t in view.facts if t.head in _ORDER]
    squares = [f"sq_nonneg ({a} - {b})" for a, b in pairs(view.ints[:4])] + [f"sq_nonneg ({a})" for a in view.ints[:4]]
    sums = [f"sq_nonneg ({a} + {b})" for a, b in pairs(view.ints[:3])]
    ones = [f"sq_nonneg ({a} - 1)" for a in view.ints[:3]]
    products = [f"mul_pos {a} {b}" for a, b in pairs(positive[:4])]
    monotone = [f"Nat.mul_le_mul {a} {b}" for a, b in pairs(positive[:3])]
    monotone += [f"Nat.mul_le_mul {a} {a}" for a in positive[:3]]
    if "sq_nonneg" in view.tools.lemmas:
        if squares:
            yield Move(f"nlinarith [{', '.join(squares)}]", 0.8, heavy=True)
            yield Move(f"nlinarith [{', '.join([*squares, *sums, *ones])}]", 1.2, heavy=True)
        if len(view.ints) >= 2:
            a, b = view.ints[:2]
            mixed = [f"mul_self_nonneg ({a} - {b})", f"mul_self_nonneg ({a} + {b})", *(f"sq_nonneg ({v} ^ 2)" for v in variables[:2])]
            yield Move(f"nlinarith [{', '.join(mixed)}]", 1.5, heavy=True)
    if len(positive) >= 2 and "mul_pos" in view.tools.lemmas:
        yield Move(f"nlinarith [{', '.join(products)}]", 1.0, heavy=True)
        if squares:
            yield Move(f"nlinarith [{', '.join([*squares, *products])}]", 1.4, heavy=True)
    for fact in monotone[:6]:
        yield Move(f"have := {fact}\nfirst | omega | nlinarith", 1.6, heavy=True)
    for a, b in pairs([*view.nats[:3], *view.ints[:3]]):
        if view.kind(a) == view.kind(b):
            yield Move(f"rcases Nat.lt_trichotomy {a} {b} with hlt | heq | hgt" if view.kind(a) == "ℕ" else f"rcases Int.lt_trichotomy {a} {b} with hlt | heq | hgt", 2.6)
