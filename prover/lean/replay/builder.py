"""Names, levels and terms of a module made anew with Lean's own constructors, without recursion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from prover.lean.replay import module as m
from prover.lean.replay.library import Library, box
from prover.lean.replay.module import Module, Name


@dataclass(slots=True)
class _Rebuilt:
    """Addresses of a module's levels and terms that were rebuilt, by their offsets."""

    levels: dict[int, int] = field(default_factory=dict)
    terms: dict[int, int] = field(default_factory=dict)


class Builder:
    """Gives addresses of objects in Lean's memory. What was made once is given again."""

    def __init__(self, library: Library) -> None:
        self._lean = library
        self._names: dict[Name, int] = {(): box(0)}
        self._rebuilt: dict[Module, _Rebuilt] = {}

    def name(self, name: Name) -> int:
        start = len(name)
        while name[:start] not in self._names:
            start -= 1
        address = self._names[name[:start]]
        for end in range(start + 1, len(name) + 1):
            last, lean = name[end - 1], self._lean
            if isinstance(last, str):
                address = lean.keep(lean.name_string(address, lean.string(last)))
            else:
                address = lean.keep(lean.name_number(address, lean.nat(last)))
            self._names[name[:end]] = address
        return address

    def names(self, names: Iterable[Name]) -> int:
        return self._lean.list([self.name(name) for name in names])

    def _memory(self, module: Module) -> _Rebuilt:
        return self._rebuilt.setdefault(module, _Rebuilt())

    def level(self, module: Module, root: int) -> int:
        known, lean = self._memory(module).levels, self._lean
        stack = [root]
        while stack:
            offset = stack[-1]
            if offset in known:
                stack.pop()
                continue
            tag, *parts = module.level(offset)
            if tag in (m.SUCC, m.MAX, m.IMAX):
                missing = [part for part in parts if part not in known]
                if missing:
                    stack += missing
                    continue
                address = lean.levels[tag](*(known[part] for part in parts))
            elif tag == m.PARAM:
                address = lean.levels[tag](self.name(parts[0]))
            else:
                address = lean.levels[m.ZERO](box(0))
            known[offset] = lean.keep(address)
            stack.pop()
        return known[root]

    def term(self, module: Module, root: int) -> int:
        known, lean = self._memory(module).terms, self._lean
        if root in known:
            return known[root]
        for offset in module.postorder([root], known):
            tag, kids, data = module.term(offset)
            if tag == m.MDATA:
                known[offset] = known[kids[0]]
                continue
            if tag == m.APP:
                address = lean.app(known[kids[0]], known[kids[1]])
            elif tag == m.BVAR:
                address = lean.bvar(lean.nat(data))
            elif tag == m.CONST:
                levels = lean.list([self.level(module, level) for level in data[1]])
                address = lean.const(self.name(data[0]), levels)
            elif tag in (m.LAM, m.PI):
                make = lean.lam if tag == m.LAM else lean.pi
                address = make(self.name(data[0]), known[kids[0]], known[kids[1]], data[1])
            elif tag == m.SORT:
                address = lean.sort(self.level(module, data))
            elif tag == m.LET:
                address = lean.let(self.name(data[0]), *(known[kid] for kid in kids), data[1])
            elif tag == m.LIT:
                is_nat = isinstance(data, int)
                value = lean.object(0, lean.nat(data)) if is_nat else lean.object(1, lean.string(data))
                address = lean.lit(value)
            else:
                address = lean.proj(self.name(data[0]), lean.nat(data[1]), known[kids[0]])
            known[offset] = lean.keep(address)
        return known[root]
