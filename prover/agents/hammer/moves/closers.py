"""Moves that close a goal outright or not at all: the portfolio, from the cheapest on.

The first list is asked at every goal; `portfolio` adds what is worth a try once, on the statement itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.moves.base import Move, View, lines
from prover.agents.hammer.terms import RELATIONS

_DEFINITIONS = ("Nat.ModEq", "Int.ModEq", "Nat.even_iff", "Nat.odd_iff", "Int.even_iff", "Int.odd_iff", "Nat.lcm")
_POWERS = ("pow_succ", "pow_zero", "Nat.pow_succ", "Nat.pow_zero", "Nat.factorial_succ", "Nat.factorial_zero")
_EXPAND = (*_POWERS, "Nat.mul_add", "Nat.add_mul", "Int.mul_add", "Int.add_mul", "Int.sub_mul", "Int.mul_sub", "mul_add", "add_mul")


def definitions_in(view: View) -> list[str]:
    """Lemmas that unfold the number-theoretic words which the goal uses."""
    text = view.goal.target + " ".join(h.type for h in view.goal.hypotheses)
    used = []
    if "[MOD " in text:
        used.append("Nat.ModEq")
    if "[ZMOD " in text:
        used.append("Int.ModEq")
    if "Even" in text:
        used += ["Nat.even_iff", "Int.even_iff"]
    if "Odd" in text:
        used += ["Nat.odd_iff", "Int.odd_iff"]
    return view.tools.lemma_list(used)


def closers(view: View) -> Iterator[Move]:
    """The usual one-liners, as one list for every goal."""
    tools = view.tools
    yield Move("omega", 0.0)
    if view.facts:
        yield Move("assumption", 0.0)
        yield Move("contradiction", 0.1)
    unfold = definitions_in(view)
    if unfold:
        yield Move(f"simp only [{', '.join(unfold)}] at *\nomega", 0.1)
        yield Move(f"simp only [{', '.join(unfold)}] at *", 0.4)
    closed = not view.facts and not view.target.ids() - {"Nat", "Int"}
    if view.depth == 0 or closed or view.target.head in RELATIONS:
        yield Move("rfl", 0.2)
        yield Move("decide", 0.3)
        yield Move("decide +kernel", 0.6, heavy=True)
    yield Move("norm_num", 0.2)
    yield Move("simp", 0.3)
    yield Move("simp_all", 0.3)
    yield Move("simp_all\nomega", 0.5)
    yield Move("nlinarith", 0.6, heavy=True)
    yield Move("ring", 0.4)
    yield Move("positivity", 0.7)
    if view.target.head == "=" or "/" in view.goal.target:
        yield Move("push_cast\nring", 1.0)
        yield Move("ac_rfl", 0.9)
    yield Move("tauto", 1.2)
    yield Move("aesop", 1.5, heavy=True)
    yield Move("grind", 0.9, heavy=True)
    text = view.goal.target + "".join(h.type for h in view.goal.hypotheses)
    if "^" in text or "!" in text:
        powers = tools.lemma_list(_POWERS)
        if powers:
            yield Move(f"simp only [{', '.join(powers)}] at *\nomega", 0.4)
            yield Move(f"simp [{', '.join(powers)}] at *\nomega", 0.8)
            yield Move(f"simp only [{', '.join(powers)}] at *\nnlinarith", 1.0, heavy=True)
        expand = tools.lemma_list(_EXPAND)
        yield Move(f"simp only [{', '.join(expand)}] at *\nomega", 0.8)
    if tools.ring_nf and ("*" in text or "^" in text):
        yield Move(lines(f"{tools.ring_nf} at *", "omega"), 0.6)
        yield Move(lines(tools.ring_nf, "omega"), 0.6)


def portfolio(view: View) -> Iterator[Move]:
    """More one-liners for the statement itself: evaluation of the functions that it names."""
    tools = view.tools
    yield from closers(view)
    names = tools.lemma_list(("Nat.factorial", "Nat.choose", "Nat.ModEq", "Int.ModEq", "Nat.lcm", "Nat.Coprime", "Nat.ofDigits"))
    listed = ", ".join(names)
    yield Move("intros\nomega", 0.5)
    yield Move("intros\nsimp_all", 0.6)
    yield Move("intros\ndecide", 0.9)
    yield Move(f"simp [{listed}]", 0.7)
    yield Move(f"norm_num [{listed}]", 0.8)
    yield Move(f"norm_num [{listed}] at *", 1.2)
    yield Move("simp at *\nomega", 1.0)
    yield Move("subst_vars\ndecide +kernel", 1.2, heavy=True)
    yield Move("subst_vars\nnorm_num", 1.2)
    yield Move("intros\nnlinarith", 1.0, heavy=True)
    yield Move("exact?", 6.0, heavy=True)
