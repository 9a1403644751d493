prelude
import Core.Nat.Dvd
/-!
# What the kernel computes, and what it means

The kernel evaluates `Nat.add`, `sub`, `mul`, `div`, `mod`, `gcd`, `beq`, `ble`, `land`, `lor`, `xor`, `shiftLeft`,
`shiftRight`, `pow` and `log2` on literals with big-integer code of its own, by these names and whatever their
definitions say. So the profile is sound only if each definition means what the name says. Here are the equations that
determine each function; the test suite compares their values on literals with Python's integers.
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat.Accelerated
variable (m n k : ℕ)

/-! ### Arithmetic -/
theorem add_zero : Nat.add n 0 = n := rfl
theorem add_succ : Nat.add n (k + 1) = Nat.add n k + 1 := rfl
theorem sub_zero : Nat.sub n 0 = n := rfl
theorem sub_succ : Nat.sub n (k + 1) = Nat.pred (Nat.sub n k) := rfl
theorem pred_zero : Nat.pred 0 = 0 := rfl
theorem pred_succ : Nat.pred (n + 1) = n := rfl
theorem mul_zero : Nat.mul n 0 = 0 := rfl
theorem mul_succ : Nat.mul n (k + 1) = Nat.mul n k + n := rfl
theorem pow_zero : Nat.pow n 0 = 1 := rfl
theorem pow_succ : Nat.pow n (k + 1) = Nat.pow n k * n := rfl
theorem beq_iff : Nat.beq m n = true ↔ m = n := ⟨Nat.eq_of_beq_eq_true m n, fun h => h ▸ Nat.beq_refl m⟩
theorem ble_iff : Nat.ble m n = true ↔ m ≤ n := ⟨Nat.le_of_ble_eq_true, Nat.ble_eq_true_of_le⟩

/-! ### Quotient and remainder -/
theorem div_zero : Nat.div n 0 = 0 := Nat.div_zero n
theorem mod_zero : Nat.mod n 0 = n := Nat.mod_zero n
theorem div_iff {q : ℕ} (h : 0 < m) : Nat.div n m = q ↔ m * q ≤ n ∧ n < m * (q + 1) := Nat.div_eq_iff h
theorem mod_add_div : Nat.mod n m + m * Nat.div n m = n := Nat.mod_add_div n m
theorem mod_lt (h : 0 < m) : Nat.mod n m < m := Nat.mod_lt n h

/-! ### Greatest common divisor -/
theorem gcd_zero_left : Nat.gcd 0 n = n := rfl
theorem gcd_rec : Nat.gcd m n = Nat.gcd (n % m) m := Nat.gcd_rec m n
theorem gcd_iff {d : ℕ} : Nat.gcd m n = d ↔ (d ∣ m ∧ d ∣ n) ∧ ∀ c, c ∣ m → c ∣ n → c ∣ d := by
  constructor
  · rintro rfl; exact ⟨⟨Nat.gcd_dvd_left m n, Nat.gcd_dvd_right m n⟩, fun _ => Nat.dvd_gcd⟩
  · rintro ⟨⟨h₁, h₂⟩, h₃⟩
    exact Nat.dvd_antisymm (h₃ _ (Nat.gcd_dvd_left m n) (Nat.gcd_dvd_right m n)) (Nat.dvd_gcd h₁ h₂)

/-! ### Shifts and logarithm -/
theorem shiftLeft_eq : Nat.shiftLeft n k = n * 2 ^ k := Nat.shiftLeft_eq n k
theorem shiftRight_eq : Nat.shiftRight n k = n / 2 ^ k := Nat.shiftRight_eq_div_pow n k

