"""Local functions that a hypothesis defines outright, as in `∀ n, u n = 2 * n + 1`.

Such a hypothesis holds of one function and excludes nothing else, so cases may be calculated with that function.
Limits: every argument is a variable of its own, the equation holds without conditions, and the function
is not called on its right side (a recurrence is not read here).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prover.formalize.elaborated import Bind, Const, Term, call, free_names
from prover.formalize.show import number_type


@dataclass(frozen=True, slots=True)
class Definition:
    """`name params… = body`, for all numbers."""

    name: str
    params: tuple[str, ...]
    body: Term
    fact: Term


def definition(fact: Term) -> Definition | None:
    """The definition that a hypothesis is, if it is one."""
    bound: list[str] = []
    term = fact
    while isinstance(term, Bind) and term.kind == "∀" and term.name and number_type(term.type):
        bound.append(term.name)
        term = term.body
    relation, sides = call(term)
    if not bound or relation != "Eq" or len(sides) != 3:
        return None
    name, args = call(sides[1])
    params = tuple(arg.name for arg in args if isinstance(arg, Const))
    plain = len(params) == len(args) and sorted(params) == sorted(bound)
    if not plain or not name or "." in name or name in {*bound, *free_names(sides[2])}:
        return None
    return Definition(name, params, sides[2], fact)


def definitions(facts: Iterable[Term]) -> list[Definition]:
    """The first definition of each function, in an order in which none speaks of a later one."""
    waiting: dict[str, Definition] = {}
    for fact in facts:
        found = definition(fact)
        if found is not None:
            waiting.setdefault(found.name, found)
    ordered: list[Definition] = []
    while ready := [one for one in waiting.values() if not free_names(one.body) & waiting.keys()]:
        ordered += ready
        for one in ready:
            del waiting[one.name]
    return ordered
