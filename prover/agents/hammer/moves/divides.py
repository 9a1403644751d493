"""Moves for divisibility and greatest common divisors: polynomial division, Bézout combinations, Euclid's algorithm."""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.evaluate import kind_of, value_of
from prover.agents.hammer.goals import fresh, fresh_names
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.polynomial import (
    Polynomial,
    add,
    divide,
    divmod_polynomial,
    linear_in,
    show_polynomial,
    to_polynomial,
)
from prover.agents.hammer.terms import Term, show


def divisibility(view: View) -> Iterator[Move]:
    for term in _gcds(view):
        yield from _gcd(view, term)
    if view.target.head != "∣":
        return
    d, n = view.target.args
    kind = kind_of(n, view.types) or kind_of(d, view.types) or "ℕ"
    ring = kind == "ℤ"
    top, bottom = to_polynomial(n, ring), to_polynomial(d, ring)
    if top is not None and bottom is not None and (quotient := divide(top, bottom)) is not None:
        yield Move(f"exact ⟨{show_polynomial(quotient)}, by ring⟩", 0.3)
    if value_of(d) is not None:
        lemma = "Nat.dvd_of_mod_eq_zero" if kind == "ℕ" else "Int.dvd_of_emod_eq_zero"
        yield Move(f"apply {lemma}", 1.6)
    for h, t in view.facts:
        if t.head == "∣":
            yield Move(f"exact dvd_trans {h} (by first | omega | exact ⟨_, rfl⟩)", 1.8)
            yield Move(f"refine dvd_trans ?_ {h}", 2.2)
            if t.args[0] == d and n.head in ("*", "^"):
                for side, other in (("left", 1), ("right", 0)):
                    if n.head == "*" and n.args[other] == t.args[1]:
                        yield Move(f"exact Dvd.dvd.mul_{side} {h} _", 0.5)
    if n.head in ("+", "-"):
        prefix = "Nat." if kind == "ℕ" else ""
        yield Move(f"apply {prefix}{'dvd_add' if n.head == '+' else 'dvd_sub'}", 1.4)
    yield Move(f"obtain ⟨c, hc⟩ : ∃ c, {show(n)} = {show(d, 71)} * c := ?_\nexact ⟨c, hc⟩", 4.0)


def _gcds(view: View) -> list[Term]:
    return [t for t in view.subterms if t.function.endswith(("gcd", "Coprime")) and len(t.args) == 3][:2]


def _gcd(view: View, term: Term) -> Iterator[Move]:
    a, b = term.args[1:]
    if value_of(a) is not None and value_of(b) is not None:
        return
    h1, h2, hd = fresh_names(["hg1", "hg2", "hgd"], view.goal.names)
    left, right = show(a, 1024), show(b, 1024)
    unfold = "unfold Nat.Coprime at *\n" if "Coprime" in term.function else ""
    both = (
        f"{unfold}have {h1} := Nat.gcd_dvd_left {left} {right}\nhave {h2} := Nat.gcd_dvd_right {left} {right}"
    )
    yield Move(both, 1.4)
    fact = _bezout(a, b, h1, h2, hd) or _euclid(a, b, h1, h2, hd)
    if not fact:
        return
    text, c = fact
    gcd = f"Nat.gcd {left} {right}"
    if c == 1:
        yield Move(f"{both}\n{text}\nexact Nat.dvd_one.mp {hd}", 0.4)
    bound = f"{both}\n{text}\nhave {hd}le := Nat.le_of_dvd (by omega) {hd}"
    yield Move(f"{bound}\nomega", 0.5)
    g = fresh("g", view.goal.names)
    general = f"{bound}\ngeneralize {gcd} = {g} at *"
    yield Move(f"{general}\ninterval_cases {g} <;> omega", 0.7, heavy=True)
    yield Move(general, 1.5)


def _bezout(a: Term, b: Term, h1: str, h2: str, hd: str) -> tuple[str, int] | None:
    """For linear `a`, `b` in one variable: the constant combination that their divisors divide."""
    pa, pb = to_polynomial(a, False), to_polynomial(b, False)
    la, lb = (linear_in(p) if p is not None else None for p in (pa, pb))
    if la is None or lb is None or la[0] != lb[0]:
        return None
    c = lb[1] * la[2] - la[1] * lb[2]
    if not c:
        return None
    first, second = (h1, lb[1], show(a, 1024)), (h2, la[1], show(b, 1024))
    if c < 0:
        first, second = second, first
    proof = (
        f"have e : {first[1]} * {first[2]} - {second[1]} * {second[2]} = {abs(c)} := by omega\n"
        f"have t := Nat.dvd_sub (Dvd.dvd.mul_left {first[0]} {first[1]}) "
        f"(Dvd.dvd.mul_left {second[0]} {second[1]})\nrw [e] at t\nexact t"
    )
    gcd = f"Nat.gcd {show(a, 1024)} {show(b, 1024)}"
    return f"have {hd} : {gcd} ∣ {abs(c)} := by\n{indented(proof)}", abs(c)


