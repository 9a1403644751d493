prelude
import Core.Nat.DivMod
import Core.Algebra.Dvd
import Core.Nat.Vocabulary
/-!
# Divisibility and common divisors of natural numbers
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat
variable {a b c d k m n : ℕ}

/-! ### Divisibility -/
theorem dvd_iff_mod_eq_zero' (k n : ℕ) : k ∣ n ↔ n % k = 0 := dvd_iff_mod_eq_zero
theorem mod_eq_zero_iff_dvd : b % a = 0 ↔ a ∣ b := dvd_iff_mod_eq_zero.symm
theorem le_of_dvd (h₁ : 0 < n) (h : m ∣ n) : m ≤ n := by
  obtain ⟨c, rfl⟩ := h
  exact Nat.le_mul_of_pos_right m (Nat.pos_of_mul_pos h₁).2
theorem pos_of_dvd_of_pos (h : m ∣ n) (hn : 0 < n) : 0 < m := by
  obtain ⟨c, rfl⟩ := h; exact (Nat.pos_of_mul_pos hn).1
theorem eq_zero_of_dvd_of_lt (w : a ∣ b) (h : b < a) : b = 0 :=
  Nat.eq_zero_of_not_pos fun hb => Nat.not_le_of_lt h (le_of_dvd hb w)
theorem not_dvd_of_pos_of_lt (h₁ : 0 < n) (h₂ : n < m) : ¬ m ∣ n := fun h => Nat.not_le_of_lt h₂ (le_of_dvd h₁ h)
theorem dvd_antisymm (h₁ : m ∣ n) (h₂ : n ∣ m) : m = n := by
  rcases Nat.eq_zero_or_pos n with rfl | hn
  · exact Nat.eq_zero_of_not_pos fun hm => by
      have := zero_dvd_iff.1 h₂; omega
  · exact Nat.le_antisymm (le_of_dvd hn h₁) (le_of_dvd (pos_of_dvd_of_pos h₁ hn) h₂)
@[simp] theorem dvd_one : n ∣ 1 ↔ n = 1 :=
  ⟨fun ⟨_, e⟩ => Nat.eq_one_of_mul_eq_one_right e.symm, fun h => h ▸ Nat.dvd_refl 1⟩
theorem eq_one_of_dvd_one (h : n ∣ 1) : n = 1 := dvd_one.1 h
protected theorem one_dvd (n : ℕ) : 1 ∣ n := ⟨n, (Nat.one_mul n).symm⟩
@[simp] protected theorem dvd_zero (a : ℕ) : a ∣ 0 := ⟨0, rfl⟩
protected theorem eq_zero_of_zero_dvd (h : 0 ∣ a) : a = 0 := zero_dvd_iff.1 h
theorem zero_dvd : 0 ∣ n ↔ n = 0 := zero_dvd_iff
protected theorem dvd_add_right (h : k ∣ m) : k ∣ m + n ↔ k ∣ n := by
  refine ⟨fun ⟨c, e⟩ => ?_, Nat.dvd_add h⟩
  obtain ⟨d, rfl⟩ := h
  exact ⟨c - d, by rw [Nat.mul_sub, ← e, Nat.add_sub_cancel_left]⟩
protected theorem dvd_add_left (h : k ∣ n) : k ∣ m + n ↔ k ∣ m := by rw [Nat.add_comm]; exact Nat.dvd_add_right h
theorem dvd_add_iff_right (h : k ∣ m) : k ∣ n ↔ k ∣ m + n := (Nat.dvd_add_right h).symm
theorem dvd_add_iff_left (h : k ∣ n) : k ∣ m ↔ k ∣ m + n := (Nat.dvd_add_left h).symm
@[simp] theorem dvd_add_self_right : m ∣ n + m ↔ m ∣ n := Nat.dvd_add_left (Nat.dvd_refl m)
@[simp] theorem dvd_add_self_left : m ∣ m + n ↔ m ∣ n := Nat.dvd_add_right (Nat.dvd_refl m)
protected theorem dvd_sub (h₁ : k ∣ m) (h₂ : k ∣ n) : k ∣ m - n := by
  obtain ⟨x, rfl⟩ := h₁; obtain ⟨y, rfl⟩ := h₂; exact ⟨x - y, (Nat.mul_sub k x y).symm⟩
