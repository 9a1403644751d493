"""When two submissions are the same proof: equal but for comments, spaces that Lean does not read, and bound names.

The form is a guess on the safe side of Lean's layout rules, not a proof of equality, so it may spare a failed proof its
second failure, and never makes one proved. Limits: bound names are found by the words that introduce them; a text that
the lexer cannot read, or a very long one, is like itself alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from prover import syntax
from prover.syntax import Kind, LeanTextError, Token

_MAX_CHARACTERS = 50_000
_BINDERS = frozenset({"intro", "intros", "rintro", "fun", "λ", "have", "let", "set", "obtain", "rename_i"})
"""What follows one of these, up to the end of the binder, are names of the proof's own."""
_ENDS = frozenset({":", ":=", "=>", "↦", ";", "<;>", "·", "by", "from", "at", "with", "in", "|"})
_BRACKETS = frozenset("()[]{}⟨⟩,|_@")
_NO_NAMES = frozenset({"rfl", "this", "_"})
"""Where a name may stand, these mean something of their own."""


def normal_form(text: str) -> str:
    """Digest that two submissions share when they are the same proof."""
    try:
        if len(text) > _MAX_CHARACTERS:
            return _digest(["text", text])
        tokens = syntax.code(syntax.tokenize(text))
    except LeanTextError:
        return _digest(["text", text])
    if any(token.ambiguous for token in tokens):
        return _digest(["text", text])
    layout = _layout(text, tokens)
    return _digest([f"{place} {word}" for place, word in zip(layout, _words(tokens, layout), strict=True)])


def _digest(parts: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


def _layout(text: str, tokens: Sequence[Token]) -> list[str]:
    """What Lean can see of each token's place: the indentation of a line's first token, relative to the least; behind
    it, whether there is a space, and the column itself where a later line could be measured against it."""
    columns: list[int] = []
    firsts: list[bool] = []
    spaced: list[bool] = []
    line_start, end = -1, 0
    for token in tokens:
        start = text.rfind("\n", 0, token.start) + 1
        columns.append(token.start - start)
        firsts.append(start != line_start)
        # A comment between two tokens separates them as a space does.
        spaced.append(token.start > end)
        line_start, end = start, token.end
    least = min((c for c, first in zip(columns, firsts, strict=True) if first), default=0)
    places: list[str] = []
    deepest = -1
    """The largest indentation of any line further down."""
    for column, first, space in zip(reversed(columns), reversed(firsts), reversed(spaced), strict=True):
        if first:
            places.append(f"\n{column - least}")
            deepest = max(deepest, column)
        else:
            measured = column <= deepest
            places.append(f"@{column - least}" if measured else " " * space)
    return places[::-1]


def _words(tokens: Sequence[Token], layout: Sequence[str]) -> list[str]:
    """The tokens' texts, the proof's own names replaced by numbers in the order in which they first appear."""
    bound = _bound_names(tokens, layout)
    numbers: dict[str, int] = {}
    words = []
    for index, token in enumerate(tokens):
        head, dot, rest = token.text.partition(".")
        label = index + 1 < len(tokens) and tokens[index + 1].text == ":=" and tokens[index - 1].text == "("
        if token.kind is Kind.IDENT and head in bound and not label:
            words.append(f"\0{numbers.setdefault(head, len(numbers))}{dot}{rest}")
        else:
            words.append(token.text)
    return words


def _bound_names(tokens: Sequence[Token], layout: Sequence[str]) -> frozenset[str]:
    names = set()
    binding = False
    for token, place in zip(tokens, layout, strict=True):
        if token.text in _BINDERS:
            binding = True
        elif place.startswith("\n") or token.text in _ENDS:
            binding = False
        elif binding and token.kind is Kind.IDENT and "." not in token.text:
            names.add(token.text)
        elif token.text not in _BRACKETS:
            binding = False
    return frozenset(names - _NO_NAMES)
