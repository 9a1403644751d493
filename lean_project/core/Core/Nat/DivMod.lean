prelude
import Core.Nat.Lemmas
/-!
# Quotients and remainders of natural numbers
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat
variable {a b c d k m n : ℕ}

/-! ### Characterizations -/
theorem div_mod_unique {q r : ℕ} (h : n = m * q + r) (hr : r < m) : n / m = q ∧ n % m = r := by
  have hq : n / m = q := Nat.div_unique_of_bounds (by omega) (by omega)
  refine ⟨hq, ?_⟩
  have := Nat.mod_add_div n m
  rw [hq] at this; omega
theorem div_eq_of_lt_le (lo : k * n ≤ m) (hi : m < (k + 1) * n) : m / n = k := by
  apply Nat.div_unique_of_bounds
  · rw [Nat.mul_comm]; exact lo
  · rw [Nat.add_one_mul, Nat.mul_comm k] at hi; exact hi
theorem le_div_iff_mul_le (hk : 0 < k) : a ≤ b / k ↔ a * k ≤ b := by
  have h₁ := Nat.mul_div_le b k
  have h₂ := Nat.lt_mul_div_succ b hk
  rw [Nat.mul_comm a]
  constructor
  · intro h; exact Nat.le_trans (Nat.mul_le_mul_left k h) h₁
  · intro h
    apply Nat.le_of_not_lt; intro h'
    have := Nat.mul_le_mul_left k h'
    rw [Nat.mul_add_one] at this; omega
theorem div_lt_iff_lt_mul (hk : 0 < k) : a / k < b ↔ a < b * k := by
  rw [← Nat.not_le, ← Nat.not_le, le_div_iff_mul_le hk]
theorem div_le_iff_le_mul_add_pred (hb : 0 < b) : a / b ≤ c ↔ a ≤ b * c + (b - 1) := by
  rw [← Nat.lt_add_one_iff, div_lt_iff_lt_mul hb, Nat.add_one_mul, Nat.mul_comm c]; omega
theorem div_lt_of_lt_mul (h : m < n * k) : m / n < k := by
  have hn : 0 < n := pos_of_ne_zero fun e => by rw [e, Nat.zero_mul] at h; omega
  rw [div_lt_iff_lt_mul hn, Nat.mul_comm]; exact h
theorem div_le_of_le_mul (h : m ≤ k * n) : m / k ≤ n := by
  rcases eq_zero_or_pos k with rfl | hk
  · rw [Nat.div_zero]; exact zero_le n
  · exact Nat.le_of_mul_le_mul_left (Nat.le_trans (Nat.mul_div_le m k) h) hk
theorem lt_mul_of_div_lt (h : a / c < b) (hc : 0 < c) : a < b * c := (div_lt_iff_lt_mul hc).1 h
theorem mul_lt_of_lt_div (h : a < b / c) : a * c < b := by
  rcases eq_zero_or_pos c with rfl | hc
  · rw [Nat.div_zero] at h; omega
  · have := (le_div_iff_mul_le hc).1 h
    rw [show (a + 1) * c = a * c + c from Nat.add_one_mul a c] at this; omega
theorem div_eq_iff (hb : 0 < b) : a / b = c ↔ b * c ≤ a ∧ a < b * (c + 1) := by
  rw [Nat.mul_add_one]
  exact ⟨fun h => h ▸ ⟨Nat.mul_div_le a b, Nat.lt_mul_div_succ a hb⟩, fun ⟨h₁, h₂⟩ => Nat.div_unique_of_bounds h₁ h₂⟩

/-! ### Remainders -/
theorem mod_eq_of_lt (h : a < b) : a % b = a := (div_mod_unique (q := 0) (by omega) h).2
theorem div_eq_of_lt (h : a < b) : a / b = 0 := (div_mod_unique (q := 0) (r := a) (by omega) h).1
@[simp] theorem zero_mod (n : ℕ) : 0 % n = 0 := by
  rw [Nat.mod_def, Nat.zero_sub]
