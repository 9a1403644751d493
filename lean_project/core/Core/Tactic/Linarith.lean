prelude
import Core.Tactic.Simplex
import Core.Tactic.Identity
/-!
# `linarith` and `nlinarith`

A goal over ℕ and ℤ is refuted by a sum of nonnegative multiples of the hypotheses (and, for `nlinarith`, of products of two of them and of
squares that occur) that is a negative number. The sum is found by `Simplex.refute`; the proof states it, and one polynomial
identity closes it.

Contract: hypotheses with more than `maxMonomials` monomials are passed over. Strict inequalities of integers are read as `a + 1 ≤ b`; natural atoms are known to be nonnegative. As in Mathlib, the goal is
a comparison, an equality (two comparisons), or anything else, which is then ignored.
-/
set_option autoImplicit false
set_option linter.all false
open Lean hiding Term
open Lean.Elab.Tactic
namespace Core.Ring
variable (xs : List Int)
theorem fact_le (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) (h : a ≤ b) : 0 ≤ (t.sub s).den xs := by
  subst ha hb; show 0 ≤ t.den xs - s.den xs; omega
theorem fact_lt (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) (h : a < b) : 0 ≤ ((t.sub s).sub (.num 1)).den xs := by
  subst ha hb; show 0 ≤ t.den xs - s.den xs - 1; omega
theorem fact_eq (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) (h : a = b) : 0 ≤ (t.sub s).den xs :=
  fact_le xs a b s t ha hb (h ▸ Int.le_refl a)
theorem fact_eq' (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) (h : a = b) : 0 ≤ (s.sub t).den xs :=
  fact_le xs b a t s hb ha (h ▸ Int.le_refl a)
theorem fact_not_le (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) (h : ¬ a ≤ b) : 0 ≤ ((s.sub t).sub (.num 1)).den xs :=
  fact_lt xs b a t s hb ha (Int.lt_of_not_le h)
theorem fact_not_lt (a b : Int) (s t : Term) (ha : a = s.den xs) (hb : b = t.den xs) (h : ¬ a < b) : 0 ≤ (s.sub t).den xs :=
  fact_le xs b a t s hb ha (Int.le_of_not_lt h)
theorem nfact_le (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) (h : a ≤ b) : 0 ≤ (t.sub s).den xs :=
  fact_le xs _ _ s t ha hb (Int.ofNat_le.2 h)
theorem nfact_lt (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) (h : a < b) :
    0 ≤ ((t.sub s).sub (.num 1)).den xs := fact_lt xs _ _ s t ha hb (Int.ofNat_lt.2 h)
theorem nfact_eq (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) (h : a = b) : 0 ≤ (t.sub s).den xs :=
  nfact_le xs a b s t ha hb (Nat.le_of_eq h)
theorem nfact_eq' (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) (h : a = b) : 0 ≤ (s.sub t).den xs :=
  nfact_le xs b a t s hb ha (Nat.le_of_eq h.symm)
theorem nfact_not_le (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) (h : ¬ a ≤ b) :
    0 ≤ ((s.sub t).sub (.num 1)).den xs := nfact_lt xs b a t s hb ha (Nat.lt_of_not_le h)
theorem nfact_not_lt (a b : Nat) (s t : Term) (ha : Int.ofNat a = s.den xs) (hb : Int.ofNat b = t.den xs) (h : ¬ a < b) : 0 ≤ (s.sub t).den xs :=
  nfact_le xs b a t s hb ha (Nat.le_of_not_lt h)
