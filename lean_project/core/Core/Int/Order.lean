prelude
import Core.Int.Basic
/-!
# The order of the integers
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

namespace Int
theorem nonneg_iff {a : Int} : NonNeg a ↔ ∃ n : Nat, a = ofNat n :=
  ⟨fun h => by cases h with | mk n => exact ⟨n, rfl⟩, fun ⟨n, e⟩ => e ▸ ⟨n⟩⟩
theorem nonneg_def {a b : Int} : a ≤ b ↔ ∃ n : Nat, b - a = ofNat n := nonneg_iff
theorem le_def {a b : Int} : a ≤ b ↔ ∃ n : Nat, b = a + ofNat n := by
  rw [nonneg_def]
  constructor
  · rintro ⟨n, h⟩; refine ⟨n, ?_⟩
    rw [← h, Int.sub_eq_add_neg, Int.add_left_comm, Int.add_right_neg, Int.add_zero]
  · rintro ⟨n, rfl⟩; refine ⟨n, ?_⟩
    rw [Int.sub_eq_add_neg, Int.add_comm a, Int.add_assoc, Int.add_right_neg, Int.add_zero]
@[simp] protected theorem le_refl (a : Int) : a ≤ a := le_def.2 ⟨0, (Int.add_zero a).symm⟩
protected theorem le_trans {a b c : Int} (h₁ : a ≤ b) (h₂ : b ≤ c) : a ≤ c := by
  obtain ⟨m, rfl⟩ := le_def.1 h₁; obtain ⟨n, rfl⟩ := le_def.1 h₂
  exact le_def.2 ⟨m + n, Int.add_assoc a (ofNat m) (ofNat n)⟩
protected theorem add_le_add_left {a b : Int} (h : a ≤ b) (c : Int) : c + a ≤ c + b := by
  obtain ⟨m, rfl⟩ := le_def.1 h
  exact le_def.2 ⟨m, (Int.add_assoc c a (ofNat m)).symm⟩
instance : Trans (α := Int) (· ≤ ·) (· ≤ ·) (· ≤ ·) := ⟨Int.le_trans⟩
theorem eq_natCast (n : Nat) : ofNat n = (n : Int) := rfl
theorem natCast_add (a b : Nat) : ((a + b : Nat) : Int) = (a : Int) + (b : Int) := rfl
theorem natCast_mul (a b : Nat) : ((a * b : Nat) : Int) = (a : Int) * (b : Int) := rfl
theorem natCast_succ (n : Nat) : ((Nat.succ n : Nat) : Int) = (n : Int) + 1 := rfl
@[simp] theorem natCast_ofNat (n : Nat) : ((OfNat.ofNat n : Nat) : Int) = OfNat.ofNat n := rfl
theorem natCast_nonneg (n : Nat) : (0 : Int) ≤ (n : Int) := le_def.2 ⟨n, (Int.zero_add _).symm⟩
theorem ofNat_le {m n : Nat} : (m : Int) ≤ (n : Int) ↔ m ≤ n := by
  constructor
  · intro h
    obtain ⟨k, e⟩ := le_def.1 h
    have : ofNat n = ofNat (m + k) := e
    injection this with e'; exact Nat.le.intro e'.symm
  · intro h
    obtain ⟨k, e⟩ := Nat.le.dest h
    exact le_def.2 ⟨k, by rw [← e]; rfl⟩
theorem ofNat_lt {m n : Nat} : (m : Int) < (n : Int) ↔ m < n := ofNat_le (m := m + 1) (n := n)
theorem natCast_inj {m n : Nat} (h : (m : Int) = (n : Int)) : m = n := by injection h
protected theorem add_left_cancel {a b c : Int} (h : a + b = a + c) : b = c := by
  have := congrArg (-a + ·) h
  simp only [← Int.add_assoc, Int.add_left_neg, Int.zero_add] at this; exact this
protected theorem le_antisymm {a b : Int} (h₁ : a ≤ b) (h₂ : b ≤ a) : a = b := by
  obtain ⟨m, rfl⟩ := le_def.1 h₁; obtain ⟨n, e⟩ := le_def.1 h₂
  have h : (0 : Int) = ofNat (m + n) := Int.add_left_cancel (a := a) (by rw [Int.add_zero]; rw [Int.add_assoc] at e; exact e)
  have h' : 0 = m + n := by injection h
  have hm : m = 0 := Nat.add_eq_zero_left h'.symm
  rw [hm]; exact (Int.add_zero a).symm
