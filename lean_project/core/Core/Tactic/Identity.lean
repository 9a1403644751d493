prelude
import Core.Tactic.Reify
import Core.Tactic.Certificate
/-!
# Deciding polynomial identities

`proveEq` proves that two terms are the same polynomial: by one evaluation where its numbers stay small, else by normal forms where
the monomials are few.

Contract: `none` means that they differ; an identity too large for either way is an error, so that no call runs long.
-/
set_option autoImplicit false
set_option linter.all false
open Lean hiding Term
open Lean.Elab.Tactic
namespace Core.Tactic
open Core.Ring (Term)

/-- A bound on the total degree, and one on the bits of the sum of the absolute coefficients. -/
def degree : Term → Nat
  | .num _ => 0
  | .var _ => 1
  | .add a b => max (degree a) (degree b)
  | .sub a b => max (degree a) (degree b)
  | .mul a b => degree a + degree b
  | .neg a => degree a
  | .pow a n => degree a * n
/-- The bits that the numbers of a check with `n` atoms may have. -/
def maxBits : Nat := 4000000
def size : Nat → Nat → Nat
  | 0, _ => 0
  | f + 1, n =>
    if Nat.beq n 0 then 0
    else if Nat.ble n 65535 then 16
    else if Nat.ble n (2 ^ 512) then 64 + size f (n / 2 ^ 64)
    else 4096 + size f (n / 2 ^ 4096)
def bits : Term → Nat
  | .num z => size maxBits (Ring.mag z) + 1
  | .var _ => 1
  | .add a b => max (bits a) (bits b) + 1
  | .sub a b => max (bits a) (bits b) + 1
  | .mul a b => bits a + bits b
  | .neg a => bits a
  | .pow a n => bits a * n
def small (t : Term) (n : Nat) : Bool :=
  let d := degree t
  let b := bits t
  and (Nat.ble d 512) (and (Nat.ble n 64) (Nat.ble (b * d ^ n) maxBits))
/-- A bound on the monomials of degree `d` in `n` atoms: `(n + 1) ⋯ (n + d) / d!`. -/
def monomialBound (n : Nat) : Nat → Nat
  | 0 => 1
  | d + 1 => monomialBound n d * (n + d + 1) / (d + 1)
/-- A bound on the monomials of a term in `n` atoms. -/
def monomialsOf (n : Nat) : Term → Nat
  | .num _ => 1
  | .var _ => 1
  | .add a b => monomialsOf n a + monomialsOf n b
  | .sub a b => monomialsOf n a + monomialsOf n b
  | .mul a b => min (monomialsOf n a * monomialsOf n b) (monomialBound n (degree a + degree b))
  | .neg a => monomialsOf n a
  | .pow a k => if Nat.beq (monomialsOf n a) 1 then 1 else monomialBound n (degree a * k)
/-- The monomials that a check by normal forms may meet. -/
def maxMonomials : Nat := 400
def few (n : Nat) (t : Term) : Bool := and (Nat.ble (degree t) 128) (Nat.ble (monomialsOf n t) maxMonomials)
/-- The proof of `a.den xs = b.den xs`, if `a` and `b` are the same polynomial. -/
def proveEq (n : Nat) (xs : Expr) (a b : Term) : MetaM (Option Expr) := do
  let t := Term.sub a b
  if small t n then
    let pts := Term.points t id n
    if Term.vanishes t pts then
      pure (some (app ``Term.eq_of_vanishes [xs, quoteTerm a, quoteTerm b, quoteNats pts, const ``rflTrue, const ``rflTrue]))
    else pure none
  else if few n t then
    if t.norm.isZero then pure (some (app ``Term.eq_of_norm [xs, quoteTerm a, quoteTerm b, const ``rflTrue])) else pure none
  else fail "this identity is too large for `ring` in `core`"
end Core.Tactic
