"""A kernel environment that grows by declarations rebuilt from modules, each sent through the real kernel.

`check` takes a whole module: declarations go in the order of their dependencies; what the kernel generates
(constructors, recursors and their rules) must equal what the file says. `unsafe` and `partial` constants are left out,
so nothing safe can rest on them. `trust` adds a module unchecked whose bytes were checked before, by their hash.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.lean.replay.axioms import cited, extend_axioms
from prover.lean.replay.builder import Builder
from prover.lean.replay.library import RESOURCES, Library, box
from prover.lean.replay.module import KINDS, Constant, Module, Name, show
from prover.lean.replay.order import in_order
from prover.lean.replay.region import Region

_KERNEL_NAMES = """
    Nat Nat.zero Nat.succ Nat.add Nat.sub Nat.mul Nat.div Nat.mod Nat.gcd Nat.beq Nat.ble Nat.land Nat.lor Nat.xor
    Nat.shiftLeft Nat.shiftRight Nat.pow Nat.log2 Nat.pred Bool Bool.true Bool.false Char Char.ofNat String
    String.mk String.ofList List List.nil List.cons Eq Eq.refl Quot Quot.mk Quot.lift Quot.ind eagerReduce
    Lean.reduceBool Lean.reduceNat Lean.ofReduceBool Lean.ofReduceNat Lean.trustCompiler
"""
KERNEL_NAMES: frozenset[Name] = frozenset(tuple(name.split(".")) for name in _KERNEL_NAMES.split())
"""Names that the kernel gives a meaning of its own: only the trusted library may declare them."""

_SAFE = 1
_FIELDS = {"quot": 1, "inductive": 6, "constructor": 5, "recursor": 7}
"""Object fields of the values of what the kernel generates."""


class RejectedError(Exception):
    """The kernel, or a comparison, does not accept a module."""


class ExhaustedError(Exception):
    """The kernel gave up for want of time, memory or stack: neither accepted nor refused."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one module. `skipped` are its unsafe constants."""

    module: Module
    constants: tuple[Name, ...]
    skipped: tuple[Name, ...]
    kernel_s: float


