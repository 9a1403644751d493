prelude
import Core.Nat.Lemmas
import Core.Algebra.OrderedRing
import Core.Algebra.Dvd
/-!
# Integers: order, casts, absolute values, quotients and remainders

The lemmas of Lean's core library and of Mathlib that a proof by hand cites.
-/
set_option autoImplicit false
set_option linter.all false
namespace Int
variable {a b c d k m n : ℤ}

/-! ### Order -/
theorem lt_add_one_iff : a < b + 1 ↔ a ≤ b := (_root_.add_le_add_iff_right 1 : a + 1 ≤ b + 1 ↔ a ≤ b)
theorem add_one_le_iff : a + 1 ≤ b ↔ a < b := Iff.rfl
theorem le_sub_one_iff : a ≤ b - 1 ↔ a < b := by omega
theorem le_of_lt_add_one (h : a < b + 1) : a ≤ b := lt_add_one_iff.1 h
theorem lt_of_add_one_le (h : a + 1 ≤ b) : a < b := h
theorem le_sub_one_of_lt (h : a < b) : a ≤ b - 1 := by omega
protected theorem lt_trichotomy (a b : ℤ) : a < b ∨ a = b ∨ b < a := _root_.lt_trichotomy a b
protected theorem lt_or_ge (a b : ℤ) : a < b ∨ a ≥ b := _root_.lt_or_ge a b
protected theorem lt_or_le (a b : ℤ) : a < b ∨ b ≤ a := _root_.lt_or_ge a b
protected theorem le_or_lt (a b : ℤ) : a ≤ b ∨ b < a := (_root_.lt_or_ge b a).symm
protected theorem lt_trans (h₁ : a < b) (h₂ : b < c) : a < c := _root_.lt_trans h₁ h₂
protected theorem ne_of_lt (h : a < b) : a ≠ b := _root_.ne_of_lt h
protected theorem lt_of_le_of_ne (h₁ : a ≤ b) (h₂ : a ≠ b) : a < b := _root_.lt_of_le_of_ne h₁ h₂
protected theorem lt_iff_le_and_ne : a < b ↔ a ≤ b ∧ a ≠ b := ⟨fun h => ⟨Int.le_of_lt h, Int.ne_of_lt h⟩, fun h => Int.lt_of_le_of_ne h.1 h.2⟩
protected theorem le_iff_lt_or_eq : a ≤ b ↔ a < b ∨ a = b := ⟨_root_.lt_or_eq_of_le, fun h => h.elim Int.le_of_lt fun e => e ▸ Int.le_refl a⟩
protected theorem le_of_eq (h : a = b) : a ≤ b := h ▸ Int.le_refl a
theorem pos_iff_one_le : 0 < a ↔ 1 ≤ a := Iff.rfl
protected theorem zero_lt_one : (0 : ℤ) < 1 := by decide
protected theorem add_lt_add (h₁ : a < b) (h₂ : c < d) : a + c < b + d := by omega
protected theorem add_lt_add_left (h : a < b) (c : ℤ) : c + a < c + b := (_root_.add_lt_add_iff_left c).2 h
protected theorem add_lt_add_of_le_of_lt (h₁ : a ≤ b) (h₂ : c < d) : a + c < b + d := by omega
protected theorem add_lt_add_of_lt_of_le (h₁ : a < b) (h₂ : c ≤ d) : a + c < b + d := by omega
protected theorem add_le_add_iff_left (a : ℤ) : a + b ≤ a + c ↔ b ≤ c := _root_.add_le_add_iff_left a
protected theorem add_le_add_iff_right (c : ℤ) : a + c ≤ b + c ↔ a ≤ b := _root_.add_le_add_iff_right c
protected theorem add_lt_add_iff_left (a : ℤ) : a + b < a + c ↔ b < c := _root_.add_lt_add_iff_left a
protected theorem add_lt_add_iff_right (c : ℤ) : a + c < b + c ↔ a < b := _root_.add_lt_add_iff_right c
protected theorem add_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a + b := by omega
protected theorem add_pos (ha : 0 < a) (hb : 0 < b) : 0 < a + b := by omega
protected theorem sub_nonneg : 0 ≤ a - b ↔ b ≤ a := by omega
protected theorem sub_pos : 0 < a - b ↔ b < a := by omega
protected theorem sub_pos_of_lt (h : b < a) : 0 < a - b := by omega
theorem sub_nonneg_of_le' (h : b ≤ a) : 0 ≤ a - b := by omega
theorem le_of_sub_nonneg (h : 0 ≤ a - b) : b ≤ a := by omega
theorem lt_of_sub_pos (h : 0 < a - b) : b < a := by omega
protected theorem sub_eq_zero : a - b = 0 ↔ a = b := by omega
protected theorem sub_add_cancel (a b : ℤ) : a - b + b = a := _root_.sub_add_cancel a b
protected theorem add_sub_cancel (a b : ℤ) : a + b - b = a := _root_.add_sub_cancel_right a b
protected theorem add_sub_cancel_left (a b : ℤ) : a + b - a = b := by omega
protected theorem neg_sub (a b : ℤ) : -(a - b) = b - a := by omega
protected theorem sub_neg (a b : ℤ) : a - -b = a + b := by omega
@[simp] protected theorem sub_zero (a : ℤ) : a - 0 = a := Int.add_zero a
@[simp] protected theorem zero_sub (a : ℤ) : 0 - a = -a := Int.zero_add (-a)
protected theorem sub_sub (a b c : ℤ) : a - b - c = a - (b + c) := by omega
protected theorem add_sub_assoc (a b c : ℤ) : a + b - c = a + (b - c) := Int.add_assoc a b (-c)
protected theorem neg_lt_neg (h : a < b) : -b < -a := by omega
protected theorem neg_nonneg_of_nonpos (h : a ≤ 0) : 0 ≤ -a := by omega
protected theorem neg_pos_of_neg (h : a < 0) : 0 < -a := by omega
protected theorem neg_eq_zero : -a = 0 ↔ a = 0 := by omega
protected theorem neg_inj : -a = -b ↔ a = b := by omega
protected theorem neg_mul_neg (a b : ℤ) : -a * -b = a * b := _root_.neg_mul_neg a b
protected theorem sub_mul (a b c : ℤ) : (a - b) * c = a * c - b * c := _root_.sub_mul a b c
protected theorem two_mul (a : ℤ) : 2 * a = a + a := by omega
protected theorem mul_pos (ha : 0 < a) (hb : 0 < b) : 0 < a * b := _root_.mul_pos ha hb
protected theorem mul_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b := _root_.mul_nonneg ha hb
protected theorem mul_lt_mul_of_pos_right (h : a < b) (hc : 0 < c) : a * c < b * c :=
  _root_.mul_lt_mul_of_pos_right h hc
