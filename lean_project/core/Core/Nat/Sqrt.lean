prelude
import Core.Omega
/-! # The integer square root -/
set_option autoImplicit false
set_option linter.all false
namespace Nat

/-- One binary digit at a time: twice the root of `n / 4`, or one more. -/
def sqrtAux : ℕ → ℕ → ℕ
  | 0, _ => 0
  | fuel + 1, n => cond (Nat.beq n 0) 0
      (cond (Nat.ble ((2 * sqrtAux fuel (n / 4) + 1) * (2 * sqrtAux fuel (n / 4) + 1)) n)
        (2 * sqrtAux fuel (n / 4) + 1) (2 * sqrtAux fuel (n / 4)))
/-- The square root, rounded down. -/
def sqrt (n : ℕ) : ℕ := sqrtAux n n

theorem sqrtAux_spec (fuel n : ℕ) (h : n ≤ fuel) :
    sqrtAux fuel n * sqrtAux fuel n ≤ n ∧ n < (sqrtAux fuel n + 1) * (sqrtAux fuel n + 1) := by
  induction fuel generalizing n with
  | zero => have : n = 0 := by omega
            subst this; exact ⟨Nat.le_refl 0, Nat.zero_lt_succ 0⟩
  | succ fuel ih =>
    unfold sqrtAux
    cases e : Nat.beq n 0 with
    | true => rw [Nat.eq_of_beq_eq_true n 0 e]; exact ⟨Nat.le_refl 0, Nat.zero_lt_succ 0⟩
    | false =>
      have hn := Nat.ne_of_beq_eq_false e
      obtain ⟨h₁, h₂⟩ := ih (n / 4) (by omega)
      show cond _ _ _ * cond _ _ _ ≤ n ∧ n < (cond _ _ _ + 1) * (cond _ _ _ + 1)
      generalize sqrtAux fuel (n / 4) = r at *
      have e₁ : (2 * r) * (2 * r) = 4 * (r * r) := Nat.mul_mul_mul_comm 2 r 2 r
      have e₂ : (2 * r + 1 + 1) * (2 * r + 1 + 1) = 4 * ((r + 1) * (r + 1)) := Nat.mul_mul_mul_comm 2 (r + 1) 2 (r + 1)
      have e₃ : (2 * r + 1) * (2 * r + 1) = 4 * (r * r) + 4 * r + 1 := by rw [Nat.mul_add, Nat.add_mul, e₁]; omega
      cases b : Nat.ble ((2 * r + 1) * (2 * r + 1)) n with
      | true => exact ⟨Nat.le_of_ble_eq_true b, show n < (2 * r + 1 + 1) * (2 * r + 1 + 1) by omega⟩
      | false =>
        have b' : ¬ (2 * r + 1) * (2 * r + 1) ≤ n := fun h => by rw [Nat.ble_eq_true_of_le h] at b; nomatch b
        exact ⟨show (2 * r) * (2 * r) ≤ n by omega, show n < (2 * r + 1) * (2 * r + 1) by omega⟩
theorem sqrt_le (n : ℕ) : sqrt n * sqrt n ≤ n := (sqrtAux_spec n n (Nat.le_refl n)).1
theorem lt_succ_sqrt (n : ℕ) : n < succ (sqrt n) * succ (sqrt n) := (sqrtAux_spec n n (Nat.le_refl n)).2
end Nat