theorem fact_nat (a : Nat) : 0 ≤ Int.ofNat a := Int.natCast_nonneg a
theorem fact_nat_pow (a n : Nat) : 0 ≤ Int.ofNat a ^ n := by rw [← ofNat_pow]; exact Int.natCast_nonneg _
theorem fact_mul (s t : Term) (hs : 0 ≤ s.den xs) (ht : 0 ≤ t.den xs) : 0 ≤ (s.mul t).den xs := by
  show 0 ≤ s.den xs * t.den xs
  cases h : s.den xs with
  | negSucc n => rw [h] at hs; exact nomatch hs
  | ofNat m => cases h' : t.den xs with
    | negSucc n => rw [h'] at ht; exact nomatch ht
    | ofNat n => exact Int.natCast_nonneg (m * n)
theorem fact_sq (s : Term) : 0 ≤ (s.mul s).den xs := by
  show 0 ≤ s.den xs * s.den xs
  cases s.den xs with
  | negSucc n => exact Int.natCast_nonneg ((n + 1) * (n + 1))
  | ofNat m => exact Int.natCast_nonneg (m * m)
theorem sum_nil : 0 ≤ (Term.num 0).den xs := Int.le_refl 0
theorem sum_cons (k : Nat) (s t : Term) (hs : 0 ≤ s.den xs) (ht : 0 ≤ t.den xs) : 0 ≤ (((Term.num (.ofNat k)).mul s).add t).den xs :=
  Int.le_trans (fact_mul xs (.num (.ofNat k)) s (Int.natCast_nonneg k) hs) (by show _ ≤ Int.ofNat k * s.den xs + t.den xs; have := ht; show Int.ofNat k * s.den xs ≤ _; omega)
theorem sum_false (s : Term) (n : Nat) (hs : 0 ≤ s.den xs) (h : s.den xs = (Term.num (.negSucc n)).den xs) : False := by
  rw [h] at hs; exact nomatch hs
end Core.Ring

namespace Core.Tactic
open Core.Ring (Term)

/-- `0 ≤ term`, with its proof as a function of the list of atoms. -/
structure Fact where
  term : Term
  proof : Expr → Expr
structure Facts where
  atoms : List Expr
  facts : List Fact
  /-- what occurs squared -/
  squares : List Term

/-- The comparison that a proposition is: `(negated, strict, equality)`, type and sides, larger side last. -/
inductive Rel where
  | le | lt | eq
def comparison? (e : Expr) : Option (Rel × Expr × Expr × Expr) := match headArgs e [] with
  | (n, [t, _, a, b]) =>
    if n == ``LE.le then some (.le, t, a, b) else if n == ``LT.lt then some (.lt, t, a, b) else
    if n == ``GE.ge then some (.le, t, b, a) else if n == ``GT.gt then some (.lt, t, b, a) else none
  | (n, [t, a, b]) => if n == ``Eq then some (.eq, t, a, b) else none
  | _ => none
def negation? (e : Expr) : Option Expr := match headArgs e [] with
  | (n, [p]) => if n == ``Not then some p else none
  | _ => none

/-- Equal as polynomials; large ones count as different. -/
def sameSmall (a b : Term) : Bool := and (few 16 a) (and (few 16 b) (Term.sub a b).norm.isZero)
/-- The squares in a term: `t * t`, `t ^ 2` and other even powers. -/
def squaresOf : Term → List Term → List Term
  | .num _, acc => acc
  | .var _, acc => acc
  | .add a b, acc => squaresOf a (squaresOf b acc)
  | .sub a b, acc => squaresOf a (squaresOf b acc)
  | .neg a, acc => squaresOf a acc
  | .pow a n, acc =>
    let acc := squaresOf a acc
    if Nat.beq (n % 2) 0 then .pow a (n / 2) :: acc else acc
  | .mul a b, acc =>
    let acc := squaresOf a (squaresOf b acc)
    if sameSmall a b then a :: acc else acc

def addFact (proof type : Expr) (fs : Facts) : Facts :=
  let go (lemmas : List (Name × (Term → Term → Term))) (type a b : Expr) : Facts :=
    match reify type a fs.atoms with
    | none => fs
    | some (ra, as) => match reify type b as with
      | none => fs
      | some (rb, as) =>
        let new := lmap (fun l => Fact.mk (l.2 ra.term rb.term) fun xs =>
          app l.1 [xs, a, b, quoteTerm ra.term, quoteTerm rb.term, ra.proof xs, rb.proof xs, proof]) lemmas
        ⟨as, lappend fs.facts new, squaresOf ra.term (squaresOf rb.term fs.squares)⟩
  let pick (t : Expr) (i n : Name) : Name := if typeIs t intType then i else n
  let le (s t : Term) : Term := .sub t s
  let lt (s t : Term) : Term := .sub (.sub t s) (.num 1)
  match comparison? type with
  | some (.le, t, a, b) => go [(pick t ``Ring.fact_le ``Ring.nfact_le, le)] t a b
  | some (.lt, t, a, b) => go [(pick t ``Ring.fact_lt ``Ring.nfact_lt, lt)] t a b
  | some (.eq, t, a, b) => go [(pick t ``Ring.fact_eq ``Ring.nfact_eq, le), (pick t ``Ring.fact_eq' ``Ring.nfact_eq', fun s t => le t s)] t a b
  | none => match negation? type with
    | none => fs
    | some p => match comparison? p with
      | some (.le, t, a, b) => go [(pick t ``Ring.fact_not_le ``Ring.nfact_not_le, fun s t => lt t s)] t a b
      | some (.lt, t, a, b) => go [(pick t ``Ring.fact_not_lt ``Ring.nfact_not_lt, fun s t => le t s)] t a b
      | _ => fs
/-- What is known of the atoms that are natural numbers. -/
def atomFacts : List Expr → Nat → List Fact
  | [], _ => []
  | a :: as, i =>
    let rest := atomFacts as (i + 1)
    match headArgs a [] with
    | (n, [x]) => if n == ``Int.ofNat then ⟨.var i, fun _ => mkApp (const ``Ring.fact_nat) x⟩ :: rest else rest
    | (n, [x, e]) =>
      if n == ``intPow then match headArgs x [] with
        | (m, [b]) => if m == ``Int.ofNat then ⟨.var i, fun _ => app ``Ring.fact_nat_pow [b, e]⟩ :: rest else rest
        | _ => rest
      else rest
    | _ => rest
def nth : List Fact → Nat → Option Fact
  | [], _ => none
  | f :: _, 0 => some f
  | _ :: fs, n + 1 => nth fs n

/-- The sum of multiples of the facts, with the proof that it is nonnegative. -/
def sumOf (fs : List Fact) (xs : Expr) : List (Nat × Nat) → Term × Expr
  | [] => (.num 0, mkApp (const ``Ring.sum_nil) xs)
  | (i, k) :: ks =>
    let (t, h) := sumOf fs xs ks
    match nth fs i with
    | none => (t, h)
    | some f =>
      (.add (.mul (.num (.ofNat k)) f.term) t, app ``Ring.sum_cons [xs, mkRawNatLit k, quoteTerm f.term, quoteTerm t, f.proof xs, h])
/-- A proof of `False` from the facts. -/
def refuteFacts (atoms : List Expr) (fs : List Fact) : MetaM (Option Expr) := do
  let fs := lfold (fun acc f => if few (llength atoms) f.term then f :: acc else acc) [] (lfold (fun acc f => f :: acc) [] fs)
  match Simplex.refute (lmap (fun f => f.term.norm) fs) with
  | none => pure none
  | some ks =>
    let xs := quoteInts atoms
    let (s, h) := sumOf fs xs ks
    match Simplex.monomials s.norm 0 1 [] with
    | [(_, .negSucc n)] =>
      match ← proveEq (llength atoms) xs s (.num (.negSucc n)) with
      | some e => pure (some (app ``Ring.sum_false [xs, quoteTerm s, mkRawNatLit n, h, e]))
      | none => pure none
    | _ => pure none

/-- Comparisons that take part in products; beyond that, only the last ones (hints and the negated goal come last). -/
def maxFactors : Nat := 24
def products (fs : List Fact) : List Fact :=
  let rec go : List Fact → List Fact
    | [] => []
    | f :: fs => lappend (lmap (fun g => Fact.mk (.mul f.term g.term) fun xs =>
        app ``Ring.fact_mul [xs, quoteTerm f.term, quoteTerm g.term, f.proof xs, g.proof xs]) (f :: fs)) (go fs)
  go fs
def drop {α : Type} : Nat → List α → List α
  | 0, as => as
  | _ + 1, [] => []
  | n + 1, _ :: as => drop n as
def distinct : List Term → List Term
  | [] => []
  | t :: ts => t :: lfold (fun acc s => if sameSmall t s then acc else lappend acc [s]) [] (distinct ts)

/-- Closes the goal `False`. -/
def arith (nonlinear useHyps : Bool) (hints : List (Expr × Expr)) : TacticM Unit := do
  let hs ← hypotheses
  let all := lappend (if useHyps then hs else []) hints
  let fs := lfold (fun fs h => addFact h.1 h.2 fs) ⟨[], [], []⟩ all
  let linear := lappend (atomFacts fs.atoms 0) fs.facts
  match ← lift (refuteFacts fs.atoms linear) with
  | some h => closeMainGoal `linarith h
  | none =>
    if nonlinear then
      let squares := lmap (fun t => Fact.mk (.mul t t) fun xs => app ``Ring.fact_sq [xs, quoteTerm t]) (distinct fs.squares)
      let basis := lappend squares linear
      let factors := drop (llength basis - maxFactors) basis
      match ← lift (refuteFacts fs.atoms (lappend basis (products factors))) with
      | some h => closeMainGoal `nlinarith h
      | none => lift (fail "`nlinarith` failed: no sum of the hypotheses, their products and squares is contradictory")
    else lift (fail "`linarith` failed: no sum of multiples of the hypotheses is contradictory")

namespace Negate
variable {a b : Int} {m n : Nat}
theorem int_le (h : b < a → False) : a ≤ b := Int.le_of_not_lt h
theorem int_lt (h : b ≤ a → False) : a < b := Int.lt_of_not_le h
theorem int_eq (h : b < a → False) (h' : a < b → False) : a = b := Int.le_antisymm (int_le h) (int_le h')
theorem int_not_le (h : a ≤ b → False) : ¬ a ≤ b := h
theorem int_not_lt (h : a < b → False) : ¬ a < b := h
theorem nat_le (h : n < m → False) : m ≤ n := Nat.le_of_not_lt h
theorem nat_lt (h : n ≤ m → False) : m < n := Nat.lt_of_not_le h
theorem nat_eq (h : n < m → False) (h' : m < n → False) : m = n := Nat.le_antisymm (nat_le h) (nat_le h')
theorem nat_not_le (h : m ≤ n → False) : ¬ m ≤ n := h
theorem nat_not_lt (h : m < n → False) : ¬ m < n := h
end Negate
/-- Assume the opposite of the goal; a goal that is no comparison is dropped. -/
macro "negate_goal" : tactic => `(tactic| with_reducible first
  | refine Negate.int_le fun h => ?_
  | refine Negate.nat_le fun h => ?_
  | refine Negate.int_lt fun h => ?_
  | refine Negate.nat_lt fun h => ?_
  | refine Negate.int_eq (fun h => ?_) fun h => ?_
  | refine Negate.nat_eq (fun h => ?_) fun h => ?_
  | refine Negate.int_not_le fun h => ?_
  | refine Negate.nat_not_le fun h => ?_
  | refine Negate.int_not_lt fun h => ?_
  | refine Negate.nat_not_lt fun h => ?_
  | exfalso)
syntax hintList := (&" only")? (" [" term,* "]")?
syntax (name := linarithCore) "linarith_core" hintList : tactic
syntax (name := nlinarithCore) "nlinarith_core" hintList : tactic
/-- The odd-numbered children of a list with separators are dropped. -/
def elements : List Syntax → List Syntax
  | [] => []
  | [a] => [a]
  | a :: _ :: as => a :: elements as
def elabHints : List Syntax → TacticM (List (Expr × Expr))
  | [] => pure []
  | s :: ss => do
    let e ← elabTerm s none
    let t ← lift (Meta.inferType e)
    let t ← lift (instMVars t)
    let t ← lift (Meta.whnfR t)
    let e ← lift (instMVars e)
    let es ← elabHints ss
    pure ((e, t) :: es)
def runArith (nonlinear : Bool) (hintList : Syntax) : TacticM Unit := withMainContext do
  let only := not (Nat.beq (hintList.getArg 0).getNumArgs 0)
  let list := hintList.getArg 1
  let hints ← elabHints (elements ((list.getArg 1).getArgs.toList))
  arith nonlinear (not only) hints
@[tactic linarithCore] def evalLinarith : Tactic := fun stx => runArith false (stx.getArg 1)
@[tactic nlinarithCore] def evalNlinarith : Tactic := fun stx => runArith true (stx.getArg 1)
macro "linarith" h:hintList : tactic => `(tactic| (negate_goal <;> linarith_core $h))
macro "nlinarith" h:hintList : tactic => `(tactic| (negate_goal <;> nlinarith_core $h))
end Core.Tactic
