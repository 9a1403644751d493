"""The order in which a module's declarations go to the kernel: each after what it cites.

A file's constants are in no useful order. The parts of an inductive block (types, constructors, recursors) are one
declaration, named by its first type.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from prover.lean.replay.module import Constant, Name, show
from prover.lean.replay.region import MalformedError

Constants = Mapping[Name, Constant]


def in_order(
    constants: Constants, uses: Mapping[Name, set[Name]], skipped: Container[Name]
) -> Iterator[Constant]:
    """One constant for each declaration. Raises `MalformedError` where a block does not hold together.

    A circle is not found here: some member of it is yielded before what it cites, and the kernel refuses that one.
    """
    entered: set[Name] = set()
    for start in constants:
        stack = [(start, False)]
        while stack:
            name, ready = stack.pop()
            if ready:
                yield constants[name]
                continue
            head = _head(name, constants)
            if name in skipped or head in skipped or head in entered:
                continue
            entered.add(head)
            stack.append((head, True))
            for below in _below(constants[head], constants, uses):
                if below in constants and below not in skipped and _head(below, constants) not in entered:
                    stack.append((below, False))


def _head(name: Name, constants: Constants) -> Name:
    """The constant that stands for the whole declaration."""
    constant = constants[name]
    if constant.kind == "constructor":
        owner = constants.get(constant.extra["inductive"])
        if owner is None or owner.kind != "inductive":
            raise MalformedError(f"`{show(name)}` constructs no type of this module")
        constant = owner
    if constant.kind != "inductive":
        return name
    head = constant.block[0] if constant.block else constant.name
    if head not in constants:
        raise MalformedError(f"`{show(constant.name)}` is of a block whose `{show(head)}` is missing")
    return head


def _below(constant: Constant, constants: Constants, uses: Mapping[Name, set[Name]]) -> set[Name]:
    if constant.kind == "recursor":
        return uses[constant.name] | set(constant.block)
    if constant.kind != "inductive":
        return uses[constant.name]
    below: set[Name] = set()
    for member in constant.block:
        other = constants.get(member)
        if other is None or other.kind != "inductive" or other.block != constant.block:
            raise MalformedError(f"`{show(constant.name)}` is of a block that does not hold together")
        below |= uses[member]
        for name in other.extra["constructors"]:
            constructor = constants.get(name)
            if (
                constructor is None
                or constructor.kind != "constructor"
                or constructor.extra["inductive"] != member
            ):
                raise MalformedError(f"`{show(name)}` is no constructor of `{show(member)}`")
            below |= uses[name]
    return below
