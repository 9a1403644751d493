prelude
import Core.Tactic.Poly
import Core.Tactic.Util
/-!
# Reading terms over ℕ and ℤ as polynomials

`reifyInt e` and `reifyNat e` give the `Ring.Term` of an integer, or of the integer that a natural number is, with a proof that its value at the atoms
is that integer. Casts from ℕ are pushed to the atoms; powers with a sum, a numeral multiple or a product inside are split
(`x ^ (m + 2)` is `x ^ m * x ^ 2`).

Contract: atoms are compared up to syntactic equality. Numeral exponents above `maxExponent` make an atom. Subtraction and division of
naturals are atoms.
-/
set_option autoImplicit false
set_option linter.all false
open Lean hiding Term
open Lean.Elab.Tactic
namespace Core.Ring
variable (xs : List Int)

theorem pow_add (a : Int) (m n : Nat) : a ^ (m + n) = a ^ m * a ^ n := by
  induction n with
  | zero => rw [Nat.add_zero, Int.pow_zero, Int.mul_one]
  | succ n ih => rw [← Nat.add_assoc, Int.pow_succ, Int.pow_succ, ih, Int.mul_assoc]
theorem pow_mul (a : Int) (m n : Nat) : a ^ (m * n) = (a ^ m) ^ n := by
  induction n with
  | zero => rw [Nat.mul_zero, Int.pow_zero, Int.pow_zero]
  | succ n ih => rw [Nat.mul_add, Nat.mul_one, pow_add, ih, Int.pow_succ]
theorem mul_pow (a b : Int) (n : Nat) : (a * b) ^ n = a ^ n * b ^ n := by
  induction n with
  | zero => rw [Int.pow_zero, Int.pow_zero, Int.pow_zero]; rfl
  | succ n ih =>
    rw [Int.pow_succ, Int.pow_succ, Int.pow_succ, ih, Int.mul_assoc, Int.mul_assoc, Int.mul_left_comm (b ^ n)]
theorem ofNat_pow (a n : Nat) : Int.ofNat (a ^ n) = Int.ofNat a ^ n := by
  induction n with
  | zero => rw [Int.pow_zero]; rfl
  | succ n ih => rw [Int.pow_succ, ← ih]; rfl

-- one step of reading each
theorem int_refl (a : Int) : a = a := rfl
theorem int_add (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) : a + b = (s.add t).den xs := by rw [ha, hb]; rfl
theorem int_sub (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) : a - b = (s.sub t).den xs := by rw [ha, hb]; rfl
theorem int_mul (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) : a * b = (s.mul t).den xs := by rw [ha, hb]; rfl
theorem int_neg (a : Int) (s : Term) (ha : a = s.den xs) : -a = s.neg.den xs := by rw [ha]; rfl
theorem int_pow (a : Int) (n : Nat) (s : Term) (ha : a = s.den xs) : a ^ n = (s.pow n).den xs := by rw [ha]; rfl
theorem int_pow_add (a : Int) (m n : Nat) (s t : Term) (hs : a ^ m = s.den xs) (ht : a ^ n = t.den xs) : a ^ (m + n) = (s.mul t).den xs := by
  rw [pow_add, hs, ht]; rfl
theorem int_pow_mul (a : Int) (m n : Nat) (s : Term) (hs : a ^ m = s.den xs) : a ^ (m * n) = (s.pow n).den xs := by rw [pow_mul, hs]; rfl
theorem int_pow_mul' (a : Int) (m n : Nat) (s : Term) (hs : a ^ m = s.den xs) : a ^ (n * m) = (s.pow n).den xs := by
  rw [Nat.mul_comm, pow_mul, hs]; rfl
theorem int_mul_pow (a b : Int) (n : Nat) (s t : Term) (hs : a ^ n = s.den xs) (ht : b ^ n = t.den xs) : (a * b) ^ n = (s.mul t).den xs := by
  rw [mul_pow, hs, ht]; rfl
