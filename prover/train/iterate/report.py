"""The gain, told: `summary.json` for programs, `report.md` for people, `plot.svg` and `plot.png` for a glance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.run_folder import write_atomically
from prover.train.iterate.measure import PASS

SUMMARY, REPORT = "summary.json", "report.md"

Row = Mapping[str, Any]


def write_report(out: Path, content: Mapping[str, Any]) -> None:
    write_atomically(out / SUMMARY, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_atomically(out / REPORT, report(content))
    from prover.train.iterate.plot import write_plot  # noqa: PLC0415  an extra, and slow to load

    write_plot(out, content)


def report(content: Mapping[str, Any]) -> str:
    """The tables in Markdown."""
    rows, controls, about = content["rounds"], content["control"], content["about"]
    parts = [
        ["# Expert iteration"],
        _about(about),
        _held_out("Held-out problems", rows, content["score"], about),
        _held_out("Control", controls, content["score"], about) if controls else [],
        _learned(rows, controls),
        _training(rows),
        _failures("Failed samples of held-out problems", [(r["round"], r["failures"]) for r in rows]),
        _failures(
            "Failed samples of training problems",
            [(r["round"], r["training"]["failures"]) for r in rows if "training" in r],
        ),
        _cost(rows, controls, content["cost"]),
        list(_gains(content)),
        [_end(content)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _about(about: Mapping[str, Any]) -> list[str]:
    if not about:
        return []
    lines = [
        f"Start: `{about['base']}`, prompts of the family `{about['family']}`, backend `{about['backend']}`, recipe "
        f"`{about['recipe']}`. Judge: profile `{about['profile']}`, {about['toolchain']}.",
        "",
    ]
    facts = ((name, about[key]) for name, key in (("held out", "held_out"), ("to learn from", "to_learn")))
    table = [
        (name, one["name"], one["problems"], one["search"], f"`{one['sha256'][:12]}`") for name, one in facts
    ]
    return lines + _table(("problems", "set", "how many", "search", "SHA-256"), table)


def _held_out(title: str, rows: Sequence[Row], score: str, about: Mapping[str, Any]) -> list[str]:
    names = {k for row in rows for k in row if k.startswith(PASS) and not k.endswith("_ci")}
    known = (k for k in names if any(row.get(k) is not None for row in rows))
    ks = sorted(known, key=lambda k: int(k.removeprefix(PASS)))
    shown = [(k, k, f"{k}_ci") for k in ks]
    if score not in ks:
        shown.append((score if score.startswith(PASS) else f"share {score}", "score", "score_ci"))
    lines = [
        (
            row["round"],
            row["n"],
            row["solved"],
            *(_score(row.get(value), row.get(ci)) for _, value, ci in shown),
            row["proof_tokens"] or "–",
        )
        for row in rows
    ]
    heads = ("round", "n", "solved", *(name for name, _, _ in shown), "tokens a proof")
    last = rows[-1]
    answered = ", and that got an answer" if last["infra"] else ""
    headline = (
        f"In the last round {last['solved']} solved of {last['n']} that `{about.get('profile', 'the profile')}` can "
        f"read{answered}, of {last['problems']}."
    )
    return [f"## {title}", "", *_table(heads, lines), "", headline]


def _learned(rows: Sequence[Row], controls: Sequence[Row]) -> list[str]:
    """Whose proofs a round learned from, which tells learning from oneself from learning from the hammer."""
    own = [row for row in rows if "examples" in row]
    if not own:
        return []
    authors = sorted({name for row in own for name in row["authors"]})
    wrong = {row["round"]: row for row in controls if "examples" in row}
    heads = ["round", "examples", *(f"of the {name}" for name in authors), "steps", "loss"]
    heads += ["in the control", "equal answers there", "its steps"] if wrong else []
    lines = []
    for row in own:
        by = [row["authors"].get(name, 0) for name in authors]
        line = [row["round"], row["examples"], *by, row["steps"], _number(row["loss"], ".3f")]
        if wrong:
            other = wrong.get(row["round"], {})
            line += [other.get(key, "–") for key in ("examples", "equal_answers", "steps")]
        lines.append(line)
    return ["## What was learned from", "", *_table(heads, lines)]


def _training(rows: Sequence[Row]) -> list[str]:
    own = [(row["round"], row["training"]) for row in rows if "training" in row]
    if not own:
        return []
    heads = ("round", "solved", "for the first time", "so far", "samples", "proofs", "new proofs")
    lines = [
        (
            number,
            f"{t['solved']} of {t['problems']}",
            t["solved_first"],
            t["solved_so_far"],
            f"{t['samples']} ({t['wins']} proved)",
            t["proofs"],
            _number(t["novelty"], ".0%"),
            t["forms"],
            _number(t["novel_forms"], ".0%"),
        )
        for number, t in own
    ]
    return ["## Training problems", "", *_table((*heads, "forms of proofs", "new forms"), lines)]


def _failures(title: str, rows: Sequence[tuple[int, Mapping[str, int]]]) -> list[str]:
    kinds = sorted({kind for _, counts in rows for kind in counts})
    if not kinds:
        return []
    lines = [(number, *(counts.get(kind, 0) for kind in kinds)) for number, counts in rows]
    return [f"## {title}", "", *_table(("round", *kinds), lines)]


def _cost(rows: Sequence[Row], controls: Sequence[Row], total: Mapping[str, Any]) -> list[str]:
    # The start is scored once for both.
    arms = [("main", row) for row in rows] + [("control", row) for row in controls[1:]]
    lines = [(row["round"], arm, *map(_spent, row["cost"].values())) for arm, row in arms]
    lines.sort(key=lambda line: line[0])
    stages = rows[0]["cost"]
    return [
        "## Cost",
        "",
        "Seconds of the wall, of Lean's CPU (L), and tokens of the models.",
        "",
        *_table(("round", "arm", *stages), lines),
        "",
        f"In all {_spent(total)}.",
    ]


def _spent(part: Mapping[str, Any]) -> str:
    facts = [
        f"{part['wall_s']:.0f} s" if part["wall_s"] else "",
        f"{part['lean_cpu_s']:.0f} s L" if part["lean_cpu_s"] else "",
        f"{part['tokens']:,} tokens" if part["tokens"] else "",
    ]
    return ", ".join(fact for fact in facts if fact) or "–"


def _gains(content: Mapping[str, Any]) -> Iterator[str]:
    for name, text in (
        ("gain", "From the first round to the last, {score} changed by"),
        ("control_gain", "Of the control, {score} changed by"),
        ("margin", "Beyond the control of the same round, {score} is"),
    ):
        found = content.get(name)
        if found:
            low, high = found["ci"]
            yield (
                f"{text.format(score=found['score'])} {found['gain']:+.1%} (95% interval {low:+.1%} to {high:+.1%}, "
                f"{found['n']} problems compared with themselves)."
            )


def _end(content: Mapping[str, Any]) -> str:
    if content["best"] is None:
        return f"No round's {content['score']} is known. {content['stopped']}".rstrip()
    return f"Best round: {content['best']}. {content['stopped']}".rstrip()


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return lines + [f"| {' | '.join(map(str, row))} |" for row in rows]


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _score(value: float | None, interval: Sequence[float] | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" + (f" ({interval[0]:.1%} to {interval[1]:.1%})" if interval else "")
