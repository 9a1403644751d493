prelude
import Core.Omega
/-!
# Lists

Length, append, map, filter, folds, sums, ranges, membership, and decidable bounded quantifiers over lists.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w

namespace List
def map {α : Type u} {β : Type v} (f : α → β) : List α → List β
  | [] => []
  | x :: xs => f x :: map f xs
def length {α : Type u} : List α → Nat
  | [] => 0
  | _ :: xs => length xs + 1
variable {α : Type u} {β : Type v} {γ : Type w}

protected def append : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: List.append xs ys
instance : Append (List α) := ⟨List.append⟩
def filter (p : α → Bool) : List α → List α
  | [] => []
  | x :: xs => cond (p x) (x :: filter p xs) (filter p xs)
def foldr (f : α → β → β) (init : β) : List α → β
  | [] => init
  | x :: xs => f x (foldr f init xs)
def foldl (f : β → α → β) : β → List α → β
  | init, [] => init
  | init, x :: xs => foldl f (f init x) xs
def reverseAux : List α → List α → List α
  | [], r => r
  | x :: xs, r => reverseAux xs (x :: r)
def reverse (as : List α) : List α := reverseAux as []
def flatten : List (List α) → List α
  | [] => []
  | x :: xs => x ++ flatten xs
def flatMap (f : α → List β) (as : List α) : List β := flatten (map f as)
def sum [Add α] [Zero α] : List α → α := foldr (· + ·) 0
def prod [Mul α] [One α] : List α → α := foldr (· * ·) 1
def replicate : Nat → α → List α
  | 0, _ => []
  | n + 1, a => a :: replicate n a
def take : Nat → List α → List α
  | 0, _ => []
  | _ + 1, [] => []
  | n + 1, x :: xs => x :: take n xs
def drop : Nat → List α → List α
  | 0, xs => xs
  | _ + 1, [] => []
  | n + 1, _ :: xs => drop n xs
def range' : Nat → Nat → (step : Nat := 1) → List Nat
  | _, 0, _ => []
  | s, n + 1, step => s :: range' (s + step) n step
/-- `[0, …, n - 1]`. -/
def range (n : Nat) : List Nat := range' 0 n
def all : List α → (α → Bool) → Bool
  | [], _ => true
  | x :: xs, p => p x && all xs p
def any : List α → (α → Bool) → Bool
  | [], _ => false
  | x :: xs, p => p x || any xs p
def zipWith (f : α → β → γ) : List α → List β → List γ
  | x :: xs, y :: ys => f x y :: zipWith f xs ys
  | _, _ => []
def head? : List α → Option α
  | [] => none
  | x :: _ => some x
def tail : List α → List α
  | [] => []
  | _ :: xs => xs
def getD : List α → Nat → α → α
  | [], _, d => d
  | x :: _, 0, _ => x
  | _ :: xs, i + 1, d => getD xs i d
/-- `a ∈ as`: some entry is `a`. -/
inductive Mem (a : α) : List α → Prop where
  | head (as : List α) : Mem a (a :: as)
  | tail (b : α) {as : List α} : Mem a as → Mem a (b :: as)
instance instMembership : Membership α (List α) := ⟨fun l a => Mem a l⟩
/-- No entry occurs twice. -/
inductive Nodup : List α → Prop where
  | nil : Nodup []
  | cons {a : α} {as : List α} (h : a ∉ as) : Nodup as → Nodup (a :: as)

/-! ### Membership -/
variable {a b : α} {l as bs : List α}
@[simp] theorem not_mem_nil : ¬ a ∈ ([] : List α) := fun h => nomatch h
@[simp] theorem mem_cons : a ∈ b :: l ↔ a = b ∨ a ∈ l :=
  ⟨fun h => by
    cases h with
    | head => exact .inl rfl
    | tail _ h => exact .inr h,
  fun h => h.elim (fun e => e ▸ .head l) (.tail b)⟩
