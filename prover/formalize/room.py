"""Where one problem is formalized: its models, metered and remembered, and what it has spent.

Every answer of a model goes into the ledger as it comes; a formalization that begins again is answered from there for
nothing, so a killed run pays for no answer twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from prover.agents.values import Speaker
from prover.search.ledger import Ledger, Notebook
from prover.search.metered import Allowance, Metered
from prover.types import Call, Completion, Problem, Spend


@dataclass
class Room:
    """Implements `prover.search.metered.Remembers`."""

    problem: Problem
    seats: Mapping[str, Speaker]
    """By role."""
    ledger: Ledger = field(default_factory=Notebook)
    seed: int = 0
    spend: Spend = field(default_factory=Spend)
    _sources: dict[int, tuple[Completion, str, int]] = field(default_factory=dict)
    _asking: dict[str, asyncio.Lock] = field(default_factory=dict)
    _started: float = field(default_factory=time.monotonic)

    def speaker(self, role: str, place: str, samples: int = 0) -> Speaker:
        """The model of a role. `place` is unique among the calls of that role; `samples` are the statements that it is
        asked for, for the account."""
        seat = self.seats[role]
        version = seat.family.version(role)
        metered = Metered(
            seat.model, self, role=role, place=place, allowance=Allowance(samples), version=version
        )
        return replace(seat, model=metered)

    async def remembered(self, call_id: str, ask: Callable[[], Awaitable[Call]]) -> Call:
        """What the ledger holds under that id, or else what `ask` says, which is kept and counted."""
        async with self._asking.setdefault(call_id, asyncio.Lock()):
            call = self.ledger.recall(call_id)
            if call is None:
                call = await ask()
                self.ledger.remember(self.problem.id, call)
        self.spend += call.spend
        for index, completion in enumerate(call.completions):
            self._sources[id(completion)] = (completion, call.id, index)
        return call

    def source(self, completion: Completion) -> tuple[str, int]:
        """The call, and which answer of it, that a completion is; an empty id for one from elsewhere."""
        found = self._sources.get(id(completion))
        return (found[1], found[2]) if found is not None else ("", 0)

    def total(self) -> Spend:
        return replace(self.spend, wall_s=time.monotonic() - self._started)
