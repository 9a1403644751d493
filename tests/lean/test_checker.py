"""The plain checker: every status with real Lean, and a Lean that misbehaves on purpose."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from prover.errors import InputError
from prover.lean.checker import PlainChecker
from prover.lean.protocol import Limits
from prover.lean.sandbox import Level
from prover.lean.toolchain import Profile, Toolchain
from prover.types import Header, Statement, Status, Tier

LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
BOTH = Statement("both", "(a b : ℕ) (h : a < b ∧ b < 3) : a < 5 ∧ b < 5")


@pytest.mark.lean
@pytest.mark.parametrize(
    ("submission", "status"),
    [
        ("omega", Status.PROVED),
        ("exact Nat.le_of_lt h", Status.PROVED),
        ("by omega", Status.PROVED),
        (":= Nat.le_of_lt h", Status.PROVED),
        ("theorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  omega", Status.PROVED),
        ("theorem x (a : ℕ) : a ≤ a := by omega\ntheorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  have := x a\n  omega", Status.PROVED),
        ("classical\nby_cases a = 0 <;> omega", Status.PROVED),
        ("sorry", Status.INCOMPLETE),
        ("have : a = a := by\n  sorry\nomega", Status.INCOMPLETE),
        ("skip", Status.ELABORATION_ERROR),
        ("exact h", Status.ELABORATION_ERROR),
        ("no_such_tactic", Status.ELABORATION_ERROR),
        ("exact less a b h", Status.ELABORATION_ERROR),
        ("", Status.NO_CODE),
        ("native_decide", Status.FORBIDDEN),
        ("theorem less (a b : ℕ) (h : a < b) : a ≤ b + 1 := by omega", Status.WRONG_STATEMENT),
    ],
)  # fmt: skip
async def test_statuses(checker: PlainChecker, submission: str, status: Status) -> None:
    verdict = await checker.check(LESS, submission)
    assert verdict.status is status, verdict
    assert verdict.tier is (Tier.ELABORATED if status is Status.PROVED else Tier.NONE)
    assert verdict.toolchain.startswith("core Lean 4.35.0")
    if status not in (Status.PROVED, Status.INCOMPLETE):
        assert verdict.detail
        assert verdict.diagnostics


@pytest.mark.lean
async def test_diagnostics_are_in_the_submissions_coordinates(checker: PlainChecker) -> None:
    for submission in (
        "have : 1 = 1 := rfl\nexact nonsense",
        "theorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  exact nonsense",
    ):
        verdict = await checker.check(LESS, submission)
        said = next(d for d in verdict.diagnostics if "nonsense" in d.message)
        line = submission.split("\n")[said.line - 1]
        assert line[said.column : said.end_column] == "nonsense"


@pytest.mark.lean
async def test_axioms_are_read_not_guessed(checker: PlainChecker) -> None:
    verdict = await checker.check(Statement("em_again", "(p : Prop) : p ∨ ¬p"), "exact Classical.em p")
    assert verdict.status is Status.PROVED
    assert set(verdict.axioms) == {"propext", "Classical.choice", "Quot.sound"}
    context = Statement("t", ": 1 = 2", Header(("Mathlib",), "axiom evil : 1 = 2\n"))
    assert (await checker.check(context, "exact evil")).status is Status.BAD_AXIOM


@pytest.mark.lean
async def test_statements_that_core_cannot_read(checker: PlainChecker) -> None:
    assert (await checker.check_statement(LESS)).status is Status.INCOMPLETE
    for bad in (
        Statement("t", "(x : ℝ) : x = x"),
        Statement("t", "(n : ℕ) : n +"),
        Statement("t", ": zzz = 1"),
        Statement("t", "(n : ℕ) : n = n", Header(("Foo",))),
        Statement("t", "(n : ℕ) : n = n", Header(("Mathlib",), "open Nowhere\n")),
    ):
        verdict = await checker.check_statement(bad)
        assert verdict.status is Status.ELABORATION_ERROR, bad
        assert verdict.detail


@pytest.mark.lean
async def test_a_statement_that_does_not_elaborate_is_not_the_submissions_fault(
    checker: PlainChecker,
) -> None:
    verdict = await checker.check(Statement("t", ": zzz = 1"), "rfl")
    assert verdict.status is Status.ELABORATION_ERROR
    assert verdict.detail.startswith("the statement does not elaborate")


@pytest.mark.lean
async def test_a_namespace_and_variables_before_the_statement(checker: PlainChecker) -> None:
    header = Header(("Mathlib",), "namespace Foo\nvariable (k : ℕ)\ndef double : ℕ := k + k\n")
    statement = Statement("bar", ": double k = 2 * k", header)
    assert (await checker.check(statement, "unfold double\nomega")).status is Status.PROVED


@pytest.mark.lean
async def test_limits_end_a_check(checker: PlainChecker) -> None:
    verdict = await checker.check(LESS, "repeat skip", Limits(wall_s=1))
    assert verdict.status is Status.TIMEOUT
    verdict = await checker.check(LESS, "repeat skip", Limits(wall_s=30, cpu_s=1))
    assert verdict.status is Status.TIMEOUT


@pytest.mark.lean
async def test_memory_ends_a_check(checker: PlainChecker) -> None:
    long = "(Nat.rec (motive := fun _ => List ℕ) [] (fun n l => n :: l) 3000000).length = 3000000"
    verdict = await checker.check(
        Statement("bomb", f": {long}"), "decide +kernel", Limits(wall_s=60, memory_mb=400)
    )
    assert verdict.status is Status.OUT_OF_MEMORY


@pytest.mark.lean
async def test_a_submission_on_which_lean_itself_panics_is_not_our_breakdown(checker: PlainChecker) -> None:
    statement = Statement("p", "(a : ℕ) (h : a = 0) : a < 2 ^ (200 ^ 2 + 2 ^ 2008)")
    verdict = await checker.check(statement, "omega")
    assert verdict.status is Status.OUT_OF_MEMORY, verdict
    assert "died" in verdict.detail


@pytest.mark.lean
async def test_probes_tell_closed_open_and_failed_apart(checker: PlainChecker) -> None:
    probes = await checker.probe(
        BOTH,
        [
            "omega",
            "constructor",
            "skip\nnonsense",
            "constructor <;> omega",
            "obtain ⟨h₁, h₂⟩ := h\nconstructor\n· omega",
        ],
    )
    closed, split, failed, again, half = probes.answers
    assert closed.closed
    assert again.closed
    assert [goal.splitlines()[-1] for goal in split.goals] == ["⊢ a < 5", "⊢ b < 5"]
    assert (failed.closed, failed.goals, failed.line) == (False, (), 2)
    assert [goal.splitlines()[-1] for goal in half.goals] == ["⊢ b < 5"]
    assert "h₁ : a < b" in half.goals[0]
    assert probes.cpu_s > 0


@pytest.mark.lean
async def test_one_greedy_probe_does_not_cost_the_others(checker: PlainChecker) -> None:
    blocks = ["omega", "repeat' (first | skip | omega)", "repeat skip", "constructor <;> omega"]
    probes = await checker.probe(BOTH, blocks, Limits(wall_s=20, heartbeats=2_000))
    assert probes.answers[0].closed
    assert not probes.answers[2].closed
    assert len(probes.answers) == 4


FILE = """import Mathlib

