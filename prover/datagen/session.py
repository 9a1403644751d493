"""One session of the job: what it works with, what the stages came to, and who is told.

`Made` gathers, in the stages' order, how many problems were left after each stage and what was left behind, with the
reason; what got no answer because something of ours broke is counted as open.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from prover.agents.values import Speaker
from prover.config import Budget, RunConfig
from prover.datagen.rows import Row, left_out
from prover.datagen.settings import Settings
from prover.datagen.sources import Item
from prover.datagen.stages import Tell, Worked, work_off
from prover.formalize.examples import Examples
from prover.lean.protocol import Checker
from prover.search.memory import LemmaMemory
from prover.search.policy import Policy
from prover.search.premises import PremiseLibrary
from prover.store import Store
from prover.types import Problem, Statement

OPEN = "no answer yet: something broke, or the run's budget is used up"

Thing = TypeVar("Thing")
Value = TypeVar("Value")


class JobInterruptedError(Exception):
    """The job was told to stop; what is finished is in its store."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the job works with. `models` are the seats by role."""

    checker: Checker
    policy: Policy
    models: Mapping[str, Speaker] = field(default_factory=dict)
    jobs: int = 1
    inflight: int = 1
    capacity: Callable[[], int] | None = None
    run_budget: Budget = field(default_factory=Budget)
    adaptive: bool = False
    memory: LemmaMemory | None = None
    library: PremiseLibrary | None = None
    examples: Examples | None = None


@dataclass
class Made:
    """What the stages came to so far. `readable` are, by benchmark, the statements that Lean could read."""

    funnel: list[tuple[str, int]] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    open: int = 0
    readable: dict[str, int] = field(default_factory=dict)


@dataclass
class Session:
    """`store` is the job's own; `facts` go into the manifests of the runs below it."""

    store: Store
    settings: Settings
    tools: Tools
    facts: Mapping[str, Any] = field(default_factory=dict)
    tell: Tell = lambda _: None
    made: Made = field(default_factory=Made)

    async def stage(
        self,
        name: str,
        pairs: Sequence[tuple[str, Thing]],
        cls: type[Value],
        work: Callable[[Thing], Awaitable[Value]],
        *,
        wide: bool = False,
    ) -> Worked[Value]:
        """Work a stage off, as many at a time as Lean does or, where it is `wide`, as models are asked.

        Raises `JobInterruptedError` when it was told to stop.
        """
        jobs = max(self.tools.jobs, self.tools.inflight if wide else 0)
        worked = await work_off(self.store, name, pairs, cls, work, jobs=jobs, tell=self.tell)
        if worked.interrupted:
            raise JobInterruptedError
        return worked

    def open_run(self, name: str, config: RunConfig, problems: Sequence[Problem]) -> Store:
        """The run folder of a long stage, below the job's."""
        return Store.open(self.store.folder / name, config, problems, dict(self.facts), grows=True)

    def count(self, stage: str, left: int) -> None:
        self.made.funnel.append((stage, left))

    def leave(
        self,
        item: Item,
        stage: str,
        reason: str,
        evidence: str = "",
        *,
        statement: Statement | None = None,
        **more: str,
    ) -> None:
        """Note what is left behind, and why."""
        self.made.removed.append(left_out(item, stage, reason, evidence, statement=statement, **more))

    def leave_open(self, items: Iterable[Item], answered: Collection[str], stage: str) -> None:
        """Note the items that have no answer."""
        for item in items:
            if item.problem.id not in answered:
                self.made.open += 1
                self.leave(item, stage, OPEN)
