"""TRL's `SFTTrainer` with rows that are planned beforehand and a loss that honours each example's weight.

TRL's own preparation of data is left out: it shuffles and packs in ways that cannot be resumed to the row, cuts what is
too long, and knows no weights. Its loop, checkpoints, PEFT handling and memory-saving output layer are used as they
are. The loss is the sum over supervised tokens of weight x negative log-likelihood, divided by the number of supervised
tokens of the whole step; weights are scaled to a mean of 1 per supervised token, so that they move attention between
examples and leave the learning rate's meaning alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  its usual name
from torch.utils.data import SequentialSampler
from trl import SFTTrainer

from prover.train.encode import Encoded
from prover.train.plan import Row
from prover.train.recipe import Recipe

_LOGIT_SETTINGS = (
    "final_logit_softcapping",
    "logit_scale",
    "logits_scaling",
    "output_multiplier",
    "lm_head_multiplier",
)


Columns = tuple[list[int], list[int], list[float], list[int]]
"""Of one row: tokens, labels, weights, positions."""


@dataclass(frozen=True)
class Collator:
    """From rows of the plan to tensors. No attention mask: causal attention never looks at the padding behind a row,
    and where a row holds several sequences, their positions begin anew and the model tells them apart by that."""

    rows: Sequence[Row]
    encoded: Sequence[Encoded | None]
    recipe: Recipe
    scale: float
    pad: int
    bos: int | None
    flat: bool
    """One long row without padding, for flash attention, which tells sequences apart only there."""

    def __call__(self, picked: Sequence[dict[str, int]]) -> dict[str, torch.Tensor]:
        built = [self._row(self.rows[one["row"]]) for one in picked]
        if self.flat:
            built = [_joined(built)]
        longest = max(len(tokens) for tokens, *_ in built)
        fill = (self.pad, -100, 0.0)
        columns: list[list[Any]] = [[], [], [], []]
        for row in built:
            missing = longest - len(row[0])
            for place in range(3):
                columns[place].append(row[place] + [fill[place]] * missing)
            last = row[3][-1]
            columns[3].append(row[3] + list(range(last + 1, last + 1 + missing)))
        tokens, labels, weights, positions = columns
        return {
            "input_ids": torch.tensor(tokens),
            "labels": torch.tensor(labels),
            "weights": torch.tensor(weights, dtype=torch.float32),
            "position_ids": torch.tensor(positions),
        }

    def _row(self, row: Row) -> Columns:
        tokens: list[int] = []
        labels: list[int] = []
        weights: list[float] = []
        positions: list[int] = []
        block, only = self.recipe.block, self.recipe.train.completion_only
        everywhere = block is not None and block.loss == "all"
        for sequence in row:
            begin = len(tokens)
            for number, index in enumerate(sequence):
                one = self.encoded[index]
                assert one is not None
                # The token for the beginning of a text begins a sequence, not each of its parts.
                skip = 1 if number and one.tokens[0] == self.bos else 0
                learned = everywhere or number == len(sequence) - 1
                first = one.start if only else 1
                weight = one.weight * self.scale if self.recipe.train.weights else 1.0
                for place, token in enumerate(one.tokens[skip:], skip):
                    counts = learned and place >= first
                    tokens.append(token)
                    labels.append(token if counts else -100)
                    weights.append(weight if counts else 0.0)
            positions += range(len(tokens) - begin)
        return tokens, labels, weights, positions


def _joined(rows: Sequence[Columns]) -> Columns:
    tokens, labels, weights, positions = zip(*rows, strict=True)
    chain = itertools.chain.from_iterable
    return list(chain(tokens)), list(chain(labels)), list(chain(weights)), list(chain(positions))


class PlannedTrainer(SFTTrainer):
    """Rows come in the order of the data set, which is the plan's. Reports nothing to anybody."""

    loss_is_scaled_for_ga = True  # type: ignore[assignment]  # TRL's own says no more than None
    """`compute_loss` divides by the tokens of the whole step, whatever the model's own forward would do."""

    def _send_telemetry(self) -> None:
        return

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """Ours is written when the training is done."""

    def _get_train_sampler(self, dataset: Any = None) -> Any:
        rows: Any = dataset if dataset is not None else self.train_dataset
        return SequentialSampler(rows)

    def _get_num_items_in_batch(self, batch_samples: list[Any], device: torch.device) -> Any:
        count = sum((batch["labels"][:, 1:] != -100).sum() for batch in batch_samples)
        count = torch.as_tensor(count, device=device)
        return self.accelerator.gather(count).sum() if self.args.world_size > 1 else count

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        inputs = dict(inputs)
        weights = inputs.pop("weights")[:, 1:]
        if not model.training:
            weights = (weights > 0).to(weights.dtype)
        losses, outputs = token_losses(model, inputs)
        here = (inputs["labels"][:, 1:] != -100).sum()
        if not model.training:
            self._measured += float((losses * weights).sum(dtype=torch.float64))
            self._counted += int(here)
        count = here if num_items_in_batch is None else num_items_in_batch
        loss = (losses * weights).sum() / torch.as_tensor(count).clamp(min=1)
        if num_items_in_batch is not None:
            # Their count is over all processes, over which gradients are then averaged.
            loss = loss * self.accelerator.num_processes
        return (loss, outputs) if return_outputs else loss

    def evaluation_loop(self, *args: Any, **settings: Any) -> Any:
        """The loss is the mean over all tokens, not that of the batches' means: no batch size changes it."""
        self._measured, self._counted = 0.0, 0
        output = super().evaluation_loop(*args, **settings)
        metrics: dict[str, float] = output.metrics or {}
        for name in metrics:
            if name.endswith("_loss"):
                metrics[name] = self._measured / max(1, self._counted)
        return output


def token_losses(model: Any, inputs: dict[str, Any]) -> tuple[torch.Tensor, Any]:
    """Negative log-likelihoods, `(rows, length - 1)`, 0 where the label is -100, and the model's outputs.

    By TRL's output layer, which never holds all logits at once. On a CPU that one scores the prompts' tokens too, at a
    fifth of a small model's time; there, only the supervised positions are put through the layer.
    """
    labels = inputs["labels"]
    bare = model.get_base_model() if hasattr(model, "get_base_model") else model
    if labels.device.type != "cpu" or not hasattr(bare, "base_model") or _scales_logits(bare):
        outputs = model(**inputs, use_cache=False, fused_lm_head=True)
        return -outputs.log_probs, outputs
    rest = {name: value for name, value in inputs.items() if name != "labels"}
    outputs = bare.base_model(**rest, use_cache=False)
    mask = labels[:, 1:] != -100
    logits = bare.get_output_embeddings()(outputs.last_hidden_state[:, :-1][mask])
    found = F.cross_entropy(logits.float(), labels[:, 1:][mask], reduction="none")
    return torch.zeros(mask.shape, dtype=found.dtype).masked_scatter(mask, found), outputs


def _scales_logits(model: Any) -> bool:
    """Whether the model does more to its logits than the output layer; TRL's knows the ways."""
    config = model.config.get_text_config()
    return any(getattr(config, name, None) is not None for name in _LOGIT_SETTINGS)