protected theorem mul_le_mul_of_nonneg_left (h : a ≤ b) (hc : 0 ≤ c) : c * a ≤ c * b :=
  _root_.mul_le_mul_of_nonneg_left h hc
protected theorem mul_le_mul_of_nonneg_right (h : a ≤ b) (hc : 0 ≤ c) : a * c ≤ b * c :=
  _root_.mul_le_mul_of_nonneg_right h hc
protected theorem mul_eq_zero : a * b = 0 ↔ a = 0 ∨ b = 0 := _root_.mul_eq_zero
protected theorem mul_ne_zero (ha : a ≠ 0) (hb : b ≠ 0) : a * b ≠ 0 := _root_.mul_ne_zero ha hb
theorem eq_of_mul_eq_mul_right (ha : a ≠ 0) (h : b * a = c * a) : b = c := mul_right_cancel₀ ha h
protected theorem one_pos : (0 : ℤ) < 1 := by decide
theorem le_add_one (h : a ≤ b) : a ≤ b + 1 := Int.le_of_lt (Int.lt_add_one_iff.2 h)
theorem lt_succ (a : ℤ) : a < a + 1 := Int.le_refl (a + 1)
theorem lt_add_one_of_le (h : a ≤ b) : a < b + 1 := lt_add_one_iff.2 h
theorem eq_ofNat_of_zero_le (h : 0 ≤ a) : ∃ n : ℕ, a = n := ⟨a.toNat, by omega⟩
theorem eq_succ_of_zero_lt (h : 0 < a) : ∃ n : ℕ, a = n + 1 := ⟨(a - 1).toNat, by omega⟩
theorem exists_eq_add_of_le (h : a ≤ b) : ∃ n : ℕ, b = a + n := ⟨(b - a).toNat, by omega⟩
theorem exists_eq_neg_ofNat (h : a ≤ 0) : ∃ n : ℕ, a = -(n : ℤ) := ⟨(-a).toNat, by omega⟩
@[elab_as_elim] theorem le_induction {m : ℤ} {P : (n : ℤ) → m ≤ n → Prop} (base : P m (Int.le_refl m))
    (succ : ∀ n (hmn : m ≤ n), P n hmn → P (n + 1) (le_add_one hmn)) : ∀ n (hmn : m ≤ n), P n hmn := by
  intro n hmn
  obtain ⟨k, rfl⟩ := exists_eq_add_of_le hmn
  induction k with
  | zero =>
    have key : ∀ k (h : m ≤ k), k = m → P k h := fun k h e => by subst e; exact base
    exact key _ _ (Int.add_zero m)
  | succ k ih =>
    have key : ∀ j (h : m ≤ j), j = m + k + 1 → P j h := fun j h e => by
      subst e; exact succ (m + k) (by omega) (ih (by omega))
    exact key _ _ (by omega)
