"""Progress on stderr: a bar on a terminal, one plain line a problem elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from prover.pipeline import Progress
from prover.types import StopReason, Trace
from prover.verbs.console import say

_ENDINGS = {
    StopReason.PROVED: "proved",
    StopReason.UNSUPPORTED: "cannot be read",
    StopReason.EXHAUSTED: "not proved, nothing left to try",
    StopReason.INFRA: "no answer, something of ours broke",
    StopReason.INTERRUPTED: "interrupted",
    StopReason.SAMPLES: "not proved, out of samples",
    StopReason.TOKENS: "not proved, out of tokens",
    StopReason.LEAN_CPU: "not proved, out of Lean's CPU time",
    StopReason.WALL: "not proved, out of time",
}

Show = Callable[[Progress], None]


@contextmanager
def progress_display(total: int) -> Iterator[Show]:
    """A function that shows one `Progress`; `total` is the number of problems of the run."""
    if not sys.stderr.isatty():
        yield _plain
        return
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("0 proved", total=total)

        def show(progress: Progress) -> None:
            if progress.note:
                console.print(escape(progress.note), highlight=False)
            bar.update(
                task, completed=progress.done, total=progress.total, description=f"{progress.proved} proved"
            )

        yield show


def _plain(progress: Progress) -> None:
    if progress.note:
        say(progress.note)
    if progress.trace is not None:
        say(f"[{progress.done}/{progress.total}] {describe(progress.trace)}")


def describe(trace: Trace) -> str:
    """One line: which problem, how it ended, how long it took, and why not where there is a reason."""
    reason = f": {trace.detail}" if trace.detail and trace.proof is None else ""
    return f"{trace.problem.id}: {_ENDINGS[trace.stop_reason]} ({trace.spend.wall_s:.1f} s){reason}"[:300]
