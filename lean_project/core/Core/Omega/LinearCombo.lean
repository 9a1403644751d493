prelude
import Core.Int.Div
import Core.Nat.Gcd
/-!
# Linear combinations

The values in which the compiled `omega` writes its certificates, and how they evaluate.
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

-- the linear-arithmetic certificates checked by the compiled `omega` --------------------------------
theorem Decidable.not_or_of_imp {a b : Prop} [Decidable a] (h : a → b) : ¬a ∨ b :=
  if ha : a then .inr (h ha) else .inl ha
theorem Decidable.not_and_iff_or_not_not' {a b : Prop} [Decidable a] : ¬(a ∧ b) ↔ ¬a ∨ ¬b :=
  ⟨fun h => if ha : a then .inr fun hb => h ⟨ha, hb⟩ else .inl ha, fun h ⟨ha, hb⟩ => h.elim (· ha) (· hb)⟩
def List.map {α : Type u} {β : Type v} (f : α → β) : List α → List β
  | [] => []
  | x :: xs => f x :: map f xs
def List.length {α : Type u} : List α → Nat
  | [] => 0
  | _ :: xs => length xs + 1
namespace Lean.Omega
abbrev IntList := List Int
abbrev Coeffs := IntList
namespace Coeffs
abbrev ofList (xs : List Int) : Coeffs := xs
abbrev toList (xs : Coeffs) : List Int := xs
def length (xs : Coeffs) : Nat := List.length xs
def get : Coeffs → Nat → Int
  | [], _ => 0
  | x :: _, 0 => x
  | _ :: xs, i + 1 => get xs i
def set : Coeffs → Nat → Int → Coeffs
  | [], 0, y => [y]
  | [], i + 1, y => 0 :: set [] i y
  | _ :: xs, 0, y => y :: xs
  | x :: xs, i + 1, y => x :: set xs i y
def isZero : Coeffs → Prop
  | [] => True
  | x :: xs => x = 0 ∧ isZero xs
instance decZero : (xs : Coeffs) → Decidable (isZero xs)
  | [] => isTrue trivial
  | _ :: xs => @instDecidableAnd _ _ _ (decZero xs)
def leading : Coeffs → Int
  | [] => 0
  | x :: xs => if x = 0 then leading xs else x
def smul (xs : Coeffs) (g : Int) : Coeffs := List.map (g * ·) xs
def sdiv (xs : Coeffs) (g : Int) : Coeffs := List.map (· / g) xs
def gcd : Coeffs → Nat
  | [] => 0
  | x :: xs => Nat.gcd (Int.natAbs x) (gcd xs)
def dot : Coeffs → Coeffs → Int
  | x :: xs, y :: ys => x * y + dot xs ys
  | _, _ => 0
def combo (a : Int) : Coeffs → Int → Coeffs → Coeffs
  | [], b, ys => List.map (b * ·) ys
  | x :: xs, _, [] => List.map (a * ·) (x :: xs)
  | x :: xs, b, y :: ys => (a * x + b * y) :: combo a xs b ys
theorem dot_nil (v : Coeffs) : dot [] v = 0 := by cases v <;> rfl
theorem dot_nil_right (v : Coeffs) : dot v [] = 0 := by cases v <;> rfl
theorem dot_smul (xs : Coeffs) (g : Int) (v : Coeffs) : dot (smul xs g) v = g * dot xs v := by
  induction v generalizing xs with
  | nil => simp [dot_nil_right]
  | cons z v ih => cases xs with
    | nil => simp [smul, List.map, dot_nil]
    | cons x xs => have := ih xs; unfold smul at this; simp [smul, List.map, dot, this, Int.mul_add, Int.mul_assoc]
theorem dot_combo (a : Int) (xs : Coeffs) (b : Int) (ys v : Coeffs) : dot (combo a xs b ys) v = a * dot xs v + b * dot ys v := by
  induction v generalizing xs ys with
  | nil => simp [dot_nil_right]
  | cons z v ih =>
    cases xs with
    | nil => show dot (smul ys b) (z :: v) = _; rw [dot_smul, dot_nil]; simp
    | cons x xs => cases ys with
      | nil => show dot (smul (x :: xs) a) (z :: v) = _; rw [dot_smul, dot_nil]; simp
      | cons y ys => simp [combo, dot, ih, Int.mul_add, Int.add_mul, Int.mul_assoc, Int.add_assoc, Int.add_left_comm, Int.add_comm]
