"""Powers: remainders and their cycles, divisibility by induction, growth, factorials."""

from __future__ import annotations

from math import factorial, gcd

from prover.bootstrap.generate.draw import COUNTERS, Draw, Made, Shape, equals_any, linear, lines


def _induction(n: str, zero: str, *succ: str) -> str:
    return lines(
        f"induction {n} with", f"| zero => {zero}", f"| succ {n} ih =>", *(f"  {line}" for line in succ)
    )


def _one(d: Draw) -> Made:
    n, m = d.name(COUNTERS), d.number(3, 12)
    base = m * d.number(1, 4) + 1
    c = d.number(0, m - 1)
    if c == 0:
        goal, words = f"{base} ^ {n} % {m} = 1", f"${base}^{n}$ leaves the remainder 1 modulo {m}."
    else:
        goal, words = f"{m} ∣ {base} ^ {n} + {m - 1}", f"{m} divides ${base}^{n} + {m - 1}$."
    plan = (f"Induction on {n}.", f"{base} is 1 modulo {m}.")
    return Made(f"({n} : ℕ) : {goal}", words, plan, _induction(n, "norm_num", "rw [pow_succ]", "omega"))


def _linear_term(d: Draw) -> Made:
    n = d.name(COUNTERS)
    while True:
        m, base = d.number(3, 27), d.number(2, 16)
        # f(n+1) - base f(n) = b(1 - base) n + b + c - base c has to vanish modulo m, and so has f(0) = 1 + c.
        found = [
            (b, c)
            for b in range(1, m)
            for c in (m - 1,)
            if b * (1 - base) % m == 0 and (b + c * (1 - base)) % m == 0
        ]
        if found:
            break
    b, c = d.of(found)
    goal = f"{m} ∣ {base} ^ {n} + {linear([(b, n)], c)}"
    plan = (f"Induction on {n}.", f"The next value is {base} times this one, but for a multiple of {m}.")
    proof = _induction(n, "norm_num", "rw [pow_succ]", "omega")
    return Made(f"({n} : ℕ) : {goal}", f"{m} divides ${goal.split(' ∣ ')[1]}$.", plan, proof)


def _cycle(base: int, m: int) -> list[int]:
    seen: list[int] = []
    value = 1 % m
    while value not in seen:
        seen.append(value)
        value = value * base % m
    return seen


def _avoids(d: Draw) -> Made:
    n = d.name(COUNTERS)
    while True:
        base, m = d.number(2, 12), d.number(3, 16)
        cycle = _cycle(base, m)
        missing = [r for r in range(m) if r not in cycle]
        if 2 <= len(cycle) <= 6 and missing:
            break
    r, c = d.of(missing), d.number(0, 9)
    term = f"{base} ^ {n}"
    if c:
        left, value = f"({term} + {c}) % {m}", (r + c) % m
    else:
        left, value = f"{term} % {m}", r
    cases = equals_any(f"{term} % {m}", cycle)
    proof = lines(
        f"have key : {cases} := by",
        f"  induction {n} with",
        "  | zero => norm_num",
        f"  | succ {n} ih => rw [pow_succ]; omega",
        "omega",
    )
    words = f"${term}{f' + {c}' if c else ''}$ never leaves the remainder {value} modulo {m}."
    plan = (f"The powers of {base} modulo {m} go through {', '.join(map(str, cycle))}, by induction.",)
    return Made(f"({n} : ℕ) : {left} ≠ {value}", words, plan, proof)


