"""What each backend can be told, by name and type: the options of `BACKEND:NAME,key=value…` and of a model's TOML file.

Plain data that loads nothing; every default is the one that holds where an option is not named. An option marked
`_elsewhere` says where or how fast a model runs, not what it writes: a run may be resumed under another value.
`docs/models.md` explains them to people, and a test keeps the two lists the same.
"""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prover.errors import InputError

Value = str | int | float | bool


def _elsewhere(default: Any) -> Any:
    return dataclasses.field(default=default, metadata={"identity": False})


@dataclass(frozen=True, slots=True)
class ScriptedOptions:
    latency_s: float = _elsewhere(0.0)
    """Seconds a call takes, where the script names no others."""
    concurrency: int = _elsewhere(256)
    """Calls answered at once; more wait their turn."""
    continues: bool = True
    """Whether it says of itself that it continues texts."""
    price_in: float = _elsewhere(0.0)
    price_out: float = _elsewhere(0.0)


@dataclass(frozen=True, slots=True)
class OpenAIOptions:
    base_url: str = _elsewhere("https://api.openai.com/v1")
    key_env: str = _elsewhere("OPENAI_API_KEY")
    """Environment variable that holds the key."""
    continuation: str = "auto"
    """How the server continues a last message of the assistant: `vllm`, `deepseek`, `none`, or `auto` to find out."""
    split_think: bool = True
    """Whether `<think>…</think>` in the text is moved to `Completion.reasoning`."""
    check: bool = _elsewhere(True)
    """Whether the server's model list must name the model."""
    wait_s: float = _elsewhere(0.0)
    """Seconds that a server which is just starting is waited for."""
    concurrency: int = _elsewhere(64)
    """Requests in flight at once."""
    retries: int = _elsewhere(8)
    """Further tries after a failure that may pass."""
    connect_s: float = _elsewhere(10.0)
    first_token_s: float = _elsewhere(600.0)
    """From the request to the first piece of an answer, the server's queue included."""
    between_tokens_s: float = _elsewhere(120.0)
    total_s: float = _elsewhere(7200.0)
    """For one answer, from request to end; tries are counted apart."""
    requests_per_min: int = _elsewhere(0)
    """0 for no bound of ours."""
    tokens_per_min: int = _elsewhere(0)
    """Tokens read and written; 0 for no bound of ours."""
    price_in: float = _elsewhere(0.0)
    """US dollars per million tokens of prompts."""
    price_out: float = _elsewhere(0.0)
    """US dollars per million tokens written, reasoning included."""


@dataclass(frozen=True, slots=True)
class VllmOptions:
    revision: str = ""
    lora: str = ""
    """Folder (or Hub name) of a LoRA adapter."""
    max_lora_rank: int = _elsewhere(0)
    """0 for the adapter's own rank."""
    tokenizer: str = ""
    chat_template: str = ""
    """File with a Jinja template in place of the tokenizer's own."""
    dtype: str = "auto"
    quantization: str = ""
    max_model_len: int = 0
    """0 for the model's own context."""
    split_think: bool = True
    seed: int = 0
    """Of the engine; a call's own seed goes before it."""
    tensor_parallel_size: int = _elsewhere(1)
    pipeline_parallel_size: int = _elsewhere(1)
    gpu_memory_utilization: float = _elsewhere(0.9)
    max_num_seqs: int = _elsewhere(0)
    """Samples decoded at once; 0 for vLLM's own choice."""
    max_num_batched_tokens: int = _elsewhere(0)
    prefix_caching: bool = _elsewhere(True)
    enforce_eager: bool = _elsewhere(False)
    kv_cache_dtype: str = "auto"
    trust_remote_code: bool = False
    concurrency: int = _elsewhere(256)
    """Calls handed to the engine at once."""
    restarts: int = _elsewhere(3)
    """How often a dead engine is started anew."""


@dataclass(frozen=True, slots=True)
class HfOptions:
    revision: str = ""
    adapter: str = ""
    """Folder (or Hub name) of a PEFT adapter."""
    tokenizer: str = ""
    chat_template: str = ""
    """File with a Jinja template in place of the tokenizer's own."""
    device: str = "auto"
    """`cpu`, `cuda`, `cuda:1`, …; `auto` is the GPU where there is one."""
    dtype: str = "auto"
    """`float32`, `bfloat16`, `float16`; `auto` is bfloat16 on a GPU and float32 on the CPU."""
    max_model_len: int = 0
    """0 for the model's own context."""
    split_think: bool = True
    attn_implementation: str = ""
    trust_remote_code: bool = False
    batch: int = _elsewhere(8)
    """Samples that are drawn together, at most."""
    threads: int = _elsewhere(0)
    """Of the CPU; 0 for as many as PyTorch takes. A small model is drawn faster by one, where Lean needs the others."""


BACKENDS: Mapping[str, type[Any]] = {
    "openai": OpenAIOptions,
    "vllm": VllmOptions,
    "hf": HfOptions,
    "scripted": ScriptedOptions,
}


def names(cls: type[Any]) -> list[str]:
    return [field.name for field in dataclasses.fields(cls)]


def decides(cls: type[Any], name: str) -> bool:
    """Whether that option has a say in what the model writes."""
    return any(f.name == name and f.metadata.get("identity", True) for f in dataclasses.fields(cls))


def read_option(cls: type[Any], name: str, value: object, where: str) -> Value:
    """`value` as that option's type; text is read as a number or truth value where one is due. Raises `InputError`."""
    hint = typing.get_type_hints(cls)[name]
    read = convert(hint, value, f"{where}: {name}")
    if isinstance(read, int | float) and not isinstance(read, bool) and read < 0:
        raise InputError(f"{where}: {name}: expected no negative number, found {read}")
    if name in ("concurrency", "batch") and not read:
        raise InputError(f"{where}: {name}: expected a whole number from 1, found {read}")
    return read


def convert(hint: type, value: object, where: str) -> Value:
    """`value` as a `str`, `int`, `float` or `bool`, strictly. Raises `InputError` that says what was expected."""
    if hint is str and isinstance(value, str):
        return value
    if hint is bool and (isinstance(value, bool) or value in ("true", "false")):
        return value in (True, "true")
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else _number(value)
    if hint is int and isinstance(number, int):
        return number
    if hint is float and number is not None and math.isfinite(number):
        return float(number)
    expected = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}[hint]
    raise InputError(f"{where}: expected {expected}, found {value!r}")


def _number(value: object) -> int | float | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return None
