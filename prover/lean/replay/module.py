"""A compiled module: its names, levels, terms and constants, decoded from the bytes of an `.olean`.

Hashes and flags that Lean caches in terms are not read. Terms stay where they are and are named by their offsets, so
that shared ones are decoded once; `Module.term` gives one node, `postorder` walks a whole one without recursion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prover.lean.replay.region import BOX_NIL, MalformedError, Region

BVAR, FVAR, MVAR, SORT, CONST, APP, LAM, PI, LET, LIT, MDATA, PROJ = range(12)
"""Constructors of `Lean.Expr`."""
ZERO, SUCC, MAX, IMAX, PARAM = range(5)
"""Constructors of `Lean.Level`."""
KINDS = ("axiom", "def", "theorem", "opaque", "quot", "inductive", "constructor", "recursor")
"""Constructors of `Lean.ConstantInfo`."""
_SHAPES = ((1, 1), (4, 1), (3, 0), (3, 1), (1, 1), (6, 3), (5, 1), (7, 2))
"""For each kind: object fields and bytes of scalar data of its value."""
_SAFE_DEFINITION = 1

Name = tuple[str | int, ...]
Level = tuple[Any, ...]
"""(tag, offsets of the children, or the name of a parameter)"""
Term = tuple[int, tuple[int, ...], Any]
"""(constructor, offsets of the subterms, other data)"""


@dataclass(frozen=True, slots=True)
class Constant:
    """`type`, `value` and the right-hand sides of `rules` are offsets of terms; `extra` is compared field by field."""

    kind: str
    name: Name
    universes: tuple[Name, ...]
    type: int
    value: int | None
    safe: bool
    """Neither `unsafe` nor `partial`: what the kernel checks and theorems may rest on."""
    extra: dict[str, Any] = field(default_factory=dict)
    rules: tuple[tuple[Name, int, int], ...] = ()
    """Of a recursor: constructor, number of its fields, right-hand side."""
    hints: int = 0
    """Of a definition: 0 opaque, 1 abbreviation, else 2 + height."""

    @property
    def block(self) -> tuple[Name, ...]:
        """The declarations that it was made with."""
        return tuple(self.extra.get("all", ()))


def show(name: Name) -> str:
    return ".".join(map(str, name)) or "[anonymous]"


class Module:
    """One `.olean`, read at once as far as its constants' shapes; terms are decoded when they are asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.region = Region(path.read_bytes())
        except OSError as error:
            raise MalformedError(f"cannot be read: {error.strerror}") from error
        self.sha256 = self.region.sha256
        self._names: dict[int, Name] = {}
        self._levels: dict[int, Level] = {}
        self.terms: dict[int, Term] = {}
        region = self.region
        root = region.fields(region.root, 0, 5, 1)
        if region.byte(region.root, 5, 0):
            raise MalformedError("compiled with Lean's module system: its proofs are in other files")
        self.imports = [self._name(region.fields(o, 0, 1)[0], o) for o in region.array(root[0], region.root)]
        self.constants: dict[Name, Constant] = {}
        for offset in region.array(root[2], region.root):
            constant = self._constant(offset)
            if constant.name in self.constants:
                raise MalformedError(f"`{show(constant.name)}` is declared twice")
            self.constants[constant.name] = constant

    def _name(self, word: int, parent: int) -> Name:
        pending: list[tuple[int, str | int]] = []
        region = self.region
        name: Name = ()
        while word != BOX_NIL:
            offset = region.pointer(word, parent)
            known = self._names.get(offset)
            if known is not None:
                name = known
                break
            tag = region.tag(offset)
            prefix, last = region.fields(offset, tag, 2)
            if tag not in (1, 2):
                raise MalformedError(f"a name was expected at {offset:#x}")
            pending.append((offset, region.string(last, offset) if tag == 1 else region.nat(last, offset)))
            word, parent = prefix, offset
        for offset, component in reversed(pending):
            name = self._names[offset] = (*name, component)
        return name

    def _name_list(self, word: int, parent: int) -> tuple[Name, ...]:
        return tuple(self._name(head, cell) for head, cell in self.region.list(word, parent))

    def _level_pointer(self, word: int, parent: int) -> int:
        return 0 if word == BOX_NIL else self.region.pointer(word, parent)

    def level(self, offset: int) -> Level:
        """One node; offset 0 stands for the level 0."""
        if offset == 0:
            return (ZERO,)
        found = self._levels.get(offset)
        if found is None:
            region, tag = self.region, self.region.tag(offset)
            if tag == SUCC:
                found = (tag, self._level_pointer(region.fields(offset, tag, 1, 8)[0], offset))
            elif tag in (MAX, IMAX):
                left, right = region.fields(offset, tag, 2, 8)
                found = (tag, self._level_pointer(left, offset), self._level_pointer(right, offset))
            elif tag == PARAM:
                found = (tag, self._name(region.fields(offset, tag, 1, 8)[0], offset))
            else:
                raise MalformedError(f"a universe level was expected at {offset:#x}")
            self._levels[offset] = found
        return found

    def term(self, offset: int) -> Term:
        found = self.terms.get(offset)
        if found is None:
            found = self.terms[offset] = self._term(offset)
        return found

    def _term(self, offset: int) -> Term:
        region, tag = self.region, self.region.tag(offset)
        pointer = region.pointer
        if tag == APP:
            function, argument = region.fields(offset, tag, 2, 8)
            return tag, (pointer(function, offset), pointer(argument, offset)), None
        if tag == BVAR:
            return tag, (), region.nat(region.fields(offset, tag, 1, 8)[0], offset)
        if tag == CONST:
            name, levels = region.fields(offset, tag, 2, 8)
            arguments = tuple(self._level_pointer(word, cell) for word, cell in region.list(levels, offset))
            return tag, (), (self._name(name, offset), arguments)
        if tag in (LAM, PI):
            name, domain, body = region.fields(offset, tag, 3, 9)
            binder = region.byte(offset, 3, 8)
            if binder > 3:
                raise MalformedError(f"binder of the term at {offset:#x}")
            return tag, (pointer(domain, offset), pointer(body, offset)), (self._name(name, offset), binder)
        if tag == SORT:
            return tag, (), self._level_pointer(region.fields(offset, tag, 1, 8)[0], offset)
        if tag == LET:
            name, *parts = region.fields(offset, tag, 4, 9)
            flag = region.byte(offset, 4, 8)
            if flag > 1:
                raise MalformedError(f"flag of the term at {offset:#x}")
            return tag, tuple(pointer(part, offset) for part in parts), (self._name(name, offset), flag)
        if tag == LIT:
            literal = pointer(region.fields(offset, tag, 1, 8)[0], offset)
            if region.tag(literal) == 0:
                return tag, (), region.nat(region.fields(literal, 0, 1)[0], literal)
            return tag, (), region.string(region.fields(literal, 1, 1)[0], literal)
        if tag == MDATA:
            return tag, (pointer(region.fields(offset, tag, 2, 8)[1], offset),), None
        if tag == PROJ:
            name, index, structure = region.fields(offset, tag, 3, 8)
            return tag, (pointer(structure, offset),), (self._name(name, offset), region.nat(index, offset))
        raise MalformedError(f"a closed term was expected at {offset:#x}, not constructor {tag}")

    def postorder(self, roots: Iterable[int], done: Collection[int]) -> list[int]:
        """Offsets of the terms under `roots` that are not in `done`, subterms first."""
        order: list[int] = []
        stack = [(root, False) for root in roots]
        seen: set[int] = set()
        while stack:
            offset, ready = stack.pop()
            if ready:
                order.append(offset)
            elif offset not in done and offset not in seen:
                seen.add(offset)
                kids = self.term(offset)[1]
                if kids:
                    stack.append((offset, True))
                    stack += [(kid, False) for kid in kids if kid not in seen]
                else:
                    order.append(offset)
        return order

    def _constant(self, offset: int) -> Constant:
        region = self.region
        index = region.tag(offset)
        if index >= len(KINDS):
            raise MalformedError(f"a constant was expected at {offset:#x}")
        kind = KINDS[index]
        body = region.pointer(region.fields(offset, index, 1)[0], offset)
        count, scalars = _SHAPES[index]
        fields = region.fields(body, 0, count, scalars)
        signature = region.pointer(fields[0], body)
        name, universes, type_word = region.fields(signature, 0, 3)

        def nat(i: int) -> int:
            return region.nat(fields[i], body)

        def names(i: int) -> tuple[Name, ...]:
            return self._name_list(fields[i], body)

        def flag(i: int) -> int:
            return region.byte(body, count, i)

        value, safe, hints = None, True, 0
        extra: dict[str, Any] = {}
        rules: tuple[tuple[Name, int, int], ...] = ()
        if kind in ("def", "theorem", "opaque"):
            value = region.pointer(fields[1], body)
        if kind == "axiom":
            safe = not flag(0)
        elif kind == "def":
            safe, hints = flag(0) == _SAFE_DEFINITION, self._hints(fields[2], body)
            extra = {"all": names(3), "safety": flag(0)}
        elif kind == "theorem":
            extra = {"all": names(2)}
        elif kind == "opaque":
            safe, extra = not flag(0), {"all": names(2)}
        elif kind == "quot":
            extra = {"kind": flag(0)}
        elif kind == "inductive":
            safe = not flag(1)
            extra = {
                "params": nat(1),
                "indices": nat(2),
                "all": names(3),
                "constructors": names(4),
                "nested": nat(5),
                "recursive": flag(0),
                "reflexive": flag(2),
            }
        elif kind == "constructor":
            safe = not flag(0)
            extra = {
                "inductive": self._name(fields[1], body),
                "index": nat(2),
                "params": nat(3),
                "fields": nat(4),
            }
        else:
            safe = not flag(1)
            rules = tuple(self._rule(word, cell) for word, cell in region.list(fields[6], body))
            extra = {"all": names(1), "numbers": tuple(nat(i) for i in (2, 3, 4, 5)), "k": flag(0)}
        return Constant(
            kind,
            self._name(name, signature),
            self._name_list(universes, signature),
            region.pointer(type_word, signature),
            value,
            safe,
            extra,
            rules,
            hints,
        )

    def _hints(self, word: int, parent: int) -> int:
        if word in (1, 3):
            return word >> 1
        offset = self.region.pointer(word, parent)
        self.region.fields(offset, 2, 0, 4)
        return 2 + int.from_bytes(self.region.content[offset + 8 : offset + 12], "little")

    def _rule(self, word: int, parent: int) -> tuple[Name, int, int]:
        offset = self.region.pointer(word, parent)
        constructor, fields, right = self.region.fields(offset, 0, 3)
        return (
            self._name(constructor, offset),
            self.region.nat(fields, offset),
            self.region.pointer(right, offset),
        )
