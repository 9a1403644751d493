"""The gain, told: `summary.json` for programs, `report.md` for people, `plot.svg` and `plot.png` for a glance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prover.run_folder import write_atomically
from prover.train.iterate.measure import gain

SUMMARY, REPORT = "summary.json", "report.md"


@dataclass(frozen=True)
class Round:
    """What a round came to; the first one, 0, is the start, which is only scored."""

    number: int
    scored: Mapping[str, Any]
    proved: Mapping[str, Any] = field(default_factory=dict)
    harvested: Mapping[str, Any] = field(default_factory=dict)
    trained: Mapping[str, Any] = field(default_factory=dict)

    def score(self, k: int) -> float:
        """Held-out pass@k, or where that is not known the part of the problems that were solved."""
        known = self.scored.get(f"pass@{k}")
        return float(known if known is not None else self.scored["solved"] / max(1, self.scored["n"]))

    def interval(self, k: int) -> tuple[float, float, float]:
        """(score, low, high)."""
        low, high = self.scored.get(f"pass@{k}_ci") or (0.0, 1.0)
        return self.score(k), float(low), float(high)


def summary(
    rounds: Sequence[Round], controls: Sequence[Round], *, stopped: str, watch: int
) -> dict[str, Any]:
    """The value of `summary.json`: a row a round, and a row a round of the control."""
    best = max(rounds, key=lambda one: (one.score(watch), -one.number))
    return {
        "rounds": _rows(rounds),
        "control": _rows(controls),
        "watch": watch,
        "best": best.number,
        "stopped": stopped,
        "gain": gain(dict(rounds[0].scored), dict(rounds[-1].scored), watch),
        "control_gain": gain(dict(controls[0].scored), dict(controls[-1].scored), watch)
        if controls
        else None,
    }


def _rows(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    rows = []
    solved: set[str] = set()
    proofs: set[str] = set()
    for one in rounds:
        row: dict[str, Any] = {"round": one.number, "pass@1": None, "pass@8": None, "pass@8_ci": None}
        row |= {k: v for k, v in one.scored.items() if k.startswith("pass@") or k in ("n", "solved")}
        row |= {
            "proof_tokens": one.scored["proof_tokens"],
            "failures": one.scored["failures"],
            "canaries_refused": one.scored["canaries_refused"],
            "evaluation": one.scored["spend"],
        }
        if one.proved:
            now, own = set(one.proved["solved"]), set(one.proved["proofs"])
            row["training"] = {
                "problems": one.proved["problems"],
                "solved": len(now),
                "solved_first": len(now - solved),
                "solved_so_far": len(now | solved),
                "proofs": len(own),
                "novelty": len(own - proofs) / len(own) if own else None,
                "samples": one.proved["samples"],
                "wins": one.proved["wins"],
                "proof_tokens": one.proved["proof_tokens"],
                "failures": one.proved["failures"],
                "spend": one.proved["spend"],
            }
            solved, proofs = solved | now, proofs | own
        if one.harvested:
            row |= {
                "examples": one.harvested["trained_on"],
                "kinds": one.harvested.get("kinds", {}),
                "steps": one.trained.get("steps", 0),
                "loss": one.trained.get("loss"),
                "train_s": one.trained.get("seconds"),
                "train_tokens": one.trained.get("tokens"),
            }
        rows.append(row)
    return rows


def write_report(out: Path, content: Mapping[str, Any]) -> None:
    write_atomically(out / SUMMARY, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_atomically(out / REPORT, report(content))
    from prover.train.iterate.plot import write_plot  # noqa: PLC0415  an extra, and slow to load

    write_plot(out, content)


def report(content: Mapping[str, Any]) -> str:
    """The tables in Markdown."""
    lines = ["# Expert iteration", ""]
    for title, rows in (("Held-out problems", content["rounds"]), ("Control", content["control"])):
        if not rows:
            continue
        names = {k for row in rows for k in row if k.startswith("pass@") and not k.endswith("_ci")}
        ks = sorted(
            (k for k in names if any(row.get(k) is not None for row in rows)), key=lambda k: int(k[5:])
        )
        lines += [
            f"## {title}",
            "",
            f"| round | n | solved | {' | '.join(ks)} | examples | steps | tokens a proof |",
        ]
        lines += ["|" + "---|" * (6 + len(ks))]
        for row in rows:
            scores = [_score(row.get(k), row.get(f"{k}_ci")) for k in ks]
            facts = [row.get("examples", "–"), row.get("steps", "–"), row["proof_tokens"] or "–"]
            lines.append(
                f"| {' | '.join(map(str, [row['round'], row['n'], row['solved'], *scores, *facts]))} |"
            )
        lines.append("")
    lines += _training(content["rounds"])
    for name, text in (("gain", "From the first round to the last"), ("control_gain", "Of the control")):
        found = content.get(name)
        if found:
            low, high = found["ci"]
            lines.append(
                f"{text}, pass@{found['k']} changed by {found['gain']:+.1%} "
                f"(95% interval {low:+.1%} to {high:+.1%}, {found['n']} problems compared with themselves)."
            )
    lines += [f"Best round: {content['best']}. {content['stopped']}".rstrip(), ""]
    return "\n".join(lines)


def _training(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    own = [(row["round"], row["training"]) for row in rows if "training" in row]
    if not own:
        return []
    lines = ["## Training problems", ""]
    lines += [
        "| round | solved | for the first time | so far | samples | proofs | new proofs | CPU of Lean | tokens |"
    ]
    lines += ["|" + "---|" * 9]
    for number, t in own:
        novelty = "–" if t["novelty"] is None else f"{t['novelty']:.0%}"
        spend = t["spend"]
        tokens = spend["tokens_in"] + spend["tokens_out"]
        lines.append(
            f"| {number} | {t['solved']} of {t['problems']} | {t['solved_first']} | {t['solved_so_far']} | "
            f"{t['samples']} ({t['wins']} proved) | {t['proofs']} | {novelty} | {spend['lean_cpu_s']:.0f} s | "
            f"{tokens:,} |"
        )
    kinds = sorted({kind for row in rows for kind in row["failures"]})
    if kinds:
        lines += ["", "## Failed samples of held-out problems", "", f"| round | {' | '.join(kinds)} |"]
        lines += ["|" + "---|" * (1 + len(kinds))]
        for row in rows:
            counts = " | ".join(str(row["failures"].get(kind, 0)) for kind in kinds)
            lines.append(f"| {row['round']} | {counts} |")
    return [*lines, ""]


def _score(value: float | None, interval: Sequence[float] | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" + (f" ({interval[0]:.1%} to {interval[1]:.1%})" if interval else "")
