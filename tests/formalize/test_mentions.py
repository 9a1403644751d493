"""Answers, names and numbers of the words, looked for in statements."""

from __future__ import annotations

from fractions import Fraction

import pytest

from prover.formalize.mentions import answer_values, missing_answers, missing_names, names_in, numbers_in


@pytest.mark.parametrize(
    ("answer", "values"),
    [
        ("42", [42]),
        (" $42$. ", [42]),
        (r"\boxed{42}", [42]),
        ("-7", [-7]),
        ("−7", [-7]),
        ("1,000", [1000]),
        ("1{,}000{,}000", [1000000]),
        (r"1\,000", [1000]),
        ("0.75", [Fraction(3, 4)]),
        ("3/4", [Fraction(3, 4)]),
        (r"\frac{3}{4}", [Fraction(3, 4)]),
        (r"$-\dfrac{3}{4}$", [Fraction(-3, 4)]),
        ("x = 3", [3]),
        ("2, 3 and 5", [2, 3, 5]),
        ("$x=1$ or $x=-1$", [1, -1]),
        (r"\text{4}", [4]),
        ("(3, 4)", [3, 4]),
        ("", []),
        ("yes", []),
        ("(B)", []),
        (r"2\sqrt{3}", []),
        ("1/0", []),
        ("3 apples", []),
        ("9" * 10_000, []),
        ("n^2", []),
    ],
)
def test_answers_are_read_as_numbers(answer: str, values: list[Fraction | int]) -> None:
    assert list(answer_values(answer)) == values


def test_numbers_of_a_statement() -> None:
    found = numbers_in("(x : ℝ) (h : x = -3 / 4) : (x : ℚ) = 0.50 ∧ x₁ ≠ 1_000 -- 99")
    assert {Fraction(-3, 4), Fraction(1, 2), Fraction(1000), Fraction(3), Fraction(4)} <= found
    assert 99 not in found
    assert 1 not in found
    assert numbers_in("(x : ℕ) : x = /- 1") == set()


@pytest.mark.parametrize(
    ("answer", "signature", "missing"),
    [
        ("2", ": 2 ^ 10 % 7 = 2", []),
        ("3", ": 2 ^ 10 % 7 = 2", ["3"]),
        (r"\frac{1}{2}", "(x : ℚ) (h : 2 * x = 1) : x = 1 / 2", []),
        ("0.5", "(x : ℚ) (h : 2 * x = 1) : x = 1 / 2", []),
        ("-4", "(x : ℤ) : x + 4 = 0 ↔ x = -4", []),
        ("-4", "(x : ℤ) : x + 4 = 0 ↔ x = 4", ["-4"]),
        ("1, 5", "(x : ℕ) : x = 1", ["5"]),
        ("blue", "(x : ℕ) : x = 1", []),
        ("12", "(x : ℕ) : x = 120", ["12"]),
    ],
)
def test_an_answer_stands_in_the_statement_or_is_missed(
    answer: str, signature: str, missing: list[str]
) -> None:
    assert missing_answers(answer, signature) == missing


def test_names_are_the_letters_between_dollars() -> None:
    words = r"Let $n$ be a prime and $a_1 \le f(x)$, in $\mathbb{N}$, and so on. It costs 5 dollars."
    assert names_in(words) == ["n", "a", "f", "x"]
    assert missing_names(words, "(n : ℕ) (a₁ : ℕ) (f : ℕ → ℕ) : a₁ ≤ f n") == ["x"]
    assert missing_names("Words without formulas.", ": 1 < 2") == []
    assert missing_names("For $n$.", "(n' : ℕ) : n' = n'") == []
