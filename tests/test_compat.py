"""The comparison of `core` with Mathlib, on two checkers that are told what to say."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from prover.types import Problem, Statement, Status, Verdict


@pytest.fixture(scope="module")
def compat() -> ModuleType:
    path = Path(__file__).parents[1] / "scripts/mathlib_compat.py"
    spec = importlib.util.spec_from_file_location("mathlib_compat", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mathlib_compat"] = module
    spec.loader.exec_module(module)
    return module


class Told:
    """Answers each question from a table; what is not in it is proved, or open for a statement alone."""

    def __init__(self, **answers: Status) -> None:
        self.answers = answers

    async def check_statement(self, statement: Statement) -> Verdict:
        return Verdict(self.answers.get(statement.name, Status.INCOMPLETE))

    async def check(self, statement: Statement, submission: str) -> Verdict:
        return Verdict(self.answers.get(f"{statement.name}_{submission}", Status.PROVED), detail=submission)


PROBLEMS = [
    Problem("a", statement=Statement("a", "(n : ℕ) : n = n"), reference_proof="rfl"),
    Problem("b", statement=Statement("b", "(n : ℕ) (h : n < 2) : n = 0"), meta={"refutation_proof": "simp"}),
    Problem("words", informal_statement="no Lean here"),
]


async def test_equal_answers_are_no_difference(compat: ModuleType) -> None:
    assert await compat.compare(PROBLEMS, Told(), Told()) == []


async def test_each_difference_is_named(compat: ModuleType) -> None:
    other = Told(a=Status.ELABORATION_ERROR, a_rfl=Status.TIMEOUT, b_neg_simp=Status.ELABORATION_ERROR)
    found = await compat.compare(PROBLEMS, Told(), other)
    assert [(d.problem, d.what, d.core.split(":")[0], d.mathlib.split(":")[0]) for d in found] == [
        ("a", "statement", "incomplete", "elaboration_error"),
        ("a", "proof", "proved", "timeout"),
        ("b", "refutation", "proved", "elaboration_error"),
    ]


def test_the_negation_is_of_the_closed_statement(compat: ModuleType) -> None:
    assert (
        compat.negation(PROBLEMS[1].statement).declare() == "theorem b_neg : ¬ (∀ (n : ℕ) (h : n < 2), n = 0)"
    )
    assert compat.negation(Statement("c", ": 1 = 2")).signature == ": ¬ (1 = 2)"
