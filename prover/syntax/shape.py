"""What a submitted text is, told by its tokens: declarations, what follows a `:=`, a term, or a tactic block."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from prover.syntax.lexer import Kind, Token

_TERM_STARTS = frozenset({"fun", "λ", "⟨", "@", "by"})


class Shape(StrEnum):
    DECLARATIONS = "declarations"
    """It holds a `theorem` or `lemma`."""
    ASSIGNED = "assigned"
    """`:=` and a term."""
    TERM = "term"
    TACTICS = "tactics"


def shape_of(tokens: Sequence[Token]) -> Shape:
    """The shape of a text with these tokens, comments left out; at least one."""
    if any(t.kind is Kind.IDENT and t.text in ("theorem", "lemma") for t in tokens):
        return Shape.DECLARATIONS
    if tokens[0].text == ":=":
        return Shape.ASSIGNED
    return Shape.TERM if tokens[0].text in _TERM_STARTS else Shape.TACTICS
