"""Rows of several sequences: models that read across them are found before anything is learned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover.errors import InputError
from prover.train.sft import train_sft
from tests.train.conftest import raw
from tests.train.test_sft import recipe

pytestmark = pytest.mark.slow


def llama(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder)


@pytest.mark.parametrize("half", [True, False])
def test_attention_keeps_sequences_apart(tiny_model: Path, half: bool) -> None:
    from prover.train.apart import require_apart

    model = llama(tiny_model).train()
    for flat in (True, False):
        require_apart(model, flat, half=half)
    assert model.training


def test_an_attention_that_knows_no_packed_rows_is_refused(tiny_model: Path) -> None:
    """As a kernel of somebody's own, for which transformers makes no mask."""
    from transformers import AttentionInterface
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    from prover.train.apart import require_apart

    AttentionInterface.register("somebodys_own", sdpa_attention_forward)
    model = llama(tiny_model)
    model.config._attn_implementation = "somebodys_own"
    with pytest.raises(InputError, match=r"train\.packing: .* expected packing = false"):
        require_apart(model, False, half=False)


def test_flash_attention_by_any_name_gets_rows_without_padding(tiny_model: Path) -> None:
    from prover.train import loop

    seen: list[bool] = []
    for name in ("sdpa", "flash_attention_2", "kernels-community/flash-attn3"):
        model = llama(tiny_model)
        model.config._attn_implementation = name
        seen.append(loop.flat_rows(model))
    assert seen == [False, True, True]


def test_a_recurrent_model_is_trained_without_packing_alone(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    import torch
    from transformers import AutoTokenizer, Qwen3NextConfig, Qwen3NextForCausalLM

    torch.manual_seed(0)
    shape = Qwen3NextConfig(
        vocab_size=320, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=16, linear_num_key_heads=2, linear_num_value_heads=2,
        linear_key_head_dim=16, linear_value_head_dim=16, num_experts=4, mlp_only_layers=[0, 1],
        layer_types=["linear_attention", "full_attention"],
    )  # fmt: skip
    base = tmp_path / "base"
    Qwen3NextForCausalLM(shape).save_pretrained(base)
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(base)
    file = data([raw(i) for i in range(8)])
    with pytest.raises(InputError, match=r"train\.packing: .* not of attention layers alone"):
        train_sft(recipe({"steps": 1}), tmp_path / "packed", base=str(base), data=[file])
    done = train_sft(recipe({"steps": 1, "packing": False}), tmp_path / "out", base=str(base), data=[file])
    assert done.steps == 1
