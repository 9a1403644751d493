"""A statement as what has to be chosen to refute it: values for its variables, proofs for its hypotheses, in order.

The goal's own `∀` and `→` count as binders too. Types are told by their text; a hypothesis is whatever is no known
kind of data. Guidance only: a wrong reading costs probes, never soundness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prover.agents.falsifier.signature import Signature
from prover.agents.hammer.terms import Term, parse_term, show

NUMBERS = {"ℕ": "ℕ", "Nat": "ℕ", "ℤ": "ℤ", "Int": "ℤ"}
FIELDS = ("ℚ", "ℝ", "ℂ", "Rat", "Real", "Complex")
_ATOMS = (*NUMBERS, *FIELDS, "Prop", "Bool")
_SORTS = ("Type", "Sort", "Type*", "Sort*")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of the refuted statement, in order. `kind` is its type where it is data, else empty."""

    name: str
    kind: str
    instance: bool = False
    fact: Term | None = None

    @property
    def data(self) -> bool:
        return bool(self.kind)


@dataclass(frozen=True)
class Telescope:
    arguments: tuple[Argument, ...]
    goal: Term
    types: Mapping[str, str] = field(default_factory=dict)
    strange: bool = False
    """It has a variable of a type of which no values are known here."""

    @property
    def variables(self) -> list[Argument]:
        return [a for a in self.arguments if a.data]

    @property
    def facts(self) -> list[Term]:
        return [a.fact for a in self.arguments if a.fact is not None]

    def numbers(self) -> list[tuple[str, str]]:
        return [(a.name, a.kind) for a in self.arguments if a.kind in ("ℕ", "ℤ")]


def telescope(signature: Signature) -> Telescope:
    arguments: list[Argument] = []
    names = [name for binder in signature.binders for name in binder.names]
    strange = False
    for binder in signature.binders:
        kind = data_kind(binder.type)
        if binder.bracket == "[":
            arguments.append(Argument("", "", instance=True))
            continue
        strange |= not kind and _is_type(binder.type, names)
        for name in binder.names:
            fact = None if kind else parse_term(binder.type, names)
            arguments.append(Argument(name, kind, fact=fact))
    goal = parse_term(signature.goal, names)
    while goal.head in ("∀", "→"):
        if goal.head == "→":
            arguments.append(Argument("", "", fact=goal.args[0]))
        else:
            # An unmarked variable is most often a number; its kind is guessed from what it is compared with.
            bound = show(goal.args[0])
            strange |= bound != "_" and not data_kind(bound) and _is_type(bound, names)
            arguments.append(
                Argument(goal.text, (data_kind(bound) or "ℕ") if bound == "_" else data_kind(bound))
            )
        goal = goal.args[1]
    types = {a.name: a.kind for a in arguments if a.data and a.name}
    return Telescope(tuple(arguments), goal, types, strange)


def _is_type(text: str, variables: Sequence[str]) -> bool:
    """A type of data, as far as its shape tells: a name by itself, a sort, or a type applied to types."""
    term = parse_term(text, variables)
    if not text or term.head == "opaque":
        return not any(sign in text for sign in "=≠<≤>≥∣∧∨¬↔∀∃∈≡⊆")
    if term.head == "id":
        return term.text not in ("True", "False", *variables)
    if term.head == "→":
        return _is_type(show(term.args[1]), variables)
    heads = [arg.text for arg in term.args]
    return term.head == "app" and (heads[0] in _SORTS or any(text in _ATOMS for text in heads[1:]))


def data_kind(text: str) -> str:
    """A type of data in one spelling: `ℕ`, `ℤ`, `Bool`, `Prop`, `Fin 3`, `List ℕ`, `ℕ → ℕ → Prop`; else empty."""
    words = text.split()
    if "→" in words:
        parts = [data_kind(part) for part in text.split("→")]
        return " → ".join(parts) if all(parts) and not any(" → " in p for p in parts) else ""
    if len(words) == 1 and words[0] in _ATOMS:
        return NUMBERS.get(words[0], words[0])
    if (
        len(words) == 2
        and words[0] == "Fin"
        and words[1].isascii()
        and words[1].isdecimal()
        and len(words[1]) < 4
    ):
        return text.strip()
    if len(words) == 2 and words[0] == "List" and words[1] in (*NUMBERS, "Bool"):
        return f"List {NUMBERS.get(words[1], words[1])}"
    return ""
