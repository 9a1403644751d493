"""Divisibility by a variable: witnesses are built from those of the hypotheses. And greatest common divisors."""

from __future__ import annotations

from math import gcd

from prover.bootstrap.generate.draw import Draw, Made, Shape, linear, lines


def _times(factor: int, term: str) -> str:
    """`c * t`, for a factor that is not negative."""
    return term if factor == 1 else f"{factor} * {term}"


def _sum(d: Draw) -> Made:
    (m, x, y), (h1, h2) = d.names(3), d.hyps(2)
    p, q = d.number(2, 9), d.number(2, 9)
    ring = d.of(("ℕ", "ℤ"))
    minus = ring == "ℤ" and d.maybe()
    goal = f"{m} ∣ {p} * {x} {'-' if minus else '+'} {q} * {y}"
    lemma = "dvd_sub" if minus else "dvd_add"
    proof = f"exact {lemma} (Dvd.dvd.mul_left {h1} {p}) (Dvd.dvd.mul_left {h2} {q})"
    words = f"If ${m}$ divides ${x}$ and ${y}$, it divides ${goal.split(' ∣ ')[1]}$."
    plan = ("It divides both multiples, so their sum.",)
    return Made(f"({m} {x} {y} : {ring}) ({h1} : {m} ∣ {x}) ({h2} : {m} ∣ {y}) : {goal}", words, plan, proof)


def _shifted_product(d: Draw) -> Made:
    (m, x, y), (h1, h2) = d.names(3, tuple("abcdmnxyz")), d.hyps(2)
    u, v = d.names(2, tuple("uvkst"))
    k, r = d.number(-9, 9, but=(0,)), d.number(-9, 9, but=(0,))
    # x = m u - k and y = m v - r, so x y - k r = m (u y - k v).
    left, right = linear([(1, x)], k), linear([(1, y)], r)
    goal = f"{m} ∣ {linear([(1, f'{x} * {y}')], -k * r)}"
    witness = linear([(1, f"{u} * {y}"), (-k, v)])
    proof = lines(
        f"obtain ⟨{u}, hu⟩ := {h1}",
        f"obtain ⟨{v}, hv⟩ := {h2}",
        f"exact ⟨{witness}, by linear_combination {linear([(1, f'{y} * hu'), (-k, 'hv')])}⟩",
    )
    words = f"If ${m}$ divides ${left}$ and ${right}$, it divides ${goal.split(' ∣ ')[1]}$."
    plan = ("Name the quotients.", f"Multiply the first equation by {y} and put in the second.")
    signature = f"({m} {x} {y} : ℤ) ({h1} : {m} ∣ {left}) ({h2} : {m} ∣ {right}) : {goal}"
    return Made(signature, words, plan, proof)


def _power_difference(d: Draw) -> Made:
    (m, x), (h,) = d.names(2, tuple("abcdmnxyz")), d.hyps(1)
    u = d.name(tuple("uvkst"))
    k, power = d.number(-7, 9, but=(0,)), d.of((2, 3))
    c = d.number(1, 6)
    term = f"{x} ^ {power}"
    goal = linear([(c, term)], -c * k**power)
    factor = linear([(1, x)], k) if power == 2 else linear([(1, f"{x} ^ 2"), (k, x)], k * k)
    factor = f"({factor})"
    proof = lines(
        f"obtain ⟨{u}, hu⟩ := {h}",
        f"exact ⟨{_times(c, f'{u} * {factor}')}, by linear_combination {_times(c, f'{factor} * hu')}⟩",
    )
    words = f"If ${m}$ divides ${linear([(1, x)], -k)}$, it divides ${goal}$."
    plan = ("Name the quotient.", f"${linear([(1, x)], -k)}$ is a factor of the difference of powers.")
    return Made(f"({m} {x} : ℤ) ({h} : {m} ∣ {linear([(1, x)], -k)}) : {m} ∣ {goal}", words, plan, proof)


