prelude
import Core.Tactic.Kronecker
/-!
# The certificate of a polynomial identity

A term is evaluated at natural numbers as a difference of two naturals, whose sum bounds the absolute coefficients at once; so one evaluation gives
both the value and the proof that the points are far enough apart.

Contract: `Term.eq_of_vanishes` is sound for every certificate `pts`. The right one is `Term.points`: for it the check
succeeds exactly when both sides are the same polynomial in the first `n` atoms.
-/
set_option autoImplicit false
set_option linter.all false
namespace Core.Ring

/-- A difference `pos - neg` of naturals. -/
structure Diff where
  pos : Nat
  neg : Nat
namespace Diff
def add (a b : Diff) : Diff := ⟨a.pos + b.pos, a.neg + b.neg⟩
def opp (a : Diff) : Diff := ⟨a.neg, a.pos⟩
def mul (a b : Diff) : Diff := ⟨a.pos * b.pos + a.neg * b.neg, a.pos * b.neg + a.neg * b.pos⟩
def pow (a : Diff) : Nat → Diff
  | 0 => ⟨1, 0⟩
  | n + 1 => (pow a n).mul a
def ofInt : Int → Diff
  | .ofNat n => ⟨n, 0⟩
  | .negSucc n => ⟨0, n + 1⟩
/-- `a` is the integer `v`, and bounds the number `b`. -/
structure Covers (a : Diff) (v : Int) (b : Nat) : Prop where
  val : v = (a.pos : Int) - (a.neg : Int)
  bound : b ≤ a.pos + a.neg
theorem Covers.ofInt (z : Int) : Covers (ofInt z) z (mag z) := by
  cases z with
  | ofNat n => exact ⟨by show (n : Int) = (n : Int) - ((0 : Nat) : Int); omega, Nat.le_refl _⟩
  | negSucc n => exact ⟨by show Int.negSucc n = ((0 : Nat) : Int) - ((n + 1 : Nat) : Int); rw [Int.negSucc_eq]; omega, by show n + 1 ≤ 0 + (n + 1); omega⟩
theorem Covers.add {a a' : Diff} {v v' : Int} {b b' : Nat} (h : Covers a v b) (h' : Covers a' v' b') : Covers (a.add a') (v + v') (b + b') := by
  obtain ⟨rfl, hb⟩ := h; obtain ⟨rfl, hb'⟩ := h'
  refine ⟨?_, ?_⟩
  · show _ = ((a.pos + a'.pos) : Nat) - (((a.neg + a'.neg) : Nat) : Int); omega
  · show _ ≤ a.pos + a'.pos + (a.neg + a'.neg); omega
theorem Covers.opp {a : Diff} {v : Int} {b : Nat} (h : Covers a v b) : Covers a.opp (-v) b := by
  obtain ⟨rfl, hb⟩ := h
  exact ⟨by show _ = (a.neg : Int) - (a.pos : Int); omega, by show _ ≤ a.neg + a.pos; omega⟩
