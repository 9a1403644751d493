prelude
import Core.Algebra.Ring
import Core.Algebra.Order
import Core.Nat.Vocabulary
/-!
# Ordered semirings and rings

Sums, products, powers, squares and absolute values under `≤` and `<`, for ℕ and ℤ, with Mathlib's names and argument
order. (`add_le_add_left` follows the current Mathlib: it adds on the right of both sides.)
-/
set_option autoImplicit false
set_option linter.all false
universe u

section CommSemiring
variable {R : Type u} [CommSemiring R] [LinearOrder R] [IsStrictOrderedRing R] {a b c d : R}

theorem add_le_add_left (h : b ≤ c) (a : R) : b + a ≤ c + a := IsStrictOrderedRing.add_le_add_left b c h a
theorem add_le_add_right (h : b ≤ c) (a : R) : a + b ≤ a + c := by
  rw [add_comm a, add_comm a]; exact add_le_add_left h a
theorem add_le_add (h₁ : a ≤ b) (h₂ : c ≤ d) : a + c ≤ b + d :=
  le_trans (add_le_add_left h₁ c) (add_le_add_right h₂ b)
theorem le_of_add_le_add_left (h : a + b ≤ a + c) : b ≤ c := IsStrictOrderedRing.le_of_add_le_add_left a b c h
theorem le_of_add_le_add_right (h : a + b ≤ c + b) : a ≤ c := by
  rw [add_comm a, add_comm c] at h; exact le_of_add_le_add_left h
theorem add_le_add_iff_left (a : R) : a + b ≤ a + c ↔ b ≤ c := ⟨le_of_add_le_add_left, fun h => add_le_add_right h a⟩
theorem add_le_add_iff_right (a : R) : b + a ≤ c + a ↔ b ≤ c := ⟨le_of_add_le_add_right, fun h => add_le_add_left h a⟩
theorem add_lt_add_iff_left (a : R) : a + b < a + c ↔ b < c := by
  rw [lt_iff_not_ge, lt_iff_not_ge, add_le_add_iff_left]
theorem add_lt_add_iff_right (a : R) : b + a < c + a ↔ b < c := by
  rw [lt_iff_not_ge, lt_iff_not_ge, add_le_add_iff_right]
theorem add_lt_add_left (h : b < c) (a : R) : b + a < c + a := (add_lt_add_iff_right a).2 h
theorem add_lt_add_right (h : b < c) (a : R) : a + b < a + c := (add_lt_add_iff_left a).2 h
theorem add_lt_add (h₁ : a < b) (h₂ : c < d) : a + c < b + d :=
  lt_trans (add_lt_add_left h₁ c) (add_lt_add_right h₂ b)
theorem add_lt_add_of_le_of_lt (h₁ : a ≤ b) (h₂ : c < d) : a + c < b + d :=
  lt_of_le_of_lt (add_le_add_left h₁ c) (add_lt_add_right h₂ b)
theorem add_lt_add_of_lt_of_le (h₁ : a < b) (h₂ : c ≤ d) : a + c < b + d :=
  lt_of_lt_of_le (add_lt_add_left h₁ c) (add_le_add_right h₂ b)
theorem le_add_of_nonneg_right (h : 0 ≤ b) : a ≤ a + b := by
  have := add_le_add_right h a
  rw [add_zero] at this; exact this
theorem le_add_of_nonneg_left (h : 0 ≤ b) : a ≤ b + a := by rw [add_comm]; exact le_add_of_nonneg_right h
theorem lt_add_of_pos_right (a : R) (h : 0 < b) : a < a + b := by
  have := add_lt_add_right h a
  rw [add_zero] at this; exact this
theorem lt_add_of_pos_left (a : R) (h : 0 < b) : a < b + a := by rw [add_comm]; exact lt_add_of_pos_right a h
theorem add_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a + b := le_trans ha (le_add_of_nonneg_right hb)
theorem add_pos_of_pos_of_nonneg (ha : 0 < a) (hb : 0 ≤ b) : 0 < a + b :=
  lt_of_lt_of_le ha (le_add_of_nonneg_right hb)
theorem add_pos_of_nonneg_of_pos (ha : 0 ≤ a) (hb : 0 < b) : 0 < a + b := lt_of_lt_of_le hb (le_add_of_nonneg_left ha)
theorem add_pos (ha : 0 < a) (hb : 0 < b) : 0 < a + b := add_pos_of_pos_of_nonneg ha (le_of_lt hb)

theorem zero_le_one : (0 : R) ≤ 1 := IsStrictOrderedRing.zero_le_one
theorem zero_ne_one : (0 : R) ≠ 1 := IsStrictOrderedRing.zero_ne_one
theorem one_ne_zero : (1 : R) ≠ 0 := zero_ne_one.symm
theorem zero_lt_one : (0 : R) < 1 := lt_of_le_of_ne zero_le_one zero_ne_one
theorem one_pos : (0 : R) < 1 := zero_lt_one
theorem zero_lt_two : (0 : R) < 2 := by rw [← one_add_one_eq_two]; exact add_pos zero_lt_one zero_lt_one
theorem two_pos : (0 : R) < 2 := zero_lt_two
theorem zero_le_two : (0 : R) ≤ 2 := le_of_lt zero_lt_two
theorem two_ne_zero : (2 : R) ≠ 0 := ne_of_gt zero_lt_two
theorem lt_add_one (a : R) : a < a + 1 := lt_add_of_pos_right a zero_lt_one

