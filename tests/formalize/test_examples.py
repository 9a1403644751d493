"""Examples for prompts: like the problem, and never the problem itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.formalize.examples import Examples, bundled_examples, gives_away
from prover.problems import load_problems, resolve_benchmark
from prover.types import Header, Problem, Statement

MATHLIB = Header(("Mathlib",))
EVEN = Problem(
    "even",
    "Show that the sum of two odd integers is even.",
    statement=Statement("even", "(a b : ℤ) (ha : Odd a) (hb : Odd b) : Even (a + b)", MATHLIB),
)
PRIME = Problem(
    "prime",
    "Every prime above $2$ is odd.",
    statement=Statement("prime", "(p : ℕ) (hp : Nat.Prime p) (h : 2 < p) : Odd p", MATHLIB),
)


def pool(*problems: Problem) -> Examples:
    return Examples(problems)


@pytest.mark.parametrize(
    "words",
    [
        "Show that the sum of two odd integers is even.",
        "show that the SUM of two odd integers is even",
        "Prove: the sum of two odd integers is even!",
        "Show that the sum of two odd natural numbers $a$ and $b$ is even.",
        "Two odd integers are added. Show that their sum is even.",
    ],
)
def test_a_problem_in_other_words_is_not_shown(words: str) -> None:
    assert gives_away(EVEN, Problem("other", words))
    assert pool(EVEN).like(Problem("other", words), MATHLIB, 4) == []


def test_what_is_only_like_it_is_shown_best_last() -> None:
    other = Problem("other", "Show that the product of two odd integers is odd.")
    found = pool(PRIME, EVEN).like(other, MATHLIB, 4)
    assert [one.id for one in found] == ["prime", "even"]
    assert [one.id for one in pool(PRIME, EVEN).like(other, MATHLIB, 1)] == ["even"]
    assert pool(PRIME, EVEN).like(other, MATHLIB, 0) == []


def test_the_same_id_and_the_same_statement_are_not_shown() -> None:
    assert pool(EVEN).like(Problem("even", "Something about odd integers."), MATHLIB, 4) == []
    same = Problem("other", "Odd and odd gives a number divisible by two.", statement=EVEN.statement)
    assert pool(EVEN).like(same, MATHLIB, 4) == []


def test_an_example_stands_under_our_header() -> None:
    opened = Problem(
        "f",
        "Show that $n!$ is positive.",
        statement=Statement("f", "(n : ℕ) : 0 < n !", Header(("Mathlib",), "open Nat")),
    )
    asked = Problem("other", "Show that $n! + 1$ is above one.")
    assert pool(opened).like(asked, MATHLIB, 4) == []
    assert [one.id for one in pool(opened).like(asked, Header(("Mathlib",), "open Nat\n"), 4)] == ["f"]


def test_false_ones_and_those_without_words_are_no_examples() -> None:
    wrong = Problem("w", "Words of an odd kind.", statement=PRIME.statement, meta={"truth": "false"})
    assert len(pool(wrong, Problem("a", "Words."), Problem("b", "", statement=EVEN.statement))) == 0


def test_the_bundled_pool_gives_no_problem_of_its_own_away() -> None:
    examples = bundled_examples()
    assert len(examples) > 90
    for split in ("train", "valid", "test"):
        for problem in load_problems(Path(resolve_benchmark("core")[0]), split=split).problems:
            assert problem.statement
            for one in examples.like(problem, problem.statement.header, 4):
                assert one.id != problem.id
                assert one.words != problem.informal_statement
                assert one.signature != problem.statement.signature
