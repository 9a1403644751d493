prelude
import Core.Nat.Basic
/-!
# The order of the natural numbers, and truncated subtraction
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

namespace Nat
-- order --------------------------------------------------------------------------------------
@[simp] protected theorem le_refl (n : Nat) : n ≤ n := .refl
protected theorem le_rfl {n : Nat} : n ≤ n := .refl
theorem le_succ (n : Nat) : n ≤ n + 1 := .step .refl
protected theorem le_trans {n m k : Nat} (h₁ : n ≤ m) (h₂ : m ≤ k) : n ≤ k := by
  induction h₂ with
  | refl => exact h₁
  | step _ ih => exact .step ih
protected theorem lt_trans {n m k : Nat} (h₁ : n < m) (h₂ : m < k) : n < k := Nat.le_trans (.step h₁) h₂
protected theorem le_of_lt {n m : Nat} (h : n < m) : n ≤ m := Nat.le_trans (le_succ n) h
protected theorem le_of_eq {n m : Nat} (h : n = m) : n ≤ m := h ▸ .refl
theorem pred_le_pred : {n m : Nat} → n ≤ m → pred n ≤ pred m
  | _, _, .refl => .refl
  | 0, _, _ => zero_le _
  | _ + 1, _, .step h => Nat.le_trans (le_succ _) h
theorem le_of_succ_le_succ {n m : Nat} (h : n + 1 ≤ m + 1) : n ≤ m := pred_le_pred h
theorem le_of_lt_succ {n m : Nat} (h : n < m + 1) : n ≤ m := le_of_succ_le_succ h
theorem lt_succ_of_le {n m : Nat} (h : n ≤ m) : n < m + 1 := succ_le_succ h
@[simp] theorem not_succ_le_zero (n : Nat) : ¬(n + 1 ≤ 0) := fun h => nomatch h
@[simp] theorem not_lt_zero (n : Nat) : ¬(n < 0) := not_succ_le_zero n
theorem not_succ_le_self (n : Nat) : ¬(n + 1 ≤ n) := by
  induction n with
  | zero => exact not_succ_le_zero 0
  | succ n ih => exact fun h => ih (le_of_succ_le_succ h)
@[simp] protected theorem lt_irrefl (n : Nat) : ¬(n < n) := not_succ_le_self n
protected theorem lt_of_le_of_lt {n m k : Nat} (h₁ : n ≤ m) (h₂ : m < k) : n < k := Nat.le_trans (succ_le_succ h₁) h₂
protected theorem lt_of_lt_of_le {n m k : Nat} (h₁ : n < m) (h₂ : m ≤ k) : n < k := Nat.le_trans h₁ h₂
protected theorem le_antisymm {n m : Nat} (h₁ : n ≤ m) (h₂ : m ≤ n) : n = m := by
  cases h₁ with
  | refl => rfl
  | step h => exact absurd (Nat.lt_of_le_of_lt h h₂) (fun h => Nat.lt_irrefl _ (Nat.lt_of_lt_of_le h .refl))
protected theorem lt_or_ge (n m : Nat) : n < m ∨ n ≥ m := by
  induction m with
  | zero => exact .inr (zero_le n)
  | succ m ih => cases ih with
    | inl h => exact .inl (.step h)
    | inr h => by_cases e : n = m
               · exact .inl (e ▸ .refl)
               · exact .inr (by
                   cases h with
                   | refl => exact absurd rfl e
                   | step h => exact succ_le_succ h)
protected theorem lt_of_not_le {n m : Nat} (h : ¬ n ≤ m) : m < n := (Nat.lt_or_ge m n).elim id (fun h' => absurd h' h)
protected theorem le_of_not_lt {n m : Nat} (h : ¬ n < m) : m ≤ n := (Nat.lt_or_ge n m).elim (fun h' => absurd h' h) id
protected theorem not_le_of_lt {n m : Nat} (h : m < n) : ¬ n ≤ m :=
  fun h' => Nat.lt_irrefl _ (Nat.lt_of_lt_of_le h h')
