"""Splicing a submission under our statement, and the way back for diagnostics. Pure text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean.source import Refusal, Submission, parse_submission, splice, splice_probes, to_submission
from prover.types import Diagnostic, Header, Statement, Status

STATEMENT = Statement("foo", "(n : ℕ) (h : 0 < n) : n ≤ n * n", Header(("Mathlib",), "open Nat Real\n"))


def parsed(text: str) -> Submission:
    submission = parse_submission(text, STATEMENT)
    assert isinstance(submission, Submission), submission
    return submission


def refused(text: str) -> Refusal:
    refusal = parse_submission(text, STATEMENT)
    assert isinstance(refusal, Refusal), refusal
    return refusal


@pytest.mark.parametrize(
    "text", ["nlinarith", "  intro\n  simp", "-- words\nexact h", "constructor\n· simp\n· rfl"]
)
def test_a_tactic_block_goes_under_by(text: str) -> None:
    file = splice("import Mathlib\n", STATEMENT, parsed(text)).text
    assert "theorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n := by\n" in file
    for line in text.splitlines():
        assert f"\n  {line}\n" in file


@pytest.mark.parametrize("text", ["by simp", ":= by\n  simp", "fun x => x", "⟨1, rfl⟩", "@foo _ h"])
def test_a_term_goes_after_the_colon_equals(text: str) -> None:
    file = splice("import Mathlib\n", STATEMENT, parsed(text)).text
    assert "n ≤ n * n :=\n" in file


def test_our_statement_stands_before_the_submission() -> None:
    spliced = splice(
        "import Mathlib\n",
        STATEMENT,
        parsed("lemma x : 1 = 1 := rfl\ntheorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n := y"),
    )
    lines = spliced.text.splitlines()
    assert lines[spliced.statement_lines[0] - 1].startswith(
        f"theorem prover_reference_{spliced.nonce} (n : ℕ)"
    )
    assert lines.index("lemma x : 1 = 1 := rfl") >= spliced.statement_lines[1]


def test_a_restated_theorem_gives_its_proof_and_its_helpers() -> None:
    text = "import Mathlib\nimport Aesop\nset_option maxHeartbeats 400000\nopen Real\n\n/-- helps -/\nlemma x : 1 = 1 := rfl\n\ntheorem foo (n : ℕ)\n    (h : 0 < n) :  -- said again\n    n ≤ n * n := by\n  have := x\n  nlinarith\n"
    submission = parsed(text)
    assert [helper.text for helper in submission.helpers] == ["/-- helps -/\nlemma x : 1 = 1 := rfl"]
    assert submission.proof.text.split() == ["by", "have", ":=", "x", "nlinarith"]


def test_options_that_a_submission_may_set_are_kept() -> None:
    theorem = "theorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n := by nlinarith"
    text = (
        f"set_option maxHeartbeats 0\nset_option maxRecDepth 5000\nset_option maxRecDepth 9000 in\n{theorem}"
    )
    file = splice("import Mathlib\n", STATEMENT, parsed(text)).text
    assert "maxHeartbeats" not in file
    assert "\nset_option maxRecDepth 5000\n" in file
    assert "\nset_option maxRecDepth 9000 in\ntheorem foo" in file


@pytest.mark.parametrize(
    ("text", "status", "word"),
    [
        ("", Status.NO_CODE, "no Lean"),
        ("  \n-- just words\n/- more -/", Status.NO_CODE, "no Lean"),
        ("theorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n + 1 := by simp", Status.WRONG_STATEMENT, "restated"),
        ("theorem foo (n : ℕ) : n ≤ n * n := by simp", Status.WRONG_STATEMENT, "restated"),
        ("theorem bar (n : ℕ) (h : 0 < n) : n ≤ n * n := by simp", Status.WRONG_STATEMENT, "missing"),
        ("theorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n := a\ntheorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n := b", Status.WRONG_STATEMENT, "more than once"),
        ("open Evil\ntheorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n := by simp", Status.FORBIDDEN, "open Evil"),
        ("set_option autoImplicit true\ntheorem foo (n : ℕ) (h : 0 < n) : n ≤ n * n := by simp", Status.FORBIDDEN, "autoImplicit"),
        ("simp /- open comment", Status.FORBIDDEN, "comment"),
        ("simp\n\naxiom x : False", Status.FORBIDDEN, "axiom"),
        ("x" * 1_000_001, Status.FORBIDDEN, "longer"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, status: Status, word: str) -> None:
    refusal = refused(text)
    assert refusal.status is status
    assert word in refusal.detail
    assert 0 <= refusal.offset <= len(text)


def test_a_signature_may_begin_with_universes() -> None:
    statement = Statement("foo", ".{u} {α : Type u} (a : α) : a = a")
    submission = parse_submission("rfl", statement)
    assert isinstance(submission, Submission)
    assert "theorem foo.{u} {α" in splice("", statement, submission).text


LINES = st.lists(st.text(alphabet="abc ⟨∀ℕ", max_size=12).map(lambda s: "x" + s), min_size=1, max_size=6)


@given(LINES, st.booleans())
def test_every_place_finds_its_way_back(lines: list[str], as_term: bool) -> None:
    text = (":= " if as_term else "") + "\n".join(lines)
    submission = parse_submission(text, STATEMENT)
    if isinstance(submission, Refusal):
        return
    spliced = splice("import Mathlib\n", STATEMENT, submission)
    file = spliced.text.split("\n")
    for number, line in enumerate(text.split("\n"), start=1):
        for column in range(3 if as_term and number == 1 else 0, len(line)):
            hits = [
                (row, at)
                for row in range(spliced.statement_lines[1] + 1, spliced.trailer_line)
                for at in range(len(file[row - 1]))
                if spliced.locate(row, at) == (number, column) and file[row - 1][at] == line[column]
            ]
            assert hits


def test_a_message_on_our_own_text_has_no_place() -> None:
    spliced = splice("import Mathlib\n", STATEMENT, parsed("simp"))
    ours = to_submission(
        spliced, Diagnostic("error", "x", spliced.statement_lines[0], 5, spliced.statement_lines[0], 9)
    )
    assert (ours.line, ours.column, ours.end_line, ours.end_column) == (0, 0, 0, 0)


def test_probes_have_regions_of_their_own() -> None:
    file = splice_probes("import Mathlib\n", STATEMENT, ["simp", "intro\nsimp"], 1000)
    lines = file.text.splitlines()
    for (first, last), start, block in zip(
        file.regions, file.block_lines, ["simp", "intro\nsimp"], strict=True
    ):
        assert lines[first - 1] == "set_option maxHeartbeats 1000 in"
        assert [line.strip() for line in lines[start - 1 : last]] == block.split("\n")
    assert len({line for line in lines if line.startswith("theorem prover_probe")}) == 2
