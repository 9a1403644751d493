"""A clean stop of much work at a time: by a signal, by the clock, or by the first error of ours."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from prover.errors import ProverError
from prover.types import StopReason


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; a later one has its usual, immediate effect.

    Later means a second: `make`, `timeout` and terminals like to send the same signal twice.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    installed: list[signal.Signals] = []

    def on_signal() -> None:
        if not stop.is_set():
            stop.set()
            loop.call_later(1.0, restore)

    def restore() -> None:
        for number in installed:
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, on_signal)
        except (ValueError, RuntimeError, NotImplementedError):  # not the main thread: signals are not ours
            break
        installed.append(number)
    try:
        yield stop
    finally:
        for number in installed:
            loop.remove_signal_handler(number)


async def until_stopped(work: Coroutine[Any, Any, None], timeout_s: float | None = None) -> StopReason | None:
    """Do `work` to its end, or drop it where a signal (`INTERRUPTED`) or the clock (`WALL`) comes first."""
    with stop_signals() as stop:
        working = asyncio.create_task(work)
        watcher = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, watcher}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
                return None
            return StopReason.INTERRUPTED if stop.is_set() else StopReason.WALL
        finally:
            working.cancel()
            watcher.cancel()
            await asyncio.gather(working, watcher, return_exceptions=True)


@contextmanager
def ours_alone() -> Iterator[None]:
    """Around a task group: where one of its errors is of ours, that one is raised by itself."""
    try:
        yield
    except BaseExceptionGroup as errors:
        ours = errors.subgroup(ProverError)
        if ours is None:
            raise
        raise ours.exceptions[0] from None
