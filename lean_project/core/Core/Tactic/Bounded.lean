prelude
import Core.Library
/-!
# Deciding quantifiers over ranges

Instances by which `decide +kernel` settles `∀` and `∃` over ranges of thousands of natural numbers or integers: the range is
halved until single values remain, so that the depth of the kernel's recursion is the logarithm of its length.

Contract: the range is bounded by comparisons that come first (`∀ x, a ≤ x → x < b → …`, `∀ x, a ≤ x ∧ x ≤ b → …`,
`∃ x, x < b ∧ …`), in either strictness.
-/
set_option autoImplicit false
set_option linter.all false
namespace Core.Bounded

/-- `p` holds of all `k < n` with `lo ≤ k < lo + 2 ^ d`. -/
def every (p : Nat → Bool) (n : Nat) : Nat → Nat → Bool
  | 0, lo => or (Nat.ble n lo) (p lo)
  | d + 1, lo => or (Nat.ble n lo) (and (every p n d lo) (every p n d (lo + 2 ^ d)))
theorem every_iff (p : Nat → Bool) (n d lo : Nat) : every p n d lo = true ↔ ∀ k, lo ≤ k → k < lo + 2 ^ d → k < n → p k = true := by
  induction d generalizing lo with
  | zero =>
    show or (Nat.ble n lo) (p lo) = true ↔ ∀ k, lo ≤ k → k < lo + 1 → k < n → p k = true
    rw [Bool.or_eq_true]
    constructor
    · intro h k h₁ h₂ h₃
      have e : k = lo := by omega
      rcases h with h | h
      · have := Nat.le_of_ble_eq_true h; omega
      · rw [e]; exact h
    · intro h
      by_cases hn : lo < n
      · exact .inr (h lo (Nat.le_refl lo) (by omega) hn)
      · exact .inl (Nat.ble_eq_true_of_le (by omega))
  | succ d ih =>
    show or (Nat.ble n lo) (and (every p n d lo) (every p n d (lo + 2 ^ d))) = true ↔ _
    have e : 2 ^ (d + 1) = 2 ^ d + 2 ^ d := by rw [Nat.pow_succ, Nat.mul_comm]; omega
    rw [Bool.or_eq_true, Bool.and_eq_true, ih, ih, e]
    constructor
    · rintro (h | ⟨h₁, h₂⟩) k hk hk' hn
      · have := Nat.le_of_ble_eq_true h; omega
      · by_cases hm : k < lo + 2 ^ d
        · exact h₁ k hk hm hn
        · exact h₂ k (by omega) (by omega) hn
    · intro h
      exact .inr ⟨fun k h₁ h₂ h₃ => h k h₁ (by omega) h₃, fun k h₁ h₂ h₃ => h k (by omega) (by omega) h₃⟩
/-- The number of binary digits, up to the fuel. -/
def digits : Nat → Nat → Nat
  | 0, _ => 0
  | f + 1, n => if n = 0 then 0 else digits f (n / 2) + 1
def check (p : Nat → Bool) (n : Nat) : Bool := every p n (digits 64 n) 0
theorem check_iff (p : Nat → Bool) (n : Nat) (h : Nat.ble n (2 ^ digits 64 n) = true) : check p n = true ↔ ∀ k, k < n → p k = true := by
  have := Nat.le_of_ble_eq_true h
  unfold check; rw [every_iff]
  exact ⟨fun f k hk => f k (Nat.zero_le k) (by omega) hk, fun f k _ _ hk => f k hk⟩

variable {P : Nat → Prop} [DecidablePred P]
instance (priority := high) decidableForallLt (n : Nat) : Decidable (∀ k, k < n → P k) :=
  if h : Nat.ble n (2 ^ digits 64 n) = true then
    decidable_of_iff (check (fun k => decide (P k)) n = true) (by
      rw [check_iff _ _ h]
      exact ⟨fun f k hk => of_decide_eq_true (f k hk), fun f k hk => decide_eq_true (f k hk)⟩)
  else Nat.decidableBallLT n fun k _ => P k
instance (priority := high) (n : Nat) : Decidable (∀ k, k ≤ n → P k) :=
  decidable_of_iff (∀ k, k < n + 1 → P k) ⟨fun f k h => f k (by omega), fun f k h => f k (by omega)⟩
instance (priority := high) decidableExistsLt (n : Nat) : Decidable (∃ k, k < n ∧ P k) :=
  decidable_of_iff (¬ ∀ k, k < n → ¬ P k) ⟨fun h => by
      obtain ⟨k, hk⟩ := Classical.not_forall.1 h
      obtain ⟨h₁, h₂⟩ := Classical.not_imp.1 hk
      exact ⟨k, h₁, Classical.not_not.1 h₂⟩, fun ⟨k, h₁, h₂⟩ f => f k h₁ h₂⟩
