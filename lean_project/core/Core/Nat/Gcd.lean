prelude
import Core.Nat.Div
/-!
# The greatest common divisor

`Nat.gcd` is Euclid's algorithm, accelerated by the kernel.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

namespace Nat
def gcdAux : Nat → Nat → Nat → Nat
  | 0, _, n => n
  | f + 1, m, n => if m = 0 then n else gcdAux f (n % m) m
@[extern "lean_nat_gcd"] def gcd (m n : @& Nat) : Nat := gcdAux m m n
theorem gcdAux_dvd (f m n : Nat) (hf : m ≤ f) : gcdAux f m n ∣ m ∧ gcdAux f m n ∣ n := by
  induction f generalizing m n with
  | zero =>
    have h : m = 0 := Nat.le_antisymm hf (zero_le m)
    rw [h]; exact ⟨⟨0, rfl⟩, Nat.dvd_refl n⟩
  | succ f ih =>
    by_cases h : m = 0
    · have e : gcdAux (f + 1) m n = n := if_pos h
      rw [e, h]; exact ⟨⟨0, rfl⟩, Nat.dvd_refl n⟩
    · have e : gcdAux (f + 1) m n = gcdAux f (n % m) m := if_neg h
      have hlt := mod_lt n (pos_of_ne_zero h)
      have ⟨h₁, h₂⟩ := ih (n % m) m (le_of_lt_succ (Nat.lt_of_lt_of_le hlt hf))
      rw [e]
      refine ⟨h₂, ?_⟩
      have := Nat.dvd_add h₁ (Nat.dvd_trans h₂ (Nat.dvd_mul_right m (n / m)))
      rw [Nat.mod_add_div] at this; exact this
theorem dvd_gcdAux (f m n k : Nat) (hm : k ∣ m) (hn : k ∣ n) : k ∣ gcdAux f m n := by
  induction f generalizing m n with
  | zero => exact hn
  | succ f ih =>
    by_cases h : m = 0
    · rw [show gcdAux (f + 1) m n = n from if_pos h]; exact hn
    · rw [show gcdAux (f + 1) m n = gcdAux f (n % m) m from if_neg h]
      refine ih (n % m) m ?_ hm
      obtain ⟨a, rfl⟩ := hm; obtain ⟨b, rfl⟩ := hn
      refine ⟨b - a * (k * b / (k * a)), ?_⟩
      rw [Nat.mod_def, Nat.mul_assoc]
      generalize a * (k * b / (k * a)) = c
      rcases Nat.le_total c b with h | h
      · obtain ⟨d, rfl⟩ := Nat.le.dest h
        rw [Nat.mul_add, Nat.add_sub_cancel_left, Nat.add_sub_cancel_left]
      · rw [Nat.sub_eq_zero_of_le h, Nat.sub_eq_zero_of_le (Nat.mul_le_mul_left k h), Nat.mul_zero]
theorem dvd_gcd {k m n : Nat} (h₁ : k ∣ m) (h₂ : k ∣ n) : k ∣ gcd m n := dvd_gcdAux m m n k h₁ h₂
theorem gcd_dvd_left (m n : Nat) : gcd m n ∣ m := (gcdAux_dvd m m n .refl).1
theorem gcd_dvd_right (m n : Nat) : gcd m n ∣ n := (gcdAux_dvd m m n .refl).2
protected theorem lt_of_not_ge {a b : Nat} (h : ¬ b ≥ a) : b < a := Nat.lt_of_not_le h
protected theorem pow_pos {b n : Nat} (h : 0 < b) : 0 < b ^ n := by
  induction n with
  | zero => exact zero_lt_succ 0
  | succ n ih => exact Nat.mul_pos ih h
end Nat
namespace Nat
theorem emod_pos_of_not_dvd {a b : Nat} (h : ¬ a ∣ b) : b % a > 0 := pos_of_ne_zero fun e => h (dvd_of_mod_eq_zero e)
end Nat