def _two_bases(d: Draw) -> Made:
    n = d.name(COUNTERS)
    while True:
        m, a, b = d.number(3, 14), d.number(2, 13), d.number(2, 13)
        pairs: list[tuple[int, int]] = []
        pair = (1 % m, 1 % m)
        while pair not in pairs:
            pairs.append(pair)
            pair = (pair[0] * a % m, pair[1] * b % m)
        p, q = d.number(1, 5), d.number(1, 5)
        values = {(p * x + q * y) % m for x, y in pairs}
        if a != b and 1 <= len(pairs) <= 4 and len(values) == 1 and len({x for x, _ in pairs}) > 1:
            break
    c = -values.pop() % m
    goal = f"{m} ∣ {linear([(p, f'{a} ^ {n}'), (q, f'{b} ^ {n}')], c)}"
    cases = " ∨ ".join(f"{a} ^ {n} % {m} = {x} ∧ {b} ^ {n} % {m} = {y}" for x, y in pairs)
    proof = lines(
        f"have key : {cases} := by",
        f"  induction {n} with",
        "  | zero => norm_num",
        f"  | succ {n} ih => rw [pow_succ, pow_succ]; omega",
        "omega",
    )
    plan = (f"Follow both powers modulo {m} together: {len(pairs)} pairs of remainders, by induction.",)
    return Made(f"({n} : ℕ) : {goal}", f"{m} divides ${goal.split(' ∣ ')[1]}$.", plan, proof)


def _multiple_exponent(d: Draw) -> Made:
    n = d.name(COUNTERS)
    while True:
        base, m, k = d.number(2, 9), d.number(5, 31), d.number(2, 6)
        if base**k % m == 1 and base % m != 1 and base**k < 5000:
            break
    s = d.number(0, 3)
    value = base**s % m
    exponent = f"{k} * {n}" if s == 0 else f"{k} * {n} + {s}"
    again = f"{k} * ({n} + 1)" if s == 0 else f"{k} * ({n} + 1) + {s}"
    proof = _induction(
        n,
        "norm_num",
        f"have e : {base} ^ ({again}) = {base} ^ ({exponent}) * {base**k} := by ring",
        "rw [e]",
        "omega",
    )
    words = f"${base}^{{{exponent}}}$ leaves the remainder {value} modulo {m}."
    plan = (f"Induction on {n}.", f"{base}^{k} = {base**k} is 1 modulo {m}.")
    return Made(f"({n} : ℕ) : {base} ^ ({exponent}) % {m} = {value}", words, plan, proof)


def _two_exponents(d: Draw) -> Made:
    n = d.name(COUNTERS)
    while True:
        a, b, r, s = d.number(2, 9), d.number(2, 9), d.number(1, 3), d.number(1, 3)
        u, v = a**r, b**s
        m = abs(u - v)
        if u != v and 3 <= m <= 40 and u < 600 and v < 600 and max(r, s) > 1:
            break
    i, j = d.number(0, 2), d.number(0, 2)
    p = d.number(1, 4)
    q = -p * a**i * pow(b**j, -1, m) % m if gcd(b, m) == 1 else 0
    if q == 0:
        return _two_exponents(d.fresh())

    def power(base: int, step: int, start: int, counter: str) -> str:
        exponent = linear([(step, counter)], start)
        return f"{base} ^ {exponent}" if exponent == counter == n else f"{base} ^ ({exponent})"

    one, two = power(a, r, i, n), power(b, s, j, n)
    goal = f"{m} ∣ {linear([(p, one), (q, two)])}"
    proof = _induction(
        n,
        "norm_num",
        f"have e₁ : {power(a, r, i, f'({n} + 1)')} = {one} * {u} := by ring",
        f"have e₂ : {power(b, s, j, f'({n} + 1)')} = {two} * {v} := by ring",
        "rw [e₁, e₂]",
        "omega",
    )
    plan = (f"Induction on {n}.", f"One step multiplies by {u} and {v}, which are equal modulo {m}.")
    return Made(f"({n} : ℕ) : {goal}", f"{m} divides ${goal.split(' ∣ ')[1]}$.", plan, proof)


def _grows(d: Draw) -> Made:
    n, base = d.name(COUNTERS), d.number(2, 9)
    b = d.number(1, base - 1)
    goal = f"{linear([(b, n)], 1)} ≤ {base} ^ {n}"
    plan = (f"Induction on {n}.", f"One step adds {b} on the left and multiplies by {base} on the right.")
    proof = _induction(n, "norm_num", "rw [pow_succ]", "omega")
    return Made(f"({n} : ℕ) : {goal}", f"${goal}$.", plan, proof)


