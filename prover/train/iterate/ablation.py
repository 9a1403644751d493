"""What each part is worth: the same iteration, once for each part without it (or with it, where it is not in use).

All of them share seeds, problems and the recipe's other settings, and differ in the part alone. What comes before any
part has a say, the start's score and the first round's samples, is drawn once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from prover.bootstrap.example import Kind
from prover.errors import InputError
from prover.train.folder import read_json
from prover.train.iterate.config import Iteration
from prover.train.iterate.measure import PASS, gain
from prover.train.iterate.stage import DONE, is_done, make_folder

AS_IT_IS = "as-it-is"


def _harvest(config: Iteration, **changes: Any) -> Iteration:
    return config.model_copy(update={"harvest": config.harvest.model_copy(update=changes)})


def _rarity(config: Iteration) -> tuple[str, Iteration]:
    if config.harvest.rarity:
        return "without-rarity-weights", _harvest(config, rarity=0.0)
    return "with-rarity-weights", _harvest(config, rarity=0.5)


def _repairs(config: Iteration) -> tuple[str, Iteration]:
    kinds = config.harvest.kinds
    if Kind.REPAIR in kinds:
        return "without-repairs", _harvest(config, kinds=tuple(k for k in kinds if k is not Kind.REPAIR))
    return "with-repairs", _harvest(config, kinds=(*kinds, Kind.REPAIR))


def _curriculum(config: Iteration) -> tuple[str, Iteration]:
    if config.the_recipe().curriculum is not None:
        return "without-curriculum", config.model_copy(update={"curriculum": {}})
    return "with-curriculum", config.model_copy(update={"curriculum": {"by": "level"}})


def _block(config: Iteration) -> tuple[str, Iteration]:
    if config.the_recipe().block is not None:
        return "without-block-training", config.model_copy(update={"block": {}})
    return "with-block-training", config.model_copy(update={"block": {"examples": 3}})


def _words(config: Iteration) -> tuple[str, Iteration]:
    name = "without-words" if config.harvest.words else "with-words"
    return name, _harvest(config, words=not config.harvest.words)


def _samples(config: Iteration) -> tuple[str, Iteration]:
    if config.samples == "fresh":
        return "with-a-fixed-set", config.model_copy(update={"samples": "fixed"})
    return "with-fresh-samples", config.model_copy(update={"samples": "fresh"})


PARTS: Mapping[str, Callable[[Iteration], tuple[str, Iteration]]] = {
    "rarity": _rarity,
    "repairs": _repairs,
    "curriculum": _curriculum,
    "block": _block,
    "words": _words,
    "samples": _samples,
}


def variants(config: Iteration, parts: str) -> dict[str, Iteration]:
    """By name, the iteration as it is and one for each part (`all`, or names with commas). Raises `InputError`."""
    names = list(PARTS) if parts == "all" else [name.strip() for name in parts.split(",")]
    found = {AS_IT_IS: config}
    for name in names:
        if name not in PARTS:
            raise InputError(f"--ablate: expected some of {', '.join(PARTS)}, found {name!r}")
        # Only the iteration as it is has a control.
        title, changed = PARTS[name](config.model_copy(update={"control": False}))
        changed.the_recipe()
        found[title] = changed
    return found


def begin_alike(first: Path, other: Path) -> None:
    """Give an iteration that has not begun the stages that it shares with `first`."""
    for stage in ("main/round-0/evaluate", "main/round-1/prove"):
        source, target = first / stage, other / stage
        if is_done(source) and not target.exists():
            make_folder(target.parent)
            half = target.with_name(f"{target.name}.half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(source, half)
            half.rename(target)


def table(results: Mapping[str, Mapping[str, Any]], out: Path) -> tuple[list[dict[str, Any]], str]:
    """A row a variant, at its last round, and the same in Markdown. The variants' folders are in `out`.

    Each is compared with the iteration as it is problem by problem, with 95% intervals of the difference.
    """
    score = next(iter(results.values()))["score"]
    scored = {name: _last_scored(result, out / name) for name, result in results.items()}
    rows = [_row(name, result, scored[name], scored[AS_IT_IS]) for name, result in results.items()]
    lines = [f"| variant | pass@1 | difference | {score} | difference | how many | examples | steps |"]
    lines += ["|" + "---|" * 8]
    for row in rows:
        cells = [
            row["variant"],
            _percent(row["pass@1"]),
            _interval(row["pass@1_difference"]),
            _percent(row["score"]),
            _interval(row["difference"]),
            f"{row['solved']} of {row['n']}",
            row["examples"],
            row["steps"],
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return rows, "\n".join(lines) + "\n"


def _last_scored(result: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """The last round's evaluation, with each problem's draws."""
    folder = out / "main" / f"round-{result['rounds'][-1]['round']}" / "evaluate"
    return dict(read_json(folder / DONE)["result"])


def _row(
    name: str, result: Mapping[str, Any], scored: dict[str, Any], whole: dict[str, Any]
) -> dict[str, Any]:
    last, score = result["rounds"][-1], result["score"]
    own = result["rounds"][1:]
    differs = name != AS_IT_IS
    return {
        "variant": name,
        "rounds": len(own),
        "pass@1": last.get("pass@1"),
        "pass@1_difference": gain(whole, scored, f"{PASS}1") if differs else None,
        "score_is": score,
        "score": last["score"],
        "difference": gain(whole, scored, score) if differs else None,
        "gain": result["gain"],
        "solved": last["solved"],
        "n": last["n"],
        "examples": own[-1].get("examples", 0) if own else 0,
        "steps": own[-1].get("steps", 0) if own else 0,
    }


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _interval(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "–"
    low, high = found["ci"]
    return f"{found['gain']:+.1%} ({low:+.1%} to {high:+.1%})"
