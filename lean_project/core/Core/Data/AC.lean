prelude
import Core.Data.List
import Core.Nat.Dvd
import Core.Algebra.Order
/-!
# Associative and commutative operations

`ac_rfl` reflects both sides of an equation into `Lean.Data.AC.Expr`, a tree over numbered variables, and cites
`Lean.Data.AC.Context.eq_of_norm`: equal sorted lists of variables give equal values.
-/
set_option autoImplicit false
set_option linter.all false
universe u

namespace Std
class IdempotentOp {α : Sort u} (op : α → α → α) : Prop where
  idempotent : (x : α) → op x x = x
class LawfulLeftIdentity {α : Sort u} {β : Sort u} (op : α → β → β) (o : outParam α) : Prop where
  left_id : ∀ a, op o a = a
class LawfulRightIdentity {α : Sort u} {β : Sort u} (op : α → β → α) (o : outParam β) : Prop where
  right_id : ∀ a, op a o = a
class LawfulIdentity {α : Sort u} (op : α → α → α) (o : outParam α) : Prop extends LawfulLeftIdentity op o, LawfulRightIdentity op o
end Std
open Std

instance : Associative (α := Int) (· + ·) := ⟨Int.add_assoc⟩
instance : Commutative (α := Int) (· + ·) := ⟨Int.add_comm⟩
instance : Associative (α := Int) (· * ·) := ⟨Int.mul_assoc⟩
instance : Commutative (α := Int) (· * ·) := ⟨Int.mul_comm⟩
instance : Associative (α := Nat) max := ⟨max_assoc⟩
instance : Commutative (α := Nat) max := ⟨max_comm⟩
instance : IdempotentOp (α := Nat) max := ⟨max_self⟩
instance : Associative (α := Nat) min := ⟨min_assoc⟩
instance : Commutative (α := Nat) min := ⟨min_comm⟩
instance : IdempotentOp (α := Nat) min := ⟨min_self⟩
instance : Associative (α := Int) max := ⟨max_assoc⟩
instance : Commutative (α := Int) max := ⟨max_comm⟩
instance : IdempotentOp (α := Int) max := ⟨max_self⟩
instance : Associative (α := Int) min := ⟨min_assoc⟩
instance : Commutative (α := Int) min := ⟨min_comm⟩
instance : IdempotentOp (α := Int) min := ⟨min_self⟩
instance : Associative Nat.gcd := ⟨Nat.gcd_assoc⟩
instance : Commutative Nat.gcd := ⟨Nat.gcd_comm⟩
instance : IdempotentOp Nat.gcd := ⟨Nat.gcd_self⟩
instance : Associative And := ⟨fun _ _ _ => propext and_assoc⟩
instance : Commutative And := ⟨fun _ _ => propext and_comm⟩
instance : IdempotentOp And := ⟨and_self⟩
instance : Associative Or := ⟨fun _ _ _ => propext or_assoc⟩
instance : Commutative Or := ⟨fun _ _ => propext or_comm⟩
instance : IdempotentOp Or := ⟨or_self⟩

namespace Lean.Data.AC
inductive Expr where
  | var (x : Nat)
  | op (lhs rhs : Expr)

structure Variable {α : Sort u} (op : α → α → α) : Type u where
  value : α
  neutral : Option (PLift (LawfulIdentity op value))

structure Context (α : Sort u) where
  op : α → α → α
  assoc : Associative op
  comm : Option (PLift (Commutative op))
  idem : Option (PLift (IdempotentOp op))
  vars : List (Variable op)
  arbitrary : α

namespace Context
variable {α : Sort u} (ctx : Context α)

def var (i : Nat) : Variable ctx.op := ctx.vars.getD i ⟨ctx.arbitrary, none⟩
def eval : Expr → α
  | .var x => (ctx.var x).value
  | .op l r => ctx.op (eval l) (eval r)
/-- The value of a list of variables: combined from the right. -/
def evalList : List Nat → α
  | [] => ctx.arbitrary
  | [x] => (ctx.var x).value
  | x :: xs => ctx.op (ctx.var x).value (evalList xs)
/-- The variables from left to right. -/
def flatten : Expr → List Nat → List Nat
  | .var x, rest => x :: rest
  | .op l r, rest => flatten l (flatten r rest)