protected theorem not_lt_of_le {n m : Nat} (h : n ≤ m) : ¬ m < n :=
  fun h' => Nat.lt_irrefl _ (Nat.lt_of_lt_of_le h' h)
@[simp] protected theorem not_le {n m : Nat} : ¬ n ≤ m ↔ m < n := ⟨Nat.lt_of_not_le, Nat.not_le_of_lt⟩
@[simp] protected theorem not_lt {n m : Nat} : ¬ n < m ↔ m ≤ n := ⟨Nat.le_of_not_lt, Nat.not_lt_of_le⟩
protected theorem le_total (m n : Nat) : m ≤ n ∨ n ≤ m := (Nat.lt_or_ge m n).imp Nat.le_of_lt id
protected theorem lt_trichotomy (a b : Nat) : a < b ∨ a = b ∨ b < a := by
  cases Nat.lt_or_ge a b with
  | inl h => exact .inl h
  | inr h => cases Nat.lt_or_ge b a with
    | inl h => exact .inr (.inr h)
    | inr h' => exact .inr (.inl (Nat.le_antisymm h' h))
protected theorem ne_of_lt {a b : Nat} (h : a < b) : a ≠ b := fun e => Nat.lt_irrefl b (e ▸ h)
protected theorem ne_of_gt {a b : Nat} (h : b < a) : a ≠ b := fun e => Nat.lt_irrefl b (e ▸ h)
protected theorem lt_of_le_of_ne {n m : Nat} (h₁ : n ≤ m) (h₂ : n ≠ m) : n < m := by
  cases h₁ with
  | refl => exact absurd rfl h₂
  | step h => exact succ_le_succ h
theorem zero_lt_succ (n : Nat) : 0 < n + 1 := succ_le_succ (zero_le n)
theorem pos_of_ne_zero {n : Nat} (h : n ≠ 0) : 0 < n := by
  cases n with
  | zero => exact absurd rfl h
  | succ n => exact zero_lt_succ n
@[simp] theorem le_zero_eq (a : Nat) : (a ≤ 0) = (a = 0) :=
  propext ⟨fun h => Nat.le_antisymm h (zero_le a), fun h => h ▸ .refl⟩
@[simp] theorem zero_le_eq (a : Nat) : (0 ≤ a) = True := eq_true (zero_le a)
theorem le_add_right (n k : Nat) : n ≤ n + k := by
  induction k with
  | zero => exact .refl
  | succ k ih => exact .step ih
theorem le_add_left (n m : Nat) : n ≤ m + n := Nat.add_comm m n ▸ le_add_right n m
protected theorem le.dest {n m : Nat} (h : n ≤ m) : ∃ k, n + k = m := by
  induction h with
  | refl => exact ⟨0, rfl⟩
  | step _ ih => obtain ⟨k, e⟩ := ih; exact ⟨k + 1, congrArg succ e⟩
protected theorem le.intro {n m k : Nat} (h : n + k = m) : n ≤ m := h ▸ le_add_right n k
protected theorem add_le_add_left {n m : Nat} (h : n ≤ m) (k : Nat) : k + n ≤ k + m := by
  obtain ⟨w, e⟩ := le.dest h
  exact le.intro (k := w) (by rw [Nat.add_assoc, e])
protected theorem add_le_add_right {n m : Nat} (h : n ≤ m) (k : Nat) : n + k ≤ m + k := by
  rw [Nat.add_comm n, Nat.add_comm m]; exact Nat.add_le_add_left h k
protected theorem add_le_add {a b c d : Nat} (h₁ : a ≤ b) (h₂ : c ≤ d) : a + c ≤ b + d :=
  Nat.le_trans (Nat.add_le_add_right h₁ c) (Nat.add_le_add_left h₂ b)
