prelude
import Core.Algebra.Classes
/-!
# Sets

`Set α`, set-builder notation, membership, the intervals, and least and greatest elements, as in Mathlib.
`Finset` and cardinalities are not in `core`.
-/
set_option autoImplicit false
set_option linter.all false
universe u v

class EmptyCollection (α : Type u) where
  emptyCollection : α
class Insert (α : outParam (Type u)) (γ : Type v) where
  insert : α → γ → γ
export Insert (insert)
class Singleton (α : outParam (Type u)) (β : Type v) where
  singleton : α → β
export Singleton (singleton)
class HasSubset (α : Type u) where
  Subset : α → α → Prop
export HasSubset (Subset)
class HasSSubset (α : Type u) where
  SSubset : α → α → Prop
export HasSSubset (SSubset)
abbrev Superset {α : Type u} [HasSubset α] (a b : α) : Prop := Subset b a
abbrev SSuperset {α : Type u} [HasSSubset α] (a b : α) : Prop := SSubset b a
class Union (α : Type u) where
  union : α → α → α
class Inter (α : Type u) where
  inter : α → α → α
class SDiff (α : Type u) where
  sdiff : α → α → α

/-- A set of elements of `α`, given by its membership predicate. -/
def Set (α : Type u) : Type u := α → Prop
/-- The set of the elements that satisfy `p`. -/
def setOf {α : Type u} (p : α → Prop) : Set α := p

namespace Set
variable {α : Type u}
protected def Mem (s : Set α) (a : α) : Prop := s a
instance : Membership α (Set α) := ⟨Set.Mem⟩
@[ext] theorem ext {a b : Set α} (h : ∀ x, x ∈ a ↔ x ∈ b) : a = b := funext fun x => propext (h x)
protected def Subset (s t : Set α) : Prop := ∀ ⦃a⦄, a ∈ s → a ∈ t
instance : HasSubset (Set α) := ⟨Set.Subset⟩
instance : HasSSubset (Set α) := ⟨fun s t => s ⊆ t ∧ ¬ t ⊆ s⟩
instance : EmptyCollection (Set α) := ⟨fun _ => False⟩
protected def insert (a : α) (s : Set α) : Set α := fun b => b = a ∨ b ∈ s
instance : Insert α (Set α) := ⟨Set.insert⟩
protected def singleton (a : α) : Set α := fun b => b = a
instance : Singleton α (Set α) := ⟨Set.singleton⟩
instance : Union (Set α) := ⟨fun s t a => a ∈ s ∨ a ∈ t⟩
instance : Inter (Set α) := ⟨fun s t a => a ∈ s ∧ a ∈ t⟩
instance : SDiff (Set α) := ⟨fun s t a => a ∈ s ∧ a ∉ t⟩
/-- The set of all elements. -/
def univ : Set α := fun _ => True
/-- The set has an element. -/
protected def Nonempty (s : Set α) : Prop := ∃ x, x ∈ s
end Set

/-- `{x | p x}`, `{x : α | p x}`. -/
syntax (priority := low) "{" ident (" : " term)? " | " term "}" : term
macro_rules
  | `({ $x:ident | $p }) => `(setOf fun $x:ident => $p)
  | `({ $x:ident : $t | $p }) => `(setOf fun $x:ident : $t => $p)
/-- `{x ∈ s | p x}`: the elements of `s` that satisfy `p`. -/
syntax (priority := low) "{" ident " ∈ " term " | " term "}" : term
macro_rules
  | `({ $x:ident ∈ $s | $p }) => `(setOf fun $x:ident => $x:ident ∈ $s ∧ $p)

theorem Set.mem_def {α : Type u} {a : α} {s : Set α} : a ∈ s ↔ s a := Iff.rfl
@[simp] theorem Set.mem_setOf_eq {α : Type u} {a : α} {p : α → Prop} : (a ∈ {x | p x}) = p a := rfl
theorem Set.mem_setOf {α : Type u} {a : α} {p : α → Prop} : a ∈ {x | p x} ↔ p a := Iff.rfl
@[simp] theorem Set.mem_empty_iff_false {α : Type u} (x : α) : x ∈ (∅ : Set α) ↔ False := Iff.rfl
@[simp] theorem Set.mem_insert_iff {α : Type u} {x a : α} {s : Set α} : x ∈ insert a s ↔ x = a ∨ x ∈ s := Iff.rfl
@[simp] theorem Set.mem_singleton_iff {α : Type u} {a b : α} : a ∈ ({b} : Set α) ↔ a = b := Iff.rfl
@[simp] theorem Set.mem_univ {α : Type u} (x : α) : x ∈ (Set.univ : Set α) := trivial
@[simp] theorem Set.mem_union {α : Type u} (x : α) (a b : Set α) : x ∈ a ∪ b ↔ x ∈ a ∨ x ∈ b := Iff.rfl
@[simp] theorem Set.mem_inter_iff {α : Type u} (x : α) (a b : Set α) : x ∈ a ∩ b ↔ x ∈ a ∧ x ∈ b := Iff.rfl
@[simp] theorem Set.mem_diff {α : Type u} {s t : Set α} (x : α) : x ∈ s \ t ↔ x ∈ s ∧ x ∉ t := Iff.rfl
theorem Set.subset_def {α : Type u} {s t : Set α} : (s ⊆ t) = ∀ x, x ∈ s → x ∈ t := rfl
theorem Set.Subset.antisymm {α : Type u} {a b : Set α} (h₁ : a ⊆ b) (h₂ : b ⊆ a) : a = b :=
  Set.ext fun _ => ⟨fun h => h₁ h, fun h => h₂ h⟩

