"""Which tokens end an answer: the model's own, its tokenizer's, and those that an adapter was trained to stop with.

A training may end its examples with another token than the base's (a base model's chat template does). It notes them
in the `generation_config.json` of what it writes, beside an adapter, too; nothing else of that file is read there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FILE = "generation_config.json"


def token_ids(*named: Any) -> frozenset[int]:
    """Of settings that name no token, one or several."""
    found: set[int] = set()
    for ids in named:
        found |= {ids} if isinstance(ids, int) else set(ids or ())
    return frozenset(found)


def adapter_ends(adapter: str) -> frozenset[int]:
    """The end tokens that an adapter's folder notes; none where it has no such file, or is one of the Hub."""
    try:
        content = json.loads((Path(adapter) / FILE).read_text(encoding="utf-8"))
        return token_ids(content.get("eos_token_id"))
    except (OSError, ValueError, AttributeError, TypeError):
        return frozenset()


def end_with(model: Any, ends: Iterable[int]) -> None:
    """Let a `transformers` model end its answers with these tokens, too."""
    settings = model.generation_config
    known = token_ids(settings.eos_token_id)
    if new := sorted(set(ends) - known):
        first = settings.eos_token_id
        settings.eos_token_id = [*([first] if isinstance(first, int) else first or ()), *new]
