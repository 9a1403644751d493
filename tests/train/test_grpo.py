"""Reinforcement learning of a tiny model on easy statements, with real Lean as the reward, and with planted holes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from prover.canaries import SoundnessError
from prover.errors import InfraError, InputError
from prover.train.folder import read_metrics
from prover.train.grpo import plan_grpo, train_grpo
from prover.train.recipe import Recipe, parse_recipe
from prover.train.session import Moment, StoppedError
from prover.train.sft import train_sft
from prover.types import Header, Problem, Statement
from tests.train.conftest import raw
from tests.train.fake import Fake

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


def with_stop(family: str, folder: Path) -> Path:
    """The same family, whose answers end at an `e`."""
    shutil.copytree(family, folder)
    with (folder / "family.toml").open("a") as file:
        file.write('stop = ["e"]\n')
    return folder


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


def rows(folder: Path) -> list[dict[str, Any]]:
    return read_metrics(folder / "run" / "metrics.jsonl")


def board(run: Path) -> list[str]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    return list(EventAccumulator(str(run / "tensorboard")).Reload().Tags()["scalars"])


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
    # What it saw is kept, in the samples and on the board, and nobody goes on from there.
    run = tmp_path / "out" / "run"
    seen = [json.loads(line) for line in (run / "samples.jsonl").read_text().splitlines()]
    assert any(one["reward"] == 1.0 and one["proof"].strip() == "h" for one in seen)
    assert "canary" in board(run)
    before = {path: path.read_bytes() for path in run.glob("*.json*")}
    with pytest.raises(SoundnessError, match=r"step 1: .* is rewarded .*; --restart begins anew"):
        await train_grpo(
            recipe(family, grpo={"canaries": 4}),
            tmp_path / "out",
            base=base,
            problems=[problem(i) for i in range(8)],
            checker=Fake(),
        )
    assert {path: path.read_bytes() for path in run.glob("*.json*")} == before


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

    one = recipe(family, {"steps": 6, "batch": 8}, {"iterations": 2, "beta": 0.1}, lora={"r": 4, "alpha": 8})
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
    # What the divergence is measured from stays with the training.
    assert sorted(path.name for path in part.folder.iterdir() if path.is_dir()) == ["run"]


async def test_a_sample_ends_at_a_stop_text(base: str, family: str, tmp_path: Path) -> None:
    """What a model says behind it is no answer: a search cuts it off, and nothing is learned from it."""
    from transformers import AutoTokenizer

    from prover.train.rollout import up_to_stop

    folder = with_stop(family, tmp_path / "stops")
    done = await train_grpo(
        recipe(str(folder), {"steps": 1}), tmp_path / "out", base=base, problems=[problem(i) for i in range(4)],
        checker=Fake(),
    )  # fmt: skip
    samples = [json.loads(line) for line in (done.folder / "run" / "samples.jsonl").read_text().splitlines()]
    assert any("e" in one["text"] for one in samples)
    tokenizer = AutoTokenizer.from_pretrained(base)
    for one in samples:
        ids = tokenizer(one["text"], add_special_tokens=False)["input_ids"]
        assert "e" not in tokenizer.decode(ids[:-1])
    ids = tokenizer(" omega exact h exact", add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(up_to_stop(tokenizer, ids, ["ct", "zz"])) == " omega exact"
    assert up_to_stop(tokenizer, ids, ["zz"]) == up_to_stop(tokenizer, ids, []) == ids


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


def test_only_what_is_for_training_is_asked(base: str, family: str) -> None:
    """Not what a score is measured on, unless it is named, and nothing that is false on purpose."""
    problems = [
        problem(1, split="train"),
        problem(2),
        problem(3, split="test"),
        problem(4, split="test"),
        problem(5, split="train", meta={"truth": "false"}),
    ]
    plan = plan_grpo(recipe(family), base=base, problems=problems)
    assert [one.problem.id for one in plan.posed] == ["p1", "p2"]
    counts = plan.counts()
    assert (counts["splits"], counts["other_splits"]) == ({"train": 1, "no split": 1}, {"test": 2})
    assert counts["dropped"] == 1
    named = plan_grpo(recipe(family), base=base, problems=problems, split="test")
    assert [one.problem.id for one in named.posed] == ["p3", "p4"]
    with pytest.raises(InputError, match=r"no problem of the split train, .* found test \(2\)"):
        plan_grpo(recipe(family), base=base, problems=problems[2:4])
    with pytest.raises(InputError, match="none of 1 problems can be asked: expected true statements"):
        plan_grpo(recipe(family), base=base, problems=problems[4:])
