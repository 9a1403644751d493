"""From a submission to the Lean file that is checked, and back: parse, splice, and the map of coordinates.

Pure text. A submission is a tactic block, a term, or declarations (helper lemmas, then the theorem restated); whatever
it is, only its proof is taken, and set under *our* statement. Nothing is repaired: what cannot be spliced safely is
refused with the token and its place.
"""

from __future__ import annotations

import bisect
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from prover import syntax
from prover.errors import InputError
from prover.lean import gate
from prover.syntax import LeanTextError, Shape
from prover.types import Diagnostic, Statement, Status

_ANY_COLUMN = 1 << 30
"""As an indent: wherever something is in the line, it is said of the line's beginning."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a submission never reaches Lean. `offset` is a place in the submitted text."""

    status: Status
    detail: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the submission that is spliced verbatim, but for the indentation of its lines."""

    offset: int
    text: str
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Submission:
    """What was taken from a submitted text: helper declarations, and the proof that follows `:=`."""

    original: str
    helpers: tuple[Piece, ...]
    proof: Piece
    tactic: bool
    """The proof is a bare tactic block, to be set after `by`."""
    options: tuple[str, ...] = ()
    """`set_option`s that the submission sets for the theorem alone (the token gate let them through)."""


def parse_submission(text: str, statement: Statement) -> Submission | Refusal:
    """Take the proof out of a submitted text, or say why not."""
    if len(text) > gate.MAX_CHARACTERS:
        return Refusal(Status.FORBIDDEN, f"longer than {gate.MAX_CHARACTERS:,} characters")
    try:
        tokens = syntax.code(syntax.tokenize(text))
    except LeanTextError as error:
        return Refusal(Status.FORBIDDEN, error.reason, error.offset)
    if not tokens:
        return Refusal(Status.NO_CODE, "the submission holds no Lean code")
    shape = syntax.shape_of(tokens)
    if shape is Shape.DECLARATIONS:
        return _declarations(text, statement)
    refusal = gate.inspect(text, commands=False)
    if refusal is not None:
        return Refusal(Status.FORBIDDEN, f"{refusal.token}: {refusal.reason}", refusal.offset)
    if shape is Shape.ASSIGNED:
        return Submission(text, (), Piece(tokens[0].end, text[tokens[0].end :]), tactic=False)
    if shape is Shape.TERM:
        return Submission(text, (), Piece(0, text), tactic=False)
    return Submission(text, (), Piece(0, text, indent=2), tactic=True)


def _declarations(text: str, statement: Statement) -> Submission | Refusal:
    """Helper declarations and the restated theorem. The restated header and statement are compared, not used."""
    try:
        header = _skip_restated_header(text, statement)
        if isinstance(header, Refusal):
            return header
        start, kept = header
        refusal = gate.inspect(text[start:], commands=True)
        if refusal is not None:
            return Refusal(Status.FORBIDDEN, f"{refusal.token}: {refusal.reason}", start + refusal.offset)
        commands = syntax.split_commands(text[start:])
        own = [c for c in commands if c.name == statement.name and c.keyword in ("theorem", "lemma")]
        if len(own) != 1:
            found = "is missing" if not own else "is stated more than once"
            return Refusal(Status.WRONG_STATEMENT, f"the theorem `{statement.name}` {found}", start)
        main = own[0]
        begin, end = start + main.start, start + main.end
        theorem = syntax.parse_theorem(text[begin:end])
        if not _same_code(theorem.signature, statement.signature):
            return Refusal(
                Status.WRONG_STATEMENT,
                f"`{statement.name}` is restated differently",
                begin + theorem.name_offset,
            )
    except LeanTextError as error:
        return Refusal(Status.FORBIDDEN, error.reason, error.offset)
    body = begin + theorem.body_offset
    helpers = [
        Piece(start + c.start, text[start + c.start : start + c.end]) for c in commands if c.end <= main.start
    ]
    options = tuple(line for line in main.context if line.startswith("set_option"))
    return Submission(text, (*kept, *helpers), Piece(body, text[body:end]), tactic=False, options=options)


def _skip_restated_header(text: str, statement: Statement) -> tuple[int, list[Piece]] | Refusal:
    """Offset after imports and `open`s that only repeat our own header (ours is used, never theirs), and the options
    among them that a submission may set. Its heartbeats are dropped: how much time there is is not its to say."""
    preamble = statement.header.preamble
    ours = [_words(preamble[c.start : c.end]) for c in syntax.split_commands(preamble)]
    opened = {name for line in ours if line[:1] == ("open",) for name in line[1:]}
    start = syntax.parse_header(text).end
    end, kept = start, []
    for command in syntax.split_commands(text[start:]):
        if command.keyword not in ("open", "set_option"):
            break
        own = Piece(start + command.start, text[start + command.start : start + command.end])
        words = _words(own.text)
        end = start + command.end
        if words in ours or words[1:2] == ("maxHeartbeats",):
            continue
        if command.keyword == "set_option" and gate.inspect(own.text, commands=True) is None:
            kept.append(own)
        elif command.keyword == "set_option" or not opened.issuperset(words[1:]):
            detail = f"`{' '.join(words)[:80]}` is not in the statement's header"
            return Refusal(Status.FORBIDDEN, detail, own.offset)
    return end, kept


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in syntax.code(syntax.tokenize(text)))


def _same_code(left: str, right: str) -> bool:
    """Equal up to spaces and comments."""
    return _words(left) == _words(right)


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines `first`… of the file that came from one piece, with where each began in the submission."""

    first: int
    last: int
    start_line: int
    indent: int


