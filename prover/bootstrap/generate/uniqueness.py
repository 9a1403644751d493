"""Exactly one: a witness, and why every other one is the same."""

from __future__ import annotations

from math import gcd

from prover.bootstrap.generate.draw import Draw, Made, Shape, argument, linear, lines

_OTHER = ("y", "z", "t", "s")


def _linear(d: Draw) -> Made:
    x, ring = d.name(), d.of(("ℕ", "ℤ"))
    y = d.name(_OTHER)
    a, b = d.number(1, 12), d.number(-20, 30) if ring == "ℤ" else d.number(0, 40)
    v = d.number(-12, 20) if ring == "ℤ" else d.number(0, 30)
    equation = f"{linear([(a, x)], b)} = {a * v + b}"
    proof = lines(
        f"refine ⟨{v}, by norm_num, ?_⟩",
        f"intro {y} h",
        "omega",
    )
    words = f"Exactly one {'integer' if ring == 'ℤ' else 'natural number'} has ${equation}$."
    plan = (f"{v} is one, and the equation leaves no other.",)
    return Made(f": ∃! {x} : {ring}, {equation}", words, plan, proof)


def _remainder(d: Draw) -> Made:
    n, y = d.name(), d.name(_OTHER)
    m = d.number(3, 15)
    low, r = d.number(0, 40), d.number(0, m - 1)
    v = next(t for t in range(low, low + m) if t % m == r)
    bound = f"{low} ≤ {n} ∧ {n} < {low + m}" if low else f"{n} < {m}"
    names = "⟨h1, h2, h3⟩" if low else "⟨h1, h2⟩"
    goal = (
        f"∃! {n} : ℕ, {bound} ∧ {n} % {m} = {r}" if low else f"∃! {n} : ℕ, {bound} ∧ ({n} + {m}) % {m} = {r}"
    )
    proof = lines(f"refine ⟨{v}, by norm_num, ?_⟩", f"rintro {y} {names}", "omega")
    words = f"Exactly one number with ${bound}$ leaves the remainder {r} modulo {m}."
    return Made(f": {goal}", words, (f"It is {v}.",), proof)


def _inverse(d: Draw) -> Made:
    n, y = d.name(), d.name(_OTHER)
    m = d.number(5, 20)
    a = d.of([t for t in range(2, m) if gcd(t, m) == 1] or [1])
    r = d.number(0, m - 1)
    v = next(t for t in range(m) if a * t % m == r)
    goal = f"∃! {n} : ℕ, {n} < {m} ∧ {a} * {n} % {m} = {r}"
    proof = lines(f"refine ⟨{v}, by norm_num, ?_⟩", f"rintro {y} ⟨h1, h2⟩", "omega")
    words = f"Below {m} exactly one number ${n}$ has ${a} {n}$ leave {r} modulo {m}."
    return Made(f": {goal}", words, (f"It is {v}: {a} has an inverse modulo {m}.",), proof)


def _quotient(d: Draw) -> Made:
    n, (q, y) = d.name(tuple("nkmab")), d.names(2, ("q", "r", "s", "t", "u"))
    k, c = d.number(2, 15), d.number(0, 12)
    top = linear([(1, n)], c)
    part = f"({top}) / {k}" if c else f"{n} / {k}"
    goal = f"∃! {q}, {k} * {q} ≤ {top} ∧ {top} < {k} * {q} + {k}"
    proof = lines(f"refine ⟨{part}, ⟨by omega, by omega⟩, ?_⟩", f"rintro {y} ⟨h1, h2⟩", "omega")
    words = f"The quotient of ${top}$ by {k} is determined by ${goal.split(', ', 1)[1]}$."
    return Made(f"({n} : ℕ) : {goal}", words, (f"It is {part}.",), proof)


def _root(d: Draw) -> Made:
    n, y = d.name(), d.name(_OTHER)
    v, p, power = d.number(1, 12), d.number(0, 9), 2
    left = linear([(1, f"{n} ^ {power}"), (p, n)])
    goal = f"∃! {n} : ℕ, {left} = {v * v + p * v}"
    proof = lines(
        f"refine ⟨{v}, by norm_num, ?_⟩",
        f"intro {y} h",
        f"have h1 : {y} ≤ {v} := by nlinarith",
        f"have h2 : {v} ≤ {y} := by nlinarith",
        "omega",
    )
    words = f"Exactly one natural number has ${left} = {v * v + p * v}$."
    return Made(f": {goal}", words, (f"It is {v}, for the left side grows.",), proof)


def _several(d: Draw) -> Made:
    x = d.name()
    a, b = sorted(d.sample(range(-9, 13), 2))
    k = d.number(1, 3)
    left = linear([(k, f"{x} ^ 2"), (-k * (a + b), x)])
    value = -k * a * b
    proof = lines(
        f"rintro ⟨{x}, hx, h⟩",
        f"have h1 := h {argument(a)} (by norm_num)",
        f"have h2 := h {argument(b)} (by norm_num)",
        "omega",
    )
    words = f"There is not exactly one integer with ${left} = {value}$."
    return Made(f": ¬∃! {x} : ℤ, {left} = {value}", words, (f"{a} and {b} are two.",), proof)


def _system(d: Draw) -> Made:
    x, y = d.names(2, tuple("abmnpqxyuv"))
    while True:
        p, q, r, s = (d.number(-5, 6) for _ in range(4))
        if p * s - q * r and p and s:
            break
    v, w = d.number(-6, 9), d.number(-6, 9)
    first, second = linear([(p, x), (q, y)]), linear([(r, x), (s, y)])
    equations = f"{first} = {p * v + q * w} ∧ {second} = {r * v + s * w}"
    goal = f"∃ {x} {y} : ℤ, ({equations}) ∧ ∀ z t : ℤ, "
    f, g = linear([(p, "z"), (q, "t")]), linear([(r, "z"), (s, "t")])
    goal += f"{f} = {p * v + q * w} → {g} = {r * v + s * w} → z = {x} ∧ t = {y}"
    proof = lines(f"refine ⟨{v}, {w}, by norm_num, ?_⟩", "intro z t h1 h2", "constructor <;> omega")
    words = f"Exactly one pair of integers has ${equations}$."
    return Made(f": {goal}", words, (f"Solve: {v} and {w}.",), proof)


SHAPES = (
    Shape("unique_linear", "logic", 1, _linear),
    Shape("unique_remainder", "modular", 2, _remainder),
    Shape("unique_inverse", "modular", 2, _inverse),
    Shape("unique_quotient", "nat_arith", 3, _quotient),
    Shape("unique_root", "nat_arith", 3, _root),
    Shape("unique_not", "logic", 2, _several),
    Shape("unique_pair", "integers", 3, _system),
)
