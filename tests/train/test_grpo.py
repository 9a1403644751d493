"""Reinforcement learning of a tiny model on easy statements, with real Lean as the reward, and with planted holes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from prover.canaries import SoundnessError
from prover.errors import InfraError, InputError
from prover.lean.protocol import Limits
from prover.train.folder import read_metrics
from prover.train.grpo import plan_grpo, train_grpo
from prover.train.recipe import Recipe, parse_recipe
from prover.train.session import Moment, StoppedError
from prover.train.sft import train_sft
from prover.types import Header, Problem, Statement, Status, Tier, Verdict
from tests.train.conftest import raw

pytestmark = pytest.mark.slow

ANSWERS = (" omega", " simp", " exact", " h")
"""One token each; the first two prove what is asked."""


def problem(index: int, **settings: Any) -> Problem:
    a, b = divmod(index, 10)
    return Problem(f"p{index}", statement=Statement("t", f": {a} + {b} = {a + b}", Header()), **settings)


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Asks with the bare statement, so that the tiny model's context holds it."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "family.toml").write_text(
        'description = "bare"\n[roles.writer]\nprompt = "writer.jinja"\nanswer = "tactics"\n'
    )
    (folder / "writer.jinja").write_text("{{ statement }} := by")
    return str(folder)


@pytest.fixture(scope="module")
def base(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny model that gives each of `ANSWERS` about as often."""
    from prover.bootstrap.example import write_examples

    folder = tmp_path_factory.mktemp("start")
    examples = [
        raw(i, answer, id=f"{i}{answer}", problem=f"{i}{answer}") for i in range(12) for answer in ANSWERS
    ]
    write_examples(folder / "data.jsonl", examples)
    recipe = parse_recipe(
        {
            "train": {"epochs": 12, "batch": 1, "learning_rate": 5e-3, "max_length": 64, "threads": 1},
            "scratch": {"hidden_size": 48, "layers": 1, "heads": 2, "intermediate_size": 96, "context": 128},
        },
        "start",
    )  # fmt: skip
    train_sft(recipe, folder / "model", base=str(tiny_model), data=[folder / "data.jsonl"])
    return str(folder / "model")


def recipe(
    family: str, train: dict[str, Any] | None = None, grpo: dict[str, Any] | None = None, **more: Any
) -> Recipe:
    return parse_recipe(
        {
            "name": "test",
            "method": "grpo",
            "train": {
                "steps": 12,
                "batch": 16,
                "learning_rate": 5e-3,
                "schedule": "constant",
                "max_length": 96,
                "log_every": 1,
                "checkpoint_every": 2,
                "threads": 1,
                **(train or {}),
            },
            "grpo": {
                "group": 8,
                "problems": 4,
                "max_tokens": 8,
                "family": family,
                "fakes": 1,
                **(grpo or {}),
            },
            **more,
        },
        "test",
    )


