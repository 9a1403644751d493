"""The token gate: refuse a submission for what it says, before Lean sees it.

Contract: `inspect` returns None when every token of a submission is one that a proof may hold, else the first
token that is not, with its place and the reason. It is pure, and strict where a reading could differ from Lean's:
a literal or comment must begin where its first character cannot belong to the token before.

Limits: it judges words, not meaning. What it lets through is still untrusted: it goes on to elaboration under
limits, to the comparison with the statement compiled alone, and to the replay. `sorry` passes: the axioms tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from prover.lean import refused
from prover.syntax import Kind, LeanTextError, Token, tokenize

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 300
"""Open brackets at one place. Lean's parser recurses on each; honest proofs stay below 50."""

_SNIPPET = 40
_OPENING, _CLOSING = "([{⟨", ")]}⟩"
_PAIR = dict(zip(_CLOSING, _OPENING, strict=True))
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LETTERS = (
    (0xC0, 0x17F),
    (0x2B0, 0x2FF),
    (0x370, 0x3FF),
    (0x1D00, 0x1DBF),
    (0x1F00, 0x1FFF),
    (0x2070, 0x209C),
    (0x2100, 0x214F),
    (0x2C7C, 0x2C7D),
    (0x1D400, 0x1D7FF),
)
_LOOK_ALIKES = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳͿ\u037e\u2126\u212a\u212b")  # Greek and letterlike twins of ASCII
_NOT_PLAIN = re.compile(r"[^\n -~]")
_PLAIN_QUOTED = re.compile(r"«[\w.' -]{1,100}»")
_PLAIN_NUMBER = re.compile(r"[0-9][0-9_]*")
_CARDINALITY = re.compile(r"(?:[^\W\d_a-z]|[a-z](?![a-z])|univ$).*")
_BEFORE_LITERAL = frozenset(" \n([{⟨,;")
_NAMESPACE = re.compile(r"[^\W\d][\w.'!?]*")
_NO_NAMESPACE = refused.DECLARATIONS | refused.MODIFIERS | {"in", "hiding", "renaming"}
_DECLARING = refused.DECLARATIONS | refused.MODIFIERS
_ATTRIBUTE_SYMBOLS = frozenset(["←", "<-", "→", "↓", "↑", "=", "_", "%", ",", "(", ")", "!", "-"])


@dataclass(frozen=True, slots=True)
class Refusal:
    """A token that a submission may not hold, its offset in code points, and why."""

    token: str
    offset: int
    reason: str


def inspect(text: str, *, commands: bool) -> Refusal | None:
    """The first refusal, or None.

    `commands=False`: `text` is a tactic block or a term. `commands=True`: `text` is a sequence of `theorem`,
    `lemma`, `def` and `abbrev` declarations.
    """
    return inspect_as(Code, text, commands=commands)


def inspect_as(kind: type[Code], text: str, *, commands: bool) -> Refusal | None:
    """`inspect`, by the rules of another kind of text."""
    if len(text) > MAX_CHARACTERS:
        return Refusal("", MAX_CHARACTERS, f"longer than {MAX_CHARACTERS:,} characters")
    if (refusal := _characters(text)) is not None:
        return refusal
    try:
        tokens = list(tokenize(text))
    except LeanTextError as error:
        offset = error.offset
        return Refusal(text[offset : offset + 1], offset, error.reason)
    for token in tokens:
        if token.kind in (Kind.COMMENT, Kind.DOC) and (refusal := _comment(token, commands)) is not None:
            return refusal
    code = [token for token in tokens if token.kind not in (Kind.COMMENT, Kind.DOC)]
    return kind(text, code, commands).inspect()


def refuse(token: Token, reason: str) -> Refusal:
    return Refusal(token.text[:_SNIPPET], token.start, reason)