protected theorem dvd_sub' (h₁ : k ∣ m) (h₂ : k ∣ n) : k ∣ m - n := Nat.dvd_sub h₁ h₂
theorem dvd_sub_iff_right (h : n ≤ m) (h₁ : k ∣ m) : k ∣ m - n ↔ k ∣ n :=
  ⟨fun h' => by have := Nat.dvd_sub h₁ h'; rwa [Nat.sub_sub_self h] at this, Nat.dvd_sub h₁⟩
theorem dvd_sub_mod (k : ℕ) : n ∣ k - k % n := ⟨k / n, by have := Nat.mod_add_div k n; omega⟩
theorem dvd_mod_iff (h : k ∣ n) : k ∣ m % n ↔ k ∣ m := by
  have e := Nat.mod_add_div m n
  rw [← Nat.dvd_add_left (h.mul_right (m / n)), e]
protected theorem mul_dvd_mul (h₁ : a ∣ b) (h₂ : c ∣ d) : a * c ∣ b * d := _root_.mul_dvd_mul h₁ h₂
protected theorem mul_dvd_mul_left (a : ℕ) (h : b ∣ c) : a * b ∣ a * c := _root_.mul_dvd_mul_left a h
protected theorem mul_dvd_mul_right (h : a ∣ b) (c : ℕ) : a * c ∣ b * c := _root_.mul_dvd_mul_right h c
protected theorem mul_dvd_mul_iff_left (ha : 0 < a) : a * b ∣ a * c ↔ b ∣ c :=
  _root_.mul_dvd_mul_iff_left (Nat.ne_of_gt ha)
protected theorem mul_dvd_mul_iff_right (hc : 0 < c) : a * c ∣ b * c ↔ a ∣ b :=
  _root_.mul_dvd_mul_iff_right (Nat.ne_of_gt hc)
protected theorem dvd_of_mul_dvd_mul_left (kpos : 0 < k) (H : k * m ∣ k * n) : m ∣ n :=
  (Nat.mul_dvd_mul_iff_left kpos).1 H
theorem dvd_of_mul_dvd_mul_right (kpos : 0 < k) (H : m * k ∣ n * k) : m ∣ n := (Nat.mul_dvd_mul_iff_right kpos).1 H
theorem dvd_div_of_mul_dvd (h : a * b ∣ c) : b ∣ c / a := by
  obtain ⟨d, rfl⟩ := h
  rcases Nat.eq_zero_or_pos a with rfl | ha
  · rw [Nat.div_zero]; exact Nat.dvd_zero b
  · rw [Nat.mul_assoc, mul_div_right _ ha]; exact Nat.dvd_mul_right b d
theorem div_dvd_of_dvd (h : n ∣ m) : m / n ∣ m := ⟨n, (Nat.div_mul_cancel h).symm⟩
theorem dvd_of_dvd_div (hn : c ∣ b) (h : a ∣ b / c) : a * c ∣ b := by
  have := Nat.mul_dvd_mul_right h c
  rwa [Nat.div_mul_cancel hn] at this
theorem dvd_of_pow_dvd {p k m : ℕ} (hk : 1 ≤ k) (h : p ^ k ∣ m) : p ∣ m :=
  Nat.dvd_trans (dvd_pow_self p (by omega)) h
