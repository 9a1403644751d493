prelude
import Core.Nat.Dvd
/-!
# Congruence of natural numbers
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat
variable {a b c d m n : ℕ}

@[refl] theorem ModEq.refl (a : ℕ) : a ≡ a [MOD n] := rfl
theorem ModEq.rfl : a ≡ a [MOD n] := ModEq.refl a
@[symm] theorem ModEq.symm (h : a ≡ b [MOD n]) : b ≡ a [MOD n] := Eq.symm h
theorem ModEq.trans (h₁ : a ≡ b [MOD n]) (h₂ : b ≡ c [MOD n]) : a ≡ c [MOD n] := Eq.trans h₁ h₂
theorem ModEq.comm : a ≡ b [MOD n] ↔ b ≡ a [MOD n] := ⟨ModEq.symm, ModEq.symm⟩
instance : Trans (ModEq n) (ModEq n) (ModEq n) := ⟨ModEq.trans⟩
theorem mod_modEq (a n : ℕ) : a % n ≡ a [MOD n] := mod_mod a n
theorem modEq_iff_dvd' (h : a ≤ b) : a ≡ b [MOD n] ↔ n ∣ b - a := by
  constructor
  · intro e; exact dvd_of_mod_eq_zero (sub_mod_eq_zero_of_mod_eq (Eq.symm e))
  · rintro ⟨c, e⟩
    have : b = a + n * c := by omega
    rw [this]; exact (add_mul_mod_self_left a n c).symm
theorem modEq_zero_iff_dvd : a ≡ 0 [MOD n] ↔ n ∣ a := by
  show a % n = 0 % n ↔ _; rw [zero_mod]; exact mod_eq_zero_iff_dvd
theorem _root_.Dvd.dvd.modEq_zero_nat (h : n ∣ a) : a ≡ 0 [MOD n] := modEq_zero_iff_dvd.2 h
theorem _root_.Dvd.dvd.zero_modEq_nat (h : n ∣ a) : 0 ≡ a [MOD n] := (modEq_zero_iff_dvd.2 h).symm
theorem ModEq.of_dvd (d : m ∣ n) (h : a ≡ b [MOD n]) : a ≡ b [MOD m] := by
  show a % m = b % m
  rw [← mod_mod_of_dvd a d, ← mod_mod_of_dvd b d, show a % n = b % n from h]
theorem ModEq.add (h₁ : a ≡ b [MOD n]) (h₂ : c ≡ d [MOD n]) : a + c ≡ b + d [MOD n] := by
  show (a + c) % n = (b + d) % n; rw [add_mod, add_mod b, show a % n = b % n from h₁, show c % n = d % n from h₂]
theorem ModEq.add_left (c : ℕ) (h : a ≡ b [MOD n]) : c + a ≡ c + b [MOD n] := ModEq.rfl.add h
theorem ModEq.add_right (c : ℕ) (h : a ≡ b [MOD n]) : a + c ≡ b + c [MOD n] := h.add ModEq.rfl
theorem ModEq.mul (h₁ : a ≡ b [MOD n]) (h₂ : c ≡ d [MOD n]) : a * c ≡ b * d [MOD n] := by
  show a * c % n = b * d % n; rw [mul_mod, mul_mod b, show a % n = b % n from h₁, show c % n = d % n from h₂]
theorem ModEq.mul_left (c : ℕ) (h : a ≡ b [MOD n]) : c * a ≡ c * b [MOD n] := ModEq.rfl.mul h
theorem ModEq.mul_right (c : ℕ) (h : a ≡ b [MOD n]) : a * c ≡ b * c [MOD n] := h.mul ModEq.rfl
theorem ModEq.pow (m : ℕ) (h : a ≡ b [MOD n]) : a ^ m ≡ b ^ m [MOD n] := by
  show a ^ m % n = b ^ m % n; rw [pow_mod, pow_mod b, show a % n = b % n from h]
theorem ModEq.mul_left' (c : ℕ) (h : a ≡ b [MOD n]) : c * a ≡ c * b [MOD c * n] := by
  show c * a % (c * n) = c * b % (c * n); rw [mul_mod_mul_left, mul_mod_mul_left, show a % n = b % n from h]
