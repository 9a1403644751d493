"""`dag` on real Lean with a scripted model: what counts as a decomposition, who is asked, what is shared and refuted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.config import Budget
from prover.lean.checker import PlainChecker
from prover.search.kinds import KINDS
from prover.search.ledger import Notebook
from prover.search.memory import LemmaMemory
from prover.search.policy import Policy, load_policy
from prover.search.solve import solve
from prover.types import Header, Problem, Statement, Status, StopReason, Trace
from tests.search.scene import Script

pytestmark = pytest.mark.lean
HEADER = Header(("Mathlib",))
SPLIT = """```lean4
/-- A number is at most its square. -/
theorem goal_step_1 (n : ℕ) : n ≤ n * n := by
  sorry

/-- So it is below its square plus one.
Uses: goal_step_1 -/
theorem goal_step_2 (n : ℕ) : n < n * n + 1 := by
  sorry

theorem goal (n : ℕ) : n < n * n + 2 := by
  have h := goal_step_2 n
  omega
```"""
STEP_1 = "```lean4\ntheorem goal_step_1 (n : ℕ) : n ≤ n * n := by\n  cases n with\n  | zero => omega\n  | succ k => exact Nat.le_mul_of_pos_left _ (by omega)\n```"
STEP_2 = "```lean4\n  have h := goal_step_1 n\n  omega\n```"
FALSE_SPLIT = """```lean4
theorem goal_false (n : ℕ) : n < n * n := by
  sorry

theorem goal (n : ℕ) : n < n * n + 2 := by
  have h := goal_false n
  omega
```"""
UNRELATED_SPLIT = """```lean4
theorem goal_other (n : ℕ) : 0 ≤ n := by
  sorry

theorem goal (n : ℕ) : n < n * n + 2 := by
  have h := goal_other n
  omega
```"""
SETTINGS = {
    "width": 1,
    "rounds": 1,
    "drafts": 1,
    "fixes": 0,
    "depth": 0,
    "hammer_cpu_s": 0.0,
    "refute_cpu_s": 0.0,
}


SPLITS = {"contains": "Break the following theorem up"}


def problem(name: str = "goal", signature: str = "(n : ℕ) : n < n * n + 2") -> Problem:
    return Problem(
        name, "A number is below its square plus two.", statement=Statement(name, signature, HEADER)
    )


async def play(
    script: Script,
    checker: PlainChecker,
    item: Problem | None = None,
    budget: Budget | None = None,
    **more: Any,
) -> Trace:
    policy = more.pop("policy", None) or Policy(
        "dag", "dag", settings={**SETTINGS, **more.pop("settings", {})}
    )
    family = load_family("generic")
    roles = KINDS[policy.kind].roles
    models = {role: Speaker(script, family, family.sampling(role)) for role in roles}
    return await solve(item or problem(), policy, checker, budget or Budget(), models=models, **more)


def story(trace: Trace) -> list[tuple[str, str, Status]]:
    return [(a.author, a.statement.name, v.status) for a, v in trace.steps]


async def test_lemmas_are_proved_and_put_together(tmp_path: Path, checker: PlainChecker) -> None:
    script = Script(
        tmp_path,
        [
            {**SPLITS, "answers": [SPLIT]},
            {"statement": "goal_step_1", "lacks": "goal_step_2", "answers": [STEP_1]},
            {"statement": "goal_step_2", "answers": [STEP_2]},
        ],
    )
    trace = await play(script, checker)
    assert trace.stop_reason is StopReason.PROVED, trace
    assert sorted(story(trace)) == [
        ("decomposer", "goal", Status.INCOMPLETE),
        ("decomposer", "goal", Status.PROVED),
        ("writer", "goal_step_1", Status.PROVED),
        ("writer", "goal_step_2", Status.PROVED),
    ]
    assert trace.proof is not None
    attempt, _ = trace.proof
    assert attempt.statement == problem().statement
    assert "sorry" not in attempt.proof
    assert attempt.parent_id == trace.steps[0][0].id
    # Nobody waited: the lemma that cites another had it as a hypothesis.
    cited = next(a.statement for a, _ in trace.steps if a.statement.name == "goal_step_2")
    assert cited.signature.startswith("(goal_step_1 : ∀ (n : ℕ), n ≤ n * n")
    # The lemma's own words were told, not the problem's.
    told = next(text for text, *_ in script.asked if "theorem goal_step_1 (n" in text and "Break" not in text)
    assert "A number is at most its square." in told
    assert "A number is below its square plus two." not in told


async def test_a_decomposition_that_does_not_imply_the_goal_costs_no_draft(
    tmp_path: Path, checker: PlainChecker
) -> None:
    script = Script(tmp_path, [{**SPLITS, "answers": [UNRELATED_SPLIT]}])
    trace = await play(script, checker)
    assert trace.stop_reason is StopReason.EXHAUSTED
    assert story(trace) == [("decomposer", "goal", Status.ELABORATION_ERROR)]
    assert len(script.asked) == 1


async def test_a_refuted_lemma_is_told_to_the_next_decomposition(
    tmp_path: Path, checker: PlainChecker
) -> None:
    script = Script(
        tmp_path,
        [
            {**SPLITS, "lacks": "did not work out", "answers": [FALSE_SPLIT]},
            {**SPLITS, "answers": [SPLIT]},
            {"statement": "goal_step_1", "lacks": "goal_step_2", "answers": [STEP_1]},
            {"statement": "goal_step_2", "answers": [STEP_2]},
        ],
    )
    trace = await play(script, checker, settings={"rounds": 2, "refute_cpu_s": 2.5})
    assert trace.stop_reason is StopReason.PROVED
    refuted = [a for a, v in trace.steps if a.author == "falsifier" and v.status is Status.PROVED]
    assert [a.statement.name for a in refuted] == ["goal_false_neg"]
    assert "refuted: n = 0 is a counterexample" in script.asked[1][0]
    assert not [text for text, *_ in script.asked if "theorem goal_false" in text and "Break" not in text]


async def test_a_lemma_that_resists_is_broken_up_itself(tmp_path: Path, checker: PlainChecker) -> None:
    deeper = """```lean4
theorem deep (a b : ℕ) (h : 0 < a) : b ≤ a * b := by
  sorry

theorem goal_step_1 (n : ℕ) : n ≤ n * n := by
  cases n with
  | zero => omega
  | succ k => exact deep (k + 1) (k + 1) (by omega)
```"""
    deep = "```lean4\n  exact Nat.le_mul_of_pos_left _ h\n```"
    script = Script(
        tmp_path,
        [
            {**SPLITS, "contains": ["Break the following theorem up", "theorem goal "], "answers": [SPLIT]},
            {**SPLITS, "answers": [deeper]},
            {"statement": "deep", "answers": [deep]},
            {"statement": "goal_step_1", "lacks": "goal_step_2", "answers": ["I do not know."]},
            {"statement": "goal_step_2", "answers": [STEP_2]},
        ],
    )
    trace = await play(script, checker, settings={"depth": 1})
    assert trace.stop_reason is StopReason.PROVED, story(trace)
    assert ("writer", "goal_step_1", Status.NO_CODE) in story(trace)
    assert ("decomposer", "goal_step_1", Status.PROVED) in story(trace)
    assert trace.proof is not None
    assert trace.proof[0].proof.count("theorem ") == 4


async def test_a_proved_lemma_is_shared_by_content_with_another_problem(
    tmp_path: Path, checker: PlainChecker
) -> None:
    memory = LemmaMemory()
    rules = [
        {**SPLITS, "answers": [SPLIT]},
        {"statement": "goal_step_1", "lacks": "goal_step_2", "answers": [STEP_1]},
        {"statement": "goal_step_2", "answers": [STEP_2]},
    ]
    await play(Script(tmp_path, rules), checker, memory=memory)
    assert len(memory) == 2
    renamed = SPLIT.replace("goal_step", "other").replace("theorem goal ", "theorem second ")
    script = Script(
        tmp_path,
        [
            {**SPLITS, "answers": [renamed]},
            {"statement": "other_2", "answers": [STEP_2.replace("goal_step", "other")]},
        ],
    )
    trace = await play(script, checker, problem("second"), memory=memory)
    assert trace.stop_reason is StopReason.PROVED, story(trace)
    assert ("memory", "other_1", Status.PROVED) in story(trace)


async def test_the_samples_budget_ends_it_by_its_name(tmp_path: Path, checker: PlainChecker) -> None:
    script = Script(tmp_path, [{**SPLITS, "answers": [SPLIT]}, {"answers": ["no code"]}])
    trace = await play(script, checker, budget=Budget(samples=2), settings={"rounds": 5, "drafts": 4})
    assert trace.stop_reason is StopReason.SAMPLES
    assert trace.spend.samples <= 3


async def test_a_second_session_asks_nothing_again(tmp_path: Path, checker: PlainChecker) -> None:
    rules = [
        {**SPLITS, "answers": [FALSE_SPLIT, SPLIT]},
        {"statement": "goal_step_1", "lacks": "goal_step_2", "answers": [STEP_1]},
        {"statement": "goal_step_2", "answers": ["no code"]},
    ]
    settings = {"rounds": 2, "refute_cpu_s": 2.5}
    ledger = Notebook()
    first = await play(Script(tmp_path, rules), checker, settings=settings, ledger=ledger)
    assert first.stop_reason is StopReason.EXHAUSTED
    silent = Script(tmp_path, [{"statement": "nobody", "answers": ["-"]}])
    again = await play(
        silent, checker, settings=settings, ledger=ledger, earlier=first.steps, spent=first.spend
    )
    assert silent.asked == []
    assert story(again) == story(first)
    assert again.spend.samples == first.spend.samples


async def test_statement_and_negation_side_by_side(tmp_path: Path, checker: PlainChecker) -> None:
    policy = Policy("p", "whole-proof", settings={"samples": 2, "batch": 1}, refute=True)
    silent = Script(tmp_path, [{"answers": ["I give up."]}])
    wrong = await play(silent, checker, problem("wrong", "(n : ℕ) : n < n * n"), policy=policy)
    assert wrong.stop_reason is StopReason.REFUTED
    assert wrong.proof is None
    assert wrong.refutation is not None
    assert wrong.refutation[0].statement.name == "wrong_neg"
    script = Script(tmp_path, [{"statement": "goal", "answers": [SPLIT, "```lean4\n  nlinarith\n```"]}])
    right = await play(script, checker, policy=policy)
    assert (right.stop_reason, right.refutation) == (StopReason.PROVED, None)


async def test_beside_its_negation_a_search_goes_on_to_its_last_sample(
    tmp_path: Path, checker: PlainChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        """No counterexample, at once."""

    monkeypatch.setattr("prover.search.solve.refute", nothing)
    settings = {"samples": 4, "batch": 1, "stop_at_first": False}
    policy = Policy("p", "whole-proof", settings=settings, refute=True)
    proof = "```lean4\n  nlinarith\n```"
    # The negation's search ends behind the goal's first proof, while samples of the goal are still to come.
    rules = [
        {"statement": "goal_neg", "answers": ["I give up."], "latency_s": 0.3},
        {"statement": "goal", "answers": [proof, SPLIT], "latency_s": 0.6},
    ]
    found = await play(Script(tmp_path, rules), checker, policy=policy)
    assert found.stop_reason is StopReason.PROVED
    assert len([a for a, _ in found.own_steps]) == 4


async def test_similar_lemmas_are_shown_and_proved_problems_remembered(
    tmp_path: Path, checker: PlainChecker
) -> None:
    policy = Policy("p", "whole-proof", settings={"samples": 1}, memory=2)
    memory = LemmaMemory()
    first = problem("near", "(n : ℕ) : n < n * n + 3")
    script = Script(tmp_path, [{"answers": ["```lean4\n  nlinarith\n```"]}])
    assert (await play(script, checker, first, policy=policy, memory=memory)).stop_reason is StopReason.PROVED
    assert len(memory) == 1
    assert (await play(script, checker, policy=policy, memory=memory)).stop_reason is StopReason.PROVED
    assert "theorem near (n : ℕ) : n < n * n + 3" not in script.asked[0][0].split("near")[0]
    assert "near (n : ℕ) : n < n * n + 3" in script.asked[1][0]


def test_the_shipped_policy_is_of_its_kind() -> None:
    policy = load_policy("dag")
    assert (policy.kind, policy.settings["depth"]) == ("dag", 1)
