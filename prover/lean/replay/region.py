"""The compacted region of an `.olean` file, format 2 of Lean 4.35.0: raw objects, read strictly.

Every pointer is checked: inside the file, aligned, and strictly below the object that holds it (the compactor writes
children first), so decoding always ends. Objects are named by their offset in the file. Runs none of the file's code.
"""

from __future__ import annotations

import hashlib

MAGIC, VERSION = b"olean\x02\x01", b"4.35.0"
GIT_HASH = b"eb6cafb7290e8bd5f2937522d8d804f58f02bafc"
HEADER_BYTES = 88
ARRAY, STRING, BIG_NAT = 246, 249, 250
BOX_NIL = 1
"""A boxed 0: the empty list, the anonymous name, the level 0."""


class MalformedError(Exception):
    """The bytes are not those of a module compiled by Lean 4.35.0."""


class Region:
    """The bytes of one file. `root` is the offset of the object that the file holds."""

    def __init__(self, content: bytes) -> None:
        if len(content) < HEADER_BYTES + 8 or len(content) % 8:
            raise MalformedError("size")
        if content[:7] != MAGIC or content[7:40].rstrip(b"\0") != VERSION or content[40:80] != GIT_HASH:
            raise MalformedError("not compiled by Lean 4.35.0")
        self.content = content
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.words = memoryview(content).cast("Q")
        self.base, self.end = self.words[10], len(content)
        self.root = self.pointer(self.words[11], self.end)

    def pointer(self, word: int, parent: int) -> int:
        offset = word - self.base
        if word & 7 or not HEADER_BYTES + 8 <= offset < parent:
            raise MalformedError(f"pointer {word:#x} in the object at {parent:#x}")
        return offset

    def head(self, offset: int) -> tuple[int, int, int]:
        """Tag, number of object fields, size in bytes."""
        head = self.words[offset >> 3]
        if head & 0xFFFFFFFF:
            raise MalformedError(f"reference count of the object at {offset:#x}")
        return head >> 56, head >> 48 & 255, head >> 32 & 0xFFFF

    def tag(self, offset: int) -> int:
        return self.words[offset >> 3] >> 56

    def fields(self, offset: int, tag: int, count: int, scalars: int = 0) -> memoryview:
        """The raw fields of the constructor object at `offset`, which must also have `scalars` bytes of scalar data."""
        found, fields, size = self.head(offset)
        if found != tag or fields != count:
            raise MalformedError(
                f"object at {offset:#x}: constructor {found} with {fields} fields, not {tag} with {count}"
            )
        if offset + size > self.end or size < 8 + 8 * count + scalars:
            raise MalformedError(f"size of the object at {offset:#x}")
        first = (offset >> 3) + 1
        return self.words[first : first + count]

    def byte(self, offset: int, fields: int, index: int) -> int:
        """Byte `index` of the scalar data behind `fields` object fields."""
        return self.content[offset + 8 + 8 * fields + index]

    def array(self, word: int, parent: int) -> list[int]:
        offset = self.pointer(word, parent)
        if self.head(offset)[0] != ARRAY:
            raise MalformedError(f"an array was expected at {offset:#x}")
        count = self.words[(offset >> 3) + 1]
        if offset + 24 + 8 * count > self.end:
            raise MalformedError(f"size of the array at {offset:#x}")
        first = (offset >> 3) + 3
        return [self.pointer(item, offset) for item in self.words[first : first + count]]

    def list(self, word: int, parent: int) -> list[tuple[int, int]]:
        """The items as (raw word, offset of the cell that holds it)."""
        items = []
        while word != BOX_NIL:
            offset = self.pointer(word, parent)
            head, word = self.fields(offset, 1, 2)
            items.append((head, offset))
            parent = offset
        return items

    def string(self, word: int, parent: int) -> str:
        offset = self.pointer(word, parent)
        if self.head(offset)[0] != STRING:
            raise MalformedError(f"a string was expected at {offset:#x}")
        size = self.words[(offset >> 3) + 1]
        if size < 1 or offset + 32 + size > self.end or self.content[offset + 31 + size]:
            raise MalformedError(f"size of the string at {offset:#x}")
        try:
            return self.content[offset + 32 : offset + 31 + size].decode()
        except UnicodeDecodeError:
            raise MalformedError(f"the string at {offset:#x} is not UTF-8") from None

    def nat(self, word: int, parent: int) -> int:
        if word & 1:
            return word >> 1
        offset = self.pointer(word, parent)
        if self.head(offset)[0] != BIG_NAT or offset + 24 > self.end:
            raise MalformedError(f"a natural number was expected at {offset:#x}")
        limbs = self.words[(offset >> 3) + 1] >> 32
        start = self.words[(offset >> 3) + 2] - self.base
        if limbs >= 1 << 31 or start != offset + 24 or start + 8 * limbs > self.end:
            raise MalformedError(f"size of the natural number at {offset:#x}")
        value = int.from_bytes(self.content[start : start + 8 * limbs], "little")
        if value < 1 << 63:
            raise MalformedError(f"the natural number at {offset:#x} is small enough to be boxed")
        return value