def insert (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: ys => cond (Nat.ble x y) (x :: y :: ys) (y :: insert x ys)
def sort : List Nat → List Nat
  | [] => []
  | x :: xs => insert x (sort xs)
/-- Adjacent equal variables become one. -/
def squeeze : List Nat → List Nat
  | x :: y :: ys => cond (Nat.beq x y) (squeeze (y :: ys)) (x :: squeeze (y :: ys))
  | xs => xs
def isNeutral (x : Nat) : Bool := (ctx.var x).neutral.isSome
/-- Neutral elements go, but for the last variable. -/
def dropNeutral : List Nat → List Nat
  | x :: y :: ys => cond (ctx.isNeutral x) (dropNeutral (y :: ys)) (match dropNeutral (y :: ys) with
    | [z] => cond (ctx.isNeutral z) [x] [x, z]
    | zs => x :: zs)
  | xs => xs
def norm (e : Expr) : List Nat :=
  let xs := ctx.dropNeutral (flatten e [])
  let xs := cond ctx.comm.isSome (sort xs) xs
  cond ctx.idem.isSome (squeeze xs) xs

theorem evalList_cons (x y : Nat) (ys : List Nat) :
    ctx.evalList (x :: y :: ys) = ctx.op (ctx.var x).value (ctx.evalList (y :: ys)) :=
  rfl
theorem flatten_ne_nil (e : Expr) (rest : List Nat) : ∃ x xs, flatten e rest = x :: xs := by
  induction e generalizing rest with
  | var x => exact ⟨x, rest, rfl⟩
  | op l r ihl _ => exact ihl (flatten r rest)
theorem evalList_flatten (e : Expr) : ctx.evalList (flatten e []) = ctx.eval e ∧
    ∀ y ys, ctx.evalList (flatten e (y :: ys)) = ctx.op (ctx.eval e) (ctx.evalList (y :: ys)) := by
  induction e with
  | var x => exact ⟨rfl, fun _ _ => rfl⟩
  | op l r ihl ihr =>
    constructor
    · obtain ⟨x, xs, h⟩ := flatten_ne_nil r []
      show ctx.evalList (flatten l (flatten r [])) = ctx.op _ _
      rw [h, ihl.2, ← h, ihr.1]
    · intro y ys
      obtain ⟨x, xs, h⟩ := flatten_ne_nil r (y :: ys)
      show ctx.evalList (flatten l (flatten r (y :: ys))) = ctx.op (ctx.op _ _) _
      rw [h, ihl.2, ← h, ihr.2, ctx.assoc.assoc]
theorem evalList_insert (h : Commutative ctx.op) (x y : Nat) (ys : List Nat) :
    ctx.evalList (insert x (y :: ys)) = ctx.op (ctx.var x).value (ctx.evalList (y :: ys)) := by
  induction ys generalizing y with
  | nil =>
    show ctx.evalList (cond (Nat.ble x y) _ _) = _
    cases Nat.ble x y
    · exact h.comm _ _
    · rfl
  | cons z zs ih =>
    show ctx.evalList (cond (Nat.ble x y) _ _) = _
    cases Nat.ble x y
    · have e : ctx.evalList (y :: insert x (z :: zs)) = ctx.op (ctx.var y).value (ctx.evalList (insert x (z :: zs))) := by
        show ctx.evalList (y :: cond (Nat.ble x z) _ _) = ctx.op _ (ctx.evalList (cond (Nat.ble x z) _ _))
        cases Nat.ble x z <;> rfl
      show ctx.evalList (y :: insert x (z :: zs)) = _
      rw [e, ih, evalList_cons ctx y z zs, ← ctx.assoc.assoc, ← ctx.assoc.assoc, h.comm (ctx.var y).value]
    · rfl
theorem evalList_sort (h : Commutative ctx.op) (xs : List Nat) : ctx.evalList (sort xs) = ctx.evalList xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    cases xs with
    | nil => rfl
    | cons y ys =>
      show ctx.evalList (insert x (sort (y :: ys))) = _
      have ne : ∃ z zs, sort (y :: ys) = z :: zs := by
        show ∃ z zs, insert y (sort ys) = z :: zs
        cases sort ys with
        | nil => exact ⟨y, [], rfl⟩
        | cons w ws => show ∃ z zs, cond (Nat.ble y w) _ _ = z :: zs
                       cases Nat.ble y w
                       · exact ⟨w, _, rfl⟩
                       · exact ⟨y, _, rfl⟩
      obtain ⟨z, zs, e⟩ := ne
      rw [e, evalList_insert ctx h, ← e, ih]; rfl
theorem evalList_squeeze (h : IdempotentOp ctx.op) (x : Nat) (xs : List Nat) :
    (∃ ys, squeeze (x :: xs) = x :: ys) ∧ ctx.evalList (squeeze (x :: xs)) = ctx.evalList (x :: xs) := by
  induction xs generalizing x with
  | nil => exact ⟨⟨[], rfl⟩, rfl⟩
  | cons y ys ih =>
    obtain ⟨⟨zs, e⟩, ih⟩ := ih y
    show (∃ ws, cond (Nat.beq x y) _ _ = x :: ws) ∧ ctx.evalList (cond (Nat.beq x y) _ _) = _
    cases hxy : Nat.beq x y
    · refine ⟨⟨_, rfl⟩, ?_⟩
      show ctx.evalList (x :: squeeze (y :: ys)) = _
      rw [e, evalList_cons, ← e, ih]; rfl
    · have hxy := Nat.eq_of_beq_eq_true x y hxy
      subst hxy
      refine ⟨⟨zs, e⟩, ?_⟩
      show ctx.evalList (squeeze (x :: ys)) = _
      rw [ih, evalList_cons]
      cases ys with
      | nil => exact (h.idempotent _).symm
      | cons z zs => rw [evalList_cons, ← ctx.assoc.assoc, h.idempotent]
theorem neutral_of_isNeutral {x : Nat} (h : ctx.isNeutral x = true) : LawfulIdentity ctx.op (ctx.var x).value := by
  unfold isNeutral at h
  cases e : (ctx.var x).neutral with
  | none => rw [e] at h; nomatch h
  | some p => exact p.down
theorem dropNeutral_cons (x y : Nat) (ys : List Nat) : ctx.dropNeutral (x :: y :: ys) =
    cond (ctx.isNeutral x) (ctx.dropNeutral (y :: ys)) (match ctx.dropNeutral (y :: ys) with
      | [z] => cond (ctx.isNeutral z) [x] [x, z]
      | zs => x :: zs) := rfl
theorem evalList_dropNeutral (x : Nat) (xs : List Nat) :
    (∃ y ys, ctx.dropNeutral (x :: xs) = y :: ys) ∧ ctx.evalList (ctx.dropNeutral (x :: xs)) = ctx.evalList (x :: xs) := by
  induction xs generalizing x with
  | nil => exact ⟨⟨x, [], rfl⟩, rfl⟩
  | cons y ys ih =>
    obtain ⟨⟨z, zs, e⟩, ih⟩ := ih y
    rw [evalList_cons, ← ih]
    rw [dropNeutral_cons, e]
    cases hx : ctx.isNeutral x
    · cases zs with
      | nil =>
        show (∃ _ _, cond (ctx.isNeutral z) [x] [x, z] = _ :: _) ∧ ctx.evalList (cond (ctx.isNeutral z) [x] [x, z]) = _
        cases hz : ctx.isNeutral z
        · exact ⟨⟨x, [z], rfl⟩, rfl⟩
        · exact ⟨⟨x, [], rfl⟩, ((ctx.neutral_of_isNeutral hz).right_id _).symm⟩
      | cons w ws => exact ⟨⟨x, _, rfl⟩, rfl⟩
    · exact ⟨⟨z, zs, rfl⟩, ((ctx.neutral_of_isNeutral hx).left_id _).symm⟩
theorem evalList_norm (e : Expr) : ctx.evalList (ctx.norm e) = ctx.eval e := by
  obtain ⟨x, xs, h⟩ := flatten_ne_nil e []
  have h₁ : ctx.evalList (ctx.dropNeutral (flatten e [])) = ctx.eval e := by
    rw [h, (ctx.evalList_dropNeutral x xs).2, ← h, (ctx.evalList_flatten e).1]
  unfold norm
  rw [← h₁]
  generalize ctx.dropNeutral (flatten e []) = ys
  have sorted : ctx.evalList (cond ctx.comm.isSome (sort ys) ys) = ctx.evalList ys := by
    cases hc : ctx.comm with
    | none => rfl
    | some p => exact ctx.evalList_sort p.down ys
  show ctx.evalList (cond ctx.idem.isSome (squeeze (cond ctx.comm.isSome (sort ys) ys)) (cond ctx.comm.isSome (sort ys) ys)) = _
  rw [← sorted]
  generalize cond ctx.comm.isSome (sort ys) ys = zs
  cases hi : ctx.idem with
  | none => rfl
  | some p => cases zs with
    | nil => rfl
    | cons z zs => exact (ctx.evalList_squeeze p.down z zs).2
theorem eq_of_norm (a b : Expr) (h : (ctx.norm a == ctx.norm b) = true) : ctx.eval a = ctx.eval b := by
  rw [← ctx.evalList_norm a, ← ctx.evalList_norm b, of_decide_eq_true h]
end Context
end Lean.Data.AC
