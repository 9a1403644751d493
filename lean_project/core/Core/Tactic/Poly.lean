prelude
import Core.Int.Pow
set_option autoImplicit false
set_option linter.all false
namespace Core.Ring

inductive Poly where
  | num (z : Int)
  | node (low high : Poly)
namespace Poly
/-- The value at the point `xs`; atoms beyond its end are 0. -/
def den : Poly → List Int → Int
  | num z, _ => z
  | node p _, [] => den p []
  | node p q, x :: xs => den p xs + x * den q (x :: xs)
def isZero : Poly → Bool
  | num (.ofNat n) => Nat.beq n 0
  | num (.negSucc _) => false
  | node p q => and (isZero p) (isZero q)
def addNum (z : Int) : Poly → Poly
  | num w => num (z + w)
  | node p q => node (addNum z p) q
def add : Poly → Poly → Poly
  | num z, r => addNum z r
  | node p q, num z => node (addNum z p) q
  | node p q, node p' q' => node (add p p') (add q q')
def scale (z : Int) : Poly → Poly
  | num w => num (z * w)
  | node p q => node (scale z p) (scale z q)
/-- Multiplication by a polynomial of the next level, given as the function `f` on that level. -/
def mulLow (f : Poly → Poly) : Poly → Poly
  | num z => node (f (num z)) (num 0)
  | node p q => node (f p) (mulLow f q)
def mul : Poly → Poly → Poly
  | num z, r => scale z r
  | node p q, r => add (mulLow (mul p) r) (node (num 0) (mul q r))
def pow (p : Poly) : Nat → Poly
  | 0 => num 1
  | n + 1 => mul (pow p n) p
def var : Nat → Poly
  | 0 => node (num 0) (num 1)
  | n + 1 => node (var n) (num 0)

theorem den_addNum (z : Int) (p : Poly) (xs : List Int) : (addNum z p).den xs = z + p.den xs := by
  induction p generalizing xs with
  | num w => rfl
  | node p q hp hq =>
    cases xs with
    | nil => exact hp []
    | cons x xs => show (addNum z p).den xs + x * q.den (x :: xs) = _; rw [hp, Int.add_assoc]; rfl
