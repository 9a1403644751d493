"""Reading a long text takes Python seconds; whoever waits for something else should not wait for that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_LONG = 20_000
"""Characters. Below that a thread costs more than it spares."""


async def aside(text: str, work: Callable[[], T]) -> T:
    """What `work`, which reads `text`, returns; done in a thread where the text is long."""
    return work() if len(text) < _LONG else await asyncio.to_thread(work)
