"""What this Lean knows: tactics and lemmas differ between profiles, so they are asked for, once per toolchain.

A tactic counts as known when it closes a small goal of its own; a lemma when its name resolves. Both are probed
on the statement `True` under the header's imports, and kept for the life of the process, since a toolchain's
identity fixes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prover.agents.hammer.session import Session
from prover.types import Header, Statement

TACTICS = {
    "omega": "have : 2 + 2 = 4 := by omega",
    "decide": "have : 2 + 2 = 4 := by decide",
    "decide +kernel": "have : 2 + 2 = 4 := by decide +kernel",
    "rfl": "have : 2 + 2 = 4 := by rfl",
    "simp": "have : 2 + 2 = 4 := by simp",
    "simp_all": "have : ∀ n : Nat, n = 2 → n = 2 := by intro n h; simp_all",
    "norm_num": "have : 2 + 2 = 4 := by norm_num",
    "norm_num1": "have : 2 + 2 = 4 := by norm_num1",
    "ring": "have : ∀ a b : Nat, (a + b) * a = a * a + a * b := by intro a b; ring",
    "ring_nf": "have : ∀ a b : Nat, (a + b) * a = a * a + a * b := by intro a b; ring_nf",
    "linarith": "have : ∀ a b : Nat, a < b → a ≤ b := by intro a b h; linarith",
    "nlinarith": "have : ∀ a b : Int, a < b → a ≤ b := by intro a b h; nlinarith",
    "positivity": "have : ∀ a : Int, 0 ≤ a * a := by intro a; positivity",
    "field_simp": "have : True := by first | field_simp | trivial",
    "aesop": "have : ∀ a b : Prop, a → b → a ∧ b := by aesop",
    "tauto": "have : ∀ a b : Prop, a → b → a ∧ b := by tauto",
    "grind": "have : ∀ a b : Nat, a = b → b = a := by grind",
    "push_cast": "have : ∀ a b : Nat, ((a + b : Nat) : Int) = (a : Int) + b := by intro a b; push_cast; rfl",
    "norm_cast": "have : ∀ a b : Nat, (a : Int) = b → a = b := by intro a b h; norm_cast at h",
    "push_neg": "have : ∀ a b : Nat, ¬ (a ≤ b) → b < a := by intro a b h; push_neg at h; exact h",
    "by_contra": "have : True := by by_contra h; exact h trivial",
    "contrapose!": "have : ∀ a b : Nat, ¬ (a ≤ b) → b < a := by intro a b; contrapose!; exact id",
    "interval_cases": "have : ∀ n : Nat, n < 2 → n * n = n := by intro n h; interval_cases n <;> rfl",
    "zify": "have : ∀ a b : Nat, a = b → a = b := by intro a b h; zify at h ⊢; exact h",
    "gcongr": "have : ∀ a b : Nat, a ≤ b → a + 1 ≤ b + 1 := by intro a b h; gcongr",
    "use": "have : ∃ n : Nat, n = 2 := by use 2",
    "assumption": "have : 1 = 1 → 1 = 1 := by intro h; assumption",
    "split_ifs": "have : ∀ p : Prop, True := by intro p; trivial",
    "ac_rfl": "have : ∀ a b : Nat, a + b = b + a := by intro a b; ac_rfl",
}
LEMMAS = (
    "pow_succ",
    "pow_zero",
    "mul_pos",
    "sq_nonneg",
    "Nat.pow_succ",
    "Int.pow_succ",
    "Nat.factorial",
    "Nat.factorial_succ",
    "Nat.factorial_zero",
    "Nat.choose",
    "Nat.choose_succ_succ",
    "Nat.ModEq",
    "Int.ModEq",
    "Nat.even_iff",
    "Nat.odd_iff",
    "Int.even_iff",
    "Int.odd_iff",
    "Nat.le_induction",
    "Nat.Coprime",
    "Nat.lcm",
    "Nat.dvd_of_mod_eq_zero",
    "Int.dvd_of_emod_eq_zero",
    "ExistsUnique",
    "Nat.ofDigits",
    "IsLeast",
    "IsGreatest",
    "lowerBounds",
    "upperBounds",
    "not_and_or",
    "not_or",
    "not_forall",
    "not_exists",
    "not_le",
    "not_lt",
)

_PROBE_HEARTBEATS = 40_000
_NAMED = "first | (have := @{name}.{{0}}; trivial) | (have := @{name}.{{1, 1}}; trivial) | (have := @{name}; trivial)"
"""Closes `True` when the name resolves, whether or not it is universe-polymorphic."""
_known: dict[tuple[str, Header], Toolbox] = {}


@dataclass(frozen=True, slots=True)
class Toolbox:
    """Names of the tactics and lemmas that are there."""

    tactics: frozenset[str]
    lemmas: frozenset[str]

    def lemma_list(self, names: Iterable[str]) -> list[str]:
        return [n for n in dict.fromkeys(names) if n in self.lemmas]

    def simp(self, *names: str, extra: Iterable[str] = (), only: bool = False) -> str:
        """A `simp` call with those of the lemmas that exist, and `extra` (hypotheses) as they are."""
        items = [*self.lemma_list(names), *extra]
        return ("simp only" if only else "simp") + (f" [{', '.join(items)}]" if items else "")

    def first(self, *tactics: str) -> str:
        """`first | a | b …` of those whose leading word is a known tactic; empty where none is."""
        known = [t for t in tactics if self.knows(t)]
        if len(known) < 2:
            return "".join(known)
        return "first | " + " | ".join(known)

    def knows(self, text: str) -> bool:
        """Every optional tactic that `text` names is there. Words that are no optional tactic are not looked at."""
        if "decide +kernel" in text and "decide +kernel" not in self.tactics:
            return False
        words = set(text.replace("(", " ").replace(")", " ").replace(";", " ").replace(",", " ").split())
        return all(w in self.tactics for w in words if w in TACTICS)

    @property
    def ring_nf(self) -> str:
        return "ring_nf" if "ring_nf" in self.tactics else ""


async def toolbox_for(session: Session) -> Toolbox:
    """Probe what is there, or recall it."""
    header = Header(session.statement.header.imports)
    key = (session.checker.toolchain, header)
    if key not in _known:
        trivial = Statement("toolbox", ": True", header)
        blocks = [f"{sample}\ntrivial" for sample in TACTICS.values()]
        blocks += [_NAMED.format(name=name) for name in LEMMAS]
        answers = await session.probe(blocks, _PROBE_HEARTBEATS, trivial)
        names = [*TACTICS, *LEMMAS]
        known = [n for n, a in zip(names, answers, strict=True) if a.closed]
        _known[key] = Toolbox(
            frozenset(n for n in known if n in TACTICS), frozenset(n for n in known if n not in TACTICS)
        )
    return _known[key]
