"""The adapter on top of a base: a new one of the recipe's shape, or one of that shape to go on from.

An adapter has its shape for good. A recipe that says otherwise is refused, for its card would tell of another model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from prover.errors import InputError
from prover.models.ends import adapter_ends, end_with
from prover.train.tables import Lora


def with_adapter(model: Any, lora: Lora, adapter: str) -> Any:
    """The model below a new adapter, or below the one in the folder `adapter`. Raises `InputError`."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training  # noqa: PLC0415

    if lora.bits != 16:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    if adapter:
        return _continued(model, lora, adapter)
    targets = lora.targets if isinstance(lora.targets, str) else list(lora.targets)
    config = LoraConfig(
        r=lora.r,
        lora_alpha=lora.alpha,  # type: ignore[arg-type]  # a fraction is as good
        lora_dropout=lora.dropout,
        target_modules=targets,
        task_type="CAUSAL_LM",
    )
    try:
        return get_peft_model(model, config)
    except ValueError as error:
        raise InputError(f"lora.targets: {one_line(error)}") from None


def _continued(model: Any, lora: Lora, adapter: str) -> Any:
    from peft import LoraConfig, PeftConfig, PeftModel  # noqa: PLC0415

    wanted = _targets(model, lora.targets)
    try:
        config = PeftConfig.from_pretrained(adapter)
        if not isinstance(config, LoraConfig):
            raise InputError(f"train: {adapter}: expected a LoRA adapter, found {config.peft_type}")
        config.lora_dropout = lora.dropout  # of this training, and no part of the adapter's shape
        config.inference_mode = False
        model = PeftModel.from_pretrained(model, adapter, is_trainable=True, config=config)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise InputError(f"train: {adapter}: not an adapter of this base: {one_line(error)}") from None
    found = {name for name, module in model.get_base_model().named_modules() if hasattr(module, "lora_A")}
    for name, mine, its in (("r", lora.r, config.r), ("alpha", lora.alpha, config.lora_alpha)):
        if mine != its:
            raise InputError(
                f"lora.{name}: {mine:g}, and the adapter {adapter} has {its:g}: expected the same"
            )
    if wanted != found:
        raise InputError(
            f"lora.targets: other modules than those of the adapter {adapter}, which has "
            f"{', '.join(sorted({name.rpartition('.')[2] for name in found}))}"
        )
    end_with(model, adapter_ends(adapter))
    return model


def _targets(model: Any, targets: str | Sequence[str]) -> set[str]:
    """The modules that a new adapter would be put on, by peft's rules."""
    from torch.nn import Linear  # noqa: PLC0415
    from transformers.pytorch_utils import Conv1D  # noqa: PLC0415

    names = [name for name, _ in model.named_modules()]
    if targets == "all-linear":
        head = model.get_output_embeddings()
        return {
            name
            for name, module in model.named_modules()
            if isinstance(module, Linear | Conv1D) and module is not head
        }
    if isinstance(targets, str):
        return {name for name in names if re.fullmatch(targets, name)}
    return {name for name in names if any(name == one or name.endswith(f".{one}") for one in targets)}


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
