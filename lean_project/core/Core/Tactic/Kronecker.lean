prelude
import Core.Tactic.Poly
import Core.Omega
/-!
# Polynomial identities by one evaluation (Kronecker substitution)

An integer polynomial that vanishes at a point whose coordinates are far enough apart is the zero polynomial. So the kernel checks an
identity with a handful of operations on big naturals, which it has built in, however many monomials the expanded sides have.

Contract: `Poly.den_eq_zero` holds for every point that is `Apart` by the polynomial's own bound. `Core.Tactic.Certificate` evaluates
terms and their bounds at such points.
-/
set_option autoImplicit false
set_option linter.all false
namespace Core.Ring

/-- The absolute value as a natural number. -/
def mag : Int → Nat
  | .ofNat n => n
  | .negSucc n => n + 1
theorem mag_mul (a b : Int) : mag (a * b) = mag a * mag b := by
  have neg (n : Nat) : mag (Int.negOfNat n) = n := by cases n <;> rfl
  cases a <;> cases b
  · rfl
  · exact neg _
  · exact neg _
  · rfl
theorem mag_sub (m n : Nat) : mag (Int.subNatNat m n) ≤ m + n := by
  rcases Int.rep m n with ⟨k, rfl, e⟩ | ⟨k, rfl, e⟩ <;> rw [e]
  · show k ≤ _; omega
  · show k + 1 ≤ _; omega
theorem mag_add_le (a b : Int) : mag (a + b) ≤ mag a + mag b := by
  cases a with
  | ofNat a => cases b with
    | ofNat b => exact Nat.le_refl _
    | negSucc b => exact mag_sub a (b + 1)
  | negSucc a => cases b with
    | ofNat b => show _ ≤ a + 1 + b; have := mag_sub b (a + 1); exact Nat.le_trans this (by omega)
    | negSucc b => show a + b + 1 + 1 ≤ a + 1 + (b + 1); omega
theorem eq_zero_of_mag {a : Int} (h : mag a = 0) : a = 0 := by
  cases a with
  | ofNat n => exact congrArg Int.ofNat h
  | negSucc n => exact nomatch h

/-- The points of `xs` as integers. -/
def ints : List Nat → List Int
  | [] => []
  | x :: xs => Int.ofNat x :: ints xs
def sameLength : List Nat → List Int → Bool
  | [], [] => true
  | _ :: xs, _ :: ys => sameLength xs ys
  | _, _ => false

namespace Poly
/-- The value with every coefficient replaced by its absolute value. -/
def bnd : Poly → List Nat → Nat
  | num z, _ => mag z
  | node p _, [] => bnd p []
  | node p q, x :: xs => bnd p xs + x * bnd q (x :: xs)
theorem mag_den (p : Poly) (xs : List Nat) : mag (p.den (ints xs)) ≤ p.bnd xs := by
  induction p generalizing xs with
  | num z => exact Nat.le_refl _
  | node p q hp hq =>
    cases xs with
    | nil => exact hp []
    | cons x xs =>
      show mag (p.den (ints xs) + Int.ofNat x * q.den (ints (x :: xs))) ≤ p.bnd xs + x * q.bnd (x :: xs)
      refine Nat.le_trans (mag_add_le _ _) (Nat.add_le_add (hp xs) ?_)
      rw [mag_mul]; exact Nat.mul_le_mul_left x (hq (x :: xs))
theorem bnd_addNum (z : Int) (p : Poly) (xs : List Nat) : (addNum z p).bnd xs ≤ mag z + p.bnd xs := by
  induction p generalizing xs with
  | num w => exact mag_add_le z w
  | node p q hp hq =>
    cases xs with
    | nil => exact hp []
    | cons x xs =>
      show (addNum z p).bnd xs + x * q.bnd (x :: xs) ≤ mag z + (p.bnd xs + x * q.bnd (x :: xs))
      have := hp xs; omega
