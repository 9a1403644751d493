prelude
import Core.Tactic.Logic
import Core.Tactic.Ring
/-!
# Tactics of Mathlib that are not here

Each is a syntax that fails with a message, so that a proof written for Mathlib says what is missing rather than "unknown tactic".
-/
set_option autoImplicit false
set_option linter.all false
open Lean
namespace Core.Tactic
open Lean.Parser.Tactic in
/-- `simp`-like arguments and a location, or terms: whatever follows the name. -/
syntax absentArgs := (ppSpace colGt term:max)* (simpArgs)? (" using " term)? (" with" (ppSpace colGt rcasesPat)+)? (location)?
macro "field_simp" absentArgs : tactic => `(tactic| fail "`field_simp` is not in `core`: there are no fields; clear denominators by hand or use `omega`")
macro "gcongr" absentArgs : tactic => `(tactic| fail "`gcongr` is not in `core`: use `nlinarith` or the monotonicity lemma")
macro "aesop" absentArgs : tactic => `(tactic| fail "`aesop` is not in `core`: use `tauto`, `simp_all` or `solve_by_elim`")
macro "polyrith" absentArgs : tactic => `(tactic| fail "`polyrith` is not in `core`: use `linear_combination` or `nlinarith`")
macro "lift" absentArgs : tactic => `(tactic| fail "`lift` is not in `core`: use `obtain ⟨n, rfl⟩ := Int.eq_ofNat_of_zero_le h`")
macro "zify" absentArgs : tactic => `(tactic| fail "`zify` is not in `core`: `omega`, `linarith` and `nlinarith` read naturals as integers by themselves")
macro "qify" absentArgs : tactic => `(tactic| fail "`qify` is not in `core`: there are no rational numbers")
macro "rify" absentArgs : tactic => `(tactic| fail "`rify` is not in `core`: there are no real numbers")
macro "choose" absentArgs : tactic => `(tactic| fail "`choose` is not in `core`: use `Classical.choose`")
macro "fin_cases" absentArgs : tactic => `(tactic| fail "`fin_cases` is not in `core`: use `interval_cases` or `rcases`")
macro "wlog" absentArgs : tactic => `(tactic| fail "`wlog` is not in `core`: prove the reduced case as a lemma")
macro "convert" absentArgs : tactic => `(tactic| fail "`convert` is not in `core`: use `have` and `rwa` or `simpa`")
macro "apply_fun" absentArgs : tactic => `(tactic| fail "`apply_fun` is not in `core`: use `congrArg`")
macro "abel" absentArgs : tactic => `(tactic| fail "`abel` is not in `core`: use `ring` or `omega`")
macro "group" absentArgs : tactic => `(tactic| fail "`group` is not in `core`")
macro "grind" absentArgs : tactic => `(tactic| fail "`grind` is not in `core`: use `omega`, `simp_all` or `tauto`")
macro "bound" absentArgs : tactic => `(tactic| fail "`bound` is not in `core`: use `positivity` or `nlinarith`")
macro "measurability" absentArgs : tactic => `(tactic| fail "`measurability` is not in `core`")
macro "continuity" absentArgs : tactic => `(tactic| fail "`continuity` is not in `core`")
macro "plausible" absentArgs : tactic => `(tactic| fail "`plausible` is not in `core`")
/-- `ring1` is `ring` without its fallback; here the two are one. -/
macro "ring1" : tactic => `(tactic| ring)
end Core.Tactic
