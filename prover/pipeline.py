"""Many problems: bounded concurrency, a budget for the run, resume, canaries first and last, a clean stop.

`run` works off the problems that the store holds open and returns when they are done, when the run's budget is
used up, or when it was told to stop (SIGINT, SIGTERM): what is in flight is dropped then, what is paid for is in
the store, and the same command goes on from there. A breakdown of ours on one problem is recorded as `INFRA`,
with its traceback in `errors.log`, never as a failed proof, and the rest goes on.

`jobs` bounds what Lean does at a time, `inflight` how many problems are being searched: with models there are more of
these, so that models write while Lean checks. With `adaptive` the run's budget is given out in rounds: every open
problem gets an equal share of what is left, and what those that end do not use goes to the others in the next round.
A share only says when to pause, so it changes how far a search gets, not what it tries; it may be overrun by what a
search had begun. Limits: over however many machines the checker is spread, the driver is one process, and the store's
only writer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from prover.agents.values import Speaker
from prover.canaries import CanaryReport, SoundnessError, run_canaries
from prover.config import Budget
from prover.errors import ProverError
from prover.lean.protocol import Checker
from prover.rounds import next_round
from prover.run_folder import log_error
from prover.search.kinds import kind_of
from prover.search.memory import LemmaMemory
from prover.search.policy import Policy
from prover.search.premises import PremiseLibrary
from prover.search.solve import solve
from prover.stopping import ours_alone, until_stopped
from prover.store import Store
from prover.types import Header, Problem, Spend, StopReason, Trace

_LOOK_S = 2.0
CANARIES = "canaries"
"""The stage under which a store keeps each round of canaries, by session and number."""
_CANARY_HEADERS = 3
"""Under how many different headers a canary is tried before it counts as unreadable."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Sent when a problem is finished (`trace`) or paused and, with `note`, for what a person should know."""

    done: int
    total: int
    proved: int
    trace: Trace | None = None
    note: str = ""
    spend: Spend = field(default_factory=Spend)
    """The whole run's so far."""
    session_done: int = 0
    session_s: float = 0.0
    """Problems finished, and time, in this session alone: its speed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a session ended: `stopped` is None when every problem was tried, else what stopped it."""

    stopped: StopReason | None
    remaining: int
    """Problems that are still open, those that ended in `INFRA` among them."""
    canaries: CanaryReport = field(default_factory=CanaryReport)


def false_on_purpose(problem: Problem) -> bool:
    """The statement is known to be false: kept as a canary, not counted in any score."""
    return problem.meta.get("truth", "").lower() == "false"


