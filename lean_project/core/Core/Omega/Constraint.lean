prelude
import Core.Omega.LinearCombo
/-!
# Constraints

The steps of an `omega` certificate: combining, tidying and refuting linear constraints.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

namespace Lean.Omega
open Coeffs
abbrev LowerBound := Option Int
abbrev UpperBound := Option Int
structure Constraint where
  lowerBound : LowerBound
  upperBound : UpperBound
namespace Constraint
def lowerSat (b : Option Int) (t : Int) : Prop := match b with
  | none => True
  | some l => l ≤ t
def upperSat (b : Option Int) (t : Int) : Prop := match b with
  | none => True
  | some u => t ≤ u
def sat (c : Constraint) (t : Int) : Prop := lowerSat c.lowerBound t ∧ upperSat c.upperBound t
def sat' (c : Constraint) (x y : Coeffs) : Prop := c.sat (dot x y)
def omap (f : Int → Int) : Option Int → Option Int
  | none => none
  | some x => some (f x)
def omap2 (f : Int → Int → Int) : Option Int → Option Int → Option Int
  | some x, some y => some (f x y)
  | _, _ => none
def omerge (f : Int → Int → Int) : Option Int → Option Int → Option Int
  | some x, some y => some (f x y)
  | some x, none => some x
  | none, y => y
def neg (c : Constraint) : Constraint := ⟨omap Int.neg c.upperBound, omap Int.neg c.lowerBound⟩
def trivial : Constraint := ⟨none, none⟩
def impossible : Constraint := ⟨some 1, some 0⟩
def exact (r : Int) : Constraint := ⟨some r, some r⟩
def scale (k : Int) (c : Constraint) : Constraint :=
  if k = 0 then (match c with
    | ⟨some l, some u⟩ => if u < l then c else exact 0
    | _ => exact 0)
  else if 0 < k then ⟨omap (k * ·) c.lowerBound, omap (k * ·) c.upperBound⟩
  else ⟨omap (k * ·) c.upperBound, omap (k * ·) c.lowerBound⟩
def add (x y : Constraint) : Constraint :=
  ⟨omap2 (· + ·) x.lowerBound y.lowerBound, omap2 (· + ·) x.upperBound y.upperBound⟩
def combo (a : Int) (x : Constraint) (b : Int) (y : Constraint) : Constraint := add (scale a x) (scale b y)
def combine (x y : Constraint) : Constraint :=
  ⟨omerge max x.lowerBound y.lowerBound, omerge min x.upperBound y.upperBound⟩
def div (c : Constraint) (k : Nat) : Constraint :=
  ⟨omap (fun x => -((-x) / (k : Int))) c.lowerBound, omap (· / (k : Int)) c.upperBound⟩
def isImpossible : Constraint → Bool
  | ⟨some x, some y⟩ => decide (y < x)
  | _ => false
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
theorem max_le {a b t : Int} (h₁ : a ≤ t) (h₂ : b ≤ t) : max a b ≤ t := by
  show (if a ≤ b then b else a) ≤ t
  split <;> assumption
theorem le_min {a b t : Int} (h₁ : t ≤ a) (h₂ : t ≤ b) : t ≤ min a b := by
  show t ≤ (if a ≤ b then a else b)
  split <;> assumption
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
    | some u => exact Int.not_le_of_lt (of_decide_eq_true h) (Int.le_trans a b)
theorem pos_cast {k : Int} (h : 0 < k) : ∃ n : Nat, k = ((n + 1 : Nat) : Int) := by
  cases k with
  | ofNat n => cases n with
    | zero => exact absurd h (Int.lt_irrefl 0)
    | succ n => exact ⟨n, rfl⟩
  | negSucc n => exact nomatch (h : Int.NonNeg _)
theorem neg_cast {k : Int} (h0 : k ≠ 0) (h : ¬ 0 < k) : ∃ n : Nat, k = -((n + 1 : Nat) : Int) := by
  cases k with
  | ofNat n => cases n with
    | zero => exact absurd rfl h0
    | succ n => exact absurd (Int.ofNat_lt.2 (Nat.zero_lt_succ n)) h
  | negSucc n => exact ⟨n, rfl⟩
