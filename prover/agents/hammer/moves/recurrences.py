"""Moves for linear recurrences at far or symbolic indices: the period is found here, and proved by one induction.

For `f (i) = Σ c_j * f (i - j) + c`, exact or modulo `m`, with numerals at the start: if the values repeat with period
`p`, then `∀ k, f (p * k + s) = …` follows by unrolling one period, and every index in view is one of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prover.agents.hammer.evaluate import kind_of, value_of
from prover.agents.hammer.goals import fresh_names
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.moves.residue import moduli
from prover.agents.hammer.moves.sequences import Rule, applied, functions, rules
from prover.agents.hammer.polynomial import to_polynomial
from prover.agents.hammer.terms import Term, num, parse_term, show, substitute

MAX_PERIOD = 60
MAX_ORDER = 6


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`f i = Σ coefficients[j] * f (i - j) + constant`; `offset` is the index's distance from the bound variable."""

    function: str
    rule: Rule
    offset: int
    coefficients: tuple[tuple[int, int], ...]
    constant: int
    initial: tuple[tuple[int, int], ...]
    kind: str

    @property
    def order(self) -> int:
        return max(j for j, _ in self.coefficients)


def _index(term: Term, variable: str) -> int | None:
    """`c` where an index is the variable plus `c`, also written `n - 1`."""
    p = to_polynomial(term, True)
    if p is None or p.get(((variable, 1),)) != 1 or len(p) > 2:
        return None
    return p.get((), 0) if len(p) == 1 or () in p else None


def recurrence(view: View, f: str, rule: Rule) -> Recurrence | None:
    if len(rule.variables) != 1 or rule.conclusion.head != "=" or rule.conclusion.args[0].function != f:
        return None
    left, right = rule.conclusion.args
    variable = rule.variables[0]
    kind = kind_of(left, view.types)
    offset = _index(left.args[1], variable)
    line = to_polynomial(right, kind == "ℤ")
    if offset is None or line is None:
        return None
    coefficients: list[tuple[int, int]] = []
    for monomial, c in line.items():
        if not monomial:
            continue
        atom = parse_term(monomial[0][0].removeprefix("(").removesuffix(")"), view.goal.names)
        place = _index(atom.args[1], variable) if atom.function == f else None
        if len(monomial) != 1 or monomial[0][1] != 1 or place is None or place >= offset:
            return None
        coefficients.append((offset - place, c))
    initial: dict[int, int] = {}
    for _, t in view.facts:
        if t.head == "=" and t.args[0].function == f and (i := value_of(t.args[0].args[1])) is not None:
            value = value_of(t.args[1])
            if value is not None:
                initial[i] = value
    if not coefficients or max(j for j, _ in coefficients) > MAX_ORDER:
        return None
    return Recurrence(
        f, rule, offset, tuple(coefficients), line.get((), 0), tuple(sorted(initial.items())), kind
    )


def _period(r: Recurrence, start: int, m: int) -> list[int]:
    """Values from `start` over one period (modulo `m` where it is not 0), or nothing."""
    known = dict(r.initial)
    window = []
    for i in range(start, start + r.order):
        if i not in known:
            return []
        window.append(known[i] % m if m else known[i])
    values = list(window)
    for _ in range(MAX_PERIOD + r.order):
        following = r.constant + sum(c * values[-j] for j, c in r.coefficients)
        values.append(following % m if m else following)
        if values[-r.order :] == window:
            return values[: -r.order]
    return []


def periods(view: View) -> Iterator[Move]:
    known = rules(view)
    for f in functions(view):
        for rule in known:
            r = recurrence(view, f, rule)
            if r is None or not r.initial:
                continue
            start = r.initial[0][0]
            candidates = [m for m in moduli(view) if m <= 200]
            for m in [*candidates[:3], *([0] if r.kind == "ℤ" else [])]:
                values = _period(r, start, m)
                if values:
                    text = _proof(view, r, start, m, values)
                    if text:
                        yield Move(text + "\nomega", 0.5, heavy=True)


