"""Equivalence of statements, proved by real Lean: what says the same is found, what does not is never joined."""

from __future__ import annotations

import itertools

import pytest

from prover.formalize.equivalence import Comparer, closed
from prover.formalize.result import Relation
from prover.lean.checker import PlainChecker
from prover.syntax import LeanTextError
from prover.types import Header, Statement, Status
from tests.fakes import FakeChecker

HEADER = Header(("Mathlib",))


def pair(left: str, right: str) -> tuple[Statement, Statement]:
    return Statement("left", left, HEADER), Statement("right", right, HEADER)


SAME = [
    ("(n : ℕ) : 2 ∣ n * (n + 1)", "(m : ℕ) : 2 ∣ m * (m + 1)"),
    (
        "(a b : ℕ) (h : a < b) (h' : 0 < a) : a * a < b * b",
        "(y x : ℕ) (hx : 0 < x) (hy : x < y) : x * x < y * y",
    ),
    ("(n : ℕ) (h : 1 ≤ n) : n ≤ n ^ 2", "(n : ℕ) (h : 0 < n) : n ≤ n ^ 2"),
    ("(n : ℕ) : n * (n + 1) % 2 = 0", "(n : ℕ) : 2 ∣ n * (n + 1)"),
    ("(a b : ℤ) : a * a - b * b = (a - b) * (a + b)", "(a b : ℤ) : (a - b) * (a + b) = a * a - b * b"),
    (
        "(n : ℕ) (h : 3 < n ∧ Even n) : Nat.Prime (n ^ 2 + 1)",
        "(n : ℕ) (h : 3 < n) (e : Even n) : Nat.Prime (n ^ 2 + 1)",
    ),
    (
        "(f : ℕ → ℕ) (h : ∀ n, f (n + 1) = f n + 2) (h0 : f 0 = 1) : f 10 = 21",
        "(f : ℕ → ℕ) (h0 : f 0 = 1) (h : ∀ n, f (n + 1) = f n + 2) : f 10 = 21",
    ),
]


@pytest.mark.lean
@pytest.mark.parametrize(("left", "right"), SAME)
async def test_what_says_the_same_is_proved_so(checker: PlainChecker, left: str, right: str) -> None:
    relation, evidence = await Comparer(checker, 2.0).compare(*pair(left, right))
    assert relation is Relation.EQUIVALENT
    for proof in evidence:
        report = await checker.check_file(f"import Mathlib\n{proof}")
        assert report.status is Status.PROVED
        assert "the_claim" in proof


TRUE_BUT_OTHER = [
    "(n : ℕ) : 2 ∣ n * (n + 1)",
    "(n : ℕ) : n ≤ n + 1",
    ": 2 + 2 = 4",
    ": 1 + 3 = 4",
    "(n : ℕ) (h : 0 < n) : n ≤ n ^ 2",
    "(p : Prop) (h : p) : p",
]


@pytest.mark.lean
@pytest.mark.parametrize(("left", "right"), list(itertools.combinations(TRUE_BUT_OTHER, 2)))
async def test_two_true_statements_are_not_the_same_for_being_true(
    checker: PlainChecker, left: str, right: str
) -> None:
    relation, _ = await Comparer(checker, 1.0).compare(*pair(left, right))
    assert relation is not Relation.EQUIVALENT


@pytest.mark.lean
async def test_the_weaker_one_is_implied_and_no_more(checker: PlainChecker) -> None:
    left, right = pair("(n : ℕ) (h : 3 < n) : 2 ^ n > n ^ 2 - 1", "(n : ℕ) (h : 5 < n) : 2 ^ n > n ^ 2 - 1")
    assert (await Comparer(checker, 1.0).compare(left, right))[0] is Relation.IMPLIES
    assert (await Comparer(checker, 1.0).compare(right, left))[0] is Relation.IMPLIED


async def test_nothing_is_asked_without_time_or_under_two_headers() -> None:
    checker = FakeChecker()
    left, right = pair(": 1 = 1", ": 2 = 2")
    assert await Comparer(checker, 0).compare(left, right) == (Relation.UNKNOWN, ())
    other = Statement("right", ": 2 = 2", Header(("Mathlib",), "open Nat"))
    assert await Comparer(checker, 1).compare(left, other) == (Relation.UNKNOWN, ())
    assert checker.calls == []


def test_a_statement_is_closed_over_its_binders() -> None:
    assert (
        closed(Statement("x", "(n : ℕ) {p : Prop} [Decidable p] : n = n", HEADER))
        == "∀ (n : ℕ) {p : Prop} [Decidable p], n = n"
    )
    assert closed(Statement("x", ": 1 = 1", HEADER)) == "1 = 1"
    with pytest.raises(LeanTextError):
        closed(Statement("x", ".{u} (α : Type u) (a : α) : a = a", HEADER))