def _chain(d: Draw) -> Made:
    (a, b, c), (h1, h2) = d.names(3), d.hyps(2)
    u, v = d.names(2, tuple("uvkst"))
    p, q = d.number(1, 7), d.number(1, 7)
    goal = f"{a} ∣ {linear([(p, c), (q, b)])}"
    inner = linear([(p, v)], q)
    proof = lines(
        f"obtain ⟨{u}, hu⟩ := {h1}",
        f"obtain ⟨{v}, hv⟩ := {h2}",
        f"exact ⟨{linear([(p, f'({u} * {v})'), (q, u)])}, by linear_combination {_times(p, 'hv')} + ({inner}) * hu⟩",
    )
    words = f"If ${a}$ divides ${b}$ and ${b}$ divides ${c}$, then ${a}$ divides ${goal.split(' ∣ ')[1]}$."
    plan = ("Name the quotients.", f"Put the first equation into the second, and take out {a}.")
    return Made(f"({a} {b} {c} : ℤ) ({h1} : {a} ∣ {b}) ({h2} : {b} ∣ {c}) : {goal}", words, plan, proof)


def _product(d: Draw) -> Made:
    (a, b), (x, y) = d.names(2, tuple("abcdmn")), d.names(2, tuple("pqrsxyz"))
    h1, h2 = d.hyps(2)
    u, v = d.names(2, tuple("uvkt"))
    k, r = d.number(1, 9), d.number(-9, 9)
    goal = f"{a} * {x} ∣ {linear([(k, f'({b} * {y})'), (r, f'({a} * {x})')])}"
    proof = lines(
        f"obtain ⟨{u}, hu⟩ := {h1}",
        f"obtain ⟨{v}, hv⟩ := {h2}",
        f"exact ⟨{linear([(k, f'({u} * {v})')], r)}, by linear_combination "
        f"{_times(k, f'{y} * hu')} + {_times(k, f'{a} * {u} * hv')}⟩",
    )
    words = (
        f"If ${a}$ divides ${b}$ and ${x}$ divides ${y}$, then ${a} {x}$ divides ${goal.split(' ∣ ')[1]}$."
    )
    plan = ("Name the quotients.", "The witness is made of their product.")
    return Made(f"({a} {b} {x} {y} : ℤ) ({h1} : {a} ∣ {b}) ({h2} : {x} ∣ {y}) : {goal}", words, plan, proof)


def _combined_square(d: Draw) -> Made:
    (m, x, y), (h1, h2) = d.names(3, tuple("abcdmnxyz")), d.hyps(2)
    u, v = d.names(2, tuple("uvkst"))
    p, q = d.number(1, 6), d.number(1, 6)
    goal = f"{m} ^ 2 ∣ {linear([(p, f'{x} ^ 2'), (q, f'{x} * {y}')])}"
    witness = linear([(p, f"{u} ^ 2"), (q, f"({u} * {v})")])
    first = linear([(p, x), (p, f"{m} * {u}"), (q, y)])
    proof = lines(
        f"obtain ⟨{u}, hu⟩ := {h1}",
        f"obtain ⟨{v}, hv⟩ := {h2}",
        f"exact ⟨{witness}, by linear_combination ({first}) * hu + {_times(q, f'{m} * {u} * hv')}⟩",
    )
    words = f"If ${m}$ divides ${x}$ and ${y}$, then ${m}^2$ divides ${goal.split(' ∣ ')[1]}$."
    plan = ("Name the quotients.", f"Each term holds {m} twice.")
    return Made(f"({m} {x} {y} : ℤ) ({h1} : {m} ∣ {x}) ({h2} : {m} ∣ {y}) : {goal}", words, plan, proof)


