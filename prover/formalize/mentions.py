"""What the words name and the statement should name too: the answer, the variables, the numbers. Pure text.

An answer is compared as a number wherever it is one: `\\frac{3}{4}`, `0.75`, `3/4`, `1,000`, `$12$`, `\\boxed{7}`, or
a list of such. Where it is no number nothing is said of it. Names are the single letters between `$…$`; they are looked
for among the identifiers of the statement. All this tells what to look at, not what is wrong.
"""

from __future__ import annotations

import re
from fractions import Fraction

from prover import syntax
from prover.syntax import Kind, LeanTextError, Token

_MAX_DIGITS = 60
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_FRACTION = re.compile(r"([+-]?)\\[dt]?frac\{\s*([+-]?\d+)\s*\}\{\s*(\d+)\s*\}")
_SLASH = re.compile(r"([+-]?\d+)\s*/\s*(\d+)")
_THOUSANDS = re.compile(r"(?<=\d)(?:,|\{,\}|\\,|\s)(?=\d{3}(?!\d))")
_DRESS = re.compile(r"\\(?:boxed|text|mathrm|left|right|displaystyle)|[${}()\[\]]|\\[,;! ]|[.;:]+\s*$")
_LABEL = re.compile(r"^[A-Za-z]\s*=\s*")
_MATH = re.compile(r"\$\$?([^$]{1,2000})\$\$?|\\\(([^)]{1,2000})\\\)")
_COMMAND = re.compile(r"\\[A-Za-z]+(?:\{[A-Za-z]+\})?")
_LETTER = re.compile(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])")


def answer_values(answer: str) -> tuple[Fraction, ...]:
    """The numbers that an answer is; empty where it is something else."""
    text = _FRACTION.sub(lambda m: f"{m[1]}{m[2]}/{m[3]}", answer.strip().replace("−", "-"))
    text = _DRESS.sub(" ", _THOUSANDS.sub("", text)).strip()
    parts = [part.strip() for part in re.split(r",|;|\band\b|\bor\b", text) if part.strip()]
    values = [_value(_LABEL.sub("", part)) for part in parts]
    found = tuple(value for value in values if value is not None)
    return found if len(found) == len(values) else ()


def _value(text: str) -> Fraction | None:
    if len(text) > _MAX_DIGITS:
        return None
    if match := _SLASH.fullmatch(text):
        return Fraction(int(match[1]), int(match[2])) if int(match[2]) else None
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def numbers_in(signature: str) -> set[Fraction]:
    """The numbers that a statement writes down: numerals, with a sign before them, and quotients of two numerals."""
    try:
        tokens = syntax.code(syntax.tokenize(signature))
    except LeanTextError:
        return set()
    found: set[Fraction] = set()
    for at, token in enumerate(tokens):
        value = _numeral(token)
        if value is None:
            continue
        values = {value}
        divisor = _numeral(tokens[at + 2]) if at + 2 < len(tokens) and tokens[at + 1].text == "/" else None
        if divisor:
            values.add(value / divisor)
        if at and tokens[at - 1].text == "-":
            values |= {-one for one in values}
        found |= values
    return found


def _numeral(token: Token) -> Fraction | None:
    plain = token.text.replace("_", "")
    if token.kind is not Kind.NUMBER or len(plain) > _MAX_DIGITS:
        return None
    return Fraction(plain) if _NUMBER.fullmatch(plain) else None


def missing_answers(answer: str, signature: str) -> list[str]:
    """Those numbers of the answer that the statement does not write down."""
    written = numbers_in(signature)
    return [str(value) for value in answer_values(answer) if value not in written]


def names_in(words: str) -> list[str]:
    """The single letters that the words use in formulas, in the order of their first use."""
    letters: dict[str, None] = {}
    for match in _MATH.finditer(words):
        formula = _COMMAND.sub(" ", match[1] or match[2] or "")
        letters |= dict.fromkeys(_LETTER.findall(formula))
    return list(letters)


def missing_names(words: str, signature: str) -> list[str]:
    """Those of them that are no identifier, nor the beginning of one, in the statement."""
    try:
        tokens = syntax.code(syntax.tokenize(signature))
    except LeanTextError:
        return []
    idents = [token.text for token in tokens if token.kind is Kind.IDENT]
    initials = {name.rstrip("₀₁₂₃₄₅₆₇₈₉0123456789'_") for name in idents}
    return [name for name in names_in(words) if name not in initials]
