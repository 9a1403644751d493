prelude
import Core.Algebra.Classes
/-!
# The laws of commutative semirings and rings

Stated once for ℕ, ℤ and every other `CommSemiring` or `CommRing`, under Mathlib's names.
-/
set_option autoImplicit false
set_option linter.all false
universe u

section CommSemiring
variable {R : Type u} [CommSemiring R]

theorem add_assoc (a b c : R) : a + b + c = a + (b + c) := CommSemiring.add_assoc a b c
theorem add_comm (a b : R) : a + b = b + a := CommSemiring.add_comm a b
theorem zero_add (a : R) : 0 + a = a := CommSemiring.zero_add a
theorem add_zero (a : R) : a + 0 = a := (add_comm a 0).trans (zero_add a)
theorem mul_assoc (a b c : R) : a * b * c = a * (b * c) := CommSemiring.mul_assoc a b c
theorem mul_comm (a b : R) : a * b = b * a := CommSemiring.mul_comm a b
theorem one_mul (a : R) : 1 * a = a := CommSemiring.one_mul a
theorem mul_one (a : R) : a * 1 = a := (mul_comm a 1).trans (one_mul a)
theorem zero_mul (a : R) : 0 * a = 0 := CommSemiring.zero_mul a
theorem mul_zero (a : R) : a * 0 = 0 := (mul_comm a 0).trans (zero_mul a)
theorem mul_add (a b c : R) : a * (b + c) = a * b + a * c := CommSemiring.mul_add a b c
theorem left_distrib (a b c : R) : a * (b + c) = a * b + a * c := mul_add a b c
theorem add_mul (a b c : R) : (a + b) * c = a * c + b * c := by
  rw [mul_comm, mul_add, mul_comm c a, mul_comm c b]
theorem right_distrib (a b c : R) : (a + b) * c = a * c + b * c := add_mul a b c
theorem add_left_comm (a b c : R) : a + (b + c) = b + (a + c) := by rw [← add_assoc, add_comm a b, add_assoc]
theorem add_right_comm (a b c : R) : a + b + c = a + c + b := by rw [add_assoc, add_comm b c, add_assoc]
theorem add_add_add_comm (a b c d : R) : a + b + (c + d) = a + c + (b + d) := by
  rw [add_assoc, add_left_comm b c d, add_assoc]
theorem mul_left_comm (a b c : R) : a * (b * c) = b * (a * c) := by rw [← mul_assoc, mul_comm a b, mul_assoc]
theorem mul_right_comm (a b c : R) : a * b * c = a * c * b := by rw [mul_assoc, mul_comm b c, mul_assoc]
theorem mul_mul_mul_comm (a b c d : R) : a * b * (c * d) = a * c * (b * d) := by
  rw [mul_assoc, mul_left_comm b c d, mul_assoc]
theorem mul_rotate (a b c : R) : a * b * c = b * c * a := by rw [mul_assoc, mul_comm]
theorem add_rotate (a b c : R) : a + b + c = b + c + a := by rw [add_assoc, add_comm]
theorem mul_add_one (a b : R) : a * (b + 1) = a * b + a := by rw [mul_add, mul_one]
theorem add_one_mul (a b : R) : (a + 1) * b = a * b + b := by rw [add_mul, one_mul]
theorem one_add_mul (a b : R) : (1 + a) * b = b + a * b := by rw [add_mul, one_mul]
theorem mul_one_add (a b : R) : a * (1 + b) = a + a * b := by rw [mul_add, mul_one]

