"""How a stage of the job works off its items: side by side, each result kept as soon as it is there, a clean stop.

What a stage came to about an item is one row of the run's store, written once. After a kill the same call does what is
left and nothing twice. A breakdown of ours (`INFRA`) is tried again, then left open: the item is in no result, the rest
goes on, and the next session tries once more. The first SIGINT or SIGTERM drops what is in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from prover.errors import InfraError, ProverError
from prover.run_folder import log_error
from prover.stopping import ours_alone, until_stopped
from prover.store import Store

_TRIES = 3

Thing = TypeVar("Thing")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a stage stands; `note` is for what a person should know."""

    stage: str
    done: int
    total: int
    note: str = ""


Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Worked(Generic[Value]):
    """`results` are by key, those of earlier sessions included. `open` are the keys that got no answer."""

    results: Mapping[str, Value]
    open: tuple[str, ...] = ()
    interrupted: bool = False


async def work_off(
    store: Store,
    stage: str,
    things: Sequence[tuple[str, Thing]],
    cls: type[Value],
    work: Callable[[Thing], Awaitable[Value]],
    *,
    jobs: int,
    tell: Tell = lambda _: None,
) -> Worked[Value]:
    """Do `work` for every pair of a key and a thing that has no result of that stage yet, `jobs` at a time.

    Raises what is wrong with the call or the machine (`ProverError`, but for `InfraError`).
    """
    known = store.results(stage, cls)
    todo = [(key, thing) for key, thing in things if key not in known]
    session = _Session(store, stage, work, len(things) - len(todo), len(things), tell)
    tell(Progress(stage, session.done, session.total))
    interrupted = False
    if todo:
        interrupted = await until_stopped(session.run(todo, jobs)) is not None
    # From the store, so that a value is the same whether this session made it or an earlier one.
    kept = store.results(stage, cls) if todo else known
    results = {key: kept[key] for key, _ in things if key in kept}
    return Worked(results, tuple(key for key, _ in things if key not in kept), interrupted)


@dataclass
class _Session(Generic[Thing, Value]):
    store: Store
    stage: str
    work: Callable[[Thing], Awaitable[Value]]
    done: int
    total: int
    tell: Tell

    async def run(self, todo: Sequence[tuple[str, Thing]], jobs: int) -> None:
        queue = iter(todo)
        with ours_alone():
            async with asyncio.TaskGroup() as group:
                for _ in range(min(jobs, len(todo))):
                    group.create_task(self._worker(queue))

    async def _worker(self, queue: Iterator[tuple[str, Thing]]) -> None:
        for key, thing in queue:
            value = await self._patiently(key, thing)
            if value is not None:
                self.store.keep(self.stage, key, value)
                self.done += 1
                self.tell(Progress(self.stage, self.done, self.total))

    async def _patiently(self, key: str, thing: Thing) -> Value | None:
        detail = ""
        for _ in range(_TRIES):
            try:
                return await self.work(thing)
            except InfraError as error:
                detail = str(error)
            except ProverError:
                raise
            except Exception as error:
                detail = log_error(self.store.folder, f"{self.stage} {key}", error)
                break
        self.tell(Progress(self.stage, self.done, self.total, f"{key}: no answer: {detail}"))
        return None
