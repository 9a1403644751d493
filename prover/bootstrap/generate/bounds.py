"""Inequalities by squares and products, and equations with finitely many candidates."""

from __future__ import annotations

from prover.bootstrap.generate.draw import Draw, Made, Shape, linear, lines


def _square(d: Draw) -> Made:
    x = d.name()
    a, k, e = d.number(1, 4), d.number(-7, 7, but=(0,)), d.number(0, 5)
    # (a x - k)² + e ≥ 0
    goal = f"0 ≤ {linear([(a * a, f'{x} ^ 2'), (-2 * a * k, x)], k * k + e)}"
    term = linear([(a, x)], -k)
    plan = (f"It is the square of {term}{f', and {e} more' if e else ''}.",)
    return Made(
        f"({x} : ℤ) : {goal}", f"${goal}$ for every integer ${x}$.", plan, f"nlinarith [sq_nonneg ({term})]"
    )


def _mean(d: Draw) -> Made:
    x, y = d.names(2)
    a, b, e = d.number(1, 6), d.number(1, 6), d.number(0, 3)
    ring_hint = linear([(a, x), (-b, y)])
    right = linear([(a * a, f"{x} ^ 2"), (b * b, f"{y} ^ 2")], e)
    goal = f"{2 * a * b} * ({x} * {y}) ≤ {right}"
    return Made(
        f"({x} {y} : ℤ) : {goal}",
        f"${goal}$.",
        (f"The square of {ring_hint} is not negative.",),
        f"nlinarith [sq_nonneg ({ring_hint})]",
    )


def _three(d: Draw) -> Made:
    x, y, z = d.names(3)
    a, b, c = d.number(1, 4), d.number(1, 4), d.number(1, 4)
    # a (x-y)² + b (y-z)² + c (z-x)² ≥ 0
    squares = linear([(a + c, f"{x} ^ 2"), (a + b, f"{y} ^ 2"), (b + c, f"{z} ^ 2")])
    goal = f"{linear([(2 * a, f'{x} * {y}'), (2 * b, f'{y} * {z}'), (2 * c, f'{z} * {x}')])} ≤ {squares}"
    proof = f"nlinarith [sq_nonneg ({x} - {y}), sq_nonneg ({y} - {z}), sq_nonneg ({z} - {x})]"
    return Made(
        f"({x} {y} {z} : ℤ) : {goal}", f"${goal}$.", ("Add up the squares of the differences.",), proof
    )


def _quartic(d: Draw) -> Made:
    x = d.name()
    a, b, k = d.number(1, 5), d.number(-4, 4, but=(0,)), d.number(1, 3)
    # (x² - a)² + k (x - b)² ≥ 0
    goal = f"0 ≤ {linear([(1, f'{x} ^ 4'), (k - 2 * a, f'{x} ^ 2'), (-2 * k * b, x)], a * a + k * b * b)}"
    proof = f"nlinarith [sq_nonneg ({x} ^ 2 - {a}), sq_nonneg ({linear([(1, x)], -b)})]"
    return Made(
        f"({x} : ℤ) : {goal}", f"${goal}$.", (f"Squares of x² - {a} and of {linear([(1, x)], -b)}.",), proof
    )


def _corner(d: Draw) -> Made:
    (x, y), (h1, h2) = d.names(2), d.hyps(2)
    a, b = d.number(1, 9), d.number(1, 9)
    left = linear([(b, x), (a, y)])
    goal = f"{left} ≤ {x} * {y} + {a * b}"
    proof = f"nlinarith [mul_nonneg (sub_nonneg.2 {h1}) (sub_nonneg.2 {h2})]"
    signature = f"({x} {y} : ℤ) ({h1} : {a} ≤ {x}) ({h2} : {b} ≤ {y}) : {goal}"
    words = f"If ${x} ≥ {a}$ and ${y} ≥ {b}$, then ${goal}$."
    return Made(signature, words, (f"({x} - {a}) ({y} - {b}) is not negative.",), proof)