theorem mem_cons_self : a ∈ a :: l := .head l
theorem mem_cons_of_mem (b : α) (h : a ∈ l) : a ∈ b :: l := .tail b h
theorem mem_singleton : a ∈ [b] ↔ a = b := by simp
theorem forall_mem_cons {p : α → Prop} : (∀ x ∈ a :: l, p x) ↔ p a ∧ ∀ x ∈ l, p x :=
  ⟨fun h => ⟨h a (.head l), fun x hx => h x (.tail a hx)⟩, fun h x hx => (mem_cons.1 hx).elim (fun e => e ▸ h.1) (h.2 x)⟩
theorem exists_mem_cons {p : α → Prop} : (∃ x, x ∈ a :: l ∧ p x) ↔ p a ∨ ∃ x, x ∈ l ∧ p x :=
  ⟨fun ⟨x, hx, h⟩ => (mem_cons.1 hx).elim (fun e => .inl (e ▸ h)) fun h' => .inr ⟨x, h', h⟩,
    fun h => h.elim (fun h => ⟨a, .head l, h⟩) fun ⟨x, hx, h⟩ => ⟨x, .tail a hx, h⟩⟩
instance decidableBAll (p : α → Prop) [DecidablePred p] : (l : List α) → Decidable (∀ x, x ∈ l → p x)
  | [] => isTrue fun _ h => nomatch h
  | x :: xs => match ‹DecidablePred p› x, decidableBAll p xs with
    | isTrue h₁, isTrue h₂ => isTrue (forall_mem_cons.2 ⟨h₁, h₂⟩)
    | isFalse h, _ => isFalse fun h' => h (forall_mem_cons.1 h').1
    | _, isFalse h => isFalse fun h' => h (forall_mem_cons.1 h').2
instance decidableBEx (p : α → Prop) [DecidablePred p] : (l : List α) → Decidable (∃ x, x ∈ l ∧ p x)
  | [] => isFalse fun ⟨_, h, _⟩ => nomatch h
  | x :: xs => match ‹DecidablePred p› x, decidableBEx p xs with
    | isTrue h, _ => isTrue (exists_mem_cons.2 (.inl h))
    | _, isTrue h => isTrue (exists_mem_cons.2 (.inr h))
    | isFalse h₁, isFalse h₂ => isFalse fun h => (exists_mem_cons.1 h).elim h₁ h₂
instance instDecidableMemOfDecidableEq [DecidableEq α] (a : α) : (l : List α) → Decidable (a ∈ l)
  | [] => isFalse not_mem_nil
  | b :: bs => match decEq a b, instDecidableMemOfDecidableEq a bs with
    | isTrue h, _ => isTrue (mem_cons.2 (.inl h))
    | _, isTrue h => isTrue (mem_cons.2 (.inr h))
    | isFalse h₁, isFalse h₂ => isFalse fun h => (mem_cons.1 h).elim h₁ h₂
instance nodupDecidable [DecidableEq α] : (l : List α) → Decidable (Nodup l)
  | [] => isTrue .nil
  | x :: xs => match instDecidableMemOfDecidableEq x xs, nodupDecidable xs with
    | isFalse h₁, isTrue h₂ => isTrue (.cons h₁ h₂)
    | isTrue h, _ => isFalse fun h' => by
        cases h' with
        | cons n _ => exact n h
    | _, isFalse h => isFalse fun h' => by
        cases h' with
        | cons _ n => exact h n
instance instDecidableEqList [DecidableEq α] : DecidableEq (List α)
  | [], [] => isTrue rfl
  | [], _ :: _ => isFalse fun h => nomatch h
  | _ :: _, [] => isFalse fun h => nomatch h
  | x :: xs, y :: ys => match decEq x y, instDecidableEqList xs ys with
    | isTrue h₁, isTrue h₂ => isTrue (h₁ ▸ h₂ ▸ rfl)
    | isFalse h, _ => isFalse fun e => h (by injection e)
    | _, isFalse h => isFalse fun e => h (by injection e)

