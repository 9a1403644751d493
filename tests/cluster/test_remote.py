"""The checker over a real two-node Ray cluster and real Lean: the local one's verdicts, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

import prover
from prover.canaries import fakes
from prover.cluster.fleet import Rhythm
from prover.errors import InputError, MissingError
from prover.lean.actor import Order
from prover.lean.pooled import PooledChecker
from prover.lean.protocol import Limits
from prover.lean.remote import RayChecker, open_ray_checker
from prover.lean.toolchain import Profile, Toolchain
from prover.types import Header, Statement, Status, Verdict
from tests.cluster.conftest import PATIENT, Machines, Work, gone, is_session

pytestmark = [pytest.mark.lean, pytest.mark.slow]

LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
FALSE = Statement("no", ": (1 : ℕ) = 2")
ODD_HEADER = Statement("odd", "(n : ℕ) : n = n", Header(("Mathlib", "Nowhere")))
LONG = Limits(wall_s=900, cpu_s=900)
"""Much longer than any test waits."""
SHORT = Limits(wall_s=900, cpu_s=4)
HANG = "repeat skip"
T = TypeVar("T")


def said(verdict: Verdict) -> Verdict:
    """A verdict without what differs from one run to the next."""
    return replace(verdict, wall_s=0.0, cpu_s=0.0, cached=False)


@asynccontextmanager
async def remote(
    machines: Machines, said: list[str] | None = None, rhythm: Rhythm = PATIENT
) -> AsyncIterator[RayChecker]:
    report: Callable[[str], None] = (lambda _: None) if said is None else said.append
    checker = await open_ray_checker(machines.address, Order(Profile.CORE), report=report, rhythm=rhythm)
    try:
        yield checker
    finally:
        await checker.aclose()


async def until(condition: Callable[[], T | None], seconds: float = 180.0) -> T:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.05)
    return found


async def is_at_work(machines: Machines, check: asyncio.Task[Verdict]) -> Work:
    """Where Lean is at work on the only check that there is."""
    work = await until(machines.at_work())
    assert not check.done(), check
    return work


async def test_nodes_that_offer_nothing(machines: Machines) -> None:
    machines.have(0)
    with pytest.raises(MissingError, match="no node of the cluster offers what is needed"):
        async with remote(machines):
            pass
    machines.have(1)
    async with remote(machines) as first:
        with pytest.raises(MissingError, match="other work may hold"):
            async with remote(machines, rhythm=replace(PATIENT, granted_s=3)):
                pass
        assert (await first.check(LESS, "omega")).proved, "the connection of the first is still there"


async def test_the_verdicts_are_the_local_checkers(machines: Machines, core: Toolchain) -> None:
    machines.have(2)
    local = PooledChecker(core, jobs=2)
    good = ["omega", "exact Nat.le_of_lt h", ":= Nat.le_of_lt h", "fun a b h => Nat.le_of_lt h"]
    cases = [
        (LESS, text)
        for text in (*good, "sorry", "exact h", "no_such_tactic", "", "#eval 1", "axiom x : 1 = 2")
    ]
    cases += [(FALSE, fake) for fake in fakes(FALSE)]
    cases += [(ODD_HEADER, "rfl")]
    async with remote(machines) as checker:
        assert checker.slots == 2
        assert checker.toolchain == local.toolchain
        here = await asyncio.gather(*(local.check(*case) for case in cases))
        there = await asyncio.gather(*(checker.check(*case) for case in cases))
        assert [said(v) for v in there] == [said(v) for v in here]
        assert {Status.PROVED, Status.INCOMPLETE, Status.ELABORATION_ERROR, Status.FORBIDDEN} <= {
            v.status for v in there
        }
        hanging = await checker.check(LESS, HANG, Limits(wall_s=900, cpu_s=1))
        assert hanging.status is Status.TIMEOUT, "limits are sent along"
        for case in [(LESS, "omega"), (LESS, "exact h"), (FALSE, "decide"), (FALSE, fakes(FALSE)[-2])]:
            assert said(await checker.audit(*case)) == said(await local.audit(*case))
        assert said(await checker.check_statement(LESS)) == said(await local.check_statement(LESS))
        blocks = ["omega", "constructor", "skip", "exact h"]
        assert (await checker.probe(LESS, blocks)).answers == (await local.probe(LESS, blocks)).answers
        again = await checker.check(*cases[0])
        assert again.cached
        file = "import Mathlib\ntheorem t (n : ℕ) : n ≤ n := by omega\n"
        assert (await checker.check_file(file)).status is Status.PROVED
        assert (await checker.audit_files(file.replace("omega", "sorry"), file)).verdict.proved
        with pytest.raises(InputError, match="no theorem"):
            await checker.check_file("-- nothing\n")
    await local.aclose()


async def test_a_cancelled_call_frees_its_worker(machines: Machines) -> None:
    machines.have(2)
    async with remote(machines) as checker:
        checks = [asyncio.create_task(checker.check(LESS, f"{HANG} -- {n}", LONG)) for n in range(6)]
        work = await is_at_work(machines, checks[0])
        sessions = [p for p in work.started if is_session(p)]
        for check in checks:
            check.cancel()
        ends = await asyncio.gather(*checks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends)
        assert gone(sessions)
        async with asyncio.timeout(180):
            both = await asyncio.gather(
                *(checker.check(LESS, text) for text in ("omega", "exact Nat.le_of_lt h"))
            )
        assert all(verdict.proved for verdict in both)
        assert all(not p.is_running() for p in sessions)


async def test_closing_leaves_nothing_on_the_nodes(machines: Machines) -> None:
    nodes = machines.have(2)
    async with remote(machines) as checker:
        hanging = asyncio.create_task(checker.check(LESS, HANG, LONG))
        work = await is_at_work(machines, hanging)
        actors = [actor for node in nodes for actor in machines.actors(node)]
        assert len(actors) == 2
    assert gone([*actors, *work.started])
    with pytest.raises(MissingError, match="the fleet is closed"):
        await hanging


async def test_an_actor_killed_in_the_middle_of_a_check(machines: Machines) -> None:
    machines.have(2)
    notes: list[str] = []
    async with remote(machines, notes) as checker:
        check = asyncio.create_task(checker.check(LESS, HANG, SHORT))
        work = await is_at_work(machines, check)
        work.actor.kill()
        verdict = await check
        assert verdict.status is Status.TIMEOUT, "asked again, of another actor"
        assert any("1 in flight go to others" in note for note in notes), notes
        assert gone(work.started), "what the dead actor had started"
        await until(lambda: checker.slots == 2)


async def test_a_check_over_which_every_actor_dies_is_infra(machines: Machines) -> None:
    machines.have(2)
    async with remote(machines) as checker:
        check = asyncio.create_task(checker.check(LESS, HANG, LONG))
        for _ in range(3):
            work = await is_at_work(machines, check)
            work.actor.kill()
            assert gone([work.actor])
        verdict = await check
        assert verdict.status is Status.INFRA
        assert "3 actors were lost" in verdict.detail
        assert (await checker.check(LESS, "omega")).proved


async def test_a_node_with_another_prover_is_refused(machines: Machines, tmp_path: Path) -> None:
    package = Path(prover.__file__).parent
    shutil.copytree(package, tmp_path / "prover", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(package.parent / "lean_project", tmp_path / "lean_project")
    with (tmp_path / "prover/types.py").open("a") as file:
        file.write("# another version\n")
    # Ray puts the driver's own path before the node's, and here both machines have one file system.
    (tmp_path / "sitecustomize.py").write_text("import prover\n")
    machines.have(1)
    other = machines.add(env={"PYTHONPATH": str(tmp_path)})
    refused = r"node 127\.0\.0\.1 .*: prover differs: 0\.\d.* there, 0\.\d.* here"
    try:
        with pytest.raises(MissingError, match=refused):
            async with remote(machines):
                pass
    finally:
        machines.power_off(other)


async def test_a_node_killed_in_the_middle_loses_nothing(machines: Machines) -> None:
    first, second = machines.have(2)
    notes: list[str] = []
    done: list[Verdict] = []

    async def one(number: int) -> None:
        true = number % 3 > 0
        sign = "<" if true else ">"
        statement = Statement(f"t{number}", f"(a b : ℕ) (h : a < b) : a + {number} {sign} b + {number}")
        verdict = await checker.check(statement, "omega")
        assert verdict.status is (Status.PROVED if true else Status.ELABORATION_ERROR), verdict
        done.append(verdict)
        if true and number % 10 == 0:
            audited = await checker.audit(statement, "omega")
            assert audited.proved, audited

    async with remote(machines, notes) as checker:
        work = asyncio.gather(*(one(number) for number in range(120)))
        await until(lambda: len(done) > 20)
        machines.power_off(first)
        await until(lambda: len(done) > 60)
        machines.add()
        await work
        assert len(done) == 120
        await until(lambda: checker.slots == 2)
        machines.power_off(second)
        await until(lambda: checker.slots == 1)
        assert (await checker.check(LESS, "omega -- again")).proved, "the node that joined later works"
    used = {note.split()[4] for note in notes if "works on" in note}
    lost = {note.split()[4] for note in notes if "is lost" in note}
    assert (len(used), len(lost)) == (3, 2), notes


async def test_a_node_that_falls_silent_is_given_up(machines: Machines) -> None:
    machines.have(2)
    notes: list[str] = []
    async with remote(machines, notes, replace(PATIENT, misses=20)) as checker:
        check = asyncio.create_task(checker.check(LESS, HANG, SHORT))
        work = await is_at_work(machines, check)
        machines.signal(work.node, signal.SIGSTOP)
        try:
            assert (await check).status is Status.TIMEOUT
            assert any("1 in flight go to others" in note for note in notes), notes
            assert (await checker.check(LESS, "omega")).proved
        finally:
            machines.power_off(work.node)


async def test_no_node_is_left(machines: Machines) -> None:
    (node,) = machines.have(1)
    async with remote(machines, rhythm=replace(PATIENT, alone_s=3)) as checker:
        assert (await checker.check(LESS, "omega")).proved
        check = asyncio.create_task(checker.check(LESS, HANG, LONG))
        await is_at_work(machines, check)
        machines.power_off(node)
        async with asyncio.timeout(180):
            with pytest.raises(MissingError, match="no node of the cluster"):
                await check
