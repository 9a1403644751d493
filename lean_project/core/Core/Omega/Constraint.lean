prelude
import Core.Omega.LinearCombo
/-!
# Constraints

The steps of an `omega` certificate: combining, tidying and refuting linear constraints.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

noncomputable section
namespace Lean.Omega
open Coeffs
abbrev LowerBound := Option Int
abbrev UpperBound := Option Int
structure Constraint where
  lowerBound : LowerBound
  upperBound : UpperBound
namespace Constraint
def lowerSat (b : Option Int) (t : Int) : Prop := Option.rec True (fun l => l ≤ t) b
def upperSat (b : Option Int) (t : Int) : Prop := Option.rec True (fun u => t ≤ u) b
def sat (c : Constraint) (t : Int) : Prop := lowerSat c.lowerBound t ∧ upperSat c.upperBound t
def sat' (c : Constraint) (x y : Coeffs) : Prop := c.sat (dot x y)
def omap (f : Int → Int) (a : Option Int) : Option Int := Option.rec none (fun x => some (f x)) a
def omap2 (f : Int → Int → Int) (a b : Option Int) : Option Int := Option.rec none (fun x => Option.rec none (fun y => some (f x y)) b) a
def omerge (f : Int → Int → Int) (a b : Option Int) : Option Int := Option.rec b (fun x => Option.rec a (fun y => some (f x y)) b) a
/-- `max` and `min` -/
def omax (a b : Int) : Int := Bool.rec a b (Arith.le a b)
def omin (a b : Int) : Int := Bool.rec b a (Arith.le a b)
def neg (c : Constraint) : Constraint := ⟨omap Arith.neg c.upperBound, omap Arith.neg c.lowerBound⟩
def trivial : Constraint := ⟨none, none⟩
def impossible : Constraint := ⟨some 1, some 0⟩
def exact (r : Int) : Constraint := ⟨some r, some r⟩
/-- Some lower bound exceeds the upper one. -/
def isImpossible (c : Constraint) : Bool :=
  Option.rec false (fun l => Option.rec false (fun u => Bool.rec true false (Arith.le l u)) c.upperBound) c.lowerBound
def scale (k : Int) (c : Constraint) : Constraint :=
  Int.rec (fun n => Nat.rec (Bool.rec (exact 0) c (isImpossible c)) (fun _ _ => ⟨omap (Arith.mul k) c.lowerBound, omap (Arith.mul k) c.upperBound⟩) n)
    (fun _ => ⟨omap (Arith.mul k) c.upperBound, omap (Arith.mul k) c.lowerBound⟩) k
def add (x y : Constraint) : Constraint :=
  ⟨omap2 Arith.add x.lowerBound y.lowerBound, omap2 Arith.add x.upperBound y.upperBound⟩
def combo (a : Int) (x : Constraint) (b : Int) (y : Constraint) : Constraint := add (scale a x) (scale b y)
def combine (x y : Constraint) : Constraint :=
  ⟨omerge omax x.lowerBound y.lowerBound, omerge omin x.upperBound y.upperBound⟩
def div (c : Constraint) (k : Nat) : Constraint :=
  ⟨omap (fun x => Arith.neg (Int.ediv (Arith.neg x) k)) c.lowerBound, omap (Int.ediv · k) c.upperBound⟩
theorem le_iff {a b : Int} : Arith.le a b = true ↔ a ≤ b := by
  have e : Arith.add b (Arith.neg a) = b - a := by rw [Arith.add_eq, Arith.neg_eq]; rfl
  show Arith.isNonneg (Arith.add b (Arith.neg a)) = true ↔ Int.NonNeg (b - a)
  rw [e]
  cases b - a with
  | ofNat n => exact ⟨fun _ => ⟨n⟩, fun _ => rfl⟩
  | negSucc n => exact ⟨(nomatch ·), (nomatch ·)⟩
theorem not_isImpossible {l u t : Int} (h₁ : l ≤ t) (h₂ : t ≤ u) : isImpossible ⟨some l, some u⟩ = false := by
  show Bool.rec true false (Arith.le l u) = false
  rw [le_iff.2 (Int.le_trans h₁ h₂)]
