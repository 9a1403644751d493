"""Sums over ranges and sequences given by recursion: closed forms, invariants, remainders, bounds."""

from __future__ import annotations

from prover.bootstrap.generate.draw import SEQUENCES, Draw, Made, Shape, linear, lines


def _cases(n: str, zero: str, *succ: str) -> str:
    return lines(
        f"induction {n} with", f"| zero => {zero}", f"| succ {n} ih =>", *(f"  {line}" for line in succ)
    )


def _sum_linear(d: Draw) -> Made:
    n, i = d.name(("n", "k", "m")), d.name(("i", "j"))
    a, b = d.number(1, 9), d.number(0, 9)
    # 2 Σ_{i<n} (a i + b) + a n = a n² + 2 b n
    term = linear([(a, i)], b)
    term = term if term == i else f"({term})"
    goal = (
        f"2 * ∑ {i} ∈ Finset.range {n}, {term} + {linear([(a, n)])} = {linear([(a, f'{n} ^ 2'), (2 * b, n)])}"
    )
    proof = _cases(n, "simp", "rw [Finset.sum_range_succ]", "linarith")
    plan = (f"Induction on {n}.", "Split off the last term of the sum.")
    words = f"Twice the sum of ${term}$ for $i < n$ is ${linear([(a, f'{n} ^ 2'), (2 * b, n)])} - {linear([(a, n)])}$."
    return Made(f"({n} : ℕ) : {goal}", words, plan, proof)


def _sum_odd(d: Draw) -> Made:
    n, i = d.name(("n", "k", "m")), d.name(("i", "j"))
    c, a = d.number(1, 6), d.number(0, 6)
    term = linear([(2 * c, i)], c + a)
    goal = f"∑ {i} ∈ Finset.range {n}, ({term}) = {linear([(c, f'{n} ^ 2'), (a, n)])}"
    proof = _cases(n, "simp", "rw [Finset.sum_range_succ, ih]", "ring")
    plan = (f"Induction on {n}.", "Split off the last term of the sum.")
    return Made(f"({n} : ℕ) : {goal}", f"The sum of ${term}$ for ${i} < {n}$ has this value.", plan, proof)


def _sum_squares(d: Draw) -> Made:
    n, i = d.name(("n", "k", "m")), d.name(("i", "j"))
    if d.maybe():
        c = d.number(1, 6)
        term = f"{i} ^ 2" if c == 1 else f"{c} * {i} ^ 2"
        goal = f"6 * ∑ {i} ∈ Finset.range ({n} + 1), {term} = {linear([(c, f'{n} * ({n} + 1) * (2 * {n} + 1)')])}"
    else:
        c = d.number(1, 6)
        term = f"{i} ^ 3" if c == 1 else f"{c} * {i} ^ 3"
        goal = f"4 * ∑ {i} ∈ Finset.range ({n} + 1), {term} = {linear([(c, f'{n} ^ 2 * ({n} + 1) ^ 2')])}"
    proof = _cases(n, "simp", "rw [Finset.sum_range_succ, mul_add, ih]", "ring")
    plan = (f"Induction on {n}.", "Split off the last term of the sum and multiply out.")
    return Made(f"({n} : ℕ) : {goal}", f"A closed form of the sum of ${term}$ up to ${n}$.", plan, proof)


def _sum_geometric(d: Draw) -> Made:
    n, i = d.name(("n", "k", "m")), d.name(("i", "j"))
    base, c = d.number(2, 12), d.number(1, 6)
    term = f"{base} ^ {i}" if c == 1 else f"{c} * {base} ^ {i}"
    factor = "" if base == 2 else f"{base - 1} * "
    goal = f"{factor}∑ {i} ∈ Finset.range {n}, {term} + {c} = {linear([(c, f'{base} ^ {n}')])}"
    proof = _cases(n, "simp", "rw [Finset.sum_range_succ, pow_succ]", "omega")
    plan = (f"Induction on {n}.", f"The next term is the last power times {base}.")
    return Made(f"({n} : ℕ) : {goal}", f"The geometric sum of ${term}$ for ${i} < {n}$.", plan, proof)


