"""`prover check`: a Lean file that stands by itself. Every theorem in it must be proved.

The file is elaborated as it is, under the toolchain's own header; which theorems it holds is read from its text, and
each is then asked for by name, with a nonce. An `example` is given a name, so that it is asked for like the others.
There is no reference here: that a theorem says what it should is the reader's to judge (`prover audit` compares).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prover import syntax
from prover.lean.source import Lines, Piece, Segment, Writer, locate, not_lean
from prover.syntax import Command, LeanTextError
from prover.types import Diagnostic, Header, Status, Tier

_PROVABLE = ("theorem", "lemma", "example")


@dataclass(frozen=True, slots=True)
class TheoremReport:
    """One theorem of the file. `line` is where it begins."""

    name: str
    line: int
    status: Status
    detail: str = ""
    axioms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReport:
    """`status` is `PROVED` when every theorem is; else the first reason why not."""

    status: Status
    detail: str
    theorems: tuple[TheoremReport, ...]
    diagnostics: tuple[Diagnostic, ...]
    wall_s: float
    cpu_s: float
    toolchain: str
    tier: Tier = Tier.NONE
    """`replayed` where every declaration went through the kernel once more, else `elaborated`, of a proved file."""


@dataclass(frozen=True, slots=True)
class Question:
    """One theorem that is asked for by name."""

    name: str
    line: int
    """Line of the theorem in the file as submitted."""
    asked_at: int
    """Line of our question in the file as elaborated."""


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The file to be elaborated, and our questions in it."""

    text: str
    nonce: str
    segments: tuple[Segment, ...]
    questions: tuple[Question, ...]
    trailer_line: int
    """The first line after the file."""
    end_line: int
    """Line of the question that shows that Lean read to the end."""

    def locate(self, line: int, column: int) -> tuple[int, int]:
        """Place in the file as submitted; (0, 0) for text of ours."""
        return locate(self.segments, line, column)

    def place_in_file(self, line: int, column: int) -> tuple[int, int] | None:
        """The inverse, for a place that was taken over as it stands."""
        for segment in reversed(self.segments):
            if 0 <= line - segment.start_line <= segment.last - segment.first:
                return segment.first + line - segment.start_line, column + segment.indent
        return None


def read_imports(text: str) -> Header:
    """The file's imports. Raises `InputError` with the place where the text is not Lean at all."""
    try:
        return Header(syntax.parse_header(text).imports)
    except LeanTextError as error:
        raise not_lean(text, error) from error


def prepare(header: str, text: str) -> FileCheck:
    """Put our questions behind a file. Raises `InputError` where it is not Lean."""
    try:
        start = syntax.parse_header(text).end
        commands = syntax.split_commands(text[start:])
    except LeanTextError as error:
        raise not_lean(text, error) from error
    nonce = secrets.token_hex(8)
    writer, places = Writer(text), Lines(text)
    writer.ours(header)
    asked: list[tuple[str, int]] = []
    position = start
    for number, (command, known_as) in enumerate(_theorems(commands)):
        name = known_as
        keyword = start + command.keyword_offset
        line = places.place(keyword)[0]
        if command.keyword == "example":
            writer.piece(Piece(position, text[position:keyword]))
            name = f"prover_example_{nonce}_{number}"
            writer.ours(f"theorem {name}", stands_for=keyword)
            position = keyword + len("example")
        asked.append((name, line))
    writer.piece(Piece(position, text[position:]))
    trailer = writer.line
    writer.ours(f"theorem prover_end_{nonce} : True := trivial")
    questions = []
    for name, line in asked:
        questions.append(Question(name, line, writer.line))
        writer.ours(f"#print axioms {name}")
    end = writer.line
    writer.ours(f"#print axioms prover_end_{nonce}")
    content, segments = writer.finish()
    return FileCheck(content, nonce, segments, tuple(questions), trailer, end)


def _theorems(commands: Sequence[Command]) -> Iterator[tuple[Command, str]]:
    """Each theorem with the name by which it is known at the end of the file."""
    scopes: list[str] = []
    for command in commands:
        if command.keyword == "namespace":
            scopes.extend(_components(command.name))
        elif command.keyword in ("section", "mutual"):
            scopes.extend([""] * max(1, len(_components(command.name))))
        elif command.keyword == "end":
            del scopes[max(0, len(scopes) - max(1, len(_components(command.name)))) :]
        elif command.keyword in _PROVABLE:
            inside = [scope for scope in scopes if scope]
            name = command.name.removeprefix("_root_.")
            full = name if command.name.startswith("_root_.") else ".".join([*inside, name])
            yield command, full if "private" in command.modifiers.split() else f"_root_.{full}"


def _components(name: str) -> list[str]:
    return re.findall(r"(?:«[^»]*»|[^.«])+", name)
