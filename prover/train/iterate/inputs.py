"""What an iteration reads before its first stage, once: its recipe, its policies, its further data.

What its later stages will need is looked for here, too, for a mistake should not show after hours of proving. What was
read is part of the iteration's identity, so a file that is changed between two sessions is told, not mixed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.bootstrap.example import read_examples
from prover.config import Budget
from prover.errors import InputError
from prover.search.policy import Policy
from prover.train.base import require_packages, require_quantization
from prover.train.iterate.config import Iteration
from prover.train.iterate.plot import require_plot
from prover.train.mix import file_of, gather
from prover.train.recipe import DATA, Recipe


@dataclass(frozen=True, slots=True)
class Search:
    """How problems are searched."""

    policy: Policy
    budget: Budget

    @property
    def identity(self) -> dict[str, Any]:
        return {"policy": dict(self.policy.identity), "budget": str(self.budget)}


@dataclass(frozen=True, slots=True)
class Inputs:
    config: Iteration
    recipe: Recipe
    prove: Search
    evaluate: Search
    further: Mapping[Path, str]
    """Files of examples that no round made, with the SHA-256 of each."""

    @property
    def identity(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe.hash,
            "prove": self.prove.identity,
            "evaluate": self.evaluate.identity,
            "data": self.data,
        }

    @property
    def data(self) -> dict[str, str]:
        return {str(path): sha256 for path, sha256 in sorted(self.further.items())}


def read_inputs(config: Iteration) -> Inputs:
    """Raises `InputError` for what is not there or does not fit, `MissingError` where a package is not installed."""
    recipe = config.the_recipe()
    require_packages()
    require_plot()
    if recipe.lora is not None and recipe.lora.bits != 16:
        require_quantization()
    return Inputs(
        config,
        recipe,
        Search(*config.prove.search()),
        Search(*config.evaluate.search()),
        {path: file_digest(path) for path in _further(config, recipe)},
    )


def file_digest(path: Path) -> str:
    """The SHA-256 of a file. Raises `InputError` where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def _further(config: Iteration, recipe: Recipe) -> list[Path]:
    """The files of examples that the recipe and the configuration name, read once."""
    if DATA in config.data:
        raise InputError(f"iterate: data: {DATA} is what the rounds harvest: expected another source's name")
    kinds = set(config.harvest.kinds)
    own = [mix for mix in recipe.mix if mix.name == DATA and not mix.path]
    if not any(not mix.kind or kinds & set(mix.kind) for mix in own):
        raise InputError(
            f"iterate: recipe {recipe.name}: expected a mix {DATA} for what the rounds harvest "
            f"({', '.join(sorted(kinds))})"
        )
    others = tuple(mix for mix in recipe.mix if mix not in own)
    sources = {name: [Path(path)] for name, path in config.data.items()}
    gather(recipe.model_copy(update={"mix": others}), sources)
    paths = {*(file_of(recipe, mix) for mix in others if mix.path), *(file for [file] in sources.values())}
    for path in sorted(paths):
        for _ in read_examples(path):
            pass
    return sorted(paths)