theorem natAbs_dvd {g : Nat} {x : Int} (h : g ∣ Int.natAbs x) : ∃ c, x = (g : Int) * c := by
  obtain ⟨c, hc⟩ := h
  cases x with
  | ofNat m => exact ⟨c, by rw [show m = g * c from hc]; rfl⟩
  | negSucc m => exact ⟨-(c : Int), by rw [Int.mul_neg, ← Int.natCast_mul, ← (show m + 1 = g * c from hc)]; rfl⟩
theorem dot_sdiv (xs : Coeffs) (n : Nat) (v : Coeffs) (h : (n + 1) ∣ gcd xs) : ((n + 1 : Nat) : Int) * dot (sdiv xs ((n + 1 : Nat) : Int)) v = dot xs v := by
  induction v generalizing xs with
  | nil => simp [dot_nil_right]
  | cons z v ih => cases xs with
    | nil => simp [sdiv, List.map, dot_nil]
    | cons x xs =>
      have h1 : (n + 1) ∣ Int.natAbs x := Nat.dvd_trans h (Nat.gcd_dvd_left _ _)
      have h2 : (n + 1) ∣ gcd xs := Nat.dvd_trans h (Nat.gcd_dvd_right _ _)
      obtain ⟨c, hc⟩ := natAbs_dvd h1
      have e := Int.mul_ediv_cancel_of_dvd hc
      have i := ih xs h2
      show ((n + 1 : Nat) : Int) * (x / ((n + 1 : Nat) : Int) * z + dot (sdiv xs ((n + 1 : Nat) : Int)) v) = x * z + dot xs v
      rw [Int.mul_add, i, ← Int.mul_assoc, e]
theorem dot_gcd_zero (xs v : Coeffs) (h : gcd xs = 0) : dot xs v = 0 := by
  induction v generalizing xs with
  | nil => exact dot_nil_right xs
  | cons z v ih => cases xs with
    | nil => rfl
    | cons x xs =>
      have h1 : 0 ∣ Int.natAbs x := h ▸ Nat.gcd_dvd_left _ _
      have h2 : 0 ∣ gcd xs := h ▸ Nat.gcd_dvd_right _ _
      obtain ⟨c, hc⟩ := natAbs_dvd h1
      obtain ⟨d, hd⟩ := h2
      rw [Nat.zero_mul] at hd
      have hx : x = 0 := by rw [hc]; exact Int.zero_mul c
      show x * z + dot xs v = 0
      rw [ih xs hd, hx, Int.zero_mul]; rfl
end Coeffs
open Coeffs
structure LinearCombo where
  const : Int := 0
  coeffs : Coeffs := []
namespace LinearCombo
def eval (lc : LinearCombo) (values : Coeffs) : Int := lc.const + dot lc.coeffs values
def coordinate (i : Nat) : LinearCombo := ⟨0, Coeffs.set [] i 1⟩
def add (l₁ l₂ : LinearCombo) : LinearCombo := ⟨l₁.const + l₂.const, combo 1 l₁.coeffs 1 l₂.coeffs⟩
instance : Add LinearCombo := ⟨add⟩
def neg (l : LinearCombo) : LinearCombo := ⟨-l.const, smul l.coeffs (-1)⟩
instance : Neg LinearCombo := ⟨neg⟩
def sub (l₁ l₂ : LinearCombo) : LinearCombo := ⟨l₁.const - l₂.const, combo 1 l₁.coeffs (-1) l₂.coeffs⟩
instance : Sub LinearCombo := ⟨sub⟩
def smul (l : LinearCombo) (i : Int) : LinearCombo := ⟨i * l.const, Coeffs.smul l.coeffs i⟩
def mul (l₁ l₂ : LinearCombo) : LinearCombo := ⟨l₁.const * l₂.const, combo l₂.const l₁.coeffs l₁.const l₂.coeffs⟩
instance : Mul LinearCombo := ⟨mul⟩
theorem neg_one_mul (a : Int) : (-1) * a = -a := by rw [Int.neg_mul, Int.one_mul]
theorem add_eval (l₁ l₂ : LinearCombo) (v : Coeffs) : (l₁ + l₂).eval v = l₁.eval v + l₂.eval v := by
  show l₁.const + l₂.const + dot (combo 1 l₁.coeffs 1 l₂.coeffs) v = (l₁.const + dot l₁.coeffs v) + (l₂.const + dot l₂.coeffs v)
  rw [dot_combo]; simp [Int.add_assoc, Int.add_left_comm]
