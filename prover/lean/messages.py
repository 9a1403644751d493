"""Lean's output as values: JSON diagnostics, and the answers to `#print axioms`.

Everything read here comes from a process that ran untrusted text: what is not a message is set apart, and what is not
an answer raises `GarbledOutputError`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from prover.types import Diagnostic

UNSOLVED_GOALS = "Tactic.unsolvedGoals"
"""The kind that Lean gives to the message that lists the goals a block left."""

_NO_AXIOMS = re.compile(r"'([^\n]+)' does not depend on any axioms")
_AXIOMS = re.compile(r"'([^\n]+)' depends on axioms: \[([^\[\]]*)\]")
_NAME = re.compile(r"[^\s,\[\]]+")


class GarbledOutputError(Exception):
    """Lean's output is not what Lean prints."""


@dataclass(frozen=True, slots=True)
class Message:
    """One JSON message of the command-line `lean`, in the coordinates of the file."""

    kind: str
    diagnostic: Diagnostic

    @property
    def is_error(self) -> bool:
        return self.diagnostic.severity == "error"


def parse_messages(output: bytes) -> tuple[list[Message], list[str]]:
    """The messages, by position, and the lines that are not messages (panics, prints of the runtime)."""
    messages, others = [], []
    for line in output.decode("utf-8", "replace").splitlines():
        if not line.strip():
            continue
        message = _message(line)
        if message is None:
            others.append(line)
        else:
            messages.append(message)
    messages.sort(key=lambda m: (m.diagnostic.line, m.diagnostic.column))
    return messages, others


def _message(line: str) -> Message | None:
    if not line.startswith("{"):
        return None
    try:
        row = json.loads(line)
        start, end = row["pos"], row.get("endPos") or row["pos"]
        places = [start["line"], start["column"], end["line"], end["column"]]
        texts = [row["severity"], row["data"], row.get("kind", "")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not all(isinstance(n, int) for n in places) or not all(isinstance(t, str) for t in texts):
        return None
    severity, data, kind = texts
    return Message(kind, Diagnostic(severity, data, *places))


def parse_axioms(message: str) -> tuple[str, tuple[str, ...]]:
    """The declaration and its axioms in an answer of `#print axioms`. Raises `GarbledOutputError`."""
    text = message.strip()
    if match := _NO_AXIOMS.fullmatch(text):
        return match.group(1), ()
    match = _AXIOMS.fullmatch(text)
    if match is None:
        raise GarbledOutputError(f"not an answer of #print axioms: {text[:200]!r}")
    names = tuple(part.strip() for part in match.group(2).split(","))
    if not all(_NAME.fullmatch(name) for name in names):
        raise GarbledOutputError(f"not a list of axioms: {text[:200]!r}")
    return match.group(1), names
