"""Supervised fine-tuning: a recipe, examples and a base in; a model out that the backends `hf` and `vllm` load.

    trained = train_sft(load_recipe("sft"), Path("out"), base="MODEL", data={"data": [Path("proofs.jsonl")]})

Adapters (LoRA, QLoRA), all weights, or a new small model. The whole training is planned before its first step, so
that it is known beforehand what it will cost (`plan_sft`) and a killed one goes on with the rows it would have had.
Synchronous: it keeps its thread busy. Limits: one process, one GPU.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from prover.config import code_version
from prover.errors import InputError
from prover.run_folder import FolderLock
from prover.train.base import (
    base_name,
    facts_of,
    identity_of,
    load_tokenizer,
    require_one_process,
    require_packages,
)
from prover.train.encode import Encoded, Encoder
from prover.train.folder import TrainFolder, read_metrics
from prover.train.mix import Gathered, gather
from prover.train.plan import Plan, make_plan
from prover.train.recipe import DATA, Recipe
from prover.train.session import Report, Stop, never, quiet

Data = Mapping[str, Sequence[Path]]


@dataclass(frozen=True, slots=True)
class Trained:
    """A training that is done."""

    folder: Path
    steps: int
    loss: float
    """The last one that was logged: a mean over `train.log_every` steps."""
    examples: int
    """Different examples that were trained on."""
    dropped: int
    """Examples that are longer than a row."""
    tokens: int
    """That went through the model, padding apart."""
    valid_loss: float | None = None
    adapter: bool = False
    seconds: float = 0.0
    """Of the session that ended it."""


@dataclass(frozen=True)
class Prepared:
    """All that is known before a model is loaded."""

    gathered: Gathered
    tokenizer: Any
    encoded: Sequence[Encoded | None]
    valid: Sequence[Encoded]
    plan: Plan

    @property
    def dropped(self) -> int:
        return sum(one is None for one in self.encoded)

    @property
    def digest(self) -> str:
        """Over all that is learned and measured, token by token: of other files, and of another chat template."""
        sha = hashlib.sha256()
        for one in (*self.encoded, *self.valid):
            if one is not None:
                sha.update(f"{one.start} {one.weight} {one.level} {one.kind} {one.problem}\n".encode())
                sha.update(array("i", one.tokens).tobytes())
        return sha.hexdigest()

    @property
    def ends(self) -> frozenset[int]:
        """The tokens that the examples end with, where the model learns to stop."""
        return frozenset(int(one.tokens[-1]) for one in self.encoded if one is not None)

    def counts(self) -> dict[str, Any]:
        """For a dry run: examples, tokens, what is left out, steps."""
        lengths = [len(one.tokens) for one in self.encoded if one is not None]
        return {
            "examples": len(self.encoded),
            "dropped": self.dropped,
            "never_drawn": self.plan.never,
            "kinds": dict(self.gathered.counts),
            "valid": len(self.valid),
            "longest": max(lengths, default=0),
            "mean_length": round(sum(lengths) / max(1, len(lengths)), 1),
            "steps": self.plan.steps,
            "rows": len(self.plan.rows),
            "tokens": self.plan.tokens,
            "supervised_tokens": self.plan.supervised,
        }


def plan_sft(recipe: Recipe, *, base: str, data: Data | Sequence[Path] = ()) -> Prepared:
    """Read, encode and plan, without loading a model's weights. Raises `InputError` and `MissingError`."""
    require_packages()
    gathered = gather(recipe, _by_source(data))
    tokenizer = load_tokenizer(recipe, base)
    encoder = Encoder(tokenizer)
    encoded = encoder.encode_all(gathered.train, recipe.train.max_length)
    if not any(encoded):
        raise InputError(
            f"train.max_length: none of {len(encoded)} examples fits into {recipe.train.max_length} tokens"
        )
    valid = [one for one in encoder.encode_all(gathered.valid, recipe.train.max_length) if one is not None]
    return Prepared(gathered, tokenizer, encoded, valid, make_plan(recipe, encoded, gathered.sources))


