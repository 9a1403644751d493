"""Moves for primes: the standard facts about a prime in view, and primality as a target."""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.evaluate import value_of
from prover.agents.hammer.goals import fresh, fresh_names
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.terms import Term, show

SMALL_PRIMES = (2, 3, 5)


def primes(view: View) -> Iterator[Move]:
    """Facts about every `p` known to be prime, all at once, then those that need a divisor in view."""
    known = [(h, show(t.args[-1], 1024)) for h, t in view.facts if t.function.endswith("Prime")]
    facts: list[str] = []
    taken = set(view.goal.names)
    for h, p in known:
        names = fresh_names([f"hp{q}" for q in ("le", *SMALL_PRIMES)], taken)
        taken |= set(names)
        if any(name.removesuffix("1") == "hple" for name in view.goal.names):
            break
        facts.append(f"have {names[0]} := {h}.two_le")
        for q, name in zip(SMALL_PRIMES, names[1:], strict=True):
            facts.append(_small_divisor(h, p, q, name))
    if facts:
        yield Move("\n".join(facts) + "\nomega", 0.3)
        yield Move("\n".join(facts), 0.6)
    for h, p in known:
        yield from _divisors(view, h, p)
    if view.target.function.endswith("Prime"):
        yield Move("rw [Nat.prime_def]", 1.5)
        yield Move("norm_num", 0.5, heavy=True)
    if any(t.function.endswith("Prime") for t in view.subterms):
        yield Move("norm_num at *", 1.5, heavy=True)
        closed = [
            h for h, t in view.facts if t.function.endswith("Prime") and value_of(t.args[-1]) is not None
        ]
        for h in closed:
            yield Move(f"revert {h}\ndecide", 0.4)
            yield Move(f"norm_num at {h}", 0.3)


def _small_divisor(h: str, p: str, q: int, name: str) -> str:
    """`p % q = 0 → p = q`, which linear arithmetic can use."""
    proof = (
        f"intro h0\nrcases {h}.eq_one_or_self_of_dvd {q} (Nat.dvd_of_mod_eq_zero h0) with h1 | h1 <;> omega"
    )
    return f"have {name} : {p} % {q} = 0 → {p} = {q} := by\n{indented(proof)}"


def _divisors(view: View, h: str, p: str) -> Iterator[Move]:
    d = fresh("hdiv", view.goal.names)

    def is_p(term: Term) -> bool:
        return show(term, 1024) == p

    for other, t in view.facts:
        if t.head == "∣" and is_p(t.args[1]):
            yield Move(f"rcases {h}.eq_one_or_self_of_dvd _ {other} with {d} | {d}", 0.5)
        if t.head == "∣" and is_p(t.args[0]):
            n = t.args[1]
            if n.head == "*":
                yield Move(f"rcases (Nat.Prime.dvd_mul {h}).mp {other} with {d} | {d}", 0.5)
            if n.head == "^":
                yield Move(f"have {d} := Nat.Prime.dvd_of_dvd_pow {h} {other}", 0.5)
            if (value := value_of(n)) is not None and value > 0:
                yield Move(f"have {d} := Nat.le_of_dvd (by omega) {other}", 0.5)
        if t.head == "=":
            for side, symmetric in ((0, ".symm"), (1, "")):
                if t.args[side].head == "*" and is_p(t.args[1 - side]):
                    yield Move(f"have {d} := {h}.eq_one_or_self_of_dvd _ ⟨_, {other}{symmetric}⟩", 0.6)
                    yield Move(
                        f"rcases {h}.eq_one_or_self_of_dvd _ ⟨_, {other}{symmetric}⟩ with {d} | {d}", 0.7
                    )
    if view.target.head == "∣" and is_p(view.target.args[0]) and view.target.args[1].head == "^":
        yield Move("apply dvd_pow_self", 1.0)
    if view.target.text == "False" or view.target.head == "¬":
        for q in (2, 3, 5, 7):
            yield Move(f"have {d} := {h}.eq_one_or_self_of_dvd {q} (by omega)\nomega", 0.8 + q / 20)
    yield Move(f"rcases {h}.eq_two_or_odd with {d} | {d}", 1.2)