theorem mul_lt_mul_of_pos_left (h : b < c) (ha : 0 < a) : a * b < a * c :=
  IsStrictOrderedRing.mul_lt_mul_of_pos_left b c a ha h
theorem mul_lt_mul_of_pos_right (h : b < c) (ha : 0 < a) : b * a < c * a := by
  rw [mul_comm b, mul_comm c]; exact mul_lt_mul_of_pos_left h ha
theorem mul_le_mul_of_nonneg_left (h : b ≤ c) (ha : 0 ≤ a) : a * b ≤ a * c := by
  rcases lt_or_eq_of_le h with h | rfl
  · rcases lt_or_eq_of_le ha with ha | rfl
    · exact le_of_lt (mul_lt_mul_of_pos_left h ha)
    · rw [zero_mul, zero_mul]
  · exact le_refl _
theorem mul_le_mul_of_nonneg_right (h : b ≤ c) (ha : 0 ≤ a) : b * a ≤ c * a := by
  rw [mul_comm b, mul_comm c]; exact mul_le_mul_of_nonneg_left h ha
theorem mul_le_mul (h₁ : a ≤ b) (h₂ : c ≤ d) (hc : 0 ≤ c) (hb : 0 ≤ b) : a * c ≤ b * d :=
  le_trans (mul_le_mul_of_nonneg_right h₁ hc) (mul_le_mul_of_nonneg_left h₂ hb)
theorem mul_self_le_mul_self (h₁ : 0 ≤ a) (h₂ : a ≤ b) : a * a ≤ b * b := mul_le_mul h₂ h₂ h₁ (le_trans h₁ h₂)
theorem mul_lt_mul'' (h₁ : a < c) (h₂ : b < d) (ha : 0 ≤ a) (hb : 0 ≤ b) : a * b < c * d :=
  lt_of_le_of_lt (mul_le_mul_of_nonneg_left (le_of_lt h₂) ha) (mul_lt_mul_of_pos_right h₁ (lt_of_le_of_lt hb h₂))
theorem mul_self_lt_mul_self (h₁ : 0 ≤ a) (h₂ : a < b) : a * a < b * b := mul_lt_mul'' h₂ h₂ h₁ h₁
theorem mul_pos (ha : 0 < a) (hb : 0 < b) : 0 < a * b := by
  have := mul_lt_mul_of_pos_left hb ha
  rw [mul_zero] at this; exact this
theorem mul_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := by
  have := mul_le_mul_of_nonneg_left hb ha
  rw [mul_zero] at this; exact this
theorem mul_lt_mul_iff_right₀ (ha : 0 < a) : a * b < a * c ↔ b < c :=
  ⟨fun h => lt_of_not_ge fun n => not_lt_of_ge (mul_le_mul_of_nonneg_left n (le_of_lt ha)) h,
    fun h => mul_lt_mul_of_pos_left h ha⟩
theorem mul_lt_mul_iff_left₀ (ha : 0 < a) : b * a < c * a ↔ b < c := by
  rw [mul_comm b, mul_comm c]; exact mul_lt_mul_iff_right₀ ha
theorem mul_le_mul_iff_right₀ (ha : 0 < a) : a * b ≤ a * c ↔ b ≤ c := by
  rw [← not_lt, ← not_lt, mul_lt_mul_iff_right₀ ha]
theorem mul_le_mul_iff_left₀ (ha : 0 < a) : b * a ≤ c * a ↔ b ≤ c := by
  rw [mul_comm b, mul_comm c]; exact mul_le_mul_iff_right₀ ha
theorem le_of_mul_le_mul_left (h : c * a ≤ c * b) (hc : 0 < c) : a ≤ b := (mul_le_mul_iff_right₀ hc).1 h
theorem le_of_mul_le_mul_right (h : a * c ≤ b * c) (hc : 0 < c) : a ≤ b := (mul_le_mul_iff_left₀ hc).1 h
theorem lt_of_mul_lt_mul_left (h : a * b < a * c) (ha : 0 ≤ a) : b < c :=
  lt_of_not_ge fun n => not_lt_of_ge (mul_le_mul_of_nonneg_left n ha) h
theorem lt_of_mul_lt_mul_right (h : b * a < c * a) (ha : 0 ≤ a) : b < c := by
  rw [mul_comm b, mul_comm c] at h; exact lt_of_mul_lt_mul_left h ha
theorem pos_of_mul_pos_left (h : 0 < a * b) (ha : 0 ≤ a) : 0 < b :=
  lt_of_mul_lt_mul_left (by rw [mul_zero]; exact h) ha
