prelude
import Core.Int.ModEq
import Core.Nat.Parity
import Core.Logic.Vocabulary
/-!
# Casts from ℕ to ℤ

The equations and equivalences that `norm_cast`, `push_cast` and `exact_mod_cast` move casts with, and that `simp` knows.
-/
set_option autoImplicit false
set_option linter.all false

attribute [simp, norm_cast] Nat.cast_zero Nat.cast_one Nat.cast_ofNat Nat.cast_add Nat.cast_mul Nat.cast_pow
attribute [norm_cast] Nat.cast_succ Nat.cast_add_one
namespace Nat
variable {m n : ℕ}
@[simp, norm_cast] theorem cast_id (n : ℕ) : (Nat.cast n : ℕ) = n := rfl
@[simp, norm_cast] theorem cast_inj : (m : ℤ) = n ↔ m = n := ⟨Int.natCast_inj, fun h => h ▸ rfl⟩
@[simp, norm_cast] theorem cast_le : (m : ℤ) ≤ n ↔ m ≤ n := Int.ofNat_le
@[simp, norm_cast] theorem cast_lt : (m : ℤ) < n ↔ m < n := Int.ofNat_lt
@[simp, norm_cast] theorem cast_eq_zero : (n : ℤ) = 0 ↔ n = 0 := by omega
@[norm_cast] theorem cast_ne_zero : (n : ℤ) ≠ 0 ↔ n ≠ 0 := by omega
@[simp, norm_cast] theorem cast_eq_one : (n : ℤ) = 1 ↔ n = 1 := by omega
@[simp, norm_cast] theorem cast_pos : 0 < (n : ℤ) ↔ 0 < n := by omega
@[simp] theorem cast_nonneg (n : ℕ) : 0 ≤ (n : ℤ) := Int.natCast_nonneg n
@[simp, norm_cast] theorem one_le_cast : 1 ≤ (n : ℤ) ↔ 1 ≤ n := by omega
@[simp, norm_cast] theorem one_lt_cast : 1 < (n : ℤ) ↔ 1 < n := by omega
@[simp, norm_cast] theorem cast_le_one : (n : ℤ) ≤ 1 ↔ n ≤ 1 := by omega
@[simp, norm_cast] theorem cast_lt_one : (n : ℤ) < 1 ↔ n = 0 := by omega
@[simp, norm_cast] theorem cast_sub (h : m ≤ n) : ((n - m : ℕ) : ℤ) = n - m := by omega
theorem cast_pred (h : 0 < n) : ((n - 1 : ℕ) : ℤ) = n - 1 := by omega
@[simp, norm_cast] theorem cast_max : ((max m n : ℕ) : ℤ) = max (m : ℤ) n := by omega
@[simp, norm_cast] theorem cast_min : ((min m n : ℕ) : ℤ) = min (m : ℤ) n := by omega
@[simp, norm_cast] theorem cast_ite (P : Prop) [Decidable P] (m n : ℕ) :
    ((if P then m else n : ℕ) : ℤ) = if P then (m : ℤ) else (n : ℤ) := by split <;> rfl
@[simp, norm_cast] theorem abs_cast (n : ℕ) : |(n : ℤ)| = n := abs_of_nonneg (cast_nonneg n)
theorem cast_injective : Function.Injective (fun n : ℕ => (n : ℤ)) := fun _ _ h => Int.natCast_inj h
end Nat

namespace Int
@[simp, norm_cast] theorem natCast_div (m n : ℕ) : ((m / n : ℕ) : ℤ) = m / n := rfl
attribute [simp, norm_cast] natCast_mod natCast_dvd_natCast natCast_natAbs natCast_modEq_iff
attribute [norm_cast] even_coe_nat odd_coe_nat
@[simp, norm_cast] theorem cast_id (n : ℤ) : (Int.cast n : ℤ) = n := rfl
theorem natCast_sub {m n : ℕ} (h : n ≤ m) : ((m - n : ℕ) : ℤ) = m - n := Nat.cast_sub h
theorem natCast_eq_zero {n : ℕ} : (n : ℤ) = 0 ↔ n = 0 := Nat.cast_eq_zero
theorem natCast_pos {n : ℕ} : 0 < (n : ℤ) ↔ 0 < n := Nat.cast_pos
theorem natCast_le {m n : ℕ} : (m : ℤ) ≤ n ↔ m ≤ n := Nat.cast_le
theorem natCast_lt {m n : ℕ} : (m : ℤ) < n ↔ m < n := Nat.cast_lt
end Int
