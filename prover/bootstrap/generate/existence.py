"""Existence by a witness, functions given by equations, logic, and refutations of universal claims."""

from __future__ import annotations

from prover.bootstrap.generate.draw import FUNCTIONS, PROPOSITIONS, Draw, Made, Shape, bullet, linear, lines


def _bezout(d: Draw) -> Made:
    x, y = d.names(2)
    a, b = d.number(2, 12), d.number(2, 12)
    u, v = d.number(-6, 9), d.number(-6, 9)
    c = a * u + b * v
    goal = f"∃ {x} {y} : ℤ, {linear([(a, x), (b, y)])} = {c}"
    proof = f"exact ⟨{u}, {v}, by norm_num⟩"
    return Made(
        f": {goal}",
        f"There are integers with ${linear([(a, x), (b, y)])} = {c}$.",
        (f"Take {u} and {v}.",),
        proof,
    )


def _system(d: Draw) -> Made:
    a, b = d.names(2, tuple("abcdmn"))
    x, y = d.names(2, tuple("xyuvst"))
    while True:
        p, q, r, s = (d.number(1, 5) for _ in range(4))
        if p * s - q * r in (1, -1):
            break
    e = p * s - q * r
    first, second = linear([(p, x), (q, y)]), linear([(r, x), (s, y)])
    witness = f"{linear([(e * s, a), (-e * q, b)])}, {linear([(-e * r, a), (e * p, b)])}"
    signature = f"({a} {b} : ℤ) : ∃ {x} {y} : ℤ, {first} = {a} ∧ {second} = {b}"
    words = f"For all integers ${a}, {b}$ the system ${first} = {a}$, ${second} = {b}$ has a solution in integers."
    plan = (f"The determinant is {e}: solve for {x} and {y}.",)
    return Made(signature, words, plan, f"exact ⟨{witness}, by ring, by ring⟩")


def _beyond(d: Draw) -> Made:
    n, m = d.name(tuple("nkm")), d.name(tuple("xyzpq"))
    k = d.number(2, 12)
    r, c = d.number(0, k - 1), d.number(0, 9)
    above = linear([(1, n)], c)
    witness = linear([(k, f"({above})" if c else n)], r + k)
    goal = f"∃ {m}, {above} < {m} ∧ {m} % {k} = {r}"
    words = f"Above ${above}$ there is a number that leaves the remainder {r} modulo {k}."
    return Made(f"({n} : ℕ) : {goal}", words, (f"Take {witness}.",), f"exact ⟨{witness}, by omega, by omega⟩")


def _both_remainders(d: Draw) -> Made:
    x = d.name()
    a, b = d.of(
        ((2, 3), (3, 4), (3, 5), (4, 5), (2, 7), (5, 6), (3, 7), (4, 7), (5, 7), (5, 8), (7, 8), (3, 8))
    )
    r, s = d.number(0, a - 1), d.number(0, b - 1)
    v = next(t for t in range(a * b) if t % a == r and t % b == s)
    goal = f"∃ {x} : ℕ, {x} % {a} = {r} ∧ {x} % {b} = {s}"
    words = f"Some number leaves {r} modulo {a} and {s} modulo {b}."
    return Made(f": {goal}", words, (f"Take {v}.",), f"exact ⟨{v}, by norm_num⟩")


def _refuted(d: Draw) -> Made:
    x = d.name(tuple("nkmx"))
    m, c = d.number(3, 12), d.number(0, 9)
    r = d.number(0, m - 1)
    a = d.of((0, 2, 3, 4, 5))

    def value(t: int) -> int:
        return (a * t if a else t * t) + c

    found = next((t for t in range(m) if value(t) % m == r), None)
    if found is None:
        return _refuted(d.fresh())
    body = f"({linear([(a, x), (not a, f'{x} ^ 2')], c)}) % {m} ≠ {r}"
    proof = lines("intro h", f"exact absurd (h {found}) (by norm_num)")
    return Made(
        f": ¬∀ {x} : ℕ, {body}",
        f"It is not true that ${body}$ for all ${x}$.",
        (f"Take {x} = {found}.",),
        proof,
    )