theorem pos_of_mul_pos_right (h : 0 < a * b) (hb : 0 ≤ b) : 0 < a := pos_of_mul_pos_left (mul_comm a b ▸ h) hb

theorem pow_nonneg (h : 0 ≤ a) (n : ℕ) : 0 ≤ a ^ n := by
  induction n with
  | zero => rw [pow_zero]; exact zero_le_one
  | succ n ih => rw [pow_succ]; exact mul_nonneg ih h
theorem pow_pos (h : 0 < a) (n : ℕ) : 0 < a ^ n := by
  induction n with
  | zero => rw [pow_zero]; exact zero_lt_one
  | succ n ih => rw [pow_succ]; exact mul_pos ih h
theorem pow_le_pow_left₀ (ha : 0 ≤ a) (h : a ≤ b) (n : ℕ) : a ^ n ≤ b ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero]
  | succ n ih => rw [pow_succ, pow_succ]; exact mul_le_mul ih h ha (pow_nonneg (le_trans ha h) n)
theorem pow_lt_pow_left₀ (h : a < b) (ha : 0 ≤ a) {n : ℕ} (hn : n ≠ 0) : a ^ n < b ^ n := by
  cases n with
  | zero => exact absurd rfl hn
  | succ n =>
    rw [pow_succ, pow_succ]
    exact lt_of_le_of_lt (mul_le_mul_of_nonneg_right (pow_le_pow_left₀ ha (le_of_lt h) n) ha)
      (mul_lt_mul_of_pos_left h (pow_pos (lt_of_le_of_lt ha h) n))
theorem one_le_pow₀ (h : 1 ≤ a) {n : ℕ} : 1 ≤ a ^ n := by
  have := pow_le_pow_left₀ zero_le_one h n
  rw [one_pow] at this; exact this
theorem one_lt_pow₀ (h : 1 < a) {n : ℕ} (hn : n ≠ 0) : 1 < a ^ n := by
  have := pow_lt_pow_left₀ h zero_le_one hn
  rw [one_pow] at this; exact this
theorem pow_le_one₀ {n : ℕ} (h₀ : 0 ≤ a) (h₁ : a ≤ 1) : a ^ n ≤ 1 := by
  have := pow_le_pow_left₀ h₀ h₁ n
  rw [one_pow] at this; exact this
theorem pow_le_pow_right₀ {m n : ℕ} (h : 1 ≤ a) (hmn : m ≤ n) : a ^ m ≤ a ^ n := by
  obtain ⟨k, rfl⟩ := Nat.le.dest hmn
  have := mul_le_mul_of_nonneg_left (one_le_pow₀ h (n := k)) (pow_nonneg (le_trans zero_le_one h) m)
  rw [mul_one, ← pow_add] at this; exact this
theorem pow_lt_pow_right₀ {m n : ℕ} (h : 1 < a) (hmn : m < n) : a ^ m < a ^ n := by
  have := mul_lt_mul_of_pos_left h (pow_pos (lt_trans zero_lt_one h) m)
  rw [mul_one, ← pow_succ] at this
  exact lt_of_lt_of_le this (pow_le_pow_right₀ (le_of_lt h) hmn)
theorem le_self_pow₀ (h : 1 ≤ a) {n : ℕ} (hn : n ≠ 0) : a ≤ a ^ n := by
  have := pow_le_pow_right₀ (m := 1) h (Nat.pos_of_ne_zero hn)
  rw [pow_one] at this; exact this
theorem pow_lt_pow_iff_right₀ {m n : ℕ} (h : 1 < a) : a ^ m < a ^ n ↔ m < n :=
  ⟨fun h' => Nat.lt_of_not_le fun n' => not_lt_of_ge (pow_le_pow_right₀ (le_of_lt h) n') h', pow_lt_pow_right₀ h⟩
theorem pow_le_pow_iff_right₀ {m n : ℕ} (h : 1 < a) : a ^ m ≤ a ^ n ↔ m ≤ n := by
  rw [← not_lt, ← Nat.not_lt, pow_lt_pow_iff_right₀ h]
theorem lt_of_pow_lt_pow_left₀ (n : ℕ) (hb : 0 ≤ b) (h : a ^ n < b ^ n) : a < b :=
  lt_of_not_ge fun h' => not_lt_of_ge (pow_le_pow_left₀ hb h' n) h
theorem le_of_pow_le_pow_left₀ {n : ℕ} (hn : n ≠ 0) (hb : 0 ≤ b) (h : a ^ n ≤ b ^ n) : a ≤ b :=
  le_of_not_gt fun h' => not_lt_of_ge h (pow_lt_pow_left₀ h' hb hn)
theorem pow_left_injective₀ {n : ℕ} (ha : 0 ≤ a) (hb : 0 ≤ b) (hn : n ≠ 0) (h : a ^ n = b ^ n) : a = b :=
  le_antisymm (le_of_pow_le_pow_left₀ hn hb (le_of_eq h)) (le_of_pow_le_pow_left₀ hn ha (ge_of_eq h))

end CommSemiring

