"""Functions on the integers of which an equation is known: what follows when it is read at the right points."""

from __future__ import annotations

from prover.bootstrap.generate.draw import FUNCTIONS, Draw, Made, Shape, argument, linear, lines

_POINTS = tuple("xyzt")
_OTHERS = tuple("abuv")


def _nested(d: Draw) -> Made:
    f, x, (h,) = d.name(FUNCTIONS), d.name(_POINTS), d.hyps(1)
    p, q = d.of((1, 1, 2, 3, 4, 5, -1)), d.number(-12, 15, but=(0,))
    value, ring = linear([(p, x)], q), "ℤ" if p < 0 or q < 0 else d.of(("ℕ", "ℤ"))
    goal = f"∀ {x}, {f} ({value}) = {linear([(p, f'{f} {x}')], q)}"
    proof = lines(f"intro {x}", f"rw [← {h} {x}, {h} ({f} {x})]")
    signature = f"({f} : {ring} → {ring}) ({h} : ∀ {x}, {f} ({f} {x}) = {value}) : {goal}"
    words = f"If ${f}({f}({x})) = {value}$ for all ${x}$, then ${goal}$."
    return Made(signature, words, (f"Apply {f} three times, in two ways.",), proof)


def _nested_injective(d: Draw) -> Made:
    (f, g), (x, y), (h,) = d.names(2, FUNCTIONS), d.names(2, _POINTS), d.hyps(1)
    p, q, same = d.number(-5, 6, but=(0,)), d.number(-12, 15), d.maybe()
    outer = f if same else g
    value = linear([(p, x)], q)
    goal = d.of((f"Function.Injective {f}", f"∀ {x} {y}, {f} {x} = {f} {y} → {x} = {y}"))
    proof = lines(f"intro {x} {y} e", f"have e1 := {h} {x}", f"have e2 := {h} {y}", "rw [e] at e1", "omega")
    functions = f if same else f"{f} {g}"
    signature = f"({functions} : ℤ → ℤ) ({h} : ∀ {x}, {outer} ({f} {x}) = {value}) : {goal}"
    words = f"If ${outer}({f}({x})) = {value}$ for all ${x}$, then ${f}$ is injective."
    plan = (f"Equal values of {f} give equal values of {value}.",)
    return Made(signature, words, plan, proof)


def _nested_surjective(d: Draw) -> Made:
    (f, g), (x, y), (h,) = d.names(2, FUNCTIONS), d.names(2, _POINTS), d.hyps(1)
    p, q, same = d.of((1, -1)), d.number(-15, 20, but=(0,)), d.maybe()
    inner, by = (f if same else g), d.number(0, 1)
    value, back = linear([(p, x)], q), linear([(p, y)], -p * q)
    goal = (f"Function.Surjective {f}", f"∀ {y}, ∃ {x}, {f} {x} = {y}")[by]
    proof = lines(f"intro {y}", f"exact ⟨{inner} ({back}), by rw [{h}]; ring⟩")
    functions = f if same else f"{f} {g}"
    signature = f"({functions} : ℤ → ℤ) ({h} : ∀ {x}, {f} ({inner} {x}) = {value}) : {goal}"
    words = f"If ${f}({inner}({x})) = {value}$ for all ${x}$, then ${f}$ is surjective."
    return Made(signature, words, (f"{y} is the value at {inner}({back}).",), proof)


def _reflected(d: Draw) -> Made:
    f, x, (h,) = d.name(FUNCTIONS), d.name(_POINTS), d.hyps(1)
    p, q = d.sample(range(1, 7), 2)
    u, v, c = d.number(-4, 5, but=(0,)), d.number(-6, 8), d.number(0, 9)
    mirror = linear([(-1, x)], c) if not c else f"{c} - {x}"
    right = linear([((p - q) * u, x)], (p + q) * v + q * u * c)
    equation = f"{linear([(p, f'{f} {x}'), (q, f'{f} ({mirror})')])} = {right}"
    back = f"rw [show {c} - ({mirror}) = {x} by ring] at e2" if c else "rw [neg_neg] at e2"
    proof = lines(f"intro {x}", f"have e1 := {h} {x}", f"have e2 := {h} ({mirror})", back, "omega")
    goal = f"∀ {x}, {f} {x} = {linear([(u, x)], v)}"
    words = f"If ${equation}$ for all ${x}$, then ${goal[4:]}$."
    plan = (f"Put {mirror} for {x}: two equations for two values.",)
    return Made(f"({f} : ℤ → ℤ) ({h} : ∀ {x}, {equation}) : {goal}", words, plan, proof)