theorem int_pow_pow (a : Int) (k n : Nat) (s : Term) (hs : a ^ n = s.den xs) : (a ^ k) ^ n = (s.pow k).den xs := by
  rw [← pow_mul, Nat.mul_comm, pow_mul, hs]; rfl
theorem nat_add (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) : Int.ofNat (a + b) = (s.add t).den xs :=
  int_add xs (Int.ofNat a) (Int.ofNat b) s t ha hb
theorem nat_mul (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) : Int.ofNat (a * b) = (s.mul t).den xs :=
  int_mul xs (Int.ofNat a) (Int.ofNat b) s t ha hb
theorem nat_succ (a : Nat) (s : Term) (ha : Int.ofNat a = s.den xs) : Int.ofNat (Nat.succ a) = (s.add (.num 1)).den xs :=
  int_add xs (Int.ofNat a) 1 s (.num 1) ha rfl
theorem nat_pow (a n : Nat) (s : Term) (ha : Int.ofNat a = s.den xs) : Int.ofNat (a ^ n) = (s.pow n).den xs := by rw [ofNat_pow, ha]; rfl
theorem nat_pow' (a n : Nat) (s : Term) (h : Int.ofNat a ^ n = s.den xs) : Int.ofNat (a ^ n) = s.den xs := (ofNat_pow a n).trans h
theorem nat_pow_pow (a k n : Nat) (s : Term) (hs : Int.ofNat a ^ n = s.den xs) : Int.ofNat (a ^ k) ^ n = (s.pow k).den xs := by
  rw [ofNat_pow]; exact int_pow_pow xs (Int.ofNat a) k n s hs
theorem nat_inj (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) (h : s.den xs = t.den xs) : a = b := by
  rw [← ha, ← hb] at h; injection h
theorem int_inj (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) (h : s.den xs = t.den xs) : a = b := by rw [ha, hb]; exact h
end Core.Ring

namespace Core.Tactic
open Core.Ring (Term)

/-- Lists without universe parameters, for proof terms. -/
def nilInt : List Int := []
def consInt (x : Int) (xs : List Int) : List Int := x :: xs
def nilNat : List Nat := []
def consNat (x : Nat) (xs : List Nat) : List Nat := x :: xs
/-- A power as an atom. -/
@[reducible] def intPow (a : Int) (n : Nat) : Int := a ^ n
theorem rflTrue : true = true := rfl

def quoteInt : Int → Expr
  | .ofNat n => mkApp (const ``Int.ofNat) (mkRawNatLit n)
  | .negSucc n => mkApp (const ``Int.negSucc) (mkRawNatLit n)
def quoteTerm : Term → Expr
  | .num z => mkApp (const ``Term.num) (quoteInt z)
  | .var i => mkApp (const ``Term.var) (mkRawNatLit i)
  | .add a b => app ``Term.add [quoteTerm a, quoteTerm b]
  | .sub a b => app ``Term.sub [quoteTerm a, quoteTerm b]
  | .mul a b => app ``Term.mul [quoteTerm a, quoteTerm b]
  | .neg a => mkApp (const ``Term.neg) (quoteTerm a)
  | .pow a n => app ``Term.pow [quoteTerm a, mkRawNatLit n]
def quoteInts (es : List Expr) : Expr := match es with
  | [] => const ``nilInt
  | e :: es => app ``consInt [e, quoteInts es]
def quoteNats : List Nat → Expr
  | [] => const ``nilNat
  | n :: ns => app ``consNat [mkRawNatLit n, quoteNats ns]

/-- A term with its proof, a function of the list of atoms. -/
structure Reified where
  term : Term
  /-- the proof is by unfolding alone -/
  direct : Bool
  proof : Expr → Expr
instance : Inhabited Reified := ⟨⟨.num 0, true, id⟩⟩

