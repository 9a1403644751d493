import Mathlib

open Nat
