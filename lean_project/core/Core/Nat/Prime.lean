prelude
import Core.Nat.Dvd
/-!
# Prime numbers

`Nat.Prime` is irreducibility, as in Mathlib; it is decided by trial division up to the square root, which
`decide` and `decide +kernel` run on literals.
-/
set_option autoImplicit false
set_option linter.all false
namespace Nat
variable {a b c d k m n p q : ℕ}

theorem isUnit_iff : IsUnit n ↔ n = 1 :=
  ⟨fun ⟨_, h⟩ => Nat.eq_one_of_mul_eq_one_right h, fun h => ⟨1, by rw [h, Nat.mul_one]⟩⟩
theorem irreducible_iff_nat_prime (a : ℕ) : Irreducible a ↔ Nat.Prime a := Iff.rfl
theorem prime_def : Prime p ↔ 2 ≤ p ∧ ∀ m, m ∣ p → m = 1 ∨ m = p := by
  constructor
  · rintro ⟨hu, h⟩
    have h2 : 2 ≤ p := by
      rw [isUnit_iff] at hu
      have : p ≠ 0 := fun e => by
        have := h (a := 0) (b := 0) e
        rw [isUnit_iff] at this; omega
      omega
    refine ⟨h2, fun m hm => ?_⟩
    obtain ⟨k, e⟩ := hm
    rcases h e with h' | h' <;> rw [isUnit_iff] at h'
    · exact .inl h'
    · right; rw [e, h', Nat.mul_one]
  · rintro ⟨h2, h⟩
    refine ⟨by rw [isUnit_iff]; omega, fun a b e => ?_⟩
    rw [isUnit_iff, isUnit_iff]
    rcases h a ⟨b, e⟩ with h' | h'
    · exact .inl h'
    · right
      rw [h'] at e
      exact Nat.eq_of_mul_eq_mul_left (show 0 < p by omega) (by rw [← e, Nat.mul_one])
theorem prime_def_lt'' : Prime p ↔ 2 ≤ p ∧ ∀ m, m ∣ p → m = 1 ∨ m = p := prime_def
theorem prime_def_lt : Prime p ↔ 2 ≤ p ∧ ∀ m, m < p → m ∣ p → m = 1 := by
  rw [prime_def]
  refine ⟨fun ⟨h2, h⟩ => ⟨h2, fun m hm hd => (h m hd).resolve_right (Nat.ne_of_lt hm)⟩, fun ⟨h2, h⟩ => ⟨h2, fun m hd => ?_⟩⟩
  rcases Nat.lt_or_eq_of_le (Nat.le_of_dvd (by omega) hd) with hm | hm
  · exact .inl (h m hm hd)
  · exact .inr hm

theorem not_prime_zero : ¬ Prime 0 := fun h => by have := (prime_def.1 h).1; omega
theorem not_prime_one : ¬ Prime 1 := fun h => by have := (prime_def.1 h).1; omega
theorem Prime.two_le (h : Prime p) : 2 ≤ p := (prime_def.1 h).1
theorem Prime.one_lt (h : Prime p) : 1 < p := h.two_le
theorem Prime.pos (h : Prime p) : 0 < p := Nat.lt_of_lt_of_le (by omega) h.two_le
theorem Prime.ne_zero (h : Prime p) : p ≠ 0 := Nat.ne_of_gt h.pos
theorem Prime.ne_one (h : Prime p) : p ≠ 1 := Nat.ne_of_gt h.one_lt
theorem Prime.one_le (h : Prime p) : 1 ≤ p := h.pos
theorem Prime.eq_one_or_self_of_dvd (h : Prime p) (m : ℕ) (hm : m ∣ p) : m = 1 ∨ m = p := (prime_def.1 h).2 m hm
theorem dvd_prime (h : Prime p) : m ∣ p ↔ m = 1 ∨ m = p :=
  ⟨h.eq_one_or_self_of_dvd m, fun h' => h'.elim (fun e => by rw [e]; exact one_dvd p) fun e => by rw [e]⟩
theorem dvd_prime_two_le (h : Prime p) (hm : 2 ≤ m) : m ∣ p ↔ m = p := by rw [dvd_prime h]; omega
theorem prime_dvd_prime_iff_eq (hp : Prime p) (hq : Prime q) : p ∣ q ↔ p = q := dvd_prime_two_le hq hp.two_le
theorem Prime.not_dvd_one (h : Prime p) : ¬ p ∣ 1 := fun h' => h.ne_one (dvd_one.1 h')
theorem Prime.coprime_iff_not_dvd (h : Prime p) : Coprime p n ↔ ¬ p ∣ n := by
  refine ⟨fun co d => h.not_dvd_one ?_, fun nd => (h.eq_one_or_self_of_dvd _ (gcd_dvd_left p n)).resolve_right fun e => nd (e ▸ gcd_dvd_right p n)⟩
  exact co.dvd_of_dvd_mul_left (by rw [Nat.mul_one]; exact d)
theorem Prime.dvd_mul (h : Prime p) : p ∣ m * n ↔ p ∣ m ∨ p ∣ n := by
  refine ⟨fun d => ?_, fun d => d.elim (·.mul_right n) (·.mul_left m)⟩
  by_cases hm : p ∣ m
  · exact .inl hm
  · exact .inr ((h.coprime_iff_not_dvd.2 hm).dvd_of_dvd_mul_left d)
theorem Prime.not_dvd_mul (h : Prime p) (hm : ¬ p ∣ m) (hn : ¬ p ∣ n) : ¬ p ∣ m * n :=
  fun d => (h.dvd_mul.1 d).elim hm hn
theorem Prime.dvd_of_dvd_pow (h : Prime p) (d : p ∣ m ^ n) : p ∣ m := by
  induction n with
  | zero => exact absurd d h.not_dvd_one
  | succ n ih => exact (h.dvd_mul.1 d).elim ih id
theorem Prime.dvd_pow_iff (h : Prime p) (hn : n ≠ 0) : p ∣ m ^ n ↔ p ∣ m := ⟨h.dvd_of_dvd_pow, fun d => dvd_pow d hn⟩
theorem prime_iff {p : ℕ} : Nat.Prime p ↔ _root_.Prime p := by
  constructor
  · intro h; exact ⟨h.ne_zero, fun u => h.ne_one (isUnit_iff.1 u), fun a b d => h.dvd_mul.1 d⟩
  · rintro ⟨h0, hu, h⟩
    refine ⟨hu, fun a b e => ?_⟩
    rw [isUnit_iff, isUnit_iff]
    have hp : 0 < p := pos_of_ne_zero h0
    rcases h a b (e ▸ Nat.dvd_refl p) with ⟨c, e'⟩ | ⟨c, e'⟩
    · right; rw [e', Nat.mul_assoc] at e
      exact Nat.eq_one_of_mul_eq_one_left (Nat.eq_of_mul_eq_mul_left hp (e.symm.trans (Nat.mul_one p).symm))
    · left; rw [e', Nat.mul_left_comm] at e
      exact Nat.eq_one_of_mul_eq_one_right (Nat.eq_of_mul_eq_mul_left hp (e.symm.trans (Nat.mul_one p).symm))
theorem Prime.prime (h : Nat.Prime p) : _root_.Prime p := prime_iff.1 h
theorem coprime_primes (hp : Prime p) (hq : Prime q) : Coprime p q ↔ p ≠ q := by
  rw [hp.coprime_iff_not_dvd, prime_dvd_prime_iff_eq hp hq]
theorem coprime_or_dvd_of_prime (hp : Prime p) (i : ℕ) : Coprime p i ∨ p ∣ i := by
  rw [hp.coprime_iff_not_dvd]; exact (Classical.em _).symm
theorem Prime.coprime_pow_of_not_dvd (hp : Prime p) (h : ¬ p ∣ a) : Coprime a (p ^ m) :=
  (hp.coprime_iff_not_dvd.2 h).symm.pow_right m
theorem Prime.eq_of_dvd_of_prime (hp : Prime p) (hq : Prime q) (h : p ∣ q) : p = q :=
  (prime_dvd_prime_iff_eq hp hq).1 h

/-! ### The smallest factor -/
theorem exists_prime_and_dvd {n : ℕ} (hn : n ≠ 1) : ∃ p, Nat.Prime p ∧ p ∣ n := by
  induction n using Nat.strong_induction_on with
  | h n ih =>
    by_cases h0 : n = 0
    · refine ⟨2, prime_def.2 ⟨Nat.le_refl 2, fun m hm => ?_⟩, by rw [h0]; exact dvd_zero 2⟩
      have := Nat.le_of_dvd (by omega) hm
      have : m ≠ 0 := fun e => by rw [e] at hm; have := zero_dvd_iff.1 hm; omega
      omega
    · by_cases hp : Prime n
      · exact ⟨n, hp, Nat.dvd_refl n⟩
      · rw [prime_def_lt, Classical.not_and_iff_not_or_not] at hp
        rcases hp with hp | hp
        · omega
        · obtain ⟨m, hm⟩ := Classical.not_forall.1 hp
          obtain ⟨hm, hm'⟩ := Classical.not_imp.1 hm
          obtain ⟨hd, h1⟩ := Classical.not_imp.1 hm'
          obtain ⟨p, hp, hpm⟩ := ih m hm h1
          exact ⟨p, hp, Nat.dvd_trans hpm hd⟩
theorem Coprime.not_exists_prime (h : Coprime m n) : ¬ ∃ p, Nat.Prime p ∧ p ∣ m ∧ p ∣ n := fun ⟨_, hp, h₁, h₂⟩ =>
  hp.not_dvd_one (h ▸ dvd_gcd h₁ h₂)
theorem Prime.dvd_iff_not_coprime (hp : Prime p) : p ∣ n ↔ ¬ Coprime p n := by
  rw [hp.coprime_iff_not_dvd]; exact Classical.not_not.symm
theorem coprime_of_dvd (h : ∀ k, Nat.Prime k → k ∣ m → ¬ k ∣ n) : Coprime m n :=
  Classical.byContradiction fun hn => by
    obtain ⟨p, hp, hd⟩ := exists_prime_and_dvd (n := gcd m n) hn
    exact h p hp (Nat.dvd_trans hd (gcd_dvd_left m n)) (Nat.dvd_trans hd (gcd_dvd_right m n))

/-! ### Deciding primality -/
/-- No `d, d + 2, d + 4, …` up to the square root of `n` divides `n` (`fuel` bounds the number of trials). -/
def noOddFactorFrom (n : ℕ) : ℕ → ℕ → Bool
  | 0, _ => true
  | fuel + 1, d => cond (Nat.ble (d * d) n) (cond (Nat.beq (n % d) 0) false (noOddFactorFrom n fuel (d + 2))) true
/-- Trial division. -/
def isPrime (n : ℕ) : Bool :=
  cond (Nat.ble n 3) (Nat.ble 2 n) (cond (Nat.beq (n % 2) 0) false (noOddFactorFrom n n 3))

theorem noOddFactorFrom_spec (fuel d : ℕ) (hd : 0 < d) (hf : n < d + 2 * fuel) :
    noOddFactorFrom n fuel d = true ↔ ∀ i, (d + 2 * i) * (d + 2 * i) ≤ n → ¬ (d + 2 * i) ∣ n := by
  induction fuel generalizing d with
  | zero =>
    refine ⟨fun _ i h => ?_, fun _ => rfl⟩
    have := Nat.le_mul_of_pos_right (d + 2 * i) (show 0 < d + 2 * i by omega)
    omega
  | succ fuel ih =>
    unfold noOddFactorFrom
    cases hb : Nat.ble (d * d) n with
    | false =>
      refine ⟨fun _ i h => ?_, fun _ => rfl⟩
      have h₁ : ¬ d * d ≤ n := fun h => by rw [Nat.ble_eq_true_of_le h] at hb; nomatch hb
      have h₂ := Nat.mul_self_le_mul_self (show d ≤ d + 2 * i by omega)
      omega
    | true =>
      have hle := Nat.le_of_ble_eq_true hb
      cases hm : Nat.beq (n % d) 0 with
      | true =>
        refine ⟨fun h => (nomatch h), fun h => absurd (Nat.dvd_of_mod_eq_zero (Nat.eq_of_beq_eq_true _ _ hm)) (h 0 hle)⟩
      | false =>
        show noOddFactorFrom n fuel (d + 2) = true ↔ _
        rw [ih (d + 2) (by omega) (by omega)]
        constructor
        · intro h i
          cases i with
          | zero => exact fun _ hd => Nat.ne_of_beq_eq_false hm (Nat.mod_eq_zero_of_dvd hd)
          | succ i => have := h i; rwa [show d + 2 + 2 * i = d + 2 * (i + 1) by omega] at this
        · intro h i
          have := h (i + 1)
          rwa [show d + 2 * (i + 1) = d + 2 + 2 * i by omega] at this

theorem isPrime_iff (n : ℕ) : isPrime n = true ↔ Prime n := by
  unfold isPrime
  cases h3 : Nat.ble n 3 with
  | true =>
    have hn := Nat.le_of_ble_eq_true h3
    rw [prime_def_lt]
    show Nat.ble 2 n = true ↔ _
    refine ⟨fun h => ⟨Nat.le_of_ble_eq_true h, fun m hm hd => ?_⟩, fun h => Nat.ble_eq_true_of_le h.1⟩
    have h2 := Nat.le_of_ble_eq_true h
    have h0 : m ≠ 0 := fun e => by rw [e] at hd; have := zero_dvd_iff.1 hd; omega
    obtain ⟨c, hc⟩ := hd
    have hc0 : c ≠ 0 := fun e => by rw [e, Nat.mul_zero] at hc; omega
    have hc1 : c ≠ 1 := fun e => by rw [e, Nat.mul_one] at hc; omega
    have := Nat.mul_le_mul_left m (show 2 ≤ c by omega)
    omega
  | false =>
    have hn : ¬ n ≤ 3 := fun h => by rw [Nat.ble_eq_true_of_le h] at h3; nomatch h3
    cases h2 : Nat.beq (n % 2) 0 with
    | true =>
      refine ⟨fun h => (nomatch h), fun h => ?_⟩
      have := h.eq_one_or_self_of_dvd 2 (Nat.dvd_of_mod_eq_zero (Nat.eq_of_beq_eq_true _ _ h2))
      omega
    | false =>
      have hodd := Nat.ne_of_beq_eq_false h2
      show noOddFactorFrom n n 3 = true ↔ _
      rw [noOddFactorFrom_spec n 3 (by omega) (by omega)]
      constructor
      · intro h
        have key : ∀ s, 2 ≤ s → s * s ≤ n → ¬ s ∣ n := by
          intro s hs hss hd
          have hso : s % 2 = 1 := by
            have h2s : ¬ 2 ∣ s := fun d => by
              have := Nat.mod_eq_zero_of_dvd (Nat.dvd_trans d hd); omega
            omega
          have e : s = 3 + 2 * ((s - 3) / 2) := by omega
          have := h ((s - 3) / 2)
          rw [← e] at this
          exact this hss hd
        rw [prime_def_lt]
        refine ⟨by omega, fun m hm hd => Classical.byContradiction fun h1 => ?_⟩
        obtain ⟨k, hk⟩ := hd
        have hm0 : m ≠ 0 := fun e => by rw [e, Nat.zero_mul] at hk; omega
        have hk0 : k ≠ 0 := fun e => by rw [e, Nat.mul_zero] at hk; omega
        have hk1 : k ≠ 1 := fun e => by rw [e, Nat.mul_one] at hk; omega
        rcases Nat.le_total m k with hmk | hkm
        · exact key m (by omega) (by rw [hk]; exact Nat.mul_le_mul_left m hmk) ⟨k, hk⟩
        · exact key k (by omega) (by rw [hk]; exact Nat.mul_le_mul_right k hkm) ⟨m, by rw [hk, Nat.mul_comm]⟩
      · intro h i hi hd
        have hle := Nat.le_mul_of_pos_right (3 + 2 * i) (show 0 < 3 + 2 * i by omega)
        rcases h.eq_one_or_self_of_dvd _ hd with e | e
        · omega
        · rw [e] at hi
          have := Nat.mul_le_mul_left n (show 2 ≤ n by omega)
          omega
instance decidablePrime (p : ℕ) : Decidable (Nat.Prime p) := decidable_of_iff _ (isPrime_iff p)

theorem prime_two : Prime 2 := by decide
theorem prime_three : Prime 3 := by decide
theorem prime_five : Prime 5 := by decide
theorem prime_seven : Prime 7 := by decide
theorem prime_eleven : Prime 11 := by decide
theorem Prime.eq_two_or_odd (h : Prime p) : p = 2 ∨ p % 2 = 1 := by
  rcases Nat.mod_two_eq_zero_or_one p with e | e
  · left; have := h.eq_one_or_self_of_dvd 2 (Nat.dvd_of_mod_eq_zero e); omega
  · exact .inr e
theorem Prime.odd_of_ne_two (h : Prime p) (h2 : p ≠ 2) : Odd p :=
  ⟨p / 2, show p = 2 * (p / 2) + 1 by have := h.eq_two_or_odd; omega⟩
theorem Prime.eq_two_or_odd' (h : Prime p) : p = 2 ∨ Odd p :=
  (Classical.em (p = 2)).imp id h.odd_of_ne_two
theorem Prime.even_iff (h : Prime p) : Even p ↔ p = 2 := by
  have := h.eq_two_or_odd
  exact ⟨fun ⟨r, e⟩ => by omega, fun e => ⟨1, e⟩⟩
end Nat
