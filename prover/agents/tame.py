"""Values on their way into a prompt: no text from outside leaves its place there.

Three backticks never reach a prompt from a value, so no value ends or begins a fenced block; control characters,
directional marks and lone surrogates are taken out; special tokens of chat templates (`<|…|>`, `<｜…｜>`) are broken
up, for a tokenizer would read them as such. Template syntax needs no care: values are never read as templates.
What a model said itself (`Verbatim`) keeps its fences: it stands in a message of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile(r"[<\[](?=[|｜][\w▁-]{1,60}[|｜]>|/?(?:s|bos|eos|(?:start|end)_of_turn)>|/?INST\])")
_FENCE = re.compile(r"`{3,}|^[ \t]*~{3,}", re.MULTILINE)
_COMMENT = re.compile(r"/(?=-)|-(?=/)")


class Verbatim(str):
    """A model's own words, for a message of its own."""

    __slots__ = ()


def tame(text: str) -> str:
    """`text` as it may stand in a prompt."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n"))
    plain = _SPECIAL.sub(lambda match: match[0] + " ", _SURROGATE.sub("\ufffd", plain))
    if isinstance(text, Verbatim):
        return plain
    return _FENCE.sub(lambda match: " ".join(match[0].lstrip()), plain)


def tame_values(value: Any) -> Any:
    """`value` with every text in it tamed; tuples become lists."""
    if isinstance(value, str):
        return tame(value)
    if isinstance(value, Mapping):
        return {key: tame_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [tame_values(item) for item in value]
    return value


def doc_comment(text: str) -> str:
    """`text` as it may stand between `/--` and `-/`."""
    inner = _COMMENT.sub(lambda match: match[0] + " ", text)
    # Its first and last characters must not make a delimiter with those around it either.
    before, after = (" " if edge in ("/", "-") else "" for edge in (inner[:1], inner[-1:]))
    return f"{before}{inner}{after}"
