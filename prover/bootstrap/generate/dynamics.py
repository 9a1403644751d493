"""Recursions that need more than one induction step: pairs of sequences, squares, halving, strengthened claims."""

from __future__ import annotations

from prover.bootstrap.generate.draw import FUNCTIONS, SEQUENCES, Draw, Made, Shape, equals_any, linear, lines

_INDICES = ("n", "k", "m")


def _elimination(d: Draw) -> Made:
    (x, y), n, (h1, h2) = d.names(2, SEQUENCES), d.name(_INDICES), d.hyps(2)
    a, b, c, e = (d.number(-4, 6) for _ in range(4))
    if not b or not c:
        return _elimination(d.fresh())
    if d.maybe(0.6):
        a, b, c, e = (abs(t) for t in (a, b, c, e))
    first, second = linear([(a, f"{x} {n}"), (b, f"{y} {n}")]), linear([(c, f"{x} {n}"), (e, f"{y} {n}")])
    step = linear([(a + e, f"{x} ({n} + 1)"), (b * c - a * e, f"{x} {n}")])
    next_ = linear([(a, f"{x} ({n} + 1)"), (b, f"{y} ({n} + 1)")])
    goal = f"∀ {n}, {x} ({n} + 2) = {step}"
    proof = lines(
        f"intro {n}",
        f"have e1 := {h1} {n}",
        f"have e2 := {h2} {n}",
        f"have e3 : {x} ({n} + 2) = {next_} := {h1} ({n} + 1)",
        "omega",
    )
    signature = (
        f"({x} {y} : ℕ → ℤ) ({h1} : ∀ {n}, {x} ({n} + 1) = {first}) ({h2} : ∀ {n}, {y} ({n} + 1) = {second}) "
        f": {goal}"
    )
    words = f"Eliminate ${y}$ from the two recursions: ${goal[4:]}$."
    return Made(signature, words, (f"Write the recursion of {x} for two steps.",), proof)


def _square_remainders(d: Draw) -> Made:
    s, n, (h0, h) = d.name(SEQUENCES), d.name(_INDICES), d.hyps(2)
    m = d.number(3, 9)
    p, c, start = d.number(1, 3), d.number(0, 9), d.number(0, 12)
    seen: list[int] = []
    value = start % m
    while value not in seen:
        seen.append(value)
        value = (p * value * value + c) % m
    missing = [r for r in range(m) if r not in seen]
    if not missing or len(seen) > 3:
        return _square_remainders(d.fresh())
    step = linear([(p, f"{s} {n} ^ 2")], c)
    divides = 0 in missing and d.maybe()
    said = f"¬{m} ∣ {s} {n}" if divides else f"{s} {n} % {m} ≠ {d.of(missing)}"
    cases = equals_any(f"{s} {n} % {m}", seen)
    close = "rw [ih] at e; omega"
    if len(seen) > 1:
        close = f"rcases ih with {' | '.join(['ih'] * len(seen))} <;> rw [ih] at e <;> omega"
    proof = lines(
        f"have key : ∀ {n}, {cases} := by",
        f"  intro {n}",
        f"  induction {n} with",
        "  | zero => omega",
        f"  | succ {n} ih =>",
        f"    have e := Nat.pow_mod ({s} {n}) 2 {m}",
        f"    rw [{h}]",
        f"    {close}",
        f"intro {n}",
        f"have := key {n}",
        "omega",
    )
    signature = (
        f"({s} : ℕ → ℕ) ({h0} : {s} 0 = {start}) ({h} : ∀ {n}, {s} ({n} + 1) = {step}) : ∀ {n}, {said}"
    )
    words = f"If ${s}_0 = {start}$ and ${s}_{{n+1}} = {step}$, then ${said}$ for all ${n}$."
    plan = (f"The remainders modulo {m} are among {', '.join(map(str, seen))}, by induction.",)
    return Made(signature, words, plan, proof)