def _given_sum(d: Draw) -> Made:
    s, n = d.name(SEQUENCES), d.name(("n", "k", "m"))
    (h0, h) = d.hyps(2)
    a, b, c = d.number(1, 6), d.number(0, 7), d.number(0, 9)
    step = linear([(2 * a, n)], a + b)
    goal = f"∀ {n}, {s} {n} = {linear([(a, f'{n} ^ 2'), (b, n)], c)}"
    signature = (
        f"({s} : ℕ → ℕ) ({h0} : {s} 0 = {c}) ({h} : ∀ {n}, {s} ({n} + 1) = {s} {n} + ({step})) : {goal}"
    )
    proof = lines(f"intro {n}", _cases(n, f"simp [{h0}]", f"rw [{h}, ih]", "ring"))
    words = f"If ${s}_0 = {c}$ and ${s}_{{n+1}} = {s}_n + {step}$, then ${goal[4:]}$."
    return Made(signature, words, (f"Induction on {n}, by the recursion.",), proof)


def _affine(d: Draw) -> Made:
    s, n = d.name(SEQUENCES), d.name(("n", "k", "m"))
    (h0, h) = d.hyps(2)
    p, c, e = d.number(2, 9), d.number(-6, 8, but=(0,)), d.number(1, 6)
    # s n = e p^n + c
    start, q = e + c, c * (1 - p)
    goal = f"∀ {n}, {s} {n} = {linear([(e, f'{p} ^ {n}')], c)}"
    step = linear([(p, f"{s} {n}")], q)
    signature = f"({s} : ℕ → ℤ) ({h0} : {s} 0 = {start}) ({h} : ∀ {n}, {s} ({n} + 1) = {step}) : {goal}"
    proof = lines(f"intro {n}", _cases(n, f"rw [{h0}]; norm_num", f"rw [{h}, ih]", "ring"))
    words = f"If ${s}_0 = {start}$ and ${s}_{{n+1}} = {step}$, then ${goal[4:]}$."
    return Made(signature, words, (f"Induction on {n}: put the closed form into the recursion.",), proof)


def _second_order(d: Draw) -> Made:
    s, n = d.name(SEQUENCES), d.name(("n", "k", "m"))
    p, q = d.sample(range(1, 8), 2)
    a, b = d.number(1, 5), d.number(-5, 5, but=(0,))
    (h0, h1, h) = d.hyps(3)

    def form(index: str) -> str:
        exponent = index if index == n else f"({index})"
        terms = [(a, f"{p} ^ {exponent}"), (b, f"{q} ^ {exponent}")]
        if p == 1:
            return linear([terms[1]], a)
        if q == 1:
            return linear([terms[0]], b)
        return linear(terms)

    step = linear([(p + q, f"{s} ({n} + 1)"), (-p * q, f"{s} {n}")])
    signature = (
        f"({s} : ℕ → ℤ) ({h0} : {s} 0 = {a + b}) ({h1} : {s} 1 = {a * p + b * q}) "
        f"({h} : ∀ {n}, {s} ({n} + 2) = {step}) : ∀ {n}, {s} {n} = {form(n)}"
    )
    proof = lines(
        f"have key : ∀ {n}, {s} {n} = {form(n)} ∧ {s} ({n} + 1) = {form(f'{n} + 1')} := by",
        f"  intro {n}",
        f"  induction {n} with",
        f"  | zero => exact ⟨by rw [{h0}]; norm_num, by rw [{h1}]; norm_num⟩",
        f"  | succ {n} ih =>",
        "    refine ⟨ih.2, ?_⟩",
        f"    rw [{h}, ih.1, ih.2]",
        "    ring",
        f"exact fun {n} => (key {n}).1",
    )
    words = f"If ${s}_0 = {a + b}$, ${s}_1 = {a * p + b * q}$ and ${s}_{{n+2}} = {step}$, then ${s}_n = {form(n)}$."
    plan = ("Prove the formula for two neighbours at a time, by induction.", "Put both into the recursion.")
    return Made(signature, words, plan, proof)


