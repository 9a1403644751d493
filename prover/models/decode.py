"""One padded batch through `transformers.generate`: rows in, their tokens out, each with a seed and an end of its own.

Rows share temperature, top-p, stop texts and extras. A row ends at the model's own end token, at a stop text, when it
has no room left or when nobody waits for it any more; `done` is called at that moment, while the others go on.
Each row is drawn by its own generator, so that a seed gives the same sample whatever shares its batch, up to what
padding does to the last bits of the logits; generators of the CPU and of a GPU differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)
from transformers.generation.logits_process import (
    MinPLogitsWarper,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from prover.models.base import Finish, Sampling

EXTRAS = ("top_k", "min_p", "repetition_penalty")


@dataclass(slots=True, eq=False)
class Row:
    """A sample: its prompt, how many tokens it may write, and what it has written."""

    prompt: list[int]
    room: int
    seed: int | None
    cancelled: bool = False
    written: list[int] = field(default_factory=list)
    finish: str = ""

    def restart(self) -> None:
        self.written, self.finish = [], ""


class Decoder:
    def __init__(self, model: Any, tokenizer: Any, ends: frozenset[int]) -> None:
        self.model, self.tokenizer, self._ends = model, tokenizer, ends
        pad = tokenizer.pad_token_id
        self._pad = pad if pad is not None else next(iter(ends), 0)
        # The model's own defaults (temperature, penalties, …) would mix with what the caller asks for.
        self._neutral = GenerationConfig(pad_token_id=self._pad)
        model.generation_config = self._neutral

    def text(self, row: Row) -> str:
        return str(
            self.tokenizer.decode(row.written, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        )

    @torch.inference_mode()
    def run(self, rows: Sequence[Row], sampling: Sampling, done: Callable[[Row], None]) -> None:
        longest = max(len(row.prompt) for row in rows)
        device = self.model.device
        padded = [[self._pad] * (longest - len(row.prompt)) + row.prompt for row in rows]
        mask = [[0] * (longest - len(row.prompt)) + [1] * len(row.prompt) for row in rows]
        watch = _Watch(self, rows, sampling.stop, done)
        self.model.generate(
            input_ids=torch.tensor(padded, device=device),
            attention_mask=torch.tensor(mask, device=device),
            generation_config=GenerationConfig(
                max_new_tokens=max(row.room for row in rows),
                do_sample=False,
                num_beams=1,
                pad_token_id=self._pad,
            ),
            logits_processor=LogitsProcessorList([_Draw(rows, sampling, longest, device)]),
            stopping_criteria=StoppingCriteriaList([watch]),
        )

    def ends(self, row: Row, stop: Sequence[str]) -> str:
        """Why the row ends with its newest token; "" where it goes on."""
        if row.written[-1] in self._ends or (stop and self._stopped(row, stop)):
            return Finish.STOP
        return Finish.LENGTH if row.cancelled or len(row.written) >= row.room else ""

    def _stopped(self, row: Row, stop: Sequence[str]) -> bool:
        # A token that ends a stop text stands for one byte of it at least.
        last = row.written[-(4 * max(len(text) for text in stop) + 8) :]
        tail = self.tokenizer.decode(last, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return any(text in tail for text in stop) and any(text in self.text(row) for text in stop)


class _Watch(StoppingCriteria):
    """Sees every token of every row, and says which rows are at their end."""

    def __init__(
        self, decoder: Decoder, rows: Sequence[Row], stop: Sequence[str], done: Callable[[Row], None]
    ) -> None:
        self._decoder, self._rows, self._stop, self._done = decoder, rows, stop, done

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:  # noqa: ARG002
        for row, token in zip(self._rows, input_ids[:, -1].tolist(), strict=True):
            if row.finish:
                continue
            row.written.append(token)
            row.finish = self._decoder.ends(row, self._stop)
            if row.finish:
                self._done(row)
        return torch.tensor([bool(row.finish) for row in self._rows], device=input_ids.device)


class _Draw(LogitsProcessor):
    """Draws each row's next token and leaves it as the only one that can be chosen."""

    def __init__(self, rows: Sequence[Row], sampling: Sampling, longest: int, device: Any) -> None:
        self._rows, self._longest = rows, longest
        self._greedy = sampling.temperature == 0
        extra = sampling.extra
        self._penalty = float(extra.get("repetition_penalty", 1.0))
        self._warpers: list[Any] = []
        if not self._greedy and sampling.temperature != 1:
            self._warpers.append(TemperatureLogitsWarper(float(sampling.temperature)))
        if int(extra.get("top_k", 0)) > 0:
            self._warpers.append(TopKLogitsWarper(int(extra["top_k"])))
        if sampling.top_p < 1:
            self._warpers.append(TopPLogitsWarper(float(sampling.top_p)))
        if float(extra.get("min_p", 0.0)) > 0:
            self._warpers.append(MinPLogitsWarper(float(extra["min_p"])))
        self._generators = [torch.Generator(device=device) for _ in rows]
        for row, generator in zip(rows, self._generators, strict=True):
            if row.seed is None:
                generator.seed()
            else:
                generator.manual_seed(row.seed % 2**63)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if self._penalty != 1:
            scores = self._penalised(input_ids, scores)
        if self._greedy:
            return scores
        for warper in self._warpers:
            scores = warper(input_ids, scores)
        weights = torch.softmax(scores.float(), dim=-1)
        noise = torch.ones_like(weights)
        for place, (row, generator) in enumerate(zip(self._rows, self._generators, strict=True)):
            if not row.finish:
                noise[place].exponential_(generator=generator)
        # The largest of weight / Exp(1) falls on a token as often as its weight says.
        chosen = (weights / noise.clamp_min_(1e-30)).argmax(dim=-1, keepdim=True)
        return torch.full_like(scores, float("-inf")).scatter_(1, chosen, 0.0)

    def _penalised(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Row by row: padding, which may be the end token, is no repetition."""
        scores = scores.clone()
        for place, row in enumerate(self._rows):
            seen = input_ids[place, self._longest - len(row.prompt) :].unique()
            old = scores[place, seen]
            scores[place, seen] = torch.where(old < 0, old * self._penalty, old / self._penalty)
        return scores
