prelude
import Core.Tactic.Util
/-!
# `tauto`

Proves what follows from the hypotheses by classical propositional logic: the goal and the hypotheses are read as formulas over their atomic
propositions, and the kernel runs a verified search through the truth values.

Contract: atoms are compared up to syntactic equality; at most `maxAtoms` of them. Equalities and quantifiers are atoms.
-/
set_option autoImplicit false
set_option linter.all false
open Lean Lean.Elab.Tactic
namespace Core.Tauto

inductive Formula where
  | atom (i : Nat)
  | falsum
  | imp (a b : Formula)
  | and (a b : Formula)
  | or (a b : Formula)
  | iff (a b : Formula)
namespace Formula
def at? {α : Type} (d : α) : List α → Nat → α
  | [], _ => d
  | a :: _, 0 => a
  | _ :: as, n + 1 => at? d as n
def den (ps : List Prop) : Formula → Prop
  | atom i => at? False ps i
  | falsum => False
  | imp a b => den ps a → den ps b
  | and a b => den ps a ∧ den ps b
  | or a b => den ps a ∨ den ps b
  | iff a b => den ps a ↔ den ps b
def eval (vs : List Bool) : Formula → Bool
  | atom i => at? false vs i
  | falsum => false
  | imp a b => cond (eval vs a) (eval vs b) true
  | and a b => cond (eval vs a) (eval vs b) false
  | or a b => cond (eval vs a) true (eval vs b)
  | iff a b => cond (eval vs a) (eval vs b) (cond (eval vs b) false true)
/-- True under every completion of the truth values `vs`, which are those of the last atoms. -/
def valid (f : Formula) : Nat → List Bool → Bool
  | 0, vs => eval vs f
  | n + 1, vs => cond (valid f n (true :: vs)) (valid f n (false :: vs)) false

inductive Truth : List Prop → List Bool → Prop where
  | nil : Truth [] []
  | yes {p : Prop} {ps : List Prop} {vs : List Bool} : p → Truth ps vs → Truth (p :: ps) (true :: vs)
  | no {p : Prop} {ps : List Prop} {vs : List Bool} : ¬p → Truth ps vs → Truth (p :: ps) (false :: vs)
theorem eval_atom {ps : List Prop} {vs : List Bool} (h : Truth ps vs) (i : Nat) : at? false vs i = true ↔ at? False ps i := by
  induction h generalizing i with
  | nil => exact ⟨fun h => absurd h Bool.false_ne_true, False.elim⟩
  | yes hp _ ih => cases i with
    | zero => exact ⟨fun _ => hp, fun _ => rfl⟩
    | succ i => exact ih i
  | no hp _ ih => cases i with
    | zero => exact ⟨fun h => absurd h Bool.false_ne_true, fun h => absurd h hp⟩
    | succ i => exact ih i