async def run(
    store: Store,
    policy: Policy,
    checker: Checker,
    *,
    jobs: int,
    models: Mapping[str, Speaker] | None = None,
    inflight: int | None = None,
    capacity: Callable[[], int] | None = None,
    run_budget: Budget | None = None,
    adaptive: bool = False,
    memory: LemmaMemory | None = None,
    library: PremiseLibrary | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Work off the store's open problems under its configuration, `inflight` (default: `jobs`) at a time.

    Where `capacity` comes to say that Lean can do more than `jobs` at a time, both grow with it.

    Raises `SoundnessError` when something false is proved, `MissingError` where there is no Lean or no model,
    `InputError` for a policy or a model that does not fit.
    """
    kind_of(policy)
    endings = store.endings()
    for problem in store.problems():
        if false_on_purpose(problem) and endings.get(problem.id) is StopReason.PROVED:
            raise _unsound(problem)
    todo = store.open_problems()
    if not todo:
        return Outcome(None, 0)
    session = _Session(
        store,
        policy,
        checker,
        models or {},
        todo,
        jobs=jobs,
        inflight=inflight or jobs,
        capacity=capacity,
        run_budget=run_budget or Budget(),
        adaptive=adaptive,
        memory=memory,
        library=library,
        on_progress=on_progress,
    )
    store.begin_session(jobs)
    outcome = "error"
    try:
        result = await session.work()
        outcome = result.stopped.value if result.stopped else "done"
    finally:
        store.update_session(session.elapsed(), outcome, session.canaries.refused)
    return result


def _unsound(problem: Problem) -> SoundnessError:
    return SoundnessError(
        f"{problem.id} is false on purpose and was proved; the run is stopped and nothing that this checker "
        "accepted may be believed"
    )


class _Session:
    """One session of a run: the queue, the workers, and what stops them."""

    def __init__(
        self,
        store: Store,
        policy: Policy,
        checker: Checker,
        models: Mapping[str, Speaker],
        todo: Sequence[Problem],
        *,
        jobs: int,
        inflight: int,
        capacity: Callable[[], int] | None,
        run_budget: Budget,
        adaptive: bool,
        memory: LemmaMemory | None,
        library: PremiseLibrary | None,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.store, self.policy, self.checker, self.models = store, policy, checker, models
        self.todo, self.run_budget, self.adaptive, self.on_progress = todo, run_budget, adaptive, on_progress
        self.memory, self.library = memory, library
        self.inflight = min(inflight, len(todo))
        self.jobs, self.capacity = jobs, capacity
        self.config = store.config
        self._config_hash = self.config.hash
        self.canaries = CanaryReport()
        self._lean = asyncio.Semaphore(jobs)
        # One search alone may have all of Lean; many together have none to spare for checks that may be in vain.
        self._width = max(1, jobs // self.inflight)
        self._shares: Mapping[str, Budget] = {}
        endings = [reason for reason in store.endings().values() if reason is not StopReason.INFRA]
        self._done = self._done_before = len(endings)
        self._proved = endings.count(StopReason.PROVED)
        self._tried: set[str] = set()
        self._header: Header | None = None
        self._wall_before = store.spent().wall_s
        self._started = time.monotonic()

    def elapsed(self) -> float:
        return time.monotonic() - self._started

    async def work(self) -> Outcome:
        bound = self.run_budget.wall_s
        left = None if bound is None else max(0.0, bound - self._wall_before)
        reason = await until_stopped(self._work(), left)
        if reason is None and len(self._tried) < len(self.todo):
            reason = self._over_budget()
        return Outcome(reason, self._total - self._done, self.canaries)

    async def _work(self) -> None:
        await self._put_canary(0, self._headers())
        todo: Sequence[Problem] = self._next_round() if self.adaptive else self.todo
        while todo:
            await self._work_off(todo)
            todo = self._next_round() if self.adaptive else ()
        headers = [self._header] if self._header is not None else []
        await self._put_canary(1, headers + self._headers())

    async def _work_off(self, todo: Sequence[Problem]) -> None:
        queue = iter(todo)
        with ours_alone():
            async with asyncio.TaskGroup() as group:
                workers = {group.create_task(self._worker(queue)) for _ in range(self.inflight)}
                while self.capacity is not None and not any(worker.done() for worker in workers):
                    more = self._grow(self.capacity())
                    workers |= {group.create_task(self._worker(queue)) for _ in range(more)}
                    await asyncio.wait(workers, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)

    def _grow(self, capacity: int) -> int:
        """Let Lean do as much at a time as it now can; how many more problems may be searched."""
        before = self.jobs
        for _ in range(capacity - before):
            self._lean.release()
        self.jobs = max(before, capacity)
        more = self.jobs * self.inflight // before - self.inflight
        self.inflight += more
        return more

    def _next_round(self) -> list[Problem]:
        """Those that have their turn; none at the end."""
        if self._over_budget() is not None:
            return []
        untried = [problem for problem in self.todo if problem.id not in self._tried]
        self._shares = next_round(self.store, untried, self.run_budget.minus(self._spend()))
        return [problem for problem in untried if problem.id in self._shares]

    async def _worker(self, queue: Iterator[Problem]) -> None:
        for problem in queue:
            if self._over_budget() is not None:
                return
            trace = await self._solve(problem)
            if trace.stop_reason is StopReason.PAUSED:
                self.store.pause(trace)
                self._tell()
                continue
            self.store.finish(trace)
            self.store.update_session(self.elapsed())
            self._tried.add(problem.id)
            self._done += trace.stop_reason is not StopReason.INFRA
            self._proved += trace.stop_reason is StopReason.PROVED
            if trace.stop_reason not in (StopReason.UNSUPPORTED, StopReason.INFRA) and problem.statement:
                self._header = problem.statement.header
            self._tell(trace=trace)
            if false_on_purpose(problem) and trace.stop_reason is StopReason.PROVED:
                raise _unsound(problem)

    async def _solve(self, problem: Problem) -> Trace:
        earlier, spent = self.store.steps(problem.id), self.store.spent(problem.id)
        try:
            return await solve(
                problem,
                self.policy,
                self.checker,
                self.config.budget,
                models=self.models,
                ledger=self.store,
                earlier=earlier,
                spent=spent,
                share=self._shares.get(problem.id),
                run_is_over=lambda: self._over_budget() is not None,
                seed=self.config.seed,
                width=self._width,
                lean=self._lean,
                memory=self.memory,
                library=self.library,
                config_hash=self._config_hash,
            )
        except ProverError:
            raise
        except Exception as error:
            detail = log_error(self.store.folder, problem.id, error)
            self._tell(note=f"{problem.id}: {detail}")
            steps = self.store.steps(problem.id)
            return Trace(problem, steps, StopReason.INFRA, spent, self._config_hash, detail)

    def _over_budget(self) -> StopReason | None:
        if self.run_budget == Budget():
            return None
        return self.run_budget.exceeded(self._spend())

    def _spend(self) -> Spend:
        return replace(self.store.spent(), wall_s=self._wall_before + self.elapsed())

    async def _put_canary(self, which: int, headers: Sequence[Header]) -> None:
        key = f"{len(self.store.sessions()):06}.{which}"
        try:
            report = await run_canaries(self.checker, which, headers)
        except SoundnessError as error:
            self.store.keep(CANARIES, key, CanaryReport(proved=str(error)))
            raise
        self.store.keep(CANARIES, key, report)
        put, refused = self.canaries.put + report.put, self.canaries.refused + report.refused
        self.canaries = CanaryReport(put, refused, self.canaries.leaked + report.leaked, report.unreadable)
        if report.unreadable:
            self._tell(note=f"no canary could be put to the checker: {report.unreadable}")
        for fake in report.leaked:
            shown = " ".join(fake.split())[:120]
            self._tell(note=f"the fast gate took a fake for a proof, the audit refused it: {shown}")

    def _headers(self) -> list[Header]:
        """The problems' imports without their preambles, so that a canary means what it says."""
        statements = (problem.statement for problem in self.todo)
        imports = [statement.header.imports for statement in statements if statement is not None]
        return [Header(names) for names in dict.fromkeys(imports)][:_CANARY_HEADERS]

    @property
    def _total(self) -> int:
        return self._done_before + len(self.todo)

    def _tell(self, trace: Trace | None = None, note: str = "") -> None:
        counts = (self._done, self._total, self._proved)
        session = (self._done - self._done_before, self.elapsed())
        self.on_progress(Progress(*counts, trace, note, self._spend(), *session))
