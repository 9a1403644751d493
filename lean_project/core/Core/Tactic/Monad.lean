prelude
import Core.Init.Types
set_option autoImplicit false
set_option linter.all false

opaque Void.nonemptyType (σ : Type) : NonemptyType.{0}
/-- The token of a state thread; erased by the compiler, which knows it by this name. -/
def Void (σ : Type) : Type := (Void.nonemptyType σ).type
instance {σ : Type} : Nonempty (Void σ) := (Void.nonemptyType σ).property
opaque IO.RealWorld.nonemptyType : NonemptyType.{0}
def IO.RealWorld : Type := IO.RealWorld.nonemptyType.type
inductive EST.Out (ε σ α : Type) where
  | ok : α → Void σ → EST.Out ε σ α
  | error : ε → Void σ → EST.Out ε σ α
instance {ε σ α : Type} [h : Nonempty ε] : Nonempty (EST.Out ε σ α) := h.rec fun e => ⟨.error e Classical.ofNonempty⟩
/-- Computations with exceptions and mutable references. -/
def EST (ε σ α : Type) : Type := Void σ → EST.Out ε σ α
@[always_inline] instance {ε σ : Type} : Monad (EST ε σ) where
  pure a := fun s => .ok a s
  bind x f := fun s => match x s with
    | .ok a s => f a s
    | .error e s => .error e s
instance {ε σ : Type} : MonadExceptOf ε (EST ε σ) where
  throw e := fun s => .error e s
  tryCatch x h := fun s => match x s with
    | .ok a s => .ok a s
    | .error e s => h e s
instance {ε σ α : Type} [h : Nonempty ε] : Nonempty (EST ε σ α) := h.rec fun e => ⟨fun s => .error e s⟩
instance {ρ α : Type} {m : Type → Type} [h : Nonempty (m α)] : Nonempty (ReaderT ρ m α) := h.rec fun e => ⟨fun _ => e⟩

/-- Quotations with many parts are made of lists. -/
def List.toArray {α : Type} (as : List α) : Array α := ⟨as⟩
@[extern "native"] opaque Array.extract {α : Type} (as : Array α) (start : Nat := 0) (stop : Nat := as.size) : Array α
@[extern "native"] opaque Lean.Syntax.isNone (stx : Lean.Syntax) : Bool

namespace Lean
opaque MessageData.nonemptyType : NonemptyType.{0}
/-- Text for people, with terms in it. -/
def MessageData : Type := MessageData.nonemptyType.type
instance : Nonempty MessageData := MessageData.nonemptyType.property
structure InternalExceptionId where
  idx : Nat := 0
inductive Exception where
  | error (ref : Syntax) (msg : MessageData)
  | internal (id : InternalExceptionId) (extra : MessageData)
instance : Nonempty Exception := ⟨.error default Classical.ofNonempty⟩
/-- Any context record or mutable reference of the elaborator. -/
opaque Handle.nonemptyType : NonemptyType.{0}
def Handle : Type := Handle.nonemptyType.type
abbrev CoreM := ReaderT Handle (ReaderT Handle (EST Exception IO.RealWorld))
abbrev MetaM := ReaderT Handle (ReaderT Handle CoreM)
abbrev Elab.TermElabM := ReaderT Handle (ReaderT Handle MetaM)
abbrev Elab.Tactic.TacticM := ReaderT Handle (ReaderT Handle Elab.TermElabM)
/-- What the attribute `tactic` expects. -/
abbrev Elab.Tactic.Tactic := Syntax → Elab.Tactic.TacticM Unit

opaque Level.nonemptyType : NonemptyType.{0}
def Level : Type := Level.nonemptyType.type
structure FVarId where
  name : Name
structure MVarId where
  name : Name
instance : Inhabited FVarId := ⟨⟨.anonymous⟩⟩
instance : Inhabited MVarId := ⟨⟨.anonymous⟩⟩
inductive Literal where
  | natVal (val : Nat)
  | strVal (val : String)
/-- Terms, for reading; see the module's contract. -/
inductive Expr where
  | bvar (idx : Nat)
  | fvar (id : FVarId)
  | mvar (id : MVarId)
  | sort (u : Level)
  | const (name : Name) (us : List Level)
  | app (fn arg : Expr)
  | lam (name : Name) (type body : Expr)
  | forallE (name : Name) (type body : Expr)
  | letE (name : Name) (type value body : Expr)
  | lit (l : Literal)
  | mdata (data expr : Expr)
  | proj (struct : Name) (idx : Nat) (expr : Expr)
instance : Inhabited Expr := ⟨.bvar 0⟩
end Lean
/-!
# The tactic monad of the compiled elaborator

The types that a tactic written in this library shares with the compiled elaborator: the state monads, `Expr`, exceptions.
Shapes and names are the interface; contexts and states are opaque, because nothing here looks inside them.

Contract: a value of these types may be handed to, and taken from, the functions bound in `Core.Tactic.Bind`.
An `Expr` is *read* by matching and *built* only by the bound constructors (`mkApp`, `mkConst`, …), which also fill its
cached hash; the constructors below must never be applied.
Soundness does not rest on any of this: the kernel checks every proof that a tactic produces.
-/