theorem eval_iff {ps : List Prop} {vs : List Bool} (h : Truth ps vs) (f : Formula) : eval vs f = true ↔ den ps f := by
  induction f with
  | atom i => exact eval_atom h i
  | falsum => exact ⟨fun h => absurd h Bool.false_ne_true, False.elim⟩
  | imp a b ha hb =>
    show cond (eval vs a) (eval vs b) true = true ↔ (den ps a → den ps b)
    cases e : eval vs a with
    | true => exact ⟨fun h _ => hb.1 h, fun f => hb.2 (f (ha.1 e))⟩
    | false => exact ⟨fun _ x => absurd (ha.2 x) (by rw [e]; exact Bool.false_ne_true), fun _ => rfl⟩
  | and a b ha hb =>
    show cond (eval vs a) (eval vs b) false = true ↔ (den ps a ∧ den ps b)
    cases e : eval vs a with
    | true => exact ⟨fun h => ⟨ha.1 e, hb.1 h⟩, fun h => hb.2 h.2⟩
    | false => exact ⟨fun h => absurd h Bool.false_ne_true, fun h => absurd (ha.2 h.1) (by rw [e]; exact Bool.false_ne_true)⟩
  | or a b ha hb =>
    show cond (eval vs a) true (eval vs b) = true ↔ (den ps a ∨ den ps b)
    cases e : eval vs a with
    | true => exact ⟨fun _ => .inl (ha.1 e), fun _ => rfl⟩
    | false => exact ⟨fun h => .inr (hb.1 h), fun h => h.elim (fun x => absurd (ha.2 x) (by rw [e]; exact Bool.false_ne_true)) hb.2⟩
  | iff a b ha hb =>
    show cond (eval vs a) (eval vs b) (cond (eval vs b) false true) = true ↔ (den ps a ↔ den ps b)
    have no {v : Bool} (e : v = false) (h : v = true) : False := Bool.false_ne_true (e.symm.trans h)
    cases e : eval vs a with
    | true => exact ⟨fun h => ⟨fun _ => hb.1 h, fun _ => ha.1 e⟩, fun h => hb.2 (h.1 (ha.1 e))⟩
    | false =>
      cases e' : eval vs b with
      | true => exact ⟨fun h => absurd h Bool.false_ne_true, fun h => (no e (ha.2 (h.2 (hb.1 e')))).elim⟩
      | false => exact ⟨fun _ => ⟨fun x => (no e (ha.2 x)).elim, fun x => (no e' (hb.2 x)).elim⟩, fun _ => rfl⟩
def lengthIs : List Prop → Nat → Bool
  | [], n => Nat.beq n 0
  | _ :: ps, n => match n with
    | 0 => false
    | n + 1 => lengthIs ps n
/-- The atoms before those with known values, in reverse order. -/
def prefixOf : List Prop → List Prop → List Prop
  | [], ps => ps
  | q :: qs, ps => prefixOf qs (q :: ps)
theorem valid_sound (f : Formula) (qs ps : List Prop) (vs : List Bool) (n : Nat) (h : Truth ps vs) (hn : lengthIs qs n = true)
    (hv : valid f n vs = true) : den (prefixOf qs ps) f := by
  induction qs generalizing ps vs n with
  | nil => cases n with
    | zero => exact (eval_iff h f).1 hv
    | succ n => exact absurd hn Bool.false_ne_true
  | cons q qs ih => cases n with
    | zero => exact absurd hn Bool.false_ne_true
    | succ n =>
      have hv : cond (valid f n (true :: vs)) (valid f n (false :: vs)) false = true := hv
      cases e : valid f n (true :: vs) with
      | false => rw [e] at hv; exact absurd hv Bool.false_ne_true
      | true =>
        rw [e] at hv
        cases Classical.em q with
        | inl hq => exact ih _ _ n (.yes hq h) hn e
        | inr hq => exact ih _ _ n (.no hq h) hn hv
/-- What `tauto` applies; `qs` are the atoms in reverse order. -/
theorem sound (f : Formula) (qs : List Prop) (n : Nat) (hn : lengthIs qs n = true) (hv : valid f n [] = true) : den (prefixOf qs []) f :=
  valid_sound f qs [] [] n .nil hn hv
end Formula
end Core.Tauto

namespace Core.Tactic
open Core.Tauto (Formula)
open Core.Tauto
def maxAtoms : Nat := 10
def nilProp : List Prop := []
def consProp (p : Prop) (ps : List Prop) : List Prop := p :: ps
theorem tautoTrue : true = true := rfl
def quoteFormula : Formula → Expr
  | .atom i => mkApp (const ``Formula.atom) (mkRawNatLit i)
  | .falsum => const ``Formula.falsum
  | .imp a b => app ``Formula.imp [quoteFormula a, quoteFormula b]
  | .and a b => app ``Formula.and [quoteFormula a, quoteFormula b]
  | .or a b => app ``Formula.or [quoteFormula a, quoteFormula b]
  | .iff a b => app ``Formula.iff [quoteFormula a, quoteFormula b]
def quoteProps : List Expr → Expr
  | [] => const ``nilProp
  | e :: es => app ``consProp [e, quoteProps es]
def propAtom (e : Expr) (as : List Expr) : Formula × List Expr := match indexOf e as 0 with
  | some i => (.atom i, as)
  | none => (.atom (llength as), lappend as [e])
/-- The formula of a proposition. -/
def formula : Nat → Expr → List Expr → MetaM (Formula × List Expr)
  | 0, e, as => pure (propAtom e as)
  | f + 1, e, as => do
    let two (a b : Expr) (g : Formula → Formula → Formula) : MetaM (Formula × List Expr) := do
      let (a, as) ← formula f a as
      let (b, as) ← formula f b as
      pure (g a b, as)
    let negated (a : MetaM Expr) : MetaM (Formula × List Expr) := do
      let (a, as) ← formula f (← a) as
      pure (.imp a .falsum, as)
    match e with
    | .forallE _ p q =>
      if q.hasLooseBVars then pure (propAtom e as) else do
        if ← Meta.isProp p then two p q .imp else pure (propAtom e as)
    | .mdata _ e => formula f e as
    | e => match headArgs e [] with
      | (n, [a, b]) =>
        if n == ``And then two a b .and else if n == ``Or then two a b .or else
        if n == ``Iff then two a b .iff else pure (propAtom e as)
      | (n, [a]) => if n == ``Not then negated (pure a) else pure (propAtom e as)
      | (n, [_, a, b]) => if n == ``Ne then negated (Meta.mkEq a b) else pure (propAtom e as)
      | (n, []) =>
        if n == ``False then pure (.falsum, as) else
        if n == ``True then pure (.imp .falsum .falsum, as) else pure (propAtom e as)
      | _ => pure (propAtom e as)
def formulas : List (Expr × Expr) → List Expr → MetaM (List (Expr × Formula) × List Expr)
  | [], as => pure ([], as)
  | (h, t) :: hs, as => do
    let (f, as) ← formula 100 t as
    let (fs, as) ← formulas hs as
    pure ((h, f) :: fs, as)
def reverseOnto {α : Type} : List α → List α → List α
  | [], bs => bs
  | a :: as, bs => reverseOnto as (a :: bs)
syntax (name := tautoCore) "tauto_core" : tactic
@[tactic tautoCore] def evalTautoCore : Tactic := fun _ => withMainContext do
  let t ← target
  let hs ← hypotheses
  let (goal, as) ← lift (formula 100 t [])
  let (fs, as) ← lift (formulas hs as)
  if not (Nat.ble (llength as) maxAtoms) then lift (fail "`tauto` in `core` handles at most 10 atomic propositions") else do
    let f := lfold (fun g h => Formula.imp h.2 g) goal fs
    let n := llength as
    if f.valid n [] then do
      let proof := app ``Formula.sound [quoteFormula f, quoteProps (reverseOnto as []), mkRawNatLit n, const ``tautoTrue, const ``tautoTrue]
      closeMainGoal `tauto (mkApps proof (reverseOnto (lmap (fun h => h.1) fs) []))
    else lift (fail "`tauto` failed: the goal does not follow by propositional logic")
macro "tauto" : tactic => `(tactic| first | (intros; tauto_core) | (intros; with_reducible rfl) | fail "`tauto` failed")
end Core.Tactic
