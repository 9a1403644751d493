prelude
import Core.Tactic.Kronecker
import Core.Tactic.Util
/-!
# The search for a contradiction among linear inequalities

`Simplex.refute` looks for nonnegative multiples of polynomials `p₀, p₁, …`, each assumed to be nonnegative, whose sum is a negative
number. Monomials are treated as independent unknowns. The method is the simplex method of decision procedures (Dutertre and de Moura 2006) with
Bland's rule, on sparse integer rows.

Contract: the result is a suggestion that the kernel checks. `none` means that there is none, or that the step limit was
reached. Exponents stay below 1024.
-/
set_option autoImplicit false
set_option linter.all false
namespace Core.Tactic.Simplex
open Core.Ring (Poly)

/-- Entries by ascending column. -/
abbrev Row := List (Nat × Int)
def addRow : Nat → Int → Row → Int → Row → Row
  | 0, _, _, _, _ => []
  | f + 1, x, r, y, s => match r, s with
    | [], [] => []
    | (i, a) :: r', [] => (i, x * a) :: addRow f x r' y []
    | [], (j, b) :: s' => (j, y * b) :: addRow f x [] y s'
    | (i, a) :: r', (j, b) :: s' =>
      if Nat.beq i j then
        let c := x * a + y * b
        if Core.Ring.mag c = 0 then addRow f x r' y s' else (i, c) :: addRow f x r' y s'
      else if Nat.ble i j then (i, x * a) :: addRow f x r' y s
      else (j, y * b) :: addRow f x r y s'
/-- `x * r + y * s`, for factors that are not zero. -/
def combine (x : Int) (r : Row) (y : Int) (s : Row) : Row := addRow (llength r + llength s + 1) x r y s
def entry (k : Nat) : Row → Int
  | [] => 0
  | (i, a) :: r => if Nat.beq i k then a else if Nat.ble i k then entry k r else 0
def without (k : Nat) : Row → Row
  | [] => []
  | (i, a) :: r => if Nat.beq i k then r else (i, a) :: without k r
def content : Nat → Row → Nat
  | g, [] => g
  | g, (_, a) :: r => if Nat.beq g 1 then 1 else content (Nat.gcd g (Core.Ring.mag a)) r
def divide (g : Int) (r : Row) : Row := lmap (fun p => (p.1, p.2 / g)) r

/-- `scale * slack = const + entries`; the slack is the value of the polynomial with that number. -/
structure Equation where
  slack : Nat
  scale : Int
  const : Int
  row : Row
def Equation.normalize (e : Equation) : Equation :=
  let g := content (Nat.gcd (Core.Ring.mag e.scale) (Core.Ring.mag e.const)) e.row
  if Nat.ble g 1 then e else ⟨e.slack, e.scale / Int.ofNat g, e.const / Int.ofNat g, divide (Int.ofNat g) e.row⟩
def isNeg : Int → Bool
  | .ofNat _ => false
  | .negSucc _ => true
def isPos : Int → Bool
  | .ofNat n => Nat.ble 1 n
  | .negSucc _ => false

/-- The violated equation with the least slack. -/
def violated : List Equation → Option Equation → Option Equation
  | [], b => b
  | e :: es, b =>
    if isNeg e.const then match b with
      | some b' => violated es (if Nat.ble e.slack b'.slack then some e else b)
      | none => violated es (some e)
    else violated es b
/-- The column to enter: a monomial if there is one (columns from `n` on), else the first slack that can grow. -/
def entering (n : Nat) : Row → Option (Nat × Int) → Option (Nat × Int)
  | [], b => b
  | (i, a) :: r, b =>
    if Nat.ble n i then some (i, a)
    else match b with
      | some _ => entering n r b
      | none => entering n r (if isPos a then some (i, a) else none)
/-- Replace column `k` by what the equation `e`, solved for it (coefficient `a`), says. -/
def substitute (e : Equation) (k : Nat) (a : Int) (q : Equation) : Equation :=
  let b := entry k q.row
  if Core.Ring.mag b = 0 then q else
    let m := Int.ofNat (Core.Ring.mag a)
    let s := if isNeg a then -b else b
    let rest := combine m (without k q.row) (-s) (without k e.row)
    Equation.normalize ⟨q.slack, m * q.scale, m * q.const - s * e.const, combine 1 rest 1 [(e.slack, s * e.scale)]⟩
def pivot (n : Nat) (e : Equation) (k : Nat) (a : Int) (es : List Equation) : List Equation :=
  let others := lfold (fun acc q => if Nat.beq q.slack e.slack then acc else substitute e k a q :: acc) [] es
  if Nat.ble n k then others
  else Equation.normalize ⟨k, a, -e.const, combine (-1) (without k e.row) 1 [(e.slack, e.scale)]⟩ :: others
/-- Multiples, by number of the polynomial, whose sum is a negative number. -/
def search (n : Nat) : Nat → List Equation → Option (List (Nat × Nat))
  | 0, _ => none
  | f + 1, es => match violated es none with
    | none => none
    | some e => match entering n e.row none with
      | none => some ((e.slack, Core.Ring.mag e.scale) :: lmap (fun p => (p.1, Core.Ring.mag p.2)) e.row)
      | some (k, a) => search n f (pivot n e k a es)

/-- The monomials of a polynomial, by code: exponents in base 1024. -/
def monomials : Poly → Nat → Nat → List (Nat × Int) → List (Nat × Int)
  | .num z, code, _, acc => if Core.Ring.mag z = 0 then acc else (code, z) :: acc
  | .node p q, code, unit, acc => monomials p code (unit * 1024) (monomials q (code + unit) unit acc)
/-- The column of a monomial: `n` plus its place among the monomials seen. -/
def column (code : Nat) : List Nat → Nat → Nat × Bool
  | [], n => (n, true)
  | c :: cs, n => if Nat.beq c code then (n, false) else column code cs (n + 1)
def toRow (n : Nat) : List (Nat × Int) → List Nat → Int → Row → Int × Row × List Nat
  | [], seen, c, r => (c, r, seen)
  | (code, z) :: ms, seen, c, r =>
    if Nat.beq code 0 then toRow n ms seen (c + z) r
    else
      let (k, new) := column code seen n
      toRow n ms (if new then lappend seen [code] else seen) c (combine 1 r 1 [(k, z)])
def equations (n : Nat) : List Poly → Nat → List Nat → List Equation
  | [], _, _ => []
  | p :: ps, i, seen =>
    let (c, r, seen) := toRow n (monomials p 0 1 []) seen 0 []
    ⟨i, 1, c, r⟩ :: equations n ps (i + 1) seen
/-- Steps of the search. -/
def maxSteps : Nat := 400
def refute (ps : List Poly) : Option (List (Nat × Nat)) :=
  let n := llength ps
  search n maxSteps (equations n ps 0 [])
end Core.Tactic.Simplex
