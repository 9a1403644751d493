prelude
import Core.Nat.Order
/-!
# Division, remainder and divisibility of natural numbers

`Nat.div` and `Nat.mod` are accelerated by the kernel; `Core.Nat.Accelerated` states their defining equations.
Bounded quantifiers `∀ k < n` are decidable here, which `decide` uses.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

namespace Nat
-- division -----------------------------------------------------------------------------------
def divAux : Nat → Nat → Nat → Nat
  | 0, _, _ => 0
  | f + 1, n, m => if 0 < m ∧ m ≤ n then divAux f (n - m) m + 1 else 0
@[extern "lean_nat_div"] protected def div (n m : @& Nat) : Nat := divAux n n m
instance instDiv : Div Nat := ⟨Nat.div⟩
@[extern "lean_nat_mod"] protected def mod (n m : @& Nat) : Nat := n - m * (n / m)
instance instMod : Mod Nat := ⟨Nat.mod⟩
protected theorem mod_def (n m : Nat) : n % m = n - m * (n / m) := rfl
theorem divAux_zero_right (f n : Nat) : divAux f n 0 = 0 := by
  cases f with
  | zero => rfl
  | succ f => exact if_neg (fun h => Nat.lt_irrefl 0 h.1)
@[simp] protected theorem div_zero (n : Nat) : n / 0 = 0 := divAux_zero_right n n
@[simp] theorem mod_zero (n : Nat) : n % 0 = n := by rw [Nat.mod_def, Nat.zero_mul]; rfl
theorem divAux_spec (f n m : Nat) (hm : 0 < m) (hf : n ≤ f) : m * divAux f n m ≤ n ∧ n < m * divAux f n m + m := by
  induction f generalizing n with
  | zero =>
    have h0 : n = 0 := Nat.le_antisymm hf (zero_le n)
    rw [h0]; exact ⟨Nat.le_refl 0, by rw [show divAux 0 0 m = 0 from rfl, Nat.mul_zero, Nat.zero_add]; exact hm⟩
  | succ f ih =>
    by_cases h : 0 < m ∧ m ≤ n
    · have e : divAux (f + 1) n m = divAux f (n - m) m + 1 := if_pos h
      have hn : 0 < n := Nat.lt_of_lt_of_le hm h.2
      have hlt : n - m ≤ f := le_of_lt_succ (Nat.lt_of_lt_of_le (sub_lt hn hm) hf)
      have ⟨h₁, h₂⟩ := ih (n - m) hlt
      have en : n - m + m = n := Nat.sub_add_cancel h.2
      rw [e, Nat.mul_add_one]
      constructor
      · have := Nat.add_le_add_right h₁ m
        rw [en] at this; exact this
      · have h3 : n - m + m < m * divAux f (n - m) m + m + m := by
          show n - m + m + 1 ≤ _
          rw [Nat.add_right_comm]; exact Nat.add_le_add_right h₂ m
        rw [en] at h3; exact h3
    · have e : divAux (f + 1) n m = 0 := if_neg h
      rw [e, Nat.mul_zero, Nat.zero_add]
      exact ⟨zero_le n, Nat.lt_of_not_le fun h' => h ⟨hm, h'⟩⟩
protected theorem mul_div_le (n m : Nat) : m * (n / m) ≤ n := by
  cases m with
  | zero => rw [Nat.zero_mul]; exact zero_le n
  | succ m => exact (divAux_spec n n (m + 1) (zero_lt_succ m) .refl).1
protected theorem lt_mul_div_succ (n : Nat) {m : Nat} (h : 0 < m) : n < m * (n / m) + m :=
  (divAux_spec n n m h .refl).2
protected theorem mod_add_div (n m : Nat) : n % m + m * (n / m) = n := by
  rw [Nat.mod_def]; exact Nat.sub_add_cancel (Nat.mul_div_le n m)
protected theorem div_add_mod (n m : Nat) : m * (n / m) + n % m = n := by rw [Nat.add_comm]; exact Nat.mod_add_div n m
theorem mod_lt (n : Nat) {m : Nat} (h : 0 < m) : n % m < m := by
  have h1 := Nat.lt_mul_div_succ n h
  have h2 := Nat.div_add_mod n m
  have h3 : m * (n / m) + (n % m + 1) ≤ m * (n / m) + m := by
    rw [← Nat.add_assoc, h2]; exact h1
  exact Nat.le_of_add_le_add_left h3
-- divisibility ---------------------------------------------------------------------------------
instance instDvd : Dvd Nat := ⟨fun a b => ∃ c, b = a * c⟩
protected theorem dvd_refl (a : Nat) : a ∣ a := ⟨1, (Nat.mul_one a).symm⟩
protected theorem dvd_trans {a b c : Nat} (h₁ : a ∣ b) (h₂ : b ∣ c) : a ∣ c := by
  obtain ⟨x, hx⟩ := h₁; obtain ⟨y, hy⟩ := h₂
  exact ⟨x * y, by rw [hy, hx, Nat.mul_assoc]⟩
protected theorem dvd_add {a b c : Nat} (h₁ : a ∣ b) (h₂ : a ∣ c) : a ∣ b + c := by
  obtain ⟨x, hx⟩ := h₁; obtain ⟨y, hy⟩ := h₂
  exact ⟨x + y, by rw [hx, hy, Nat.mul_add]⟩
