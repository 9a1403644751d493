"""Stages: each result is kept once, what breaks is left open, an error of the call ends the stage."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from prover.config import Budget, RunConfig
from prover.datagen.stages import Progress, work_off
from prover.errors import InfraError, InputError
from prover.store import Store
from prover.types import Problem

CONFIG = RunConfig("datagen", "b", "0" * 64, "core", "fake", "hammer", {}, Budget())


@dataclass(frozen=True)
class Doubled:
    number: int


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "run", CONFIG, [Problem("p")])


PAIRS = [(str(number), number) for number in range(6)]


async def test_nothing_is_done_twice(store: Store) -> None:
    asked: list[int] = []
    told: list[Progress] = []

    async def work(number: int) -> Doubled:
        asked.append(number)
        return Doubled(2 * number)

    first = await work_off(store, "double", PAIRS[:4], Doubled, work, jobs=2)
    second = await work_off(store, "double", PAIRS, Doubled, work, jobs=2, tell=told.append)
    assert first.results == {str(n): Doubled(2 * n) for n in range(4)}
    assert second.results == {str(n): Doubled(2 * n) for n in range(6)}
    assert sorted(asked) == list(range(6))
    assert [p.done for p in told] == [4, 5, 6]


async def test_a_breakdown_is_tried_again_and_then_left_open(store: Store) -> None:
    tries: dict[int, int] = {}
    told: list[Progress] = []

    async def work(number: int) -> Doubled:
        tries[number] = tries.get(number, 0) + 1
        if number == 1 and tries[1] < 3:
            raise InfraError("the worker died")
        if number == 2:
            raise InfraError("the worker died")
        if number == 3:
            raise ZeroDivisionError("a bug")
        return Doubled(2 * number)

    worked = await work_off(store, "double", PAIRS, Doubled, work, jobs=3, tell=told.append)
    assert worked.open == ("2", "3")
    assert set(worked.results) == {"0", "1", "4", "5"}
    assert tries[2] == 3
    assert tries[3] == 1
    assert "ZeroDivisionError" in (store.folder / "errors.log").read_text()
    assert any("the worker died" in progress.note for progress in told)


async def test_what_is_wrong_with_the_call_ends_the_stage(store: Store) -> None:
    async def work(number: int) -> Doubled:
        if number == 3:
            raise InputError("no rule answers the prompt")
        return Doubled(number)

    with pytest.raises(InputError, match="no rule"):
        await work_off(store, "double", PAIRS, Doubled, work, jobs=1)
    assert set(store.results("double", Doubled)) == {"0", "1", "2"}


async def test_a_signal_stops_it_and_keeps_what_is_done(store: Store) -> None:
    async def work(number: int) -> Doubled:
        if number == 2:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(3600)
        return Doubled(number)

    worked = await work_off(store, "double", PAIRS, Doubled, work, jobs=1)
    assert worked.interrupted
    assert set(worked.results) == {"0", "1"}
    assert worked.open == ("2", "3", "4", "5")