section Cancel
variable {R : Type u} [CommSemiring R] [IsCancelMulZero R] {a b c : R}
theorem mul_left_cancel₀ (ha : a ≠ 0) (h : a * b = a * c) : b = c :=
  IsCancelMulZero.mul_left_cancel_of_ne_zero a b c ha h
theorem mul_right_cancel₀ (hb : b ≠ 0) (h : a * b = c * b) : a = c := by
  rw [mul_comm a, mul_comm c] at h; exact mul_left_cancel₀ hb h
theorem mul_right_inj' (ha : a ≠ 0) : a * b = a * c ↔ b = c := ⟨mul_left_cancel₀ ha, fun h => h ▸ rfl⟩
theorem mul_left_inj' (hc : c ≠ 0) : a * c = b * c ↔ a = b := ⟨mul_right_cancel₀ hc, fun h => h ▸ rfl⟩
theorem eq_zero_or_eq_zero_of_mul_eq_zero (h : a * b = 0) : a = 0 ∨ b = 0 :=
  (Classical.em (a = 0)).imp id fun ha => mul_left_cancel₀ ha (h.trans (mul_zero a).symm)
theorem mul_eq_zero : a * b = 0 ↔ a = 0 ∨ b = 0 := ⟨eq_zero_or_eq_zero_of_mul_eq_zero, fun h =>
  h.elim (fun h => by rw [h, zero_mul]) (fun h => by rw [h, mul_zero])⟩
theorem mul_ne_zero (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := fun h => (mul_eq_zero.1 h).elim ha hb
theorem mul_ne_zero_iff : a * b ≠ 0 ↔ a ≠ 0 ∧ b ≠ 0 := by rw [ne_eq, mul_eq_zero, not_or]
theorem mul_self_eq_zero : a * a = 0 ↔ a = 0 := by rw [mul_eq_zero, or_self]
theorem left_ne_zero_of_mul (h : a * b ≠ 0) : a ≠ 0 := (mul_ne_zero_iff.1 h).1
theorem right_ne_zero_of_mul (h : a * b ≠ 0) : b ≠ 0 := (mul_ne_zero_iff.1 h).2
theorem pow_eq_zero_of_pow_eq_zero {n : ℕ} (h : a ^ n = 0) (ha : a ≠ 0) : False := by
  induction n with
  | zero => rw [pow_zero] at h; exact ha (by rw [← mul_one a, h, mul_zero])
  | succ n ih => rw [pow_succ] at h; exact (mul_eq_zero.1 h).elim ih ha
theorem pow_eq_zero {n : ℕ} (h : a ^ n = 0) : a = 0 := Classical.byContradiction (pow_eq_zero_of_pow_eq_zero h)
theorem eq_zero_of_pow_eq_zero {n : ℕ} (h : a ^ n = 0) : a = 0 := pow_eq_zero h
theorem pow_eq_zero_iff {n : ℕ} (hn : n ≠ 0) : a ^ n = 0 ↔ a = 0 := ⟨pow_eq_zero, fun h => by rw [h, zero_pow hn]⟩
theorem pow_ne_zero (n : ℕ) (h : a ≠ 0) : a ^ n ≠ 0 := fun h' => h (pow_eq_zero h')
end Cancel

section CancelRing
variable {R : Type u} [CommRing R] [IsCancelMulZero R] {a b : R}
theorem mul_self_eq_mul_self_iff : a * a = b * b ↔ a = b ∨ a = -b := by
  rw [← sub_eq_zero, mul_self_sub_mul_self, mul_eq_zero, or_comm, sub_eq_zero, eq_neg_iff_add_eq_zero]
theorem sq_eq_sq_iff_eq_or_eq_neg : a ^ 2 = b ^ 2 ↔ a = b ∨ a = -b := by
  rw [pow_two, pow_two, mul_self_eq_mul_self_iff]
theorem sq_eq_one_iff : a ^ 2 = 1 ↔ a = 1 ∨ a = -1 := by
  rw [← one_pow (R := R) 2, sq_eq_sq_iff_eq_or_eq_neg, one_pow]
end CancelRing

section CommRing
variable {R : Type u} [CommRing R] [LinearOrder R] [IsStrictOrderedRing R] {a b c d : R}

