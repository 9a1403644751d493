prelude
import Core.Tactic.Identity
/-!
# `ring`

`ring` closes an equality of integers or natural numbers that holds in every commutative (semi)ring: both sides are read as polynomials in
their atoms and compared by one evaluation, which the kernel repeats. It fails on every other goal, where Mathlib's `ring` would fall back to
`ring_nf`.
-/
set_option autoImplicit false
set_option linter.all false
open Lean hiding Term
open Lean.Elab.Tactic
namespace Core.Tactic

/-- The proof of `a = b` in the type `type`, if it is an identity. -/
def ringProof (type a b : Expr) : MetaM (Option Expr) := do
  match reify type a [] with
  | none => pure none
  | some (ra, as) => match reify type b as with
    | none => pure none
    | some (rb, as) =>
      let xs := quoteInts as
      match ← proveEq (llength as) xs ra.term rb.term with
      | none => pure none
      | some h =>
        let n := if typeIs type intType then ``Ring.int_inj else ``Ring.nat_inj
        pure (some (app n [xs, a, b, quoteTerm ra.term, quoteTerm rb.term, ra.proof xs, rb.proof xs, h]))

/-- The two sides of an equality and their type. -/
def eq? (e : Expr) : Option (Expr × Expr × Expr) := match headArgs e [] with
  | (n, [t, a, b]) => if n == ``Eq then some (t, a, b) else none
  | _ => none
syntax (name := ring) "ring" : tactic
@[tactic ring] def evalRing : Tactic := fun _ => withMainContext do
  let t ← target
  match eq? t with
  | none => lift (fail "`ring` in `core` proves equalities in ℕ and ℤ; the goal is no equality")
  | some (type, a, b) => do
    let type ← lift (Meta.whnfR type)
    match ← lift (ringProof type a b) with
    | some h => closeMainGoal `ring h
    | none => lift (failAt "`ring` failed: the two sides are not the same polynomial over ℕ or ℤ in " t)
end Core.Tactic
