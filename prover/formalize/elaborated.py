"""A statement as Lean understood it: fully elaborated terms, read from Lean's own `pp.all` print.

`elaborate` asks for the print with every variable and hypothesis introduced; `parse_term` reads one term. The grammar
is that of `pp.all`: constants with universes, `@`, applications, binders, numerals. Universe arguments are dropped, and
numerals (`OfNat.ofNat T n _`) become `Literal`s. Limits: what the print abbreviates (`⋯` for proofs) is kept as a
constant of that name; a print that cannot be read raises `TermTextError`, which says where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prover.agents.hammer.goals import parse_goal
from prover.errors import InfraError
from prover.lean.protocol import Checker, Limits
from prover.types import Statement

_OPTIONS = "pp.all true", "pp.deepTerms true", "pp.maxSteps 200000", "pp.proofs true", "pp.mvars true"
_PRINT = "intros\n" + " ".join(f"set_option {option} in" for option in _OPTIONS) + " fail"
_MAX_DEPTH = 250


class TermTextError(ValueError):
    """The print is not of the grammar that is read here."""


@dataclass(frozen=True, slots=True)
class Const:
    """A constant, a variable, or a universe-free sort (`Prop`, `Type`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A numeral of a type: `type` is the type's term."""

    value: int
    type: Term


@dataclass(frozen=True, slots=True)
class App:
    """`args` are all arguments, implicit and instance ones too."""

    function: Term
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    """`kind` is `∀`, `fun` or `let`. An arrow is a `∀` whose `name` is empty."""

    kind: str
    name: str
    type: Term
    body: Term


Term = Const | Literal | App | Bind


@dataclass(frozen=True, slots=True)
class Local:
    name: str
    type: Term


@dataclass(frozen=True, slots=True)
class Elaborated:
    """Variables and hypotheses in order, and what is to be proved of them."""

    locals: tuple[Local, ...]
    target: Term


async def elaborate(statement: Statement, checker: Checker, limits: Limits | None = None) -> Elaborated:
    """The statement with everything introduced. Raises `InfraError` where Lean gives no answer, `TermTextError`
    where its answer is not understood; the caller knows already that the statement elaborates."""
    probes = await checker.probe(statement, [_PRINT], limits)
    answer = probes.answers[0]
    if not answer.answered or not answer.error:
        raise InfraError(f"{statement.name}: Lean did not print the statement: {answer.error or 'no answer'}")
    return parse_print(answer.error)


def parse_print(text: str) -> Elaborated:
    """Read the goal that a failing tactic printed. The first line is Lean's complaint."""
    goal = parse_goal(text.partition("\n")[2])
    if not goal.target:
        raise TermTextError("the print holds no goal")
    variables = tuple(Local(h.name, parse_term(h.type)) for h in goal.hypotheses)
    return Elaborated(variables, parse_term(goal.target))


_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\")|(?P<number>\d+)"
    r"|(?P<symbol>=>|:=|→|∀|λ|@|[(){}\[\]⟨⟩,:;]|\.\{[^}]*\})"
    r"|(?P<name>(?:[^\s(){}\[\]⟨⟩,:;@«.]|:(?!=)(?!\s)|\.(?!\{)|«[^»]*»)+))",
    re.S,
)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, text = 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise TermTextError(f"unexpected {text[place : place + 20]!r}")
        place = match.end()
        kind = match.lastgroup or ""
        if kind == "symbol" and match[kind].startswith(".{"):
            continue  # universe arguments
        yield kind, match[kind]
    yield "end", ""


def parse_term(text: str) -> Term:
    """Read one term. Raises `TermTextError`."""
    parser = _Parser(list(_tokens(text)))
    term = parser.term()
    if parser.kind != "end":
        raise TermTextError(f"expected the end, found {parser.text!r}")
    return term