def _index_text(variable: str, c: int) -> str:
    return f"{variable} + {c}" if c else variable


def _combination(r: Recurrence, vector: tuple[int, ...], base: int, variable: str) -> str:
    """`Σ vector[t] * f (variable + base + t)`, then the constant that ends the vector."""
    parts = [
        f"{show(num(a), 70)} * {r.function} ({_index_text(variable, base + t)})"
        for t, a in enumerate(vector[:-1])
        if a
    ]
    if vector[-1] or not parts:
        parts.append(show(num(vector[-1]), 66))
    return " + ".join(parts)


def _vectors(r: Recurrence, count: int) -> list[tuple[int, ...]]:
    """`f (start + j)` for `j < count`, as combinations of the first `order` values and 1."""
    d = r.order
    vectors = [(*(int(t == j) for t in range(d)), 0) for j in range(d)]
    while len(vectors) < count:
        following = [0] * d + [r.constant]
        for j, c in r.coefficients:
            following = [x + c * y for x, y in zip(following, vectors[-j], strict=True)]
        vectors.append(tuple(following))
    return vectors


def _proof(view: View, r: Recurrence, start: int, m: int, values: list[int]) -> str:
    p, d = len(values), r.order
    arguments = list(dict.fromkeys(a for s in view.statements for a in applied(s, r.function)))
    wanted = [v for a in arguments if (v := value_of(a)) is not None and v >= start + d]
    places = [
        (a, (remainder - start) % p) for a in arguments if (remainder := _remainder(view, a, p)) is not None
    ]
    if not wanted and not places:
        return ""
    taken = {*view.goal.names}
    step, jump, key, ih = fresh_names(["step", "jump", "key", "ih"], taken)
    mod = f" % {m}" if m else ""
    vectors = _vectors(r, p + d)
    text = [_step(r, step, start + d)]
    for j in range(d, p + d):
        claim = f"{r.function} (i + {start + j}) = {_combination(r, vectors[j], start, 'i')}"
        used = [f"have s : {_claim(r, start + j)} := {step} ({_index_text('i', j - d)})"]
        used += [f"have s{c} := {jump}{j - c} i" for c, _ in r.coefficients if j - c >= d]
        proof = "\n".join(["intro i", *used, "omega"])
        text.append(f"have {jump}{j} : ∀ i : ℕ, {claim} := by\n{indented(proof)}")

    def claims(index: str, base: int = 0) -> str:
        heads = (index_at(index, base, t) for t in range(d))
        return " ∧ ".join(f"{r.function} ({h}){mod} = {show(num(values[t]))}" for t, h in enumerate(heads))

    def index_at(index: str, base: int, t: int) -> str:
        return _index_text(index, start + t) if index else str(base + start + t)

    shifts = [f"have j{t} := {jump}{p + t} ({p} * k)" for t in range(d)]
    goals = [
        f"(by rw [show {p} * (k + 1) + {start + t} = {p} * k + {p + start + t} by omega]; omega)"
        for t in range(d)
    ]
    if not start:
        goals[0] = f"(by rw [show {p} * (k + 1) = {p} * k + {p} by omega]; omega)"
    holes = ", ".join(f"{ih}{t}" for t in range(d))
    take = f"obtain ⟨{holes}⟩ := {ih}" if d > 1 else f"have {ih}0 := {ih}"
    done = f"exact ⟨{', '.join(goals)}⟩" if d > 1 else f"exact {goals[0]}"
    zero = f"show {claims('', 0)}\nomega"
    succ = "\n".join([take, *shifts, done])
    induction = f"intro k\ninduction k with\n| zero =>\n{indented(zero)}\n| succ k {ih} =>\n{indented(succ)}"
    text.append(f"have {key} : ∀ k : ℕ, {claims(f'{p} * k')} := by\n{indented(induction)}")
    for n, v in enumerate(wanted):
        q, j = divmod(v - start, p)
        text.append(f"have z{n} : {claims('', p * q)} := {key} {q}")
        if j >= d:
            fact = _numeric(r, vectors[j], p * q + start)
            text.append(f"have w{n} : {r.function} {v} = {fact} := {jump}{j} {p * q}")
    unfold = view.tools.lemma_list(("Nat.ModEq",))
    arithmetic = (
        f"simp only [{', '.join(unfold)}] at *; omega"
        if any(t.head == "≡MOD" for _, t in view.facts)
        else "omega"
    )
    for n, (a, distance) in enumerate(places):
        place, j = start + distance, distance if distance >= d else distance + p
        h = f"hq{n}"
        text.append(
            f"obtain ⟨q{n}, {h}⟩ : ∃ q, {show(a)} = {p} * q + {place} := ⟨({show(a)} - {place}) / {p}, by {arithmetic}⟩"
        )
        text.append(f"have y{n} := {key} q{n}")
        if place - start >= d:
            text.append(f"have v{n} := {jump}{j} ({p} * q{n})\nrw [← {h}] at v{n}")
        else:
            text.append(
                f"rw [← {h}] at y{n}" if place else f"rw [← show {show(a)} = {p} * q{n} by omega] at y{n}"
            )
    return "\n".join(text)


