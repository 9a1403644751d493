"""The slow gate with real Lean: each status, each tier, and what breaks on our side."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from prover.errors import InputError
from prover.lean import compare
from prover.lean.audit import Auditor, audit
from prover.lean.compile import Compiled
from prover.lean.nursery import Nursery
from prover.lean.protocol import Limits
from prover.lean.replay import client
from prover.lean.toolchain import Profile, Toolchain
from prover.types import Header, Statement, Status, Tier

pytestmark = [pytest.mark.lean, pytest.mark.asyncio(loop_scope="module")]

LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
SMALL = Statement(
    "small_ten",
    "(n : ℕ) (h : n < 10) : small n",
    Header(("Mathlib",), "def small (n : ℕ) : Prop := n < 100\nnamespace Inner\nopen Nat\n"),
)
MATCH = Statement("mm", "(n : ℕ) : (match n with | 0 => 7 | k + 1 => 7) = 7")
"""The matcher in the statement is made anew, or is that of a helper that has it already."""
CASES = [
    (LESS, "omega", Status.PROVED),
    (LESS, "exact Nat.le_of_lt h", Status.PROVED),
    (LESS, "fun_prop_is_no_tactic", Status.ELABORATION_ERROR),
    (LESS, "theorem x (a : ℕ) : a ≤ a := by omega\ntheorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  omega", Status.PROVED),
    (LESS, "sorry", Status.INCOMPLETE),
    (LESS, "have : a = a := by\n  sorry\nomega", Status.INCOMPLETE),
    (LESS, "exact h", Status.ELABORATION_ERROR),
    (LESS, "exact less a b h", Status.ELABORATION_ERROR),
    (LESS, "", Status.NO_CODE),
    (LESS, "native_decide", Status.FORBIDDEN),
    (LESS, "theorem less (a b : ℕ) (h : a < b) : a ≤ b + 1 := by omega", Status.WRONG_STATEMENT),
    (SMALL, "unfold small; omega", Status.PROVED),
    (SMALL, "exact small_ten n h", Status.ELABORATION_ERROR),
    (Statement("«odd name»", "(n : ℕ) : n = n"), "rfl", Status.PROVED),
    (Statement("poly", ".{u} (α : Type u) (x : α) : x = x"), "rfl", Status.PROVED),
    (Statement("unread", "(n : ℕ) : no_such_thing n"), "rfl", Status.ELABORATION_ERROR),
    (Statement("_under", "(n : ℕ) : n = n"), "rfl", Status.PROVED),
    (MATCH, f"theorem helper {MATCH.signature} := by cases n <;> rfl\ntheorem mm {MATCH.signature} := helper n", Status.PROVED),
    (MATCH, f"theorem helper {MATCH.signature.replace('7', '8')} := by sorry\ntheorem mm {MATCH.signature} := helper n", Status.ELABORATION_ERROR),
    (Statement("em'", "(p : Prop) : p ∨ ¬p"), "exact Classical.em p", Status.PROVED),
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def auditor(core: Toolchain) -> AsyncIterator[Auditor]:
    auditor = Auditor(core, jobs=2, limits=Limits(wall_s=30))
    yield auditor
    await auditor.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def without_replay(core: Toolchain) -> Auditor:
    """The same Lean, treated as one that our replay does not know."""
    return Auditor(core, jobs=2, limits=Limits(wall_s=30), replay=False)


@pytest.mark.parametrize(("statement", "submission", "status"), CASES)
async def test_statuses_with_replay(
    auditor: Auditor, statement: Statement, submission: str, status: Status
) -> None:
    verdict = await auditor.audit(statement, submission)
    assert verdict.status is status, verdict
    assert verdict.tier is (Tier.REPLAYED if status is Status.PROVED else Tier.NONE)
    assert verdict.toolchain.startswith("core Lean 4.35.0")
    assert status is Status.PROVED or verdict.detail


@pytest.mark.parametrize(("statement", "submission", "status"), CASES)
async def test_statuses_without_replay(
    without_replay: Auditor, statement: Statement, submission: str, status: Status
) -> None:
    verdict = await without_replay.audit(statement, submission)
    assert verdict.status is status, verdict
    assert verdict.tier is (Tier.AUDITED if status is Status.PROVED else Tier.NONE)


async def test_axioms_are_named(auditor: Auditor, without_replay: Auditor) -> None:
    statement = Statement("em'", "(p : Prop) : p ∨ ¬p")
    for one in (auditor, without_replay):
        verdict = await one.audit(statement, "exact Classical.em p")
        assert verdict.axioms == ("Classical.choice", "Quot.sound", "propext")


async def test_diagnostics_are_in_the_submissions_coordinates(auditor: Auditor) -> None:
    for submission in (
        "have : 1 = 1 := rfl\nexact nonsense",
        "theorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  exact nonsense",
    ):
        verdict = await auditor.audit(LESS, submission)
        said = next(d for d in verdict.diagnostics if "nonsense" in d.message)
        assert submission.split("\n")[said.line - 1][said.column :].startswith("nonsense")


async def test_limits_are_no_refusals(auditor: Auditor) -> None:
    slow = Statement("slow", ": ∀ x, x < 1000 → ∀ y, y < 1000 → x * y = y * x")
    verdict = await auditor.audit(slow, "decide +kernel", Limits(wall_s=1.5))
    assert verdict.status is Status.TIMEOUT, verdict


async def test_one_call_by_itself(core: Toolchain) -> None:
    verdict = await audit(core, LESS, "omega")
    assert (verdict.status, verdict.tier) == (Status.PROVED, Tier.REPLAYED)


TARGET = "def small (n : Nat) : Prop := n < 100\ntheorem goal (n : Nat) (h : n < 10) : small n := sorry\n"


@pytest.mark.parametrize(
    ("candidate", "status"),
    [
        (TARGET.replace("sorry", "by unfold small; omega"), Status.PROVED),
        (TARGET.replace("theorem", "macro \"m\" : tactic => `(tactic| (unfold small; omega))\ntheorem").replace("sorry", "by m"), Status.PROVED),
        (TARGET, Status.INCOMPLETE),
        (TARGET.replace("theorem", "axiom cheat : False\ntheorem").replace("sorry", "cheat.elim"), Status.BAD_AXIOM),
        (TARGET.replace("100", "1000").replace("sorry", "by unfold small; omega"), Status.WRONG_STATEMENT),
        (TARGET.replace("goal", "other").replace("sorry", "by unfold small; omega"), Status.WRONG_STATEMENT),
        (TARGET.replace("sorry", "by\n  set_option debug.skipKernelTC true in\n  exact (by decide +kernel : 10 < 5 → small n) (by decide +kernel)"), Status.ELABORATION_ERROR),
        (TARGET.replace("sorry", "nonsense"), Status.ELABORATION_ERROR),
    ],
)  # fmt: skip
async def test_whole_files(auditor: Auditor, candidate: str, status: Status) -> None:
    report = await auditor.audit_files(TARGET, candidate)
    assert report.verdict.status is status, report
    assert status is not Status.PROVED or report.theorems.keys() == {"goal"}


async def test_statements_share_a_process_unless_they_might_run_a_program(
    core: Toolchain, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared: list[tuple[str, bool]] = []
    compile_ = Nursery.compile

    async def noted(nursery: Nursery, text: str, limits: Limits, **how: bool) -> Compiled:
        shared.append((text, how["shared"]))
        return await compile_(nursery, text, limits, **how)

    monkeypatch.setattr(Nursery, "compile", noted)
    auditor = Auditor(core, jobs=1)
    program = Statement("less", LESS.signature, Header(("Mathlib",), "-- run_cmd\n"))
    opened = Statement("less", LESS.signature, Header(("Mathlib",), "open Nat\n"))
    tactic = Statement(
        "less", "(a b : ℕ) (h : a < b) : a ≤ b ∧ (1 = 1 ∨ (fun _ : 0 < 1 => False) (by decide))"
    )
    for statement in (LESS, opened, program):
        assert (await auditor.audit(statement, "omega")).tier is Tier.REPLAYED
    assert (await auditor.audit(tactic, "exact ⟨by omega, Or.inl rfl⟩")).tier is Tier.REPLAYED
    await auditor.aclose()
    references = [how for text, how in shared if ":= sorry" in text]
    submissions = [how for text, how in shared if ":= sorry" not in text]
    assert references == [True, True, False, False]
    assert submissions == [False, False, False, False], "each submission has a process to itself"


async def test_whole_files_theorem_by_theorem(without_replay: Auditor) -> None:
    target = "namespace Inner\n" + TARGET + "theorem more : 1 ≤ 2 := by\n  sorry\nend Inner\n"
    good = target.replace("sorry\ntheorem", "by unfold small; omega\ntheorem").replace("sorry", "omega")
    report = await without_replay.audit_files(target, good)
    assert report.verdict.status is Status.PROVED, report
    assert report.theorems.keys() == {"goal", "more"}
    half = await without_replay.audit_files(target, good.replace("  omega\nend", "  sorry\nend"))
    assert half.verdict.status is Status.INCOMPLETE
    other = await without_replay.audit_files(target, good.replace("1 ≤ 2", "1 ≤ 3"))
    assert other.verdict.status is Status.WRONG_STATEMENT


@pytest.mark.parametrize(
    "reference", ["theorem x : nonsense := sorry", "theorem x : True := trivial", "", 'theorem x : "a']
)
async def test_a_wrong_reference_is_the_callers_error(auditor: Auditor, reference: str) -> None:
    with pytest.raises(InputError):
        await auditor.audit_files(reference, "")


async def test_trouble_of_ours_is_no_failed_proof(core: Toolchain, monkeypatch: pytest.MonkeyPatch) -> None:
    auditor = Auditor(core, jobs=1)
    monkeypatch.setattr(client, "_COMMAND", (sys.executable, "-c", "import sys; sys.exit(1)"))
    verdict = await auditor.audit(LESS, "omega")
    await auditor.aclose()
    assert verdict.status is Status.INFRA, verdict


FAKE = str(Path(__file__).with_name("fake_lean.py"))


@pytest.mark.parametrize(
    ("code", "status", "tier"), [(0, Status.PROVED, Tier.REPLAYED), (1, Status.ELABORATION_ERROR, Tier.NONE)]
)
async def test_leanchecker_replays_where_there_is_one(
    core: Toolchain, tmp_path: Path, code: int, status: Status, tier: Tier
) -> None:
    """A toolchain folder with Lean and its checker side by side; the checker is a fake that ends with `code`."""
    lean, checker = tmp_path / "lean", tmp_path / compare._CHECKER_TOOL
    quoted = " ".join(f"'{word}'" for word in core.argv)
    lean.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n')
    checker.write_text(f'#!/bin/sh\ntest -f "$LEAN_PATH" ; echo "bad $1" >&2; exit {code}\n')
    for path in (lean, checker):
        path.chmod(0o755)
    toolchain = replace(core, argv=(str(lean),))
    verdict = await Auditor(toolchain, jobs=1, replay=False).audit(LESS, "omega")
    assert (verdict.status, verdict.tier) == (status, tier), verdict
    assert code == 0 or "bad ProverCandidate" in verdict.detail


@pytest.mark.parametrize(
    "script",
    [
        "",  # says nothing, writes nothing
        'print(\'{"severity":"information"}\')',
        "import os; os.kill(os.getpid(), 9)",
        "import sys; sys.exit(3)",
    ],
)
async def test_a_lean_that_misbehaves_never_proves(tmp_path: Path, script: str) -> None:
    argv = (sys.executable, "-I", "-c", script)
    toolchain = Toolchain(Profile.LEAN, "4.30.0", "fake", argv, {"PATH": "/usr/bin:/bin"})
    verdict = await Auditor(toolchain, jobs=1).audit(LESS, "omega")
    assert verdict.status in (Status.INFRA, Status.OUT_OF_MEMORY), verdict


async def test_a_forged_answer_on_axioms_is_not_believed(core: Toolchain, tmp_path: Path) -> None:
    """A Lean whose last process prints the answer for another theorem."""
    assert shutil.which("sh")
    lean = tmp_path / "lean"
    quoted = " ".join(f"'{word}'" for word in core.argv)
    message = (
        '{"severity":"information","pos":{"line":1,"column":0},"data":"\'x\' does not depend on any axioms"}'
    )
    lean.write_text(
        f'#!/bin/sh\ncase "$*" in *Question*) echo \'{message}\'; exit 0;; esac\nexec {quoted} "$@"\n'.replace(
            "'x'", "'\\''x'\\''"
        )
    )
    lean.chmod(0o755)
    toolchain = replace(core, argv=(str(lean),))
    verdict = await Auditor(toolchain, jobs=1, replay=False).audit(LESS, "omega")
    assert verdict.status is Status.BAD_AXIOM, verdict
