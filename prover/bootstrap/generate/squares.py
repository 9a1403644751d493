"""Squares that cannot be, sums of squares that vanish, and inequalities by one well-chosen square."""

from __future__ import annotations

from prover.bootstrap.generate.draw import Draw, Made, Shape, argument, linear, lines


def _between(d: Draw) -> Made:
    k = d.name(tuple("kmnxy"))
    root = d.number(1, 30)
    low, high = root**2 + d.number(0, root), (root + 1) ** 2 - d.number(0, root)
    if not low < high - 1:
        return _between(d.fresh())
    goal = f"¬∃ {k} : ℕ, {low} < {k} ^ 2 ∧ {k} ^ 2 < {high}"
    proof = lines(
        f"rintro ⟨{k}, h1, h2⟩",
        f"have e1 : {root} < {k} := by nlinarith",
        f"have e2 : {k} < {root + 1} := by nlinarith",
        "omega",
    )
    words = f"No square lies strictly between {low} and {high}."
    plan = (f"Its root would lie strictly between {root} and {root + 1}.",)
    return Made(f": {goal}", words, plan, proof)


def _no_square(d: Draw) -> Made:
    k, n = d.names(2, tuple("kmnxyab"))
    # (n + a)² < n² + p n + c < (n + a + 1)², where both differences have no negative coefficient
    a, p_of, extra = d.number(0, 4), d.of((0, 1, 2)), d.number(1, 6)
    p = 2 * a + p_of
    c = a * a + extra
    # (n + a + 1)² - (n² + p n + c) = (2 - p_of) n + 2 a + 1 - extra
    start = max(0, -(-(extra - 2 * a) // (2 - p_of))) if p_of < 2 else 0
    if p_of == 2 and extra > 2 * a:
        return _no_square(d.fresh())
    least = max(start, 0)
    (h,) = d.hyps(1)
    value = linear([(1, f"{n} ^ 2"), (p, n)], c)
    below, above = linear([(1, n)], a), linear([(1, n)], a + 1)
    proof = lines(
        f"rintro ⟨{k}, e⟩",
        f"have e1 : {below} < {k} := by nlinarith",
        f"have e2 : {k} < {above} := by nlinarith",
        "omega",
    )
    given = f" ({h} : {least} ≤ {n})" if least else ""
    words = f"${value}$ is no square{f' for ${n} ≥ {least}$' if least else ''}."
    plan = (f"It lies strictly between the squares of {below} and {above}.",)
    return Made(f"({n} : ℕ){given} : ¬∃ {k} : ℕ, {value} = {k} ^ 2", words, plan, proof)


def _vanishing(d: Draw) -> Made:
    (x, y), (h,) = d.names(2), d.hyps(1)
    a, b = d.number(-7, 8), d.number(-7, 8)
    p, q = d.number(1, 4), d.number(1, 4)
    terms = [(p, f"{x} ^ 2"), (q, f"{y} ^ 2"), (-2 * p * a, x), (-2 * q * b, y)]
    constant = p * a * a + q * b * b
    equation = f"{linear(terms, constant)} = 0" if d.maybe() else f"{linear(terms)} = {-constant}"
    one, two = linear([(1, x)], -a), linear([(1, y)], -b)
    proof = lines(
        f"have e1 : ({one}) ^ 2 = 0 := by nlinarith [sq_nonneg ({one}), sq_nonneg ({two})]",
        f"have e2 : ({two}) ^ 2 = 0 := by nlinarith [sq_nonneg ({one}), sq_nonneg ({two})]",
        f"have e3 : {one} = 0 := pow_eq_zero_iff (by norm_num) |>.1 e1",
        f"have e4 : {two} = 0 := pow_eq_zero_iff (by norm_num) |>.1 e2",
        "constructor <;> omega",
    )
    words = f"If ${equation}$, then ${x} = {a}$ and ${y} = {b}$."
    plan = ("Complete the squares: their sum is zero.",)
    return Made(f"({x} {y} : ℤ) ({h} : {equation}) : {x} = {a} ∧ {y} = {b}", words, plan, proof)


def _cauchy(d: Draw) -> Made:
    x, y, u, v = (*d.names(2, tuple("abcdmn")), *d.names(2, tuple("xyzuv")))
    p, q = d.number(1, 6), d.number(1, 6)

    def form(s: str, t: str) -> str:
        return linear([(p, f"{s} ^ 2"), (q, f"{t} ^ 2")])

    inner = linear([(p, f"{x} * {u}"), (q, f"{y} * {v}")])
    goal = f"({inner}) ^ 2 ≤ ({form(x, y)}) * ({form(u, v)})"
    proof = f"nlinarith [sq_nonneg ({x} * {v} - {y} * {u})]"
    words = f"Cauchy's inequality with weights: ${goal}$."
    plan = (f"The difference is {p * q} times the square of {x} {v} - {y} {u}.",)
    return Made(f"({x} {y} {u} {v} : ℤ) : {goal}", words, plan, proof)


def _cauchy_numbers(d: Draw) -> Made:
    (x, y), (p, q, k) = d.names(2), (d.number(1, 6), d.number(1, 6), d.number(1, 4))
    a, b = d.number(1, 7), d.number(1, 7)
    # (a x + b y)² (weights p, q): (q a² + p b²) (p x² + q y²) - p q (a x + b y)² = (p b x - q a y)²
    left = f"{linear([(p * q * k, f'({linear([(a, x), (b, y)])}) ^ 2')])}"
    right = linear([((q * a * a + p * b * b) * k, f"({linear([(p, f'{x} ^ 2'), (q, f'{y} ^ 2')])})")])
    goal = f"{left} ≤ {right}"
    proof = f"nlinarith [sq_nonneg ({linear([(p * b, x), (-q * a, y)])})]"
    words = f"${goal}$, an instance of Cauchy's inequality."
    plan = (f"The difference is a square of {linear([(p * b, x), (-q * a, y)])}.",)
    return Made(f"({x} {y} : ℤ) : {goal}", words, plan, proof)


def _weighted(d: Draw) -> Made:
    (x, y, z), (h,) = d.names(3), d.hyps(1)
    a, b, e = d.number(1, 6), d.number(1, 6), d.number(0, 5)
    left = f"{2 * a * b} * ({x} * {y} * {z})"
    right = linear([(a * a, f"({x} * {y} ^ 2)"), (b * b, f"({x} * {z} ^ 2)"), (e, x)])
    square = linear([(a, y), (-b, z)])
    proof = f"nlinarith [mul_nonneg {h} (sq_nonneg ({square}))]"
    words = f"If ${x} ≥ 0$, then ${left} ≤ {right}$."
    plan = (f"{x} times the square of {square} is not negative.",)
    return Made(f"({x} {y} {z} : ℤ) ({h} : 0 ≤ {x}) : {left} ≤ {right}", words, plan, proof)


def _cubes(d: Draw) -> Made:
    (x, y), (h1, h2) = d.names(2), d.hyps(2)
    k, a = d.number(1, 6), d.number(1, 5)
    # k (x + a y) (x - y)² = k (x³ + (a - 2) x² y + (1 - 2 a) x y² + a y³)
    left = [(k * (2 * a - 1), f"{x} * {y} ^ 2")]
    right = [(k, f"{x} ^ 3"), (k * a, f"{y} ^ 3")]
    middle = (k * abs(a - 2), f"{x} ^ 2 * {y}")
    (left if a < 2 else right).append(middle)
    goal = f"{linear(left)} ≤ {linear(right)}"
    term = linear([(1, x), (a, y)])
    proof = lines(
        f"have e : 0 ≤ {term} := by omega",
        f"nlinarith [mul_nonneg e (sq_nonneg ({x} - {y}))]",
    )
    words = f"If ${x}$ and ${y}$ are not negative, then ${goal}$."
    plan = (f"The difference is {term} times the square of {x} - {y}.",)
    return Made(f"({x} {y} : ℤ) ({h1} : 0 ≤ {x}) ({h2} : 0 ≤ {y}) : {goal}", words, plan, proof)


def _double_root(d: Draw) -> Made:
    n, k = d.name(tuple("nmxab")), d.name(("k", "q", "u"))
    p = d.of((3, 5, 7))
    r, c = d.number(0, p - 1), d.number(1, p - 1)
    # (n - r)² + p (s n + c): divisible by p only for n = r, and then not by p².
    s = d.number(0, 3)
    rest = r * r + p * c
    square = linear([(1, f"{n} ^ 2"), (p * s - 2 * r, n)], rest)
    if (p * (s * r + c)) % (p * p) == 0:
        return _double_root(d.fresh())
    cases = " ∨ ".join(f"{n} = {linear([(p, k)], i)}" for i in range(p))
    names = " | ".join(["rfl"] * p)
    proof = lines(
        f"obtain ⟨{k}, hk⟩ : ∃ {k}, {cases} := ⟨{n} / {p}, by omega⟩",
        f"rcases hk with {names} <;> intro h <;> ring_nf at h <;> omega",
    )
    words = f"${square}$ is never divisible by {p * p}."
    plan = (f"Write {n} by its quotient and remainder modulo {p}.",)
    return Made(f"({n} : ℤ) : ¬({p * p} : ℤ) ∣ {square}", words, plan, proof)


def _negative_product(d: Draw) -> Made:
    x, (h,) = d.name(), d.hyps(1)
    a, b = sorted(d.sample(range(-9, 11), 2))
    k = d.number(1, 3)
    equation = f"{linear([(k, f'{x} ^ 2'), (-k * (a + b), x)], k * a * b)} ≤ 0"
    proof = lines("constructor", "· nlinarith", "· nlinarith")
    words = f"If ${equation}$, then ${a} ≤ {x} ≤ {b}$."
    plan = (f"The left side is a multiple of ({x} - {argument(a)}) ({x} - {argument(b)}).",)
    return Made(f"({x} : ℤ) ({h} : {equation}) : {a} ≤ {x} ∧ {x} ≤ {b}", words, plan, proof)


SHAPES = (
    Shape("square_between", "nat_arith", 2, _between),
    Shape("square_never", "nat_arith", 4, _no_square),
    Shape("square_vanishing", "integers", 3, _vanishing),
    Shape("square_cauchy", "inequalities", 3, _cauchy),
    Shape("square_cauchy_numbers", "inequalities", 3, _cauchy_numbers),
    Shape("square_weighted", "inequalities", 3, _weighted),
    Shape("square_cubes", "inequalities", 4, _cubes),
    Shape("square_double_root", "modular", 5, _double_root),
    Shape("square_interval", "inequalities", 3, _negative_product),
)
