prelude
import Core.Tactic.NormNum
/-!
# Mathlib's tactics of everyday logic

`use`, `push_neg`, `by_contra`, `by_contra!`, `contrapose`, `contrapose!`, `cases'`, `induction'` (natural numbers and given principles),
`swap`, `exacts`, `simp_rw`, `nth_rw`, `nth_rewrite`, `conv_lhs`, `conv_rhs`.

Contract: as in Mathlib; what a macro here does not cover is a syntax error, not another meaning.
-/
set_option autoImplicit false
set_option linter.all false
open Lean Lean.Elab.Tactic
namespace Core.Tactic

-- use ------------------------------------------------------------------------------------------------
/-- Closes what `use` leaves if it is immediate, conjunctions included. -/
syntax "use_discharger" : tactic
macro_rules
  | `(tactic| use_discharger) => `(tactic| with_reducible first
      | rfl
      | assumption
      | exact True.intro
      | (apply And.intro <;> use_discharger))
/-- `use e₁, e₂`: the witnesses of an existential goal (or components of a conjunction). -/
syntax "use " term,+ : tactic
macro_rules
  | `(tactic| use $e:term) => `(tactic| (refine ⟨$e, ?_⟩; try use_discharger))
  | `(tactic| use $e:term, $es:term,*) => `(tactic| (refine ⟨$e, ?_⟩; use $es,*))

-- negation -------------------------------------------------------------------------------------------
theorem pushNot {p : Prop} : (¬¬p) = p := propext Classical.not_not
theorem pushAnd {p q : Prop} : (¬(p ∧ q)) = (p → ¬q) := propext not_and
theorem pushOr {p q : Prop} : (¬(p ∨ q)) = (¬p ∧ ¬q) := propext not_or
theorem pushImp {p q : Prop} : (¬(p → q)) = (p ∧ ¬q) := propext Classical.not_imp
theorem pushIff {p q : Prop} : (¬(p ↔ q)) = (p ∧ ¬q ∨ ¬p ∧ q) := by
  by_cases hp : p <;> by_cases hq : q <;> simp [hp, hq]
theorem pushForall {α : Sort _} {p : α → Prop} : (¬∀ x, p x) = ∃ x, ¬p x := propext Classical.not_forall
theorem pushExists {α : Sort _} {p : α → Prop} : (¬∃ x, p x) = ∀ x, ¬p x := propext not_exists
theorem pushExistsAnd {α : Sort _} {p q : α → Prop} : (¬∃ x, p x ∧ q x) = ∀ x, p x → ¬q x :=
  propext ⟨fun h x hp hq => h ⟨x, hp, hq⟩, fun h ⟨x, hp, hq⟩ => h x hp hq⟩
theorem pushNatLe {a b : Nat} : (¬a ≤ b) = (b < a) := propext Nat.not_le
theorem pushNatLt {a b : Nat} : (¬a < b) = (b ≤ a) := propext Nat.not_lt
theorem pushIntLe {a b : Int} : (¬a ≤ b) = (b < a) := propext Int.not_le
theorem pushIntLt {a b : Int} : (¬a < b) = (b ≤ a) := propext Int.not_lt
open Lean.Parser.Tactic in
/-- `push_neg (at h)?`: negations move to the atoms. -/
syntax "push_neg" (location)? : tactic
macro_rules
  | `(tactic| push_neg $[$loc:location]?) => `(tactic| simp only [Core.Tactic.pushNot, Core.Tactic.pushAnd, Core.Tactic.pushOr,
      Core.Tactic.pushImp, Core.Tactic.pushIff, Core.Tactic.pushForall, Core.Tactic.pushExistsAnd, Core.Tactic.pushExists, Core.Tactic.pushNatLe,
      Core.Tactic.pushNatLt, Core.Tactic.pushIntLe, Core.Tactic.pushIntLt, not_true_eq_false, not_false_eq_true] $[$loc:location]?)
theorem notIntro {p : Prop} (h : p → False) : ¬p := h
theorem contraposeArrow {p q : Prop} (h : ¬q → ¬p) : p → q := fun hp => Classical.byContradiction fun hq => h hq hp
theorem contraposeNot {p q : Prop} (h : q → ¬p) : p → ¬q := fun hp hq => h hq hp
theorem contraposeNots {p q : Prop} (h : q → p) : ¬p → ¬q := fun hp hq => hp (h hq)
theorem contraposeOfNot {p q : Prop} (h : ¬q → p) : ¬p → q := fun hp => Classical.byContradiction fun hq => hp (h hq)
/-- `by_contra h`: assume the negation of the goal; of a negated goal, what it negates. -/
syntax "by_contra" (ppSpace colGt ident)? : tactic
syntax "by_contra!" (ppSpace colGt rcasesPat)? : tactic
macro_rules
  | `(tactic| by_contra $h:ident) => `(tactic| first
      | with_reducible refine Core.Tactic.notIntro fun $h:ident => ?_
      | refine Classical.byContradiction fun $h:ident => ?_)
  | `(tactic| by_contra) => `(tactic| by_contra this)
  | `(tactic| by_contra! $p:rcasesPat) => `(tactic| (refine Classical.byContradiction fun h => ?_; (try push_neg at h); revert h; rintro $p:rcasesPat))
  | `(tactic| by_contra!) => `(tactic| (refine Classical.byContradiction fun h => ?_; try push_neg at h))
