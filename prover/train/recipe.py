"""Recipes: one TOML file says on what data, in which form and how long a model is trained.

Everything is read and checked at once; a mistake is an `InputError` with the file, the key and what was expected.
Nothing here says where: the base model, the output folder and the data files belong to the call, so that one recipe
serves many models. `docs/train.md` explains every key, and a test keeps the two the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from prover.bootstrap.example import Kind
from prover.codec import digest
from prover.errors import InputError
from prover.train.tables import STRICT, Block, Curriculum, Grpo, Lora, Scratch

_SHIPPED = Path(__file__).parent / "recipes"

DATA = "data"
"""The name of a source where a recipe or a call gives none."""


_NOT_OF_GRPO = ("accumulate", "packing", "completion_only", "weights", "valid_every")
"""Its rows are samples, as many to a step as `grpo.group` and `grpo.problems` say."""


class Mix(BaseModel):
    """One source of examples. `share` is its part of the examples of an epoch."""

    model_config = STRICT
    name: str = Field(default=DATA, pattern=r"^[A-Za-z0-9_-]{1,60}$")
    path: str = ""
    """A file of examples, looked for beside the recipe; else the call's files under `name`."""
    kind: tuple[Kind, ...] = ()
    """Only examples of these kinds; none for all."""
    share: float | None = Field(default=None, gt=0, le=1)
    max_level: int | None = Field(default=None, ge=0)
    limit: int | None = Field(default=None, ge=1)
    """At most that many, drawn by the seed."""


class Train(BaseModel):
    """The optimizer's side."""

    model_config = STRICT
    epochs: int = Field(default=1, ge=1, le=10_000)
    steps: int | None = Field(default=None, ge=1)
    """Exactly that many steps, through as many epochs as they need, instead of `epochs`."""
    batch: int = Field(default=8, ge=1)
    """Rows that go through the model at once."""
    accumulate: int = Field(default=1, ge=1)
    """Batches to one step of the optimizer."""
    learning_rate: float = Field(default=2e-4, gt=0)
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup: float = Field(default=0.03, ge=0, lt=1)
    """Part of the steps over which the learning rate rises."""
    weight_decay: float = Field(default=0.0, ge=0)
    betas: tuple[float, float] = (0.9, 0.999)
    clip: float = Field(default=1.0, gt=0)
    """Largest norm of a gradient."""
    max_length: int = Field(default=4096, ge=8)
    """Tokens of a row. An example that is longer is left out and counted, never cut."""
    packing: bool = True
    """Several examples to a row, none of which sees another."""
    completion_only: bool = True
    """No loss on prompts."""
    weights: bool = True
    """Examples count by their weight."""
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"
    """`auto`: bfloat16 on a GPU that has it, float32 elsewhere."""
    gradient_checkpointing: bool | Literal["auto"] = "auto"
    """Less memory for a third more time; `auto`: on a GPU."""
    attention: str = ""
    """transformers' `attn_implementation`."""
    chat_template: str = ""
    """A Jinja file instead of the tokenizer's own template."""
    threads: int = Field(default=0, ge=0)
    """CPU threads; 0 leaves the choice to torch."""
    valid_every: int = Field(default=0, ge=0)
    """Steps between two losses on the examples of the split `valid`; 0 for at the end only."""
    checkpoint_every: int = Field(default=200, ge=1)
    keep_checkpoints: bool = False
    """Whether they stay when the training is done."""
    log_every: int = Field(default=10, ge=1)
    seed: int = Field(default=0, ge=0, lt=2**32)