def _grows_late(d: Draw) -> Made:
    n, (h,) = d.name(COUNTERS), d.hyps(1)
    base, k = d.number(2, 5), d.of(("j", "l", "i", "w"))
    k = k if k != n else "w"
    b, c = d.number(2, 12), d.number(0, 20)
    start = next(s for s in range(50) if all(base**t >= b * t + c for t in range(s, s + 30)))
    if start < 2:
        return _grows_late(d.fresh())
    goal = f"{linear([(b, n)], c)} ≤ {base} ^ {n}"
    proof = lines(
        f"obtain ⟨{k}, rfl⟩ : ∃ {k}, {n} = {k} + {start} := ⟨{n} - {start}, by omega⟩",
        f"clear {h}",
        f"induction {k} with",
        "| zero => norm_num",
        f"| succ {k} ih =>",
        f"  have e : {base} ^ ({k} + 1 + {start}) = {base} ^ ({k} + {start}) * {base} := by ring",
        "  rw [e]",
        "  omega",
    )
    plan = (
        f"Induction from {start}.",
        f"One step adds {b} on the left and multiplies by {base} on the right.",
    )
    words = f"${goal}$ for every ${n} ≥ {start}$."
    return Made(f"({n} : ℕ) ({h} : {start} ≤ {n}) : {goal}", words, plan, proof)


def _factorial_divides(d: Draw) -> Made:
    n, (h,) = d.name(COUNTERS), d.hyps(1)
    k = d.number(2, 9)
    if d.maybe():
        goal, proof = f"{k} ∣ Nat.factorial {n}", f"exact Nat.dvd_factorial (by norm_num) {h}"
        plan: tuple[str, ...] = (f"{k} is one of the factors.",)
    else:
        value = factorial(k)
        goal = f"{value} ∣ Nat.factorial {n}"
        proof = lines(
            f"have e : Nat.factorial {k} = {value} := by decide",
            "rw [← e]",
            f"exact Nat.factorial_dvd_factorial {h}",
        )
        plan = (f"{value} is the factorial of {k}, which divides all later ones.",)
    words = f"For ${n} ≥ {k}$, ${n}!$ is divisible by {goal.split(' ∣ ')[0]}."
    return Made(f"({n} : ℕ) ({h} : {k} ≤ {n}) : {goal}", words, plan, proof)


def _factorial_grows(d: Draw) -> Made:
    n, base = d.name(COUNTERS), d.number(2, 5)
    shift = base - 1
    goal = f"{base} ^ {n} ≤ Nat.factorial ({n} + {shift})"
    proof = lines(
        f"induction {n} with",
        "| zero => decide",
        f"| succ {n} ih =>",
        f"  have e : Nat.factorial ({n} + 1 + {shift}) = ({n} + {shift} + 1) * Nat.factorial ({n} + {shift}) := by",
        f"    rw [show {n} + 1 + {shift} = {n} + {shift} + 1 by omega, Nat.factorial_succ]",
        "  rw [e, pow_succ]",
        "  nlinarith",
    )
    plan = (f"Induction on {n}.", f"The next factor of the factorial is at least {base}.")
    return Made(f"({n} : ℕ) : {goal}", f"${base}^{n} ≤ ({n} + {shift})!$.", plan, proof)


SHAPES = (
    Shape("power_one", "modular", 2, _one),
    Shape("power_linear_term", "induction", 3, _linear_term),
    Shape("power_avoids", "modular", 4, _avoids),
    Shape("power_two_bases", "modular", 4, _two_bases),
    Shape("power_multiple_exponent", "induction", 3, _multiple_exponent),
    Shape("power_two_exponents", "induction", 4, _two_exponents),
    Shape("power_grows", "induction", 2, _grows),
    Shape("power_grows_late", "induction", 4, _grows_late),
    Shape("factorial_divides", "counting", 2, _factorial_divides),
    Shape("factorial_grows", "counting", 4, _factorial_grows),
)
