"""Turns go round, room is bounded, and nobody who leaves keeps a slot."""

from __future__ import annotations

import asyncio

import pytest

from prover.serve.desk import Desk, RefusedError, Visit
from prover.serve.rate import RateLimit


async def take(visit: Visit, order: list[str], name: str) -> None:
    async with visit.turn():
        order.append(name)
        await asyncio.sleep(0)


async def test_a_batch_does_not_keep_others_waiting() -> None:
    desk, order = Desk(1, 100), []
    with desk.enter(10) as batch, desk.enter(1) as single:
        tasks = [asyncio.create_task(take(batch, order, "batch")) for _ in range(10)]
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(take(single, order, "single")))
        await asyncio.gather(*tasks)
    assert order.index("single") <= 3
    assert len(order) == 11
    assert desk.at_work == desk.queued == 0


async def test_at_most_jobs_are_at_work() -> None:
    desk = Desk(2, 100)
    at_work = []

    async def one(visit: Visit) -> None:
        async with visit.turn():
            at_work.append(desk.at_work)
            await asyncio.sleep(0.001)

    with desk.enter(20) as visit:
        await asyncio.gather(*(one(visit) for _ in range(20)))
    assert max(at_work) == 2
    assert desk.at_work == 0


async def test_who_is_cancelled_gives_the_turn_back() -> None:
    desk, order = Desk(1, 10), []
    with desk.enter(3) as visit:
        async with visit.turn():
            waiting = [asyncio.create_task(take(visit, order, str(n))) for n in range(2)]
            await asyncio.sleep(0)
            assert desk.queued == 2
            waiting[0].cancel()
            await asyncio.sleep(0)
            assert desk.queued == 1
        await waiting[1]
    assert order == ["1"]
    assert desk.at_work == desk.queued == 0


async def test_who_is_cancelled_just_when_the_turn_comes_passes_it_on() -> None:
    desk, order = Desk(1, 10), []
    with desk.enter(3) as visit:
        await desk.acquire(visit)
        first = asyncio.create_task(take(visit, order, "first"))
        second = asyncio.create_task(take(visit, order, "second"))
        await asyncio.sleep(0)
        desk.release(0.0)  # the turn is `first`'s, which does not know yet
        first.cancel()
        await asyncio.wait([first, second])
    assert order == ["second"]
    assert desk.at_work == 0


def test_room_is_bounded_and_comes_back() -> None:
    desk = Desk(1, 2)
    with desk.enter(2):
        with pytest.raises(RefusedError, match="queue is full") as refused, desk.enter(2):
            pass
        assert refused.value.retry_s >= 1
        with desk.enter(1):
            pass
    with desk.enter(3):
        pass


async def test_draining_lets_nobody_in_and_waits_for_those_inside() -> None:
    desk = Desk(1, 2)
    with desk.enter(1):
        desk.drain()
        with pytest.raises(RefusedError, match="shutting down"), desk.enter(1):
            pass
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await desk.empty()
    await desk.empty()


def test_rate_is_for_each_address_and_refills() -> None:
    now = [0.0]
    rate = RateLimit(60, lambda: now[0])
    for _ in range(60):
        assert rate.wait_s("a") == 0
        rate.charge("a", 1)
    assert rate.wait_s("a") == 1
    assert rate.wait_s("b") == 0
    now[0] = 1.0
    assert rate.wait_s("a") == 0


def test_a_batch_is_charged_whole() -> None:
    now = [0.0]
    rate = RateLimit(60, lambda: now[0])
    assert rate.wait_s("a") == 0
    rate.charge("a", 180)
    assert rate.wait_s("a") == 121
    now[0] = 120.9
    assert rate.wait_s("a") == 1
    now[0] = 121.0
    assert rate.wait_s("a") == 0


def test_no_rate_is_no_limit_and_addresses_are_forgotten() -> None:
    free = RateLimit(0)
    free.charge("a", 10**9)
    assert free.wait_s("a") == 0
    rate = RateLimit(1)
    for n in range(20_000):
        rate.charge(str(n), 1)
    assert len(rate._accounts) <= 10_001
