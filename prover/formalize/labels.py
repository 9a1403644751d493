"""How well the linter does on statements whose faults are known: the confusion matrix of a labelled set.

A row's `label` says what was done to the statement (`faithful`, or any other word), its `truth` what it comes to
(`true`, `false`, `vacuous`, or `none` where it says nothing). Without a `truth`, the labels `faithful`, `false` and
`vacuous` speak for themselves, and of other labels nothing is demanded. Only `false` and `vacuous` are verdicts that
the linter owes: it has a proof for them or is silent, so a rejected `true` statement is a wrong label or an unsound
check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prover.errors import InputError
from prover.formalize.lint import LintStatus, Report
from prover.types import Problem

_TRUTHS = ("true", "false", "vacuous", "none")
_OWN_TRUTH = {"faithful": "true", "false": "false", "vacuous": "vacuous"}
_PROVED = (LintStatus.VACUOUS, LintStatus.FALSE)
CPU_LIMIT_S = 5.0
"""Seconds of Lean's CPU within which a false or vacuous statement should be caught."""


@dataclass(frozen=True, slots=True)
class Score:
    matrix: dict[str, Counter[str]]
    """Reports by label and status."""
    rules: dict[str, Counter[str]]
    """Statements by label and rule; one that several rules speak of counts for each."""
    rejected: tuple[str, ...]
    """True statements that were called false or vacuous."""
    doubted: tuple[str, ...]
    """Faithful statements that a heuristic rule calls suspicious."""
    missed: tuple[str, ...]
    """False and vacuous statements of which the linter does not say it."""
    late: tuple[str, ...]
    """Those that were caught, but not within `CPU_LIMIT_S`."""
    owed: int
    cpu_s: tuple[float, ...]

    @property
    def caught(self) -> int:
        return self.owed - len(self.missed) - len(self.late)

    @property
    def share(self) -> float:
        """Of the false and vacuous statements, those caught in time."""
        return self.caught / self.owed if self.owed else 1.0

    def to_json(self) -> dict[str, Any]:
        return {
            "matrix": {label: dict(row) for label, row in self.matrix.items()},
            "rules": {label: dict(row) for label, row in self.rules.items()},
            "rejected": list(self.rejected),
            "doubted": list(self.doubted),
            "missed": list(self.missed),
            "late": list(self.late),
            "owed": self.owed,
            "caught": self.caught,
            "share": round(self.share, 4),
            "cpu_limit_s": CPU_LIMIT_S,
            "lean_cpu_s": {
                "mean": round(sum(self.cpu_s) / len(self.cpu_s), 3) if self.cpu_s else 0.0,
                "max": round(max(self.cpu_s, default=0.0), 3),
            },
        }


def require_labels(problems: Sequence[Problem]) -> None:
    """Raises `InputError` for a problem without a label, or with a `truth` that is none."""
    for problem in problems:
        if not problem.meta.get("label"):
            raise InputError(f"{problem.source}: {problem.id}: expected a field `label`")
        if problem.meta.get("truth", "true") not in _TRUTHS:
            raise InputError(
                f"{problem.source}: {problem.id}: expected `truth` to be one of {', '.join(_TRUTHS)}, "
                f"found {problem.meta['truth']!r}"
            )


def score(reports: Sequence[Report]) -> Score:
    """What the reports on labelled problems come to."""
    matrix: dict[str, Counter[str]] = {}
    rules: dict[str, Counter[str]] = {}
    rejected, doubted, missed, late = [], [], [], []
    owed = 0
    for report in reports:
        problem = report.problem
        label = problem.meta["label"]
        truth = problem.meta.get("truth") or _OWN_TRUTH.get(label, "none")
        matrix.setdefault(label, Counter())[report.status.value] += 1
        rules.setdefault(label, Counter()).update({finding.rule for finding in report.findings})
        said = next((f.rule for f in report.findings if f.rule in _PROVED), "")
        if truth in _PROVED:
            owed += 1
            if said != truth:
                missed.append(problem.id)
            elif report.lean_cpu_s > CPU_LIMIT_S:
                late.append(problem.id)
        if said and truth not in (said, "none"):
            rejected.append(problem.id)
        if label == "faithful" and report.status is LintStatus.SUSPICIOUS:
            doubted.append(problem.id)
    return Score(
        matrix,
        rules,
        tuple(rejected),
        tuple(doubted),
        tuple(missed),
        tuple(late),
        owed,
        tuple(report.lean_cpu_s for report in reports),
    )
