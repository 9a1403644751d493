prelude
import Core.Tactic.Linarith
import Core.Tactic.Eval
/-!
# `interval_cases`

`interval_cases x` splits the goal by the values that the hypotheses allow an integer or natural number `x`: comparisons of `x` with
closed terms, `0 ≤ x` for naturals. `interval_cases h : e` does the same for a term and keeps `h : e = value`.

Contract: the best bounds among the hypotheses count; at most `maxCases` cases.
-/
set_option autoImplicit false
set_option linter.all false
open Lean hiding Term
open Lean.Elab.Tactic
namespace Core.Tactic

def AmongNat (x lo : Nat) : Nat → Prop
  | 0 => x = lo
  | n + 1 => x = lo ∨ AmongNat x (lo + 1) n
theorem amongNat (x lo n : Nat) (h₁ : lo ≤ x) (h₂ : x ≤ lo + n) : AmongNat x lo n := by
  induction n generalizing lo with
  | zero => show x = lo; omega
  | succ n ih =>
    show x = lo ∨ AmongNat x (lo + 1) n
    by_cases h : x = lo
    · exact .inl h
    · exact .inr (ih (lo + 1) (by omega) (by omega))
def AmongInt (x lo : Int) : Nat → Prop
  | 0 => x = lo
  | n + 1 => x = lo ∨ AmongInt x (lo + 1) n
theorem amongInt (x lo : Int) (n : Nat) (h₁ : lo ≤ x) (h₂ : x ≤ lo + Int.ofNat n) : AmongInt x lo n := by
  have h₂ : x ≤ lo + (n : Int) := h₂
  induction n generalizing lo with
  | zero => show x = lo; omega
  | succ n ih =>
    show x = lo ∨ AmongInt x (lo + 1) n
    by_cases h : x = lo
    · exact .inl h
    · exact .inr (ih (lo + 1) (by omega) (by show x ≤ lo + 1 + (n : Int); omega) (by omega))
theorem orArrow (a b c : Prop) (f : a → c) (g : b → c) : a ∨ b → c := fun h => h.elim f g
theorem emptyNat (c : Prop) (x lo hi : Nat) (h₁ : lo ≤ x) (h₂ : x ≤ hi) (h : Nat.ble lo hi = false) : c :=
  absurd (Nat.ble_eq_true_of_le (Nat.le_trans h₁ h₂)) (by rw [h]; exact Bool.false_ne_true)
theorem emptyInt (c : Prop) (x lo hi : Int) (h₁ : lo ≤ x) (h₂ : x ≤ hi) (h : decide (hi < lo) = true) : c :=
  absurd (Int.le_trans h₁ h₂) (Int.not_le_of_lt (of_decide_eq_true h))
theorem rflFalse : false = false := rfl
namespace Bounds
variable {m n : Nat} {a b : Int}
theorem nat_lt (h : m < n) : m + 1 ≤ n := h
theorem nat_lt' (h : m < n) : m ≤ n - 1 := by omega
theorem nat_not_le (h : ¬ m ≤ n) : n + 1 ≤ m := by omega
theorem nat_not_le' (h : ¬ m ≤ n) : n ≤ m - 1 := by omega
theorem nat_not_lt (h : ¬ m < n) : n ≤ m := by omega
theorem int_lt (h : a < b) : a + 1 ≤ b := h
theorem int_lt' (h : a < b) : a ≤ b - 1 := by omega
theorem int_not_le (h : ¬ a ≤ b) : b + 1 ≤ a := by omega
theorem int_not_le' (h : ¬ a ≤ b) : b ≤ a - 1 := by omega
theorem int_not_lt (h : ¬ a < b) : b ≤ a := by omega
end Bounds

/-- A bound with the proof of `value ≤ x` or `x ≤ value`, where the kernel evaluates the closed side. -/
structure Bound where
  value : Int
  proof : Expr
structure Interval where
  lower : Option Bound
  upper : Option Bound
def better (less : Bool) (new : Bound) (old : Option Bound) : Option Bound := match old with
  | none => some new
  | some b => if (if less then intLe b.value new.value else intLe new.value b.value) then old else some new
def maxCases : Nat := 300

