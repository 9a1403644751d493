"""A run's budget given out in rounds: every open problem gets an equal share of what is left.

What problems that end do not use goes to the others in the next round. The shares of a round are kept in the store, so
that a killed run goes on with the very same ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prover.config import Budget
from prover.store import Store
from prover.types import Problem, Spend

_LEAST_LEAN_S = 1.0
_LEAST_USD = 0.001


def next_round(store: Store, open_ones: Sequence[Problem], left: Budget) -> Mapping[str, Budget]:
    """How far each problem that has its turn may go: those of the round under way, or else of the next one.

    `left` is what the run may still use.
    """
    shares = store.shares()
    waiting = [p for p in open_ones if p.id in shares and not shares[p.id].paused]
    if not waiting and open_ones:
        number = 1 + max((share.round for share in shares.values()), default=0)
        count = len(open_ones)
        store.begin_round(number, {p.id: _share(left, count, store.spent(p.id)) for p in open_ones})
        shares, waiting = store.shares(), list(open_ones)
    return {problem.id: shares[problem.id].budget for problem in waiting}


def _share(left: Budget, problems: int, spent: Spend) -> Budget:
    """What a problem has used and its part of what is left; the least is enough to get on. The run keeps its own
    clock."""
    tokens = spent.tokens_in + spent.tokens_out
    seconds = None if left.lean_cpu_s is None else max(_LEAST_LEAN_S, left.lean_cpu_s / problems)
    dollars = None if left.usd is None else max(_LEAST_USD, left.usd / problems)
    return Budget(
        samples=None if left.samples is None else spent.samples + max(1, left.samples // problems),
        tokens=None if left.tokens is None else tokens + max(1, left.tokens // problems),
        lean_cpu_s=None if seconds is None else spent.lean_cpu_s + seconds,
        usd=None if dollars is None else spent.cost_usd + dollars,
    )
