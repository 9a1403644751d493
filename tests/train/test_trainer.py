"""The loop's own promises: a step's loss whatever the model and the batch size, one device, and no healthy look of
what has diverged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover.errors import InputError
from prover.train.folder import TrainFolder, read_metrics
from prover.train.sft import train_sft
from tests.train.conftest import chat, raw
from tests.train.test_sft import curve, recipe

pytestmark = pytest.mark.slow


def test_what_diverges_ends_without_a_model(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    one = recipe({"learning_rate": 1e30, "steps": 8, "warmup": 0.0, "clip": 1e30, "log_every": 1})
    with pytest.raises(
        InputError, match=r"step \d: (loss|grad_norm) is (nan|inf): the training has diverged"
    ):
        train_sft(one, tmp_path / "out", base=str(tiny_model), data=[data([raw(i) for i in range(24)])])
    assert not (tmp_path / "out" / "run" / "done.json").exists()
    assert not list((tmp_path / "out").glob("*.safetensors"))
    last = max((row["step"] for row in read_metrics(tmp_path / "out" / "run" / "metrics.jsonl")), default=0)
    newest = TrainFolder(tmp_path / "out").newest()
    assert newest is None or newest[1] <= last


def test_no_model_is_written_of_what_is_no_number(tiny_model: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from prover.train.loop import save

    model: Any = AutoModelForCausalLM.from_pretrained(tiny_model)
    with torch.no_grad():
        model.lm_head.weight[3, 4] = float("inf")
    with pytest.raises(InputError, match=r"lm_head\.weight holds what is no number"):
        save(recipe(), TrainFolder(tmp_path / "out"), model, AutoTokenizer.from_pretrained(tiny_model))
    assert not (tmp_path / "out").exists()


def test_a_step_is_the_same_for_models_that_count_nothing_themselves(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """transformers divides a loss by the number of batches where a model's forward does not take the step's count."""
    from transformers import LlamaForCausalLM

    file = data([raw(i) for i in range(16)])
    one = recipe({"steps": 1, "accumulate": 4, "batch": 2, "packing": False, "log_every": 1})
    found = []
    for name, accepts in (("counts", True), ("does_not", False)):
        monkeypatch.setattr(LlamaForCausalLM, "accepts_loss_kwargs", accepts, raising=False)
        done = train_sft(one, tmp_path / name, base=str(tiny_model), data=[file])
        (row,) = read_metrics(done.folder / "run" / "metrics.jsonl")
        found.append((row["loss"], row["grad_norm"]))
    assert found[0] == pytest.approx(found[1], rel=1e-5)


def test_the_held_out_loss_is_the_mean_over_tokens(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    held = [
        chat(i, "omega " * (1 + 8 * (i % 3 == 0)), id=f"v{i}", problem=f"v{i}", split="valid")
        for i in range(9)
    ]
    file = data([*(raw(i) for i in range(8)), *held])
    found = []
    for batch in (1, 4):
        one = recipe({"steps": 1, "batch": batch, "learning_rate": 1e-9, "log_every": 1})
        found.append(train_sft(one, tmp_path / str(batch), base=str(tiny_model), data=[file]).valid_loss)
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    assert curve(tmp_path / "1")


def test_one_device_and_one_process(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prover.train.loop import on_one_device

    class Arguments:
        """As transformers' on a machine of four GPUs."""

        _n_gpu = 4

        @property
        def n_gpu(self) -> int:
            return self._n_gpu

    arguments = Arguments()
    on_one_device(arguments)
    assert arguments.n_gpu == 1
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(InputError, match="one of 2 processes"):
        train_sft(recipe(), tmp_path / "out", base=str(tiny_model), data=[data([raw(1)])])
    assert not (tmp_path / "out").exists()
