prelude
import Core.Omega
/-!
# Natural numbers: order, subtraction, products, division and powers

The lemmas of Lean's core library and of Mathlib that a proof by hand cites.
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat
variable {a b c d k m n : ℕ}

/-! ### Order and successor -/
theorem lt_succ_iff : m < succ n ↔ m ≤ n := ⟨le_of_lt_succ, lt_succ_of_le⟩
theorem lt_add_one_iff : m < n + 1 ↔ m ≤ n := ⟨le_of_lt_succ, lt_succ_of_le⟩
theorem succ_le_iff : succ m ≤ n ↔ m < n := Iff.rfl
theorem add_one_le_iff : n + 1 ≤ m ↔ n < m := Iff.rfl
theorem succ_le_of_lt (h : n < m) : succ n ≤ m := h
theorem lt_of_succ_le (h : succ n ≤ m) : n < m := h
theorem lt_succ_self (n : ℕ) : n < succ n := Nat.le_refl (n + 1)
protected theorem lt_add_one (n : ℕ) : n < n + 1 := Nat.le_refl (n + 1)
theorem le_add_one (n : ℕ) : n ≤ n + 1 := le_succ n
theorem succ_lt_succ (h : n < m) : succ n < succ m := succ_le_succ h
theorem lt_of_succ_lt_succ (h : succ n < succ m) : n < m := le_of_succ_le_succ h
theorem succ_le_succ_iff : succ m ≤ succ n ↔ m ≤ n := ⟨le_of_succ_le_succ, succ_le_succ⟩
theorem succ_lt_succ_iff : succ m < succ n ↔ m < n := succ_le_succ_iff
theorem succ_inj : succ a = succ b ↔ a = b := ⟨succ_inj', congrArg succ⟩
theorem succ_pos (n : ℕ) : 0 < succ n := zero_lt_succ n
theorem succ_pred {a : ℕ} (h : a ≠ 0) : succ (pred a) = a := by cases a with
  | zero => exact absurd rfl h
  | succ a => rfl
