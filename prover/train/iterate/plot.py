"""The gain as a picture: held-out pass@k by round with its intervals, and the control's beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.errors import MissingError

_COLOURS = {1: "#7b8794", 8: "#1f6feb", 32: "#8250df"}
_OTHER = "#bf3989"
_CONTROL = "#cf222e"


def write_plot(out: Path, content: Mapping[str, Any]) -> list[Path]:
    """`plot.svg` and `plot.png`. Raises `MissingError` where matplotlib is not installed."""
    try:
        import matplotlib as mpl  # noqa: PLC0415 - an extra, and slow to load
        from matplotlib.figure import Figure  # noqa: PLC0415
        from matplotlib.ticker import MaxNLocator, PercentFormatter  # noqa: PLC0415
    except ModuleNotFoundError:
        raise MissingError("the plot needs matplotlib", "pip install 'prover[report]'") from None
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "iterate", "font.size": 10.5}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        axes = figure.add_subplot()
        rows, controls, watch = content["rounds"], content["control"], content["watch"]
        known = [k for k in (1, watch, 8, 32) if all(row.get(f"pass@{k}") is not None for row in rows)]
        for k in sorted(set(known)):
            _line(axes, rows, k, colour=_COLOURS.get(k, _OTHER))
        if not known:
            axes.plot(
                [row["round"] for row in rows],
                [row["solved"] / max(1, row["n"]) for row in rows],
                "o-",
                label="solved",
            )
        if controls and watch in known:
            _line(axes, controls, watch, colour=_CONTROL, control=True)
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
    axes: Any, rows: Sequence[Mapping[str, Any]], k: int, *, colour: str, control: bool = False
) -> None:
    name, dash = (f"pass@{k}, control", "--") if control else (f"pass@{k}", "-")
    x = [row["round"] for row in rows]
    axes.plot(x, [row[f"pass@{k}"] for row in rows], f"o{dash}", label=name, color=colour, markersize=4)
    bounds = [row.get(f"pass@{k}_ci") or (row[f"pass@{k}"],) * 2 for row in rows]
    axes.fill_between(
        x, [b[0] for b in bounds], [b[1] for b in bounds], color=colour, alpha=0.14, linewidth=0
    )
