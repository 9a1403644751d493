"""What Lean's reading of a statement says about which other statements it is.

From the strictest to the loosest: `shape` (equal up to names, order and notation), `loose` (also up to the order of
what commutes: sums, products, equations, `∧`, `∨`, `↔`, gcd), `cluster` (the shape with every numeral taken out), and
`terms`, the constants it uses. Limits: operands that are told apart only by which variable stands where keep their
order, so `loose` misses some; what the profile cannot read has none of these.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from prover.bootstrap.fingerprint import without_numerals
from prover.formalize.elaborated import (
    App,
    Bind,
    Const,
    Elaborated,
    Literal,
    Local,
    Term,
    TermTextError,
    call,
    children,
    elaborate,
)
from prover.formalize.shape import normal, shape, text
from prover.lean.protocol import Checker
from prover.search.desk import is_read
from prover.types import Statement

_COMMUTES = {
    "HAdd.hAdd": 2,
    "HMul.hMul": 2,
    "Eq": 2,
    "And": 2,
    "Or": 2,
    "Iff": 2,
    "Nat.gcd": 2,
    "Nat.lcm": 2,
    "Int.gcd": 2,
    "Int.lcm": 2,
    "GCDMonoid.gcd": 2,
    "GCDMonoid.lcm": 2,
    "Nat.Coprime": 2,
    "Max.max": 2,
    "Min.min": 2,
}
"""How many of the last arguments may change places."""


@dataclass(frozen=True, slots=True)
class Print:
    shape: str = ""
    loose: str = ""
    cluster: str = ""
    terms: tuple[str, ...] = ()
    """Each constant and numeral as often as it occurs, sorted; instances left out."""


async def print_of(statement: Statement, checker: Checker) -> Print:
    """Empty for a statement that the profile cannot read. Raises `InfraError` where Lean breaks down."""
    if not await is_read(statement, checker):
        return Print()
    try:
        elaborated = await elaborate(statement, checker)
        return Print(
            shape(elaborated),
            shape(_each(elaborated)),
            shape(without_numerals(elaborated)),
            _terms(elaborated),
        )
    except (TermTextError, RecursionError):
        return Print()


def _each(statement: Elaborated) -> Elaborated:
    blind = {local.name: "★" for local in statement.locals}
    places = tuple(Local(local.name, _ordered(normal(local.type), blind)) for local in statement.locals)
    return Elaborated(places, _ordered(normal(statement.target), blind))


def _ordered(term: Term, blind: dict[str, str]) -> Term:
    """The operands of what commutes in an order that does not depend on names."""
    if isinstance(term, App):
        args = tuple(_ordered(arg, blind) for arg in term.args)
        count = _COMMUTES.get(call(term)[0], 0)
        if count and len(args) >= count:
            args = (*args[:-count], *sorted(args[-count:], key=lambda arg: text(arg, blind)))
        return App(_ordered(term.function, blind), args)
    if isinstance(term, Bind):
        inside = {**blind, term.name: "★"}
        return replace(term, type=_ordered(term.type, blind), body=_ordered(term.body, inside))
    return term


def _terms(statement: Elaborated) -> tuple[str, ...]:
    own = {local.name for local in statement.locals}
    counts: Counter[str] = Counter()
    stack: list[tuple[Term, frozenset[str]]] = [
        (term, frozenset(own)) for term in (*(local.type for local in statement.locals), statement.target)
    ]
    while stack:
        term, bound = stack.pop()
        if isinstance(term, Const):
            last = term.name.rpartition(".")[2]
            if term.name not in bound and not last.startswith("inst"):
                counts[term.name] += 1
        elif isinstance(term, Literal):
            counts[str(term.value)] += 1
        elif isinstance(term, Bind):
            stack += [(term.type, bound), (term.body, bound | {term.name})]
        else:
            stack += [(child, bound) for child in children(term)]
    return tuple(sorted(counts.elements()))


def nearness(left: Print, right: Print) -> float:
    """The share of terms that two statements have in common, from 0 to 1."""
    a, b = Counter(left.terms), Counter(right.terms)
    return (a & b).total() / max(1, (a | b).total())
