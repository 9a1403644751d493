"""Lean 4 text to tokens, in linear time and without recursion.

Offsets count code points. White space lies between tokens; everything else is in exactly one token.
Keywords are `IDENT`, as are dotted names (`Nat.succ_le`, `«a b».c'`); a projection `h.2.1` is `h` `.` `2`
`.` `1`. Brackets, `#` and `@` are symbols of their own (`#check` is `#` then `check`). Tabs pass as white
space, although Lean refuses them.

Limits. The notation in scope is not known: a symbol that only a library defines (`∣∣`, `≡ᵥ`) comes out one
character at a time. Three readings depend on it, and are marked `ambiguous`:
- a string that holds an unescaped `{`: after `s!`, `throwError` and their like it is a template whose braces
  hold code, and may even end elsewhere;
- a prime, or a character literal, glued to a symbol (`⁻¹'`, `∑'` and `''` are known): it may end that symbol;
- a comment glued to a symbol other than a bracket, `,` or `;`, and `//`, `<-` and their like glued to a `-`:
  the symbol may end in the comment's first character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Kind(StrEnum):
    IDENT = "ident"
    NUMBER = "number"
    STRING = "string"
    CHAR = "char"
    NAME = "name"
    SYMBOL = "symbol"
    COMMENT = "comment"
    DOC = "doc"
    """`/-- … -/` before a declaration, and `/-! … -/` of a section."""


class Token(NamedTuple):
    """One of hundreds in a proof: a tuple is made in half the time that a frozen dataclass takes."""

    kind: Kind
    text: str
    start: int
    end: int
    ambiguous: bool = False
    """Lean may read it otherwise, depending on notation; see the module's limits."""


class LeanTextError(ValueError):
    """The text cannot be read as Lean. `offset` counts code points from 0."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


# Lean.isIdFirst and isIdRest, compared with Lean 4.35.0 for each one below U+3000 and in U+1D400–U+1D7FF.
_LETTER_LIKE = (
    "À-ÖØ-öø-ſ"  # Latin-1 letters, Latin Extended-A
    "\u0391-\u039f\u03a1\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03fb"  # Greek but Π, Σ, λ; Coptic
    "\u1f00-\u1ffe\u2100-\u214f\U0001d49c-\U0001d59f"  # polytonic Greek, ℕ and the like, 𝒜 𝔸 𝔄
)
_FIRST = f"[A-Za-z_{_LETTER_LIKE}]"
_REST = f"[A-Za-z0-9_'!?{_LETTER_LIKE}\u1d62-\u1d6a\u2080-\u2089\u2090-\u209c\u2c7c]*"
_PART = f"(?:{_FIRST}{_REST}|«[^»]*»)"
_IDENT = rf"{_PART}(?:\.{_PART})*"

_SYMBOLS = """
    <;> <-> <|> <$> <&> <*> >>= <=< >=> &&& ||| ^^^ ~~~ <<< >>> =?= ==> |>. ... ⁻¹'
    := => -> <- <| |> <* *> >> == != <= >= && || ++ :: // .. /\\ \\/ $> ∃! ∑' ∏' ⁻¹ ''
"""
_DIGITS = r"[0-9](?:_*[0-9])*"

_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\n]+|\r\n)
  | (?P<line>--[^\n]*)
  | (?P<block>/-[-!]?)
  | (?P<raw>r(?P<fence>\#*)")
  | (?P<string>"(?:[^"\\]++|\\.)*+")
  | (?P<ident>{_IDENT})
  | (?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+
      |{_DIGITS}(?:\.(?!\.)(?:{_DIGITS})?)?(?:[eE][+-]?{_DIGITS})?)
  | (?P<char>'(?:[^\\']|\\(?:x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|.))')
  | (?P<name>``?{_IDENT})
  | (?P<symbol>{"|".join(map(re.escape, _SYMBOLS.split()))}|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SPACES = re.compile(" +")
_SHORT = 20_000
"""Characters of a text whose tokens are kept for a while."""
_INDEX = re.compile(r"[0-9]+")
_NESTING = re.compile(r"/-|-/")
_UNREADABLE = re.compile("\0|\r(?!\n)|[\ud800-\udfff]")
_TEMPLATE = re.compile(r'"(?:[^"\\{]++|\\.)*+\{', re.DOTALL)
_KINDS = {
    "line": Kind.COMMENT,
    "string": Kind.STRING,
    "ident": Kind.IDENT,
    "number": Kind.NUMBER,
    "char": Kind.CHAR,
    "name": Kind.NAME,
}
_UNREADABLE_NAMES = {"\0": "a NUL character", "\r": "a carriage return without a line feed"}


def iter_tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` as they are found, so that a caller may stop early. Raises `LeanTextError`."""
    bad = _UNREADABLE.search(text)
    limit = bad.start() if bad else len(text)
    pos = 0
    glued: Token | None = None
    """The token that ends where the next one starts."""
    while pos < limit:
        if text[pos] == " ":
            spaces = _SPACES.match(text, pos)
            assert spaces is not None
            pos, glued = spaces.end(), None
            continue
        token = _token_at(text, pos, glued)
        if isinstance(token, int):
            pos, glued = token, None
            continue
        if token.end > limit:
            break
        yield token
        pos, glued = token.end, token
    if bad:
        raise LeanTextError(_UNREADABLE_NAMES.get(bad[0], "half of a surrogate pair"), limit)


