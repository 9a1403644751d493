prelude
import Core.Nat.Order
/-!
# Well-founded recursion

Accessibility, `WellFounded.fix`, sizes and measures: what the compiled `termination_by` and `decreasing_by` build on.
`decreasing_tactic` closes the goals it can by `simp` on sizes, the hypotheses and `omega`.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w

/-- `x` is accessible: every chain `… < y < x` of `r` ends. -/
inductive Acc {α : Sort u} (r : α → α → Prop) : α → Prop where
  | intro (x : α) (h : (y : α) → r y x → Acc r y) : Acc r x

theorem Acc.inv {α : Sort u} {r : α → α → Prop} {x y : α} (h₁ : Acc r x) (h₂ : r y x) : Acc r y :=
  h₁.recOn (fun _ ac _ h₂ => ac _ h₂) h₂

/-- Every element is accessible. -/
inductive WellFounded {α : Sort u} (r : α → α → Prop) : Prop where
  | intro (h : ∀ a, Acc r a) : WellFounded r

class WellFoundedRelation (α : Sort u) where
  rel : α → α → Prop
  wf : WellFounded rel

namespace WellFounded
theorem apply {α : Sort u} {r : α → α → Prop} (wf : WellFounded r) (a : α) : Acc r a := wf.rec (fun p => p) a

section
variable {α : Sort u} {C : α → Sort v} {r : α → α → Prop}
theorem induction {C : α → Prop} (hwf : WellFounded r) (a : α) (h : ∀ x, (∀ y, r y x → C y) → C x) : C a :=
  (hwf.apply a).rec fun x _ ih => h x ih

noncomputable def fixF (F : ∀ x, (∀ y, r y x → C y) → C x) (x : α) (a : Acc r x) : C x :=
  a.rec fun x₁ _ ih => F x₁ ih
theorem fixF_eq (F : ∀ x, (∀ y, r y x → C y) → C x) (x : α) (acx : Acc r x) :
    fixF F x acx = F x fun y p => fixF F y (acx.inv p) := by
  cases acx; rfl
/-- Recursion along a well-founded relation. -/
noncomputable def fix (hwf : WellFounded r) (F : ∀ x, (∀ y, r y x → C y) → C x) (x : α) : C x :=
  fixF F x (hwf.apply x)
theorem fix_eq (hwf : WellFounded r) (F : ∀ x, (∀ y, r y x → C y) → C x) (x : α) :
    fix hwf F x = F x fun y _ => fix hwf F y := fixF_eq F x (hwf.apply x)
end
end WellFounded

theorem InvImage.accAux {α : Sort u} {β : Sort v} {r : β → β → Prop} (f : α → β) {b : β} (ac : Acc r b) :
    ∀ x, f x = b → Acc (fun x y => r (f x) (f y)) x := by
  induction ac with
  | intro b _ ih => exact fun x e => Acc.intro x fun y h => ih (f y) (e ▸ h) y rfl
/-- The relation that `f` pulls back. -/
def InvImage {α : Sort u} {β : Sort v} (r : β → β → Prop) (f : α → β) : α → α → Prop := fun a₁ a₂ => r (f a₁) (f a₂)
theorem InvImage.wf {α : Sort u} {β : Sort v} {r : β → β → Prop} (f : α → β) (h : WellFounded r) : WellFounded (InvImage r f) :=
  ⟨fun a => InvImage.accAux f (h.apply (f a)) a rfl⟩
@[reducible] def invImage {α : Sort u} {β : Sort v} (f : α → β) (h : WellFoundedRelation β) : WellFoundedRelation α where
  rel := InvImage h.rel f
  wf := InvImage.wf f h.wf

