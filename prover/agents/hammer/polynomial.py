"""Polynomials over the integers, as terms hold them: expansion, exact division, linear parts.

A polynomial maps monomials (sorted pairs of atom and exponent) to coefficients. Atoms are the terms that are no
sum, product or numeral power. Truncated subtraction and division are no polynomial operations: `to_polynomial`
answers None where they occur on ℕ.
"""

from __future__ import annotations

from prover.agents.hammer.evaluate import value_of
from prover.agents.hammer.terms import Term, num, show

Monomial = tuple[tuple[str, int], ...]
Polynomial = dict[Monomial, int]
MAX_TERMS = 200
MAX_POWER = 12


def to_polynomial(term: Term, subtraction: bool) -> Polynomial | None:
    """`subtraction`: whether `-` is the ring's (ℤ) or truncated (ℕ)."""
    head, args = term.head, term.args
    if (value := value_of(term)) is not None and (subtraction or value >= 0):
        return {(): value} if value else {}
    if head in ("+", "*") or (head == "-" and subtraction):
        left, right = (to_polynomial(a, subtraction) for a in args)
        if left is None or right is None:
            return None
        return multiply(left, right) if head == "*" else add(left, right, -1 if head == "-" else 1)
    if head == "neg" and subtraction:
        inner = to_polynomial(args[0], subtraction)
        return None if inner is None else add({}, inner, -1)
    if head == "^" and (exponent := value_of(args[1])) is not None and 0 <= exponent <= MAX_POWER:
        inner = to_polynomial(args[0], subtraction)
        out: Polynomial | None = {(): 1}
        for _ in range(exponent):
            out = multiply(out, inner) if out is not None and inner is not None else None
        return out
    if head in ("-", "/", "%"):
        return None
    return {((show(term, 1024), 1),): 1}


def add(a: Polynomial, b: Polynomial, scale: int = 1) -> Polynomial:
    out = dict(a)
    for monomial, c in b.items():
        out[monomial] = out.get(monomial, 0) + scale * c
    return {m: c for m, c in out.items() if c}


def multiply(a: Polynomial, b: Polynomial) -> Polynomial | None:
    if len(a) * len(b) > MAX_TERMS:
        return None
    out: Polynomial = {}
    for m1, c1 in a.items():
        for m2, c2 in b.items():
            m = _times(m1, m2)
            out[m] = out.get(m, 0) + c1 * c2
    return {m: c for m, c in out.items() if c}


def compose(p: Polynomial, atom: str, value: Polynomial) -> Polynomial | None:
    """`p` with `value` in the place of `atom`."""
    out: Polynomial = {}
    for monomial, c in p.items():
        part: Polynomial | None = {tuple((a, k) for a, k in monomial if a != atom): c}
        for _ in range(dict(monomial).get(atom, 0)):
            part = multiply(part, value) if part is not None else None
        if part is None:
            return None
        out = add(out, part)
    return out


def _times(a: Monomial, b: Monomial) -> Monomial:
    powers = dict(a)
    for atom, k in b:
        powers[atom] = powers.get(atom, 0) + k
    return tuple(sorted(powers.items()))


def _over(a: Monomial, b: Monomial) -> Monomial | None:
    powers = dict(a)
    for atom, k in b:
        powers[atom] = powers.get(atom, 0) - k
        if powers[atom] < 0:
            return None
    return tuple(sorted((atom, k) for atom, k in powers.items() if k))


def divmod_polynomial(a: Polynomial, b: Polynomial) -> tuple[Polynomial, Polynomial] | None:
    """Quotient and remainder of the lexicographic division, as far as coefficients divide exactly."""
    if not b:
        return None
    atoms = sorted({atom for p in (a, b) for m in p for atom, _ in m})

    def order(m: Monomial) -> list[int]:
        return [dict(m).get(atom, 0) for atom in atoms]

    lead = max(b, key=order)
    waiting, rest, quotient = dict(a), Polynomial(), Polynomial()
    for _ in range(MAX_TERMS):
        if not waiting:
            return quotient, rest
        top = max(waiting, key=order)
        monomial = _over(top, lead)
        if monomial is None or waiting[top] % b[lead]:
            rest[top] = waiting.pop(top)
            continue
        c = waiting[top] // b[lead]
        quotient[monomial] = c
        step = multiply(b, {monomial: c})
        if step is None:
            return None
        waiting = add(waiting, step, -1)
    return None


def divide(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """The quotient, when `b` divides `a` exactly."""
    result = divmod_polynomial(a, b)
    return result[0] if result and not result[1] else None


def show_polynomial(p: Polynomial) -> str:
    """Lean source; positive terms first, so that on ℕ a difference of what is printed first is not truncated early."""
    if not p:
        return "0"
    out = ""
    for m, c in sorted(p.items(), key=lambda item: (item[1] < 0, [-k for _, k in item[0]], item[0])):
        factors = [atom if k == 1 else f"{atom} ^ {k}" for atom, k in m]
        if abs(c) != 1 or not factors:
            factors.insert(0, show(num(abs(c))))
        text = " * ".join(factors)
        out += (f" - {text}" if c < 0 else f" + {text}") if out else (f"-{text}" if c < 0 else text)
    return out


def linear_in(p: Polynomial) -> tuple[str, int, int] | None:
    """(atom, a, c) for `a * atom + c` with one atom, else None."""
    atoms = [m for m in p if m]
    if len(atoms) != 1 or len(atoms[0]) != 1 or atoms[0][0][1] != 1:
        return None
    return atoms[0][0][0], p[atoms[0]], p.get((), 0)
