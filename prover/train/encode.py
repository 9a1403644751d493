"""From examples to tokens, in the very form in which the model will be asked.

Prompts go through `prover.models.template`, as in every backend that has the tokenizer at hand; a completion is the
model's own text as it stands, thoughts included, and what the chat template sets behind it up to the end of the turn,
or the tokenizer's end token behind a raw continuation. Prompt and completion are tokenized apart, as they are when a
model writes. An example that is longer than the row is left out and counted; nothing is ever cut.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from prover.bootstrap.example import Example
from prover.errors import InputError
from prover.models.base import Message, Prompt, Role
from prover.models.template import encode, render

_MARK = "Ⓐanswerⓩ"
_BLOCK = 512
"""Examples that are tokenized together."""


@dataclass(frozen=True, slots=True)
class Encoded:
    tokens: Sequence[int]
    """Four bytes each, for there may be hundreds of millions."""
    start: int
    """Where the completion begins."""
    weight: float = 1.0
    level: int = 0
    kind: str = ""
    problem: str = ""

    def supervised(self, completion_only: bool) -> int:
        """Tokens that have a loss; nothing predicts the first of a sequence."""
        return len(self.tokens) - (self.start if completion_only else 1)


class Encoder:
    """Of one tokenizer. Raises `InputError` where it cannot say what a completion ends with."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self._ending: str | None = None
        if tokenizer.eos_token_id is None:
            raise InputError("the tokenizer has no end token: expected one, or no model learns where to stop")

    def pieces(self, example: Example) -> tuple[Prompt, str]:
        """The prompt, and the text that the model is to write behind it; a raw one without its end token."""
        if isinstance(example.prompt, str):
            return example.prompt, example.target
        if not self.tokenizer.chat_template:
            raise InputError(
                "the tokenizer has no chat template, and the examples are messages: expected `chat_template` "
                "in the recipe's [train], or examples of raw text"
            )
        answer = example.target + self._end_of_turn(example.prompt)
        begun = render(self.tokenizer, [*example.prompt, Message(Role.ASSISTANT, answer)])
        before = render(self.tokenizer, example.prompt)
        # Where the template has opened the thought that the answer opens, it stands there once.
        return example.prompt, begun[len(before) :] if begun.startswith(before) else answer

    def _end_of_turn(self, prompt: Sequence[Message]) -> str:
        """What the template sets behind an answer, up to its end token. The same for every answer."""
        if self._ending is None:
            chat = [{"role": one.role.value, "content": one.content} for one in prompt]
            chat.append({"role": "assistant", "content": _MARK})
            text = str(self.tokenizer.apply_chat_template(chat, tokenize=False))
            if _MARK not in text:
                raise InputError(
                    "the chat template leaves an assistant's message out: nothing can be learned"
                )
            behind = text[text.rindex(_MARK) + len(_MARK) :]
            self._ending = self._first_special(behind)
        return self._ending

    def _first_special(self, behind: str) -> str:
        """Up to the first special token, or the tokenizer's own end token where the template has none."""
        special = [mark for mark in self.tokenizer.all_special_tokens if mark in behind]
        if not special:
            return str(self.tokenizer.eos_token)
        end = min(special, key=behind.index)
        return behind[: behind.index(end) + len(end)]

    def encode(self, example: Example) -> Encoded:
        (one,) = self.encode_all([example], 1 << 60)
        assert one is not None
        return one

    def encode_all(
        self,
        examples: Sequence[Example],
        max_length: int,
        report: Callable[[int], None] = lambda _: None,
    ) -> list[Encoded | None]:
        """In their order; None for what is longer than `max_length` tokens. `report` hears how many are done."""
        found: list[Encoded | None] = []
        for start in range(0, len(examples), _BLOCK):
            some = examples[start : start + _BLOCK]
            pieces = [self._pieces_of(one) for one in some]
            prompts = [encode(self.tokenizer, prompt)[0] for prompt, _ in pieces]
            texts = [text for _, text in pieces]
            completions = self.tokenizer(texts, add_special_tokens=False)["input_ids"]
            for one, prompt, completion in zip(some, prompts, completions, strict=True):
                tokens = array("i", [*prompt, *completion])
                if not one.chat:
                    tokens.append(int(self.tokenizer.eos_token_id))
                # Without a token before it, the first one of a completion could not be learned.
                fits = len(prompt) > 0 and len(tokens) <= max_length
                found.append(_encoded(one, tokens, len(prompt)) if fits else None)
            report(len(found))
        return found

    def _pieces_of(self, example: Example) -> tuple[Prompt, str]:
        try:
            return self.pieces(example)
        except InputError as error:
            raise InputError(f"example {example.id}: {error}") from None


def _encoded(example: Example, tokens: Sequence[int], start: int) -> Encoded:
    return Encoded(tokens, start, example.weight, example.level, example.kind.value, example.problem)