def _two_points(d: Draw) -> Made:
    f, x, (h,) = d.name(FUNCTIONS), d.name(_POINTS), d.hyps(1)
    p, q = d.sample(range(1, 7), 2)
    c, at = d.number(1, 12), d.number(0, 12)
    if 2 * at == c:
        return _two_points(d.fresh())
    k, first = d.number(1, 4), d.number(-9, 12)
    # p f(at) + q f(c - at) = k at + e, and the other way round; f(at) is to be `first`.
    other = next(
        (t for t in range(-40, 41) if p * first + q * t - k * at == p * t + q * first - k * (c - at)), None
    )
    if other is None:
        return _two_points(d.fresh())
    e = p * first + q * other - k * at
    equation = f"{linear([(p, f'{f} {x}'), (q, f'{f} ({c} - {x})')])} = {linear([(k, x)], e)}"
    a, b = argument(at), argument(c - at)
    proof = lines(f"have e1 := {h} {a}", f"have e2 := {h} {b}", "norm_num at e1 e2", "omega")
    words = f"If ${equation}$ for all ${x}$, then ${f}({at}) = {first}$."
    plan = (f"Put {at} and {c - at}: two equations for two values.",)
    return Made(f"({f} : ℤ → ℤ) ({h} : ∀ {x}, {equation}) : {f} {a} = {first}", words, plan, proof)


def _shifted(d: Draw) -> Made:
    f, (x, y), (h0, h) = d.name(FUNCTIONS), d.names(2, _POINTS), d.hyps(2)
    k, c, square = d.number(-7, 9, but=(0,)), d.number(-9, 12), d.maybe()
    step = [(2 * k, f"{x} * {y}"), (k, f"{y} ^ 2")] if square else [(k, y)]
    given = f"{f} ({x} + {y}) = {linear([(1, f'{f} {x}'), *step])}"
    goal = f"∀ {x}, {f} {x} = {linear([(k, f'{x} ^ 2' if square else x)], c)}"
    proof = lines(f"intro {x}", f"have e := {h} 0 {x}", f"rw [zero_add, {h0}] at e", "linarith")
    signature = f"({f} : ℤ → ℤ) ({h0} : {f} 0 = {c}) ({h} : ∀ {x} {y}, {given}) : {goal}"
    words = f"If ${f}(0) = {c}$ and ${given}$ for all ${x}, {y}$, then ${goal[4:]}$."
    return Made(signature, words, ("Put 0 for the first number.",), proof)


def _diagonal(d: Draw) -> Made:
    f, (x, y), (h,) = d.name(FUNCTIONS), d.names(2, _POINTS), d.hyps(1)
    p, q = d.number(1, 6), d.number(1, 6)
    u, v, r = d.number(-5, 6), d.number(-6, 8), d.number(-9, 12)
    k = p + q
    # p f(x) + q f(y) = r x + (k u - r) y + k v
    equation = f"{linear([(p, f'{f} {x}'), (q, f'{f} {y}')])} = {linear([(r, x), (k * u - r, y)], k * v)}"
    goal = f"∀ {x}, {f} {x} = {linear([(u, x)], v)}"
    proof = lines(f"intro {x}", f"have e := {h} {x} {x}", "omega")
    words = f"If ${equation}$ for all ${x}, {y}$, then ${goal[4:]}$."
    return Made(f"({f} : ℤ → ℤ) ({h} : ∀ {x} {y}, {equation}) : {goal}", words, (f"Put {x} for {y}.",), proof)


def _homogeneous(d: Draw) -> Made:
    f, (x, y), (h1, h) = d.name(FUNCTIONS), d.names(2, _POINTS), d.hyps(2)
    power, c, k = d.number(1, 4), d.number(-9, 12, but=(0,)), d.number(-6, 8)
    factor = x if power == 1 else f"{x} ^ {power}"
    # f(x y) = x^n f(y) + k (x^n - 1), so f(x) = (c + k) x^n - k
    right = f"{factor} * {f} {y}" + (f" {'+' if k > 0 else '-'} {abs(k)} * ({factor} - 1)" if k else "")
    goal = f"∀ {x}, {f} {x} = {linear([(c + k, factor)], -k)}"
    proof = lines(f"intro {x}", f"have e := {h} {x} 1", f"rw [mul_one, {h1}] at e", "linarith")
    signature = f"({f} : ℤ → ℤ) ({h1} : {f} 1 = {c}) ({h} : ∀ {x} {y}, {f} ({x} * {y}) = {right}) : {goal}"
    words = f"If ${f}(1) = {c}$ and ${f}({x}{y}) = {right}$ for all ${x}, {y}$, then ${goal[4:]}$."
    return Made(signature, words, (f"Put 1 for {y}.",), proof)


def _impossible(d: Draw) -> Made:
    f, (x, y) = d.name(FUNCTIONS), d.names(2, _POINTS)
    p, c, k = d.number(1, 6), d.number(1, 15), d.number(1, 9)
    e = d.number(-9, 12)
    if d.maybe():
        body = f"∀ {x}, {linear([(p, f'{f} {x}'), (p, f'{f} ({c} - {x})')])} = {linear([(k, x)], e)}"
        proof = lines(f"rintro ⟨{f}, h⟩", "have e1 := h 0", f"have e2 := h {c}", "norm_num at e1 e2", "omega")
        plan = (f"0 and {c} give the same left side, and two right sides.",)
    else:
        other = d.number(-9, 9, but=(-k, 0))
        body = f"∀ {x} {y}, {f} {x} - {f} {y} = {linear([(k, x), (other, y)])}"
        proof = lines(f"rintro ⟨{f}, h⟩", "have e1 := h 1 1", "omega")
        plan = ("Put 1 for both.",)
    return Made(f": ¬∃ {f} : ℤ → ℤ, {body}", f"No function has ${body}$.", plan, proof)


