"""Places for calls: bounded, fair, and warm where they can be."""

from __future__ import annotations

import asyncio
import random

import pytest

from prover.cluster.places import Place, Places
from prover.errors import MissingError


async def test_an_idle_place_comes_before_one_that_knows_the_key() -> None:
    places, first, second = Places(), Place(), Place()
    places.open(first, 1)
    places.open(second, 1)
    assert await places.take("a") is first
    assert await places.take("a") is second
    places.give_back(first)
    places.give_back(second)
    await places.take("b")
    places.give_back(first)
    assert await places.take("a") is second, "both are idle, and it was the last to see the key"


async def test_nobody_gets_more_than_its_slots_and_a_few() -> None:
    places, place = Places(), Place()
    places.open(place, 4)
    for _ in range(5):
        await places.take("a")
    sixth = asyncio.ensure_future(places.take("a"))
    await asyncio.sleep(0)
    assert not sixth.done()
    places.give_back(place)
    assert await sixth is place
    assert place.calls == 5


async def test_those_who_wait_are_told() -> None:
    places = Places()
    waiting = [asyncio.ensure_future(places.take("a")) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    places.drop(MissingError("none left"))
    for waiter in waiting[1:]:
        with pytest.raises(MissingError, match="none left"):
            await waiter
    place = Place()
    places.open(place, 1)
    assert place.calls == 0


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_no_place_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    places = Places()
    mine = [Place() for _ in range(3)]
    for place in mine:
        places.open(place, chance.randint(1, 4))
    served = 0

    async def call() -> None:
        nonlocal served
        place = await places.take(chance.randint(0, 3))
        try:
            assert place.calls <= max(place.slots + max(1, place.slots // 4), 1) or not place.slots
            await asyncio.sleep(chance.random() * 0.004)
            served += 1
        finally:
            places.give_back(place)

    calls = [asyncio.ensure_future(call()) for _ in range(200)]
    for task in chance.sample(calls, 40):
        await asyncio.sleep(chance.random() * 0.002)
        task.cancel()
    places.close(mine[0])
    await asyncio.gather(*calls, return_exceptions=True)
    assert [place.calls for place in mine] == [0, 0, 0]
    assert served == sum(not task.cancelled() for task in calls) >= 160
