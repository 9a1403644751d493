prelude
import Core.Nat.Vocabulary
import Core.Omega
import Core.Algebra.Ring
import Core.Logic.Lemmas
/-!
# Even and odd numbers, in ℕ and ℤ

`Nat.even_iff`, `Int.even_iff`, … reduce parity to remainders, which `omega` understands.
-/
set_option autoImplicit false
set_option linter.all false
universe u

section
variable {R : Type u} [CommSemiring R] {a b : R}
theorem even_iff_exists_two_mul (a : R) : Even a ↔ ∃ b, a = 2 * b := by
  constructor
  · rintro ⟨r, h⟩; exact ⟨r, by rw [h, two_mul]⟩
  · rintro ⟨r, h⟩; exact ⟨r, by rw [h, two_mul]⟩
theorem Even.two_dvd (h : Even a) : 2 ∣ a := (even_iff_exists_two_mul a).1 h
theorem even_iff_two_dvd : Even a ↔ 2 ∣ a := even_iff_exists_two_mul a
theorem even_two_mul (a : R) : Even (2 * a) := ⟨a, two_mul a⟩
theorem even_add_self (a : R) : Even (a + a) := ⟨a, rfl⟩
theorem even_zero : Even (0 : R) := ⟨0, (zero_add 0).symm⟩
theorem even_two : Even (2 : R) := ⟨1, one_add_one_eq_two.symm⟩
theorem odd_one : Odd (1 : R) := ⟨0, by rw [mul_zero, zero_add]⟩
theorem odd_two_mul_add_one (a : R) : Odd (2 * a + 1) := ⟨a, rfl⟩
theorem Even.add (ha : Even a) (hb : Even b) : Even (a + b) := by
  obtain ⟨x, rfl⟩ := ha; obtain ⟨y, rfl⟩ := hb; exact ⟨x + y, add_add_add_comm x x y y⟩
theorem Even.mul_left (ha : Even a) (b : R) : Even (b * a) := by
  obtain ⟨x, rfl⟩ := ha; exact ⟨b * x, mul_add b x x⟩
theorem Even.mul_right (ha : Even a) (b : R) : Even (a * b) := by rw [mul_comm]; exact ha.mul_left b
theorem Even.add_odd (ha : Even a) (hb : Odd b) : Odd (a + b) := by
  obtain ⟨x, rfl⟩ := ha; obtain ⟨y, rfl⟩ := hb
  exact ⟨x + y, by rw [← two_mul, ← add_assoc, ← mul_add]⟩
theorem Odd.add_even (ha : Odd a) (hb : Even b) : Odd (a + b) := by rw [add_comm]; exact hb.add_odd ha
theorem Even.add_one (ha : Even a) : Odd (a + 1) := ha.add_odd odd_one
theorem Odd.add_odd (ha : Odd a) (hb : Odd b) : Even (a + b) := by
  obtain ⟨x, rfl⟩ := ha; obtain ⟨y, rfl⟩ := hb
  exact ⟨x + y + 1, by rw [add_add_add_comm, ← mul_add, two_mul, add_add_add_comm]⟩
theorem Odd.add_one (ha : Odd a) : Even (a + 1) := ha.add_odd odd_one
theorem Odd.mul (ha : Odd a) (hb : Odd b) : Odd (a * b) := by
  obtain ⟨x, rfl⟩ := ha; obtain ⟨y, rfl⟩ := hb
  exact ⟨x * (2 * y + 1) + y, by rw [add_mul, one_mul, mul_assoc, ← add_assoc, ← mul_add]⟩
theorem Odd.pow (ha : Odd a) {n : ℕ} : Odd (a ^ n) := by
  induction n with
  | zero => rw [pow_zero]; exact odd_one
  | succ n ih => rw [pow_succ]; exact ih.mul ha