class _Parser:
    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def text(self) -> str:
        return self._tokens[self._at][1]

    def _is(self, *texts: str) -> bool:
        return self.kind in ("symbol", "name") and self.text in texts

    def _next(self) -> str:
        text = self.text
        self._at += 1
        return text

    def _take(self, text: str) -> None:
        if not self._is(text):
            raise TermTextError(f"expected {text!r}, found {self.text!r}")
        self._at += 1

    def term(self) -> Term:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise TermTextError("nested too deeply")
        try:
            if self._is("∀"):
                return self._binding("∀", ",")
            if self._is("fun", "λ"):
                return self._binding("fun", "=>")
            if self._is("let", "have"):
                return self._let()
            left = self._bracketed_binder() if self._is("{", "[") else self._application()
            if self._is("→"):
                self._at += 1
                return Bind("∀", "", left, self.term())
            return left
        finally:
            self._depth -= 1

    def _binding(self, kind: str, end: str) -> Term:
        self._at += 1
        binders: list[tuple[str, Term]] = []
        while not self._is(end):
            binders += self._binder()
        self._at += 1
        body = self.term()
        for name, domain in reversed(binders):
            body = Bind(kind, name, domain, body)
        return body

    def _binder(self) -> list[tuple[str, Term]]:
        if self.kind == "name":
            return [(self._next(), Const("_"))]
        opener = self._next()
        closer = {"(": ")", "{": "}", "[": "]", "⦃": "⦄"}.get(opener)
        if closer is None:
            raise TermTextError(f"expected a binder, found {opener!r}")
        names = []
        start = self._at
        while self.kind == "name":
            names.append(self._next())
        if not names or not self._is(":"):
            self._at, names = start, [""]  # an instance without a name
        else:
            self._at += 1
        domain = self.term()
        self._take(closer)
        return [(name, domain) for name in names]

    def _bracketed_binder(self) -> Term:
        """`[Inst] → …` and `{x : T} → …`, as dependent arrows are printed."""
        (name, domain), *more = self._binder()
        if more or not self._is("→"):
            raise TermTextError("expected an arrow after a binder")
        self._at += 1
        return Bind("∀", name, domain, self.term())

    def _let(self) -> Term:
        self._at += 1
        name = self._next()
        domain: Term = Const("_")
        if self._is(":"):
            self._at += 1
            domain = self.term()
        self._take(":=")
        value = self.term()
        self._take(";")
        return App(Bind("let", name, domain, self.term()), (value,))

    def _application(self) -> Term:
        function = self._atom()
        args: list[Term] = []
        while (self.kind in ("name", "number", "string") and not self._is("let", "have")) or self._is(
            "(", "@", "⟨"
        ):
            if self._is("fun", "λ"):
                args.append(self.term())
                break
            args.append(self._atom())
        if self._is("λ", "∀"):
            args.append(self.term())
        return _apply(function, tuple(args))

    def _atom(self) -> Term:
        if self._is("@"):
            self._at += 1
        if self._is("("):
            self._at += 1
            inner = self.term()
            if self._is(":"):  # a type ascription
                self._at += 1
                self.term()
            self._take(")")
            return inner
        if self.kind == "number":
            return Literal(int(self._next()), Const("_"))
        if self.kind in ("name", "string"):
            return Const(self._next())
        raise TermTextError(f"expected a term, found {self.text!r}")


def _apply(function: Term, args: tuple[Term, ...]) -> Term:
    if not args:
        return function
    if function == Const("nat_lit") and isinstance(args[0], Literal):
        return _apply(args[0], args[1:])
    if function == Const("OfNat.ofNat") and len(args) == 3 and isinstance(args[1], Literal):
        return Literal(args[1].value, args[0])
    if isinstance(function, App):
        return App(function.function, function.args + args)
    return App(function, args)


def children(term: Term) -> tuple[Term, ...]:
    """The terms right under one."""
    if isinstance(term, App):
        return (term.function, *term.args)
    if isinstance(term, Bind):
        return term.type, term.body
    return (term.type,) if isinstance(term, Literal) else ()


def call(term: Term) -> tuple[str, tuple[Term, ...]]:
    """Name of the constant applied and its arguments; an empty name for what is no application of a constant."""
    if isinstance(term, App) and isinstance(term.function, Const):
        return term.function.name, term.args
    return (term.name, ()) if isinstance(term, Const) else ("", ())


def free_names(term: Term) -> set[str]:
    """Names that occur and are not bound in the term: variables of the context, and constants."""
    found: set[str] = set()
    stack: list[tuple[Term, frozenset[str]]] = [(term, frozenset())]
    while stack:
        current, bound = stack.pop()
        if isinstance(current, Const):
            if current.name not in bound:
                found.add(current.name)
        elif isinstance(current, Bind):
            stack += [(current.type, bound), (current.body, bound | {current.name})]
        else:
            stack += [(child, bound) for child in children(current)]
    return found