theorem log2Aux_fuel (fuel fuel' n : ℕ) (h : n ≤ fuel) (h' : n ≤ fuel') : log2Aux fuel n = log2Aux fuel' n := by
  induction fuel generalizing fuel' n with
  | zero =>
    rw [show n = 0 by omega]
    cases fuel' <;> rfl
  | succ fuel ih =>
    cases fuel' with
    | zero => rw [show n = 0 by omega]; rfl
    | succ fuel' =>
      show cond (Nat.ble 2 n) _ _ = cond (Nat.ble 2 n) _ _
      cases hb : Nat.ble 2 n with
      | false => rfl
      | true =>
        have := Nat.le_of_ble_eq_true hb
        exact congrArg (· + 1) (ih fuel' (n / 2) (by omega) (by omega))
theorem log2_rec : Nat.log2 n = if 2 ≤ n then Nat.log2 (n / 2) + 1 else 0 := by
  split
  · rename_i h
    show log2Aux n n = log2Aux (n / 2) (n / 2) + 1
    rw [log2Aux_fuel n (n / 2 + 1 + (n - n / 2 - 1)) n (by omega) (by omega)]
    show log2Aux (n / 2 + 1 + (n - n / 2 - 1)) n = _
    rw [show n / 2 + 1 + (n - n / 2 - 1) = (n / 2 + (n - n / 2 - 1)) + 1 by omega]
    show cond (Nat.ble 2 n) _ _ = _
    rw [Nat.ble_eq_true_of_le h]
    exact congrArg (· + 1) (log2Aux_fuel _ _ _ (by omega) (by omega))
  · rename_i h
    cases n with
    | zero => rfl
    | succ n => rw [show n = 0 by omega]; rfl
theorem log2_spec (h : n ≠ 0) : 2 ^ Nat.log2 n ≤ n ∧ n < 2 ^ (Nat.log2 n + 1) := by
  induction n using Nat.strong_induction_on with
  | h n ih =>
    rw [log2_rec]
    split
    · obtain ⟨h₁, h₂⟩ := ih (n / 2) (by omega) (by omega)
      generalize Nat.log2 (n / 2) = l at *
      rw [Nat.pow_succ] at h₂ ⊢
      rw [Nat.pow_succ, Nat.pow_succ]
      omega
    · rw [show n = 1 by omega]; decide

/-! ### Bitwise operations -/
section
variable (f : Bool → Bool → Bool)
theorem bitwiseAux_fuel (fuel fuel' n m : ℕ) (h : n + m ≤ fuel) (h' : n + m ≤ fuel') :
    bitwiseAux f fuel n m = bitwiseAux f fuel' n m := by
  induction fuel generalizing fuel' n m with
  | zero =>
    rw [show n = 0 by omega, show m = 0 by omega]
    cases fuel' <;> rfl
  | succ fuel ih =>
    cases fuel' with
    | zero => rw [show n = 0 by omega, show m = 0 by omega]; rfl
    | succ fuel' =>
      show cond (and (Nat.beq n 0) (Nat.beq m 0)) _ _ = cond (and (Nat.beq n 0) (Nat.beq m 0)) _ _
      cases hb : and (Nat.beq n 0) (Nat.beq m 0) with
      | true => rfl
      | false =>
        have : n + m ≠ 0 := fun e => by rw [show n = 0 by omega, show m = 0 by omega] at hb; nomatch hb
        show 2 * bitwiseAux f fuel (n / 2) (m / 2) + _ = 2 * bitwiseAux f fuel' (n / 2) (m / 2) + _
        rw [ih fuel' (n / 2) (m / 2) (by omega) (by omega)]
/-- The last bit of the result is `f` of the last bits, and the others come from the halves. -/
theorem bitwise_rec (hf : f false false = false) : bitwise f n m =
    2 * bitwise f (n / 2) (m / 2) + cond (f (Nat.beq (n % 2) 1) (Nat.beq (m % 2) 1)) 1 0 := by
  by_cases h0 : n + m = 0
  · rw [show n = 0 by omega, show m = 0 by omega]
    show 0 = 2 * 0 + cond (f false false) 1 0
    rw [hf]; rfl
  · show bitwiseAux f (n + m) n m = 2 * bitwiseAux f (n / 2 + m / 2) (n / 2) (m / 2) + _
    rw [bitwiseAux_fuel f (n + m) (n / 2 + m / 2 + (n + m)) n m (by omega) (by omega)]
    rw [show n / 2 + m / 2 + (n + m) = n / 2 + m / 2 + (n + m - 1) + 1 by omega]
    show cond (and (Nat.beq n 0) (Nat.beq m 0)) _ _ = _
    have hb : and (Nat.beq n 0) (Nat.beq m 0) = false := by
      cases e : and (Nat.beq n 0) (Nat.beq m 0) with
      | false => rfl
      | true =>
        rw [Bool.and_eq_true] at e
        have h₁ := Nat.eq_of_beq_eq_true _ _ e.1
        have h₂ := Nat.eq_of_beq_eq_true _ _ e.2
        omega
    rw [hb]
    show 2 * _ + _ = _
    rw [bitwiseAux_fuel f (n / 2 + m / 2 + (n + m - 1)) (n / 2 + m / 2) (n / 2) (m / 2) (by omega) (by omega)]
end
/-- Bit `i` of `n`. -/
def bit (n i : ℕ) : Bool := Nat.beq (n / 2 ^ i % 2) 1
theorem bit_bitwise (f : Bool → Bool → Bool) (hf : f false false = false) (n m i : ℕ) :
    bit (bitwise f n m) i = f (bit n i) (bit m i) := by
  have half : ∀ n i : ℕ, n / 2 ^ (i + 1) = n / 2 / 2 ^ i := fun n i => by
    rw [Nat.div_div_eq_div_mul, Nat.pow_succ, Nat.mul_comm]
  have low : ∀ b : Bool, (cond b 1 0 : ℕ) < 2 := fun b => by cases b <;> decide
  induction i generalizing n m with
  | zero =>
    show Nat.beq (bitwise f n m / 1 % 2) 1 = f (Nat.beq (n / 1 % 2) 1) (Nat.beq (m / 1 % 2) 1)
    rw [Nat.div_one, Nat.div_one, Nat.div_one, bitwise_rec m n f hf]
    generalize f (Nat.beq (n % 2) 1) (Nat.beq (m % 2) 1) = b
    rw [show (2 * bitwise f (n / 2) (m / 2) + cond b 1 0) % 2 = cond b 1 0 by have := low b; omega]
    cases b <;> rfl
  | succ i ih =>
    have e : bitwise f n m / 2 = bitwise f (n / 2) (m / 2) := by
      rw [bitwise_rec m n f hf]
      generalize f (Nat.beq (n % 2) 1) (Nat.beq (m % 2) 1) = b
      have := low b
      omega
    unfold bit at *
    rw [half, half, half, e]
    exact ih (n / 2) (m / 2)
theorem bit_land (n m i : ℕ) : bit (Nat.land n m) i = and (bit n i) (bit m i) := bit_bitwise and rfl n m i
theorem bit_lor (n m i : ℕ) : bit (Nat.lor n m) i = or (bit n i) (bit m i) := bit_bitwise or rfl n m i
theorem bit_xor (n m i : ℕ) : bit (Nat.xor n m) i = cond (bit n i) (not (bit m i)) (bit m i) :=
  bit_bitwise (fun a b => cond a (not b) b) rfl n m i
end Nat.Accelerated
