"""Whether a model keeps the sequences of a packed row apart, tried on the model itself before anything is learned.

Attention layers tell sequences apart by positions that begin anew; a recurrent or convolutional layer, an attention
kernel of somebody's own, or positions that are learned may not. What the first sequence of a row says is changed; a
model whose scores for the second one follow has read across.
"""

from __future__ import annotations

from typing import Any

import torch

from prover.errors import InputError

_LENGTH = 12
"""Tokens of a sequence; a row holds two."""
_NOISE = 0.005
"""Part of the change in the first sequence's own scores that rounding may carry into the second's."""


def require_apart(model: Any, flat: bool, *, half: bool) -> None:
    """Raises `InputError` where packed sequences see each other. `flat`: all in one row, as `Collator` has it."""
    bare = model.get_base_model() if hasattr(model, "get_base_model") else model
    if getattr(bare, "_is_stateful", False) or _reads_across(model, flat, half):
        raise InputError(
            "train.packing: this model reads across the sequences of a packed row (it is not of attention layers "
            "alone, or its attention knows no packed rows): expected packing = false"
        )


def _reads_across(model: Any, flat: bool, half: bool) -> bool:
    first, second = (_scores(model, flat, half, start) for start in (0, _LENGTH))
    own, across = ((first[part] - second[part]).abs().mean() for part in (0, 1))
    return not bool(across <= _NOISE * own)


def _scores(model: Any, flat: bool, half: bool, start: int) -> tuple[torch.Tensor, torch.Tensor]:
    """For two rows whose first sequences begin with token `start`: the scores of all first and all second ones."""
    size = int(model.get_input_embeddings().weight.shape[0])
    first, second = range(start, start + _LENGTH), range(2 * _LENGTH, 3 * _LENGTH)
    row = [token % size for token in (*first, *second)]
    tokens = torch.tensor([row, row], device=model.device)
    positions = torch.arange(_LENGTH, device=model.device).repeat(2, 2)
    if flat:
        tokens, positions = tokens.reshape(1, -1), positions.reshape(1, -1)
    training = model.training
    model.eval()
    try:
        with torch.no_grad(), torch.autocast(model.device.type, torch.bfloat16, enabled=half):
            scores = model(input_ids=tokens, position_ids=positions, use_cache=False).logits
    finally:
        model.train(training)
    parts = scores.float().reshape(2, 2, _LENGTH, -1)
    return parts[:, 0], parts[:, 1]
