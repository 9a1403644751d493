"""A search in which the hammer asks the writer about goals that it has come to; with real Lean and a scripted model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prover.config import Budget
from prover.lean.checker import PlainChecker
from prover.search.policy import Policy
from prover.search.solve import solve
from prover.types import Header, Problem, Statement, StopReason
from tests.search.scene import Account, Script, fenced, seats

STATEMENT = Statement(
    "affine",
    "(f : ℤ → ℤ) (hf : ∀ x, f x = 3 * x + 2) : Function.Injective f ∧ ¬Function.Surjective f",
    Header(("Mathlib",)),
)
PROBLEM = Problem("p", informal_statement="Words about the whole.", statement=STATEMENT)
SURJECTIVE = "intro hs\nobtain ⟨x, hx⟩ := hs 0\nrw [hf] at hx\nomega"
RULES = [
    {"regex": r": Function\.Injective f$", "answers": [fenced("intro x y e\nlinarith [f x]")]},
    {"regex": r": ¬Function\.Surjective f$", "answers": [fenced("omega"), fenced(SURJECTIVE)]},
    {"answers": [fenced("sorry")]},
]
SETTINGS = {"plans": 0, "drafts": 1, "depth": 0, "hammer_cpu_s": 60.0, "hammer_goals": 12, "hammer_drafts": 2}


@pytest.mark.lean
async def test_goals_go_to_the_writer_and_come_back_as_one_proof(
    checker: PlainChecker, tmp_path: Path
) -> None:
    policy = Policy("advised", "malot", Budget(lean_cpu_s=90.0, wall_s=240.0), SETTINGS)
    script, account = Script(tmp_path, RULES), Account()
    trace = await solve(PROBLEM, policy, checker, policy.budget, models=seats(script, policy), ledger=account)
    assert trace.stop_reason is StopReason.PROVED
    assert trace.proof is not None
    assert trace.proof[0].author == "hammer"
    assert "hs 0" in trace.proof[0].proof
    # The writer reads a goal in the form of a statement, and no words that are the whole problem's.
    prompts = [text for text, _, _ in script.asked]
    assert any("(f : ℤ → ℤ) (hf : ∀ x : ℤ, f x = 3 * x + 2) : ¬Function.Surjective f" in p for p in prompts)
    assert not any("Words" in p for p in prompts)
    assert {n for _, _, n in script.asked} == {2}
    # All of it is in the ledger: a session that goes on asks nobody anything.
    again = Script(tmp_path, RULES)
    second = await solve(PROBLEM, policy, checker, policy.budget, models=seats(again, policy), ledger=account)
    assert (second.stop_reason, again.asked) == (StopReason.PROVED, [])


@pytest.mark.lean
async def test_samples_of_the_budget_bound_what_is_asked(checker: PlainChecker, tmp_path: Path) -> None:
    policy = Policy("advised", "malot", Budget(lean_cpu_s=90.0, samples=3), {**SETTINGS, "hammer_cpu_s": 4.0})
    script = Script(tmp_path, [{"answers": [fenced("omega")]}])
    trace = await solve(
        replace(PROBLEM, id="q"),
        policy,
        checker,
        policy.budget,
        models=seats(script, policy),
        ledger=Account(),
    )
    assert trace.stop_reason is not StopReason.PROVED
    assert sum(n for _, _, n in script.asked) <= 3
