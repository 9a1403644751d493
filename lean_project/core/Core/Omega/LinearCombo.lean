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
/-! The kernel evaluates every certificate. Integer arithmetic and recursion on lists are therefore written with the recursors themselves: they unfold in
half the steps that `match`, `brecOn` and the classes of `+` and `*` take, and equal those by `rfl`. -/
noncomputable section
namespace Lean.Omega
namespace Arith
def sub (m n : Nat) : Int := Nat.rec (.ofNat (Nat.sub m n)) (fun k _ => .negSucc k) (Nat.sub n m)
def neg (a : Int) : Int := Int.rec (fun m => Nat.rec (.ofNat 0) (fun k _ => .negSucc k) m) (fun m => .ofNat (Nat.succ m)) a
def add (a b : Int) : Int :=
  Int.rec (fun m => Int.rec (fun n => .ofNat (Nat.add m n)) (fun n => sub m (Nat.succ n)) b)
    (fun m => Int.rec (fun n => sub n (Nat.succ m)) (fun n => .negSucc (Nat.succ (Nat.add m n))) b) a
def mul (a b : Int) : Int :=
  Int.rec (fun m => Int.rec (fun n => .ofNat (Nat.mul m n)) (fun n => neg (.ofNat (Nat.mul m (Nat.succ n)))) b)
    (fun m => Int.rec (fun n => neg (.ofNat (Nat.mul (Nat.succ m) n))) (fun n => .ofNat (Nat.mul (Nat.succ m) (Nat.succ n))) b) a
def natAbs (a : Int) : Nat := Int.rec (fun m => m) Nat.succ a
def isNonneg (a : Int) : Bool := Int.rec (fun _ => true) (fun _ => false) a
/-- `a ≤ b` -/
def le (a b : Int) : Bool := isNonneg (add b (neg a))
theorem neg_eq (a : Int) : neg a = -a := by cases a with
  | ofNat m => cases m <;> rfl
  | negSucc m => rfl
theorem sub_eq (m n : Nat) : sub m n = Int.subNatNat m n := by
  show Nat.rec (Int.ofNat (m - n)) (fun k _ => .negSucc k) (n - m) = Int.subNatNat m n
  unfold Int.subNatNat; cases n - m <;> rfl
theorem add_eq (a b : Int) : add a b = a + b := by
  cases a <;> cases b <;> first | rfl | exact sub_eq _ _
theorem mul_eq (a b : Int) : mul a b = a * b := by
  cases a <;> cases b <;> first | rfl | exact neg_eq (.ofNat _)
theorem natAbs_eq (a : Int) : natAbs a = Int.natAbs a := by cases a <;> rfl
end Arith
abbrev IntList := List Int
abbrev Coeffs := IntList
namespace Coeffs
abbrev ofList (xs : List Int) : Coeffs := xs
abbrev toList (xs : Coeffs) : List Int := xs
def length (xs : Coeffs) : Nat := List.rec 0 (fun _ _ n => Nat.succ n) xs
open Arith
def map (f : Int → Int) (xs : Coeffs) : Coeffs := List.rec [] (fun x _ ys => f x :: ys) xs
def get (xs : Coeffs) (i : Nat) : Int :=
  List.rec (fun _ => 0) (fun x _ rest i => Nat.rec x (fun i _ => rest i) i) xs i
def single (i : Nat) (y : Int) : Coeffs := Nat.rec [y] (fun _ xs => 0 :: xs) i
def set (xs : Coeffs) (i : Nat) (y : Int) : Coeffs :=
  List.rec (fun i => single i y) (fun x xs rest i => Nat.rec (y :: xs) (fun i _ => x :: rest i) i) xs i
def isZero (xs : Coeffs) : Prop := List.rec True (fun x _ rest => x = 0 ∧ rest) xs
instance decZero (xs : Coeffs) : Decidable (isZero xs) :=
  List.rec (isTrue trivial) (fun _ _ rest => @instDecidableAnd _ _ _ rest) xs
/-- The first coefficient that is not zero is positive, or all are zero. -/
def isPositive (xs : Coeffs) : Bool :=
  List.rec true (fun x _ rest => Int.rec (fun n => Nat.rec rest (fun _ _ => true) n) (fun _ => false) x) xs
