"""What each constant rests on, from the terms themselves: the constants it cites, and the axioms behind those."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, MutableMapping

from prover.lean.replay.module import CONST, LIT, PROJ, Constant, Module, Name, show
from prover.lean.replay.region import MalformedError

_NAT_LITERAL: frozenset[Name] = frozenset({("Nat",), ("Nat", "zero"), ("Nat", "succ")})
_STRING_LITERAL: frozenset[Name] = frozenset({("String",), ("String", "ofList")})


def cited_by_terms(module: Module, roots: Iterable[int]) -> set[Name]:
    """Names of the constants under `roots`, with those that projections and literals stand on."""
    names: set[Name] = set()
    stack, seen = list(roots), set[int]()
    while stack:
        offset = stack.pop()
        if offset in seen:
            continue
        seen.add(offset)
        tag, kids, data = module.term(offset)
        stack += kids
        if tag in (CONST, PROJ):
            names.add(data[0])
        elif tag == LIT:
            names |= _NAT_LITERAL if isinstance(data, int) else _STRING_LITERAL
    return names


def roots_of(constant: Constant) -> list[int]:
    values = [] if constant.value is None else [constant.value]
    return [constant.type, *values, *(right for _, _, right in constant.rules)]


def cited(module: Module) -> dict[Name, set[Name]]:
    """For each constant of a module, the constants that its type, value and rules cite."""
    return {name: cited_by_terms(module, roots_of(c)) for name, c in module.constants.items()}


def extend_axioms(
    module: Module,
    uses: Mapping[Name, set[Name]],
    known: MutableMapping[Name, frozenset[Name]],
    skip: Container[Name] = (),
) -> None:
    """Add to `known` (constant → axioms it rests on) every constant of `module` that is not in `skip`.

    Raises `MalformedError` where constants rest on each other in a circle.
    """
    constants = module.constants
    for start in constants:
        stack, entered = [] if start in skip else [start], set[Name]()
        while stack:
            name = stack[-1]
            if name in known or name not in constants:
                stack.pop()
                continue
            constant = constants[name]
            below = _below(constant, constants, uses)
            missing = [n for n in below if n in constants and n not in known]
            if missing and name in entered and constant.safe:
                raise MalformedError(f"`{show(name)}` rests on itself")
            if missing and name not in entered:
                entered.add(name)
                stack += missing
                continue
            own = frozenset({name} if constant.kind == "axiom" else ())
            known[name] = own.union(*(known.get(n, frozenset()) for n in below))
            stack.pop()


def _below(
    constant: Constant, constants: Mapping[Name, Constant], uses: Mapping[Name, set[Name]]
) -> set[Name]:
    """What a constant rests on. The parts of an inductive block rest on what the whole block cites."""
    below = set(uses[constant.name])
    if constant.kind == "inductive":
        for member in constant.block:
            below |= uses.get(member, set())
            if member in constants:
                for constructor in constants[member].extra.get("constructors", ()):
                    below |= uses.get(constructor, set())
        below -= set(constant.block)
    elif constant.kind == "constructor":
        below = {constant.extra["inductive"]}
    elif constant.kind == "recursor":
        below = set(constant.block)
    return below - {constant.name}
