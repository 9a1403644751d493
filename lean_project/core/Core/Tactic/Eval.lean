prelude
import Core.Tactic.Util
import Core.Nat.Vocabulary
/-!
# Values of closed terms

`evalNat`, `evalInt` and `evalProp` compute closed arithmetic and closed propositions, in compiled code, so that a tactic knows what is true before it asks the kernel.

Contract: `none` means that the term is not closed, has a function that is not known here, or a value that is too large.
The kernel checks whatever is claimed.
-/
set_option autoImplicit false
set_option linter.all false
open Lean Lean.Elab.Tactic
namespace Core.Tactic

/-- Bits that a value may have. -/
def maxValueBits : Nat := 2000000
def bitsOf : Nat → Nat → Nat
  | 0, _ => 0
  | f + 1, n =>
    if Nat.beq n 0 then 0
    else if Nat.ble n 65535 then 16
    else if Nat.ble n (2 ^ 512) then 64 + bitsOf f (n / 2 ^ 64)
    else 4096 + bitsOf f (n / 2 ^ 4096)
def powNat? (a n : Nat) : Option Nat :=
  if Nat.ble a 1 then some (if Nat.beq n 0 then 1 else a)
  else if Nat.ble (bitsOf maxValueBits a * n) maxValueBits then some (a ^ n) else none
def productFrom (a : Nat) : Nat → Nat
  | 0 => 1
  | n + 1 => (a + n) * productFrom a n
def factorial? (n : Nat) : Option Nat := if Nat.ble n 300 then some (productFrom 1 n) else none
def choose? (n k : Nat) : Option Nat :=
  if Nat.ble n 60 then
    if Nat.ble k n then some (productFrom (n - k + 1) k / productFrom 1 k) else some 0
  else none
def natAbs : Int → Nat
  | .ofNat n => n
  | .negSucc n => n + 1
def isNegative : Int → Bool
  | .ofNat _ => false
  | .negSucc _ => true
def intPow? (a : Int) (n : Nat) : Option Int := match a, powNat? (natAbs a) n with
  | _, none => none
  | a, some v => some (if and (isNegative a) (Nat.beq (n % 2) 1) then -Int.ofNat v else Int.ofNat v)
def bind? {α β : Type} (x : Option α) (f : α → Option β) : Option β := match x with
  | none => none
  | some a => f a
def intLe (a b : Int) : Bool := not (isNegative (b - a))

mutual
def evalNat : Nat → Expr → Option Nat
  | 0, _ => none
  | f + 1, e =>
    match numeral? e with
    | some n => some n
    | none =>
      let two (a b : Expr) (g : Nat → Nat → Option Nat) : Option Nat := bind? (evalNat f a) fun a => bind? (evalNat f b) (g a)
      match headArgs e [] with
      | (n, [_, _, _, _, a, b]) =>
        if n == ``HAdd.hAdd then two a b fun a b => some (a + b) else
        if n == ``HMul.hMul then two a b fun a b => some (a * b) else
        if n == ``HSub.hSub then two a b fun a b => some (a - b) else
        if n == ``HDiv.hDiv then two a b fun a b => some (a / b) else
        if n == ``HMod.hMod then two a b fun a b => some (a % b) else
        if n == ``HPow.hPow then two a b powNat? else none
      | (n, [_, _, a, b]) =>
        if n == ``Max.max then two a b fun a b => some (if Nat.ble a b then b else a) else
        if n == ``Min.min then two a b fun a b => some (if Nat.ble a b then a else b) else none
      | (n, [a, b]) =>
        if n == ``Nat.gcd then two a b fun a b => some (Nat.gcd a b) else
        if n == ``Nat.lcm then two a b fun a b => some (a * b / Nat.gcd a b) else
        if n == ``Nat.choose then two a b choose? else
        if n == ``Int.gcd then bind? (evalInt f a) fun a => bind? (evalInt f b) fun b => some (Nat.gcd (natAbs a) (natAbs b))
        else none
      | (n, [a]) =>
        if n == ``Nat.factorial then bind? (evalNat f a) factorial? else
        if n == ``Nat.succ then bind? (evalNat f a) fun a => some (a + 1) else
        if n == ``Nat.pred then bind? (evalNat f a) fun a => some (a - 1) else
        if n == ``Int.natAbs then bind? (evalInt f a) fun a => some (natAbs a) else
        if n == ``Int.toNat then bind? (evalInt f a) fun a => some (if isNegative a then 0 else natAbs a) else none
      | _ => none
