prelude
import Core.Tactic.Eval
import Core.Tactic.Simproc
/-!
# `norm_num`

Closed arithmetic and closed propositions inside the goal or a hypothesis are replaced by their values (the kernel evaluates each), in turn with
`simp` and the lemmas given.

Contract: closed propositions are those that `evalProp` knows: comparisons, divisibility, parity, primality, coprimality, congruences and
their propositional combinations. Values are limited in size (`maxValueBits`), factorials to 300, binomials to 60.
-/
set_option autoImplicit false
set_option linter.all false
open Lean Lean.Elab.Tactic
namespace Core.Tactic

theorem replaceNat (T : Nat → Prop) (a b : Nat) (h : a = b) (g : T b) : T a := h ▸ g
theorem replaceInt (T : Int → Prop) (a b : Int) (h : a = b) (g : T b) : T a := h ▸ g
theorem replaceTrue (T : Prop → Prop) (p : Prop) (h : p) (g : T True) : T p := eq_true h ▸ g
theorem replaceFalse (T : Prop → Prop) (p : Prop) (h : ¬ p) (g : T False) : T p := eq_false h ▸ g
/-- `Prop` without its universe. -/
abbrev PropType : Type := Prop

inductive Value where
  | nat (n : Nat)
  | int (z : Int)
  | prop (b : Bool)
def isLiteral (e : Expr) : Bool := match headArgs e [] with
  | (n, [_, _, a]) =>
    if n == ``OfNat.ofNat then true
    else if n == ``Neg.neg then match headArgs a [] with
      | (m, [_, _, _]) => m == ``OfNat.ofNat
      | _ => false
    else false
  | _ => match e with
    | .lit _ => true
    | _ => false
def some? {α β : Type} (x : Option α) (f : α → β) : Option β := bind? x fun a => some (f a)
/-- The value of a closed term that is not in normal form. -/
def value? (e : Expr) : Option Value :=
  if or (isLiteral e) (or e.hasFVar (or e.hasMVar e.hasLooseBVars)) then none else
    let nat (_ : Unit) := some? (evalNat evalDepth e) Value.nat
    let int (_ : Unit) := some? (evalInt evalDepth e) Value.int
    let byType (t : Expr) : Option Value := if isConst t ``Nat then nat () else if isConst t ``Int then int () else none
    match headArgs e [] with
    | (_, []) => none
    | (n, t :: _) =>
      if or (n == ``Nat.gcd) (or (n == ``Nat.lcm) (or (n == ``Nat.choose) (or (n == ``Nat.factorial) (or (n == ``Int.natAbs) (or (n == ``Int.gcd) (n == ``Int.toNat)))))) then nat ()
      else match evalProp evalDepth e with
      | some b => some (.prop b)
      | none => byType t
def findGround : Nat → Expr → Option (Expr × Value)
  | 0, _ => none
  | f + 1, e =>
    let orElse (x : Option (Expr × Value)) (y : Unit → Option (Expr × Value)) := match x with
      | none => y ()
      | some r => some r
    match value? e with
    | some v => some (e, v)
    | none =>
      if isLiteral e then none else match e with
      | .app g a => orElse (findGround f a) fun _ => match g with
        | .const _ _ => none
        | g => findGround f g
      | .lam _ t b => orElse (findGround f t) fun _ => findGround f b
      | .forallE _ t b => orElse (findGround f t) fun _ => findGround f b
      | .mdata _ b => findGround f b
      | _ => none
def propType : Expr := const ``PropType

/-- Replaces one closed term in `scope`, a part of the goal; `goalOf` gives the goal around it. -/
def replaceOne (scope : Expr) (goalOf : Expr → Expr) : TacticM Bool := do
  match findGround 400 scope with
  | none => pure false
  | some (e, v) => do
    let body ← lift (Meta.kabstract scope e)
    let motive (type : Expr) : Expr := mkLambda `x .default type (goalOf body)
    let finish (n : Name) (type : Expr) (args : List Expr) (new : Expr) : TacticM Bool := do
      let goal ← lift (Meta.mkFreshExprSyntheticOpaqueMVar (goalOf (body.instantiate1 new)) .anonymous)
      closeMainGoal `norm_num (app n (motive type :: lappend args [goal])) false
      match goal with
      | .mvar id => do
        let gs ← getGoals
        setGoals (id :: gs)
        pure true
      | _ => pure true
    match v with
    | .nat n => do
      let new := mkNatLit n
      let h ← lift (do Meta.mkDecideProof (← Meta.mkEq e new))
      finish ``replaceNat natType [e, new, h] new
    | .int z => do
      let new := mkIntLit z
      let h ← lift (do Meta.mkDecideProof (← Meta.mkEq e new))
      finish ``replaceInt intType [e, new, h] new
    | .prop true => do
      let h ← lift (Meta.mkDecideProof e)
      finish ``replaceTrue propType [e, h] (const ``True)
    | .prop false => do
      let h ← lift (Meta.mkDecideProof (mkApp (const ``Not) e))
      finish ``replaceFalse propType [e, h] (const ``False)
