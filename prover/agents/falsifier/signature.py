"""A statement's signature taken apart, and the statements made of it: its negation, and the vacuity of its hypotheses.

Pure text over Lean's tokens; raises `LeanTextError` for a signature without a type or with an open bracket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prover.syntax import LeanTextError, Token, code, tokenize
from prover.types import NEGATED, Statement

_CLOSING = {"(": ")", "{": "}", "[": "]", "⦃": "⦄", "⟨": "⟩"}


@dataclass(frozen=True, slots=True)
class Binder:
    """`names` may be empty for an instance, `type` for a bare name."""

    names: tuple[str, ...]
    type: str
    bracket: str
    """`(`, `{`, `[` or `⦃`; empty for a bare name."""


@dataclass(frozen=True, slots=True)
class Signature:
    universes: str
    """`.{u, v}`, or empty."""
    binders: tuple[Binder, ...]
    binder_text: str
    goal: str


def read_signature(text: str) -> Signature:
    """The binders and the goal of `BINDERS : GOAL`."""
    tokens = code(tokenize(text))
    begin = 0
    if len(tokens) > 1 and tokens[0].text == "." and tokens[1].text == "{":
        begin = _matching(tokens, 1) + 1
    universes = text[: tokens[begin - 1].end] if begin else ""
    binders: list[Binder] = []
    index = begin
    while index < len(tokens) and tokens[index].text != ":":
        if tokens[index].text in _CLOSING:
            end = _matching(tokens, index)
            binders.append(_bracketed(text, tokens[index : end + 1]))
            index = end + 1
        else:
            binders.append(Binder((tokens[index].text,), "", ""))
            index += 1
    if index + 1 >= len(tokens):
        raise LeanTextError("a signature without a type", len(text))
    first = tokens[begin].start
    return Signature(
        universes,
        tuple(binders),
        text[first : tokens[index].start].strip(),
        text[tokens[index].end : tokens[-1].end].strip(),
    )


def negation(statement: Statement) -> Statement:
    """`NAME_neg : ¬ (∀ BINDERS, GOAL)`; a proof of it refutes the statement."""
    parts = read_signature(statement.signature)
    closed = f"∀ {parts.binder_text}, {parts.goal}" if parts.binder_text else parts.goal
    end = "\n)" if "--" in closed else ")"  # a comment at the end of the goal must not take the bracket
    text = f"{parts.universes} : ¬ ({closed}{end}".strip()
    return Statement(f"{statement.name}{NEGATED}", text, statement.header)


def vacuous(statement: Statement) -> Statement:
    """`NAME_vacuous BINDERS : False`; a proof of it shows that the hypotheses contradict each other.

    Hypotheses behind the colon count, too: of `∀ x, P x → Q x` it is `∀ x, P x → False`.
    """
    parts = read_signature(statement.signature)
    text = f"{parts.universes} {parts.binder_text} : {parts.goal[: _conclusion(parts.goal)]}False".strip()
    return Statement(f"{statement.name}_vacuous", " ".join(text.split(" ")), statement.header)


_REACHING = frozenset({"∀", "∃", "∃!", "fun", "λ", "∑", "∏", "let", "have", "if"})
"""What reaches over everything to its right."""


_BOUNDING = frozenset({":", "<", "≤", ">", "≥", "∈"})
"""What gives the variables of a binder their type."""


def _conclusion(goal: str) -> int:
    """Where the conclusion of `∀ x : ℕ, P x → Q x` begins: behind the leading binders and arrows; 0 where the goal has
    no hypotheses, or a variable whose type only the conclusion may tell."""
    tokens = code(tokenize(goal))
    begin, hypotheses = 0, False
    while begin < len(tokens):
        if tokens[begin].text == "∀":
            end = next((i for i in _top(tokens, begin) if tokens[i].text == ","), None)
            if end is None or not any(token.text in _BOUNDING for token in tokens[begin:end]):
                return 0
        else:
            reach = next((i for i in _top(tokens, begin) if tokens[i].text in _REACHING), len(tokens))
            open_ones = [i for i in _top(tokens, begin) if i < reach]
            end = next((i for i in open_ones if tokens[i].text == "→"), None)
            if end is None or any(tokens[i].text == "↔" for i in open_ones):  # which binds weaker than `→`
                break
            hypotheses = True
        begin = end + 1
    return tokens[begin].start if hypotheses and begin < len(tokens) else 0


def _top(tokens: list[Token], begin: int) -> Iterator[int]:
    """Places of the tokens from `begin` that stand in no bracket."""
    depth = 0
    for index in range(begin, len(tokens)):
        depth -= tokens[index].text in _CLOSING.values()
        if depth == 0:
            yield index
        depth += tokens[index].text in _CLOSING


def _matching(tokens: list[Token], index: int) -> int:
    depth = 0
    for at in range(index, len(tokens)):
        depth += (tokens[at].text in _CLOSING) - (tokens[at].text in _CLOSING.values())
        if depth == 0:
            return at
    raise LeanTextError("a bracket is left open in the statement", tokens[index].start)


def _bracketed(text: str, tokens: list[Token]) -> Binder:
    inner = tokens[1:-1]
    colon = next((i for i, t in enumerate(inner) if t.text == ":" and _depth(inner[:i]) == 0), None)
    if colon is None:
        whole = text[tokens[0].end : tokens[-1].start].strip()
        instance = tokens[0].text == "["
        names = () if instance else tuple(t.text for t in inner)
        return Binder(names, whole if instance else "", tokens[0].text)
    kind = text[inner[colon].end : tokens[-1].start].strip()
    return Binder(tuple(t.text for t in inner[:colon]), kind, tokens[0].text)


def _depth(tokens: list[Token]) -> int:
    return sum((t.text in _CLOSING) - (t.text in _CLOSING.values()) for t in tokens)
