prelude
import Core.Tactic.NormNum
/-!
# `positivity`

Proves `0 < e`, `0 ≤ e` and `e ≠ 0` for integers and natural numbers from the shape of `e`: sums, products, powers, quotients, casts, absolute
values, factorials of positive, nonnegative or nonzero parts; atoms by hypotheses.

Contract: as Mathlib's, it looks at no inequality but `0 < x`, `0 ≤ x` and `x ≠ 0` among the hypotheses.
-/
set_option autoImplicit false
set_option linter.all false
open Lean Lean.Elab.Tactic
namespace Core.Positivity
variable {a b : Int} {m n k : Nat}

theorem int_nonneg (h : 0 < a) : 0 ≤ a := Int.le_of_lt h
theorem int_ne (h : 0 < a) : a ≠ 0 := by omega
theorem int_add_pos (ha : 0 < a) (hb : 0 ≤ b) : 0 < a + b := by omega
theorem int_add_pos' (ha : 0 ≤ a) (hb : 0 < b) : 0 < a + b := by omega
theorem int_add_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a + b := by omega
theorem int_mul_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := by
  obtain ⟨m, e⟩ := Int.le_def.1 ha; obtain ⟨n, e'⟩ := Int.le_def.1 hb
  rw [e, e', Int.zero_add, Int.zero_add]; exact Int.natCast_nonneg (m * n)
theorem int_mul_ne (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := by
  cases a with
  | ofNat m => cases b with
    | ofNat n =>
      cases m with
      | zero => exact absurd rfl ha
      | succ m => cases n with
        | zero => exact absurd rfl hb
        | succ n => intro h; injection h with h; rw [Nat.mul_add] at h; omega
    | negSucc n =>
      cases m with
      | zero => exact absurd rfl ha
      | succ m => intro h; exact nomatch (show Int.negOfNat ((m + 1) * n + m + 1) = 0 from h)
  | negSucc m => cases b with
    | ofNat n =>
      cases n with
      | zero => exact absurd rfl hb
      | succ n => intro h; exact nomatch (show Int.negOfNat ((m + 1) * n + m + 1) = 0 from h)
    | negSucc n => intro h; injection h with h; rw [Nat.mul_add] at h; omega
theorem int_mul_pos (ha : 0 < a) (hb : 0 < b) : 0 < a * b := by
  have := int_mul_nonneg (int_nonneg ha) (int_nonneg hb)
  have := int_mul_ne (int_ne ha) (int_ne hb)
  omega
theorem int_sq_nonneg : 0 ≤ a * a := by
  cases a with
  | ofNat m => exact Int.natCast_nonneg (m * m)
  | negSucc m => exact Int.natCast_nonneg ((m + 1) * (m + 1))
theorem int_sq_pos (h : a ≠ 0) : 0 < a * a := by
  have := int_sq_nonneg (a := a); have := int_mul_ne h h; omega
theorem int_pow_nonneg (h : 0 ≤ a) : 0 ≤ a ^ n := by
  induction n with
  | zero => rw [Int.pow_zero]; omega
  | succ n ih => rw [Int.pow_succ]; exact int_mul_nonneg ih h
theorem int_pow_pos (h : 0 < a) : 0 < a ^ n := by
  induction n with
  | zero => rw [Int.pow_zero]; omega
  | succ n ih => rw [Int.pow_succ]; exact int_mul_pos ih h
theorem int_pow_ne (h : a ≠ 0) : a ^ n ≠ 0 := by
  induction n with
  | zero => rw [Int.pow_zero]; omega
  | succ n ih => rw [Int.pow_succ]; exact int_mul_ne ih h
theorem int_pow_double (k : Nat) : a ^ (k + k) = a ^ k * a ^ k := by
  have (m : Nat) : a ^ (k + m) = a ^ k * a ^ m := by
    induction m with
    | zero => rw [Nat.add_zero, Int.pow_zero, Int.mul_one]
    | succ m ih => rw [← Nat.add_assoc, Int.pow_succ, Int.pow_succ, ih, Int.mul_assoc]
  exact this k
theorem int_even_nonneg (h : n % 2 = 0) : 0 ≤ a ^ n := by
  rw [show n = n / 2 + n / 2 by omega, int_pow_double]; exact int_sq_nonneg
theorem int_even_pos (ha : a ≠ 0) (h : n % 2 = 0) : 0 < a ^ n := by
  rw [show n = n / 2 + n / 2 by omega, int_pow_double]; exact int_sq_pos (int_pow_ne ha)
theorem int_cast_nonneg : 0 ≤ (m : Int) := Int.natCast_nonneg m
theorem int_cast_pos (h : 0 < m) : 0 < (m : Int) := by omega
theorem int_cast_ne (h : m ≠ 0) : (m : Int) ≠ 0 := by omega
theorem int_abs_nonneg : 0 ≤ |a| := by
  show 0 ≤ max a (-a); omega
theorem int_abs_pos (h : a ≠ 0) : 0 < |a| := by
  show 0 < max a (-a); omega
theorem int_neg_ne (h : a ≠ 0) : -a ≠ 0 := by omega
theorem int_div_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a / b := by
  obtain ⟨m, e⟩ := Int.le_def.1 ha; obtain ⟨n, e'⟩ := Int.le_def.1 hb
  rw [e, e', Int.zero_add, Int.zero_add]; exact Int.natCast_nonneg (m / n)
theorem nat_nonneg : 0 ≤ m := Nat.zero_le m
theorem nat_ne (h : 0 < m) : m ≠ 0 := by omega
theorem nat_of_ne (h : m ≠ 0) : 0 < m := by omega
theorem nat_add_pos (h : 0 < m) : 0 < m + n := by omega
theorem nat_add_pos' (h : 0 < n) : 0 < m + n := by omega
theorem nat_mul_pos (h : 0 < m) (h' : 0 < n) : 0 < m * n := Nat.mul_pos h h'
theorem nat_pow_pos (h : 0 < m) : 0 < m ^ n := by
  induction n with
  | zero => exact Nat.zero_lt_succ 0
  | succ n ih => exact Nat.mul_pos ih h
theorem nat_factorial_pos : 0 < Nat.factorial m := by
  induction m with
  | zero => exact Nat.zero_lt_succ 0
  | succ m ih => exact Nat.mul_pos (Nat.zero_lt_succ m) ih
theorem nat_succ_pos : 0 < Nat.succ m := Nat.zero_lt_succ m
end Core.Positivity

namespace Core.Tactic
open Core.Positivity
/-- One attempt at `0 < e`, `0 ≤ e` or `e ≠ 0`; `first` orders the stronger conclusions before the weaker. -/
syntax "positivity_core" : tactic
macro_rules
  | `(tactic| positivity_core) => `(tactic| with_reducible first
    | assumption
    | exact nat_nonneg
    | (norm_num_goal; done)
    | (refine int_sq_pos ?_ <;> positivity_core)
    | exact int_sq_nonneg
    | (refine int_mul_pos ?_ ?_ <;> positivity_core)
    | (refine nat_mul_pos ?_ ?_ <;> positivity_core)
    | (refine int_mul_nonneg ?_ ?_ <;> positivity_core)
    | (refine int_mul_ne ?_ ?_ <;> positivity_core)
    | (refine int_pow_pos ?_ <;> positivity_core)
    | (refine nat_pow_pos ?_ <;> positivity_core)
    | (refine int_even_pos ?_ (by norm_num_goal) <;> positivity_core)
    | (refine int_even_nonneg (by norm_num_goal); done)
    | (refine int_pow_nonneg ?_ <;> positivity_core)
    | (refine int_pow_ne ?_ <;> positivity_core)
    | (refine int_add_pos ?_ ?_ <;> positivity_core)
    | (refine int_add_pos' ?_ ?_ <;> positivity_core)
    | (refine nat_add_pos ?_ <;> positivity_core)
    | (refine nat_add_pos' ?_ <;> positivity_core)
    | (refine int_add_nonneg ?_ ?_ <;> positivity_core)
    | (refine int_cast_pos ?_ <;> positivity_core)
    | exact int_cast_nonneg
    | (refine int_cast_ne ?_ <;> positivity_core)
    | (refine int_abs_pos ?_ <;> positivity_core)
    | exact int_abs_nonneg
    | (refine int_neg_ne ?_ <;> positivity_core)
    | (refine int_div_nonneg ?_ ?_ <;> positivity_core)
    | exact nat_factorial_pos
    | exact nat_succ_pos
    | (refine nat_of_ne ?_; assumption)
    | (refine int_nonneg ?_; assumption)
    | (refine int_ne ?_ <;> positivity_core)
    | (refine nat_ne ?_ <;> positivity_core))
/-- Fails unless the goal is `0 < e`, `0 ≤ e` or `e ≠ 0`. -/
syntax (name := positivityGoal) "positivity_goal" : tactic
@[tactic positivityGoal] def evalPositivityGoal : Tactic := fun _ => withMainContext do
  let t ← target
  let zero (e : Expr) : Bool := match numeral? e with
    | some n => Nat.beq n 0
    | none => false
  let ok := match headArgs t [] with
    | (n, [_, _, a, b]) => or (and (zero a) (or (n == ``LE.le) (n == ``LT.lt))) (and (zero b) (or (n == ``GE.ge) (n == ``GT.gt)))
    | (n, [_, _, b]) => and (zero b) (n == ``Ne)
    | _ => false
  if ok then pure () else lift (fail "`positivity` proves goals of the form `0 < e`, `0 ≤ e` and `e ≠ 0`")
macro "positivity" : tactic => `(tactic| (positivity_goal; first | positivity_core | fail "`positivity` failed"))
end Core.Tactic
