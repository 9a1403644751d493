"""Streams: results on stdout, everything else on stderr; `--json` is exactly one JSON value on stdout."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

from prover.errors import InputError

_LARGEST_FILE = 20_000_000


def prepare_streams() -> None:
    """Let no character of a statement, a name or a path break the output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Text for people, on stderr. What would steer a terminal is shown as an escape."""
    print(visible(text), file=sys.stderr, flush=True)


def visible(text: str) -> str:
    """Text in which what would steer a terminal is shown as an escape."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)


def emit_json(value: Any) -> None:
    """The one JSON value of a call, in ASCII: every terminal, pipe and parser takes it as it is."""
    print(json.dumps(value, allow_nan=False), flush=True)


def positive(text: str) -> int:
    """An option's value that counts something: a whole number from 1."""
    return _from(1, text)


def whole(text: str) -> int:
    """An option's value that counts something, or nothing: a whole number from 0."""
    return _from(0, text)


def _from(least: int, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(f"expected a whole number from {least}, found {text!r}")
    return int(text)


def fail(message: str, code: int, *, as_json: bool) -> int:
    """Say why the call ended; with `--json` also as the call's value."""
    say(f"prover: {' '.join(message.splitlines())}")
    if as_json:
        emit_json({"error": message, "exit_code": code})
    return code


def read_text(name: str) -> tuple[str, str]:
    """A text file, or stdin for `-`, with the name to call it by. Raises `InputError` for what is not text."""
    shown = "standard input" if name == "-" else name
    try:
        if name == "-":
            data = sys.stdin.buffer.read(_LARGEST_FILE + 1)
        elif Path(name).is_dir():
            raise InputError(f"{name}: expected a file, found a folder")
        else:
            with Path(name).open("rb") as file:
                data = file.read(_LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{shown}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > _LARGEST_FILE:
        raise InputError(f"{shown}: larger than {_LARGEST_FILE // 1_000_000} MB")
    if not data.strip():
        raise InputError(f"{shown}: empty")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{shown}: line {line}: not UTF-8 (byte {data[error.start]:#04x})") from None
    if "\0" in text:
        raise InputError(f"{shown}: line {text.count(chr(10), 0, text.index(chr(0))) + 1}: holds a NUL byte")
    return text, shown
