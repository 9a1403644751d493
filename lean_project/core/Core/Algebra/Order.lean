prelude
import Core.Algebra.Classes
/-!
# The laws of preorders, partial and linear orders

For ℕ, ℤ and every other order, under Mathlib's names. `Trans` instances let `calc` chain `=`, `≤`, `<`.
-/
set_option autoImplicit false
set_option linter.all false
universe u

section Preorder
variable {α : Type u} [Preorder α] {a b c d : α}
@[refl] theorem le_refl (a : α) : a ≤ a := Preorder.le_refl a
theorem le_rfl : a ≤ a := le_refl a
theorem le_trans : a ≤ b → b ≤ c → a ≤ c := Preorder.le_trans a b c
theorem lt_iff_le_not_ge : a < b ↔ a ≤ b ∧ ¬ b ≤ a := Preorder.lt_iff_le_not_ge a b
theorem le_of_lt (h : a < b) : a ≤ b := (lt_iff_le_not_ge.1 h).1
theorem not_le_of_gt (h : b < a) : ¬ a ≤ b := (lt_iff_le_not_ge.1 h).2
theorem not_lt_of_ge (h : b ≤ a) : ¬ a < b := fun h' => not_le_of_gt h' h
theorem not_le_of_lt (h : a < b) : ¬ b ≤ a := not_le_of_gt h
theorem not_lt_of_le (h : a ≤ b) : ¬ b < a := not_lt_of_ge h
theorem lt_of_le_not_ge (h : a ≤ b) (n : ¬ b ≤ a) : a < b := lt_iff_le_not_ge.2 ⟨h, n⟩
theorem lt_of_lt_of_le (h : a < b) (h' : b ≤ c) : a < c :=
  lt_of_le_not_ge (le_trans (le_of_lt h) h') fun n => not_le_of_gt h (le_trans h' n)
theorem lt_of_le_of_lt (h : a ≤ b) (h' : b < c) : a < c :=
  lt_of_le_not_ge (le_trans h (le_of_lt h')) fun n => not_le_of_gt h' (le_trans n h)
theorem lt_trans (h : a < b) (h' : b < c) : a < c := lt_of_lt_of_le h (le_of_lt h')
theorem lt_irrefl (a : α) : ¬ a < a := fun h => not_le_of_gt h (le_refl a)
theorem lt_asymm (h : a < b) : ¬ b < a := fun h' => lt_irrefl a (lt_trans h h')
theorem not_lt_of_gt (h : b < a) : ¬ a < b := lt_asymm h
theorem ne_of_lt (h : a < b) : a ≠ b := fun e => lt_irrefl a (by rw [← e] at h; exact h)
theorem ne_of_gt (h : b < a) : a ≠ b := fun e => lt_irrefl a (by rw [← e] at h; exact h)
theorem ne_of_gt' (h : a < b) : b ≠ a := fun e => ne_of_lt h e.symm
theorem le_of_eq (h : a = b) : a ≤ b := h ▸ le_refl a
theorem ge_of_eq (h : a = b) : b ≤ a := h ▸ le_refl a
instance : Trans (α := α) (· ≤ ·) (· ≤ ·) (· ≤ ·) := ⟨le_trans⟩
instance : Trans (α := α) (· < ·) (· < ·) (· < ·) := ⟨lt_trans⟩
instance : Trans (α := α) (· < ·) (· ≤ ·) (· < ·) := ⟨lt_of_lt_of_le⟩
instance : Trans (α := α) (· ≤ ·) (· < ·) (· < ·) := ⟨lt_of_le_of_lt⟩
instance : Trans (α := α) (· ≥ ·) (· ≥ ·) (· ≥ ·) := ⟨fun h h' => le_trans h' h⟩
instance : Trans (α := α) (· > ·) (· > ·) (· > ·) := ⟨fun h h' => lt_trans h' h⟩
instance : Trans (α := α) (· > ·) (· ≥ ·) (· > ·) := ⟨fun h h' => lt_of_le_of_lt h' h⟩
instance : Trans (α := α) (· ≥ ·) (· > ·) (· > ·) := ⟨fun h h' => lt_of_lt_of_le h' h⟩
theorem ge_trans (h : b ≤ a) (h' : c ≤ b) : c ≤ a := le_trans h' h
theorem gt_trans (h : b < a) (h' : c < b) : c < a := lt_trans h' h

theorem LE.le.trans (h : a ≤ b) (h' : b ≤ c) : a ≤ c := le_trans h h'
theorem LE.le.trans' (h : b ≤ c) (h' : a ≤ b) : a ≤ c := le_trans h' h
theorem LE.le.trans_lt (h : a ≤ b) (h' : b < c) : a < c := lt_of_le_of_lt h h'
theorem LT.lt.trans (h : a < b) (h' : b < c) : a < c := lt_trans h h'
theorem LT.lt.trans_le (h : a < b) (h' : b ≤ c) : a < c := lt_of_lt_of_le h h'
theorem LT.lt.le (h : a < b) : a ≤ b := le_of_lt h
theorem LT.lt.ne (h : a < b) : a ≠ b := ne_of_lt h
theorem LT.lt.ne' (h : a < b) : b ≠ a := ne_of_gt' h
theorem LT.lt.not_ge (h : a < b) : ¬ b ≤ a := not_le_of_gt h
theorem LT.lt.not_gt (h : a < b) : ¬ b < a := lt_asymm h
theorem LE.le.not_gt (h : a ≤ b) : ¬ b < a := not_lt_of_ge h
theorem Eq.le (h : a = b) : a ≤ b := le_of_eq h
theorem Eq.ge (h : a = b) : b ≤ a := ge_of_eq h
end Preorder

section PartialOrder
variable {α : Type u} [PartialOrder α] {a b c : α}
theorem le_antisymm (h : a ≤ b) (h' : b ≤ a) : a = b := PartialOrder.le_antisymm a b h h'
theorem ge_antisymm (h : b ≤ a) (h' : a ≤ b) : a = b := le_antisymm h' h
theorem LE.le.antisymm (h : a ≤ b) (h' : b ≤ a) : a = b := le_antisymm h h'
theorem le_antisymm_iff : a = b ↔ a ≤ b ∧ b ≤ a := ⟨fun h => ⟨le_of_eq h, ge_of_eq h⟩, fun h => le_antisymm h.1 h.2⟩
theorem eq_iff_le_not_lt : a = b ↔ a ≤ b ∧ ¬ a < b :=
  ⟨fun h => ⟨le_of_eq h, h ▸ lt_irrefl a⟩, fun h => Classical.byContradiction fun n =>
    h.2 (lt_of_le_not_ge h.1 fun h' => n (le_antisymm h.1 h'))⟩
theorem lt_of_le_of_ne (h : a ≤ b) (n : a ≠ b) : a < b := lt_of_le_not_ge h fun h' => n (le_antisymm h h')
theorem LE.le.lt_of_ne (h : a ≤ b) (n : a ≠ b) : a < b := lt_of_le_of_ne h n
theorem LE.le.lt_of_ne' (h : a ≤ b) (n : b ≠ a) : a < b := lt_of_le_of_ne h n.symm
theorem lt_iff_le_and_ne : a < b ↔ a ≤ b ∧ a ≠ b :=
  ⟨fun h => ⟨le_of_lt h, ne_of_lt h⟩, fun h => lt_of_le_of_ne h.1 h.2⟩
theorem lt_or_eq_of_le (h : a ≤ b) : a < b ∨ a = b :=
  (Classical.em (a = b)).elim .inr fun n => .inl (lt_of_le_of_ne h n)
theorem eq_or_lt_of_le (h : a ≤ b) : a = b ∨ a < b := (lt_or_eq_of_le h).symm
theorem LE.le.lt_or_eq (h : a ≤ b) : a < b ∨ a = b := lt_or_eq_of_le h
theorem LE.le.eq_or_lt (h : a ≤ b) : a = b ∨ a < b := eq_or_lt_of_le h
theorem le_iff_lt_or_eq : a ≤ b ↔ a < b ∨ a = b := ⟨lt_or_eq_of_le, fun h => h.elim le_of_lt le_of_eq⟩
theorem le_iff_eq_or_lt : a ≤ b ↔ a = b ∨ a < b := le_iff_lt_or_eq.trans or_comm
end PartialOrder

section LinearOrder
variable {α : Type u} [LinearOrder α] {a b c d : α}
theorem le_total (a b : α) : a ≤ b ∨ b ≤ a := LinearOrder.le_total a b
theorem lt_of_not_ge (h : ¬ b ≤ a) : a < b := lt_of_le_not_ge ((le_total a b).resolve_right h) h
theorem lt_of_not_le (h : ¬ b ≤ a) : a < b := lt_of_not_ge h
theorem le_of_not_ge (h : ¬ b ≤ a) : a ≤ b := le_of_lt (lt_of_not_ge h)
theorem le_of_not_gt (h : ¬ b < a) : a ≤ b := Classical.byContradiction fun n => h (lt_of_not_ge n)
theorem le_of_not_lt (h : ¬ b < a) : a ≤ b := le_of_not_gt h
theorem not_le : ¬ a ≤ b ↔ b < a := ⟨lt_of_not_ge, not_le_of_gt⟩
theorem not_lt : ¬ a < b ↔ b ≤ a := ⟨le_of_not_gt, not_lt_of_ge⟩
theorem lt_trichotomy (a b : α) : a < b ∨ a = b ∨ b < a :=
  (le_total a b).elim (fun h => (lt_or_eq_of_le h).imp id .inl) fun h =>
    (lt_or_eq_of_le h).elim (fun h => .inr (.inr h)) fun h => .inr (.inl h.symm)
theorem lt_or_ge (a b : α) : a < b ∨ b ≤ a := (Classical.em (b ≤ a)).symm.imp lt_of_not_ge id
theorem le_or_gt (a b : α) : a ≤ b ∨ b < a := (lt_or_ge b a).symm
theorem lt_or_le (a b : α) : a < b ∨ b ≤ a := lt_or_ge a b
theorem le_or_lt (a b : α) : a ≤ b ∨ b < a := le_or_gt a b
theorem lt_or_gt_of_ne (h : a ≠ b) : a < b ∨ b < a := (lt_trichotomy a b).imp id fun h' => h'.resolve_left h
theorem ne_iff_lt_or_gt : a ≠ b ↔ a < b ∨ b < a := ⟨lt_or_gt_of_ne, fun h => h.elim ne_of_lt ne_of_gt⟩
theorem lt_iff_not_ge : a < b ↔ ¬ b ≤ a := not_le.symm
theorem eq_of_not_lt_of_not_gt (h : ¬ a < b) (h' : ¬ b < a) : a = b := le_antisymm (le_of_not_gt h') (le_of_not_gt h)
theorem eq_of_le_of_not_lt (h : a ≤ b) (h' : ¬ a < b) : a = b := le_antisymm h (le_of_not_gt h')

theorem min_def (a b : α) : min a b = if a ≤ b then a else b := LinearOrder.min_def a b
theorem max_def (a b : α) : max a b = if a ≤ b then b else a := LinearOrder.max_def a b
theorem min_le_left (a b : α) : min a b ≤ a := by
  rw [min_def]; split
  · exact le_refl a
  · exact le_of_not_ge ‹_›
theorem min_le_right (a b : α) : min a b ≤ b := by
  rw [min_def]; split
  · assumption
  · exact le_refl b
theorem le_min (h₁ : c ≤ a) (h₂ : c ≤ b) : c ≤ min a b := by rw [min_def]; split <;> assumption
theorem le_max_left (a b : α) : a ≤ max a b := by
  rw [max_def]; split
  · assumption
  · exact le_refl a
theorem le_max_right (a b : α) : b ≤ max a b := by
  rw [max_def]; split
  · exact le_refl b
  · exact le_of_not_ge ‹_›
theorem max_le (h₁ : a ≤ c) (h₂ : b ≤ c) : max a b ≤ c := by rw [max_def]; split <;> assumption
theorem min_eq_left (h : a ≤ b) : min a b = a := by rw [min_def, if_pos h]
theorem min_eq_right (h : b ≤ a) : min a b = b := le_antisymm (min_le_right a b) (le_min h (le_refl b))
theorem max_eq_right (h : a ≤ b) : max a b = b := by rw [max_def, if_pos h]
theorem max_eq_left (h : b ≤ a) : max a b = a := le_antisymm (max_le (le_refl a) h) (le_max_left a b)
theorem min_comm (a b : α) : min a b = min b a :=
  le_antisymm (le_min (min_le_right a b) (min_le_left a b)) (le_min (min_le_right b a) (min_le_left b a))
theorem max_comm (a b : α) : max a b = max b a :=
  le_antisymm (max_le (le_max_right b a) (le_max_left b a)) (max_le (le_max_right a b) (le_max_left a b))
theorem min_assoc (a b c : α) : min (min a b) c = min a (min b c) :=
  le_antisymm
    (le_min (le_trans (min_le_left _ c) (min_le_left a b))
      (le_min (le_trans (min_le_left _ c) (min_le_right a b)) (min_le_right _ c)))
    (le_min (le_min (min_le_left a _) (le_trans (min_le_right a _) (min_le_left b c)))
      (le_trans (min_le_right a _) (min_le_right b c)))
theorem max_assoc (a b c : α) : max (max a b) c = max a (max b c) :=
  le_antisymm
    (max_le (max_le (le_max_left a _) (le_trans (le_max_left b c) (le_max_right a _)))
      (le_trans (le_max_right b c) (le_max_right a _)))
    (max_le (le_trans (le_max_left a b) (le_max_left _ c))
      (max_le (le_trans (le_max_right a b) (le_max_left _ c)) (le_max_right _ c)))
theorem min_self (a : α) : min a a = a := min_eq_left (le_refl a)
theorem max_self (a : α) : max a a = a := max_eq_left (le_refl a)
theorem le_min_iff : c ≤ min a b ↔ c ≤ a ∧ c ≤ b :=
  ⟨fun h => ⟨le_trans h (min_le_left a b), le_trans h (min_le_right a b)⟩, fun h => le_min h.1 h.2⟩
theorem max_le_iff : max a b ≤ c ↔ a ≤ c ∧ b ≤ c :=
  ⟨fun h => ⟨le_trans (le_max_left a b) h, le_trans (le_max_right a b) h⟩, fun h => max_le h.1 h.2⟩
theorem max_lt (h₁ : a < c) (h₂ : b < c) : max a b < c := by rw [max_def]; split <;> assumption
theorem lt_min (h₁ : c < a) (h₂ : c < b) : c < min a b := by rw [min_def]; split <;> assumption
theorem le_max_iff : a ≤ max b c ↔ a ≤ b ∨ a ≤ c :=
  ⟨fun h => by rw [max_def] at h; split at h
               · exact .inr h
               · exact .inl h, fun h => h.elim (fun h => le_trans h (le_max_left b c)) fun h => le_trans h (le_max_right b c)⟩
theorem min_le_iff : min a b ≤ c ↔ a ≤ c ∨ b ≤ c :=
  ⟨fun h => by rw [min_def] at h; split at h
               · exact .inl h
               · exact .inr h, fun h => h.elim (le_trans (min_le_left a b)) (le_trans (min_le_right a b))⟩
end LinearOrder

attribute [simp] le_refl not_le not_lt min_self max_self le_min_iff max_le_iff min_le_left min_le_right le_max_left le_max_right
@[simp] theorem lt_self_iff_false {α : Type u} [Preorder α] (a : α) : a < a ↔ False := ⟨lt_irrefl a, False.elim⟩
