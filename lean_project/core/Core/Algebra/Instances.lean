prelude
import Core.Algebra.Classes
import Core.Int.Pow
import Core.Int.Div
/-! # ℕ and ℤ as instances of the algebraic classes -/
set_option autoImplicit false
set_option linter.all false

instance Nat.instCommSemiring : CommSemiring ℕ where
  add_assoc := Nat.add_assoc
  add_comm := Nat.add_comm
  zero_add := Nat.zero_add
  mul_assoc := Nat.mul_assoc
  mul_comm := Nat.mul_comm
  one_mul := Nat.one_mul
  zero_mul := Nat.zero_mul
  mul_add := Nat.mul_add
  pow_zero := Nat.pow_zero
  pow_succ _ _ := Nat.pow_succ
  natCast_zero := rfl
  natCast_succ _ := rfl

instance Int.instCommRing : CommRing ℤ where
  add_assoc := Int.add_assoc
  add_comm := Int.add_comm
  zero_add := Int.zero_add
  mul_assoc := Int.mul_assoc
  mul_comm := Int.mul_comm
  one_mul := Int.one_mul
  zero_mul := Int.zero_mul
  mul_add := Int.mul_add
  pow_zero := Int.pow_zero
  pow_succ := Int.pow_succ
  natCast_zero := rfl
  natCast_succ _ := rfl
  sub_eq_add_neg _ _ := Int.sub_eq_add_neg
  neg_add_cancel := Int.add_left_neg

instance Nat.instLinearOrder : LinearOrder ℕ where
  le_refl := Nat.le_refl
  le_trans _ _ _ := Nat.le_trans
  lt_iff_le_not_ge _ _ := ⟨fun h => ⟨Nat.le_of_lt h, Nat.not_le_of_lt h⟩, fun h => Nat.lt_of_not_le h.2⟩
  le_antisymm _ _ := Nat.le_antisymm
  le_total := Nat.le_total
  toDecidableLE := Nat.decLe
  min_def _ _ := rfl
  max_def _ _ := rfl

instance Int.instLinearOrder : LinearOrder ℤ where
  le_refl := Int.le_refl
  le_trans _ _ _ := Int.le_trans
  lt_iff_le_not_ge _ _ := ⟨fun h => ⟨Int.le_of_lt h, Int.not_le_of_lt h⟩, fun h => Int.lt_of_not_le h.2⟩
  le_antisymm _ _ := Int.le_antisymm
  le_total := Int.le_total
  toDecidableLE := Int.decLe
  min_def _ _ := rfl
  max_def _ _ := rfl

instance Nat.instIsStrictOrderedRing : IsStrictOrderedRing ℕ where
  zero_le_one := Nat.zero_le 1
  zero_ne_one := Nat.zero_ne_succ 0
  add_le_add_left _ _ h c := Nat.add_le_add_right h c
  le_of_add_le_add_left _ _ _ := Nat.le_of_add_le_add_left
  mul_lt_mul_of_pos_left _ _ _ hc h := Nat.mul_lt_mul_of_pos_left h hc

instance Int.instIsStrictOrderedRing : IsStrictOrderedRing ℤ where
  zero_le_one := Int.natCast_nonneg 1
  zero_ne_one h := by injection h with h; exact Nat.zero_ne_succ 0 h
  add_le_add_left _ _ h c := Int.add_le_add_right h c
  le_of_add_le_add_left _ _ _ := Int.le_of_add_le_add_left
  mul_lt_mul_of_pos_left _ _ _ hc h := Int.mul_lt_mul_of_pos_left h hc

instance Nat.instIsCancelMulZero : IsCancelMulZero ℕ where
  mul_left_cancel_of_ne_zero _ _ _ ha h := Nat.eq_of_mul_eq_mul_left (Nat.pos_of_ne_zero ha) h

instance Int.instIsCancelMulZero : IsCancelMulZero ℤ where
  mul_left_cancel_of_ne_zero _ _ _ ha h := Int.eq_of_mul_eq_mul_left ha h