@[simp] theorem zero_div (n : ℕ) : 0 / n = 0 := by
  rcases eq_zero_or_pos n with rfl | h
  · exact Nat.div_zero 0
  · exact div_eq_of_lt h
@[simp] theorem mod_one (n : ℕ) : n % 1 = 0 := by omega
@[simp] theorem div_one (n : ℕ) : n / 1 = n := by omega
@[simp] theorem mod_self (n : ℕ) : n % n = 0 := mod_eq_zero_of_dvd (Nat.dvd_refl n)
@[simp] theorem div_self (h : 0 < n) : n / n = 1 := (div_mod_unique (q := 1) (r := 0) (by rw [Nat.mul_one]; rfl) h).1
theorem mod_le (n k : ℕ) : n % k ≤ n := by rw [Nat.mod_def]; omega
@[simp] theorem mod_mod (a n : ℕ) : (a % n) % n = a % n := by
  rcases eq_zero_or_pos n with rfl | h
  · rw [mod_zero]
  · exact mod_eq_of_lt (mod_lt a h)
@[simp] theorem mod_two_eq_zero_or_one (n : ℕ) : n % 2 = 0 ∨ n % 2 = 1 := by omega
@[simp] theorem mod_two_not_eq_zero : ¬n % 2 = 0 ↔ n % 2 = 1 := by omega
@[simp] theorem mod_two_not_eq_one : ¬n % 2 = 1 ↔ n % 2 = 0 := by omega
theorem mod_two_ne_zero : n % 2 ≠ 0 ↔ n % 2 = 1 := by omega
theorem mod_two_ne_one : n % 2 ≠ 1 ↔ n % 2 = 0 := by omega
@[simp] theorem add_mul_mod_self_left (x y z : ℕ) : (x + y * z) % y = x % y := by
  rcases eq_zero_or_pos y with rfl | h
  · rw [Nat.zero_mul, Nat.add_zero]
  · refine (div_mod_unique (q := x / y + z) ?_ (mod_lt x h)).2
    have := Nat.mod_add_div x y
    rw [Nat.mul_add]; omega
@[simp] theorem add_mul_mod_self_right (x y z : ℕ) : (x + y * z) % z = x % z := by
  rw [Nat.mul_comm, add_mul_mod_self_left]
@[simp] theorem mul_add_mod_self_left (a b c : ℕ) : (a * b + c) % a = c % a := by
  rw [Nat.add_comm, add_mul_mod_self_left]
@[simp] theorem mul_add_mod_self_right (a b c : ℕ) : (a * b + c) % b = c % b := by
  rw [Nat.add_comm, add_mul_mod_self_right]
@[simp] theorem add_mod_left (x z : ℕ) : (z + x) % z = x % z := by rw [Nat.add_comm, add_mod_right]
@[simp] theorem mul_mod_right (m n : ℕ) : m * n % m = 0 := mod_eq_zero_of_dvd (Nat.dvd_mul_right m n)
@[simp] theorem mul_mod_left (m n : ℕ) : m * n % n = 0 := mod_eq_zero_of_dvd (Nat.dvd_mul_left n m)
@[simp] theorem mod_add_mod (m n k : ℕ) : (m % n + k) % n = (m + k) % n := by
  have h : m + k = m % n + k + n * (m / n) := by have := Nat.mod_add_div m n; omega
  rw [h, add_mul_mod_self_left]
@[simp] theorem add_mod_mod (m n k : ℕ) : (m + n % k) % k = (m + n) % k := by
  rw [Nat.add_comm, mod_add_mod, Nat.add_comm]
theorem add_mod (a b n : ℕ) : (a + b) % n = (a % n + b % n) % n := by rw [add_mod_mod, mod_add_mod]
@[simp] theorem mod_mul_mod (a b n : ℕ) : (a % n * b) % n = a * b % n := by
  have h : a * b = a % n * b + n * (a / n * b) := by
    rw [← Nat.mul_assoc, ← Nat.add_mul, Nat.mod_add_div]
  rw [h, add_mul_mod_self_left]
