"""Models that misbehave, budgets that end, sessions that break off: nothing is lost, mixed up, or paid for twice."""

from __future__ import annotations

import asyncio
import base64
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from prover.config import Budget, RunConfig
from prover.errors import InputError, MissingError
from prover.models.base import Prompt, Sampling
from prover.pipeline import run
from prover.search.policy import Policy
from prover.store import Store
from prover.types import Completion, Problem, Statement, Status, StopReason
from tests.fakes import PROVED, FakeChecker
from tests.search.scene import STATEMENT, Account, Script, fenced, lean, play, seats

WHOLE = Policy("whole-proof", "whole-proof", settings={"samples": 4, "batch": 2})
MALOT = Policy("malot", "malot", settings={"drafts": 2, "depth": 2})
CRITIC = Policy("critic", "critic", settings={"drafts": 2, "depth": 1})

GARBAGE: Mapping[str, Any] = {
    "nothing": "",
    "a refusal": "I'm sorry, I can't help with that.",
    "spaces": " \n\t ",
    "1 MB of code": {"text": fenced("exact foo\n" * 20).replace("```", ""), "repeat": 5_000},
    "1 MB in one line": {"text": "```lean4\n" + "x" * 1000, "repeat": 1000},
    "invalid UTF-8": {"base64": base64.b64encode(b"```lean4\n\xff\xfe\xc3 omega\n```").decode()},
    "a lone surrogate and a NUL": fenced("omega \ud800 \0"),
    "fences in fences": "```lean4\n```lean4\n```\n```",
    "another theorem": fenced("theorem other : False := by trivial"),
    "jinja": "{{ statement }} {% for x in range(10**9) %}x{% endfor %}",
    "thought without end": "<think>" + "hm " * 1000,
    "filtered": {"error": "filtered"},
    "too long a prompt": {"error": "prompt_too_long"},
}


@pytest.mark.parametrize("policy", [WHOLE, MALOT, CRITIC], ids=lambda policy: str(policy.name))
@pytest.mark.parametrize("name", sorted(GARBAGE))
async def test_whatever_a_model_writes_harms_nothing(policy: Policy, name: str, tmp_path: Path) -> None:
    store = open_store(tmp_path / "run", policy, [Problem("p", statement=STATEMENT)])
    model = Script(tmp_path, [{"answers": [GARBAGE[name]]}])
    outcome = await run(store, policy, lean(), jobs=1, models=seats(model, policy))
    (trace,) = store.traces()
    assert outcome.stopped is None
    assert trace.stop_reason is StopReason.EXHAUSTED
    assert trace.steps
    assert all(not verdict.proved for _, verdict in trace.steps)
    assert all(attempt.completion is not None for attempt, _ in trace.steps)
    store.close()


async def test_an_answer_without_code_is_recorded_and_lean_not_asked(tmp_path: Path) -> None:
    checker = lean()
    trace = await play(WHOLE, Script(tmp_path, [{"answers": ["No."]}]), checker)
    assert {verdict.status for _, verdict in trace.steps} == {Status.NO_CODE}
    assert len(trace.steps) == 4
    assert checker.count("check") == 0
    assert trace.steps[0][0].completion is not None
    assert trace.steps[0][0].completion.text == "No."


@pytest.mark.parametrize("policy", [WHOLE, MALOT, CRITIC], ids=lambda policy: str(policy.name))
async def test_a_model_that_breaks_down_leaves_the_problem_open(policy: Policy, tmp_path: Path) -> None:
    store = open_store(tmp_path / "run", policy, [Problem("p", statement=STATEMENT)])
    broken = Script(
        tmp_path, [{"contains": "WRITE", "answers": [{"error": "infra"}]}, {"answers": ["1. A step"]}]
    )
    outcome = await run(store, policy, lean(), jobs=1, models=seats(broken, policy))
    assert store.endings() == {"p": StopReason.INFRA}
    assert (outcome.stopped, outcome.remaining) == (None, 1)
    assert store.steps("p") == ()
    healed = Script(
        tmp_path, [{"contains": "PLAN", "answers": [{"error": "missing"}]}, {"answers": [fenced("good")]}]
    )
    await run(store, policy, lean(), jobs=1, models=seats(healed, policy))
    assert store.endings() == {"p": StopReason.PROVED}
    store.close()