protected theorem le_total (a b : Int) : a ≤ b ∨ b ≤ a := by
  cases h : b - a with
  | ofNat n => exact .inl (nonneg_def.2 ⟨n, h⟩)
  | negSucc n =>
    have h2 : -(b - a) = ofNat (n + 1) := by rw [h]; rfl
    have h3 : a - b = ofNat (n + 1) := by
      rw [← h2, Int.sub_eq_add_neg, Int.sub_eq_add_neg, Int.neg_add, Int.neg_neg, Int.add_comm]
    exact .inr (nonneg_def.2 ⟨n + 1, h3⟩)
protected theorem lt_iff_add_one_le {a b : Int} : a < b ↔ a + 1 ≤ b := Iff.rfl
theorem add_one_le_of_lt {a b : Int} (h : a < b) : a + 1 ≤ b := h
protected theorem le_of_lt {a b : Int} (h : a < b) : a ≤ b := Int.le_trans (le_def.2 ⟨1, rfl⟩) h
protected theorem lt_irrefl (a : Int) : ¬ a < a := fun h => by
  obtain ⟨n, e⟩ := le_def.1 h
  have h' : (0 : Int) = ofNat (1 + n) := Int.add_left_cancel (a := a) (by rw [Int.add_zero]; rw [Int.add_assoc] at e; exact e)
  have : 0 = 1 + n := by injection h'
  rw [Nat.add_comm] at this; exact absurd this (Nat.zero_ne_succ n)
protected theorem lt_of_lt_of_le {a b c : Int} (h₁ : a < b) (h₂ : b ≤ c) : a < c := Int.le_trans h₁ h₂
protected theorem add_le_add_right {a b : Int} (h : a ≤ b) (c : Int) : a + c ≤ b + c := by
  rw [Int.add_comm a, Int.add_comm b]; exact Int.add_le_add_left h c
protected theorem le_of_add_le_add_left {a b c : Int} (h : a + b ≤ a + c) : b ≤ c := by
  have := Int.add_le_add_left h (-a)
  rw [← Int.add_assoc, ← Int.add_assoc, Int.add_left_neg, Int.zero_add, Int.zero_add] at this; exact this
protected theorem le_of_add_le_add_right {a b c : Int} (h : a + b ≤ c + b) : a ≤ c := by
  rw [Int.add_comm a, Int.add_comm c] at h; exact Int.le_of_add_le_add_left h
protected theorem add_lt_add_right {a b : Int} (h : a < b) (c : Int) : a + c < b + c := by
  have := Int.add_le_add_right h c
  rw [Int.add_assoc, Int.add_comm 1, ← Int.add_assoc] at this; exact this
protected theorem add_le_add {a b c d : Int} (h₁ : a ≤ b) (h₂ : c ≤ d) : a + c ≤ b + d :=
  Int.le_trans (Int.add_le_add_right h₁ c) (Int.add_le_add_left h₂ b)
protected theorem lt_of_le_of_lt {a b c : Int} (h₁ : a ≤ b) (h₂ : b < c) : a < c :=
  Int.le_trans (Int.add_le_add_right h₁ 1) h₂
protected theorem not_le_of_lt {a b : Int} (h : a < b) : ¬ b ≤ a :=
  fun h' => Int.lt_irrefl a (Int.lt_of_lt_of_le h h')
protected theorem lt_of_not_le {a b : Int} (h : ¬ a ≤ b) : b < a := by
  cases Int.le_total a b with
  | inl h' => exact absurd h' h
  | inr h' =>
    obtain ⟨n, e⟩ := le_def.1 h'
    cases n with
    | zero => exact absurd (by rw [e]; exact (Int.add_zero b).symm ▸ Int.le_refl b) h
    | succ n => exact le_def.2 ⟨n, by rw [e, Int.add_assoc]; exact congrArg (b + ofNat ·) (Nat.add_comm n 1)⟩
protected theorem le_of_not_lt {a b : Int} (h : ¬ a < b) : b ≤ a := by
  cases Int.le_total b a with
  | inl h' => exact h'
  | inr h' => by_cases e : b ≤ a
              · exact e
              · exact absurd (Int.lt_of_not_le e) h
