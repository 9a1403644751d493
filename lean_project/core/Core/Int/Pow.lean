prelude
import Core.Int.Order
import Core.Nat.Div
/-!
# Powers of integers

`Int.pow` is computed through the kernel's fast natural powers; `Int.pow_zero` and `Int.pow_succ` are its defining
equations. `omega` and the `Int.reducePow` simproc cite them.
-/
set_option autoImplicit false
set_option linter.all false
namespace Int

/-- `m ^ n`; of a negative base, the parity of `n` decides the sign. -/
protected def pow : Int → Nat → Int
  | ofNat m, n => ofNat (m ^ n)
  | negSucc m, n => cond (Nat.beq (n % 2) 0) (ofNat ((m + 1) ^ n)) (-ofNat ((m + 1) ^ n))

instance instNatPow : NatPow Int := ⟨Int.pow⟩

@[simp] protected theorem pow_zero (b : ℤ) : b ^ 0 = 1 := by cases b <;> rfl

protected theorem pow_succ (b : ℤ) (e : ℕ) : b ^ (e + 1) = b ^ e * b := by
  cases b with
  | ofNat m => rfl
  | negSucc m =>
    show cond (Nat.beq ((e + 1) % 2) 0) (ofNat ((m + 1) ^ (e + 1))) (-ofNat ((m + 1) ^ (e + 1))) =
      cond (Nat.beq (e % 2) 0) (ofNat ((m + 1) ^ e)) (-ofNat ((m + 1) ^ e)) * -ofNat (m + 1)
    have flip : Nat.beq ((e + 1) % 2) 0 = !Nat.beq (e % 2) 0 := by
      induction e with
      | zero => rfl
      | succ e ih =>
        rw [ih]
        have h : (e + 1 + 1) % 2 = e % 2 := Nat.add_mod_right e 2
        rw [h]; cases Nat.beq (e % 2) 0 <;> rfl
    rw [flip]
    have mul : ofNat ((m + 1) ^ (e + 1)) = ofNat ((m + 1) ^ e) * ofNat (m + 1) := rfl
    cases Nat.beq (e % 2) 0
    · show ofNat ((m + 1) ^ (e + 1)) = -ofNat ((m + 1) ^ e) * -ofNat (m + 1)
      rw [Int.neg_mul, Int.mul_neg, Int.neg_neg, mul]
    · show -ofNat ((m + 1) ^ (e + 1)) = ofNat ((m + 1) ^ e) * -ofNat (m + 1)
      rw [Int.mul_neg, mul]

theorem natCast_pow (m n : ℕ) : ((m ^ n : ℕ) : ℤ) = (m : ℤ) ^ n := rfl
end Int
