"""Moves for divisibility, greatest common divisors and primes: quotients by polynomial division, Bézout combinations,
and the standard facts about a prime in view."""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.evaluate import kind_of, value_of
from prover.agents.hammer.goals import fresh, fresh_names
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.polynomial import divide, linear_in, show_polynomial, to_polynomial
from prover.agents.hammer.terms import Term, show


def divisibility(view: View) -> Iterator[Move]:
    tools = view.tools
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
    both = f"{unfold}have {h1} := Nat.gcd_dvd_left {left} {right}\nhave {h2} := Nat.gcd_dvd_right {left} {right}"
    yield Move(both, 1.4)
    pa, pb = to_polynomial(a, False), to_polynomial(b, False)
    if pa is None or pb is None:
        return
    la, lb = linear_in(pa), linear_in(pb)
    if la is None or lb is None or la[0] != lb[0]:
        return
    c = abs(lb[1] * la[2] - la[1] * lb[2])
    if not c:
        return
    first, second = (h1, lb[1], left), (h2, la[1], right)
    if lb[1] * la[2] < la[1] * lb[2]:
        first, second = second, first
    difference = f"{first[1]} * {first[2]} - {second[1]} * {second[2]}"
    proof = (
        f"have e : {difference} = {c} := by omega\nrw [← e]\n"
        f"exact Nat.dvd_sub (Dvd.dvd.mul_left {first[0]} _) (Dvd.dvd.mul_left {second[0]} _)"
    )
    fact = f"{both}\nhave {hd} : Nat.gcd {left} {right} ∣ {c} := by\n{indented(proof)}"
    if c == 1:
        yield Move(f"{fact}\nexact Nat.dvd_one.mp {hd}", 0.6)
    yield Move(f"{fact}\nhave := Nat.le_of_dvd (by omega) {hd}\nomega", 0.7)
    g, hle = fresh_names(["g", "hle"], view.goal.names)
    general = f"{fact}\nhave {hle} := Nat.le_of_dvd (by omega) {hd}\ngeneralize Nat.gcd {left} {right} = {g} at *"
    yield Move(f"{general}\ninterval_cases {g} <;> omega", 0.9, heavy=True)
    yield Move(general, 1.5)


def primes(view: View) -> Iterator[Move]:
    """Facts about every `p` known to be prime; definitions opened where primality is the target."""
    taken = set(view.goal.names)
    facts: list[str] = []
    for h, term in view.facts:
        if not term.function.endswith("Prime"):
            continue
        p = show(term.args[-1])
        two = fresh("hp2", taken)
        taken.add(two)
        if not any(t.head in ("≤", "<", "≥", ">") and p in {show(a) for a in t.args} for _, t in view.facts):
            facts.append(f"have {two} := {h}.two_le")
        parity = fresh("hpar", taken)
        yield Move(f"rcases {h}.eq_two_or_odd with {parity} | {parity}", 1.5)
        divisor = fresh("hdiv", taken)
        for other, t in view.facts:
            if t.head == "∣" and show(t.args[1]) == p:
                yield Move(f"rcases {h}.eq_one_or_self_of_dvd _ {other} with {divisor} | {divisor}", 0.7)
            if t.head == "∣" and show(t.args[0]) == p and t.args[1].head == "*":
                yield Move(f"rcases (Nat.Prime.dvd_mul {h}).mp {other} with {divisor} | {divisor}", 0.7)
            if t.head == "∣" and show(t.args[0]) == p and t.args[1].head == "^":
                yield Move(f"have {divisor} := Nat.Prime.dvd_of_dvd_pow {h} {other}", 0.7)
            if t.head == "=" and t.args[0].head == "*" and show(t.args[1]) == p:
                yield Move(f"have {divisor} := {h}.eq_one_or_self_of_dvd _ ⟨_, {other}.symm⟩", 0.8)
            if t.head == "=" and t.args[1].head == "*" and show(t.args[0]) == p:
                yield Move(f"have {divisor} := {h}.eq_one_or_self_of_dvd _ ⟨_, {other}⟩", 0.8)
        for d in (2, 3, 5, 7):
            yield Move(f"have {divisor} := {h}.eq_one_or_self_of_dvd {d}", 2.2 + d / 10)
    if facts:
        yield Move("\n".join(facts), 0.4)
    if any(t.function.endswith("Prime") for t in view.subterms):
        yield Move("norm_num [Nat.Prime] at *", 2.0)
        if view.target.function.endswith("Prime"):
            yield Move("rw [Nat.prime_def]", 1.5)
        if view.target.head == "¬" and (value := value_of(view.target.args[0])) is not None and not value:
            yield Move("intro h\nrevert h\ndecide", 1.0, heavy=True)
