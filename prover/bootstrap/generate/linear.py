"""Linear arithmetic over ℕ and ℤ: systems, bounds, remainders, coins."""

from __future__ import annotations

from math import gcd

from prover.bootstrap.generate.draw import Draw, Made, Shape, bullet, equals_any, linear, lines


def _system(d: Draw) -> Made:
    x, y = d.names(2)
    h1, h2 = d.hyps(2)
    ring = d.of(("ℕ", "ℤ"))
    low = 0 if ring == "ℕ" else -9
    vx, vy = d.number(low, 12), d.number(low, 12)
    while True:
        a, b, c, e = (d.number(1, 7) for _ in range(4))
        if a * e != b * c:
            break
    goal = d.of((f"{x} = {vx}", f"{y} = {vy}", f"{x} + {y} = {vx + vy}"))
    one, two = linear([(a, x), (b, y)]), linear([(c, x), (e, y)])
    signature = (
        f"({x} {y} : {ring}) ({h1} : {one} = {a * vx + b * vy}) ({h2} : {two} = {c * vx + e * vy}) : {goal}"
    )
    words = f"If ${one} = {a * vx + b * vy}$ and ${two} = {c * vx + e * vy}$, then ${goal}$."
    return Made(signature, words, ("Both equations are linear: solve the system.",), "omega")


def _interval(d: Draw) -> Made:
    x, (h1, h2) = d.name(), d.hyps(2)
    a, v, c = d.number(2, 9), d.number(-12, 15), d.number(-8, 8)
    low, high = a * v + c - d.number(1, a - 1), a * v + c + d.number(1, a - 1)
    term = linear([(a, x)], c)
    signature = f"({x} : ℤ) ({h1} : {low} < {term}) ({h2} : {term} < {high}) : {x} = {v}"
    words = f"If ${low} < {term} < {high}$ for an integer ${x}$, then ${x} = {v}$."
    return Made(signature, words, ("Only one multiple lies between the bounds.",), "omega")


def _bound(d: Draw) -> Made:
    (x, y), (h1, h2) = d.names(2), d.hyps(2)
    ring = d.of(("ℕ", "ℤ"))
    low, high = d.number(1, 9), d.number(1, 9)
    a, b = d.number(2, 8), d.number(2, 8)
    total = a * low + b * high + d.number(0, 3)
    goal = f"{linear([(a, x), (b, y)])} ≤ {total}"
    signature = f"({x} {y} : {ring}) ({h1} : {x} ≤ {low}) ({h2} : {y} ≤ {high}) : {goal}"
    words = f"If ${x} ≤ {low}$ and ${y} ≤ {high}$, then ${goal}$."
    return Made(signature, words, ("Add the multiples of the two bounds.",), "omega")


def _remainder(d: Draw) -> Made:
    n, (h,) = d.name(), d.hyps(1)
    small, times = d.number(2, 9), d.number(2, 7)
    r = d.number(0, small * times - 1)
    a, c = d.number(1, 6), d.number(0, 9)
    term = linear([(a, n)], c)
    if term == n:
        left, value = f"{n} % {small}", r % small
    else:
        left, value = f"({term}) % {small}", (a * r + c) % small
    ring = d.of(("ℕ", "ℤ"))
    signature = f"({n} : {ring}) ({h} : {n} % {small * times} = {r}) : {left} = {value}"
    words = f"If ${n}$ leaves the remainder {r} modulo {small * times}, then ${term}$ leaves {value} modulo {small}."
    return Made(signature, words, (f"{small} divides {small * times}: reduce modulo {small}.",), "omega")


def _halves(d: Draw) -> Made:
    n, k = d.name(), d.number(2, 9)
    form = d.number(0, 2)
    if form == 0:
        goal = f"{k} * ({n} / {k}) + {n} % {k} = {n}"
    elif form == 1:
        goal = f"{k} * ({n} / {k}) ≤ {n} ∧ {n} < {k} * ({n} / {k}) + {k}"
    else:
        c = d.number(1, 6)
        goal = f"({n} + {c * k}) / {k} = {n} / {k} + {c}"
    return Made(
        f"({n} : ℕ) : {goal}",
        f"${goal}$.",
        (f"Write {n} as {k} times its quotient plus a remainder.",),
        "omega",
    )


