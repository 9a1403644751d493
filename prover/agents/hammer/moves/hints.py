"""Moves for inequalities: `nlinarith` with the products and squares that such proofs use, and monotonicity facts."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from prover.agents.hammer.goals import fresh, fresh_names
from prover.agents.hammer.moves.base import Move, View, pairs
from prover.agents.hammer.terms import show

_ORDER = ("<", "≤", ">", "≥")


def inequalities(view: View) -> Iterator[Move]:
    """One `nlinarith` (or products and `omega`) for each small family of hints."""
    target = view.target
    nonlinear = any(t.head in ("*", "^") for t in view.subterms)
    if not nonlinear or (target.head not in (*_ORDER, "=", "≠") and target.text != "False"):
        return
    variables = [*view.ints, *view.nats][:5]
    positive = [h for h, t in view.facts if t.head in _ORDER]
    squares = [f"sq_nonneg ({a} - {b})" for a, b in pairs(view.ints[:4])] + [
        f"sq_nonneg ({a})" for a in view.ints[:4]
    ]
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
            mixed = [
                f"mul_self_nonneg ({a} - {b})",
                f"mul_self_nonneg ({a} + {b})",
                *(f"sq_nonneg ({v} ^ 2)" for v in variables[:2]),
            ]
            yield Move(f"nlinarith [{', '.join(mixed)}]", 1.5, heavy=True)
    if len(positive) >= 2 and "mul_pos" in view.tools.lemmas:
        yield Move(f"nlinarith [{', '.join(products)}]", 1.0, heavy=True)
        if squares:
            yield Move(f"nlinarith [{', '.join([*squares, *products])}]", 1.4, heavy=True)
    for fact in monotone[:6]:
        yield Move(f"have := {fact}\nfirst | omega | nlinarith", 1.6, heavy=True)
    if squares and target.head == "=":
        yield Move(f"apply le_antisymm <;> nlinarith [{', '.join(squares)}]", 1.0, heavy=True)


def order_splits(view: View) -> Iterator[Move]:
    """Compare two unknowns, or an unknown with a square root of a numeral in view; products decide each case."""
    if not any(t.head in ("*", "^") for t in view.subterms):
        return
    if view.target.head not in (*_ORDER, "=", "≠") and view.target.text != "False":
        return
    h = fresh("hlt", view.goal.names)
    prove = view.tools.first("omega", "nlinarith") or "omega"
    for kind, variables in (("Nat", view.nats[:3]), ("Int", view.ints[:3])):
        for a, b in pairs(variables):
            yield Move(f"rcases {kind}.lt_or_ge {a} {b} with {h} | {h} <;> {prove}", 1.3, heavy=True)
            yield Move(f"rcases {kind}.lt_or_ge {b} {a} with {h} | {h} <;> {prove}", 1.4, heavy=True)
            yield Move(
                f"rcases {kind}.lt_trichotomy {a} {b} with {h} | {h} | {h} <;> try {prove}", 2.4, heavy=True
            )
        for a in variables:
            for n in [n for n in view.numerals if 3 < n < 10**6][:4]:
                root = isqrt(n) + 1
                yield Move(
                    f"rcases {kind}.lt_or_ge {a} {root} with {h} | {h} <;> try nlinarith", 1.9, heavy=True
                )


def absolute_values(view: View) -> Iterator[Move]:
    """`|x|` as a case distinction, or as `natAbs`, which linear arithmetic knows."""
    inside = list(
        dict.fromkeys(show(t.args[-1]) for t in view.subterms if t.head == "|" or t.function == "abs")
    )
    if not inside:
        return
    h1, h2 = fresh_names(["ha", "hb"], view.goal.names)
    yield Move("simp only [Int.abs_eq_natAbs] at *\nomega", 0.3)
    split = " <;> ".join(f"rcases abs_cases ({x}) with ⟨{h1}, {h2}⟩ | ⟨{h1}, {h2}⟩" for x in inside[:4])
    yield Move(f"{split} <;> try omega", 0.7)
    yield Move(f"{split} <;> try nlinarith", 1.2, heavy=True)
