"""Moves for powers with a symbolic exponent: their periodic remainders, for all exponents, proved by induction."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

from prover.agents.hammer.evaluate import kind_of, value_of
from prover.agents.hammer.goals import fresh
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.moves.residue import moduli
from prover.agents.hammer.polynomial import linear_in, to_polynomial
from prover.agents.hammer.terms import Term, show

MAX_PERIOD = 48


def power_period(base: int, m: int) -> tuple[int, int]:
    """(s, p): from exponent `s` on, the remainders of `base ^ k` by `m` repeat with period `p`; (0, 0) if too long."""
    seen: dict[int, int] = {}
    value, k = 1 % m, 0
    while value not in seen:
        if k > 2 * MAX_PERIOD:
            return 0, 0
        seen[value] = k
        value, k = value * base % m, k + 1
    return seen[value], k - seen[value]


def powers(view: View) -> Iterator[Move]:
    """For `b ^ e` with a numeral `b` and a symbolic `e`: all remainders by a modulus, as a fact about the exponent."""
    found: list[tuple[int, Term, str]] = []
    for term in view.subterms:
        if (
            term.head == "^"
            and value_of(term.args[1]) is None
            and (base := value_of(term.args[0])) is not None
        ):
            found.append((base, term.args[1], kind_of(term, view.types) or _side_kind(view)))
    if not found:
        return
    for m in moduli(view):
        if joint := _joint(view, m, found):
            yield Move(f"{joint}\nomega", 0.3, heavy=True)
        text: list[str] = []
        names: dict[tuple[int, str], str] = {}
        taken = set(view.goal.names)
        for base, exponent, kind in found[:4]:
            if (base, kind) not in names:
                h = fresh("hp", taken)
                taken.add(h)
                fact = _power_fact(base, m, kind, h, view)
                if not fact:
                    continue
                names[base, kind] = h
                text.append(fact)
            h = fresh("hk", taken)
            taken.add(h)
            if exponent.ids() & {*view.types}:
                text.append(f"have {h} := {names[base, kind]} ({show(exponent)})")
        if text:
            body = "\n".join(text)
            yield Move(f"{body}\nomega", 0.4, heavy=True)
            yield Move(
                f"{body}\nsimp only [Nat.pow_succ, Nat.pow_zero, Nat.pow_mul] at *\nomega", 1.6, heavy=True
            )
            yield Move(body, 1.8, heavy=True)


def _joint(view: View, m: int, found: list[tuple[int, Term, str]]) -> str:
    """One fact on one variable that gives the remainders of several powers, such as `3 ^ (2 * n + 1)`."""
    lines = []
    for base, exponent, kind in dict.fromkeys(found):
        p = to_polynomial(exponent, False)
        line = linear_in(p) if p is not None else None
        if line is None or line[1] < 1 or line[2] < 0 or line[1] + line[2] > 40 or kind != "ℕ":
            return ""
        lines.append((base, *line))
    if len({atom for _, atom, _, _ in lines}) != 1 or not 1 <= len(lines) <= 4:
        return ""
    atom = lines[0][1]
    periods = [power_period(pow(b, a, m), m) for b, _, a, _ in lines]
    start, period = max(s for s, _ in periods), lcm(*(p for _, p in periods))
    if not period or start + period > MAX_PERIOD or (len(lines) == 1 and lines[0][2:] == (1, 0)):
        return ""

    cases = []
    for k in range(start + period):
        place = (
            (f"k = {k}" + (f" ∧ k < {start}"))
            if k < start
            else f"k % {period} = {k % period}" + (f" ∧ {start} ≤ k" if start else "")
        )
        rest = " ∧ ".join(
            f"{b} ^ ({_exponent(a, c, 'k')}) % {m} = {pow(b, a * k + c, m)}" for b, _, a, c in lines
        )
        cases.append(f"({place} ∧ {rest})")
    steps = []
    for i, (b, _, a, c) in enumerate(lines):
        index = _exponent(a, c, "(k + 1)")
        steps.append(
            f"have s{i} : {b} ^ ({index}) = {b} ^ ({_exponent(a, c, 'k')}) * {b} ^ {a} := by "
            f"rw [show {index} = {_exponent(a, c, 'k')} + {a} by omega, pow_add]"
        )
    h, hk = fresh("hj", view.goal.names), fresh("hk", view.goal.names)
    parts = 1 + len(lines) + (1 if start else 0)
    step = indented("\n".join([*steps, _next_case(len(cases), start, parts)]))
    proof = f"intro k\ninduction k with\n| zero => decide\n| succ k ih =>\n{step}"
    return f"have {h} : ∀ k : ℕ, {' ∨ '.join(cases)} := by\n{indented(proof)}\nhave {hk} := {h} {atom}"


def _next_case(count: int, start: int, parts: int) -> str:
    """From case `i` of the induction hypothesis to case `i + 1`, the last one to the first of the period."""
    if count == 1:
        return "omega"
    names = [f"a{i}" for i in range(parts)]
    pattern = f"⟨{', '.join(names)}⟩"
    text = [f"rcases ih with {' | '.join([pattern] * count)}"]
    for i in range(count):
        target = i + 1 if i + 1 < count else start
        hole = f"⟨{', '.join(['?_'] * parts)}⟩"
        hole = f"Or.inl {hole}" if target < count - 1 else hole
        for _ in range(target):
            hole = f"Or.inr ({hole})" if not hole.startswith("⟨") else f"Or.inr {hole}"
        text.append(f"· refine {hole} <;> omega")
    return "\n".join(text)


def _exponent(a: int, c: int, k: str) -> str:
    inner = f"{a} * {k}" if a > 1 else k.strip("()") if not c else k
    return f"{inner} + {c}" if c else inner


def _side_kind(view: View) -> str:
    return "ℤ" if view.ints and not view.nats else "ℕ"


def _power_fact(base: int, m: int, kind: str, h: str, view: View) -> str:
    start, period = power_period(base, m)
    if not period or start + period > MAX_PERIOD:
        return ""
    typed = f"({base} : {kind})" if kind == "ℤ" else str(base)
    succ = "Int.pow_succ" if kind == "ℤ" else "Nat.pow_succ"
    cases = [f"(k = {k} ∧ {typed} ^ k % {m} = {pow(base, k, m)})" for k in range(start)]
    low = f"{start} ≤ k ∧ " if start else ""
    for k in range(start, start + period):
        remainder = f"k % {period} = {k % period} ∧ " if period > 1 else ""
        cases.append(f"({low}{remainder}{typed} ^ k % {m} = {pow(base, k, m)})")
    step = "pow_succ" if "pow_succ" in view.tools.lemmas else succ
    proof = f"intro k\ninduction k with\n| zero => simp\n| succ k ih => rw [{step}]; omega"
    return f"have {h} : ∀ k : ℕ, {' ∨ '.join(cases)} := by\n{indented(proof)}"
