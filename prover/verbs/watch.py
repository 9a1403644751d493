"""`prover watch RUN`: where a run stands, drawn anew as it goes on."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from prover.codec import to_json
from prover.report.live import DONE, KILLED, RUNNING, STOPPED, WAITING, State, Watch
from prover.types import StopReason
from prover.verbs.console import emit_json, visible
from prover.verbs.progress import ENDINGS, clock, short

_STYLES = {WAITING: "dim", RUNNING: "cyan", STOPPED: "yellow", KILLED: "red", DONE: "green"}
_MARKS = {
    StopReason.PROVED: ("✓", "green"),
    StopReason.REFUTED: ("¬", "yellow"),
    StopReason.INFRA: ("!", "yellow"),
}
_ROWS_BESIDE = 17
"""Lines of a frame that are no problems."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="a run folder, also one that is not there yet")
    parser.add_argument(
        "--once", action="store_true", help="print one frame (so does output to a file or a pipe)"
    )
    parser.add_argument(
        "--every", type=_seconds, default=1.0, metavar="S", help="seconds between frames (default: 1)"
    )
    parser.add_argument("--json", action="store_true", help="print the state as one JSON value")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"expected 0.1 … 3600 seconds, found {text!r}")
    return value


async def run(args: argparse.Namespace) -> int:
    """Ends with the run, or with Ctrl-C, which is no failure here."""
    watch = Watch(args.run)
    try:
        if args.json:
            emit_json(as_json(watch.look()))
        elif args.once or not sys.stdout.isatty():
            console = Console(highlight=False)
            console.print(frame(watch.look(), 10))
        else:
            await _live(watch, args.every)
    finally:
        watch.close()
    return 0


async def _live(watch: Watch, every: float) -> None:
    console = Console(highlight=False)
    with Live(console=console, auto_refresh=False) as live:
        try:
            while True:
                state = watch.look(max(1, console.size.height - _ROWS_BESIDE))
                live.update(frame(state, max(1, console.size.height - _ROWS_BESIDE)), refresh=True)
                if state.work not in (WAITING, RUNNING):
                    return
                await asyncio.sleep(every)
        except asyncio.CancelledError:
            return


def as_json(state: State) -> dict[str, object]:
    return {
        "run": str(state.folder),
        "work": state.work,
        "why": state.why,
        "problems": state.total,
        "done": state.done,
        "proved": state.proved,
        "endings": {reason.value: count for reason, count in state.endings.items()},
        "per_minute": state.per_minute,
        "left_s": state.left_s,
        "spend": to_json(state.spend),
        "canaries_refused": state.canaries,
        "sessions": state.sessions,
        "jobs": state.jobs,
    }


def frame(state: State, rows: int) -> RenderableType:
    """Everything about one state, as wide as there is room."""
    head = Text.assemble((str(visible(str(state.folder))), "bold"), "  ", (state.work, _STYLES[state.work]))
    if state.why:
        head.append(f" ({state.why.replace('_', ' ')})", "dim")
    if state.config is None:
        return Group(head, Text("there is no run in this folder yet", "dim"))
    config = state.config
    what = (config.benchmark, config.split, config.policy, config.profile, config.model, str(config.budget))
    parts: list[RenderableType] = [head, Text(visible(" · ".join(part for part in what if part)), "dim")]
    if state.work == KILLED:
        parts.append(Text("its process is gone; the same command goes on from here", "yellow"))
    share = f"  {state.done} of {state.total} done, {state.proved} proved"
    if state.done:
        share += f" ({100 * state.proved / state.done:.1f}%)"
    bar = Table.grid(expand=True)
    bar.add_column(ratio=1)
    bar.add_column(no_wrap=True)
    bar.add_row(ProgressBar(total=max(1, state.total), completed=state.done), Text(share))
    return Group(*parts, Text(), bar, Text(), _figures(state), Text(), _latest(state, rows))


def _figures(state: State) -> Table:
    spend = state.spend
    facts = [
        ("speed", f"{state.per_minute:.3g} problems a minute" if state.per_minute else "–"),
        ("left", clock(state.left_s) if state.left_s is not None else "–"),
        (
            "time",
            f"{clock(spend.wall_s)}, {state.sessions} session{'s' * (state.sessions != 1)}, "
            f"{state.jobs} check{'s' * (state.jobs != 1)} at a time",
        ),
        ("Lean", f"{clock(spend.lean_cpu_s)} of CPU, {spend.checks:,} checks"),
    ]
    if spend.tokens_in + spend.tokens_out:
        tokens = f"{spend.samples:,} samples, {short(spend.tokens_in)} tokens read, {short(spend.tokens_out)} written"
        facts.append(("models", tokens + (f", ${spend.cost_usd:.2f}" if spend.cost_usd else "")))
    refused = f"{state.canaries} fakes put to the checker, all refused"
    facts.append(("canaries", refused if state.canaries else "counted when a session ends"))
    order = sorted(state.endings.items(), key=lambda item: -item[1])
    facts.append(("endings", ", ".join(f"{count} {ENDINGS[reason]}" for reason, count in order) or "–"))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, value in facts:
        table.add_row(name, Text(value))
    return table


def _latest(state: State, rows: int) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=5, style="dim")
    table.add_column(no_wrap=True, style="dim", width=8)
    for ended in state.latest[:rows]:
        mark, style = _MARKS.get(ended.reason, ("✗", "red"))
        told = "" if ended.reason is StopReason.PROVED else ended.detail
        said = ENDINGS[ended.reason] + (f": {told}" if told else "")
        line = (Text(mark, style), Text(visible(ended.problem_id)), Text(" ".join(visible(said).split())))
        table.add_row(*line, Text(ended.finished[11:19]))
    return table
