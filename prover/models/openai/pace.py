"""When a request may start: rate limits of ours, and pauses that the server asked for. Times are the event loop's."""

from __future__ import annotations

import asyncio
import random

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 60.0


def backoff(tries: int) -> float:
    """Seconds to wait after so many failures: doubling, with jitter so that many callers do not come back at once."""
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (tries - 1)) * random.uniform(0.5, 1.0))


class Bucket:
    """At most `per_minute` units in any minute, after a first burst of a tenth of that; 0 for no bound.

    Units are taken before they are known: `settle` corrects what was taken by what was used, and a debt is waited for
    by those who come next.
    """

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60.0
        self._most = max(1.0, per_minute / 10.0)
        self._level = self._most
        self._since = 0.0
        self._turn = asyncio.Lock()

    async def take(self, amount: float) -> None:
        if not self._rate:
            return
        async with self._turn:
            amount = min(amount, self._most)
            short = amount - self._refilled()
            if short > 0:
                await asyncio.sleep(short / self._rate)
            self._level = self._refilled() - amount

    def settle(self, taken: float, used: float) -> None:
        if self._rate:
            self._level -= used - min(taken, self._most)

    def _refilled(self) -> float:
        now = asyncio.get_running_loop().time()
        self._level = min(self._most, self._level + (now - self._since) * self._rate)
        self._since = now
        return self._level


class Pace:
    """Both limits and the server's pauses, for all requests of a model."""

    def __init__(self, requests_per_min: int, tokens_per_min: int) -> None:
        self._requests, self._tokens = Bucket(requests_per_min), Bucket(tokens_per_min)
        self._not_before = 0.0
        self._mean_out = 500.0

    async def start(self, tokens_in: int, samples: int, max_tokens: int) -> float:
        """Wait for the request's turn. Returns the tokens that were set aside for it."""
        likely = tokens_in + samples * min(self._mean_out, max_tokens)
        await self._tokens.take(likely)
        await self._requests.take(1)
        loop = asyncio.get_running_loop()
        while True:
            left = self._not_before - loop.time()
            if left <= 0:
                return likely
            await asyncio.sleep(left)

    def done(self, set_aside: float, tokens_in: int, tokens_out: int, samples: int) -> None:
        self._tokens.settle(set_aside, tokens_in + tokens_out)
        if samples:
            self._mean_out += 0.1 * (tokens_out / samples - self._mean_out)

    def pause(self, seconds: float) -> None:
        """Nobody starts a request for so long."""
        self._not_before = max(self._not_before, asyncio.get_running_loop().time() + seconds)