instance (priority := high) (n : Nat) : Decidable (∃ k, k ≤ n ∧ P k) :=
  decidable_of_iff (∃ k, k < n + 1 ∧ P k) ⟨fun ⟨k, h, p⟩ => ⟨k, by omega, p⟩, fun ⟨k, h, p⟩ => ⟨k, by omega, p⟩⟩

/-! ### Two bounds, naturals -/
variable (a b : Nat)
instance (priority := high) instNatLeLt : Decidable (∀ k, a ≤ k → k < b → P k) :=
  decidable_of_iff (∀ j, j < b - a → P (a + j)) ⟨fun f k h₁ h₂ => by
      have := f (k - a) (by omega)
      rw [show a + (k - a) = k by omega] at this; exact this, fun f j h => f (a + j) (by omega) (by omega)⟩
instance (priority := high) : Decidable (∀ k, a ≤ k → k ≤ b → P k) :=
  decidable_of_iff (∀ k, a ≤ k → k < b + 1 → P k) ⟨fun f k h₁ h₂ => f k h₁ (by omega), fun f k h₁ h₂ => f k h₁ (by omega)⟩
instance (priority := high) : Decidable (∀ k, a < k → k < b → P k) :=
  decidable_of_iff (∀ k, a + 1 ≤ k → k < b → P k) ⟨fun f k h₁ h₂ => f k h₁ h₂, fun f k h₁ h₂ => f k h₁ h₂⟩
instance (priority := high) : Decidable (∀ k, a < k → k ≤ b → P k) :=
  decidable_of_iff (∀ k, a + 1 ≤ k → k < b + 1 → P k) ⟨fun f k h₁ h₂ => f k h₁ (by omega), fun f k h₁ h₂ => f k h₁ (by omega)⟩
instance (priority := high) : Decidable (∀ k, a ≤ k ∧ k < b → P k) :=
  decidable_of_iff (∀ k, a ≤ k → k < b → P k) ⟨fun f k h => f k h.1 h.2, fun f k h₁ h₂ => f k ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∀ k, a ≤ k ∧ k ≤ b → P k) :=
  decidable_of_iff (∀ k, a ≤ k → k ≤ b → P k) ⟨fun f k h => f k h.1 h.2, fun f k h₁ h₂ => f k ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∀ k, a < k ∧ k < b → P k) :=
  decidable_of_iff (∀ k, a < k → k < b → P k) ⟨fun f k h => f k h.1 h.2, fun f k h₁ h₂ => f k ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∀ k, a < k ∧ k ≤ b → P k) :=
  decidable_of_iff (∀ k, a < k → k ≤ b → P k) ⟨fun f k h => f k h.1 h.2, fun f k h₁ h₂ => f k ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∃ k, a ≤ k ∧ k < b ∧ P k) :=
  decidable_of_iff (∃ j, j < b - a ∧ P (a + j)) ⟨fun ⟨j, h, p⟩ => ⟨a + j, by omega, by omega, p⟩, fun ⟨k, h₁, h₂, p⟩ => ⟨k - a, by omega, by
    rw [show a + (k - a) = k by omega]; exact p⟩⟩
instance (priority := high) : Decidable (∃ k, a ≤ k ∧ k ≤ b ∧ P k) :=
  decidable_of_iff (∃ k, a ≤ k ∧ k < b + 1 ∧ P k) ⟨fun ⟨k, h₁, h₂, p⟩ => ⟨k, h₁, by omega, p⟩, fun ⟨k, h₁, h₂, p⟩ => ⟨k, h₁, by omega, p⟩⟩
instance (priority := high) : Decidable (∃ k, a < k ∧ k < b ∧ P k) :=
  decidable_of_iff (∃ k, a + 1 ≤ k ∧ k < b ∧ P k) ⟨fun ⟨k, h₁, h₂, p⟩ => ⟨k, h₁, h₂, p⟩, fun ⟨k, h₁, h₂, p⟩ => ⟨k, h₁, h₂, p⟩⟩
instance (priority := high) : Decidable (∃ k, a < k ∧ k ≤ b ∧ P k) :=
  decidable_of_iff (∃ k, a + 1 ≤ k ∧ k < b + 1 ∧ P k) ⟨fun ⟨k, h₁, h₂, p⟩ => ⟨k, h₁, by omega, p⟩, fun ⟨k, h₁, h₂, p⟩ => ⟨k, h₁, by omega, p⟩⟩
end Core.Bounded

/-! ### Integers -/
namespace Core.Bounded
/-- The length of `a, …, b - 1`. -/
def length (a b : Int) : Nat := match b - a with
  | .ofNat n => n
  | .negSucc _ => 0
theorem lt_length {a b : Int} {j : Nat} (h : j < length a b) : a + (j : Int) < b := by
  unfold length at h
  cases e : b - a with
  | ofNat n => rw [e] at h; have h : j < n := h; have e : b - a = (n : Int) := e; omega
  | negSucc n => rw [e] at h; exact absurd h (Nat.not_lt_zero j)
