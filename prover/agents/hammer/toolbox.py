"""What this Lean knows: tactics and lemmas differ between profiles, so they are asked for, once per toolchain.

A tactic counts as known when it closes a small goal of its own; a lemma when its name resolves. Both are probed on the
statement `True` under the header's imports, and kept for the life of the process, since a toolchain's identity fixes them.
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
LEMMAS = ["pow_succ", "pow_zero", "pow_add", "pow_mul", "pow_two", "sq", "mul_pow", "one_pow", "mul_comm", "mul_assoc", "mul_left_comm", "add_comm", "mul_add", "add_mul", "mul_pos", "sq_nonneg", "mul_self_nonneg", "abs_nonneg", "pow_pos", "sub_nonneg", "le_antisymm", "Nat.pow_succ", "Nat.pow_zero", "Nat.pow_add", "Nat.pow_mul", "Nat.mul_pow", "Nat.one_pow", "Nat.pow_mod", "Nat.add_mod", "Nat.mul_mod", "Nat.mul_add", "Nat.add_mul", "Nat.mul_comm", "Nat.mul_assoc", "Nat.mul_le_mul", "Nat.sub_mod", "Int.pow_succ", "Int.pow_zero", "Int.emod_emod_of_dvd", "Int.add_emod", "Int.sub_emod", "Int.mul_emod", "Int.pow_mod", "Int.mul_add", "Int.add_mul", "Int.sub_mul", "Int.mul_sub", "Nat.factorial", "Nat.factorial_succ", "Nat.factorial_zero", "Nat.factorial_pos", "Nat.choose", "Nat.choose_succ_succ", "Nat.succ_eq_add_one", "Nat.ModEq", "Int.ModEq", "Int.emod_emod_of_dvd", "Nat.even_iff", "Nat.odd_iff", "Int.even_iff", "Int.odd_iff", "Nat.even_add", "Nat.even_add_one", "Nat.even_mul", "Nat.even_pow", "Int.even_add", "Int.even_mul", "Int.even_sub", "Int.even_pow", "parity_simps", "Nat.not_even_iff_odd", "Int.not_even_iff_odd", "Nat.le_induction", "Nat.strong_induction_on", "Nat.strongRecOn", "Nat.strongRec", "Nat.two_step_induction", "Int.induction_on", "Nat.Prime", "Nat.Prime.two_le", "Nat.Prime.pos", "Nat.Prime.eq_one_or_self_of_dvd", "Nat.prime_def", "Nat.Prime.dvd_mul", "Nat.Prime.eq_two_or_odd", "Nat.Prime.dvd_of_dvd_pow", "Nat.Prime.one_lt", "Int.Prime.dvd_mul'", "Nat.coprime_primes", "Nat.dvd_gcd", "Nat.gcd_dvd_left", "Nat.gcd_dvd_right", "Nat.dvd_sub", "Nat.dvd_sub'", "Nat.dvd_add", "Nat.dvd_mul_left", "Nat.dvd_mul_right", "Dvd.dvd.mul_left", "Dvd.dvd.mul_right", "dvd_mul_of_dvd_right", "dvd_mul_of_dvd_left", "dvd_trans", "dvd_sub", "dvd_add", "Nat.dvd_mul_left_of_dvd", "Nat.le_of_dvd", "Int.le_of_dvd", "Nat.eq_one_of_dvd_one", "Nat.dvd_one", "Nat.dvd_prime", "Nat.Coprime", "Nat.Coprime.dvd_of_dvd_mul_left", "Nat.Coprime.dvd_of_dvd_mul_right", "Nat.Coprime.mul_dvd_of_dvd_of_dvd", "Nat.gcd_rec", "Nat.gcd_comm", "Nat.gcd_mul_lcm", "Nat.lcm", "Nat.gcd_pos_of_pos_left", "Nat.gcd_eq_iff", "Nat.dvd_iff_mod_eq_zero", "Nat.dvd_of_mod_eq_zero", "Int.emod_eq_zero_of_dvd", "Int.dvd_of_emod_eq_zero", "Int.emod_nonneg", "Int.emod_lt_of_pos", "abs_of_nonneg", "abs_of_neg", "abs_of_pos", "abs_le", "abs_lt", "abs_cases", "Nat.pow_le_pow_left", "Nat.pow_le_pow_right", "Nat.pow_lt_pow_left", "Nat.pow_lt_pow_right", "Nat.pos_pow", "Nat.pos_of_ne_zero", "Nat.one_le_two_pow", "Nat.pow_pos", "Int.natAbs", "or_iff_not_imp_left", "mul_eq_zero", "Int.mul_eq_zero", "Nat.mul_eq_zero", "Nat.mul_self_le_mul_self", "Nat.mul_lt_mul_of_lt_of_le", "Nat.sqrt", "ExistsUnique", "Nat.ofDigits", "Int.toNat", "Set.mem_setOf_eq", "IsLeast", "IsGreatest", "lowerBounds", "upperBounds", "mem_lowerBounds", "mem_upperBounds", "Function.Injective", "Function.Surjective", "Classical.em", "not_and_or", "not_or", "not_forall", "not_exists", "not_le", "not_lt", "Int.natCast_dvd_natCast", "Int.natAbs_mul", "Nat.sub_eq_zero_of_le", "Nat.eq_of_mul_eq_mul_left", "Int.le_antisymm", "Nat.le_antisymm", "Int.eq_one_or_neg_one_of_mul_eq_one", "Nat.Prime.two_le"]

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
