"""Polynomial identities, consequences of equations, and numbers of the form x² + k y²."""

from __future__ import annotations

from prover.bootstrap.generate.draw import SEQUENCES, Draw, Made, Shape, linear, lines


def _binomial(d: Draw) -> Made:
    (x, y), (a, b) = d.names(2), (d.number(1, 7), d.number(1, 7))
    ring, minus = d.of(("ℕ", "ℤ")), d.maybe()
    sign = "-" if minus and ring == "ℤ" else "+"
    left, right = linear([(a, x)]), linear([(b, y)])
    square = [f"{a * a} * {x} ^ 2", f"{2 * a * b} * {x} * {y}", f"{b * b} * {y} ^ 2"]
    square = [part.removeprefix("1 * ") for part in square]
    if d.maybe():
        goal = f"({left} {sign} {right}) ^ 2 = {square[0]} {sign} {square[1]} + {square[2]}"
    else:
        other = "+" if sign == "-" else "-"
        ring = "ℤ"
        goal = f"({left} {sign} {right}) * ({left} {other} {right}) = {square[0]} - {square[2]}"
    return Made(f"({x} {y} : {ring}) : {goal}", f"${goal}$.", ("Multiply out.",), "ring")


def _combination(d: Draw) -> Made:
    (x, y), (h1, h2) = d.names(2), d.hyps(2)
    s, p = d.number(-9, 12, but=(0,)), d.number(-12, 12, but=(0,))
    given = f"({x} {y} : ℤ) ({h1} : {x} + {y} = {s}) ({h2} : {x} * {y} = {p})"
    form = d.number(0, 2)
    if form == 0:
        goal, value = f"{x} ^ 2 + {y} ^ 2", s * s - 2 * p
        proof = f"linear_combination ({linear([(1, x), (1, y)], s)}) * {h1} - 2 * {h2}"
    elif form == 1:
        goal, value = f"({x} - {y}) ^ 2", s * s - 4 * p
        proof = f"linear_combination ({linear([(1, x), (1, y)], s)}) * {h1} - 4 * {h2}"
    else:
        goal, value = f"{x} ^ 2 * {y} + {x} * {y} ^ 2", s * p
        proof = f"linear_combination {x} * {y} * {h1} + {s} * {h2}"
        if s < 0:
            proof = f"linear_combination {x} * {y} * {h1} - {-s} * {h2}"
    words = f"If ${x} + {y} = {s}$ and ${x} {y} = {p}$, then ${goal} = {value}$."
    return Made(f"{given} : {goal} = {value}", words, ("Write it by the sum and the product.",), proof)


