"""Tactic blocks for the negation of a statement: take the statement, apply it to values, and derive a contradiction.

All text in them is ours, or a value that was parsed and printed again.
"""

from __future__ import annotations

from collections.abc import Mapping

from prover.agents.falsifier.telescope import Telescope
from prover.agents.hammer.evaluate import UnevaluableError, compile_term
from prover.agents.hammer.terms import Term
from prover.agents.hammer.toolbox import Toolbox


def at_values(view: Telescope, values: Mapping[str, str], tools: Toolbox) -> str:
    """The block that refutes the statement at these values, if it can be refuted there."""
    arguments = [
        "inferInstance"
        if a.instance
        else values.get(a.name, "_")
        if a.data
        else f"(by {_premise(tools, _witness(a.fact, values, view))})"
        for a in view.arguments
    ]
    applied = " ".join(
        ["@the_claim", *(f"({text})" if " " in text and text[0] != "(" else text for text in arguments)]
    )
    return f"intro the_claim\nhave at_values := {applied}\n{_contradiction(tools)}"


_INSTANCES = ("b", "0", "1", "(b + 1)")
_PREMISE = (
    "decide",
    "omega",
    "(intros; rfl)",
    "(intros; omega)",
    "(norm_num; done)",
    "(simp; done)",
    "(intros; simp; done)",
    "(intros; ring; done)",
    "exact ⟨0, rfl⟩",
    "exact ⟨1, rfl⟩",
    *(
        f"(intro a; refine ⟨{term}, ?_⟩; first | omega | (dsimp only; omega) | (simp; done))"
        for term in ("a", "a + 1", "0")
    ),
    "(intros; push_cast; ring; done)",
    "decide +kernel",
    "(intros; simp; omega)",
)
"""Alternatives that prove a hypothesis at given values. None holds a `by` that may leave something open: Lean reports
that and goes on, so the next alternative would never be tried. The same goes for those below."""
_CONTRADICTION = (
    "exact absurd at_values (by decide)",
    "omega",
    "(dsimp only at at_values; omega)",
    "(norm_num at at_values; done)",
    "(simp at at_values; done)",
    "(simp at at_values; omega)",
    "exact absurd at_values (by decide +kernel)",
    "(refine absurd at_values ?_; norm_num; done)",
    "(obtain ⟨b, hb⟩ := at_values; simp at hb; done)",
    "(rcases at_values with ⟨b, hb, hc⟩; dsimp only at hb hc; omega)",
    "(obtain ⟨b, hb⟩ := at_values; omega)",
    "(rcases at_values with at_values | at_values <;> revert at_values <;> decide)",
    *(f"(obtain ⟨b, hb⟩ := at_values; have at_b := hb {x}; simp at at_b; done)" for x in _INSTANCES),
    *(f"(obtain ⟨b, hb⟩ := at_values; have at_b := hb {x}; dsimp only at at_b; omega)" for x in _INSTANCES),
)
"""Alternatives that close the goal `False` from `at_values`."""


def _premise(tools: Toolbox, witness: int | None) -> str:
    found = [] if witness is None else [f"(refine ⟨{witness}, ?_⟩; {tactic})" for tactic in _AT_WITNESS]
    return f"first | {' | '.join(filter(tools.knows, [*found, *_PREMISE]))}"


_AT_WITNESS = ("decide", "(norm_num; done)", "omega")
_WITNESSES = sorted(range(-60, 61), key=abs)


def _witness(fact: Term | None, values: Mapping[str, str], view: Telescope) -> int | None:
    """A number for a hypothesis `∃ x, p x`, where `p` holds of it at these values."""
    if fact is None or fact.head != "∃":
        return None
    kind = fact.args[0].text if fact.args[0].text in ("ℕ", "ℤ") else "ℕ"
    env = {
        name: int(text.strip("()"))
        for name, text in values.items()
        if text.strip("()").lstrip("-").isdecimal()
    }
    try:
        holds = compile_term(fact.args[1], {**view.types, fact.text: kind})
        fitting = (n for n in _WITNESSES if kind == "ℤ" or n >= 0)
        return next((n for n in fitting if holds({**env, fact.text: n})), None)
    except (UnevaluableError, KeyError, TypeError, RecursionError):
        return None


def _contradiction(tools: Toolbox) -> str:
    return f"first | {' | '.join(filter(tools.knows, _CONTRADICTION))}"


def twice(view: Telescope, tools: Toolbox) -> list[str]:
    """For a goal `∃! x, p x` without hypotheses or variables: two numbers of which `p` holds."""
    goal = view.goal
    if goal.head != "∃!" or view.arguments:
        return []
    kind = goal.args[0].text if goal.args[0].text in ("ℕ", "ℤ") else "ℤ"
    fitting = [
        n for n in sorted(range(-60, 61), key=abs) if (kind == "ℤ" or n >= 0) and _holds(goal, n, kind)
    ]
    if len(fitting) < 2:
        return []
    first, second = fitting[:2]
    prove = "first | decide | norm_num | omega" if tools.knows("norm_num") else "first | decide | omega"
    return [
        f"rintro ⟨x, _, only⟩\nhave first := only ({first}) (by {prove})\n"
        f"have second := only ({second}) (by {prove})\nomega"
    ]


def _holds(goal: Term, number: int, kind: str) -> bool:
    try:
        return bool(compile_term(goal.args[1], {goal.text: kind})({goal.text: number}))
    except (UnevaluableError, KeyError, TypeError, RecursionError):
        return False
