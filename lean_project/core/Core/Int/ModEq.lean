prelude
import Core.Int.Lemmas
import Core.Nat.ModEq
/-!
# Congruence of integers, and their greatest common divisors
-/
set_option autoImplicit false
set_option linter.all false
namespace Int
variable {a b c d m n : ℤ}

@[refl] theorem ModEq.refl (a : ℤ) : a ≡ a [ZMOD n] := rfl
theorem ModEq.rfl : a ≡ a [ZMOD n] := ModEq.refl a
@[symm] theorem ModEq.symm (h : a ≡ b [ZMOD n]) : b ≡ a [ZMOD n] := Eq.symm h
theorem ModEq.trans (h₁ : a ≡ b [ZMOD n]) (h₂ : b ≡ c [ZMOD n]) : a ≡ c [ZMOD n] := Eq.trans h₁ h₂
theorem ModEq.eq (h : a ≡ b [ZMOD n]) : a % n = b % n := h
theorem modEq_comm : a ≡ b [ZMOD n] ↔ b ≡ a [ZMOD n] := ⟨ModEq.symm, ModEq.symm⟩
instance : Trans (ModEq n) (ModEq n) (ModEq n) := ⟨ModEq.trans⟩
theorem mod_modEq (a n : ℤ) : a % n ≡ a [ZMOD n] := emod_emod a n
theorem modEq_iff_dvd : a ≡ b [ZMOD n] ↔ n ∣ b - a := by
  rw [modEq_comm]; exact emod_emod_eq_iff
theorem ModEq.dvd (h : a ≡ b [ZMOD n]) : n ∣ b - a := modEq_iff_dvd.1 h
theorem modEq_of_dvd (h : n ∣ b - a) : a ≡ b [ZMOD n] := modEq_iff_dvd.2 h
theorem emod_emod_of_modEq (h : a ≡ b [ZMOD n]) : a % n = b % n := h
theorem modEq_zero_iff_dvd : a ≡ 0 [ZMOD n] ↔ n ∣ a := by rw [modEq_iff_dvd, zero_sub, dvd_neg]
theorem _root_.Dvd.dvd.modEq_zero_int (h : n ∣ a) : a ≡ 0 [ZMOD n] := modEq_zero_iff_dvd.2 h
theorem _root_.Dvd.dvd.zero_modEq_int (h : n ∣ a) : 0 ≡ a [ZMOD n] := (modEq_zero_iff_dvd.2 h).symm
theorem ModEq.of_dvd (d : m ∣ n) (h : a ≡ b [ZMOD n]) : a ≡ b [ZMOD m] := modEq_iff_dvd.2 (dvd_trans d h.dvd)
theorem ModEq.add (h₁ : a ≡ b [ZMOD n]) (h₂ : c ≡ d [ZMOD n]) : a + c ≡ b + d [ZMOD n] := by
  show (a + c) % n = (b + d) % n; rw [add_emod, add_emod b, h₁.eq, h₂.eq]
theorem ModEq.add_left (c : ℤ) (h : a ≡ b [ZMOD n]) : c + a ≡ c + b [ZMOD n] := ModEq.rfl.add h
theorem ModEq.add_right (c : ℤ) (h : a ≡ b [ZMOD n]) : a + c ≡ b + c [ZMOD n] := h.add ModEq.rfl
theorem ModEq.neg (h : a ≡ b [ZMOD n]) : -a ≡ -b [ZMOD n] := neg_emod_congr h
theorem ModEq.sub (h₁ : a ≡ b [ZMOD n]) (h₂ : c ≡ d [ZMOD n]) : a - c ≡ b - d [ZMOD n] := h₁.add h₂.neg
theorem ModEq.sub_left (c : ℤ) (h : a ≡ b [ZMOD n]) : c - a ≡ c - b [ZMOD n] := ModEq.rfl.sub h
theorem ModEq.sub_right (c : ℤ) (h : a ≡ b [ZMOD n]) : a - c ≡ b - c [ZMOD n] := h.sub ModEq.rfl
theorem ModEq.mul (h₁ : a ≡ b [ZMOD n]) (h₂ : c ≡ d [ZMOD n]) : a * c ≡ b * d [ZMOD n] := by
  show a * c % n = b * d % n; rw [mul_emod, mul_emod b, h₁.eq, h₂.eq]
