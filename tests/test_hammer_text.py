"""What the hammer reads and computes without Lean: goals, terms, values, polynomials, scripts."""

from __future__ import annotations

import random
import string

import pytest

from prover.agents.hammer.evaluate import UnevaluableError, compile_term, solutions, value_of
from prover.agents.hammer.goals import fresh, fresh_names, parse_goal
from prover.agents.hammer.minimise import shorter_variants
from prover.agents.hammer.polynomial import (
    add,
    divide,
    divmod_polynomial,
    multiply,
    show_polynomial,
    to_polynomial,
)
from prover.agents.hammer.script import Step, linear, structured
from prover.agents.hammer.terms import parse_term, show, substitute

GOAL = """case succ.inl
x y : ℤ
n✝ : Nat
f : ℕ → ℕ
hf : ∀ n > 1, f n = f (n - 1) + 2
h : 0 < x ∧
    (x = 1 ∨ y ∣ 3)
s : ℕ := 4
⊢ ∃ k, k + 1 = f 2 ∧
      x ≠ 4"""


def test_a_goal_is_taken_apart() -> None:
    goal = parse_goal(GOAL)
    assert goal.case == "succ.inl"
    assert [h.name for h in goal.hypotheses] == ["x", "y", "n✝", "f", "hf", "h", "s"]
    assert goal.numbers() == ["x", "y"]
    assert goal.numbers("ℕ") == []
    assert goal.types["h"] == "0 < x ∧ (x = 1 ∨ y ∣ 3)"
    assert {h.name: h.value for h in goal.hypotheses}["s"] == "4"
    assert [name for name, _ in goal.facts()] == ["hf", "h"]
    assert goal.goal_term.head == "∃"


def test_the_key_forgets_case_names_of_facts_and_repetition() -> None:
    one = parse_goal("case a\nx : ℕ\nh : x < 3\n⊢ x = 0")
    two = parse_goal("x : ℕ\nh1 : x < 3\nh2 : x <  3\n⊢  x = 0")
    other = parse_goal("y : ℕ\nh : y < 3\n⊢ y = 0")
    assert one.key == two.key
    assert one.key != other.key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "⊢",
        ":",
        "case",
        "x",
        "⊢ ⊢ ⊢",
        "h : \n⊢ (((",
        "\x00\ud7ff",
        "a" * 50_000,
        "⊢ " + "(" * 5000,
    ],
)
def test_odd_goals_do_not_fail(text: str) -> None:
    goal = parse_goal(text)
    goal.facts()
    assert isinstance(goal.key, str)
    assert goal.goal_term.head


def test_random_goals_do_not_fail() -> None:
    source = random.Random(4)
    alphabet = "xyh123 :=<>≤∣∧∨¬∀∃,.()⟨⟩|!^*+-%/→↔≡[]MOD\n⊢✝↑" + string.ascii_letters
    for _ in range(400):
        goal = parse_goal("".join(source.choice(alphabet) for _ in range(source.randint(0, 120))))
        for _, term in [*goal.facts(), ("", goal.goal_term)]:
            assert parse_term(show(term)).head


@pytest.mark.parametrize(
    ("text", "head", "shown"),
    [
        ("∀ n > 1, f n = f (n - 1) + 2", "∀", "∀ n, n > 1 → f n = f (n - 1) + 2"),
        ("∃ x y, x < y", "∃", "∃ x, ∃ y, x < y"),
        ("(n + 7).gcd (2 * n + 1) ≤ 13", "≤", "(n + 7).gcd (2 * n + 1) ≤ 13"),
        ("n.gcd m", "app", "n.gcd m"),
        ("a ≡ 5 [MOD 16]", "≡MOD", "a ≡ 5 [MOD 16]"),
        ("|a - |b|| = 3", "=", "|a - |b|| = 3"),
        ("-x ^ 2", "neg", "-x ^ 2"),
        ("(-x) ^ 2", "^", "(-x) ^ 2"),
        ("a - (b - c)", "-", "a - (b - c)"),
        ("a - b - c", "-", "a - b - c"),
        ("2 ^ 3 ^ n", "^", "2 ^ 3 ^ n"),
        ("(2 ^ 3) ^ n", "^", "(2 ^ 3) ^ n"),
        ("p → q → r", "→", "p → q → r"),
        ("(p → q) → r", "→", "(p → q) → r"),
        ("¬p ∧ q", "∧", "¬p ∧ q"),
        ("n ! + 1", "+", "n ! + 1"),
        ("(↑a : ℤ) = b", "=", "(↑a : ℤ) = b"),
        ("IsLeast {x | 0 < x} 1", "opaque", "IsLeast {x | 0 < x} 1"),
    ],
)
def test_terms_are_read_with_the_precedences_of_lean(text: str, head: str, shown: str) -> None:
    term = parse_term(text, {"n", "m", "a", "b", "x"})
    assert term.head == head
    assert show(term) == shown