theorem pow_zero (a : R) : a ^ 0 = 1 := CommSemiring.pow_zero a
theorem pow_succ (a : R) (n : ℕ) : a ^ (n + 1) = a ^ n * a := CommSemiring.pow_succ a n
theorem pow_succ' (a : R) (n : ℕ) : a ^ (n + 1) = a * a ^ n := (pow_succ a n).trans (mul_comm _ _)
theorem pow_one (a : R) : a ^ 1 = a := by rw [show 1 = 0 + 1 from rfl, pow_succ, pow_zero, one_mul]
theorem pow_two (a : R) : a ^ 2 = a * a := by rw [show 2 = 1 + 1 from rfl, pow_succ, pow_one]
theorem sq (a : R) : a ^ 2 = a * a := pow_two a
theorem pow_three (a : R) : a ^ 3 = a * (a * a) := by rw [show 3 = 2 + 1 from rfl, pow_succ', pow_two]
theorem pow_three' (a : R) : a ^ 3 = a * a * a := by rw [pow_three, mul_assoc]
theorem pow_mul_comm' (a : R) (n : ℕ) : a ^ n * a = a * a ^ n := mul_comm _ _
theorem pow_add (a : R) (m n : ℕ) : a ^ (m + n) = a ^ m * a ^ n := by
  induction n with
  | zero => rw [Nat.add_zero, pow_zero, mul_one]
  | succ n ih => rw [← Nat.add_assoc, pow_succ, ih, pow_succ, mul_assoc]
theorem pow_mul (a : R) (m n : ℕ) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => rw [Nat.mul_zero, pow_zero, pow_zero]
  | succ n ih => rw [Nat.mul_add_one, pow_add, ih, pow_succ]
theorem pow_mul' (a : R) (m n : ℕ) : a ^ (m * n) = (a ^ n) ^ m := by rw [Nat.mul_comm, pow_mul]
theorem pow_right_comm (a : R) (m n : ℕ) : (a ^ m) ^ n = (a ^ n) ^ m := by rw [← pow_mul, Nat.mul_comm, pow_mul]
theorem pow_mul_comm (a : R) (m n : ℕ) : a ^ m * a ^ n = a ^ n * a ^ m := mul_comm _ _
theorem mul_pow (a b : R) (n : ℕ) : (a * b) ^ n = a ^ n * b ^ n := by
  induction n with
  | zero => rw [pow_zero, pow_zero, pow_zero, mul_one]
  | succ n ih => rw [pow_succ, ih, pow_succ, pow_succ, mul_mul_mul_comm]
theorem one_pow (n : ℕ) : (1 : R) ^ n = 1 := by
  induction n with
  | zero => exact pow_zero 1
  | succ n ih => rw [pow_succ, ih, mul_one]
theorem zero_pow {n : ℕ} (h : n ≠ 0) : (0 : R) ^ n = 0 := by
  cases n with
  | zero => exact absurd rfl h
  | succ n => rw [pow_succ, mul_zero]
theorem zero_pow_succ (n : ℕ) : (0 : R) ^ (n + 1) = 0 := zero_pow (Nat.succ_ne_zero n)

theorem Nat.cast_zero : ((0 : ℕ) : R) = 0 := CommSemiring.natCast_zero
theorem Nat.cast_succ (n : ℕ) : ((Nat.succ n : ℕ) : R) = n + 1 := CommSemiring.natCast_succ n
theorem Nat.cast_add_one (n : ℕ) : ((n + 1 : ℕ) : R) = n + 1 := CommSemiring.natCast_succ n
theorem Nat.cast_one : ((1 : ℕ) : R) = 1 := by
  rw [show (1 : ℕ) = 0 + 1 from rfl, Nat.cast_add_one, Nat.cast_zero, zero_add]
theorem Nat.cast_ofNat {n : ℕ} [Nat.AtLeastTwo n] : ((OfNat.ofNat n : ℕ) : R) = OfNat.ofNat n := rfl
theorem Nat.cast_add (m n : ℕ) : ((m + n : ℕ) : R) = m + n := by
  induction n with
  | zero => rw [Nat.add_zero, Nat.cast_zero, add_zero]
  | succ n ih => rw [← Nat.add_assoc, Nat.cast_add_one, ih, Nat.cast_add_one, add_assoc]
theorem Nat.cast_mul (m n : ℕ) : ((m * n : ℕ) : R) = m * n := by
  induction n with
  | zero => rw [Nat.mul_zero, Nat.cast_zero, mul_zero]
  | succ n ih => rw [Nat.mul_add_one, Nat.cast_add, ih, Nat.cast_add_one, mul_add_one]
theorem Nat.cast_pow (m n : ℕ) : ((m ^ n : ℕ) : R) = (m : R) ^ n := by
  induction n with
  | zero => rw [Nat.pow_zero, Nat.cast_one, pow_zero]
  | succ n ih => rw [Nat.pow_succ, Nat.cast_mul, ih, pow_succ]
theorem Nat.cast_two : ((2 : ℕ) : R) = 2 := rfl
theorem one_add_one_eq_two : 1 + 1 = (2 : R) := by
  rw [← Nat.cast_two, show (2 : ℕ) = 1 + 1 from rfl, Nat.cast_add_one, Nat.cast_one]
theorem two_mul (a : R) : 2 * a = a + a := by rw [← one_add_one_eq_two, add_mul, one_mul]
theorem mul_two (a : R) : a * 2 = a + a := by rw [mul_comm, two_mul]
theorem add_sq (a b : R) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2 := by
  rw [pow_two, pow_two, pow_two, mul_add, add_mul, add_mul, mul_comm b a, two_mul, add_mul]
  rw [add_assoc, add_assoc, add_assoc]
theorem add_sq' (a b : R) : (a + b) ^ 2 = a ^ 2 + b ^ 2 + 2 * a * b := by rw [add_sq, add_right_comm]
theorem add_pow_two (a b : R) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2 := add_sq a b
end CommSemiring

section CommRing
variable {R : Type u} [CommRing R]

theorem sub_eq_add_neg (a b : R) : a - b = a + -b := CommRing.sub_eq_add_neg a b
theorem neg_add_cancel (a : R) : -a + a = 0 := CommRing.neg_add_cancel a
theorem add_neg_cancel (a : R) : a + -a = 0 := (add_comm a (-a)).trans (neg_add_cancel a)
theorem neg_add_cancel_left (a b : R) : -a + (a + b) = b := by rw [← add_assoc, neg_add_cancel, zero_add]
theorem add_neg_cancel_left (a b : R) : a + (-a + b) = b := by rw [← add_assoc, add_neg_cancel, zero_add]
theorem add_neg_cancel_right (a b : R) : a + b + -b = a := by rw [add_assoc, add_neg_cancel, add_zero]
theorem neg_add_cancel_right (a b : R) : a + -b + b = a := by rw [add_assoc, neg_add_cancel, add_zero]
theorem add_left_cancel {a b c : R} (h : a + b = a + c) : b = c := by
  rw [← neg_add_cancel_left a b, h, neg_add_cancel_left]
theorem add_right_cancel {a b c : R} (h : a + b = c + b) : a = c := by
  rw [← add_neg_cancel_right a b, h, add_neg_cancel_right]
theorem add_left_cancel_iff {a b c : R} : a + b = a + c ↔ b = c := ⟨add_left_cancel, fun h => h ▸ rfl⟩
theorem add_right_cancel_iff {a b c : R} : b + a = c + a ↔ b = c := ⟨add_right_cancel, fun h => h ▸ rfl⟩
theorem add_left_inj (a : R) {b c : R} : b + a = c + a ↔ b = c := add_right_cancel_iff
theorem add_right_inj (a : R) {b c : R} : a + b = a + c ↔ b = c := add_left_cancel_iff
theorem sub_self (a : R) : a - a = 0 := by rw [sub_eq_add_neg, add_neg_cancel]
theorem sub_add_cancel (a b : R) : a - b + b = a := by rw [sub_eq_add_neg, neg_add_cancel_right]
theorem add_sub_cancel_right (a b : R) : a + b - b = a := by rw [sub_eq_add_neg, add_neg_cancel_right]
theorem add_sub_cancel_left (a b : R) : a + b - a = b := by rw [add_comm, add_sub_cancel_right]
theorem add_sub_cancel (a b : R) : a + (b - a) = b := by rw [sub_eq_add_neg, add_left_comm, add_neg_cancel, add_zero]
theorem sub_zero (a : R) : a - 0 = a := by
  have := sub_add_cancel a 0
  rw [add_zero] at this; exact this
theorem neg_zero : -(0 : R) = 0 := by
  have := neg_add_cancel (0 : R)
  rw [add_zero] at this; exact this
theorem zero_sub (a : R) : 0 - a = -a := by rw [sub_eq_add_neg, zero_add]
theorem neg_neg (a : R) : -(-a) = a := by
  apply add_left_cancel (a := -a); rw [add_neg_cancel, neg_add_cancel]
theorem neg_inj {a b : R} : -a = -b ↔ a = b := ⟨fun h => by rw [← neg_neg a, h, neg_neg], fun h => h ▸ rfl⟩
theorem neg_add (a b : R) : -(a + b) = -a + -b := by
  apply add_left_cancel (a := a + b)
  rw [add_neg_cancel, add_add_add_comm, add_neg_cancel, add_neg_cancel, add_zero]
theorem neg_add_rev (a b : R) : -(a + b) = -b + -a := by rw [neg_add, add_comm]
theorem neg_sub (a b : R) : -(a - b) = b - a := by rw [sub_eq_add_neg, neg_add, neg_neg, add_comm, ← sub_eq_add_neg]
theorem neg_mul (a b : R) : -a * b = -(a * b) := by
  apply add_left_cancel (a := a * b); rw [← add_mul, add_neg_cancel, add_neg_cancel, zero_mul]
theorem mul_neg (a b : R) : a * -b = -(a * b) := by rw [mul_comm, neg_mul, mul_comm]
theorem neg_mul_neg (a b : R) : -a * -b = a * b := by rw [neg_mul, mul_neg, neg_neg]
theorem neg_mul_eq_neg_mul (a b : R) : -(a * b) = -a * b := (neg_mul a b).symm
theorem neg_mul_eq_mul_neg (a b : R) : -(a * b) = a * -b := (mul_neg a b).symm
theorem neg_mul_comm (a b : R) : -a * b = a * -b := by rw [neg_mul, mul_neg]
theorem neg_eq_neg_one_mul (a : R) : -a = -1 * a := by rw [neg_mul, one_mul]
theorem neg_one_mul (a : R) : -1 * a = -a := (neg_eq_neg_one_mul a).symm
theorem mul_neg_one (a : R) : a * -1 = -a := by rw [mul_neg, mul_one]
theorem mul_sub (a b c : R) : a * (b - c) = a * b - a * c := by
  rw [sub_eq_add_neg, mul_add, mul_neg, ← sub_eq_add_neg]
theorem sub_mul (a b c : R) : (a - b) * c = a * c - b * c := by rw [mul_comm, mul_sub, mul_comm c a, mul_comm c b]
theorem mul_sub_one (a b : R) : a * (b - 1) = a * b - a := by rw [mul_sub, mul_one]
theorem sub_one_mul (a b : R) : (a - 1) * b = a * b - b := by rw [sub_mul, one_mul]
theorem sub_eq_zero {a b : R} : a - b = 0 ↔ a = b :=
  ⟨fun h => by rw [← sub_add_cancel a b, h, zero_add], fun h => h ▸ sub_self a⟩
theorem sub_eq_zero_of_eq {a b : R} (h : a = b) : a - b = 0 := sub_eq_zero.2 h
theorem sub_ne_zero {a b : R} : a - b ≠ 0 ↔ a ≠ b := ⟨mt sub_eq_zero.2, mt sub_eq_zero.1⟩
theorem sub_eq_iff_eq_add {a b c : R} : a - b = c ↔ a = c + b :=
  ⟨fun h => by rw [← h, sub_add_cancel], fun h => by rw [h, add_sub_cancel_right]⟩
theorem sub_eq_iff_eq_add' {a b c : R} : a - b = c ↔ a = b + c := by rw [sub_eq_iff_eq_add, add_comm]
theorem eq_sub_iff_add_eq {a b c : R} : a = b - c ↔ a + c = b :=
  ⟨fun h => by rw [h, sub_add_cancel], fun h => by rw [← h, add_sub_cancel_right]⟩
theorem eq_sub_iff_add_eq' {a b c : R} : a = b - c ↔ c + a = b := by rw [eq_sub_iff_add_eq, add_comm]
theorem eq_sub_of_add_eq {a b c : R} (h : a + c = b) : a = b - c := eq_sub_iff_add_eq.2 h
theorem sub_eq_of_eq_add {a b c : R} (h : a = c + b) : a - b = c := sub_eq_iff_eq_add.2 h
theorem eq_neg_iff_add_eq_zero {a b : R} : a = -b ↔ a + b = 0 :=
  ⟨fun h => by rw [h, neg_add_cancel], fun h => by rw [← add_neg_cancel_right a b, h, zero_add]⟩
theorem add_eq_zero_iff_eq_neg {a b : R} : a + b = 0 ↔ a = -b := eq_neg_iff_add_eq_zero.symm
theorem neg_eq_iff_eq_neg {a b : R} : -a = b ↔ a = -b := ⟨fun h => by rw [← h, neg_neg], fun h => by rw [h, neg_neg]⟩
theorem neg_eq_zero {a : R} : -a = 0 ↔ a = 0 := by rw [neg_eq_iff_eq_neg, neg_zero]
theorem neg_ne_zero {a : R} : -a ≠ 0 ↔ a ≠ 0 := ⟨mt neg_eq_zero.2, mt neg_eq_zero.1⟩
theorem add_sub_assoc (a b c : R) : a + b - c = a + (b - c) := by rw [sub_eq_add_neg, sub_eq_add_neg, add_assoc]
theorem sub_sub (a b c : R) : a - b - c = a - (b + c) := by
  rw [sub_eq_add_neg, sub_eq_add_neg, sub_eq_add_neg, neg_add, add_assoc]
theorem sub_sub_eq_add_sub (a b c : R) : a - (b - c) = a + c - b := by
  rw [sub_eq_add_neg a, neg_sub, ← add_sub_assoc]
theorem sub_add (a b c : R) : a - b + c = a - (b - c) := by
  rw [sub_sub_eq_add_sub, sub_eq_add_neg, sub_eq_add_neg, add_right_comm]
theorem sub_add_eq_add_sub (a b c : R) : a - b + c = a + c - b := by rw [sub_add, sub_sub_eq_add_sub]
theorem sub_sub_cancel (a b : R) : a - (a - b) = b := by rw [sub_sub_eq_add_sub, add_sub_cancel_left]
theorem sub_right_comm (a b c : R) : a - b - c = a - c - b := by rw [sub_sub, add_comm, ← sub_sub]
theorem sub_neg_eq_add (a b : R) : a - -b = a + b := by rw [sub_eq_add_neg, neg_neg]
theorem sub_add_sub_cancel (a b c : R) : a - b + (b - c) = a - c := by rw [← add_sub_assoc, sub_add_cancel]
theorem sub_sub_sub_cancel_right (a b c : R) : a - c - (b - c) = a - b := by
  rw [sub_sub_eq_add_sub, sub_add_cancel]
theorem add_sub_add_right_eq_sub (a b c : R) : a + c - (b + c) = a - b := by
  rw [add_comm b c, ← sub_sub, add_sub_cancel_right]
theorem add_sub_add_left_eq_sub (a b c : R) : c + a - (c + b) = a - b := by
  rw [← sub_sub, add_sub_cancel_left]
theorem add_sub_add_comm (a b c d : R) : a + b - (c + d) = a - c + (b - d) := by
  rw [sub_eq_add_neg, neg_add, add_add_add_comm, ← sub_eq_add_neg, ← sub_eq_add_neg]
theorem mul_self_sub_mul_self (a b : R) : a * a - b * b = (a + b) * (a - b) := by
  rw [mul_sub, add_mul, add_mul, mul_comm b a, add_sub_add_comm, ← add_sub_add_comm]
  rw [← sub_sub, add_sub_cancel_right]
theorem sq_sub_sq (a b : R) : a ^ 2 - b ^ 2 = (a + b) * (a - b) := by rw [pow_two, pow_two, mul_self_sub_mul_self]
theorem sq_sub_sq' (a b : R) : a ^ 2 - b ^ 2 = (a - b) * (a + b) := by rw [sq_sub_sq, mul_comm]
theorem neg_sq (a : R) : (-a) ^ 2 = a ^ 2 := by rw [pow_two, neg_mul_neg, pow_two]
theorem neg_pow (a : R) (n : ℕ) : (-a) ^ n = (-1) ^ n * a ^ n := by rw [← mul_pow, neg_one_mul]
theorem sub_sq (a b : R) : (a - b) ^ 2 = a ^ 2 - 2 * a * b + b ^ 2 := by
  rw [sub_eq_add_neg, add_sq, neg_sq, mul_neg, ← sub_eq_add_neg]
theorem sub_sq' (a b : R) : (a - b) ^ 2 = a ^ 2 + b ^ 2 - 2 * a * b := by rw [sub_sq, sub_add_eq_add_sub]
theorem sub_pow_two (a b : R) : (a - b) ^ 2 = a ^ 2 - 2 * a * b + b ^ 2 := sub_sq a b
theorem sub_sq_comm (a b : R) : (a - b) ^ 2 = (b - a) ^ 2 := by rw [← neg_sub, neg_sq]
end CommRing

attribute [simp] add_zero zero_add mul_one one_mul mul_zero zero_mul pow_zero pow_one one_pow zero_pow
  neg_neg neg_zero mul_neg neg_mul neg_sub sub_self sub_zero zero_sub sub_neg_eq_add neg_inj neg_eq_zero
  sub_add_cancel add_sub_cancel_right add_sub_cancel_left add_sub_cancel sub_sub_cancel add_left_inj add_right_inj
