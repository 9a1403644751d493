"""What a linted set comes to: counts, the rules, what could not be read and why. Lines for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from prover.formalize.labels import CPU_LIMIT_S, Score
from prover.formalize.lint import LintStatus, Report

_UNKNOWN = re.compile(r"Unknown (?:identifier|constant|namespace) `([^`]+)`", re.IGNORECASE)
_NOTATION = re.compile(r"the notation `[^`]+` [^;]* is not in this profile")
_SHOWN = 12
_NAMED = (LintStatus.VACUOUS, LintStatus.FALSE, LintStatus.DUPLICATE, LintStatus.SUSPICIOUS)


def summary(reports: Sequence[Report], toolchain: str) -> list[str]:
    """The whole set in a few lines: statuses with their ids, rules, reasons for what was not read, the cost."""
    counts = Counter(report.status for report in reports)
    total = ", ".join(f"{counts[status]} {status}" for status in LintStatus if counts[status])
    lines = [f"{len(reports)} statements on {toolchain}: {total}"]
    for status in _NAMED:
        names = [report.problem.id for report in reports if report.status is status]
        if names:
            lines.append(f"  {status}: {_listed(names)}")
    rules = Counter(
        rule for report in _read(reports) for rule in {finding.rule for finding in report.findings}
    )
    if rules:
        lines.append("  by rule: " + ", ".join(f"{rule} {count}" for rule, count in rules.most_common()))
    unread = _unread(reports)
    if unread:
        lines.append(f"  not read, so nothing is said of them ({counts[LintStatus.UNSUPPORTED]}):")
        lines += [f"    {len(names)}: {reason}{_few(names)}" for reason, names in unread]
    cpu_s = [report.lean_cpu_s for report in _read(reports)]
    if cpu_s:
        mean = sum(cpu_s) / len(cpu_s)
        lines.append(f"  Lean's CPU: {mean:.1f} s a statement, {max(cpu_s):.1f} s at most")
    return lines


def _read(reports: Sequence[Report]) -> list[Report]:
    return [report for report in reports if report.status is not LintStatus.UNSUPPORTED]


def _unread(reports: Sequence[Report]) -> list[tuple[str, list[str]]]:
    """Reasons, the most frequent first, with the ids to which they apply."""
    reasons: dict[str, list[str]] = {}
    for report in reports:
        if report.status is LintStatus.UNSUPPORTED:
            reasons.setdefault(_reason(report), []).append(report.problem.id)
    return sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))


def _reason(report: Report) -> str:
    message = report.findings[0].message if report.findings else "unknown"
    unknown = _UNKNOWN.search(message)
    if unknown is not None:
        return f"`{unknown[1]}` is not in this profile"
    notation = _NOTATION.search(message)
    if notation is not None:
        return notation[0]
    return message.removeprefix("the statement does not elaborate: ").partition("\n")[0][:100]


def _few(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if len(names) <= 3 else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def confusion(score: Score) -> list[str]:
    """The confusion matrix of a labelled set, what each rule caught, and what was missed."""
    statuses = [
        status.value for status in LintStatus if any(row[status.value] for row in score.matrix.values())
    ]
    width = max(len(label) for label in [*score.matrix, "label"])
    lines = ["  ".join([f"{'label':{width}}", *(f"{status:>11}" for status in statuses)])]
    for label, row in sorted(score.matrix.items(), key=lambda item: (item[0] != "faithful", item[0])):
        lines.append("  ".join([f"{label:{width}}", *(f"{row[status] or '.':>11}" for status in statuses)]))
    lines.append("caught by:")
    for label, rules in sorted(score.rules.items()):
        if rules:
            lines.append(f"  {label}: " + ", ".join(f"{rule} {n}" for rule, n in rules.most_common()))
    lines.append(
        f"false or vacuous: {score.caught} of {score.owed} caught within {CPU_LIMIT_S:g} s of Lean's CPU "
        f"({score.share:.1%})"
    )
    apart = {
        "true, but rejected with a proof (a wrong label, or worse)": score.rejected,
        "faithful, but suspicious": score.doubted,
        "missed": score.missed,
        "caught too late": score.late,
    }
    lines += [f"{what}: {', '.join(names) or 'none'}" for what, names in apart.items()]
    return lines