/-- `contrapose (h)?`: the goal `p → q` becomes `¬q → ¬p`. -/
syntax "contrapose" (ppSpace colGt ident)? : tactic
syntax "contrapose!" (ppSpace colGt ident)? : tactic
macro_rules
  | `(tactic| contrapose) => `(tactic| with_reducible first
      | refine Core.Tactic.contraposeNots ?_ | refine Core.Tactic.contraposeNot ?_ | refine Core.Tactic.contraposeOfNot ?_ | refine Core.Tactic.contraposeArrow ?_)
  | `(tactic| contrapose $h:ident) => `(tactic| (revert $h:ident; contrapose; intro $h:ident))
  | `(tactic| contrapose!) => `(tactic| (contrapose; try push_neg))
  | `(tactic| contrapose! $h:ident) => `(tactic| (revert $h:ident; contrapose; (try push_neg); intro $h:ident))

-- goals, rewriting, casts ------------------------------------------------------------------------------
/-- Exchanges the first two goals. -/
syntax (name := swap) "swap" : tactic
@[tactic swap] def evalSwap : Tactic := fun _ => do
  match ← getGoals with
  | a :: b :: gs => setGoals (b :: a :: gs)
  | _ => lift (fail "`swap` needs two goals")
/-- `exacts [e₁, …]`: closes the goals in order. -/
syntax "exacts " "[" term,* "]" : tactic
macro_rules
  | `(tactic| exacts []) => `(tactic| done)
  | `(tactic| exacts [$e:term]) => `(tactic| (exact $e; done))
  | `(tactic| exacts [$e:term, $es:term,*]) => `(tactic| (exact $e; exacts [$es,*]))
open Lean.Parser.Tactic in
/-- `simp_rw [e₁, …] (at h)?`: `simp only` with each rule in turn. -/
syntax (name := simpRw) "simp_rw " rwRuleSeq (location)? : tactic
def simpLemmaOf (rule : Syntax) : Syntax :=
  .node .none ``Lean.Parser.Tactic.simpLemma (List.toArray [mkNullNode, rule.getArg 0, rule.getArg 1])
def simpRwSteps (loc : Syntax) : List Syntax → MacroM (TSyntax `tactic)
  | [] => `(tactic| skip)
  | r :: rs => do
    let args := mkNullNode (List.toArray [.atom .none "[", mkNullNode (List.toArray [simpLemmaOf r]), .atom .none "]"])
    let s := simpCall (.node .none ``Lean.Parser.Tactic.optConfig (List.toArray [mkNullNode])) (mkNullNode (List.toArray [.atom .none "only"]))
      (mkNullNode (List.toArray [args])) loc
    let rest ← simpRwSteps loc rs
    `(tactic| ($s:tactic; $rest:tactic))
def everyOther : List Syntax → List Syntax
  | [] => []
  | [a] => [a]
  | a :: _ :: as => a :: everyOther as
@[macro simpRw] def expandSimpRw : Macro := fun stx => do
  return (← simpRwSteps (stx.getArg 2) (everyOther ((stx.getArg 1).getArg 1).getArgs.toList)).raw


macro "conv_lhs" " => " s:Lean.Parser.Tactic.Conv.convSeq : tactic => `(tactic| conv => lhs; ($s))
macro "conv_rhs" " => " s:Lean.Parser.Tactic.Conv.convSeq : tactic => `(tactic| conv => rhs; ($s))
open Lean.Parser.Tactic in
/-- `nth_rw n [e]`, `nth_rewrite n [e]`: rewrite the `n`-th occurrence only. -/
syntax "nth_rw " num rwRuleSeq (location)? : tactic
open Lean.Parser.Tactic in
syntax "nth_rewrite " num rwRuleSeq (location)? : tactic
macro_rules
  | `(tactic| nth_rw $n:num $s:rwRuleSeq $[$loc:location]?) => `(tactic| rw (occs := .pos [$n]) $s:rwRuleSeq $[$loc:location]?)
  | `(tactic| nth_rewrite $n:num $s:rwRuleSeq $[$loc:location]?) => `(tactic| rewrite (occs := .pos [$n]) $s:rwRuleSeq $[$loc:location]?)

-- cases', induction' -----------------------------------------------------------------------------------
/-- `cases' h with a b` -/
syntax "cases' " term " with" (ppSpace colGt rcasesPat)+ : tactic
macro_rules
  | `(tactic| cases' $h:term with $a:rcasesPat $b:rcasesPat) => `(tactic| first
      | (rcases $h:term with ⟨$a:rcasesPat, $b:rcasesPat⟩)
      | (rcases $h:term with $a:rcasesPat | $b:rcasesPat))
  | `(tactic| cases' $h:term with $a:rcasesPat) => `(tactic| (rcases $h:term with _ | $a:rcasesPat))
/-- `induction' n with n ih` for a natural number, and with any principle of one case (`using`). -/
syntax "induction' " term (" using " term)? " with" (ppSpace colGt ident)+ : tactic
macro_rules
  | `(tactic| induction' $x:term with $n:ident $ih:ident) => `(tactic| induction $x:term with
      | zero => ?_
      | succ $n:ident $ih:ident => ?_)
  | `(tactic| induction' $x:term using $r:term with $n:ident $ih:ident) => `(tactic| induction $x:term using $r:term with
      | _ $n:ident $ih:ident => ?_)
end Core.Tactic