theorem sub_nonneg : 0 ≤ a - b ↔ b ≤ a := by rw [← add_le_add_iff_right b, zero_add, sub_add_cancel]
theorem sub_pos : 0 < a - b ↔ b < a := by rw [← add_lt_add_iff_right b, zero_add, sub_add_cancel]
theorem sub_nonneg_of_le (h : b ≤ a) : 0 ≤ a - b := sub_nonneg.2 h
theorem sub_pos_of_lt (h : b < a) : 0 < a - b := sub_pos.2 h
theorem sub_nonpos : a - b ≤ 0 ↔ a ≤ b := by rw [← add_le_add_iff_right b, zero_add, sub_add_cancel]
theorem sub_neg : a - b < 0 ↔ a < b := by rw [← add_lt_add_iff_right b, zero_add, sub_add_cancel]
theorem sub_le_iff_le_add : a - c ≤ b ↔ a ≤ b + c := by rw [← add_le_add_iff_right c, sub_add_cancel]
theorem sub_le_iff_le_add' : a - b ≤ c ↔ a ≤ b + c := by rw [sub_le_iff_le_add, add_comm]
theorem sub_lt_iff_lt_add : a - c < b ↔ a < b + c := by rw [← add_lt_add_iff_right c, sub_add_cancel]
theorem sub_lt_iff_lt_add' : a - b < c ↔ a < b + c := by rw [sub_lt_iff_lt_add, add_comm]
theorem le_sub_iff_add_le : a ≤ c - b ↔ a + b ≤ c := by rw [← add_le_add_iff_right b, sub_add_cancel]
theorem le_sub_iff_add_le' : b ≤ c - a ↔ a + b ≤ c := by rw [le_sub_iff_add_le, add_comm]
theorem lt_sub_iff_add_lt : a < c - b ↔ a + b < c := by rw [← add_lt_add_iff_right b, sub_add_cancel]
theorem lt_sub_iff_add_lt' : b < c - a ↔ a + b < c := by rw [lt_sub_iff_add_lt, add_comm]
theorem sub_le_sub (h₁ : a ≤ b) (h₂ : c ≤ d) : a - d ≤ b - c := by
  rw [sub_le_iff_le_add, sub_add_eq_add_sub, le_sub_iff_add_le]; exact add_le_add h₁ h₂
theorem sub_le_sub_left (h : a ≤ b) (c : R) : c - b ≤ c - a := sub_le_sub (le_refl c) h
theorem sub_le_sub_right (h : a ≤ b) (c : R) : a - c ≤ b - c := sub_le_sub h (le_refl c)
theorem sub_lt_sub_left (h : a < b) (c : R) : c - b < c - a := by
  rw [sub_lt_iff_lt_add, sub_add_eq_add_sub, lt_sub_iff_add_lt]; exact add_lt_add_right h c
theorem sub_lt_sub_right (h : a < b) (c : R) : a - c < b - c := by
  rw [sub_eq_add_neg, sub_eq_add_neg]; exact add_lt_add_left h _
theorem sub_le_self_iff (a : R) : a - b ≤ a ↔ 0 ≤ b := by
  rw [sub_le_iff_le_add, ← add_le_add_iff_left a (b := 0), add_zero]
theorem sub_le_sub_iff_left (a : R) : a - b ≤ a - c ↔ c ≤ b := by
  rw [sub_eq_add_neg, sub_eq_add_neg, add_le_add_iff_left]
  exact ⟨fun h => by have := add_le_add (add_le_add h (le_refl b)) (le_refl c); rwa [neg_add_cancel, zero_add, add_right_comm, neg_add_cancel, zero_add] at this,
    fun h => by have := add_le_add (add_le_add h (le_refl (-b))) (le_refl (-c)); rwa [add_neg_cancel, zero_add, add_right_comm, add_neg_cancel, zero_add] at this⟩
theorem sub_le_sub_iff_right (c : R) : a - c ≤ b - c ↔ a ≤ b := by
  rw [sub_eq_add_neg, sub_eq_add_neg, add_le_add_iff_right]
theorem sub_lt_sub_iff_right (c : R) : a - c < b - c ↔ a < b := by
  rw [sub_eq_add_neg, sub_eq_add_neg, add_lt_add_iff_right]
theorem sub_lt_self (a : R) (h : 0 < b) : a - b < a := by
  rw [sub_lt_iff_lt_add]; exact lt_add_of_pos_right a h

theorem neg_le_neg_iff : -a ≤ -b ↔ b ≤ a := by
  rw [← add_le_add_iff_left (a + b), add_neg_cancel_right, add_comm a b, add_neg_cancel_right]
theorem neg_lt_neg_iff : -a < -b ↔ b < a := by rw [← not_le, ← not_le, neg_le_neg_iff]
theorem neg_le_neg (h : a ≤ b) : -b ≤ -a := neg_le_neg_iff.2 h
theorem neg_lt_neg (h : a < b) : -b < -a := neg_lt_neg_iff.2 h
theorem neg_nonneg : 0 ≤ -a ↔ a ≤ 0 := by rw [← neg_le_neg_iff (a := 0), neg_zero]
theorem neg_nonneg_of_nonpos (h : a ≤ 0) : 0 ≤ -a := neg_nonneg.2 h
theorem neg_nonpos : -a ≤ 0 ↔ 0 ≤ a := by rw [← neg_le_neg_iff (b := 0), neg_zero]
theorem neg_pos : 0 < -a ↔ a < 0 := by rw [← neg_lt_neg_iff (a := 0), neg_zero]
theorem neg_pos_of_neg (h : a < 0) : 0 < -a := neg_pos.2 h
theorem neg_lt_zero : -a < 0 ↔ 0 < a := by rw [← neg_lt_neg_iff (b := 0), neg_zero]
theorem neg_neg_of_pos (h : 0 < a) : -a < 0 := neg_lt_zero.2 h
theorem neg_le : -a ≤ b ↔ -b ≤ a := by rw [← neg_le_neg_iff, neg_neg]
theorem le_neg : a ≤ -b ↔ b ≤ -a := by rw [← neg_le_neg_iff, neg_neg]
theorem neg_lt : -a < b ↔ -b < a := by rw [← neg_lt_neg_iff, neg_neg]
theorem lt_neg : a < -b ↔ b < -a := by rw [← neg_lt_neg_iff, neg_neg]
theorem neg_le_self (h : 0 ≤ a) : -a ≤ a := le_trans (neg_nonpos.2 h) h