@[elab_as_elim] theorem induction_on {p : ℤ → Prop} (i : ℤ) (zero : p 0) (succ : ∀ i : ℕ, p i → p (i + 1))
    (pred : ∀ i : ℕ, p (-i) → p (-i - 1)) : p i := by
  have nonneg : ∀ n : ℕ, p n := fun n => by
    induction n with
    | zero => exact zero
    | succ n ih => exact succ n ih
  have nonpos : ∀ n : ℕ, p (-n) := fun n => by
    induction n with
    | zero => exact zero
    | succ n ih =>
      have e : -((n + 1 : ℕ) : ℤ) = -(n : ℤ) - 1 := by omega
      rw [e]; exact pred n ih
  rcases Int.le_total 0 i with h | h
  · obtain ⟨n, rfl⟩ := eq_ofNat_of_zero_le h; exact nonneg n
  · obtain ⟨n, rfl⟩ := exists_eq_neg_ofNat h; exact nonpos n

/-! ### Casts, `toNat` and `natAbs` -/
@[simp] theorem toNat_natCast (n : ℕ) : toNat (n : ℤ) = n := rfl
theorem toNat_of_nonneg (h : 0 ≤ a) : (toNat a : ℤ) = a := by obtain ⟨n, rfl⟩ := eq_ofNat_of_zero_le h; rfl
theorem toNat_of_nonpos (h : a ≤ 0) : toNat a = 0 := by omega
theorem ofNat_toNat (a : ℤ) : (toNat a : ℤ) = max a 0 := by omega
theorem self_le_toNat (a : ℤ) : a ≤ toNat a := by omega
theorem toNat_le {n : ℕ} : toNat a ≤ n ↔ a ≤ n := by omega
theorem lt_toNat {m : ℕ} : m < toNat a ↔ (m : ℤ) < a := by omega
@[simp] theorem natAbs_zero : natAbs 0 = 0 := rfl
@[simp] theorem natAbs_one : natAbs 1 = 1 := rfl
@[simp] theorem natAbs_natCast (n : ℕ) : natAbs (n : ℤ) = n := rfl
@[simp] theorem natAbs_neg (a : ℤ) : natAbs (-a) = natAbs a := by cases a with | ofNat m => cases m <;> rfl | negSucc m => rfl
theorem natAbs_eq_zero : natAbs a = 0 ↔ a = 0 := by omega
theorem natAbs_ne_zero : natAbs a ≠ 0 ↔ a ≠ 0 := by omega
theorem natAbs_pos : 0 < natAbs a ↔ a ≠ 0 := by omega
theorem natAbs_of_nonneg (h : 0 ≤ a) : (natAbs a : ℤ) = a := by obtain ⟨n, rfl⟩ := eq_ofNat_of_zero_le h; rfl
theorem ofNat_natAbs_of_nonpos (h : a ≤ 0) : (natAbs a : ℤ) = -a := by omega
theorem natAbs_eq (a : ℤ) : a = natAbs a ∨ a = -(natAbs a : ℤ) := by cases a with | ofNat m => exact .inl rfl | negSucc m => exact .inr rfl
theorem natAbs_eq_natAbs_iff : natAbs a = natAbs b ↔ a = b ∨ a = -b := by
  refine ⟨fun h => ?_, fun h => h.elim (congrArg natAbs) fun e => e ▸ natAbs_neg b⟩
  rcases natAbs_eq a with ha | ha <;> rw [h] at ha <;> clear h <;> omega