theorem ModEq.mul_left (c : ℤ) (h : a ≡ b [ZMOD n]) : c * a ≡ c * b [ZMOD n] := ModEq.rfl.mul h
theorem ModEq.mul_right (c : ℤ) (h : a ≡ b [ZMOD n]) : a * c ≡ b * c [ZMOD n] := h.mul ModEq.rfl
theorem ModEq.pow (m : ℕ) (h : a ≡ b [ZMOD n]) : a ^ m ≡ b ^ m [ZMOD n] := by
  show a ^ m % n = b ^ m % n; rw [pow_emod, pow_emod b, h.eq]
theorem ModEq.add_left_cancel' (c : ℤ) (h : c + a ≡ c + b [ZMOD n]) : a ≡ b [ZMOD n] := by
  rw [modEq_iff_dvd] at *; rwa [add_sub_add_left_eq_sub] at h
theorem ModEq.add_right_cancel' (c : ℤ) (h : a + c ≡ b + c [ZMOD n]) : a ≡ b [ZMOD n] := by
  rw [modEq_iff_dvd] at *; rwa [add_sub_add_right_eq_sub] at h
theorem ModEq.mul_left' (h : a ≡ b [ZMOD n]) : c * a ≡ c * b [ZMOD c * n] := by
  rw [modEq_iff_dvd] at *; rw [← Int.mul_sub]; exact mul_dvd_mul_left c h
theorem ModEq.dvd_iff (h : a ≡ b [ZMOD n]) (hdn : d ∣ n) : d ∣ a ↔ d ∣ b := by
  rw [← modEq_zero_iff_dvd, ← modEq_zero_iff_dvd]
  exact ⟨fun h' => ((h.of_dvd hdn).symm).trans h', fun h' => (h.of_dvd hdn).trans h'⟩
theorem modEq_one : a ≡ b [ZMOD 1] := modEq_iff_dvd.2 (one_dvd _)
theorem modEq_sub (a b : ℤ) : a ≡ b [ZMOD a - b] := modEq_iff_dvd.2 (by rw [← Int.neg_sub b a, neg_dvd])
@[simp] theorem modEq_zero_iff : a ≡ b [ZMOD 0] ↔ a = b := by
  rw [modEq_iff_dvd, zero_dvd_iff, Int.sub_eq_zero]; exact ⟨Eq.symm, Eq.symm⟩
theorem add_modEq_left : n + a ≡ a [ZMOD n] := add_emod_left n a
theorem add_modEq_right : a + n ≡ a [ZMOD n] := add_emod_right a n
theorem modEq_add_fac {a b n : ℤ} (c : ℤ) (ha : a ≡ b [ZMOD n]) : a + n * c ≡ b [ZMOD n] :=
  (add_mul_emod_self_left a n c).trans ha
theorem natCast_mod (m n : ℕ) : ((m % n : ℕ) : ℤ) = m % n := rfl
theorem natCast_modEq_iff {a b n : ℕ} : (a : ℤ) ≡ b [ZMOD n] ↔ a ≡ b [MOD n] :=
  ⟨fun h => natCast_inj h, fun h => congrArg Nat.cast (show a % n = b % n from h)⟩