theorem mul_nonneg_of_nonpos_of_nonpos (ha : a ≤ 0) (hb : b ≤ 0) : 0 ≤ a * b := by
  rw [← neg_mul_neg]; exact mul_nonneg (neg_nonneg.2 ha) (neg_nonneg.2 hb)
theorem mul_nonneg_of_neg_of_neg (ha : a ≤ 0) (hb : b ≤ 0) : 0 ≤ a * b := mul_nonneg_of_nonpos_of_nonpos ha hb
theorem mul_pos_of_neg_of_neg (ha : a < 0) (hb : b < 0) : 0 < a * b := by
  rw [← neg_mul_neg]; exact mul_pos (neg_pos.2 ha) (neg_pos.2 hb)
theorem mul_neg_of_pos_of_neg (ha : 0 < a) (hb : b < 0) : a * b < 0 := by
  rw [← neg_pos, ← mul_neg]; exact mul_pos ha (neg_pos.2 hb)
theorem mul_neg_of_neg_of_pos (ha : a < 0) (hb : 0 < b) : a * b < 0 := by
  rw [mul_comm]; exact mul_neg_of_pos_of_neg hb ha
theorem mul_nonpos_of_nonneg_of_nonpos (ha : 0 ≤ a) (hb : b ≤ 0) : a * b ≤ 0 := by
  rw [← neg_nonneg, ← mul_neg]; exact mul_nonneg ha (neg_nonneg.2 hb)
theorem mul_nonpos_of_nonpos_of_nonneg (ha : a ≤ 0) (hb : 0 ≤ b) : a * b ≤ 0 := by
  rw [mul_comm]; exact mul_nonpos_of_nonneg_of_nonpos hb ha
theorem mul_le_mul_of_nonpos_left (h : b ≤ a) (hc : c ≤ 0) : c * a ≤ c * b := by
  rw [← neg_le_neg_iff, ← neg_mul, ← neg_mul]; exact mul_le_mul_of_nonneg_left h (neg_nonneg.2 hc)
theorem mul_le_mul_of_nonpos_right (h : b ≤ a) (hc : c ≤ 0) : a * c ≤ b * c := by
  rw [mul_comm a, mul_comm b]; exact mul_le_mul_of_nonpos_left h hc
theorem mul_self_nonneg (a : R) : 0 ≤ a * a :=
  (le_total 0 a).elim (fun h => mul_nonneg h h) fun h => mul_nonneg_of_nonpos_of_nonpos h h
theorem sq_nonneg (a : R) : 0 ≤ a ^ 2 := by rw [pow_two]; exact mul_self_nonneg a
theorem pow_two_nonneg (a : R) : 0 ≤ a ^ 2 := sq_nonneg a
theorem mul_self_pos : 0 < a * a ↔ a ≠ 0 :=
  ⟨fun h e => lt_irrefl (0 : R) (by rw [e, mul_zero] at h; exact h), fun h => (lt_or_gt_of_ne h).elim
    (fun h => mul_pos_of_neg_of_neg h h) fun h => mul_pos h h⟩