@[simp] theorem mul_mod_mod (a b n : ℕ) : (a * (b % n)) % n = a * b % n := by
  rw [Nat.mul_comm, mod_mul_mod, Nat.mul_comm]
theorem mul_mod (a b n : ℕ) : a * b % n = a % n * (b % n) % n := by rw [mul_mod_mod, mod_mul_mod]
theorem pow_mod (a b n : ℕ) : a ^ b % n = (a % n) ^ b % n := by
  induction b with
  | zero => rfl
  | succ b ih => rw [Nat.pow_succ, Nat.pow_succ, mul_mod, ih, mod_mul_mod, mul_mod_mod]
@[simp] theorem mod_mod_of_dvd (a : ℕ) (h : c ∣ b) : a % b % c = a % c := by
  obtain ⟨d, rfl⟩ := h
  have e := Nat.mod_add_div a (c * d)
  rw [Nat.mul_assoc] at e
  have := add_mul_mod_self_left (a % (c * d)) c (d * (a / (c * d)))
  rw [e] at this; exact this.symm
theorem mod_eq_sub_mod (h : b ≤ a) : a % b = (a - b) % b := by
  obtain ⟨c, rfl⟩ := exists_eq_add_of_le h
  rw [add_mod_left, Nat.add_sub_cancel_left]
theorem mod_eq (x y : ℕ) : x % y = if 0 < y ∧ y ≤ x then (x - y) % y else x := by
  split
  · rename_i h; exact mod_eq_sub_mod h.2
  · rename_i h
    rcases eq_zero_or_pos y with rfl | hy
    · exact mod_zero x
    · exact mod_eq_of_lt (Nat.lt_of_not_le fun h' => h ⟨hy, h'⟩)
theorem div_eq (x y : ℕ) : x / y = if 0 < y ∧ y ≤ x then (x - y) / y + 1 else 0 := by
  split
  · rename_i h
    have := add_div_right (x - y) h.1
    rw [Nat.sub_add_cancel h.2] at this; exact this
  · rename_i h
    rcases eq_zero_or_pos y with rfl | hy
    · exact Nat.div_zero x
    · exact div_eq_of_lt (Nat.lt_of_not_le fun h' => h ⟨hy, h'⟩)
theorem mod_lt_of_lt (h : a < c) : a % b < c := Nat.lt_of_le_of_lt (mod_le a b) h
theorem sub_mod_eq_zero_of_mod_eq (h : m % k = n % k) : (m - n) % k = 0 := by
  rcases Nat.le_total n m with hle | hle
  · have e₁ := Nat.mod_add_div m k
    have e₂ := Nat.mod_add_div n k
    have : m - n = k * (m / k - n / k) := by rw [Nat.mul_sub]; omega
    rw [this, mul_mod_right]
  · rw [sub_eq_zero_of_le hle, zero_mod]
theorem eq_of_mod_eq_of_lt {x y : ℕ} (h : x % n = y % n) (hx : x < n) (hy : y < n) : x = y := by
  rw [mod_eq_of_lt hx, mod_eq_of_lt hy] at h; exact h
theorem add_mod_eq_ite : (m + n) % k = if k ≤ m % k + n % k then m % k + n % k - k else m % k + n % k := by
  rw [add_mod]
  rcases eq_zero_or_pos k with rfl | hk
  · rw [if_pos (zero_le _), mod_zero, Nat.sub_zero]
  · have h₁ := mod_lt m hk
    have h₂ := mod_lt n hk
    split
    · rename_i h; rw [mod_eq_sub_mod h, mod_eq_of_lt (by omega)]
    · rename_i h; exact mod_eq_of_lt (by omega)

