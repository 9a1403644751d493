"""The language-server protocol as far as a warm worker needs it: frames, requests, diagnostics.

Pure, apart from processes. The peer has run untrusted text: framing is strict, lengths are capped, and whatever is not
the protocol raises `GarbledOutputError`. Positions are UTF-16 code units from line 0 on the wire, and code points from
line 1 here, as the command-line Lean counts them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prover.lean.messages import UNSOLVED_GOALS, GarbledOutputError, Message
from prover.types import Diagnostic

URI = "file:///Check.lean"
_MAX_HEAD = 256
_LENGTH = re.compile(
    rb"(?:Content-Type: [^\r\n]*\r\n)?Content-Length: ([0-9]{1,12})(?:\r\nContent-Type: [^\r\n]*)?"
)
_OURS = b'{"jsonrpc":"2.0","method":"$/lean/'
"""How Lean begins its progress and index notifications, most of its traffic; they are not even parsed."""
_SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}
_UNSOLVED_GOALS_TAG = 1


class Frames:
    """Cuts a stream of bytes into message bodies, however the bytes arrive."""

    def __init__(self, max_body: int) -> None:
        self._buffer = bytearray()
        self._max_body = max_body
        self._body = -1
        """Length of the body that is being read; negative while a head is."""

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that are complete now. Raises `GarbledOutputError`."""
        self._buffer += data
        bodies: list[bytes] = []
        while True:
            if self._body < 0 and not self._read_head():
                return bodies
            if len(self._buffer) < self._body:
                return bodies
            bodies.append(bytes(self._buffer[: self._body]))
            del self._buffer[: self._body]
            self._body = -1

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n", 0, _MAX_HEAD)
        if end < 0:
            if len(self._buffer) >= _MAX_HEAD:
                raise GarbledOutputError(f"not a message head: {bytes(self._buffer[:80])!r}")
            return False
        head = bytes(self._buffer[:end])
        match = _LENGTH.fullmatch(head)
        if match is None:
            raise GarbledOutputError(f"not a message head: {head[:80]!r}")
        self._body = int(match.group(1))
        if self._body > self._max_body:
            raise GarbledOutputError(f"a message of {self._body:,} bytes")
        del self._buffer[: end + 4]
        return True