theorem scale_sat {c : Constraint} {t : Int} (k : Int) (w : c.sat t) : (scale k c).sat (k * t) := by
  obtain ⟨l, u⟩ := c
  obtain ⟨a, b⟩ := w
  unfold scale
  by_cases h0 : k = 0
  · rw [if_pos h0, h0, Int.zero_mul]
    have e0 : (exact 0).sat 0 := ⟨Int.le_refl 0, Int.le_refl 0⟩
    cases l with
    | none => exact e0
    | some l => cases u with
      | none => exact e0
      | some u => show (if u < l then _ else _ : Constraint).sat 0
                  rw [if_neg (fun h => Int.not_le_of_lt h (Int.le_trans a b))]; exact e0
  · rw [if_neg h0]
    by_cases hp : 0 < k
    · rw [if_pos hp]
      obtain ⟨n, rfl⟩ := pos_cast hp
      constructor
      · cases l with
        | none => exact ⟨⟩
        | some l => exact Int.mul_le_mul_left _ a
      · cases u with
        | none => exact ⟨⟩
        | some u => exact Int.mul_le_mul_left _ b
    · rw [if_neg hp]
      obtain ⟨n, rfl⟩ := neg_cast h0 hp
      constructor
      · cases u with
        | none => exact ⟨⟩
        | some u => show -((n + 1 : Nat) : Int) * u ≤ _
                    rw [Int.neg_mul, Int.neg_mul]; exact Int.neg_le_neg (Int.mul_le_mul_left _ b)
      · cases l with
        | none => exact ⟨⟩
        | some l => show _ ≤ -((n + 1 : Nat) : Int) * l
                    rw [Int.neg_mul, Int.neg_mul]; exact Int.neg_le_neg (Int.mul_le_mul_left _ a)
theorem add_sat {c d : Constraint} {x y : Int} (w₁ : c.sat x) (w₂ : d.sat y) : (c.add d).sat (x + y) := by
  obtain ⟨l₁, u₁⟩ := c; obtain ⟨l₂, u₂⟩ := d
  obtain ⟨a, b⟩ := w₁; obtain ⟨a', b'⟩ := w₂
  constructor
  · cases l₁ <;> cases l₂ <;> first | exact ⟨⟩ | exact Int.add_le_add a a'
  · cases u₁ <;> cases u₂ <;> first | exact ⟨⟩ | exact Int.add_le_add b b'
