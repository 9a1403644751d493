prelude
import Core.Int.Lemmas
/-!
# The facts by which `simp +arith` rewrites

The compiled `simp +arith` reads a linear term, equation, inequality or divisibility over ℕ or ℤ as data over numbered
atoms, computes its normal form, and cites a theorem of `Nat.Internal.Linear` or `Int.Internal.Linear` whose hypothesis is a computation
that comes out `true`. Names and types are the interface; here each such computation compares linear combinations (`Lean.Omega.LinearCombo`),
and the kernel repeats it.
-/
set_option autoImplicit false
set_option linter.all false
universe u
/-- `a`. The kernel evaluates both sides at once where it compares this with something. -/
def eagerReduce {α : Sort u} (a : α) : α := a

/-- A binary tree of values: the atoms by their numbers. -/
inductive Lean.RArray (α : Type u) : Type u where
  | leaf : α → RArray α
  | branch : Nat → RArray α → RArray α → RArray α

noncomputable section
def Lean.RArray.get {α : Type u} (a : RArray α) (n : Nat) : α :=
  RArray.rec (fun x => x) (fun p _ _ l r => Bool.rec l r (Nat.ble p n)) a

-- linear combinations of atoms ---------------------------------------------------------------------------
namespace Lean.Omega.Linear
open Coeffs Arith
def value : Coeffs → (Nat → Int) → Int
  | [], _ => 0
  | x :: xs, f => x * f 0 + value xs fun i => f (i + 1)
theorem value_map_mul (g : Int) (xs : Coeffs) (f : Nat → Int) : value (map (mul g) xs) f = g * value xs f := by
  induction xs generalizing f with
  | nil => exact (Int.mul_zero g).symm
  | cons x xs ih =>
    show mul g x * f 0 + value (map (mul g) xs) _ = g * (x * f 0 + value xs _)
    rw [ih, mul_eq, Int.mul_add, Int.mul_assoc]
theorem value_combo (a : Int) (xs : Coeffs) (b : Int) (ys : Coeffs) (f : Nat → Int) :
    value (combo a xs b ys) f = a * value xs f + b * value ys f := by
  induction xs generalizing ys f with
  | nil => show value (map (mul b) ys) f = a * 0 + _; rw [value_map_mul, Int.mul_zero, Int.zero_add]
  | cons x xs ih => cases ys with
    | nil => show value (map (mul a) (x :: xs)) f = _ + b * 0; rw [value_map_mul, Int.mul_zero, Int.add_zero]
    | cons y ys =>
      show add (mul a x) (mul b y) * f 0 + value (combo a xs b ys) _ = a * (x * f 0 + value xs _) + b * (y * f 0 + value ys _)
      rw [ih, add_eq, mul_eq, mul_eq, Int.mul_add, Int.mul_add, Int.add_mul, Int.mul_assoc, Int.mul_assoc]
      simp only [Int.add_assoc, Int.add_left_comm]
theorem value_single (i : Nat) (y : Int) (f : Nat → Int) : value (single i y) f = y * f i := by
  induction i generalizing f with
  | zero => exact Int.add_zero _
  | succ i ih => show 0 * f 0 + value (single i y) _ = _; rw [ih, Int.zero_mul, Int.zero_add]

def den (f : Nat → Int) (l : LinearCombo) : Int := l.const + value l.coeffs f
def const (k : Int) : LinearCombo := ⟨k, []⟩
def atom (i : Nat) : LinearCombo := ⟨0, single i 1⟩
def scale (k : Int) (l : LinearCombo) : LinearCombo := ⟨mul k l.const, map (mul k) l.coeffs⟩
def comb (a : Int) (l : LinearCombo) (b : Int) (r : LinearCombo) : LinearCombo :=
  ⟨add (mul a l.const) (mul b r.const), combo a l.coeffs b r.coeffs⟩
def sum (l r : LinearCombo) : LinearCombo := comb 1 l 1 r
def diff (l r : LinearCombo) : LinearCombo := comb 1 l (-1) r
variable (f : Nat → Int)
theorem den_const (k : Int) : den f (const k) = k := Int.add_zero k
theorem den_atom (i : Nat) : den f (atom i) = f i := by
  show 0 + value (single i 1) f = f i; rw [value_single, Int.one_mul, Int.zero_add]