namespace Nat
theorem lt_wf : WellFounded (fun a b : Nat => a < b) := ⟨fun (n : Nat) => by
  induction n with
  | zero => exact Acc.intro 0 fun y h => absurd h (Nat.not_lt_zero y)
  | succ n ih =>
    refine Acc.intro _ fun y h => ?_
    rcases Nat.lt_or_ge y n with h' | h'
    · exact ih.inv h'
    · rw [Nat.le_antisymm (Nat.le_of_lt_succ h) h']; exact ih⟩
/-- `<` on ℕ. -/
@[reducible] def lt_wfRel : WellFoundedRelation Nat where
  rel := fun a b => a < b
  wf := lt_wf
end Nat

/-- Recursion by a natural-number measure. -/
noncomputable def WellFounded.Nat.fix {α : Sort u} {motive : α → Sort v} (h : α → Nat)
    (F : (x : α) → ((y : α) → InvImage (fun a b : Nat => a < b) h y x → motive y) → motive x) : (x : α) → motive x :=
  WellFounded.fix (InvImage.wf h Nat.lt_wf) F
theorem WellFounded.Nat.fix_eq {α : Sort u} {motive : α → Sort v} (h : α → Nat)
    (F : (x : α) → ((y : α) → InvImage (fun a b : Nat => a < b) h y x → motive y) → motive x) (x : α) :
    WellFounded.Nat.fix h F x = F x fun y _ => WellFounded.Nat.fix h F y := WellFounded.fix_eq _ F x

/-! ### Sizes -/
/-- A natural-number size, by which structural arguments of user types decrease. -/
class SizeOf (α : Sort u) where
  sizeOf : α → Nat
export SizeOf (sizeOf)
protected def default.sizeOf (α : Sort u) : α → Nat := fun _ => 0
instance (priority := low) instSizeOfDefault (α : Sort u) : SizeOf α := ⟨default.sizeOf α⟩
@[simp] theorem sizeOf_default {α : Sort u} (n : α) : sizeOf n = 0 := rfl
instance instSizeOfNat : SizeOf Nat := ⟨fun n => n⟩
@[simp] theorem sizeOf_nat (n : Nat) : sizeOf n = n := rfl
instance instSizeOfForallUnit {α : Type u} [SizeOf α] : SizeOf (Unit → α) := ⟨fun f => sizeOf (f ())⟩
@[simp] theorem sizeOf_thunk {α : Type u} [SizeOf α] (f : Unit → α) : sizeOf f = sizeOf (f ()) := rfl
deriving instance SizeOf for PUnit
deriving instance SizeOf for Bool
deriving instance SizeOf for Prod
deriving instance SizeOf for PProd
deriving instance SizeOf for MProd
deriving instance SizeOf for Sum
deriving instance SizeOf for PSum
deriving instance SizeOf for Sigma
deriving instance SizeOf for PSigma
deriving instance SizeOf for Subtype
deriving instance SizeOf for PULift
deriving instance SizeOf for PLift
deriving instance SizeOf for ULift
deriving instance SizeOf for Option
deriving instance SizeOf for List
deriving instance SizeOf for Fin
deriving instance SizeOf for Except

@[reducible] def measure {α : Sort u} (f : α → Nat) : WellFoundedRelation α := invImage f Nat.lt_wfRel
@[reducible] def sizeOfWFRel {α : Sort u} [SizeOf α] : WellFoundedRelation α := measure sizeOf
instance (priority := low) {α : Sort u} [SizeOf α] : WellFoundedRelation α := sizeOfWFRel
/-- Marks the recursive arguments while a definition by well-founded recursion is prepared. -/
def wfParam {α : Sort u} (a : α) : α := a

/-! ### Lexicographic orders -/
/-- First components first. -/
protected inductive Prod.Lex {α : Type u} {β : Type v} (ra : α → α → Prop) (rb : β → β → Prop) : α × β → α × β → Prop where
  | left {a₁ : α} (b₁ : β) {a₂ : α} (b₂ : β) (h : ra a₁ a₂) : Prod.Lex ra rb (a₁, b₁) (a₂, b₂)
  | right (a : α) {b₁ b₂ : β} (h : rb b₁ b₂) : Prod.Lex ra rb (a, b₁) (a, b₂)
theorem Prod.lex_def {α : Type u} {β : Type v} {r : α → α → Prop} {s : β → β → Prop} {p q : α × β} :
    Prod.Lex r s p q ↔ r p.1 q.1 ∨ p.1 = q.1 ∧ s p.2 q.2 :=
  ⟨fun h => by
    cases h with
    | left _ _ h => exact .inl h
    | right _ h => exact .inr ⟨rfl, h⟩,
  fun h => by
    obtain ⟨a, b⟩ := p; obtain ⟨c, d⟩ := q
    rcases h with h | ⟨h₁, h₂⟩
    · exact .left b d h
    · cases (h₁ : a = c); exact .right a h₂⟩
theorem Prod.Lex.right' {β : Type v} (rb : β → β → Prop) {a₂ : Nat} {b₂ : β} {a₁ : Nat} {b₁ : β}
    (h₁ : a₁ ≤ a₂) (h₂ : rb b₁ b₂) : Prod.Lex Nat.lt rb (a₁, b₁) (a₂, b₂) := by
  by_cases h : a₁ = a₂
  · cases h; exact .right _ h₂
  · exact .left b₁ b₂ (Nat.lt_of_le_of_ne h₁ h)
theorem Prod.lexAccessible {α : Type u} {β : Type v} {r : α → α → Prop} {s : β → β → Prop} {a : α} (aca : Acc r a)
    (acb : ∀ b, Acc s b) : ∀ b, Acc (Prod.Lex r s) (a, b) := by
  induction aca with
  | intro a _ iha =>
    intro b
    induction acb b with
    | intro b _ ihb =>
      refine Acc.intro _ fun p h => ?_
      cases h with
      | left b₁ _ h => exact iha _ h b₁
      | right _ h => exact ihb _ h
@[reducible] def Prod.lex {α : Type u} {β : Type v} (ha : WellFoundedRelation α) (hb : WellFoundedRelation β) :
    WellFoundedRelation (α × β) where
  rel := Prod.Lex ha.rel hb.rel
  wf := ⟨fun (a, b) => Prod.lexAccessible (ha.wf.apply a) hb.wf.apply b⟩
instance Prod.instWellFoundedRelation {α : Type u} {β : Type v} [ha : WellFoundedRelation α] [hb : WellFoundedRelation β] :
    WellFoundedRelation (α × β) := Prod.lex ha hb

protected inductive PSigma.Lex {α : Sort u} {β : α → Sort v} (r : α → α → Prop) (s : ∀ a, β a → β a → Prop) :
    PSigma β → PSigma β → Prop where
  | left : ∀ {a₁ : α} (b₁ : β a₁) {a₂ : α} (b₂ : β a₂), r a₁ a₂ → PSigma.Lex r s ⟨a₁, b₁⟩ ⟨a₂, b₂⟩
  | right : ∀ (a : α) {b₁ b₂ : β a}, s a b₁ b₂ → PSigma.Lex r s ⟨a, b₁⟩ ⟨a, b₂⟩
theorem PSigma.lexAccessible {α : Sort u} {β : α → Sort v} {r : α → α → Prop} {s : ∀ a, β a → β a → Prop} {a : α}
    (aca : Acc r a) (acb : ∀ a, WellFounded (s a)) : ∀ b : β a, Acc (PSigma.Lex r s) ⟨a, b⟩ := by
  induction aca with
  | intro a _ iha =>
    intro b
    induction (acb a).apply b with
    | intro b _ ihb =>
      refine Acc.intro _ fun p h => ?_
      cases h with
      | left b₁ _ h => exact iha _ h b₁
      | right _ h => exact ihb _ h
@[reducible] def PSigma.lex {α : Sort u} {β : α → Sort v} (ha : WellFoundedRelation α) (hb : (a : α) → WellFoundedRelation (β a)) :
    WellFoundedRelation (PSigma β) where
  rel := PSigma.Lex ha.rel fun a => (hb a).rel
  wf := ⟨fun ⟨a, b⟩ => PSigma.lexAccessible (ha.wf.apply a) (fun a => (hb a).wf) b⟩
instance PSigma.instWellFoundedRelation {α : Sort u} {β : α → Sort v} [ha : WellFoundedRelation α]
    [hb : ∀ a, WellFoundedRelation (β a)] : WellFoundedRelation (PSigma β) := PSigma.lex ha hb

theorem Nat.sub_succ_lt_self {a i : Nat} (h : i < a) : a - (i + 1) < a - i := by
  obtain ⟨k, rfl⟩ := Nat.le.dest (n := i + 1) h
  rw [Nat.add_sub_cancel_left, Nat.add_assoc, Nat.add_sub_cancel_left, Nat.add_comm]; exact Nat.le_refl _
theorem Nat.pred_lt_of_lt {n m : Nat} (h : m < n) : Nat.pred n < n := by
  cases n with
  | zero => exact absurd h (Nat.not_lt_zero m)
  | succ n => exact Nat.le_refl _

/-! ### Preparing definitions -/
/-- Keeps the name of a bound variable through rewriting. -/
def binderNameHint {α : Sort u} {β : Sort v} {γ : Sort w} (_ : α) (_ : β) (e : γ) : γ := e
@[wf_preprocess] theorem ite_eq_dite {α : Sort u} {P : Prop} [Decidable P] (a b : α) :
    (if P then a else b) = if h : P then binderNameHint h () a else binderNameHint h () b := rfl
@[reducible] def Lean.opaqueId {α : Sort u} (x : α) : α := x
