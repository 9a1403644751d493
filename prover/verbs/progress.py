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

ENDINGS = {
    StopReason.PROVED: "proved",
    StopReason.REFUTED: "refuted",
    StopReason.UNSUPPORTED: "cannot be read",
    StopReason.EXHAUSTED: "not proved, nothing left to try",
    StopReason.INFRA: "no answer, something of ours broke",
    StopReason.INTERRUPTED: "interrupted",
    StopReason.SAMPLES: "not proved, out of samples",
    StopReason.TOKENS: "not proved, out of tokens",
    StopReason.LEAN_CPU: "not proved, out of Lean's CPU time",
    StopReason.PAUSED: "not proved so far",
    StopReason.WALL: "not proved, out of time",
    StopReason.USD: "not proved, out of money",
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
                task, completed=progress.done, total=progress.total, description=escape(standing(progress))
            )

        yield show


def _plain(progress: Progress) -> None:
    if progress.note:
        say(progress.note)
    if progress.trace is not None:
        counts = f"[{progress.done}/{progress.total}, {standing(progress)}]"
        say(f"{counts} {describe(progress.trace)}")


def standing(progress: Progress) -> str:
    """Where the run stands: solved, speed, what it has used, and when it will be done at this speed."""
    spend = progress.spend
    parts = [f"{progress.proved} proved"]
    tokens = spend.tokens_in + spend.tokens_out
    if tokens:
        parts.append(f"{short(tokens)} tokens")
    if spend.cost_usd:
        parts.append(f"${spend.cost_usd:.2f}")
    if spend.lean_cpu_s >= 1:
        parts.append(f"Lean {clock(spend.lean_cpu_s)}")
    if progress.session_done and progress.session_s > 0:
        rate = progress.session_done / progress.session_s
        parts.append(f"{rate * 60:.3g}/min")
        if progress.total > progress.done:
            parts.append(f"{clock((progress.total - progress.done) / rate)} left")
    return ", ".join(parts)


def short(count: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return str(count)


def clock(seconds: float) -> str:
    """`42 s`, `3:07 min`, `5:30 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02} h"


def describe(trace: Trace) -> str:
    """One line: which problem, how it ended, how long it took, and why not where there is a reason."""
    reason = f": {trace.detail}" if trace.detail and trace.proof is None else ""
    return f"{trace.problem.id}: {ENDINGS[trace.stop_reason]} ({trace.spend.wall_s:.1f} s){reason}"[:300]
