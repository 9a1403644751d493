"""A reader for Lean terms as they are printed: enough of the grammar to see a statement's shape.

`parse_term` never fails: what it cannot read becomes one `opaque` term that keeps its text. Precedences are Lean's.
A term is `head` and `args`; for `id`, `num` and `opaque` the `text` is the name, the digits or the source, for the
binders `∀ ∃ ∃! λ` it is the variable, and `args` are its type (or `_`) and the body. Bounded binders are opened
(`∀ n > 1, p` to `∀ n, n > 1 → p`), `≡ [MOD m]` has three arguments, applications have the head `app`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_DEPTH = 120
MAX_TOKENS = 4000

_TOKEN = re.compile(
    r"\s*(?:(?P<num>\d+)|(?P<id>@?[^\W\d][\w'✝₀-₉]*(?:\.[^\W\d][\w'₀-₉]*)*)|(?P<field>\.[^\W\d][\w'₀-₉]*)"
    r"|(?P<sym>:=|<->|->|/\\|\\/|!=|<=|>=|∃!|↑|⟨|⟩|=>|\.\.|.))",
    re.S,
)
INFIX: dict[str, tuple[int, int, int]] = {
    "↔": (20, 21, 21),
    "→": (25, 26, 25),
    "∨": (30, 31, 30),
    "∧": (35, 36, 35),
    **dict.fromkeys(("=", "≠", "<", "≤", ">", "≥", "∣", "∈", "∉", "⊆"), (50, 51, 51)),
    "+": (65, 65, 66),
    "-": (65, 65, 66),
    "*": (70, 70, 71),
    "/": (70, 70, 71),
    "%": (70, 70, 71),
    "^": (75, 76, 75),
}
"""Operator: its own level, and the least level of its left and right argument."""

BINDERS = ("∀", "∃", "∃!", "λ", "fun")
RELATIONS = ("=", "≠", "<", "≤", ">", "≥", "∣", "≡MOD", "≡ZMOD")
ARITHMETIC = ("+", "-", "*", "/", "%", "^", "neg", "!", "|", "↑")


@dataclass(frozen=True, slots=True)
class Term:
    head: str
    args: tuple[Term, ...] = ()
    text: str = ""

    def __str__(self) -> str:
        return show(self)

    def walk(self) -> Iterator[Term]:
        """This term and all below it, outermost first."""
        stack = [self]
        while stack:
            term = stack.pop()
            yield term
            stack.extend(reversed(term.args))

    def ids(self) -> set[str]:
        return {t.text for t in self.walk() if t.head == "id"}

    def numerals(self) -> list[int]:
        return [int(t.text) for t in self.walk() if t.head == "num" and len(t.text) < 200]

    @property
    def function(self) -> str:
        """The name at the head of an application, else empty."""
        return self.args[0].text if self.head == "app" and self.args[0].head == "id" else ""


def num(value: int) -> Term:
    return Term("num", (), str(value)) if value >= 0 else Term("neg", (num(-value),))


def name(text: str) -> Term:
    return Term("id", (), text)


def show(term: Term, level: int = 0) -> str:
    """Lean source of a term, with the parentheses that its place (`level`) needs."""
    own, text = _source(term)
    return f"({text})" if own < level else text


def _source(term: Term) -> tuple[int, str]:
    """The text of a term, and the highest level at which it may stand without parentheses."""
    head, a = term.head, term.args
    if head in ("id", "num"):
        return 1024, term.text
    if head in INFIX:
        own, left, right = INFIX[head]
        return own, f"{show(a[0], left)} {head} {show(a[1], right)}"
    if head in BINDERS:
        bound = term.text if a[0].text == "_" else f"({term.text} : {show(a[0])})"
        return 1, f"{head} {bound}{' =>' if head in ('λ', 'fun') else ','} {show(a[1])}"
    if head == "app":
        return _application(term)
    if head in ("≡MOD", "≡ZMOD"):
        return 50, f"{show(a[0], 51)} ≡ {show(a[1], 51)} [{head[1:]} {show(a[2])}]"
    simple: dict[str, tuple[int, Callable[[], str]]] = {
        "opaque": (0, lambda: term.text),
        "¬": (40, lambda: f"¬{show(a[0], 41)}"),
        "neg": (75, lambda: f"-{show(a[0], 75)}"),
        "↑": (1024, lambda: f"↑{show(a[0], 1024)}"),
        "ascribe": (1024, lambda: f"({show(a[0])} : {show(a[1])})"),
        "!": (1024, lambda: f"{show(a[0], 1024)} !"),
        "|": (1024, lambda: f"|{show(a[0])}|"),
    }
    own, write = simple.get(head, (1024, lambda: f"⟨{', '.join(show(x) for x in a)}⟩"))
    return own, write()


def _application(term: Term) -> tuple[int, str]:
    a = term.args
    if term.function.startswith("?."):
        rest = "".join(" " + show(x, 1024) for x in a[2:])
        return 1022 if rest else 1024, f"{show(a[1], 1024)}{term.function[1:]}{rest}"
    return 1022, " ".join(show(x, 1023 if i == 0 else 1024) for i, x in enumerate(a))


def substitute(term: Term, variable: str, value: Term) -> Term:
    """`term` with `value` for `variable`; a binder of the same name hides it."""
    if term.head == "id":
        return value if term.text == variable else term
    if term.head in BINDERS and term.text == variable:
        return term
    if not term.args:
        return term
    return Term(term.head, tuple(substitute(x, variable, value) for x in term.args), term.text)


class _UnreadableError(Exception):
    pass


class _Parser:
    def __init__(self, text: str, local: Collection[str]) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.local = local
        self.place = 0
        self.depth = 0
        self.inside_bars = 0
        for match in _TOKEN.finditer(text.strip()):
            kind = match.lastgroup or "sym"
            self.tokens.append((kind, match[kind]))
            if len(self.tokens) > MAX_TOKENS:
                raise _UnreadableError

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else "end"

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise _UnreadableError
        self.place += 1
        return token

    def term(self, level: int = 0) -> Term:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _UnreadableError
        left = self.prefix()
        while True:
            token = self.peek()
            if token == "≡" and level <= 50:
                self.take()
                right = self.term(51)
                self.take("[")
                kind = self.take()
                modulus = self.term()
                self.take("]")
                left = Term("≡" + kind, (left, right, modulus))
            elif token in INFIX and INFIX[token][0] >= level:
                self.take()
                left = Term(token, (left, self.term(INFIX[token][2])))
            else:
                self.depth -= 1
                return left

    def prefix(self) -> Term:
        token = self.peek()
        if token == "¬":
            self.take()
            return Term("¬", (self.term(40),))
        if token == "-":
            self.take()
            return Term("neg", (self.term(75),))
        if token in BINDERS:
            return self.binder(self.take())
        return self.application()

    def binder(self, head: str) -> Term:
        groups: list[tuple[list[str], Term]] = []
        condition: tuple[str, Term] | None = None
        while self.peek() not in (",", "=>", "↦"):
            if self.peek() in ("(", "{"):
                close = ")" if self.take() == "(" else "}"
                names = self.names()
                self.take(":")
                groups.append((names, self.term()))
                self.take(close)
            else:
                names = self.names()
                kind = name("_")
                if self.peek() == ":":
                    self.take()
                    kind = self.term()
                elif self.peek() in INFIX and INFIX[self.peek()][0] == 50:
                    condition = (self.take(), self.term(51))
                groups.append((names, kind))
        self.take()
        body = self.term()
        if condition and groups:
            guard = Term(condition[0], (name(groups[-1][0][-1]), condition[1]))
            body = Term("→" if head == "∀" else "∧", (guard, body))
        for names, kind in reversed(groups):
            for variable in reversed(names):
                body = Term(head, (kind, body), variable)
        return body

    def names(self) -> list[str]:
        found = []
        while self.kind() == "id":
            found.append(self.take())
        if not found:
            raise _UnreadableError
        return found

    def application(self) -> Term:
        parts = [self.atom()]
        while self.kind() in ("num", "id") or (self.peek() in ("(", "↑", "⟨", "|") and self.peek() != ""):
            if self.peek() == "|" and self.inside_bars:
                break
            if self.peek() in BINDERS:
                break
            parts.append(self.atom())
        return _applied(parts) if len(parts) > 1 else parts[0]

    def atom(self) -> Term:
        kind, token = self.kind(), self.take()
        if kind == "num":
            found = Term("num", (), token)
        elif kind == "id":
            found = self.identifier(token)
        elif token == "↑":
            found = Term("↑", (self.atom(),))
        elif token in ("(", "|", "⟨"):
            found = self.enclosed(token)
        else:
            raise _UnreadableError
        while True:
            if self.peek() == "!":
                self.take()
                found = Term("!", (found,))
            elif self.kind() == "field":
                found = _applied([name("?" + self.take()), found])
            else:
                return found

    def enclosed(self, opening: str) -> Term:
        if opening == "|":
            self.inside_bars += 1
            found = Term("|", (self.term(),))
            self.take("|")
            self.inside_bars -= 1
            return found
        if opening == "⟨":
            items = [self.term()]
            while self.peek() == ",":
                self.take()
                items.append(self.term())
            self.take("⟩")
            return Term("tuple", tuple(items))
        saved, self.inside_bars = self.inside_bars, 0
        found = self.term()
        if self.peek() == ":":
            self.take()
            found = Term("ascribe", (found, self.term()))
        self.take(")")
        self.inside_bars = saved
        return found

    def identifier(self, token: str) -> Term:
        """`n.gcd` with a local `n` is the function `?.gcd` on `n`: its type is not known here."""
        head, dot, rest = token.partition(".")
        if dot and head in self.local:
            found = name(head)
            for field in rest.split("."):
                found = _applied([name("?." + field), found])
            return found
        return name(token)


def _applied(parts: list[Term]) -> Term:
    first = parts[0]
    if first.head == "app":
        return Term("app", (*first.args, *parts[1:]))
    return Term("app", tuple(parts))


@lru_cache(maxsize=20000)
def _parse(text: str, local: frozenset[str]) -> Term:
    try:
        parser = _Parser(text, local)
        term = parser.term()
        if parser.peek():
            return Term("opaque", (), text)
        return term
    except (_UnreadableError, RecursionError):
        return Term("opaque", (), text)


def parse_term(text: str, local: Collection[str] = ()) -> Term:
    """`local` are the names of variables, so that `n.gcd m` can be told from `Nat.gcd n m`."""
    return _parse(text, frozenset(local))
