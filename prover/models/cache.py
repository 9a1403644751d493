"""Keys and values of the rows of a batch that come and go: written in place, joined and thinned out by row.

The library's own growing cache copies everything at each token; here a layer has room ahead and is copied when that is
used up or when rows join or leave. Rows end together on the right: what a shorter one lacks is padding on the left,
which the caller's attention mask hides. For attention layers only, each of which keeps all that it has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicLayer

_AHEAD = 64
"""Tokens that a layer has room for beyond those that it holds, at least."""


class RowsLayer(DynamicLayer):
    """One layer: keys and values of shape `[rows, heads, tokens, head_dim]`, views of what has room for more."""

    keys: Any
    values: Any

    def update(
        self,
        key_states: torch.Tensor,
        value_states: torch.Tensor,
        *_: Any,
        **__: Any,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.is_initialized:
            self.dtype, self.device = key_states.dtype, key_states.device
            self.keys, self.values = key_states[..., :0, :], value_states[..., :0, :]
            self.is_initialized = True
            self._room = 0
        held = self.keys.shape[-2]
        whole = held + key_states.shape[-2]
        if whole > self._room:
            self._hold([(self.keys, self.values)], whole)
        self._key_room[..., held:whole, :] = key_states
        self._value_room[..., held:whole, :] = value_states
        self.keys, self.values = self._key_room[..., :whole, :], self._value_room[..., :whole, :]
        return self.keys, self.values

    def select(self, rows: torch.Tensor, drop: int) -> None:
        """Keep these rows, in this order, without their first `drop` tokens."""
        keys, values = (held[..., drop:, :].index_select(0, rows) for held in (self.keys, self.values))
        self._hold([(keys, values)])

    def join(self, other: RowsLayer) -> None:
        """Put the rows of `other` below these."""
        self._hold([(self.keys, self.values), (other.keys, other.values)])

    def _hold(self, parts: Sequence[tuple[torch.Tensor, torch.Tensor]], whole: int = 0) -> None:
        """These rows, one part below the other, with room for `whole` tokens and some more."""
        held = max(keys.shape[-2] for keys, _ in parts)
        self._room = max(held, whole) * 5 // 4 + _AHEAD
        self._key_room = _joined([keys for keys, _ in parts], held, self._room)
        self._value_room = _joined([values for _, values in parts], held, self._room)
        self.keys, self.values = self._key_room[..., :held, :], self._value_room[..., :held, :]


class RowsCache(Cache):
    layers: Any

    def __init__(self) -> None:
        super().__init__(layer_class_to_replicate=RowsLayer)

    def select(self, rows: torch.Tensor, drop: int = 0) -> None:
        for layer in self.layers:
            layer.select(rows, drop)

    def join(self, other: RowsCache) -> None:
        for layer, new in zip(self.layers, other.layers, strict=True):
            layer.join(new)


def _joined(parts: Sequence[torch.Tensor], held: int, room: int) -> torch.Tensor:
    """The parts, each of which ends at token `held`: zeros before, nothing in particular behind."""
    rows = sum(part.shape[0] for part in parts)
    _, heads, _, size = parts[0].shape
    space = parts[0].new_empty((rows, heads, room, size))
    top = 0
    for part in parts:
        bottom, begin = top + part.shape[0], held - part.shape[-2]
        space[top:bottom, :, :begin] = 0
        space[top:bottom, :, begin:held] = part
        top = bottom
    return space
