"""One `theorem` or `lemma` command, taken apart into name, signature and body.

Limits: a theorem proved by pattern matching (`| 0 => …`) or by `where` has no body after a `:=`;
it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.syntax.commands import MODIFIERS, split_commands
from prover.syntax.lexer import Kind, LeanTextError, Token, code, line_column, tokenize

_OPENERS = frozenset("([{⟨⦃")
_CLOSERS = frozenset(")]}⟩⦄")
UNSUPPORTED = "not supported: a theorem that is proved by"
"""How the reason begins for a theorem that Lean may well read."""
_LOCAL = frozenset({"let", "have", "letI", "haveI", "let_fun"})
"""Inside a type, each of these owns the next `:=`."""
_ALTERNATIVES = frozenset({"match", "fun", "λ", "nomatch", "matches", "do"})
"""What may hold `| … => …` in a type."""


@dataclass(frozen=True, slots=True)
class Theorem:
    keyword: str
    name: str
    signature: str
    """Binders and type: what stands between name and `:=`, without comments at its ends. A universe list
    `.{u}` is its beginning."""
    body: str
    """What stands after the `:=`, without blank lines before and white space after it. Where it begins on a
    line of its own it keeps its indentation, for Lean minds columns."""
    name_offset: int
    body_offset: int
    """Right after the `:=`; the end of the text where there is none."""


def parse_theorem(text: str) -> Theorem:
    """Take apart `text`, which must be one command, a theorem or lemma. Without a `:=` its body is empty.

    Raises `LeanTextError` for anything else.
    """
    commands = split_commands(text)
    if len(commands) != 1 or commands[0].keyword not in ("theorem", "lemma"):
        found = ", ".join(c.keyword for c in commands[:4]) or "none"
        offset = commands[0].start if commands else 0
        raise LeanTextError(f"expected one theorem or lemma, found the commands: {found}", offset)
    command = commands[0]
    tokens = [t for t in code(tokenize(text)) if t.start >= command.keyword_offset]
    if len(tokens) < 2 or tokens[1].kind is not Kind.IDENT or tokens[1].text in MODIFIERS:
        raise LeanTextError(f"expected a name after {command.keyword}", tokens[0].end)
    name = tokens[1]
    assign = _assignment(text, tokens[2:])
    last = tokens[tokens.index(assign) - 1 if assign else -1]
    signature = text[tokens[2].start : last.end]
    body_offset = assign.end if assign else len(text)
    return Theorem(command.keyword, name.text, signature, _body(text[body_offset:]), name.start, body_offset)


def is_open(body: str) -> bool:
    """Whether a body proves nothing yet: empty, `by`, `sorry` or `by sorry`, comments aside."""
    return [t.text for t in code(tokenize(body))] in ([], ["by"], ["sorry"], ["by", "sorry"])


def _assignment(text: str, tokens: Sequence[Token]) -> Token | None:
    """The `:=` that begins the body, `None` where the text ends before it."""
    depth = pending = 0
    typed = alternatives = bar = False
    for token in tokens:
        word = token.text
        if word in _OPENERS:
            depth += 1
        elif word in _CLOSERS:
            depth -= 1
            if depth < 0:
                raise LeanTextError(f"unmatched {word} in the statement", token.start)
        elif depth:
            continue
        elif word == ":=":
            if pending:
                pending -= 1
                continue
            if not typed:
                raise LeanTextError("expected ':' and a type before ':='", token.start)
            return token
        elif word == "where":
            raise LeanTextError(f"{UNSUPPORTED} 'where': expected ':='", token.start)
        elif word == "=>" and bar and not alternatives:
            raise LeanTextError(f"{UNSUPPORTED} pattern matching: expected ':='", token.start)
        pending += word in _LOCAL
        typed |= word == ":"
        alternatives |= word in _ALTERNATIVES
        bar |= word == "|"
    if depth:
        raise LeanTextError("a bracket is left open in the statement", len(text))
    if not typed:
        raise LeanTextError("expected ':' and a type", len(text))
    return None


def _body(text: str) -> str:
    start = len(text) - len(text.lstrip())
    line, _ = line_column(text, start)
    return text[start:].rstrip() if line == 1 else text[text.rfind("\n", 0, start) + 1 :].rstrip()