def _affine_values(d: Draw) -> Made:
    f, x = d.name(FUNCTIONS), d.name(tuple("xyznt"))
    (h,) = d.hyps(1)
    p, q = d.number(2, 7), d.number(-6, 8)
    given = f"({f} : ℤ → ℤ) ({h} : ∀ {x}, {f} {x} = {linear([(p, x)], q)})"
    form = d.number(0, 3)
    if form == 0:
        v = d.number(-5, 7)
        goal = (
            f"{f} ({f} {v}) = {p * (p * v + q) + q}" if v >= 0 else f"{f} ({f} ({v})) = {p * (p * v + q) + q}"
        )
        proof, plan = lines(f"rw [{h}, {h}]", "norm_num"), ("Put in the value twice.",)
    elif form == 1:
        y = d.name(tuple("abuvs"))
        goal = f"∀ {x} {y}, {f} {x} = {f} {y} → {x} = {y}"
        proof, plan = (
            lines(f"intro {x} {y} hxy", f"rw [{h}, {h}] at hxy", "omega"),
            ("Equal values give equal arguments.",),
        )
    elif form == 2:
        y = d.name(tuple("abuvs"))
        goal = f"∀ {x} {y}, {f} ({x} + {y}) = {f} {x} + {f} {y} - {q}"
        if q < 0:
            goal = f"∀ {x} {y}, {f} ({x} + {y}) = {f} {x} + {f} {y} + {-q}"
        proof, plan = lines(f"intro {x} {y}", f"rw [{h}, {h}, {h}]", "ring"), ("Put in the definition.",)
    else:
        v = d.number(-6, 9)
        goal = f"∃ {x}, {f} {x} = {p * v + q}"
        proof, plan = f"exact ⟨{v}, by rw [{h}]; norm_num⟩", (f"Take {v}.",)
    return Made(f"{given} : {goal}", f"If ${f}(x) = {linear([(p, 'x')], q)}$, then ${goal}$.", plan, proof)


def _additive(d: Draw) -> Made:
    f, x, (h,) = d.name(FUNCTIONS), d.name(tuple("xyznt")), d.hyps(1)
    y = d.name(tuple("abuvs"))
    k = d.number(2, 5)
    expanded = " + ".join([x] * k)
    if d.maybe(0.3):
        goal, proof = f"{f} 0 = 0", lines(f"have e := {h} 0 0", "rw [add_zero] at e", "omega")
        plan: tuple[str, ...] = ("f(0 + 0) = f(0) + f(0).",)
    else:
        goal = f"∀ {x}, {f} ({k} * {x}) = {k} * {f} {x}"
        proof = lines(f"intro {x}", f"rw [show {k} * {x} = {expanded} by ring{f', {h}' * (k - 1)}]", "ring")
        plan = (f"Write {k} x as a sum of {k} terms.",)
    signature = f"({f} : ℤ → ℤ) ({h} : ∀ {x} {y}, {f} ({x} + {y}) = {f} {x} + {f} {y}) : {goal}"
    return Made(signature, f"If ${f}$ is additive, then ${goal}$.", plan, proof)


def _composition(d: Draw) -> Made:
    f, g = d.names(2, FUNCTIONS)
    (h1, h2) = d.hyps(2)
    p, q, r, s = d.number(2, 6), d.number(-5, 6), d.number(2, 6), d.number(-5, 6)
    x = d.name(tuple("xyznt"))
    goal = f"∀ {x}, {f} ({g} {x}) = {linear([(p * r, x)], p * s + q)}"
    signature = (
        f"({f} {g} : ℤ → ℤ) ({h1} : ∀ {x}, {f} {x} = {linear([(p, x)], q)}) "
        f"({h2} : ∀ {x}, {g} {x} = {linear([(r, x)], s)}) : {goal}"
    )
    proof = lines(f"intro {x}", f"rw [{h1}, {h2}]", "ring")
    return Made(
        signature,
        f"The composition of two affine functions: ${goal[4:]}$.",
        ("Put one into the other.",),
        proof,
    )


