prelude
import Core.Nat.Div
/-!
# Bitwise operations

`<<<`, `>>>`, `&&&`, `|||`, `^^^` and `Nat.log2` on natural numbers. The kernel computes each on literals by its name.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w
class HAnd (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAnd : α → β → γ
class HOr (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hOr : α → β → γ
class HXor (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hXor : α → β → γ
class HShiftLeft (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hShiftLeft : α → β → γ
class HShiftRight (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hShiftRight : α → β → γ
class AndOp (α : Type u) where
  and : α → α → α
class OrOp (α : Type u) where
  or : α → α → α
class XorOp (α : Type u) where
  xor : α → α → α
class ShiftLeft (α : Type u) where
  shiftLeft : α → α → α
class ShiftRight (α : Type u) where
  shiftRight : α → α → α
@[default_instance] instance instHAndOfAndOp {α : Type u} [AndOp α] : HAnd α α α := ⟨AndOp.and⟩
@[default_instance] instance instHOrOfOrOp {α : Type u} [OrOp α] : HOr α α α := ⟨OrOp.or⟩
@[default_instance] instance instHXorOfXorOp {α : Type u} [XorOp α] : HXor α α α := ⟨XorOp.xor⟩
@[default_instance] instance instHShiftLeftOfShiftLeft {α : Type u} [ShiftLeft α] : HShiftLeft α α α :=
  ⟨ShiftLeft.shiftLeft⟩
@[default_instance] instance instHShiftRightOfShiftRight {α : Type u} [ShiftRight α] : HShiftRight α α α :=
  ⟨ShiftRight.shiftRight⟩

namespace Nat
/-- `n <<< m = n * 2 ^ m`. -/
@[extern "lean_nat_shiftl"] def shiftLeft : @& Nat → @& Nat → Nat
  | n, 0 => n
  | n, m + 1 => shiftLeft (2 * n) m
/-- `n >>> m = n / 2 ^ m`. -/
@[extern "lean_nat_shiftr"] def shiftRight : @& Nat → @& Nat → Nat
  | n, 0 => n
  | n, m + 1 => shiftRight n m / 2
instance instShiftLeft : ShiftLeft Nat := ⟨shiftLeft⟩
instance instShiftRight : ShiftRight Nat := ⟨shiftRight⟩

theorem shiftLeft_eq (a b : Nat) : a <<< b = a * 2 ^ b := by
  show shiftLeft a b = _
  induction b generalizing a with
  | zero => exact (Nat.mul_one a).symm
  | succ b ih =>
    show shiftLeft (2 * a) b = _
    rw [ih, Nat.pow_succ, Nat.mul_comm 2, Nat.mul_assoc, Nat.mul_comm 2]
theorem div_div_two_pow (n m : Nat) : n / 2 ^ m / 2 = n / 2 ^ (m + 1) := by
  have hp : 0 < 2 ^ m := by
    induction m with
    | zero => exact Nat.zero_lt_succ 0
    | succ m ih => exact Nat.mul_pos ih (Nat.zero_lt_succ 1)
  refine (Nat.div_unique_of_bounds ?_ ?_).symm
  · rw [Nat.pow_succ, Nat.mul_assoc]
    exact Nat.le_trans (Nat.mul_le_mul_left _ (Nat.mul_div_le _ 2)) (Nat.mul_div_le n _)
  · rw [Nat.pow_succ, Nat.mul_assoc, ← Nat.mul_add]
    refine Nat.lt_of_lt_of_le (Nat.lt_mul_div_succ n hp) ?_
    rw [← Nat.mul_add_one]
    exact Nat.mul_le_mul_left _ (Nat.lt_mul_div_succ (n / 2 ^ m) (Nat.zero_lt_succ 1))
theorem shiftRight_eq_div_pow (a b : Nat) : a >>> b = a / 2 ^ b := by
  show shiftRight a b = _
  induction b with
  | zero => exact (Nat.div_unique_of_bounds (Nat.le_of_eq (Nat.one_mul a)) (by rw [Nat.one_mul]; exact Nat.le_refl _)).symm
  | succ b ih => show shiftRight a b / 2 = _; rw [ih, div_div_two_pow]

/-- Digit by digit: `f` decides each bit of the result (`fuel` bounds the number of bits). -/
def bitwiseAux (f : Bool → Bool → Bool) : Nat → Nat → Nat → Nat
  | 0, _, _ => 0
  | fuel + 1, n, m => cond (and (Nat.beq n 0) (Nat.beq m 0)) 0
      (2 * bitwiseAux f fuel (n / 2) (m / 2) + cond (f (Nat.beq (n % 2) 1) (Nat.beq (m % 2) 1)) 1 0)
def bitwise (f : Bool → Bool → Bool) (n m : Nat) : Nat := bitwiseAux f (n + m) n m
/-- Bitwise and. -/
@[extern "lean_nat_land"] def land (n m : @& Nat) : Nat := bitwise and n m
/-- Bitwise or. -/
@[extern "lean_nat_lor"] def lor (n m : @& Nat) : Nat := bitwise or n m
/-- Bitwise exclusive or. -/
@[extern "lean_nat_lxor"] def xor (n m : @& Nat) : Nat := bitwise (fun a b => cond a (not b) b) n m
instance instAndOp : AndOp Nat := ⟨land⟩
instance instOrOp : OrOp Nat := ⟨lor⟩
instance instXorOp : XorOp Nat := ⟨xor⟩

def log2Aux : Nat → Nat → Nat
  | 0, _ => 0
  | fuel + 1, n => cond (Nat.ble 2 n) (log2Aux fuel (n / 2) + 1) 0
/-- The binary logarithm, rounded down; zero at zero. -/
@[extern "lean_nat_log2"] def log2 (n : @& Nat) : Nat := log2Aux n n
end Nat
