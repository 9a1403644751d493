"""Bytes from outside: bounded memory, a digest on the way, and one clear reason for what is not text."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MAX_LINE = 10_000_000
MAX_LEAN = 2_000_000
"""Bytes of one Lean text, a file's or a field's: far above what people write, far below what hurts."""
MAX_ARRAY = 256_000_000
_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"


class RowError(Exception):
    """A row or file that cannot be used. `line` is from 1 in its file; 0 where the whole file is meant."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason if len(reason) <= 600 else f"{reason[:600]}…"
        self.line = line


def open_file(path: str) -> BinaryIO:
    """Raises `RowError`. Pipes are read too, so that a shell's `<(command)` works; devices are not."""
    try:
        mode = Path(path).stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise RowError("expected a file, a folder or -")
        return Path(path).open("rb")
    except FileNotFoundError as error:
        raise RowError("no such file or folder") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RowError(f"cannot be read: {reason}") from error


class Reader:
    """A stream that is read once, as lines or as a whole, and hashed to its end whatever is kept of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sha256 = hashlib.sha256()
        self.head = self._read()

    def refuse_binary(self) -> None:
        """Raises `RowError` for what is no UTF-8 text at all."""
        if self.head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise RowError("this is UTF-16 text: expected UTF-8")
        if b"\0" in self.head:
            raise RowError("this is a binary file: expected JSON lines or Lean text in UTF-8")

    def lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Lines with their numbers, without line feed; `None` stands for one above `MAX_LINE`."""
        number = 1
        held = bytearray()
        too_long = False
        for chunk in self._chunks():
            start = 0
            while start <= len(chunk):
                stop = chunk.find(b"\n", start)
                part = chunk[start : stop if stop >= 0 else None]
                too_long |= len(held) + len(part) > MAX_LINE
                held += b"" if too_long else part
                if stop < 0:
                    break
                yield number, None if too_long else bytes(held)
                held.clear()
                number, too_long, start = number + 1, False, stop + 1
            if too_long:
                held.clear()
        if held or too_long:
            yield number, None if too_long else bytes(held)

    def whole(self, limit: int) -> str:
        """All of it as text. Raises `RowError` above `limit` bytes, without keeping more than that."""
        data = bytearray()
        for chunk in self._chunks():
            data += chunk
            if len(data) > limit:
                raise RowError(f"longer than {limit:,} bytes: expected a smaller file")
        return decode(bytes(data))

    def digest(self) -> str:
        """SHA-256 of the whole stream; reads what is left."""
        while self._read():
            pass
        return self._sha256.hexdigest()

    def _chunks(self) -> Iterator[bytes]:
        yield self.head.removeprefix(_BOM)
        while chunk := self._read():
            yield chunk

    def _read(self) -> bytes:
        try:
            chunk = self._stream.read(_CHUNK)
        except OSError as error:
            raise RowError(f"cannot be read: {error.strerror}") from error
        self._sha256.update(chunk)
        return chunk


def decode(data: bytes, first_line: int = 1) -> str:
    """UTF-8 to text, line ends as `\\n`. Raises `RowError` naming the line and the byte in it, both from 1."""
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        byte = error.start - data.rfind(b"\n", 0, error.start)
        reason = f"byte {byte} of the line is not UTF-8 (0x{data[error.start]:02x}): expected UTF-8 text"
        raise RowError(reason, line) from error
