"""What the samples of a problem came to, and pass@k from them.

A sample is a first draft with the corrections that follow on it; the hammer's try before them is none. Where a run drew
all samples of every problem, each problem's share of correct ones gives the unbiased estimator for every k that no
problem was cut short of. Where it stopped at the first proof, how many were drawn depends on the outcome and that
estimator would be wrong; but samples are judged in the order in which they were drawn, so "a proof among the first k"
is known, and unbiased, for every k that each open problem got to. With corrections, round after round over all drafts,
that holds for all of them together only. Limits: samples are taken as exchangeable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from prover.config import RunConfig
from prover.types import Attempt, Trace, audited

_HAMMER = "hammer"


@dataclass(frozen=True, slots=True)
class Draws:
    """The samples of one problem."""

    judged: int
    """How many were; a search that proposed nothing counts as one."""
    correct: int
    first: int | None
    """Which one led to the first proof, from 1; 0 where no sample was needed for it."""
    corrected: bool = False


def draws_of(trace: Trace) -> Draws:
    """The samples of a trace whose attempts are for the problem's own statement."""
    own = trace.own_steps
    roots, correct = _roots(trace)
    first = None
    if correct:
        first = roots.index(correct[0]) + 1 if correct[0] in roots else 0
    judged = max(1, len(roots))
    return Draws(
        judged,
        min(judged, len(set(correct))),
        first,
        any(attempt.parent_id is not None for attempt, _ in own),
    )


def sampled(trace: Trace) -> tuple[int, int]:
    """(samples, those that led to a proof), with the hammer's own try left out of both."""
    drawn, proved = samples_of(trace)
    return len(drawn), len(proved)


def samples_of(trace: Trace) -> tuple[list[str], set[str]]:
    """As `sampled`, each sample by the id of its first draft."""
    roots, correct = _roots(trace)
    return roots, set(correct) & set(roots)


def _roots(trace: Trace) -> tuple[list[str], list[str]]:
    """The samples in their order, without the hammer's try; and what each proof in its order goes back to."""
    own = trace.own_steps
    parents = {attempt.id: attempt.parent_id for attempt, _ in own}
    authors = {attempt.id: attempt.author for attempt, _ in own}

    def root_of(attempt: Attempt) -> str:
        root, way = attempt.id, {attempt.id: None}
        while (parent := parents.get(root)) is not None:
            if parent in way:
                # A trace that was read from a file may go round in a circle: all of that is one sample.
                passed = list(way)
                return min(passed[passed.index(parent) :])
            root = parent
            way[root] = None
        return root

    roots = list(dict.fromkeys(root_of(a) for a, _ in own if authors.get(root_of(a)) != _HAMMER))
    return roots, [root_of(attempt) for attempt, verdict in own if audited(verdict)]


def drew_all(config: RunConfig) -> bool:
    """The run went on to the last sample of a problem that was proved before."""
    return config.policy_settings.get("stop_at_first") is False


def pass_values(
    draws: Sequence[Draws], *, all_drawn: bool, also: Sequence[int] = ()
) -> dict[int, list[float]]:
    """For each k that is known, in powers of two, the largest, and those of `also`: every problem's pass@k. `all_drawn`
    as `drew_all`; a problem that a budget cut short bounds k by the samples that it got."""
    if not draws:
        return {}
    # A problem that needed no sample bounds nothing.
    open_draws = [drawn for drawn in draws if drawn.first != 0] or draws
    if all_drawn:
        ks = _powers(min(drawn.judged for drawn in open_draws), also)
        return {k: [_all_drawn(drawn, k) for drawn in draws] for k in ks}
    failed = {drawn.judged for drawn in draws if drawn.first is None}
    most = min(failed) if failed else max(drawn.judged for drawn in draws)
    ks = _powers(most, also)
    if any(drawn.corrected for drawn in draws):
        ks = [most] if len(failed) < 2 else []
    return {k: [float(drawn.first is not None and drawn.first <= k) for drawn in draws] for k in ks}


def _all_drawn(drawn: Draws, k: int) -> float:
    return 1.0 if drawn.first == 0 else pass_at_k(drawn.judged, drawn.correct, k)


def _powers(most: int, also: Sequence[int]) -> list[int]:
    return sorted({2**power for power in range(most.bit_length())} | {most} | {k for k in also if k <= most})


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """Chance that k of `samples` draws without replacement hold one of the `correct`: `1 - C(n-c,k) / C(n,k)`.

    The unbiased estimator of Chen et al., "Evaluating Large Language Models Trained on Code", section 2.1,
    correctly rounded for any size. Raises `ValueError` unless `0 <= c <= n` and `1 <= k <= n`.
    """
    if not (0 <= correct <= samples and 1 <= k <= samples):
        raise ValueError(f"pass@k needs 0 <= c <= n and 1 <= k <= n, not n={samples}, c={correct}, k={k}")
    # C(n-c,k) / C(n,k) = C(n-k,c) / C(n,c): the smaller of the two keeps the integers small.
    small, other = min(correct, k), max(correct, k)
    missed, all_draws = math.comb(samples - other, small), math.comb(samples, small)
    return (all_draws - missed) / all_draws
