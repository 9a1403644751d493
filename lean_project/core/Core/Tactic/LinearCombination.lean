prelude
import Core.Tactic.Ring
/-!
# `linear_combination`

`linear_combination e₁ * h₁ + e₂ * h₂ - …` proves the equality `a = b` from equalities `hᵢ` when `a - b` and the combination of
the hypotheses' differences are the same polynomial.

Contract: over ℤ as in Mathlib; over ℕ there is no subtraction in the combination. `(exp := n)` and inequalities are not in `core`.
-/
set_option autoImplicit false
set_option linter.all false
open Lean hiding Term
open Lean.Elab.Tactic
namespace Core.Tactic
namespace Combine
variable {a b c d : Int} {k l m n : Nat}
theorem int_add (h : a = b) (h' : c = d) : a + c = b + d := by rw [h, h']
theorem int_sub (h : a = b) (h' : c = d) : a - c = b - d := by rw [h, h']
theorem int_mul (h : a = b) (h' : c = d) : a * c = b * d := by rw [h, h']
theorem int_neg (h : a = b) : -a = -b := by rw [h]
theorem int_rfl (a : Int) : a = a := rfl
theorem int_done (h : c = d) (h' : a + d = b + c) : a = b := by omega
theorem nat_add (h : k = l) (h' : m = n) : k + m = l + n := by rw [h, h']
theorem nat_mul (h : k = l) (h' : m = n) : k * m = l * n := by rw [h, h']
theorem nat_rfl (k : Nat) : k = k := rfl
theorem nat_done (h : m = n) (h' : k + n = l + m) : k = l := by omega
end Combine

/-- The combination as a proof of an equality; terms `e` count as `e = e`. -/
def combination (int : Bool) (type : Expr) : Nat → Syntax → TacticM Expr
  | 0, _ => lift (fail "`linear_combination`: the combination is nested too deeply")
  | f + 1, stx => do
    let two (i n : Name) : TacticM Expr := do
      let a ← combination int type f (stx.getArg 0)
      let b ← combination int type f (stx.getArg 2)
      if int then lift (Meta.mkAppM i (List.toArray [a, b]))
      else if n == .anonymous then lift (fail "`linear_combination` over ℕ in `core` adds and multiplies only")
      else lift (Meta.mkAppM n (List.toArray [a, b]))
    if stx.isOfKind `«term_+_» then two ``Combine.int_add ``Combine.nat_add
    else if stx.isOfKind `«term_-_» then two ``Combine.int_sub .anonymous
    else if stx.isOfKind `«term_*_» then two ``Combine.int_mul ``Combine.nat_mul
    else if and int (stx.isOfKind `«term-_») then do
      let a ← combination int type f (stx.getArg 1)
      lift (Meta.mkAppM ``Combine.int_neg (List.toArray [a]))
    else if stx.isOfKind `Lean.Parser.Term.paren then combination int type f (stx.getArg 1)
    else do
      let asTerm : TacticM Expr := do
        let e ← elabTerm stx (some type)
        let t ← lift (do instMVars (← Meta.inferType e))
        if ← lift (Meta.isExprDefEq t type) then pure (mkApp (const (if int then ``Combine.int_rfl else ``Combine.nat_rfl)) e)
        else lift (failAt "`linear_combination`: neither an equality nor a number: " e)
      let asProof : TacticM Expr := do
        let e ← elabTerm stx none
        let t ← lift (do Meta.whnfR (← instMVars (← Meta.inferType e)))
        match eq? t with
        | some _ => pure e
        | none => lift (fail "")
      tryCatch asProof asTerm
syntax (name := linearCombination) "linear_combination" (ppSpace colGt term)? : tactic
@[tactic linearCombination] def evalLinearCombination : Tactic := fun stx => withMainContext do
  let t ← target
  match eq? t with
  | none => lift (fail "`linear_combination` in `core` proves equalities in ℕ and ℤ; the goal is no equality")
  | some (type, a, b) => do
    let type ← lift (Meta.whnfR type)
    let int := typeIs type intType
    if not (or int (typeIs type natType)) then lift (fail "`linear_combination` in `core` proves equalities in ℕ and ℤ") else do
      let arg := stx.getArg 1
      let h ← if arg.isNone then pure (mkApp (const (if int then ``Combine.int_rfl else ``Combine.nat_rfl)) (if int then mkIntLit 0 else mkNatLit 0))
        else combination int type 100 (arg.getArg 0)
      let ht ← lift (do instMVars (← Meta.inferType h))
      match eq? ht with
      | none => lift (fail "`linear_combination`: the combination is no equality")
      | some (_, c, d) => do
        let add (x y : Expr) : TacticM Expr := lift (Meta.mkAppM ``HAdd.hAdd (List.toArray [x, y]))
        let l ← add a d
        let r ← add b c
        match ← lift (ringProof type l r) with
        | none => lift (failAt "`linear_combination` failed: `ring` does not prove " (← lift (Meta.mkEq l r)))
        | some p => closeMainGoal `linear_combination (app (if int then ``Combine.int_done else ``Combine.nat_done)
            [a, b, c, d, h, p])
end Core.Tactic