protected theorem pow_dvd_pow {m n : ℕ} (a : ℕ) (h : m ≤ n) : a ^ m ∣ a ^ n := _root_.pow_dvd_pow a h
protected theorem sub_dvd_pow_sub_pow (x y n : ℕ) : x - y ∣ x ^ n - y ^ n := by
  rcases Nat.le_total y x with h | h
  · induction n with
    | zero => rw [Nat.pow_zero, Nat.pow_zero]; exact Nat.dvd_zero _
    | succ n ih =>
      have hp : y ^ n ≤ x ^ n := by
        clear ih
        induction n with
        | zero => exact Nat.le_refl 1
        | succ n ih => exact Nat.mul_le_mul ih h
      have e : x ^ (n + 1) - y ^ (n + 1) = x ^ n * (x - y) + (x ^ n - y ^ n) * y := by
        rw [Nat.pow_succ, Nat.pow_succ, Nat.mul_sub, Nat.sub_mul]
        have h₁ := Nat.mul_le_mul_left (x ^ n) h
        have h₂ := Nat.mul_le_mul_right y hp
        omega
      rw [e]; exact Nat.dvd_add (Nat.dvd_mul_left _ _) (ih.mul_right _)
  · have hp : x ^ n ≤ y ^ n := by
      induction n with
      | zero => exact Nat.le_refl 1
      | succ n ih => exact Nat.mul_le_mul ih h
    rw [Nat.sub_eq_zero_of_le hp]; exact Nat.dvd_zero _

/-! ### Greatest common divisors -/
@[simp] theorem gcd_zero_left (n : ℕ) : gcd 0 n = n := rfl
theorem gcd_rec (m n : ℕ) : gcd m n = gcd (n % m) m := by
  apply dvd_antisymm
  · exact dvd_gcd ((dvd_mod_iff (gcd_dvd_left m n)).2 (gcd_dvd_right m n)) (gcd_dvd_left m n)
  · exact dvd_gcd (gcd_dvd_right _ _) ((dvd_mod_iff (gcd_dvd_right (n % m) m)).1 (gcd_dvd_left _ _))
theorem dvd_gcd_iff : k ∣ gcd m n ↔ k ∣ m ∧ k ∣ n :=
  ⟨fun h => ⟨Nat.dvd_trans h (gcd_dvd_left m n), Nat.dvd_trans h (gcd_dvd_right m n)⟩, fun h => dvd_gcd h.1 h.2⟩
theorem gcd_comm (m n : ℕ) : gcd m n = gcd n m :=
  dvd_antisymm (dvd_gcd (gcd_dvd_right m n) (gcd_dvd_left m n)) (dvd_gcd (gcd_dvd_right n m) (gcd_dvd_left n m))
@[simp] theorem gcd_zero_right (n : ℕ) : gcd n 0 = n := by rw [gcd_comm]; rfl
@[simp] theorem gcd_self (n : ℕ) : gcd n n = n :=
  dvd_antisymm (gcd_dvd_left n n) (dvd_gcd (Nat.dvd_refl n) (Nat.dvd_refl n))
@[simp] theorem gcd_one_left (n : ℕ) : gcd 1 n = 1 := dvd_one.1 (gcd_dvd_left 1 n)
@[simp] theorem gcd_one_right (n : ℕ) : gcd n 1 = 1 := dvd_one.1 (gcd_dvd_right n 1)
theorem gcd_assoc (m n k : ℕ) : gcd (gcd m n) k = gcd m (gcd n k) :=
  dvd_antisymm
    (dvd_gcd (Nat.dvd_trans (gcd_dvd_left _ k) (gcd_dvd_left m n))
      (dvd_gcd (Nat.dvd_trans (gcd_dvd_left _ k) (gcd_dvd_right m n)) (gcd_dvd_right _ k)))
    (dvd_gcd (dvd_gcd (gcd_dvd_left m _) (Nat.dvd_trans (gcd_dvd_right m _) (gcd_dvd_left n k)))
      (Nat.dvd_trans (gcd_dvd_right m _) (gcd_dvd_right n k)))
theorem gcd_eq_zero_iff {i j : ℕ} : gcd i j = 0 ↔ i = 0 ∧ j = 0 :=
  ⟨fun h => ⟨zero_dvd_iff.1 (h ▸ gcd_dvd_left i j), zero_dvd_iff.1 (h ▸ gcd_dvd_right i j)⟩, fun ⟨h₁, h₂⟩ => by rw [h₁, h₂]; rfl⟩
theorem gcd_pos_iff : 0 < gcd m n ↔ 0 < m ∨ 0 < n := by
  have := gcd_eq_zero_iff (i := m) (j := n); omega