def _two_bounds(d: Draw) -> Made:
    s, n, (h0, h1, h) = d.name(SEQUENCES), d.name(_INDICES), d.hyps(3)
    p, u, v, c = d.number(2, 6), d.number(1, 5), d.number(1, 9), d.number(1, 4)
    if not (p - 1) * p <= u * p + v <= p * p:
        return _two_bounds(d.fresh())
    a, b = d.number(0, c), d.number(1, c * p)
    sign = d.of(("=", "≤"))
    step = linear([(u, f"{s} ({n} + 1)"), (v, f"{s} {n}")])
    one, two = linear([(c, f"{p} ^ {n}")]), linear([(c, f"{p} ^ ({n} + 1)")])
    proof = lines(
        f"have key : ∀ {n}, {s} {n} ≤ {one} ∧ {s} ({n} + 1) ≤ {two} := by",
        f"  intro {n}",
        f"  induction {n} with",
        f"  | zero => norm_num [{h0}, {h1}]",
        f"  | succ {n} ih =>",
        f"    have e : {s} ({n} + 1 + 1) {sign} {step} := {h} {n}",
        "    omega",
        f"exact fun {n} => (key {n}).1",
    )
    signature = (
        f"({s} : ℕ → ℕ) ({h0} : {s} 0 = {a}) ({h1} : {s} 1 = {b}) "
        f"({h} : ∀ {n}, {s} ({n} + 2) {sign} {step}) : ∀ {n}, {s} {n} ≤ {one}"
    )
    words = f"If ${s}_0 = {a}$, ${s}_1 = {b}$ and ${s}_{{n+2}} {sign} {step}$, then ${s}_n ≤ {one}$."
    plan = ("Prove the bound for two neighbours at a time, by induction.",)
    return Made(signature, words, plan, proof)


def _halving_bound(d: Draw) -> Made:
    f, n, (h0, h) = d.name(FUNCTIONS), d.name(_INDICES), d.hyps(2)
    k, c, a = d.number(2, 6), d.number(0, 7), d.number(1, 6)
    wide, equal = a + d.number(0, 2), d.maybe()
    goal = f"∀ {n}, {f} {n} ≤ {linear([(wide, n)], c)}"
    proof = lines(
        f"intro {n}",
        f"induction {n} using Nat.strong_induction_on with",
        f"| _ {n} ih =>",
        f"  by_cases e : {n} = 0",
        "  · subst e; omega",
        f"  · have e1 := ih ({n} / {k}) (by omega)",
        f"    have e2 := {h} {n} (by omega)",
        "    omega",
    )
    signature = (
        f"({f} : ℕ → ℕ) ({h0} : {f} 0 = {c}) "
        f"({h} : ∀ {n}, 0 < {n} → {f} {n} {'=' if equal else '≤'} {f} ({n} / {k}) + {a}) : {goal}"
    )
    words = f"If ${f}(0) = {c}$ and ${f}(n)$ is {'' if equal else 'at most '}${f}(n / {k}) + {a}$, then ${goal[4:]}$."
    return Made(signature, words, ("Strong induction: the bound for the quotient gives it.",), proof)


