"""Progress of a job of several stages, on stderr: a bar a stage on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from prover.datagen.stages import Progress
from prover.verbs.console import say

_EVERY_S = 5.0


@contextmanager
def stage_display() -> Iterator[Callable[[Progress], None]]:
    """A function that shows one `Progress`. Notes are shown once."""
    notes: set[str] = set()

    def fresh(progress: Progress) -> bool:
        new = bool(progress.note) and progress.note not in notes
        notes.add(progress.note)
        return new

    if not sys.stderr.isatty():
        yield _Plain(fresh)
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def show(progress: Progress) -> None:
            if fresh(progress):
                console.print(escape(progress.note), highlight=False)
            if progress.stage not in tasks:
                tasks[progress.stage] = bars.add_task(escape(progress.stage), total=progress.total)
            bars.update(tasks[progress.stage], completed=progress.done, total=progress.total)

        yield show


class _Plain:
    """A line when a stage begins and ends, and every few seconds in between."""

    def __init__(self, fresh: Callable[[Progress], bool]) -> None:
        self._fresh = fresh
        self._shown: dict[str, int] = {}
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        if self._fresh(progress):
            say(f"{progress.stage}: {progress.note}")
        ended = progress.done == progress.total
        due = time.monotonic() - self._last >= _EVERY_S
        before = self._shown.get(progress.stage)
        if progress.total and before != progress.done and (before is None or ended or due):
            self._shown[progress.stage] = progress.done
            self._last = time.monotonic()
            say(f"{progress.stage}: {progress.done} of {progress.total}")