theorem gcd_pos_of_pos_left (n : ℕ) (h : 0 < m) : 0 < gcd m n := gcd_pos_iff.2 (.inl h)
theorem gcd_pos_of_pos_right (m : ℕ) (h : 0 < n) : 0 < gcd m n := gcd_pos_iff.2 (.inr h)
theorem gcd_le_left (n : ℕ) (h : 0 < m) : gcd m n ≤ m := le_of_dvd h (gcd_dvd_left m n)
theorem gcd_le_right (m : ℕ) (h : 0 < n) : gcd m n ≤ n := le_of_dvd h (gcd_dvd_right m n)
theorem gcd_eq_left (h : m ∣ n) : gcd m n = m := dvd_antisymm (gcd_dvd_left m n) (dvd_gcd (Nat.dvd_refl m) h)
theorem gcd_eq_right (h : n ∣ m) : gcd m n = n := by rw [gcd_comm]; exact gcd_eq_left h
theorem gcd_eq_left_iff_dvd : gcd m n = m ↔ m ∣ n := ⟨fun h => h ▸ gcd_dvd_right m n, gcd_eq_left⟩
theorem gcd_eq_right_iff_dvd : gcd n m = m ↔ m ∣ n := by rw [gcd_comm]; exact gcd_eq_left_iff_dvd
theorem gcd_dvd_gcd_of_dvd_left (k : ℕ) (h : m ∣ n) : gcd m k ∣ gcd n k :=
  dvd_gcd (Nat.dvd_trans (gcd_dvd_left m k) h) (gcd_dvd_right m k)
theorem gcd_dvd_gcd_of_dvd_right (k : ℕ) (h : m ∣ n) : gcd k m ∣ gcd k n :=
  dvd_gcd (gcd_dvd_left k m) (Nat.dvd_trans (gcd_dvd_right k m) h)
@[elab_as_elim] theorem gcd.induction {P : ℕ → ℕ → Prop} (m n : ℕ) (H0 : ∀ n, P 0 n)
    (H1 : ∀ m n, 0 < m → P (n % m) m → P m n) : P m n := by
  induction m using Nat.strong_induction_on generalizing n with
  | h m ih =>
    rcases Nat.eq_zero_or_pos m with rfl | hm
    · exact H0 n
    · exact H1 m n hm (ih (n % m) (mod_lt n hm) m)
theorem gcd_mul_left (m n k : ℕ) : gcd (m * n) (m * k) = m * gcd n k := by
  induction n, k using gcd.induction with
  | H0 k => rw [Nat.mul_zero, gcd_zero_left, gcd_zero_left]
  | H1 n k _ ih => rw [gcd_rec, mul_mod_mul_left, ih, ← gcd_rec]
theorem gcd_mul_right (m n k : ℕ) : gcd (m * n) (k * n) = gcd m k * n := by
  rw [Nat.mul_comm m, Nat.mul_comm k, gcd_mul_left, Nat.mul_comm]
theorem gcd_div (H1 : k ∣ m) (H2 : k ∣ n) : gcd (m / k) (n / k) = gcd m n / k := by
  rcases Nat.eq_zero_or_pos k with rfl | hk
  · rw [Nat.div_zero, Nat.div_zero, Nat.div_zero]; rfl
  · obtain ⟨a, rfl⟩ := H1; obtain ⟨b, rfl⟩ := H2
    rw [mul_div_right a hk, mul_div_right b hk, gcd_mul_left, mul_div_right _ hk]
@[simp] theorem gcd_mul_left_left (m n : ℕ) : gcd (m * n) n = n := gcd_eq_right (Nat.dvd_mul_left n m)
@[simp] theorem gcd_mul_right_left (m n : ℕ) : gcd (n * m) n = n := gcd_eq_right (Nat.dvd_mul_right n m)
@[simp] theorem gcd_add_mul_right_right (m n k : ℕ) : gcd m (n + k * m) = gcd m n := by
  rw [gcd_rec, add_mul_mod_self_right, ← gcd_rec]
