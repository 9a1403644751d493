"""Supervised fine-tuning of a tiny model: the loss goes down, weights count, a kill changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover.errors import InputError, MissingError
from prover.models import open_model
from prover.models.base import Message, Model, Role, Sampling
from prover.models.spec import ModelSpec
from prover.train.folder import read_metrics
from prover.train.recipe import Recipe, load_recipe, parse_recipe
from prover.train.session import Moment, StoppedError
from prover.train.sft import Trained, plan_sft, train_sft
from tests.train.conftest import chat, mixed, raw

pytestmark = pytest.mark.slow

LORA = {"r": 4, "alpha": 8, "dropout": 0.1}
SCRATCH = {"hidden_size": 32, "layers": 1, "heads": 2, "intermediate_size": 64, "context": 256}


def recipe(train: dict[str, Any] | None = None, **tables: Any) -> Recipe:
    settings = {
        "batch": 4,
        "max_length": 128,
        "log_every": 2,
        "learning_rate": 5e-3,
        "threads": 1,
        "checkpoint_every": 2,
        **(train or {}),
    }
    return parse_recipe({"name": "test", "train": settings, **tables}, "test")


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    (file,) = folder.glob("*.safetensors")
    return load_file(file)


def same(one: Path, other: Path) -> bool:
    import torch

    left, right = weights(one), weights(other)
    assert left.keys() == right.keys()
    return all(torch.equal(left[name], right[name]) for name in left)


def curve(folder: Path) -> list[tuple[int, float]]:
    rows = read_metrics(folder / "run" / "metrics.jsonl")
    return [(row["step"], row["loss"]) for row in rows if "loss" in row]


# What is learned


@pytest.mark.parametrize("packing", [True, False])
async def test_an_adapter_learns_and_answers(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path, packing: bool
) -> None:
    """On a byte-level tokenizer with a chat template and on raw text; the saved adapter is what was trained."""
    examples = [*(chat(i, "by omega") for i in range(24)), *(raw(i, " rfl") for i in range(24))]
    moments: list[Moment] = []
    done = train_sft(
        recipe({"epochs": 10, "packing": packing, "learning_rate": 1e-2}, lora={"r": 8, "alpha": 16}),
        tmp_path / "out",
        base=str(tiny_model),
        data=[data(examples)],
        report=moments.append,
    )
    losses = [loss for _, loss in curve(done.folder)]
    assert losses[-1] < 0.3 * losses[0]
    assert done.loss == losses[-1]
    assert moments[-1].step == moments[-1].steps == done.steps
    model = await open_model(
        ModelSpec("hf", str(tiny_model), options={"adapter": str(done.folder), "device": "cpu"})
    )
    try:
        assert await greedy(model, [Message(Role.USER, "theorem t : 5 + 5 = 10")]) == "by omega"
        assert await greedy(model, "theorem t : 5 + 5 = 10 := by") == " rfl"
    finally:
        await model.aclose()


async def greedy(model: Model, prompt: Any) -> str:
    (done,) = await model.generate(prompt, Sampling(temperature=0, max_tokens=12))
    assert done.finish_reason == "stop"
    return done.text


async def test_a_new_model_is_trained_and_opened(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    """From random weights; one step a row, so that the curve is that of the examples."""
    file = data([raw(i, " omega" if i % 2 else " rfl") for i in range(40)])
    done = train_sft(
        recipe({"epochs": 6, "completion_only": False, "packing": False}, scratch=SCRATCH),
        tmp_path / "out",
        base=str(tiny_model),
        data=[file],
    )
    losses = [loss for _, loss in curve(done.folder)]
    assert losses[0] > 4
    assert losses[-1] < 2.5
    assert not done.adapter
    assert json.loads((done.folder / "config.json").read_text())["use_cache"]
    model = await open_model(ModelSpec("hf", str(done.folder), options={"device": "cpu"}))
    (answer,) = await model.generate("theorem", Sampling(temperature=0, max_tokens=4))
    assert answer.tokens_out == 4
    await model.aclose()


def test_the_loss_is_that_of_transformers(tiny_model: Path) -> None:
    """Over the supervised tokens, packed rows and single ones, on either way through the output layer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl.trainer.utils import add_fused_lm_head

    from prover.train.encode import Encoder
    from prover.train.trainer import Collator, token_losses

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    encoded = Encoder(tokenizer).encode_all([chat(1), raw(2), chat(3, "by decide", weight=3.0)], 100)
    model = AutoModelForCausalLM.from_pretrained(tiny_model).eval()
    add_fused_lm_head(model)
    alone = []
    for one in encoded:
        assert one is not None
        ids = torch.tensor([list(one.tokens)])
        labels = ids.clone()
        labels[:, : one.start] = -100
        with torch.no_grad():
            alone.append(model(input_ids=ids, labels=labels).loss.item() * one.supervised(True))
    for rows in ([((0,),), ((1,),), ((2,),)], [((0,), (1,), (2,))]):
        collator = Collator(rows, encoded, recipe(), 1.0, 0, None, flat=False)
        batch = collator([{"row": place} for place in range(len(rows))])
        inputs = {name: value for name, value in batch.items() if name != "weights"}
        with torch.no_grad():
            direct, _ = token_losses(model, inputs)
            fused = -model(**inputs, fused_lm_head=True, use_cache=False).log_probs
        assert direct.sum().item() == pytest.approx(sum(alone), rel=1e-4)
        assert torch.allclose(direct, fused, atol=1e-4)
        weighted = (direct * batch["weights"][:, 1:]).sum().item()
        assert weighted == pytest.approx(alone[0] + alone[1] + 3 * alone[2], rel=1e-4)
    flat = Collator([((0,), (1,)), ((2,),)], encoded, recipe(), 1.0, 0, None, flat=True)
    batch = flat([{"row": 0}, {"row": 1}])
    assert batch["input_ids"].shape == (1, sum(len(one.tokens) for one in encoded if one))
    assert (batch["position_ids"] == 0).sum() == 3


