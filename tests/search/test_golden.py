"""Each policy's exact sequence of questions, answers and verdicts, as files. `UPDATE_GOLDEN=1` writes them anew."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from prover.config import Budget
from prover.search.policy import Policy
from prover.types import Trace
from tests.fakes import FakeChecker
from tests.search.scene import HERE, STATEMENT, Account, Script, error, fenced, lean, play

PLAN = "1. One of the two is even because they are neighbours\n2. So 2 divides the product"

CASES: Mapping[str, tuple[Policy, Budget, Sequence[Mapping[str, Any]]]] = {
    "whole-proof": (
        Policy("w", "whole-proof", settings={"samples": 5, "batch": 2}),
        Budget(),
        [{"answers": [fenced("omega"), fenced("omega -- again"), "I cannot.", fenced("good")]}],
    ),
    "whole-proof-all": (
        Policy("w", "whole-proof", settings={"samples": 4, "batch": 4, "stop_at_first": False}),
        Budget(),
        [{"answers": [fenced("good"), fenced("omega"), fenced("good -- too"), fenced("simp")]}],
    ),
    "whole-proof-samples": (
        Policy("w", "whole-proof", settings={"samples": 8, "batch": 2}),
        Budget(samples=3),
        [{"answers": [fenced("omega"), fenced("simp"), fenced("decide")]}],
    ),
    "malot": (
        Policy("m", "malot", settings={"drafts": 2, "depth": 2}),
        Budget(),
        [
            {"contains": "PLAN", "answers": [PLAN]},
            {"contains": "WRITE", "answers": [fenced("omega"), "No idea."]},
            {"contains": ["CORRECT", "unknown lemma"], "answers": [fenced("good")]},
            {"contains": ["CORRECT", "omega could not"], "answers": [fenced("exact lost n")]},
            {"contains": "CORRECT", "answers": [fenced("simp")]},
        ],
    ),
    "malot-wide": (
        Policy("m", "malot", settings={"plans": 2, "drafts": 1, "fixes": 2, "depth": 1, "goals": False}),
        Budget(),
        [
            {"contains": "PLAN", "answers": [PLAN, "Just do it."]},
            {"contains": ["WRITE", "neighbours"], "answers": [fenced("omega")]},
            {"contains": "WRITE", "answers": [fenced("simp")]},
            {"contains": "CORRECT", "answers": [fenced("omega"), fenced("decide")]},
        ],
    ),
    "malot-duplicates": (
        Policy("m", "malot", settings={"plans": 0, "drafts": 3, "depth": 1}),
        Budget(),
        [
            {"contains": "WRITE", "answers": [fenced("omega"), fenced("omega -- x"), fenced("omega")]},
            {"contains": "CORRECT", "answers": [fenced("simp"), fenced("good")]},
        ],
    ),
    "critic": (
        Policy("c", "critic", settings={"plan": False, "drafts": 2, "depth": 1}),
        Budget(),
        [
            {"contains": "WRITE", "answers": [fenced("omega"), fenced("simp")]},
            {"contains": ["CRITICIZE", "Lean:"], "answers": ['{"sound": false, "steps": []}']},
            {
                "contains": ["CRITICIZE", "omega"],
                "answers": ["Step 1: unsound: not linear\nVerdict: unsound"],
            },
            {"contains": "CRITICIZE", "answers": ["Verdict: sound"]},
            {"contains": ["CORRECT", "unchecked"], "answers": [fenced("exact lost n")]},
            {"contains": ["CORRECT", "unknown lemma"], "answers": [fenced("good")]},
            {"contains": "CORRECT", "answers": [fenced("decide")]},
        ],
    ),
    "critic-rank": (
        Policy(
            "c", "critic", settings={"plan": False, "drafts": 2, "before": "rank", "after": False, "depth": 1}
        ),
        Budget(),
        [
            {"contains": "WRITE", "answers": [fenced("omega"), fenced("simp")]},
            {"contains": ["CRITICIZE", "omega"], "answers": ["Verdict: unsound"]},
            {"contains": "CRITICIZE", "answers": ["Verdict: sound"]},
            {"contains": "CORRECT", "answers": [fenced("decide")]},
        ],
    ),
}


class Tells(FakeChecker):
    """Also says what is open."""

    async def goals(self, statement: object, submission: str, line: int, column: int) -> tuple[str, ...]:
        await asyncio.sleep(0.001)
        return (f"n : ℕ\n⊢ open at {line}:{column} of {submission.strip()[:20]}",)


def checker() -> FakeChecker:
    rules = lean(
        {"omega": error("omega could not prove the goal", 1, 0), "lost": error("unknown lemma lost", 1, 6)}
    )
    return Tells(rules.rules)


async def told(name: str, folder: Path, account: Account) -> tuple[Trace, str]:
    policy, budget, rules = CASES[name]
    trace = await play(policy, Script(folder, rules), checker(), budget=budget, ledger=account, seed=7)
    spend = trace.spend
    counts = f"{spend.samples} samples, {spend.checks} checks, {spend.tokens_in}+{spend.tokens_out} tokens"
    return trace, "\n".join([*account.lines, f"{trace.stop_reason.value}: {counts}", ""])


@pytest.mark.parametrize("name", sorted(CASES))
async def test_every_question_answer_and_verdict(name: str, tmp_path: Path) -> None:
    trace, story = await told(name, tmp_path, Account())
    path = HERE / "golden" / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(story, encoding="utf-8")
    assert story == path.read_text(encoding="utf-8")
    for attempt, verdict in trace.steps:
        assert attempt.statement == STATEMENT
        assert not verdict.proved or "good" in attempt.proof


@pytest.mark.parametrize("name", sorted(CASES))
async def test_the_same_search_is_the_same_and_what_is_remembered_is_not_asked(
    name: str, tmp_path: Path
) -> None:
    account = Account()
    trace, story = await told(name, tmp_path, account)
    assert (await told(name, tmp_path, Account()))[1] == story
    policy, budget, _ = CASES[name]
    silent = Script(tmp_path, [{"answers": [{"error": "missing"}]}])
    # Another session: nothing is judged yet, every answer is remembered.
    again = await play(policy, silent, checker(), budget=budget, ledger=account, seed=7)
    assert silent.asked == []
    assert [(a.id, a.proof, v.status) for a, v in again.steps] == [
        (a.id, a.proof, v.status) for a, v in trace.steps
    ]
    assert again.stop_reason is trace.stop_reason
