"""Goals as Lean prints them, taken apart: case name, hypotheses, target.

Pure text. Nothing here may fail on odd input: what cannot be read is kept as text, and a goal without a target
has an empty one. The text is Lean's own, so names may be inaccessible (`n✝`) and types may span lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from prover.agents.hammer.terms import Term, parse_term

NUMBER_TYPES = {"ℕ": "ℕ", "Nat": "ℕ", "ℤ": "ℤ", "Int": "ℤ"}
"""How the two number types are printed, with and without the notation."""

_PROPOSITION = re.compile(r"[=≠<≤>≥∣∧∨¬↔∃∀≡∈⊆]")
_ALL = re.compile(r"∀ \(([^()]+?) : ([^():]+)\),")
_ENTRY = re.compile(r"^(?P<names>[^\s:⊢][^:⊢]*?)\s*:(?!=)\s*(?P<type>.*)$", re.S)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    name: str
    type: str
    value: str = ""
    """What a `let` variable stands for; empty otherwise."""

    @property
    def accessible(self) -> bool:
        return "✝" not in self.name


@dataclass(frozen=True, slots=True)
class Goal:
    hypotheses: tuple[Hypothesis, ...]
    target: str
    case: str = ""

    @property
    def key(self) -> str:
        """The same for goals that differ in case names, white space, names of facts and repeated facts only."""
        types = ((h, " ".join(h.type.split())) for h in self.hypotheses)
        lines = {f"{h.name}:{text}" if self._names_matter(h) else text for h, text in types}
        return "\n".join([*sorted(lines), "⊢ " + " ".join(self.target.split())])

    @staticmethod
    def _names_matter(h: Hypothesis) -> bool:
        return bool(h.value) or not _PROPOSITION.search(h.type)

    @property
    def size(self) -> int:
        return len(self.target) + sum(len(h.type) for h in self.hypotheses)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(h.name for h in self.hypotheses)

    @property
    def types(self) -> dict[str, str]:
        return {h.name: " ".join(h.type.split()) for h in self.hypotheses}

    def numbers(self, kind: str = "") -> list[str]:
        """Accessible variables of type ℕ or ℤ (of `kind` only, where given), in order."""
        found = []
        for h in self.hypotheses:
            number = NUMBER_TYPES.get(h.type.strip())
            if number and h.accessible and not h.value and (not kind or number == kind):
                found.append(h.name)
        return found

    def facts(self) -> list[tuple[str, Term]]:
        """Accessible hypotheses that may be propositions, parsed, in order."""
        return [
            (h.name, parse_term(h.type, self.names))
            for h in self.hypotheses
            if h.accessible and not _is_data(h.type)
        ]

    @property
    def goal_term(self) -> Term:
        return parse_term(self.target, self.names)


def _is_data(text: str) -> bool:
    words = text.split()
    return bool(words) and all(w in NUMBER_TYPES or w in ("→", "Prop", "Type", "Bool") for w in words)


def as_signature(goal: Goal) -> str:
    """The goal as a theorem's binders and type, the way people write them, as far as it can be written down: for a
    writer to read, not for Lean."""
    named = [h for h in goal.hypotheses if h.accessible and not h.value]
    groups = [
        (kind, [h.name for h in group]) for kind, group in groupby(named, lambda h: " ".join(h.type.split()))
    ]
    binders = [f"({' '.join(names)} : {_as_written(kind)})" for kind, names in groups]
    return " ".join([*binders, ":", _as_written(" ".join(goal.target.split()))])


def _as_written(text: str) -> str:
    """Without the brackets that Lean prints around the variables of `∀`, and without the type ℕ, which Lean guesses."""
    return _ALL.sub(lambda m: f"∀ {m[1]}," if m[2] == "ℕ" else f"∀ {m[1]} : {m[2]},", text)


def parse_goal(text: str) -> Goal:
    """One goal. Lines that start with white space continue the entry above."""
    entries: list[str] = []
    case = ""
    for line in text.strip("\n").split("\n"):
        if not line.strip():
            continue
        if not entries and not case and line.startswith("case "):
            case = line[5:].strip()
        elif line[0].isspace() and entries:
            entries[-1] += "\n" + line
        else:
            entries.append(line)
    hypotheses: list[Hypothesis] = []
    target = ""
    for entry in entries:
        if entry.startswith("⊢"):
            target = entry[1:].strip()
        elif match := _ENTRY.match(entry):
            kind, _, value = match["type"].partition(" := ")
            for name in match["names"].split():
                hypotheses.append(Hypothesis(name, kind.strip(), value.strip()))
    return Goal(tuple(hypotheses), target, case)


def fresh(base: str, taken: Collection[str]) -> str:
    """`base`, or `base` with the first number that makes it new."""
    if base not in taken:
        return base
    return next(name for k in range(1, len(taken) + 2) if (name := f"{base}{k}") not in taken)


def fresh_names(bases: Collection[str], taken: Collection[str]) -> list[str]:
    used = set(taken)
    names = []
    for base in bases:
        names.append(fresh(base, used))
        used.add(names[-1])
    return names
