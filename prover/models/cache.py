"""Keys and values of the rows of a batch that come and go: written in place, joined and thinned out by row.

The library's own growing cache copies everything at each token; here a layer has room ahead and is copied when that is
used up or when rows join or leave. Rows end together on the right: what a shorter one lacks is padding on the left,
which the caller's attention mask hides. For attention layers only, each of which keeps all that it has seen.
"""

from __future__ import annotations

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
            self._hold(key_states, value_states)
            self.is_initialized = True
            return self.keys, self.values
        held = self.keys.shape[-2]
        whole = held + key_states.shape[-2]
        if whole > self._key_room.shape[-2]:
            self._hold(self.keys, self.values, whole)
        self._key_room[..., held:whole, :] = key_states
        self._value_room[..., held:whole, :] = value_states
        self.keys, self.values = self._key_room[..., :whole, :], self._value_room[..., :whole, :]
        return self.keys, self.values

    def select(self, rows: torch.Tensor, drop: int) -> None:
        """Keep these rows, in this order, without their first `drop` tokens."""
        self._hold(self.keys[rows][..., drop:, :], self.values[rows][..., drop:, :])

    def join(self, other: RowsLayer) -> None:
        """Put the rows of `other` below these."""
        longest = max(self.keys.shape[-2], other.keys.shape[-2])
        self._hold(
            torch.cat([_padded(self.keys, longest), _padded(other.keys, longest)]),
            torch.cat([_padded(self.values, longest), _padded(other.values, longest)]),
        )

    def _hold(self, keys: torch.Tensor, values: torch.Tensor, whole: int = 0) -> None:
        held = keys.shape[-2]
        room = max(held, whole) * 5 // 4 + _AHEAD
        self._key_room, self.keys = _with_room(keys, room)
        self._value_room, self.values = _with_room(values, room)


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


def _with_room(states: torch.Tensor, room: int) -> tuple[torch.Tensor, torch.Tensor]:
    rows, heads, held, size = states.shape
    space = states.new_empty((rows, heads, room, size))
    space[..., :held, :] = states
    return space, space[..., :held, :]


def _padded(states: torch.Tensor, length: int) -> torch.Tensor:
    return torch.nn.functional.pad(states, (0, 0, length - states.shape[-2], 0))
