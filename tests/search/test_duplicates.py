"""Which submissions count as the same proof."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.search.duplicates import normal_form

SAME = [
    ("intro h\nexact h", "intro x  -- by assumption\n\nexact  x\n"),
    ("  simp\n  ring", "simp\nring"),
    ("have h : a = b := by\n  simp\nexact h", "have  k : a = b := by /- c -/\n  simp\nexact k"),
    ("obtain ⟨x, hx⟩ := h\nexact hx", "obtain ⟨y, hy⟩ := h\nexact hy"),
    ("exact fun x => x.symm", "exact fun y => y.symm"),
    ("simp  [h]", "simp [h]"),
]
DIFFERENT = [
    ("omega", "simp"),
    ("intro h\nexact h", "intro h\napply h"),
    ("intro h\n  exact h", "intro h\nexact h"),
    ("constructor\n· simp\n  ring", "constructor\n· simp\nring"),
    ("intro p\nexact h", "intro h\nexact h"),
    ("rintro ⟨x, rfl⟩\nsimp", "rintro ⟨x, h⟩\nsimp"),
    ("intro n\nexact foo (n := n)", "intro m\nexact foo (m := m)"),
    ("exact f x", "exact fx"),
    ("exact a -b", "exact a - b"),
    ("have h := by exact\n             x", "have h := by  exact\n             x"),
    (
        "induction n with\n| zero => simp\n| succ k ih => simp",
        "induction n with\n| nil => simp\n| succ k ih => simp",
    ),
    ('exact "a  b"', 'exact "a b"'),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_the_same(left: str, right: str) -> None:
    assert normal_form(left) == normal_form(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left: str, right: str) -> None:
    assert normal_form(left) != normal_form(right)


@pytest.mark.parametrize(
    "text", ["", "/- open", "\0", "\ud800", '"', "x" * 10**6, "«", "(" * 10**5, 'r#"', "\r"]
)
def test_any_text_has_a_form_and_is_like_itself(text: str) -> None:
    assert normal_form(text) == normal_form(text)
    assert normal_form(text) != normal_form(text + " y")


WORDS = [
    "intro",
    "have",
    "h",
    "x",
    "rfl",
    ":=",
    "by",
    "simp",
    "⟨",
    "⟩",
    "(",
    ")",
    ":",
    "fun",
    "=>",
    "\n",
    "  ",
    "·",
]


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.randoms(use_true_random=False))
def test_comments_and_blank_lines_make_no_difference(words: list[str], draw: random.Random) -> None:
    text = " ".join(words)
    lines = text.split("\n")
    noisy = []
    for line in lines:
        noisy.append(line + draw.choice(["", " ", " -- a comment", "  -- h x"]))
        if draw.random() < 0.3:
            noisy.append(draw.choice(["", "   ", "-- between", "/- block -/"]))
    assert normal_form("\n".join(noisy)) == normal_form(text)
