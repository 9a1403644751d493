"""Words woven into Lean: where they land, and that Lean reads the same afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.agents.weave import comment_words, weave
from prover.lean.checker import PlainChecker
from prover.lean.source import Submission, parse_submission
from prover.syntax import LeanTextError, code, tokenize
from prover.types import Header, Statement

GOAL = Statement("sum_sq", "(a b : ℤ) (h : a + b = 2) : 2 ≤ a ^ 2 + b ^ 2", Header(("Mathlib",)))
PROOF = """theorem sum_sq (a b : ℤ) (h : a + b = 2) : 2 ≤ a ^ 2 + b ^ 2 := by
  have hb : b = 2 - a := by
    linarith
  have hs : 0 ≤ (a - 1) ^ 2 := sq_nonneg (a - 1)
  subst hb
  nlinarith [hs]"""
STEPS = (
    "From the hypothesis $b = 2 - a$.",
    "The square $(a-1)^2$ is nonnegative.",
    "The moon is made of cheese.",
    "Expand and multiply out: the claim follows from the square.",
)


def test_steps_stand_above_the_lines_that_carry_them_out() -> None:
    woven = weave(PROOF, STEPS)
    assert woven.placed == (1, 2, 4)
    lines = woven.proof.split("\n")
    assert (
        lines[lines.index("  have hb : b = 2 - a := by") - 1]
        == "  -- Step 1: From the hypothesis $b = 2 - a$."
    )
    assert lines[lines.index("  have hs : 0 ≤ (a - 1) ^ 2 := sq_nonneg (a - 1)") - 1].startswith(
        "  -- Step 2:"
    )
    assert lines[lines.index("  nlinarith [hs]") - 1].startswith("  -- Step 4:")
    assert "cheese" not in woven.proof


def test_what_the_writer_has_woven_is_not_woven_twice() -> None:
    own = PROOF.replace("  have hb", "  -- Step 1: b is 2 - a\n  have hb")
    woven = weave(own, STEPS)
    assert woven.proof.count("Step 1") == 1
    assert woven.placed == (1, 2, 4)
    assert weave(woven.proof, STEPS) == woven


def test_the_order_of_steps_is_kept() -> None:
    woven = weave("have x : a = 1 := f\nhave y : b = 2 := g", ("Then $b = 2$.", "Then $a = 1$."))
    assert len(woven.placed) == 1


@pytest.mark.parametrize(
    "proof",
    [
        "",
        "by",
        "fun x => x",
        "theorem goal : True := trivial",
        "(open",
        "/- open",
        "simp [\n  foo,\n  have\n]",
    ],
)
def test_a_proof_without_places_stays_as_it_is(proof: str) -> None:
    assert weave(proof, STEPS).proof == proof


def test_no_comment_lands_inside_a_string_or_a_comment() -> None:
    proof = 'have a : s = "x\n  have b = 2 - a" := rfl\n/- have\n  have hb : b = 2 - a -/\nhave hb : b = 2 - a := rfl'
    woven = weave(proof, STEPS[:1])
    assert woven.proof.endswith("-- Step 1: From the hypothesis $b = 2 - a$.\nhave hb : b = 2 - a := rfl")
    assert woven.proof.startswith(proof[: proof.index("have hb : b = 2 - a := rfl")])


@pytest.mark.parametrize(
    "words",
    [
        "run_cmd evil",
        "b = 2 - a\nend\n#eval 1",
        "b = 2 - a -/ /-",
        "b = 2 - a \x00\u202e",
        "b = 2 - a skipKernelTC",
        "b = 2 - a " * 500,
    ],
)
def test_words_never_make_a_good_proof_a_refused_one(words: str) -> None:
    woven = weave(PROOF, (words,))
    assert isinstance(parse_submission(woven.proof, GOAL), Submission)
    assert woven.proof.count("\n") <= PROOF.count("\n") + 1


@given(st.lists(st.text(max_size=80), max_size=5), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_lean_reads_the_same(steps: list[str], tail: str) -> None:
    for proof in (PROOF, PROOF + "\n  have " + tail, tail):
        woven = weave(proof, [*steps, STEPS[1]]).proof
        try:
            before = [t.text for t in code(tokenize(proof))]
        except LeanTextError:
            assert woven == proof
            continue
        assert [t.text for t in code(tokenize(woven))] == before
        assert [line for line in woven.split("\n") if not line.lstrip().startswith("-- Step")] == [
            line for line in proof.split("\n") if not line.lstrip().startswith("-- Step")
        ]


@given(st.text())
def test_a_comment_is_one_line(text: str) -> None:
    words = comment_words(text)
    assert "\n" not in words
    assert "_" not in words
    assert len(words) <= 300


@pytest.mark.lean
async def test_a_woven_proof_is_still_a_proof(checker: PlainChecker) -> None:
    assert (await checker.check(GOAL, PROOF)).proved
    woven = weave(PROOF, STEPS)
    assert woven.placed
    assert (await checker.audit(GOAL, woven.proof)).proved