def _arrows(d: Draw) -> Made:
    count = d.number(3, 5)
    props = d.names(count, PROPOSITIONS[:5] if d.maybe() else PROPOSITIONS[5:])
    chain = [f"h{i + 1}" for i in range(count - 1)]
    binders = " ".join(f"({name} : {a} → {b})" for name, a, b in zip(chain, props, props[1:], strict=False))
    term = "h"
    for name in chain:
        term = f"{name} ({term})" if " " in term else f"{name} {term}"
    if d.maybe():
        goal, proof = f"{props[0]} → {props[-1]}", lines("intro h", f"exact {term}")
        plan = ("Follow the arrows.",)
    else:
        goal = f"¬{props[-1]} → ¬{props[0]}"
        proof = lines("intro hn h", f"exact hn ({term})")
        plan = ("Follow the arrows to a contradiction.",)
    signature = f"({' '.join(props)} : Prop) {binders} : {goal}"
    return Made(signature, "Implications can be chained.", plan, proof)


def _connectives(d: Draw) -> Made:
    p, q, r = d.names(3, PROPOSITIONS[:5] if d.maybe() else PROPOSITIONS[5:])
    options = (
        (f"{p} ∧ {q} → {q} ∧ {p}", lines("intro h", "exact ⟨h.2, h.1⟩")),
        (
            f"{p} ∨ {q} → {q} ∨ {p}",
            lines("intro h", "rcases h with h | h", "· exact Or.inr h", "· exact Or.inl h"),
        ),
        (
            f"{p} ∧ ({q} ∨ {r}) → ({p} ∧ {q}) ∨ ({p} ∧ {r})",
            lines("rintro ⟨h, hq | hr⟩", "· exact Or.inl ⟨h, hq⟩", "· exact Or.inr ⟨h, hr⟩"),
        ),
        (
            f"({p} → {r}) ∧ ({q} → {r}) → {p} ∨ {q} → {r}",
            lines("rintro ⟨h1, h2⟩ h", "rcases h with h | h", "· exact h1 h", "· exact h2 h"),
        ),
        (
            f"¬({p} ∨ {q}) → ¬{p} ∧ ¬{q}",
            lines("intro h", "exact ⟨fun hp => h (Or.inl hp), fun hq => h (Or.inr hq)⟩"),
        ),
        (f"({p} → {q}) → ¬{q} → ¬{p}", lines("intro h hq hp", "exact hq (h hp)")),
        (f"({p} → {q} → {r}) → {p} ∧ {q} → {r}", lines("intro h hpq", "exact h hpq.1 hpq.2")),
        (f"¬¬({p} ∨ ¬{p})", lines("intro h", "exact h (Or.inr (fun hp => h (Or.inl hp)))")),
    )
    goal, proof = d.of(options)
    return Made(f"({p} {q} {r} : Prop) : {goal}", f"${goal}$.", ("Take the hypotheses apart.",), proof)