def _exists(d: Draw) -> Made:
    f, x = d.name(FUNCTIONS), d.name(_POINTS)
    k, c, s = d.number(-6, 8, but=(0,)), d.number(-9, 12), d.number(1, 6)
    body = linear([(k, x)], c)
    if d.maybe():
        given = f"{f} ({x} + {s}) = {linear([(1, f'{f} {x}')], k * s)}"
        goal = f"∃ {f} : ℤ → ℤ, {f} 0 = {c} ∧ ∀ {x}, {given}"
        proof = lines(f"refine ⟨fun {x} => {body}, by norm_num, ?_⟩", f"intro {x}", "simp only", "ring")
    else:
        given = f"{f} {x} + {f} ({s} - {x}) = {k * s + 2 * c}"
        goal = f"∃ {f} : ℤ → ℤ, {f} 0 = {c} ∧ {f} 1 = {k + c} ∧ ∀ {x}, {given}"
        proof = lines(
            f"refine ⟨fun {x} => {body}, by norm_num, by norm_num, ?_⟩", f"intro {x}", "simp only", "ring"
        )
    words = f"Some function has ${goal.split(', ', 1)[1]}$."
    return Made(f": {goal}", words, (f"Take {body}.",), proof)


def _not_bijective(d: Draw) -> Made:
    f, x, (h,) = d.name(FUNCTIONS), d.name(_POINTS), d.hyps(1)
    form = d.number(0, 2)
    if form == 0:
        p, q = d.number(2, 9), d.number(-9, 12)
        value, goal = linear([(p, x)], q), f"¬Function.Surjective {f}"
        missed = argument(q + 1)
        proof = lines("intro hs", f"obtain ⟨{x}, hx⟩ := hs {missed}", f"rw [{h}] at hx", "omega")
        plan = (f"{q + 1} is no value.",)
    elif form == 1:
        p, q = d.number(1, 7), d.number(-9, 12)
        value, goal = linear([(p, f"{x} ^ 2")], q), f"¬Function.Surjective {f}"
        missed = argument(q - 1)
        proof = lines(
            "intro hs", f"obtain ⟨{x}, hx⟩ := hs {missed}", f"rw [{h}] at hx", f"nlinarith [sq_nonneg {x}]"
        )
        plan = (f"{q - 1} is no value.",)
    else:
        a, b = d.sample(range(-5, 8), 2)
        q = d.number(-9, 12)
        value, goal = linear([(1, f"{x} ^ 2"), (-a - b, x)], q), f"¬Function.Injective {f}"
        one, two = argument(a), argument(b)
        proof = lines(
            "intro hi",
            f"have e : {f} {one} = {f} {two} := by rw [{h}, {h}]; norm_num",
            "exact absurd (hi e) (by norm_num)",
        )
        plan = (f"{a} and {b} have the same value.",)
    words = f"If ${f}({x}) = {value}$ for all ${x}$, then ${f}$ is not {'in' if form == 2 else 'sur'}jective."
    return Made(f"({f} : ℤ → ℤ) ({h} : ∀ {x}, {f} {x} = {value}) : {goal}", words, plan, proof)


def _antiperiod(d: Draw) -> Made:
    f, x, (h,) = d.name(FUNCTIONS), d.name(_POINTS), d.hyps(1)
    a, c, p = d.number(1, 9), d.number(-9, 15), d.of((1, -1))
    # f(x + a) = p f(x) + c, twice
    given = f"{f} ({x} + {a}) = {linear([(p, f'{f} {x}')], c)}"
    goal = f"∀ {x}, {f} ({x} + {2 * a}) = {linear([(1, f'{f} {x}')], c + p * c)}"
    proof = lines(
        f"intro {x}",
        f"have e1 := {h} {x}",
        f"have e2 := {h} ({x} + {a})",
        f"rw [show {x} + {a} + {a} = {x} + {2 * a} by ring] at e2",
        "omega",
    )
    words = f"If ${given}$ for all ${x}$, then ${goal[4:]}$."
    return Made(f"({f} : ℤ → ℤ) ({h} : ∀ {x}, {given}) : {goal}", words, ("Make the step twice.",), proof)


SHAPES = (
    Shape("functional_nested", "functions", 3, _nested),
    Shape("functional_injective", "functions", 2, _nested_injective),
    Shape("functional_surjective", "functions", 3, _nested_surjective),
    Shape("functional_reflected", "functions", 3, _reflected),
    Shape("functional_two_points", "functions", 2, _two_points),
    Shape("functional_shifted", "functions", 2, _shifted),
    Shape("functional_diagonal", "functions", 2, _diagonal),
    Shape("functional_homogeneous", "functions", 3, _homogeneous),
    Shape("functional_impossible", "functions", 3, _impossible),
    Shape("functional_exists", "functions", 3, _exists),
    Shape("functional_not_bijective", "functions", 2, _not_bijective),
    Shape("functional_period", "functions", 2, _antiperiod),
)
