"""Divisibility by a polynomial in one variable, by primes, and what divides a greatest common divisor."""

from __future__ import annotations

from prover.bootstrap.generate.draw import Draw, Made, Shape, equals_any, linear, lines


def _polynomial(d: Draw) -> Made:
    x, (h,), k = d.name(), d.hyps(1), d.name(("k", "q", "u"))
    a, p, c = d.number(-6, 7, but=(0,)), d.number(-6, 7), d.number(-9, 12)
    # x² + p x + c = (x + a) (x + p - a) + rest
    rest = c - a * (p - a)
    if rest == 0:
        return _polynomial(d.fresh())
    left, square = linear([(1, x)], a), linear([(1, f"{x} ^ 2"), (p, x)], c)
    if d.maybe():
        given, goal, witness = square, str(rest), linear([(1, k), (-1, x)], a - p)
    else:
        given, goal, witness = str(rest), square, linear([(1, k), (1, x)], p - a)
    proof = lines(f"obtain ⟨{k}, hk⟩ := {h}", f"exact ⟨{witness}, by linear_combination hk⟩")
    words = f"If ${left}$ divides ${given}$, it divides ${goal}$."
    plan = (f"${square}$ is a multiple of ${left}$ and {rest}.",)
    return Made(f"({x} : ℤ) ({h} : {left} ∣ {given}) : {left} ∣ {goal}", words, plan, proof)


def _power(d: Draw) -> Made:
    x, n, k = d.name(tuple("xyzab")), d.name(("n", "m")), d.name(("k", "q", "u"))
    c, step = d.number(1, 20), d.number(1, 3)
    sign = "+" if step == 2 and d.maybe() else "-"
    base = {1: f"{x} - {c}", 2: f"{x} ^ 2 - {c**2}", 3: f"{x} ^ 3 - {c**3}"}[step]
    if sign == "+":
        base = f"{x} + {c}"
    power = n if step == 1 else f"({step} * {n})"
    goal = f"{base} ∣ {x} ^ {power} - {c} ^ {power}"
    up = "pow_succ, pow_succ" if step == 1 else "Nat.mul_succ, pow_add, pow_add"
    rest = f"{x} ^ {power} * ({x} - {c})" if sign == "+" else f"{x} ^ {power}"
    by = c**step
    witness = f"{rest} + {k}" if by == 1 else f"{rest} + {by} * {k}"
    proof = lines(
        f"induction {n} with",
        "| zero => simp",
        f"| succ {n} ih =>",
        f"  obtain ⟨{k}, hk⟩ := ih",
        f"  exact ⟨{witness}, by rw [{up}]; linear_combination {by} * hk⟩",
    )
    words = f"${base}$ divides the difference of the powers for every exponent ${power}$."
    return Made(f"({x} : ℤ) ({n} : ℕ) : {goal}", words, (f"Induction on {n}.",), proof)


def _candidates(d: Draw) -> Made:
    n, (h,) = d.name(tuple("nkmab")), d.hyps(1)
    a, p, rest = d.number(1, 4), d.number(1, 5), d.number(2, 16)
    right = linear([(p, n)], p * a + rest)
    left = f"{n} + {a}"
    values = [v for v in range(rest + 1) if rest % (v + a) == 0]
    if not 1 <= len(values) <= 4:
        return _candidates(d.fresh())
    proof = lines(
        f"have e := Nat.dvd_sub {h} (Dvd.dvd.mul_left (dvd_refl ({left})) {p})",
        f"rw [show {right} - {p} * ({left}) = {rest} by omega] at e",
        "have l := Nat.le_of_dvd (by norm_num) e",
        f"have top : {n} ≤ {rest} := by omega",
        f"interval_cases {n} <;> omega",
    )
    words = f"If ${left}$ divides ${right}$, then ${n}$ is {' or '.join(map(str, values))}."
    plan = (f"It divides {rest}, too.", "Try what is left.")
    return Made(f"({n} : ℕ) ({h} : {left} ∣ {right}) : {equals_any(n, values)}", words, plan, proof)