def _quantifiers(d: Draw) -> Made:
    p, q = d.names(2, PROPOSITIONS[5:])
    x, (h1, h2) = d.name(tuple("xyzn")), d.hyps(2)
    ring = d.of(("ℕ", "ℤ"))
    types = f"({p} {q} : {ring} → Prop)"
    options = (
        (
            f"({h1} : ∀ {x}, {p} {x} → {q} {x}) ({h2} : ∃ {x}, {p} {x}) : ∃ {x}, {q} {x}",
            lines(f"obtain ⟨{x}, hx⟩ := {h2}", f"exact ⟨{x}, {h1} {x} hx⟩"),
        ),
        (
            f"({h1} : ∃ {x}, {p} {x} ∧ {q} {x}) : (∃ {x}, {p} {x}) ∧ ∃ {x}, {q} {x}",
            lines(f"obtain ⟨{x}, hp, hq⟩ := {h1}", f"exact ⟨⟨{x}, hp⟩, {x}, hq⟩"),
        ),
        (
            f"({h1} : ∀ {x}, {p} {x} ∧ {q} {x}) : (∀ {x}, {p} {x}) ∧ ∀ {x}, {q} {x}",
            f"exact ⟨fun {x} => ({h1} {x}).1, fun {x} => ({h1} {x}).2⟩",
        ),
        (f"({h1} : ¬∃ {x}, {p} {x}) : ∀ {x}, ¬{p} {x}", lines(f"intro {x} hx", f"exact {h1} ⟨{x}, hx⟩")),
        (
            f"({h1} : ∀ {x}, {p} {x} → {q} {x}) ({h2} : ∀ {x}, {p} {x}) : ∀ {x}, {q} {x}",
            lines(f"intro {x}", f"exact {h1} {x} ({h2} {x})"),
        ),
        (
            f"({h1} : ∃ {x}, ¬{p} {x}) : ¬∀ {x}, {p} {x}",
            lines("intro hall", f"obtain ⟨{x}, hx⟩ := {h1}", f"exact hx (hall {x})"),
        ),
    )
    rest, proof = d.of(options)
    return Made(f"{types} {rest}", "Quantifiers, one at a time.", ("Take the hypotheses apart.",), proof)


def _stepwise(d: Draw) -> Made:
    p, (h1, h2) = d.name(PROPOSITIONS[5:]), d.hyps(2)
    n, k = d.name(("n", "m", "k")), d.number(2, 6)
    start = d.number(0, 4)
    values = [start + k * i for i in range(d.number(2, 4) + 1)]
    term = h1
    for v in values[:-1]:
        term = f"{h2} {v} ({term})" if " " in term else f"{h2} {v} {term}"
    signature = (
        f"({p} : ℕ → Prop) ({h1} : {p} {start}) ({h2} : ∀ {n}, {p} {n} → {p} ({n} + {k})) : {p} {values[-1]}"
    )
    words = f"From {start} in steps of {k} one comes to {values[-1]}."
    return Made(signature, words, (f"Make the step {len(values) - 1} times.",), f"exact {term}")


def _pairs(d: Draw) -> Made:
    x, (h,) = d.name(), d.hyps(1)
    a, b = sorted(d.sample(range(-6, 9), 2))
    goal = f"{x} = {a} ∨ {x} = {b}"
    equation = f"{linear([(1, f'{x} ^ 2'), (-a - b, x)], a * b)} = 0"
    one, two = linear([(1, x)], -a), linear([(1, x)], -b)
    proof = lines(
        f"have e : ({one}) * ({two}) = 0 := by linear_combination {h}",
        "rcases Int.mul_eq_zero.1 e with h | h",
        bullet(lines("left", "omega")),
        bullet(lines("right", "omega")),
    )
    words = f"The integers with ${equation}$ are {a} and {b}."
    return Made(f"({x} : ℤ) ({h} : {equation}) : {goal}", words, ("Factor the left side.",), proof)


SHAPES = (
    Shape("exists_bezout", "integers", 2, _bezout),
    Shape("exists_system", "integers", 3, _system),
    Shape("exists_beyond", "modular", 2, _beyond),
    Shape("exists_both_remainders", "modular", 2, _both_remainders),
    Shape("refuted_for_all", "logic", 2, _refuted),
    Shape("function_affine", "functions", 2, _affine_values),
    Shape("function_additive", "functions", 3, _additive),
    Shape("function_composition", "functions", 2, _composition),
    Shape("logic_arrows", "logic", 1, _arrows),
    Shape("logic_connectives", "logic", 2, _connectives),
    Shape("logic_quantifiers", "logic", 2, _quantifiers),
    Shape("logic_stepwise", "logic", 2, _stepwise),
    Shape("quadratic_roots", "integers", 3, _pairs),
)