/-- Replacements in one call. -/
def maxReplacements : Nat := 100
def replaceAll (step : TacticM Bool) : Nat → Bool → TacticM Bool
  | 0, done => pure done
  | f + 1, done => do
    if ← step then replaceAll step f true else pure done
def stepGoal : TacticM Bool := withMainContext do
  let t ← target
  if isConst t ``True then do
    pure false
  else replaceOne t id
/-- The same in the hypothesis that the goal `p → q` begins with. -/
def stepHyp : TacticM Bool := withMainContext do
  let t ← target
  match t with
  | .forallE n p q => replaceOne p fun p => mkForall n .default p q
  | _ => pure false

syntax (name := normNumGoal) "norm_num_goal" : tactic
syntax (name := normNumHyp) "norm_num_hyp" : tactic
@[tactic normNumGoal] def evalNormNumGoal : Tactic := fun _ => do
  if ← replaceAll stepGoal maxReplacements false then do
    let t ← target
    if isConst t ``True then closeMainGoal `norm_num (const ``True.intro)
    else if isConst t ``False then lift (fail "`norm_num` failed: the goal is false")
    else pure ()
  else lift (fail "`norm_num` found no closed arithmetic to evaluate")
@[tactic normNumHyp] def evalNormNumHyp : Tactic := fun _ => do
  if ← replaceAll stepHyp maxReplacements false then pure () else lift (fail "`norm_num` found no closed arithmetic to evaluate")

/-- Fails on the goal `False`: Mathlib's `norm_num` refuses to turn a goal into it. -/
syntax (name := normNumCheck) "norm_num_check" : tactic
@[tactic normNumCheck] def evalNormNumCheck : Tactic := fun _ => do
  let t ← target
  if isConst t ``False then lift (fail "`norm_num` failed: the goal is false") else pure ()
/-- `simp` with the configuration, `only`, arguments and location of another tactic's syntax. -/
def simpCall (cfg only args loc : Syntax) : TSyntax `tactic :=
  ⟨.node .none ``Lean.Parser.Tactic.simp (List.toArray [.atom .none "simp", cfg, mkNullNode, only, if args.isNone then args else mkNullNode (args.getArg 0).getArgs, loc])⟩
open Lean.Parser.Tactic in
syntax (name := normNum) "norm_num" optConfig (&" only")? (simpArgs)? (location)? : tactic
@[macro normNum] def expandNormNum : Macro := fun stx => do
  let loc := stx.getArg 4
  let simp := simpCall (stx.getArg 1) (stx.getArg 2) (stx.getArg 3) loc
  if loc.isNone then
    `(tactic| first
      | (norm_num_goal <;> try ($simp:tactic <;> try norm_num_goal)) <;> norm_num_check
      | ($simp:tactic <;> try (norm_num_goal <;> try $simp:tactic)) <;> norm_num_check
      | fail "`norm_num` failed to simplify the goal")
  else
    let hyps := (loc.getArg 0).getArg 1
    if Nat.beq (hyps.getArg 0).getNumArgs 1 then
      let h : Ident := ⟨(hyps.getArg 0).getArg 0⟩
      `(tactic| first
        | ((revert $h:ident; norm_num_hyp; intro $h:ident) <;> try ($simp:tactic <;> try (revert $h:ident; norm_num_hyp; intro $h:ident; try $simp:tactic)))
        | $simp:tactic <;> try (revert $h:ident; norm_num_hyp; intro $h:ident; try $simp:tactic)
        | fail "`norm_num` failed to simplify the hypothesis")
    else `(tactic| $simp:tactic <;> try norm_num_goal <;> norm_num_check)
end Core.Tactic