def locate(segments: Sequence[Segment], line: int, column: int) -> tuple[int, int]:
    """Place in the submitted text of a place in the file; (0, 0) for text of ours."""
    before = bisect.bisect_right(segments, line, key=_first_line)  # they are in the order of their lines
    if before and line <= segments[before - 1].last:
        segment = segments[before - 1]
        return segment.start_line + line - segment.first, max(0, column - segment.indent)
    return 0, 0


def _first_line(segment: Segment) -> int:
    return segment.first


@dataclass(frozen=True, slots=True)
class Spliced:
    """A file to be elaborated. Line numbers are from 1; a trailer line holds one question each."""

    text: str
    nonce: str
    segments: tuple[Segment, ...]
    statement_lines: tuple[int, int]
    """First and last line of our own statement as it stands before the submission."""
    trailer_line: int
    """The first line after the submission; whatever Lean says from here on answers our questions."""
    exists_line: int = 0
    matches_line: int = 0
    axioms_line: int = 0

    def locate(self, line: int, column: int) -> tuple[int, int]:
        """Place in the submission of a place in the file; (0, 0) for text of ours."""
        found = locate(self.segments, line, column)
        if found != (0, 0):
            return found
        if self.segments and self.statement_lines[1] < line < self.trailer_line:
            return self.segments[-1].start_line, 0  # said of our `:= by`, meaning the proof as a whole
        return 0, 0

    def place_in_file(self, line: int, column: int) -> tuple[int, int] | None:
        """The inverse of `locate`, for a place in a part of the submission that was taken."""
        for segment in self.segments:
            if 0 <= line - segment.start_line <= segment.last - segment.first:
                return segment.first + line - segment.start_line, column + segment.indent
        return None


def place(text: str, offset: int) -> tuple[int, int]:
    """Line (from 1) and column (from 0) of an offset."""
    return syntax.line_column(text, min(max(offset, 0), len(text)))


class Lines:
    """`place` for a text of which many are asked."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        offset = min(max(offset, 0), self._length)
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]


def not_lean(text: str, error: LeanTextError) -> InputError:
    """A file of the user's that is not Lean text, with the place."""
    line, column = place(text, error.offset)
    return InputError(f"line {line}, column {column}: {error.reason}")


class Writer:
    """Assembles a file from text of ours and pieces of the submission, keeping the map between them."""

    def __init__(self, original: str = "") -> None:
        self._places = Lines(original)
        self._parts: list[str] = []
        self._segments: list[Segment] = []
        self.line = 1

    def ours(self, text: str, stands_for: int | None = None) -> None:
        """Whole lines. What Lean says of them is said of the offset that they stand for, if any."""
        if stands_for is not None:
            line, _ = self._places.place(stands_for)
            self._segments.append(Segment(self.line, self.line, line, _ANY_COLUMN))
        self._parts.append(text if text.endswith("\n") or not text else text + "\n")
        self.line += self._parts[-1].count("\n")

    def piece(self, piece: Piece) -> None:
        """A part of the submission, on lines of its own, in the columns that it had (plus its indent)."""
        line, column = self._places.place(piece.offset)
        first = self.line
        self.ours(_indented(" " * column + piece.text, piece.indent))
        self._segments.append(Segment(first, self.line - 1, line, piece.indent))

    def proof(self, statement: Statement, submission: Submission) -> None:
        """The submission's helpers, then its proof under our statement."""
        for helper in submission.helpers:
            self.piece(helper)
        for option in submission.options:
            self.ours(f"{option} in")
        self.ours(f"{statement.declare()} :={' by' if submission.tactic else ''}")
        self.piece(submission.proof)

    def finish(self) -> tuple[str, tuple[Segment, ...]]:
        return "".join(self._parts), tuple(self._segments)


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line if by and line else line for line in text.split("\n"))


