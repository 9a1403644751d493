"""Where in a statement a term stands, and what may be assumed there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prover.formalize.elaborated import App, Bind, Const, Elaborated, Literal, Term, call


@dataclass(frozen=True, slots=True)
class Place:
    """A term of the statement with the bound variables and assumptions (`→` to its left, hypotheses) in force there.
    `root` names the hypothesis that it stands in, empty for the conclusion."""

    term: Term
    bound: dict[str, Term]
    assumed: tuple[Term, ...]
    root: str = ""
    own: Term | None = None
    """That hypothesis: a case in which it does not hold makes no difference."""


def places(statement: Elaborated) -> Iterator[Place]:
    """Every subterm of hypotheses and target, with what may be assumed where it stands."""
    types = {local.name: local.type for local in statement.locals}
    facts = tuple(local.type for local in statement.locals)
    roots = [
        (local.name, local.type, facts[:at] + facts[at + 1 :]) for at, local in enumerate(statement.locals)
    ]
    for name, root, assumed in [*roots, ("", statement.target, facts)]:
        own = root if name else None
        stack: list[Place] = [Place(root, types, assumed, name, own)]
        while stack:
            place = stack.pop()
            yield place
            stack.extend(reversed(list(_under(place))))


def _under(place: Place) -> Iterator[Place]:
    term = place.term
    name, args = call(term)
    if isinstance(term, Bind):
        yield Place(term.type, place.bound, place.assumed, place.root, place.own)
        bound = {**place.bound, term.name: term.type} if term.name else place.bound
        assumed = (*place.assumed, term.type) if term.kind == "∀" else place.assumed
        yield Place(term.body, bound, assumed, place.root, place.own)
    elif name == "And" and len(args) == 2:
        # Each side may be read knowing the other: `0 < n ∧ 6 / n = 2` is careful enough.
        yield Place(args[0], place.bound, (*place.assumed, *conjuncts(args[1])), place.root, place.own)
        yield Place(args[1], place.bound, (*place.assumed, *conjuncts(args[0])), place.root, place.own)
    elif name in ("Finset.sum", "Finset.prod") and isinstance(args[-1], Bind):
        index = args[-1]
        for part in args[:-1]:
            yield Place(part, place.bound, place.assumed, place.root, place.own)
        members = (*place.assumed, *membership(index.name, args[-2]))
        yield Place(index.body, {**place.bound, index.name: index.type}, members, place.root, place.own)
    elif isinstance(term, App):
        for part in (term.function, *term.args):
            yield Place(part, place.bound, place.assumed, place.root, place.own)


def membership(index: str, members: Term) -> tuple[Term, ...]:
    """What is known of a number by its lying in an interval of numbers: `a ≤ index`, `index ≤ b` and the like."""
    name, args = call(members)
    number = Const(index)
    if name == "Finset.range" and len(args) == 1:
        return (_relation("LT.lt", number, args[0]),)
    low = {"Finset.Icc": "LE.le", "Finset.Ico": "LE.le", "Finset.Ioc": "LT.lt", "Finset.Ioo": "LT.lt"}.get(
        name
    )
    high = {"Finset.Icc": "LE.le", "Finset.Ico": "LT.lt", "Finset.Ioc": "LE.le", "Finset.Ioo": "LT.lt"}.get(
        name
    )
    if low is None or high is None:
        return ()
    return (_relation(low, args[-2], number), _relation(high, number, args[-1]))


def _relation(name: str, left: Term, right: Term) -> Term:
    return App(Const(name), (Const("_"), Const("_"), left, right))


def conjuncts(term: Term) -> Iterator[Term]:
    stack = [term]
    while stack:
        current = stack.pop()
        name, args = call(current)
        if name == "And" and len(args) == 2:
            stack += [args[1], args[0]]
        else:
            yield current


def value(term: Term) -> int | None:
    """The value of a numeral."""
    return term.value if isinstance(term, Literal) else None


def is_data(domain: Term) -> bool:
    """A number, a function, a set …: what a variable ranges over, as opposed to a proposition."""
    name, args = call(domain)
    if isinstance(domain, Bind):
        return domain.name == "" and is_data(domain.type) and is_data(domain.body)
    return (
        bool(name)
        and name[0].isupper()
        and (not args or name in ("List", "Set", "Finset", "Fin", "Prod", "Option", "Multiset", "Array"))
    )