theorem neg_eval (l : LinearCombo) (v : Coeffs) : (-l).eval v = -l.eval v := by
  show -l.const + dot (Coeffs.smul l.coeffs (-1)) v = -(l.const + dot l.coeffs v)
  rw [dot_smul, Int.neg_add, neg_one_mul]
theorem sub_eval (l₁ l₂ : LinearCombo) (v : Coeffs) : (l₁ - l₂).eval v = l₁.eval v - l₂.eval v := by
  show l₁.const + -l₂.const + dot (combo 1 l₁.coeffs (-1) l₂.coeffs) v = (l₁.const + dot l₁.coeffs v) + -(l₂.const + dot l₂.coeffs v)
  rw [dot_combo, neg_one_mul, Int.neg_add]; simp [Int.add_assoc, Int.add_left_comm]
theorem dot_isZero (xs v : Coeffs) (h : isZero xs) : dot xs v = 0 := by
  induction v generalizing xs with
  | nil => exact dot_nil_right xs
  | cons z v ih => cases xs with
    | nil => rfl
    | cons x xs => show x * z + dot xs v = 0; rw [ih xs h.2, h.1, Int.zero_mul]; rfl
theorem mul_eval (l₁ l₂ : LinearCombo) (v : Coeffs) (h : isZero l₁.coeffs ∨ isZero l₂.coeffs) : (l₁ * l₂).eval v = l₁.eval v * l₂.eval v := by
  show l₁.const * l₂.const + dot (combo l₂.const l₁.coeffs l₁.const l₂.coeffs) v = (l₁.const + dot l₁.coeffs v) * (l₂.const + dot l₂.coeffs v)
  rw [dot_combo]
  cases h with
  | inl h => simp [dot_isZero _ v h, Int.mul_add]
  | inr h => rw [dot_isZero _ v h, Int.mul_zero, Int.add_zero, Int.add_zero, Int.add_mul, Int.mul_comm l₂.const]
theorem coordinate_dot (i : Nat) (v : Coeffs) : dot (Coeffs.set [] i 1) v = get v i := by
  induction v generalizing i with
  | nil => rw [dot_nil_right]; rfl
  | cons z v ih => cases i with
    | zero => show 1 * z + dot [] v = z; rw [dot_nil]; simp
    | succ i => show 0 * z + dot (Coeffs.set [] i 1) v = get v i; rw [ih]; simp
theorem coordinate_eval (i : Nat) (v : Coeffs) : (coordinate i).eval v = get v i := by
  show 0 + dot (Coeffs.set [] i 1) v = get v i
  rw [coordinate_dot, Int.zero_add]
section
variable (a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 : Int) (t : Coeffs)
theorem coordinate_eval_0 : (coordinate 0).eval (ofList (a0 :: t)) = a0 := coordinate_eval 0 _
theorem coordinate_eval_1 : (coordinate 1).eval (ofList (a0 :: a1 :: t)) = a1 := coordinate_eval 1 _
theorem coordinate_eval_2 : (coordinate 2).eval (ofList (a0 :: a1 :: a2 :: t)) = a2 := coordinate_eval 2 _
theorem coordinate_eval_3 : (coordinate 3).eval (ofList (a0 :: a1 :: a2 :: a3 :: t)) = a3 := coordinate_eval 3 _
theorem coordinate_eval_4 : (coordinate 4).eval (ofList (a0 :: a1 :: a2 :: a3 :: a4 :: t)) = a4 := coordinate_eval 4 _
theorem coordinate_eval_5 : (coordinate 5).eval (ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: t)) = a5 :=
  coordinate_eval 5 _
theorem coordinate_eval_6 : (coordinate 6).eval (ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: t)) = a6 :=
  coordinate_eval 6 _
theorem coordinate_eval_7 : (coordinate 7).eval (ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: a7 :: t)) = a7 :=
  coordinate_eval 7 _
theorem coordinate_eval_8 :
    (coordinate 8).eval (ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: a7 :: a8 :: t)) = a8 :=
  coordinate_eval 8 _
theorem coordinate_eval_9 :
    (coordinate 9).eval (ofList (a0 :: a1 :: a2 :: a3 :: a4 :: a5 :: a6 :: a7 :: a8 :: a9 :: t)) = a9 :=
  coordinate_eval 9 _
end
end LinearCombo
end Lean.Omega
