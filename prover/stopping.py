"""A clean stop: the first SIGINT or SIGTERM sets an event, a later one has its usual, immediate effect."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager


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
