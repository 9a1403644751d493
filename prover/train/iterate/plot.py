"""The gain as a picture: held-out scores by round with their intervals, and the control's beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from prover.errors import MissingError

_COLOURS = {"pass@1": "#7b8794", "pass@8": "#1f6feb", "pass@32": "#8250df"}
_OTHER = "#bf3989"
_CONTROL = "#cf222e"


def require_plot() -> None:
    """Raises `MissingError` where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise MissingError("the plot needs matplotlib", "pip install 'prover[report]'")


def write_plot(out: Path, content: Mapping[str, Any]) -> list[Path]:
    """`plot.svg` and `plot.png`. Raises `MissingError` where matplotlib is not installed."""
    require_plot()
    import matplotlib as mpl  # noqa: PLC0415 - an extra, and slow to load
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator, PercentFormatter  # noqa: PLC0415

    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "iterate", "font.size": 10.5}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.add_subplot()
        rows, controls, score = content["rounds"], content["control"], content["score"]
        ks = (f"pass@{k}" for k in (1, content["watch"], 8, 32) if k is not None)
        known = [name for name in dict.fromkeys(ks) if any(row.get(name) is not None for row in rows)]
        for name in sorted(known, key=lambda name: int(name[5:])):
            _line(axes, rows, name, name, colour=_COLOURS.get(name, _OTHER))
        if score not in known:
            _line(axes, rows, "score", score, colour=_OTHER)
        if controls:
            _line(axes, controls, "score", f"{score}, control", colour=_CONTROL, dash="--")
        axes.set_xlabel("round")
        axes.set_ylabel("held-out problems")
        axes.set_ylim(0, 1.02)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.grid(alpha=0.25)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.legend(frameon=False, loc="best")
        axes.set_title(f"{rows[0]['n']} held-out problems, with 95% intervals", fontsize=10.5)
        files = [out / "plot.svg", out / "plot.png"]
        figure.savefig(files[0], metadata={"Date": None})
        figure.savefig(files[1], dpi=160)
    return files


def _line(
    axes: Any, rows: Sequence[Mapping[str, Any]], key: str, label: str, *, colour: str, dash: str = "-"
) -> None:
    """Over the rounds in which it is known."""
    own = [row for row in rows if row.get(key) is not None]
    x = [row["round"] for row in own]
    axes.plot(x, [row[key] for row in own], f"o{dash}", label=label, color=colour, markersize=4)
    bounds = [row.get(f"{key}_ci") or (row[key],) * 2 for row in own]
    axes.fill_between(
        x, [b[0] for b in bounds], [b[1] for b in bounds], color=colour, alpha=0.14, linewidth=0
    )