class Fake:
    """A judge without Lean: `omega` proves what is true; `hole` lets more through, `broken` breaks."""

    toolchain = "fake"

    def __init__(
        self, hole: Callable[[str], bool] = lambda _: False, broken: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._hole, self._broken = hole, broken
        self.asked: list[str] = []

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        return Verdict(Status.INCOMPLETE)

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        self.asked.append(submission)
        if self._broken(submission):
            return Verdict(Status.INFRA)
        true = statement.name == "t" and submission.strip() in ("omega", "simp")
        if true or self._hole(submission):
            return Verdict(Status.PROVED, Tier.ELABORATED)
        return Verdict(Status.ELABORATION_ERROR)

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return Verdict(Status.PROVED, Tier.AUDITED)

    async def probe(self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None) -> Any:
        raise AssertionError

    async def aclose(self) -> None:
        return


def rows(folder: Path) -> list[dict[str, Any]]:
    return read_metrics(folder / "run" / "metrics.jsonl")


@pytest.mark.lean
async def test_the_reward_rises_with_real_lean(base: str, family: str, tmp_path: Path) -> None:
    """Half of what the model says at first proves nothing; the checker's verdicts alone teach it which half."""
    from prover.lean.checker import open_checker
    from prover.lean.toolchain import Profile

    checker = open_checker(Profile.CORE, jobs=2)
    moments: list[Moment] = []
    problems = [problem(i, reference_proof="decide") for i in range(8)]
    try:
        done = await train_grpo(
            recipe(family), tmp_path / "out", base=base, problems=problems, checker=checker, report=moments.append
        )  # fmt: skip
    finally:
        await checker.aclose()
    rewards = [row["reward"] for row in rows(done.folder)]
    assert len(rewards) == 12
    assert sum(rewards[:2]) / 2 < 0.8
    assert sum(rewards[-2:]) / 2 > 0.95
    assert done.reward_last > done.reward_first + 0.15
    assert moments[-1].reward == rewards[-1]
    assert all(
        row["canary"] == 0 and row["infra"] == 0 and row["fakes_refused"] >= 1 for row in rows(done.folder)
    )
    assert rows(done.folder)[-1]["solved"] == 1
    samples = [json.loads(line) for line in (done.folder / "run" / "samples.jsonl").read_text().splitlines()]
    assert len(samples) == 12 * 32
    assert {one["reward"] for one in samples} == {0.0, 1.0}
    assert all((one["reward"] == 1.0) == (one["status"] == "proved") for one in samples)
    assert not any(one["text"].strip() in ("exact", "h") for one in samples if one["reward"])
    assert "audited proofs and nothing else" in (done.folder / "README.md").read_text()


async def test_a_hole_that_a_known_fake_finds_stops_at_once(base: str, family: str, tmp_path: Path) -> None:
    """Before a single sample: the canaries are the first that the judge is asked."""
    checker = Fake(hole=lambda proof: "native_decide" in proof)
    with pytest.raises(SoundnessError, match="native_decide"):
        await train_grpo(recipe(family), tmp_path / "out", base=base, problems=[problem(1)], checker=checker)
    assert not (tmp_path / "out" / "model.safetensors").exists()


async def test_a_hack_that_nobody_knew_is_caught_when_the_model_finds_it(
    base: str, family: str, tmp_path: Path
) -> None:
    """No fake of ours has it; the first rewarded sample that does proves a false statement, too."""
    checker = Fake(hole=lambda proof: proof.split()[-1] == "h")
    with pytest.raises(SoundnessError, match=r"step \d+: `.*h` is rewarded as a proof of .* which it is not"):
        await train_grpo(
            recipe(family, grpo={"canaries": 4}),
            tmp_path / "out",
            base=base,
            problems=[problem(i) for i in range(8)],
            checker=checker,
        )
    last = rows(tmp_path / "out")[-1]
    assert (last["canary"], last["step"]) == (1.0, 1)
    assert not (tmp_path / "out" / "model.safetensors").exists()


async def test_a_breakdown_is_no_zero(base: str, family: str, tmp_path: Path) -> None:
    """Lean breaks on every `exact`: these samples have no reward, are counted, and the others are learned from."""
    checker = Fake(broken=lambda proof: "exact" in proof and "canary" not in proof)
    done = await train_grpo(
        recipe(family, {"steps": 3}),
        tmp_path / "out",
        base=base,
        problems=[problem(i) for i in range(8)],
        checker=checker,
    )
    samples = [json.loads(line) for line in (done.folder / "run" / "samples.jsonl").read_text().splitlines()]
    broken = [one for one in samples if one["status"] == "infra"]
    assert broken
    assert {one["reward"] for one in broken} == {None}
    for row in rows(done.folder):
        mine = [one for one in samples if one["step"] == row["step"]]
        assert row["infra"] == sum(one["reward"] is None for one in mine)
        paid = [one["reward"] for one in mine if one["reward"] is not None]
        assert row["reward"] == pytest.approx(sum(paid) / len(paid), abs=1e-4)
    # Each was tried again before it was given up.
    assert sum("exact" in proof for proof in checker.asked) >= 3
    with pytest.raises(InfraError, match="step 1: Lean broke down on each of 32 samples"):
        await train_grpo(
            recipe(family),
            tmp_path / "all",
            base=base,
            problems=[problem(1)],
            checker=Fake(broken=lambda proof: len(proof) < 20),
        )


async def test_a_stop_and_another_call_end_with_the_same_weights(
    base: str, family: str, tmp_path: Path
) -> None:
    from tests.train.test_sft import same

    one = recipe(family, {"steps": 6, "batch": 8}, {"iterations": 2}, lora={"r": 4, "alpha": 8})
    problems = [problem(i) for i in range(6)]
    whole = await train_grpo(one, tmp_path / "whole", base=base, problems=problems, checker=Fake())
    seen: list[int] = []
    with pytest.raises(StoppedError, match="of 6"):
        await train_grpo(
            one, tmp_path / "part", base=base, problems=problems, checker=Fake(),
            report=lambda moment: seen.append(moment.step), stop=lambda: bool(seen) and seen[-1] >= 1,
        )  # fmt: skip
    part = await train_grpo(one, tmp_path / "part", base=base, problems=problems, checker=Fake())
    assert [row["step"] for row in rows(part.folder)] == list(range(1, 7))
    assert [row.get("reward") for row in rows(part.folder)] == [
        row.get("reward") for row in rows(whole.folder)
    ]
    assert same(part.folder, whole.folder)


async def test_reference_proofs_are_put_to_the_judge_first(base: str, family: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="accepts none of 1 reference proofs"):
        await train_grpo(
            recipe(family),
            tmp_path / "out",
            base=base,
            problems=[problem(1, reference_proof="nonsense")],
            checker=Fake(),
        )


def test_what_can_be_asked(base: str, family: str) -> None:
    plan = plan_grpo(recipe(family), base=base, problems=[problem(1), Problem("words")])
    assert (plan.counts()["problems"], plan.dropped, plan.steps) == (1, 1, 12)
    with pytest.raises(InputError, match="none of 1 problems can be asked"):
        plan_grpo(recipe(family, {"max_length": 9}), base=base, problems=[problem(1)])
    with pytest.raises(InputError, match="forced in two goes"):
        plan_grpo(recipe("malot"), base=base, problems=[problem(1)])