theorem bnd_add (p r : Poly) (xs : List Nat) : (p.add r).bnd xs ≤ p.bnd xs + r.bnd xs := by
  induction p generalizing r xs with
  | num z => exact bnd_addNum z r xs
  | node p q hp hq =>
    cases r with
    | num z =>
      have := bnd_addNum z p
      cases xs with
      | nil => have := this []; show (addNum z p).bnd [] ≤ p.bnd [] + mag z; omega
      | cons x xs =>
        have := this xs
        show (addNum z p).bnd xs + x * q.bnd (x :: xs) ≤ p.bnd xs + x * q.bnd (x :: xs) + mag z; omega
    | node p' q' =>
      cases xs with
      | nil => exact hp p' []
      | cons x xs =>
        show (p.add p').bnd xs + x * (q.add q').bnd (x :: xs) ≤ p.bnd xs + x * q.bnd (x :: xs) + (p'.bnd xs + x * q'.bnd (x :: xs))
        have h₁ := hp p' xs
        have h₂ := Nat.mul_le_mul_left x (hq q' (x :: xs))
        rw [Nat.mul_add] at h₂; omega
theorem bnd_scale (z : Int) (p : Poly) (xs : List Nat) : (scale z p).bnd xs = mag z * p.bnd xs := by
  induction p generalizing xs with
  | num w => exact mag_mul z w
  | node p q hp hq =>
    cases xs with
    | nil => exact hp []
    | cons x xs =>
      show (scale z p).bnd xs + x * (scale z q).bnd (x :: xs) = mag z * (p.bnd xs + x * q.bnd (x :: xs))
      rw [hp, hq, Nat.mul_add, Nat.mul_left_comm]
theorem bnd_mulLow (f : Poly → Poly) (v : Nat) (xs : List Nat) (h : ∀ r, (f r).bnd xs ≤ v * r.bnd xs) (x : Nat) (r : Poly) :
    (mulLow f r).bnd (x :: xs) ≤ v * r.bnd (x :: xs) := by
  induction r with
  | num z => exact h (num z)
  | node p q hp hq =>
    show (f p).bnd xs + x * (mulLow f q).bnd (x :: xs) ≤ v * (p.bnd xs + x * q.bnd (x :: xs))
    rw [Nat.mul_add, Nat.mul_left_comm v x]
    exact Nat.add_le_add (h p) (Nat.mul_le_mul_left x hq)
theorem bnd_mulLow_nil (f : Poly → Poly) (v : Nat) (h : ∀ r, (f r).bnd [] ≤ v * r.bnd []) (r : Poly) :
    (mulLow f r).bnd [] ≤ v * r.bnd [] := by
  cases r with
  | num z => exact h (num z)
  | node p q => exact h p
theorem bnd_mul (p r : Poly) (xs : List Nat) : (p.mul r).bnd xs ≤ p.bnd xs * r.bnd xs := by
  induction p generalizing r xs with
  | num z => exact Nat.le_of_eq (bnd_scale z r xs)
  | node p q hp hq =>
    refine Nat.le_trans (bnd_add (mulLow (mul p) r) (node (num 0) (mul q r)) xs) ?_
    cases xs with
    | nil => exact bnd_mulLow_nil (mul p) (p.bnd []) (fun r => hp r []) r
    | cons x xs =>
      have h₁ := bnd_mulLow (mul p) (p.bnd xs) xs (fun r => hp r xs) x r
      have h₂ := Nat.mul_le_mul_left x (hq r (x :: xs))
      show (mulLow (mul p) r).bnd (x :: xs) + (0 + x * (mul q r).bnd (x :: xs)) ≤ (p.bnd xs + x * q.bnd (x :: xs)) * r.bnd (x :: xs)
      rw [Nat.add_mul, Nat.mul_assoc x]; omega
theorem bnd_pow (p : Poly) (n : Nat) (xs : List Nat) : (p.pow n).bnd xs ≤ p.bnd xs ^ n := by
  induction n with
  | zero => exact Nat.le_refl 1
  | succ n ih => exact Nat.le_trans (bnd_mul (p.pow n) p xs) (Nat.mul_le_mul_right _ ih)

/-- Each coordinate of the point exceeds the bound `f` with 1 in its place and in those before it. -/
def Apart (f : List Nat → Nat) : List Nat → Prop
  | [] => True
  | x :: xs => f (1 :: xs) < x ∧ Apart (fun l => f (1 :: l)) xs
theorem Apart.mono {f g : List Nat → Nat} (h : ∀ l, f l ≤ g l) (xs : List Nat) (H : Apart g xs) : Apart f xs := by
  induction xs generalizing f g with
  | nil => trivial
  | cons x xs ih => exact ⟨Nat.lt_of_le_of_lt (h _) H.1, ih (fun l => h (1 :: l)) H.2⟩
theorem eq_zero_of_apart {x : Nat} {c q : Int} (h : mag c < x) (e : c + Int.ofNat x * q = 0) : c = 0 ∧ q = 0 := by
  have e' : c = -(Int.ofNat x * q) := by omega
  have hc : mag c = x * mag q := by
    rw [e', ← Int.mul_neg, mag_mul]
    cases q with
    | ofNat n => cases n <;> rfl
    | negSucc n => rfl
  have hq : mag q = 0 := by
    cases hn : mag q with
    | zero => rfl
    | succ n => rw [hn, Nat.mul_add] at hc; omega
  rw [hq, Nat.mul_zero] at hc
  exact ⟨eq_zero_of_mag hc, eq_zero_of_mag hq⟩
/-- A polynomial that vanishes at a point far apart vanishes everywhere. -/
theorem den_eq_zero (p : Poly) (xs : List Nat) (ys : List Int) (hl : sameLength xs ys = true) (ha : Apart p.bnd xs) (h : p.den (ints xs) = 0) :
    p.den ys = 0 := by
  induction xs generalizing p ys with
  | nil =>
    cases ys with
    | nil => exact h
    | cons y ys => exact nomatch hl
  | cons x xs ih =>
    cases ys with
    | nil => exact nomatch hl
    | cons y ys =>
      induction p with
      | num z => exact h
      | node c q _ hq =>
        have hc : mag (c.den (ints xs)) < x := by
          have h₁ := mag_den c xs
          have h₂ : c.bnd xs + 1 * q.bnd (1 :: xs) < x := ha.1
          omega
        have ⟨h₁, h₂⟩ := eq_zero_of_apart hc h
        have l₁ (l : List Nat) : c.bnd l ≤ (node c q).bnd (1 :: l) := Nat.le_add_right _ _
        have l₂ (l : List Nat) : q.bnd (1 :: l) ≤ (node c q).bnd (1 :: l) := by
          show _ ≤ c.bnd l + 1 * q.bnd (1 :: l); omega
        have e₁ := ih c ys hl (Apart.mono l₁ xs ha.2) h₁
        have e₂ := hq ⟨Nat.lt_of_le_of_lt (l₂ xs) ha.1, Apart.mono l₂ xs ha.2⟩ h₂
        show c.den ys + y * q.den (y :: ys) = 0
        rw [e₁, e₂, Int.mul_zero]; rfl
end Poly

def natAtom : List Nat → Nat → Nat
  | [], _ => 0
  | x :: _, 0 => x
  | _ :: xs, n + 1 => natAtom xs n
theorem atom_ints (xs : List Nat) (n : Nat) : atom (ints xs) n = Int.ofNat (natAtom xs n) := by
  induction xs generalizing n with
  | nil => rfl
  | cons x xs ih => cases n with
    | zero => rfl
    | succ n => exact ih n
theorem bnd_var (n : Nat) (xs : List Nat) : (Poly.var n).bnd xs ≤ natAtom xs n := by
  induction n generalizing xs with
  | zero =>
    cases xs with
    | nil => exact Nat.le_refl 0
    | cons x xs => show 0 + x * 1 ≤ x; omega
  | succ n ih =>
    cases xs with
    | nil => exact ih []
    | cons x xs => show (Poly.var n).bnd xs + x * 0 ≤ natAtom xs n; have := ih xs; omega
end Core.Ring