protected theorem dvd_mul_right (a b : Nat) : a ∣ a * b := ⟨b, rfl⟩
protected theorem dvd_mul_left (a b : Nat) : a ∣ b * a := ⟨b, Nat.mul_comm b a⟩
theorem dvd_of_mod_eq_zero {k n : Nat} (h : n % k = 0) : k ∣ n := ⟨n / k, by
  have := Nat.mod_add_div n k
  rw [h, Nat.zero_add] at this; exact this.symm⟩
theorem mod_eq_zero_of_dvd {k n : Nat} (h : k ∣ n) : n % k = 0 := by
  obtain ⟨c, rfl⟩ := h
  cases Nat.lt_or_ge 0 k with
  | inr h => rw [Nat.le_antisymm h (zero_le k), Nat.zero_mul]
  | inl hk =>
    have h1 := Nat.div_add_mod (k * c) k
    have h2 := mod_lt (k * c) hk
    cases Nat.lt_trichotomy (k * c / k) c with
    | inl hlt =>
      have h3 : k * (k * c / k) + k ≤ k * c := by
        rw [← Nat.mul_add_one]; exact Nat.mul_le_mul_left k hlt
      have h4 := Nat.lt_mul_div_succ (k * c) hk
      exact absurd (Nat.lt_of_lt_of_le h4 h3) (Nat.lt_irrefl _)
    | inr h => cases h with
      | inl e => rw [Nat.mod_def, e]; exact Nat.sub_self _
      | inr hgt =>
        have h3 : k * (c + 1) ≤ k * c := Nat.le_trans (Nat.mul_le_mul_left k hgt) (Nat.mul_div_le _ _)
        rw [Nat.mul_add_one] at h3
        exact absurd (Nat.lt_of_lt_of_le (Nat.add_le_add_left hk (k * c)) h3) (Nat.lt_irrefl _)
protected theorem div_unique_of_bounds {n m q : Nat} (h₁ : m * q ≤ n) (h₂ : n < m * q + m) : n / m = q := by
  have hm : 0 < m := pos_of_ne_zero fun e => by rw [e] at h₁ h₂; rw [Nat.zero_mul, Nat.zero_add] at h₂; exact absurd h₂ (not_lt_zero n)
  have b₁ := Nat.mul_div_le n m
  have b₂ := Nat.lt_mul_div_succ n hm
  apply Nat.le_antisymm
  · apply Nat.le_of_not_lt; intro h
    exact Nat.lt_irrefl _ (Nat.lt_of_lt_of_le h₂ (Nat.le_trans (Nat.mul_add_one m q ▸ Nat.mul_le_mul_left m h) b₁))
  · apply Nat.le_of_not_lt; intro h
    exact Nat.lt_irrefl _ (Nat.lt_of_lt_of_le b₂ (Nat.le_trans (Nat.mul_add_one m (n / m) ▸ Nat.mul_le_mul_left m h) h₁))
@[simp] theorem add_div_right (x : Nat) {z : Nat} (h : 0 < z) : (x + z) / z = x / z + 1 := by
  apply Nat.div_unique_of_bounds
  · rw [Nat.mul_add_one]; exact Nat.add_le_add_right (Nat.mul_div_le x z) z
  · rw [Nat.mul_add_one]; exact Nat.add_lt_add_iff_right.2 (Nat.lt_mul_div_succ x h)
@[simp] theorem add_mod_right (x z : Nat) : (x + z) % z = x % z := by
  cases z with
  | zero => rfl
  | succ z =>
    have h₁ := Nat.mod_add_div (x + (z + 1)) (z + 1)
    rw [add_div_right x (zero_lt_succ z), Nat.mul_add_one, ← Nat.add_assoc] at h₁
    exact Nat.add_right_cancel ((Nat.add_right_cancel h₁).trans (Nat.mod_add_div x (z + 1)).symm)
theorem dvd_iff_mod_eq_zero {k n : Nat} : k ∣ n ↔ n % k = 0 := ⟨mod_eq_zero_of_dvd, dvd_of_mod_eq_zero⟩
instance decidable_dvd (a b : Nat) : Decidable (a ∣ b) := decidable_of_iff _ dvd_iff_mod_eq_zero.symm
-- bounded quantifiers ---------------------------------------------------------------------------
instance decidableBallLT : (n : Nat) → (P : (k : Nat) → k < n → Prop) → [∀ k h, Decidable (P k h)] → Decidable (∀ k h, P k h)
  | 0, _, _ => isTrue fun k h => absurd h (not_lt_zero k)
  | n + 1, P, H => match @decidableBallLT n (fun k h => P k (.step h)) (fun k h => H k (.step h)) with
    | isFalse h => isFalse fun H => h fun k hk => H k (.step hk)
    | isTrue h => match H n .refl with
      | isFalse p => isFalse fun H => p (H n .refl)
      | isTrue p => isTrue fun k hk => by
          by_cases e : k = n
          · cases e; exact p
          · exact h k (Nat.lt_of_le_of_ne (le_of_lt_succ hk) e)
end Nat
