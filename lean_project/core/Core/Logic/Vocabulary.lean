prelude
import Core.Logic.Decidable
import Core.Init.Meta
/-!
# Vocabulary of logic and functions

`∃!`, injective, surjective and bijective functions, and the namespaces that competition statements open
(`BigOperators`, `Real`, `Topology`, …), which are empty here.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w

namespace BigOperators end BigOperators
namespace Real end Real
namespace Topology end Topology
namespace Rat end Rat
namespace Complex end Complex
namespace Polynomial end Polynomial
namespace Filter end Filter
namespace Classical end Classical

/-- `∃! x, p x`: exactly one `x` satisfies `p`. -/
def ExistsUnique {α : Sort u} (p : α → Prop) : Prop := ∃ x, p x ∧ ∀ y, p y → y = x

namespace Lean
@[extern "native"] opaque expandExplicitBinders (combinatorDeclName : Name) (explicitBinders : Syntax) (body : Syntax) : MacroM Syntax
end Lean

/-- `∃! x, p x` and `∃! x : α, p x`. -/
macro "∃!" xs:Lean.explicitBinders ", " b:term : term => do
  return ⟨← Lean.expandExplicitBinders ``ExistsUnique xs b⟩

theorem ExistsUnique.intro {α : Sort u} {p : α → Prop} (w : α) (h₁ : p w) (h₂ : ∀ y, p y → y = w) : ∃! x, p x :=
  ⟨w, h₁, h₂⟩
theorem ExistsUnique.exists {α : Sort u} {p : α → Prop} : (∃! x, p x) → ∃ x, p x := fun ⟨x, h, _⟩ => ⟨x, h⟩
theorem ExistsUnique.unique {α : Sort u} {p : α → Prop} (h : ∃! x, p x) {y₁ y₂ : α} (h₁ : p y₁) (h₂ : p y₂) : y₁ = y₂ :=
  let ⟨_, _, u⟩ := h; (u y₁ h₁).trans (u y₂ h₂).symm

namespace Function
def Injective {α : Sort u} {β : Sort v} (f : α → β) : Prop := ∀ ⦃a₁ a₂⦄, f a₁ = f a₂ → a₁ = a₂
def Surjective {α : Sort u} {β : Sort v} (f : α → β) : Prop := ∀ b, ∃ a, f a = b
def Bijective {α : Sort u} {β : Sort v} (f : α → β) : Prop := Injective f ∧ Surjective f
def LeftInverse {α : Sort u} {β : Sort v} (g : β → α) (f : α → β) : Prop := ∀ x, g (f x) = x
def RightInverse {α : Sort u} {β : Sort v} (g : β → α) (f : α → β) : Prop := LeftInverse f g
variable {α : Sort u} {β : Sort v} {γ : Sort w}
theorem Injective.eq_iff {f : α → β} (h : Injective f) {a b : α} : f a = f b ↔ a = b :=
  ⟨fun e => h e, fun e => e ▸ rfl⟩
theorem Injective.ne {f : α → β} (h : Injective f) {a₁ a₂ : α} (n : a₁ ≠ a₂) : f a₁ ≠ f a₂ := fun e => n (h e)
theorem Injective.comp {g : β → γ} {f : α → β} (hg : Injective g) (hf : Injective f) : Injective (g ∘ f) :=
  fun _ _ h => hf (hg h)
theorem Surjective.comp {g : β → γ} {f : α → β} (hg : Surjective g) (hf : Surjective f) : Surjective (g ∘ f) := fun c =>
  let ⟨b, hb⟩ := hg c; let ⟨a, ha⟩ := hf b; ⟨a, (congrArg g ha).trans hb⟩
theorem Bijective.injective {f : α → β} (h : Bijective f) : Injective f := h.1
theorem Bijective.surjective {f : α → β} (h : Bijective f) : Surjective f := h.2
theorem Bijective.comp {g : β → γ} {f : α → β} (hg : Bijective g) (hf : Bijective f) : Bijective (g ∘ f) :=
  ⟨hg.1.comp hf.1, hg.2.comp hf.2⟩
theorem LeftInverse.injective {g : β → α} {f : α → β} (h : LeftInverse g f) : Injective f := fun a b e => by
  rw [← h a, ← h b, e]
theorem RightInverse.surjective {g : β → α} {f : α → β} (h : RightInverse g f) : Surjective f := fun y => ⟨g y, h y⟩
theorem injective_id : Injective (id : α → α) := fun _ _ h => h
theorem surjective_id : Surjective (id : α → α) := fun a => ⟨a, rfl⟩
theorem bijective_id : Bijective (id : α → α) := ⟨injective_id, surjective_id⟩
end Function
