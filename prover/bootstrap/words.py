"""Problems that say the same in words: equal up to capitals and punctuation, however short.

Some sets give all problems of a kind the same words ("Quantifiers, one at a time."). What stands at many different
statements is such a heading and tells no problem from another: `headings` finds them among all that is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from prover.bootstrap.fingerprint import Fingerprint, word_grams

LEAST_WORDS = 3
"""Words and signs without which a text is no problem's own."""
HEADING = 4
"""From so many clusters of statements on, equal words are a heading."""
_PART = re.compile(r"[^\W_]+|[^\w\s.,;:!?$'\"“”‘’]")


def phrase(text: str) -> str:
    """All words and signs of a text in their order; empty where there are hardly any."""
    parts = _PART.findall(text.lower())
    return " ".join(parts) if len(parts) >= LEAST_WORDS else ""


def headings(known: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Of texts, each with the cluster of its statement: those that are no problem's own."""
    clusters: dict[str, set[str]] = defaultdict(set)
    for text, cluster in known:
        clusters[phrase(text)].add(cluster)
    return frozenset(words for words, found in clusters.items() if len(found) >= HEADING)


def with_words(one: Fingerprint, texts: Collection[str], headings: Collection[str] = ()) -> Fingerprint:
    """The fingerprint of a statement with all that its sources say in words."""
    phrases = {words for words in map(phrase, texts) if words and words not in headings}
    grams = one.words.union(*map(word_grams, texts))
    return replace(one, words=grams, phrases=one.phrases | phrases)
