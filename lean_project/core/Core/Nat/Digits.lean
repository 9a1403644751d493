prelude
import Core.Nat.DivMod
import Core.Nat.Vocabulary
import Core.Data.List
/-!
# Digits

`Nat.digits b n`, the digits of `n` to the base `b`, least significant first, with Mathlib's values for the bases 0 and 1.
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat

/-- The digits to a base of at least two (`fuel` bounds their number). -/
def digitsAux (b : ℕ) : ℕ → ℕ → List ℕ
  | 0, _ => []
  | fuel + 1, n => cond (Nat.beq n 0) [] ((n % b) :: digitsAux b fuel (n / b))
def digits : ℕ → ℕ → List ℕ
  | 0, n => cond (Nat.beq n 0) [] [n]
  | 1, n => List.replicate n 1
  | b + 2, n => digitsAux (b + 2) n n

theorem digitsAux_fuel {b : ℕ} (hb : 1 < b) (fuel fuel' n : ℕ) (h : n ≤ fuel) (h' : n ≤ fuel') :
    digitsAux b fuel n = digitsAux b fuel' n := by
  induction fuel generalizing fuel' n with
  | zero => rw [show n = 0 by omega]; cases fuel' <;> rfl
  | succ fuel ih =>
    cases fuel' with
    | zero => rw [show n = 0 by omega]; rfl
    | succ fuel' =>
      show cond (Nat.beq n 0) _ _ = cond (Nat.beq n 0) _ _
      cases hn : Nat.beq n 0 with
      | true => rfl
      | false =>
        have hlt := Nat.div_lt_self (pos_of_ne_zero (Nat.ne_of_beq_eq_false hn)) hb
        exact congrArg ((n % b) :: ·) (ih fuel' (n / b) (by omega) (by omega))
@[simp] theorem digits_zero (b : ℕ) : digits b 0 = [] := match b with
  | 0 => rfl
  | 1 => rfl
  | _ + 2 => rfl
theorem digits_def' {b n : ℕ} (hb : 1 < b) (hn : 0 < n) : digits b n = (n % b) :: digits b (n / b) := by
  match b, hb with
  | b + 2, hb =>
    cases n with
    | zero => omega
    | succ n =>
      have hlt := Nat.div_lt_self hn hb
      exact congrArg (((n + 1) % (b + 2)) :: ·) (digitsAux_fuel hb _ _ _ (by omega) (by omega))
theorem digits_of_lt (b x : ℕ) (hx : x ≠ 0) (hb : x < b) : digits b x = [x] := by
  rcases Nat.lt_or_ge 1 b with h | h
  · rw [digits_def' h (pos_of_ne_zero hx), Nat.mod_eq_of_lt hb, Nat.div_eq_of_lt hb, digits_zero]
  · omega
@[simp] theorem ofDigits_nil (b : ℕ) : ofDigits b [] = 0 := rfl
@[simp] theorem ofDigits_cons (b h : ℕ) (t : List ℕ) : ofDigits b (h :: t) = h + b * ofDigits b t := rfl
theorem ofDigits_digits (b n : ℕ) : ofDigits b (digits b n) = n := by
  match b with
  | 0 => cases n <;> rfl
  | 1 =>
    show ofDigits 1 (List.replicate n 1) = n
    induction n with
    | zero => rfl
    | succ n ih => show 1 + 1 * ofDigits 1 (List.replicate n 1) = n + 1; rw [ih]; omega
  | b + 2 =>
    induction n using Nat.strong_induction_on with
    | h n ih =>
      rcases Nat.eq_zero_or_pos n with rfl | hn
      · rfl
      · rw [digits_def' (by omega) hn, ofDigits_cons, ih _ (Nat.div_lt_self hn (by omega)), Nat.mod_add_div]
theorem digits_lt_base {b m d : ℕ} (hb : 1 < b) (hd : d ∈ digits b m) : d < b := by
  induction m using Nat.strong_induction_on with
  | h m ih =>
    rcases Nat.eq_zero_or_pos m with rfl | hm
    · rw [digits_zero] at hd; exact absurd hd List.not_mem_nil
    · rw [digits_def' hb hm, List.mem_cons] at hd
      rcases hd with rfl | hd
      · exact Nat.mod_lt m (by omega)
      · exact ih _ (Nat.div_lt_self hm hb) hd
/-- Digit sums and remainders: `n` and the sum of its digits agree modulo `b` when the base is `1` modulo `b`. -/
theorem modEq_digits_sum {b b' : ℕ} (h : b' % b = 1 % b) (n : ℕ) : n ≡ (digits b' n).sum [MOD b] := by
  have key : ∀ l : List ℕ, ofDigits b' l ≡ l.sum [MOD b] := by
    intro l
    induction l with
    | nil => rfl
    | cons a l ih =>
      show (a + b' * ofDigits b' l) % b = (a + l.sum) % b
      rw [Nat.add_mod, Nat.mul_mod, h, ← Nat.mul_mod, Nat.one_mul, ← Nat.add_mod, Nat.add_mod, show ofDigits b' l % b = l.sum % b from ih, ← Nat.add_mod]
  have := key (digits b' n)
  rwa [ofDigits_digits] at this
end Nat
