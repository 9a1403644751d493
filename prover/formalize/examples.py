"""Aligned examples for a formalizer's prompt: problems in words with their Lean statements, found by likeness.

Likeness is that of the lemma memory (BM25 over words and Lean, or embeddings). An example never gives the problem away:
left out is what has the problem's id, its statement, nearly its words, or nearly its statement; and what stands under
another header, for it might not elaborate under ours.
"""

from __future__ import annotations

from collections.abc import Iterable

from prover.agents.values import Aligned
from prover.problems import load_problems, resolve_benchmark
from prover.search.memory import Embed, LemmaMemory, Proved, terms_of
from prover.types import Header, Problem, Statement

NEAR = 0.5
"""From this part of common word triples on (Jaccard), two texts are nearly the same."""
_SPARE = 24
"""How many more than are wanted are looked at, for those that are left out."""
_MAX_WORDS = 2_000


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
    if example.id == problem.id or nearly_same(example.informal_statement, problem.informal_statement):
        return True
    mine, its = problem.statement, example.statement
    return mine is not None and its is not None and nearly_same(mine.signature, its.signature)


def nearly_same(left: str, right: str) -> bool:
    """By the triples of words (and symbols) that two texts have in common, capitals and punctuation aside."""
    one, other = _triples(left), _triples(right)
    return bool(one and other) and len(one & other) >= NEAR * len(one | other)


def _triples(text: str) -> set[tuple[str, ...]]:
    words = terms_of(text)
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))} if words else set()


def _fits(its: Header, ours: Header) -> bool:
    return not its.preamble.strip() or its.preamble.strip() == ours.preamble.strip()
