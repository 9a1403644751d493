"""Elaborated statements: read from Lean's print, and of one shape exactly when they say the same."""

from __future__ import annotations

import pytest

from prover.formalize.elaborated import (
    App,
    Bind,
    Const,
    Elaborated,
    Literal,
    TermTextError,
    call,
    elaborate,
    free_names,
    parse_print,
    parse_term,
)
from prover.formalize.shape import shape
from prover.lean.checker import PlainChecker
from prover.types import Header, Statement

HEADER = Header(("Mathlib",))


def test_terms_of_the_print() -> None:
    term = parse_term("@HSub.hSub.{0, 0, 0} Nat Nat Nat (@instHSub.{0} Nat instSubNat) a (f b)")
    name, args = call(term)
    assert (name, len(args)) == ("HSub.hSub", 6)
    assert args[5] == App(Const("f"), (Const("b"),))
    three = parse_term("@OfNat.ofNat.{0} Nat (nat_lit 3) (instOfNatNat (nat_lit 3))")
    assert three == Literal(3, Const("Nat"))
    every = parse_term("∀ (x y : Nat), @GT.gt.{0} Nat instLTNat x y → P x")
    assert isinstance(every, Bind)
    assert (every.name, every.type) == ("x", Const("Nat"))
    assert free_names(every) == {"Nat", "GT.gt", "instLTNat", "P"}
    some = parse_term("@Exists.{1} Nat fun (x : Nat) => And (p x) (q «odd name».2)")
    assert call(some)[0] == "Exists"


@pytest.mark.parametrize("text", ["", "(", "∀ x", "f )", "fun (x : Nat) =>", "∀ (x : Nat, P", "(" * 5000])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(TermTextError):
        parse_term(text)


def test_a_print_without_a_goal_is_refused() -> None:
    with pytest.raises(TermTextError, match="no goal"):
        parse_print("Failed")
    read = parse_print("Failed: `fail`\na b : Nat\nh :\n  @Eq.{1} Nat a\n    b\n⊢ False")
    assert [local.name for local in read.locals] == ["a", "b", "h"]
    assert read.target == Const("False")


async def shapes(checker: PlainChecker, *signatures: str) -> list[str]:
    statements = [Statement("t", signature, HEADER) for signature in signatures]
    read: list[Elaborated] = [await elaborate(statement, checker) for statement in statements]
    return [shape(one) for one in read]


@pytest.mark.lean
async def test_names_order_and_notation_make_no_difference(checker: PlainChecker) -> None:
    found = await shapes(
        checker,
        "(a b : ℕ) (ha : 0 < a) (hb : b ≠ 1) : ∃ x, a ∣ x * b",
        "(q p : ℕ) (second : ¬ q = 1) (first : p > 0) : ∃ witness, p ∣ witness * q",
        ": ∀ m n : ℕ, 0 < m → n ≠ 1 → 0 < m → ∃ x, m ∣ x * n",
    )
    assert len(set(found)) == 1


@pytest.mark.lean
async def test_what_says_something_else_has_another_shape(checker: PlainChecker) -> None:
    found = await shapes(
        checker,
        "(a b : ℕ) (ha : 0 < a) (hb : b ≠ 1) : ∃ x, a ∣ x * b",
        "(a b : ℕ) (ha : 0 < b) (hb : b ≠ 1) : ∃ x, a ∣ x * b",
        "(a b : ℕ) (ha : 0 < a) (hb : b ≠ 1) : ∃ x, b ∣ x * a",
        "(a b : ℕ) (ha : 0 ≤ a) (hb : b ≠ 1) : ∃ x, a ∣ x * b",
        "(a b : ℕ) (ha : 0 < a) : ∃ x, a ∣ x * b",
        "(a b : ℤ) (ha : 0 < a) (hb : b ≠ 1) : ∃ x, a ∣ x * b",
        "(a b : ℕ) (ha : 0 < a) (hb : b ≠ 2) : ∃ x, a ∣ x * b",
    )
    assert len(set(found)) == len(found)