/-! ### Quotients -/
@[simp] theorem mul_div_right (n : ℕ) (H : 0 < m) : m * n / m = n := (div_mod_unique (r := 0) rfl H).1
@[simp] theorem mul_div_left (m : ℕ) (H : 0 < n) : m * n / n = m := by rw [Nat.mul_comm]; exact mul_div_right m H
theorem mul_div_cancel (m : ℕ) (H : 0 < n) : m * n / n = m := mul_div_left m H
theorem mul_div_cancel_left (m : ℕ) (H : 0 < n) : n * m / n = m := mul_div_right m H
theorem add_mul_div_left (x z : ℕ) {y : ℕ} (H : 0 < y) : (x + y * z) / y = x / y + z := by
  refine (div_mod_unique (r := x % y) ?_ (mod_lt x H)).1
  have := Nat.mod_add_div x y
  rw [Nat.mul_add]; omega
theorem add_mul_div_right (x y : ℕ) {z : ℕ} (H : 0 < z) : (x + y * z) / z = x / z + y := by
  rw [Nat.mul_comm, add_mul_div_left x y H]
theorem mul_add_div (hm : 0 < m) (x y : ℕ) : (m * x + y) / m = x + y / m := by
  rw [Nat.add_comm, add_mul_div_left y x hm, Nat.add_comm]
theorem add_div_of_dvd_right (h : c ∣ a) : (a + b) / c = a / c + b / c := by
  rcases eq_zero_or_pos c with rfl | hc
  · rw [Nat.div_zero, Nat.div_zero, Nat.div_zero]
  · obtain ⟨k, rfl⟩ := h; rw [mul_add_div hc, mul_div_right k hc]
theorem add_div_of_dvd_left (h : c ∣ b) : (a + b) / c = a / c + b / c := by
  rw [Nat.add_comm, add_div_of_dvd_right h, Nat.add_comm]
theorem div_mul_cancel (h : b ∣ a) : a / b * b = a := by
  have := Nat.div_add_mod a b
  rw [mod_eq_zero_of_dvd h, Nat.mul_comm] at this; exact this
theorem mul_div_cancel' (h : a ∣ b) : a * (b / a) = b := by rw [Nat.mul_comm]; exact div_mul_cancel h
theorem div_mul_le_self (m n : ℕ) : m / n * n ≤ m := by rw [Nat.mul_comm]; exact Nat.mul_div_le m n
theorem div_le_self (n k : ℕ) : n / k ≤ n := by
  rcases eq_zero_or_pos k with rfl | hk
  · rw [Nat.div_zero]; exact zero_le n
  · exact div_le_of_le_mul (le_mul_of_pos_left n hk)
theorem div_lt_self (hn : 0 < n) (hk : 1 < k) : n / k < n := by
  apply div_lt_of_lt_mul
  have := Nat.mul_lt_mul_of_pos_left hk hn
  rw [Nat.mul_one, Nat.mul_comm] at this; exact this
theorem div_le_div_right (h : a ≤ b) : a / c ≤ b / c := by
  rcases eq_zero_or_pos c with rfl | hc
  · rw [Nat.div_zero, Nat.div_zero]; exact Nat.le_refl 0
  · rw [le_div_iff_mul_le hc]; exact Nat.le_trans (div_mul_le_self a c) h
theorem div_pos (hba : b ≤ a) (hb : 0 < b) : 0 < a / b := by
  have := (le_div_iff_mul_le hb).2 (show 1 * b ≤ a by omega)
  exact this
theorem div_pos_iff : 0 < a / b ↔ 0 < b ∧ b ≤ a := by
  refine ⟨fun h => ?_, fun ⟨h₁, h₂⟩ => div_pos h₂ h₁⟩
  rcases eq_zero_or_pos b with rfl | hb
  · rw [Nat.div_zero] at h; omega
  · exact ⟨hb, Nat.le_of_not_lt fun h' => by rw [div_eq_of_lt h'] at h; omega⟩
theorem div_eq_zero_iff : a / b = 0 ↔ b = 0 ∨ a < b := by
  have := div_pos_iff (a := a) (b := b)
  generalize a / b = q at *; omega
