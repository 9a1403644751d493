prelude
import Core.Tactic.Logic
/-!
# Mathlib's `lemma` and `Type*`

`lemma` is `theorem`; `Type*` is a type in a universe that Lean finds, and that a declaration is polymorphic in.
-/
set_option linter.all false
open Lean

macro mods:declModifiers "lemma " n:declId sig:declSig val:declVal : command => `($mods:declModifiers theorem $n $sig $val)
macro "Type*" : term => `(Type _)
