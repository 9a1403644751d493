prelude
import Core.Tactic.Ring
import Core.Tactic.Linarith
import Core.Tactic.NormNum
import Core.Tactic.LinearCombination
import Core.Tactic.IntervalCases
import Core.Tactic.Bounded
import Core.Tactic.Logic
import Core.Tactic.Positivity
import Core.Tactic.RingNF
import Core.Tactic.Tauto
import Core.Tactic.ModCases
import Core.Tactic.Commands
import Core.Tactic.Absent