namespace A
/-- words -/
theorem one : 1 = 1 := rfl
private theorem two.three : 1 = 1 := rfl
section B
theorem four' (n : ℕ) : n = n := by rfl
end B
end A
example (a b : ℕ) (h : a < b) : a ≤ b := by
  omega
"""


@pytest.mark.lean
async def test_a_file_whose_theorems_are_all_proved(checker: PlainChecker) -> None:
    report = await checker.check_file(FILE)
    assert report.status is Status.PROVED, report
    assert [theorem.line for theorem in report.theorems] == [5, 6, 8, 11]
    assert report.theorems[2].name == "A.four'"
    assert report.tier is Tier.REPLAYED
    await checker.aclose()


@pytest.mark.lean
@pytest.mark.parametrize(
    ("more", "status", "line"),
    [
        ("theorem bad : 1 = 2 := sorry", Status.INCOMPLETE, 13),
        ("set_option warn.sorry false\nexample : 1 = 2 := sorry", Status.INCOMPLETE, 14),
        ("axiom evil : False\ntheorem bad : 1 = 2 := evil.elim", Status.BAD_AXIOM, 14),
        ("theorem bad : 1 = 2 := rfl", Status.ELABORATION_ERROR, 13),
        ("#exit\ntheorem bad : 1 = 2 := rfl", Status.ELABORATION_ERROR, 14),
        ("theorem good : 1 = 1 := rfl\nend Nowhere", Status.ELABORATION_ERROR, 0),
    ],
)
async def test_a_file_with_one_bad_theorem(
    checker: PlainChecker, more: str, status: Status, line: int
) -> None:
    report = await checker.check_file(FILE + more + "\n")
    assert report.status is status, report
    if line:
        bad = next(theorem for theorem in report.theorems if theorem.line == line)
        assert bad.status is not Status.PROVED
        assert not any(theorem.status is Status.PROVED for theorem in report.theorems if "#exit" in more)


@pytest.mark.lean
async def test_a_file_that_skips_the_kernel_is_caught_by_the_replay(checker: PlainChecker) -> None:
    report = await checker.check_file(
        "theorem t : 10 < 5 := by set_option debug.skipKernelTC true in decide +kernel\n"
    )
    assert report.status is Status.ELABORATION_ERROR
    assert report.tier is Tier.NONE
    assert report.theorems[0].status is Status.PROVED  # what Lean itself says of it
    await checker.aclose()


@pytest.mark.lean
async def test_a_file_without_theorems_is_bad_input(checker: PlainChecker) -> None:
    for text in ("", "def x := 1\n", "-- nothing\n", "theorem x : 1 = 1 := /- open"):
        with pytest.raises(InputError):
            await checker.check_file(text)


def fake(tmp_path: Path, mode: str) -> PlainChecker:
    script = Path(__file__).with_name("fake_lean.py")
    argv = (sys.executable, "-I", "-S", str(script), mode, str(tmp_path / "calls"))
    toolchain = Toolchain(Profile.LEAN, "4.99.0", "fake", argv, {}, sandbox=Level.RLIMITS)
    # It keeps its state outside its scratch folder.
    return PlainChecker(toolchain, jobs=1, limits=Limits(wall_s=10))


@pytest.mark.parametrize(
    ("mode", "status", "calls"),
    [
        ("honest", Status.PROVED, 1),
        ("crash-once", Status.PROVED, 2),
        ("crash", Status.INFRA, 3),
        ("exit-9", Status.INFRA, 3),
        ("panic-on-proof", Status.OUT_OF_MEMORY, 3),
        ("silent", Status.WRONG_STATEMENT, 1),
        ("garbage", Status.WRONG_STATEMENT, 1),
        ("flood", Status.OUT_OF_MEMORY, 1),
        ("forged-name", Status.BAD_AXIOM, 1),
        ("forged-place", Status.WRONG_STATEMENT, 1),
        ("twice", Status.BAD_AXIOM, 1),
        ("bad-axiom", Status.BAD_AXIOM, 1),
    ],
)
async def test_a_lean_that_misbehaves_never_makes_a_yes(
    tmp_path: Path, mode: str, status: Status, calls: int
) -> None:
    verdict = await fake(tmp_path, mode).check(LESS, "omega")
    assert verdict.status is status, verdict
    assert int((tmp_path / "calls").read_text()) == calls


async def test_a_hang_is_a_timeout(tmp_path: Path) -> None:
    checker = fake(tmp_path, "hang")
    assert (await checker.check(LESS, "omega", replace(Limits(), wall_s=0.5))).status is Status.TIMEOUT
