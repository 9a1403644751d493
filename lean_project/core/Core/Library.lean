prelude
import Core.Omega
import Core.Logic.Lemmas
import Core.Logic.Vocabulary
import Core.Logic.WellFounded
import Core.Data.List
import Core.Data.AC
import Core.Data.Finset
import Core.Data.Set
import Core.Algebra.Dvd
import Core.Algebra.OrderedRing
import Core.Nat.Accelerated
import Core.Nat.Digits
import Core.Nat.Factorial
import Core.Nat.Parity
import Core.Nat.Pow
import Core.Nat.Prime
import Core.Nat.Sqrt
import Core.Int.Cast
import Core.Omega.Simp
/-! # The library: every room but the tactics -/
