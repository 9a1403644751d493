"""Which split a problem's examples are in: everything that is one problem, under whatever id or statement, in one.

Problems of one cluster are one, and so are those that share an id, for an example names its problem by that, and those
that say the same in words, for they are formalizations of one text. The split is that of the least of their clusters:
it follows from what the problems say, whatever their order. Limits: a problem goes over to the other side where a twin
by id or words comes to it whose cluster is less and lies there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prover.bootstrap.fingerprint import split_of


class Splits:
    """`problems` are given by cluster, ids and phrases (`prover.bootstrap.words`), `shares` as to `split_of`."""

    def __init__(
        self,
        problems: Iterable[tuple[str, Iterable[str], Iterable[str]]],
        shares: Mapping[str, float],
        seed: int = 0,
    ) -> None:
        self._shares, self._seed = dict(shares), seed
        self._above: dict[tuple[str, str], tuple[str, str]] = {}
        for cluster, ids, phrases in problems:
            for other in (*(("id", name) for name in ids), *(("words", words) for words in phrases)):
                self._join(("cluster", cluster), other)

    def of(self, cluster: str) -> str:
        return split_of(self._root(("cluster", cluster))[1], self._shares, self._seed)

    def _root(self, node: tuple[str, str]) -> tuple[str, str]:
        root = node
        while (above := self._above.get(root, root)) != root:
            root = above
        while node != root:
            self._above[node], node = root, self._above[node]
        return root

    def _join(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        # Clusters come before ids and words, so that the root of a problem is the least of its clusters.
        least, more = sorted((self._root(one), self._root(other)))
        self._above[more] = least
