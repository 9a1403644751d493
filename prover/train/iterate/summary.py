"""What all rounds came to, as the value of `summary.json`: a row a round, the same of the control, and the gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prover.train.iterate.measure import PASS, SOLVED, gain


@dataclass(frozen=True)
class Round:
    """What a round came to; the first one, 0, is the start, which is only scored."""

    number: int
    scored: Mapping[str, Any]
    proved: Mapping[str, Any] = field(default_factory=dict)
    harvested: Mapping[str, Any] = field(default_factory=dict)
    trained: Mapping[str, Any] = field(default_factory=dict)

    def score(self, name: str) -> float | None:
        """Of the held-out problems `pass@k`, or the share that was `solved`; None where it is not known."""
        found = self.scored.get("solved_share" if name == SOLVED else name)
        return None if found is None else float(found)

    def interval(self, name: str) -> list[float] | None:
        """Its 95% interval."""
        found = self.scored.get("solved_share_ci" if name == SOLVED else f"{name}_ci")
        return None if found is None or self.score(name) is None else list(found)

    def cost(self) -> dict[str, dict[str, Any]]:
        """By stage, what the round took: seconds of the wall and of Lean's CPU, tokens of the models."""
        found = {"prove": _spent(self.proved), "evaluate": _spent(self.scored)}
        harvested = {"wall_s": self.harvested.get("wall_s", 0.0), "tokens": 0}
        found["harvest"] = {**harvested, "lean_cpu_s": self.harvested.get("lean_cpu_s", 0.0)}
        trained = {"wall_s": self.trained.get("wall_s", 0.0), "lean_cpu_s": 0.0}
        found["train"] = {**trained, "tokens": self.trained.get("tokens", 0)}
        return {name: found[name] for name in ("prove", "harvest", "train", "evaluate")}


def _spent(run: Mapping[str, Any]) -> dict[str, Any]:
    spend = run.get("spend", {})
    tokens = spend.get("tokens_in", 0) + spend.get("tokens_out", 0)
    return {
        "wall_s": run.get("wall_s", 0.0),
        "lean_cpu_s": round(spend.get("lean_cpu_s", 0.0), 1),
        "tokens": tokens,
    }


def best_of(rounds: Sequence[Round], name: str) -> int | None:
    """The first round of the highest score among those whose score is known."""
    known = [(score, -one.number) for one in rounds if (score := one.score(name)) is not None]
    return -max(known)[1] if known else None


def summary(
    rounds: Sequence[Round],
    controls: Sequence[Round],
    *,
    stopped: str,
    score: str,
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The value of `summary.json`. `score` is what decides; `about` what was asked of which models and problems."""
    return {
        "rounds": _rows(rounds, score),
        "control": _rows(controls, score),
        "score": score,
        "watch": int(score.removeprefix(PASS)) if score != SOLVED else None,
        "best": best_of(rounds, score),
        "stopped": stopped,
        "gain": gain(rounds[0].scored, rounds[-1].scored, score),
        "control_gain": gain(controls[0].scored, controls[-1].scored, score) if controls else None,
        "margin": gain(controls[-1].scored, rounds[-1].scored, score) if len(controls) > 1 else None,
        "cost": _total([*rounds, *controls[1:]]),
        "about": dict(about or {}),
    }


def _total(rounds: Sequence[Round]) -> dict[str, Any]:
    total: dict[str, Any] = {"wall_s": 0.0, "lean_cpu_s": 0.0, "tokens": 0}
    for one in rounds:
        for part in one.cost().values():
            total = {name: round(total[name] + part[name], 1) for name in total}
    return total


def _rows(rounds: Sequence[Round], score: str) -> list[dict[str, Any]]:
    rows = []
    known = _Known()
    for one in rounds:
        scored = one.scored
        row: dict[str, Any] = {"round": one.number, "pass@1": None, "pass@8": None, "pass@8_ci": None}
        row |= {k: v for k, v in scored.items() if k.startswith(PASS)}
        row |= {"score": one.score(score), "score_ci": one.interval(score)}
        row |= {k: scored.get(k, 0) for k in ("problems", "n", "solved", "unsupported", "infra")}
        row |= {
            "proof_tokens": scored["proof_tokens"],
            "failures": scored["failures"],
            "canaries_refused": scored["canaries_refused"],
            "evaluation": scored["spend"],
            "cost": one.cost(),
        }
        if one.proved:
            row["training"] = known.learn(one.proved)
        if one.harvested:
            row |= _learned(one)
        rows.append(row)
    return rows


class _Known:
    """What the rounds so far have solved, and with which proofs."""

    def __init__(self) -> None:
        self.solved: set[str] = set()
        self.proofs: set[str] = set()
        self.forms: set[str] = set()

    def learn(self, proved: Mapping[str, Any]) -> dict[str, Any]:
        """The row of a round's training problems."""
        now, own, forms = set(proved["solved"]), set(proved["proofs"]), set(proved["forms"])
        row = {
            "problems": proved["problems"],
            "solved": len(now),
            "solved_first": len(now - self.solved),
            "solved_so_far": len(now | self.solved),
            "proofs": len(own),
            "novelty": len(own - self.proofs) / len(own) if own else None,
            "forms": len(forms),
            "novel_forms": len(forms - self.forms) / len(forms) if forms else None,
            **{k: proved[k] for k in ("samples", "wins", "proof_tokens", "failures", "infra", "spend")},
        }
        self.solved, self.proofs, self.forms = self.solved | now, self.proofs | own, self.forms | forms
        return row


def _learned(one: Round) -> dict[str, Any]:
    """What a round was trained on, and how."""
    harvested, trained = one.harvested, one.trained
    return {
        "examples": harvested["trained_on"],
        "kinds": harvested.get("kinds", {}),
        "authors": harvested.get("authors", {}),
        "left_out": harvested.get("left_out", {}),
        "equal_answers": harvested.get("equal_answers"),
        "steps": trained.get("steps", 0),
        "loss": trained.get("loss"),
        "train_s": trained.get("wall_s", 0.0),
        "train_tokens": trained.get("tokens"),
    }
