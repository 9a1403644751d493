"""The card's pictures as PNG files: the funnel, where rows come from, proof lengths, difficulties.

Drawn by matplotlib (the extra `report`), one colour on white, the same bytes for the same numbers under one version of
it. Limits: without matplotlib there are none, and the card says so.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOUR, INK, GRID = "#3b6ea5", "#333333", "#dddddd"
_SIZE = (6.4, 3.4)
_MOST_BARS = 14


def available() -> bool:
    try:
        import matplotlib  # noqa: F401, PLC0415 - an extra, and slow to load
    except ImportError:
        return False
    return True


def pictures(
    funnel: Sequence[tuple[str, int]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[str, bytes]]:
    """By file name, what each picture shows and the picture."""
    found = {
        "funnel.png": ("Problems left after each stage", _bars(funnel)),
        "sources.png": ("Rows by source", _bars(_most(Counter(row["source"] for row in rows)))),
        "lengths.png": ("Lines of a proof", _histogram([_lines(row["Proof"]) for row in rows], "lines")),
    }
    levels = Counter(row["difficulty"] for row in rows if row["difficulty"])
    if levels:
        found["difficulty.png"] = ("Rows by difficulty", _bars(_in_order(levels)))
    rates = [row["rl_data"]["win_rate"] for row in rows if row["rl_data"]["n_proofs"] > 1]
    if rates:
        shares = Counter(f"{math.floor(10 * min(rate, 0.999)) * 10} %" for rate in rates)
        ordered = [(name, shares[name]) for name in (f"{k * 10} %" for k in range(10))]
        found["win_rates.png"] = ("Share of samples that are proofs, from", _bars(ordered))
    return found


def _lines(proof: str) -> int:
    return sum(bool(line.strip()) for line in proof.splitlines())


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rest = sum(count for _, count in ordered[_MOST_BARS:])
    return ordered[:_MOST_BARS] + ([("others", rest)] if rest else [])


def _in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    """Numbers by size, names by the alphabet."""

    def place(name: str) -> tuple[int, float, str]:
        return (0, float(name), "") if name.isascii() and name.isdigit() else (1, 0.0, name)

    return [(name, counts[name]) for name in sorted(counts, key=place)][:_MOST_BARS]


def _bars(counts: Sequence[tuple[str, int]]) -> bytes:
    def draw(axes: Axes) -> None:
        places = range(len(counts))
        bars = axes.barh(list(places), [count for _, count in counts], color=COLOUR, height=0.7)
        axes.set_yticks(list(places), [_plain(name) for name, _ in counts])
        axes.invert_yaxis()
        axes.bar_label(bars, padding=3, color=INK, fontsize=8)
        axes.margins(x=0.1)
        axes.grid(visible=False, axis="y")

    return _drawn(draw, max(1.6, 0.32 * len(counts) + 0.8))


def _histogram(values: Sequence[int], label: str) -> bytes:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    top = max(values, default=1)
    width = max(1, math.ceil(top / 20))

    def draw(axes: Axes) -> None:
        counts = Counter((value - 1) // width for value in values)
        places = sorted(counts)
        starts = [1 + place * width for place in places]
        axes.bar(starts, [counts[p] for p in places], width=0.9 * width, align="edge", color=COLOUR)
        axes.set_xlabel(label, color=INK)
        axes.set_ylabel("rows", color=INK)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))

    return _drawn(draw, _SIZE[1])


def _plain(name: str) -> str:
    """A name as a label: short, and no formula."""
    name = name.replace("$", r"\$")
    return name if len(name) <= 34 else f"{name[:18]}…{name[-15:]}"


def _drawn(draw: Callable[[Axes], None], height: float) -> bytes:
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    settings: Any = {"font.family": "DejaVu Sans", "font.size": 9}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(_SIZE[0], height), layout="constrained", facecolor="white")
        axes = figure.add_subplot()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.grid(color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        draw(axes)
        target = io.BytesIO()
        figure.savefig(target, format="png", dpi=130, metadata={"Software": None})
    return target.getvalue()