theorem Covers.mul {a a' : Diff} {v v' : Int} {b b' : Nat} (h : Covers a v b) (h' : Covers a' v' b') : Covers (a.mul a') (v * v') (b * b') := by
  obtain ⟨rfl, hb⟩ := h; obtain ⟨rfl, hb'⟩ := h'
  refine ⟨?_, ?_⟩
  · show _ = ((a.pos * a'.pos + a.neg * a'.neg : Nat) : Int) - ((a.pos * a'.neg + a.neg * a'.pos : Nat) : Int)
    have e (m n : Nat) : ((m * n : Nat) : Int) = (m : Int) * (n : Int) := rfl
    have e' (m n : Nat) : ((m + n : Nat) : Int) = (m : Int) + (n : Int) := rfl
    rw [e', e', e, e, e, e]
    simp only [Int.sub_eq_add_neg, Int.mul_add, Int.add_mul, Int.neg_mul, Int.mul_neg, Int.neg_neg, Int.neg_add]
    generalize (a.pos : Int) * (a'.pos : Int) = w
    generalize (a.neg : Int) * (a'.neg : Int) = x
    generalize (a.pos : Int) * (a'.neg : Int) = y
    generalize (a.neg : Int) * (a'.pos : Int) = z
    omega
  · show _ ≤ a.pos * a'.pos + a.neg * a'.neg + (a.pos * a'.neg + a.neg * a'.pos)
    refine Nat.le_trans (Nat.le_trans (Nat.mul_le_mul_left b hb') (Nat.mul_le_mul_right _ hb)) ?_
    rw [Nat.add_mul, Nat.mul_add, Nat.mul_add]; omega
theorem Covers.le {a : Diff} {v : Int} {b b' : Nat} (h : Covers a v b) (le : b' ≤ b) : Covers a v b' := ⟨h.val, Nat.le_trans le h.bound⟩
theorem Covers.pow {a : Diff} {v : Int} {b : Nat} (h : Covers a v b) (n : Nat) : Covers (a.pow n) (v ^ n) (b ^ n) := by
  induction n with
  | zero => exact ⟨Int.pow_zero _, Nat.le_refl 1⟩
  | succ n ih => rw [Int.pow_succ]; exact ih.mul h
end Diff

namespace Term
/-- The value at the natural numbers `xs`; the sum of the two parts bounds that of the absolute coefficients. -/
def eval (xs : List Nat) : Term → Diff
  | num z => .ofInt z
  | var i => ⟨natAtom xs i, 0⟩
  | add a b => (a.eval xs).add (b.eval xs)
  | sub a b => (a.eval xs).add (b.eval xs).opp
  | mul a b => (a.eval xs).mul (b.eval xs)
  | neg a => (a.eval xs).opp
  | pow a n => (a.eval xs).pow n
theorem covers (xs : List Nat) (a : Term) : (a.eval xs).Covers (a.den (ints xs)) (a.norm.bnd xs) := by
  induction a with
  | num z => exact .ofInt z
  | var i => exact ⟨by show atom (ints xs) i = _ - ((0 : Nat) : Int); rw [atom_ints]; show ((natAtom xs i : Nat) : Int) = (natAtom xs i : Nat) - ((0 : Nat) : Int); omega, bnd_var i xs⟩
  | add a b ha hb => exact (ha.add hb).le (Poly.bnd_add ..)
  | sub a b ha hb =>
    refine Diff.Covers.le (ha.add hb.opp) (Nat.le_trans (Poly.bnd_add ..) ?_)
    rw [Poly.bnd_scale]; show _ + 1 * _ ≤ _; exact Nat.le_of_eq (congrArg _ (Nat.one_mul _))
  | mul a b ha hb => exact (ha.mul hb).le (Poly.bnd_mul ..)
  | neg a ha => refine ha.opp.le ?_; show (Poly.scale (-1) a.norm).bnd xs ≤ _; rw [Poly.bnd_scale]; show 1 * _ ≤ _; exact Nat.le_of_eq (Nat.one_mul _)
  | pow a n ha => exact Diff.Covers.le (ha.pow n) (Poly.bnd_pow ..)
/-- `Nat.le` on the size of a value, with the comparison that the kernel has built in. -/
def lower (a : Diff) (x : Nat) : Bool := Nat.ble (a.pos + a.neg + 1) x
/-- The points are far enough apart; `ones` stands for the atoms before them. -/
def apart (a : Term) (ones : List Nat → List Nat) : List Nat → Bool
  | [] => true
  | x :: xs => and (lower (a.eval (ones (1 :: xs))) x) (apart a (fun l => ones (1 :: l)) xs)
def vanishes (a : Term) (pts : List Nat) : Bool := and (Nat.beq (a.eval pts).pos (a.eval pts).neg) (apart a id pts)
theorem apart_sound (a : Term) (ones : List Nat → List Nat) (xs : List Nat) (h : apart a ones xs = true) : Poly.Apart (fun l => a.norm.bnd (ones l)) xs := by
  induction xs generalizing ones with
  | nil => trivial
  | cons x xs ih =>
    have h' := (Bool.and_eq_true _ _).mp h
    exact ⟨Nat.lt_of_le_of_lt (covers (ones (1 :: xs)) a).bound (Nat.le_of_ble_eq_true h'.1), ih _ h'.2⟩
/-- What the tactics on identities apply: the certificate `pts` is checked by evaluation. -/
theorem eq_of_vanishes (ys : List Int) (a b : Term) (pts : List Nat) (hl : sameLength pts ys = true) (h : vanishes (sub a b) pts = true) :
    a.den ys = b.den ys := by
  have h' := (Bool.and_eq_true _ _).mp h
  have e : (sub a b).den (ints pts) = 0 := by
    rw [(covers pts (sub a b)).val, Nat.eq_of_beq_eq_true _ _ h'.1]; exact Int.sub_self _
  have e' := Poly.den_eq_zero _ pts ys hl (apart_sound _ _ _ h'.2) (by rw [den_norm]; exact e)
  rw [den_norm] at e'
  have e' : a.den ys - b.den ys = 0 := e'
  omega
/-- The certificate for `n` atoms. -/
def points (a : Term) (ones : List Nat → List Nat) : Nat → List Nat
  | 0 => []
  | n + 1 =>
    let xs := points a (fun l => ones (1 :: l)) n
    let v := a.eval (ones (1 :: xs))
    (v.pos + v.neg + 1) :: xs
end Term
end Core.Ring