theorem ModEq.mul_right' (c : ℕ) (h : a ≡ b [MOD n]) : a * c ≡ b * c [MOD n * c] := by
  rw [Nat.mul_comm a, Nat.mul_comm b, Nat.mul_comm n]; exact h.mul_left' c
theorem ModEq.add_right_cancel' (c : ℕ) (h : a + c ≡ b + c [MOD n]) : a ≡ b [MOD n] := by
  rcases Nat.le_total a b with hab | hab
  · rw [modEq_iff_dvd' hab]
    have := (modEq_iff_dvd' (Nat.add_le_add_right hab c)).1 h
    rwa [Nat.add_sub_add_right] at this
  · rw [ModEq.comm, modEq_iff_dvd' hab]
    have := (modEq_iff_dvd' (Nat.add_le_add_right hab c)).1 h.symm
    rwa [Nat.add_sub_add_right] at this
theorem ModEq.add_left_cancel' (c : ℕ) (h : c + a ≡ c + b [MOD n]) : a ≡ b [MOD n] := by
  rw [Nat.add_comm c, Nat.add_comm c] at h; exact h.add_right_cancel' c
theorem ModEq.cancel_left_of_coprime (hmc : gcd m c = 1) (h : c * a ≡ c * b [MOD m]) : a ≡ b [MOD m] := by
  rcases Nat.le_total a b with hab | hab
  · rw [modEq_iff_dvd' hab]
    have := (modEq_iff_dvd' (Nat.mul_le_mul_left c hab)).1 h
    rw [← Nat.mul_sub] at this; exact Coprime.dvd_of_dvd_mul_left hmc this
  · rw [ModEq.comm, modEq_iff_dvd' hab]
    have := (modEq_iff_dvd' (Nat.mul_le_mul_left c hab)).1 h.symm
    rw [← Nat.mul_sub] at this; exact Coprime.dvd_of_dvd_mul_left hmc this
theorem ModEq.cancel_right_of_coprime (hmc : gcd m c = 1) (h : a * c ≡ b * c [MOD m]) : a ≡ b [MOD m] := by
  rw [Nat.mul_comm a, Nat.mul_comm b] at h; exact h.cancel_left_of_coprime hmc
theorem ModEq.dvd_iff (h : a ≡ b [MOD n]) (hdn : d ∣ n) : d ∣ a ↔ d ∣ b := by
  rw [← modEq_zero_iff_dvd, ← modEq_zero_iff_dvd]
  exact ⟨fun h' => ((h.of_dvd hdn).symm).trans h', fun h' => (h.of_dvd hdn).trans h'⟩
theorem ModEq.gcd_eq (h : a ≡ b [MOD m]) : gcd a m = gcd b m := by
  rw [← gcd_mod_left, show a % m = b % m from h, gcd_mod_left]
theorem ModEq.eq_of_lt_of_lt (h : a ≡ b [MOD m]) (ha : a < m) (hb : b < m) : a = b := eq_of_mod_eq_of_lt h ha hb
theorem modEq_one : a ≡ b [MOD 1] := by show a % 1 = b % 1; rw [mod_one, mod_one]
theorem modEq_and_modEq_iff_modEq_mul (hmn : Coprime m n) : a ≡ b [MOD m] ∧ a ≡ b [MOD n] ↔ a ≡ b [MOD m * n] := by
  refine ⟨fun ⟨h₁, h₂⟩ => ?_, fun h => ⟨h.of_dvd (Nat.dvd_mul_right m n), h.of_dvd (Nat.dvd_mul_left n m)⟩⟩
  rcases Nat.le_total a b with hab | hab
  · rw [modEq_iff_dvd' hab] at *; exact hmn.mul_dvd_of_dvd_of_dvd h₁ h₂
  · rw [ModEq.comm, modEq_iff_dvd' hab] at *; exact hmn.mul_dvd_of_dvd_of_dvd h₁ h₂
theorem add_modEq_left : n + a ≡ a [MOD n] := add_mod_left a n
theorem add_modEq_right : a + n ≡ a [MOD n] := add_mod_right a n
end Nat
