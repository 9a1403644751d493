prelude
import Core.Omega.Constraint
import Core.Int.Pow
import Core.Nat.Bitwise
import Core.Logic.WellFounded
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
theorem Decidable.or_not_not_of_not_and {p q : Prop} [Decidable p] [Decidable q] (h : ¬(p ∧ q)) : ¬p ∨ ¬q :=
  Decidable.not_and_iff_or_not_not'.1 h
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
theorem ofNat_pow (a b : Nat) : ((a ^ b : Nat) : Int) = (a : Int) ^ b := rfl
theorem pos_pow_of_pos (a : Int) (b : Nat) (h : 0 < a) : 0 < a ^ b := by
  cases a with
  | ofNat m => exact _root_.Int.ofNat_lt.2 (Nat.pow_pos (_root_.Int.ofNat_lt.1 h))
  | negSucc m => exact nomatch (h : _root_.Int.NonNeg _)
theorem ofNat_natAbs (a : Int) : (a.natAbs : Int) = if 0 ≤ a then a else -a := by cases a <;> rfl
theorem neg_le_natAbs {a : Int} : -a ≤ a.natAbs := by
  cases a with
  | ofNat m => exact _root_.Int.le_trans (_root_.Int.neg_le_neg (_root_.Int.natCast_nonneg m)) (_root_.Int.natCast_nonneg m)
  | negSucc m => exact _root_.Int.le_refl _
theorem ofNat_shiftLeft_eq {x y : Nat} : ((x <<< y : Nat) : Int) = (x : Int) * (2 ^ y : Nat) :=
  congrArg _ (_root_.Nat.shiftLeft_eq x y)
theorem ofNat_shiftRight_eq_div_pow {x y : Nat} : ((x >>> y : Nat) : Int) = (x : Int) / (2 ^ y : Nat) :=
  congrArg _ (_root_.Nat.shiftRight_eq_div_pow x y)
theorem ofNat_fst_mk {β : Type v} {x : Nat} {y : β} : ((Prod.mk x y).fst : Int) = (x : Int) := rfl
theorem ofNat_snd_mk {α : Type u} {x : α} {y : Nat} : ((Prod.mk x y).snd : Int) = (y : Int) := rfl
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
namespace Prod
theorem of_lex {α : Type u} {β : Type v} {r : α → α → Prop} {s : β → β → Prop} {p q : α × β} (w : Prod.Lex r s p q) :
    r p.fst q.fst ∨ p.fst = q.fst ∧ s p.snd q.snd := Prod.lex_def.1 w
theorem of_not_lex {α : Type u} {r : α → α → Prop} [DecidableEq α] {β : Type v} {s : β → β → Prop} {p q : α × β}
    (w : ¬Prod.Lex r s p q) : ¬r p.fst q.fst ∧ (p.fst ≠ q.fst ∨ ¬s p.snd q.snd) := by
  rw [Prod.lex_def, not_or] at w
  exact ⟨w.1, Decidable.not_and_iff_or_not_not'.1 w.2⟩
theorem fst_mk {α : Type u} {β : Type v} {x : α} {y : β} : (Prod.mk x y).fst = x := rfl
theorem snd_mk {α : Type u} {β : Type v} {x : α} {y : β} : (Prod.mk x y).snd = y := rfl
end Prod
end Lean.Omega
namespace Int
theorem toNat_eq_max (a : Int) : (toNat a : Int) = max a 0 := by
  cases a with
  | ofNat m => exact ((Int.max_def _ _).trans (by
      split
      · exact Int.le_antisymm (natCast_nonneg m) ‹_›
      · rfl)).symm
  | negSucc m => rfl
theorem le_natAbs {a : Int} : a ≤ natAbs a := by
  cases a with
  | ofNat m => exact Int.le_refl _
  | negSucc m => exact Int.le_trans (Int.neg_le_neg (natCast_nonneg (m + 1))) (natCast_nonneg (m + 1))
end Int
