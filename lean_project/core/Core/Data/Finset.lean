prelude
import Core.Data.List
import Core.Data.Set
import Core.Logic.Lemmas
import Core.Nat.Lemmas
import Core.Algebra.Ring
import Core.Algebra.Order
import Core.Algebra.Instances
/-!
# Finite sets, and sums and products over them

A finite set is, as in Mathlib, a list without repetitions up to permutation. `Finset.range`, the intervals `Finset.Icc`, `Ico`, `Ioc`, `Ioo` of
ℕ and ℤ, `Finset.filter`, `Finset.card`, `Nat.divisors`, and `∑ x ∈ s, f x`, `∏ x ∈ s, f x` in any commutative semiring. All of it computes: `decide +kernel`
evaluates a closed sum. Not here: unions, images, finite sets written `{a, b}`, sums over a whole type.
-/
set_option autoImplicit false
set_option linter.all false
universe u v

structure Equivalence {α : Sort u} (r : α → α → Prop) : Prop where
  refl : ∀ x, r x x
  symm : ∀ {x y}, r x y → r y x
  trans : ∀ {x y z}, r x y → r y z → r x z
class Setoid (α : Sort u) where
  r : α → α → Prop
  iseqv : Equivalence r
def Quotient {α : Sort u} (s : Setoid α) : Sort u := Quot (@Setoid.r α s)

/-! ### Permutations -/
/-- The same entries as often, in some order. -/
inductive List.Perm {α : Type u} : List α → List α → Prop where
  | nil : Perm [] []
  | cons (x : α) {l₁ l₂ : List α} : Perm l₁ l₂ → Perm (x :: l₁) (x :: l₂)
  | swap (x y : α) (l : List α) : Perm (y :: x :: l) (x :: y :: l)
  | trans {l₁ l₂ l₃ : List α} : Perm l₁ l₂ → Perm l₂ l₃ → Perm l₁ l₃
namespace List
variable {α : Type u} {β : Type v} {l₁ l₂ : List α}
namespace Perm
protected theorem refl (l : List α) : Perm l l := by
  induction l with
  | nil => exact .nil
  | cons a l ih => exact ih.cons a
protected theorem symm (h : Perm l₁ l₂) : Perm l₂ l₁ := by
  induction h with
  | nil => exact .nil
  | cons x _ ih => exact ih.cons x
  | swap x y l => exact .swap y x l
  | trans _ _ ih₁ ih₂ => exact ih₂.trans ih₁
theorem mem_iff {a : α} (h : Perm l₁ l₂) : a ∈ l₁ ↔ a ∈ l₂ := by
  induction h with
  | nil => exact Iff.rfl
  | cons x _ ih => rw [mem_cons, mem_cons, ih]
  | swap x y l => rw [mem_cons, mem_cons, mem_cons, mem_cons]; exact or_left_comm
  | trans _ _ ih₁ ih₂ => exact ih₁.trans ih₂
theorem length_eq (h : Perm l₁ l₂) : length l₁ = length l₂ := by
  induction h with
  | nil => rfl
  | cons x _ ih => exact congrArg (· + 1) ih
  | swap x y l => rfl
  | trans _ _ ih₁ ih₂ => exact ih₁.trans ih₂
theorem map (f : α → β) (h : Perm l₁ l₂) : Perm (l₁.map f) (l₂.map f) := by
  induction h with
  | nil => exact .nil
  | cons x _ ih => exact ih.cons (f x)
  | swap x y l => exact .swap (f x) (f y) _
  | trans _ _ ih₁ ih₂ => exact ih₁.trans ih₂
theorem filter (p : α → Bool) (h : Perm l₁ l₂) : Perm (l₁.filter p) (l₂.filter p) := by
  induction h with
  | nil => exact .nil
  | cons x _ ih =>
    show Perm (cond (p x) _ _) (cond (p x) _ _)
    cases p x
    · exact ih
    · exact ih.cons x
  | swap x y l =>
    show Perm (cond (p y) (y :: cond (p x) _ _) (cond (p x) _ _)) (cond (p x) (x :: cond (p y) _ _) (cond (p y) _ _))
    cases p x <;> cases p y <;> first | exact .refl _ | exact .swap ..
  | trans _ _ ih₁ ih₂ => exact ih₁.trans ih₂