/-! ### Append, length, map, filter -/
@[simp] theorem nil_append (as : List α) : [] ++ as = as := rfl
@[simp] theorem cons_append : (a :: as) ++ bs = a :: (as ++ bs) := rfl
@[simp] theorem append_nil (as : List α) : as ++ [] = as := by
  induction as with
  | nil => rfl
  | cons a as ih => exact congrArg (a :: ·) ih
@[simp] theorem append_assoc (as bs cs : List α) : (as ++ bs) ++ cs = as ++ (bs ++ cs) := by
  induction as with
  | nil => rfl
  | cons a as ih => exact congrArg (a :: ·) ih
@[simp] theorem length_nil : length ([] : List α) = 0 := rfl
@[simp] theorem length_cons : length (a :: as) = length as + 1 := rfl
@[simp] theorem length_append : length (as ++ bs) = length as + length bs := by
  induction as with
  | nil => exact (Nat.zero_add _).symm
  | cons a as ih => rw [cons_append, length_cons, ih, length_cons]; omega
@[simp] theorem length_eq_zero_iff : length l = 0 ↔ l = [] := by cases l <;> simp
@[simp] theorem map_nil {f : α → β} : map f [] = [] := rfl
@[simp] theorem map_cons {f : α → β} : map f (a :: l) = f a :: map f l := rfl
@[simp] theorem length_map {f : α → β} : length (map f l) = length l := by
  induction l with
  | nil => rfl
  | cons a l ih => exact congrArg (· + 1) ih
@[simp] theorem map_append {f : α → β} : map f (as ++ bs) = map f as ++ map f bs := by
  induction as with
  | nil => rfl
  | cons a as ih => exact congrArg (f a :: ·) ih
@[simp] theorem map_map {g : β → γ} {f : α → β} : map g (map f l) = map (g ∘ f) l := by
  induction l with
  | nil => rfl
  | cons a l ih => exact congrArg (g (f a) :: ·) ih
@[simp] theorem mem_append : a ∈ as ++ bs ↔ a ∈ as ∨ a ∈ bs := by
  induction as with
  | nil => simp
  | cons b as ih => rw [cons_append, mem_cons, mem_cons, ih, or_assoc]
@[simp] theorem mem_map {f : α → β} {b : β} : b ∈ map f l ↔ ∃ a, a ∈ l ∧ f a = b := by
  induction l with
  | nil => simp
  | cons a l ih => rw [map_cons, mem_cons, ih, exists_mem_cons]; exact ⟨Or.imp Eq.symm id, Or.imp Eq.symm id⟩
theorem filter_cons {p : α → Bool} : filter p (a :: l) = if p a = true then a :: filter p l else filter p l := by
  show cond (p a) _ _ = _
  cases p a <;> simp
@[simp] theorem filter_nil {p : α → Bool} : filter p [] = [] := rfl
@[simp] theorem mem_filter {p : α → Bool} : a ∈ filter p l ↔ a ∈ l ∧ p a = true := by
  induction l with
  | nil => simp
  | cons b l ih =>
    rw [filter_cons]
    split
    · rename_i h; rw [mem_cons, ih, mem_cons]
      exact ⟨fun x => x.elim (fun e => ⟨.inl e, e ▸ h⟩) fun x => ⟨.inr x.1, x.2⟩, fun ⟨x, y⟩ => x.imp id (⟨·, y⟩)⟩
    · rename_i h; rw [ih, mem_cons]
      exact ⟨fun ⟨x, y⟩ => ⟨.inr x, y⟩, fun ⟨x, y⟩ => ⟨x.resolve_left fun e => h (e ▸ y), y⟩⟩
theorem reverseAux_eq (as bs : List α) : reverseAux as bs = reverse as ++ bs := by
  induction as generalizing bs with
  | nil => rfl
  | cons a as ih => show reverseAux as (a :: bs) = reverseAux as [a] ++ bs; rw [ih, ih [a], append_assoc]; rfl
