prelude
import Core.Nat.Dvd
/-!
# Factorials and binomial coefficients
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat
variable {m n k : ℕ}

@[simp] theorem factorial_zero : 0 ! = 1 := rfl
theorem factorial_succ (n : ℕ) : (n + 1)! = (n + 1) * n ! := rfl
@[simp] theorem factorial_one : 1 ! = 1 := rfl
@[simp] theorem factorial_two : 2 ! = 2 := rfl
theorem factorial_pos (n : ℕ) : 0 < n ! := by
  induction n with
  | zero => exact Nat.zero_lt_succ 0
  | succ n ih => exact Nat.mul_pos (Nat.zero_lt_succ n) ih
theorem factorial_ne_zero (n : ℕ) : n ! ≠ 0 := Nat.ne_of_gt (factorial_pos n)
theorem mul_factorial_pred (hn : n ≠ 0) : n * (n - 1)! = n ! := by
  obtain ⟨k, rfl⟩ := Nat.exists_eq_succ_of_ne_zero hn; rfl
theorem factorial_dvd_factorial (h : m ≤ n) : m ! ∣ n ! := by
  induction h with
  | refl => exact Nat.dvd_refl _
  | step _ ih => exact ih.mul_left _
theorem dvd_factorial (h₁ : 0 < m) (h₂ : m ≤ n) : m ∣ n ! := by
  obtain ⟨k, rfl⟩ := Nat.exists_eq_succ_of_ne_zero (Nat.ne_of_gt h₁)
  exact Nat.dvd_trans (Nat.dvd_mul_right (k + 1) (k !)) (factorial_dvd_factorial h₂)
theorem factorial_le (h : m ≤ n) : m ! ≤ n ! := Nat.le_of_dvd (factorial_pos n) (factorial_dvd_factorial h)
theorem self_le_factorial (n : ℕ) : n ≤ n ! := by
  cases n with
  | zero => exact Nat.zero_le _
  | succ n => exact Nat.le_mul_of_pos_right (n + 1) (factorial_pos n)
theorem factorial_lt (hn : 0 < n) : n ! < m ! ↔ n < m := by
  constructor
  · intro h; exact Nat.lt_of_not_le fun h' => Nat.not_le_of_lt h (factorial_le h')
  · intro h
    refine Nat.lt_of_lt_of_le ?_ (factorial_le h)
    rw [factorial_succ]
    have := Nat.mul_lt_mul_of_pos_right (show 1 < n + 1 by omega) (factorial_pos n)
    omega
theorem one_lt_factorial : 1 < n ! ↔ 1 < n := factorial_lt (Nat.zero_lt_succ 0)

@[simp] theorem choose_zero_right (n : ℕ) : choose n 0 = 1 := by cases n <;> rfl
@[simp] theorem choose_zero_succ (k : ℕ) : choose 0 (succ k) = 0 := rfl
theorem choose_succ_succ (n k : ℕ) : choose (succ n) (succ k) = choose n k + choose n (succ k) := rfl
theorem choose_succ_succ' (n k : ℕ) : choose (n + 1) (k + 1) = choose n k + choose n (k + 1) := rfl
theorem choose_succ_left (n k : ℕ) (hk : 0 < k) : choose (n + 1) k = choose n (k - 1) + choose n k := by
  obtain ⟨j, rfl⟩ := Nat.exists_eq_succ_of_ne_zero (Nat.ne_of_gt hk); rfl
theorem choose_eq_choose_pred_add (hn : 0 < n) (hk : 0 < k) :
    choose n k = choose (n - 1) (k - 1) + choose (n - 1) k := by
  obtain ⟨m, rfl⟩ := Nat.exists_eq_succ_of_ne_zero (Nat.ne_of_gt hn); exact choose_succ_left m k hk
theorem choose_eq_zero_of_lt (h : n < k) : choose n k = 0 := by
  induction n generalizing k with
  | zero => obtain ⟨j, rfl⟩ := Nat.exists_eq_succ_of_ne_zero (Nat.ne_of_gt h); rfl
  | succ n ih =>
    obtain ⟨j, rfl⟩ := Nat.exists_eq_succ_of_ne_zero (show k ≠ 0 by omega)
    rw [choose_succ_succ, ih (show n < j from Nat.lt_of_succ_lt_succ h), ih (Nat.lt_trans (Nat.lt_of_succ_lt_succ h) (Nat.lt_succ_self j))]
