prelude
import Core.Int.Basic
/-!
# Algebraic classes

The few classes over which Mathlib states the laws of arithmetic, with ℕ and ℤ as their instances:
`CommSemiring`, `CommRing`, `Preorder`, `PartialOrder`, `LinearOrder` and `IsStrictOrderedRing`. They bundle what a
chain of Mathlib's smaller classes does; the lemmas stated over them (`Core.Algebra.Ring`, `Core.Algebra.Order`)
have Mathlib's names, argument order and meaning.
-/
set_option autoImplicit false
set_option linter.all false
universe u

/-- `n` is at least two: the literals that `Zero` and `One` do not cover. -/
class Nat.AtLeastTwo (n : ℕ) : Prop where
  prop : n ≥ 2
instance instNatAtLeastTwo {n : ℕ} : Nat.AtLeastTwo (n + 2) := ⟨Nat.le_add_left 2 n⟩
/-- A literal `n ≥ 2` is the cast of the natural number. -/
instance instOfNatOfNatCast {R : Type u} {n : ℕ} [NatCast R] [Nat.AtLeastTwo n] : OfNat R n :=
  ⟨Nat.cast (OfNat.ofNat n)⟩

/-- A commutative semiring: addition, multiplication, powers and a cast from ℕ. -/
class CommSemiring (R : Type u) extends Add R, Mul R, Zero R, One R, NatPow R, NatCast R where
  protected add_assoc (a b c : R) : a + b + c = a + (b + c)
  protected add_comm (a b : R) : a + b = b + a
  protected zero_add (a : R) : 0 + a = a
  protected mul_assoc (a b c : R) : a * b * c = a * (b * c)
  protected mul_comm (a b : R) : a * b = b * a
  protected one_mul (a : R) : 1 * a = a
  protected zero_mul (a : R) : 0 * a = 0
  protected mul_add (a b c : R) : a * (b + c) = a * b + a * c
  protected pow_zero (a : R) : a ^ 0 = 1
  protected pow_succ (a : R) (n : Nat) : a ^ (n + 1) = a ^ n * a
  protected natCast_zero : ((0 : Nat) : R) = 0
  protected natCast_succ (n : Nat) : ((n + 1 : Nat) : R) = (n : R) + 1

/-- `a ∣ b`: some multiple of `a` is `b`. ℕ and ℤ have the same relation from instances of their own. -/
instance (priority := 100) semigroupDvd {R : Type u} [CommSemiring R] : Dvd R := ⟨fun a b => ∃ c, b = a * c⟩

/-- A commutative ring: a commutative semiring with negatives. -/
class CommRing (R : Type u) extends CommSemiring R, Neg R, Sub R where
  protected sub_eq_add_neg (a b : R) : a - b = a + -b
  protected neg_add_cancel (a : R) : -a + a = 0

/-- A reflexive and transitive relation `≤` with its strict part `<`. -/
class Preorder (α : Type u) extends LE α, LT α where
  protected le_refl (a : α) : a ≤ a
  protected le_trans (a b c : α) : a ≤ b → b ≤ c → a ≤ c
  protected lt_iff_le_not_ge (a b : α) : a < b ↔ a ≤ b ∧ ¬ b ≤ a

/-- An antisymmetric preorder. -/
class PartialOrder (α : Type u) extends Preorder α where
  protected le_antisymm (a b : α) : a ≤ b → b ≤ a → a = b

/-- A decidable total order, with the `min` and `max` that go with it. -/
class LinearOrder (α : Type u) extends PartialOrder α, Min α, Max α where
  protected le_total (a b : α) : a ≤ b ∨ b ≤ a
  toDecidableLE : DecidableRel (α := α) (· ≤ ·)
  protected min_def (a b : α) : min a b = if a ≤ b then a else b
  protected max_def (a b : α) : max a b = if a ≤ b then b else a
attribute [reducible, instance 90] LinearOrder.toDecidableLE

/-- Addition is monotone, and multiplication by a positive element strictly so. -/
class IsStrictOrderedRing (R : Type u) [CommSemiring R] [PartialOrder R] : Prop where
  protected zero_le_one : (0 : R) ≤ 1
  protected zero_ne_one : (0 : R) ≠ 1
  protected add_le_add_left (a b : R) : a ≤ b → ∀ c, a + c ≤ b + c
  protected le_of_add_le_add_left (a b c : R) : a + b ≤ a + c → b ≤ c
  protected mul_lt_mul_of_pos_left (a b c : R) : 0 < c → a < b → c * a < c * b

/-- A factor other than zero cancels. -/
class IsCancelMulZero (R : Type u) [CommSemiring R] : Prop where
  protected mul_left_cancel_of_ne_zero (a b c : R) : a ≠ 0 → a * b = a * c → b = c
