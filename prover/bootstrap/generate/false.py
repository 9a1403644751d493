"""Plausible statements that are false, each with a proof of its negation from a counterexample."""

from __future__ import annotations

from collections.abc import Callable

from prover.bootstrap.generate.composed import closed
from prover.bootstrap.generate.draw import Draw, Made, Shape, linear, lines


def _first(holds: Callable[[int], bool], start: int = 0) -> int | None:
    """The first number from `start` for which it does not hold; None among the first fifty."""
    return next((v for v in range(start, start + 50) if not holds(v)), None)


def _remainder(d: Draw) -> Made:
    n, (h,) = d.name(), d.hyps(1)
    m, k = d.number(3, 9), d.number(2, 6)
    r = d.number(0, m - 1)
    s = d.number(0, m * k - 1)
    if s % m != r or _first(lambda v: v % m != r or v % (m * k) == s) is None:
        return _remainder(d.fresh())
    v = _first(lambda v: v % m != r or v % (m * k) == s)
    signature = f"({n} : ℕ) ({h} : {n} % {m} = {r}) : {n} % {m * k} = {s}"
    words = f"If ${n}$ leaves the remainder {r} modulo {m}, it leaves {s} modulo {m * k}."
    proof = lines("intro H", f"exact absurd (H {v} (by norm_num)) (by norm_num)")
    return Made(signature, words, (f"{v} is a counterexample.",), proof, truth=False)


def _square(d: Draw) -> Made:
    n, m = d.name(), d.number(3, 12)
    r, c = d.number(0, m - 1), d.number(0, 7)
    v = _first(lambda v: (v * v + c) % m != r)
    if v is None or v == 0:
        return _square(d.fresh())
    term = f"({n} ^ 2 + {c})" if c else f"{n} ^ 2"
    words = f"${n}^2{f' + {c}' if c else ''}$ never leaves the remainder {r} modulo {m}."
    proof = lines("intro H", f"exact absurd (H {v}) (by norm_num)")
    return Made(f"({n} : ℕ) : {term} % {m} ≠ {r}", words, (f"{v} is a counterexample.",), proof, truth=False)


def _growth(d: Draw) -> Made:
    n, base = d.name(), d.number(2, 4)
    b, c = d.number(3, 12), d.number(0, 6)
    v = _first(lambda v: b * v + c <= base**v)
    if v is None:
        return _growth(d.fresh())
    goal = f"{linear([(b, n)], c)} ≤ {base} ^ {n}"
    proof = lines("intro H", f"exact absurd (H {v}) (by norm_num)")
    return Made(
        f"({n} : ℕ) : {goal}",
        f"${goal}$ for every ${n}$.",
        (f"{v} is a counterexample.",),
        proof,
        truth=False,
    )


def _subtraction(d: Draw) -> Made:
    x, y = d.names(2)
    k = d.number(1, 9)
    goal = d.of(
        (f"{x} - {y} + {y} = {x}", f"{x} - ({x} - {y}) = {y}", f"{k} * ({x} - {y}) + {k} * {y} = {k} * {x}")
    )
    proof = lines("intro H", "exact absurd (H 0 1) (by norm_num)")
    words = f"${goal}$ for natural numbers, where subtraction stops at zero."
    return Made(f"({x} {y} : ℕ) : {goal}", words, ("0 and 1 are a counterexample.",), proof, truth=False)


def _lcm(d: Draw) -> Made:
    n, (h1, h2) = d.name(), d.hyps(2)
    a, b = d.of(((4, 6), (6, 9), (4, 10), (6, 10), (6, 8), (9, 12), (8, 12), (10, 15), (6, 4), (12, 8)))
    least = next(v for v in range(1, a * b + 1) if v % a == 0 and v % b == 0)
    words = f"If ${n}$ is divisible by {a} and by {b}, it is divisible by {a * b}."
    proof = lines("intro H", f"exact absurd (H {least} (by norm_num) (by norm_num)) (by norm_num)")
    signature = f"({n} : ℕ) ({h1} : {a} ∣ {n}) ({h2} : {b} ∣ {n}) : {a * b} ∣ {n}"
    return Made(signature, words, (f"{least} is a counterexample.",), proof, truth=False)


def _product(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    a, b = d.number(2, 6), d.number(2, 6)
    words = f"If {a * b} divides ${x} {y}$, it divides ${x}$ or ${y}$."
    proof = lines("intro H", f"exact absurd (H {a} {b} (by norm_num)) (by norm_num)")
    signature = f"({x} {y} : ℕ) ({h} : {a * b} ∣ {x} * {y}) : {a * b} ∣ {x} ∨ {a * b} ∣ {y}"
    return Made(signature, words, (f"{a} and {b} are a counterexample.",), proof, truth=False)


def _integers(d: Draw) -> Made:
    x, (h,) = d.name(), d.hyps(1)
    c, k = d.number(2, 9), d.number(1, 5)
    goal = f"{c} ≤ {x}"
    signature = f"({x} : ℤ) ({h} : {linear([(k, f'{x} ^ 2')])} ≥ {k * c * c}) : {goal}"
    proof = lines("intro H", f"exact absurd (H (-{c}) (by norm_num)) (by norm_num)")
    words = f"If ${k} {x}^2 ≥ {k * c * c}$ for an integer, then ${goal}$."
    return Made(signature, words, (f"-{c} is a counterexample.",), proof, truth=False)


def _negated(shape: Shape) -> Shape:
    """The shape of the negations, which are true."""

    def make(d: Draw) -> Made:
        made = shape.make(d)
        words = f"It is not true in general: {made.words}"
        return Made(f": ¬({closed(made.signature)[0]})", words, made.plan, made.proof)

    return Shape(f"not_{shape.name}", shape.subject, shape.level, make)


SHAPES = (
    Shape("false_remainder", "modular", 2, _remainder),
    Shape("false_square", "modular", 2, _square),
    Shape("false_growth", "inequalities", 2, _growth),
    Shape("false_subtraction", "nat_arith", 1, _subtraction),
    Shape("false_lcm", "divisibility", 2, _lcm),
    Shape("false_product", "divisibility", 2, _product),
    Shape("false_integers", "inequalities", 1, _integers),
)

NEGATED = tuple(_negated(shape) for shape in SHAPES)
