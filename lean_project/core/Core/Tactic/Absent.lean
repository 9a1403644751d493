prelude
import Core.Tactic.Ring
/-!
# Tactics of Mathlib that are not here

They parse and fail with a message, so that a proof written for Mathlib says what is missing rather than "unknown tactic".
-/
set_option autoImplicit false
set_option linter.all false
open Lean Lean.Elab.Tactic
namespace Core.Tactic
/-- Not reserved: they stay names that anyone may use. -/
syntax absentName := &"abel" <|> &"aesop" <|> &"apply_fun" <|> &"bound" <|> &"choose" <|> &"continuity" <|> &"convert" <|> &"field_simp" <|>
  &"fin_cases" <|> &"gcongr" <|> &"grind" <|> &"group" <|> &"lift" <|> &"measurability" <|> &"plausible" <|> &"polyrith" <|> &"qify" <|>
  &"rify" <|> &"wlog" <|> &"zify"
open Lean.Parser.Tactic in
/-- `simp`-like arguments and a location, or terms: whatever follows the name. -/
syntax absentArgs := (ppSpace colGt term:max)* (simpArgs)? (" using " term)? (" with" (ppSpace colGt rcasesPat)+)? (location)?
syntax (name := absent) absentName absentArgs : tactic
/-- What to use instead. -/
def instead : List (Name × String) := [
  (`abel, ": use `ring` or `omega`"),
  (`aesop, ": use `tauto`, `simp_all` or `solve_by_elim`"),
  (`apply_fun, ": use `congrArg`"),
  (`bound, ": use `positivity` or `nlinarith`"),
  (`choose, ": use `Classical.choose`"),
  (`continuity, ""),
  (`convert, ": use `have` and `rwa` or `simpa`"),
  (`field_simp, ": there are no fields; clear denominators by hand or use `omega`"),
  (`fin_cases, ": use `interval_cases` or `rcases`"),
  (`gcongr, ": use `nlinarith` or the monotonicity lemma"),
  (`grind, ": use `omega`, `simp_all` or `tauto`"),
  (`group, ""),
  (`lift, ": use `obtain ⟨n, rfl⟩ := Int.eq_ofNat_of_zero_le h`"),
  (`measurability, ""),
  (`plausible, ""),
  (`polyrith, ": use `linear_combination` or `nlinarith`"),
  (`qify, ": there are no rational numbers"),
  (`rify, ": there are no real numbers"),
  (`wlog, ": prove the reduced case as a lemma"),
  (`zify, ": `omega`, `linarith` and `nlinarith` read naturals as integers by themselves")]
def lookUp (name : Name) : List (Name × String) → String
  | [] => ""
  | (n, text) :: rest => if n == name then text else lookUp name rest
/-- The first word, at most `depth` nodes down. -/
def headWord : Nat → Syntax → String
  | _, .atom _ word => word
  | depth + 1, stx => headWord depth (stx.getArg 0)
  | 0, _ => ""
@[tactic absent] def evalAbsent : Tactic := fun stx =>
  let name := headWord 4 stx
  Core.Tactic.lift (fail ("`" ++ name ++ "` is not in `core`" ++ lookUp (.mkSimple name) instead))
/-- `ring1` is `ring` without its fallback; here the two are one. -/
macro "ring1" : tactic => `(tactic| ring)
end Core.Tactic
