prelude
import Core.Logic.Congr
import Core.Init.Meta
/-!
# Addition, multiplication and powers of natural numbers
-/
set_option autoImplicit false
set_option linter.all false
universe u v w u₁ u₂

notation "ℕ" => Nat
namespace Nat
class _root_.Std.Associative {α : Sort u} (op : α → α → α) : Prop where
  assoc : (a b c : α) → op (op a b) c = op a (op b c)
class _root_.Std.Commutative {α : Sort u} (op : α → α → α) : Prop where
  comm : (a b : α) → op a b = op b a
@[elab_as_elim, induction_eliminator] protected noncomputable def recAux {motive : Nat → Sort u} (zero : motive 0) (succ : ∀ n, motive n → motive (n + 1)) (t : Nat) :
    motive t :=
  Nat.rec zero succ t
@[elab_as_elim, cases_eliminator] protected abbrev casesAuxOn {motive : Nat → Sort u} (t : Nat) (zero : motive 0) (succ : ∀ n, motive (n + 1)) :
    motive t :=
  Nat.casesOn t zero succ
-- addition, multiplication ------------------------------------------------------------------
@[simp] theorem zero_eq : Nat.zero = 0 := rfl
@[simp] theorem add_eq {a b : Nat} : Nat.add a b = a + b := rfl
@[simp] theorem mul_eq {a b : Nat} : Nat.mul a b = a * b := rfl
@[simp] theorem sub_eq {a b : Nat} : Nat.sub a b = a - b := rfl
@[simp] theorem succ_eq_add_one (n : Nat) : succ n = n + 1 := rfl
@[simp] protected theorem add_zero (n : Nat) : n + 0 = n := rfl
@[simp] protected theorem zero_add (n : Nat) : 0 + n = n := by
  induction n with
  | zero => rfl
  | succ n ih => exact congrArg succ ih
theorem add_succ (n m : Nat) : n + succ m = succ (n + m) := rfl
theorem add_one (n : Nat) : n + 1 = succ n := rfl
theorem succ_add (n m : Nat) : succ n + m = succ (n + m) := by
  induction m with
  | zero => rfl
  | succ m ih => exact congrArg succ ih
