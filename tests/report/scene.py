"""Real searches with a scripted model and a scripted checker, kept in one run folder: what a page has to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.config import Budget, RunConfig
from prover.search.kinds import kind_of
from prover.search.policy import Policy
from prover.search.solve import solve
from prover.store import Store
from prover.types import Header, Problem, Statement, Verdict
from tests.fakes import OPEN, PROVED, FakeChecker
from tests.search.scene import Script, error, fenced

Rules = Sequence[Mapping[str, Any]]

SPLIT = """```lean4
/-- A number is at most its square. -/
theorem step_1 (n : ℕ) : n ≤ n * n := by
  sorry

/-- So it is below its square plus one.
Uses: step_1 -/
theorem step_2 (n : ℕ) : n < n * n + 1 := by
  sorry

theorem goal (n : ℕ) : n < n * n + 2 := by
  have h := step_2 n
  omega
```"""
CHECKS: Mapping[str, Verdict] = {
    "sorry": OPEN,
    "lost": error("unknown identifier `lost`", 1, 6),
    "theorem step_2": PROVED,
    "good": PROVED,
}
NOTHING = {"hammer_cpu_s": 0.0, "refute_cpu_s": 0.0}


def problem(name: str, signature: str) -> Problem:
    statement = Statement(name, signature, Header(("Mathlib",)))
    return Problem(name, f"Words of {name}.", statement=statement, meta={"subject": "algebra"})


SEARCHES: Sequence[tuple[Problem, Policy, Rules]] = (
    (
        problem("planned", "(n : ℕ) : 2 ∣ n * (n + 1)"),
        Policy("m", "malot", settings={"drafts": 2, "depth": 1}),
        (
            {
                "contains": "write the plan as a numbered list",
                "answers": ["1. One of two neighbours is even"],
            },
            {"contains": "unknown identifier", "answers": [fenced("good")]},
            {"answers": [fenced("exact lost n"), fenced("simp")]},
        ),
    ),
    (
        problem("criticized", "(n : ℕ) : n ≤ n + 1"),
        Policy("c", "critic", settings={"plan": False, "drafts": 2, "depth": 1}),
        (
            {
                "contains": "Review the following proof",
                "answers": ["Step 1: unsound: `lost` is no lemma\nVerdict: unsound"],
            },
            {"contains": ["A reviewer", "unknown identifier"], "answers": [fenced("good")]},
            {"contains": "A reviewer", "answers": [fenced("exact lost (n + 1)"), fenced("ring")]},
            {"answers": [fenced("exact lost n"), fenced("simp")]},
        ),
    ),
    (
        problem("goal", "(n : ℕ) : n < n * n + 2"),
        Policy(
            "d", "dag", settings={"width": 1, "rounds": 1, "drafts": 1, "fixes": 0, "depth": 0, **NOTHING}
        ),
        (
            {"contains": "Break the following theorem up", "answers": [SPLIT]},
            {"answers": [fenced("good")]},
        ),
    ),
)


async def make_run(folder: Path, searches: Sequence[tuple[Problem, Policy, Rules]] = SEARCHES) -> Path:
    """A run folder with one search for each problem."""
    config = RunConfig("eval", "scene", "0" * 64, "core", "fake Lean", "mixed", {}, Budget())
    store = Store.open(folder, config, [item for item, _, _ in searches], {"command": "prover eval scene"})
    store.begin_session(1)
    family = load_family("generic")
    for item, policy, rules in searches:
        script = Script(folder, rules)
        seats = {role: Speaker(script, family, family.sampling(role)) for role in kind_of(policy).roles}
        checker = FakeChecker(CHECKS)
        store.finish(await solve(item, policy, checker, Budget(), models=seats, ledger=store))
    store.update_session(3.0, "done", 32)
    store.close()
    return folder