theorem den_add (p r : Poly) (xs : List Int) : (p.add r).den xs = p.den xs + r.den xs := by
  induction p generalizing r xs with
  | num z => exact den_addNum z r xs
  | node p q hp hq =>
    cases r with
    | num z =>
      cases xs with
      | nil => show (addNum z p).den [] = p.den [] + z; rw [den_addNum, Int.add_comm]
      | cons x xs =>
        show (addNum z p).den xs + x * q.den (x :: xs) = p.den xs + x * q.den (x :: xs) + z
        rw [den_addNum, Int.add_assoc, Int.add_comm]
    | node p' q' =>
      cases xs with
      | nil => exact hp p' []
      | cons x xs =>
        show (p.add p').den xs + x * (q.add q').den (x :: xs) = p.den xs + x * q.den (x :: xs) + (p'.den xs + x * q'.den (x :: xs))
        rw [hp, hq, Int.mul_add, Int.add_assoc, Int.add_assoc, Int.add_left_comm (p'.den xs)]
theorem den_scale (z : Int) (p : Poly) (xs : List Int) : (scale z p).den xs = z * p.den xs := by
  induction p generalizing xs with
  | num w => rfl
  | node p q hp hq =>
    cases xs with
    | nil => exact hp []
    | cons x xs =>
      show (scale z p).den xs + x * (scale z q).den (x :: xs) = z * (p.den xs + x * q.den (x :: xs))
      rw [hp, hq, Int.mul_add, Int.mul_left_comm]
theorem den_mulLow (f : Poly → Poly) (v : Int) (x : Int) (xs : List Int) (h : ∀ r, (f r).den xs = v * r.den xs) (r : Poly) :
    (mulLow f r).den (x :: xs) = v * r.den (x :: xs) := by
  induction r with
  | num z =>
    show (f (num z)).den xs + x * 0 = v * z
    rw [h, Int.mul_zero, Int.add_zero]; rfl
  | node p q hp hq =>
    show (f p).den xs + x * (mulLow f q).den (x :: xs) = v * (p.den xs + x * q.den (x :: xs))
    rw [h, hq, Int.mul_add, Int.mul_left_comm]
theorem den_mulLow_nil (f : Poly → Poly) (v : Int) (h : ∀ r, (f r).den [] = v * r.den []) (r : Poly) :
    (mulLow f r).den [] = v * r.den [] := by
  cases r with
  | num z => exact h (num z)
  | node p q => exact h p
theorem den_mul (p r : Poly) (xs : List Int) : (p.mul r).den xs = p.den xs * r.den xs := by
  induction p generalizing r xs with
  | num z => exact den_scale z r xs
  | node p q hp hq =>
    show ((mulLow (mul p) r).add (node (num 0) (mul q r))).den xs = _
    rw [den_add]
    cases xs with
    | nil =>
      rw [den_mulLow_nil (mul p) (p.den []) (fun r => hp r [])]
      exact Int.add_zero _
    | cons x xs =>
      rw [den_mulLow (mul p) (p.den xs) x xs (fun r => hp r xs)]
      show p.den xs * r.den (x :: xs) + (0 + x * (mul q r).den (x :: xs)) = (p.den xs + x * q.den (x :: xs)) * r.den (x :: xs)
      rw [hq, Int.zero_add, Int.add_mul, Int.mul_assoc]
theorem den_pow (p : Poly) (n : Nat) (xs : List Int) : (p.pow n).den xs = p.den xs ^ n := by
  induction n with
  | zero => exact (Int.pow_zero _).symm
  | succ n ih => show ((p.pow n).mul p).den xs = p.den xs ^ (n + 1); rw [den_mul, ih, Int.pow_succ]
theorem den_of_isZero (p : Poly) (xs : List Int) (h : p.isZero = true) : p.den xs = 0 := by
  induction p generalizing xs with
  | num z =>
    cases z with
    | ofNat n => exact congrArg Int.ofNat (Nat.eq_of_beq_eq_true n 0 h)
    | negSucc n => exact nomatch h
  | node p q hp hq =>
    have h' : p.isZero = true ∧ q.isZero = true := by
      rw [← Bool.and_eq_true]; exact h
    cases xs with
    | nil => exact hp [] h'.1
    | cons x xs => show p.den xs + x * q.den (x :: xs) = 0; rw [hp xs h'.1, hq _ h'.2, Int.mul_zero]; rfl
end Poly

/-- The atom with number `i`; 0 beyond the end. -/
def atom : List Int → Nat → Int
  | [], _ => 0
  | x :: _, 0 => x
  | _ :: xs, n + 1 => atom xs n
theorem den_var (n : Nat) (xs : List Int) : (Poly.var n).den xs = atom xs n := by
  induction n generalizing xs with
  | zero =>
    cases xs with
    | nil => rfl
    | cons x xs => show 0 + x * 1 = x; rw [Int.mul_one, Int.zero_add]
  | succ n ih =>
    cases xs with
    | nil => exact ih []
    | cons x xs => show (Poly.var n).den xs + x * 0 = atom xs n; rw [ih, Int.mul_zero, Int.add_zero]

inductive Term where
  | num (z : Int)
  | var (i : Nat)
  | add (a b : Term)
  | sub (a b : Term)
  | mul (a b : Term)
  | neg (a : Term)
  | pow (a : Term) (n : Nat)
namespace Term
def den (xs : List Int) : Term → Int
  | num z => z
  | var i => atom xs i
  | add a b => den xs a + den xs b
  | sub a b => den xs a - den xs b
  | mul a b => den xs a * den xs b
  | neg a => -den xs a
  | pow a n => den xs a ^ n
def norm : Term → Poly
  | num z => .num z
  | var i => .var i
  | add a b => a.norm.add b.norm
  | sub a b => a.norm.add (b.norm.scale (-1))
  | mul a b => a.norm.mul b.norm
  | neg a => a.norm.scale (-1)
  | pow a n => a.norm.pow n
theorem neg_one_mul (a : Int) : -1 * a = -a := by
  have := Int.neg_mul 1 a
  rw [Int.one_mul] at this; exact this
theorem den_norm (xs : List Int) (a : Term) : a.norm.den xs = a.den xs := by
  induction a with
  | num z => rfl
  | var i => exact den_var i xs
  | add a b ha hb => show (a.norm.add b.norm).den xs = _; rw [Poly.den_add, ha, hb]; rfl
  | sub a b ha hb =>
    show (a.norm.add (b.norm.scale (-1))).den xs = _
    rw [Poly.den_add, Poly.den_scale, ha, hb, neg_one_mul]; rfl
  | mul a b ha hb => show (a.norm.mul b.norm).den xs = _; rw [Poly.den_mul, ha, hb]; rfl
  | neg a ha => show (a.norm.scale (-1)).den xs = _; rw [Poly.den_scale, ha, neg_one_mul]; rfl
  | pow a n ha => show (a.norm.pow n).den xs = _; rw [Poly.den_pow, ha]; rfl
/-- What `ring` applies. -/
theorem eq_of_norm (xs : List Int) (a b : Term) (h : (sub a b).norm.isZero = true) : a.den xs = b.den xs := by
  have e := den_norm xs (sub a b)
  rw [Poly.den_of_isZero _ xs h] at e
  have e' : a.den xs - b.den xs = 0 := e.symm
  have : a.den xs - b.den xs + b.den xs = 0 + b.den xs := by rw [e']
  rw [Int.zero_add, Int.sub_eq_add_neg, Int.add_assoc, Int.add_left_neg, Int.add_zero] at this; exact this
end Term
end Core.Ring
/-!
# A verified normal form for integer polynomials

`Term` is the syntax of an expression built with `+`, `-`, `*` and powers with numeral exponents over numbered atoms;
`Term.norm` computes its polynomial, and `Term.eq_of_norm` turns an equality of normal forms, which the kernel evaluates, into an equality of
the values. `Poly` is dense in each atom: `node p q` at level `k` is `p + xₖ * q`, with `p` at level `k + 1`.

Contract: sound for every input. Zero-tests are complete. Cost grows with the number of monomials that the degrees allow.
-/