@[simp] theorem reverse_nil : reverse ([] : List α) = [] := rfl
@[simp] theorem reverse_cons : reverse (a :: as) = reverse as ++ [a] := reverseAux_eq as [a]
@[simp] theorem length_reverse : length (reverse as) = length as := by
  induction as with
  | nil => rfl
  | cons a as ih => rw [reverse_cons, length_append, ih]; rfl
@[simp] theorem reverse_append : reverse (as ++ bs) = reverse bs ++ reverse as := by
  induction as with
  | nil => simp
  | cons a as ih => rw [cons_append, reverse_cons, ih, reverse_cons, append_assoc]
@[simp] theorem reverse_reverse (as : List α) : reverse (reverse as) = as := by
  induction as with
  | nil => rfl
  | cons a as ih => rw [reverse_cons, reverse_append, ih]; rfl

/-! ### Folds, sums and ranges -/
@[simp] theorem foldr_nil {f : α → β → β} {b : β} : foldr f b [] = b := rfl
@[simp] theorem foldr_cons {f : α → β → β} {b : β} : foldr f b (a :: l) = f a (foldr f b l) := rfl
@[simp] theorem foldl_nil {f : β → α → β} {b : β} : foldl f b [] = b := rfl
@[simp] theorem foldl_cons {f : β → α → β} {b : β} : foldl f b (a :: l) = foldl f (f b a) l := rfl
@[simp] theorem sum_nil [Add α] [Zero α] : sum ([] : List α) = 0 := rfl
@[simp] theorem sum_cons [Add α] [Zero α] : sum (a :: l) = a + sum l := rfl
@[simp] theorem prod_nil [Mul α] [One α] : prod ([] : List α) = 1 := rfl
@[simp] theorem prod_cons [Mul α] [One α] : prod (a :: l) = a * prod l := rfl
theorem range'_succ (s n step : Nat) : range' s (n + 1) step = s :: range' (s + step) n step := rfl
@[simp] theorem length_range' (s n step : Nat) : length (range' s n step) = n := by
  induction n generalizing s with
  | zero => rfl
  | succ n ih => exact congrArg (· + 1) (ih (s + step))
@[simp] theorem length_range {n : Nat} : length (range n) = n := length_range' 0 n 1
theorem mem_range'_1 {m s n : Nat} : m ∈ range' s n ↔ s ≤ m ∧ m < s + n := by
  induction n generalizing s with
  | zero => rw [show range' s 0 = [] from rfl]; simp; omega
  | succ n ih => rw [range'_succ, mem_cons, ih]; omega
@[simp] theorem mem_range {m n : Nat} : m ∈ range n ↔ m < n := by
  rw [show range n = range' 0 n from rfl, mem_range'_1]; omega
theorem range'_concat (s n : Nat) : range' s (n + 1) = range' s n ++ [s + n] := by
  induction n generalizing s with
  | zero => rfl
  | succ n ih =>
    rw [range'_succ, ih, range'_succ, cons_append, Nat.add_assoc, Nat.add_comm 1 n]
theorem range_succ {n : Nat} : range (n + 1) = range n ++ [n] := by
  have := range'_concat 0 n
  rwa [Nat.zero_add] at this
@[simp] theorem range_zero : range 0 = [] := rfl
end List

namespace Option
variable {α : Type u} {β : Type v}
protected def map (f : α → β) : Option α → Option β
  | none => none
  | some x => some (f x)
protected def bind : Option α → (α → Option β) → Option β
  | none, _ => none
  | some x, f => f x
def getD (opt : Option α) (dflt : α) : α := match opt with
  | none => dflt
  | some x => x
def isSome : Option α → Bool
  | none => false
  | some _ => true
def isNone : Option α → Bool
  | none => true
  | some _ => false
end Option
deriving instance DecidableEq for Option
deriving instance DecidableEq for Prod
deriving instance DecidableEq for Sum
instance : DecidableEq PUnit := fun _ _ => isTrue rfl
