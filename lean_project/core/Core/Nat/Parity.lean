prelude
import Core.Nat.Vocabulary
import Core.Omega
/-! # Even and odd numbers, in ℕ and ℤ -/
set_option autoImplicit false

namespace Nat
theorem even_iff {n : ℕ} : Even n ↔ n % 2 = 0 := ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩
theorem odd_iff {n : ℕ} : Odd n ↔ n % 2 = 1 := ⟨fun ⟨m, h⟩ => by have h : n = 2 * m + 1 := h; omega, fun h => ⟨n / 2, show n = 2 * (n / 2) + 1 by omega⟩⟩
instance (n : ℕ) : Decidable (Even n) := decidable_of_iff _ even_iff.symm
instance (n : ℕ) : Decidable (Odd n) := decidable_of_iff _ odd_iff.symm
end Nat

namespace Int
theorem even_iff {n : ℤ} : Even n ↔ n % 2 = 0 := ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩
theorem odd_iff {n : ℤ} : Odd n ↔ n % 2 = 1 := ⟨fun ⟨m, h⟩ => by have h : n = 2 * m + 1 := h; omega, fun h => ⟨n / 2, show n = 2 * (n / 2) + 1 by omega⟩⟩
instance (n : ℤ) : Decidable (Even n) := decidable_of_iff _ even_iff.symm
instance (n : ℤ) : Decidable (Odd n) := decidable_of_iff _ odd_iff.symm
end Int