theorem mod_lt_of_pos (a : ℤ) {b : ℤ} (H : 0 < b) : a % b < b := emod_lt_of_pos a H
theorem existsUnique_equiv_nat (a : ℤ) {b : ℤ} (hb : 0 < b) : ∃ z : ℕ, (z : ℤ) < b ∧ (z : ℤ) ≡ a [ZMOD b] := by
  refine ⟨(a % b).toNat, ?_, ?_⟩
  · rw [toNat_of_nonneg (emod_nonneg' a hb)]; exact emod_lt_of_pos a hb
  · rw [toNat_of_nonneg (emod_nonneg' a hb)]; exact mod_modEq a b

/-! ### Greatest common divisors -/
theorem gcd_eq_natAbs : gcd a b = Nat.gcd a.natAbs b.natAbs := rfl
theorem gcd_dvd_left (a b : ℤ) : (gcd a b : ℤ) ∣ a := natCast_dvd.2 (Nat.gcd_dvd_left _ _)
theorem gcd_dvd_right (a b : ℤ) : (gcd a b : ℤ) ∣ b := natCast_dvd.2 (Nat.gcd_dvd_right _ _)
theorem dvd_coe_gcd (h₁ : c ∣ a) (h₂ : c ∣ b) : c ∣ gcd a b :=
  dvd_natCast.2 (Nat.dvd_gcd (natAbs_dvd_natAbs.2 h₁) (natAbs_dvd_natAbs.2 h₂))
theorem gcd_comm (a b : ℤ) : gcd a b = gcd b a := Nat.gcd_comm _ _
@[simp] theorem gcd_zero_left (a : ℤ) : gcd 0 a = natAbs a := Nat.gcd_zero_left _
@[simp] theorem gcd_zero_right (a : ℤ) : gcd a 0 = natAbs a := Nat.gcd_zero_right _
@[simp] theorem gcd_one_left (a : ℤ) : gcd 1 a = 1 := Nat.gcd_one_left _
@[simp] theorem gcd_one_right (a : ℤ) : gcd a 1 = 1 := Nat.gcd_one_right _
@[simp] theorem gcd_self (a : ℤ) : gcd a a = natAbs a := Nat.gcd_self _
@[simp] theorem gcd_neg : gcd a (-b) = gcd a b := by unfold gcd; rw [natAbs_neg]
@[simp] theorem neg_gcd : gcd (-a) b = gcd a b := by unfold gcd; rw [natAbs_neg]
@[simp] theorem gcd_natCast_natCast (m n : ℕ) : gcd (m : ℤ) (n : ℤ) = Nat.gcd m n := rfl
theorem gcd_eq_zero_iff : gcd a b = 0 ↔ a = 0 ∧ b = 0 := by
  unfold gcd; rw [Nat.gcd_eq_zero_iff, natAbs_eq_zero, natAbs_eq_zero]
/-- Bézout: every common divisor's multiple is a combination. -/
theorem _root_.Nat.exists_bezout (m n : ℕ) : ∃ x y : ℤ, (Nat.gcd m n : ℤ) = m * x + n * y := by
  induction m, n using Nat.gcd.induction with
  | H0 n => exact ⟨0, 1, by rw [Nat.gcd_zero_left]; omega⟩
  | H1 m n _ ih =>
    obtain ⟨x, y, h⟩ := ih
    refine ⟨y - (n / m : ℤ) * x, x, ?_⟩
    rw [Nat.gcd_rec, h, natCast_mod]
    have e := emod_add_ediv (n : ℤ) m
    rw [Int.mul_sub]
    have e' : (n : ℤ) * x = (n : ℤ) % m * x + m * ((n : ℤ) / m * x) := by rw [← Int.mul_assoc, ← Int.add_mul, e]
    omega
theorem isCoprime_bezout {m n : ℕ} (h : Nat.Coprime m n) : ∃ x y : ℤ, (m : ℤ) * x + n * y = 1 := by
  obtain ⟨x, y, e⟩ := Nat.exists_bezout m n
  rw [h] at e; exact ⟨x, y, e.symm⟩
theorem dvd_of_dvd_mul_right_of_gcd_one (h₁ : a ∣ b * c) (h₂ : gcd a b = 1) : a ∣ c := by
  rw [← natAbs_dvd_natAbs, natAbs_mul] at *
  exact Nat.Coprime.dvd_of_dvd_mul_left h₂ h₁
theorem dvd_of_dvd_mul_left_of_gcd_one (h₁ : a ∣ b * c) (h₂ : gcd a c = 1) : a ∣ b := by
  rw [Int.mul_comm] at h₁; exact dvd_of_dvd_mul_right_of_gcd_one h₁ h₂
theorem ModEq.cancel_left_of_coprime {m a b c : ℤ} (hmc : gcd m c = 1) (h : c * a ≡ c * b [ZMOD m]) : a ≡ b [ZMOD m] := by
  rw [modEq_iff_dvd] at *; rw [← Int.mul_sub] at h; exact dvd_of_dvd_mul_right_of_gcd_one h hmc
theorem ModEq.cancel_right_of_coprime {m a b c : ℤ} (hmc : gcd m c = 1) (h : a * c ≡ b * c [ZMOD m]) : a ≡ b [ZMOD m] := by
  rw [Int.mul_comm a, Int.mul_comm b] at h; exact h.cancel_left_of_coprime hmc
theorem mod_coprime {a b : ℕ} (hab : Nat.Coprime a b) : ∃ y : ℤ, (a : ℤ) * y ≡ 1 [ZMOD b] := by
  obtain ⟨x, y, h⟩ := isCoprime_bezout hab
  exact ⟨x, modEq_iff_dvd.2 ⟨y, by omega⟩⟩
end Int

namespace Nat
theorem modEq_iff_dvd {n a b : ℕ} : a ≡ b [MOD n] ↔ (n : ℤ) ∣ b - a := by
  rw [← Int.natCast_modEq_iff, Int.modEq_iff_dvd]
theorem exists_mul_emod_eq_one_of_coprime {k n : ℕ} (hkn : Coprime n k) (hk : 1 < k) : ∃ m, n * m % k = 1 := by
  obtain ⟨y, h⟩ := Int.mod_coprime hkn
  obtain ⟨z, _, hz⟩ := Int.existsUnique_equiv_nat y (b := k) (by omega)
  refine ⟨z, ?_⟩
  have := (hz.mul_left n).trans h
  have := (Int.natCast_modEq_iff (a := n * z) (b := 1)).1 this
  rw [show n * z % k = 1 % k from this]; exact Nat.mod_eq_of_lt hk
theorem exists_modEq_and_modEq {m n : ℕ} (co : Coprime n m) (a b : ℕ) : ∃ k, k ≡ a [MOD n] ∧ k ≡ b [MOD m] := by
  rcases Nat.eq_zero_or_pos n with rfl | hn
  · rw [show m = 1 from co.symm.symm]; exact ⟨a, ModEq.rfl, modEq_one⟩
  rcases Nat.eq_zero_or_pos m with rfl | hm
  · rw [show n = 1 from co.symm]; exact ⟨b, modEq_one, ModEq.rfl⟩
  obtain ⟨x, y, h⟩ := Int.isCoprime_bezout co
  obtain ⟨k, _, hk⟩ := Int.existsUnique_equiv_nat ((a : ℤ) * (m * y) + b * (n * x)) (b := ((n * m : ℕ) : ℤ)) (by
    have := Nat.mul_pos hn hm; omega)
  refine ⟨k, Int.natCast_modEq_iff.1 ((hk.of_dvd ⟨m, rfl⟩).trans ?_), Int.natCast_modEq_iff.1 ((hk.of_dvd ⟨n, ?_⟩).trans ?_)⟩
  · refine Int.modEq_iff_dvd.2 ⟨a * x - b * x, ?_⟩
    have e : (a : ℤ) * (m * y) = a - a * (n * x) := by
      rw [show (m : ℤ) * y = 1 - n * x by omega, Int.mul_sub, Int.mul_one]
    rw [e, Int.mul_sub, _root_.mul_left_comm (a : ℤ) n x, _root_.mul_left_comm (b : ℤ) n x]; omega
  · exact (Int.mul_comm (n : ℤ) m)
  · refine Int.modEq_iff_dvd.2 ⟨b * y - a * y, ?_⟩
    have e : (b : ℤ) * (n * x) = b - b * (m * y) := by
      rw [show (n : ℤ) * x = 1 - m * y by omega, Int.mul_sub, Int.mul_one]
    rw [e, Int.mul_sub, _root_.mul_left_comm (a : ℤ) m y, _root_.mul_left_comm (b : ℤ) m y]; omega
/-- A number with two given remainders, to coprime moduli. -/
noncomputable def chineseRemainder {m n : ℕ} (co : Coprime n m) (a b : ℕ) : {k // k ≡ a [MOD n] ∧ k ≡ b [MOD m]} :=
  Classical.indefiniteDescription _ (exists_modEq_and_modEq co a b)
end Nat