def evalInt : Nat → Expr → Option Int
  | 0, _ => none
  | f + 1, e =>
    match numeral? e with
    | some n => some (Int.ofNat n)
    | none =>
      let two (a b : Expr) (g : Int → Int → Option Int) : Option Int := bind? (evalInt f a) fun a => bind? (evalInt f b) (g a)
      match headArgs e [] with
      | (n, [_, _, _, _, a, b]) =>
        if n == ``HAdd.hAdd then two a b fun a b => some (a + b) else
        if n == ``HMul.hMul then two a b fun a b => some (a * b) else
        if n == ``HSub.hSub then two a b fun a b => some (a - b) else
        if n == ``HDiv.hDiv then two a b fun a b => some (a / b) else
        if n == ``HMod.hMod then two a b fun a b => some (a % b) else
        if n == ``HPow.hPow then bind? (evalInt f a) fun a => bind? (evalNat f b) (intPow? a) else none
      | (n, [_, _, a, b]) =>
        if n == ``Max.max then two a b fun a b => some (if intLe a b then b else a) else
        if n == ``Min.min then two a b fun a b => some (if intLe a b then a else b) else
        if n == ``abs then bind? (evalInt f b) fun a => some (Int.ofNat (natAbs a)) else none
      | (n, [_, _, a]) =>
        if n == ``Neg.neg then bind? (evalInt f a) fun a => some (-a) else
        if n == ``Nat.cast then bind? (evalNat f a) fun a => some (Int.ofNat a) else none
      | (n, [a]) => if n == ``Int.ofNat then bind? (evalNat f a) fun a => some (Int.ofNat a) else none
      | _ => none
end
def evalDepth : Nat := 200

/-- No divisor from `k` on up to the square root. -/
def noDivisor : Nat → Nat → Nat → Bool
  | 0, _, _ => false
  | f + 1, n, k => if Nat.ble (k * k) n then (if Nat.beq (n % k) 0 then false else noDivisor f n (k + 1)) else true
def prime? (n : Nat) : Option Bool :=
  if Nat.ble n 1 then some false
  else if Nat.ble n 100000000 then some (noDivisor 10001 n 2) else none
def intEq (a b : Int) : Bool := Nat.beq (natAbs (a - b)) 0
def rel? (t a b : Expr) (nat : Nat → Nat → Bool) (int : Int → Int → Bool) : Option Bool :=
  if isConst t ``Nat then bind? (evalNat evalDepth a) fun a => bind? (evalNat evalDepth b) fun b => some (nat a b)
  else if isConst t ``Int then bind? (evalInt evalDepth a) fun a => bind? (evalInt evalDepth b) fun b => some (int a b)
  else none
def dvdNat (a b : Nat) : Bool := if Nat.beq a 0 then Nat.beq b 0 else Nat.beq (b % a) 0
def evalProp : Nat → Expr → Option Bool
  | 0, _ => none
  | f + 1, e =>
    match headArgs e [] with
    | (n, [t, _, a, b]) =>
      if n == ``LE.le then rel? t a b Nat.ble intLe else
      if n == ``GE.ge then rel? t b a Nat.ble intLe else
      if n == ``LT.lt then rel? t a b (fun a b => Nat.ble (a + 1) b) fun a b => intLe (a + 1) b else
      if n == ``GT.gt then rel? t b a (fun a b => Nat.ble (a + 1) b) fun a b => intLe (a + 1) b else
      if n == ``Dvd.dvd then rel? t a b dvdNat fun a b => dvdNat (natAbs a) (natAbs b) else none
    | (n, [t, a, b]) =>
      if n == ``Eq then rel? t a b Nat.beq intEq else
      if n == ``Ne then bind? (rel? t a b Nat.beq intEq) fun r => some (not r) else
      if n == ``Nat.ModEq then bind? (evalNat evalDepth t) fun t => rel? natType a b (fun a b => Nat.beq (a % t) (b % t)) fun _ _ => false else
      if n == ``Int.ModEq then bind? (evalInt evalDepth t) fun t => rel? intType a b (fun _ _ => false) fun a b => intEq (a % t) (b % t) else
      if n == ``Even then rel? t b b (fun a _ => Nat.beq (a % 2) 0) fun a _ => Nat.beq (natAbs a % 2) 0 else
      if n == ``Odd then rel? t b b (fun a _ => Nat.beq (a % 2) 1) fun a _ => Nat.beq (natAbs a % 2) 1 else none
    | (n, [a, b]) =>
      if n == ``And then bind? (evalProp f a) fun a => bind? (evalProp f b) fun b => some (and a b) else
      if n == ``Or then bind? (evalProp f a) fun a => bind? (evalProp f b) fun b => some (or a b) else
      if n == ``Iff then bind? (evalProp f a) fun a => bind? (evalProp f b) fun b => some (if a then b else not b) else
      if n == ``Nat.Coprime then bind? (evalNat evalDepth a) fun a => bind? (evalNat evalDepth b) fun b => some (Nat.beq (Nat.gcd a b) 1) else none
    | (n, [a]) =>
      if n == ``Not then bind? (evalProp f a) fun a => some (not a) else
      if n == ``Nat.Prime then bind? (evalNat evalDepth a) prime? else none
    | (n, []) => if n == ``True then some true else if n == ``False then some false else none
    | _ => none
end Core.Tactic
