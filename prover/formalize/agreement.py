"""Agreement among candidates: which say the same, as far as Lean proves it, and which cluster is the best.

A candidate is compared with the representative of each cluster that there is, in the order of drafting; equal shapes
need no proof. "Implies" in one direction joins nothing. A cluster's votes are the samples that came to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from prover.formalize.equivalence import Comparer
from prover.formalize.result import Candidate, Cluster, Comparison, FilterStatus, Relation

_STANDING = {FilterStatus.PASSED: 0, FilterStatus.UNKNOWN: 1, FilterStatus.SKIPPED: 1}


async def agree(
    candidates: Sequence[Candidate], comparer: Comparer
) -> tuple[list[Cluster], list[Comparison]]:
    """Clusters in the order of their first members, and what Lean was asked to find them."""
    clusters: list[list[Candidate]] = []
    asked: list[Comparison] = []
    for candidate in candidates:
        home = next((c for c in clusters if candidate.shape and c[0].shape == candidate.shape), None)
        for cluster in clusters if home is None else ():
            assert candidate.statement is not None
            assert cluster[0].statement is not None
            found = await comparer.comparison(
                cluster[0].id, cluster[0].statement, cluster[0].shape, candidate.statement, candidate.shape
            )
            asked.append(replace(found, right=candidate.id))
            if found.relation is Relation.EQUIVALENT:
                home = cluster
                break
        if home is None:
            clusters.append([candidate])
        else:
            home.append(candidate)
    return [_cluster(members) for members in clusters], asked


def _cluster(members: Sequence[Candidate]) -> Cluster:
    """The representative has the fewest flags, and is the earliest of these."""
    representative = min(members, key=lambda one: len(one.flags))
    return Cluster(tuple(one.id for one in members), len(members), representative.id)


def best_first(clusters: Sequence[Cluster], candidates: Mapping[str, Candidate]) -> list[Cluster]:
    """Faithful by the judge before not judged before unfaithful, then by votes, by flags, by who was first."""

    def rank(cluster: Cluster) -> tuple[int, int, int]:
        representative = candidates[cluster.representative]
        judged = representative.result("faithful")
        standing = _STANDING.get(judged.status, 2) if judged is not None else 1
        return standing, -cluster.votes, len(representative.flags)

    return sorted(clusters, key=rank)
