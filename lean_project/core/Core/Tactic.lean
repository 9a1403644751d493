prelude
import Core.Tactic.Ring
import Core.Tactic.Linarith
import Core.Tactic.NormNum