def _characters(text: str) -> Refusal | None:
    """Characters that are refused wherever they stand, comments included."""
    for match in _NOT_PLAIN.finditer(text):
        char, offset = match[0], match.start()
        if char == "\r" and text[offset + 1 : offset + 2] == "\n":
            continue
        category = unicodedata.category(char)
        if char in _BIDI or category in ("Cc", "Cs", "Cn", "Zl", "Zp"):
            name = unicodedata.name(char, "an unassigned or control character")
            return Refusal(char, offset, f"U+{ord(char):04X} ({name}) may not stand in a proof")
    return None


def _comment(token: Token, commands: bool) -> Refusal | None:
    if token.ambiguous:
        return refuse(token, "a comment right behind a symbol: put a space between them")
    if token.text.startswith(("/--/", "/-/")):
        return refuse(token, "a comment that Lean may not read as one")
    if token.text.startswith("/-!") and not commands:
        return refuse(token, "a module comment is a command; a tactic block or term was expected")
    for word in refused.ANYWHERE:
        if word in token.text:
            offset = token.start + token.text.index(word)
            return Refusal(word, offset, refused.REFUSED.get(word, "turns the kernel off"))
    return None


class Code:
    """The tokens of a text without its comments. A subclass may judge another kind of text by other rules."""

    attributes = refused.ATTRIBUTES
    margin = refused.DECLARATIONS | refused.MODIFIERS | refused.CONTINUATIONS | {"open", "set_option"}
    """What may begin a command."""

    def __init__(self, text: str, tokens: Sequence[Token], commands: bool) -> None:
        self._text, self._tokens, self._commands = text, tokens, commands

    def inspect(self) -> Refusal | None:
        brackets: list[str] = []
        for index, token in enumerate(self._tokens):
            refusal = (
                self._alphabet(token)
                or self._literal(token)
                or self._word(index)
                or self._symbol(index)
                or self._margin(index, depth=len(brackets))
            )
            if refusal is not None:
                return refusal
            for char in token.text if token.kind is Kind.SYMBOL else "":
                if char in _OPENING:
                    brackets.append(char)
                    if len(brackets) > MAX_DEPTH:
                        return refuse(token, f"more than {MAX_DEPTH} brackets within each other")
                elif char in _CLOSING and (not brackets or brackets.pop() != _PAIR[char]):
                    return refuse(token, "closes a bracket that the submission did not open")
        return None

    def _at(self, index: int) -> str:
        return self._tokens[index].text if 0 <= index < len(self._tokens) else ""

    def _alphabet(self, token: Token) -> Refusal | None:
        if token.text.isascii():
            return None
        for char in token.text:
            if char.isascii():
                continue
            category, point = unicodedata.category(char), ord(char)
            letter = category[0] in "LN"
            if (
                char in _LOOK_ALIKES
                or category[0] in "CMZ"
                or (letter and category != "No" and not any(low <= point <= high for low, high in _LETTERS))
            ):
                name = unicodedata.name(char, "unnamed")
                return refuse(token, f"U+{point:04X} ({name}) is no letter or symbol of Lean's alphabet")
        return None

    def _literal(self, token: Token) -> Refusal | None:
        text = token.text
        if token.ambiguous:
            return refuse(
                token, "Lean may read on here, depending on the notation in scope: put spaces around it"
            )
        if text[0] == "«" and not _PLAIN_QUOTED.fullmatch(text):
            return refuse(token, "a quoted name may hold letters, digits, spaces, dots, dashes and primes")
        if token.kind is Kind.NAME or text == "`":
            return refuse(token, "quotations are for programs that write syntax")
        if token.kind not in (Kind.STRING, Kind.CHAR):
            return None
        if text[0] == "r":
            return refuse(token, "raw strings may not stand in a proof")
        if token.start > 0 and self._text[token.start - 1] not in _BEFORE_LITERAL:
            return refuse(token, "a literal must be set off by a space or an opening bracket")
        if "{" in text or "\n" in text:
            return refuse(token, "a string may hold neither `{` nor a line break: it could be read as code")
        return None

    def _word(self, index: int) -> Refusal | None:
        token = self._tokens[index]
        word, following = token.text, self._at(index + 1)
        if token.kind is not Kind.IDENT:
            return None
        if word == "open":
            return self._open(index)
        if word == "set_option":
            return self._set_option(index)
        if word == "scoped" and self._at(index - 1) == "open":
            return None
        if word == "unsafe" and self._at(index - 1) == "add" and self._at(index - 2) == "(":
            return None  # `aesop (add unsafe 50% apply foo)`
        if (reason := refused.REFUSED.get(word)) is not None:
            return refuse(token, f"`{word}` {reason}")
        if word.startswith(refused.PREFIXES):
            return refuse(token, f"`{word}` changes the syntax or what it means")
        if word in refused.ADJACENT_PERCENT and self._text[token.end : token.end + 1] == "%":
            return refuse(token, f"`{word}%` runs a program while Lean elaborates")
        if word in _DECLARING:
            if not self._commands:
                return refuse(token, f"`{word}` begins a declaration; a tactic block or term was expected")
            if word in refused.DECLARATIONS and re.match(r"(_root_\.)?«?Lean»?(\.|$)", following):
                return refuse(self._tokens[index + 1], "a helper may not take a name that Lean itself reads")
        return None

    def _symbol(self, index: int) -> Refusal | None:
        token, following = self._tokens[index], self._at(index + 1)
        if token.text == "@" and following == "[" and self._tokens[index + 1].start == token.end:
            return self._attributes(index + 2)
        # `#s` and `#(f s)` are cardinalities; commands such as `#eval` are longer words.
        glued = token.text == "#" and self._text[token.end : token.end + 1] not in tuple(" \n([{")
        if glued and not _CARDINALITY.fullmatch(following):
            return refuse(token, f"`#{following}` is a command that asks or runs")
        return None

    def _attributes(self, index: int) -> Refusal | None:
        while index < len(self._tokens):
            token = self._tokens[index]
            if token.text == "]":
                return None
            if token.text not in self.attributes | _ATTRIBUTE_SYMBOLS and not token.text.isdecimal():
                return refuse(token, "no attribute that a submission may set")
            index += 1
        return None

    def _open(self, index: int) -> Refusal | None:
        """`open (scoped)? NAME+ in`: it reaches no further than the term, tactic or declaration behind it."""
        at = index + 1 + (self._at(index + 1) == "scoped")
        names = 0
        while _NAMESPACE.fullmatch(self._at(at)) and self._at(at) not in _NO_NAMESPACE:
            at, names = at + 1, names + 1
        if names and self._at(at) == "in":
            return None
        return refuse(self._tokens[index], "`open` reaches beyond one declaration; `open NAME in` does not")

    def _set_option(self, index: int) -> Refusal | None:
        token, name, value = self._tokens[index], self._at(index + 1), self._at(index + 2)
        for option, most in refused.OPTIONS.items():
            if option != name and not (option.endswith(".") and name.startswith(option)):
                continue
            if most is None:
                allowed = value in ("true", "false")
            else:
                allowed = bool(_PLAIN_NUMBER.fullmatch(value)) and 0 < int(value.replace("_", "")) <= most
            if not allowed:
                return refuse(
                    token, f"`{name}` may be set to {'true or false' if most is None else f'1 … {most}'}"
                )
            if not self._commands and self._at(index + 3) != "in":
                return refuse(token, "`set_option` inside a proof needs `in`")
            return None
        return refuse(token, f"`{name}` is no option that a submission may set")

    def _margin(self, index: int, depth: int) -> Refusal | None:
        """Between declarations a word at the left margin begins a command: it must be a known one."""
        token = self._tokens[index]
        if not self._commands or depth or not (token.kind is Kind.IDENT or token.text == "#"):
            return None
        if token.start > 0 and self._text[token.start - 1] != "\n":
            return None
        before = self._tokens[index - 1] if index else None
        if before is not None and before.kind is Kind.SYMBOL:
            continues = before.text not in _CLOSING
        else:
            continues = before is not None and before.text in refused.OPENERS
        if token.text in self.margin or continues:
            return None
        return refuse(token, "begins no declaration that a submission may make")