theorem exists_of_range {a b x : Int} (h₁ : a ≤ x) (h₂ : x < b) : ∃ j : Nat, j < length a b ∧ a + (j : Int) = x := by
  obtain ⟨j, e⟩ := Int.le_def.1 h₁
  have e : x = a + (j : Int) := e
  refine ⟨j, ?_, e.symm⟩
  unfold length
  cases e' : b - a with
  | ofNat n => have e' : b - a = (n : Int) := e'; show j < n; omega
  | negSucc n => have e' : b - a = -((n : Int) + 1) := e'.trans (Int.negSucc_eq n); omega
variable {P : Int → Prop} [DecidablePred P] (a b : Int)
instance (priority := high) instIntLeLt : Decidable (∀ x, a ≤ x → x < b → P x) :=
  decidable_of_iff (∀ j, j < length a b → P (a + (j : Int))) ⟨fun f x h₁ h₂ => by
      obtain ⟨j, hj, e⟩ := exists_of_range h₁ h₂
      rw [← e]; exact f j hj, fun f j h => f _ (by omega) (lt_length h)⟩
instance (priority := high) : Decidable (∀ x, a ≤ x → x ≤ b → P x) :=
  decidable_of_iff (∀ x, a ≤ x → x < b + 1 → P x) ⟨fun f x h₁ h₂ => f x h₁ (by omega), fun f x h₁ h₂ => f x h₁ (by omega)⟩
instance (priority := high) : Decidable (∀ x, a < x → x < b → P x) :=
  decidable_of_iff (∀ x, a + 1 ≤ x → x < b → P x) ⟨fun f x h₁ h₂ => f x h₁ h₂, fun f x h₁ h₂ => f x h₁ h₂⟩
instance (priority := high) : Decidable (∀ x, a < x → x ≤ b → P x) :=
  decidable_of_iff (∀ x, a + 1 ≤ x → x < b + 1 → P x) ⟨fun f x h₁ h₂ => f x h₁ (by omega), fun f x h₁ h₂ => f x h₁ (by omega)⟩
instance (priority := high) : Decidable (∀ x, a ≤ x ∧ x < b → P x) :=
  decidable_of_iff (∀ x, a ≤ x → x < b → P x) ⟨fun f x h => f x h.1 h.2, fun f x h₁ h₂ => f x ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∀ x, a ≤ x ∧ x ≤ b → P x) :=
  decidable_of_iff (∀ x, a ≤ x → x ≤ b → P x) ⟨fun f x h => f x h.1 h.2, fun f x h₁ h₂ => f x ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∀ x, a < x ∧ x < b → P x) :=
  decidable_of_iff (∀ x, a < x → x < b → P x) ⟨fun f x h => f x h.1 h.2, fun f x h₁ h₂ => f x ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∀ x, a < x ∧ x ≤ b → P x) :=
  decidable_of_iff (∀ x, a < x → x ≤ b → P x) ⟨fun f x h => f x h.1 h.2, fun f x h₁ h₂ => f x ⟨h₁, h₂⟩⟩
instance (priority := high) : Decidable (∃ x, a ≤ x ∧ x < b ∧ P x) :=
  decidable_of_iff (∃ j, j < length a b ∧ P (a + (j : Int))) ⟨fun ⟨j, h, p⟩ => ⟨_, by omega, lt_length h, p⟩, fun ⟨x, h₁, h₂, p⟩ => by
    obtain ⟨j, hj, e⟩ := exists_of_range h₁ h₂
    exact ⟨j, hj, by rw [e]; exact p⟩⟩
instance (priority := high) : Decidable (∃ x, a ≤ x ∧ x ≤ b ∧ P x) :=
  decidable_of_iff (∃ x, a ≤ x ∧ x < b + 1 ∧ P x) ⟨fun ⟨x, h₁, h₂, p⟩ => ⟨x, h₁, by omega, p⟩, fun ⟨x, h₁, h₂, p⟩ => ⟨x, h₁, by omega, p⟩⟩
instance (priority := high) : Decidable (∃ x, a < x ∧ x < b ∧ P x) :=
  decidable_of_iff (∃ x, a + 1 ≤ x ∧ x < b ∧ P x) ⟨fun ⟨x, h₁, h₂, p⟩ => ⟨x, h₁, h₂, p⟩, fun ⟨x, h₁, h₂, p⟩ => ⟨x, h₁, h₂, p⟩⟩
instance (priority := high) : Decidable (∃ x, a < x ∧ x ≤ b ∧ P x) :=
  decidable_of_iff (∃ x, a + 1 ≤ x ∧ x < b + 1 ∧ P x) ⟨fun ⟨x, h₁, h₂, p⟩ => ⟨x, h₁, by omega, p⟩, fun ⟨x, h₁, h₂, p⟩ => ⟨x, h₁, by omega, p⟩⟩
end Core.Bounded
