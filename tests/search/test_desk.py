"""The desk: what is judged, in which order it is committed, what is dropped, and what a session finds of an earlier one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from prover.config import Budget
from prover.errors import InfraError
from prover.lean.protocol import Limits
from prover.search.desk import Desk
from prover.search.drawing import Candidate, Wave
from prover.search.metered import SearchStoppedError
from prover.types import Spend, Statement, Status, StopReason, Verdict
from tests.fakes import FAILED, INFRA, PROVED, FakeChecker
from tests.search.scene import PROBLEM, STATEMENT, Account


def desk(checker: FakeChecker, **more: object) -> Desk:
    return Desk(PROBLEM, STATEMENT, checker, Budget(), **more)  # type: ignore[arg-type]


def wave(*proofs: str, delay_s: float = 0.0, author: str = "writer") -> Wave:
    async def made() -> Sequence[Candidate]:
        await asyncio.sleep(delay_s)
        return [Candidate(proof, author, f"{proofs[0]}.{index}") for index, proof in enumerate(proofs)]

    return made


class Late(FakeChecker):
    """Takes as long as the submission says: `slow` or not; and notes how many are asked at a time."""

    running = most = 0

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0.05 if "slow" in submission else 0.001)
            return await super().check(statement, submission, limits)
        finally:
            self.running -= 1


@pytest.mark.parametrize("width", [1, 2, 8])
async def test_what_is_committed_does_not_depend_on_what_is_ready_first(width: int) -> None:
    checker = Late({"good": PROVED})
    account = Account()
    one = desk(checker, ledger=account, width=width)
    waves = [wave("slow one", "b", delay_s=0.02), wave("c", "slow good", "e"), wave("good too", "g")]
    steps = await one.draw(waves)
    assert [attempt.proof for attempt, _ in steps] == ["slow one", "b", "c", "slow good"]
    assert [line.partition(" -> ")[0] for line in account.lines] == [
        "writer: slow one",
        "writer: b",
        "writer: c",
        "writer: slow good",
    ]
    assert checker.most <= width
    assert one.account.spend.checks >= 5, "what was judged in vain was spent all the same"


async def test_one_at_a_time_nothing_is_checked_in_vain() -> None:
    checker = FakeChecker({"good": PROVED})
    await desk(checker).draw([wave("a", "good", "c", "d")])
    assert [text for what, _, text in checker.calls if what == "check"] == ["a", "good"]


async def test_told_to_go_on_it_commits_all() -> None:
    checker = FakeChecker({"good": PROVED})
    steps = await desk(checker).draw([wave("good", "a"), wave("good too")], stop_at_first=False)
    assert [verdict.status for _, verdict in steps] == [
        Status.PROVED,
        Status.ELABORATION_ERROR,
        Status.PROVED,
    ]


async def test_what_is_in_flight_at_the_first_proof_is_dropped() -> None:
    ended = []

    async def hangs() -> Sequence[Candidate]:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")
        return []

    async def drawn() -> None:
        steps = await desk(FakeChecker({"good": PROVED})).draw([wave("good"), hangs])
        assert len(steps) == 1

    await asyncio.wait_for(drawn(), 5)
    assert ended == ["cancelled"]


async def test_a_duplicate_of_a_failure_is_not_checked_and_one_of_a_proof_is() -> None:
    checker = FakeChecker({"good": PROVED})
    one = desk(checker)
    steps = await one.draw([wave("omega", "omega -- x", "good", "good -- y")], stop_at_first=False)
    assert [verdict.cached for _, verdict in steps] == [False, True, False, False]
    assert checker.count("check", "omega") == 1
    assert checker.count("check", "good") == 2
    assert one.checked_as(steps[1])[0].proof == "omega"
    assert one.checked_as(steps[0]) == steps[0]
    assert steps[1][1] == replace(steps[0][1], cached=True)


async def test_a_breakdown_ends_the_round_and_is_asked_again_later() -> None:
    checker = FakeChecker({"lost": INFRA})
    account = Account()
    one = desk(checker, ledger=account)
    with pytest.raises(InfraError, match="the worker died"):
        await one.draw([wave("a", "lost", "c")])
    assert [verdict.status for _, verdict in one.steps] == [Status.ELABORATION_ERROR, Status.INFRA]
    healed = FakeChecker()
    again = desk(healed, steps=one.steps)
    steps = await again.draw([wave("a", "lost", "c")])
    assert [verdict.status for _, verdict in steps] == [Status.ELABORATION_ERROR] * 3
    assert healed.count("check", "a") == 0
    assert len(again.steps) == 3


async def test_what_lean_took_stops_the_next_verdict_not_the_first() -> None:
    checker = FakeChecker({"": replace(FAILED, cpu_s=3.0)})
    one = Desk(PROBLEM, STATEMENT, checker, Budget(lean_cpu_s=5.0))
    with pytest.raises(SearchStoppedError) as stopped:
        await one.draw([wave("a", "b", "c", "d")])
    assert stopped.value.reason is StopReason.LEAN_CPU
    assert [attempt.proof for attempt, _ in one.steps] == ["a", "b"]


async def test_a_share_pauses_and_a_budget_stops() -> None:
    one = Desk(PROBLEM, STATEMENT, FakeChecker(), Budget(samples=4), share=Budget(samples=2))
    assert one.afford(samples=8).samples == 4, "a share does not change what is asked for"
    one.charge(Spend(samples=2))
    with pytest.raises(SearchStoppedError) as paused:
        one.afford(samples=8)
    assert paused.value.reason is StopReason.PAUSED
    one.share = Budget()
    assert one.afford(samples=8).samples == 2
    one.charge(Spend(samples=2))
    with pytest.raises(SearchStoppedError) as stopped:
        one.afford(samples=1)
    assert stopped.value.reason is StopReason.SAMPLES


async def test_waiting_for_others_who_hold_lean_is_no_time_of_the_search() -> None:
    lean = asyncio.Semaphore(1)
    one = desk(FakeChecker(), lean=lean)
    one.budget = Budget(wall_s=1.0)
    await lean.acquire()
    waiting = [asyncio.create_task(_held(goal)) for goal in (one, one.for_goal(STATEMENT, "lemma"))]
    await asyncio.sleep(0.4)
    lean.release()
    assert min(await asyncio.gather(*waiting)) > 0.8
    assert one.total.wall_s < 0.2


async def _held(one: Desk) -> float:
    async with one.hold_lean() as wall_s:
        return wall_s
