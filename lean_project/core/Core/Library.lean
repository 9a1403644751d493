prelude
import Core.Omega
import Core.Logic.Vocabulary
import Core.Data.Set
import Core.Nat.Parity
import Core.Nat.Sqrt
