prelude
import Core.Logic.Simp
/-!
# Connectives and quantifiers

The equivalences that a proof by hand rewrites with. Those that need excluded middle are classical, as in Mathlib.
-/
set_option autoImplicit false
set_option linter.all false
universe u v
variable {a b c d p q r : Prop} {α : Sort u} {β : Sort v}

theorem eq_comm {x y : α} : x = y ↔ y = x := ⟨Eq.symm, Eq.symm⟩
theorem ne_comm {x y : α} : x ≠ y ↔ y ≠ x := ⟨Ne.symm, Ne.symm⟩
theorem eq_iff_iff : a = b ↔ (a ↔ b) := ⟨Iff.of_eq, propext⟩
theorem iff_of_true (ha : a) (hb : b) : a ↔ b := ⟨fun _ => hb, fun _ => ha⟩
theorem iff_of_false (ha : ¬a) (hb : ¬b) : a ↔ b := ⟨(absurd · ha), (absurd · hb)⟩
theorem iff_true_intro (h : a) : a ↔ True := iff_of_true h trivial
theorem iff_false_intro (h : ¬a) : a ↔ False := iff_of_false h id
theorem iff_def : (a ↔ b) ↔ (a → b) ∧ (b → a) := ⟨fun h => ⟨h.1, h.2⟩, fun h => ⟨h.1, h.2⟩⟩
theorem iff_comm : (a ↔ b) ↔ (b ↔ a) := Iff.comm
theorem not_congr (h : a ↔ b) : ¬a ↔ ¬b := ⟨mt h.2, mt h.1⟩
theorem and_congr (h₁ : a ↔ c) (h₂ : b ↔ d) : a ∧ b ↔ c ∧ d := ⟨And.imp h₁.1 h₂.1, And.imp h₁.2 h₂.2⟩
theorem and_congr_left (h : c → (a ↔ b)) : a ∧ c ↔ b ∧ c :=
  ⟨fun ⟨x, y⟩ => ⟨(h y).1 x, y⟩, fun ⟨x, y⟩ => ⟨(h y).2 x, y⟩⟩
theorem and_congr_right (h : a → (b ↔ c)) : a ∧ b ↔ a ∧ c :=
  ⟨fun ⟨x, y⟩ => ⟨x, (h x).1 y⟩, fun ⟨x, y⟩ => ⟨x, (h x).2 y⟩⟩
theorem or_congr (h₁ : a ↔ c) (h₂ : b ↔ d) : a ∨ b ↔ c ∨ d := ⟨Or.imp h₁.1 h₂.1, Or.imp h₁.2 h₂.2⟩
theorem imp_congr (h₁ : a ↔ c) (h₂ : b ↔ d) : (a → b) ↔ (c → d) :=
  ⟨fun f x => h₂.1 (f (h₁.2 x)), fun f x => h₂.2 (f (h₁.1 x))⟩
theorem forall_congr' {p q : α → Prop} (h : ∀ x, p x ↔ q x) : (∀ x, p x) ↔ ∀ x, q x :=
  ⟨fun f x => (h x).1 (f x), fun f x => (h x).2 (f x)⟩
theorem exists_congr {p q : α → Prop} (h : ∀ x, p x ↔ q x) : (∃ x, p x) ↔ ∃ x, q x :=
  ⟨Exists.imp fun x => (h x).1, Exists.imp fun x => (h x).2⟩
theorem and_left_comm : a ∧ (b ∧ c) ↔ b ∧ (a ∧ c) := ⟨fun ⟨x, y, z⟩ => ⟨y, x, z⟩, fun ⟨y, x, z⟩ => ⟨x, y, z⟩⟩
theorem and_right_comm : (a ∧ b) ∧ c ↔ (a ∧ c) ∧ b := ⟨fun ⟨⟨x, y⟩, z⟩ => ⟨⟨x, z⟩, y⟩, fun ⟨⟨x, z⟩, y⟩ => ⟨⟨x, y⟩, z⟩⟩
theorem or_left_comm : a ∨ (b ∨ c) ↔ b ∨ (a ∨ c) := by
  rw [← or_assoc, ← or_assoc, propext (or_comm (a := a) (b := b))]