def maxExponent : Nat := 64
/-- The proof of `e = term.den xs` by unfolding. -/
def Reified.ofDirect (e : Expr) (t : Term) : Reified := ⟨t, true, fun _ => mkApp (const ``Ring.int_refl) e⟩
def atomOf (e : Expr) (as : List Expr) : Reified × List Expr := match indexOf e as 0 with
  | some i => (.ofDirect e (.var i), as)
  | none => (.ofDirect e (.var (llength as)), lappend as [e])
def step1 (n : Name) (args : List Expr) (f : Term → Term) (e : Expr) (direct : Bool) (a : Reified) : Reified :=
  if and direct a.direct then .ofDirect e (f a.term) else
    ⟨f a.term, false, fun xs => app n (xs :: lappend args [quoteTerm a.term, a.proof xs])⟩
def step2 (n : Name) (args : List Expr) (f : Term → Term → Term) (e : Expr) (direct : Bool) (a b : Reified) : Reified :=
  if and direct (and a.direct b.direct) then .ofDirect e (f a.term b.term) else
    ⟨f a.term b.term, false, fun xs => app n (xs :: lappend args [quoteTerm a.term, quoteTerm b.term, a.proof xs, b.proof xs])⟩
def ofNat (e : Expr) : Expr := mkApp (const ``Int.ofNat) e

def small? (e : Expr) : Option Nat := match numeral? e with
  | some k => if Nat.ble k maxExponent then some k else none
  | none => none
def isNumeral (e : Expr) : Bool := match numeral? e with
  | some _ => true
  | none => false
/-- The natural number that `e` casts to ℤ. -/
def cast? (e : Expr) : Option Expr := match headArgs e [] with
  | (n, [_, _, a]) => if n == ``Nat.cast then some a else none
  | (n, [a]) => if n == ``Int.ofNat then some a else none
  | _ => none

mutual
/-- The integer `e`. -/
def reifyInt : Nat → Expr → List Expr → Reified × List Expr
  | 0, e, as => atomOf e as
  | f + 1, e, as =>
    match numeral? e with
    | some n => (.ofDirect e (.num (Int.ofNat n)), as)
    | none =>
      match headArgs e [] with
      | (n, [_, _, _, _, a, b]) =>
        if n == ``HPow.hPow then reifyPow f a b as else
        if or (n == ``HAdd.hAdd) (or (n == ``HSub.hSub) (n == ``HMul.hMul)) then
          let (ra, as) := reifyInt f a as
          let (rb, as) := reifyInt f b as
          if n == ``HAdd.hAdd then (step2 ``Ring.int_add [a, b] .add e true ra rb, as) else
          if n == ``HSub.hSub then (step2 ``Ring.int_sub [a, b] .sub e true ra rb, as) else
          (step2 ``Ring.int_mul [a, b] .mul e true ra rb, as)
        else atomOf e as
      | (n, [_, _, a]) =>
        if n == ``Neg.neg then
          let (ra, as) := reifyInt f a as
          (step1 ``Ring.int_neg [a] .neg e true ra, as)
        else if n == ``Nat.cast then reifyNat f a as
        else atomOf e as
      | (n, [a]) => if n == ``Int.ofNat then reifyNat f a as else atomOf e as
      | _ => atomOf e as