def smul (xs : Coeffs) (g : Int) : Coeffs := map (mul g) xs
def sdiv (xs : Coeffs) (g : Int) : Coeffs := map (Int.ediv · g) xs
def gcd (xs : Coeffs) : Nat := List.rec 0 (fun x _ g => Nat.gcd (natAbs x) g) xs
def dot (xs ys : Coeffs) : Int :=
  List.rec (fun _ => 0) (fun x _ rest ys => List.rec 0 (fun y ys _ => x * y + rest ys) ys) xs ys
def combo (a : Int) (xs : Coeffs) (b : Int) (ys : Coeffs) : Coeffs :=
  List.rec (fun ys => map (mul b) ys)
    (fun x xs rest ys => List.rec (map (mul a) (x :: xs)) (fun y ys _ => add (mul a x) (mul b y) :: rest ys) ys) xs ys
theorem dot_cons (x : Int) (xs : Coeffs) (y : Int) (ys : Coeffs) : dot (x :: xs) (y :: ys) = x * y + dot xs ys := rfl
theorem dot_nil (v : Coeffs) : dot [] v = 0 := by cases v <;> rfl
theorem dot_nil_right (v : Coeffs) : dot v [] = 0 := by cases v <;> rfl
theorem dot_smul (xs : Coeffs) (g : Int) (v : Coeffs) : dot (smul xs g) v = g * dot xs v := by
  induction v generalizing xs with
  | nil => simp [dot_nil_right]
  | cons z v ih => cases xs with
    | nil => exact (Int.mul_zero g).symm
    | cons x xs => show mul g x * z + dot (smul xs g) v = g * (x * z + dot xs v); rw [ih, mul_eq, Int.mul_add, Int.mul_assoc]
theorem dot_combo (a : Int) (xs : Coeffs) (b : Int) (ys v : Coeffs) : dot (combo a xs b ys) v = a * dot xs v + b * dot ys v := by
  induction v generalizing xs ys with
  | nil => simp [dot_nil_right]
  | cons z v ih =>
    cases xs with
    | nil => show dot (smul ys b) (z :: v) = _; rw [dot_smul, dot_nil]; simp
    | cons x xs => cases ys with
      | nil => show dot (smul (x :: xs) a) (z :: v) = _; rw [dot_smul, dot_nil]; simp
      | cons y ys =>
        show add (mul a x) (mul b y) * z + dot (combo a xs b ys) v = a * (x * z + dot xs v) + b * (y * z + dot ys v)
        rw [ih, add_eq, mul_eq, mul_eq, Int.mul_add, Int.mul_add, Int.add_mul, Int.mul_assoc, Int.mul_assoc]
        simp only [Int.add_assoc, Int.add_left_comm]
theorem natAbs_dvd {g : Nat} {x : Int} (h : g ∣ Int.natAbs x) : ∃ c, x = (g : Int) * c := by
  obtain ⟨c, hc⟩ := h
  cases x with
  | ofNat m => exact ⟨c, by rw [show m = g * c from hc]; rfl⟩
  | negSucc m => exact ⟨-(c : Int), by rw [Int.mul_neg, ← Int.natCast_mul, ← (show m + 1 = g * c from hc)]; rfl⟩
