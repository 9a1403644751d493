"""From a prompt to the tokens that a local model reads, the same for every backend that has the tokenizer at hand.

Messages go through the tokenizer's chat template, up to where the model's own answer begins; a last message of the
assistant is put behind that as it stands, so that its thought, which templates cut out of past messages, is kept. A
bare text is the prompt as it stands, behind the model's token for the beginning of a text where it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.errors import InputError
from prover.models.answer import as_messages, begun, ends_open, opens_thought, valid
from prover.models.base import Message, Prompt


def read_template(file: str, backend: str) -> str:
    """A chat template from a file. Raises `InputError`."""
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{backend}: chat_template: {file} cannot be read ({error})") from None


def render(tokenizer: Any, messages: Sequence[Message]) -> str:
    """The whole text that the model goes on with. Raises `InputError` where the template takes no such messages."""
    chat = as_messages(messages)
    start = chat.pop()["content"] if ends_open(messages) else ""
    if not chat:
        raise InputError("a prompt without messages: expected one of the user or the system first")
    from jinja2 import TemplateError  # noqa: PLC0415  comes with what tokenizers need

    try:
        text = str(tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True))
    except (TemplateError, ValueError, TypeError, KeyError) as error:
        reason = " ".join(str(error).split())[:300]
        raise InputError(f"the model's chat template refuses these messages: {reason}") from None
    return begun(text, start)


def encode(tokenizer: Any, prompt: Prompt) -> tuple[list[int], bool]:
    """The prompt's tokens, and whether it ends inside a thought."""
    text = valid(prompt) if isinstance(prompt, str) else render(tokenizer, prompt)
    tokens = tokenizer(text, add_special_tokens=isinstance(prompt, str))["input_ids"]
    return list(tokens), opens_thought(text)
