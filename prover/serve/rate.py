"""How many checks a minute come from one address."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class _Account:
    left: float
    seen: float


class RateLimit:
    """A bucket of `per_minute` checks for each address, refilled steadily.

    A request is let in while anything is left, and its whole batch is then charged: the account goes below zero, and
    the next one waits for it. Addresses are forgotten, least recent first, beyond ten thousand.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def wait_s(self, address: str) -> int:
        """0 where a request may come in now, else the seconds until one may."""
        if not self._per_minute:
            return 0
        left = self._account(address).left
        return 0 if left >= 1 else max(1, math.ceil((1 - left) * 60 / self._per_minute))

    def charge(self, address: str, checks: int) -> None:
        if self._per_minute:
            self._account(address).left -= checks

    def _account(self, address: str) -> _Account:
        now, most = self._clock(), float(self._per_minute)
        account = self._accounts.setdefault(address, _Account(most, now))
        self._accounts.move_to_end(address)
        account.left = min(most, account.left + (now - account.seen) * self._per_minute / 60)
        account.seen = now
        if len(self._accounts) > _MOST_ADDRESSES:
            self._accounts.popitem(last=False)
        return account
