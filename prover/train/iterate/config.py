"""What `prover iterate` does: one TOML file, read strictly; a mistake is an `InputError` with its place.

Paths in the file are looked for beside it. `docs/bootstrap.md` explains every key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from prover.agents.family import load_family
from prover.bootstrap.decontaminate import Strictness
from prover.bootstrap.example import Kind
from prover.bootstrap.settings import HARVESTED, HarvestSettings
from prover.config import Budget, parse_budget
from prover.errors import InputError
from prover.models.spec import ModelSpec, parse_spec
from prover.search.kinds import kind_of
from prover.search.policy import Policy, load_policy
from prover.train.iterate.measure import PASS, SOLVED
from prover.train.recipe import Recipe, load_recipe, parse_recipe

_STRICT = ConfigDict(extra="forbid", frozen=True)
_BACKENDS = {"hf": "adapter", "vllm": "lora"}
"""What each backend calls an adapter."""


class Problems(BaseModel):
    """A problem set, and how it is searched."""

    model_config = _STRICT
    problems: str
    """A benchmark's name, a file or a folder."""
    split: str = ""
    skip: int = Field(default=0, ge=0)
    """Leave out the first so many."""
    limit: int | None = Field(default=None, ge=1)
    """Of those only the first so many."""
    samples: int = Field(default=8, ge=1)
    batch: int = Field(default=8, ge=1)
    policy: str = ""
    """A policy's name or file; else whole proofs, all `samples` of each problem."""
    budget: str = ""
    """Of each problem, e.g. `lean_cpu=60s`."""

    @field_validator("budget")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            return str(parse_budget(value)) if value else ""
        except InputError as error:
            raise ValueError(str(error)) from None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [key for key in ("samples", "batch") if key in self.model_fields_set]
        if self.policy and given:
            raise ValueError(f"{given[0]}: expected either this or a policy, which has its own")
        return self

    @property
    def shown(self) -> str:
        """The search, for people."""
        return Path(self.policy).stem if self.policy else f"{self.samples} whole proofs"

    def search(self) -> tuple[Policy, Budget]:
        if self.policy:
            policy = load_policy(self.policy)
        else:
            settings = {"samples": self.samples, "batch": self.batch, "stop_at_first": False}
            policy = Policy("whole-proof", "whole-proof", Budget(), settings)
        kind_of(policy)
        return policy, parse_budget(self.budget, policy.budget) if self.budget else policy.budget


class Proving(Problems):
    """The problems to learn from."""

    advance: bool = False
    """Each round proves the next `limit` problems of the set; else every round proves the same."""

    @model_validator(mode="after")
    def _has_a_step(self) -> Self:
        if self.advance and self.limit is None:
            raise ValueError("advance needs a limit: how many problems a round goes on by")
        return self


class HarvestFile(BaseModel):
    """The settings of the harvest, as `prover harvest` has them."""

    model_config = _STRICT
    kinds: tuple[Kind, ...] = HARVESTED
    cap: int = Field(default=4, ge=1)
    rarity: float = Field(default=0.5, ge=0, le=2)
    words: bool = True
    paired_repairs: bool = True
    minimise: int = Field(default=24, ge=0)
    audit: bool = False
    """Rounds audit their own proofs; true audits them once more."""
    valid: float = Field(default=0.0, ge=0, lt=1)
    strict: bool = False