def _gcd_linear(d: Draw) -> Made:
    n = d.name(tuple("nkmxt"))
    while True:
        a, c, b, e = d.number(1, 9), d.number(1, 9), d.number(0, 12), d.number(0, 12)
        p, q = c // gcd(a, c), a // gcd(a, c)
        # p (a n + b) - q (c n + e) has no n left: it is ±1.
        if (b or e) and p * b - q * e in (1, -1):
            break
    one, two = linear([(a, n)], b), linear([(c, n)], e)
    first, second = ("h₁", p, one), ("h₂", q, two)
    if p * b - q * e == -1:
        first, second = second, first
    (hi, pi, ti), (hj, pj, tj) = first, second

    def multiple(factor: int, term: str) -> str:
        return f"{factor} * ({term})"

    cop = d.maybe(0.3)
    proof = lines(
        f"have h₁ := Nat.gcd_dvd_left ({one}) ({two})",
        f"have h₂ := Nat.gcd_dvd_right ({one}) ({two})",
        f"have h₃ := Nat.dvd_sub (Dvd.dvd.mul_left {hi} {pi}) (Dvd.dvd.mul_left {hj} {pj})",
        f"rw [show {multiple(pi, ti)} - {multiple(pj, tj)} = 1 by omega] at h₃",
        "exact Nat.dvd_one.1 h₃",
    )
    goal = f"Nat.Coprime ({one}) ({two})" if cop else f"Nat.gcd ({one}) ({two}) = 1"
    words = f"${one}$ and ${two}$ have no common divisor but 1."
    plan = (
        "The greatest common divisor divides both numbers.",
        f"So it divides {multiple(pi, ti)} - {multiple(pj, tj)} = 1.",
    )
    return Made(f"({n} : ℕ) : {goal}", words, plan, proof)


def _gcd_combination(d: Draw) -> Made:
    x, y = d.names(2)
    p, q = d.number(2, 9), d.number(2, 9)
    goal = f"Nat.gcd {x} {y} ∣ {p} * {x} + {q} * {y}"
    proof = (
        f"exact dvd_add (Dvd.dvd.mul_left (Nat.gcd_dvd_left {x} {y}) {p}) "
        f"(Dvd.dvd.mul_left (Nat.gcd_dvd_right {x} {y}) {q})"
    )
    words = f"The greatest common divisor of ${x}$ and ${y}$ divides ${p} {x} + {q} {y}$."
    return Made(f"({x} {y} : ℕ) : {goal}", words, ("It divides both terms.",), proof)


def _gcd_shift(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    k = d.number(1, 60)
    shifted = f"{y} + {_times(k, x)}"
    proof = lines(
        f"have g₁ := Nat.gcd_dvd_left {x} ({shifted})",
        f"have g₂ := Nat.gcd_dvd_right {x} ({shifted})",
        f"have g₃ := Nat.dvd_sub g₂ (Dvd.dvd.mul_left g₁ {k})",
        f"rw [show {shifted} - {k} * {x} = {y} by omega] at g₃",
        "have g₄ := Nat.dvd_gcd g₁ g₃",
        f"rw [{h}] at g₄",
        "exact Nat.dvd_one.1 g₄",
    )
    words = f"If ${x}$ and ${y}$ have no common divisor, nor have ${x}$ and ${shifted}$."
    plan = (
        f"A common divisor of {x} and {shifted} divides {y}, too.",
        "So it divides their greatest common divisor, 1.",
    )
    signature = f"({x} {y} : ℕ) ({h} : Nat.gcd {x} {y} = 1) : Nat.gcd {x} ({shifted}) = 1"
    return Made(signature, words, plan, proof)


SHAPES = (
    Shape("divisor_sum", "divisibility", 2, _sum),
    Shape("divisor_shifted_product", "divisibility", 4, _shifted_product),
    Shape("divisor_power_difference", "divisibility", 3, _power_difference),
    Shape("divisor_chain", "divisibility", 3, _chain),
    Shape("divisor_product", "divisibility", 4, _product),
    Shape("divisor_combined_square", "divisibility", 4, _combined_square),
    Shape("gcd_linear", "primes_gcd", 4, _gcd_linear),
    Shape("gcd_combination", "primes_gcd", 2, _gcd_combination),
    Shape("gcd_shift", "primes_gcd", 3, _gcd_shift),
)
