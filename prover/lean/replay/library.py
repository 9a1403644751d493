"""The few functions of Lean's shared library that make names, levels and terms, and ask the kernel.

Every object made here gets reference count 0, Lean's mark for persistent objects, which are never counted or freed:
so it does not matter which functions take ownership of their arguments. A process that checks many modules must
therefore do each in a fork of its own. Addresses are plain integers; a boxed scalar n is 2n + 1.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from ctypes import c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from pathlib import Path

KERNEL_ERRORS = (
    "unknown constant",
    "already declared",
    "the value does not have the declared type",
    "metavariables",
    "free variables",
    "a function was expected",
    "a type was expected",
    "type mismatch in a `let`",
    "type mismatch",
    "type mismatch in an application",
    "invalid projection",
    "the type of a theorem is no proposition",
    "other",
    "out of heartbeats",
    "out of memory",
    "deep recursion",
    "interrupted",
)
"""Constructors of `Lean.Kernel.Exception`, in order."""
RESOURCES = frozenset(KERNEL_ERRORS[13:])
"""Those that say nothing about the declaration itself."""
_OTHER = 12


class LibraryError(Exception):
    """The shared library cannot be loaded, or lacks what Lean 4.35.0 exports."""


def box(value: int) -> int:
    return 2 * value + 1


class Library:
    def __init__(self, path: Path) -> None:
        self._handle = _open(path)
        pointer = c_void_p
        self._call("lean_initialize", res=None)()
        self._call("lean_io_mark_end_initialization", res=None)()
        fn = self._call
        self._alloc = fn("lean_alloc_object", c_size_t)
        self._string = fn("lean_mk_string_from_bytes", ctypes.c_char_p, c_size_t)
        self._big_nat = fn("lean_cstr_to_nat", ctypes.c_char_p)
        self.name_string = fn("lean_name_mk_string", pointer, pointer)
        self.name_number = fn("lean_name_mk_numeral", pointer, pointer)
        self.levels = (
            fn("lean_level_mk_zero", pointer),
            fn("lean_level_mk_succ", pointer),
            fn("lean_level_mk_max", pointer, pointer),
            fn("lean_level_mk_imax", pointer, pointer),
            fn("lean_level_mk_param", pointer),
        )
        self.bvar, self.sort = fn("lean_expr_mk_bvar", pointer), fn("lean_expr_mk_sort", pointer)
        self.const = fn("lean_expr_mk_const", pointer, pointer)
        self.app = fn("lean_expr_mk_app", pointer, pointer)
        self.lam = fn("lean_expr_mk_lambda", pointer, pointer, pointer, c_uint8)
        self.pi = fn("lean_expr_mk_forall", pointer, pointer, pointer, c_uint8)
        self.let = fn("lean_expr_mk_let", pointer, pointer, pointer, pointer, c_uint8)
        self.lit = fn("lean_expr_mk_lit", pointer)
        self.proj = fn("lean_expr_mk_proj", pointer, pointer, pointer)
        self.hints = fn("lean_mk_reducibility_hints_regular", c_uint32)
        self.axiom = fn("lean_mk_axiom_val", pointer, pointer, pointer, c_uint8)
        self.definition = fn(
            "lean_mk_definition_val", pointer, pointer, pointer, pointer, pointer, c_uint8, pointer
        )
        self.theorem = fn("lean_mk_theorem_val", pointer, pointer, pointer, pointer, pointer)
        self.opaque = fn("lean_mk_opaque_val", pointer, pointer, pointer, pointer, c_uint8, pointer)
        self.inductive = fn("lean_mk_inductive_decl", pointer, pointer, pointer, c_uint8)
        self.set_heartbeats = fn("lean_io_set_heartbeats", pointer)
        self.empty_environment = fn("l_Lean_mkEmptyEnvironment", c_uint32)
        self.kernel_environment = fn("lean_elab_environment_to_kernel_env", pointer)
        self.add_declaration = fn("lean_add_decl", pointer, c_size_t, c_size_t, pointer, pointer)
        self.find = fn("lean_environment_find", pointer, pointer)
        self.add_unchecked = fn("lean_environment_add", pointer, pointer)
        self.mark_quot = fn("lean_environment_mark_quot_init", pointer)
        self.read_module = fn("l_Lean_readModuleData", pointer)
        self.same_name = fn("lean_name_eq", pointer, pointer, res=c_uint8)
        self.same_term = fn("lean_expr_eqv", pointer, pointer, res=c_uint8)

    def _call(self, name: str, *arguments: type, res: type | None = c_void_p) -> Callable[..., int]:
        address = _libc().dlsym(self._handle, name.encode())
        if not address:
            raise LibraryError(f"Lean's shared library does not export `{name}`")
        return ctypes.PYFUNCTYPE(res, *arguments)(address)

    def keep(self, address: int) -> int:
        """Make a fresh object persistent."""
        if not address & 1:
            c_uint32.from_address(address).value = 0
        return address

    def tag(self, address: int) -> int:
        return address >> 1 if address & 1 else int(c_uint8.from_address(address + 7).value)

    def field(self, address: int, index: int) -> int:
        return int(c_uint64.from_address(address + 8 + 8 * index).value)

    def scalar(self, address: int, fields: int, index: int) -> int:
        """Byte `index` of the scalar data behind `fields` object fields."""
        return int(c_uint8.from_address(address + 8 + 8 * fields + index).value)

    def object(self, tag: int, *fields: int) -> int:
        size = 8 + 8 * len(fields)
        address = self._alloc(size)
        c_uint64.from_address(address).value = tag << 56 | len(fields) << 48 | size << 32
        for index, value in enumerate(fields):
            c_uint64.from_address(address + 8 + 8 * index).value = value
        return address

    def list(self, items: Sequence[int]) -> int:
        cell = box(0)
        for item in reversed(items):
            cell = self.object(1, item, cell)
        return cell

    def items(self, cell: int) -> Iterator[int]:
        while not cell & 1:
            yield self.field(cell, 0)
            cell = self.field(cell, 1)

    def array(self, address: int) -> Iterator[int]:
        for index in range(self.field(address, 0)):
            yield int(c_uint64.from_address(address + 24 + 8 * index).value)

    def nat(self, value: int) -> int:
        return box(value) if value < 1 << 63 else self.keep(self._big_nat(str(value).encode()))

    def string(self, text: str) -> int:
        data = text.encode()
        return self.keep(self._string(data, len(data)))

    def text(self, address: int) -> str:
        size = int(c_uint64.from_address(address + 8).value) - 1
        return ctypes.string_at(address + 32, size).decode(errors="replace")

    def share(self, address: int) -> int:
        """Count one more owner of an object that a function is about to consume."""
        c_uint32.from_address(address).value += 1
        return address

    def io(self, result: int) -> int:
        if self.tag(result):
            raise LibraryError("Lean reports an input/output error")
        return self.field(result, 0)

    def kernel_error(self, error: int) -> str:
        tag = self.tag(error)
        if tag == _OTHER and not error & 1:
            return self.text(self.field(error, 0))
        return KERNEL_ERRORS[tag] if tag < len(KERNEL_ERRORS) else f"error {tag}"


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None)
    libc.dlopen.restype = libc.dlsym.restype = c_void_p
    libc.dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
    libc.dlsym.argtypes = [c_void_p, ctypes.c_char_p]
    libc.dlerror.restype = ctypes.c_char_p
    return libc


def _open(path: Path) -> int:
    """Through libc's own `dlopen` with lazy binding: `ctypes` would bind every symbol, which takes twice as long."""
    libc = _libc()
    handle = libc.dlopen(os.fsencode(path), os.RTLD_LAZY | os.RTLD_GLOBAL)
    if not handle:
        raise LibraryError(f"cannot load {path}: {os.fsdecode(libc.dlerror() or b'no reason given')}")
    return int(handle)