section Order
variable {α : Type u} [Preorder α]
def Set.Ioo (a b : α) : Set α := {x | a < x ∧ x < b}
def Set.Ico (a b : α) : Set α := {x | a ≤ x ∧ x < b}
def Set.Ioc (a b : α) : Set α := {x | a < x ∧ x ≤ b}
def Set.Icc (a b : α) : Set α := {x | a ≤ x ∧ x ≤ b}
def Set.Iio (b : α) : Set α := {x | x < b}
def Set.Iic (b : α) : Set α := {x | x ≤ b}
def Set.Ioi (a : α) : Set α := {x | a < x}
def Set.Ici (a : α) : Set α := {x | a ≤ x}
@[simp] theorem Set.mem_Ioo {a b x : α} : x ∈ Set.Ioo a b ↔ a < x ∧ x < b := Iff.rfl
@[simp] theorem Set.mem_Ico {a b x : α} : x ∈ Set.Ico a b ↔ a ≤ x ∧ x < b := Iff.rfl
@[simp] theorem Set.mem_Ioc {a b x : α} : x ∈ Set.Ioc a b ↔ a < x ∧ x ≤ b := Iff.rfl
@[simp] theorem Set.mem_Icc {a b x : α} : x ∈ Set.Icc a b ↔ a ≤ x ∧ x ≤ b := Iff.rfl
@[simp] theorem Set.mem_Iio {b x : α} : x ∈ Set.Iio b ↔ x < b := Iff.rfl
@[simp] theorem Set.mem_Iic {b x : α} : x ∈ Set.Iic b ↔ x ≤ b := Iff.rfl
@[simp] theorem Set.mem_Ioi {a x : α} : x ∈ Set.Ioi a ↔ a < x := Iff.rfl
@[simp] theorem Set.mem_Ici {a x : α} : x ∈ Set.Ici a ↔ a ≤ x := Iff.rfl

/-- The upper bounds of a set. -/
def upperBounds (s : Set α) : Set α := {x | ∀ ⦃a⦄, a ∈ s → a ≤ x}
/-- The lower bounds of a set. -/
def lowerBounds (s : Set α) : Set α := {x | ∀ ⦃a⦄, a ∈ s → x ≤ a}
def BddAbove (s : Set α) : Prop := (upperBounds s).Nonempty
def BddBelow (s : Set α) : Prop := (lowerBounds s).Nonempty
/-- `a` is a least element of `s`. -/
def IsLeast (s : Set α) (a : α) : Prop := a ∈ s ∧ a ∈ lowerBounds s
/-- `a` is a greatest element of `s`. -/
def IsGreatest (s : Set α) (a : α) : Prop := a ∈ s ∧ a ∈ upperBounds s
@[simp] theorem mem_upperBounds {a : α} {s : Set α} : a ∈ upperBounds s ↔ ∀ x ∈ s, x ≤ a := Iff.rfl
@[simp] theorem mem_lowerBounds {a : α} {s : Set α} : a ∈ lowerBounds s ↔ ∀ x ∈ s, a ≤ x := Iff.rfl

def Monotone {β : Type v} [Preorder β] (f : α → β) : Prop := ∀ ⦃a b⦄, a ≤ b → f a ≤ f b
def Antitone {β : Type v} [Preorder β] (f : α → β) : Prop := ∀ ⦃a b⦄, a ≤ b → f b ≤ f a
def StrictMono {β : Type v} [Preorder β] (f : α → β) : Prop := ∀ ⦃a b⦄, a < b → f a < f b
def StrictAnti {β : Type v} [Preorder β] (f : α → β) : Prop := ∀ ⦃a b⦄, a < b → f b < f a
end Order