def _halving_value(d: Draw) -> Made:
    f, n, (h0, h) = d.name(FUNCTIONS), d.name(_INDICES), d.hyps(2)
    k, c, a, p = d.number(2, 10), d.number(0, 7), d.number(1, 6), d.number(1, 3)
    at = d.number(k, k**3 - 1 if k < 5 else k * k * 3)
    chain = [at]
    while chain[-1]:
        chain.append(chain[-1] // k)
    value = c
    for _ in chain[1:]:
        value = p * value + a
    step = linear([(p, f"{f} ({n} / {k})")], a)
    proof = lines(
        *(
            f"have e{i} : {f} {t} = {linear([(p, f'{f} {t // k}')], a)} := {h} {t} (by norm_num)"
            for i, t in enumerate(chain[:-1], 1)
        ),
        "omega",
    )
    signature = (
        f"({f} : ℕ → ℕ) ({h0} : {f} 0 = {c}) ({h} : ∀ {n}, 0 < {n} → {f} {n} = {step}) : {f} {at} = {value}"
    )
    words = f"If ${f}(0) = {c}$ and ${f}(n) = {step}$ for positive $n$, then ${f}({at}) = {value}$."
    return Made(signature, words, ("Compute: " + ", ".join(map(str, chain)) + ".",), proof)


def _conserved(d: Draw) -> Made:
    (x, y), n, (h1, h2, h0) = d.names(2, SEQUENCES), d.name(_INDICES), d.hyps(3)
    p, q, r = d.number(1, 4), d.number(1, 4), d.number(2, 5)
    a, b, c = d.number(-3, 4), d.number(-3, 4), d.number(-9, 12)
    # p x + q y grows by the factor r
    first = [(r + q * a, f"{x} {n}"), (q * b, f"{y} {n}")]
    second = [(-p * a, f"{x} {n}"), (r - p * b, f"{y} {n}")]
    if any(not t for t, _ in (*first, *second)):
        return _conserved(d.fresh())
    form = linear([(p, f"{x} {n}"), (q, f"{y} {n}")])
    start = form.replace(f" {n}", " 0")
    goal = f"∀ {n}, {form} = {linear([(c, f'{r} ^ {n}')])}"
    if not c:
        return _conserved(d.fresh())
    proof = lines(
        f"intro {n}",
        f"induction {n} with",
        "| zero => rw [pow_zero]; omega",
        f"| succ {n} ih => rw [{h1}, {h2}, pow_succ]; linear_combination {r} * ih",
    )
    signature = (
        f"({x} {y} : ℕ → ℤ) ({h1} : ∀ {n}, {x} ({n} + 1) = {linear(first)}) "
        f"({h2} : ∀ {n}, {y} ({n} + 1) = {linear(second)}) ({h0} : {start} = {c}) : {goal}"
    )
    words = f"By the two recursions ${form}$ is multiplied by {r} in each step, so ${goal[4:]}$."
    return Made(signature, words, (f"Induction on {n}.",), proof)


def _monotone(d: Draw) -> Made:
    s, n, (h,) = d.name(SEQUENCES), d.name(_INDICES), d.hyps(1)
    i, ring, c = d.name(("i", "j", "d")), d.of(("ℕ", "ℤ")), d.number(0, 30)
    down = d.maybe()

    def step(now: str, then: str) -> str:
        small, large = (then, now) if down else (now, then)
        return f"{linear([(1, small)], c)} ≤ {large}"

    given = step(f"{s} {n}", f"{s} ({n} + 1)")
    now, then = f"{s} {n}", f"{s} ({n} + {i})"
    small, large = (then, now) if down else (now, then)
    factor = f"({i} : ℤ)" if ring == "ℤ" else i
    goal = f"∀ {n} {i} : ℕ, {linear([(1, small), (c, factor)])} ≤ {large}"
    proof = lines(
        f"intro {n} {i}",
        f"induction {i} with",
        "| zero => simp",
        f"| succ {i} ih =>",
        f"  have e : {step(f'{s} ({n} + {i})', f'{s} ({n} + ({i} + 1))')} := {h} ({n} + {i})",
        "  omega",
    )
    signature = f"({s} : ℕ → {ring}) ({h} : ∀ {n}, {given}) : {goal}"
    words = f"If ${given}$ for all ${n}$, then ${goal}$."
    return Made(signature, words, (f"Induction on {i}.",), proof)


SHAPES = (
    Shape("dynamics_elimination", "sequences", 3, _elimination),
    Shape("dynamics_square_remainders", "sequences", 4, _square_remainders),
    Shape("dynamics_two_bounds", "induction", 4, _two_bounds),
    Shape("dynamics_halving_bound", "induction", 4, _halving_bound),
    Shape("dynamics_halving_value", "sequences", 2, _halving_value),
    Shape("dynamics_conserved", "sequences", 3, _conserved),
    Shape("dynamics_monotone", "sequences", 3, _monotone),
)