theorem natAbs_eq_iff {n : ℕ} : natAbs a = n ↔ a = n ∨ a = -(n : ℤ) := by omega
theorem natAbs_add_le (a b : ℤ) : natAbs (a + b) ≤ natAbs a + natAbs b := by omega
theorem natAbs_sub_le (a b : ℤ) : natAbs (a - b) ≤ natAbs a + natAbs b := by omega
theorem natAbs_mul (a b : ℤ) : natAbs (a * b) = natAbs a * natAbs b := by
  have pos : ∀ m n : ℕ, natAbs ((m : ℤ) * (n : ℤ)) = m * n := fun _ _ => rfl
  rcases natAbs_eq a with h | h <;> rcases natAbs_eq b with h' | h' <;>
    (generalize natAbs a = m at h; generalize natAbs b = n at h'; subst h; subst h')
  · exact pos m n
  · rw [Int.mul_neg, natAbs_neg]; exact pos m n
  · rw [Int.neg_mul, natAbs_neg]; exact pos m n
  · rw [Int.neg_mul_neg]; exact pos m n
theorem natAbs_pow (a : ℤ) (k : ℕ) : natAbs (a ^ k) = natAbs a ^ k := by
  induction k with
  | zero => rw [Int.pow_zero]; rfl
  | succ k ih => rw [Int.pow_succ, natAbs_mul, ih, Nat.pow_succ]
theorem natAbs_mul_self (a : ℤ) : ((natAbs a * natAbs a : ℕ) : ℤ) = a * a := by
  rcases natAbs_eq a with h | h <;> (generalize natAbs a = m at h; subst h)
  · rfl
  · rw [Int.neg_mul_neg]; rfl
theorem natAbs_sq (a : ℤ) : (natAbs a : ℤ) ^ 2 = a ^ 2 := by
  rw [_root_.pow_two, _root_.pow_two, ← natAbs_mul_self a]; rfl
