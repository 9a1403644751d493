prelude
import Core.Tactic.NormNum
import Core.Tactic.Linarith
import Core.Tactic.Ring
/-!
# `ring_nf`

Rewrites the integer and natural arithmetic of the goal (or of `at h`) to sums of monomials, and closes the goal if that makes its sides equal.

Contract: monomials by falling degree, coefficient first; the shape is not Mathlib's, so that only what it closes, or what a later
`linarith`, `omega` or `ring` closes, carries over. Fails without progress. Terms below quantifiers, and inside atoms, stay.
-/
set_option autoImplicit false
set_option linter.all false
open Lean hiding Term
open Lean.Elab.Tactic
namespace Core.Tactic

/-- The cast that a user writes. -/
@[reducible] def castInt (n : Nat) : Int := (n : Int)
def exponents : Nat → Nat → List Nat
  | 0, _ => []
  | n + 1, code => code % 1024 :: exponents n (code / 1024)
def degreeOf (code : Nat) (n : Nat) : Nat := lfold (fun d e => d + e) 0 (exponents n code)
/-- Before in the order: greater degree, then smaller code. -/
def before (n : Nat) (a b : Nat) : Bool :=
  let da := degreeOf a n
  let db := degreeOf b n
  if Nat.beq da db then Nat.ble a b else Nat.ble db da
def insertBy (n : Nat) (m : Nat × Int) : List (Nat × Int) → List (Nat × Int)
  | [] => [m]
  | m' :: ms => if before n m.1 m'.1 then m :: m' :: ms else m' :: insertBy n m ms
def binary (op : Name) (a b : Expr) : MetaM Expr := Meta.mkAppM op (List.toArray [a, b])
/-- The atom as a term of the type. -/
def atomTerm (nat : Bool) (a : Expr) : MetaM Expr := do
  match headArgs a [] with
  | (n, [x]) => if n == ``Int.ofNat then (if nat then pure x else Meta.mkAppM ``castInt (List.toArray [x])) else pure a
  | (n, [b, e]) =>
    if n == ``intPow then do
      let b ← match headArgs b [] with
        | (m, [x]) => if m == ``Int.ofNat then (if nat then pure x else Meta.mkAppM ``castInt (List.toArray [x])) else pure b
        | _ => pure b
      binary ``HPow.hPow b e
    else pure a
  | _ => pure a
def monomialTerm (nat : Bool) : List Expr → List Nat → Option Expr → MetaM (Option Expr)
  | a :: as, e :: es, acc => do
    if Nat.beq e 0 then monomialTerm nat as es acc else do
      let a ← atomTerm nat a
      let p ← if Nat.beq e 1 then pure a else binary ``HPow.hPow a (mkNatLit e)
      match acc with
      | none => monomialTerm nat as es (some p)
      | some m => monomialTerm nat as es (some (← binary ``HMul.hMul m p))
  | _, _, acc => pure acc
def sumTerm (nat : Bool) (atoms : List Expr) : List (Nat × Int) → Option Expr → MetaM (Option Expr)
  | [], acc => pure acc
  | (code, z) :: ms, acc => do
    let c := natAbs z
    let lit := if nat then mkNatLit c else mkIntLit (Int.ofNat c)
    let m ← monomialTerm nat atoms (exponents (llength atoms) code) none
    let t ← match m with
      | none => pure lit
      | some m => if Nat.beq c 1 then pure m else binary ``HMul.hMul lit m
    match acc with
    | none => do
      let t ← if isNegative z then Meta.mkAppM ``Neg.neg (List.toArray [t]) else pure t
      sumTerm nat atoms ms (some t)
    | some s => do
      let s ← binary (if isNegative z then ``HSub.hSub else ``HAdd.hAdd) s t
      sumTerm nat atoms ms (some s)