theorem den_scale (k : Int) (l : LinearCombo) : den f (scale k l) = k * den f l := by
  show mul k l.const + value (map (mul k) l.coeffs) f = k * (l.const + value l.coeffs f)
  rw [mul_eq, value_map_mul, Int.mul_add]
theorem den_comb (a : Int) (l : LinearCombo) (b : Int) (r : LinearCombo) : den f (comb a l b r) = a * den f l + b * den f r := by
  show add (mul a l.const) (mul b r.const) + value (combo a l.coeffs b r.coeffs) f = a * (l.const + value l.coeffs f) + b * (r.const + value r.coeffs f)
  rw [add_eq, mul_eq, mul_eq, value_combo, Int.mul_add, Int.mul_add]; simp only [Int.add_assoc, Int.add_left_comm]
theorem den_sum (l r : LinearCombo) : den f (sum l r) = den f l + den f r := (den_comb f 1 l 1 r).trans (by omega)
theorem den_diff (l r : LinearCombo) : den f (diff l r) = den f l - den f r := (den_comb f 1 l (-1) r).trans (by omega)

/-! Comparisons -/
def isZero (a : Int) : Bool := Int.rec (fun n => Nat.rec true (fun _ _ => false) n) (fun _ => false) a
theorem eq_zero {a : Int} (h : isZero a = true) : a = 0 := by
  cases a with
  | ofNat n => cases n with
    | zero => rfl
    | succ n => exact nomatch h
  | negSucc n => exact nomatch h
theorem ne_zero {a : Int} (h : isZero a = false) : a ≠ 0 := fun e => by rw [e] at h; exact nomatch h
theorem nonneg {a : Int} (h : isNonneg a = true) : 0 ≤ a := isNonneg_iff.1 h
/-- Every coefficient satisfies `p`. -/
def every (p : Int → Bool) (xs : Coeffs) : Bool := List.rec true (fun x _ rest => Bool.rec false rest (p x)) xs
theorem every_cons {p : Int → Bool} {x : Int} {xs : Coeffs} (h : every p (x :: xs) = true) : p x = true ∧ every p xs = true := by
  have h : Bool.rec false (every p xs) (p x) = true := h
  cases e : p x <;> rw [e] at h
  · exact nomatch h
  · exact ⟨rfl, h⟩
theorem both {a b : Bool} (h : Bool.rec false b a = true) : a = true ∧ b = true := by
  cases a
  · exact nomatch h
  · exact ⟨rfl, h⟩
theorem neither {a : Bool} (h : Bool.rec true false a = true) : a = false := by
  cases a
  · rfl
  · exact nomatch h
def isNum (l : LinearCombo) : Bool := every isZero l.coeffs
theorem den_isNum {l : LinearCombo} (h : isNum l = true) : den f l = l.const := by
  have key : ∀ (xs : Coeffs) (f : Nat → Int), every isZero xs = true → value xs f = 0 := by
    intro xs
    induction xs with
    | nil => exact fun _ _ => rfl
    | cons x xs ih =>
      intro f h
      obtain ⟨hx, hxs⟩ := every_cons h
      show x * f 0 + value xs _ = 0
      rw [ih _ hxs, eq_zero hx, Int.zero_mul]; rfl
  show l.const + value l.coeffs f = l.const
  rw [key _ f h, Int.add_zero]
