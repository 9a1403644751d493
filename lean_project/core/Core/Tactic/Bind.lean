prelude
import Core.Tactic.Monad
import Core.Int.Basic
set_option autoImplicit false
set_option linter.all false
namespace Lean
open Elab (TermElabM)
open Elab.Tactic (TacticM)

-- terms
@[extern "native"] opaque mkApp (f a : Expr) : Expr
@[extern "native"] opaque mkConst (n : Name) (us : List Level := .nil) : Expr
@[extern "native"] opaque mkRawNatLit (n : Nat) : Expr
@[extern "native"] opaque mkNatLit (n : Nat) : Expr
@[extern "native"] opaque mkIntLit (n : Int) : Expr
@[extern "native"] opaque mkFVar (id : FVarId) : Expr
@[extern "native"] opaque mkMVar (id : MVarId) : Expr
@[extern "native"] opaque Expr.eqv (a b : Expr) : Bool
@[extern "native"] opaque Expr.getAppFn (e : Expr) : Expr
@[extern "native"] opaque Expr.hasMVar (e : Expr) : Bool
@[extern "native"] opaque Expr.hasLooseBVars (e : Expr) : Bool
@[extern "native"] opaque Expr.consumeMData (e : Expr) : Expr
@[extern "native"] opaque Expr.hasFVar (e : Expr) : Bool
inductive BinderInfo where
  | default | implicit | strictImplicit | instImplicit
@[extern "native"] opaque mkLambda (x : Name) (bi : BinderInfo) (type body : Expr) : Expr
@[extern "native"] opaque mkForall (x : Name) (bi : BinderInfo) (type body : Expr) : Expr
@[extern "native"] opaque Expr.instantiate1 (e a : Expr) : Expr
-- messages
@[extern "native"] opaque stringToMessageData (s : String) : MessageData
@[extern "native"] opaque MessageData.ofExpr (e : Expr) : MessageData
@[extern "native"] opaque MessageData.composePreservingKind (a b : MessageData) : MessageData
instance : Append MessageData := ⟨MessageData.composePreservingKind⟩
-- the elaborator's unifier and its state
opaque MetavarContext.nonemptyType : NonemptyType.{0}
def MetavarContext : Type := MetavarContext.nonemptyType.type
class MonadMCtx (m : Type → Type) where
  getMCtx : m MetavarContext
  modifyMCtx : (MetavarContext → MetavarContext) → m Unit
instance {m : Type → Type} [h : Nonempty (m MetavarContext)] [h' : Nonempty (m Unit)] : Nonempty (MonadMCtx m) :=
  h.rec fun a => h'.rec fun b => ⟨⟨a, fun _ => b⟩⟩
instance : Nonempty MetavarContext := MetavarContext.nonemptyType.property
@[instance, extern "native"] opaque Meta.instMonadMCtxMetaM : MonadMCtx MetaM
instance {α β : Type} [h : Nonempty α] [h' : Nonempty β] : Nonempty (α × β) := h.rec fun a => h'.rec fun b => ⟨(a, b)⟩
@[extern "native"] opaque instantiateMVarsCore (ctx : MetavarContext) (e : Expr) : Expr × MetavarContext
/-- `e` with the values of its assigned metavariables. -/
def instMVars (e : Expr) : MetaM Expr := do
  if e.hasMVar then do
    let ctx ← (MonadMCtx.getMCtx : MetaM MetavarContext)
    pure (instantiateMVarsCore ctx e).1
  else pure e
@[extern "native"] opaque Meta.inferType (e : Expr) : MetaM Expr
@[extern "native"] opaque Meta.whnfR (e : Expr) : MetaM Expr
@[extern "native"] opaque Meta.isExprDefEq (a b : Expr) : MetaM Bool
@[extern "native"] opaque Meta.mkAppM (f : Name) (args : Array Expr) : MetaM Expr
inductive Meta.Occurrences where
  | all
  | pos (idxs : List Nat)
  | neg (idxs : List Nat)
/-- `e` with the occurrences of `p` as a loose bound variable. -/
@[extern "native"] opaque Meta.kabstract (e p : Expr) (occs : Meta.Occurrences := .all) : MetaM Expr
@[extern "native"] opaque Meta.isProp (e : Expr) : MetaM Bool
@[extern "native"] opaque Meta.mkEq (a b : Expr) : MetaM Expr
@[extern "native"] opaque Meta.mkDecideProof (p : Expr) : MetaM Expr
@[extern "native"] opaque Meta.getPropHyps : MetaM (Array FVarId)
@[extern "native"] opaque FVarId.getType (id : FVarId) : MetaM Expr
@[extern "native"] opaque FVarId.getUserName (id : FVarId) : MetaM Name
@[extern "native"] opaque MVarId.getType (id : MVarId) : MetaM Expr
@[extern "native"] opaque MVarId.assert (id : MVarId) (name : Name) (type val : Expr) : MetaM MVarId
@[extern "native"] opaque Meta.mkFreshExprSyntheticOpaqueMVar (type : Expr) (tag : Name) : MetaM Expr
-- tactics
namespace Elab.Tactic
@[extern "native"] opaque getMainGoal : TacticM MVarId
@[extern "native"] opaque getMainTarget : TacticM Expr
@[extern "native"] opaque getGoals : TacticM (List MVarId)
@[extern "native"] opaque setGoals (gs : List MVarId) : TacticM Unit
@[extern "native"] opaque replaceMainGoal (gs : List MVarId) : TacticM Unit
@[extern "native"] opaque evalTactic (stx : Syntax) : TacticM Unit
@[extern "native"] opaque elabTerm (stx : Syntax) (expected : Option Expr) (mayPostpone : Bool := false) : TacticM Expr
@[extern "native"] opaque closeMainGoal (tac : Name) (val : Expr) (checkNewUnassigned : Bool := true) : TacticM Unit
@[extern "native"] opaque withMainContext {α : Type} (x : TacticM α) : TacticM α
@[extern "native"] opaque tryCatchRestore {α : Type} (x : TacticM α) (h : Exception → TacticM α) : TacticM α
@[extern "native"] opaque focus {α : Type} (x : TacticM α) : TacticM α
end Elab.Tactic
@[extern "native"] opaque Elab.Term.exprToSyntax (e : Expr) : TermElabM (TSyntax (List.cons `term List.nil))
end Lean
/-!
# Functions of the compiled elaborator that the tactics of this library call

Every `opaque` here names a function of the compiled elaborator and gives it the type that it has there. Nothing is defined.
Contract: names and types are the interface of this very version of Lean. A *definition* of this library must never bear the name of a compiled
function with other parameters: the interpreter would call the compiled one.
-/
