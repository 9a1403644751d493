"""The model seam: what agents may ask of a language model, whoever answers.

A prompt is a list of messages, or a bare text to be continued (for models without a chat template). Where the last
message is the assistant's, the model goes on writing it; `Model.continues` says whether it can do either.

Implementations retry what is transient themselves and then raise `InfraError`; they raise `MissingError` where the
package, the server, the key or the model is not there, and `InputError` where the model does not know a setting. What a
model writes, however odd, is never an error: it is a `Completion`. Text comes back as valid Unicode (bytes that are not
are replaced), its length bounded by the backend.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from prover.errors import InputError
from prover.types import Completion


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


Prompt = Sequence[Message] | str


class Finish:
    """`Completion.finish_reason`: the values that mean something to an agent."""

    STOP = "stop"
    """The model ended by itself, or at a stop string."""
    LENGTH = "length"
    """Cut at `max_tokens` or at the model's context."""
    PROMPT_TOO_LONG = "prompt_too_long"
    """Nothing was written: the prompt alone does not fit the model's context."""
    FILTERED = "filtered"
    """The server withheld the answer, or the model refused by the server's own word."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to draw. `seed` is the first sample's; sample i of a call is drawn with `seed + i` where a backend can."""

    temperature: float = 1.0
    top_p: float = 0.95
    max_tokens: int = 8192
    """Tokens that the model may write, its reasoning included."""
    stop: tuple[str, ...] = ()
    """Texts at which writing ends; they are not part of the completion."""
    seed: int | None = None
    extra: Mapping[str, float | int | str] = field(default_factory=dict)
    """Further settings under the backend's own names, e.g. `top_k`, `min_p`, `repetition_penalty`."""

    def check(self, n: int = 1) -> None:
        """Raises `InputError` where no model could draw `n` samples like this."""
        rules = (
            ("n", n, n >= 1, "a whole number from 1"),
            ("temperature", self.temperature, 0 <= self.temperature < math.inf, "a number from 0"),
            ("top_p", self.top_p, 0 < self.top_p <= 1, "a number above 0 and up to 1"),
            ("max_tokens", self.max_tokens, self.max_tokens >= 1, "a whole number from 1"),
            ("stop", self.stop, all(self.stop), "texts that are not empty"),
        )
        for name, value, holds, expected in rules:
            if not holds:
                raise InputError(f"sampling: {name}: expected {expected}, found {value!r}")


class Model(Protocol):
    """A source of completions. Safe for many concurrent calls; how many are in flight is the backend's to bound."""

    @property
    def name(self) -> str:
        """Identity for run configurations and reports, e.g. `vllm:Goedel-LM/Goedel-Prover-V2-8B@1f2e3d`."""
        ...

    @property
    def continues(self) -> bool:
        """Whether a bare text, and a last message of the assistant, are continued as they stand."""
        ...

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        """`n` samples of one prompt, drawn together; exactly `n` come back, in the order of their seeds.

        `tokens_in` is what the model read: where one reading of the prompt serves all `n`, it counts on the first of
        them, with 0 on the others. At temperature 0 the `n` are one sample, drawn and counted once.
        """
        ...

    async def aclose(self) -> None:
        """Free what the model holds: connections, engine, memory."""
        ...