theorem sq_pos_of_pos (h : 0 < a) : 0 < a ^ 2 := pow_pos h 2
theorem sq_pos_iff : 0 < a ^ 2 ↔ a ≠ 0 := by rw [pow_two, mul_self_pos]
theorem sq_pos_of_ne_zero (h : a ≠ 0) : 0 < a ^ 2 := sq_pos_iff.2 h
theorem two_mul_le_add_sq (a b : R) : 2 * a * b ≤ a ^ 2 + b ^ 2 := by
  rw [← sub_nonneg, ← sub_sq']; exact sq_nonneg _
theorem mul_nonneg_iff : 0 ≤ a * b ↔ 0 ≤ a ∧ 0 ≤ b ∨ a ≤ 0 ∧ b ≤ 0 := by
  constructor
  · intro h
    rcases lt_trichotomy a 0 with ha | ha | ha
    · refine .inr ⟨le_of_lt ha, le_of_not_gt fun hb => not_lt_of_ge h (mul_neg_of_neg_of_pos ha hb)⟩
    · exact (le_total 0 b).imp (fun hb => ⟨ge_of_eq ha, hb⟩) fun hb => ⟨le_of_eq ha, hb⟩
    · refine .inl ⟨le_of_lt ha, le_of_not_gt fun hb => not_lt_of_ge h (mul_neg_of_pos_of_neg ha hb)⟩
  · rintro (⟨ha, hb⟩ | ⟨ha, hb⟩)
    · exact mul_nonneg ha hb
    · exact mul_nonneg_of_nonpos_of_nonpos ha hb
theorem mul_pos_iff : 0 < a * b ↔ 0 < a ∧ 0 < b ∨ a < 0 ∧ b < 0 := by
  constructor
  · intro h
    rcases lt_trichotomy a 0 with ha | ha | ha
    · refine .inr ⟨ha, lt_of_not_ge fun hb => not_lt_of_ge (mul_nonpos_of_nonpos_of_nonneg (le_of_lt ha) hb) h⟩
    · rw [ha, zero_mul] at h; exact absurd h (lt_irrefl 0)
    · refine .inl ⟨ha, lt_of_not_ge fun hb => not_lt_of_ge (mul_nonpos_of_nonneg_of_nonpos (le_of_lt ha) hb) h⟩
  · rintro (⟨ha, hb⟩ | ⟨ha, hb⟩)
    · exact mul_pos ha hb
    · exact mul_pos_of_neg_of_neg ha hb

theorem abs_of_nonneg (h : 0 ≤ a) : |a| = a := max_eq_left (neg_le_self h)
theorem abs_of_pos (h : 0 < a) : |a| = a := abs_of_nonneg (le_of_lt h)
theorem abs_of_nonpos (h : a ≤ 0) : |a| = -a := max_eq_right (le_trans h (neg_nonneg.2 h))
theorem abs_of_neg (h : a < 0) : |a| = -a := abs_of_nonpos (le_of_lt h)
theorem abs_zero : |(0 : R)| = 0 := abs_of_nonneg (le_refl 0)
theorem abs_one : |(1 : R)| = 1 := abs_of_nonneg zero_le_one
theorem abs_choice (a : R) : |a| = a ∨ |a| = -a := (le_total 0 a).imp abs_of_nonneg abs_of_nonpos
theorem abs_nonneg (a : R) : 0 ≤ |a| :=
  (le_total 0 a).elim (fun h => by rw [abs_of_nonneg h]; exact h) fun h => by
    rw [abs_of_nonpos h]; exact neg_nonneg.2 h
omit [IsStrictOrderedRing R] in
theorem le_abs_self (a : R) : a ≤ |a| := le_max_left a (-a)
omit [IsStrictOrderedRing R] in
theorem neg_le_abs (a : R) : -a ≤ |a| := le_max_right a (-a)
theorem neg_abs_le (a : R) : -|a| ≤ a := neg_le.1 (neg_le_abs a)
omit [IsStrictOrderedRing R] in
theorem abs_neg (a : R) : |-a| = |a| := by show max (-a) (- -a) = max a (-a); rw [neg_neg, max_comm]
omit [IsStrictOrderedRing R] in
theorem abs_sub_comm (a b : R) : |a - b| = |b - a| := by rw [← neg_sub, abs_neg]
theorem abs_abs (a : R) : |(|a|)| = |a| := abs_of_nonneg (abs_nonneg a)
theorem abs_le : |a| ≤ b ↔ -b ≤ a ∧ a ≤ b := by
  rw [show |a| = max a (-a) from rfl, max_le_iff, neg_le, and_comm]
theorem abs_lt : |a| < b ↔ -b < a ∧ a < b :=
  ⟨fun h => ⟨neg_lt.1 (lt_of_le_of_lt (neg_le_abs a) h), lt_of_le_of_lt (le_abs_self a) h⟩,
    fun h => max_lt h.2 (neg_lt.1 h.1)⟩
omit [IsStrictOrderedRing R] in
theorem le_abs : a ≤ |b| ↔ a ≤ b ∨ a ≤ -b := le_max_iff
theorem abs_eq_zero : |a| = 0 ↔ a = 0 :=
  ⟨fun h => le_antisymm (h ▸ le_abs_self a) (neg_nonpos.1 (h ▸ neg_le_abs a)), fun h => by rw [h, abs_zero]⟩
theorem abs_pos : 0 < |a| ↔ a ≠ 0 :=
  ⟨fun h e => lt_irrefl (0 : R) (by rw [abs_eq_zero.2 e] at h; exact h), fun h =>
    lt_of_le_of_ne (abs_nonneg a) fun e => h (abs_eq_zero.1 e.symm)⟩
theorem abs_mul (a b : R) : |a * b| = |a| * |b| := by
  rcases le_total 0 a with ha | ha <;> rcases le_total 0 b with hb | hb
  · rw [abs_of_nonneg ha, abs_of_nonneg hb, abs_of_nonneg (mul_nonneg ha hb)]
  · rw [abs_of_nonneg ha, abs_of_nonpos hb, abs_of_nonpos (mul_nonpos_of_nonneg_of_nonpos ha hb), mul_neg]
  · rw [abs_of_nonpos ha, abs_of_nonneg hb, abs_of_nonpos (mul_nonpos_of_nonpos_of_nonneg ha hb), neg_mul]
  · rw [abs_of_nonpos ha, abs_of_nonpos hb, abs_of_nonneg (mul_nonneg_of_nonpos_of_nonpos ha hb), neg_mul_neg]
theorem abs_pow (a : R) (n : ℕ) : |a ^ n| = |a| ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero, abs_one]
  | succ n ih => rw [pow_succ, abs_mul, ih, pow_succ]
