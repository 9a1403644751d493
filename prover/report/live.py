"""Where a run stands at this moment, read from its store without touching it.

One small value a look, whatever the run's size. A folder without a run in it yet is a state, too. Limits: speed is that
of the newest session, and whether a process is still at work is what Linux says of the folder's lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from prover.config import RunConfig
from prover.errors import InputError
from prover.run_folder import MANIFEST, is_held
from prover.store import DATABASE, Ended, Store
from prover.types import Spend, StopReason

WAITING, RUNNING, STOPPED, KILLED, DONE = "not begun", "running", "stopped", "killed", "done"


@dataclass(frozen=True, slots=True)
class State:
    """`work` is one of `WAITING` … `DONE`; `why` says what stopped a run."""

    folder: Path
    work: str = WAITING
    why: str = ""
    config: RunConfig | None = None
    total: int = 0
    endings: Mapping[StopReason, int] = field(default_factory=dict)
    """Finished problems by their ending; those that a breakdown of ours ended are open again."""
    spend: Spend = field(default_factory=Spend)
    canaries: int = 0
    sessions: int = 0
    jobs: int = 0
    per_minute: float | None = None
    """Problems finished a minute in the newest session."""
    latest: tuple[Ended, ...] = ()

    @property
    def proved(self) -> int:
        return self.endings.get(StopReason.PROVED, 0)

    @property
    def done(self) -> int:
        return sum(self.endings.values()) - self.endings.get(StopReason.INFRA, 0)

    @property
    def left_s(self) -> float | None:
        """Seconds until every problem is done, at this speed; None where that cannot be said."""
        if self.work != RUNNING or not self.per_minute:
            return None
        return 60 * (self.total - self.done) / self.per_minute


class Watch:
    """One run folder, looked at again and again. The store is opened once it is there."""

    def __init__(self, folder: Path) -> None:
        if not folder.exists() and not folder.absolute().parent.is_dir():
            raise InputError(f"{folder}: neither this folder nor the one it would be in exists")
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder}: expected a run folder, found a file")
        self.folder = folder
        self._store: Store | None = None
        self._config: RunConfig | None = None

    def look(self, latest: int = 10, now: datetime | None = None) -> State:
        """Raises `InputError` for a damaged run."""
        if self._store is None:
            if not ((self.folder / MANIFEST).exists() and (self.folder / DATABASE).exists()):
                return State(self.folder)
            self._store = Store.read(self.folder)
        store = self._store
        self._config = self._config or store.config
        sessions = store.sessions()
        endings = Counter(store.endings().values())
        ended = store.latest(latest)
        total = store.size()
        open_ones = total - sum(endings.values()) + endings[StopReason.INFRA]
        newest = sessions[-1] if sessions else None
        work, why, speed = WAITING, "", None
        if newest is not None:
            held = is_held(self.folder)
            if newest.outcome == "running":
                work = KILLED if held is False else RUNNING
            else:
                work = DONE if not open_ones else STOPPED
                why = "" if newest.outcome == "done" else newest.outcome
            since = (now or datetime.now(UTC)) - datetime.fromisoformat(newest.started)
            seconds = since.total_seconds() if work == RUNNING else newest.wall_s
            finished = store.finished_since(newest.started)
            speed = 60 * finished / seconds if seconds > 0 and finished else None
        return State(
            self.folder,
            work,
            why,
            self._config,
            total,
            endings,
            store.spent(),
            store.canaries(),
            len(sessions),
            newest.jobs if newest else 0,
            speed,
            tuple(ended),
        )

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
