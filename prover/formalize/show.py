"""Elaborated terms in a short form, close to what their author wrote: for people, not meant to be read back."""

from __future__ import annotations

import re

from prover.formalize.elaborated import App, Bind, Const, Literal, Term, call

NUMBER_TYPES = {"Nat": "ℕ", "Int": "ℤ"}
_OPERATORS = {
    "HAdd.hAdd": "+",
    "HSub.hSub": "-",
    "HMul.hMul": "*",
    "HDiv.hDiv": "/",
    "HMod.hMod": "%",
    "HPow.hPow": "^",
}
_RELATIONS = {
    "Eq": "=",
    "LT.lt": "<",
    "LE.le": "≤",
    "GT.gt": ">",
    "GE.ge": "≥",
    "Ne": "≠",
    "Dvd.dvd": "∣",
    "And": "∧",
    "Or": "∨",
    "Iff": "↔",
}
_CASTS = ("Nat.cast", "Int.cast", "IntCast.intCast", "NatCast.natCast")
_BIG = {"Finset.sum": "∑", "Finset.prod": "∏"}
_INSTANCE = re.compile(r"(^|\.)(inst|to[A-Z])")


def number_type(term: Term) -> str:
    """`ℕ` or `ℤ` for the types of that name, else empty."""
    return NUMBER_TYPES.get(term.name, "") if isinstance(term, Const) else ""


def show(term: Term) -> str:
    """The term as text, with brackets round every compound part."""
    name, args = call(term)
    if isinstance(term, Literal):
        return str(term.value)
    if name in _OPERATORS and len(args) == 6:
        return f"({show(args[4])} {_OPERATORS[name]} {show(args[5])})"
    if name in _RELATIONS and len(args) >= 2:
        return f"({show(args[-2])} {_RELATIONS[name]} {show(args[-1])})"
    if name in _CASTS and args:
        return f"↑{show(args[-1])}"
    if name == "Neg.neg" and args:
        return f"-{show(args[-1])}"
    if name == "Not" and args:
        return f"¬{show(args[-1])}"
    if name in _BIG and len(args) >= 2 and isinstance(args[-1], Bind):
        return f"({_BIG[name]} {args[-1].name} ∈ {show(args[-2])}, {show(args[-1].body)})"
    if isinstance(term, Const):
        return NUMBER_TYPES.get(term.name, term.name)
    if isinstance(term, Bind):
        return _binding(term)
    if name == "Exists" and len(args) == 2 and isinstance(args[1], Bind):
        return f"(∃ {args[1].name} : {show(args[1].type)}, {show(args[1].body)})"
    shown = [show(arg) for arg in args if not _implicit(arg)]
    return f"({name or show(term.function)} {' '.join(shown)})" if isinstance(term, App) else name


def _binding(term: Bind) -> str:
    if not term.name:
        return f"({show(term.type)} → {show(term.body)})"
    end = " =>" if term.kind == "fun" else ","
    return f"({term.kind} {term.name} : {show(term.type)}{end} {show(term.body)})"


def _implicit(arg: Term) -> bool:
    """A type of numbers or an instance: what its author did not write."""
    name, _ = call(arg)
    return name in NUMBER_TYPES or bool(_INSTANCE.search(name))


def bare(text: str) -> str:
    """Without the one pair of brackets round all of it."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and at + 1 < len(text):
            return text
    return text[1:-1]