def _euclid(a: Term, b: Term, h1: str, h2: str, hd: str) -> tuple[str, int] | None:
    """Euclid's algorithm on polynomials with natural coefficients, down to a constant."""
    pa, pb = to_polynomial(a, False), to_polynomial(b, False)
    if pa is None or pb is None:
        return None
    gcd = f"Nat.gcd {show(a, 1024)} {show(b, 1024)}"
    big, small = ((pa, h1), (pb, h2)) if _degree(pa) >= _degree(pb) else ((pb, h2), (pa, h1))
    text: list[str] = []
    for i in range(8):
        result = divmod_polynomial(big[0], small[0])
        if result is None or not result[1] or any(c < 0 for p in result for c in p.values()):
            return None
        quotient, rest = result
        constant = set(rest) == {()}
        h = hd if constant else f"{hd}{i}"
        d, q, r = (show_polynomial(p) for p in (small[0], quotient, rest))
        proof = (
            f"have e : {show_polynomial(big[0])} = ({d}) * ({q}) + ({r}) := by ring\n"
            f"have h : {gcd} ∣ {show_polynomial(big[0])} := by "
            f"first | exact {big[1]} | (have t := {big[1]}; ring_nf at t ⊢; exact t)\n"
            f"exact (Nat.dvd_add_right (Dvd.dvd.mul_right {small[1]} ({q}))).mp (by rw [← e]; exact h)"
        )
        text.append(f"have {h} : {gcd} ∣ {r} := by\n{indented(proof)}")
        if constant:
            return "\n".join(text), rest[()]
        big, small = small, (rest, h)
    return None


def _degree(p: Polynomial) -> int:
    return max((sum(k for _, k in m) for m in p), default=0)


def remainders(view: View) -> Iterator[Move]:
    """From `d ∣ n`: what `d` divides after polynomial division of `n` by `d`, and the bound that this gives."""
    taken = set(view.goal.names)
    for h, t in view.facts:
        if t.head != "∣":
            continue
        d, n = t.args
        kind = kind_of(n, view.types) or kind_of(d, view.types) or "ℕ"
        name, bound = fresh_names([f"{h}r", f"{h}le"], taken)
        spaces = "Nat" if kind == "ℕ" else "Int"
        if value_of(d) is None:
            yield Move(f"have {bound} := {spaces}.le_of_dvd (by omega) {h}", 0.8)
            yield Move(f"have {bound} := {spaces}.le_of_dvd (by positivity) {h}", 1.1)
        top, bottom = to_polynomial(n, kind == "ℤ"), to_polynomial(d, kind == "ℤ")
        if top is None or bottom is None or not _degree(bottom):
            continue
        result = divmod_polynomial(top, bottom) if kind == "ℤ" else _natural_division(top, bottom)
        if result is None or not result[1] or not result[0]:
            continue
        q, r = (show_polynomial(p) for p in result)
        lemma = "Nat.dvd_add_right" if kind == "ℕ" else "Int.dvd_add_right"
        left = f"{show(d, 71)} * ({q}) + ({r})"
        proof = f"have e : {show(n)} = {left} := by ring\nrw [e] at {h}\n"
        exact = f"exact ({lemma} (Dvd.intro _ rfl)).mp {h}"
        generic = f"exact (dvd_add_right (Dvd.intro _ rfl)).mp {h}"
        text = f"have {name} : {show(d, 51)} ∣ {r} := by\n{indented(proof + f'first | {exact} | {generic}')}"
        yield Move(f"{text}\nhave {bound} := {spaces}.le_of_dvd (by omega) {name}", 0.5)
        yield Move(text, 0.9)


def _natural_division(a: Polynomial, b: Polynomial) -> tuple[Polynomial, Polynomial] | None:
    """Division with natural quotient and remainder; where the remainder would be negative, a smaller quotient."""
    result = divmod_polynomial(a, b)
    if result is None:
        return None
    quotient, rest = result
    for _ in range(4):
        if all(c > 0 for c in (*quotient.values(), *rest.values())):
            return quotient, rest
        constant = quotient.get((), 0)
        if constant <= 0:
            return None
        quotient = add(quotient, {(): 1}, -1)
        rest = add(rest, b)
    return None