def _remainder(d: Draw) -> Made:
    s, n = d.name(SEQUENCES), d.name(("n", "k", "m"))
    (h0, h) = d.hyps(2)
    m = d.number(3, 12)
    r = d.number(0, m - 1)
    p = d.number(2, 9)
    q = (r - p * r) % m + m * d.number(0, 2)
    start = r + m * d.number(0, 2)
    step = linear([(p, f"{s} {n}")], q)
    given = f"({s} : ℕ → ℕ) ({h0} : {s} 0 = {start}) ({h} : ∀ {n}, {s} ({n} + 1) = {step})"
    signature = f"{given} : ∀ {n}, {s} {n} % {m} = {r}"
    proof = lines(f"intro {n}", _cases(n, f"rw [{h0}]", f"rw [{h}]", "omega"))
    words = (
        f"If ${s}_0 = {start}$ and ${s}_{{n+1}} = {step}$, every term leaves the remainder {r} modulo {m}."
    )
    return Made(signature, words, (f"Induction on {n}: one step keeps the remainder.",), proof)


def _remainders_cycle(d: Draw) -> Made:
    s, n = d.name(SEQUENCES), d.name(("n", "k", "m"))
    (h0, h) = d.hyps(2)
    while True:
        m, p, q, start = d.number(3, 11), d.number(2, 7), d.number(0, 7), d.number(0, 9)
        seen: list[int] = []
        value = start % m
        while value not in seen:
            seen.append(value)
            value = (p * value + q) % m
        missing = [r for r in range(m) if r not in seen]
        if 2 <= len(seen) <= 5 and missing:
            break
    r = d.of(missing)
    step = linear([(p, f"{s} {n}")], q)
    cases = " ∨ ".join(f"{s} {n} % {m} = {v}" for v in seen)
    given = f"({s} : ℕ → ℕ) ({h0} : {s} 0 = {start}) ({h} : ∀ {n}, {s} ({n} + 1) = {step})"
    signature = f"{given} : ∀ {n}, {s} {n} % {m} ≠ {r}"
    proof = lines(
        f"have key : ∀ {n}, {cases} := by",
        f"  intro {n}",
        f"  induction {n} with",
        f"  | zero => rw [{h0}]; norm_num",
        f"  | succ {n} ih => rw [{h}]; omega",
        f"intro {n}",
        f"have := key {n}",
        "omega",
    )
    words = f"If ${s}_0 = {start}$ and ${s}_{{n+1}} = {step}$, no term leaves the remainder {r} modulo {m}."
    plan = (f"The remainders modulo {m} are among {', '.join(map(str, seen))}, by induction.",)
    return Made(signature, words, plan, proof)


def _value(d: Draw) -> Made:
    s = d.name(SEQUENCES)
    (h0, h) = d.hyps(2)
    p, q, start, at = d.number(-3, 4, but=(0,)), d.number(-5, 7), d.number(-4, 6), d.number(2, 5)
    step = linear([(p, f"{s} n")], q)
    values = [start]
    for _ in range(at):
        values.append(p * values[-1] + q)
    proof = lines(
        *(f"have e{i + 1} : {s} {i + 1} = {linear([(p, f'{s} {i}')], q)} := {h} {i}" for i in range(at)),
        "omega",
    )
    signature = (
        f"({s} : ℕ → ℤ) ({h0} : {s} 0 = {start}) ({h} : ∀ n, {s} (n + 1) = {step}) : {s} {at} = {values[-1]}"
    )
    words = f"If ${s}_0 = {start}$ and ${s}_{{n+1}} = {step}$, then ${s}_{at} = {values[-1]}$."
    return Made(signature, words, ("Compute term after term.",), proof)