/-- The normal form of an arithmetic term. -/
def normalForm (type e : Expr) : MetaM (Option Expr) := do
  match reify type e [] with
  | none => pure none
  | some (r, as) =>
    let nat := typeIs type natType
    if or (Nat.ble 40 (degree r.term)) (Nat.ble 24 (llength as)) then pure none else do
      let ms := lfold (fun acc m => insertBy (llength as) m acc) [] (Simplex.monomials r.term.norm 0 1 [])
      match ← sumTerm nat as ms none with
      | none => pure (some (if nat then mkNatLit 0 else mkIntLit 0))
      | some t => pure (some t)
/-- The arithmetic terms of a proposition, outermost only. -/
def arithmetic : Nat → Expr → List (Expr × Expr) → List (Expr × Expr)
  | 0, _, acc => acc
  | f + 1, e, acc =>
    let known (t : Expr) : Bool := and (or (isConst t ``Int) (isConst t ``Nat)) (not (or e.hasLooseBVars (isLiteral e)))
    let args (as : List Expr) : List (Expr × Expr) := lfold (fun acc a => arithmetic f a acc) acc as
    match headArgs e [] with
    | (n, [t, _, _, _, a, b]) =>
      if and (known t) (or (n == ``HAdd.hAdd) (or (n == ``HMul.hMul) (or (n == ``HPow.hPow) (and (n == ``HSub.hSub) (isConst t ``Int))))) then (t, e) :: acc
      else args [a, b]
    | (n, [t, i, a]) => if and (known t) (n == ``Neg.neg) then (t, e) :: acc else args [a, i]
    | (_, as) => args as
/-- Replaces the first term that is not in normal form. -/
def ringStep (scope : Expr) (goalOf : Expr → Expr) : List (Expr × Expr) → TacticM Bool
  | [] => pure false
  | (type, e) :: es => do
    match ← lift (normalForm type e) with
    | none => ringStep scope goalOf es
    | some new =>
      let new ← lift (instMVars new)
      if Expr.eqv new e then ringStep scope goalOf es else do
        match ← lift (ringProof type e new) with
        | none => ringStep scope goalOf es
        | some h => do
          let body ← lift (Meta.kabstract scope e)
          let goal ← lift (Meta.mkFreshExprSyntheticOpaqueMVar (goalOf (body.instantiate1 new)) .anonymous)
          closeMainGoal `ring_nf (app (if typeIs type natType then ``replaceNat else ``replaceInt)
            [mkLambda `x .default type (goalOf body), e, new, h, goal]) false
          match goal with
          | .mvar id => setGoals (id :: (← getGoals))
          | _ => pure ()
          pure true
syntax (name := ringNFGoal) "ring_nf_goal" : tactic
syntax (name := ringNFHyp) "ring_nf_hyp" : tactic
def ringGoal : TacticM Bool := withMainContext do
  let t ← target
  ringStep t id (arithmetic 100 t [])
def ringHyp : TacticM Bool := withMainContext do
  match ← target with
  | .forallE n p q => ringStep p (fun p => mkForall n .default p q) (arithmetic 100 p [])
  | _ => pure false
@[tactic ringNFGoal] def evalRingNFGoal : Tactic := fun _ => do
  if ← replaceAll ringGoal 20 false then pure () else lift (fail "`ring_nf` made no progress")
@[tactic ringNFHyp] def evalRingNFHyp : Tactic := fun _ => do
  if ← replaceAll ringHyp 20 false then pure () else lift (fail "`ring_nf` made no progress")
syntax "ring_nf" (" at " (ppSpace colGt ident)+ (" ⊢")?)? : tactic
macro_rules
  | `(tactic| ring_nf) => `(tactic| (ring_nf_goal; try with_reducible rfl))
  | `(tactic| ring_nf at $h:ident) => `(tactic| (revert $h:ident; ring_nf_hyp; intro $h:ident))
  | `(tactic| ring_nf at $h:ident ⊢) => `(tactic| first | (ring_nf at $h:ident; try ring_nf) | ring_nf)
  | `(tactic| ring_nf at $h:ident $h':ident) => `(tactic| (ring_nf at $h:ident; ring_nf at $h':ident))
end Core.Tactic