theorem and_or_left : a ∧ (b ∨ c) ↔ (a ∧ b) ∨ (a ∧ c) :=
  ⟨fun ⟨x, h⟩ => h.imp (⟨x, ·⟩) (⟨x, ·⟩), fun h => h.elim (fun h => ⟨h.1, .inl h.2⟩) fun h => ⟨h.1, .inr h.2⟩⟩
theorem or_and_right : (a ∨ b) ∧ c ↔ (a ∧ c) ∨ (b ∧ c) :=
  ⟨fun ⟨h, x⟩ => h.imp (⟨·, x⟩) (⟨·, x⟩), fun h => h.elim (fun h => ⟨.inl h.1, h.2⟩) fun h => ⟨.inr h.1, h.2⟩⟩
theorem or_and_left : a ∨ (b ∧ c) ↔ (a ∨ b) ∧ (a ∨ c) :=
  ⟨fun h => h.elim (fun x => ⟨.inl x, .inl x⟩) fun ⟨y, z⟩ => ⟨.inr y, .inr z⟩,
    fun ⟨h₁, h₂⟩ => h₁.elim .inl fun y => h₂.elim .inl fun z => .inr ⟨y, z⟩⟩
theorem and_or_right : (a ∧ b) ∨ c ↔ (a ∨ c) ∧ (b ∨ c) := by
  rw [propext (or_comm (a := a ∧ b)), or_and_left, propext (or_comm (a := c)), propext (or_comm (a := c) (b := b))]
theorem or_imp : (a ∨ b → c) ↔ (a → c) ∧ (b → c) :=
  ⟨fun h => ⟨fun x => h (.inl x), fun x => h (.inr x)⟩, fun h x => x.elim h.1 h.2⟩
theorem and_imp : (a ∧ b → c) ↔ (a → b → c) := ⟨fun h x y => h ⟨x, y⟩, fun h ⟨x, y⟩ => h x y⟩
theorem imp_and : (a → b ∧ c) ↔ (a → b) ∧ (a → c) :=
  ⟨fun h => ⟨fun x => (h x).1, fun x => (h x).2⟩, fun h x => ⟨h.1 x, h.2 x⟩⟩
theorem imp_not_comm : (a → ¬b) ↔ (b → ¬a) := ⟨fun h y x => h x y, fun h x y => h y x⟩
theorem not_and' : ¬(a ∧ b) ↔ b → ¬a := not_and.trans imp_not_comm
theorem and_self_iff : a ∧ a ↔ a := ⟨(·.1), fun h => ⟨h, h⟩⟩
theorem or_self_iff : a ∨ a ↔ a := ⟨fun h => h.elim id id, .inl⟩
theorem and_iff_left (hb : b) : a ∧ b ↔ a := ⟨(·.1), fun h => ⟨h, hb⟩⟩
theorem and_iff_right (ha : a) : a ∧ b ↔ b := ⟨(·.2), fun h => ⟨ha, h⟩⟩
theorem or_iff_left (hb : ¬b) : a ∨ b ↔ a := ⟨fun h => h.resolve_right hb, .inl⟩
theorem or_iff_right (ha : ¬a) : a ∨ b ↔ b := ⟨fun h => h.resolve_left ha, .inr⟩
theorem and_iff_left_of_imp (h : a → b) : a ∧ b ↔ a := ⟨(·.1), fun x => ⟨x, h x⟩⟩
theorem and_iff_right_of_imp (h : b → a) : a ∧ b ↔ b := ⟨(·.2), fun x => ⟨h x, x⟩⟩
theorem or_iff_right_of_imp (h : a → b) : a ∨ b ↔ b := ⟨fun x => x.elim h id, .inr⟩
theorem or_iff_left_of_imp (h : b → a) : a ∨ b ↔ a := ⟨fun x => x.elim id h, .inl⟩
theorem and_not_self_iff (a : Prop) : a ∧ ¬a ↔ False := ⟨fun ⟨x, y⟩ => y x, False.elim⟩
theorem forall_and {p q : α → Prop} : (∀ x, p x ∧ q x) ↔ (∀ x, p x) ∧ ∀ x, q x :=
  ⟨fun h => ⟨fun x => (h x).1, fun x => (h x).2⟩, fun h x => ⟨h.1 x, h.2 x⟩⟩
