"""Language models behind one seam: `base` says what one is, each backend has a module of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prover.errors import MissingError
from prover.models.base import Model
from prover.models.options import HfOptions, OpenAIOptions, ScriptedOptions, VllmOptions
from prover.models.spec import ModelSpec

_PACKAGES = {
    "openai": ({"httpx2"}, "pip install 'prover[openai]'"),
    "vllm": ({"vllm", "transformers"}, "pip install 'prover[vllm]'"),
    "hf": ({"torch", "transformers", "peft", "accelerate"}, "pip install 'prover[hf]'"),
}
"""What a backend needs beyond our own requirements, and how to get it."""


async def open_model(spec: ModelSpec) -> Model:
    """The model that `spec` names, ready to generate in the running event loop; `aclose` it.

    Loads the backend's packages, and for `vllm` and `hf` the weights. Raises `MissingError` where a package, the
    server, the key or the model is not there, and `InputError` where the specification is wrong.
    """
    try:
        return await _open(spec)
    except ModuleNotFoundError as error:
        needed, remedy = _PACKAGES.get(spec.backend, (frozenset(), ""))
        if error.name not in needed:
            raise
        raise MissingError(f"model: {spec.backend} needs the Python package {error.name}", remedy) from None


async def _open(spec: ModelSpec) -> Model:
    options: Any = spec.options
    match spec.backend:
        case "scripted":
            from prover.models.scripted import ScriptedModel  # noqa: PLC0415

            return ScriptedModel(Path(spec.name), ScriptedOptions(**options))
        case "openai":
            from prover.models.openai.client import open_openai  # noqa: PLC0415

            return await open_openai(spec.name, OpenAIOptions(**options))
        case "hf":
            from prover.models.hf import open_hf  # noqa: PLC0415

            return await open_hf(spec.name, HfOptions(**options))
        case _:
            from prover.models.vllm import open_vllm  # noqa: PLC0415

            return await open_vllm(spec.name, VllmOptions(**options))