def train_sft(
    recipe: Recipe,
    out: Path,
    *,
    base: str,
    data: Data | Sequence[Path] = (),
    adapter: str = "",
    resume: bool = True,
    report: Report = quiet,
    stop: Stop = never,
) -> Trained:
    """Train, or go on where a killed training of the same recipe, base and data stopped; one that is done is returned.

    `base` is a folder or a model of the Hub (for `scratch`: its tokenizer), `data` the files of the recipe's sources
    by name, or the files of its only one. `adapter` is one to go on from. `resume=False` begins anew. `report` hears a
    `Moment` at every logged step; when `stop` says so, the training ends behind a checkpoint with a `StoppedError`.
    """
    if recipe.method != "sft":
        raise InputError(f'recipe {recipe.name}: expected method = "sft", found {recipe.method!r}')
    require_one_process()
    prepared = plan_sft(recipe, base=base, data=data)
    folder = TrainFolder(out)
    identity = identity_of(recipe, base, adapter, prepared.digest)
    folder.claim()
    with FolderLock(folder.run):
        folder.open(identity, facts_of(recipe), resume=resume)
        if done := folder.result():
            return Trained(out, **done)
        from prover.train.loop import run_sft  # noqa: PLC0415  loads torch and TRL

        return run_sft(recipe, folder, prepared, base=base, adapter=adapter, report=report, stop=stop)


def finished(
    recipe: Recipe, folder: TrainFolder, prepared: Prepared, *, base: str, parent: str, seconds: float
) -> Trained:
    """Write the card and the last mark of a training whose model is saved. `parent` is the adapter it went on from."""
    from prover.train.card import write_card  # noqa: PLC0415

    rows = read_metrics(folder.metrics)
    losses = [row["loss"] for row in rows if "loss" in row]
    valid = [row["valid_loss"] for row in rows if "valid_loss" in row]
    trained = Trained(
        folder.path,
        prepared.plan.steps,
        losses[-1] if losses else float("nan"),
        len({index for row in prepared.plan.rows for sequence in row for index in sequence}),
        prepared.dropped,
        prepared.plan.tokens,
        valid[-1] if valid else None,
        recipe.lora is not None,
        round(seconds, 1),
    )
    write_card(
        folder.path,
        title=f"{Path(folder.path).resolve().name}: trained on Lean proofs",
        base="" if recipe.scratch else base,
        adapter=trained.adapter,
        facts={
            "method": "supervised fine-tuning" + (", a new model" if recipe.scratch else ""),
            "base": base_name(base),
            **({"goes on from": base_name(parent)} if parent else {}),
            "examples": f"{trained.examples} ({', '.join(f'{n} {k}' for k, n in prepared.gathered.counts.items())})",
            "left out as too long": trained.dropped,
            "data (SHA-256)": prepared.gathered.digest,
            "steps": trained.steps,
            "tokens": trained.tokens,
            "recipe": f"{recipe.name} ({recipe.hash})",
            "made with": f"prover {code_version()}",
        },
        losses=rows,
        recipe=recipe.model_dump(mode="json", exclude_none=True),
        licences=prepared.gathered.licences,
    )
    content = asdict(trained)
    content.pop("folder")
    folder.finish(content, keep_checkpoints=recipe.train.keep_checkpoints)
    return trained


def tokens_by_step(prepared: Prepared) -> list[int]:
    """Tokens that have gone through the model at the end of each step."""
    plan = prepared.plan
    per_step = plan.batch * plan.accumulate

    def size(row: Any) -> int:
        found = (prepared.encoded[index] for sequence in row for index in sequence)
        return sum(len(one.tokens) for one in found if one is not None)

    sizes = [size(row) for row in plan.rows]
    return list(accumulate(sum(sizes[at : at + per_step]) for at in range(0, len(sizes), per_step)))


def weight_scale(prepared: Prepared, recipe: Recipe) -> float:
    """By what weights are multiplied, so that their mean over the supervised tokens is 1."""
    if not recipe.train.weights:
        return 1.0
    tokens = weighted = 0.0
    everywhere = recipe.block is not None and recipe.block.loss == "all"
    for row in prepared.plan.rows:
        for sequence in row:
            for index in sequence if everywhere else sequence[-1:]:
                one = prepared.encoded[index]
                if one is not None:
                    count = one.supervised(recipe.train.completion_only)
                    tokens, weighted = tokens + count, weighted + count * one.weight
    return tokens / weighted


def _by_source(data: Data | Sequence[Path]) -> dict[str, list[Path]]:
    if isinstance(data, Mapping):
        return {name: list(files) for name, files in data.items()}
    return {DATA: list(data)} if data else {}
