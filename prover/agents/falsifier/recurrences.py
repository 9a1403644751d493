"""The functions that a statement itself defines: by an equation, or by a recurrence, written so that it computes.

`∀ n, f (n + 1) = E` and `∀ n, f (n + 2) = E`, where `E` speaks of `n` and of earlier values of `f`, become
`Nat.rec` over the last value or the last two; first values are those that are given (`f 0 = c`), else small numbers.
"""

from __future__ import annotations

from itertools import product

from prover.agents.falsifier.telescope import Telescope
from prover.agents.hammer.evaluate import value_of
from prover.agents.hammer.terms import Term, name, num, show

_FREE = {"ℕ": (0, 1, 2), "ℤ": (1, 0, -1, 2)}


def defined(function: str, parts: list[str], view: Telescope) -> list[str]:
    """Lean source of `f` where a hypothesis gives it: `∀ x, f x = E`, and `E` does not speak of `f`."""
    domain, result = parts
    found = []
    for fact in view.facts:
        if fact.head != "∀" or fact.args[1].head != "=":
            continue
        variable, (left, right) = fact.text, fact.args[1].args
        applied = Term("app", (name(function), name(variable)))
        if left == applied and _replaced(right, function, variable, {}) is not None:
            found.append(f"(fun ({variable} : {domain}) => ({show(right)} : {result}))")
    return found


def recurrent(function: str, parts: list[str], view: Telescope) -> list[str]:
    """Lean source of sequences `f : ℕ → ℕ` or `ℕ → ℤ` that satisfy the statement's recurrence for `function`."""
    domain, result = parts
    if domain != "ℕ" or result not in _FREE:
        return []
    given: dict[int, int] = {}
    step: tuple[int, str, Term] | None = None
    for fact in view.facts:
        if fact.head == "=" and (at := _index(fact.args[0], function)) is not None:
            value = value_of(fact.args[1])
            if value is not None:
                given[at] = value
        elif fact.head == "∀" and fact.args[1].head == "=" and step is None:
            step = _step(fact, function)
    if step is None:
        return []
    order, variable, body = step
    firsts = [(given[i],) if i in given else _FREE[result] for i in range(order)]
    found = []
    for first in product(*firsts):
        text = (
            _one(result, first[0], variable, function, body)
            if order == 1
            else _two(result, first, variable, function, body)
        )
        if text:
            found.append(text)
    return found


def _index(term: Term, function: str) -> int | None:
    """`i` for `f i` with a numeral `i`."""
    if (
        term.head == "app"
        and term.function == function
        and len(term.args) == 2
        and term.args[1].head == "num"
    ):
        return int(term.args[1].text) if len(term.args[1].text) < 4 else None
    return None


def _step(fact: Term, function: str) -> tuple[int, str, Term] | None:
    """(order, variable, right side) of `∀ n, f (n + order) = …`."""
    variable, (left, right) = fact.text, fact.args[1].args
    for order in (1, 2):
        if left == Term("app", (name(function), Term("+", (name(variable), num(order))))):
            return order, variable, right
    return None


def _replaced(term: Term, function: str, variable: str, places: dict[int, Term]) -> Term | None:
    """`term` with `f (n + i)` replaced; None where `f` is left over."""
    if term.head == "app" and term.function == function and len(term.args) == 2:
        inner = term.args[1]
        if inner == name(variable):
            return places.get(0)
        for shift in (1, 2):
            if inner == Term("+", (name(variable), num(shift))):
                return places.get(shift)
        return None
    if term == name(function):
        return None
    parts = [_replaced(arg, function, variable, places) for arg in term.args]
    kept = tuple(part for part in parts if part is not None)
    return Term(term.head, kept, term.text) if len(kept) == len(parts) else None


def _one(result: str, first: int, variable: str, function: str, body: Term) -> str:
    inner = _replaced(body, function, variable, {0: name("value")})
    if inner is None:
        return ""
    return (
        f"(fun (n : ℕ) => (Nat.rec (motive := fun _ => {result}) ({first}) "
        f"(fun ({variable} : ℕ) (value : {result}) => {show(inner)}) n : {result}))"
    )


def _two(result: str, first: tuple[int, ...], variable: str, function: str, body: Term) -> str:
    inner = _replaced(body, function, variable, {0: name("pair.1"), 1: name("pair.2")})
    if inner is None:
        return ""
    pair = f"{result} × {result}"
    return (
        f"(fun (n : ℕ) => (Nat.rec (motive := fun _ => {pair}) (({first[0]}), ({first[1]})) "
        f"(fun ({variable} : ℕ) (pair : {pair}) => (pair.2, {show(inner)})) n : {pair}).1)"
    )
