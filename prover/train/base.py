"""What is trained: a base model or a new one, its tokenizer, an adapter on top, and the device with its number format.

Weights stay in float32 where they are trained themselves and in the device's format below an adapter, whose own are
float32 (bfloat16 over a quantized base: TRL's choice). Raises `MissingError` for what is not there and `InputError` for
what cannot be trained like that.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from prover.config import code_version
from prover.errors import InputError, MissingError
from prover.models.template import read_template
from prover.models.weights import weights_name
from prover.run_folder import timestamp
from prover.train.adapter import one_line, with_adapter
from prover.train.recipe import Recipe
from prover.train.tables import Lora, Scratch

_REMEDY = "pip install 'prover[train]'"


def require_packages() -> None:
    """Raises `MissingError` where the extra `train` is not installed."""
    for name in ("torch", "transformers", "peft", "trl", "datasets"):
        if importlib.util.find_spec(name) is None:
            raise MissingError(f"training needs the package {name}", _REMEDY)


def require_one_process() -> None:
    """Raises `InputError` in one of several processes of a launcher: a training is planned for one."""
    if os.environ.get("WORLD_SIZE", "1") not in ("", "1"):
        raise InputError(
            f"train: started as one of {os.environ['WORLD_SIZE']} processes (WORLD_SIZE): expected one, without a "
            "launcher; it trains on one GPU"
        )


def require_quantization() -> None:
    """Raises `MissingError` where weights cannot be quantized."""
    import torch  # noqa: PLC0415

    if importlib.util.find_spec("bitsandbytes") is None:
        raise MissingError("lora.bits: quantized weights need bitsandbytes", "pip install bitsandbytes")
    if not torch.cuda.is_available():
        raise MissingError("lora.bits: quantized weights need a GPU, and there is none here")


def number_format(recipe: Recipe) -> str:
    """`bfloat16` or `float32`."""
    import torch  # noqa: PLC0415

    gpu = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    if recipe.train.dtype == "auto":
        return "bfloat16" if gpu else "float32"
    return recipe.train.dtype


def identity_of(recipe: Recipe, base: str, adapter: str, data: str) -> dict[str, Any]:
    """What makes a training the one that it is; `data` is the digest of what is learned from."""
    return {
        "method": recipe.method,
        "recipe": recipe.identity,
        "base": base_name(base),
        "adapter": base_name(adapter) if adapter else "",
        "data": data,
        "dtype": number_format(recipe),
    }


def base_name(name: str) -> str:
    """`weights_name`, for a model of the Hub with the commit that its copy on this machine is of."""
    return weights_name(name, "" if Path(name).is_dir() else _cached_commit(name))


def _cached_commit(name: str) -> str:
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    for file in ("config.json", "tokenizer_config.json", "adapter_config.json"):
        try:
            found = try_to_load_from_cache(name, file)
        except HFValidationError:
            return ""
        if isinstance(found, str):
            # .../snapshots/COMMIT/FILE
            return Path(found).parent.name
    return ""


def facts_of(recipe: Recipe) -> dict[str, str]:
    """What is kept of a training beside its identity."""
    return {"recipe": recipe.name, "code": code_version(), "created": timestamp()}


def load_tokenizer(recipe: Recipe, base: str) -> Any:
    """The base's tokenizer, with the recipe's chat template where it names one."""
    from transformers import AutoTokenizer  # noqa: PLC0415

    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
    except OSError as error:
        raise MissingError(f"train: {base}: {one_line(error)}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"train: {base}: the tokenizer cannot be loaded: {one_line(error)}") from None
    if recipe.train.chat_template:
        file = Path(recipe.folder) / recipe.train.chat_template
        found = str(file) if file.is_file() else recipe.train.chat_template
        tokenizer.chat_template = read_template(found, "train")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(recipe: Recipe, base: str, adapter: str, tokenizer: Any) -> Any:
    """The model in training mode, on the device. `adapter` is one that goes on being trained; "" begins anew.

    Random weights are drawn from torch's generator: seed it first.
    """
    import torch  # noqa: PLC0415

    if adapter and recipe.lora is None:
        raise InputError("train: an adapter to go on from needs a recipe with [lora]")
    model = _new(recipe.scratch, tokenizer) if recipe.scratch else _pretrained(recipe, base)
    _check_vocabulary(model, tokenizer)
    context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    if context and recipe.train.max_length > context:
        raise InputError(
            f"train.max_length: {recipe.train.max_length}, and {base} reads {context} tokens at most"
        )
    if recipe.lora is not None:
        model = with_adapter(model, recipe.lora, adapter)
    if recipe.lora is None or recipe.lora.bits == 16:
        model.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    return model.train()


def _pretrained(recipe: Recipe, base: str) -> Any:
    import torch  # noqa: PLC0415
    from safetensors import SafetensorError  # noqa: PLC0415
    from transformers import AutoModelForCausalLM  # noqa: PLC0415

    frozen = recipe.lora is not None
    half = frozen and number_format(recipe) == "bfloat16"
    settings: dict[str, Any] = {"dtype": torch.bfloat16 if half else torch.float32}
    if recipe.train.attention:
        settings["attn_implementation"] = recipe.train.attention
    if recipe.lora is not None and recipe.lora.bits != 16:
        require_quantization()
        settings |= {"quantization_config": _quantization(recipe.lora), "device_map": {"": 0}}
    try:
        return AutoModelForCausalLM.from_pretrained(base, **settings)
    except OSError as error:
        raise MissingError(f"train: {base}: {one_line(error)}") from None
    except (ValueError, RuntimeError, KeyError, TypeError, ImportError, SafetensorError) as error:
        raise InputError(
            f"train: {base} cannot be loaded: {type(error).__name__}: {one_line(error)}"
        ) from None


def _quantization(lora: Lora) -> Any:
    import torch  # noqa: PLC0415
    from transformers import BitsAndBytesConfig  # noqa: PLC0415

    if lora.bits == 8:
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def _new(scratch: Scratch, tokenizer: Any) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=scratch.hidden_size,
        intermediate_size=scratch.intermediate_size,
        num_hidden_layers=scratch.layers,
        num_attention_heads=scratch.heads,
        num_key_value_heads=scratch.kv_heads or scratch.heads,
        max_position_embeddings=scratch.context,
        tie_word_embeddings=scratch.tie_embeddings,
        attention_dropout=scratch.dropout,
        rope_parameters={"rope_type": "default", "rope_theta": scratch.rope_theta},
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def _check_vocabulary(model: Any, tokenizer: Any) -> None:
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise InputError(f"train: the tokenizer has {len(tokenizer)} tokens and the model's embedding {rows}")
