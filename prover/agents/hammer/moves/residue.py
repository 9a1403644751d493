"""Moves for remainders: case splits on residues, and the periodic remainders of powers.

Moduli are read off the goal (`% m`, `m ∣ …`, `≡ [MOD m]`, parity); what a power leaves is computed here and
proved by Lean, by induction over one period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from prover.agents.hammer.evaluate import kind_of, value_of
from prover.agents.hammer.goals import fresh_names
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.polynomial import Polynomial, add, compose, show_polynomial, to_polynomial
from prover.agents.hammer.terms import BINDERS, Term, show

MAX_CASES = 40
MAX_MODULUS = 1000


def moduli(view: View) -> list[int]:
    """Numerals that act as a modulus somewhere in the goal, smallest first."""
    found: set[int] = set()
    for term in view.subterms:
        candidate: Term | None = None
        if term.head == "%":
            candidate = term.args[1]
        elif term.head == "∣":
            candidate = term.args[0]
        elif term.head in ("≡MOD", "≡ZMOD"):
            candidate = term.args[2]
        elif "Even" in term.function or "Odd" in term.function:
            found.add(2)
        if candidate is not None:
            value = value_of(candidate)
            if value is not None and 2 <= value <= 10**6:
                found.add(value)
    return sorted(found)


def atoms(term: Term, variables: set[str]) -> Iterator[Term]:
    """The largest subterms that are not linear in the variables: what linear arithmetic takes as a unit."""
    if not term.ids() & variables:
        return
    free = [a for a in term.args if a.ids() & variables]
    if term.head == "^" or (term.head == "*" and len(free) == 2):
        yield term
    elif term.head not in ("app", *BINDERS, "!"):
        for a in term.args:
            yield from atoms(a, variables)


def residues(view: View) -> Iterator[Move]:
    """Split variables by their remainder; in every case the remainders of all powers and products are then known."""
    variables = {*view.nats, *view.ints}
    units = list(dict.fromkeys(t for s in view.statements for t in atoms(s, variables)))
    candidates = [m for m in moduli(view) if m <= MAX_MODULUS]
    if not units:
        return
    for m in dict.fromkeys([*candidates[:4], 2, 3, 4, 8, 5, 7, 9]):
        polynomials = [(t, p) for t in units if (p := _polynomial(t, view)) is not None]
        used = [v for v in view.types if v in variables and any(v in t.ids() for t, _ in polynomials)]
        if not used or len({view.kind(v) for v in used}) > 1:
            continue
        cost = (0.8 if m in candidates else 2.4) + 0.1 * len(used)
        groups = [used] if len(used) > 1 else []
        groups += [[v] for v in used[:4]]
        for group in groups:
            inside = [(t, p) for t, p in polynomials if t.ids() & variables <= set(group)]
            if not inside:
                continue
            s = _split_modulus([p for _, p in inside], m)
            choices = [_possible(view, v, s) for v in group]
            if 1 <= prod(map(len, choices)) <= MAX_CASES:
                extra = 0.0 if group is groups[0] else 0.4
                yield from _split(view, Split(group, choices, s, m, inside), cost + extra)


def _split_modulus(polynomials: list[Polynomial], m: int) -> int:
    """The least divisor of `m` whose remainders decide those by `m` of all these polynomials."""
    for s in range(1, min(m, MAX_CASES + 1)):
        if m % s == 0 and all(_decides(p, s, m) for p in polynomials):
            return s
    return m


def _decides(p: Polynomial, s: int, m: int) -> bool:
    for atom in {a for monomial in p for a, _ in monomial}:
        for r in range(s):
            shifted = compose(p, atom, {(("q", 1),): s, (): r} if r else {(("q", 1),): s})
            if shifted is None or any(c % m for mono, c in shifted.items() if any(a == "q" for a, _ in mono)):
                return False
    return True


def _polynomial(term: Term, view: View) -> Polynomial | None:
    kind = kind_of(term, view.types)
    p = to_polynomial(term, kind == "ℤ")
    return p if p is not None and all(atom in view.types for m in p for atom, _ in m) else None


def _possible(view: View, variable: str, m: int) -> list[int]:
    """Remainders of a variable by `m` that the hypotheses `v % k = r` leave open."""
    for _, t in view.facts:
        if t.head == "=" and t.args[0].head == "%" and show(t.args[0].args[0]) == variable:
            k, r = value_of(t.args[0].args[1]), value_of(t.args[1])
            if k is not None and r is not None and k % m == 0:
                return [r % m]
    return list(range(m))


@dataclass(frozen=True, slots=True)
class Split:
    """Variables, the remainders by `s` that each may have, and the units whose remainders by `m` follow."""

    variables: list[str]
    choices: list[list[int]]
    s: int
    m: int
    units: list[tuple[Term, Polynomial]]


def _split(view: View, split: Split, cost: float) -> Iterator[Move]:
    variables, choices, s, m, units = split.variables, split.choices, split.s, split.m, split.units
    names = fresh_names([f"h{v}" for v in variables], view.goal.names)
    quotients = fresh_names([f"q{v}" for v in variables], {*view.goal.names, *names})
    unit_names = fresh_names([f"u{i}" for i in range(len(units))], {*view.goal.names, *names, *quotients})
    head, pattern = [], []
    for v, h, q, options in zip(variables, names, quotients, choices, strict=True):
        cases = " ∨ ".join(f"{v} = {s} * {q} + {r}" if r else f"{v} = {s} * {q}" for r in options)
        head.append(f"obtain ⟨{q}, {h}⟩ : ∃ {q}, {cases} := ⟨{v} / {s}, by omega⟩")
        pattern.append(" | ".join([h] * len(options)))
    if any("|" in p for p in pattern):
        head.append(
            " <;> ".join(f"rcases {h} with {p}" for h, p in zip(names, pattern, strict=True) if "|" in p)
        )
    cases_text = []
    for residue in product(*choices):
        body = []
        for (term, p), u in zip(units, unit_names, strict=True):
            whole: Polynomial | None = p
            for v, q, r in zip(variables, quotients, residue, strict=True):
                whole = (
                    compose(whole, v, {((q, 1),): s, (): r} if r else {((q, 1),): s})
                    if whole is not None
                    else None
                )
            if whole is None:
                return
            rest = whole.get((), 0) % m
            k = {mono: c // m for mono, c in add(whole, {(): rest}, -1).items()}
            tail = f" + {rest}" if rest else ""
            used = [h for v, h in zip(variables, names, strict=True) if v in term.ids()]
            body.append(
                f"obtain ⟨{u}, h{u}⟩ : ∃ {u}, {show(term)} = {m} * {u}{tail} := "
                f"⟨{show_polynomial(k)}, by rw [{', '.join(used)}]; ring⟩"
            )
        cases_text.append(body)
    one = len(cases_text) == 1
    whole_text = [*head]
    for body in cases_text:
        block = "\n".join([*body, "omega"])
        whole_text.append(block if one else "· " + indented(block)[2:])
    yield Move("\n".join(whole_text), cost - 0.3, heavy=True)
    if one:
        yield Move("\n".join([*head, *cases_text[0]]), cost + 0.6, heavy=True)
