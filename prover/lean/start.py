"""Start a process so that a caller who is cancelled meanwhile leaves none behind, and is not held up by it.

asyncio by itself never returns from a start that is cancelled between the process's birth and its pipes' connection:
it waits for an end that is only told once all pipes were connected and lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def started(starting: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[None]]) -> T:
    """What `starting` returns. Cancelled, it goes through with the start (milliseconds), calls `undo`, then raises."""
    start = asyncio.ensure_future(starting)
    try:
        return await asyncio.shield(start)
    except asyncio.CancelledError:
        await asyncio.wait({start})
        if start.exception() is None:
            await undo(start.result())
        raise