def tokenize(text: str) -> list[Token]:
    """All tokens of `text`, comments included. Raises `LeanTextError`."""
    return list(_tokens_of_short(text) if len(text) <= _SHORT else iter_tokens(text))


@lru_cache(maxsize=16)
def _tokens_of_short(text: str) -> tuple[Token, ...]:
    """Who reads a submission asks for its tokens several times in a row."""
    return tuple(iter_tokens(text))


def code(tokens: Iterable[Token]) -> list[Token]:
    """What Lean elaborates: without comments and doc comments."""
    return [t for t in tokens if t.kind is not Kind.COMMENT and t.kind is not Kind.DOC]


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line from 1 and column from 0, in code points, as in `Diagnostic`."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1)


def _token_at(text: str, pos: int, glued: Token | None) -> Token | int:
    """The token at `pos`, or where the white space there ends."""
    if glued is not None and glued.text == "." and text[pos].isascii() and text[pos].isdigit():
        # After a dot Lean reads an index, not a decimal: `h.2.1` has no 2.1 in it.
        index = _INDEX.match(text, pos)
        assert index is not None
        return Token(Kind.NUMBER, index[0], pos, index.end())
    match = _TOKEN.match(text, pos)
    assert match is not None, "the last alternative takes any character"
    group, end = match.lastgroup, match.end()
    word = match[0]
    if group == "space":
        return end
    if group == "block":
        kind = Kind.COMMENT if word == "/-" else Kind.DOC
        end = _comment_end(text, pos, end)
        return Token(kind, text[pos:end], pos, end, _after_symbol(glued))
    if group == "raw":
        fence = '"' + match["fence"]
        end = text.find(fence, end) + len(fence)
        if end < len(fence):
            raise LeanTextError("unterminated raw string", pos)
        return Token(Kind.STRING, text[pos:end], pos, end)
    if group == "line":
        # The carriage return of a CRLF is white space, not a part of the comment.
        end -= word.endswith("\r")
        return Token(Kind.COMMENT, text[pos:end], pos, end, _after_symbol(glued))
    if group == "symbol":
        if word == '"':
            raise LeanTextError("unterminated string", pos)
        if word == "«":
            raise LeanTextError("unclosed «", pos)
        open_ended = (len(word) > 1 and word[-1] in "-/" and text.startswith("-", end)) or (
            word == "'" and _after_symbol(glued)
        )
        return Token(Kind.SYMBOL, word, pos, end, open_ended)
    assert group is not None
    ambiguous = (group == "string" and _TEMPLATE.match(word) is not None) or (
        group == "char" and _after_symbol(glued)
    )
    return Token(_KINDS[group], word, pos, end, ambiguous)


def _comment_end(text: str, start: int, pos: int) -> int:
    """Where the block comment ends that starts at `start` and whose opening ends at `pos`."""
    depth = 1
    for edge in _NESTING.finditer(text, pos):
        depth += 1 if edge[0] == "/-" else -1
        if depth == 0:
            return edge.end()
    raise LeanTextError("unterminated comment", start)


def _after_symbol(glued: Token | None) -> bool:
    return glued is not None and glued.kind is Kind.SYMBOL and glued.text not in tuple("()[]{}⟨⟩,;")
