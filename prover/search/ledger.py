"""Where a search keeps what it has paid for: answered calls and judged attempts. A run's store is one."""

from __future__ import annotations

from typing import Protocol

from prover.types import Attempt, Call, Spend, Verdict

Step = tuple[Attempt, Verdict]


class Ledger(Protocol):
    def record(
        self,
        problem_id: str,
        attempt: Attempt,
        verdict: Verdict,
        spend: Spend,
        source: tuple[str, int] | None = None,
    ) -> None:
        """Keep a judged attempt, with what it took since the one before. `source`: the call and which answer of it
        the attempt was taken from."""
        ...

    def remember(self, problem_id: str, call: Call, /) -> None:
        """Keep an answered call, with what it cost."""
        ...

    def recall(self, call_id: str) -> Call | None: ...


class Notebook:
    """A ledger in memory, for a search that nobody will continue."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}

    def record(
        self,
        problem_id: str,
        attempt: Attempt,
        verdict: Verdict,
        spend: Spend,
        source: tuple[str, int] | None = None,
    ) -> None:
        """The desk holds its own attempts."""

    def remember(self, _: str, call: Call) -> None:
        self.calls[call.id] = call

    def recall(self, call_id: str) -> Call | None:
        return self.calls.get(call_id)