@[simp] theorem gcd_add_mul_left_right (m n k : ℕ) : gcd m (n + m * k) = gcd m n := by
  rw [Nat.mul_comm, gcd_add_mul_right_right]
@[simp] theorem gcd_add_self_right (m n : ℕ) : gcd m (n + m) = gcd m n := by
  have := gcd_add_mul_right_right m n 1
  rwa [Nat.one_mul] at this
@[simp] theorem gcd_self_add_right (m n : ℕ) : gcd m (m + n) = gcd m n := by rw [Nat.add_comm, gcd_add_self_right]
@[simp] theorem gcd_add_self_left (m n : ℕ) : gcd (m + n) n = gcd m n := by
  rw [gcd_comm, gcd_add_self_right, gcd_comm]
@[simp] theorem gcd_self_add_left (m n : ℕ) : gcd (n + m) n = gcd m n := by rw [Nat.add_comm, gcd_add_self_left]
theorem gcd_sub_self_right (h : m ≤ n) : gcd m (n - m) = gcd m n := by
  have := gcd_add_self_right m (n - m)
  rw [Nat.sub_add_cancel h] at this; exact this.symm
theorem gcd_mod_left (m n : ℕ) : gcd (m % n) n = gcd m n := by rw [← gcd_rec, gcd_comm]
theorem gcd_mod_right (m n : ℕ) : gcd m (n % m) = gcd m n := by rw [gcd_comm, gcd_mod_left, gcd_comm]

/-! ### Least common multiples -/
theorem gcd_mul_lcm (m n : ℕ) : gcd m n * lcm m n = m * n :=
  Nat.mul_div_cancel' ((gcd_dvd_left m n).mul_right n)
theorem lcm_comm (m n : ℕ) : lcm m n = lcm n m := by unfold lcm; rw [Nat.mul_comm, gcd_comm]
@[simp] theorem lcm_zero_left (m : ℕ) : lcm 0 m = 0 := by unfold lcm; rw [Nat.zero_mul, zero_div]
@[simp] theorem lcm_zero_right (m : ℕ) : lcm m 0 = 0 := by rw [lcm_comm, lcm_zero_left]
@[simp] theorem lcm_one_left (m : ℕ) : lcm 1 m = m := by unfold lcm; rw [Nat.one_mul, gcd_one_left, div_one]
@[simp] theorem lcm_one_right (m : ℕ) : lcm m 1 = m := by rw [lcm_comm, lcm_one_left]
@[simp] theorem lcm_self (m : ℕ) : lcm m m = m := by
  unfold lcm; rw [gcd_self]
  rcases Nat.eq_zero_or_pos m with rfl | h
  · rfl
  · exact mul_div_left m h
theorem dvd_lcm_left (m n : ℕ) : m ∣ lcm m n := ⟨n / gcd m n, Nat.mul_div_assoc m (gcd_dvd_right m n)⟩
theorem dvd_lcm_right (m n : ℕ) : n ∣ lcm m n := by rw [lcm_comm]; exact dvd_lcm_left n m
theorem lcm_dvd (H1 : m ∣ k) (H2 : n ∣ k) : lcm m n ∣ k := by
  rcases Nat.eq_zero_or_pos (gcd m n) with h | h
  · have := (gcd_eq_zero_iff.1 h).1; subst this; rw [lcm_zero_left]; exact H1
  · apply Nat.dvd_of_mul_dvd_mul_left h
    rw [gcd_mul_lcm, Nat.mul_comm (gcd m n), ← gcd_mul_left, Nat.mul_comm k, Nat.mul_comm k]
    refine dvd_gcd (Nat.mul_dvd_mul_left m H2) ?_
    rw [Nat.mul_comm m]; exact Nat.mul_dvd_mul_left n H1
theorem lcm_dvd_iff : lcm m n ∣ k ↔ m ∣ k ∧ n ∣ k :=
  ⟨fun h => ⟨Nat.dvd_trans (dvd_lcm_left m n) h, Nat.dvd_trans (dvd_lcm_right m n) h⟩, fun h => lcm_dvd h.1 h.2⟩
