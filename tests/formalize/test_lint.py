"""The linter on real Lean: each rule on a statement that breaks it and on one that does not; verdicts only with a proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover import cli
from prover.formalize.elaborated import elaborate
from prover.formalize.lint import Effort, LintStatus, lint
from prover.formalize.rules import findings
from prover.formalize.summary import summary
from prover.lean.checker import PlainChecker
from prover.types import Header, Problem, Statement, Status

pytestmark = pytest.mark.lean
HEADER = Header(("Mathlib",))


def problem(signature: str, words: str = "", name: str = "t") -> Problem:
    return Problem(name, words, statement=Statement(name, signature, HEADER))


BROKEN_AND_SOUND = [
    ("natural_subtraction", "(a b : ℕ) : a - b ≤ a", "(a b : ℕ) (h : b ≤ a) : a - b ≤ a"),
    ("natural_subtraction", "(n : ℕ) : n - 1 < n + 1", "(n : ℕ) (h : 0 < n) : n - 1 < n"),
    ("rounded_division", "(n : ℕ) : n / 2 ≤ n", "(n : ℕ) (h : 2 ∣ n) : n / 2 ≤ n"),
    ("rounded_numeral", "(n : ℕ) (h : n = 1 / 2) : n = 0", "(n : ℕ) (h : n = 4 / 2) : n = 2"),
    ("zero_divisor", "(a n : ℕ) : a % n ≤ a", "(a n : ℕ) (h : 0 < n) : a % n < n"),
    (
        "zero_divisor",
        "(a n : ℤ) (h : n ∣ a) : a / n * n = a",
        "(a n : ℤ) (h : n ∣ a) (h' : n ≠ 0) : a / n * n = a",
    ),
    (
        "cast_after_rounding",
        "(a b : ℕ) : (0 : ℤ) ≤ ((a - b : ℕ) : ℤ)",
        "(a b : ℕ) : (0 : ℤ) ≤ ((a + b : ℕ) : ℤ)",
    ),
    ("unused_variable", "(a b : ℕ) : a = a", "(a b : ℕ) : a + b = b + a"),
    ("existential_implication", ": ∃ n : ℕ, n > 3 → n = 4", ": ∃ n : ℕ, n > 3 ∧ n = 4"),
    (
        "binder_reaches_far",
        "(p : Prop) : p ∨ ∀ n : ℕ, n = n + 1 → p",
        "(p : Prop) (h : p) : p ∨ ((∀ n : ℕ, n = n) → p)",
    ),
    (
        "repeated_hypothesis",
        "(n : ℕ) (h : 0 < n) (h' : n > 0) : n ≠ 0",
        "(n : ℕ) (h : 0 < n) (h' : n < 9) : n ≠ 0",
    ),
    # An interval's member is known to lie in it, and closed terms have values.
    (
        "natural_subtraction",
        "(n : ℕ) : ∑ k ∈ Finset.range n, (2 * k - 1) ≤ n ^ 2",
        "(n : ℕ) : ∑ k ∈ Finset.Icc 1 n, (2 * k - 1) = n ^ 2",
    ),
    (
        "natural_subtraction",
        "(x : ℕ) (h : x ≤ 60) : ∑ k ∈ Finset.range 11, k - x ≤ 55",
        "(x : ℕ) (h : x ≤ 50) : ∑ k ∈ Finset.range 11, k - x ≤ 55",
    ),
    # What hypotheses exclude in small cases is not complained of.
    (
        "natural_subtraction",
        "(a b : ℕ) (h : a + b = 9) : a - b ≤ 9",
        "(a b : ℕ) (h : Nat.Prime (a - b)) : a - b ≤ a",
    ),
    ("rounded_division", "(n : ℕ) : n * (n + 2) / 2 ≤ n ^ 2 + n", "(n : ℕ) : n * (n + 1) / 2 ≤ n ^ 2"),
    (
        "hypothesis_apart",
        "(n m : ℕ) (h : 3 < m) : n ≤ n * n",
        "(n m : ℕ) (h : 3 < m) (h' : m ∣ n) : n ≤ n * n",
    ),
    (
        "shadowed_binder",
        "(n : ℕ) (h : ∃ n : ℕ, 3 * n = 12) : n < 5",
        "(n : ℕ) (h : ∃ m : ℕ, 3 * m = 12) : n < 5",
    ),
    (
        "universal_conjunction",
        "(f : ℕ → ℕ) (h : ∀ n, 0 < n ∧ f n = n) : f 2 = 2",
        "(f : ℕ → ℕ) (h : ∀ n, 0 < n → f n = n) : f 2 = 2",
    ),
    ("circular", "(n : ℕ) (h : 2 ∣ n) : 2 ∣ n", "(n : ℕ) (h : 4 ∣ n) : 2 ∣ n"),
    # A function that a hypothesis defines has values, and only those at which it is called matter.
    (
        "natural_subtraction",
        "(u v : ℕ → ℕ) (hu : ∀ n, u n = 2 * n + 2) (hv : ∀ n, v n = u n + 1) :\n"
        "    (∑ k ∈ Finset.range 9, u k) - ∑ k ∈ Finset.range 9, v k = 0",
        "(u v : ℕ → ℕ) (hu : ∀ n, u n = 2 * n + 2) (hv : ∀ n, v n = u n - 1) :\n"
        "    (∑ k ∈ Finset.range 9, u k) - ∑ k ∈ Finset.range 9, v k = 9",
    ),
    (
        "natural_subtraction",
        "(v : ℕ → ℕ) (h : ∀ n, v n = 2 * n - 1) : ∑ k ∈ Finset.range 100, v k = 9801",
        "(v : ℕ → ℕ) (h : ∀ n, v n = 2 * n - 1) : ∑ k ∈ Finset.Icc 1 100, v k = 10000",
    ),
    (
        "zero_divisor",
        "(f : ℕ → ℕ) (h : ∀ n, f n = 12 / n) (n : ℕ) : f n ≤ 12",
        "(f : ℕ → ℕ) (h : ∀ n, f n = 12 / n) : f 3 = 4",
    ),
]


@pytest.mark.parametrize(("rule", "broken", "sound"), BROKEN_AND_SOUND)
async def test_rules(checker: PlainChecker, rule: str, broken: str, sound: str) -> None:
    async def rules_of(signature: str) -> set[str]:
        item = problem(signature)
        assert item.statement
        return {finding.rule for finding in findings(item, await elaborate(item.statement, checker))}

    assert rule in await rules_of(broken)
    assert rule not in await rules_of(sound)


async def test_words_that_speak_of_other_numbers(checker: PlainChecker) -> None:
    item = problem("(n : ℕ) : n ∣ n * n", "Let n be an integer.")
    assert item.statement
    read = await elaborate(item.statement, checker)
    assert [f.rule for f in findings(item, read)] == ["words_say_integers"]
    positive = problem("(n : ℕ) : n ∣ n * n", "Let n be a positive integer.")
    assert findings(positive, read) == ()
    real = problem("(n : ℕ) : n ∣ n * n", "For every real number x.")
    assert [f.rule for f in findings(real, read)] == ["words_say_reals"]


async def test_the_gravest_finding_is_the_status_and_comes_with_a_proof(checker: PlainChecker) -> None:
    items = [
        problem("(n : ℕ) (h : n < 3) (h' : 5 < n) : n = 17", name="empty"),
        problem("(n : ℕ) (h : 2 < n) : n * n < 20", name="wrong"),
        problem("(n : ℕ) (h : 1 < n) : n < n * n", name="good"),
        problem("(k : ℕ) (hk : k > 1) : k < k * k", name="again"),
        problem("(x : ℝ) : 0 ≤ x ^ 2", name="unread"),
        Problem("bare", "In words."),
        problem("(n : ℕ) : n - 1 ≤ n", name="odd"),
    ]
    reports = {r.problem.id: r async for r in lint(items, checker, jobs=2)}
    assert [(name, report.status) for name, report in reports.items()] == [
        ("empty", LintStatus.VACUOUS),
        ("wrong", LintStatus.FALSE),
        ("good", LintStatus.OK),
        ("again", LintStatus.DUPLICATE),
        ("unread", LintStatus.UNSUPPORTED),
        ("bare", LintStatus.UNSUPPORTED),
        ("odd", LintStatus.SUSPICIOUS),
    ]
    evidence = reports["wrong"].findings[-1].evidence
    assert evidence.startswith("theorem wrong_neg : ¬ (∀ (n : ℕ) (h : 2 < n), n * n < 20")
    assert reports["again"].findings[0].evidence == "good"


async def test_findings_show_where_they_come_true(checker: PlainChecker) -> None:
    item = problem("(a b : ℕ) (h : a + b = 9) : a - b ≤ 9")
    assert item.statement
    (found,) = findings(item, await elaborate(item.statement, checker))
    assert (
        found.message
        == "in the conclusion: the difference is taken in ℕ, where it is 0 whenever a < b, as where a = 0, b = 9"
    )
    assert found.evidence == "a - b"


@pytest.mark.parametrize(
    ("signature", "named"),
    [
        (
            "(n m : ℕ) (h : n < 3) (hm : m = 2) (h' : 5 < n) : n = 17",
            "the hypotheses h, h' contradict each other",
        ),
        ("(n : ℕ) (hm : n < 9) (h : n < 0) : n = 17", "the hypothesis h is never true"),
        (": ∀ n : ℕ, n < 3 → 5 < n → n = 17", "its hypotheses are contradictory"),
    ],
)
async def test_a_vacuous_statement_names_the_hypotheses(
    checker: PlainChecker, signature: str, named: str
) -> None:
    (report,) = [r async for r in lint([problem(signature)], checker)]
    assert report.status is LintStatus.VACUOUS
    assert report.findings[-1].message == f"{named}, so it says nothing"
    assert report.lean_cpu_s > 0


async def test_evidence_is_a_theorem_that_checks_by_itself(checker: PlainChecker) -> None:
    item = problem("(n : ℕ) (h : n < 3) (h' : 5 < n) : n = 17", name="empty")
    (report,) = [r async for r in lint([item], checker)]
    file = await checker.check_file("import Mathlib\n" + report.findings[-1].evidence)
    assert file.status is Status.PROVED


async def test_a_name_that_lean_bound_by_itself(checker: PlainChecker) -> None:
    item = problem("(n : ℕ) (h : n < m) : n ≤ m")
    (report,) = [r async for r in lint([item], checker, effort=Effort(0, 0, 0))]
    assert report.status in (LintStatus.SUSPICIOUS, LintStatus.UNSUPPORTED)
    rules = [finding.rule for finding in report.findings]
    assert rules[0] in ("auto_bound", "elaborates")
    assert "m" in report.findings[0].evidence + report.findings[0].message


def test_the_verb_prints_one_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "set.jsonl"
    rows = [
        {"name": "a", "formal_statement": "theorem a (n : ℕ) : n - 1 ≤ n := by sorry"},
        {"name": "b", "formal_statement": "theorem b (n : ℕ) (h : n < 0) : n = 1 := by sorry"},
    ]
    path.write_text("".join(json.dumps({"header": "import Mathlib", **row}) + "\n" for row in rows))
    assert cli.main(["lint", str(path), "--profile", "core", "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], line["status"]) for line in lines] == [("a", "suspicious"), ("b", "vacuous")]
    assert set(lines[0]["findings"][0]) == {"rule", "message", "evidence"}


async def reported(signature: str, checker: PlainChecker) -> dict[str, str]:
    (report,) = [found async for found in lint([problem(signature)], checker)]
    return {finding.rule: finding.message for finding in report.findings}


@pytest.mark.parametrize(
    ("signature", "missing"),
    [
        ("(n : ℕ) : n < 2 * n", "perhaps `0 < n` is missing"),
        ("(a b : ℕ) : a ≤ a * b", "perhaps `0 < b` is missing"),
        (": ∀ n m : ℕ, m < m + n * n", "perhaps `0 < n` is missing"),
        ("(f : ℕ → ℕ) (h : ∀ k, f (k + 1) = f k + 1) (h0 : f 0 = 0) (n : ℕ) : n / n = 1", "perhaps `0 < n`"),
        ("(n : ℕ) : n * n = n + 2", ""),
        ("(n : ℕ) (h : n < 1) : n = 5", ""),
        ("(x : ℤ) : x < 2 * x", ""),
    ],
)
async def test_a_missing_bound_is_named(checker: PlainChecker, signature: str, missing: str) -> None:
    found = await reported(signature, checker)
    assert "false" in found
    assert found.get("positivity_missing", "").startswith(missing)
    assert ("positivity_missing" in found) is bool(missing)


async def test_hypotheses_that_follow_from_others_are_a_note(checker: PlainChecker) -> None:
    (report,) = [found async for found in lint([problem("(n : ℕ) (a : 2 < n) (b : 0 < n) : n ≠ 1")], checker)]
    assert report.status is LintStatus.OK
    assert [f.message for f in report.findings] == ["the hypothesis b follows from the others"]
    assert "implied_hypothesis" not in await reported("(n : ℕ) (a : 2 < n) (b : n < 9) : n ≠ 1", checker)


@pytest.mark.parametrize(
    ("signature", "notation"),
    [
        ("(f : ℕ → ℕ) (h : Fintype (f ⁻¹' {7})) : f 0 = 0", "the notation `⁻¹'` (the preimage of a set)"),
        (
            "(f : ℕ → ℕ) (h : {x | 0 < x} = f '' {x | 0 < x}) : f 0 = 0",
            "the notation `''` (the image of a set)",
        ),
    ],
)
async def test_notation_that_lean_trips_over_is_named(
    checker: PlainChecker, signature: str, notation: str
) -> None:
    (report,) = [found async for found in lint([problem(signature)], checker)]
    assert report.status is LintStatus.UNSUPPORTED
    assert report.findings[0].message.startswith(f"{notation} is not in this profile")
    assert f"1: {notation} is not in this profile" in "\n".join(summary([report], "core"))