protected theorem le_of_add_le_add_left {a b c : Nat} (h : a + b ≤ a + c) : b ≤ c := by
  obtain ⟨d, e⟩ := le.dest h
  exact le.intro (k := d) (Nat.add_left_cancel (n := a) (by rw [← Nat.add_assoc]; exact e))
@[simp] protected theorem add_le_add_iff_left {m k n : Nat} : n + m ≤ n + k ↔ m ≤ k :=
  ⟨Nat.le_of_add_le_add_left, fun h => Nat.add_le_add_left h n⟩
@[simp] protected theorem add_le_add_iff_right {m k n : Nat} : m + n ≤ k + n ↔ m ≤ k := by
  rw [Nat.add_comm m, Nat.add_comm k]; exact Nat.add_le_add_iff_left
@[simp] protected theorem add_lt_add_iff_left {m k n : Nat} : n + m < n + k ↔ m < k := by
  show n + m + 1 ≤ n + k ↔ m + 1 ≤ k
  rw [Nat.add_assoc]; exact Nat.add_le_add_iff_left
@[simp] protected theorem add_lt_add_iff_right {m k n : Nat} : m + n < k + n ↔ m < k := by
  rw [Nat.add_comm m, Nat.add_comm k]; exact Nat.add_lt_add_iff_left
protected theorem mul_le_mul_left {m n : Nat} (k : Nat) (h : m ≤ n) : k * m ≤ k * n := by
  obtain ⟨l, e⟩ := le.dest h
  exact le.intro (k := k * l) (by rw [← Nat.mul_add, e])
protected theorem mul_le_mul_right {m n : Nat} (k : Nat) (h : m ≤ n) : m * k ≤ n * k := by
  rw [Nat.mul_comm m, Nat.mul_comm n]; exact Nat.mul_le_mul_left k h
protected theorem mul_lt_mul_of_pos_left {m n k : Nat} (h : m < n) (hk : 0 < k) : k * m < k * n :=
  Nat.lt_of_lt_of_le (Nat.lt_of_lt_of_le (Nat.add_lt_add_iff_left.2 hk) (Nat.le_of_eq (Nat.mul_add_one k m).symm)) (Nat.mul_le_mul_left k h)
protected theorem mul_pos {m n : Nat} (hm : 0 < m) (hn : 0 < n) : 0 < m * n := by
  apply pos_of_ne_zero
  intro h
  cases Nat.mul_eq_zero' h with
  | inl e => exact absurd (e ▸ hm) (Nat.lt_irrefl 0)
  | inr e => exact absurd (e ▸ hn) (Nat.lt_irrefl 0)
protected theorem eq_of_mul_eq_mul_left {m k n : Nat} (hn : 0 < n) (h : n * m = n * k) : m = k := by
  induction m generalizing k with
  | zero => cases k with
    | zero => rfl
    | succ k =>
      have h0 : n * (k + 1) = 0 := h.symm
      cases Nat.mul_eq_zero' h0 with
      | inl e => exact absurd hn (e ▸ Nat.lt_irrefl 0)
      | inr e => exact absurd e (succ_ne_zero k)
  | succ m ih => cases k with
    | zero => cases Nat.mul_eq_zero' h with
      | inl e => exact absurd hn (e ▸ Nat.lt_irrefl 0)
      | inr e => exact absurd e (succ_ne_zero m)
    | succ k => exact congrArg succ (ih (Nat.add_right_cancel h))
protected theorem lt_or_gt_of_ne {a b : Nat} (h : a ≠ b) : a < b ∨ a > b :=
  (Nat.lt_trichotomy a b).imp id (fun h' => h'.resolve_left h)
