"""Aligned examples for a formalizer's prompt: problems in words with their Lean statements, found by likeness.

Likeness is that of the lemma memory (BM25 over words and Lean, or embeddings). An example never gives the problem away:
left out is what has the problem's id, its statement, nearly its words, or nearly its statement; and what stands under
another header, for it might not elaborate under ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from prover.agents.values import Aligned
from prover.problems import load_problems, resolve_benchmark
from prover.search.memory import Embed, LemmaMemory, Proved, terms_of
from prover.types import Header, Problem, Statement

NEAR = 0.5
"""From this part of common word triples on (Jaccard), two texts are nearly the same."""
ALIKE = 0.75
"""From this part of the smaller one's words on, and four of them, two texts speak of the same, in whatever order."""
_LEAST = 4
_SPARE = 24
"""How many more than are wanted are looked at, for those that are left out."""
_MAX_WORDS = 2_000
_CONTENT = re.compile(r"[a-z]{2,}|\d+")
_EMPTY = frozenset(
    """the an of is are be and or that for to in with by as if then let show prove find every all any each such there
    where it its their this on at from have has we so not suppose given what how many which""".split()  # noqa: SIM905
)
"""Words that say nothing of what a problem is about."""


class Examples:
    """A pool. Used are problems that have words and a statement, and are not false on purpose."""

    def __init__(self, problems: Iterable[Problem], embed: Embed | None = None) -> None:
        self._memory = LemmaMemory(None, embed)
        self._by_id: dict[str, Problem] = {}
        for problem in problems:
            statement, words = problem.statement, problem.informal_statement
            usable = statement is not None and words.strip() and len(words) <= _MAX_WORDS
            if statement is None or not usable or problem.meta.get("truth", "").lower() == "false":
                continue
            if self._memory.add(Proved(statement, "", words, problem.id)):
                self._by_id[problem.id] = problem

    def __len__(self) -> int:
        return len(self._by_id)

    def like(self, problem: Problem, header: Header, n: int) -> list[Aligned]:
        """Up to `n` examples that are most like a problem, the best last, where a prompt's reader sees it last."""
        if n < 1 or not problem.informal_statement.strip():
            return []
        query = Statement("query", "", header)
        found = self._memory.like(query, problem.informal_statement, n + _SPARE)
        kept = [
            Aligned(one.problem, one.words, one.statement.name, one.statement.signature)
            for one in found
            if _fits(one.statement.header, header) and not gives_away(self._by_id[one.problem], problem)
        ]
        return kept[:n][::-1]

    def close(self) -> None:
        self._memory.close()


def bundled_examples(embed: Embed | None = None) -> Examples:
    """The training split of the bundled problems."""
    return Examples(load_problems(resolve_benchmark("core")[0], split="train").problems, embed)


def gives_away(example: Problem, problem: Problem) -> bool:
    """Whether an example is the problem, or too near to it to be shown."""
    left, right = example.informal_statement, problem.informal_statement
    if example.id == problem.id or nearly_same(left, right) or alike(left, right):
        return True
    mine, its = problem.statement, example.statement
    return mine is not None and its is not None and nearly_same(mine.signature, its.signature)


def nearly_same(left: str, right: str) -> bool:
    """By the triples of words (and symbols) that two texts have in common, capitals and punctuation aside."""
    one, other = _triples(left), _triples(right)
    return bool(one and other) and len(one & other) >= NEAR * len(one | other)


def alike(left: str, right: str) -> bool:
    """By the words that two texts have in common, whatever their order."""
    one, other = (set(_CONTENT.findall(text.lower())) - _EMPTY for text in (left, right))
    common = len(one & other)
    return common >= _LEAST and common >= ALIKE * min(len(one), len(other))


def _triples(text: str) -> set[tuple[str, ...]]:
    words = terms_of(text)
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))} if words else set()


def _fits(its: Header, ours: Header) -> bool:
    return not its.preamble.strip() or its.preamble.strip() == ours.preamble.strip()