end Perm
theorem nodup_cons {a : α} {l : List α} : Nodup (a :: l) ↔ a ∉ l ∧ Nodup l :=
  ⟨fun h => by cases h with | cons h h' => exact ⟨h, h'⟩, fun h => .cons h.1 h.2⟩
namespace Perm
theorem nodup (h : Perm l₁ l₂) : Nodup l₁ → Nodup l₂ := by
  induction h with
  | nil => exact id
  | cons x h ih => rw [nodup_cons, nodup_cons, h.mem_iff]; exact fun ⟨a, b⟩ => ⟨a, ih b⟩
  | swap x y l =>
    rw [nodup_cons, nodup_cons, nodup_cons, nodup_cons, mem_cons, mem_cons]
    exact fun ⟨a, b, c⟩ => ⟨fun h => h.elim (fun e => a (.inl e.symm)) b, fun h => a (.inr h), c⟩
  | trans _ _ ih₁ ih₂ => exact fun h => ih₂ (ih₁ h)
theorem nodup_iff (h : Perm l₁ l₂) : Nodup l₁ ↔ Nodup l₂ := ⟨h.nodup, h.symm.nodup⟩
theorem sum_eq {R : Type u} [CommSemiring R] {l₁ l₂ : List R} (h : Perm l₁ l₂) : l₁.sum = l₂.sum := by
  induction h with
  | nil => rfl
  | cons x _ ih => exact congrArg (x + ·) ih
  | swap x y l => exact add_left_comm y x l.sum
  | trans _ _ ih₁ ih₂ => exact ih₁.trans ih₂
theorem prod_eq {R : Type u} [CommSemiring R] {l₁ l₂ : List R} (h : Perm l₁ l₂) : l₁.prod = l₂.prod := by
  induction h with
  | nil => rfl
  | cons x _ ih => exact congrArg (x * ·) ih
  | swap x y l => exact mul_left_comm y x l.prod
  | trans _ _ ih₁ ih₂ => exact ih₁.trans ih₂
theorem all_eq (p : α → Bool) (h : Perm l₁ l₂) : l₁.all p = l₂.all p := by
  induction h with
  | nil => rfl
  | cons x _ ih => exact congrArg (p x && ·) ih
  | swap x y l => show (p y && (p x && l.all p)) = (p x && (p y && l.all p)); cases p x <;> cases p y <;> rfl
  | trans _ _ ih₁ ih₂ => exact ih₁.trans ih₂
end Perm
instance isSetoid (α : Type u) : Setoid (List α) := ⟨Perm, ⟨.refl, .symm, .trans⟩⟩
theorem all_eq_true {p : α → Bool} {l : List α} : l.all p = true ↔ ∀ x, x ∈ l → p x = true := by
  induction l with
  | nil => exact ⟨fun _ _ h => (nomatch h), fun _ => rfl⟩
  | cons a l ih => rw [forall_mem_cons, ← ih]; show (p a && l.all p) = true ↔ _; rw [Bool.and_eq_true]
theorem nodup_map {f : α → β} (hf : ∀ a b, f a = f b → a = b) {l : List α} (h : Nodup l) : Nodup (l.map f) := by
  induction h with
  | nil => exact .nil
  | cons h _ ih => exact .cons (fun h' => h (by obtain ⟨b, hb, e⟩ := mem_map.1 h'; exact hf _ _ e ▸ hb)) ih
theorem nodup_filter {p : α → Bool} {l : List α} (h : Nodup l) : Nodup (l.filter p) := by
  induction h with
  | nil => exact .nil
  | cons h _ ih =>
    rw [filter_cons]
    split
    · exact .cons (fun h' => h (mem_filter.1 h').1) ih
    · exact ih
theorem perm_middle (a : α) (l₁ l₂ : List α) : Perm (l₁ ++ a :: l₂) (a :: (l₁ ++ l₂)) := by
  induction l₁ with
  | nil => exact .refl _
  | cons b l ih => exact (ih.cons b).trans (.swap a b _)
theorem append_of_mem {a : α} {l : List α} (h : a ∈ l) : ∃ l₁ l₂, l = l₁ ++ a :: l₂ := by
  induction h with
  | head as => exact ⟨[], as, rfl⟩
  | tail b _ ih => obtain ⟨l₁, l₂, rfl⟩ := ih; exact ⟨b :: l₁, l₂, rfl⟩
