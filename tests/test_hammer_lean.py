"""The hammer with real Lean: statements of many kinds that it must prove, and false ones that it must not."""

from __future__ import annotations

import asyncio

import pytest

from prover.agents.hammer import HammerBudget, hammer
from prover.lean.checker import PlainChecker
from prover.types import Header, Statement, Status, StopReason

pytestmark = pytest.mark.lean

PROVABLE = {
    "closed_power": ": 7 ^ 2026 % 100 = 49",
    "linear": "(a b : ℤ) (h₁ : 2 * a + 3 * b = 12) (h₂ : a - b = 1) : a = 3 ∧ b = 2",
    "mod_inverse": "(n : ℕ) (h : 4 * n % 9 = 5) : n % 9 = 8",
    "square_residue": "(x : ℤ) : x ^ 2 % 5 ≠ 2",
    "cubes_mod_nine": "(x y : ℤ) (h : (9 : ℤ) ∣ x ^ 3 + y ^ 3 + 4) : False",
    "power_period": "(n : ℕ) : 11 ∣ 10 ^ (2 * n) - 1 ∨ n = 0",
    "power_divides": "(n : ℕ) (h : 5 ∣ 2 ^ n + 1) : n % 4 = 2",
    "induction_sum": "(s : ℕ → ℕ) (h₀ : s 0 = 0) (h : ∀ n, s (n + 1) = s n + 2 * n + 1) (n : ℕ) : s n = n ^ 2",
    "induction_bound": "(n : ℕ) (h : 3 ≤ n) : 2 * n + 1 ≤ 2 ^ n",
    "sequence_value": "(u : ℕ → ℤ) (h₀ : u 0 = 2) (h : ∀ n, u (n + 1) = 3 * u n - 1) : u 4 = 122",
    "recurrence_period": "(u : ℕ → ℤ) (h₁ : u 1 = 3) (h₂ : u 2 = 7) (h : ∀ n ≥ 1, u (n + 2) = u (n + 1) - u n) "
    ": u 2027 = -7",
    "functional_equation": "(f : ℤ → ℤ) (h : ∀ x, f x + 2 * f (4 - x) = x) (x : ℤ) : 3 * f x = 8 - 3 * x",
    "bounded_product": "(x y : ℕ) (hx : 0 < x) (hxy : x < y) (h : x * y = 35) (h₂ : x + y = 12) : x = 5",
    "quadratic": "(x : ℤ) (h : x ^ 2 + x = 12) : x = 3 ∨ x = -4",
    "squares_inequality": "(a b : ℤ) : 4 * (a * b) ≤ (a + b) ^ 2",
    "numeral_witness": ": ∃ x y : ℕ, 7 * x + 5 * y = 38 ∧ x ^ 2 + y ^ 2 < 30",
    "symbolic_witness": "(n : ℕ) (h : n % 3 = 1) : ∃ k, n = 3 * k + 1",
    "even_product": "(n : ℕ) : Even (n * (n + 3))",
    "odd_sum": "(a b : ℤ) (ha : Odd a) (hb : Even b) : Odd (a * a + b)",
    "coprime_linear": "(n : ℕ) : Nat.gcd (3 * n + 2) (2 * n + 1) = 1",
    "divides_constant": "(n : ℕ) (h : n + 2 ∣ 2 * n + 9) : n = 3",
    "factor": "(a b : ℤ) : a + b ∣ a ^ 3 + b ^ 3",
    "prime_plus": "(p : ℕ) (h : Nat.Prime p) (h₂ : Nat.Prime (p + 5)) : p = 2",
    "absolute_value": "(x : ℤ) (h : |2 * x - 1| = 7) : x = 4 ∨ x = -3",
    "propositional": "(p q r : Prop) : (p → q ∨ r) ↔ ((p → q) ∨ (p → r))",
    "congruence": "(a : ℕ) (h : a ≡ 5 [MOD 12]) : a ≡ 1 [MOD 4]",
}
FALSE = {
    "residue": "(x : ℤ) : x ^ 2 % 5 ≠ 4",
    "bound": "(n : ℕ) : n ^ 2 ≤ 2 ^ n",
    "truncation": "(a b : ℕ) : a - b + b = a",
    "witness": ": ∃ x : ℕ, 6 * x = 4",
}


def statement(name: str, signature: str) -> Statement:
    return Statement(f"hammer_{name}", signature, Header(("Mathlib",)))


@pytest.mark.parametrize("name", PROVABLE)
async def test_it_proves(checker: PlainChecker, name: str) -> None:
    goal = statement(name, PROVABLE[name])
    result = await hammer(goal, checker, HammerBudget(lean_cpu_s=40, wall_s=240))
    assert result.stop_reason is StopReason.PROVED, result
    assert result.proof is not None
    verdict = await checker.check(goal, result.proof)
    assert verdict.status is Status.PROVED, (result.proof, verdict.detail)


@pytest.mark.parametrize("name", FALSE)
async def test_it_does_not_claim_what_is_false(checker: PlainChecker, name: str) -> None:
    result = await hammer(statement(name, FALSE[name]), checker, HammerBudget(lean_cpu_s=3, wall_s=60))
    assert result.proof is None
    assert result.stop_reason in (StopReason.LEAN_CPU, StopReason.EXHAUSTED, StopReason.WALL)


async def test_a_small_budget_stops_it_soon(checker: PlainChecker) -> None:
    result = await hammer(statement("bound", FALSE["bound"]), checker, HammerBudget(lean_cpu_s=2, wall_s=60))
    assert result.stop_reason is StopReason.LEAN_CPU
    assert result.spend.lean_cpu_s < 5


async def test_what_the_profile_cannot_read_is_unsupported(checker: PlainChecker) -> None:
    result = await hammer(statement("reals", "(x : ℝ) : x = x"), checker, HammerBudget(lean_cpu_s=5))
    assert result.stop_reason is StopReason.UNSUPPORTED
    assert result.detail


async def test_it_can_be_cancelled(checker: PlainChecker) -> None:
    task = asyncio.create_task(
        hammer(statement("bound", FALSE["bound"]), checker, HammerBudget(lean_cpu_s=60))
    )
    await asyncio.sleep(2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