theorem lcm_pos (hm : 0 < m) (hn : 0 < n) : 0 < lcm m n :=
  pos_of_ne_zero fun h => by
    have := gcd_mul_lcm m n
    rw [h, Nat.mul_zero] at this
    exact absurd this.symm (Nat.mul_ne_zero (Nat.ne_of_gt hm) (Nat.ne_of_gt hn))

/-! ### Coprime numbers -/
theorem coprime_iff_gcd_eq_one : gcd m n = 1 ↔ Coprime m n := Iff.rfl
theorem Coprime.gcd_eq_one (h : Coprime m n) : gcd m n = 1 := h
theorem Coprime.symm (h : Coprime n m) : Coprime m n := (gcd_comm m n).trans h
theorem coprime_comm : Coprime n m ↔ Coprime m n := ⟨Coprime.symm, Coprime.symm⟩
theorem Coprime.dvd_of_dvd_mul_right (H1 : Coprime k n) (H2 : k ∣ m * n) : k ∣ m := by
  have h : k ∣ gcd (m * k) (m * n) := dvd_gcd (Nat.dvd_mul_left k m) H2
  rwa [gcd_mul_left, H1, Nat.mul_one] at h
theorem Coprime.dvd_of_dvd_mul_left (H1 : Coprime k m) (H2 : k ∣ m * n) : k ∣ n :=
  H1.dvd_of_dvd_mul_right (by rw [Nat.mul_comm]; exact H2)
theorem Coprime.dvd_mul_right (H : Coprime k n) : k ∣ m * n ↔ k ∣ m := ⟨H.dvd_of_dvd_mul_right, (·.mul_right n)⟩
theorem Coprime.dvd_mul_left (H : Coprime k m) : k ∣ m * n ↔ k ∣ n := ⟨H.dvd_of_dvd_mul_left, (·.mul_left m)⟩
theorem Coprime.gcd_mul_left_cancel (m : ℕ) (H : Coprime k n) : gcd (k * m) n = gcd m n := by
  apply dvd_antisymm
  · refine dvd_gcd ?_ (gcd_dvd_right _ _)
    refine Coprime.dvd_of_dvd_mul_left (m := k) ?_ (gcd_dvd_left (k * m) n)
    exact dvd_one.1 (H ▸ dvd_gcd (gcd_dvd_right _ _) (Nat.dvd_trans (gcd_dvd_left _ _) (gcd_dvd_right _ _)))
  · exact gcd_dvd_gcd_of_dvd_left n (Nat.dvd_mul_left m k)
theorem Coprime.mul_left (H1 : Coprime m k) (H2 : Coprime n k) : Coprime (m * n) k :=
  (H1.gcd_mul_left_cancel n).trans H2
theorem Coprime.mul (H1 : Coprime m k) (H2 : Coprime n k) : Coprime (m * n) k := H1.mul_left H2
theorem Coprime.mul_right (H1 : Coprime k m) (H2 : Coprime k n) : Coprime k (m * n) := (H1.symm.mul_left H2.symm).symm
theorem Coprime.coprime_dvd_left (H1 : m ∣ k) (H2 : Coprime k n) : Coprime m n :=
  dvd_one.1 (H2 ▸ gcd_dvd_gcd_of_dvd_left n H1)
theorem Coprime.coprime_dvd_right (H1 : n ∣ m) (H2 : Coprime k m) : Coprime k n := (H2.symm.coprime_dvd_left H1).symm
theorem Coprime.coprime_mul_right (H : Coprime (k * m) n) : Coprime m n := H.coprime_dvd_left (Nat.dvd_mul_left m k)
theorem Coprime.coprime_mul_left (H : Coprime (k * m) n) : Coprime k n := H.coprime_dvd_left (Nat.dvd_mul_right k m)
theorem coprime_mul_iff_left : Coprime (m * n) k ↔ Coprime m k ∧ Coprime n k :=
  ⟨fun h => ⟨h.coprime_mul_left, h.coprime_mul_right⟩, fun ⟨h₁, h₂⟩ => h₁.mul_left h₂⟩
