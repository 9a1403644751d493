"""Lean text to problems: every theorem that is left open is one.

A theorem is open when its body is `sorry`, `by sorry`, `by` or nothing. Its preamble is all that stands before it,
namespaces, sections, definitions and proved lemmas included, without the other open theorems and without examples:
`namespace X` stays open there, so that the theorem's name resolves as it did, and `open A in` before the theorem
becomes `open A`. Attributes and modifiers of the theorem itself are dropped, and `lemma` reads `theorem`.

Refused, each with its line: a proof that holds a `sorry` but is not just that; an open `example`, for it has no name;
a theorem whose statement uses a definition that is itself left open; what `parse_theorem` cannot take apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from prover.problems.reading import MAX_LEAN, Reader, RowError
from prover.syntax import (
    UNSUPPORTED,
    Command,
    Imports,
    Kind,
    LeanTextError,
    Theorem,
    Token,
    code,
    is_open,
    line_column,
    parse_header,
    parse_theorem,
    split_commands,
    tokenize,
)
from prover.types import Header, Problem, Statement

MAX_CONTEXT = 64_000_000
"""Characters of all preambles of one text together: each theorem carries its own."""
_THEOREMS = ("theorem", "lemma")


@dataclass(frozen=True, slots=True)
class Found:
    """A theorem in its place. `proof` is its body where it is not open."""

    statement: Statement
    words: str
    line: int
    proof: str = ""


@dataclass
class Findings:
    """What a Lean text holds."""

    open: list[Found] = field(default_factory=list)
    last_proved: Found | None = None
    """The last theorem, if it is proved."""
    refused: list[RowError] = field(default_factory=list)
    theorems: int = 0


def problems_in_lean(reader: Reader, *, in_folder: bool) -> Iterator[Problem | RowError]:
    """A whole file. In a folder, a file without any theorem is passed over: it is a project's own module."""
    text = reader.whole(MAX_LEAN)
    findings = read_theorems(text)
    items: list[tuple[int, Problem | RowError]] = [(error.line, error) for error in findings.refused]
    for found in findings.open:
        problem = Problem(
            found.statement.name, found.words, statement=found.statement, source=str(found.line)
        )
        items.append((found.line, problem))
    yield from (item for _, item in sorted(items, key=lambda pair: pair[0]))
    if not items and not (in_folder and findings.theorems == 0):
        held = "every theorem in it is proved" if findings.theorems else "no theorem in it"
        reason = held if text.strip() else "an empty file"
        yield RowError(f"{reason}: expected theorems that end in `sorry`")


def read_theorems(text: str) -> Findings:
    """Every theorem of a Lean text, open or proved, and the refusals."""
    findings = Findings()
    try:
        header = parse_header(text)
        rest = " " * header.end + text[header.end :]
        commands = split_commands(rest)
        tokens = tokenize(rest)
    except LeanTextError as error:
        line = line_column(text, error.offset)[0]
        findings.refused.append(RowError(f"not Lean text: {error.reason}", line))
        return findings
    walk = _Walk(text, rest, header, findings)
    at = 0
    last = max((i for i, c in enumerate(commands) if c.keyword in _THEOREMS), default=-1)
    for number, command in enumerate(commands):
        comments: list[Token] = []
        while at < len(tokens) and tokens[at].start < command.start:
            if tokens[at].kind is not Kind.COMMENT:
                comments.clear()
            else:
                comments.append(tokens[at])
            at += 1
        first = at
        while at < len(tokens) and tokens[at].start < command.end:
            at += 1
        walk.command(command, tokens[first:at], comments, is_last=number == last)
    return findings


