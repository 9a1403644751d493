"""Curves as SVG text, drawn by matplotlib and coloured by the page's own style sheet.

Colours are drawn as marker values and replaced by CSS variables, so that one picture serves light, dark and print;
text stays text. Every picture carries a title for screen readers, and the page puts the numbers beside it as a table.
Limits: at most `MAX_SERIES` lines a picture, one style each.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_SERIES = 8
_INK, _MUTED, _GRID = "#0a0b01", "#0a0b02", "#0a0b03"
_SERIES = tuple(f"#0c0d{number:02x}" for number in range(1, MAX_SERIES + 1))
_VARIABLES = {
    _INK: "var(--ink)",
    _MUTED: "var(--muted)",
    _GRID: "var(--line)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES, 1)},
}
_DASHES = ("-", "--", "-.", ":") * (MAX_SERIES // 4)
_MARKERS = "osD^vPX*"
_SIZE = (5.6, 3.3)
_LEGEND = 48


@dataclass(frozen=True, slots=True)
class Series:
    """One line: x and y, with the bounds of an interval where there is one; `steps` for counts that jump."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    steps: bool = False


def curve(
    key: str,
    title: str,
    x_label: str,
    y_label: str,
    series: Sequence[Series],
    *,
    log_x: bool = False,
    percent: bool = False,
) -> str:
    """An `<svg>` element. `key` is unique on the page."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra, and slow to load
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator, PercentFormatter  # noqa: PLC0415

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": key,
        "font.family": "DejaVu Sans",
        "font.size": 10.5,
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=_SIZE, layout="constrained")
        axes = figure.add_subplot()
        _style(axes)
        for number, line in enumerate(series[:MAX_SERIES]):
            _draw(axes, number, line, markers=len(line.x) <= 16)
        if log_x:
            axes.set_xscale("log", base=2 if percent else 10)
            axes.xaxis.set_major_locator(LogLocator(2.0) if percent else LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        if percent:
            axes.set_ylim(0, 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        else:
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(x_label, color=_MUTED)
        axes.set_ylabel(y_label, color=_MUTED)
        if len(series) > 1:
            columns = 2 if max(len(_short(line.name)) for line in series) <= 24 else 1
            figure.legend(
                loc="outside upper left", frameon=False, labelcolor=_INK, fontsize=9.5, ncols=columns
            )
        target = io.StringIO()
        figure.savefig(target, format="svg", transparent=True, metadata={"Date": None})
    return _themed(target.getvalue(), key, title)


def _style(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_GRID)
    axes.grid(color=_GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_MUTED, which="both", length=3)


def _draw(axes: Axes, number: int, line: Series, *, markers: bool) -> None:
    colour = _SERIES[number]
    if line.low and line.high:
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.16, linewidth=0)
    axes.plot(
        line.x,
        line.y,
        color=colour,
        label=_short(line.name),
        linestyle=_DASHES[number],
        linewidth=2,
        marker=_MARKERS[number] if markers else None,
        markersize=5,
        drawstyle="steps-post" if line.steps else "default",
    )


def _short(name: str) -> str:
    """A run's name as a legend has room for it: its beginning and its end."""
    # A name that begins with `_` would be left out of the legend, and `$` begin a formula.
    name = name.lstrip("_").replace("$", r"\$") or name
    return name if len(name) <= _LEGEND else f"{name[: _LEGEND // 2]}…{name[-_LEGEND // 2 + 1 :]}"


def _themed(svg: str, key: str, title: str) -> str:
    """The `<svg>` element alone: no fixed size or font, ids that are its own, colours from the style sheet."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', svg)
    svg = re.sub(r"font: ([0-9.]+px) [^;\"]*", r"font: \1 system-ui, sans-serif", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    label = escape(title, quote=True)
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}" class="plot"', 1)
