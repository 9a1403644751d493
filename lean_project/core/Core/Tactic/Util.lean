prelude
import Core.Tactic.Bind
/-!
# Small tools for the tactics: matching terms, failing with a message, lists

Contract: `arith?` and its kin look at names and at the types ℕ and ℤ only; that the operations are the usual ones is left to the
kernel, which checks the resulting proof.
-/
set_option autoImplicit false
set_option linter.all false
open Lean Lean.Elab.Tactic
namespace Core.Tactic

def lift {α : Type} (x : MetaM α) : TacticM α := fun _ _ _ _ => x
instance {α : Type} : CoeHead (MetaM α) (TacticM α) := ⟨lift⟩
def fail {α : Type} (msg : String) : MetaM α := throw (Exception.error .missing (stringToMessageData msg))
def failAt {α : Type} (msg : String) (e : Expr) : MetaM α :=
  throw (Exception.error .missing (stringToMessageData msg ++ MessageData.ofExpr e))
def tryCatch {α : Type} (x : TacticM α) (h : TacticM α) : TacticM α := tryCatchRestore x fun _ => h
/-- The first alternative that does not fail; `msg` if all do. -/
def firstOf (msg : String) : List (TacticM Unit) → TacticM Unit
  | [] => lift (fail msg)
  | t :: ts => tryCatch t (firstOf msg ts)

def const (n : Name) : Expr := mkConst n
def mkApps (f : Expr) : List Expr → Expr
  | [] => f
  | a :: as => mkApps (mkApp f a) as
/-- The application of the constant `n`, which has no universe parameters. -/
def app (n : Name) (args : List Expr) : Expr := mkApps (const n) args

def isConst (e : Expr) (n : Name) : Bool := match e with
  | .const m _ => m == n
  | _ => false
/-- Head constant and arguments; terms that are no application of a constant have the anonymous head. -/
def headArgs : Expr → List Expr → Name × List Expr
  | .app f a, as => headArgs f (a :: as)
  | .mdata _ e, as => headArgs e as
  | .const n _, as => (n, as)
  | _, _ => (.anonymous, [])
def natType : Expr := const ``Nat
def intType : Expr := const ``Int

/-- The numeral `n` in `OfNat.ofNat α n _`, a raw literal, or a cast of either. -/
def numeral? (e : Expr) : Option Nat := match e with
  | .lit (.natVal n) => some n
  | .mdata _ e => numeral? e
  | .app (.app (.app (.const n _) _) (.lit (.natVal v))) _ => if n == ``OfNat.ofNat then some v else none
  | .app (.app (.app (.const n _) _) _) e => if n == ``Nat.cast then numeral? e else none
  | .app (.const n _) e => if n == ``Int.ofNat then numeral? e else none
  | .const n _ => if n == ``Nat.zero then some 0 else none
  | _ => none

def lmap {α β : Type} (f : α → β) : List α → List β
  | [] => []
  | a :: as => f a :: lmap f as
def lfold {α β : Type} (f : β → α → β) : β → List α → β
  | b, [] => b
  | b, a :: as => lfold f (f b a) as
def lappend {α : Type} : List α → List α → List α
  | [], bs => bs
  | a :: as, bs => a :: lappend as bs
def llength {α : Type} (as : List α) : Nat := lfold (fun n _ => n + 1) 0 as
def lmapM {α β : Type} (f : α → MetaM β) : List α → MetaM (List β)
  | [] => pure []
  | a :: as => do let b ← f a; let bs ← lmapM f as; pure (b :: bs)
def indexOf (e : Expr) : List Expr → Nat → Option Nat
  | [], _ => none
  | a :: as, i => if Expr.eqv a e then some i else indexOf e as (i + 1)

/-- The hypotheses of the main goal, as terms with their types. -/
def hypotheses : TacticM (List (Expr × Expr)) := do
  let ids ← lift Meta.getPropHyps
  lift <| lmapM (fun id => do
    let t ← FVarId.getType id
    let t ← instMVars t
    pure (mkFVar id, t)) ids.toList
def target : TacticM Expr := do
  let t ← getMainTarget
  lift (instMVars t)
end Core.Tactic