def _numeric(r: Recurrence, vector: tuple[int, ...], base: int) -> str:
    parts = [f"{show(num(a), 70)} * {r.function} {base + t}" for t, a in enumerate(vector[:-1]) if a]
    if vector[-1] or not parts:
        parts.append(show(num(vector[-1]), 66))
    return " + ".join(parts)


def _claim(r: Recurrence, at: int) -> str:
    """What the recurrence says of `f (i + at)`."""
    terms = sorted(r.coefficients, reverse=True)
    right = [f"{show(num(c), 70)} * {r.function} ({_index_text('i', at - j)})" for j, c in terms]
    if r.constant:
        right.append(show(num(r.constant), 66))
    return f"{r.function} (i + {at}) = {' + '.join(right)}"


def _step(r: Recurrence, step: str, first: int) -> str:
    """The recurrence for all indices from `first` on, shifted so that nothing is subtracted."""
    at = first - r.offset
    conclusion = substitute(r.rule.conclusion, r.rule.variables[0], parse_term(_index_text("i", at)))
    rewrites = {}
    for a in applied(conclusion, r.function):
        clean = _index_text("i", (to_polynomial(a, True) or {}).get((), 0))
        if show(a) != clean:
            rewrites[show(a)] = clean
    lines = [
        "intro i",
        f"have s := {r.rule.hypothesis} ({_index_text('i', at)}){' (by omega)' * len(r.rule.premises)}",
    ]
    if rewrites:
        lines.append(f"rw [{', '.join(f'show {a} = {b} by omega' for a, b in rewrites.items())}] at s")
    return f"have {step} : ∀ i : ℕ, {_claim(r, first)} := by\n{indented(chr(10).join([*lines, 'omega']))}"


def _remainder(view: View, index: Term, p: int) -> int | None:
    """The remainder by `p` that a hypothesis states for an index."""
    for _, t in view.facts:
        if t.head == "=" and t.args[0].head == "%" and t.args[0].args[0] == index:
            k, r = value_of(t.args[0].args[1]), value_of(t.args[1])
        elif t.head == "≡MOD" and t.args[0] == index:
            k, r = value_of(t.args[2]), value_of(t.args[1])
        else:
            continue
        if k is not None and r is not None and k % p == 0:
            return r % p
    shape = to_polynomial(index, True)
    if shape is None:
        return None
    constant = shape.get((), 0)
    others = [c for monomial, c in shape.items() if monomial]
    return constant % p if others and all(c % p == 0 for c in others) else None