def _gcd_constant(d: Draw) -> Made:
    n = d.name(tuple("nkmxt"))
    a, c, b, e = d.number(1, 7), d.number(1, 7), d.number(0, 12), d.number(0, 12)
    rest = c * b - a * e
    if rest < 2:
        return _gcd_constant(d.fresh())
    one, two = linear([(a, n)], b), linear([(c, n)], e)
    proof = lines(
        f"have h₁ := Nat.gcd_dvd_left ({one}) ({two})",
        f"have h₂ := Nat.gcd_dvd_right ({one}) ({two})",
        f"have h₃ := Nat.dvd_sub (Dvd.dvd.mul_left h₁ {c}) (Dvd.dvd.mul_left h₂ {a})",
        f"rwa [show {c} * ({one}) - {a} * ({two}) = {rest} by omega] at h₃",
    )
    words = f"The greatest common divisor of ${one}$ and ${two}$ divides {rest}."
    plan = (f"It divides {c} ({one}) - {a} ({two}) = {rest}.",)
    return Made(f"({n} : ℕ) : Nat.gcd ({one}) ({two}) ∣ {rest}", words, plan, proof)


def _common_divisor(d: Draw) -> Made:
    (m, n), (h1, h2) = d.names(2, tuple("dkmnabpq")), d.hyps(2)
    a, c, b, e = d.number(1, 7), d.number(1, 7), d.number(0, 15), d.number(0, 15)
    rest = c * b - a * e
    if rest < 1:
        return _common_divisor(d.fresh())
    one, two = linear([(a, n)], b), linear([(c, n)], e)
    proof = lines(
        f"have e := dvd_sub (Dvd.dvd.mul_left {h1} {c}) (Dvd.dvd.mul_left {h2} {a})",
        f"rwa [show {c} * ({one}) - {a} * ({two}) = {rest} by ring] at e",
    )
    words = f"A common divisor of ${one}$ and ${two}$ divides {rest}."
    plan = (f"It divides {c} ({one}) - {a} ({two}) = {rest}.",)
    signature = f"({m} {n} : ℤ) ({h1} : {m} ∣ {one}) ({h2} : {m} ∣ {two}) : {m} ∣ {rest}"
    return Made(signature, words, plan, proof)


def _prime_power(d: Draw) -> Made:
    (p, n), (hp, h) = d.names(2, tuple("pqnmab")), d.hyps(2)
    i, j, c = d.number(2, 9), d.number(2, 7), d.number(2, 30)
    if d.maybe():
        signature = f"({p} {n} : ℕ) ({hp} : Nat.Prime {p}) ({h} : {p} ∣ {n} ^ {i}) : {p} ^ {j} ∣ {n} ^ {j}"
        proof = f"exact pow_dvd_pow_of_dvd (Nat.Prime.dvd_of_dvd_pow {hp} {h}) {j}"
        words = f"If a prime divides ${n}^{i}$, its power with exponent {j} divides ${n}^{j}$."
    else:
        signature = f"({p} {n} : ℕ) ({hp} : Nat.Prime {p}) ({h} : {p} ∣ {n} ^ {i}) : {p} ∣ {c} * {n} ^ {j}"
        proof = f"exact Dvd.dvd.mul_left (dvd_pow (Nat.Prime.dvd_of_dvd_pow {hp} {h}) (by norm_num)) {c}"
        words = f"If a prime divides ${n}^{i}$, it divides ${c} {n}^{j}$."
    return Made(signature, words, (f"It divides {n} itself.",), proof)