def _extreme(d: Draw) -> Made:
    (x, y), ring = d.names(2), d.of(("ℕ", "ℤ"))
    c = d.number(1, 9)
    goal = d.of(
        (
            f"min {x} {y} + max {x} {y} = {x} + {y}",
            f"min {x} {y} ≤ {x} + {c}" if ring == "ℤ" else f"min {x} {y} ≤ {x} + {c} * {y}",
            f"max {x} {y} + {c} = max ({x} + {c}) ({y} + {c})",
            f"min ({x} + {c}) ({y} + {c}) = min {x} {y} + {c}",
        )
    )
    return Made(f"({x} {y} : {ring}) : {goal}", f"${goal}$.", (f"Either {x} ≤ {y} or {y} ≤ {x}.",), "omega")


def _divides(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    m = d.number(3, 15)
    a, b = d.number(1, m - 1), d.number(1, m - 1)
    k = d.of([k for k in range(2, m) if gcd(k, m) == 1])
    # k·(a x + b y) is the conclusion, up to multiples of m.
    left, right = linear([(a, x), (b, y)]), linear([(k * a % m or m, x), (k * b % m or m, y)])
    relation = d.of(("→", "↔"))
    if relation == "→":
        signature = f"({x} {y} : ℤ) ({h} : ({m} : ℤ) ∣ {left}) : ({m} : ℤ) ∣ {right}"
        words = f"If {m} divides ${left}$, it divides ${right}$."
    else:
        signature = f"({x} {y} : ℤ) : ({m} : ℤ) ∣ {left} ↔ ({m} : ℤ) ∣ {right}"
        words = f"{m} divides ${left}$ if and only if it divides ${right}$."
    return Made(signature, words, (f"Multiply by {k} and drop multiples of {m}.",), "omega")


def _never(d: Draw) -> Made:
    x, y = d.names(2)
    g = d.number(2, 7)
    a, b, c = g * d.number(1, 5), g * d.number(1, 5), g * d.number(0, 9) + d.number(1, g - 1)
    equation = f"{linear([(a, x), (b, y)])} = {c}"
    left = linear([(a, x), (b, y)])
    if d.maybe():
        (h,) = d.hyps(1)
        proof = lines(f"rintro ⟨{x}, {y}, {h}⟩", "omega")
        signature, words = f": ¬∃ {x} {y} : ℤ, {equation}", f"${equation}$ has no solution in integers."
    else:
        proof, signature = "omega", f"({x} {y} : ℤ) : {left} ≠ {c}"
        words = f"${left}$ is never {c}, for integers ${x}$, ${y}$."
    return Made(signature, words, (f"The left side is divisible by {g}, the right side is not.",), proof)


def _coins(d: Draw) -> Made:
    n, (h, h2) = d.name(), d.hyps(2)
    x, y = d.names(2)
    a, b = d.of(
        ((2, 3), (2, 5), (3, 4), (3, 5), (2, 7), (3, 7), (4, 5), (3, 8), (2, 9), (4, 7), (5, 6), (3, 10))
    )
    bound = (a - 1) * (b - 1) + d.number(0, 4)
    cases = range(a)
    used = [next(j for j in range(a) if (r - b * j) % a == 0) for r in cases]
    parts = [
        f"exact ⟨({n} - {b * j}) / {a}, {j}, by omega⟩" if j else f"exact ⟨{n} / {a}, 0, by omega⟩"
        for j in used
    ]
    residues = equals_any(f"{n} % {a}", list(cases))
    proof = lines(
        f"have {h2} : {residues} := by omega",
        f"rcases {h2} with " + " | ".join([h2] * a),
        *(bullet(part) for part in parts),
    )
    signature = f"({n} : ℕ) ({h} : {bound} ≤ {n}) : ∃ {x} {y} : ℕ, {n} = {a} * {x} + {b} * {y}"
    words = f"Every ${n} ≥ {bound}$ is a sum of {a}s and {b}s."
    return Made(
        signature,
        words,
        (f"Distinguish {n} modulo {a}.", f"Take as many {b}s as the remainder needs."),
        proof,
    )


SHAPES = (
    Shape("linear_system", "integers", 1, _system),
    Shape("linear_interval", "integers", 1, _interval),
    Shape("linear_bound", "inequalities", 1, _bound),
    Shape("linear_remainder", "modular", 1, _remainder),
    Shape("linear_halves", "nat_arith", 1, _halves),
    Shape("linear_extreme", "integers", 1, _extreme),
    Shape("linear_divides", "divisibility", 1, _divides),
    Shape("linear_never", "integers", 2, _never),
    Shape("linear_coins", "nat_arith", 3, _coins),
)