def _one_large(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    k, m = d.number(2, 9), d.number(2, 9)
    proof = lines(
        "by_contra hc",
        "push_neg at hc",
        "have := Nat.mul_le_mul hc.1 hc.2",
        "omega",
    )
    signature = f"({x} {y} : ℕ) ({h} : {k * m} < {x} * {y}) : {k} < {x} ∨ {m} < {y}"
    words = f"If ${x} {y} > {k * m}$, then ${x} > {k}$ or ${y} > {m}$."
    return Made(signature, words, (f"Else the product is at most {k} · {m}.",), proof)


def _root(d: Draw) -> Made:
    x, (h,) = d.name(), d.hyps(1)
    v, p = d.number(1, 12), d.number(0, 9)
    value = v * v + p * v
    left = linear([(1, f"{x} ^ 2"), (p, x)])
    upper = f"have hb : {x} ≤ {v} := by nlinarith"
    signature = f"({x} : ℕ) ({h} : {left} = {value}) : {x} = {v}"
    proof = lines(upper, f"have hl : {v} ≤ {x} := by nlinarith", "omega")
    words = f"The only natural number with ${left} = {value}$ is {v}."
    return Made(signature, words, ("The left side grows, so the value fixes x.",), proof)


def _bounded(d: Draw) -> Made:
    x, (h1, h2) = d.name(), d.hyps(2)
    top, m = d.number(6, 14), d.number(3, 9)
    v = d.number(1, top - 1)
    matching = [t for t in range(top) if (t * t) % m == v * v % m]
    r = v * v % m
    goal = " ∨ ".join(f"{x} = {t}" for t in matching)
    if len(matching) > 5:
        return _bounded(d.fresh())
    signature = f"({x} : ℕ) ({h1} : {x} < {top}) ({h2} : {x} ^ 2 % {m} = {r}) : {goal}"
    words = f"Below {top}, only {', '.join(map(str, matching))} have a square that is {r} modulo {m}."
    return Made(signature, words, (f"Try all values below {top}.",), lines(f"interval_cases {x} <;> omega"))


def _for_all(d: Draw) -> Made:
    x = d.name()
    top, m = d.number(8, 40), d.number(3, 16)
    power = d.of((2, 2, 3))
    values = {t**power % m for t in range(top)}
    missing = [r for r in range(m) if r not in values]
    if not missing:
        return _for_all(d.fresh())
    goal = f"∀ {x} : ℕ, {x} < {top} → {x} ^ {power} % {m} ≠ {d.of(missing)}"
    return Made(f": {goal}", f"${goal}$.", (f"Try all values below {top}.",), "decide")


def _product_equation(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    a, b = d.number(1, 6), d.number(1, 6)
    # The product of the numbers themselves is zero, in disguise.
    form = f"({x} + {a}) * ({y} + {b}) = {linear([(b, x), (a, y)], a * b)}"
    proof = lines(f"have e : {x} * {y} = 0 := by nlinarith", "exact Nat.mul_eq_zero.1 e")
    words = f"If ${form}$, one of the numbers is zero."
    return Made(
        f"({x} {y} : ℕ) ({h} : {form}) : {x} = 0 ∨ {y} = 0",
        words,
        ("Multiply out: the product is zero.",),
        proof,
    )


SHAPES = (
    Shape("bound_square", "inequalities", 2, _square),
    Shape("bound_mean", "inequalities", 2, _mean),
    Shape("bound_three", "inequalities", 3, _three),
    Shape("bound_quartic", "inequalities", 4, _quartic),
    Shape("bound_corner", "inequalities", 3, _corner),
    Shape("bound_one_large", "inequalities", 3, _one_large),
    Shape("bound_root", "nat_arith", 3, _root),
    Shape("bound_candidates", "modular", 2, _bounded),
    Shape("bound_for_all", "modular", 2, _for_all),
    Shape("bound_product_equation", "nat_arith", 2, _product_equation),
)
