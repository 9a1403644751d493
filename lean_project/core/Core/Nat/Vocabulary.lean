prelude
import Core.Algebra.Instances
import Core.Nat.Gcd
/-!
# The vocabulary of number theory

Parity, units and irreducibles, primes, coprimality, `lcm`, congruence, factorials, binomial coefficients, digits, square
roots and absolute values: definitions and decidability. Lemmas are in the rooms by subject.
-/
set_option autoImplicit false
set_option linter.all false
universe u

/-- `a` is even: twice some element. -/
def Even {α : Type u} [Add α] (a : α) : Prop := ∃ r, a = r + r
/-- `a` is odd: twice some element, plus one. -/
def Odd {α : Type u} [CommSemiring α] (a : α) : Prop := ∃ m, a = 2 * m + 1
/-- `a` has an inverse. (Commutative: one side is enough.) -/
def IsUnit {α : Type u} [CommSemiring α] (a : α) : Prop := ∃ b, a * b = 1
/-- `p` is not a unit, and whenever it is a product, one factor is. -/
structure Irreducible {α : Type u} [CommSemiring α] (p : α) : Prop where
  not_isUnit : ¬ IsUnit p
  isUnit_or_isUnit ⦃a b : α⦄ : p = a * b → IsUnit a ∨ IsUnit b
/-- `p` is neither zero nor a unit, and divides a product only if it divides a factor. -/
def Prime {α : Type u} [CommSemiring α] (p : α) : Prop :=
  p ≠ 0 ∧ ¬ IsUnit p ∧ ∀ a b, p ∣ a * b → p ∣ a ∨ p ∣ b
/-- The absolute value. -/
def abs {α : Type u} [Max α] [Neg α] (a : α) : α := max a (-a)
macro:max atomic("|" noWs) a:term noWs "|" : term => `(abs $a)

namespace Nat
/-- A prime number: an irreducible natural number. -/
def Prime (p : ℕ) : Prop := Irreducible p
/-- The greatest common divisor is one. -/
@[reducible] def Coprime (m n : ℕ) : Prop := gcd m n = 1
/-- The least common multiple. -/
def lcm (m n : ℕ) : ℕ := m * n / gcd m n
/-- `a ≡ b [MOD n]`: the same remainder modulo `n`. -/
def ModEq (n a b : ℕ) : Prop := a % n = b % n
@[inherit_doc] notation:50 a " ≡ " b " [MOD " n "]" => Nat.ModEq n a b
instance (n a b : ℕ) : Decidable (Nat.ModEq n a b) := Nat.decEq (a % n) (b % n)
/-- `n !`: the product of `1, …, n`. -/
def factorial : ℕ → ℕ
  | 0 => 1
  | n + 1 => (n + 1) * factorial n
@[inherit_doc] scoped notation:10000 n "!" => Nat.factorial n
/-- Binomial coefficients. -/
def choose : ℕ → ℕ → ℕ
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, k + 1 => choose n k + choose n (k + 1)
/-- The value of a list of digits, least significant first. -/
def ofDigits {α : Type u} [CommSemiring α] (b : α) : List ℕ → α
  | [] => 0
  | h :: t => h + b * ofDigits b t
end Nat

namespace Int
/-- `a ≡ b [ZMOD n]`: the same remainder modulo `n`. -/
def ModEq (n a b : ℤ) : Prop := a % n = b % n
@[inherit_doc] notation:50 a " ≡ " b " [ZMOD " n "]" => Int.ModEq n a b
instance (n a b : ℤ) : Decidable (Int.ModEq n a b) := Int.instDecidableEq (a % n) (b % n)
/-- The greatest common divisor, a natural number. -/
def gcd (m n : ℤ) : ℕ := m.natAbs.gcd n.natAbs
/-- The least common multiple, a natural number. -/
def lcm (m n : ℤ) : ℕ := m.natAbs.lcm n.natAbs
end Int