async def test_a_model_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    store = open_store(tmp_path / "run", WHOLE, [Problem("p", statement=STATEMENT)])
    with pytest.raises(MissingError):
        await run(
            store,
            WHOLE,
            lean(),
            jobs=1,
            models=seats(Script(tmp_path, [{"answers": [{"error": "missing"}]}]), WHOLE),
        )
    assert store.endings() == {}
    store.close()


async def test_a_policy_without_its_model_says_so() -> None:
    with pytest.raises(InputError, match="asks a model as planner, writer, corrector"):
        await play(Policy("m", "malot"), Silent(), lean(), models={})


class Silent:
    name, continues = "silent", True

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        return []

    async def aclose(self) -> None:
        pass


async def test_too_few_answers_are_a_breakdown() -> None:
    trace = await play(WHOLE, Silent(), lean())
    assert trace.stop_reason is StopReason.INFRA
    assert "0 answers where 2 were asked for" in trace.detail


# Budgets


async def test_tokens_bound_what_a_call_may_write(tmp_path: Path) -> None:
    model = Script(tmp_path, [{"answers": [{"text": "word ", "repeat": 5000}]}])
    trace = await play(WHOLE, model, lean(), budget=Budget(tokens=600))
    assert trace.stop_reason is StopReason.TOKENS
    assert [sampling.max_tokens for _, sampling, _ in model.asked] == [300]
    assert trace.spend.tokens_out == 600
    prompt = trace.spend.tokens_in
    assert 0 < prompt < 100, "the prompt alone may overrun it"


async def test_money_stops_a_search(tmp_path: Path) -> None:
    model = Script(tmp_path, [{"answers": ["No."]}], price_out=1e6)
    trace = await play(
        Policy("w", "whole-proof", settings={"batch": 1}), model, lean(), budget=Budget(usd=5.0)
    )
    assert trace.stop_reason is StopReason.USD
    assert trace.spend.cost_usd >= 5.0
    assert len(trace.steps) == trace.spend.samples == 3


async def test_the_clock_drops_what_a_model_is_writing(tmp_path: Path) -> None:
    model = Script(tmp_path, [{"answers": ["No."], "latency_s": 60}])
    started = time.monotonic()
    trace = await play(WHOLE, model, lean(), budget=Budget(wall_s=0.3))
    assert trace.stop_reason is StopReason.WALL
    assert time.monotonic() - started < 5
    assert trace.steps == ()


async def test_a_proof_found_within_the_budget_is_judged_to_the_end(tmp_path: Path) -> None:
    model = Script(tmp_path, [{"answers": [fenced("good")], "latency_s": 0.2}])
    trace = await play(WHOLE, model, FakeChecker({"good": PROVED}, delay_s=0.3), budget=Budget(wall_s=0.7))
    assert trace.stop_reason is StopReason.PROVED


# Sessions


def open_store(folder: Path, policy: Policy, problems: list[Problem], budget: Budget | None = None) -> Store:
    config = RunConfig(
        verb="eval",
        benchmark="b",
        sha256="0" * 64,
        profile="core",
        toolchain="fake",
        policy=policy.name,
        policy_settings={"kind": policy.kind, **policy.settings},
        budget=budget or Budget(),
    )
    return Store.open(folder, config, problems)


def many(count: int) -> list[Problem]:
    return [Problem(f"p{i}", statement=Statement(f"t{i}", f": {i} = {i}")) for i in range(count)]


