"""The steps of a proof: the lines at the margin of its last theorem's tactic block, with what is indented under them.

Pure text. Places are Lean's: lines from 1, columns from 0, in what was submitted. Limits: a proof that is a term, or
that the lexer cannot read, has no steps; several tactics in one line are one.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover import syntax
from prover.syntax import LeanTextError, Shape, Token

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """A tactic block, with at least one step."""

    by: Place | None
    """Where its `by` stands, which is None where that is not part of the submission."""
    steps: tuple[Step, ...]

    def begins_at(self, place: Place) -> bool:
        """Whether Lean says there what it says of the block as a whole."""
        return place == self.by if self.by is not None else place in ((1, 0), self.steps[0].begin)


@dataclass(frozen=True, slots=True)
class Step:
    begin: Place
    end: Place
    """Where the next step begins."""
    text: str


def block_of(proof: str) -> Block | None:
    """The tactic block that the submission's theorem is proved by."""
    try:
        tokens = syntax.code(syntax.tokenize(proof))
        at, inner = _body(proof, tokens) if tokens else (None, ())
    except LeanTextError:
        return None
    if not inner:
        return None
    starts = _starts(proof, inner)
    ends = [*starts[1:], len(proof)]
    steps = [
        Step(_place(proof, a), _place(proof, b), proof[a:b].rstrip())
        for a, b in zip(starts, ends, strict=True)
    ]
    return Block(None if at is None else _place(proof, at), tuple(steps))


def _body(proof: str, tokens: list[Token]) -> tuple[int | None, list[Token]]:
    """Where the block's `by` stands, if it is there, and the tokens behind it."""
    shape = syntax.shape_of(tokens)
    if shape is Shape.TACTICS:
        return None, tokens
    if shape is Shape.DECLARATIONS:
        stated = [c for c in syntax.split_commands(proof) if c.keyword in ("theorem", "lemma")]
        if not stated:
            return None, []
        last = stated[-1]
        body = last.keyword_offset + syntax.parse_theorem(proof[last.keyword_offset : last.end]).body_offset
        tokens = [token for token in tokens if body <= token.start < last.end]
    elif shape is Shape.ASSIGNED:
        tokens = tokens[1:]
    if not tokens or tokens[0].text != "by":
        return None, []
    return tokens[0].start, tokens[1:]


def _starts(proof: str, tokens: list[Token]) -> list[int]:
    """Where a line begins at the block's margin, which is its first tactic's column."""
    margin = _place(proof, tokens[0].start)[1]
    starts: list[int] = []
    line = 0
    for token in tokens:
        row, column = _place(proof, token.start)
        if row != line and column == margin:
            starts.append(token.start)
        line = row
    return starts


def _place(text: str, offset: int) -> Place:
    begin = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - begin
