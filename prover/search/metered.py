"""A model as an agent of a search sees it: seeded, counted, bounded, remembered.

Every call has an id: what is asked, by whom and where in the search. Its seed follows from where it is asked and the
run's seed, not from the words of the prompt: Lean may word an error differently from one run to the next. An answer
that the ledger holds under the id is given again for nothing. A call that would need more tokens than the round was
granted is cut down to them; the prompt's own tokens are known only afterwards, so a budget may be overrun by those of
one round. On the clock's end a call is dropped, and the search with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from prover.codec import digest, to_json
from prover.errors import InfraError
from prover.models.base import Model, Prompt, Sampling
from prover.types import Call, Completion, Problem, Spend, StopReason

_SEEDS = 2**30
"""Seeds lie below; the samples of a call take those that follow."""


class SearchStoppedError(Exception):
    """A bound was reached: the search ends, with that reason."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one agent may use for one task."""

    samples: int = 0
    """Proofs that it may be asked for."""
    tokens: int | None = None
    deadline: float | None = None
    """On the event loop's clock."""

    def of(self, samples: int) -> Allowance:
        """The part of one call among those that it was granted for."""
        return replace(self, samples=samples)


class Remembers(Protocol):
    """What a metered model needs of the desk."""

    problem: Problem
    seed: int

    async def remembered(self, call_id: str, ask: Callable[[], Awaitable[Call]]) -> Call: ...


class Metered:
    """Implements `Model` for one task of one agent."""

    def __init__(
        self,
        model: Model,
        desk: Remembers,
        *,
        role: str,
        place: str,
        allowance: Allowance,
        version: str = "",
    ) -> None:
        """`version` is that of the prompts of the role."""
        self._model, self._desk, self._version = model, desk, version
        self._role, self._place, self._allowance = role, place, allowance
        self._samples = allowance.samples
        self._tokens = 0
        self._width = 0
        """How many samples the task began with; what it asks later, one by one, is for these."""
        self._asked: dict[str, int] = {}
        self._calls = 0

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def continues(self) -> bool:
        return self._model.continues

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        """Raises `SearchStoppedError` where there is nothing left to ask with."""
        written = _written(prompt)
        question = digest(
            [
                self._desk.problem.id,
                self._role,
                self._place,
                written,
                to_json(replace(sampling, seed=None)),
                n,
            ]
        )
        turn = self._asked[question] = self._asked.get(question, 0) + 1
        call_id = digest([question, turn])[:24]
        self._calls += 1
        where = [self._desk.seed, self._desk.problem.id, self._role, self._place, self._calls]
        # The task's samples are counted with its first call, so that a kill never counts them twice.
        samples, self._samples = self._samples, 0
        self._width = self._width or n
        left = None if self._allowance.tokens is None else self._allowance.tokens - self._tokens
        most = None if left is None else left // max(n, self._width)
        # Calls that begin together see the same, also where some of them are answered from memory.
        await asyncio.sleep(0)

        async def ask() -> Call:
            bounded = replace(
                sampling,
                seed=int(digest(where)[:8], 16) % _SEEDS,
                max_tokens=sampling.max_tokens if most is None else min(sampling.max_tokens, most),
            )
            if bounded.max_tokens < 1:
                raise SearchStoppedError(StopReason.TOKENS)
            completions = await self._ask(prompt, bounded, n)
            return Call(
                call_id,
                self._role,
                self._place,
                written,
                _settings(bounded, n),
                completions,
                self._version,
                _spend(completions, samples),
            )

        call = await self._desk.remembered(call_id, ask)
        self._tokens += call.spend.tokens_in + call.spend.tokens_out
        return list(call.completions)

    async def _ask(self, prompt: Prompt, sampling: Sampling, n: int) -> tuple[Completion, ...]:
        try:
            async with asyncio.timeout_at(self._allowance.deadline):
                completions = await self._model.generate(prompt, sampling, n)
        except TimeoutError:
            deadline = self._allowance.deadline
            if deadline is None or asyncio.get_running_loop().time() < deadline:
                raise
            raise SearchStoppedError(StopReason.WALL) from None
        if len(completions) != n:
            raise InfraError(f"{self._model.name}: {len(completions)} answers where {n} were asked for")
        return tuple(completions)

    async def aclose(self) -> None:
        """Nothing: whoever opened the model closes it."""


def _written(prompt: Prompt) -> str | tuple[tuple[str, str], ...]:
    if isinstance(prompt, str):
        return prompt
    return tuple((message.role.value, message.content) for message in prompt)


def _settings(sampling: Sampling, n: int) -> dict[str, Any]:
    settings = {"n": n, **to_json(sampling), **to_json(sampling.extra)}
    return {name: value for name, value in settings.items() if name != "extra" and value not in ([], None)}


def _spend(completions: tuple[Completion, ...], samples: int) -> Spend:
    return Spend(
        samples=samples,
        tokens_in=sum(completion.tokens_in for completion in completions),
        tokens_out=sum(completion.tokens_out for completion in completions),
        cost_usd=sum(completion.cost_usd for completion in completions),
    )