def _prime_shift(d: Draw) -> Made:
    p, (hp,) = d.name(tuple("pqn")), d.hyps(1)
    c, k = d.of(range(5, 120, 2)), d.of((1, 1, 3, 5, 7))
    if all((2 * k + c) % t for t in range(3, 2 * k + c, 2)):
        return _prime_shift(d.fresh())
    right = linear([(k, p)], c)
    proof = lines(
        f"rcases Nat.Prime.eq_two_or_odd {hp} with e | e",
        "· subst e",
        "  norm_num",
        "· intro h",
        "  have e1 := Nat.Prime.eq_two_or_odd h",
        "  omega",
    )
    words = f"If ${p}$ is prime, ${right}$ is not."
    plan = (f"For {p} = 2 it is {2 * k + c}, else it is even and more than 2.",)
    return Made(f"({p} : ℕ) ({hp} : Nat.Prime {p}) : ¬Nat.Prime ({right})", words, plan, proof)


def _prime_triplet(d: Draw) -> Made:
    p, (h1, h2, h3) = d.name(tuple("pqn")), d.hyps(3)
    a = d.of((2, 8, 14, 20, 26, 32))
    b = d.of((4, 10, 16, 22, 28, 34))
    first, second = d.sample((a, b), 2)
    one, two = (f"({h} : Nat.Prime ({p} + {c}))" for h, c in ((h2, first), (h3, second)))
    # The one of p, p + a, p + b that 3 divides is 3.
    h_a, h_b = (h2, h3) if first == a else (h3, h2)
    proof = lines(
        f"have two := Nat.Prime.two_le {h1}",
        f"rcases (by omega : {p} % 3 = 0 ∨ {p} % 3 = 1 ∨ {p} % 3 = 2) with r | r | r",
        f"· rcases Nat.Prime.eq_one_or_self_of_dvd {h1} 3 (by omega) with e | e <;> omega",
        f"· rcases Nat.Prime.eq_one_or_self_of_dvd {h_a} 3 (by omega) with e | e <;> omega",
        f"· rcases Nat.Prime.eq_one_or_self_of_dvd {h_b} 3 (by omega) with e | e <;> omega",
    )
    words = f"If ${p}$, ${p} + {first}$ and ${p} + {second}$ are prime, then ${p} = 3$."
    signature = f"({p} : ℕ) ({h1} : Nat.Prime {p}) {one} {two} : {p} = 3"
    return Made(signature, words, ("Three divides one of them.",), proof)


def _factor_pairs(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    a, b = d.number(0, 4), d.number(0, 4)
    n = d.number(3, 18)
    pairs = [(u - a, n // u - b) for u in range(1, n + 1) if n % u == 0 and u >= a and n // u >= b]
    if not 1 <= len(pairs) <= 4:
        return _factor_pairs(d.fresh())
    one, two = linear([(1, x)], a), linear([(1, y)], b)
    left = f"{f'({one})' if a else one} * {f'({two})' if b else two}"
    goal = " ∨ ".join(f"{x} = {u} ∧ {y} = {v}" for u, v in pairs)
    proof = lines(
        f"have e : {one} ∣ {n} := ⟨{two}, {h}.symm⟩",
        "have l := Nat.le_of_dvd (by norm_num) e",
        f"have top : {x} ≤ {n - a} := by omega",
        f"interval_cases {x} <;> omega",
    )
    words = f"The solutions of ${left} = {n}$ in natural numbers."
    plan = (f"${one}$ divides {n}: try its divisors.",)
    return Made(f"({x} {y} : ℕ) ({h} : {left} = {n}) : {goal}", words, plan, proof)


SHAPES = (
    Shape("quotient_polynomial", "divisibility", 3, _polynomial),
    Shape("quotient_power", "divisibility", 4, _power),
    Shape("quotient_candidates", "divisibility", 3, _candidates),
    Shape("quotient_gcd_constant", "primes_gcd", 3, _gcd_constant),
    Shape("quotient_common_divisor", "divisibility", 3, _common_divisor),
    Shape("quotient_prime_power", "primes_gcd", 2, _prime_power),
    Shape("quotient_prime_shift", "primes_gcd", 3, _prime_shift),
    Shape("quotient_prime_triplet", "primes_gcd", 4, _prime_triplet),
    Shape("quotient_factor_pairs", "nat_arith", 3, _factor_pairs),
)
