"""What a server means by a refusal: read from its words, since codes differ from server to server. Pure; texts are in
small letters."""

from __future__ import annotations

import re

_TOO_LONG = (
    "context_length_exceeded", "context length", "context window", "context size", "maximum context", "max_model_len",
    "prompt is too long", "too many tokens", "longer than the maximum", "fewer output tokens",
)  # fmt: skip
_FILTER = ("content_filter", "content policy", "content management policy", "safety system")
_PROMPT_SIZE = re.compile(
    r"(\d+) (?:in the messages|in your prompt|input tokens|tokens? in the prompt)|prompt contains (\d+)"
)
_CONTEXT_SIZE = re.compile(r"(?:context (?:length|window|size)|max_model_len)\D{0,40}?(\d+)")
_HOPELESS = 16
"""With no more tokens than these to write, the prompt itself is too long."""


def smaller(text: str, room: int, context: int) -> int | None:
    """A number of tokens to write that may fit, where a request for `room` was refused for its length; 0 where the
    prompt alone is too long, None where it was refused for something else. `context`: the model's, 0 if not known."""
    if not any(words in text for words in _TOO_LONG):
        return None
    if "even without any output" in text or room <= _HOPELESS:
        return 0
    prompt, limit = _PROMPT_SIZE.search(text), _CONTEXT_SIZE.search(text)
    size = context or (int(limit[1]) if limit else 0)
    if prompt and size:
        left = size - int(prompt[1] or prompt[2])
        return left if 0 < left < room else 0
    return room // 2


def is_filter(text: str) -> bool:
    """Whether the prompt was refused for what it says."""
    return any(words in text for words in _FILTER)


def names_parameter(text: str, param: str, name: str) -> bool:
    """Whether a parameter is what the server complains about; `param` is the one that it names by itself."""
    return param == name or re.search(rf"(?<![\w.]){name}(?!\w)", text) is not None