theorem exists_or {p q : α → Prop} : (∃ x, p x ∨ q x) ↔ (∃ x, p x) ∨ ∃ x, q x :=
  ⟨fun ⟨x, h⟩ => h.imp (⟨x, ·⟩) (⟨x, ·⟩), fun h => h.elim (fun ⟨x, h⟩ => ⟨x, .inl h⟩) fun ⟨x, h⟩ => ⟨x, .inr h⟩⟩
theorem exists_and_left {p : α → Prop} : (∃ x, b ∧ p x) ↔ b ∧ ∃ x, p x :=
  ⟨fun ⟨x, h, h'⟩ => ⟨h, x, h'⟩, fun ⟨h, x, h'⟩ => ⟨x, h, h'⟩⟩
theorem exists_and_right {p : α → Prop} : (∃ x, p x ∧ b) ↔ (∃ x, p x) ∧ b :=
  ⟨fun ⟨x, h, h'⟩ => ⟨⟨x, h⟩, h'⟩, fun ⟨⟨x, h⟩, h'⟩ => ⟨x, h, h'⟩⟩
theorem exists_imp {p : α → Prop} : ((∃ x, p x) → b) ↔ ∀ x, p x → b :=
  ⟨fun h x hx => h ⟨x, hx⟩, fun h ⟨x, hx⟩ => h x hx⟩
theorem forall_exists_index {p : α → Prop} {q : (∃ x, p x) → Prop} : (∀ h, q h) ↔ ∀ x (h : p x), q ⟨x, h⟩ :=
  ⟨fun h x hx => h ⟨x, hx⟩, fun h ⟨x, hx⟩ => h x hx⟩
theorem exists_comm {p : α → β → Prop} : (∃ x y, p x y) ↔ ∃ y x, p x y :=
  ⟨fun ⟨x, y, h⟩ => ⟨y, x, h⟩, fun ⟨y, x, h⟩ => ⟨x, y, h⟩⟩
theorem forall_comm {p : α → β → Prop} : (∀ x y, p x y) ↔ ∀ y x, p x y := ⟨fun h y x => h x y, fun h x y => h y x⟩
theorem exists_prop : (∃ _ : a, b) ↔ a ∧ b := ⟨fun ⟨x, y⟩ => ⟨x, y⟩, fun ⟨x, y⟩ => ⟨x, y⟩⟩
theorem forall_eq {p : α → Prop} {a' : α} : (∀ a, a = a' → p a) ↔ p a' := ⟨fun h => h a' rfl, fun h _ e => e ▸ h⟩
theorem forall_eq' {p : α → Prop} {a' : α} : (∀ a, a' = a → p a) ↔ p a' := ⟨fun h => h a' rfl, fun h _ e => e ▸ h⟩
theorem exists_eq_right {p : α → Prop} {a' : α} : (∃ a, p a ∧ a = a') ↔ p a' :=
  ⟨fun ⟨_, h, e⟩ => e ▸ h, fun h => ⟨a', h, rfl⟩⟩
theorem exists_eq' {a' : α} : ∃ a, a' = a := ⟨a', rfl⟩
theorem exists_eq_left' {p : α → Prop} {a' : α} : (∃ a, a' = a ∧ p a) ↔ p a' :=
  ⟨fun ⟨_, e, h⟩ => e ▸ h, fun h => ⟨a', rfl, h⟩⟩

/-! ### Classical equivalences -/
theorem em (p : Prop) : p ∨ ¬p := Classical.em p
theorem not_not : ¬¬a ↔ a := Classical.not_not
theorem of_not_not (h : ¬¬a) : a := Classical.not_not.1 h
theorem by_contradiction (h : ¬p → False) : p := Classical.byContradiction h
theorem not_forall {p : α → Prop} : (¬∀ x, p x) ↔ ∃ x, ¬p x := Classical.not_forall
theorem not_exists_not {p : α → Prop} : (¬∃ x, ¬p x) ↔ ∀ x, p x := by
  rw [not_exists]; exact forall_congr' fun x => not_not
theorem not_and_or : ¬(a ∧ b) ↔ ¬a ∨ ¬b := Classical.not_and_iff_not_or_not
theorem not_imp : ¬(a → b) ↔ a ∧ ¬b := Classical.not_imp
theorem not_imp_not : (¬a → ¬b) ↔ (b → a) := ⟨fun h x => Classical.byContradiction fun n => h n x, mt⟩
theorem not_imp_comm : (¬a → b) ↔ (¬b → a) :=
  ⟨fun h n => Classical.byContradiction fun n' => n (h n'), fun h n => Classical.byContradiction fun n' => n (h n')⟩