/-- Equal as linear combinations. -/
def same (l r : LinearCombo) : Bool := Bool.rec false (isZero (diff l r).const) (isNum (diff l r))
theorem den_same {l r : LinearCombo} (h : same l r = true) : den f l = den f r := by
  obtain ⟨h, h'⟩ := both h
  have e := den_diff f l r
  rw [den_isNum f h, eq_zero h'] at e
  omega
theorem value_nonneg (hf : ∀ i, 0 ≤ f i) {xs : Coeffs} (h : every isNonneg xs = true) : 0 ≤ value xs f := by
  induction xs generalizing f with
  | nil => exact Int.le_refl 0
  | cons x xs ih =>
    obtain ⟨hx, hxs⟩ := every_cons h
    have h₁ := Int.mul_nonneg (nonneg hx) (hf 0)
    have h₂ := ih _ (fun i => hf (i + 1)) hxs
    exact Int.add_nonneg h₁ h₂
theorem dvd_value {k : Int} {xs : Coeffs} (h : every (fun x => isZero (x % k)) xs = true) : k ∣ value xs f := by
  induction xs generalizing f with
  | nil => exact ⟨0, (Int.mul_zero k).symm⟩
  | cons x xs ih =>
    obtain ⟨hx, hxs⟩ := every_cons h
    obtain ⟨a, ha⟩ := Int.dvd_of_emod_eq_zero (eq_zero hx)
    obtain ⟨b, hb⟩ := ih (fun i => f (i + 1)) hxs
    exact ⟨a * f 0 + b, by show x * f 0 + value xs _ = _; rw [hb, Int.mul_add, ← Int.mul_assoc, ← ha]⟩
theorem mul_nonpos_iff {k x : Int} (hk : 0 < k) : k * x ≤ 0 ↔ x ≤ 0 := by
  constructor
  · intro h
    apply Classical.byContradiction
    intro hn
    have := Int.mul_pos hk (show 0 < x by omega)
    omega
  · intro h
    have := Int.mul_nonneg (show 0 ≤ k by omega) (show 0 ≤ -x by omega)
    rw [Int.mul_neg] at this
    omega
end Lean.Omega.Linear

-- natural numbers ------------------------------------------------------------------------------------------
namespace Nat.Internal.Linear
open Lean.Omega Lean.Omega.Linear Lean.Omega.Arith
abbrev Var := Nat
abbrev Context := Lean.RArray Nat
inductive Expr where
  | num (v : Nat)
  | var (i : Var)
  | add (a b : Expr)
  | mulL (k : Nat) (a : Expr)
  | mulR (a : Expr) (k : Nat)
structure ExprCnstr where
  eq : Bool
  lhs : Expr
  rhs : Expr
def Expr.denote (ctx : Context) (e : Expr) : Nat :=
  Expr.rec (fun v => v) (fun i => ctx.get i) (fun _ _ a b => a + b) (fun k _ a => k * a) (fun _ k a => a * k) e
def Expr.form (e : Expr) : LinearCombo :=
  Expr.rec (fun v => const (Int.ofNat v)) (fun i => atom i) (fun _ _ a b => sum a b) (fun k _ a => scale (Int.ofNat k) a) (fun _ k a => scale (Int.ofNat k) a) e
def values (ctx : Context) (i : Nat) : Int := (ctx.get i : Int)
variable (ctx : Context)
theorem Expr.den_form (e : Expr) : den (values ctx) e.form = (e.denote ctx : Int) := by
  induction e with
  | num v => exact den_const _ _
  | var i => exact den_atom _ i
  | add a b iha ihb => exact (den_sum _ a.form b.form).trans (by rw [iha, ihb]; rfl)
  | mulL k a ih => exact (den_scale _ (Int.ofNat k) a.form).trans (by rw [ih]; rfl)
  | mulR a k ih => exact (den_scale _ (Int.ofNat k) a.form).trans (by rw [ih, Int.mul_comm]; rfl)
def ExprCnstr.denote (ctx : Context) (c : ExprCnstr) : Prop :=
  Bool.rec (c.lhs.denote ctx ≤ c.rhs.denote ctx) (c.lhs.denote ctx = c.rhs.denote ctx) c.eq
def ExprCnstr.form (c : ExprCnstr) : LinearCombo := diff c.lhs.form c.rhs.form
theorem ExprCnstr.den_form (c : ExprCnstr) : den (values ctx) c.form = (c.lhs.denote ctx : Int) - (c.rhs.denote ctx : Int) := by
  rw [← Expr.den_form, ← Expr.den_form]; exact den_diff _ _ _
theorem Expr.eq_of_toNormPoly_eq (e e' : Expr) (h : same e.form e'.form = true) : e.denote ctx = e'.denote ctx := by
  have := den_same (values ctx) h
  rw [Expr.den_form, Expr.den_form] at this
  exact Int.natCast_inj this
theorem ExprCnstr.eq_of_toNormPoly_eq (c d : ExprCnstr)
    (h : Bool.rec false (same c.form d.form) (Bool.rec (Bool.rec true false d.eq) d.eq c.eq) = true) : c.denote ctx = d.denote ctx := by
  obtain ⟨he, h⟩ := both h
  have e := den_same (values ctx) h
  rw [c.den_form, d.den_form] at e
  obtain ⟨ceq, cl, cr⟩ := c; obtain ⟨deq, dl, dr⟩ := d
  have e : (cl.denote ctx : Int) - cr.denote ctx = (dl.denote ctx : Int) - dr.denote ctx := e
  cases ceq <;> cases deq
  · show (cl.denote ctx ≤ cr.denote ctx) = (dl.denote ctx ≤ dr.denote ctx)
    exact propext (by omega)
  · exact nomatch he
  · exact nomatch he
  · show (cl.denote ctx = cr.denote ctx) = (dl.denote ctx = dr.denote ctx)
    exact propext (by omega)
/-- Positive at every point. -/
def isPos (l : LinearCombo) : Bool := Bool.rec false (every isNonneg l.coeffs) (Arith.le 1 l.const)
theorem den_pos {l : LinearCombo} (h : isPos l = true) : 0 < den (values ctx) l := by
  obtain ⟨h, h'⟩ := both h
  have h₁ := Constraint.le_iff.1 h
  have h₂ := value_nonneg (values ctx) (fun i => Int.natCast_nonneg _) h'
  show 0 < l.const + value l.coeffs _
  omega
theorem ExprCnstr.eq_false_of_isUnsat (c : ExprCnstr)
    (h : Bool.rec (Bool.rec false (isPos (diff c.rhs.form c.lhs.form)) c.eq) true (isPos c.form) = true) : c.denote ctx = False := by
  have e := c.den_form ctx
  have e' := den_diff (values ctx) c.rhs.form c.lhs.form
  rw [Expr.den_form, Expr.den_form] at e'
  obtain ⟨ceq, l, r⟩ := c
  refine eq_false fun hc => ?_
  cases hp : isPos (ExprCnstr.form ⟨ceq, l, r⟩)
  · rw [hp] at h
    obtain ⟨heq, hr⟩ := both h
    have heq : ceq = true := heq
    subst heq
    have hc : l.denote ctx = r.denote ctx := hc
    have := den_pos ctx hr
    rw [e'] at this
    have this : 0 < (r.denote ctx : Int) - l.denote ctx := this
    omega
  · have := den_pos ctx hp
    rw [e] at this
    have this : 0 < (l.denote ctx : Int) - r.denote ctx := this
    cases ceq
    · have hc : l.denote ctx ≤ r.denote ctx := hc; omega
    · have hc : l.denote ctx = r.denote ctx := hc; omega
/-- Not negative at any point. -/
def isNat (l : LinearCombo) : Bool := Bool.rec false (every isNonneg l.coeffs) (isNonneg l.const)
theorem ExprCnstr.eq_true_of_isValid (c : ExprCnstr)
    (h : Bool.rec (isNat (diff c.rhs.form c.lhs.form)) (same c.lhs.form c.rhs.form) c.eq = true) : c.denote ctx = True := by
  obtain ⟨ceq, l, r⟩ := c
  refine eq_true ?_
  cases ceq
  · obtain ⟨h₁, h₂⟩ := both h
    have e := den_diff (values ctx) r.form l.form
    rw [Expr.den_form, Expr.den_form] at e
    have h₁ := nonneg h₁
    have h₂ := value_nonneg (values ctx) (fun i => Int.natCast_nonneg _) h₂
    have e : (diff r.form l.form).const + value (diff r.form l.form).coeffs (values ctx) = _ := e
    show l.denote ctx ≤ r.denote ctx
    have : 0 ≤ (r.denote ctx : Int) - l.denote ctx := by rw [← e]; exact Int.add_nonneg h₁ h₂
    omega
  · exact Expr.eq_of_toNormPoly_eq ctx l r h
end Nat.Internal.Linear

-- integers -------------------------------------------------------------------------------------------------
namespace Int
protected theorem not_le_eq (a b : Int) : (¬a ≤ b) = (b + 1 ≤ a) := propext Int.not_le
protected theorem not_ge_eq (a b : Int) : (¬a ≥ b) = (a + 1 ≤ b) := propext Int.not_le
protected theorem not_lt_eq (a b : Int) : (¬a < b) = (b ≤ a) := propext Int.not_lt
protected theorem not_gt_eq (a b : Int) : (¬a > b) = (a ≤ b) := propext Int.not_lt
end Int
namespace Int.Internal.Linear
open Lean.Omega Lean.Omega.Linear Lean.Omega.Arith
abbrev Var := Nat
abbrev Context := Lean.RArray Int
inductive Expr where
  | num (v : Int)
  | var (i : Var)
  | add (a b : Expr)
  | sub (a b : Expr)
  | neg (a : Expr)
  | mulL (k : Int) (a : Expr)
  | mulR (a : Expr) (k : Int)
inductive Poly where
  | num (k : Int)
  | add (k : Int) (v : Var) (p : Poly)
def Var.denote (ctx : Context) (i : Var) : Int := ctx.get i
def Expr.denote (ctx : Context) (e : Expr) : Int :=
  Expr.rec (fun v => v) (fun i => ctx.get i) (fun _ _ a b => a + b) (fun _ _ a b => a - b) (fun _ a => -a) (fun k _ a => k * a) (fun _ k a => a * k) e
def Expr.form (e : Expr) : LinearCombo :=
  Expr.rec (fun v => const v) (fun i => atom i) (fun _ _ a b => sum a b) (fun _ _ a b => diff a b) (fun _ a => scale (-1) a)
    (fun k _ a => scale k a) (fun _ k a => scale k a) e
def isOne (k : Int) : Bool := Int.rec (fun n => Nat.rec false (fun m _ => Nat.rec true (fun _ _ => false) m) n) (fun _ => false) k
/-- A monomial as `simp` writes it: without the factor 1. -/
def monomial (ctx : Context) (k : Int) (i : Var) : Int := Bool.rec (k * ctx.get i) (ctx.get i) (isOne k)
/-- `r` and the polynomial, as `simp` writes the sum: without a last 0. -/
def Poly.addTo (ctx : Context) (p : Poly) (r : Int) : Int :=
  Poly.rec (fun k r => Bool.rec (r + k) r (isZero k)) (fun k i _ rest r => rest (r + monomial ctx k i)) p r
def Poly.denote' (ctx : Context) (p : Poly) : Int := Poly.rec (fun k => k) (fun k i p _ => p.addTo ctx (monomial ctx k i)) p
def Poly.form (p : Poly) : LinearCombo := Poly.rec (fun k => const k) (fun k i _ p => comb k (atom i) 1 p) p
variable (ctx : Context)
theorem monomial_eq (k : Int) (i : Var) : monomial ctx k i = k * ctx.get i := by
  unfold monomial
  cases h : isOne k
  · rfl
  · have : k = 1 := by
      cases k with
      | ofNat n => match n, h with
        | 1, _ => rfl
      | negSucc n => exact nomatch h
    rw [this, Int.one_mul]
theorem Poly.addTo_eq (p : Poly) (r : Int) : p.addTo ctx r = r + den ctx.get p.form := by
  induction p generalizing r with
  | num k =>
    show Bool.rec (r + k) r (isZero k) = r + den ctx.get (const k)
    rw [den_const]
    cases h : isZero k
    · rfl
    · rw [eq_zero h]; exact (Int.add_zero r).symm
  | add k i p ih =>
    show p.addTo ctx (r + monomial ctx k i) = r + den ctx.get (comb k (atom i) 1 p.form)
    rw [ih, den_comb, den_atom, monomial_eq, Int.one_mul, Int.add_assoc]
theorem Poly.den_form (p : Poly) : den ctx.get p.form = p.denote' ctx := by
  cases p with
  | num k => exact den_const _ k
  | add k i p =>
    show den ctx.get (comb k (atom i) 1 p.form) = p.addTo ctx (monomial ctx k i)
    rw [Poly.addTo_eq, den_comb, den_atom, monomial_eq, Int.one_mul]
theorem Expr.den_form (e : Expr) : den ctx.get e.form = e.denote ctx := by
  induction e with
  | num v => exact den_const _ v
  | var i => exact den_atom _ i
  | add a b iha ihb => exact (den_sum _ a.form b.form).trans (by rw [iha, ihb]; rfl)
  | sub a b iha ihb => exact (den_diff _ a.form b.form).trans (by rw [iha, ihb]; rfl)
  | neg a ih => exact (den_scale _ (-1) a.form).trans (by rw [ih, LinearCombo.neg_one_mul]; rfl)
  | mulL k a ih => exact (den_scale _ k a.form).trans (by rw [ih]; rfl)
  | mulR a k ih => exact (den_scale _ k a.form).trans (by rw [ih, Int.mul_comm]; rfl)
theorem Expr.eq_of_norm_eq (e : Expr) (p : Poly) (h : same e.form p.form = true) : e.denote ctx = p.denote' ctx := by
  rw [← e.den_form, ← p.den_form]; exact den_same _ h

variable (lhs rhs : Expr)
theorem den_diff_form : den ctx.get (diff lhs.form rhs.form) = lhs.denote ctx - rhs.denote ctx := by
  rw [den_diff, Expr.den_form, Expr.den_form]
theorem diff_eq {l : LinearCombo} (h : same (diff lhs.form rhs.form) l = true) : lhs.denote ctx - rhs.denote ctx = den ctx.get l := by
  rw [← den_diff_form]; exact den_same _ h
theorem norm_eq (p : Poly) (h : same (diff lhs.form rhs.form) p.form = true) : (lhs.denote ctx = rhs.denote ctx) = (p.denote' ctx = 0) := by
  have e := diff_eq ctx lhs rhs h
  rw [p.den_form] at e; exact propext (by omega)
theorem norm_le (p : Poly) (h : same (diff lhs.form rhs.form) p.form = true) : (lhs.denote ctx ≤ rhs.denote ctx) = (p.denote' ctx ≤ 0) := by
  have e := diff_eq ctx lhs rhs h
  rw [p.den_form] at e; exact propext (by omega)
theorem norm_eq_var (x y : Var) (h : same (diff lhs.form rhs.form) (diff (atom x) (atom y)) = true) :
    (lhs.denote ctx = rhs.denote ctx) = (x.denote ctx = y.denote ctx) := by
  have e := diff_eq ctx lhs rhs h
  rw [den_diff, den_atom, den_atom] at e
  show _ = (ctx.get x = ctx.get y)
  exact propext (by omega)
theorem norm_eq_var_const (x : Var) (k : Int) (h : same (diff lhs.form rhs.form) (diff (atom x) (const k)) = true) :
    (lhs.denote ctx = rhs.denote ctx) = (x.denote ctx = k) := by
  have e := diff_eq ctx lhs rhs h
  rw [den_diff, den_atom, den_const] at e
  show _ = (ctx.get x = k)
  exact propext (by omega)
theorem coeff_eq (p : Poly) (k : Int) (h : Bool.rec false (same (diff lhs.form rhs.form) (scale k p.form)) (Arith.le 1 k) = true) :
    0 < k ∧ lhs.denote ctx - rhs.denote ctx = k * p.denote' ctx := by
  obtain ⟨hk, h⟩ := both h
  have e := diff_eq ctx lhs rhs h
  rw [den_scale, p.den_form] at e
  exact ⟨Constraint.le_iff.1 hk, e⟩
theorem norm_eq_coeff (p : Poly) (k : Int) (h : Bool.rec false (same (diff lhs.form rhs.form) (scale k p.form)) (Arith.le 1 k) = true) :
    (lhs.denote ctx = rhs.denote ctx) = (p.denote' ctx = 0) := by
  obtain ⟨hk, e⟩ := coeff_eq ctx lhs rhs p k h
  refine propext ⟨fun h => ?_, fun h => ?_⟩
  · rw [h, Int.sub_self] at e
    exact (Int.mul_eq_zero.1 e.symm).resolve_left (by omega)
  · rw [h, Int.mul_zero] at e; omega
theorem norm_le_coeff (p : Poly) (k : Int) (h : Bool.rec false (same (diff lhs.form rhs.form) (scale k p.form)) (Arith.le 1 k) = true) :
    (lhs.denote ctx ≤ rhs.denote ctx) = (p.denote' ctx ≤ 0) := by
  obtain ⟨hk, e⟩ := coeff_eq ctx lhs rhs p k h
  rw [← mul_nonpos_iff hk (x := p.denote' ctx), ← e]
  exact propext (by omega)
/-- What rounding adds to the constant. -/
def slack (lhs rhs : Expr) (p : Poly) (k : Int) : LinearCombo := diff (scale k p.form) (diff lhs.form rhs.form)
theorem norm_le_coeff_tight (p : Poly) (k : Int)
    (h : Bool.rec false (Bool.rec false (isNonneg (slack lhs rhs p k).const) (Arith.le (add (slack lhs rhs p k).const 1) k))
      (isNum (slack lhs rhs p k)) = true) : (lhs.denote ctx ≤ rhs.denote ctx) = (p.denote' ctx ≤ 0) := by
  obtain ⟨h, h'⟩ := both h
  obtain ⟨h₁, h₀⟩ := both h'
  have h₁ := Constraint.le_iff.1 h₁
  have h₀ := nonneg h₀
  rw [add_eq] at h₁
  have e := den_diff ctx.get (scale k p.form) (diff lhs.form rhs.form)
  rw [den_diff_form, den_scale, p.den_form] at e
  have e : den ctx.get (slack lhs rhs p k) = _ := e
  rw [den_isNum _ h] at e
  refine propext ⟨fun hle => Classical.byContradiction fun hn => ?_, fun hle => ?_⟩
  · have := Int.mul_le_mul_of_nonneg_left (show 1 ≤ p.denote' ctx by omega) (show 0 ≤ k by omega)
    rw [Int.mul_one] at this
    omega
  · have := (mul_nonpos_iff (show 0 < k by omega)).2 hle
    omega
theorem eq_eq_true (h : same lhs.form rhs.form = true) : (lhs.denote ctx = rhs.denote ctx) = True := by
  rw [← lhs.den_form, ← rhs.den_form]; exact eq_true (den_same _ h)
theorem diff_const (h : isNum (diff lhs.form rhs.form) = true) : lhs.denote ctx - rhs.denote ctx = (diff lhs.form rhs.form).const := by
  rw [← den_diff_form]; exact den_isNum _ h
theorem eq_eq_false (h : Bool.rec false (Bool.rec true false (isZero (diff lhs.form rhs.form).const)) (isNum (diff lhs.form rhs.form)) = true) :
    (lhs.denote ctx = rhs.denote ctx) = False := by
  obtain ⟨h, h'⟩ := both h
  have e := diff_const ctx lhs rhs h
  have h' := ne_zero (neither h')
  exact eq_false (by omega)
theorem le_eq_true (h : Bool.rec false (Arith.le (diff lhs.form rhs.form).const 0) (isNum (diff lhs.form rhs.form)) = true) :
    (lhs.denote ctx ≤ rhs.denote ctx) = True := by
  obtain ⟨h, h'⟩ := both h
  have e := diff_const ctx lhs rhs h
  have h' := Constraint.le_iff.1 h'
  exact eq_true (by omega)
theorem le_eq_false (h : Bool.rec false (Arith.le 1 (diff lhs.form rhs.form).const) (isNum (diff lhs.form rhs.form)) = true) :
    (lhs.denote ctx ≤ rhs.denote ctx) = False := by
  obtain ⟨h, h'⟩ := both h
  have e := diff_const ctx lhs rhs h
  have h' := Constraint.le_iff.1 h'
  exact eq_false (by omega)
theorem eq_eq_false_of_divCoeff (k : Int) (h : Bool.rec false (Bool.rec true false (isZero ((diff lhs.form rhs.form).const % k)))
    (every (fun x => isZero (x % k)) (diff lhs.form rhs.form).coeffs) = true) : (lhs.denote ctx = rhs.denote ctx) = False := by
  obtain ⟨h, h'⟩ := both h
  have h' := ne_zero (neither h')
  obtain ⟨c, hc⟩ := dvd_value ctx.get h
  have e : (diff lhs.form rhs.form).const + value (diff lhs.form rhs.form).coeffs ctx.get = _ := den_diff_form ctx lhs rhs
  refine eq_false fun heq => h' (Int.emod_eq_zero_of_dvd ⟨-c, ?_⟩)
  rw [heq, Int.sub_self, hc] at e
  rw [Int.mul_neg]; omega

theorem norm_dvd (k : Int) (e : Expr) (p : Poly) (h : same e.form p.form = true) : (k ∣ e.denote ctx) = (k ∣ p.denote' ctx) := by
  rw [Expr.eq_of_norm_eq ctx e p h]
theorem norm_dvd_gcd (k₁ : Int) (e₁ : Expr) (k₂ : Int) (p₂ : Poly) (g : Int)
    (h : Bool.rec false (Bool.rec false (same e₁.form (scale g p₂.form)) (same (const k₁) (scale g (const k₂)))) (Bool.rec true false (isZero g)) = true) :
    (k₁ ∣ e₁.denote ctx) = (k₂ ∣ p₂.denote' ctx) := by
  obtain ⟨hg, h⟩ := both h
  obtain ⟨hk, h⟩ := both h
  have hk := den_same ctx.get hk
  have h := den_same ctx.get h
  rw [den_const, den_scale, den_const] at hk
  rw [den_scale, e₁.den_form, p₂.den_form] at h
  rw [hk, h]
  exact propext ⟨fun ⟨c, hc⟩ => ⟨c, Int.eq_of_mul_eq_mul_left (ne_zero (neither hg)) (by rw [hc, Int.mul_assoc])⟩,
    fun ⟨c, hc⟩ => ⟨c, by rw [hc, Int.mul_assoc]⟩⟩
theorem dvd_eq_false (k : Int) (e : Expr)
    (h : Bool.rec true false (isZero (e.form.const % (Nat.gcd (Arith.natAbs k) (Coeffs.gcd e.form.coeffs) : Int))) = true) : (k ∣ e.denote ctx) = False := by
  have h := ne_zero (neither h)
  have key : ∀ (xs : Coeffs) (f : Nat → Int), (Coeffs.gcd xs : Int) ∣ value xs f := by
    intro xs
    induction xs with
    | nil => exact fun _ => ⟨0, rfl⟩
    | cons x xs ih =>
      intro f
      have h₁ : Coeffs.gcd (x :: xs) ∣ Int.natAbs x := Arith.natAbs_eq x ▸ Nat.gcd_dvd_left (Arith.natAbs x) (Coeffs.gcd xs)
      have h₂ : Coeffs.gcd (x :: xs) ∣ Coeffs.gcd xs := Nat.gcd_dvd_right (Arith.natAbs x) (Coeffs.gcd xs)
      exact dvd_add ((Int.natCast_dvd.2 h₁).mul_right _) (dvd_trans (Int.natCast_dvd_natCast.2 h₂) (ih _))
  refine eq_false fun hk => h (Int.emod_eq_zero_of_dvd ?_)
  have e₁ : e.form.const + value e.form.coeffs ctx.get = _ := e.den_form ctx
  have hg : (Nat.gcd (Arith.natAbs k) (Coeffs.gcd e.form.coeffs) : Int) ∣ k := Int.natCast_dvd.2 (Arith.natAbs_eq k ▸ Nat.gcd_dvd_left _ _)
  have h₂ := dvd_trans (Int.natCast_dvd_natCast.2 (Nat.gcd_dvd_right (Arith.natAbs k) (Coeffs.gcd e.form.coeffs))) (key e.form.coeffs ctx.get)
  have := dvd_sub (dvd_trans hg hk) h₂
  rw [← e₁, Int.add_sub_cancel] at this
  exact this
end Int.Internal.Linear