end Constraint
open Constraint
theorem combo_sat' (s t : Constraint) (a : Int) (x : Coeffs) (b : Int) (y v : Coeffs) (ws : s.sat' x v) (wt : t.sat' y v) :
    (Constraint.combo a s b t).sat' (Coeffs.combo a x b y) v := by
  unfold Constraint.sat'
  rw [dot_combo]
  exact add_sat (scale_sat a ws) (scale_sat b wt)
def positive (p : Constraint × Coeffs) : Constraint × Coeffs :=
  if 0 ≤ leading p.2 then p else (p.1.neg, Coeffs.smul p.2 (-1))
def norm (s : Constraint) (x : Coeffs) (g : Nat) : Constraint × Coeffs := match g with
  | 0 => if lowerOk s ∧ upperOk s then (trivial, x) else (impossible, x)
  | 1 => (s, x)
  | n + 2 => (s.div (n + 2), Coeffs.sdiv x ((n + 2 : Nat) : Int))
where
  lowerOk (s : Constraint) : Bool := match s.lowerBound with
    | none => true
    | some l => decide (l ≤ 0)
  upperOk (s : Constraint) : Bool := match s.upperBound with
    | none => true
    | some u => decide (0 ≤ u)
def tidy (s : Constraint) (x : Coeffs) : Constraint × Coeffs :=
  norm (positive (s, x)).1 (positive (s, x)).2 (Coeffs.gcd (positive (s, x)).2)
def tidyConstraint (s : Constraint) (x : Coeffs) : Constraint := (tidy s x).1
def tidyCoeffs (s : Constraint) (x : Coeffs) : Coeffs := (tidy s x).2
theorem positive_sat {s : Constraint} {x v : Coeffs} (w : s.sat' x v) : (positive (s, x)).1.sat' (positive (s, x)).2 v := by
  unfold positive
  split
  · exact w
  · obtain ⟨l, u⟩ := s
    obtain ⟨a, b⟩ := w
    show (Constraint.neg ⟨l, u⟩).sat (dot (Coeffs.smul x (-1)) v)
    rw [dot_smul, LinearCombo.neg_one_mul]
    constructor
    · cases u with
      | none => exact ⟨⟩
      | some u => exact Int.neg_le_neg b
    · cases l with
      | none => exact ⟨⟩
      | some l => exact Int.neg_le_neg a
theorem norm_sat {s : Constraint} {x v : Coeffs} (g : Nat) (hg : g = Coeffs.gcd x) (w : s.sat' x v) : (norm s x g).1.sat' (norm s x g).2 v := by
  obtain ⟨l, u⟩ := s
  obtain ⟨a, b⟩ := w
  match g, hg with
  | 0, hg =>
    have e := dot_gcd_zero x v hg.symm
    change lowerSat l (dot x v) at a
    change upperSat u (dot x v) at b
    rw [e] at a b
    have h1 : norm.lowerOk ⟨l, u⟩ = true := by cases l with
      | none => rfl
      | some l => exact decide_eq_true a
    have h2 : norm.upperOk ⟨l, u⟩ = true := by cases u with
      | none => rfl
      | some u => exact decide_eq_true b
    unfold norm
    show (ite _ _ _ : Constraint × Coeffs).1.sat' (ite _ _ _ : Constraint × Coeffs).2 v
    rw [if_pos ⟨h1, h2⟩]; exact ⟨⟨⟩, ⟨⟩⟩
  | 1, _ => exact ⟨a, b⟩
  | n + 2, hg =>
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
        rw [Int.neg_neg] at h''; exact h''
    · cases u with
      | none => exact ⟨⟩
      | some u =>
        have h : ((n + 1 + 1 : Nat) : Int) * dot (Coeffs.sdiv x ((n + 1 + 1 : Nat) : Int)) v ≤ u := by rw [e]; exact b
        exact Int.le_ediv h
theorem tidy_sat {s : Constraint} {x v : Coeffs} (w : s.sat' x v) : (tidyConstraint s x).sat' (tidyCoeffs s x) v :=
  norm_sat _ rfl (positive_sat w)
def bmod_of (m : Nat) (x : Coeffs) : Coeffs := List.map (Int.bmod · m) x
def bmod_div_term (m : Nat) (a b : Coeffs) : Int := (Int.bmod (dot a b) m - dot (bmod_of m a) b) / (m : Int)
def bmod_coeffs (m i : Nat) (x : Coeffs) : Coeffs := Coeffs.set (bmod_of m x) i (m : Int)
theorem length_map (f : Int → Int) (x : List Int) : List.length (List.map f x) = List.length x := by
  induction x with
  | nil => rfl
  | cons a x ih => exact congrArg (· + 1) ih
theorem dot_set (x v : Coeffs) (i : Nat) (m : Int) (h : Coeffs.length x ≤ i) : dot (Coeffs.set x i m) v = dot x v + m * Coeffs.get v i := by
  induction v generalizing x i with
  | nil => rw [dot_nil_right, dot_nil_right]; show 0 = 0 + m * 0; simp
  | cons z v ih => cases x with
    | nil => cases i with
      | zero => show m * z + dot [] v = 0 + m * z; rw [dot_nil]; simp
      | succ i => show 0 * z + dot (Coeffs.set [] i m) v = 0 + m * Coeffs.get v i; rw [ih [] i (Nat.zero_le i), dot_nil]; simp
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
