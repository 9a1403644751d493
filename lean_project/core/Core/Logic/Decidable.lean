prelude
import Core.Logic.Basic
/-!
# Decidable propositions

Instances for the connectives, and the facts by which `decide` and `simp (decide := true)` turn a Boolean into a proof.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

-- Decidable instances ---------------------------------------------------------------------------
instance : Decidable True := isTrue trivial
instance : Decidable False := isFalse id
instance instDecidableAnd {p q : Prop} [dp : Decidable p] [dq : Decidable q] : Decidable (p ∧ q) := match dp with
  | isTrue hp => match dq with
    | isTrue hq => isTrue ⟨hp, hq⟩
    | isFalse hq => isFalse fun h => hq h.2
  | isFalse hp => isFalse fun h => hp h.1
instance instDecidableOr {p q : Prop} [dp : Decidable p] [dq : Decidable q] : Decidable (p ∨ q) := match dp with
  | isTrue hp => isTrue (.inl hp)
  | isFalse hp => match dq with
    | isTrue hq => isTrue (.inr hq)
    | isFalse hq => isFalse fun h => h.elim hp hq
instance instDecidableNot {p : Prop} [dp : Decidable p] : Decidable (¬p) := match dp with
  | isTrue hp => isFalse fun h => h hp
  | isFalse hp => isTrue hp
instance instDecidableForall {p q : Prop} [dp : Decidable p] [dq : Decidable q] : Decidable (p → q) := match dp with
  | isFalse hp => isTrue fun h => absurd h hp
  | isTrue hp => match dq with
    | isTrue hq => isTrue fun _ => hq
    | isFalse hq => isFalse fun h => hq (h hp)
instance instDecidableIff {p q : Prop} [Decidable p] [Decidable q] : Decidable (p ↔ q) :=
  if hp : p then if hq : q then isTrue ⟨fun _ => hq, fun _ => hp⟩ else isFalse fun h => hq (h.1 hp)
  else if hq : q then isFalse fun h => hp (h.2 hq) else isTrue ⟨fun h => absurd h hp, fun h => absurd h hq⟩
instance {α : Sort u} [DecidableEq α] (a b : α) : Decidable (a ≠ b) := instDecidableNot
def Bool.decEq (a b : Bool) : Decidable (a = b) := match a, b with
  | false, false => isTrue rfl
  | false, true => isFalse (fun h => nomatch h)
  | true, false => isFalse (fun h => nomatch h)
  | true, true => isTrue rfl
instance instDecidableEqBool : DecidableEq Bool := Bool.decEq
def decidable_of_iff {b : Prop} (a : Prop) (h : a ↔ b) [Decidable a] : Decidable b :=
  if ha : a then isTrue (h.1 ha) else isFalse (fun hb => ha (h.2 hb))
theorem decide_true_eq_true (h : Decidable True) : @decide True h = true := match h with
  | isTrue _ => rfl
  | isFalse h => absurd trivial h
theorem decide_false_eq_false (h : Decidable False) : @decide False h = false := match h with
  | isTrue h => h.elim
  | isFalse _ => rfl
theorem decide_eq_false {p : Prop} [inst : Decidable p] (h : ¬p) : decide p = false := match inst with
  | isTrue h' => absurd h' h
  | isFalse _ => rfl
theorem Decidable.decide_eq_true_iff' {p : Prop} [Decidable p] : (decide p = true) ↔ p :=
  ⟨of_decide_eq_true, decide_eq_true⟩
@[simp] theorem decide_eq_true_eq {p : Prop} [Decidable p] : (decide p = true) = p :=
  propext ⟨of_decide_eq_true, decide_eq_true⟩
@[simp] theorem decide_eq_false_iff_not {p : Prop} {_ : Decidable p} : (decide p = false) ↔ ¬p :=
  ⟨of_decide_eq_false, fun h => decide_eq_false h⟩
theorem Bool.false_ne_true : false = true → False := fun h => nomatch h
theorem eq_false_of_ne_true {b : Bool} (h : b = true → False) : b = false := match b, h with
  | true, h => (h rfl).elim
  | false, _ => rfl
theorem eq_true_of_ne_false {b : Bool} (h : b = false → False) : b = true := match b, h with
  | false, h => (h rfl).elim
  | true, _ => rfl
theorem ne_false_of_eq_true {b : Bool} (h : b = true) : b = false → False := fun e => nomatch h.symm.trans e
theorem ne_true_of_eq_false {b : Bool} (h : b = false) : b = true → False := fun e => nomatch h.symm.trans e
