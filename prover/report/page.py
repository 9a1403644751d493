"""The page: runs read, counted and drawn, put into one HTML file that needs nothing else.

No network, no other file: style, script and data are in it, and its content security policy allows no more than that
one script. Everything that comes from a run is escaped by the template or is data that the script shows as text.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

from prover.errors import InputError, MissingError
from prover.report import metrics
from prover.report.explorer import Packer, index_json
from prover.report.plots import MAX_SERIES, Series, curve
from prover.report.record import Reader, Run, as_json, canary_label, run_names, tier_label
from prover.run_folder import timestamp, write_atomically
from prover.types import Problem, Spend

_FOLDER = Path(__file__).parent / "templates"
_GROUP_LABELS = ("subject", "category", "difficulty", "level")
_COSTS: tuple[tuple[str, str, Callable[[Spend], float]], ...] = (
    ("lean", "Lean's CPU seconds for each problem", lambda spend: spend.lean_cpu_s),
    ("wall", "wall seconds for each problem", lambda spend: spend.wall_s),
    ("tokens", "tokens for each problem", lambda spend: spend.tokens_in + spend.tokens_out),
    ("usd", "US dollars for each problem", lambda spend: spend.cost_usd),
)


def write_report(folders: Sequence[Path], target: Path) -> Path:
    """Write the page about these run folders to `target`.

    Raises `InputError` when a folder is no run or there are more than `MAX_SERIES`, `MissingError` where the packages
    of the extra `report` are missing.
    """
    if not 1 <= len(folders) <= MAX_SERIES:
        raise InputError(f"report: expected one to {MAX_SERIES} run folders, found {len(folders)}")
    page = render(folders)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, page)
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error}") from None
    return target


def needs() -> None:
    """Raises `MissingError` where what draws the curves is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingError("prover report: matplotlib is missing", "pip install 'prover[report]'")


def render(folders: Sequence[Path]) -> str:
    """The page's HTML."""
    import jinja2  # noqa: PLC0415 - slow to load

    needs()
    problems, runs, chunks = _read(folders)
    script = (_FOLDER / "explorer.js").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.1f}%"
    return environment.get_template("report.html").render(
        title=_title(runs),
        runs=runs,
        tier_label=tier_label,
        canary_label=canary_label,
        figures=_figures(runs),
        groups=_groups(problems, runs),
        failures=_failures(runs),
        comparisons=[metrics.compare(a.name, b.name, a.rows, b.rows) for a, b in combinations(runs, 2)],
        made=timestamp(),
        style=(_FOLDER / "report.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        index=as_json(index_json(problems, runs)),
        chunks=chunks,
        pass_keys=_pass_keys,
    )


def _read(folders: Sequence[Path]) -> tuple[list[Problem], list[Run], list[str]]:
    readers: list[Reader] = []
    try:
        for folder, name in zip(folders, run_names(folders), strict=True):
            readers.append(Reader(folder, name))
        problems = list({problem.id: problem for reader in readers for problem in reader.problems}.values())
        packer = Packer(problems, len(readers))
        runs = [reader.run(partial(packer.add, number)) for number, reader in enumerate(readers)]
        return problems, runs, list(packer.chunks())
    finally:
        for reader in readers:
            reader.close()


def _title(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        summary = runs[0].summary
        parts = (summary["benchmark"], summary["split"], summary["policy"], summary["profile"])
        return " · ".join(str(part) for part in parts if part)
    return f"{len(runs)} runs compared"


def _pass_keys(run: Run) -> list[str]:
    keys = (key for key in run.summary if key.startswith("pass@") and not key.endswith("_interval"))
    return [key for key in keys if run.summary[key] is not None]


def _figures(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Each curve that has something to show: the picture, and its numbers for a table."""
    figures = []
    passes = [(run, metrics.pass_points(run.summary)) for run in runs]
    shown = [(run, points) for run, points in passes if len(points) > 1]
    if shown:
        series = [
            Series(
                run.name,
                [p.x for p in points],
                [p.y for p in points],
                [p.low for p in points],
                [p.high for p in points],
            )
            for run, points in shown
        ]
        title = "pass@k, with 95% intervals over problems"
        svg = curve("pass", title, "k, samples for each problem", "pass@k", series, log_x=True, percent=True)
        rows = [
            (run.name, f"k = {p.x:g}", f"{100 * p.y:.1f}% ({100 * p.low:.1f} to {100 * p.high:.1f})")
            for run, points in shown
            for p in points
        ]
        figures.append({"title": title, "svg": svg, "head": ("run", "k", "pass@k"), "rows": rows})
    for key, label, cost in _COSTS:
        curves = [(run, metrics.solved_curve(metrics.answered(run.rows.values()), cost)) for run in runs]
        curves = [(run, points) for run, points in curves if points and points[-1][0] > 0]
        if not curves:
            continue
        smallest = min((x for _, points in curves for x, _ in points if x > 0), default=1.0)
        series = [
            Series(run.name, [max(x, smallest) for x, _ in points], [y for _, y in points], steps=True)
            for run, points in curves
        ]
        title = f"problems solved within a budget of {label}"
        svg = curve(key, title, label, "problems solved", series, log_x=True)
        rows = [
            (run.name, f"{share}%", f"{points[max(0, -(-len(points) * share // 100) - 1)][0]:.3g}")
            for run, points in curves
            for share in (25, 50, 75, 90, 100)
        ]
        figures.append(
            {"title": title, "svg": svg, "head": ("run", "of what it solved", label), "rows": rows}
        )
    return figures


def _groups(
    problems: Sequence[Problem], runs: Sequence[Run]
) -> list[tuple[str, list[tuple[str, list[Any]]]]]:
    """Label, then its values, then each run's group (or None where the run has none of it)."""
    by_id = {problem.id: problem for problem in problems}
    tables = []
    for label in _GROUP_LABELS:
        per_run = [
            {
                group.name: group
                for group in metrics.by_label(label, by_id, metrics.answered(run.rows.values()))
            }
            for run in runs
        ]
        names = list(dict.fromkeys(name for groups in per_run for name in groups))
        if len(names) > 1:
            tables.append((label, [(name, [groups.get(name) for groups in per_run]) for name in names]))
    return tables


def _failures(runs: Sequence[Run]) -> list[tuple[str, str, list[int]]]:
    """(status, error kind, failed attempts in each run), the commonest first."""
    kinds = {kind for run in runs for kind in run.failures}
    table = [(status, kind, [run.failures[status, kind] for run in runs]) for status, kind in kinds]
    return sorted(table, key=lambda row: (-sum(row[2]), row[0], row[1]))
