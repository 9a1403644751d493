"""A model that was trained to stop with another token than its base's stops there, in every backend."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prover.models import open_model
from prover.models.base import Message, Role, Sampling
from prover.models.ends import adapter_ends, end_with, token_ids
from prover.models.spec import ModelSpec
from prover.train.sft import train_sft
from tests.train.conftest import chat
from tests.train.test_sft import recipe

BEGIN, END = 0, 1


def two_ends(model: Path, folder: Path) -> Path:
    """The tiny model, whose own end token is another one than the one that its chat template ends a turn with."""
    from transformers import AutoTokenizer

    shutil.copytree(model, folder)
    for name in ("config.json", "generation_config.json"):
        content = json.loads((folder / name).read_text()) | {"eos_token_id": BEGIN}
        (folder / name).write_text(json.dumps(content))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.eos_token = "<|begin|>"
    tokenizer.add_special_tokens({"extra_special_tokens": ["<|end|>"]})
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("lora", [{"r": 8, "alpha": 16}, None])
async def test_an_answer_ends_where_the_examples_do(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path, lora: dict[str, int] | None
) -> None:
    base = two_ends(tiny_model, tmp_path / "base")
    done = train_sft(
        recipe({"epochs": 8, "learning_rate": 2e-2 if lora else 5e-3, "packing": False}, lora=lora),
        tmp_path / "out",
        base=str(base),
        data=[data([chat(i, "by omega") for i in range(24)])],
    )
    assert json.loads((done.folder / "generation_config.json").read_text())["eos_token_id"] == [BEGIN, END]
    spec = (
        ModelSpec("hf", str(base), options={"adapter": str(done.folder), "device": "cpu"})
        if lora
        else ModelSpec("hf", str(done.folder), options={"device": "cpu"})
    )
    model = await open_model(spec)
    try:
        (answer,) = await model.generate(
            [Message(Role.USER, "theorem t : 5 + 5 = 10")], Sampling(temperature=0, max_tokens=40)
        )
    finally:
        await model.aclose()
    assert (answer.text, answer.finish_reason) == ("by omega", "stop")


def test_vllm_is_told_of_an_adapters_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside those of the call; without an adapter, the engine's own are enough."""
    from types import ModuleType, SimpleNamespace

    from prover.models.options import VllmOptions
    from prover.models.vllm import VllmModel

    module = ModuleType("vllm.sampling_params")
    module.SamplingParams = SimpleNamespace  # type: ignore[attr-defined]
    module.RequestOutputKind = SimpleNamespace(FINAL_ONLY=2)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "vllm", ModuleType("vllm"))
    monkeypatch.setitem(sys.modules, "vllm.sampling_params", module)
    (tmp_path / "generation_config.json").write_text('{"eos_token_id": [1, 7]}')
    for lora, extra, found in (
        (str(tmp_path), {}, [1, 7]),
        (str(tmp_path), {"stop_token_ids": [9]}, [1, 7, 9]),
        ("", {}, None),
    ):
        model = VllmModel("base", VllmOptions(lora=lora), None)
        parameters = model._parameters(Sampling(extra=extra), 1, 10)
        assert getattr(parameters, "stop_token_ids", None) == found


@pytest.mark.slow
def test_what_a_training_goes_on_from_is_asked_with_its_ends(tiny_model: Path, tmp_path: Path) -> None:
    """Reinforcement learning draws its samples with the tokens that the model's settings name."""
    from transformers import AutoModelForCausalLM

    from prover.train.adapter import with_adapter
    from prover.train.tables import Lora
    from tests.models.tiny import make_adapter

    adapter = make_adapter(tiny_model, tmp_path / "adapter", seed=3)
    (adapter / "generation_config.json").write_text('{"eos_token_id": [1, 7]}')
    shape = Lora(r=8, alpha=64, targets=("q_proj", "v_proj"))
    model = with_adapter(AutoModelForCausalLM.from_pretrained(tiny_model), shape, str(adapter))
    assert model.generation_config.eos_token_id == [1, 7]


def test_notes_of_ends(tmp_path: Path) -> None:
    assert token_ids(None, 3, [4, 3], ()) == {3, 4}
    assert adapter_ends(str(tmp_path)) == adapter_ends("somebody/adapter") == frozenset()
    for text, found in (('{"eos_token_id": 5}', {5}), ("{}", set()), ("[]", set()), ("{", set())):
        (tmp_path / "generation_config.json").write_text(text)
        assert adapter_ends(str(tmp_path)) == found


@pytest.mark.parametrize(("own", "found"), [(1, 1), (5, [5, 1]), ([1, 5], [1, 5]), (None, [1])])
def test_own_ends_stay(own: object, found: object) -> None:
    class Model:
        class generation_config:  # noqa: N801  its name on a model
            eos_token_id = own

    end_with(Model, [1])
    assert Model.generation_config.eos_token_id == found