def _increasing(d: Draw) -> Made:
    s, n = d.name(SEQUENCES), d.name(("n", "k", "m"))
    (h0, h) = d.hyps(2)
    c, start = d.number(1, 7), d.number(0, 9)
    goal = f"∀ {n}, {linear([(c, n)], start)} ≤ {s} {n}"
    signature = (
        f"({s} : ℕ → ℕ) ({h0} : {start} ≤ {s} 0) ({h} : ∀ {n}, {s} {n} + {c} ≤ {s} ({n} + 1)) : {goal}"
    )
    proof = lines(f"intro {n}", _cases(n, "omega", f"have := {h} {n}", "omega"))
    words = f"A sequence that starts at {start} or above and grows by {c} or more each time has ${goal[4:]}$."
    return Made(signature, words, (f"Induction on {n}.",), proof)


def _periodic(d: Draw) -> Made:
    s, n, (h,) = d.name(SEQUENCES), d.name(("n", "k", "m")), d.hyps(1)
    c, two = d.number(-9, 12), d.maybe()

    def step(i: int) -> str:
        """The recursion for the term `i` places on."""
        first, second = (linear([(1, n)], i), linear([(1, n)], i + 1))
        if two:
            return f"{s} ({second}) = {linear([(-1, s + (f' ({first})' if i else f' {n}'))], c)}"
        third = f"{s} ({linear([(1, n)], i + 2)})"
        return f"{third} = {linear([(1, f'{s} ({second})'), (-1, s + (f' ({first})' if i else f' {n}'))], c)}"

    period = 2 if two else 6
    haves = [
        f"have e{i} : {step(i)} := {h} ({n} + {i})" if i else f"have e0 := {h} {n}"
        for i in range(period - (not two))
    ]
    signature = f"({s} : ℕ → ℤ) ({h} : ∀ {n}, {step(0)}) : ∀ {n}, {s} ({n} + {period}) = {s} {n}"
    words = f"If ${step(0)}$ for all ${n}$, the sequence has period {period}."
    plan = ("Write the recursion down for the next terms, and add up.",)
    return Made(signature, words, plan, lines(f"intro {n}", *haves, "omega"))


def _factorial_sum(d: Draw) -> Made:
    n, i, c = d.name(("n", "k", "m")), d.name(("i", "j")), d.number(1, 6)
    term = linear([(c, f"{i} * Nat.factorial {i}")])
    goal = f"∑ {i} ∈ Finset.range ({n} + 1), {term} + {c} = {linear([(c, f'Nat.factorial ({n} + 1)')])}"
    proof = _cases(n, "simp", f"rw [Finset.sum_range_succ, Nat.factorial_succ ({n} + 1)]", "linarith")
    plan = (f"Induction on {n}.", "(n + 2)! = (n + 2) (n + 1)!.")
    return Made(
        f"({n} : ℕ) : {goal}", f"The sum of ${term}$ up to ${n}$ is {c} less than ${c} (n+1)!$.", plan, proof
    )


SHAPES = (
    Shape("sum_linear", "induction", 3, _sum_linear),
    Shape("sum_odd", "induction", 2, _sum_odd),
    Shape("sum_squares", "induction", 3, _sum_squares),
    Shape("sum_geometric", "induction", 3, _sum_geometric),
    Shape("sum_factorial", "counting", 4, _factorial_sum),
    Shape("sequence_sum", "sequences", 2, _given_sum),
    Shape("sequence_affine", "sequences", 3, _affine),
    Shape("sequence_second_order", "sequences", 4, _second_order),
    Shape("sequence_remainder", "sequences", 2, _remainder),
    Shape("sequence_remainders", "sequences", 4, _remainders_cycle),
    Shape("sequence_value", "sequences", 1, _value),
    Shape("sequence_increasing", "sequences", 2, _increasing),
    Shape("sequence_periodic", "sequences", 3, _periodic),
)
