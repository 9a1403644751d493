import Mathlib

/-!
What the profile `mathlib` checks against. Nothing is defined here: a statement's own header says what it opens, and a
definition that stood here would be one more thing to trust.
-/