theorem perm_ext_of_nodup {l₁ l₂ : List α} (h₁ : Nodup l₁) (h₂ : Nodup l₂) (h : ∀ a, a ∈ l₁ ↔ a ∈ l₂) : Perm l₁ l₂ := by
  induction l₁ generalizing l₂ with
  | nil => cases l₂ with
    | nil => exact .nil
    | cons b l => exact nomatch (h b).2 (.head l)
  | cons a l ih =>
    obtain ⟨s, t, rfl⟩ := append_of_mem ((h a).1 (.head l))
    have p := perm_middle a s t
    obtain ⟨n₁, h₁⟩ := nodup_cons.1 h₁
    obtain ⟨n₂, h₂⟩ := nodup_cons.1 (p.nodup h₂)
    refine ((ih h₁ h₂ fun b => ?_).cons a).trans p.symm
    have hb := (h b).trans p.mem_iff
    rw [mem_cons, mem_cons] at hb
    exact ⟨fun m => (hb.1 (.inr m)).resolve_left fun e => n₁ (e ▸ m), fun m => (hb.2 (.inr m)).resolve_left fun e => n₂ (e ▸ m)⟩
theorem nodup_range' (s n : ℕ) : Nodup (range' s n) := by
  induction n generalizing s with
  | zero => exact .nil
  | succ n ih => exact .cons (fun h => absurd (mem_range'_1.1 h).1 (Nat.not_le_of_lt (Nat.le_refl _))) (ih (s + 1))
theorem sum_append {R : Type u} [CommSemiring R] (l₁ l₂ : List R) : (l₁ ++ l₂).sum = l₁.sum + l₂.sum := by
  induction l₁ with
  | nil => exact (zero_add _).symm
  | cons a l ih => rw [cons_append, sum_cons, ih, sum_cons, add_assoc]
theorem prod_append {R : Type u} [CommSemiring R] (l₁ l₂ : List R) : (l₁ ++ l₂).prod = l₁.prod * l₂.prod := by
  induction l₁ with
  | nil => exact (one_mul _).symm
  | cons a l ih => rw [cons_append, prod_cons, ih, prod_cons, mul_assoc]
end List

/-! ### Multisets -/
/-- Lists up to permutation. -/
def Multiset (α : Type u) : Type u := Quotient (List.isSetoid α)
namespace Multiset
variable {α : Type u} {β : Type v}
def ofList (l : List α) : Multiset α := Quot.mk _ l
def Mem (s : Multiset α) (a : α) : Prop := Quot.lift (a ∈ ·) (fun _ _ h => propext (List.Perm.mem_iff h)) s
instance : Membership α (Multiset α) := ⟨Mem⟩
def Nodup (s : Multiset α) : Prop := Quot.lift List.Nodup (fun _ _ h => propext (List.Perm.nodup_iff h)) s
def card (s : Multiset α) : ℕ := Quot.lift List.length (fun _ _ h => List.Perm.length_eq h) s
def map (f : α → β) (s : Multiset α) : Multiset β :=
  Quot.lift (fun l => ofList (l.map f)) (fun _ _ h => Quot.sound (List.Perm.map f h)) s
def filter (p : α → Prop) [DecidablePred p] (s : Multiset α) : Multiset α :=
  Quot.lift (fun l => ofList (l.filter fun a => decide (p a))) (fun _ _ h => Quot.sound (List.Perm.filter _ h)) s
def sum {R : Type u} [CommSemiring R] (s : Multiset R) : R := Quot.lift List.sum (fun _ _ h => List.Perm.sum_eq h) s
def prod {R : Type u} [CommSemiring R] (s : Multiset R) : R := Quot.lift List.prod (fun _ _ h => List.Perm.prod_eq h) s
def all (p : α → Bool) (s : Multiset α) : Bool :=
  Quot.lift (List.all · p) (fun _ _ h => List.Perm.all_eq p h) s
theorem all_eq_true {p : α → Bool} {s : Multiset α} : s.all p = true ↔ ∀ x, x ∈ s → p x = true :=
  Quot.ind (β := fun (s : Multiset α) => Multiset.all p s = true ↔ ∀ x, x ∈ s → p x = true) (fun _ => List.all_eq_true) s
end Multiset

/-! ### Finite sets -/
/-- A finite set: a multiset in which nothing occurs twice. -/
structure Finset (α : Type u) where
  val : Multiset α
  nodup : val.Nodup
namespace Finset
variable {α : Type u} {R : Type v} [CommSemiring R]
instance : Membership α (Finset α) := ⟨fun s a => a ∈ s.val⟩
theorem ext {s t : Finset α} (h : ∀ a, a ∈ s ↔ a ∈ t) : s = t := by
  have key : ∀ s t : Multiset α, s.Nodup → t.Nodup → (∀ a, a ∈ s ↔ a ∈ t) → s = t :=
    Quot.ind fun _ => Quot.ind fun _ h₁ h₂ h => Quot.sound (List.perm_ext_of_nodup h₁ h₂ h)
  obtain ⟨s, hs⟩ := s; obtain ⟨t, ht⟩ := t
  have e : s = t := key s t hs ht h
  subst e; rfl
theorem ext_iff {s t : Finset α} : s = t ↔ ∀ a, a ∈ s ↔ a ∈ t := ⟨fun e _ => e ▸ Iff.rfl, ext⟩
instance : EmptyCollection (Finset α) := ⟨⟨.ofList [], .nil⟩⟩
instance : Singleton α (Finset α) := ⟨fun a => ⟨.ofList [a], .cons List.not_mem_nil .nil⟩⟩
@[simp] theorem notMem_empty (a : α) : a ∉ (∅ : Finset α) := List.not_mem_nil
@[simp] theorem mem_singleton {a b : α} : b ∈ ({a} : Finset α) ↔ b = a := List.mem_singleton
def range (n : ℕ) : Finset ℕ := ⟨.ofList (List.range n), List.nodup_range' 0 n⟩
def filter (p : α → Prop) [DecidablePred p] (s : Finset α) : Finset α :=
  ⟨s.val.filter p, Quot.ind (β := fun (s : Multiset α) => Multiset.Nodup s → Multiset.Nodup (Multiset.filter p s)) (fun _ h => List.nodup_filter h) s.val s.nodup⟩
def card (s : Finset α) : ℕ := s.val.card
protected def sum (s : Finset α) (f : α → R) : R := (s.val.map f).sum
protected def prod (s : Finset α) (f : α → R) : R := (s.val.map f).prod
instance (s : Finset α) (p : α → Prop) [DecidablePred p] : Decidable (∀ x, x ∈ s → p x) :=
  decidable_of_iff (s.val.all (fun x => decide (p x)) = true) (Multiset.all_eq_true.trans (forall_congr' fun _ => imp_congr Iff.rfl Decidable.decide_eq_true_iff'))
instance (s : Finset α) (p : α → Prop) [DecidablePred p] : Decidable (∃ x, x ∈ s ∧ p x) :=
  decidable_of_iff (¬ ∀ x, x ∈ s → ¬ p x)
    ⟨fun h => Classical.byContradiction fun h' => h fun x hx hp => h' ⟨x, hx, hp⟩, fun ⟨x, hx, hp⟩ h => h x hx hp⟩
instance [DecidableEq α] (a : α) (s : Finset α) : Decidable (a ∈ s) :=
  decidable_of_iff (∃ x, x ∈ s ∧ x = a) ⟨fun ⟨_, h, e⟩ => e ▸ h, fun h => ⟨a, h, rfl⟩⟩
@[simp] theorem mem_range {m n : ℕ} : m ∈ range n ↔ m < n := List.mem_range
@[simp] theorem card_range (n : ℕ) : card (range n) = n := List.length_range
@[simp] theorem mem_filter {p : α → Prop} [DecidablePred p] {s : Finset α} {a : α} : a ∈ filter p s ↔ a ∈ s ∧ p a :=
  Quot.ind (β := fun (s : Multiset α) => a ∈ Multiset.filter p s ↔ a ∈ s ∧ p a)
    (fun _ => List.mem_filter.trans (and_congr Iff.rfl Decidable.decide_eq_true_iff')) s.val
end Finset

/-- An order whose intervals are finite sets. -/
class LocallyFiniteOrder (α : Type u) [Preorder α] where
  finsetIcc : α → α → Finset α
  finsetIco : α → α → Finset α
  finsetIoc : α → α → Finset α
  finsetIoo : α → α → Finset α
  finset_mem_Icc : ∀ a b x, x ∈ finsetIcc a b ↔ a ≤ x ∧ x ≤ b
  finset_mem_Ico : ∀ a b x, x ∈ finsetIco a b ↔ a ≤ x ∧ x < b
  finset_mem_Ioc : ∀ a b x, x ∈ finsetIoc a b ↔ a < x ∧ x ≤ b
  finset_mem_Ioo : ∀ a b x, x ∈ finsetIoo a b ↔ a < x ∧ x < b
namespace Finset
section
variable {α : Type u} [Preorder α] [LocallyFiniteOrder α] {a b x : α}
def Icc (a b : α) : Finset α := LocallyFiniteOrder.finsetIcc a b
def Ico (a b : α) : Finset α := LocallyFiniteOrder.finsetIco a b
def Ioc (a b : α) : Finset α := LocallyFiniteOrder.finsetIoc a b
def Ioo (a b : α) : Finset α := LocallyFiniteOrder.finsetIoo a b
@[simp] theorem mem_Icc : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b := LocallyFiniteOrder.finset_mem_Icc a b x
@[simp] theorem mem_Ico : x ∈ Ico a b ↔ a ≤ x ∧ x < b := LocallyFiniteOrder.finset_mem_Ico a b x
@[simp] theorem mem_Ioc : x ∈ Ioc a b ↔ a < x ∧ x ≤ b := LocallyFiniteOrder.finset_mem_Ioc a b x
@[simp] theorem mem_Ioo : x ∈ Ioo a b ↔ a < x ∧ x < b := LocallyFiniteOrder.finset_mem_Ioo a b x
theorem Icc_eq_empty (h : ¬ a ≤ b) : Icc a b = ∅ :=
  ext fun x => ⟨fun hx => absurd (le_trans (mem_Icc.1 hx).1 (mem_Icc.1 hx).2) h, fun hx => absurd hx (notMem_empty x)⟩
@[simp] theorem Icc_eq_empty_of_lt (h : b < a) : Icc a b = ∅ := Icc_eq_empty (not_le_of_gt h)
end
@[simp] theorem Icc_self {α : Type u} [PartialOrder α] [LocallyFiniteOrder α] (a : α) : Icc a a = {a} :=
  ext fun x => mem_Icc.trans ((⟨fun h => le_antisymm h.2 h.1, fun e => ⟨le_of_eq e.symm, le_of_eq e⟩⟩ : _ ↔ x = a).trans mem_singleton.symm)
/-- `s, s + 1, …`: `n` natural numbers. -/
def natsFrom (s n : ℕ) : Finset ℕ := ⟨.ofList (List.range' s n), List.nodup_range' s n⟩
theorem mem_natsFrom {s n m : ℕ} : m ∈ natsFrom s n ↔ s ≤ m ∧ m < s + n := List.mem_range'_1
/-- `s, s + 1, …`: `n` integers. -/
def intsFrom (s : ℤ) (n : ℕ) : Finset ℤ :=
  ⟨.ofList ((List.range n).map fun k : ℕ => (k : ℤ) + s), List.nodup_map (fun a b h => by have h : (a : ℤ) + s = b + s := h; omega) (List.nodup_range' 0 n)⟩
theorem mem_intsFrom {s m : ℤ} {n : ℕ} : m ∈ intsFrom s n ↔ s ≤ m ∧ m < s + n :=
  (List.mem_map.trans ⟨fun ⟨k, hk, e⟩ => by have := List.mem_range.1 hk; omega,
    fun h => ⟨(m - s).toNat, List.mem_range.2 (by omega), by omega⟩⟩ : m ∈ (List.range n).map (fun k : ℕ => (k : ℤ) + s) ↔ _)
end Finset
private theorem Nat.mem_Ico_aux {a b x : ℕ} : x ∈ Finset.natsFrom a (b - a) ↔ a ≤ x ∧ x < b := Finset.mem_natsFrom.trans (by omega)
private theorem Int.mem_Ico_aux {a b x : ℤ} : x ∈ Finset.intsFrom a (b - a).toNat ↔ a ≤ x ∧ x < b := Finset.mem_intsFrom.trans (by omega)
private theorem Int.lt_succ_aux {b x : ℤ} : x < b + 1 ↔ x ≤ b := by omega
instance Nat.instLocallyFiniteOrder : LocallyFiniteOrder ℕ where
  finsetIcc a b := .natsFrom a (b + 1 - a)
  finsetIco a b := .natsFrom a (b - a)
  finsetIoc a b := .natsFrom (a + 1) (b + 1 - (a + 1))
  finsetIoo a b := .natsFrom (a + 1) (b - (a + 1))
  finset_mem_Icc _ _ _ := Nat.mem_Ico_aux.trans (and_congr Iff.rfl Nat.lt_succ_iff)
  finset_mem_Ico _ _ _ := Nat.mem_Ico_aux
  finset_mem_Ioc _ _ _ := Nat.mem_Ico_aux.trans (and_congr Iff.rfl Nat.lt_succ_iff)
  finset_mem_Ioo _ _ _ := Nat.mem_Ico_aux
instance Int.instLocallyFiniteOrder : LocallyFiniteOrder ℤ where
  finsetIcc a b := .intsFrom a (b + 1 - a).toNat
  finsetIco a b := .intsFrom a (b - a).toNat
  finsetIoc a b := .intsFrom (a + 1) (b + 1 - (a + 1)).toNat
  finsetIoo a b := .intsFrom (a + 1) (b - (a + 1)).toNat
  finset_mem_Icc _ _ _ := Int.mem_Ico_aux.trans (and_congr Iff.rfl Int.lt_succ_aux)
  finset_mem_Ico _ _ _ := Int.mem_Ico_aux
  finset_mem_Ioc _ _ _ := Int.mem_Ico_aux.trans (and_congr Iff.rfl Int.lt_succ_aux)
  finset_mem_Ioo _ _ _ := Int.mem_Ico_aux

/-- The divisors of a number; 0 has none. -/
def Nat.divisors (n : ℕ) : Finset ℕ := .filter (fun d => d ∣ n) (.Ico 1 (n + 1))
/-- The divisors of a number but itself; 0 has none. -/
def Nat.properDivisors (n : ℕ) : Finset ℕ := .filter (fun d => d ∣ n) (.Ico 1 n)
@[simp] theorem Nat.mem_divisors {n m : ℕ} : n ∈ Nat.divisors m ↔ n ∣ m ∧ m ≠ 0 := by
  show n ∈ Finset.filter _ _ ↔ _
  rw [Finset.mem_filter, Finset.mem_Ico]
  constructor
  · exact fun h => ⟨h.2, by omega⟩
  · rintro ⟨⟨c, rfl⟩, h⟩
    have hn : n ≠ 0 := fun e => h (by rw [e, Nat.zero_mul])
    have hc : 0 < c := Nat.pos_of_ne_zero fun e => h (by rw [e, Nat.mul_zero])
    have := Nat.le_mul_of_pos_right n hc
    exact ⟨by omega, c, rfl⟩
@[simp] theorem Nat.mem_properDivisors {n m : ℕ} : n ∈ Nat.properDivisors m ↔ n ∣ m ∧ n < m := by
  show n ∈ Finset.filter _ _ ↔ _
  rw [Finset.mem_filter, Finset.mem_Ico]
  constructor
  · exact fun h => ⟨h.2, h.1.2⟩
  · rintro ⟨⟨c, rfl⟩, h⟩
    have hn : n ≠ 0 := fun e => by rw [e, Nat.zero_mul] at h; exact Nat.lt_irrefl 0 h
    exact ⟨by omega, c, rfl⟩

/-! ### Sums and products -/
/-- `∑ x ∈ s, f x`: the sum over a finite set; `∑ x ∈ s with p x, f x` over those of its elements that satisfy `p`. `in` is the older spelling of `∈`. -/
syntax (name := bigSum) "∑ " ident (" : " term:51)? (" ∈ " <|> " in ") term (" with " term)? ", " term:67 : term
/-- `∏ x ∈ s, f x`: the product over a finite set; `∏ x ∈ s with p x, f x` over those of its elements that satisfy `p`. `in` is the older spelling of `∈`. -/
syntax (name := bigProd) "∏ " ident (" : " term:51)? (" ∈ " <|> " in ") term (" with " term)? ", " term:67 : term
open Lean in
/-- The parts are `∑ x (: t)? ∈ s (with p)? , f`. -/
def expandBig (op : Term) (stx : Syntax) : MacroM Syntax := do
  let x : Ident := ⟨stx.getArg 1⟩
  let type : Term := ⟨(stx.getArg 2).getArg 1⟩
  let s : Term := ⟨stx.getArg 4⟩
  let p : Term := ⟨(stx.getArg 5).getArg 1⟩
  let f : Term := ⟨stx.getArg 7⟩
  let f ← match (stx.getArg 2).getArgs.toList with
    | [] => `(fun $x:ident => $f)
    | _ => `(fun $x:ident : $type => $f)
  let s ← match (stx.getArg 5).getArgs.toList with
    | [] => pure s
    | _ => `(Finset.filter (fun $x:ident => $p) $s)
  return (← `($op $s $f)).raw
open Lean in
@[macro bigSum] def expandBigSum : Macro := fun stx => do expandBig (← `(Finset.sum)) stx
open Lean in
@[macro bigProd] def expandBigProd : Macro := fun stx => do expandBig (← `(Finset.prod)) stx
open Lean in
@[app_unexpander Finset.sum] def unexpandFinsetSum : PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∑ $x:ident ∈ $s, $f)
  | _ => throw ()
open Lean in
@[app_unexpander Finset.prod] def unexpandFinsetProd : PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∏ $x:ident ∈ $s, $f)
  | _ => throw ()

namespace Finset
variable {α : Type u} {M : Type v} [CommSemiring M]
theorem sum_natsFrom_succ (f : ℕ → M) (s n : ℕ) : (natsFrom s (n + 1)).sum f = (natsFrom s n).sum f + f (s + n) := by
  show ((List.range' s (n + 1)).map f).sum = ((List.range' s n).map f).sum + _
  rw [List.range'_concat, List.map_append, List.sum_append]
  exact congrArg (_ + ·) (add_zero _)
theorem prod_natsFrom_succ (f : ℕ → M) (s n : ℕ) : (natsFrom s (n + 1)).prod f = (natsFrom s n).prod f * f (s + n) := by
  show ((List.range' s (n + 1)).map f).prod = ((List.range' s n).map f).prod * _
  rw [List.range'_concat, List.map_append, List.prod_append]
  exact congrArg (_ * ·) (mul_one _)
@[simp] theorem sum_range_zero (f : ℕ → M) : ∑ k ∈ range 0, f k = 0 := rfl
@[simp] theorem prod_range_zero (f : ℕ → M) : ∏ k ∈ range 0, f k = 1 := rfl
theorem sum_range_succ (f : ℕ → M) (n : ℕ) : ∑ x ∈ range (n + 1), f x = ∑ x ∈ range n, f x + f n :=
  (sum_natsFrom_succ f 0 n).trans (by rw [Nat.zero_add]; rfl)
theorem prod_range_succ (f : ℕ → M) (n : ℕ) : ∏ x ∈ range (n + 1), f x = (∏ x ∈ range n, f x) * f n :=
  (prod_natsFrom_succ f 0 n).trans (by rw [Nat.zero_add]; rfl)
@[simp] theorem sum_empty {f : α → M} : ∑ x ∈ (∅ : Finset α), f x = 0 := rfl
@[simp] theorem prod_empty {f : α → M} : ∏ x ∈ (∅ : Finset α), f x = 1 := rfl
@[simp] theorem sum_singleton (f : α → M) (a : α) : ∑ x ∈ ({a} : Finset α), f x = f a := add_zero _
@[simp] theorem prod_singleton (f : α → M) (a : α) : ∏ x ∈ ({a} : Finset α), f x = f a := mul_one _
@[simp] theorem sum_range_one (f : ℕ → M) : ∑ k ∈ range 1, f k = f 0 := add_zero _
@[simp] theorem prod_range_one (f : ℕ → M) : ∏ k ∈ range 1, f k = f 0 := mul_one _
theorem sum_range_induction (f s : ℕ → M) (base : s 0 = 0) (n : ℕ) (step : ∀ k < n, s (k + 1) = s k + f k) :
    ∑ k ∈ range n, f k = s n := by
  induction n with
  | zero => exact base.symm
  | succ n ih => rw [sum_range_succ, ih fun k hk => step k (.step hk), step n (Nat.le_refl _)]
theorem prod_range_induction (f s : ℕ → M) (base : s 0 = 1) (n : ℕ) (step : ∀ k < n, s (k + 1) = s k * f k) :
    ∏ k ∈ range n, f k = s n := by
  induction n with
  | zero => exact base.symm
  | succ n ih => rw [prod_range_succ, ih fun k hk => step k (.step hk), step n (Nat.le_refl _)]
theorem sum_Ico_succ_top {a b : ℕ} (hab : a ≤ b) (f : ℕ → M) : ∑ k ∈ Ico a (b + 1), f k = ∑ k ∈ Ico a b, f k + f b := by
  show (natsFrom a (b + 1 - a)).sum f = (natsFrom a (b - a)).sum f + _
  rw [Nat.sub_add_comm hab, sum_natsFrom_succ, Nat.add_sub_of_le hab]
theorem prod_Ico_succ_top {a b : ℕ} (hab : a ≤ b) (f : ℕ → M) : ∏ k ∈ Ico a (b + 1), f k = (∏ k ∈ Ico a b, f k) * f b := by
  show (natsFrom a (b + 1 - a)).prod f = (natsFrom a (b - a)).prod f * _
  rw [Nat.sub_add_comm hab, prod_natsFrom_succ, Nat.add_sub_of_le hab]
theorem sum_Icc_succ_top {a b : ℕ} (hab : a ≤ b + 1) (f : ℕ → M) : ∑ k ∈ Icc a (b + 1), f k = ∑ k ∈ Icc a b, f k + f (b + 1) :=
  sum_Ico_succ_top hab f
theorem prod_Icc_succ_top {a b : ℕ} (hab : a ≤ b + 1) (f : ℕ → M) :
    ∏ k ∈ Icc a (b + 1), f k = (∏ k ∈ Icc a b, f k) * f (b + 1) :=
  prod_Ico_succ_top hab f
theorem sum_congr {s₁ s₂ : Finset α} {f g : α → M} (h : s₁ = s₂) (hfg : ∀ x ∈ s₂, f x = g x) : s₁.sum f = s₂.sum g := by
  subst h
  obtain ⟨s, _⟩ := s₁
  refine Quot.ind (β := fun (s : Multiset α) => (∀ x, x ∈ s → f x = g x) → (Multiset.map f s).sum = (Multiset.map g s).sum) (fun l h => ?_) s hfg
  show (l.map f).sum = (l.map g).sum
  induction l with
  | nil => rfl
  | cons a l ih => rw [List.map_cons, List.map_cons, List.sum_cons, List.sum_cons, h a (.head l), ih fun x hx => h x (.tail a hx)]
theorem sum_add_distrib {s : Finset α} {f g : α → M} : ∑ i ∈ s, (f i + g i) = ∑ i ∈ s, f i + ∑ i ∈ s, g i := by
  obtain ⟨s, _⟩ := s
  refine Quot.ind (β := fun (s : Multiset α) => (Multiset.map (fun i => f i + g i) s).sum = (Multiset.map f s).sum + (Multiset.map g s).sum) (fun l => ?_) s
  show (l.map fun i => f i + g i).sum = (l.map f).sum + (l.map g).sum
  induction l with
  | nil => exact (zero_add 0).symm
  | cons a l ih => rw [List.map_cons, List.sum_cons, ih]; exact add_add_add_comm _ _ _ _
theorem mul_sum (s : Finset α) (f : α → M) (b : M) : b * ∑ i ∈ s, f i = ∑ i ∈ s, b * f i := by
  obtain ⟨s, _⟩ := s
  refine Quot.ind (β := fun (s : Multiset α) => b * (Multiset.map f s).sum = (Multiset.map (fun i => b * f i) s).sum) (fun l => ?_) s
  show b * (l.map f).sum = (l.map fun i => b * f i).sum
  induction l with
  | nil => exact mul_zero b
  | cons a l ih => rw [List.map_cons, List.sum_cons, mul_add, ih]; rfl
theorem sum_mul (s : Finset α) (f : α → M) (b : M) : (∑ i ∈ s, f i) * b = ∑ i ∈ s, f i * b := by
  rw [mul_comm, mul_sum]; exact sum_congr rfl fun x _ => mul_comm b (f x)
end Finset
