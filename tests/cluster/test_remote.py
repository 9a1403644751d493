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
from typing import Any

import psutil
import pytest

import prover
from prover.canaries import fakes
from prover.errors import InputError, MissingError
from prover.lean.actor import Order
from prover.lean.pooled import PooledChecker
from prover.lean.protocol import Limits
from prover.lean.remote import RayChecker, open_ray_checker
from prover.lean.toolchain import Profile, Toolchain
from prover.types import Header, Statement, Status, Verdict
from tests.cluster.conftest import QUICK, Machines

pytestmark = [pytest.mark.lean, pytest.mark.slow]

LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
FALSE = Statement("no", ": (1 : ℕ) = 2")
ODD_HEADER = Statement("odd", "(n : ℕ) : n = n", Header(("Mathlib", "Nowhere")))
LONG = Limits(wall_s=120, cpu_s=120)
HANG = "repeat skip"


def said(verdict: Verdict) -> Verdict:
    """A verdict without what differs from one run to the next."""
    return replace(verdict, wall_s=0.0, cpu_s=0.0, cached=False)


@asynccontextmanager
async def remote(machines: Machines, said: list[str] | None = None) -> AsyncIterator[RayChecker]:
    report: Callable[[str], None] = (lambda _: None) if said is None else said.append
    checker = await open_ray_checker(machines.address, Order(Profile.CORE), report=report, rhythm=QUICK)
    try:
        yield checker
    finally:
        await checker.aclose()


async def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.05)
    return found


async def test_nodes_that_offer_nothing(machines: Machines) -> None:
    machines.have(0)
    with pytest.raises(MissingError, match="no node of the cluster offers what is needed"):
        async with remote(machines):
            pass
    machines.have(1)
    async with remote(machines) as first:
        with pytest.raises(MissingError, match="other work may hold"):
            async with remote(machines):
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
        for limits in (Limits(wall_s=1), Limits(cpu_s=1)):
            assert (await checker.check(LESS, HANG, limits)).status is Status.TIMEOUT
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
        await until(machines.busy)
        for check in checks:
            check.cancel()
        ends = await asyncio.gather(*checks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends)
        async with asyncio.timeout(20):
            assert (await checker.check(LESS, "omega")).proved
        assert not machines.busy()


async def test_closing_leaves_nothing_on_the_nodes(machines: Machines) -> None:
    nodes = machines.have(2)
    async with remote(machines) as checker:
        hanging = asyncio.create_task(checker.check(LESS, HANG, LONG))
        await until(machines.busy)
        started = [p for node in nodes for p in (*machines.leans(node), machines.actor(node))]
    _, alive = psutil.wait_procs(started, timeout=10)
    assert not alive
    with pytest.raises(MissingError):
        await hanging


async def test_an_actor_killed_in_the_middle_of_a_check(machines: Machines) -> None:
    machines.have(2)
    notes: list[str] = []
    async with remote(machines, notes) as checker:
        check = asyncio.create_task(checker.check(LESS, HANG, Limits(wall_s=8)))
        node = await until(machines.busy)
        leans = machines.leans(node)
        machines.actor(node).kill()
        verdict = await check
        assert verdict.status is Status.TIMEOUT, "asked again, of another actor"
        assert any("1 in flight go to others" in note for note in notes), notes
        _, alive = psutil.wait_procs(leans, timeout=10)
        assert not alive, "what the dead actor had started is gone"
        await until(lambda: checker.slots == 2)


async def test_a_check_over_which_every_actor_dies_is_infra(machines: Machines) -> None:
    machines.have(2)
    async with remote(machines) as checker:
        check = asyncio.create_task(checker.check(LESS, HANG, LONG))
        for _ in range(3):
            machines.actor(await until(machines.busy)).kill()
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
    with pytest.raises(MissingError, match=refused):
        async with remote(machines):
            pass
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
        work = asyncio.gather(*(one(number) for number in range(200)))
        await until(lambda: len(done) > 40)
        machines.power_off(first)
        await until(lambda: len(done) > 100)
        machines.add()
        await work
        assert len(done) == 200
        await until(lambda: checker.slots == 2)
        machines.power_off(second)
        assert (await checker.check(LESS, "omega -- again")).proved, "the node that joined later works"
    used = {note.split()[4] for note in notes if "works on" in note}
    lost = {note.split()[4] for note in notes if "is lost" in note}
    assert (len(used), len(lost)) == (3, 2), notes


async def test_a_node_that_falls_silent_is_given_up(machines: Machines) -> None:
    machines.have(2)
    async with remote(machines) as checker:
        check = asyncio.create_task(checker.check(LESS, HANG, Limits(wall_s=6)))
        silent = await until(machines.busy)
        machines.signal(silent, signal.SIGSTOP)
        assert (await check).status is Status.TIMEOUT
        assert (await checker.check(LESS, "omega")).proved
    machines.power_off(silent)


async def test_no_node_is_left(machines: Machines) -> None:
    (node,) = machines.have(1)
    async with remote(machines) as checker:
        assert (await checker.check(LESS, "omega")).proved
        check = asyncio.create_task(checker.check(LESS, HANG, LONG))
        await until(machines.busy)
        machines.power_off(node)
        async with asyncio.timeout(90):
            with pytest.raises(MissingError, match="no node of the cluster"):
                await check
