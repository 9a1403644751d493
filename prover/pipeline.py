"""Many problems: bounded concurrency, a budget for the run, resume, canaries first and last, a clean stop.

`run` works off the problems that the store holds open and returns when they are done, when the run's budget is
used up, or when it was told to stop (SIGINT, SIGTERM): what is in flight is dropped then, what is finished is in
the store, and the same command goes on from there. A breakdown of ours on one problem is recorded as `INFRA`,
with its traceback in `errors.log`, never as a failed proof, and the rest goes on. Limits: one machine; the driver
is the store's only writer.
"""

from __future__ import annotations

import asyncio
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from prover.canaries import CanaryReport, SoundnessError, run_canaries
from prover.config import Budget
from prover.errors import ProverError
from prover.lean.protocol import Checker
from prover.run_folder import timestamp
from prover.search.policy import Policy
from prover.search.solve import solve, strategy_of
from prover.store import Store
from prover.types import Header, Problem, StopReason, Trace

_CANARY_HEADERS = 3
"""Under how many different headers a canary is tried before it counts as unreadable."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Sent when a problem is finished (`trace`) and, with `note`, for what a person should know."""

    done: int
    total: int
    proved: int
    trace: Trace | None = None
    note: str = ""


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
    run_budget: Budget | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Work off the store's open problems under its configuration, `jobs` at a time.

    Raises `SoundnessError` when something false is proved, `MissingError` where there is no Lean, `InputError`
    for a policy that no strategy knows.
    """
    strategy_of(policy)
    endings = store.endings()
    for problem in store.problems():
        if false_on_purpose(problem) and endings.get(problem.id) is StopReason.PROVED:
            raise _unsound(problem)
    todo = store.open_problems()
    if not todo:
        return Outcome(None, 0)
    session = _Session(
        store, policy, checker, todo, jobs=jobs, run_budget=run_budget or Budget(), on_progress=on_progress
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
        todo: Sequence[Problem],
        *,
        jobs: int,
        run_budget: Budget,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.store, self.policy, self.checker = store, policy, checker
        self.todo, self.jobs, self.run_budget, self.on_progress = todo, jobs, run_budget, on_progress
        self.config = store.config
        self.canaries = CanaryReport()
        self._queue = iter(todo)
        endings = [reason for reason in store.endings().values() if reason is not StopReason.INFRA]
        self._done = self._done_before = len(endings)
        self._proved = endings.count(StopReason.PROVED)
        self._tried = 0
        self._header: Header | None = None
        self._wall_before = store.spent().wall_s
        self._started = time.monotonic()

    def elapsed(self) -> float:
        return time.monotonic() - self._started

    async def work(self) -> Outcome:
        bound = self.run_budget.wall_s
        left = None if bound is None else max(0.0, bound - self._wall_before)
        reason: StopReason | None = None
        with _stop_signals() as stop:
            work = asyncio.create_task(self._work())
            watcher = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({work, watcher}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if work.done():
                    work.result()
                    reason = self._over_budget() if self._tried < len(self.todo) else None
                else:
                    reason = StopReason.INTERRUPTED if stop.is_set() else StopReason.WALL
            finally:
                work.cancel()
                watcher.cancel()
                await asyncio.gather(work, watcher, return_exceptions=True)
        return Outcome(reason, self._total - self._done, self.canaries)

    async def _work(self) -> None:
        await self._put_canary(0, self._headers())
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.jobs):
                    group.create_task(self._worker())
        except BaseExceptionGroup as errors:
            ours = errors.subgroup(ProverError)
            if ours is None:
                raise
            raise ours.exceptions[0] from None
        headers = [self._header] if self._header is not None else []
        await self._put_canary(1, headers + self._headers())

    async def _worker(self) -> None:
        for problem in self._queue:
            if self._over_budget() is not None:
                return
            trace = await self._solve(problem)
            self.store.finish(trace)
            self.store.update_session(self.elapsed())
            self._tried += 1
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
                ledger=self.store,
                earlier=earlier,
                spent=spent,
                config_hash=self.config.hash,
            )
        except ProverError:
            raise
        except Exception as error:
            with (self.store.folder / "errors.log").open("a", encoding="utf-8", errors="replace") as log:
                log.write(f"{timestamp()} {problem.id}\n{traceback.format_exc()}\n")
            detail = f"an error of ours, see errors.log in the run folder: {error!r}"[:500]
            self._tell(note=f"{problem.id}: {detail}")
            steps = self.store.steps(problem.id)
            return Trace(problem, steps, StopReason.INFRA, spent, self.config.hash, detail)

    def _over_budget(self) -> StopReason | None:
        if self.run_budget == Budget():
            return None
        spend = replace(self.store.spent(), wall_s=self._wall_before + self.elapsed())
        return self.run_budget.exceeded(spend)

    async def _put_canary(self, which: int, headers: Sequence[Header]) -> None:
        report = await run_canaries(self.checker, which, headers)
        refused, leaked = self.canaries.refused + report.refused, self.canaries.leaked + report.leaked
        self.canaries = CanaryReport(refused, leaked, report.unreadable)
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
        self.on_progress(Progress(self._done, self._total, self._proved, trace, note))


@contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; a later one has its usual, immediate effect.

    Later means a second: `make`, `timeout` and terminals like to send the same signal twice.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    installed: list[signal.Signals] = []

    def on_signal() -> None:
        if not stop.is_set():
            stop.set()
            loop.call_later(1.0, restore)

    def restore() -> None:
        for number in installed:
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, on_signal)
        except (ValueError, RuntimeError, NotImplementedError):  # not the main thread: signals are not ours
            break
        installed.append(number)
    try:
        yield stop
    finally:
        for number in installed:
            loop.remove_signal_handler(number)
