"""What was held out stays out: which statements and texts are too near to a problem that a model will be tested on.

A statement is refused when it has the text or the shape of a held-out one, when its tokens are nearly the same (by
n-grams of code, bound names numbered), or when its words share a run of 13 with a held-out problem's, or are all of a
shorter one's. A text, such as a proof with lemmas of its own, or a prompt that shows one, is refused when a held-out
statement stands in it: word for word, stated anew with other names, or nearly. With `Strictness.CLUSTER` a statement is
also refused for being a held-out one up to its numerals. Limits: equality of meaning beyond shape (`a + b` for `b + a`)
is not decided; statements of fewer than eight n-grams are compared by text and shape only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from prover.agents.fences import fenced_blocks
from prover.bootstrap.claims import Passages, claim, claims, standard
from prover.bootstrap.fingerprint import Fingerprint, code_grams, raw_grams, word_grams

NEAR = 0.8
"""From this part of common n-grams on (Jaccard) two statements are nearly the same."""
INSIDE = 0.8
"""From this part of a held-out statement's n-grams on, a text holds it."""
LEAST_GRAMS = 8


class Strictness(StrEnum):
    SHAPE = "shape"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class Contamination:
    """Why something is refused, and the held-out problem that it is too near to."""

    rule: str
    """`text`, `shape`, `cluster`, `code`, `words` or `inside`."""
    problem: str


class HeldOut:
    """The problems that a model will be tested on."""

    def __init__(self, prints: Mapping[str, Fingerprint], strictness: Strictness = Strictness.SHAPE) -> None:
        self._prints = dict(prints)
        # Of several equal ones the first is named.
        pairs = list(prints.items())[::-1]
        self._keys = {p.key: name for name, p in pairs}
        self._shapes = {p.shape: name for name, p in pairs if p.shape}
        strict = strictness is Strictness.CLUSTER
        self._clusters = {p.cluster: name for name, p in pairs} if strict else {}
        self._code = _index({name: p.code for name, p in prints.items()})
        self._raw = _index({name: p.raw for name, p in prints.items()})
        self._claims = {known: name for name, p in pairs if (known := claim(p.signature))}
        self._passages = Passages({name: p.signature for name, p in prints.items()})
        self._words: dict[int, str] = {}
        self._phrases: dict[str, str] = {}
        for name, one in prints.items():
            for gram in one.words:
                self._words.setdefault(gram, name)
            for words in one.phrases:
                self._phrases.setdefault(words, name)

    def __len__(self) -> int:
        return len(self._prints)

    def like(self, one: Fingerprint) -> Contamination | None:
        """The held-out problem that a statement is too near to, if any."""
        for rule, known, own in (
            ("text", self._keys, one.key),
            ("shape", self._shapes, one.shape),
            ("cluster", self._clusters, one.cluster),
        ):
            if own and own in known:
                return Contamination(rule, known[own])
        if found := self._near(one.code):
            return Contamination("code", found)
        if same := min((self._phrases[words] for words in one.phrases if words in self._phrases), default=""):
            return Contamination("words", same)
        return self._in_words(one.words)

    def inside(self, text: str) -> Contamination | None:
        """The held-out problem that stands in a text, if any: an answer with fenced code, Lean text, or words."""
        for block in dict.fromkeys([text, *(block.text for block in fenced_blocks(text))]):
            if found := self._passages.find(block) or self._stated(block) or self._held_in(block):
                return Contamination("inside", found)
        return self._in_words(word_grams(text))

    def _stated(self, text: str) -> str:
        """The held-out statement that a text states anew."""
        for signature in claims(text):
            if found := self._claims.get(claim(signature)):
                return found
            for form in dict.fromkeys([signature, standard(signature)]):
                if found := self._near(code_grams(form)):
                    return found
        return ""

    def _held_in(self, text: str) -> str:
        """The held-out statement of which a text has most n-grams, if it has enough of any."""
        parts = [
            (common / whole, name)
            for name, common in _common(self._raw, raw_grams(text)).items()
            if common >= INSIDE * (whole := len(self._prints[name].raw)) and whole >= LEAST_GRAMS
        ]
        return max(parts, default=(0.0, ""))[1]

    def _in_words(self, grams: frozenset[int]) -> Contamination | None:
        found = min((self._words[gram] for gram in grams if gram in self._words), default="")
        return Contamination("words", found) if found else None

    def _near(self, grams: frozenset[int]) -> str:
        if len(grams) < LEAST_GRAMS:
            return ""
        near = (
            name
            for name, common in _common(self._code, grams).most_common()
            if common >= NEAR * len(grams | self._prints[name].code)
        )
        return next(near, "")


def _index(grams: Mapping[str, frozenset[int]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for name, own in grams.items():
        for gram in own:
            found[gram].append(name)
    return dict(found)


def _common(index: Mapping[int, list[str]], grams: frozenset[int]) -> Counter[str]:
    """How many n-grams each has in common with these; in an order that does not depend on hashes."""
    return Counter(sorted(name for gram in grams for name in index.get(gram, ())))
