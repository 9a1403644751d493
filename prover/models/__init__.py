"""Language models behind one seam: `base` says what one is, each backend has a module of its own."""

from __future__ import annotations

from prover.errors import InputError
from prover.models.base import Model
from prover.models.options import ScriptedOptions
from prover.models.spec import ModelSpec


async def open_model(spec: ModelSpec) -> Model:
    """The model that `spec` names, ready to generate in the running event loop; `aclose` it.

    Loads the backend's packages, and for `vllm` and `hf` the weights. Raises `MissingError` where a package, the
    server, the key or the model is not there, and `InputError` where the specification is wrong.
    """
    if spec.backend == "scripted":
        from pathlib import Path  # noqa: PLC0415

        from prover.models.scripted import ScriptedModel  # noqa: PLC0415

        return ScriptedModel(Path(spec.name), ScriptedOptions(**spec.options))  # type: ignore[arg-type]
    raise InputError(f"model: {spec.backend} cannot be opened")