theorem imp_iff_not_or : (a → b) ↔ ¬a ∨ b :=
  ⟨fun h => (em a).symm.imp id h, fun h x => h.resolve_left (not_not_intro x)⟩
theorem imp_iff_or_not : (b → a) ↔ a ∨ ¬b := imp_iff_not_or.trans or_comm
theorem or_iff_not_imp_left : a ∨ b ↔ (¬a → b) := ⟨Or.resolve_left, fun h => (em a).imp id h⟩
theorem or_iff_not_imp_right : a ∨ b ↔ (¬b → a) := or_comm.trans or_iff_not_imp_left
theorem not_or_of_imp (h : a → b) : ¬a ∨ b := imp_iff_not_or.1 h
theorem or_not_of_imp (h : a → b) : b ∨ ¬a := (not_or_of_imp h).symm
theorem not_iff_not : (¬a ↔ ¬b) ↔ (a ↔ b) := ⟨fun h => ⟨not_imp_not.1 h.2, not_imp_not.1 h.1⟩, not_congr⟩
theorem not_iff : ¬(a ↔ b) ↔ (¬a ↔ b) := by
  by_cases h : a
  · exact ⟨fun n => ⟨fun n' => absurd h n', fun y => absurd ⟨fun _ => y, fun _ => h⟩ n⟩, fun e x => (e.2 (x.1 h)) h⟩
  · exact ⟨fun n => ⟨fun _ => Classical.byContradiction fun y => n ⟨fun x => absurd x h, fun y' => absurd y' y⟩, fun _ => h⟩,
      fun e x => h (x.2 (e.1 h))⟩
theorem iff_not_comm : (a ↔ ¬b) ↔ (b ↔ ¬a) :=
  ⟨fun h => ⟨fun y x => h.1 x y, fun n => Classical.byContradiction fun y => n (h.2 y)⟩,
    fun h => ⟨fun x y => h.1 y x, fun n => Classical.byContradiction fun x => n (h.2 x)⟩⟩
theorem iff_iff_and_or_not_and_not : (a ↔ b) ↔ a ∧ b ∨ ¬a ∧ ¬b :=
  ⟨fun h => (em a).imp (fun x => ⟨x, h.1 x⟩) fun n => ⟨n, fun y => n (h.2 y)⟩,
    fun h => h.elim (fun h => iff_of_true h.1 h.2) fun h => iff_of_false h.1 h.2⟩
theorem or_not : a ∨ ¬a := em a
theorem forall_or_left {p : α → Prop} : (∀ x, b ∨ p x) ↔ b ∨ ∀ x, p x :=
  ⟨fun h => (em b).imp id fun n x => (h x).resolve_left n, fun h x => h.imp id (· x)⟩
theorem ite_prop_iff_or [Decidable p] : (if p then a else b) ↔ p ∧ a ∨ ¬p ∧ b := by
  by_cases h : p
  · rw [if_pos h]; exact ⟨fun x => .inl ⟨h, x⟩, fun x => x.elim (·.2) fun x => absurd h x.1⟩
  · rw [if_neg h]; exact ⟨fun x => .inr ⟨h, x⟩, fun x => x.elim (fun x => absurd x.1 h) (·.2)⟩

attribute [simp] and_imp exists_and_left exists_and_right exists_eq_right forall_eq forall_eq' exists_eq_left' exists_eq'
  forall_exists_index exists_prop not_forall Classical.not_imp not_and not_not
