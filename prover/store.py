"""The store of one run: `run.db` (SQLite, WAL) beside `manifest.json`.

Every finished attempt with its verdict is one transaction, every answered call another, and every finished problem:
`kill -9` at any moment loses what was in flight and nothing else, and what is stored is never stored twice. A problem
whose trace ended in `INFRA` is open again in the next session. Writes are short and come from one thread. Limits:
WAL with `synchronous=NORMAL`, so a power cut (not a kill) may lose the last transactions, never the file.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from prover.codec import compact, from_json, loads, to_json
from prover.config import Budget, RunConfig
from prover.database import connect, readable_errors
from prover.errors import InputError
from prover.records import (
    CALLS,
    PROBLEM,
    STEPS,
    Source,
    StepReader,
    insert_attempt,
    insert_call,
    read_call,
)
from prover.run_folder import FolderLock, moment, open_manifest, read_manifest
from prover.types import Attempt, Call, Completion, Problem, Spend, StopReason, Trace, Verdict

__all__ = ["Store", "from_json", "to_json"]

DATABASE = "run.db"
_COLUMNS = [field.name for field in dataclasses.fields(Spend)]
_SPENT = ", ".join(_COLUMNS)
_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in _COLUMNS)
_CHARGE = (
    f"INSERT INTO spend (problem, {_SPENT}) VALUES ({PROBLEM}, {', '.join('?' for _ in _COLUMNS)}) "
    f"ON CONFLICT (problem) DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in _COLUMNS)}"
)

Step = tuple[Attempt, Verdict]
Value = TypeVar("Value")


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """How much of a run's budget a problem may have used up by the end of a round, what it used before included."""

    round: int
    budget: Budget
    paused: bool
    """It has used its share and waits for the next round."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """A finished problem: why it ended, in words where there are any, and when."""

    problem_id: str
    reason: StopReason
    detail: str
    finished: str


@dataclasses.dataclass(frozen=True, slots=True)
class Session:
    """One stretch of work on a run. `outcome` stays `running` when it was killed."""

    started: str
    jobs: int
    wall_s: float
    outcome: str
    canaries: int


class Store:
    """One run's memory. Make it with `Store.open` (to run) or `Store.read` (to look)."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock: FolderLock | None) -> None:
        self.folder = folder
        self._connection = connection
        self._lock = lock
        self._session = 0
        self._spent: Spend | None = None
        """The run's sum, once it was asked for; this process alone adds to it."""

    @classmethod
    def open(
        cls,
        folder: Path,
        config: RunConfig,
        problems: Sequence[Problem],
        facts: dict[str, Any] | None = None,
        *,
        grows: bool = False,
    ) -> Store:
        """Begin a run in `folder`, or continue the one that is there. Where it `grows`, problems that it does not hold
        yet are added behind those that it does.

        Raises `InputError` when another process works there, when the run there has another configuration, or
        when its files are damaged.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FolderLock(folder)
        except OSError as error:
            raise InputError(f"{folder}: cannot be used as a run folder: {error}") from None
        try:
            open_manifest(folder, config, facts or {})
            store = cls(folder, connect(folder / DATABASE, create=True), lock)
            store._add_problems(problems, grows)
        except BaseException:
            lock.close()
            raise
        return store

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Look into a run folder, also while a run is at work in it. Nothing may be written."""
        read_manifest(folder)
        if not (folder / DATABASE).is_file():
            raise InputError(f"{folder}: the run has no {DATABASE} yet")
        return cls(folder, connect(folder / DATABASE, create=False), None)

    @property
    def config(self) -> RunConfig:
        return from_json(RunConfig, read_manifest(self.folder)["config"], "manifest.json: config")

    def close(self) -> None:
        self._connection.close()
        if self._lock is not None:
            self._lock.close()

    def _add_problems(self, problems: Sequence[Problem], grows: bool) -> None:
        with self._transaction() as database:
            stored = [row[0] for row in database.execute("SELECT id FROM problems ORDER BY position")]
            if not stored or grows:
                known = set(stored)
                new = [problem for problem in problems if problem.id not in known]
                rows = ((i, problem.id, compact(problem)) for i, problem in enumerate(new, len(stored)))
                database.executemany("INSERT INTO problems VALUES (?,?,?)", rows)
            elif stored != [problem.id for problem in problems]:
                raise InputError(f"{self.folder / DATABASE}: holds other problems than its manifest says")

    # What is there

    def problems(self) -> list[Problem]:
        rows = self._rows("SELECT json FROM problems ORDER BY position")
        return [loads(Problem, row[0], "run.db: problem") for row in rows]

    def size(self) -> int:
        """How many problems the run has."""
        return int(self._rows("SELECT count(*) FROM problems")[0][0])

    def open_problems(self) -> list[Problem]:
        """Those without a trace, or with one that ended in `INFRA`, in the benchmark's order."""
        rows = self._rows(
            "SELECT p.json FROM problems p LEFT JOIN traces t ON t.problem = p.position "
            "WHERE t.problem IS NULL OR t.stop_reason = ? ORDER BY p.position",
            StopReason.INFRA.value,
        )
        return [loads(Problem, row[0], "run.db: problem") for row in rows]

    def steps(self, problem_id: str, *, completions: bool = True) -> tuple[Step, ...]:
        """Attempts with their verdicts, in the order in which they were finished; without `completions`, without
        what models wrote to get there."""
        found = self._rows("SELECT json FROM problems WHERE id = ?", problem_id)
        if not found:
            return ()
        return self._steps(loads(Problem, found[0][0], "run.db: problem"), completions)

    def _steps(self, problem: Problem, completions: bool) -> tuple[Step, ...]:
        answers: dict[str, tuple[Completion, ...]] = {}
        if completions:
            answers = {call.id: call.completions for call in self.calls(problem.id)}
        reader = StepReader(problem.statement, answers)
        rows = self._rows(f"{STEPS} WHERE a.problem = {PROBLEM} ORDER BY a.number", problem.id)
        return tuple(reader.read(row) for row in rows)

    def calls(self, problem_id: str) -> Iterator[Call]:
        """What agents asked for a problem and what they were answered, in the order of the answers."""
        query = f"{CALLS} WHERE c.problem = {PROBLEM} ORDER BY c.number"
        return (read_call(*row) for row in self._rows(query, problem_id))

    def sources(self, problem_id: str) -> dict[str, Source]:
        """By attempt, the call and which answer of it the attempt was taken from."""
        query = (
            "SELECT a.id, c.id, a.sample FROM attempts a JOIN calls c ON c.number = a.call "
            f"WHERE a.problem = {PROBLEM}"
        )
        return {row[0]: (row[1], row[2]) for row in self._rows(query, problem_id)}

    def recall(self, call_id: str) -> Call | None:
        """The call of that id, if it was answered."""
        return next((read_call(*row) for row in self._rows(f"{CALLS} WHERE c.id = ?", call_id)), None)

    def spent(self, problem_id: str | None = None) -> Spend:
        """The sum over one problem, or over the run. The run's wall seconds are its sessions'."""
        if problem_id is not None:
            rows = self._rows(f"SELECT {_SPENT} FROM spend WHERE problem = {PROBLEM}", problem_id)
            return Spend(*rows[0]) if rows else Spend()
        if self._spent is None or self._lock is None:
            self._spent = Spend(*self._rows(f"SELECT {_SUMS} FROM spend")[0])
        wall = self._rows("SELECT coalesce(sum(wall_s),0.0) FROM sessions")[0][0]
        return dataclasses.replace(self._spent, wall_s=wall)

    def traces(self, *, completions: bool = True) -> Iterator[Trace]:
        """The account of every finished problem, in the benchmark's order, one at a time."""
        config_hash = self.config.hash
        query = (
            "SELECT p.json, t.stop_reason, t.detail FROM traces t JOIN problems p ON p.position = t.problem "
            "WHERE t.problem = ?"
        )
        for (number,) in self._rows("SELECT problem FROM traces ORDER BY problem"):
            text, stop_reason, detail = self._rows(query, number)[0]
            problem = loads(Problem, text, "run.db: problem")
            steps = self._steps(problem, completions)
            yield Trace(problem, steps, StopReason(stop_reason), self.spent(problem.id), config_hash, detail)

    def endings(self) -> dict[str, StopReason]:
        """Why each finished problem ended, by its id."""
        query = "SELECT p.id, t.stop_reason FROM traces t JOIN problems p ON p.position = t.problem"
        return {row[0]: StopReason(row[1]) for row in self._rows(query)}

    def latest(self, n: int) -> list[Ended]:
        """The problems that were finished last, the newest first."""
        query = (
            "SELECT p.id, t.stop_reason, t.detail, t.finished FROM traces t "
            "JOIN problems p ON p.position = t.problem ORDER BY t.number DESC LIMIT ?"
        )
        rows = self._rows(query, str(n))
        return [Ended(row[0], StopReason(row[1]), row[2], row[3]) for row in rows]

    def finished_since(self, when: str) -> int:
        """How many problems were finished at or after a time like those of `moment`."""
        return int(self._rows("SELECT count(*) FROM traces WHERE finished >= ?", when)[0][0])

    def sessions(self) -> list[Session]:
        """Every session of the run, the first one first."""
        rows = self._rows("SELECT started, jobs, wall_s, outcome, canaries FROM sessions ORDER BY id")
        return [Session(*row) for row in rows]

    def canaries(self) -> int:
        """Fake submissions that the checker refused, over all sessions."""
        return int(self._rows("SELECT coalesce(sum(canaries),0) FROM sessions")[0][0])

    def results(self, stage: str, cls: type[Value]) -> dict[str, Value]:
        """What a stage of a job has come to, by what it was about, in the order of these keys."""
        rows = self._rows("SELECT key, json FROM results WHERE stage = ? ORDER BY key", stage)
        return {row[0]: loads(cls, row[1], f"run.db: {stage} of {row[0]}") for row in rows}

    # What is added

    def keep(self, stage: str, key: str, value: Any) -> None:
        """Keep what a stage of a job came to about `key`; a second result of one key is a bug."""
        with self._transaction() as database:
            database.execute("INSERT INTO results VALUES (?,?,?)", (stage, key, compact(value)))

    def record(
        self,
        problem_id: str,
        attempt: Attempt,
        verdict: Verdict,
        spend: Spend,
        source: Source | None = None,
    ) -> None:
        """Keep a finished attempt. Only a verdict `INFRA` is ever replaced; any other doubling is a bug.

        `source` is the call and the answer that the attempt's completion is.
        """
        with self._transaction() as database:
            insert_attempt(database, problem_id, attempt, verdict, source)
            self._charge(database, problem_id, spend)

    def remember(self, problem_id: str, call: Call) -> None:
        """Keep an answered call, with what it cost."""
        with self._transaction() as database:
            insert_call(database, problem_id, call)
            self._charge(database, problem_id, call.spend)

    def finish(self, trace: Trace) -> None:
        """Close a problem. Its steps were recorded when they were finished; what the trace spent beyond
        them is added here."""
        with self._transaction() as database:
            infra = (trace.problem.id, StopReason.INFRA.value)
            database.execute(f"DELETE FROM traces WHERE problem = {PROBLEM} AND stop_reason = ?", infra)
            row = (trace.problem.id, trace.stop_reason.value, trace.detail, moment())
            query = "INSERT INTO traces (problem, stop_reason, detail, finished)"
            database.execute(f"{query} VALUES ({PROBLEM},?,?,?)", row)
            self._charge_rest(database, trace)

    def pause(self, trace: Trace) -> None:
        """Note that a problem has used up its share of this round; it stays open."""
        with self._transaction() as database:
            database.execute(f"UPDATE shares SET paused = 1 WHERE problem = {PROBLEM}", (trace.problem.id,))
            self._charge_rest(database, trace)

    def begin_round(self, number: int, shares: Mapping[str, Budget]) -> None:
        """Replace what open problems may use, by their ids."""
        with self._transaction() as database:
            database.execute("DELETE FROM shares")
            rows = ((name, number, compact(budget)) for name, budget in shares.items())
            database.executemany(f"INSERT INTO shares VALUES ({PROBLEM},?,?,0)", rows)

    def shares(self) -> dict[str, Share]:
        """The round that is under way, by problem; empty before the first."""
        rows = self._rows(
            "SELECT p.id, s.round, s.budget, s.paused FROM shares s JOIN problems p ON p.position = s.problem"
        )
        return {row[0]: Share(row[1], loads(Budget, row[2], "run.db: share"), bool(row[3])) for row in rows}

    def begin_session(self, jobs: int) -> None:
        with self._transaction() as database:
            row = (moment(), jobs, 0.0, "running", 0)
            query = "INSERT INTO sessions (started, jobs, wall_s, outcome, canaries) VALUES (?,?,?,?,?)"
            self._session = database.execute(query, row).lastrowid or 0

    def update_session(self, wall_s: float, outcome: str = "running", canaries: int = 0) -> None:
        """Keep the session's clock; called often, so that a killed session's time is known too."""
        with self._transaction() as database:
            query = "UPDATE sessions SET wall_s = ?, outcome = ?, canaries = canaries + ? WHERE id = ?"
            database.execute(query, (wall_s, outcome, canaries, self._session))

    def _charge_rest(self, database: sqlite3.Connection, trace: Trace) -> None:
        self._charge(database, trace.problem.id, _minus(trace.spend, self.spent(trace.problem.id)))

    def _charge(self, database: sqlite3.Connection, problem_id: str, spend: Spend) -> None:
        values = [getattr(spend, name) for name in _COLUMNS]
        if any(values):
            database.execute(_CHARGE, (problem_id, *values))
            if self._spent is not None:
                self._spent += spend

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with readable_errors(self.folder / DATABASE), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection

    def _rows(self, query: str, *parameters: str | int) -> list[Any]:
        with readable_errors(self.folder / DATABASE):
            return self._connection.execute(query, parameters).fetchall()


def _minus(total: Spend, known: Spend) -> Spend:
    """What `total` holds beyond `known`, never negative."""
    return Spend(**{name: max(0, getattr(total, name) - getattr(known, name)) for name in _COLUMNS})
