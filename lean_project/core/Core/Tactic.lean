prelude
import Core.Tactic.Ring
