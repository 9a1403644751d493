"""Many problems: formalized side by side, each result in the store as it comes, a clean stop, resume.

What ends in a breakdown of ours is not kept: the next session tries it again. Everything else is done once. A result
is kept under the problem's id in the stage `formalize`; duplicates across problems are marked when all are read, in the
benchmark's order, so that who was first does not depend on who was quick.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from prover.agents.values import Speaker
from prover.errors import InfraError, ProverError
from prover.formalize.examples import Examples
from prover.formalize.formalize import formalize
from prover.formalize.result import Candidate, Ending, FilterResult, FilterStatus, Formalization
from prover.formalize.settings import Settings
from prover.lean.protocol import Checker
from prover.run_folder import log_error
from prover.stopping import ours_alone, until_stopped
from prover.store import Store
from prover.types import Problem

STAGE = "formalize"


@dataclass(frozen=True, slots=True)
class Progress:
    """Sent when a problem is done (`result`), or could not be (`note`)."""

    done: int
    total: int
    chosen: int
    result: Formalization | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    interrupted: bool
    remaining: int
    """Problems that are still open, those on which something of ours broke among them."""


async def run(
    store: Store,
    seats: Mapping[str, Speaker],
    checker: Checker,
    settings: Settings,
    *,
    jobs: int,
    inflight: int,
    examples: Examples | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Work off the problems that the store has no result for, `inflight` at a time."""
    problems = store.problems()
    known = store.results(STAGE, Formalization)
    todo = [problem for problem in problems if problem.id not in known]
    session = _Session(
        store,
        seats,
        checker,
        settings,
        examples,
        on_progress,
        total=len(problems),
        done=len(known),
        chosen=sum(one.ending is Ending.CHOSEN for one in known.values()),
    )
    if not todo:
        return Outcome(False, 0)
    store.begin_session(jobs)
    started, outcome = time.monotonic(), "error"
    try:
        work = session.work(iter(todo), min(inflight, len(todo)))
        interrupted = await until_stopped(work) is not None
        outcome = "interrupted" if interrupted else "done"
    finally:
        store.update_session(time.monotonic() - started, outcome)
    return Outcome(interrupted, session.total - session.done)


@dataclass
class _Session:
    store: Store
    seats: Mapping[str, Speaker]
    checker: Checker
    settings: Settings
    examples: Examples | None
    on_progress: Callable[[Progress], None]
    total: int
    done: int
    chosen: int

    async def work(self, queue: Iterator[Problem], workers: int) -> None:
        with ours_alone():
            async with asyncio.TaskGroup() as group:
                for _ in range(workers):
                    group.create_task(self._worker(queue))

    async def _worker(self, queue: Iterator[Problem]) -> None:
        for problem in queue:
            try:
                result = await formalize(
                    problem,
                    self.seats,
                    self.checker,
                    self.settings,
                    examples=self.examples,
                    ledger=self.store,
                    seed=self.store.config.seed,
                )
            except InfraError as error:
                self._tell(note=f"{problem.id}: no answer, something broke: {error}")
                continue
            except ProverError:
                raise
            except Exception as error:
                self._tell(note=f"{problem.id}: {log_error(self.store.folder, problem.id, error)}")
                continue
            self.store.keep(STAGE, problem.id, result)
            self.done += 1
            self.chosen += result.ending is Ending.CHOSEN
            self._tell(result)

    def _tell(self, result: Formalization | None = None, note: str = "") -> None:
        self.on_progress(Progress(self.done, self.total, self.chosen, result, note))


def results_of(store: Store) -> list[Formalization]:
    """What was found so far, in the benchmark's order, with duplicates across problems marked."""
    known = store.results(STAGE, Formalization)
    return marked([known[problem.id] for problem in store.problems() if problem.id in known])


def marked(results: Sequence[Formalization]) -> list[Formalization]:
    """A winner whose shape is that of an earlier problem's winner is rejected as its duplicate."""
    first: dict[tuple[str, str], str] = {}
    out = []
    for result in results:
        winner = result.winner
        if winner is None or winner.statement is None or not winner.shape:
            out.append(result)
            continue
        key = (winner.shape, "\n".join(winner.statement.header.imports))
        before = first.setdefault(key, result.problem.id)
        out.append(result if before == result.problem.id else _as_duplicate(result, winner, before))
    return out


def _as_duplicate(result: Formalization, winner: Candidate, before: str) -> Formalization:
    message = f"the same statement as that of {before}, up to names, order and notation"
    own = FilterResult("duplicate", FilterStatus.REJECTED, message, before)
    filters = tuple(own if one.name == "duplicate" else one for one in winner.filters)
    candidates = tuple(
        replace(one, filters=filters) if one.id == winner.id else one for one in result.candidates
    )
    return replace(
        result,
        ending=Ending.REJECTED,
        candidates=candidates,
        chosen="",
        reference=None,
        detail=f"duplicate: {message}",
    )
