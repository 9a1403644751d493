"""Moves that close a goal outright or not at all: the portfolio, from the cheapest on.

The first list is asked at every goal; `portfolio` adds what is worth a try once, on the statement itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.moves.base import Move, View
from prover.agents.hammer.terms import RELATIONS

_DEFINITIONS = (
    "Nat.ModEq",
    "Int.ModEq",
    "Nat.even_iff",
    "Nat.odd_iff",
    "Int.even_iff",
    "Int.odd_iff",
    "Nat.lcm",
)
_POWERS = ("pow_succ", "pow_zero", "Nat.factorial_succ", "Nat.factorial_zero")
_EVALUATED = (
    "Nat.factorial",
    "Nat.choose",
    "Nat.ModEq",
    "Int.ModEq",
    "Nat.lcm",
    "Nat.Coprime",
    "Nat.ofDigits",
)


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
    """What is asked at every goal. Few, since every state pays for them."""
    tools = view.tools
    text = view.goal.target + "".join(h.type for h in view.goal.hypotheses)
    nonlinear = any(t.head in ("*", "^") for t in view.subterms)
    arithmetic = view.target.head in RELATIONS or view.target.text == "False" or view.target.head == "¬"
    yield Move(tools.first("omega", "assumption", "contradiction", "trivial") or "trivial", 0.0)
    unfold = definitions_in(view)
    if unfold:
        yield Move(f"simp only [{', '.join(unfold)}] at *\nomega", 0.1)
        yield Move(f"simp only [{', '.join(unfold)}] at *", 0.3)
    closed = not view.target.ids() & set(view.types)
    if closed:
        yield Move("decide", 0.3)
        yield Move("decide +kernel", 0.5, heavy=True)
        yield Move("norm_num", 0.2)
    yield Move("simp_all", 0.3)
    yield Move("simp", 0.5)
    if arithmetic:
        yield Move("norm_num at *", 0.9)
        if nonlinear:
            yield Move("nlinarith", 0.3, heavy=True)
        if view.target.head == "=":
            yield Move("ring", 0.2)
            yield Move("push_cast\nring", 1.2)
        if tools.ring_nf and nonlinear:
            yield Move("ring_nf at *\nomega", 0.6)
    if "^" in text or "!" in text:
        powers = ", ".join(tools.lemma_list(_POWERS))
        yield Move(f"simp only [{powers}] at *\nomega", 0.5)
        yield Move(f"simp only [{powers}] at *\nnlinarith", 0.7, heavy=True)
    if "positivity" in tools.tactics and view.target.head in ("<", "≤", ">", "≥", "≠"):
        yield Move("positivity", 0.7)
    yield Move("tauto", 1.2)
    yield Move("aesop", 1.5, heavy=True)
    yield Move("grind", 0.9, heavy=True)


def portfolio(view: View) -> Iterator[Move]:
    """One-liners for the statement itself, by cost; evaluation of the functions that it names comes last."""
    names = ", ".join(view.tools.lemma_list(_EVALUATED))
    for cost, text in enumerate(
        (
            "omega",
            "rfl",
            "decide",
            "norm_num",
            "simp",
            "simp_all",
            "ring",
            "linarith",
            "intros\nomega",
            "intros\nsimp_all",
        )
    ):
        yield Move(text, cost / 10)
    yield from (m for m in closers(view) if m.text not in ("norm_num at *",))
    yield Move(f"simp [{names}]", 1.1)
    yield Move(f"norm_num [{names}]", 1.2)
    yield Move("simp_all\nomega", 1.2)
    yield Move("decide +kernel", 1.3, heavy=True)
    yield Move("intros\nnlinarith", 1.4, heavy=True)
    yield Move("subst_vars\nnorm_num", 1.5, heavy=True)