/-- The integer that the natural number `e` is. -/
def reifyNat : Nat → Expr → List Expr → Reified × List Expr
  | 0, e, as => atomOf (ofNat e) as
  | f + 1, e, as =>
    match numeral? e with
    | some n => (.ofDirect (ofNat e) (.num (Int.ofNat n)), as)
    | none =>
      match headArgs e [] with
      | (n, [_, _, _, _, a, b]) =>
        if n == ``HPow.hPow then
          let (ra, as) := reifyPow f (ofNat a) b as
          (⟨ra.term, false, fun xs => app ``Ring.nat_pow' [xs, a, b, quoteTerm ra.term, ra.proof xs]⟩, as)
        else if or (n == ``HAdd.hAdd) (n == ``HMul.hMul) then
          let (ra, as) := reifyNat f a as
          let (rb, as) := reifyNat f b as
          if n == ``HAdd.hAdd then (step2 ``Ring.nat_add [a, b] .add e false ra rb, as) else
          (step2 ``Ring.nat_mul [a, b] .mul e false ra rb, as)
        else atomOf (ofNat e) as
      | (n, [a]) =>
        if n == ``Nat.succ then
          let (ra, as) := reifyNat f a as
          (step1 ``Ring.nat_succ [a] (fun s => .add s (.num 1)) e false ra, as)
        else atomOf (ofNat e) as
      | _ => atomOf (ofNat e) as
/-- The integer `a ^ e`, where `e` is a natural number. -/
def reifyPow : Nat → Expr → Expr → List Expr → Reified × List Expr
  | 0, a, e, as => atomOf (app ``intPow [a, e]) as
  | f + 1, a, e, as =>
    let orElse (_ : Unit) : Reified × List Expr :=
      match headArgs a [] with
      | (n, [_, _, _, _, b, c]) =>
        if n == ``HMul.hMul then
          let (rb, as) := reifyPow f b e as
          let (rc, as) := reifyPow f c e as
          (step2 ``Ring.int_mul_pow [b, c, e] .mul e false rb rc, as)
        else match n == ``HPow.hPow, small? c with
        | true, some k =>
          let (rb, as) := reifyPow f b e as
          (step1 ``Ring.int_pow_pow [b, c, e] (.pow · k) e false rb, as)
        | _, _ => atomOf (app ``intPow [a, e]) as
      | (_, _ :: _) => match cast? a with
        | none => atomOf (app ``intPow [a, e]) as
        | some m => match headArgs m [] with
          | (n, [_, _, _, _, b, c]) =>
            if n == ``HMul.hMul then
              let (rb, as) := reifyPow f (ofNat b) e as
              let (rc, as) := reifyPow f (ofNat c) e as
              (step2 ``Ring.int_mul_pow [ofNat b, ofNat c, e] .mul e false rb rc, as)
            else match n == ``HPow.hPow, small? c with
            | true, some k =>
              let (rb, as) := reifyPow f (ofNat b) e as
              (step1 ``Ring.nat_pow_pow [b, c, e] (.pow · k) e false rb, as)
            | _, _ => atomOf (app ``intPow [ofNat m, e]) as
          | _ => atomOf (app ``intPow [ofNat m, e]) as
      | _ => atomOf (app ``intPow [a, e]) as
    match numeral? e with
    | some k =>
      if or (Nat.ble k maxExponent) (and (isNumeral a) (Nat.ble k 4096)) then
        let (ra, as) := reifyInt f a as
        (step1 ``Ring.int_pow [a, e] (.pow · k) (app ``intPow [a, e]) true ra, as)
      else atomOf (app ``intPow [a, e]) as
    | none =>
      match headArgs e [] with
      | (n, [_, _, _, _, b, c]) =>
        if n == ``HAdd.hAdd then
          let (rb, as) := reifyPow f a b as
          let (rc, as) := reifyPow f a c as
          (step2 ``Ring.int_pow_add [a, b, c] .mul e false rb rc, as)
        else if n == ``HMul.hMul then
          match small? b, small? c with
          | some k, _ =>
            let (rc, as) := reifyPow f a c as
            (step1 ``Ring.int_pow_mul' [a, c, b] (.pow · k) e false rc, as)
          | none, some k =>
            let (rb, as) := reifyPow f a b as
            (step1 ``Ring.int_pow_mul [a, b, c] (.pow · k) e false rb, as)
          | none, none => orElse ()
        else orElse ()
      | _ => orElse ()
end

/-- Depth to which terms are read. -/
def depth : Nat := 300
def typeIs (e t : Expr) : Bool := Expr.eqv e.consumeMData t
/-- Reads an integer or a natural number, according to its type. -/
def reify (type e : Expr) (as : List Expr) : Option (Reified × List Expr) :=
  if typeIs type intType then some (reifyInt depth e as) else
  if typeIs type natType then some (reifyNat depth e as) else none
end Core.Tactic