protected theorem add_right_comm' (n m : Nat) : n + 1 + m = n + m + 1 := succ_add n m
protected theorem add_comm (n m : Nat) : n + m = m + n := by
  induction m with
  | zero => exact (Nat.zero_add n).symm
  | succ m ih => rw [Nat.add_right_comm', ← ih]; rfl
protected theorem add_assoc (n m k : Nat) : (n + m) + k = n + (m + k) := by
  induction k with
  | zero => rfl
  | succ k ih => exact congrArg succ ih
protected theorem add_left_comm (n m k : Nat) : n + (m + k) = m + (n + k) := by
  rw [← Nat.add_assoc, Nat.add_comm n m, Nat.add_assoc]
protected theorem add_right_comm (n m k : Nat) : (n + m) + k = (n + k) + m := by
  rw [Nat.add_assoc, Nat.add_comm m k, ← Nat.add_assoc]
theorem succ_inj' {m n : Nat} (h : m + 1 = n + 1) : m = n := congrArg pred h
@[simp] protected theorem add_right_cancel_iff {m k n : Nat} : m + n = k + n ↔ m = k :=
  ⟨fun h => by
    induction n with
    | zero => exact h
    | succ n ih => exact ih (succ_inj' h), fun h => h ▸ rfl⟩
protected theorem add_right_cancel {n m k : Nat} (h : n + m = k + m) : n = k := Nat.add_right_cancel_iff.1 h
@[simp] protected theorem add_left_cancel_iff {m k n : Nat} : n + m = n + k ↔ m = k := by
  rw [Nat.add_comm n m, Nat.add_comm n k]; exact Nat.add_right_cancel_iff
protected theorem add_left_cancel {n m k : Nat} (h : n + m = n + k) : m = k := Nat.add_left_cancel_iff.1 h
@[simp] theorem succ_ne_zero (n : Nat) : n + 1 ≠ 0 := fun h => nomatch h
@[simp] theorem zero_ne_succ (n : Nat) : 0 ≠ n + 1 := fun h => nomatch h
theorem add_eq_zero_left {n m : Nat} (h : n + m = 0) : n = 0 := by
  cases m with
  | zero => exact h
  | succ m => exact absurd h (succ_ne_zero _)
@[simp] protected theorem add_eq_zero_iff {m n : Nat} : m + n = 0 ↔ m = 0 ∧ n = 0 :=
  ⟨fun h => ⟨add_eq_zero_left h, add_eq_zero_left (Nat.add_comm m n ▸ h)⟩, fun ⟨a, b⟩ => by rw [a, b]⟩
@[simp] protected theorem mul_zero (n : Nat) : n * 0 = 0 := rfl
theorem mul_succ (n m : Nat) : n * succ m = n * m + n := rfl
protected theorem mul_add_one (n m : Nat) : n * (m + 1) = n * m + n := rfl
@[simp] protected theorem zero_mul (n : Nat) : 0 * n = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => exact ih
theorem succ_mul (n m : Nat) : succ n * m = n * m + m := by
  induction m with
  | zero => rfl
  | succ m ih => rw [← Nat.succ_eq_add_one, mul_succ, ih, mul_succ, Nat.add_assoc, Nat.add_assoc, Nat.add_succ, Nat.add_succ, Nat.add_comm m n]; rfl
protected theorem add_one_mul (n m : Nat) : (n + 1) * m = n * m + m := succ_mul n m
protected theorem mul_comm (n m : Nat) : n * m = m * n := by
  induction m with
  | zero => exact (Nat.zero_mul n).symm
  | succ m ih => rw [Nat.mul_add_one, ih, Nat.add_one_mul]
@[simp] protected theorem mul_one (n : Nat) : n * 1 = n := Nat.zero_add n
@[simp] protected theorem one_mul (n : Nat) : 1 * n = n := by rw [Nat.mul_comm]; exact Nat.mul_one n
protected theorem left_distrib (n m k : Nat) : n * (m + k) = n * m + n * k := by
  induction k with
  | zero => rfl
  | succ k ih => rw [← Nat.add_assoc, Nat.mul_add_one, ih, Nat.add_assoc, ← Nat.mul_add_one]
protected theorem mul_add (n m k : Nat) : n * (m + k) = n * m + n * k := Nat.left_distrib n m k
protected theorem add_mul (n m k : Nat) : (n + m) * k = n * k + m * k := by
  rw [Nat.mul_comm, Nat.mul_add, Nat.mul_comm k n, Nat.mul_comm k m]
protected theorem right_distrib (n m k : Nat) : (n + m) * k = n * k + m * k := Nat.add_mul n m k
protected theorem mul_assoc (n m k : Nat) : (n * m) * k = n * (m * k) := by
  induction k with
  | zero => rfl
  | succ k ih => rw [Nat.mul_add_one, ih, Nat.mul_add_one, Nat.mul_add]
protected theorem mul_left_comm (n m k : Nat) : n * (m * k) = m * (n * k) := by
  rw [← Nat.mul_assoc, Nat.mul_comm n m, Nat.mul_assoc]
protected theorem mul_mul_mul_comm (a b c d : Nat) : a * b * (c * d) = a * c * (b * d) := by
  rw [Nat.mul_assoc, Nat.mul_assoc, Nat.mul_left_comm b c d]
protected theorem mul_eq_zero' {m n : Nat} (h : n * m = 0) : n = 0 ∨ m = 0 := by
  cases n with
  | zero => exact .inl rfl
  | succ n => cases m with
    | zero => exact .inr rfl
    | succ m => exact absurd h (succ_ne_zero _)
@[simp] protected theorem mul_eq_zero {m n : Nat} : n * m = 0 ↔ n = 0 ∨ m = 0 :=
  ⟨Nat.mul_eq_zero', fun h => h.elim (fun e => by rw [e, Nat.zero_mul]) (fun e => by rw [e]; rfl)⟩
@[simp] protected theorem pow_zero (b : Nat) : b ^ 0 = 1 := rfl
protected theorem pow_succ {b n : Nat} : b ^ (n + 1) = b ^ n * b := rfl
protected theorem pow_add (a m n : Nat) : a ^ (m + n) = a ^ m * a ^ n := by
  induction n with
  | zero => rw [Nat.add_zero, Nat.pow_zero, Nat.mul_one]
  | succ n ih => rw [← Nat.add_assoc, Nat.pow_succ, ih, Nat.pow_succ, Nat.mul_assoc]
instance : Std.Associative (α := Nat) (· + ·) := ⟨Nat.add_assoc⟩
instance : Std.Commutative (α := Nat) (· + ·) := ⟨Nat.add_comm⟩
instance : Std.Associative (α := Nat) (· * ·) := ⟨Nat.mul_assoc⟩
instance : Std.Commutative (α := Nat) (· * ·) := ⟨Nat.mul_comm⟩
end Nat
