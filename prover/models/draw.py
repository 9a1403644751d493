"""The next token of each row of a batch, by the row's own settings and generator.

Penalty, temperature, top-k, top-p, min-p, in this order, as `transformers` has them. Each row is drawn by its own
generator, so that a seed gives the same sample whatever shares its batch, up to what padding does to the last bits of
the logits; generators of the CPU and of a GPU differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from prover.models.base import Sampling

EXTRAS = ("top_k", "min_p", "repetition_penalty")


@dataclass(slots=True, eq=False)
class Row:
    """A sample: its prompt, how many tokens it may write, its settings, and what it has written."""

    prompt: list[int]
    room: int
    sampling: Sampling
    seed: int | None = None
    cancelled: bool = False
    written: list[int] = field(default_factory=list)
    finish: str = ""
    generator: torch.Generator | None = None

    def restart(self) -> None:
        self.written, self.finish, self.generator = [], "", None

    def extra(self, name: str, default: float) -> float:
        return float(self.sampling.extra.get(name, default))


def draw(rows: Sequence[Row], scores: torch.Tensor) -> list[int]:
    """A token for each row from `scores` of shape `[rows, vocabulary]`; for a row at its end, any."""
    scores = _penalised(rows, scores.float())
    greedy = scores.argmax(dim=-1).tolist()
    if all(row.sampling.temperature == 0 for row in rows):
        return [int(token) for token in greedy]
    weights = _weights(rows, scores)
    noise = torch.ones_like(weights)
    for place, row in enumerate(rows):
        if not row.finish and row.sampling.temperature > 0:
            noise[place].exponential_(generator=_generator(row, scores.device))
    # The largest of weight / Exp(1) falls on a token as often as its weight says.
    drawn = (weights / noise.clamp_min_(1e-30)).argmax(dim=-1).tolist()
    return [
        int(best if row.sampling.temperature == 0 else one)
        for row, best, one in zip(rows, greedy, drawn, strict=True)
    ]


def _weights(rows: Sequence[Row], scores: torch.Tensor) -> torch.Tensor:
    """What each token weighs, up to a factor for its row; 0 for those that the settings leave out."""

    def column(values: list[float]) -> torch.Tensor:
        return torch.tensor(values, device=scores.device)[:, None]

    scores = scores / column([float(row.sampling.temperature) or 1.0 for row in rows])
    top_k = [int(row.extra("top_k", 0)) or scores.shape[-1] for row in rows]
    top_p = [float(row.sampling.top_p) if row.sampling.top_p < 1 else 2.0 for row in rows]
    min_p = [row.extra("min_p", 0.0) for row in rows]
    if min(top_k) == scores.shape[-1] and min(top_p) > 1 and not any(min_p):
        return torch.softmax(scores, dim=-1)
    ordered, tokens = scores.sort(dim=-1, descending=True)
    rank = torch.arange(scores.shape[-1], device=scores.device)[None]
    ordered = ordered.masked_fill(rank >= column([float(k) for k in top_k]), float("-inf"))
    weights = torch.softmax(ordered, dim=-1)
    above = weights.cumsum(dim=-1) - weights
    left = ((above < column(top_p)) | (rank == 0)) & (weights >= column(min_p) * weights[:, :1])
    return torch.zeros_like(weights).scatter_(1, tokens, weights * left)


def _penalised(rows: Sequence[Row], scores: torch.Tensor) -> torch.Tensor:
    """What a row has read or written counts for less; padding, which may be the end token, is no repetition."""
    penalties = [row.extra("repetition_penalty", 1.0) for row in rows]
    if all(penalty == 1 for penalty in penalties):
        return scores
    scores = scores.clone()
    for place, (row, penalty) in enumerate(zip(rows, penalties, strict=True)):
        seen = torch.tensor(sorted({*row.prompt, *row.written}), device=scores.device)
        old = scores[place, seen]
        scores[place, seen] = torch.where(old < 0, old * penalty, old / penalty)
    return scores


def _generator(row: Row, device: torch.device) -> torch.Generator:
    if row.generator is None:
        row.generator = torch.Generator(device=device)
        if row.seed is None:
            row.generator.seed()
        else:
            row.generator.manual_seed(row.seed % 2**63)
    return row.generator
