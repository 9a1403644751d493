prelude
import Core.Algebra.Ring
/-!
# Divisibility

The laws of `∣` in commutative semirings and rings, for ℕ, ℤ and every other one.
-/
set_option autoImplicit false
set_option linter.all false
universe u

section CommSemiring
variable {R : Type u} [CommSemiring R] {a b c d : R}

theorem dvd_def : a ∣ b ↔ ∃ c, b = a * c := Iff.rfl
theorem Dvd.intro (k : R) (h : a * k = b) : a ∣ b := ⟨k, h.symm⟩
theorem Dvd.intro_left (k : R) (h : k * a = b) : a ∣ b := ⟨k, by rw [← h, mul_comm]⟩
theorem dvd_of_mul_right_eq (k : R) (h : a * k = b) : a ∣ b := Dvd.intro k h
theorem dvd_of_mul_left_eq (k : R) (h : k * a = b) : a ∣ b := Dvd.intro_left k h
theorem exists_eq_mul_right_of_dvd (h : a ∣ b) : ∃ c, b = a * c := h
theorem exists_eq_mul_left_of_dvd (h : a ∣ b) : ∃ c, b = c * a := let ⟨c, e⟩ := h; ⟨c, e.trans (mul_comm a c)⟩
theorem dvd_iff_exists_eq_mul_left : a ∣ b ↔ ∃ c, b = c * a :=
  ⟨exists_eq_mul_left_of_dvd, fun ⟨c, e⟩ => ⟨c, e.trans (mul_comm c a)⟩⟩
theorem dvd_iff_exists_eq_mul_right : a ∣ b ↔ ∃ c, b = a * c := Iff.rfl
theorem Dvd.elim {P : Prop} (h₁ : a ∣ b) (h₂ : ∀ c, b = a * c → P) : P := let ⟨c, e⟩ := h₁; h₂ c e
theorem Dvd.elim_left {P : Prop} (h₁ : b ∣ a) (h₂ : ∀ c, a = c * b → P) : P :=
  let ⟨c, e⟩ := exists_eq_mul_left_of_dvd h₁; h₂ c e
@[refl] theorem dvd_refl (a : R) : a ∣ a := ⟨1, (mul_one a).symm⟩
theorem dvd_rfl : a ∣ a := dvd_refl a
theorem dvd_of_eq (h : a = b) : a ∣ b := h ▸ dvd_refl a
theorem Eq.dvd (h : a = b) : a ∣ b := dvd_of_eq h
theorem dvd_trans (h₁ : a ∣ b) (h₂ : b ∣ c) : a ∣ c := by
  obtain ⟨x, rfl⟩ := h₁; obtain ⟨y, rfl⟩ := h₂; exact ⟨x * y, mul_assoc a x y⟩
theorem Dvd.dvd.trans (h₁ : a ∣ b) (h₂ : b ∣ c) : a ∣ c := dvd_trans h₁ h₂
instance : Trans (α := R) (· ∣ ·) (· ∣ ·) (· ∣ ·) := ⟨dvd_trans⟩
theorem dvd_zero (a : R) : a ∣ 0 := ⟨0, (mul_zero a).symm⟩
theorem eq_zero_of_zero_dvd (h : 0 ∣ a) : a = 0 := let ⟨c, e⟩ := h; e.trans (zero_mul c)
theorem zero_dvd_iff : 0 ∣ a ↔ a = 0 := ⟨eq_zero_of_zero_dvd, fun h => by rw [h]⟩
theorem one_dvd (a : R) : 1 ∣ a := ⟨a, (one_mul a).symm⟩
theorem ne_zero_of_dvd_ne_zero (h : b ≠ 0) (d : a ∣ b) : a ≠ 0 := fun e => h (eq_zero_of_zero_dvd (e ▸ d))
theorem dvd_mul_right (a b : R) : a ∣ a * b := ⟨b, rfl⟩
theorem dvd_mul_left (a b : R) : a ∣ b * a := ⟨b, mul_comm b a⟩
theorem dvd_mul_of_dvd_left (h : a ∣ b) (c : R) : a ∣ b * c := dvd_trans h (dvd_mul_right b c)
theorem dvd_mul_of_dvd_right (h : a ∣ b) (c : R) : a ∣ c * b := dvd_trans h (dvd_mul_left b c)
theorem Dvd.dvd.mul_right (h : a ∣ b) (c : R) : a ∣ b * c := dvd_mul_of_dvd_left h c
theorem Dvd.dvd.mul_left (h : a ∣ b) (c : R) : a ∣ c * b := dvd_mul_of_dvd_right h c
theorem dvd_of_mul_right_dvd (h : a * b ∣ c) : a ∣ c := dvd_trans (dvd_mul_right a b) h
theorem dvd_of_mul_left_dvd (h : a * b ∣ c) : b ∣ c := dvd_trans (dvd_mul_left b a) h
theorem mul_dvd_mul (h₁ : a ∣ b) (h₂ : c ∣ d) : a * c ∣ b * d := by
  obtain ⟨x, rfl⟩ := h₁; obtain ⟨y, rfl⟩ := h₂; exact ⟨x * y, mul_mul_mul_comm a x c y⟩
