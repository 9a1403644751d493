"""The token gate for whole files, and the snippets that pass it: read warm or fresh, the answer is the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean import file_report
from prover.lean.checker import PlainChecker
from prover.lean.file_gate import inspect_file
from prover.lean.protocol import Limits
from prover.lean.sandbox import Level
from prover.lean.source import Lines, place
from prover.lean.toolchain import Toolchain
from prover.paths import bundled
from prover.types import Status, Tier

HONEST = [
    "#check Nat\n#print axioms Nat.add_comm\n#synth Inhabited Nat\n#reduce 1 + 1",
    "open Nat Real\nopen scoped BigOperators\nset_option maxHeartbeats 0\nset_option autoImplicit false",
    "universe u\nvariable {α : Type u} [Inhabited α]\nsection\ninclude α\nend",
    "namespace A\n@[simp] private theorem a : 1 = 1 := rfl\nend A",
    "structure P where\n  x : Nat\n  deriving Repr\ninstance : Inhabited P := ⟨⟨1⟩⟩\nattribute [local simp] P.x",
    "inductive T\n| a\n| b\n\nmutual\ntheorem x : 1 = 1 := rfl\nend",
    "noncomputable section\nlemma a : 1 = 1 := by\n  exact?\n\nexample : 1 = 1 := by\n  admit",
    "theorem a : 1 = 1 := by\nrfl",
    "/-! Words: run_cmd aside. -/".replace("run_cmd", "macro"),
    "set_option linter.unusedVariables false in\nset_option pp.all true in\ntheorem a : 1 = 1 := rfl",
]
REFUSED = {
    "#eval 1": "#eval",
    "#exit": "#exit",
    "#guard true": "#guard",
    "run_cmd x": "run_cmd",
    "axiom a : False": "axiom",
    "opaque a : False": "opaque",
    "unsafe def a := 1": "unsafe",
    "partial def a := a": "partial",
    "theorem a : 1 = 1 := by native_decide": "native_decide",
    "theorem a : 1 = 1 := by bv_decide": "bv_decide",
    'notation "x" => 1': "notation",
    'macro "x" : term => `(1)': "macro",
    'elab "x" : tactic => pure ()': "elab",
    'syntax "x" : term': "syntax",
    "simproc x (1) := fun _ => pure .continue": "simproc",
    "initialize x : Nat ← pure 1": "initialize",
    "@[implemented_by x] def y := 1": "implemented_by",
    'attribute [extern "x"] y': "extern",
    "attribute [simp, csimp] y": "csimp",
    "set_option debug.skipKernelTC true": "debug.skipKernelTC",
    "set_option warn.sorry false": "warn.sorry",
    "namespace Lean\ndef trustCompiler := 1": "Lean",
    "namespace _root_.Lean.Elab": "Lean",
    "def a := 1\nimport Mathlib": "import",
    "my_command x": "begins no",
    "theorem a : 1 = 1 := rfl\nmy_command x": "begins no",
    "def a := by_elab return": "by_elab",
    "theorem a : 1 = 1 := rfl -- \u202e": "U+202E",
    "/- open": "unterminated",
    'def a := "{x}"': "Lean may read on",
    "(" * 400: "brackets",
    "-- " + "x" * 1_000_000: "1,000,000",
}


@pytest.mark.parametrize("text", HONEST)
def test_honest_files_pass(text: str) -> None:
    assert inspect_file(text) is None


def test_every_bundled_proof_passes_as_a_file() -> None:
    count = 0
    for path in sorted(bundled("data", "core").glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            proof = row["formal_proof"] or row["refutation_proof"]
            said = file_report.refusal(
                row["header"] + row["formal_statement"].removesuffix("sorry").rstrip() + "\n" + proof
            )
            assert said is None, (row["name"], said)
            count += 1
    assert count > 200


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_a_file_may_not_say(text: str) -> None:
    refusal = inspect_file(text)
    assert refusal is not None
    said = file_report.refusal(f"import Mathlib\n{text}")
    assert said is not None
    assert said.severity == "error"
    assert REFUSED[text] in said.message
    assert said.line >= 2


@given(st.text(st.sampled_from("aé𝔸\n \r"), max_size=40), st.integers(-2, 50))
def test_places_are_the_same_one_by_one_and_together(text: str, offset: int) -> None:
    assert Lines(text).place(offset) == place(text, offset)


@pytest.fixture
async def warm(core: Toolchain) -> AsyncIterator[PlainChecker]:
    from prover.lean.pooled import PooledChecker

    checker = PooledChecker(core, jobs=1, limits=Limits(wall_s=60))
    yield checker
    await checker.aclose()


SNIPPETS = {
    "theorem a : 1 = 1 := rfl": Status.PROVED,
    "import Mathlib\ntheorem a : 1 = 2 := rfl": Status.ELABORATION_ERROR,
    "theorem a : 1 = 2 := by\n  sorry": Status.INCOMPLETE,
    "example : 1 = 1 := rfl\n#check Nat": Status.PROVED,
    "def f := 1": Status.NO_CODE,
    "": Status.NO_CODE,
    "def f : Nat := g": Status.ELABORATION_ERROR,
    "axiom a : 1 = 1": Status.FORBIDDEN,
    "import Nowhere\ntheorem a : 1 = 1 := rfl": Status.ELABORATION_ERROR,
    "theorem a : 1 = 1 := sorryAx _ false": Status.INCOMPLETE,
}


@pytest.mark.lean
async def test_warm_and_fresh_agree(warm: PlainChecker) -> None:
    for text, status in SNIPPETS.items():
        quick = (await warm.check_snippet(text)).report
        slow = (await warm.check_snippet(text, fresh=True)).report
        assert quick.status is status, (text, quick)
        assert slow.status is status, (text, slow)
        assert quick.tier is slow.tier is (Tier.REPLAYED if status is Status.PROVED else Tier.NONE)
        assert [d.message for d in quick.diagnostics] == [d.message for d in slow.diagnostics]
        assert [(d.line, d.column, d.end_line) for d in quick.diagnostics] == [
            (d.line, d.column, d.end_line) for d in slow.diagnostics
        ]


@pytest.mark.lean
async def test_goals_of_holes(warm: PlainChecker) -> None:
    text = "-- sorry\ntheorem a (n : ℕ) : n = n ∧ 1 = 1 := by\n  constructor\n  · sorry\n  · rfl\nexample : 1 = 2 := by admit"
    first, second = (await warm.check_snippet(text)).holes
    assert (first.line, first.column, first.end_line, first.end_column) == (4, 4, 4, 9)
    assert first.goal.endswith("n : ℕ\n⊢ n = n")
    assert (second.line, second.column, second.goal) == (6, 22, "⊢ 1 = 2")
    (term,) = (await warm.check_snippet("theorem b (n : ℕ) (h : n = 1) : n + 1 = 2 := sorry")).holes
    assert term.goal == "n : ℕ\nh : n = 1\n⊢ n + 1 = 2"
    fresh = (await warm.check_snippet(text, fresh=True)).holes
    assert [dataclasses.replace(hole, goal="") for hole in (first, second)] == list(fresh)


@pytest.mark.lean
async def test_many_holes(warm: PlainChecker) -> None:
    text = "".join(f"theorem t{n} : 1 = 2 := by\n  sorry\n" for n in range(70))
    done = await warm.check_snippet(text)
    assert done.report.status is Status.INCOMPLETE
    assert [bool(hole.goal) for hole in done.holes] == [True] * 64 + [False] * 6


@pytest.mark.lean
async def test_an_example_is_spoken_of_where_it_stands(warm: PlainChecker) -> None:
    report = (await warm.check_snippet("#check Nat\n  example : 1 = 2 := sorry")).report
    (said,) = [d for d in report.diagnostics if d.severity == "warning"]
    assert (said.line, said.column) == (2, 0)


@pytest.mark.lean
async def test_where_nothing_is_replayed_the_gate_reads_files_first(core: Toolchain) -> None:
    unknown = dataclasses.replace(core, embedded=None, sandbox=Level.RLIMITS)
    checker = PlainChecker(unknown, jobs=1, limits=Limits(wall_s=60))
    report = await checker.check_file('notation "one" => 1\ntheorem a : one = 1 := rfl')
    assert report.status is Status.FORBIDDEN
    assert "notation" in report.detail
    assert (report.diagnostics[0].line, report.diagnostics[0].severity) == (1, "error")
    report = await checker.check_file("theorem a : 1 = 1 := rfl")
    assert (report.status, report.tier) == (Status.PROVED, Tier.ELABORATED)
    await checker.aclose()
