prelude
import Core.Tactic.IntervalCases
import Core.Tactic.NormNum
import Core.Nat.DivMod
/-!
# `mod_cases`

`mod_cases h : a % n`, with a positive numeral `n`, splits the goal by the residue of the integer or natural number `a`:
`h : a ≡ k [ZMOD n]` or `h : a ≡ k [MOD n]`.
-/
set_option autoImplicit false
set_option linter.all false
open Lean
namespace Core.Tactic
theorem natModEq {a n k : Nat} (h : a % n = k) : Nat.ModEq n a k := by
  show a % n = k % n
  rw [← h]
  cases n with
  | zero => rw [Nat.mod_zero, Nat.mod_zero]
  | succ n => exact (Nat.mod_eq_of_lt (Nat.mod_lt a (Nat.zero_lt_succ n))).symm
theorem intModEq {a k : Int} {n : Nat} (h : a % ((n + 1 : Nat) : Int) = k) : Int.ModEq ((n + 1 : Nat) : Int) a k := by
  show a % ((n + 1 : Nat) : Int) = k % ((n + 1 : Nat) : Int)
  have h₁ := Int.emod_nonneg a (b := ((n + 1 : Nat) : Int)) (by omega)
  have h₂ := Int.emod_lt_of_pos a (b := ((n + 1 : Nat) : Int)) (by omega)
  rw [h] at h₁ h₂
  have e := Int.emod_add_ediv k ((n + 1 : Nat) : Int)
  cases k with
  | negSucc m => exact nomatch h₁
  | ofNat m =>
    rw [h]
    have h₂ : m < n + 1 := Int.ofNat_lt.1 h₂
    exact congrArg Int.ofNat (Nat.mod_eq_of_lt h₂).symm
syntax "mod_cases " (atomic(ident " : "))? term : tactic
macro_rules
  | `(tactic| mod_cases $h:ident : $a:term % $n:num) => `(tactic| first
      | (have bound : ($a : Nat) % $n < $n := Nat.mod_lt _ (by norm_num_goal)
         split_interval (($a : Nat) % $n) <;> (intro h; clear bound; have $h:ident := Core.Tactic.natModEq h; clear h))
      | (have lower : 0 ≤ ($a : Int) % $n := Int.emod_nonneg _ (by norm_num_goal)
         have upper : ($a : Int) % $n < $n := Int.emod_lt_of_pos _ (by norm_num_goal)
         split_interval (($a : Int) % $n) <;> (intro h; clear lower upper; have $h:ident := Core.Tactic.intModEq (n := $n - 1) h; clear h))
      | fail "`mod_cases` needs an integer or natural number modulo a positive numeral")
  | `(tactic| mod_cases $a:term) => `(tactic| mod_cases this : $a)
end Core.Tactic