def test_substitution_respects_binders() -> None:
    term = parse_term("x + 1 = 2 ∧ ∀ x, x = x", {"x"})
    assert show(substitute(term, "x", parse_term("y * 2"))) == "y * 2 + 1 = 2 ∧ (∀ x, x = x)"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 - 3", 0),
        ("(2 : ℤ) - 3", -1),
        ("(-7 : ℤ) % 3", 2),
        ("(-7 : ℤ) / 2", -4),
        ("(7 : ℤ) / -2", -3),
        ("7 / 0", 0),
        ("7 % 0", 7),
        ("Nat.gcd 180 168", 12),
        ("20! % 7", 0),
        ("Nat.choose 7 3", 35),
        ("0 ∣ 0", 1),
        ("0 ∣ 4", 0),
        ("3 ≡ 10 [MOD 7]", 1),
        ("Nat.Prime 91", 0),
        ("2 ^ 10 = 1024 ↔ 1 = 1", 1),
        ("2 ^ 100000", None),
        ("f 3", None),
        ("∀ x, x = x", None),
    ],
)
def test_values_are_those_of_lean(text: str, value: int | None) -> None:
    assert value_of(parse_term(text)) == value


def test_subtraction_follows_the_type_of_its_variables() -> None:
    term = parse_term("x - 5", {"x"})
    assert compile_term(term, {"x": "ℕ"})({"x": 3}) == 0
    assert compile_term(term, {"x": "ℤ"})({"x": 3}) == -2
    with pytest.raises(UnevaluableError):
        compile_term(parse_term("g x"), {"x": "ℕ"})


def test_solutions_are_found_smallest_first() -> None:
    conditions = [parse_term("x * y = 12", {"x", "y"}), parse_term("x < y", {"x", "y"})]
    found = solutions(conditions, [("x", "ℕ"), ("y", "ℕ")], {"x": "ℕ", "y": "ℕ"})
    assert found[0] == {"x": 3, "y": 4}
    assert {"x": 1, "y": 12} in found


def test_polynomials_divide() -> None:
    def poly(text: str) -> dict[tuple[tuple[str, int], ...], int]:
        p = to_polynomial(parse_term(text, {"a", "b", "n"}), subtraction=True)
        assert p is not None
        return p

    quotient = divide(poly("a ^ 3 - b ^ 3"), poly("a - b"))
    assert quotient is not None
    assert multiply(quotient, poly("a - b")) == poly("a ^ 3 - b ^ 3")
    assert divide(poly("a ^ 2 + 1"), poly("a + 1")) is None
    result = divmod_polynomial(poly("n ^ 2 + 3 * n + 5"), poly("n + 1"))
    assert result is not None
    assert show_polynomial(result[1]) == "3"
    assert add(poly("(a + b) ^ 2"), poly("a ^ 2 + 2 * a * b + b ^ 2"), -1) == {}


def test_truncated_subtraction_is_no_polynomial() -> None:
    assert to_polynomial(parse_term("a - b"), subtraction=False) is None
    assert to_polynomial(parse_term("a % 2"), subtraction=True) is None


def test_scripts_are_bulleted_where_goals_split() -> None:
    steps = (
        Step("constructor", 1, 2),
        Step("intro h\nomega", 2, 1),
        Step("cases x", 1, 2),
        Step("simp", 2, 1),
        Step("rfl", 1, 0),
    )
    assert linear(steps).split("\n") == ["constructor", "intro h", "omega", "cases x", "simp", "rfl"]
    assert structured(steps).split("\n") == [
        "constructor",
        "· intro h",
        "  omega",
        "· cases x",
        "  · simp",
        "  · rfl",
    ]


def test_shorter_variants_decide_alternatives_and_drop_lines() -> None:
    variants = shorter_variants("intro n\nhave h : n = n := by\n  rfl\nfirst | omega | (simp; done)")
    assert "intro n\nhave h : n = n := by\n  rfl\nomega" in variants
    assert "intro n\nfirst | omega | (simp; done)" in variants
    assert all(v.strip() for v in variants)
    assert "constructor <;> omega" in shorter_variants("constructor <;> try (first | omega | rfl)")


def test_fresh_names_are_new_and_distinct() -> None:
    assert fresh("h", {"h", "h1"}) == "h2"
    assert fresh_names(["h", "h", "k"], {"h"}) == ["h1", "h2", "k"]
