"""Even and odd numbers by their witnesses, and remainders of squares and cubes."""

from __future__ import annotations

from prover.bootstrap.generate.draw import Draw, Made, Shape, equals_any, linear, lines


def _linear(d: Draw) -> Made:
    (x, y), (h1, h2) = d.names(2), d.hyps(2)
    u, v = d.names(2, tuple("kmrstuv"))
    ring = d.of(("ℕ", "ℤ"))
    ox, oy = d.number(0, 1), d.number(0, 1)
    p, q, c = d.number(1, 7), d.number(1, 7), d.number(0, 9)
    odd = (p * ox + q * oy + c) % 2
    names = ("Even", "Odd")
    term = linear([(p, x), (q, y)], c)
    # Even x is x = u + u, Odd x is x = 2 * u + 1.
    witness = linear([(p, u), (q, v)], (p * ox + q * oy + c - odd) // 2)
    signature = (
        f"({x} {y} : {ring}) ({h1} : {names[ox]} {x}) ({h2} : {names[oy]} {y}) : {names[odd]} ({term})"
    )
    proof = lines(f"obtain ⟨{u}, hu⟩ := {h1}", f"obtain ⟨{v}, hv⟩ := {h2}", f"exact ⟨{witness}, by omega⟩")
    words = f"If ${x}$ is {names[ox].lower()} and ${y}$ is {names[oy].lower()}, then ${term}$ is {names[odd].lower()}."
    return Made(
        signature, words, ("Write both as twice a number, or one more.", "Collect the factor 2."), proof
    )


def _product(d: Draw) -> Made:
    (x, y), (h1, h2) = d.names(2), d.hyps(2)
    u, v = d.names(2, tuple("kmrstuv"))
    ring = d.of(("ℕ", "ℤ"))
    p, c = 2 * d.number(0, 4) + 1, 2 * d.number(0, 5)
    term = linear([(p, f"{x} * {y}")], c)
    witness = linear([(2 * p, f"{u} * {v}"), (p, u), (p, v)], (p - 1 + c) // 2)
    signature = f"({x} {y} : {ring}) ({h1} : Odd {x}) ({h2} : Odd {y}) : Odd ({term})"
    proof = lines(
        f"obtain ⟨{u}, hu⟩ := {h1}", f"obtain ⟨{v}, hv⟩ := {h2}", f"exact ⟨{witness}, by rw [hu, hv]; ring⟩"
    )
    words = f"If ${x}$ and ${y}$ are odd, so is ${term}$."
    return Made(signature, words, ("Write both as 2 k + 1 and multiply out.",), proof)


def _even_factor(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    u = d.name(tuple("kmrstuv"))
    p, q = d.number(1, 6), 2 * d.number(0, 5)
    term = linear([(p, f"{x} * {y}")], q)
    if d.maybe(0.4):
        term, witness = linear([(p, f"{x} ^ 2"), (q, y)]), linear([(p, f"{u} * {x}"), (q // 2, y)])
        factor = linear([(p, x)])
    else:
        witness, factor = linear([(p, f"{u} * {y}")], q // 2), linear([(p, y)])
    proof = lines(f"obtain ⟨{u}, hu⟩ := {h}", f"exact ⟨{witness}, by linear_combination {factor} * hu⟩")
    signature = f"({x} {y} : ℤ) ({h} : Even {x}) : Even ({term})"
    words = f"If ${x}$ is even, so is ${term}$."
    return Made(signature, words, (f"Write {x} as twice a number.",), proof)


def _consecutive(d: Draw) -> Made:
    n = d.name()
    k = d.of((1, 3, 5, 7))
    ring = d.of(("ℕ", "ℤ"))
    goal = d.of((f"Even ({n} * ({n} + {k}))", f"2 ∣ {n} * ({n} + {k})", f"{n} * ({n} + {k}) % 2 = 0"))
    mul = "Nat.mul_mod" if ring == "ℕ" else "Int.mul_emod"
    even = {"ℕ": "Nat.even_iff", "ℤ": "Int.even_iff"}[ring]
    divides = {"ℕ": "Nat.dvd_iff_mod_eq_zero", "ℤ": "Int.dvd_iff_emod_eq_zero"}[ring]
    first = f"rw [{even}]" if goal.startswith("Even") else f"rw [{divides}]" if "∣" in goal else ""
    proof = lines(
        first,
        f"have e := {mul} {n} ({n} + {k}) 2",
        f"rcases (by omega : {n} % 2 = 0 ∨ {n} % 2 = 1) with h | h",
        "· rw [e, h]; simp",
        f"· rw [e, show ({n} + {k}) % 2 = 0 by omega]; simp",
    )
    words = f"${n} ({n} + {k})$ is even: one of the factors is."
    return Made(f"({n} : {ring}) : {goal}", words, (f"Distinguish {n} modulo 2.",), proof)


def _residues(d: Draw) -> Made:
    n, power = d.name(), d.of((2, 2, 3))
    m = d.of((3, 4, 5, 6, 7, 8) if power == 2 else (4, 7, 9))
    values = sorted({x**power % m for x in range(m)})
    missing = [r for r in range(m) if r not in values]
    term = f"{n} ^ {power}"
    c = d.number(0, 9)
    left = f"({term} + {c}) % {m}" if c else f"{term} % {m}"
    goal = (
        f"{left} ≠ {(d.of(missing) + c) % m}"
        if d.maybe()
        else equals_any(left, [(v + c) % m for v in values])
    )
    proof = lines(
        f"have e := Nat.pow_mod {n} {power} {m}",
        f"have h : {equals_any(f'{n} % {m}', list(range(m)))} := by omega",
        f"rcases h with {' | '.join(['h'] * m)} <;> rw [h] at e <;> omega",
    )
    words = f"Of ${term}$, only {', '.join(map(str, values))} are possible remainders modulo {m}."
    return Made(f"({n} : ℕ) : {goal}", words, (f"Distinguish {n} modulo {m}.",), proof)


def _two_squares(d: Draw) -> Made:
    x, y = d.names(2)
    while True:
        m = d.of((3, 4, 5, 7, 8))
        k = d.number(1, 9)
        values = {(x2 * x2 + k * y2 * y2) % m for x2 in range(m) for y2 in range(m)}
        missing = [r for r in range(m) if r not in values]
        if missing:
            break
    r = d.of(missing)
    value = r + m * d.number(0, 30)
    by = "" if k == 1 else f"{k} * "
    goal = f"{x} ^ 2 + {by}{y} ^ 2 ≠ {value}"
    proof = lines(
        f"have e₁ := Nat.pow_mod {x} 2 {m}",
        f"have e₂ := Nat.pow_mod {y} 2 {m}",
        f"have h₁ : {equals_any(f'{x} % {m}', list(range(m)))} := by omega",
        f"have h₂ : {equals_any(f'{y} % {m}', list(range(m)))} := by omega",
        f"rcases h₁ with {' | '.join(['h₁'] * m)} <;> rcases h₂ with {' | '.join(['h₂'] * m)} <;>",
        "  rw [h₁] at e₁ <;> rw [h₂] at e₂ <;> omega",
    )
    words = f"{value} is not of the form ${x}^2 + {by}{y}^2$."
    plan = (f"Squares modulo {m} are known; their combinations never leave the remainder {r}.",)
    return Made(f"({x} {y} : ℕ) : {goal}", words, plan, proof)


SHAPES = (
    Shape("parity_linear", "parity", 2, _linear),
    Shape("parity_product", "parity", 2, _product),
    Shape("parity_even_factor", "parity", 2, _even_factor),
    Shape("parity_consecutive", "parity", 2, _consecutive),
    Shape("residues_of_powers", "modular", 3, _residues),
    Shape("residues_two_squares", "modular", 4, _two_squares),
)