/-- What the hypothesis `h : p` says about `x`. -/
def addBound (nat : Bool) (x h p : Expr) (b : Interval) : Interval :=
  let val (e : Expr) : Option Int := if e.hasFVar then none else
    if nat then bind? (evalNat evalDepth e) fun n => some (Int.ofNat n) else evalInt evalDepth e
  let use (n : Name) (l r : Expr) : Expr := app n [l, r, h]
  let same (e : Expr) : Bool := Expr.eqv e.consumeMData x
  let lower (v : Option Int) (d : Int) (e : Expr) : Interval := match v with
    | none => b
    | some v => ⟨better false ⟨v + d, e⟩ b.lower, b.upper⟩
  let upper (v : Option Int) (d : Int) (e : Expr) : Interval := match v with
    | none => b
    | some v => ⟨b.lower, better true ⟨if and nat (isNegative (v + d)) then 0 else v + d, e⟩ b.upper⟩
  let pick (i n : Name) : Name := if nat then n else i
  match comparison? p with
  | some (.le, t, l, r) =>
    if same r then lower (val l) 0 h else if same l then upper (val r) 0 h else b
  | some (.lt, t, l, r) =>
    if same r then lower (val l) 1 (use (pick ``Bounds.int_lt ``Bounds.nat_lt) l r)
    else if same l then
      upper (val r) (-1) (use (pick ``Bounds.int_lt' ``Bounds.nat_lt') l r)
    else b
  | some (.eq, _, _, _) => b
  | none => match negation? p with
    | none => b
    | some p => match comparison? p with
      | some (.le, t, l, r) =>
        if same l then lower (val r) 1 (use (pick ``Bounds.int_not_le ``Bounds.nat_not_le) l r)
        else if same r then upper (val l) (-1) (use (pick ``Bounds.int_not_le' ``Bounds.nat_not_le') l r) else b
      | some (.lt, t, l, r) =>
        if same l then lower (val r) 0 (use (pick ``Bounds.int_not_lt ``Bounds.nat_not_lt) l r)
        else if same r then upper (val l) 0 (use (pick ``Bounds.int_not_lt ``Bounds.nat_not_lt) l r) else b
      | _ => b

/-- A numeral of the type. -/
def literal (nat : Bool) (v : Int) : Expr := if nat then mkNatLit (natAbs v) else mkIntLit v
/-- One goal `x = v → goal` for each value, and the proof of the goal from them and the disjunction that follows. -/
def caseChain (nat : Bool) (x goal : Expr) : Nat → Int → TacticM (Expr × List MVarId)
  | n, v => do
    let lit := literal nat v
    let eq ← lift (Meta.mkEq x lit)
    let m ← lift (Meta.mkFreshExprSyntheticOpaqueMVar (mkForall `h .default eq goal) .anonymous)
    let id := match m with
      | .mvar id => [id]
      | _ => []
    match n with
    | 0 => pure (m, id)
    | n + 1 => do
      let (rest, ids) ← caseChain nat x goal n (v + 1)
      let among := app (if nat then ``AmongNat else ``AmongInt) [x, literal nat (v + 1), mkRawNatLit n]
      pure (app ``orArrow [eq, among, goal, m, rest], lappend id ids)
syntax (name := splitInterval) "split_interval " term : tactic
@[tactic splitInterval] def evalSplitInterval : Tactic := fun stx => withMainContext do
  let x ← elabTerm (stx.getArg 1) none
  let x ← lift (instMVars x)
  let type ← lift (do Meta.whnfR (← Meta.inferType x))
  if not (or (typeIs type intType) (typeIs type natType)) then lift (fail "`interval_cases` in `core` splits integers and natural numbers")
  else do
    let nat := typeIs type natType
    let hs ← hypotheses
    let start : Option Bound := if nat then some ⟨0, mkApp (const ``Nat.zero_le) x⟩ else none
    let b := lfold (fun b h => addBound nat x h.1 h.2 b) ⟨start, none⟩ hs
    match b.lower, b.upper with
    | some l, some u => do
      let goal ← target
      let lo := literal nat l.value
      if intLe l.value u.value then do
        let n := natAbs (u.value - l.value)
        if Nat.ble maxCases n then lift (fail "`interval_cases` in `core` splits at most 300 cases") else do
          let (chain, ids) ← caseChain nat x goal n l.value
          let among := app (if nat then ``amongNat else ``amongInt) [x, lo, mkRawNatLit n, l.proof, u.proof]
          closeMainGoal `interval_cases (mkApp chain among) false
          let gs ← getGoals
          setGoals (lappend ids gs)
      else
        closeMainGoal `interval_cases (app (if nat then ``emptyNat else ``emptyInt)
          [goal, x, lo, literal nat u.value, l.proof, u.proof, const (if nat then ``rflFalse else ``rflTrue)])
    | none, _ => lift (failAt "`interval_cases` found no lower bound for " x)
    | _, none => lift (failAt "`interval_cases` found no upper bound for " x)
/-- `interval_cases x` and `interval_cases h : e`. -/
syntax "interval_cases " (atomic(ident " : "))? term : tactic
macro_rules
  | `(tactic| interval_cases $x:ident) => `(tactic| (split_interval $x <;> (intro h; subst h)))
  | `(tactic| interval_cases $h:ident : $e:term) => `(tactic| (generalize $h:ident : $e = y at *; split_interval y <;> intro h <;> subst h))
  | `(tactic| interval_cases $e:term) => `(tactic| (generalize $e = y at *; split_interval y <;> intro h <;> subst h))
end Core.Tactic
