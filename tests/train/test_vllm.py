"""What was trained here answers alike in transformers and in a real vLLM engine: an adapter, and a new model."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("vllm", reason="vLLM is not installed here (make test-vllm)")

from prover.models import open_model
from prover.models.base import Message, Role, Sampling
from prover.models.spec import ModelSpec
from prover.train.recipe import parse_recipe
from prover.train.sft import Trained, train_sft
from tests.train.conftest import chat, raw

pytestmark = [pytest.mark.vllm, pytest.mark.slow]

GREEDY = Sampling(temperature=0, max_tokens=24)
PROMPTS: list[Any] = [
    [Message(Role.USER, "theorem t : 5 + 5 = 10")],
    [Message(Role.SYSTEM, "Lean."), Message(Role.USER, "theorem u : 9 + 1 = 10")],
    "theorem t : 5 + 5 = 10 := by",
]
CPU = {"dtype": "float32", "enforce_eager": True, "max_num_seqs": 4}


@pytest.fixture(autouse=True)
def _small() -> None:
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")


async def texts(spec: ModelSpec) -> list[tuple[str, str]]:
    model = await open_model(spec)
    try:
        done = await asyncio.gather(*(model.generate(prompt, GREEDY) for prompt in PROMPTS))
        return [(one.text, one.finish_reason) for (one,) in done]
    finally:
        await model.aclose()


def trained(base: Path, file: Path, out: Path, **tables: Any) -> Trained:
    train = {"epochs": 8, "batch": 4, "max_length": 128, "learning_rate": 2e-2, "threads": 1}
    return train_sft(parse_recipe({"train": train, **tables}, "test"), out, base=str(base), data=[file])


async def test_an_adapter(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    examples = [*(chat(i, "by omega") for i in range(24)), *(raw(i, " rfl") for i in range(24))]
    done = trained(tiny_model, data(examples), tmp_path / "out", lora={"r": 8, "alpha": 16})
    here = await texts(
        ModelSpec("hf", str(tiny_model), options={"device": "cpu", "adapter": str(done.folder)})
    )
    assert here[0] == ("by omega", "stop")
    assert here[2] == (" rfl", "stop")
    assert await texts(ModelSpec("vllm", str(tiny_model), options={**CPU, "lora": str(done.folder)})) == here
    assert await texts(ModelSpec("hf", str(tiny_model), options={"device": "cpu"})) != here


async def test_a_new_model(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    shape = {
        "hidden_size": 128,
        "layers": 2,
        "heads": 2,
        "intermediate_size": 256,
        "context": 256,
    }
    file = data([chat(i, "by omega") for i in range(24)])
    done = trained(tiny_model, file, tmp_path / "out", scratch=shape)
    here = await texts(ModelSpec("hf", str(done.folder), options={"device": "cpu"}))
    assert await texts(ModelSpec("vllm", str(done.folder), options=CPU)) == here