theorem addInequality_sat {c : Int} {x y : Coeffs} (w : c + dot x y ≥ 0) : (⟨some (-c), none⟩ : Constraint).sat' x y := by
  refine ⟨?_, ⟨⟩⟩
  show -c ≤ dot x y
  have := Int.add_le_add_left w (-c)
  rw [← Int.add_assoc, Int.add_left_neg, Int.zero_add, Int.add_zero] at this
  exact this
theorem addEquality_sat {c : Int} {x y : Coeffs} (w : c + dot x y = 0) : (⟨some (-c), some (-c)⟩ : Constraint).sat' x y := by
  have e : dot x y = -c := Int.add_left_cancel (a := c) (by rw [w, Int.add_right_neg])
  constructor
  · show -c ≤ dot x y; rw [e]; exact Int.le_refl _
  · show dot x y ≤ -c; rw [e]; exact Int.le_refl _
theorem max_le {a b t : Int} (h₁ : a ≤ t) (h₂ : b ≤ t) : omax a b ≤ t := by
  unfold omax; cases Arith.le a b <;> assumption
theorem le_min {a b t : Int} (h₁ : t ≤ a) (h₂ : t ≤ b) : t ≤ omin a b := by
  unfold omin; cases Arith.le a b <;> assumption
theorem combine_sat' {s t : Constraint} {x y : Coeffs} (ws : s.sat' x y) (wt : t.sat' x y) : (s.combine t).sat' x y := by
  obtain ⟨l₁, u₁⟩ := s; obtain ⟨l₂, u₂⟩ := t
  obtain ⟨a, b⟩ := ws; obtain ⟨c, d⟩ := wt
  constructor
  · cases l₁ <;> cases l₂ <;> first | exact ⟨⟩ | exact a | exact c | exact max_le a c
  · cases u₁ <;> cases u₂ <;> first | exact ⟨⟩ | exact b | exact d | exact le_min b d
theorem not_sat'_of_isImpossible {c : Constraint} (h : isImpossible c = true) {x y : Coeffs} : ¬ c.sat' x y := by
  intro ⟨a, b⟩
  obtain ⟨l, u⟩ := c
  cases l with
  | none => cases h
  | some l => cases u with
    | none => cases h
    | some u => rw [not_isImpossible a b] at h; exact nomatch h
theorem scale_sat {c : Constraint} {t : Int} (k : Int) (w : c.sat t) : (scale k c).sat (k * t) := by
  obtain ⟨l, u⟩ := c
  obtain ⟨a, b⟩ := w
  match k with
  | .ofNat 0 =>
    have e : (isImpossible ⟨l, u⟩) = false := by
      cases l with
      | none => rfl
      | some l => cases u with
        | none => rfl
        | some u => exact not_isImpossible a b
    show (Bool.rec (exact 0) ⟨l, u⟩ (isImpossible ⟨l, u⟩) : Constraint).sat (0 * t)
    rw [e, Int.zero_mul]; exact ⟨Int.le_refl 0, Int.le_refl 0⟩
  | .ofNat (n + 1) =>
    constructor
    · cases l with
      | none => exact ⟨⟩
      | some l => show Arith.mul (n + 1 : Nat) l ≤ _; rw [Arith.mul_eq]; exact Int.mul_le_mul_left (n + 1) a
    · cases u with
      | none => exact ⟨⟩
      | some u => show _ ≤ Arith.mul (n + 1 : Nat) u; rw [Arith.mul_eq]; exact Int.mul_le_mul_left (n + 1) b
  | .negSucc n =>
    constructor
    · cases u with
      | none => exact ⟨⟩
      | some u => show Arith.mul (-((n + 1 : Nat) : Int)) u ≤ -((n + 1 : Nat) : Int) * t
                  rw [Arith.mul_eq, Int.neg_mul, Int.neg_mul]; exact Int.neg_le_neg (Int.mul_le_mul_left (n + 1) b)
    · cases l with
      | none => exact ⟨⟩
      | some l => show -((n + 1 : Nat) : Int) * t ≤ Arith.mul (-((n + 1 : Nat) : Int)) l
                  rw [Arith.mul_eq, Int.neg_mul, Int.neg_mul]; exact Int.neg_le_neg (Int.mul_le_mul_left (n + 1) a)
theorem add_sat {c d : Constraint} {x y : Int} (w₁ : c.sat x) (w₂ : d.sat y) : (c.add d).sat (x + y) := by
  obtain ⟨l₁, u₁⟩ := c; obtain ⟨l₂, u₂⟩ := d
  obtain ⟨a, b⟩ := w₁; obtain ⟨a', b'⟩ := w₂
  constructor
  · cases l₁ <;> cases l₂ <;> first | exact ⟨⟩ | (show Arith.add _ _ ≤ _; rw [Arith.add_eq]; exact Int.add_le_add a a')
  · cases u₁ <;> cases u₂ <;> first | exact ⟨⟩ | (show _ ≤ Arith.add _ _; rw [Arith.add_eq]; exact Int.add_le_add b b')
end Constraint
open Constraint
theorem combo_sat' (s t : Constraint) (a : Int) (x : Coeffs) (b : Int) (y v : Coeffs) (ws : s.sat' x v) (wt : t.sat' y v) :
    (Constraint.combo a s b t).sat' (Coeffs.combo a x b y) v := by
  unfold Constraint.sat'
  rw [dot_combo]
  exact add_sat (scale_sat a ws) (scale_sat b wt)
def positive (s : Constraint) (x : Coeffs) : Constraint × Coeffs :=
  Bool.rec (s.neg, Coeffs.smul x (-1)) (s, x) (isPositive x)
/-- Zero is between the bounds. -/
def allowsZero (s : Constraint) : Bool :=
  Bool.rec false (Option.rec true (fun u => Arith.isNonneg u) s.upperBound) (Option.rec true (fun l => Arith.isNonneg (Arith.neg l)) s.lowerBound)
def norm (s : Constraint) (x : Coeffs) (g : Nat) : Constraint × Coeffs :=
  Nat.rec (Bool.rec (impossible, x) (trivial, x) (allowsZero s))
    (fun n _ => Nat.rec (s, x) (fun _ _ => (s.div (n + 1), Coeffs.sdiv x ((n + 1 : Nat) : Int))) n) g
def tidy (s : Constraint) (x : Coeffs) : Constraint × Coeffs :=
  norm (positive s x).1 (positive s x).2 (Coeffs.gcd (positive s x).2)
def tidyConstraint (s : Constraint) (x : Coeffs) : Constraint := (tidy s x).1
def tidyCoeffs (s : Constraint) (x : Coeffs) : Coeffs := (tidy s x).2
theorem positive_sat {s : Constraint} {x v : Coeffs} (w : s.sat' x v) : (positive s x).1.sat' (positive s x).2 v := by
  unfold positive
  cases isPositive x
  · obtain ⟨l, u⟩ := s
    obtain ⟨a, b⟩ := w
    show (Constraint.neg ⟨l, u⟩).sat (dot (Coeffs.smul x (-1)) v)
    rw [dot_smul, LinearCombo.neg_one_mul]
    constructor
    · cases u with
      | none => exact ⟨⟩
      | some u => show Arith.neg u ≤ _; rw [Arith.neg_eq]; exact Int.neg_le_neg b
    · cases l with
      | none => exact ⟨⟩
      | some l => show _ ≤ Arith.neg l; rw [Arith.neg_eq]; exact Int.neg_le_neg a
  · exact w
theorem isNonneg_iff {a : Int} : Arith.isNonneg a = true ↔ 0 ≤ a := by
  rw [← le_iff]; show Arith.isNonneg a = true ↔ Arith.isNonneg (Arith.add a 0) = true
  rw [Arith.add_eq, Int.add_zero]
theorem allowsZero_of_sat {s : Constraint} (h : s.sat 0) : allowsZero s = true := by
  obtain ⟨l, u⟩ := s
  obtain ⟨a, b⟩ := h
  have h₁ : (Option.rec true (fun l => Arith.isNonneg (Arith.neg l)) l : Bool) = true := by
    cases l with
    | none => rfl
    | some l => exact isNonneg_iff.2 (by rw [Arith.neg_eq]; exact Int.neg_le_neg a)
  have h₂ : (Option.rec true (fun u => Arith.isNonneg u) u : Bool) = true := by
    cases u with
    | none => rfl
    | some u => exact isNonneg_iff.2 b
  show (Bool.rec false (Option.rec true (fun u => Arith.isNonneg u) u) (Option.rec true (fun l => Arith.isNonneg (Arith.neg l)) l) : Bool) = true
  rw [h₁]; exact h₂
theorem norm_sat {s : Constraint} {x v : Coeffs} (g : Nat) (hg : g = Coeffs.gcd x) (w : s.sat' x v) : (norm s x g).1.sat' (norm s x g).2 v := by
  match g, hg with
  | 0, hg =>
    have e : s.sat 0 := dot_gcd_zero x v hg.symm ▸ w
    show (Bool.rec (impossible, x) (trivial, x) (allowsZero s) : Constraint × Coeffs).1.sat' _ v
    rw [allowsZero_of_sat e]; exact ⟨⟨⟩, ⟨⟩⟩
  | 1, _ => exact w
  | n + 2, hg =>
    obtain ⟨l, u⟩ := s
    obtain ⟨a, b⟩ := w
    have e := dot_sdiv x (n + 1) v (hg ▸ Nat.dvd_refl _)
    show (Constraint.div ⟨l, u⟩ (n + 2)).sat (dot (Coeffs.sdiv x ((n + 2 : Nat) : Int)) v)
    constructor
    · cases l with
      | none => exact ⟨⟩
      | some l =>
        have h : l ≤ ((n + 1 + 1 : Nat) : Int) * dot (Coeffs.sdiv x ((n + 1 + 1 : Nat) : Int)) v := by rw [e]; exact a
        have h' := Int.neg_le_neg h
        rw [← Int.mul_neg] at h'
        have h'' := Int.neg_le_neg (Int.le_ediv h')
        rw [Int.neg_neg] at h''
        show Arith.neg (Int.ediv (Arith.neg l) _) ≤ _
        rw [Arith.neg_eq, Arith.neg_eq]; exact h''
    · cases u with
      | none => exact ⟨⟩
      | some u =>
        have h : ((n + 1 + 1 : Nat) : Int) * dot (Coeffs.sdiv x ((n + 1 + 1 : Nat) : Int)) v ≤ u := by rw [e]; exact b
        exact Int.le_ediv h
theorem tidy_sat {s : Constraint} {x v : Coeffs} (w : s.sat' x v) : (tidyConstraint s x).sat' (tidyCoeffs s x) v :=
  norm_sat _ rfl (positive_sat w)
def bmod_of (m : Nat) (x : Coeffs) : Coeffs := map (Int.bmod · m) x
def bmod_div_term (m : Nat) (a b : Coeffs) : Int := (Int.bmod (dot a b) m - dot (bmod_of m a) b) / (m : Int)
def bmod_coeffs (m i : Nat) (x : Coeffs) : Coeffs := Coeffs.set (bmod_of m x) i (m : Int)
theorem length_map (f : Int → Int) (x : Coeffs) : Coeffs.length (map f x) = Coeffs.length x := by
  induction x with
  | nil => rfl
  | cons a x ih => exact congrArg (· + 1) ih
theorem dot_set (x v : Coeffs) (i : Nat) (m : Int) (h : Coeffs.length x ≤ i) : dot (Coeffs.set x i m) v = dot x v + m * Coeffs.get v i := by
  induction v generalizing x i with
  | nil => rw [dot_nil_right, dot_nil_right]; show 0 = 0 + m * 0; simp
  | cons z v ih => cases x with
    | nil => cases i with
      | zero => show m * z + dot [] v = 0 + m * z; rw [dot_nil, Int.add_zero, Int.zero_add]
      | succ i =>
        show 0 * z + dot (Coeffs.set [] i m) v = 0 + m * Coeffs.get v i
        rw [ih [] i (Nat.zero_le i), dot_nil, Int.zero_mul, Int.zero_add]
    | cons a x => cases i with
      | zero => exact absurd h (Nat.not_succ_le_zero _)
      | succ i => show a * z + dot (Coeffs.set x i m) v = a * z + dot x v + m * Coeffs.get v i; rw [ih x i (Nat.le_of_succ_le_succ h), Int.add_assoc]
theorem bmod_dot (m : Nat) (x v : Coeffs) : ∃ c, dot (bmod_of m x) v = dot x v + (m : Int) * c := by
  induction v generalizing x with
  | nil => exact ⟨0, by rw [dot_nil_right, dot_nil_right, Int.mul_zero]; rfl⟩
  | cons z v ih => cases x with
    | nil => exact ⟨0, by rw [Int.mul_zero]; rfl⟩
    | cons a x =>
      obtain ⟨c, hc⟩ := ih x
      obtain ⟨d, hd⟩ := Int.bmod_eq a m
      refine ⟨d * z + c, ?_⟩
      show Int.bmod a m * z + dot (bmod_of m x) v = a * z + dot x v + (m : Int) * (d * z + c)
      rw [hc, hd, Int.add_mul, Int.mul_add, Int.mul_assoc]; simp [Int.add_assoc, Int.add_left_comm]
theorem bmod_sat (m : Nat) (r : Int) (i : Nat) (x v : Coeffs) (h : Coeffs.length x ≤ i) (p : Coeffs.get v i = bmod_div_term m x v)
    (w : (Constraint.exact r).sat' x v) : (Constraint.exact (Int.bmod r m)).sat' (bmod_coeffs m i x) v := by
  have hr : dot x v = r := Int.le_antisymm w.2 w.1
  obtain ⟨c, hc⟩ := bmod_dot m x v
  obtain ⟨d, hd⟩ := Int.bmod_eq (dot x v) m
  have hl : Coeffs.length (bmod_of m x) ≤ i := Nat.le_trans (Nat.le_of_eq (length_map (Int.bmod · m) x)) h
  have key : dot (bmod_coeffs m i x) v = Int.bmod r m := by
    show dot (Coeffs.set (bmod_of m x) i (m : Int)) v = _
    rw [dot_set _ _ _ _ hl, p]
    have hdiv : Int.bmod (dot x v) m - dot (bmod_of m x) v = (m : Int) * (d - c) := by
      rw [hc, hd, Int.mul_sub, Int.sub_eq_add_neg, Int.neg_add, Int.sub_eq_add_neg]
      rw [Int.add_left_comm (dot x v + _), ← Int.add_assoc (-dot x v), ← Int.add_assoc (-dot x v), Int.add_left_neg, Int.zero_add]
    have hm : (m : Int) * ((Int.bmod (dot x v) m - dot (bmod_of m x) v) / (m : Int)) = Int.bmod (dot x v) m - dot (bmod_of m x) v := by
      cases m with
      | zero => rw [hdiv]; show 0 * _ = 0 * _; rw [Int.zero_mul, Int.zero_mul]
      | succ n => exact Int.mul_ediv_cancel_of_dvd hdiv
    show dot (bmod_of m x) v + (m : Int) * ((Int.bmod (dot x v) m - dot (bmod_of m x) v) / (m : Int)) = _
    rw [hm, Int.sub_eq_add_neg, Int.add_left_comm, Int.add_right_neg, Int.add_zero, hr]
  constructor
  · show Int.bmod r m ≤ dot (bmod_coeffs m i x) v; rw [key]; exact Int.le_refl _
  · show dot (bmod_coeffs m i x) v ≤ Int.bmod r m; rw [key]; exact Int.le_refl _
end Lean.Omega