RULES: list[Mapping[str, Any]] = [
    {"contains": "PLAN", "draw": "seed", "answers": ["1. One step\n2. Another", "Nothing to plan."]},
    {"contains": "CRITICIZE", "draw": "seed", "answers": ["Verdict: sound", "Verdict: unsound"]},
    {
        "draw": "seed",
        "answers": [
            *(fenced(f"exact try{i} n") for i in range(9)),
            "No.",
            fenced("good"),
            fenced("omega"),
            "",
        ],
    },
]


def account(store: Store) -> dict[str, Any]:
    """What a run came to: attempts with verdicts, and endings. (Calls in flight at a proof may have been paid for.)"""
    found: dict[str, Any] = {}
    for trace in store.traces():
        steps = [(a.id, a.parent_id, a.proof, a.author, v.status.value) for a, v in trace.steps]
        found[trace.problem.id] = (steps, trace.stop_reason.value)
    return found


class KilledError(BaseException):
    pass


class Flaky(Script):
    """Breaks the session off, as a kill would, after so many calls."""

    def __init__(self, folder: Path, lives: int) -> None:
        super().__init__(folder, RULES, latency_s=0.001)
        self.lives = lives

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        answers = await super().generate(prompt, sampling, n)
        self.lives -= 1
        if self.lives < 0:
            raise KilledError
        return answers


@pytest.mark.parametrize("policy", [WHOLE, MALOT, CRITIC], ids=lambda policy: str(policy.name))
@pytest.mark.parametrize("budget", [Budget(), Budget(samples=3), Budget(tokens=150)], ids=str)
async def test_broken_off_anywhere_a_run_comes_to_the_same(
    policy: Policy, budget: Budget, tmp_path: Path
) -> None:
    problems = many(4)
    whole = open_store(tmp_path / "whole", policy, problems, budget)
    await run(whole, policy, lean(), jobs=2, models=seats(Script(tmp_path, RULES), policy), inflight=3)
    expected = account(whole)
    assert len(expected) == len(problems)
    calls = [call for problem in problems for call in whole.calls(problem.id) if call.prompt]
    whole.close()
    broken = 0
    for seed in range(3):
        draw = random.Random(seed)
        store = open_store(tmp_path / f"broken{seed}", policy, problems, budget)
        sessions, asked = 0, 0
        while len(store.endings()) < len(problems):
            # At most two answers a session: every run is broken off several times, wherever its calls fall.
            model = Flaky(tmp_path, draw.randint(0, 2))
            sessions += 1
            assert sessions < 200
            try:
                await run(store, policy, lean(), jobs=2, models=seats(model, policy), inflight=3)
            except BaseExceptionGroup as errors:
                if errors.subgroup(KilledError) is None:
                    raise
                broken += 1
            asked += len(model.asked)
        assert account(store) == expected
        assert asked <= len(calls) + sessions * 6, "only what was in flight is asked twice"
        store.close()
    assert broken >= 6, "that few answers cannot see a run through"


async def test_calls_are_kept_with_their_answers(tmp_path: Path) -> None:
    store = open_store(tmp_path / "run", MALOT, many(1))
    await run(store, MALOT, lean(), jobs=1, models=seats(Script(tmp_path, RULES), MALOT))
    calls = list(store.calls("p0"))
    assert {call.agent for call in calls} == {"planner", "writer", "corrector"}
    assert all(call.completions and call.prompt_version.startswith("family/") for call in calls)
    assert store.recall(calls[0].id) == calls[0]
    assert store.recall("no such call") is None
    writer = next(call for call in calls if call.agent == "writer")
    assert [answer.seed for answer in writer.completions] == [writer.sampling["seed"] + i for i in range(2)]
    attempts = [attempt for attempt, _ in store.steps("p0")]
    assert [a.completion for a in attempts if a.author == "writer"] == list(writer.completions)
    assert all(attempt.completion is None for attempt, _ in store.steps("p0", completions=False))
    assert store.spent().tokens_out == sum(call.spend.tokens_out for call in calls)
    store.close()


