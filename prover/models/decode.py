"""Rows of one batch through a `transformers` model, token by token; rows join and leave between two tokens.

A row ends at the model's own end token, at a stop text, when it has no room left or when nobody waits for it any more;
`done` is called at that moment, while the others go on, and the place of a row that has ended is free for another. What
is drawn, and what a seed promises, is in `prover.models.draw`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch

from prover.models.base import Finish
from prover.models.cache import RowsCache
from prover.models.draw import Row, draw

_THINNED = 8
"""Rows at their end leave the batch when they are one in as many: each time, what the others hold is copied."""


class Decoder:
    def __init__(self, model: Any, tokenizer: Any, ends: frozenset[int]) -> None:
        self.model, self.tokenizer, self._ends = model, tokenizer, ends
        pad = tokenizer.pad_token_id
        self.pad = pad if pad is not None else next(iter(ends), 0)
        bare = model.get_base_model() if hasattr(model, "get_base_model") else model
        accepts = inspect.signature(bare.forward).parameters
        self._last_only = {"logits_to_keep": 1} if "logits_to_keep" in accepts else {}
        # What it is called depends on the model and the library's release; the older name is on its way out.
        newer = "cache" in accepts and "past_key_values" not in accepts
        self._cache_name = "cache" if newer else "past_key_values"

    def text(self, row: Row) -> str:
        return str(
            self.tokenizer.decode(row.written, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        )

    def run(self, rows: Sequence[Row], done: Callable[[Row], None] = lambda _: None) -> None:
        """These rows, and no others, to their ends."""
        batch = Batch(self, done)
        batch.join(rows)
        while batch.rows:
            batch.step()

    def logits(
        self, ids: list[list[int]], mask: torch.Tensor, positions: torch.Tensor, cache: RowsCache
    ) -> torch.Tensor:
        """Of the token after `ids`, by row: `[rows, vocabulary]`. `mask` is over all tokens that the rows hold."""
        out = self.model(
            input_ids=torch.tensor(ids, device=mask.device),
            attention_mask=mask,
            position_ids=positions,
            use_cache=True,
            **{self._cache_name: cache},
            **self._last_only,
        )
        last: torch.Tensor = out.logits[:, -1]
        return last

    def ends(self, row: Row) -> str:
        """Why the row ends with its newest token; "" where it goes on."""
        stop = row.sampling.stop
        if row.written[-1] in self._ends or (stop and self._stopped(row, stop)):
            return Finish.STOP
        return Finish.LENGTH if row.cancelled or len(row.written) >= row.room else ""

    def _stopped(self, row: Row, stop: Sequence[str]) -> bool:
        # A token that ends a stop text stands for one byte of it at least.
        last = row.written[-(4 * max(len(text) for text in stop) + 8) :]
        tail = self.tokenizer.decode(last, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return any(text in tail for text in stop) and any(text in self.text(row) for text in stop)


class Batch:
    """The rows that are drawn together at present."""

    def __init__(self, decoder: Decoder, done: Callable[[Row], None]) -> None:
        self.rows: list[Row] = []
        self._decoder, self._done = decoder, done
        self._cache = RowsCache()
        self._mask = self._scores = torch.empty(0)

    @torch.inference_mode()
    def join(self, rows: Sequence[Row]) -> None:
        """Read the prompts of `rows` (a prompt that several have once) and put them beside those that are here."""
        prompts = list({tuple(row.prompt): None for row in rows})
        longest = max(map(len, prompts))
        device, pad = self._decoder.model.device, self._decoder.pad
        ids = [[pad] * (longest - len(prompt)) + list(prompt) for prompt in prompts]
        mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=device)
        cache = RowsCache()
        positions = (mask.cumsum(dim=-1) - 1).clamp_min(0)
        scores = self._decoder.logits(ids, mask, positions, cache)
        if len(prompts) < len(rows):
            places = {prompt: place for place, prompt in enumerate(prompts)}
            each = torch.tensor([places[tuple(row.prompt)] for row in rows], device=device)
            mask, scores = mask[each], scores[each]
            cache.select(each)
        if self.rows:
            held = self._mask.shape[-1]
            whole = max(held, longest)
            pads = [torch.nn.functional.pad(one, (whole - one.shape[-1], 0)) for one in (self._mask, mask)]
            mask, scores = torch.cat(pads), torch.cat([self._scores, scores])
            self._cache.join(cache)
            cache = self._cache
        self._cache, self._mask, self._scores = cache, mask, scores
        self.rows += rows

    @torch.inference_mode()
    def step(self) -> None:
        """One token more for each row."""
        tokens = draw(self.rows, self._scores)
        for row, token in zip(self.rows, tokens, strict=True):
            if not row.finish:
                row.written.append(token)
                row.finish = self._decoder.ends(row)
                if row.finish:
                    self._done(row)
        live = [place for place, row in enumerate(self.rows) if not row.finish]
        if not live:
            self.rows, self._cache = [], RowsCache()
            return
        if (len(self.rows) - len(live)) * _THINNED >= len(self.rows):
            self._keep(live)
            tokens = [tokens[place] for place in live]
        positions = self._mask.sum(dim=-1, keepdim=True)
        self._mask = torch.nn.functional.pad(self._mask, (0, 1), value=1)
        self._scores = self._decoder.logits([[token] for token in tokens], self._mask, positions, self._cache)

    def _keep(self, live: list[int]) -> None:
        self.rows = [self.rows[place] for place in live]
        rows = torch.tensor(live, device=self._mask.device)
        mask = self._mask[rows]
        unused = int(mask.any(dim=0).int().argmax())
        self._cache.select(rows, unused)
        self._mask = mask[:, unused:]