theorem abs_mul_abs_self (a : R) : |a| * |a| = a * a := by rw [← abs_mul, abs_of_nonneg (mul_self_nonneg a)]
theorem sq_abs (a : R) : |a| ^ 2 = a ^ 2 := by rw [pow_two, pow_two, abs_mul_abs_self]
theorem abs_sq (a : R) : |a ^ 2| = a ^ 2 := abs_of_nonneg (sq_nonneg a)
theorem abs_add_le (a b : R) : |a + b| ≤ |a| + |b| := by
  rw [abs_le, neg_add]
  exact ⟨add_le_add (neg_abs_le a) (neg_abs_le b), add_le_add (le_abs_self a) (le_abs_self b)⟩
theorem abs_sub_le (a b c : R) : |a - c| ≤ |a - b| + |b - c| := by
  have := abs_add_le (a - b) (b - c)
  rw [sub_add_sub_cancel] at this; exact this
theorem abs_sub_abs_le_abs_sub (a b : R) : |a| - |b| ≤ |a - b| := by
  rw [sub_le_iff_le_add]
  have := abs_add_le (a - b) b
  rw [sub_add_cancel] at this; exact this
theorem abs_eq_abs : |a| = |b| ↔ a = b ∨ a = -b := by
  constructor
  · intro h
    rcases abs_choice a with ha | ha <;> rcases abs_choice b with hb | hb <;> rw [ha, hb] at h
    · exact .inl h
    · exact .inr h
    · exact .inr (neg_eq_iff_eq_neg.1 h)
    · exact .inl (neg_inj.1 h)
  · rintro (rfl | rfl)
    · rfl
    · exact abs_neg b
theorem eq_or_eq_neg_of_abs_eq (h : |a| = b) : a = b ∨ a = -b :=
  (abs_choice a).imp (fun e => by rw [← h, e]) fun e => by rw [← h, e, neg_neg]
theorem abs_eq (hb : 0 ≤ b) : |a| = b ↔ a = b ∨ a = -b :=
  ⟨eq_or_eq_neg_of_abs_eq, fun h => h.elim (fun h => by rw [h, abs_of_nonneg hb]) fun h => by rw [h, abs_neg, abs_of_nonneg hb]⟩
theorem sq_lt_sq : a ^ 2 < b ^ 2 ↔ |a| < |b| := by
  rw [← sq_abs a, ← sq_abs b]
  exact ⟨lt_of_pow_lt_pow_left₀ 2 (abs_nonneg b), fun h => pow_lt_pow_left₀ h (abs_nonneg a) (Nat.succ_ne_zero 1)⟩
theorem sq_le_sq : a ^ 2 ≤ b ^ 2 ↔ |a| ≤ |b| := by rw [← not_lt, ← not_lt, sq_lt_sq]
theorem sq_lt_sq' (h₁ : -b < a) (h₂ : a < b) : a ^ 2 < b ^ 2 :=
  sq_lt_sq.2 (lt_of_lt_of_le (abs_lt.2 ⟨h₁, h₂⟩) (le_abs_self b))
theorem sq_le_sq' (h₁ : -b ≤ a) (h₂ : a ≤ b) : a ^ 2 ≤ b ^ 2 :=
  sq_le_sq.2 (le_trans (abs_le.2 ⟨h₁, h₂⟩) (le_abs_self b))
theorem abs_lt_of_sq_lt_sq (h : a ^ 2 < b ^ 2) (hb : 0 ≤ b) : |a| < b := by
  rw [← abs_of_nonneg hb]; exact sq_lt_sq.1 h
theorem abs_le_of_sq_le_sq (h : a ^ 2 ≤ b ^ 2) (hb : 0 ≤ b) : |a| ≤ b := by
  rw [← abs_of_nonneg hb]; exact sq_le_sq.1 h
end CommRing

attribute [simp] add_le_add_iff_left add_le_add_iff_right add_lt_add_iff_left add_lt_add_iff_right zero_le_one zero_lt_one
  one_ne_zero zero_ne_one zero_lt_two two_ne_zero lt_add_one mul_eq_zero pow_eq_zero_iff
  sub_nonneg sub_pos sub_le_sub_iff_left sub_le_sub_iff_right sub_lt_sub_iff_right sub_le_self_iff
  neg_le_neg_iff neg_lt_neg_iff neg_nonneg neg_nonpos neg_pos neg_lt_zero
  abs_zero abs_one abs_neg abs_abs abs_nonneg abs_eq_zero abs_pos abs_mul_abs_self sq_abs
  mul_le_mul_iff_right₀ mul_le_mul_iff_left₀ mul_lt_mul_iff_right₀ mul_lt_mul_iff_left₀