protected theorem not_le {a b : Int} : ¬ a ≤ b ↔ b < a := ⟨Int.lt_of_not_le, Int.not_le_of_lt⟩
protected theorem not_lt {a b : Int} : ¬ a < b ↔ b ≤ a := ⟨Int.le_of_not_lt, fun h h' => Int.not_le_of_lt h' h⟩
protected theorem lt_or_gt_of_ne {a b : Int} (h : a ≠ b) : a < b ∨ b < a := by
  by_cases h₁ : a ≤ b
  · left; exact Int.lt_of_not_le fun h₂ => h (Int.le_antisymm h₁ h₂)
  · right; exact Int.lt_of_not_le h₁
protected theorem ne_of_gt {a b : Int} (h : b < a) : a ≠ b := fun e => Int.lt_irrefl b (e ▸ h)
protected theorem neg_le_neg {a b : Int} (h : a ≤ b) : -b ≤ -a := by
  obtain ⟨n, rfl⟩ := le_def.1 h
  exact le_def.2 ⟨n, by rw [Int.neg_add, Int.add_assoc, Int.add_left_neg, Int.add_zero]⟩
protected theorem sub_nonneg_of_le {a b : Int} (h : b ≤ a) : 0 ≤ a - b := by
  obtain ⟨n, e⟩ := nonneg_def.1 h
  rw [e]; exact natCast_nonneg n
protected theorem sub_eq_zero_of_eq {a b : Int} (h : a = b) : a - b = 0 := by rw [h]; exact Int.sub_self b
protected theorem mul_le_mul_left {a b : Int} (c : Nat) (h : a ≤ b) : (c : Int) * a ≤ (c : Int) * b := by
  obtain ⟨n, rfl⟩ := le_def.1 h
  exact le_def.2 ⟨c * n, by rw [Int.mul_add]; rfl⟩
protected theorem mul_lt_mul_of_pos_left {a b c : Int} (h : a < b) (hc : 0 < c) : c * a < c * b := by
  obtain ⟨k, rfl⟩ := le_def.1 hc
  have h' := Int.mul_le_mul_left (1 + k) h
  rw [Int.mul_add, Int.mul_one] at h'
  refine Int.le_trans (Int.add_le_add_left ?_ _) h'
  exact ofNat_le.2 (Nat.le_add_right 1 k)
protected theorem neg_mul (a b : Int) : -a * b = -(a * b) := by
  have h : a * b + -a * b = 0 := by rw [← Int.add_mul, Int.add_right_neg, Int.zero_mul]
  exact Int.add_left_cancel (a := a * b) (by rw [h, Int.add_right_neg])
protected theorem mul_neg (a b : Int) : a * -b = -(a * b) := by rw [Int.mul_comm, Int.neg_mul, Int.mul_comm]
@[simp] protected theorem neg_zero : -(0 : Int) = 0 := rfl
protected theorem eq_of_mul_eq_mul_left {a b c : Int} (ha : a ≠ 0) (h : a * b = a * c) : b = c := by
  have pos : ∀ {a : Int}, 0 < a → ∀ b c, a * b = a * c → b = c := fun ha b c h => by
    rcases Int.le_total b c with h' | h'
    · exact Int.le_antisymm h' (Int.le_of_not_lt fun n => Int.ne_of_gt (Int.mul_lt_mul_of_pos_left n ha) h.symm)
    · exact Int.le_antisymm (Int.le_of_not_lt fun n => Int.ne_of_gt (Int.mul_lt_mul_of_pos_left n ha) h) h'
  rcases Int.lt_or_gt_of_ne ha with h' | h'
  · refine pos (a := -a) ?_ b c (by rw [Int.neg_mul, Int.neg_mul, h])
    have := Int.add_lt_add_right h' (-a)
    rw [Int.add_right_neg, Int.zero_add] at this; exact this
  · exact pos h' b c h
protected theorem mul_sub (a b c : Int) : a * (b - c) = a * b - a * c := by
  rw [Int.sub_eq_add_neg, Int.mul_add, Int.mul_neg]; rfl
protected theorem mul_left_comm (a b c : Int) : a * (b * c) = b * (a * c) := by
  rw [← Int.mul_assoc, Int.mul_comm a b, Int.mul_assoc]
end Int