theorem Even.pow_of_ne_zero (ha : Even a) {n : ℕ} (hn : n ≠ 0) : Even (a ^ n) := by
  cases n with
  | zero => exact absurd rfl hn
  | succ n => rw [pow_succ]; exact ha.mul_left _
end

section
variable {R : Type u} [CommRing R] {a b : R} {n : ℕ}
theorem Even.neg (ha : Even a) : Even (-a) := let ⟨x, h⟩ := ha; ⟨-x, by rw [h, neg_add]⟩
theorem Even.sub (ha : Even a) (hb : Even b) : Even (a - b) := by rw [sub_eq_add_neg]; exact ha.add hb.neg
theorem Even.neg_pow (hn : Even n) (a : R) : (-a) ^ n = a ^ n := by
  obtain ⟨m, rfl⟩ := hn; rw [pow_add, pow_add, ← mul_pow, ← mul_pow, neg_mul_neg]
theorem Even.neg_one_pow (hn : Even n) : (-1 : R) ^ n = 1 := by rw [hn.neg_pow, one_pow]
theorem Odd.neg_pow (hn : Odd n) (a : R) : (-a) ^ n = -a ^ n := by
  obtain ⟨m, rfl⟩ := hn; rw [pow_succ, (even_two_mul m).neg_pow, mul_neg, pow_succ]
theorem Odd.neg_one_pow (hn : Odd n) : (-1 : R) ^ n = -1 := by rw [hn.neg_pow, one_pow]
end

namespace Nat
variable {m n : ℕ}
theorem even_iff : Even n ↔ n % 2 = 0 := ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩
theorem odd_iff : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨m, h⟩ => by have h : n = 2 * m + 1 := h; omega, fun h => ⟨n / 2, show n = 2 * (n / 2) + 1 by omega⟩⟩
instance (n : ℕ) : Decidable (Even n) := decidable_of_iff _ even_iff.symm
instance (n : ℕ) : Decidable (Odd n) := decidable_of_iff _ odd_iff.symm
theorem not_even_iff : ¬ Even n ↔ n % 2 = 1 := by rw [even_iff]; omega
theorem not_odd_iff : ¬ Odd n ↔ n % 2 = 0 := by rw [odd_iff]; omega
@[simp] theorem not_even_iff_odd : ¬ Even n ↔ Odd n := not_even_iff.trans odd_iff.symm
@[simp] theorem not_odd_iff_even : ¬ Odd n ↔ Even n := not_odd_iff.trans even_iff.symm
theorem even_or_odd (n : ℕ) : Even n ∨ Odd n := (Classical.em (Even n)).imp id not_even_iff_odd.1
theorem even_or_odd' (n : ℕ) : ∃ k, n = 2 * k ∨ n = 2 * k + 1 := ⟨n / 2, by omega⟩
theorem even_add : Even (m + n) ↔ (Even m ↔ Even n) := by
  rcases even_or_odd m with hm | hm <;> rcases even_or_odd n with hn | hn
  · exact iff_of_true (hm.add hn) (iff_of_true hm hn)
  · exact iff_of_false (not_even_iff_odd.2 (hm.add_odd hn)) fun h => not_even_iff_odd.2 hn (h.1 hm)
  · exact iff_of_false (not_even_iff_odd.2 (hm.add_even hn)) fun h => not_even_iff_odd.2 hm (h.2 hn)
  · exact iff_of_true (hm.add_odd hn) (iff_of_false (not_even_iff_odd.2 hm) (not_even_iff_odd.2 hn))
theorem even_add_one : Even (n + 1) ↔ ¬ Even n :=
  ⟨fun h h' => not_even_iff_odd.2 h'.add_one h, fun h => (not_even_iff_odd.1 h).add_one⟩
theorem odd_add : Odd (m + n) ↔ (Odd m ↔ Even n) := by
  rw [← not_even_iff_odd, even_add, ← not_even_iff_odd, not_iff]
