"""Which of several workers takes the next call: a bounded number of calls each, first come, first served, but that a
call rather goes where its key was seen before. Knows nothing of what a worker is."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field

_KEY_PATIENCE_S = 1.0
"""For how long a call may be overtaken by others whose key a free worker knows."""


@dataclass(eq=False, slots=True)
class Place:
    """What one worker takes: `slots` calls that it works on, and a few more that wait there, so that it never does."""

    slots: int = 0
    """0 while it takes none."""
    calls: int = 0
    keys: OrderedDict[Hashable, None] = field(default_factory=OrderedDict)
    """The newest ones, as many as it can be warm for."""

    @property
    def room(self) -> bool:
        return self.slots > 0 and self.calls < self.slots + max(1, self.slots // 4)

    def occupy(self, key: Hashable) -> None:
        self.calls += 1
        self.keys[key] = None
        self.keys.move_to_end(key)
        while len(self.keys) > self.slots:
            self.keys.popitem(last=False)


@dataclass(eq=False, slots=True)
class _Waiter:
    key: Hashable
    since: float
    turn: asyncio.Future[Place]


class Places:
    def __init__(self) -> None:
        self._places: list[Place] = []
        self._waiting: deque[_Waiter] = deque()

    @property
    def slots(self) -> int:
        return sum(place.slots for place in self._places)

    def open(self, place: Place, slots: int) -> None:
        """Let a place take calls."""
        place.slots = slots
        self._places.append(place)
        self._serve()

    def close(self, place: Place) -> None:
        """Let it take no more; those it has are given back as ever."""
        place.slots = 0
        if place in self._places:
            self._places.remove(place)

    async def take(self, key: Hashable) -> Place:
        """Wait for a place, and occupy it until `give_back`. Raises what `drop` was given."""
        if not self._waiting and (place := self._best(key)) is not None:
            place.occupy(key)
            return place
        waiter = _Waiter(key, time.monotonic(), asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        try:
            return await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                self.give_back(waiter.turn.result())
            raise

    def give_back(self, place: Place) -> None:
        place.calls -= 1
        self._serve()

    def drop(self, error: Exception) -> None:
        """Send everyone away who waits."""
        for waiter in self._waiting:
            if not waiter.turn.done():
                waiter.turn.set_exception(error)
        self._waiting.clear()

    def _best(self, key: Hashable) -> Place | None:
        """An idle place before a busy one, then one that knows the key, then the one with the least to do."""
        return min(
            (place for place in self._places if place.room),
            key=lambda place: (place.calls >= place.slots, key not in place.keys, place.calls / place.slots),
            default=None,
        )

    def _serve(self) -> None:
        while (waiter := self._next()) is not None:
            place = self._best(waiter.key)
            assert place is not None
            self._waiting.remove(waiter)
            place.occupy(waiter.key)
            waiter.turn.set_result(place)

    def _next(self) -> _Waiter | None:
        """Who is served next, where there is room."""
        self._waiting = deque(waiter for waiter in self._waiting if not waiter.turn.done())
        free = [place for place in self._places if place.room]
        if not self._waiting or not free:
            return None
        first = self._waiting[0]
        if time.monotonic() - first.since > _KEY_PATIENCE_S:
            return first
        known = {key for place in free for key in place.keys}
        return next((waiter for waiter in self._waiting if waiter.key in known), first)