def test_in_a_block_the_target_sees_what_stands_before_it(tiny_model: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from prover.train.encode import Encoder
    from prover.train.trainer import Collator, token_losses

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    encoded = Encoder(tokenizer).encode_all([raw(1), raw(2)], 100)
    model = AutoModelForCausalLM.from_pretrained(tiny_model).eval()
    found = {}
    for loss in ("target", "all"):
        one = recipe(block={"examples": 1, "loss": loss})
        batch = Collator([((0, 1),), ((1,),)], encoded, one, 1.0, 0, tokenizer.bos_token_id, flat=False)(
            [{"row": 0}, {"row": 1}]
        )
        inputs = {name: value for name, value in batch.items() if name != "weights"}
        with torch.no_grad():
            found[loss] = token_losses(model, inputs)[0].sum(dim=1)
        ids = batch["input_ids"][0].tolist()
        assert ids.count(tokenizer.bos_token_id) == 1
        assert batch["position_ids"][0].tolist() == list(range(len(ids)))
    # The same target, behind another example and alone.
    assert abs(found["target"][0] - found["target"][1]) > 1e-3
    assert found["all"][0] > found["target"][0]
    assert found["all"][1].item() == pytest.approx(found["target"][1].item(), rel=1e-5)


def test_weights_move_the_model_to_what_counts_more(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    """One prompt with two answers, one of them nine times the other's weight; without weights both are as likely."""
    prompt = [
        raw(1, answer, id=f"{answer}{n}", problem=f"{answer}{n}", weight=weight)
        for n in range(20)
        for answer, weight in ((" omega", 9.0), (" simp", 1.0))
    ]
    found = {}
    for use in (True, False):
        out = tmp_path / str(use)
        train_sft(
            recipe({"epochs": 25, "weights": use, "batch": 1}, scratch=SCRATCH),
            out,
            base=str(tiny_model),
            data=[data(prompt)],
        )
        found[use] = probability(out, "theorem t : 0 + 1 = 1 := by", " omega", " simp")
    assert 0.8 < found[True] < 0.96
    assert 0.35 < found[False] < 0.65


def probability(folder: Path, prompt: str, one: str, other: str) -> float:
    """Of the first answer, of the two."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from prover.train.encode import Encoder
    from prover.train.trainer import Collator, token_losses

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    encoded = Encoder(tokenizer).encode_all([raw(1, one), raw(1, other)], 200)
    batch = Collator([((0,),), ((1,),)], encoded, recipe(), 1.0, 0, None, flat=False)(
        [{"row": 0}, {"row": 1}]
    )
    batch.pop("weights")
    with torch.no_grad():
        losses = token_losses(model, batch)[0].sum(dim=1)
    return float(torch.softmax(-losses, 0)[0])


# Going on


def test_a_stop_and_another_call_end_with_the_same_weights(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    """With dropout, accumulation, packing, blocks and a curriculum: all that draws at random."""
    tables = {"lora": LORA, "block": {"examples": 1, "share": 0.5}, "curriculum": {"stages": 2}}
    one = recipe({"steps": 10, "accumulate": 2}, **tables)
    file = data(mixed(60))
    whole = train_sft(one, tmp_path / "whole", base=str(tiny_model), data=[file])
    seen: list[int] = []

    def train(bound: int) -> Trained:
        return train_sft(
            one,
            tmp_path / "part",
            base=str(tiny_model),
            data=[file],
            report=lambda moment: seen.append(moment.step),
            stop=lambda: bool(seen) and seen[-1] >= bound,
        )

    for bound in (2, 6):
        with pytest.raises(StoppedError, match="of 10"):
            train(bound)
    part = train(99)
    assert curve(part.folder) == curve(whole.folder)
    assert same(part.folder, whole.folder)
    assert part.valid_loss == whole.valid_loss is not None
    assert not (part.folder / "run" / "checkpoints").exists()
    # What is done is not done again.
    before = (part.folder / "run" / "metrics.jsonl").read_text()
    assert train_sft(one, part.folder, base=str(tiny_model), data=[file]).loss == part.loss
    assert (part.folder / "run" / "metrics.jsonl").read_text() == before


CHILD = """
import sys
from pathlib import Path
from prover.train.recipe import load_recipe
from prover.train.sft import train_sft
recipe, out, base, data = sys.argv[1:]
train_sft(load_recipe(recipe), Path(out), base=base, data=[Path(data)])
"""


def test_kill_9_in_the_middle(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    """Twice, one of them amid a checkpoint; nothing is read twice, and the weights are those of an unbroken run."""
    file = data([one for one in mixed(80) if one.split == "train"])
    toml = tmp_path / "mine.toml"
    toml.write_text(
        'name = "mine"\n[train]\nsteps = 40\nbatch = 4\nmax_length = 128\nlog_every = 1\ncheckpoint_every = 4\n'
        "threads = 1\nlearning_rate = 5e-3\n[lora]\nr = 4\nalpha = 8\ndropout = 0.1\n"
    )
    command = [sys.executable, "-c", CHILD, str(toml), str(tmp_path / "part"), str(tiny_model), str(file)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    checkpoints = tmp_path / "part" / "run" / "checkpoints"
    for least in (4, 12):
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            while (
                max((int(one.parent.name.split("-")[1]) for one in checkpoints.glob("*/complete")), default=0)
                < least
            ):
                assert child.poll() is None
                time.sleep(0.02)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
    assert not (tmp_path / "part" / "run" / "done.json").exists()
    # One more that a kill left without its end.
    newest = max(checkpoints.iterdir(), key=lambda path: int(path.name.split("-")[1]))
    torn = checkpoints / "checkpoint-39"
    torn.mkdir()
    (torn / "trainer_state.json").write_text('{"global_step"')
    assert newest.exists()
    subprocess.run(command, env=environment, check=True, timeout=600)
    whole = train_sft(load_recipe(str(toml)), tmp_path / "whole", base=str(tiny_model), data=[file])
    assert [step for step, _ in curve(tmp_path / "part")] == list(range(1, 41))
    assert curve(tmp_path / "part") == curve(whole.folder)
    assert same(tmp_path / "part", whole.folder)


def test_another_training_in_the_folder(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    file = data([raw(i) for i in range(8)])
    out = tmp_path / "out"
    done = train_sft(recipe(lora=LORA), out, base=str(tiny_model), data=[file])
    for other, more in (
        (recipe({"seed": 1}, lora=LORA), "recipe.train.seed: 0, now 1"),
        (recipe(), "recipe.lora: "),
    ):
        with pytest.raises(InputError, match=r"holds another training") as caught:
            train_sft(other, out, base=str(tiny_model), data=[file])
        assert more in str(caught.value)
    changed = data([raw(i) for i in range(9)], "other.jsonl")
    with pytest.raises(InputError, match="data: "):
        train_sft(recipe(lora=LORA), out, base=str(tiny_model), data=[changed])
    again = train_sft(recipe(lora=LORA), out, base=str(tiny_model), data=[changed], resume=False)
    assert again.examples == done.examples + 1
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty and holds no training"):
        train_sft(recipe(lora=LORA), tmp_path / "full", base=str(tiny_model), data=[file])


def test_an_adapter_goes_on(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    file = data([raw(i, " omega") for i in range(30)])
    one = recipe({"epochs": 4}, lora={"r": 4, "alpha": 8})
    first = train_sft(one, tmp_path / "first", base=str(tiny_model), data=[file])
    second = train_sft(one, tmp_path / "second", base=str(tiny_model), data=[file], adapter=str(first.folder))
    assert curve(second.folder)[0][1] < 1.2 * curve(first.folder)[-1][1] < curve(first.folder)[0][1]
    with pytest.raises(InputError, match=r"needs a recipe with \[lora\]"):
        train_sft(recipe(), tmp_path / "x", base=str(tiny_model), data=[file], adapter=str(first.folder))


# What is written


def test_card_metrics_and_board(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    examples = [*mixed(30), chat(99, "omega " * 200, provenance={"licence": "MIT"}), raw(98)]
    done = train_sft(
        recipe({"valid_every": 4, "steps": 8}, lora=LORA),
        tmp_path / "out",
        base=str(tiny_model),
        data=[data(examples)],
    )
    assert (done.dropped, done.steps) == (1, 8)
    card = (done.folder / "README.md").read_text()
    assert "library_name: peft" in card
    assert "left out as too long: 1" in card
    assert "licences of the data: MIT" in card
    rows = read_metrics(done.folder / "run" / "metrics.jsonl")
    assert [row["step"] for row in rows if "valid_loss" in row] == [4, 8]
    assert all(row["tokens_per_s"] > 0 for row in rows)
    board = EventAccumulator(str(done.folder / "run" / "tensorboard")).Reload()
    assert [(e.step, pytest.approx(e.value, rel=1e-5)) for e in board.Scalars("loss")] == curve(done.folder)
    config = json.loads((done.folder / "adapter_config.json").read_text())
    assert (config["r"], config["base_model_name_or_path"]) == (4, str(tiny_model))


def test_a_plan_counts_without_training(tiny_model: Path, data: Callable[..., Path]) -> None:
    examples = [*mixed(30), chat(99, "omega " * 200)]
    plan = plan_sft(recipe({"epochs": 2}, lora=LORA), base=str(tiny_model), data=[data(examples)])
    counts = plan.counts()
    assert (counts["examples"], counts["dropped"], counts["valid"]) == (28, 1, 3)
    assert counts["tokens"] == 2 * sum(len(one.tokens) for one in plan.encoded if one is not None)


def test_what_cannot_be_trained(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    file = data([raw(1)])
    for one, error, complaint in (
        (recipe({"max_length": 8}), InputError, "none of 1 examples fits into 8 tokens"),
        (recipe({"max_length": 9999}), InputError, r"max_length: 9999, and .* reads \d+ tokens at most"),
        (recipe(lora={"targets": ["nothing"]}), InputError, "lora.targets"),
        (recipe(lora={"bits": 4}), MissingError, "quantized weights need"),
    ):
        with pytest.raises(error, match=complaint):
            train_sft(one, tmp_path / "out", base=str(tiny_model), data=[file], resume=False)
    with pytest.raises((MissingError, InputError), match="/no/such/model"):
        train_sft(recipe(), tmp_path / "new", base="/no/such/model", data=[file])