theorem coprime_mul_iff_right : Coprime k (m * n) ↔ Coprime k m ∧ Coprime k n := by
  rw [coprime_comm, coprime_mul_iff_left, coprime_comm (n := m), coprime_comm (n := n)]
@[simp] theorem coprime_one_left (n : ℕ) : Coprime 1 n := gcd_one_left n
@[simp] theorem coprime_one_right (n : ℕ) : Coprime n 1 := gcd_one_right n
@[simp] theorem coprime_zero_left (n : ℕ) : Coprime 0 n ↔ n = 1 := Iff.rfl
@[simp] theorem coprime_zero_right (n : ℕ) : Coprime n 0 ↔ n = 1 := by rw [coprime_comm]; exact coprime_zero_left n
@[simp] theorem coprime_self (n : ℕ) : Coprime n n ↔ n = 1 := by show gcd n n = 1 ↔ _; rw [gcd_self]
theorem Coprime.pow_left (n : ℕ) (H1 : Coprime m k) : Coprime (m ^ n) k := by
  induction n with
  | zero => exact coprime_one_left k
  | succ n ih => exact ih.mul_left H1
theorem Coprime.pow_right (n : ℕ) (H1 : Coprime k m) : Coprime k (m ^ n) := (H1.symm.pow_left n).symm
theorem Coprime.pow (k l : ℕ) (H1 : Coprime m n) : Coprime (m ^ k) (n ^ l) := (H1.pow_left k).pow_right l
theorem Coprime.eq_one_of_dvd (H : Coprime k m) (d : k ∣ m) : k = 1 := by rw [← H, gcd_eq_left d]
theorem Coprime.mul_dvd_of_dvd_of_dvd (H1 : Coprime k n) (H2 : k ∣ m) (H3 : n ∣ m) : k * n ∣ m := by
  obtain ⟨a, rfl⟩ := H3
  obtain ⟨b, rfl⟩ := H1.dvd_of_dvd_mul_left H2
  exact ⟨b, by rw [Nat.mul_left_comm, ← Nat.mul_assoc]⟩
theorem Coprime.lcm_eq_mul (h : Coprime m n) : lcm m n = m * n := by unfold lcm; rw [h, div_one]
theorem coprime_div_gcd_div_gcd (H : 0 < gcd m n) : Coprime (m / gcd m n) (n / gcd m n) := by
  show gcd _ _ = 1
  rw [gcd_div (gcd_dvd_left m n) (gcd_dvd_right m n), div_self H]
theorem exists_coprime (m n : ℕ) : ∃ m' n', Coprime m' n' ∧ m = m' * gcd m n ∧ n = n' * gcd m n := by
  rcases Nat.eq_zero_or_pos (gcd m n) with h | h
  · have ⟨h₁, h₂⟩ := gcd_eq_zero_iff.1 h; exact ⟨1, 1, rfl, by rw [h₁, h₂]; rfl, by rw [h₁, h₂]; rfl⟩
  · exact ⟨_, _, coprime_div_gcd_div_gcd h, (Nat.div_mul_cancel (gcd_dvd_left m n)).symm, (Nat.div_mul_cancel (gcd_dvd_right m n)).symm⟩
theorem coprime_of_dvd_one (h : ∀ k, k ∣ m → k ∣ n → k = 1) : Coprime m n :=
  h _ (gcd_dvd_left m n) (gcd_dvd_right m n)
@[simp] theorem coprime_add_self_right : Coprime m (n + m) ↔ Coprime m n := by unfold Coprime; rw [gcd_add_self_right]
@[simp] theorem coprime_self_add_right : Coprime m (m + n) ↔ Coprime m n := by unfold Coprime; rw [gcd_self_add_right]
@[simp] theorem coprime_add_self_left : Coprime (m + n) n ↔ Coprime m n := by unfold Coprime; rw [gcd_add_self_left]
@[simp] theorem coprime_self_add_left : Coprime (m + n) m ↔ Coprime n m := by unfold Coprime; rw [gcd_self_add_left]
end Nat