theorem succ_pred_eq_of_pos (h : 0 < n) : succ (pred n) = n := succ_pred (Nat.ne_of_gt h)
theorem pred_eq_sub_one : pred n = n - 1 := rfl
theorem sub_one_add_one {a : ℕ} (h : a ≠ 0) : a - 1 + 1 = a := succ_pred h
theorem pos_iff_ne_zero : 0 < n ↔ n ≠ 0 := ⟨Nat.ne_of_gt, pos_of_ne_zero⟩
theorem ne_zero_of_lt (h : b < a) : a ≠ 0 := Nat.ne_of_gt (Nat.lt_of_le_of_lt (zero_le b) h)
theorem eq_zero_of_not_pos (h : ¬0 < n) : n = 0 := Nat.le_antisymm (Nat.le_of_not_lt h) (zero_le n)
theorem pos_of_lt (h : m < n) : 0 < n := Nat.lt_of_le_of_lt (zero_le m) h
theorem one_le_iff_ne_zero : 1 ≤ n ↔ n ≠ 0 := pos_iff_ne_zero
theorem one_lt_iff_ne_zero_and_ne_one : 1 < n ↔ n ≠ 0 ∧ n ≠ 1 := by omega
theorem two_le_iff (n : ℕ) : 2 ≤ n ↔ n ≠ 0 ∧ n ≠ 1 := by omega
theorem le_zero : n ≤ 0 ↔ n = 0 := ⟨fun h => Nat.le_antisymm h (zero_le n), Nat.le_of_eq⟩
theorem eq_zero_of_le_zero (h : n ≤ 0) : n = 0 := Nat.le_antisymm h (zero_le n)
theorem lt_one_iff : n < 1 ↔ n = 0 := ⟨fun h => eq_zero_of_le_zero (le_of_lt_succ h), fun h => h ▸ zero_lt_succ 0⟩
theorem le_one_iff_eq_zero_or_eq_one : n ≤ 1 ↔ n = 0 ∨ n = 1 := by omega
theorem eq_zero_or_pos : ∀ n : ℕ, n = 0 ∨ 0 < n := fun n => (Nat.lt_or_ge 0 n).elim .inr fun h => .inl (eq_zero_of_le_zero h)
theorem eq_zero_or_eq_succ_pred (n : ℕ) : n = 0 ∨ n = succ (pred n) := by cases n <;> first | exact .inl rfl | exact .inr rfl
theorem exists_eq_succ_of_ne_zero (h : n ≠ 0) : ∃ k, n = succ k := ⟨pred n, (succ_pred h).symm⟩
theorem exists_eq_add_of_le (h : m ≤ n) : ∃ k, n = m + k := (Nat.le.dest h).imp fun _ e => e.symm
theorem exists_eq_add_of_le' (h : m ≤ n) : ∃ k, n = k + m := (exists_eq_add_of_le h).imp fun k e => e.trans (Nat.add_comm m k)
theorem exists_eq_add_of_lt (h : m < n) : ∃ k, n = m + k + 1 := (Nat.le.dest h).imp fun k e => e.symm.trans (succ_add m k)
theorem le_of_not_le (h : ¬ a ≤ b) : b ≤ a := Nat.le_of_lt (Nat.lt_of_not_le h)
protected theorem le_of_not_ge (h : ¬ a ≥ b) : a ≤ b := le_of_not_le h
protected theorem not_le_of_gt (h : a > b) : ¬ a ≤ b := Nat.not_le_of_lt h
theorem lt_iff_le_not_le : m < n ↔ m ≤ n ∧ ¬ n ≤ m := ⟨fun h => ⟨Nat.le_of_lt h, Nat.not_le_of_lt h⟩, fun h => Nat.lt_of_not_le h.2⟩
theorem lt_iff_add_one_le : m < n ↔ m + 1 ≤ n := Iff.rfl
protected theorem lt_iff_le_and_ne : m < n ↔ m ≤ n ∧ m ≠ n := ⟨fun h => ⟨Nat.le_of_lt h, Nat.ne_of_lt h⟩, fun h => Nat.lt_of_le_of_ne h.1 h.2⟩
protected theorem lt_or_eq_of_le (h : n ≤ m) : n < m ∨ n = m := (Nat.lt_or_ge n m).imp id (Nat.le_antisymm h)
protected theorem le_iff_lt_or_eq : n ≤ m ↔ n < m ∨ n = m := ⟨Nat.lt_or_eq_of_le, fun h => h.elim Nat.le_of_lt Nat.le_of_eq⟩
protected theorem eq_or_lt_of_le (h : n ≤ m) : n = m ∨ n < m := (Nat.lt_or_eq_of_le h).symm
theorem lt_or_lt_of_ne (h : a ≠ b) : a < b ∨ b < a := Nat.lt_or_gt_of_ne h
protected theorem ne_iff_lt_or_gt : a ≠ b ↔ a < b ∨ a > b := ⟨Nat.lt_or_gt_of_ne, fun h => h.elim Nat.ne_of_lt Nat.ne_of_gt⟩
protected theorem lt_or_le (a b : ℕ) : a < b ∨ b ≤ a := Nat.lt_or_ge a b
protected theorem le_or_lt (a b : ℕ) : a ≤ b ∨ b < a := (Nat.lt_or_ge b a).symm
protected theorem lt_asymm (h : n < m) : ¬ m < n := fun h' => Nat.lt_irrefl n (Nat.lt_trans h h')
protected theorem le_antisymm_iff : n = m ↔ n ≤ m ∧ m ≤ n := ⟨fun e => ⟨Nat.le_of_eq e, Nat.le_of_eq e.symm⟩, fun h => Nat.le_antisymm h.1 h.2⟩
theorem eq_of_le_of_lt_succ (h₁ : n ≤ m) (h₂ : m < n + 1) : m = n := Nat.le_antisymm (le_of_lt_succ h₂) h₁
theorem lt_irrefl' (h : n < n) : False := Nat.lt_irrefl n h
theorem ge_of_not_lt (h : ¬ a < b) : a ≥ b := Nat.le_of_not_lt h
theorem ne_of_lt' (h : b < a) : a ≠ b := Nat.ne_of_gt h
theorem lt_of_le_pred (h : 0 < m) : n ≤ pred m → n < m := by show n ≤ m - 1 → _; omega
theorem le_pred_of_lt (h : n < m) : n ≤ pred m := by show n ≤ m - 1; omega
theorem le_sub_one_of_lt (h : a < b) : a ≤ b - 1 := by omega
theorem pred_lt (h : n ≠ 0) : pred n < n := by show n - 1 < n; omega
theorem sub_one_lt (h : n ≠ 0) : n - 1 < n := by omega

