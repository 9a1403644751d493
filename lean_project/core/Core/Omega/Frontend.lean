prelude
import Core.Omega.Constraint
/-!
# The facts by which `omega` reads hypotheses and the goal
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

namespace Lean.Omega
theorem ite_disjunction {α : Type u} {P : Prop} [Decidable P] {a b : α} : (P ∧ (if P then a else b) = a) ∨ (¬P ∧ (if P then a else b) = b) :=
  if h : P then .inl ⟨h, if_pos h⟩ else .inr ⟨h, if_neg h⟩
theorem and_not_not_of_not_or {p q : Prop} (h : ¬(p ∨ q)) : ¬p ∧ ¬q := not_or.1 h
theorem Decidable.or_not_not_of_not_and {p q : Prop} [Decidable p] [Decidable q] (h : ¬(p ∧ q)) : ¬p ∨ ¬q := Decidable.not_and_iff_or_not_not'.1 h
theorem Decidable.and_or_not_and_not_of_iff {p q : Prop} [Decidable q] (h : p ↔ q) : (p ∧ q) ∨ (¬p ∧ ¬q) :=
  if hq : q then .inl ⟨h.2 hq, hq⟩ else .inr ⟨fun hp => hq (h.1 hp), hq⟩
theorem Decidable.and_not_of_not_imp {p q : Prop} [Decidable p] (h : ¬(p → q)) : p ∧ ¬q :=
  ⟨if hp : p then hp else absurd (fun x => absurd x hp) h, fun hq => h fun _ => hq⟩
theorem Decidable.and_not_or_not_and_of_not_iff {p q : Prop} [Decidable p] [Decidable q] (h : ¬(p ↔ q)) : (p ∧ ¬q) ∨ (¬p ∧ q) :=
  if hp : p then if hq : q then absurd ⟨fun _ => hq, fun _ => hp⟩ h else .inl ⟨hp, hq⟩
  else if hq : q then .inr ⟨hp, hq⟩ else absurd ⟨fun x => absurd x hp, fun x => absurd x hq⟩ h
namespace Int
theorem ofNat_lt_of_lt {x y : Nat} (h : x < y) : (x : Int) < (y : Int) := _root_.Int.ofNat_lt.2 h
theorem ofNat_le_of_le {x y : Nat} (h : x ≤ y) : (x : Int) ≤ (y : Int) := _root_.Int.ofNat_le.2 h
theorem ofNat_congr {x y : Nat} (h : x = y) : (x : Int) = (y : Int) := congrArg _ h
theorem add_congr {a b c d : Int} (h₁ : a = b) (h₂ : c = d) : a + c = b + d := h₁ ▸ h₂ ▸ rfl
theorem sub_congr {a b c d : Int} (h₁ : a = b) (h₂ : c = d) : a - c = b - d := h₁ ▸ h₂ ▸ rfl
theorem mul_congr {a b c d : Int} (h₁ : a = b) (h₂ : c = d) : a * c = b * d := h₁ ▸ h₂ ▸ rfl
theorem mul_congr_left {x₁ x₂ : Int} (h₁ : x₁ = x₂) (y : Int) : x₁ * y = x₂ * y := h₁ ▸ rfl
theorem neg_congr {a b : Int} (h : a = b) : -a = -b := h ▸ rfl
theorem natCast_ofNat {n : Nat} : ((OfNat.ofNat n : Nat) : Int) = OfNat.ofNat n := rfl
theorem ofNat_max {a b : Nat} : ((max a b : Nat) : Int) = max (a : Int) (b : Int) := by
  show ((ite _ _ _ : Nat) : Int) = ite _ _ _
  by_cases h : a ≤ b
  · rw [if_pos h, if_pos (_root_.Int.ofNat_le.2 h)]
  · rw [if_neg h, if_neg (fun h' => h (_root_.Int.ofNat_le.1 h'))]
theorem ofNat_min {a b : Nat} : ((min a b : Nat) : Int) = min (a : Int) (b : Int) := by
  show ((ite _ _ _ : Nat) : Int) = ite _ _ _
  by_cases h : a ≤ b
  · rw [if_pos h, if_pos (_root_.Int.ofNat_le.2 h)]
  · rw [if_neg h, if_neg (fun h' => h (_root_.Int.ofNat_le.1 h'))]
theorem emod_ofNat_nonneg {x : Nat} {y : Int} : 0 ≤ (x : Int) % y := _root_.Int.natCast_nonneg _
theorem ofNat_pos_of_pos {x : Nat} (h : 0 < x) : 0 < (x : Int) := _root_.Int.ofNat_lt.2 h
theorem ofNat_mul_nonneg {a b : Nat} : 0 ≤ (a : Int) * (b : Int) := _root_.Int.natCast_nonneg (a * b)
theorem lt_of_not_le {x y : Int} (h : ¬ x ≤ y) : y < x := _root_.Int.lt_of_not_le h
theorem le_of_not_lt {x y : Int} (h : ¬ x < y) : y ≤ x := _root_.Int.le_of_not_lt h
theorem lt_of_gt {x y : Int} (h : x > y) : y < x := h
theorem le_of_ge {x y : Int} (h : x ≥ y) : y ≤ x := h
theorem ofNat_sub_sub {a b c : Nat} : ((a - b - c : Nat) : Int) = ((a - (b + c) : Nat) : Int) := by
  have : a - b - c = a - (b + c) := by
    induction c with
    | zero => rfl
    | succ c ih => exact congrArg Nat.pred ih
  rw [this]
theorem ofNat_sub_dichotomy {a b : Nat} : b ≤ a ∧ ((a - b : Nat) : Int) = (a : Int) - (b : Int) ∨ a < b ∧ ((a - b : Nat) : Int) = 0 := by
  cases _root_.Nat.lt_or_ge a b with
  | inl h => exact .inr ⟨h, congrArg _ (_root_.Nat.sub_eq_zero_of_le (_root_.Nat.le_of_lt h))⟩
  | inr h =>
    refine .inl ⟨h, ?_⟩
    obtain ⟨k, rfl⟩ := _root_.Nat.le.dest h
    rw [_root_.Nat.add_sub_cancel_left, _root_.Int.natCast_add, _root_.Int.sub_eq_add_neg, _root_.Int.add_comm (b : Int), _root_.Int.add_assoc, _root_.Int.add_right_neg, _root_.Int.add_zero]
end Int
namespace Nat
theorem lt_of_gt {x y : Nat} (h : x > y) : y < x := h
theorem le_of_ge {x y : Nat} (h : x ≥ y) : y ≤ x := h
end Nat
end Lean.Omega