theorem natAbs_dvd_natAbs : natAbs a ∣ natAbs b ↔ a ∣ b := by
  constructor
  · rintro ⟨c, h⟩
    have h' : (natAbs b : ℤ) = (natAbs a : ℤ) * (c : ℤ) := by rw [h]; rfl
    rcases natAbs_eq a with ha | ha <;> rcases natAbs_eq b with hb | hb
    · exact ⟨c, by rw [hb, h', ← ha]⟩
    · exact ⟨-c, by rw [hb, h', ← ha, Int.mul_neg]⟩
    · exact ⟨-c, by rw [Int.mul_neg, ← Int.neg_mul, hb, h']; exact congrArg (· * (c : ℤ)) (by omega)⟩
    · exact ⟨c, by rw [hb, h', ← Int.neg_mul]; exact congrArg (· * (c : ℤ)) ha.symm⟩
  · rintro ⟨c, rfl⟩; exact ⟨natAbs c, natAbs_mul a c⟩
theorem natCast_dvd_natCast {m n : ℕ} : (m : ℤ) ∣ (n : ℤ) ↔ m ∣ n := (natAbs_dvd_natAbs (a := m) (b := n)).symm
theorem natCast_dvd {m : ℕ} : (m : ℤ) ∣ n ↔ m ∣ natAbs n := (natAbs_dvd_natAbs (a := m) (b := n)).symm
theorem dvd_natCast {n : ℕ} : m ∣ (n : ℤ) ↔ natAbs m ∣ n := (natAbs_dvd_natAbs (a := m) (b := n)).symm
theorem natAbs_dvd : (natAbs a : ℤ) ∣ b ↔ a ∣ b := by
  rw [← natAbs_dvd_natAbs, natAbs_natCast, natAbs_dvd_natAbs]
theorem dvd_natAbs : a ∣ (natAbs b : ℤ) ↔ a ∣ b := by
  rw [← natAbs_dvd_natAbs, natAbs_natCast, natAbs_dvd_natAbs]
theorem natAbs_dvd_self : (natAbs a : ℤ) ∣ a := natAbs_dvd.2 (dvd_refl a)
theorem abs_eq_natAbs (a : ℤ) : |a| = natAbs a := by
  rcases Int.le_total 0 a with h | h
  · rw [abs_of_nonneg h, natAbs_of_nonneg h]
  · rw [abs_of_nonpos h, ofNat_natAbs_of_nonpos h]
theorem natCast_natAbs (a : ℤ) : (natAbs a : ℤ) = |a| := (abs_eq_natAbs a).symm
theorem abs_def (a : ℤ) : |a| = if 0 ≤ a then a else -a := by
  split
  · rename_i h; exact abs_of_nonneg h
  · rename_i h; exact abs_of_nonpos (by omega)
theorem abs_lt_one_iff : |a| < 1 ↔ a = 0 := by rw [abs_eq_natAbs]; omega
theorem one_le_abs (h : a ≠ 0) : 1 ≤ |a| := by rw [abs_eq_natAbs]; omega

/-! ### Quotients and remainders -/
theorem emod_nonneg' (a : ℤ) (h : 0 < b) : 0 ≤ a % b := emod_nonneg a (by omega)
theorem emod_lt_abs (a : ℤ) (h : b ≠ 0) : a % b < |b| := by
  rcases Int.le_total 0 b with h' | h'
  · rw [abs_of_nonneg h']; exact emod_lt_of_pos a (by omega)
  · rw [abs_of_nonpos h', ← emod_neg' a b]; exact emod_lt_of_pos a (by omega)
theorem emod_lt (a : ℤ) (h : b ≠ 0) : a % b < natAbs b := by rw [← abs_eq_natAbs]; exact emod_lt_abs a h
theorem mul_ediv_add_emod (a b : ℤ) : b * (a / b) + a % b = a := by rw [Int.add_comm]; exact emod_add_ediv a b
theorem ediv_add_emod (a b : ℤ) : b * (a / b) + a % b = a := mul_ediv_add_emod a b
theorem emod_add_mul_ediv (a b : ℤ) : a % b + b * (a / b) = a := emod_add_ediv a b
theorem ediv_add_emod' (a b : ℤ) : a / b * b + a % b = a := by rw [Int.mul_comm]; exact mul_ediv_add_emod a b
theorem ediv_emod_unique (h : 0 < b) : a / b = k ∧ a % b = m ↔ m + b * k = a ∧ 0 ≤ m ∧ m < b := by
  have e := mul_ediv_add_emod a b
  have h₁ := emod_nonneg' a h
  have h₂ := emod_lt_of_pos a h
  constructor
  · rintro ⟨rfl, rfl⟩; exact ⟨emod_add_ediv a b, h₁, h₂⟩
  · rintro ⟨he, h₃, h₄⟩
    have hq : a / b = k := by
      apply Int.le_antisymm
      · apply Int.le_of_not_lt; intro hk
        have := _root_.mul_le_mul_of_nonneg_left (Int.add_one_le_of_lt hk) (Int.le_of_lt h)
        rw [Int.mul_add, Int.mul_one] at this; omega
      · apply Int.le_of_not_lt; intro hk
        have := _root_.mul_le_mul_of_nonneg_left (Int.add_one_le_of_lt hk) (Int.le_of_lt h)
        rw [Int.mul_add, Int.mul_one] at this; omega
    rw [hq] at e; exact ⟨hq, by omega⟩
@[simp] theorem zero_emod (b : ℤ) : 0 % b = 0 := emod_eq_zero_of_dvd (dvd_zero b)
@[simp] theorem emod_zero (a : ℤ) : a % 0 = a := by
  have := emod_add_ediv a 0; rwa [Int.zero_mul, Int.add_zero] at this
@[simp] theorem emod_self (a : ℤ) : a % a = 0 := emod_eq_zero_of_dvd (dvd_refl a)
@[simp] theorem emod_one (a : ℤ) : a % 1 = 0 := by omega
@[simp] theorem ediv_one (a : ℤ) : a / 1 = a := by omega
@[simp] theorem zero_ediv (b : ℤ) : 0 / b = 0 := by
  have h := emod_add_ediv 0 b
  rw [zero_emod, Int.zero_add] at h
  rcases mul_eq_zero.1 h with h | h
  · rw [h, ediv_zero]
  · exact h
@[simp] theorem emod_neg (a b : ℤ) : a % -b = a % b := emod_neg' a b
@[simp] theorem mul_emod_right (a b : ℤ) : a * b % a = 0 := emod_eq_zero_of_dvd (dvd_mul_right a b)
@[simp] theorem mul_emod_left (a b : ℤ) : a * b % b = 0 := emod_eq_zero_of_dvd (dvd_mul_left b a)
theorem emod_eq_of_lt (h₁ : 0 ≤ a) (h₂ : a < b) : a % b = a :=
  ((ediv_emod_unique (k := 0) (by omega)).2 ⟨by rw [Int.mul_zero, Int.add_zero], h₁, h₂⟩).2
theorem ediv_eq_zero_of_lt (h₁ : 0 ≤ a) (h₂ : a < b) : a / b = 0 :=
  ((ediv_emod_unique (k := 0) (m := a) (by omega)).2 ⟨by rw [Int.mul_zero, Int.add_zero], h₁, h₂⟩).1
theorem add_mul_emod_self_left (a b c : ℤ) : (a + b * c) % b = a % b := by
  have pos : ∀ {b : ℤ}, 0 < b → ∀ c, (a + b * c) % b = a % b := fun {b} hb c => by
    refine ((ediv_emod_unique (k := a / b + c) hb).2 ⟨?_, emod_nonneg' a hb, emod_lt_of_pos a hb⟩).2
    rw [Int.mul_add, ← Int.add_assoc, emod_add_ediv]
  rcases Int.lt_trichotomy b 0 with h | h | h
  · have := pos (b := -b) (by omega) (-c)
    rwa [Int.neg_mul_neg, emod_neg, emod_neg] at this
  · rw [h, Int.zero_mul, Int.add_zero]
  · exact pos h c
@[simp] theorem add_mul_emod_self_right (a b c : ℤ) : (a + b * c) % c = a % c := by
  rw [Int.mul_comm]; exact add_mul_emod_self_left a c b
theorem add_mul_emod_self (a b c : ℤ) : (a + b * c) % c = a % c := add_mul_emod_self_right a b c
@[simp] theorem add_emod_right (a b : ℤ) : (a + b) % b = a % b := by
  have := add_mul_emod_self_left a b 1
  rwa [Int.mul_one] at this
@[simp] theorem add_emod_left (a b : ℤ) : (a + b) % a = b % a := by rw [Int.add_comm, add_emod_right]
@[simp] theorem emod_emod (a n : ℤ) : a % n % n = a % n := by
  have := add_mul_emod_self_left (a % n) n (a / n)
  rw [emod_add_ediv] at this; exact this.symm
theorem emod_emod_of_dvd (n : ℤ) {m k : ℤ} (h : m ∣ k) : n % k % m = n % m := by
  obtain ⟨c, rfl⟩ := h
  have := add_mul_emod_self_left (n % (m * c)) m (c * (n / (m * c)))
  rw [← Int.mul_assoc, emod_add_ediv] at this; exact this.symm
@[simp] theorem emod_add_emod (m n k : ℤ) : (m % n + k) % n = (m + k) % n := by
  have := add_mul_emod_self_left (m % n + k) n (m / n)
  rw [_root_.add_right_comm, emod_add_ediv] at this; exact this.symm
@[simp] theorem add_emod_emod (m n k : ℤ) : (m + n % k) % k = (m + n) % k := by
  rw [Int.add_comm, emod_add_emod, Int.add_comm]
theorem add_emod (a b n : ℤ) : (a + b) % n = (a % n + b % n) % n := by rw [add_emod_emod, emod_add_emod]
@[simp] theorem emod_mul_emod (a b n : ℤ) : (a % n * b) % n = a * b % n := by
  have := add_mul_emod_self_left (a % n * b) n (a / n * b)
  rw [← Int.mul_assoc, ← Int.add_mul, emod_add_ediv] at this; exact this.symm
@[simp] theorem mul_emod_emod (a b n : ℤ) : (a * (b % n)) % n = a * b % n := by
  rw [Int.mul_comm, emod_mul_emod, Int.mul_comm]
theorem mul_emod (a b n : ℤ) : a * b % n = a % n * (b % n) % n := by rw [mul_emod_emod, emod_mul_emod]
theorem neg_emod_congr (h : a % n = b % n) : (-a) % n = (-b) % n := by
  have e : ∀ x : ℤ, (-x) % n = (-1 * (x % n)) % n := fun x => by rw [mul_emod_emod, _root_.neg_one_mul]
  rw [e a, e b, h]
theorem sub_emod (a b n : ℤ) : (a - b) % n = (a % n - b % n) % n := by
  have h : (-(b % n)) % n = (-b) % n := neg_emod_congr (emod_emod b n)
  rw [Int.sub_eq_add_neg, Int.sub_eq_add_neg, add_emod, ← h, ← add_emod, emod_add_emod]
@[simp] theorem emod_sub_emod (m n k : ℤ) : (m % n - k) % n = (m - k) % n := by rw [sub_emod, emod_emod, ← sub_emod]
@[simp] theorem sub_emod_emod (m n k : ℤ) : (m - n % k) % k = (m - n) % k := by rw [sub_emod, emod_emod, ← sub_emod]
theorem pow_emod (a : ℤ) (k : ℕ) (n : ℤ) : a ^ k % n = (a % n) ^ k % n := by
  induction k with
  | zero => rw [Int.pow_zero, Int.pow_zero]
  | succ k ih => rw [Int.pow_succ, Int.pow_succ, mul_emod, ih, emod_mul_emod]
theorem emod_two_eq (a : ℤ) : a % 2 = 0 ∨ a % 2 = 1 := by omega
theorem emod_two_eq_zero_or_one (a : ℤ) : a % 2 = 0 ∨ a % 2 = 1 := by omega
theorem emod_emod_eq_zero_iff : a % b = 0 ↔ b ∣ a := ⟨dvd_of_emod_eq_zero, emod_eq_zero_of_dvd⟩
theorem dvd_iff_emod_eq_zero : a ∣ b ↔ b % a = 0 := ⟨emod_eq_zero_of_dvd, dvd_of_emod_eq_zero⟩
instance decidable_dvd (a b : ℤ) : Decidable (a ∣ b) := decidable_of_iff _ dvd_iff_emod_eq_zero.symm
theorem emod_emod_eq_iff : a % n = b % n ↔ n ∣ a - b := by
  rw [dvd_iff_emod_eq_zero]
  constructor
  · intro h; rw [sub_emod, h, Int.sub_self, zero_emod]
  · intro h
    obtain ⟨c, e⟩ := dvd_of_emod_eq_zero h
    rw [show a = b + n * c by omega, add_mul_emod_self_left]
theorem emod_eq_emod_iff_emod_sub_eq_zero : a % n = b % n ↔ (a - b) % n = 0 := by
  rw [emod_emod_eq_iff, dvd_iff_emod_eq_zero]
theorem dvd_sub_self_of_emod_eq (h : a % b = c) : b ∣ a - c := by
  refine ⟨a / b, ?_⟩
  have := emod_add_ediv a b; omega
@[simp] theorem mul_ediv_cancel (a : ℤ) (h : b ≠ 0) : a * b / b = a := by
  have := emod_add_ediv (a * b) b
  rw [mul_emod_left, Int.zero_add, Int.mul_comm a] at this
  exact Int.eq_of_mul_eq_mul_left h (by rw [Int.mul_comm a, this])
@[simp] theorem mul_ediv_cancel_left (b : ℤ) (h : a ≠ 0) : a * b / a = b := by rw [Int.mul_comm, mul_ediv_cancel b h]
@[simp] theorem ediv_self (h : a ≠ 0) : a / a = 1 := by have := mul_ediv_cancel 1 h; rwa [Int.one_mul] at this
theorem ediv_mul_cancel (h : b ∣ a) : a / b * b = a := by
  have := emod_add_ediv a b
  rw [emod_eq_zero_of_dvd h, Int.zero_add, Int.mul_comm] at this; exact this
theorem mul_ediv_cancel' (h : a ∣ b) : a * (b / a) = b := by rw [Int.mul_comm]; exact ediv_mul_cancel h
theorem mul_ediv_assoc (a : ℤ) (h : c ∣ b) : a * b / c = a * (b / c) := by
  obtain ⟨d, rfl⟩ := h
  by_cases hc : c = 0
  · rw [hc, ediv_zero, ediv_zero, Int.mul_zero]
  · rw [Int.mul_left_comm, mul_ediv_cancel_left _ hc, mul_ediv_cancel_left _ hc]
theorem add_mul_ediv_right (a b : ℤ) (h : c ≠ 0) : (a + b * c) / c = a / c + b := by
  have h₁ := emod_add_ediv (a + b * c) c
  have h₂ := emod_add_ediv a c
  rw [add_mul_emod_self_right] at h₁
  refine Int.eq_of_mul_eq_mul_left h ?_
  rw [Int.mul_add, Int.mul_comm c b]; omega
theorem add_mul_ediv_left (a : ℤ) (h : b ≠ 0) (c : ℤ) : (a + b * c) / b = a / b + c := by
  rw [Int.mul_comm]; exact add_mul_ediv_right a c h
theorem ediv_eq_of_eq_mul_right (h₁ : b ≠ 0) (h₂ : a = b * c) : a / b = c := by rw [h₂, mul_ediv_cancel_left c h₁]
theorem ediv_eq_of_eq_mul_left (h₁ : b ≠ 0) (h₂ : a = c * b) : a / b = c := by rw [h₂, mul_ediv_cancel c h₁]
theorem eq_mul_of_ediv_eq_right (h₁ : b ∣ a) (h₂ : a / b = c) : a = b * c := by rw [← h₂, mul_ediv_cancel' h₁]
theorem le_ediv_iff_mul_le (hc : 0 < c) : a ≤ b / c ↔ a * c ≤ b := by
  have e := mul_ediv_add_emod b c
  have h₁ := emod_nonneg' b hc
  have h₂ := emod_lt_of_pos b hc
  rw [Int.mul_comm a]
  constructor
  · intro h
    have := _root_.mul_le_mul_of_nonneg_left h (Int.le_of_lt hc); omega
  · intro h
    apply Int.le_of_not_lt; intro h'
    have := _root_.mul_le_mul_of_nonneg_left (Int.add_one_le_of_lt h') (Int.le_of_lt hc)
    rw [Int.mul_add, Int.mul_one] at this; omega
theorem ediv_lt_iff_lt_mul (hc : 0 < c) : a / c < b ↔ a < b * c := by
  rw [← Int.not_le, ← Int.not_le, le_ediv_iff_mul_le hc]
theorem ediv_nonneg (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a / b := by
  rcases Int.lt_or_le 0 b with h | h
  · rw [le_ediv_iff_mul_le h, Int.zero_mul]; exact ha
  · rw [show b = 0 by omega, ediv_zero]
theorem ediv_pos_of_pos_of_dvd (ha : 0 < a) (hb : 0 ≤ b) (h : b ∣ a) : 0 < a / b := by
  rcases Int.lt_or_le 0 b with h' | h'
  · obtain ⟨c, rfl⟩ := h
    rw [mul_ediv_cancel_left c (by omega)]; exact pos_of_mul_pos_left ha hb
  · have : b = 0 := by omega
    subst this; rw [eq_zero_of_zero_dvd h] at ha; omega

/-! ### Divisibility -/
theorem le_of_dvd (hb : 0 < b) (h : a ∣ b) : a ≤ b := by
  obtain ⟨c, rfl⟩ := h
  rcases Int.lt_or_le 0 a with ha | ha
  · have hc := pos_of_mul_pos_left hb (Int.le_of_lt ha)
    have := _root_.mul_le_mul_of_nonneg_left (show (1 : ℤ) ≤ c by omega) (Int.le_of_lt ha)
    rwa [Int.mul_one] at this
  · omega
theorem eq_zero_of_dvd_of_nonneg_of_lt (h₁ : 0 ≤ a) (h₂ : a < b) (h : b ∣ a) : a = 0 :=
  Classical.byContradiction fun n => by have := le_of_dvd (a := b) (b := a) (by omega) h; omega
theorem eq_zero_of_abs_lt_dvd (h₁ : m ∣ a) (h₂ : |a| < m) : a = 0 := by
  have := eq_zero_of_dvd_of_nonneg_of_lt (abs_nonneg a) h₂ (by rw [abs_eq_natAbs, dvd_natAbs]; exact h₁)
  exact abs_eq_zero.1 this
theorem eq_one_of_dvd_one (ha : 0 ≤ a) (h : a ∣ 1) : a = 1 := by
  have := le_of_dvd (by decide) h
  have : a ≠ 0 := fun e => by rw [e] at h; have := eq_zero_of_zero_dvd h; omega
  omega
theorem isUnit_iff : IsUnit a ↔ a = 1 ∨ a = -1 := by
  constructor
  · rintro ⟨b, h⟩
    have : natAbs a * natAbs b = 1 := by rw [← natAbs_mul, h]; rfl
    have := Nat.eq_one_of_mul_eq_one_right this
    omega
  · rintro (rfl | rfl)
    · exact ⟨1, rfl⟩
    · exact ⟨-1, rfl⟩
theorem dvd_antisymm (ha : 0 ≤ a) (hb : 0 ≤ b) (h₁ : a ∣ b) (h₂ : b ∣ a) : a = b := by
  rcases Int.lt_or_le 0 a with h | h
  · rcases Int.lt_or_le 0 b with h' | h'
    · exact Int.le_antisymm (le_of_dvd h' h₁) (le_of_dvd h h₂)
    · rw [show b = 0 by omega] at h₂ ⊢; exact eq_zero_of_zero_dvd h₂
  · rw [show a = 0 by omega] at h₁ ⊢; exact (eq_zero_of_zero_dvd h₁).symm
theorem two_dvd_mul_add_one (k : ℤ) : 2 ∣ k * (k + 1) := by
  rcases emod_two_eq k with h | h
  · exact Dvd.dvd.mul_right (dvd_of_emod_eq_zero h) _
  · exact Dvd.dvd.mul_left (dvd_of_emod_eq_zero (by omega)) _
end Int