class Recipe(BaseModel):
    """A whole recipe. Without `lora` and `scratch` all of the base's weights are trained."""

    model_config = STRICT
    name: str = Field(default="recipe", min_length=1, max_length=100)
    about: str = ""
    method: Literal["sft", "grpo"] = "sft"
    mix: tuple[Mix, ...] = (Mix(),)
    train: Train = Train()
    lora: Lora | None = None
    scratch: Scratch | None = None
    block: Block | None = None
    curriculum: Curriculum | None = None
    grpo: Grpo | None = None
    folder: str = Field(default="", exclude=True)
    """Where the recipe was read: what its paths are relative to."""

    @model_validator(mode="after")
    def _fits(self) -> Recipe:
        shares = [mix.share for mix in self.mix]
        if not self.mix:
            raise ValueError("mix: expected at least one")
        if any(shares) and not all(shares):
            raise ValueError("mix: expected a share for each, or for none")
        given = sum(share for share in shares if share)
        if given and abs(given - 1) > 1e-6:
            raise ValueError(f"mix: expected shares that sum to 1, found {given:g}")
        if len({(mix.name, mix.path, mix.kind) for mix in self.mix}) < len(self.mix):
            raise ValueError("mix: two are the same: expected another name, path or kind")
        if self.lora and self.scratch:
            raise ValueError("expected lora or scratch, found both")
        if self.method == "grpo" and (self.scratch or self.block or self.curriculum):
            raise ValueError("grpo: expected no scratch, block or curriculum")
        if self.method == "grpo":
            self._fits_grpo()
        if self.method == "sft" and self.grpo is not None:
            raise ValueError('grpo: expected `method = "grpo"` beside it')
        if self.train.packing and self.block and self.block.loss == "all" and not self.train.completion_only:
            raise ValueError('block: loss = "all" is about completions: expected completion_only')
        return self

    def _fits_grpo(self) -> None:
        """What has no meaning for reinforcement learning is refused, not passed over."""
        if self.mix != (Mix(),):
            raise ValueError("mix: grpo learns from problems, not from sources of examples: expected none")
        for name in _NOT_OF_GRPO:
            if getattr(self.train, name) != Train.model_fields[name].default:
                raise ValueError(f"train.{name}: has no meaning for grpo: expected none")
        iterations = (self.grpo or Grpo()).iterations
        if (self.train.steps or 0) % iterations:
            raise ValueError(
                f"train.steps: {self.train.steps}, and {iterations} of them are on the same samples "
                "(grpo.iterations): expected a multiple"
            )

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides what is learned, as JSON values."""
        content = self.model_dump(mode="json", exclude={"name", "about"})
        for key in ("threads", "checkpoint_every", "keep_checkpoints", "log_every"):
            content["train"].pop(key)
        return content

    @property
    def hash(self) -> str:
        return digest(self.identity)[:16]

    def changed(self, **train: Any) -> Recipe:
        """The recipe with other settings of `[train]`. Raises `InputError`."""
        content = self.model_dump(mode="python")
        content["train"] |= train
        return parse_recipe(content, f"recipe {self.name}", self.folder)


def shipped_recipes() -> list[str]:
    return sorted(path.stem for path in _SHIPPED.glob("*.toml"))


def load_recipe(name: str) -> Recipe:
    """The shipped recipe of that name, or the one in the TOML file `name`. Raises `InputError`."""
    path = _SHIPPED / f"{name}.toml" if name in shipped_recipes() else Path(name)
    if path.suffix != ".toml" or not path.is_file():
        known = ", ".join(shipped_recipes())
        raise InputError(f"recipe: expected one of {known}, or a .toml file, found {name!r}")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a TOML file: {error}") from None
    content.setdefault("name", path.stem)
    return parse_recipe(content, str(path), str(path.resolve().parent))


def parse_recipe(content: Mapping[str, Any], where: str, folder: str = "") -> Recipe:
    """A recipe from plain values, e.g. of a TOML file. `where` begins every complaint. Raises `InputError`."""
    try:
        # By way of JSON's rules: lists for tuples and texts for kinds, and nothing else converted.
        return Recipe.model_validate({**_plain(content), "folder": folder})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{where}: {place + ': ' if place else ''}{message}") from None


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as tuples, and kinds by name, for the strict models."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            return {name: walk(item, name) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return tuple(walk(item, key) for item in value)
        if key == "kind" and isinstance(value, str) and value in set(Kind):
            return Kind(value)
        return value

    return dict(walk(content))


def options() -> Iterator[str]:
    """Every key that a recipe may have, e.g. `train.epochs`."""
    tables: dict[str, type[BaseModel]] = {
        "mix": Mix,
        "train": Train,
        "lora": Lora,
        "scratch": Scratch,
        "block": Block,
        "curriculum": Curriculum,
        "grpo": Grpo,
    }
    yield from (name for name in Recipe.model_fields if name not in {*tables, "folder"})
    for table, model in tables.items():
        yield from (f"{table}.{name}" for name in model.model_fields)