# The run's budget


async def test_what_solved_problems_leave_over_goes_to_the_open_ones(tmp_path: Path) -> None:
    """Eight problems, half of them solved with the first sample: the others get what these leave."""
    policy = Policy("w", "whole-proof", settings={"samples": 64, "batch": 1})
    problems = many(8)
    rules = [
        {"statement": [f"t{i}" for i in range(0, 8, 2)], "answers": [fenced("good")]},
        {"draw": "seed", "answers": [fenced(f"exact try{i}") for i in range(7)]},
    ]

    async def samples(folder: str, adaptive: bool) -> dict[str, int]:
        store = open_store(tmp_path / folder, policy, problems)
        models = seats(Script(tmp_path, rules), policy)
        outcome = await run(
            store, policy, lean(), jobs=2, models=models, run_budget=Budget(samples=40), adaptive=adaptive
        )
        assert outcome.stopped is StopReason.SAMPLES
        found = {problem.id: store.spent(problem.id).samples for problem in problems}
        again = await run(
            store, policy, lean(), jobs=2, models=models, run_budget=Budget(samples=48), adaptive=adaptive
        )
        assert again.stopped is StopReason.SAMPLES
        assert 48 <= store.spent().samples <= 50
        store.close()
        return found

    fair = await samples("adaptive", adaptive=True)
    assert [fair[f"p{i}"] for i in range(0, 8, 2)] == [1] * 4
    assert all(8 <= fair[f"p{i}"] <= 10 for i in range(1, 8, 2)), fair
    assert sum(fair.values()) <= 42
    first_come = await samples("first-come", adaptive=False)
    assert first_come["p7"] == 0, "without it the first ones take all"


async def test_a_share_changes_how_far_a_search_gets_not_what_it_tries(tmp_path: Path) -> None:
    policy = Policy("m", "malot", settings={"drafts": 2, "depth": 3})
    problems = many(5)
    whole = open_store(tmp_path / "whole", policy, problems)
    await run(whole, policy, lean(), jobs=2, models=seats(Script(tmp_path, RULES), policy))
    store = open_store(tmp_path / "shares", policy, problems)
    total = whole.spent().samples
    for budget in (total // 3, total // 2, 10 * total):
        models = seats(Script(tmp_path, RULES), policy)
        await run(
            store, policy, lean(), jobs=2, models=models, run_budget=Budget(samples=budget), adaptive=True
        )
    assert account(store) == account(whole)
    whole.close()
    store.close()


async def test_lean_s_seconds_in_small_shares_come_to_an_end(tmp_path: Path) -> None:
    policy = Policy("w", "whole-proof", settings={"samples": 400, "batch": 1})
    store = open_store(tmp_path / "run", policy, many(3))
    models = seats(Script(tmp_path, RULES[2:]), policy)
    budget = Budget(lean_cpu_s=4.0)
    outcome = await asyncio.wait_for(
        run(store, policy, FakeChecker(), jobs=1, models=models, run_budget=budget, adaptive=True), 30
    )
    assert outcome.stopped is StopReason.LEAN_CPU
    assert 4.0 <= store.spent().lean_cpu_s < 6.0
    store.close()


async def test_a_call_that_is_remembered_is_not_asked_whatever_the_model_says(tmp_path: Path) -> None:
    account = Account()
    first = await play(WHOLE, Script(tmp_path, [{"answers": [fenced("omega")]}]), lean(), ledger=account)
    again = await play(WHOLE, Silent(), lean(), ledger=account, earlier=first.steps, spent=first.spend)
    assert again.steps == first.steps
    assert again.spend.tokens_out == first.spend.tokens_out
    other = await play(WHOLE, Silent(), lean(), ledger=Account(), seed=1)
    assert other.stop_reason is StopReason.INFRA