/-! ### Addition and subtraction -/
protected theorem add_lt_add (h₁ : a < b) (h₂ : c < d) : a + c < b + d := Nat.lt_of_lt_of_le (Nat.add_lt_add_iff_right.2 h₁) (Nat.add_le_add_left (Nat.le_of_lt h₂) b)
protected theorem add_lt_add_left (h : n < m) (k : ℕ) : k + n < k + m := Nat.add_lt_add_iff_left.2 h
protected theorem add_lt_add_right (h : n < m) (k : ℕ) : n + k < m + k := Nat.add_lt_add_iff_right.2 h
protected theorem add_lt_add_of_le_of_lt (h₁ : a ≤ b) (h₂ : c < d) : a + c < b + d := Nat.lt_of_le_of_lt (Nat.add_le_add_right h₁ c) (Nat.add_lt_add_iff_left.2 h₂)
protected theorem add_lt_add_of_lt_of_le (h₁ : a < b) (h₂ : c ≤ d) : a + c < b + d := Nat.lt_of_lt_of_le (Nat.add_lt_add_iff_right.2 h₁) (Nat.add_le_add_left h₂ b)
protected theorem lt_add_of_pos_right (h : 0 < k) : n < n + k := Nat.add_lt_add_left h n
protected theorem lt_add_of_pos_left (h : 0 < k) : n < k + n := Nat.add_comm n k ▸ Nat.lt_add_of_pos_right h
protected theorem le_of_add_le_add_right (h : a + b ≤ c + b) : a ≤ c := Nat.add_le_add_iff_right.1 h
theorem lt_of_add_lt_add_left (h : a + b < a + c) : b < c := Nat.add_lt_add_iff_left.1 h
theorem lt_of_add_lt_add_right (h : a + b < c + b) : a < c := Nat.add_lt_add_iff_right.1 h
theorem add_pos_left (h : 0 < m) (n : ℕ) : 0 < m + n := Nat.lt_of_lt_of_le h (le_add_right m n)
theorem add_pos_right (m : ℕ) (h : 0 < n) : 0 < m + n := Nat.lt_of_lt_of_le h (le_add_left n m)
theorem le_add_right_of_le (h : n ≤ m) : n ≤ m + k := Nat.le_trans h (le_add_right m k)
theorem le_add_left_of_le (h : n ≤ m) : n ≤ k + m := Nat.le_trans h (le_add_left m k)
theorem eq_zero_of_add_eq_zero (h : n + m = 0) : n = 0 ∧ m = 0 := Nat.add_eq_zero_iff.1 h
theorem add_eq_one_iff : m + n = 1 ↔ m = 0 ∧ n = 1 ∨ m = 1 ∧ n = 0 := by omega
protected theorem sub_pos_of_lt (h : m < n) : 0 < n - m := by omega
theorem lt_of_sub_pos (h : 0 < n - m) : m < n := by omega
theorem sub_pos_iff_lt : 0 < n - m ↔ m < n := ⟨lt_of_sub_pos, Nat.sub_pos_of_lt⟩
theorem sub_ne_zero_of_lt (h : a < b) : b - a ≠ 0 := Nat.ne_of_gt (Nat.sub_pos_of_lt h)
theorem le_of_sub_eq_zero (h : n - m = 0) : n ≤ m := by omega
theorem sub_eq_zero_iff_le : n - m = 0 ↔ n ≤ m := ⟨le_of_sub_eq_zero, sub_eq_zero_of_le⟩
theorem add_sub_of_le (h : a ≤ b) : a + (b - a) = b := (Nat.add_comm a (b - a)).trans (Nat.sub_add_cancel h)
protected theorem add_sub_assoc (h : k ≤ m) (n : ℕ) : n + m - k = n + (m - k) := by obtain ⟨d, rfl⟩ := exists_eq_add_of_le h; rw [Nat.add_left_comm, Nat.add_sub_cancel_left, Nat.add_sub_cancel_left]
theorem sub_add_comm (h : k ≤ n) : n + m - k = n - k + m := by obtain ⟨d, rfl⟩ := exists_eq_add_of_le h; rw [Nat.add_assoc, Nat.add_sub_cancel_left, Nat.add_sub_cancel_left]
theorem add_sub_add_right (n k m : ℕ) : (n + k) - (m + k) = n - m := by omega
theorem add_sub_add_left (k n m : ℕ) : (k + n) - (k + m) = n - m := by rw [Nat.add_comm k, Nat.add_comm k, add_sub_add_right]
protected theorem sub_sub (n m k : ℕ) : n - m - k = n - (m + k) := by omega
theorem sub_sub_self (h : m ≤ n) : n - (n - m) = m := by obtain ⟨d, rfl⟩ := exists_eq_add_of_le h; rw [Nat.add_sub_cancel_left, Nat.add_sub_cancel]
theorem sub_sub_right (a : ℕ) (h : c ≤ b) : a - (b - c) = a + c - b := by omega
protected theorem sub_right_comm (m n k : ℕ) : m - n - k = m - k - n := by rw [Nat.sub_sub, Nat.add_comm, Nat.sub_sub]
theorem sub_add_eq (a b c : ℕ) : a - (b + c) = a - b - c := (Nat.sub_sub a b c).symm
protected theorem sub_eq_iff_eq_add (h : b ≤ a) : a - b = c ↔ a = c + b := by omega
protected theorem sub_eq_iff_eq_add' (h : b ≤ a) : a - b = c ↔ a = b + c := by omega
protected theorem sub_eq_of_eq_add (h : a = c + b) : a - b = c := h ▸ Nat.add_sub_cancel c b
protected theorem eq_sub_of_add_eq (h : a + b = c) : a = c - b := h ▸ (Nat.add_sub_cancel a b).symm
theorem le_add_of_sub_le (h : a - b ≤ c) : a ≤ c + b := by omega
theorem sub_le_of_le_add (h : a ≤ c + b) : a - b ≤ c := by omega
protected theorem sub_le_iff_le_add : a - b ≤ c ↔ a ≤ c + b := ⟨le_add_of_sub_le, sub_le_of_le_add⟩
protected theorem le_sub_iff_add_le (h : k ≤ m) : n ≤ m - k ↔ n + k ≤ m := by omega
theorem le_sub_of_add_le (h : a + b ≤ c) : a ≤ c - b := by omega
theorem add_le_of_le_sub (h : b ≤ c) (h' : a ≤ c - b) : a + b ≤ c := by omega
theorem add_lt_of_lt_sub (h : a < c - b) : a + b < c := by omega
theorem lt_sub_of_add_lt (h : a + b < c) : a < c - b := by omega
protected theorem lt_sub_iff_add_lt : a < c - b ↔ a + b < c := ⟨add_lt_of_lt_sub, lt_sub_of_add_lt⟩
protected theorem sub_lt_iff_lt_add (h : b ≤ a) : a - b < c ↔ a < c + b := by omega
protected theorem sub_le_sub_left (h : n ≤ m) (k : ℕ) : k - m ≤ k - n := by omega
protected theorem sub_le_sub_right (h : n ≤ m) (k : ℕ) : n - k ≤ m - k := by omega
protected theorem sub_lt_sub_left (h₁ : k < m) (h₂ : k < n) : m - n < m - k := by omega
protected theorem sub_lt_sub_right (h₁ : k ≤ m) (h₂ : m < n) : m - k < n - k := by omega
protected theorem sub_lt_self (h₀ : 0 < a) (h₁ : a ≤ b) : b - a < b := by omega
theorem lt_of_sub_ne_zero (h : n - m ≠ 0) : m < n := by omega
theorem pred_succ (n : ℕ) : pred (succ n) = n := rfl
theorem pred_zero : pred 0 = 0 := rfl
theorem succ_sub_one (n : ℕ) : succ n - 1 = n := rfl
theorem add_one_sub_one (n : ℕ) : n + 1 - 1 = n := rfl
theorem succ_sub (h : n ≤ m) : succ m - n = succ (m - n) := sub_add_comm (m := 1) h
protected theorem min_def (n m : ℕ) : min n m = if n ≤ m then n else m := rfl
protected theorem max_def (n m : ℕ) : max n m = if n ≤ m then m else n := rfl
protected theorem min_le_left (a b : ℕ) : min a b ≤ a := by omega
protected theorem min_le_right (a b : ℕ) : min a b ≤ b := by omega
protected theorem le_max_left (a b : ℕ) : a ≤ max a b := by omega
protected theorem le_max_right (a b : ℕ) : b ≤ max a b := by omega
protected theorem max_le : max a b ≤ c ↔ a ≤ c ∧ b ≤ c := by omega
protected theorem le_min : c ≤ min a b ↔ c ≤ a ∧ c ≤ b := by omega
protected theorem max_eq_left (h : b ≤ a) : max a b = a := Nat.le_antisymm (Nat.max_le.2 ⟨Nat.le_refl a, h⟩) (Nat.le_max_left a b)
protected theorem max_eq_right (h : a ≤ b) : max a b = b := if_pos h
protected theorem min_eq_left (h : a ≤ b) : min a b = a := if_pos h
protected theorem min_eq_right (h : b ≤ a) : min a b = b := Nat.le_antisymm (Nat.min_le_right a b) (Nat.le_min.2 ⟨h, Nat.le_refl b⟩)
protected theorem max_comm (a b : ℕ) : max a b = max b a := Nat.le_antisymm (Nat.max_le.2 ⟨Nat.le_max_right b a, Nat.le_max_left b a⟩) (Nat.max_le.2 ⟨Nat.le_max_right a b, Nat.le_max_left a b⟩)
protected theorem min_comm (a b : ℕ) : min a b = min b a := Nat.le_antisymm (Nat.le_min.2 ⟨Nat.min_le_right a b, Nat.min_le_left a b⟩) (Nat.le_min.2 ⟨Nat.min_le_right b a, Nat.min_le_left b a⟩)

/-! ### Products -/
protected theorem mul_sub (a b c : ℕ) : a * (b - c) = a * b - a * c := by
  rcases Nat.le_total b c with h | h
  · rw [sub_eq_zero_of_le h, Nat.mul_zero, sub_eq_zero_of_le (Nat.mul_le_mul_left a h)]
  · obtain ⟨d, rfl⟩ := exists_eq_add_of_le h
    rw [Nat.mul_add, Nat.add_sub_cancel_left, Nat.add_sub_cancel_left]
protected theorem sub_mul (a b c : ℕ) : (a - b) * c = a * c - b * c := by
  rw [Nat.mul_comm, Nat.mul_sub, Nat.mul_comm c a, Nat.mul_comm c b]
protected theorem mul_sub_one (a b : ℕ) : a * (b - 1) = a * b - a := by rw [Nat.mul_sub, Nat.mul_one]
protected theorem sub_one_mul (a b : ℕ) : (a - 1) * b = a * b - b := by rw [Nat.sub_mul, Nat.one_mul]
protected theorem two_mul (n : ℕ) : 2 * n = n + n := by omega
protected theorem mul_two (n : ℕ) : n * 2 = n + n := by omega
protected theorem mul_le_mul (h₁ : a ≤ b) (h₂ : c ≤ d) : a * c ≤ b * d :=
  Nat.le_trans (Nat.mul_le_mul_right c h₁) (Nat.mul_le_mul_left b h₂)
protected theorem mul_lt_mul_of_pos_right (h : m < n) (hk : 0 < k) : m * k < n * k := by
  rw [Nat.mul_comm m, Nat.mul_comm n]; exact Nat.mul_lt_mul_of_pos_left h hk
theorem mul_lt_mul_of_le_of_lt (h₁ : a ≤ b) (h₂ : c < d) (hb : 0 < b) : a * c < b * d :=
  Nat.lt_of_le_of_lt (Nat.mul_le_mul_right c h₁) (Nat.mul_lt_mul_of_pos_left h₂ hb)
theorem mul_lt_mul_of_lt_of_le (h₁ : a < b) (h₂ : c ≤ d) (hd : 0 < d) : a * c < b * d :=
  Nat.lt_of_le_of_lt (Nat.mul_le_mul_left a h₂) (Nat.mul_lt_mul_of_pos_right h₁ hd)
protected theorem mul_lt_mul'' (h₁ : a < c) (h₂ : b < d) : a * b < c * d :=
  mul_lt_mul_of_le_of_lt (Nat.le_of_lt h₁) h₂ (by omega)
protected theorem le_of_mul_le_mul_left (h : c * a ≤ c * b) (hc : 0 < c) : a ≤ b :=
  Nat.le_of_not_lt fun n => Nat.not_le_of_lt (Nat.mul_lt_mul_of_pos_left n hc) h
protected theorem le_of_mul_le_mul_right (h : a * c ≤ b * c) (hc : 0 < c) : a ≤ b := by
  rw [Nat.mul_comm a, Nat.mul_comm b] at h; exact Nat.le_of_mul_le_mul_left h hc
protected theorem lt_of_mul_lt_mul_left (h : a * b < a * c) : b < c :=
  Nat.lt_of_not_le fun n => Nat.not_lt_of_le (Nat.mul_le_mul_left a n) h
protected theorem lt_of_mul_lt_mul_right (h : b * a < c * a) : b < c := by
  rw [Nat.mul_comm b, Nat.mul_comm c] at h; exact Nat.lt_of_mul_lt_mul_left h
theorem eq_of_mul_eq_mul_right (ha : 0 < a) (h : b * a = c * a) : b = c := by
  rw [Nat.mul_comm b, Nat.mul_comm c] at h; exact Nat.eq_of_mul_eq_mul_left ha h
theorem mul_left_cancel (ha : 0 < a) (h : a * b = a * c) : b = c := Nat.eq_of_mul_eq_mul_left ha h
theorem mul_right_cancel (ha : 0 < a) (h : b * a = c * a) : b = c := eq_of_mul_eq_mul_right ha h
theorem mul_left_cancel_iff (ha : 0 < a) : a * b = a * c ↔ b = c := ⟨mul_left_cancel ha, fun h => h ▸ rfl⟩
theorem mul_right_cancel_iff (ha : 0 < a) : b * a = c * a ↔ b = c := ⟨mul_right_cancel ha, fun h => h ▸ rfl⟩
theorem mul_le_mul_left_iff (ha : 0 < a) : a * b ≤ a * c ↔ b ≤ c :=
  ⟨(Nat.le_of_mul_le_mul_left · ha), Nat.mul_le_mul_left a⟩
theorem mul_lt_mul_left (ha : 0 < a) : a * b < a * c ↔ b < c :=
  ⟨Nat.lt_of_mul_lt_mul_left, (Nat.mul_lt_mul_of_pos_left · ha)⟩
theorem mul_lt_mul_right (ha : 0 < a) : b * a < c * a ↔ b < c :=
  ⟨Nat.lt_of_mul_lt_mul_right, (Nat.mul_lt_mul_of_pos_right · ha)⟩
theorem le_mul_of_pos_right (n : ℕ) (h : 0 < m) : n ≤ n * m := by
  have := Nat.mul_le_mul_left n h
  rw [Nat.zero_add, Nat.mul_one] at this; exact this
theorem le_mul_of_pos_left (n : ℕ) (h : 0 < m) : n ≤ m * n := by rw [Nat.mul_comm]; exact le_mul_of_pos_right n h
theorem pos_of_mul_pos (h : 0 < a * b) : 0 < a ∧ 0 < b :=
  ⟨pos_of_ne_zero fun e => by rw [e, Nat.zero_mul] at h; omega, pos_of_ne_zero fun e => by rw [e, Nat.mul_zero] at h; omega⟩
protected theorem mul_ne_zero (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := fun h => (Nat.mul_eq_zero.1 h).elim ha hb
theorem mul_eq_one_iff : a * b = 1 ↔ a = 1 ∧ b = 1 := by
  refine ⟨fun h => ?_, fun ⟨h₁, h₂⟩ => by rw [h₁, h₂]⟩
  obtain ⟨ha, hb⟩ := pos_of_mul_pos (a := a) (b := b) (by omega)
  have h₁ := le_mul_of_pos_right a hb
  have h₂ := le_mul_of_pos_left b ha
  omega
theorem eq_one_of_mul_eq_one_right (h : a * b = 1) : a = 1 := (mul_eq_one_iff.1 h).1
theorem eq_one_of_mul_eq_one_left (h : a * b = 1) : b = 1 := (mul_eq_one_iff.1 h).2
protected theorem mul_self_le_mul_self (h : m ≤ n) : m * m ≤ n * n := Nat.mul_le_mul h h
protected theorem mul_self_lt_mul_self (h : m < n) : m * m < n * n := Nat.mul_lt_mul'' h h
theorem mul_self_le_mul_self_iff : m * m ≤ n * n ↔ m ≤ n :=
  ⟨fun h => Nat.le_of_not_lt fun h' => Nat.not_le_of_lt (Nat.mul_self_lt_mul_self h') h, Nat.mul_self_le_mul_self⟩
theorem mul_self_lt_mul_self_iff : m * m < n * n ↔ m < n := by
  rw [← Nat.not_le, ← Nat.not_le, mul_self_le_mul_self_iff]
theorem mul_self_inj : m * m = n * n ↔ m = n :=
  ⟨fun h => Nat.le_antisymm (mul_self_le_mul_self_iff.1 (Nat.le_of_eq h)) (mul_self_le_mul_self_iff.1 (Nat.le_of_eq h.symm)), fun h => h ▸ rfl⟩

/-! ### Induction -/
theorem strong_induction_on {p : ℕ → Prop} (n : ℕ) (h : ∀ n, (∀ m, m < n → p m) → p n) : p n := by
  have : ∀ k, ∀ m, m < k → p m := by
    intro k
    induction k with
    | zero => intro m hm; omega
    | succ k ih => exact fun m hm => h m fun j hj => ih j (by omega)
  exact this (n + 1) n (by omega)
@[elab_as_elim] protected theorem strongRecOn' {p : ℕ → Prop} (n : ℕ) (ind : ∀ n, (∀ m, m < n → p m) → p n) : p n :=
  strong_induction_on n ind
@[elab_as_elim] theorem le_induction {m : ℕ} {P : (n : ℕ) → m ≤ n → Prop} (base : P m (Nat.le_refl m))
    (succ : ∀ n (hmn : m ≤ n), P n hmn → P (n + 1) (.step hmn)) : ∀ n (hmn : m ≤ n), P n hmn := by
  intro n hmn
  induction hmn with
  | refl => exact base
  | step h ih => exact succ _ h ih
@[elab_as_elim] theorem twoStepInduction {P : ℕ → Prop} (zero : P 0) (one : P 1)
    (more : ∀ n, P n → P (n + 1) → P (n + 2)) : ∀ n, P n := by
  have : ∀ n, P n ∧ P (n + 1) := by
    intro n
    induction n with
    | zero => exact ⟨zero, one⟩
    | succ n ih => exact ⟨ih.2, more n ih.1 ih.2⟩
  exact fun n => (this n).1
end Nat