def _substitution(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    a, c, k = d.number(2, 6), d.number(-6, 7, but=(0,)), d.number(1, 5)
    value = linear([(a, x)], c)
    goal = f"{y} ^ 2 + {k} * {y} = " + linear([(a * a, f"{x} ^ 2"), (2 * a * c + k * a, x)], c * c + k * c)
    words = f"If ${y} = {value}$, then ${goal}$."
    plan = (f"Put {value} for {y} and multiply out.",)
    return Made(f"({x} {y} : ℤ) ({h} : {y} = {value}) : {goal}", words, plan, lines(f"rw [{h}]", "ring"))


def _zero_sum(d: Draw) -> Made:
    (x, y, z), (h,) = d.names(3), d.hyps(1)
    form = d.number(0, 2)
    if form == 0:
        k = d.number(1, 6)
        goal = f"{linear([(k, f'{x} ^ 3'), (k, f'{y} ^ 3'), (k, f'{z} ^ 3')])} = {3 * k} * {x} * {y} * {z}"
        factor = f"({x} ^ 2 + {y} ^ 2 + {z} ^ 2 - {x} * {y} - {y} * {z} - {z} * {x})"
        proof = f"linear_combination {factor} * {h}" if k == 1 else f"linear_combination {k} * {factor} * {h}"
    elif form == 1:
        goal = f"{x} ^ 2 + {y} ^ 2 + {z} ^ 2 = -2 * ({x} * {y} + {y} * {z} + {z} * {x})"
        proof = f"linear_combination ({x} + {y} + {z}) * {h}"
    else:
        k = d.number(1, 6)
        goal = f"({x} + {y}) * ({y} + {z}) * ({z} + {x}) + {k} * {x} = -({x} * {y} * {z}) - {k} * ({y} + {z})"
        proof = f"linear_combination ({x} * {y} + {y} * {z} + {z} * {x} + {k}) * {h}"
    words = f"If ${x} + {y} + {z} = 0$, then ${goal}$."
    plan = ("The difference of the two sides is a multiple of the sum.",)
    return Made(f"({x} {y} {z} : ℤ) ({h} : {x} + {y} + {z} = 0) : {goal}", words, plan, proof)


def _form_product(d: Draw) -> Made:
    a, b, x, y = (*d.names(2, tuple("abcdmn")), *d.names(2, tuple("xyzuv")))
    s, t = d.names(2, tuple("pqrst"))
    k, minus = d.number(1, 9), d.maybe(0.3)
    form = "{} ^ 2 - {} ^ 2" if k == 1 and minus else "{} ^ 2 + {} ^ 2"
    if k > 1:
        form = f"{{}} ^ 2 {'-' if minus else '+'} {k} * {{}} ^ 2"
    by = "" if k == 1 else f"{k} * "
    signs = ("+", "+") if minus else (("-", "+") if d.maybe() else ("+", "-"))
    goal = f"∃ {s} {t} : ℤ, ({form.format(a, b)}) * ({form.format(x, y)}) = {form.format(s, t)}"
    witness = f"{a} * {x} {signs[0]} {by}{b} * {y}, {a} * {y} {signs[1]} {b} * {x}"
    words = f"A product of two numbers of the form ${form.format('s', 't')}$ is of this form, too."
    plan = ("Brahmagupta's identity names the two numbers.",)
    return Made(f"({a} {b} {x} {y} : ℤ) : {goal}", words, plan, f"exact ⟨{witness}, by ring⟩")


def _form_double(d: Draw) -> Made:
    (x, y), (s, t) = d.names(2), d.names(2, tuple("uvwpqr"))
    a, b = d.of(((1, 1), (1, 2), (2, 3), (1, 3), (1, 4), (3, 4), (2, 5), (1, 5)))
    k = a * a + b * b
    goal = f"∃ {s} {t} : ℤ, {k} * ({x} ^ 2 + {y} ^ 2) = {s} ^ 2 + {t} ^ 2"
    witness = f"{linear([(a, x), (-b, y)])}, {linear([(b, x), (a, y)])}"
    words = f"{k} times a sum of two squares is a sum of two squares."
    plan = (f"{k} = {a}² + {b}²; Brahmagupta's identity names the two numbers.",)
    return Made(f"({x} {y} : ℤ) : {goal}", words, plan, f"exact ⟨{witness}, by ring⟩")


def _pell(d: Draw) -> Made:
    (x, y), (h1, h2) = d.names(2, SEQUENCES), d.hyps(2)
    n, ih = d.name(tuple("nkm")), "ih"
    k, u, v = d.of(
        (
            (2, 3, 2),
            (3, 2, 1),
            (5, 9, 4),
            (6, 5, 2),
            (7, 8, 3),
            (8, 3, 1),
            (10, 19, 6),
            (15, 4, 1),
            (12, 7, 2),
        )
    )
    c, (h0,) = d.number(-9, 12), d.names(1, ("hc", "h₀", "hs"))
    step = f"({h1} : ∀ n, {x} (n + 1) = {linear([(u, f'{x} n'), (k * v, f'{y} n')])})"
    step += f" ({h2} : ∀ n, {y} (n + 1) = {linear([(v, f'{x} n'), (u, f'{y} n')])})"
    start = f"({h0} : {x} 0 ^ 2 - {k} * {y} 0 ^ 2 = {c})"
    goal = f"{x} {n} ^ 2 - {k} * {y} {n} ^ 2 = {c}"
    proof = lines(
        f"induction {n} with",
        f"| zero => exact {h0}",
        f"| succ {n} {ih} =>",
        f"  rw [{h1}, {h2}]",
        f"  linear_combination {ih}",
    )
    words = f"The recursion keeps ${x}_n^2 - {k} {y}_n^2$, so it is {c} for every $n$ if it is for $n = 0$."
    plan = (f"Induction on {n}.", "One step does not change the value, by multiplying out.")
    signature = f"({x} {y} : ℕ → ℤ) {step} {start} ({n} : ℕ) : {goal}"
    return Made(signature, words, plan, proof)


SHAPES = (
    Shape("identity_binomial", "integers", 1, _binomial),
    Shape("identity_combination", "integers", 2, _combination),
    Shape("identity_substitution", "integers", 1, _substitution),
    Shape("identity_zero_sum", "integers", 3, _zero_sum),
    Shape("identity_form_product", "integers", 4, _form_product),
    Shape("identity_form_double", "integers", 3, _form_double),
    Shape("identity_pell", "sequences", 4, _pell),
)
