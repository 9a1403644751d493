prelude
import Core.Nat.Dvd
import Core.Algebra.OrderedRing
/-!
# Powers of natural numbers
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat
variable {a b c m n k : ℕ}

protected theorem pow_succ' : b ^ (n + 1) = b * b ^ n := _root_.pow_succ' b n
protected theorem pow_mul (a m n : ℕ) : a ^ (m * n) = (a ^ m) ^ n := _root_.pow_mul a m n
protected theorem pow_mul' (a m n : ℕ) : a ^ (m * n) = (a ^ n) ^ m := _root_.pow_mul' a m n
protected theorem mul_pow (a b n : ℕ) : (a * b) ^ n = a ^ n * b ^ n := _root_.mul_pow a b n
protected theorem pow_right_comm (a m n : ℕ) : (a ^ m) ^ n = (a ^ n) ^ m := _root_.pow_right_comm a m n
protected theorem pow_two (a : ℕ) : a ^ 2 = a * a := _root_.pow_two a
@[simp] protected theorem one_pow (n : ℕ) : 1 ^ n = 1 := _root_.one_pow n
@[simp] protected theorem pow_one (a : ℕ) : a ^ 1 = a := _root_.pow_one a
protected theorem zero_pow (h : 0 < n) : 0 ^ n = 0 := _root_.zero_pow (Nat.ne_of_gt h)
theorem pow_lt_pow_left (h : a < b) (hn : n ≠ 0) : a ^ n < b ^ n := pow_lt_pow_left₀ h (Nat.zero_le a) hn
theorem pow_le_pow_left (h : m ≤ n) (i : ℕ) : m ^ i ≤ n ^ i := pow_le_pow_left₀ (Nat.zero_le m) h i
theorem pow_le_pow_right (h : n > 0) (hm : m ≤ k) : n ^ m ≤ n ^ k := pow_le_pow_right₀ h hm
theorem pow_lt_pow_right (ha : 1 < a) (h : m < n) : a ^ m < a ^ n := pow_lt_pow_right₀ ha h
theorem pow_lt_pow_iff_right (ha : 1 < a) : a ^ m < a ^ n ↔ m < n := pow_lt_pow_iff_right₀ ha
theorem pow_le_pow_iff_right (ha : 1 < a) : a ^ m ≤ a ^ n ↔ m ≤ n := pow_le_pow_iff_right₀ ha
theorem pow_lt_pow_iff_left (hn : n ≠ 0) : a ^ n < b ^ n ↔ a < b :=
  ⟨lt_of_pow_lt_pow_left₀ n (Nat.zero_le b), (pow_lt_pow_left · hn)⟩
theorem pow_le_pow_iff_left (hn : n ≠ 0) : a ^ n ≤ b ^ n ↔ a ≤ b := by
  rw [← Nat.not_lt, ← Nat.not_lt, pow_lt_pow_iff_left hn]
theorem pow_left_injective {n : ℕ} (hn : n ≠ 0) (h : a ^ n = b ^ n) : a = b :=
  pow_left_injective₀ (Nat.zero_le a) (Nat.zero_le b) hn h
theorem pow_left_inj (hn : n ≠ 0) : a ^ n = b ^ n ↔ a = b := ⟨pow_left_injective hn, fun h => h ▸ rfl⟩
theorem pow_right_inj (ha : 1 < a) : a ^ m = a ^ n ↔ m = n := by
  refine ⟨fun h => Nat.le_antisymm ?_ ?_, fun h => h ▸ rfl⟩
  · exact (pow_le_pow_iff_right ha).1 (Nat.le_of_eq h)
  · exact (pow_le_pow_iff_right ha).1 (Nat.le_of_eq h.symm)
theorem pow_right_injective (ha : 2 ≤ a) (h : a ^ m = a ^ n) : m = n := (pow_right_inj ha).1 h
theorem one_le_pow (n m : ℕ) (h : 0 < m) : 1 ≤ m ^ n := Nat.pow_pos h
theorem one_lt_pow (hn : n ≠ 0) (ha : 1 < a) : 1 < a ^ n := one_lt_pow₀ ha hn
theorem two_pow_pos (w : ℕ) : 0 < 2 ^ w := Nat.pow_pos (by decide)
theorem one_le_two_pow : 1 ≤ 2 ^ n := two_pow_pos n
theorem one_lt_two_pow (h : n ≠ 0) : 1 < 2 ^ n := one_lt_pow h (by decide)
theorem lt_pow_self (hb : 1 < b) : n < b ^ n := by
  induction n with
  | zero => exact Nat.zero_lt_succ 0
  | succ n ih =>
    rw [Nat.pow_succ]
    have := Nat.mul_le_mul ih hb
    omega
theorem lt_two_pow_self : n < 2 ^ n := lt_pow_self (by decide)
theorem le_self_pow (hn : n ≠ 0) (m : ℕ) : m ≤ m ^ n := by
  rcases Nat.eq_zero_or_pos m with rfl | hm
  · exact Nat.zero_le _
  · exact le_self_pow₀ hm hn
protected theorem pow_eq_zero {a n : ℕ} : a ^ n = 0 ↔ a = 0 ∧ n ≠ 0 := by
  refine ⟨fun h => ⟨_root_.pow_eq_zero h, fun e => by rw [e] at h; nomatch h⟩, fun ⟨h, hn⟩ => by rw [h, _root_.zero_pow hn]⟩
theorem pow_eq_one {a n : ℕ} : a ^ n = 1 ↔ a = 1 ∨ n = 0 := by
  refine ⟨fun h => ?_, fun h => h.elim (fun h => by rw [h, Nat.one_pow]) fun h => by rw [h, Nat.pow_zero]⟩
  by_cases hn : n = 0
  · exact .inr hn
  · left
    have := le_self_pow hn a
    have : a ≠ 0 := fun e => by rw [e, _root_.zero_pow hn] at h; nomatch h
    omega
theorem pow_dvd_pow_iff_le_right (hx : 1 < a) : a ^ m ∣ a ^ n ↔ m ≤ n :=
  ⟨fun h => (pow_le_pow_iff_right hx).1 (Nat.le_of_dvd (Nat.pow_pos (Nat.lt_trans (Nat.zero_lt_succ 0) hx)) h), Nat.pow_dvd_pow a⟩
protected theorem sq_sub_sq (a b : ℕ) : a ^ 2 - b ^ 2 = (a + b) * (a - b) := by
  rw [Nat.pow_two, Nat.pow_two, Nat.mul_sub, Nat.add_mul, Nat.add_mul, Nat.mul_comm b a]; omega
end Nat