def splice(header: str, statement: Statement, submission: Submission) -> Spliced:
    """The file of one check: our statement by itself, the submission under it, then the questions.

    `header` is the toolchain's spelling of the imports. The reference statement comes before any submitted text, so
    nothing in the submission can change its meaning; that the proved theorem has *its* type is asked afterwards.
    """
    nonce = secrets.token_hex(8)
    reference = f"prover_reference_{nonce}"
    writer = Writer(submission.original)
    writer.ours(header)
    writer.ours(statement.header.preamble)
    first = writer.line
    writer.ours(f"{statement.declare(reference)} := sorry")
    last = writer.line - 1
    writer.proof(statement, submission)
    # Besides its answer: whatever prefix the submission may have left open (`open … in`) ends with this command.
    exists = trailer = writer.line
    writer.ours(f"#print axioms {statement.name}")
    matches = writer.line
    writer.ours(f"theorem prover_answer_{nonce} : type_of% @{reference} := @{statement.name}")
    axioms = writer.line
    writer.ours(f"#print axioms prover_answer_{nonce}")
    text, segments = writer.finish()
    return Spliced(text, nonce, segments, (first, last), trailer, exists, matches, axioms)


def open_statement(header: str, statement: Statement) -> Spliced:
    """The file that asks whether a statement elaborates by itself."""
    nonce = secrets.token_hex(8)
    writer = Writer()
    writer.ours(header)
    writer.ours(statement.header.preamble)
    first = writer.line
    writer.ours(f"{statement.declare()} := sorry")
    last = writer.line - 1
    trailer = writer.line
    writer.ours(f"theorem prover_answer_{nonce} : type_of% @{statement.name} := @{statement.name}")
    axioms = writer.line
    writer.ours(f"#print axioms prover_answer_{nonce}")
    text, segments = writer.finish()
    return Spliced(text, nonce, segments, (first, last), trailer, trailer, trailer, axioms)


@dataclass(frozen=True, slots=True)
class ProbeFile:
    """One file that tries many blocks, each on its own copy of the statement; `regions[i]` are its lines."""

    text: str
    regions: tuple[tuple[int, int], ...]
    block_lines: tuple[int, ...]
    """The line of each block's first line."""
    last_line: int
    nonce: str


def splice_probes(
    header: str, statement: Statement, blocks: Sequence[str], heartbeats: int | None
) -> ProbeFile:
    nonce = secrets.token_hex(8)
    writer = Writer()
    writer.ours(header)
    writer.ours(statement.header.preamble)
    regions, starts = [], []
    for index, block in enumerate(blocks):
        first = writer.line
        if heartbeats is not None:
            writer.ours(f"set_option maxHeartbeats {heartbeats} in")
        writer.ours(f"{statement.declare(f'prover_probe_{nonce}_{index}')} := by")
        starts.append(writer.line)
        writer.ours(_indented(block, 2))
        regions.append((first, writer.line - 1))
    last = writer.line
    writer.ours(f"theorem prover_end_{nonce} : True := trivial\n#print axioms prover_end_{nonce}")
    text, _ = writer.finish()
    return ProbeFile(text, tuple(regions), tuple(starts), last + 1, nonce)


class Locates(Protocol):
    def locate(self, line: int, column: int) -> tuple[int, int]: ...


def to_submission(file: Locates, diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic of the file in the coordinates of the submission (0 where it concerns our own text)."""
    line, column = file.locate(diagnostic.line, diagnostic.column)
    end_line, end_column = file.locate(diagnostic.end_line, diagnostic.end_column) if line else (0, 0)
    return Diagnostic(diagnostic.severity, diagnostic.message, line, column, end_line, end_column)
