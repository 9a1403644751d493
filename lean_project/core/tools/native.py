"""Read-only views of the Lean objects in the compiled Lean library's static data.

`NativeLibrary` loads the shared library into this process, runs its module initialisers, and reads objects by
symbol name through `/proc/self/mem`, so that a wrong guess about an address is an error and never a crash.
Needs Linux and `nm` (binutils). A development tool: nothing that runs a proof imports it.
"""

from __future__ import annotations

import ctypes
import os
import re
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

STRING_TAG = 249
NAME_STR_TAG, NAME_NUM_TAG = 1, 2
HEADER_BYTES = 8
DATA_SYMBOL_KINDS = "DBVR"
CONSTANT = re.compile(r"^l_.*_value(_aux_\d+)?$")


class NotAnObjectError(Exception):
    """The address does not hold the kind of object that was asked for."""


class NativeLibrary:
    """The compiled library: its symbols, and the objects its data symbols point to."""

    def __init__(self, path: Path) -> None:
        listing = subprocess.run(["nm", "-a", str(path)], check=True, capture_output=True, text=True).stdout
        rows = [line.split() for line in listing.splitlines()]
        self.symbols: list[tuple[str, str]] = [(row[2], row[1]) for row in rows if len(row) == 3]
        self._offsets = {row[2]: int(row[0], 16) for row in rows if len(row) == 3}
        self.names: frozenset[str] = frozenset(name for name, _ in self.symbols)
        self._library = ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
        self._library.lean_initialize()
        for module in ("Init", "Std", "Lean"):
            initialise = getattr(self._library, f"initialize_{module}")
            initialise.restype = ctypes.c_void_p
            initialise.argtypes = [ctypes.c_uint8]
            initialise(1)
        known = ctypes.cast(self._library.lean_initialize, ctypes.c_void_p).value or 0
        self._base = known - self._offsets["lean_initialize"]
        self._memory = os.open("/proc/self/mem", os.O_RDONLY)

    def data_symbols(self) -> Iterator[str]:
        """Names of the static data of Lean declarations, in the order of `nm`."""
        return (name for name, kind in self.symbols if kind in DATA_SYMBOL_KINDS and name.startswith("l_"))

    def constants(self) -> Iterator[tuple[str, int]]:
        """(symbol, address) of the objects that lie among the static data themselves."""
        for name, kind in self.symbols:
            if kind in "dDrR" and CONSTANT.search(name):
                yield name, self._base + self._offsets[name]

    def object_at(self, symbol: str) -> int:
        """The address of the object that a data symbol points to."""
        try:
            return ctypes.c_uint64.in_dll(self._library, symbol).value
        except ValueError:
            raise NotAnObjectError(symbol) from None

    def read(self, address: int, size: int) -> bytes:
        if address % 8 or address < 1 << 16 or address >> 47:
            raise NotAnObjectError(hex(address))
        try:
            data = os.pread(self._memory, size, address)
        except OSError:
            raise NotAnObjectError(hex(address)) from None
        if len(data) != size:
            raise NotAnObjectError(hex(address))
        return data

    def header(self, address: int) -> tuple[int, int]:
        """(number of object fields, constructor or type tag)."""
        data = self.read(address, HEADER_BYTES)
        return data[6], data[7]

    def field(self, address: int, index: int) -> int:
        return int(struct.unpack("<Q", self.read(address + HEADER_BYTES * (index + 1), 8))[0])

    def string(self, address: int) -> str:
        if self.header(address)[1] != STRING_TAG:
            raise NotAnObjectError(hex(address))
        size = self.field(address, 0)
        if not 0 < size < 1 << 16:
            raise NotAnObjectError(hex(address))
        start = address + 32
        aligned = start - start % 8
        raw = self.read(aligned, (start - aligned) + size - 1 + 8)
        return raw[start - aligned : start - aligned + size - 1].decode()

    def name(self, address: int, depth: int = 0) -> tuple[str, ...]:
        """The components of a `Lean.Name`; scalars are the anonymous name."""
        if address & 1:
            return ()
        fields, tag = self.header(address)
        if fields != 2 or tag not in (NAME_STR_TAG, NAME_NUM_TAG) or depth > 30:
            raise NotAnObjectError(hex(address))
        prefix = self.name(self.field(address, 0), depth + 1)
        last = self.field(address, 1)
        if tag == NAME_NUM_TAG:
            if not last & 1:
                raise NotAnObjectError(hex(address))
            return (*prefix, str(last >> 1))
        return (*prefix, self.string(last))


def mangle_component(text: str) -> str:
    """One component of a name in the alphabet of symbols."""
    out = []
    for char in text:
        if char.isascii() and char.isalnum():
            out.append(char)
        elif char == "_":
            out.append("__")
        elif ord(char) < 0x100:
            out.append(f"_x{ord(char):02x}")
        elif ord(char) < 0x10000:
            out.append(f"_u{ord(char):04x}")
        else:
            out.append(f"_U{ord(char):08x}")
    return "".join(out)


def mangle(components: list[str]) -> str:
    """The symbol of the declaration with this name."""
    symbol = "l"
    for component in components:
        text = mangle_component(component)
        symbol += f"_00{text}" if text[:1].isdigit() else f"_{text}"
    return symbol