class Iteration(BaseModel):
    """All of it."""

    model_config = _STRICT
    base: str
    """The weights that the first round starts from: a folder or a model of the Hub."""
    backend: Literal["hf", "vllm"] = "hf"
    family: str = "generic"
    model: str = ""
    """Further keys of `--model`, e.g. `device=cpu,max_tokens=256,temperature=1.0`."""
    recipe: str = "sft"
    rounds: int = Field(default=3, ge=1, le=1000)
    start: Literal["base", "last"] = "base"
    """What each round trains: the base, or what the round before made of it."""
    samples: Literal["fresh", "fixed"] = "fresh"
    """Proofs drawn anew from the newest model in each round, or those of the first round throughout."""
    accumulate: bool = True
    """Whether a round harvests the rounds before it, too."""
    patience: int = Field(default=0, ge=0)
    """Rounds without a better score after which the iteration ends; 0 goes through all."""
    watch: int = Field(default=8, ge=1)
    """The k of the pass@k that decides; where held-out problems are searched by a policy, what is solved decides."""
    control: bool = False
    """Whether a second arm is trained, step for step, on proofs of other statements."""
    seed: int = Field(default=0, ge=0)
    jobs: int | None = Field(default=None, ge=1)
    inflight: int | None = Field(default=None, ge=1)
    prove: Proving
    evaluate: Problems
    harvest: HarvestFile = HarvestFile()
    train: dict[str, Any] = {}
    """Settings of the recipe's `[train]` that are other here."""
    curriculum: dict[str, Any] | None = None
    block: dict[str, Any] | None = None
    data: dict[str, str] = {}
    """Further files of examples, by the names that the recipe's mix gives its sources."""
    folder: str = Field(default="", exclude=True)

    @property
    def score(self) -> str:
        """What decides: `pass@k` of whole proofs; of a search, which has no k, the share of the problems `solved`."""
        return SOLVED if self.evaluate.policy else f"{PASS}{self.watch}"

    @model_validator(mode="after")
    def _draws_what_it_watches(self) -> Self:
        if not self.evaluate.policy and self.watch > self.evaluate.samples:
            raise ValueError(
                f"watch: expected at most the {self.evaluate.samples} samples of [evaluate], found {self.watch}"
            )
        return self

    def the_recipe(self) -> Recipe:
        recipe = load_recipe(self.recipe)
        content = recipe.model_dump(mode="json", exclude_none=True)
        content["train"] |= {"seed": self.seed, **self.train}
        for name in ("curriculum", "block"):
            table = getattr(self, name)
            if table is not None:
                content[name] = table
                if not table:
                    del content[name]
        found = parse_recipe(content, f"iterate: recipe {self.recipe}", recipe.folder)
        if found.method != "sft" or found.scratch is not None:
            how = "trains from random weights" if found.scratch else f'has method = "{found.method}"'
            raise InputError(
                f"iterate: recipe {found.name} {how}: expected one that fine-tunes what the round starts from"
            )
        return found

    def spec(self, weights: str, adapter: str = "") -> ModelSpec:
        """The model that the weights make on the backend."""
        keys = ["-", f"family={self.family}", *([self.model] if self.model else [])]
        spec = parse_spec(f"{self.backend}:{','.join(keys)}")
        adapted = {_BACKENDS[self.backend]: adapter} if adapter else {}
        return replace(spec, name=weights, options={**spec.options, **adapted})

    def settings(self, iteration_round: int) -> HarvestSettings:
        one = self.harvest
        return HarvestSettings(
            family=self.family,
            kinds=one.kinds,
            cap=one.cap,
            rarity=one.rarity,
            words=one.words,
            paired_repairs=one.paired_repairs,
            minimise=one.minimise,
            audit=one.audit,
            valid=one.valid,
            seed=self.seed,
            strictness=Strictness.CLUSTER if one.strict else Strictness.SHAPE,
            extra={"round": str(iteration_round)},
        )


def load_iteration(path: Path, changes: Mapping[str, Any] | None = None) -> Iteration:
    """The iteration of a TOML file, with changes to its outermost keys. Raises `InputError`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a TOML file: {error}") from None
    found = parse_iteration({**content, **(changes or {})}, str(path), path.resolve().parent)
    found.the_recipe()
    for part in (found.prove, found.evaluate):
        part.search()
    found.settings(0)
    found.spec(found.base)
    load_family(found.family)
    return found


def parse_iteration(content: Mapping[str, Any], where: str, folder: Path) -> Iteration:
    """Raises `InputError`."""
    try:
        return Iteration.model_validate({**dict(_located(content, folder)), "folder": str(folder)})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{where}: {place + ': ' if place else ''}{message}") from None


def _located(content: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, Any]]:
    """The keys, with files and folders that lie beside the file by their full paths."""
    for key, value in content.items():
        if isinstance(value, Mapping) and key in ("prove", "evaluate", "data"):
            paths = set(value) if key == "data" else {"problems", "policy"}
            yield key, {k: _beside(v, folder) if k in paths else v for k, v in value.items()}
        else:
            yield key, _beside(value, folder) if key in ("base", "recipe") else value


def _beside(value: Any, folder: Path) -> Any:
    there = isinstance(value, str) and value and "\0" not in value and (folder / value).exists()
    return str(folder / value) if there else value