@[simp] theorem choose_self (n : ℕ) : choose n n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [choose_succ_succ' n n, ih, choose_eq_zero_of_lt (Nat.lt_succ_self n)]
@[simp] theorem choose_succ_self (n : ℕ) : choose n (succ n) = 0 := choose_eq_zero_of_lt (Nat.lt_succ_self n)
@[simp] theorem choose_one_right (n : ℕ) : choose n 1 = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [choose_succ_succ' n 0, ih, choose_zero_right, Nat.add_comm]
theorem choose_pos (h : k ≤ n) : 0 < choose n k := by
  induction n generalizing k with
  | zero => rw [Nat.le_zero.1 h]; exact Nat.zero_lt_succ 0
  | succ n ih =>
    cases k with
    | zero => exact Nat.zero_lt_succ 0
    | succ k => exact Nat.add_pos_left (ih (Nat.le_of_succ_le_succ h)) _
theorem choose_eq_zero_iff : choose n k = 0 ↔ n < k :=
  ⟨fun h => Nat.lt_of_not_le fun h' => by have := choose_pos h'; omega, choose_eq_zero_of_lt⟩
theorem succ_mul_choose_eq (n k : ℕ) : succ n * choose n k = choose (succ n) (succ k) * succ k := by
  induction n generalizing k with
  | zero => cases k with
    | zero => rfl
    | succ k => rw [choose_zero_succ, choose_succ_succ, choose_zero_succ, choose_zero_succ, Nat.zero_mul, Nat.mul_zero]
  | succ n ih => cases k with
    | zero => rw [choose_zero_right, Nat.mul_one, show succ 0 = 1 from rfl, choose_one_right, Nat.mul_one]
    | succ k =>
      have h₁ : (n + 1) * choose n k = choose (n + 1) (k + 1) * (k + 1) := ih k
      have h₂ : (n + 1) * choose n (k + 1) = choose (n + 1) (k + 2) * (k + 2) := ih (k + 1)
      show (n + 1 + 1) * choose (n + 1) (k + 1) = (choose (n + 1) (k + 1) + choose (n + 1) (k + 2)) * (k + 2)
      rw [Nat.add_mul (choose (n + 1) (k + 1)), ← h₂, Nat.add_one_mul (n + 1)]
      rw [show (n + 1) * choose (n + 1) (k + 1) = (n + 1) * choose n k + (n + 1) * choose n (k + 1) from Nat.mul_add _ _ _]
      rw [h₁, show choose (n + 1) (k + 1) * (k + 2) = choose (n + 1) (k + 1) * (k + 1) + choose (n + 1) (k + 1) from rfl]
      omega
theorem choose_mul_factorial_mul_factorial (hk : k ≤ n) : choose n k * k ! * (n - k)! = n ! := by
  induction n generalizing k with
  | zero => rw [Nat.le_zero.1 hk]; rfl
  | succ n ih =>
    cases k with
    | zero => rw [choose_zero_right, factorial_zero, Nat.one_mul]; rfl
    | succ k =>
      have hk' := Nat.le_of_succ_le_succ hk
      have e := succ_mul_choose_eq n k
      rw [factorial_succ k, ← Nat.mul_assoc, ← show succ n * choose n k = choose (n + 1) (k + 1) * (k + 1) from e,
        Nat.succ_sub_succ_eq_sub, factorial_succ n, ← ih hk', Nat.mul_assoc, Nat.mul_assoc, Nat.mul_assoc]
theorem factorial_mul_factorial_dvd_factorial (hk : k ≤ n) : k ! * (n - k)! ∣ n ! :=
  ⟨choose n k, by rw [← choose_mul_factorial_mul_factorial hk, Nat.mul_assoc, Nat.mul_comm]⟩
theorem choose_eq_factorial_div_factorial (hk : k ≤ n) : choose n k = n ! / (k ! * (n - k)!) := by
  rw [← choose_mul_factorial_mul_factorial hk, Nat.mul_assoc]
  exact (Nat.mul_div_left _ (Nat.mul_pos (factorial_pos k) (factorial_pos (n - k)))).symm
theorem choose_symm (hk : k ≤ n) : choose n (n - k) = choose n k := by
  have h₁ := choose_mul_factorial_mul_factorial hk
  have h₂ := choose_mul_factorial_mul_factorial (Nat.sub_le n k)
  rw [Nat.sub_sub_self hk, ← h₁, Nat.mul_assoc, Nat.mul_assoc, Nat.mul_comm ((n - k)!)] at h₂
  exact Nat.eq_of_mul_eq_mul_right (Nat.mul_pos (factorial_pos k) (factorial_pos (n - k))) h₂
theorem choose_symm_of_eq_add {a b : ℕ} (h : n = a + b) : choose n a = choose n b := by
  have := choose_symm (n := n) (k := b) (by omega)
  rwa [show n - b = a by omega] at this
theorem choose_le_succ (a c : ℕ) : choose a c ≤ choose (succ a) c := by
  cases c with
  | zero => rw [choose_zero_right, choose_zero_right]; exact Nat.le_refl 1
  | succ c => rw [choose_succ_succ]; exact Nat.le_add_left _ _
end Nat