class _Walk:
    """Goes through the commands and keeps the preamble: the pieces kept so far, and all after `cursor`."""

    def __init__(self, text: str, rest: str, header: Imports, findings: Findings) -> None:
        self._text = text
        self._rest = rest
        self._imports = header.imports
        self._findings = findings
        self._kept: list[str] = []
        self._kept_length = 0
        self._cursor = header.end
        self._context_left = MAX_CONTEXT
        self._holes: set[str] = set()
        """Names of definitions that are left open; empty text for one without a name."""
        self._line, self._counted = 1, 0

    def command(self, command: Command, tokens: list[Token], comments: list[Token], is_last: bool) -> None:
        sorry = any(t.kind is Kind.IDENT and t.text in ("sorry", "admit") for t in tokens)
        if command.keyword not in (*_THEOREMS, "example"):
            if sorry:
                self._holes.add(command.name.split(".")[-1])
            return
        self._line += self._text.count("\n", self._counted, command.keyword_offset)
        self._counted = command.keyword_offset
        comments = _own_comments(self._rest, comments, command)
        start = comments[0].start if comments else command.start
        # What is refused stays in the preamble only if Lean may still accept it.
        proved = not sorry and command.keyword != "example"
        try:
            if command.keyword == "example":
                if sorry:
                    raise RowError("an open `example` has no name: expected `theorem NAME`", self._line)
            else:
                self._findings.theorems += 1
                theorem = self._parsed(command, sorry)
                proved = theorem is None or not is_open(theorem.body)
                if theorem is not None and (is_last or not proved):
                    words = plain_words(command.doc or "\n".join(t.text for t in comments))
                    self._note(theorem, command, start, words, proved)
        except RowError as error:
            self._findings.refused.append(error)
        if not proved:
            self._kept.append(self._rest[self._cursor : start])
            self._kept_length += start - self._cursor
            self._cursor = command.end

    def _parsed(self, command: Command, sorry: bool) -> Theorem | None:
        """The theorem; `None` where it is proved in a way that is of no concern here."""
        try:
            theorem = parse_theorem(self._rest[command.start : command.end])
        except LeanTextError as error:
            if not sorry and error.reason.startswith(UNSUPPORTED):
                return None
            line = line_column(self._text, min(command.start + error.offset, command.end))[0]
            raise RowError(f"the theorem cannot be read: {error.reason}", line) from error
        if sorry and not is_open(theorem.body):
            reason = f"the proof of `{theorem.name}` holds a `sorry`: expected a full proof or `:= by sorry`"
            raise RowError(reason, self._line)
        return theorem

    def _note(self, theorem: Theorem, command: Command, start: int, words: str, proved: bool) -> None:
        """Add the theorem, with all that stands before it, to the findings."""
        self._refuse_holes(theorem)
        self._context_left -= self._kept_length + start - self._cursor
        if self._context_left < 0:
            reason = f"more than {MAX_CONTEXT:,} characters of context: expected a smaller file"
            raise RowError(reason, self._line)
        preamble = "".join([*self._kept, self._rest[self._cursor : start]]).strip("\n")
        preamble = "\n".join(part for part in (preamble, *command.context) if part)
        statement = Statement(theorem.name, theorem.signature, Header(self._imports, preamble))
        if proved:
            self._findings.last_proved = Found(statement, words, self._line, theorem.body)
        else:
            self._findings.open.append(Found(statement, words, self._line))

    def _refuse_holes(self, theorem: Theorem) -> None:
        names = {t.text.split(".")[-1] for t in code(tokenize(theorem.signature)) if t.kind is Kind.IDENT}
        for hole in sorted(self._holes & (names | {""})):
            which = f"`{hole}`" if hole else "an unnamed definition"
            reason = f"`{theorem.name}` rests on {which}, which is left open (`sorry`): expected its value"
            raise RowError(reason, self._line)


def plain_words(text: str) -> str:
    """The words of a comment: `/-- … -/`, `/- … -/` or lines of `-- …`; other text as it is."""
    text = text.strip()
    if text.startswith("/-"):
        return re.sub(r"\A/-[-!]?|-/\Z", "", text).strip()
    if text.startswith("--"):
        return "\n".join(line.strip().removeprefix("--").strip() for line in text.split("\n"))
    return text


def _own_comments(text: str, comments: list[Token], command: Command) -> list[Token]:
    """The comments that speak of a theorem: right before it, without a blank line between."""
    own: list[Token] = []
    follows = command.start
    for comment in reversed(comments):
        block = comment.text.startswith("/-")
        if text.count("\n", comment.end, follows) > 1 or (own and block):
            break
        own.append(comment)
        follows = comment.start
        if block:
            break
    return own[::-1]