theorem mul_dvd_mul_left (a : R) (h : b ∣ c) : a * b ∣ a * c := mul_dvd_mul (dvd_refl a) h
theorem mul_dvd_mul_right (h : a ∣ b) (c : R) : a * c ∣ b * c := mul_dvd_mul h (dvd_refl c)
theorem dvd_add (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b + c := by
  obtain ⟨x, rfl⟩ := h₁; obtain ⟨y, rfl⟩ := h₂; exact ⟨x + y, (mul_add a x y).symm⟩
theorem Dvd.dvd.add (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b + c := dvd_add h₁ h₂
theorem Dvd.dvd.linear_comb (hx : d ∣ a) (hy : d ∣ b) (x y : R) : d ∣ x * a + y * b :=
  dvd_add (hx.mul_left x) (hy.mul_left y)
theorem dvd_pow (h : a ∣ b) {n : ℕ} (hn : n ≠ 0) : a ∣ b ^ n := by
  cases n with
  | zero => exact absurd rfl hn
  | succ n => rw [pow_succ]; exact h.mul_left _
theorem Dvd.dvd.pow (h : a ∣ b) {n : ℕ} (hn : n ≠ 0) : a ∣ b ^ n := dvd_pow h hn
theorem dvd_pow_self (a : R) {n : ℕ} (hn : n ≠ 0) : a ∣ a ^ n := dvd_pow (dvd_refl a) hn
theorem pow_dvd_pow (a : R) {m n : ℕ} (h : m ≤ n) : a ^ m ∣ a ^ n := by
  obtain ⟨k, rfl⟩ := Nat.le.dest h; rw [pow_add]; exact dvd_mul_right _ _
theorem pow_dvd_pow_of_dvd (h : a ∣ b) (n : ℕ) : a ^ n ∣ b ^ n := by
  obtain ⟨c, rfl⟩ := h; rw [mul_pow]; exact dvd_mul_right _ _
theorem dvd_of_mul_dvd_mul_left [IsCancelMulZero R] (ha : a ≠ 0) (h : a * b ∣ a * c) : b ∣ c :=
  let ⟨d, e⟩ := h; ⟨d, IsCancelMulZero.mul_left_cancel_of_ne_zero a c (b * d) ha (by rw [e, mul_assoc])⟩
theorem mul_dvd_mul_iff_left [IsCancelMulZero R] (ha : a ≠ 0) : a * b ∣ a * c ↔ b ∣ c :=
  ⟨dvd_of_mul_dvd_mul_left ha, mul_dvd_mul_left a⟩
theorem mul_dvd_mul_iff_right [IsCancelMulZero R] (hc : c ≠ 0) : a * c ∣ b * c ↔ a ∣ b := by
  rw [mul_comm a, mul_comm b]; exact mul_dvd_mul_iff_left hc
end CommSemiring

section CommRing
variable {R : Type u} [CommRing R] {a b c : R}
theorem dvd_neg : a ∣ -b ↔ a ∣ b := by
  constructor
  · rintro ⟨c, h⟩; exact ⟨-c, by rw [mul_neg, ← h, neg_neg]⟩
  · rintro ⟨c, rfl⟩; exact ⟨-c, (mul_neg a c).symm⟩
theorem neg_dvd : -a ∣ b ↔ a ∣ b := by
  constructor
  · rintro ⟨c, rfl⟩; exact ⟨-c, by rw [mul_neg, neg_mul]⟩
  · rintro ⟨c, rfl⟩; exact ⟨-c, by rw [neg_mul_neg]⟩
theorem dvd_neg_of_dvd (h : a ∣ b) : a ∣ -b := dvd_neg.2 h
theorem dvd_sub (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b - c := by rw [sub_eq_add_neg]; exact dvd_add h₁ (dvd_neg.2 h₂)
theorem Dvd.dvd.sub (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b - c := dvd_sub h₁ h₂
theorem dvd_add_right (h : a ∣ b) : a ∣ b + c ↔ a ∣ c :=
  ⟨fun h' => by have := dvd_sub h' h; rw [add_sub_cancel_left] at this; exact this, dvd_add h⟩
theorem dvd_add_left (h : a ∣ c) : a ∣ b + c ↔ a ∣ b := by rw [add_comm]; exact dvd_add_right h
theorem dvd_sub_right (h : a ∣ b) : a ∣ b - c ↔ a ∣ c := by rw [sub_eq_add_neg, dvd_add_right h, dvd_neg]
theorem dvd_sub_left (h : a ∣ c) : a ∣ b - c ↔ a ∣ b := by rw [sub_eq_add_neg, dvd_add_left (dvd_neg.2 h)]
theorem dvd_sub_comm : a ∣ b - c ↔ a ∣ c - b := by rw [← neg_sub, dvd_neg]
theorem dvd_sub' (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b - c := dvd_sub h₁ h₂
theorem dvd_iff_dvd_of_dvd_sub (h : a ∣ b - c) : a ∣ b ↔ a ∣ c :=
  ⟨fun h' => (dvd_sub_right h').1 h, fun h' => (dvd_sub_left h').1 h⟩
theorem sub_dvd_pow_sub_pow (x y : R) (n : ℕ) : x - y ∣ x ^ n - y ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero, sub_self]; exact dvd_zero _
  | succ n ih =>
    have e : x ^ (n + 1) - y ^ (n + 1) = x ^ n * (x - y) + (x ^ n - y ^ n) * y := by
      rw [pow_succ, pow_succ, mul_sub, sub_mul, sub_add_sub_cancel]
    rw [e]; exact dvd_add (dvd_mul_left _ _) (ih.mul_right _)
theorem sub_one_dvd_pow_sub_one (x : R) (n : ℕ) : x - 1 ∣ x ^ n - 1 := by
  have := sub_dvd_pow_sub_pow x 1 n
  rw [one_pow] at this; exact this
end CommRing

attribute [simp] dvd_refl dvd_zero one_dvd zero_dvd_iff dvd_mul_right dvd_mul_left dvd_neg neg_dvd