protected theorem not_le_eq (a b : Nat) : (¬(a ≤ b)) = (b + 1 ≤ a) := propext Nat.not_le
protected theorem not_ge_eq (a b : Nat) : (¬(a ≥ b)) = (a + 1 ≤ b) := propext Nat.not_le
protected theorem not_lt_eq (a b : Nat) : (¬(a < b)) = (b ≤ a) := propext Nat.not_lt
protected theorem not_gt_eq (a b : Nat) : (¬(a > b)) = (a ≤ b) := propext Nat.not_lt
-- subtraction --------------------------------------------------------------------------------
@[simp] protected theorem sub_zero (n : Nat) : n - 0 = n := rfl
theorem sub_succ (n m : Nat) : n - succ m = pred (n - m) := rfl
@[simp] theorem succ_sub_succ_eq_sub (n m : Nat) : (n + 1) - (m + 1) = n - m := by
  induction m with
  | zero => rfl
  | succ m ih => exact congrArg pred ih
@[simp] protected theorem sub_self (n : Nat) : n - n = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [succ_sub_succ_eq_sub]; exact ih
@[simp] protected theorem zero_sub (n : Nat) : 0 - n = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg pred ih
@[simp] protected theorem add_sub_cancel_right (n m : Nat) : n + m - m = n := by
  induction m with
  | zero => rfl
  | succ m ih => rw [← Nat.add_assoc, succ_sub_succ_eq_sub]; exact ih
protected theorem add_sub_cancel (n m : Nat) : n + m - m = n := Nat.add_sub_cancel_right n m
@[simp] protected theorem add_sub_cancel_left (n m : Nat) : n + m - n = m := by
  rw [Nat.add_comm]; exact Nat.add_sub_cancel m n
protected theorem sub_add_cancel {n m : Nat} (h : m ≤ n) : n - m + m = n := by
  obtain ⟨k, e⟩ := le.dest h
  rw [← e, Nat.add_sub_cancel_left, Nat.add_comm]
theorem sub_le (n m : Nat) : n - m ≤ n := by
  induction m with
  | zero => exact .refl
  | succ m ih => exact Nat.le_trans (pred_le_pred' (n - m)) ih
where pred_le_pred' : (k : Nat) → pred k ≤ k
  | 0 => .refl
  | k + 1 => le_succ k
theorem sub_lt {n m : Nat} (hn : 0 < n) (hm : 0 < m) : n - m < n := by
  cases m with
  | zero => exact absurd hm (Nat.lt_irrefl 0)
  | succ m => cases n with
    | zero => exact absurd hn (Nat.lt_irrefl 0)
    | succ n => rw [succ_sub_succ_eq_sub]; exact lt_succ_of_le (sub_le n m)
theorem sub_eq_zero_of_le {n m : Nat} (h : n ≤ m) : n - m = 0 := by
  induction h with
  | refl => exact Nat.sub_self n
  | step _ ih => exact congrArg pred ih
end Nat
instance : Trans (α := Nat) (· ≤ ·) (· ≤ ·) (· ≤ ·) := ⟨Nat.le_trans⟩
instance : Trans (α := Nat) (· < ·) (· < ·) (· < ·) := ⟨Nat.lt_trans⟩
instance : Trans (α := Nat) (· < ·) (· ≤ ·) (· < ·) := ⟨Nat.lt_of_lt_of_le⟩
instance : Trans (α := Nat) (· ≤ ·) (· < ·) (· < ·) := ⟨Nat.lt_of_le_of_lt⟩
theorem le_of_le_of_eq {α : Type u} {a b c : α} [LE α] (h₁ : a ≤ b) (h₂ : b = c) : a ≤ c := h₂ ▸ h₁
theorem le_of_eq_of_le {α : Type u} {a b c : α} [LE α] (h₁ : a = b) (h₂ : b ≤ c) : a ≤ c := h₁ ▸ h₂
theorem lt_of_lt_of_eq {α : Type u} {a b c : α} [LT α] (h₁ : a < b) (h₂ : b = c) : a < c := h₂ ▸ h₁
theorem lt_of_eq_of_lt {α : Type u} {a b c : α} [LT α] (h₁ : a = b) (h₂ : b < c) : a < c := h₁ ▸ h₂
