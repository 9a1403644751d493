"""The planted set: its shape, its counts, the score over it, and a sample of it on real Lean."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from prover import cli
from prover.errors import InputError
from prover.formalize.finding import Finding
from prover.formalize.labels import require_labels, score
from prover.formalize.lint import LintStatus, Report, lint
from prover.formalize.summary import confusion, summary
from prover.lean.checker import PlainChecker
from prover.paths import bundled
from prover.problems import load_problems
from prover.types import Problem

FOLDER = bundled("data", "planted")
TUNED = load_problems(FOLDER / "tuned.jsonl").problems
HOLDOUT = load_problems(FOLDER / "holdout.jsonl").problems


def test_every_row_says_what_is_wrong_with_it_and_why() -> None:
    require_labels([*TUNED, *HOLDOUT])
    names = [problem.id for problem in [*TUNED, *HOLDOUT]]
    assert len(set(names)) == len(names)
    for problem in [*TUNED, *HOLDOUT]:
        assert problem.statement is not None
        assert problem.informal_statement
        assert problem.meta["reason"]
        assert problem.meta.get("of", names[0]) in names
        owed = {"faithful": "true", "false": "false", "vacuous": "vacuous", "unreadable": "none"}
        assert problem.meta["truth"] == owed.get(problem.meta["label"], problem.meta["truth"])


def test_the_counts_are_those_of_the_readme() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| hold-out |")[2]
    for label, tuned in Counter(problem.meta["label"] for problem in TUNED).items():
        line = next(line for line in table.splitlines() if line.startswith("|") and f"`{label}`" in line)
        assert str(tuned) in line.split("|")[2]
        held = sum(problem.meta["label"] == label for problem in HOLDOUT)
        assert str(held) in line.split("|")[3]
    assert f"({len(TUNED)} rows)" in readme
    assert f"({len(HOLDOUT)} rows)" in readme
    assert f"{len(TUNED) + len(HOLDOUT)} statements" in readme


def report(name: str, label: str, truth: str, status: LintStatus, *rules: str, cpu_s: float = 1.0) -> Report:
    problem = Problem(name, "", meta={"label": label, **({"truth": truth} if truth else {})})
    return Report(problem, status, tuple(Finding(rule, "…") for rule in rules), lean_cpu_s=cpu_s)


def test_the_score_counts_what_is_owed_and_what_is_rejected_in_vain() -> None:
    found = score(
        [
            report("good", "faithful", "", LintStatus.OK),
            report("wronged", "faithful", "true", LintStatus.FALSE, "false"),
            report("doubted", "faithful", "true", LintStatus.SUSPICIOUS, "zero_divisor"),
            report("caught", "wrong_type", "false", LintStatus.FALSE, "natural_subtraction", "false"),
            report("both", "duplicate", "false", LintStatus.FALSE, "duplicate", "false"),
            report("late", "vacuous", "", LintStatus.VACUOUS, "vacuous", cpu_s=6.0),
            report("missed", "false", "", LintStatus.OK),
            report("confused", "false", "", LintStatus.VACUOUS, "vacuous"),
            report("free", "weakened", "", LintStatus.OK),
        ]
    )
    assert (found.owed, found.caught, found.share) == (5, 2, 0.4)
    assert found.rejected == ("wronged", "confused")
    assert found.doubted == ("doubted",)
    assert found.missed == ("missed", "confused")
    assert found.late == ("late",)
    assert found.matrix["faithful"] == {"ok": 1, "false": 1, "suspicious": 1}
    assert found.rules["wrong_type"] == {"natural_subtraction": 1, "false": 1}
    text = "\n".join(confusion(found))
    assert "2 of 5 caught within 5 s of Lean's CPU (40.0%)" in text
    assert "missed: missed, confused" in text
    assert json.loads(json.dumps(found.to_json()))["share"] == 0.4


def test_labels_that_are_missing_or_strange_are_refused() -> None:
    with pytest.raises(InputError, match="expected a field `label`"):
        require_labels([Problem("a")])
    with pytest.raises(InputError, match="expected `truth` to be one of"):
        require_labels([Problem("a", meta={"label": "x", "truth": "perhaps"})])


def test_the_summary_says_what_was_not_read_and_why() -> None:
    def unread(name: str, message: str) -> Report:
        return Report(Problem(name), LintStatus.UNSUPPORTED, (Finding("elaborates", message),))

    reports = [
        unread("a", "the statement does not elaborate: Unknown identifier `ℝ`"),
        unread("b", "the statement does not elaborate: Unknown identifier `ℝ`"),
        unread("c", "the statement does not elaborate: expected token\nmore"),
        report("d", "x", "", LintStatus.FALSE, "false", cpu_s=3.0),
    ]
    assert summary(reports, "core") == [
        "4 statements on core: 1 false, 3 unsupported",
        "  false: d",
        "  by rule: false 1",
        "  not read, so nothing is said of them (3):",
        "    2: `ℝ` is not in this profile (a, b)",
        "    1: expected token (c)",
        "  Lean's CPU: 3.0 s a statement, 3.0 s at most",
    ]


SAMPLE = {
    "three_in_a_row_centred": "false",
    "neighbours_product": "ok",
    "odd_square_eight_nat": "ok",
    "exists_square_nine": "false",
    "linear_function_inverse": "false",
    "forall_positive_hypothesis": "vacuous",
    "gauss_sum": "ok",
    "odd_numbers_sum_icc": "ok",
    "exists_implies": "suspicious",
    "auto_bound_name": "suspicious",
    "unknown_constant": "unsupported",
}


@pytest.mark.lean
async def test_a_sample_of_the_set_on_real_lean(checker: PlainChecker) -> None:
    problems = [problem for problem in TUNED if problem.id in SAMPLE]
    reports = [found async for found in lint(problems, checker, jobs=2)]
    assert {found.problem.id: found.status.value for found in reports} == SAMPLE
    found = score(reports)
    assert (found.rejected, found.missed, found.doubted) == ((), (), ())


@pytest.mark.lean
def test_the_verb_prints_the_matrix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [json.loads(line) for line in (FOLDER / "holdout.jsonl").read_text(encoding="utf-8").splitlines()]
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows[:2]), encoding="utf-8")
    assert cli.main(["lint", str(path), "--profile", "core", "--labels", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["matrix"] == {"faithful": {"ok": 1}, "false": {"false": 1}}
    assert "2 statements on core" in said.err