theorem odd_add_one : Odd (n + 1) ↔ ¬ Odd n :=
  ⟨fun h h' => not_even_iff_odd.2 h h'.add_one, fun h => (not_odd_iff_even.1 h).add_one⟩
theorem even_sub (h : n ≤ m) : Even (m - n) ↔ (Even m ↔ Even n) := by
  obtain ⟨k, rfl⟩ := Nat.le.dest h
  rw [Nat.add_sub_cancel_left, even_add]
  exact ⟨fun h => ⟨fun e => e.2 h, fun e => iff_of_true e h⟩, fun e => Classical.byCases (fun hn => (e.2 hn).1 hn)
    fun hn => Classical.byContradiction fun hk => hn (e.1 (iff_of_false hn hk))⟩
theorem odd_sub (h : n ≤ m) : Odd (m - n) ↔ (Odd m ↔ Even n) := by
  rw [← not_even_iff_odd, even_sub h, ← not_even_iff_odd, not_iff]
theorem even_mul : Even (m * n) ↔ Even m ∨ Even n := by
  refine ⟨fun h => ?_, fun h => h.elim (·.mul_right n) (·.mul_left m)⟩
  rcases even_or_odd m with hm | hm
  · exact .inl hm
  · rcases even_or_odd n with hn | hn
    · exact .inr hn
    · exact absurd h (not_even_iff_odd.2 (hm.mul hn))
theorem odd_mul : Odd (m * n) ↔ Odd m ∧ Odd n := by
  rw [← not_even_iff_odd, even_mul, not_or, not_even_iff_odd, not_even_iff_odd]
theorem even_pow : Even (m ^ n) ↔ Even m ∧ n ≠ 0 := by
  cases n with
  | zero => rw [Nat.pow_zero]; exact ⟨fun h => absurd h (by decide), fun h => absurd rfl h.2⟩
  | succ n =>
    refine ⟨fun h => ⟨?_, Nat.succ_ne_zero n⟩, fun h => h.1.pow_of_ne_zero h.2⟩
    rcases even_or_odd m with hm | hm
    · exact hm
    · exact absurd h (not_even_iff_odd.2 hm.pow)