theorem dot_sdiv (xs : Coeffs) (n : Nat) (v : Coeffs) (h : (n + 1) ∣ gcd xs) : ((n + 1 : Nat) : Int) * dot (sdiv xs ((n + 1 : Nat) : Int)) v = dot xs v := by
  induction v generalizing xs with
  | nil => simp [dot_nil_right]
  | cons z v ih => cases xs with
    | nil => exact Int.mul_zero _
    | cons x xs =>
      have h : (n + 1) ∣ Nat.gcd (natAbs x) (gcd xs) := h
      have h1 := Nat.dvd_trans h (Nat.gcd_dvd_left (natAbs x) (gcd xs))
      have h2 := Nat.dvd_trans h (Nat.gcd_dvd_right (natAbs x) (gcd xs))
      rw [natAbs_eq] at h1
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
      have h : Nat.gcd (natAbs x) (gcd xs) = 0 := h
      have h1 : 0 ∣ Int.natAbs x := natAbs_eq x ▸ h ▸ Nat.gcd_dvd_left _ _
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
def coordinate (i : Nat) : LinearCombo := ⟨0, single i 1⟩
instance : Add LinearCombo := ⟨fun l₁ l₂ => ⟨Arith.add l₁.const l₂.const, combo 1 l₁.coeffs 1 l₂.coeffs⟩⟩
instance : Neg LinearCombo := ⟨fun l => ⟨Arith.neg l.const, Coeffs.smul l.coeffs (-1)⟩⟩
instance : Sub LinearCombo := ⟨fun l₁ l₂ => ⟨Arith.add l₁.const (Arith.neg l₂.const), combo 1 l₁.coeffs (-1) l₂.coeffs⟩⟩
instance : Mul LinearCombo := ⟨fun l₁ l₂ => ⟨Arith.mul l₁.const l₂.const, combo l₂.const l₁.coeffs l₁.const l₂.coeffs⟩⟩
theorem neg_one_mul (a : Int) : (-1) * a = -a := by rw [Int.neg_mul, Int.one_mul]
theorem add_eval (l₁ l₂ : LinearCombo) (v : Coeffs) : (l₁ + l₂).eval v = l₁.eval v + l₂.eval v := by
  show Arith.add l₁.const l₂.const + dot (combo 1 l₁.coeffs 1 l₂.coeffs) v = (l₁.const + dot l₁.coeffs v) + (l₂.const + dot l₂.coeffs v)
  rw [Arith.add_eq, dot_combo, Int.one_mul, Int.one_mul]; simp only [Int.add_assoc, Int.add_left_comm]
theorem neg_eval (l : LinearCombo) (v : Coeffs) : (-l).eval v = -l.eval v := by
  show Arith.neg l.const + dot (Coeffs.smul l.coeffs (-1)) v = -(l.const + dot l.coeffs v)
  rw [Arith.neg_eq, dot_smul, Int.neg_add, neg_one_mul]
theorem sub_eval (l₁ l₂ : LinearCombo) (v : Coeffs) : (l₁ - l₂).eval v = l₁.eval v - l₂.eval v := by
  show Arith.add l₁.const (Arith.neg l₂.const) + dot (combo 1 l₁.coeffs (-1) l₂.coeffs) v = (l₁.const + dot l₁.coeffs v) + -(l₂.const + dot l₂.coeffs v)
  rw [Arith.add_eq, Arith.neg_eq, dot_combo, neg_one_mul, Int.neg_add, Int.one_mul]; simp only [Int.add_assoc, Int.add_left_comm]
theorem dot_isZero (xs v : Coeffs) (h : isZero xs) : dot xs v = 0 := by
  induction v generalizing xs with
  | nil => exact dot_nil_right xs
  | cons z v ih => cases xs with
    | nil => rfl
    | cons x xs => show x * z + dot xs v = 0; rw [ih xs h.2, h.1, Int.zero_mul]; rfl
theorem mul_eval (l₁ l₂ : LinearCombo) (v : Coeffs) (h : isZero l₁.coeffs ∨ isZero l₂.coeffs) : (l₁ * l₂).eval v = l₁.eval v * l₂.eval v := by
  show Arith.mul l₁.const l₂.const + dot (combo l₂.const l₁.coeffs l₁.const l₂.coeffs) v = (l₁.const + dot l₁.coeffs v) * (l₂.const + dot l₂.coeffs v)
  rw [Arith.mul_eq, dot_combo]
  cases h with
  | inl h => simp [dot_isZero _ v h, Int.mul_add]
  | inr h => rw [dot_isZero _ v h, Int.mul_zero, Int.add_zero, Int.add_zero, Int.add_mul, Int.mul_comm l₂.const]
theorem coordinate_dot (i : Nat) (v : Coeffs) : dot (single i 1) v = get v i := by
  induction v generalizing i with
  | nil => rw [dot_nil_right]; rfl
  | cons z v ih => cases i with
    | zero => show 1 * z + dot [] v = z; rw [dot_nil, Int.one_mul, Int.add_zero]
    | succ i => show 0 * z + dot (single i 1) v = get v i; rw [ih, Int.zero_mul, Int.zero_add]
theorem coordinate_eval (i : Nat) (v : Coeffs) : (coordinate i).eval v = get v i := by
  show 0 + dot (single i 1) v = get v i
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