def frame(message: Mapping[str, Any]) -> bytes:
    """One message as it goes over the wire. Raises `UnicodeEncodeError` for text that is not Unicode."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def request(number: int, method: str, params: Mapping[str, Any]) -> bytes:
    return frame({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def initialize() -> bytes:
    """The worker reads this and never answers."""
    capabilities = {"lean": {"incrementalDiagnosticSupport": True, "silentDiagnosticSupport": False}}
    return request(0, "initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})


def did_open(text: str, version: int) -> bytes:
    document = {"uri": URI, "languageId": "lean4", "version": version, "text": text}
    return frame({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}})


def did_change(text: str, version: int) -> bytes:
    params = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]}
    return frame({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params})


def wait_for_diagnostics(number: int, version: int) -> bytes:
    return request(number, "textDocument/waitForDiagnostics", {"uri": URI, "version": version})


def plain_goal(number: int, line: int, character: int) -> bytes:
    params = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
    return request(number, "$/lean/plainGoal", params)


def plain_term_goal(number: int, line: int, character: int) -> bytes:
    params = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
    return request(number, "$/lean/plainTermGoal", params)


@dataclass(slots=True)
class Inbox:
    """What the worker said about one version of the document, and its answer to one request."""

    number: int
    version: int
    diagnostics: list[Mapping[str, Any]] = field(default_factory=list)
    said_bytes: int = 0
    """Size of the diagnostics that came, as a measure of what the text prints."""
    answered: bool = False
    result: Any = None

    def take(self, body: bytes) -> None:
        """Take one message in. Raises `GarbledOutputError` for what no Lean sends."""
        if body.startswith(_OURS):
            return
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise GarbledOutputError(f"not JSON: {body[:80]!r}") from error
        if not isinstance(message, dict):
            raise GarbledOutputError(f"not a message: {body[:80]!r}")
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self._publish(message.get("params"), len(body))
        elif method is None:
            self._answer(message)
        # Requests and notifications of the worker's own need no answer.

    def _publish(self, params: Any, size: int) -> None:
        match params:
            case {"version": int(version), "diagnostics": list(rows)} if version <= self.version:
                if version < self.version:
                    return
                if params.get("isIncremental") is not True:
                    self.diagnostics.clear()
                self.diagnostics.extend(rows)
                self.said_bytes += size
            case _:
                raise GarbledOutputError("diagnostics for a version that was never sent")

    def _answer(self, message: Mapping[str, Any]) -> None:
        if message.get("id") != self.number or isinstance(message.get("id"), bool):
            raise GarbledOutputError("an answer to a question that was not asked")
        if "result" not in message or "error" in message:
            raise GarbledOutputError(f"the question was refused: {str(message.get('error'))[:200]}")
        self.answered, self.result = True, message["result"]


def read_messages(rows: Sequence[Any], text: str) -> tuple[Message, ...]:
    """Published diagnostics as messages about `text`, by position. Raises `GarbledOutputError`."""
    lines = text.split("\n")
    messages = [_message(row, lines) for row in rows if not (isinstance(row, dict) and row.get("isSilent"))]
    messages.sort(key=lambda m: (m.diagnostic.line, m.diagnostic.column))
    return tuple(messages)


def _message(row: Any, lines: Sequence[str]) -> Message:
    match row:
        case {
            "severity": int(severity),
            "message": str(text),
            "range": {
                "start": {"line": int(line), "character": int(unit)},
                "end": {"line": int(end_line), "character": int(end_unit)},
            },
        } if severity in _SEVERITIES:
            # `range` ends with the first line, for editors; `fullRange` is what the command line prints.
            match row.get("fullRange"):
                case {"end": {"line": int(full_line), "character": int(full_unit)}}:
                    end_line, end_unit = full_line, full_unit
        case _:
            raise GarbledOutputError(f"not a diagnostic: {str(row)[:200]}")
    tags = row.get("leanTags")
    kind = UNSOLVED_GOALS if isinstance(tags, list) and _UNSOLVED_GOALS_TAG in tags else ""
    start = (line + 1, code_points(lines, line, unit))
    end = (end_line + 1, code_points(lines, end_line, end_unit))
    return Message(kind, Diagnostic(_SEVERITIES[severity], text, *start, *end))


def read_goals(result: Any) -> tuple[str, ...]:
    """The goals in an answer to `plainGoal`; empty where there is no goal. Raises `GarbledOutputError`."""
    match result:
        case None:
            return ()
        case {"goals": list(goals)} if all(isinstance(goal, str) for goal in goals):
            return tuple(goals)
    raise GarbledOutputError(f"not a list of goals: {str(result)[:200]}")


def read_term_goal(result: Any) -> tuple[str, ...]:
    """The goal in an answer to `plainTermGoal`; empty where there is no term. Raises `GarbledOutputError`."""
    match result:
        case None:
            return ()
        case {"goal": str(goal)}:
            return (goal,)
    raise GarbledOutputError(f"not the goal of a term: {str(result)[:200]}")


def code_points(lines: Sequence[str], line: int, units: int) -> int:
    """A column in UTF-16 code units as one in code points; beyond the line's end it counts on from there."""
    text = lines[line] if 0 <= line < len(lines) else ""
    if text.isascii():
        return units
    column = 0
    for character in text:
        if units <= 0:
            return column
        units -= 2 if character > "\uffff" else 1
        column += 1
    return column + max(0, units)


def code_units(line: str, column: int) -> int:
    """The inverse of `code_points` on one line."""
    return column + sum(character > "\uffff" for character in line[:column])