theorem div_eq_of_eq_mul_left (H1 : 0 < n) (H2 : m = k * n) : m / n = k := by rw [H2]; exact mul_div_left k H1
theorem div_eq_of_eq_mul_right (H1 : 0 < n) (H2 : m = n * k) : m / n = k := by rw [H2]; exact mul_div_right k H1
theorem eq_mul_of_div_eq_right (H1 : b ∣ a) (H2 : a / b = c) : a = b * c := by rw [← H2, mul_div_cancel' H1]
theorem div_eq_iff_eq_mul_right (H : 0 < b) (H' : b ∣ a) : a / b = c ↔ a = b * c :=
  ⟨eq_mul_of_div_eq_right H', div_eq_of_eq_mul_right H⟩
theorem div_eq_iff_eq_mul_left (H : 0 < b) (H' : b ∣ a) : a / b = c ↔ a = c * b := by
  rw [Nat.mul_comm]; exact div_eq_iff_eq_mul_right H H'
theorem mul_div_assoc (m : ℕ) (h : k ∣ n) : m * n / k = m * (n / k) := by
  rcases eq_zero_or_pos k with rfl | hk
  · rw [Nat.div_zero, Nat.div_zero, Nat.mul_zero]
  · obtain ⟨c, rfl⟩ := h
    rw [mul_div_right c hk, Nat.mul_left_comm, mul_div_right _ hk]
theorem div_div_eq_div_mul (m n k : ℕ) : m / n / k = m / (n * k) := by
  rcases eq_zero_or_pos n with rfl | hn
  · rw [Nat.div_zero, Nat.zero_mul, Nat.div_zero, zero_div]
  rcases eq_zero_or_pos k with rfl | hk
  · rw [Nat.div_zero, Nat.mul_zero, Nat.div_zero]
  apply Nat.le_antisymm
  · rw [le_div_iff_mul_le (Nat.mul_pos hn hk), Nat.mul_comm n, ← Nat.mul_assoc, ← le_div_iff_mul_le hn, ← le_div_iff_mul_le hk]
    exact Nat.le_refl _
  · rw [le_div_iff_mul_le hk, le_div_iff_mul_le hn, Nat.mul_assoc, Nat.mul_comm k, ← le_div_iff_mul_le (Nat.mul_pos hn hk)]
    exact Nat.le_refl _
theorem div_div_self (h : b ∣ a) (ha : a ≠ 0) : a / (a / b) = b := by
  obtain ⟨c, rfl⟩ := h
  have hb : 0 < b := pos_of_ne_zero fun e => ha (by rw [e, Nat.zero_mul])
  have hc : 0 < c := pos_of_ne_zero fun e => ha (by rw [e, Nat.mul_zero])
  rw [mul_div_right c hb, mul_div_left b hc]
theorem mul_div_mul_left (n k : ℕ) (H : 0 < m) : m * n / (m * k) = n / k := by
  rw [← div_div_eq_div_mul, mul_div_right n H]
theorem mul_div_mul_right (n k : ℕ) (H : 0 < m) : n * m / (k * m) = n / k := by
  rw [Nat.mul_comm n, Nat.mul_comm k, mul_div_mul_left n k H]
theorem mul_mod_mul_left (z x y : ℕ) : z * x % (z * y) = z * (x % y) := by
  rcases eq_zero_or_pos z with rfl | hz
  · rw [Nat.zero_mul, Nat.zero_mul, Nat.zero_mul, mod_zero]
  · rw [Nat.mod_def, mul_div_mul_left x y hz, Nat.mul_assoc, ← Nat.mul_sub, Nat.mod_def]
theorem mul_mod_mul_right (z x y : ℕ) : x * z % (y * z) = x % y * z := by
  rw [Nat.mul_comm x, Nat.mul_comm y, mul_mod_mul_left, Nat.mul_comm]
theorem div_le_div_left (hcb : c ≤ b) (hc : 0 < c) : a / b ≤ a / c := by
  rw [le_div_iff_mul_le hc]
  exact Nat.le_trans (Nat.mul_le_mul_left _ hcb) (div_mul_le_self a b)
end Nat