theorem even_pow' (h : n ≠ 0) : Even (m ^ n) ↔ Even m := ⟨fun h' => (even_pow.1 h').1, fun h' => even_pow.2 ⟨h', h⟩⟩
theorem even_mul_succ_self (n : ℕ) : Even (n * (n + 1)) := by
  rw [even_mul, even_iff, even_iff]; omega
theorem even_mul_pred_self (n : ℕ) : Even (n * (n - 1)) := by
  rw [even_mul, even_iff, even_iff]; omega
theorem two_mul_div_two_of_even (h : Even n) : 2 * (n / 2) = n := by rw [even_iff] at h; omega
theorem two_mul_div_two_add_one_of_odd (h : Odd n) : 2 * (n / 2) + 1 = n := by rw [odd_iff] at h; omega
theorem not_even_one : ¬ Even 1 := by decide
end Nat

namespace Int
variable {m n : ℤ}
theorem even_iff : Even n ↔ n % 2 = 0 := ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩
theorem odd_iff : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨m, h⟩ => by have h : n = 2 * m + 1 := h; omega, fun h => ⟨n / 2, show n = 2 * (n / 2) + 1 by omega⟩⟩
instance (n : ℤ) : Decidable (Even n) := decidable_of_iff _ even_iff.symm
instance (n : ℤ) : Decidable (Odd n) := decidable_of_iff _ odd_iff.symm
theorem not_even_iff : ¬ Even n ↔ n % 2 = 1 := by rw [even_iff]; omega
theorem not_odd_iff : ¬ Odd n ↔ n % 2 = 0 := by rw [odd_iff]; omega
@[simp] theorem not_even_iff_odd : ¬ Even n ↔ Odd n := not_even_iff.trans odd_iff.symm
@[simp] theorem not_odd_iff_even : ¬ Odd n ↔ Even n := not_odd_iff.trans even_iff.symm
theorem even_or_odd (n : ℤ) : Even n ∨ Odd n := (Classical.em (Even n)).imp id not_even_iff_odd.1
theorem even_or_odd' (n : ℤ) : ∃ k, n = 2 * k ∨ n = 2 * k + 1 := ⟨n / 2, by omega⟩
theorem even_add : Even (m + n) ↔ (Even m ↔ Even n) := by
  rcases even_or_odd m with hm | hm <;> rcases even_or_odd n with hn | hn
  · exact iff_of_true (hm.add hn) (iff_of_true hm hn)
  · exact iff_of_false (not_even_iff_odd.2 (hm.add_odd hn)) fun h => not_even_iff_odd.2 hn (h.1 hm)
  · exact iff_of_false (not_even_iff_odd.2 (hm.add_even hn)) fun h => not_even_iff_odd.2 hm (h.2 hn)
  · exact iff_of_true (hm.add_odd hn) (iff_of_false (not_even_iff_odd.2 hm) (not_even_iff_odd.2 hn))
theorem even_sub : Even (m - n) ↔ (Even m ↔ Even n) := by
  have neg : Even (-n) ↔ Even n := ⟨fun e => Int.neg_neg n ▸ e.neg, Even.neg⟩
  rw [Int.sub_eq_add_neg, even_add, neg]
theorem even_add_one : Even (n + 1) ↔ ¬ Even n :=
  ⟨fun h h' => not_even_iff_odd.2 h'.add_one h, fun h => (not_even_iff_odd.1 h).add_one⟩
theorem odd_add : Odd (m + n) ↔ (Odd m ↔ Even n) := by
  rw [← not_even_iff_odd, even_add, ← not_even_iff_odd, not_iff]
theorem odd_sub : Odd (m - n) ↔ (Odd m ↔ Even n) := by
  rw [← not_even_iff_odd, even_sub, ← not_even_iff_odd, not_iff]
theorem even_mul : Even (m * n) ↔ Even m ∨ Even n := by
  refine ⟨fun h => ?_, fun h => h.elim (·.mul_right n) (·.mul_left m)⟩
  rcases even_or_odd m with hm | hm
  · exact .inl hm
  · rcases even_or_odd n with hn | hn
    · exact .inr hn
    · exact absurd h (not_even_iff_odd.2 (hm.mul hn))
theorem odd_mul : Odd (m * n) ↔ Odd m ∧ Odd n := by
  rw [← not_even_iff_odd, even_mul, not_or, not_even_iff_odd, not_even_iff_odd]
theorem even_pow {k : ℕ} : Even (m ^ k) ↔ Even m ∧ k ≠ 0 := by
  cases k with
  | zero => rw [Int.pow_zero]; exact ⟨fun h => absurd h (by decide), fun h => absurd rfl h.2⟩
  | succ k =>
    refine ⟨fun h => ⟨?_, Nat.succ_ne_zero k⟩, fun h => h.1.pow_of_ne_zero h.2⟩
    rcases even_or_odd m with hm | hm
    · exact hm
    · exact absurd h (not_even_iff_odd.2 hm.pow)
theorem even_pow' {k : ℕ} (h : k ≠ 0) : Even (m ^ k) ↔ Even m :=
  ⟨fun h' => (even_pow.1 h').1, fun h' => even_pow.2 ⟨h', h⟩⟩
theorem even_mul_succ_self (n : ℤ) : Even (n * (n + 1)) := by
  rw [even_mul, even_iff, even_iff]; omega
@[simp] theorem even_coe_nat (n : ℕ) : Even (n : ℤ) ↔ Even n := by rw [even_iff, Nat.even_iff]; omega
@[simp] theorem odd_coe_nat (n : ℕ) : Odd (n : ℤ) ↔ Odd n := by rw [odd_iff, Nat.odd_iff]; omega
end Int
