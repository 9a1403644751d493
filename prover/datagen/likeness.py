"""How alike two problems are in words: by n-grams of words and formulas, with the names of variables numbered.

LaTeX and plain text are read to the same tokens, as far as that can be told from signs; a variable is a letter that
stands alone, and is numbered anew in every n-gram. Two texts are alike from `ALIKE` of common 3-grams on (Jaccard), or
where `COVERED` of the one stands in the other in runs of 8 tokens. On the bundled problems no two of different splits
are that alike, nor two of miniF2F's validation split. Limits: the same problem in other words is not seen here; its
statement is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SHORT, LONG = 3, 8
ALIKE = 0.65
COVERED = 0.8
_COMMON = 200
"""An n-gram that more texts have in common than this says nothing of them."""

_LAYOUT = re.compile(
    r"\\(?:left|right|big|Big|quad|qquad|displaystyle|text|mathrm|mathbf|mathbb|operatorname|[,;!: ])(?![A-Za-z])"
)
_SAME = (
    (re.compile(r"\\(?:leq?|leqslant)(?![A-Za-z])|<="), "≤"),
    (re.compile(r"\\(?:geq?|geqslant)(?![A-Za-z])|>="), "≥"),
    (re.compile(r"\\neq?(?![A-Za-z])|!="), "≠"),
    (re.compile(r"\\(?:cdot|times|ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\mid(?![A-Za-z])"), "∣"),
    (re.compile(r"\\equiv(?![A-Za-z])"), "≡"),
    (re.compile(r"\\[dt]?frac(?![A-Za-z])"), "/"),
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")
_DROPPED = re.compile(r"[$\\{}_]")

Gram = tuple[str, ...]


def tokens(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a text."""
    text = _LAYOUT.sub(" ", text)
    for pattern, sign in _SAME:
        text = pattern.sub(f" {sign} ", text)
    return tuple(_TOKEN.findall(_DROPPED.sub(" ", text).lower()))


def _grams(words: Sequence[str], n: int) -> list[Gram]:
    """In order; a text shorter than `n` is one n-gram."""
    if not words:
        return []
    if len(words) <= n:
        return [_numbered(words)]
    return [_numbered(words[at : at + n]) for at in range(len(words) - n + 1)]


def _numbered(words: Sequence[str]) -> Gram:
    numbers: dict[str, str] = {}
    return tuple(
        numbers.setdefault(word, f"#{len(numbers)}") if len(word) == 1 and word.isalpha() else word
        for word in words
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """The text that one is alike to: by `3-grams` in common, or by how much of it is `covered`."""

    key: str
    measure: str
    value: float


class Texts:
    """Texts by key, to be looked through for one that is alike."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._words = {key: tokens(text) for key, text in texts.items()}
        self._short = {key: frozenset(_grams(words, SHORT)) for key, words in self._words.items()}
        self._long = {key: _grams(words, LONG) for key, words in self._words.items()}
        self._having = _index(self._short), _index(self._long)

    def like(self, text: str, *, but: str = "") -> list[Alike]:
        """All that are alike, the likest first; never the one of key `but`."""
        words = tokens(text)
        if not words:
            return []
        found: dict[str, Alike] = {}
        short, long = frozenset(_grams(words, SHORT)), _grams(words, LONG)
        for key, common in _common(self._having[0], short).items():
            value = common / len(short | self._short[key])
            if value >= ALIKE and key != but:
                found[key] = Alike(key, f"{SHORT}-grams in common", value)
        for key in _common(self._having[1], long):
            if key == but or key in found:
                continue
            whole = _covered(self._long[key], frozenset(long), len(self._words[key]))
            part = _covered(long, frozenset(self._long[key]), len(words))
            value = max(whole, part)
            if value >= COVERED:
                which = "of the other" if whole >= part else "of it"
                found[key] = Alike(key, f"share {which} in runs of {LONG} tokens", value)
        return sorted(found.values(), key=lambda one: (-one.value, one.key))


def _covered(grams: Sequence[Gram], others: frozenset[Gram], length: int) -> float:
    """The share of a text's tokens that lie in one of the others' n-grams. A text too short for one says nothing."""
    if length < LONG:
        return 0.0
    covered: set[int] = set()
    for at, gram in enumerate(grams):
        if gram in others:
            covered.update(range(at, at + LONG))
    return len(covered) / length


def _index(grams: Mapping[str, Iterable[Gram]]) -> dict[Gram, list[str]]:
    having: dict[Gram, list[str]] = {}
    for key, own in grams.items():
        for gram in dict.fromkeys(own):
            having.setdefault(gram, []).append(key)
    return having


def _common(having: Mapping[Gram, list[str]], grams: Iterable[Gram]) -> Counter[str]:
    """How many n-grams each text has in common with these, for texts that share one which is not everywhere."""
    distinct = list(dict.fromkeys(grams))
    telling = {
        key for gram in distinct if len(having.get(gram, ())) <= _COMMON for key in having.get(gram, ())
    }
    if not telling:
        return Counter()
    return Counter(key for gram in distinct for key in having.get(gram, ()) if key in telling)