class Environment:
    """`axioms` maps every constant to the axioms that it rests on."""

    def __init__(self, library: Library, heartbeats: int = 0, *, founding: bool = False) -> None:
        """`founding`: the modules to be checked are the library itself, which may declare `KERNEL_NAMES`."""
        self._founding = founding
        self._lean = library
        self._heartbeats = heartbeats
        self._build = Builder(library)
        self._kernel_s = 0.0
        self._address = library.kernel_environment(library.io(library.empty_environment(0)))
        self.axioms: dict[Name, frozenset[Name]] = {}

    def find(self, name: Name) -> int | None:
        found = self._lean.find(self._lean.share(self._address), self._build.name(name))
        return None if found & 1 else self._lean.field(found, 0)

    def _add(self, what: str, declaration: int) -> None:
        lean, start = self._lean, time.perf_counter()
        lean.set_heartbeats(box(0))
        result = lean.add_declaration(self._address, self._heartbeats, 0, declaration, box(0))
        self._kernel_s += time.perf_counter() - start
        if result & 1 or lean.tag(result) == 0:
            reason = lean.kernel_error(lean.field(result, 0)) if not result & 1 else "no answer"
            if reason in RESOURCES:
                raise ExhaustedError(f"`{what}`: {reason}")
            raise RejectedError(f"the kernel refuses `{what}`: {reason}")
        self._address = lean.field(result, 0)  # the result is never freed: its reference is ours

    def check(self, module: Module) -> Checked:
        """Send a module's safe declarations through the kernel. Raises `RejectedError` or `MalformedError`."""
        self._kernel_s = 0.0
        constants, uses = module.constants, cited(module)
        for name in constants:
            if name in KERNEL_NAMES and not self._founding:
                raise RejectedError(
                    f"`{show(name)}` is a name that the kernel reads; a proof may not declare it"
                )
            if self.find(name) is not None:
                raise RejectedError(f"`{show(name)}` is already declared")
        skipped = {name for name, constant in constants.items() if not constant.safe}
        for constant in in_order(constants, uses, skipped):
            self._send(module, constant)
        for name, constant in constants.items():
            if name not in skipped and constant.kind in ("inductive", "constructor", "recursor", "quot"):
                self._compare(module, constant)
        extend_axioms(module, uses, self.axioms, skipped)
        kept = tuple(name for name in constants if name not in skipped)
        return Checked(module, kept, tuple(sorted(skipped, key=show)), self._kernel_s)

    def _send(self, module: Module, constant: Constant) -> None:
        lean, kind = self._lean, constant.kind
        if kind in ("constructor", "recursor"):
            return
        if kind == "quot":
            if self.find(("Quot",)) is None:
                self._add("Quot", box(4))
            return
        name, universes = self._build.name(constant.name), self._build.names(constant.universes)
        if kind == "inductive":
            types = [self._inductive_type(module, module.constants[member]) for member in constant.block]
            params = lean.nat(constant.extra["params"])
            declaration = lean.keep(lean.inductive(universes, params, lean.list(types), 0))
            self._add(show(constant.name), declaration)
            return
        type_ = self._build.term(module, constant.type)
        if kind == "axiom":
            declaration = lean.object(0, lean.keep(lean.axiom(name, universes, type_, 0)))
            self._add(show(constant.name), declaration)
            return
        assert constant.value is not None
        value, block = self._build.term(module, constant.value), self._build.names(constant.block)
        if kind == "def":
            hints = box(constant.hints) if constant.hints < 2 else lean.keep(lean.hints(constant.hints - 2))
            declared = lean.definition(name, universes, type_, value, hints, _SAFE, block)
        elif kind == "theorem":
            declared = lean.theorem(name, universes, type_, value, block)
        else:
            declared = lean.opaque(name, universes, type_, value, 0, block)
        lean.keep(lean.field(declared, 0))
        tag = {"def": 1, "theorem": 2, "opaque": 3}[kind]
        self._add(show(constant.name), lean.object(tag, lean.keep(declared)))

    def _inductive_type(self, module: Module, constant: Constant) -> int:
        lean = self._lean
        constructors = [
            lean.object(0, self._build.name(name), self._build.term(module, module.constants[name].type))
            for name in constant.extra["constructors"]
        ]
        return lean.object(
            0,
            self._build.name(constant.name),
            self._build.term(module, constant.type),
            lean.list(constructors),
        )

    def _compare(self, module: Module, constant: Constant) -> None:
        """What the kernel generated must be what the file says."""
        lean, extra = self._lean, constant.extra
        found = self.find(constant.name)

        def demand(holds: bool, what: str) -> None:
            if not holds:
                raise RejectedError(
                    f"`{show(constant.name)}`: its {what} differs from what the kernel generates"
                )

        demand(found is not None and KINDS[lean.tag(found)] == constant.kind, "kind")
        assert found is not None
        value = lean.field(found, 0)
        signature = lean.field(value, 0)
        fields = [lean.field(value, i) for i in range(_FIELDS[constant.kind])]
        demand(
            bool(lean.same_term(lean.field(signature, 2), self._build.term(module, constant.type))), "type"
        )
        demand(self._same_names(lean.field(signature, 1), constant.universes), "list of universes")
        if constant.kind == "inductive":
            numbers = [box(extra[key]) for key in ("params", "indices", "nested")]
            demand([fields[1], fields[2], fields[5]] == numbers, "number of parameters")
            flags = [extra["recursive"], extra["reflexive"]]
            demand([lean.scalar(value, 6, 0), lean.scalar(value, 6, 2)] == flags, "flags")
            demand(self._same_names(fields[3], extra["all"]), "mutual block")
            demand(self._same_names(fields[4], extra["constructors"]), "list of constructors")
        elif constant.kind == "constructor":
            numbers = [box(extra[key]) for key in ("index", "params", "fields")]
            demand(fields[2:5] == numbers, "number of fields")
            demand(bool(lean.same_name(fields[1], self._build.name(extra["inductive"]))), "type")
        elif constant.kind == "recursor":
            demand(fields[2:6] == [box(number) for number in extra["numbers"]], "number of arguments")
            demand(lean.scalar(value, 7, 0) == extra["k"], "K flag")
            generated = list(lean.items(fields[6]))
            demand(len(generated) == len(constant.rules), "list of rules")
            for rule, (name, count, right) in zip(generated, constant.rules, strict=True):
                demand(bool(lean.same_name(lean.field(rule, 0), self._build.name(name))), "rule")
                demand(lean.field(rule, 1) == box(count), "rule")
                demand(bool(lean.same_term(lean.field(rule, 2), self._build.term(module, right))), "rule")

    def _same_names(self, cell: int, names: tuple[Name, ...]) -> bool:
        found = list(self._lean.items(cell))
        return len(found) == len(names) and all(
            self._lean.same_name(address, self._build.name(name))
            for address, name in zip(found, names, strict=True)
        )

    def trust(self, path: Path, pin: dict[str, Any]) -> None:
        """Add a module unchecked, by mapping it: its bytes are those that `pin` was made from."""
        lean = self._lean
        if Region(path.read_bytes()).sha256 != pin["sha256"]:
            raise RejectedError(f"{path} is not the module that was checked")
        data = lean.field(lean.io(lean.read_module(lean.string(str(path)))), 0)
        for constant in lean.array(lean.field(data, 2)):
            self._address = lean.add_unchecked(self._address, constant)
        if pin["quot"]:
            self._address = lean.mark_quot(self._address)
        for axioms, names in pin["axioms"]:
            rests_on = frozenset(tuple(axiom) for axiom in axioms)
            self.axioms.update((tuple(name), rests_on) for name in names)

    def pin(self, module: Module) -> dict[str, Any]:
        """What `trust` needs to know of a module that was checked."""
        groups: dict[frozenset[Name], list[Name]] = {}
        for name in module.constants:
            if axioms := self.axioms.get(name):
                groups.setdefault(axioms, []).append(name)
        return {
            "sha256": module.sha256,
            "quot": any(constant.kind == "quot" for constant in module.constants.values()),
            "axioms": [[sorted(axioms), names] for axioms, names in groups.items()],
        }
