"""A real Ray cluster on loopback: a head that offers no CPUs, and nodes that a test adds and kills.

One at a time on a machine, whatever number of processes the tests run in: each node takes a quarter of a gigabyte.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover.cluster.connect import ENVIRONMENT
from prover.cluster.fleet import Rhythm

START_S = 180.0
"""A node is there within this time, whatever else the machine does."""
PATIENT = Rhythm(look_s=0.5, misses=240, granted_s=240, others_s=240, alone_s=240)
"""Nothing is given up because the machine has other things to do."""


@dataclass(frozen=True, slots=True)
class Work:
    """A session in which Lean is at work, and whose it is."""

    node: Any
    actor: psutil.Process
    started: tuple[psutil.Process, ...]
    """All that the actor has started, the session among them."""


class Machines:
    """The nodes of a cluster, each as good as a machine of its own; those that a test leaves serve the next one."""

    def __init__(self, cluster: Any) -> None:
        self.cluster = cluster
        self.address = cluster.address
        self.nodes: list[Any] = []

    def have(self, count: int) -> list[Any]:
        """As many nodes as that, no more and no fewer."""
        for node in self.nodes[count:]:
            self.power_off(node)
        while len(self.nodes) < count:
            self.add()
        deadline = time.monotonic() + START_S
        while len([row for row in self.cluster.global_state.node_table() if row["Alive"]]) != count + 1:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return list(self.nodes)

    def add(self, cpus: int = 1, env: Mapping[str, str] | None = None) -> Any:
        node = self.cluster.add_node(
            wait=False,
            num_cpus=cpus,
            object_store_memory=80 * 2**20,
            node_ip_address="127.0.0.1",
            env_vars=dict(env) if env else None,
        )
        self.nodes.append(node)
        self.cluster.wait_for_nodes(START_S)
        return node

    def at_work(self) -> Callable[[], Work | None]:
        """What to ask until it tells of a session that has used the CPU since it was asked for the first time."""
        seen: dict[psutil.Process, float] = {}

        def find() -> Work | None:
            for node in self.nodes:
                for actor in self.actors(node):
                    started = _children(actor)
                    for session in filter(is_session, started):
                        used = _cpu_s(session)
                        if used - seen.setdefault(session, used) > 0.3:
                            return Work(node, actor, tuple(started))
            return None

        return find

    def processes(self, node: Any) -> list[psutil.Process]:
        """The raylet and all that it started: agents, workers, actors, and their Leans."""
        raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
        return [raylet, *_children(raylet)]

    def actors(self, node: Any) -> list[psutil.Process]:
        return [p for p in self.processes(node) if _argv(p)[:1] and _argv(p)[0].startswith("ray::Checker")]

    def signal(self, node: Any, number: signal.Signals) -> None:
        for process in self.processes(node):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def power_off(self, node: Any) -> None:
        """Every process of a node at once, as when the machine goes."""
        self.signal(node, signal.SIGKILL)
        self.nodes.remove(node)
        self.cluster.remove_node(node, allow_graceful=False)


def gone(processes: Sequence[psutil.Process]) -> bool:
    """Whether they all end, within a time in which those that have to do with it always do."""
    return not psutil.wait_procs(processes, timeout=120)[1]


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def is_session(process: psutil.Process) -> bool:
    """Whether it is a fork of a process that has Lean loaded."""
    try:
        argv, parent = process.cmdline(), process.parent()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
    serves = any(argument.endswith("fork/__main__.py") for argument in argv)
    return serves and parent is not None and _argv(parent) == argv


def is_agent(process: psutil.Process) -> bool:
    """Whether it is one of those that Ray keeps on each node for reports. Where a head was killed, they tell nobody for
    a minute before they end."""
    return any(_argv(process)[:1] == [name] for name in ("ray::DashboardAgent", "ray::RuntimeEnvAgent"))


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _argv(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from ray.cluster_utils import Cluster

    with (Path(tempfile.gettempdir()) / f"prover-ray-tests-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cluster = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "include_dashboard": False,
                "object_store_memory": 80 * 2**20,
                "node_ip_address": "127.0.0.1",
            },
        )
        machines = Machines(cluster)
        try:
            yield machines
        finally:
            left = [p for node in (cluster.head_node, *machines.nodes) for p in machines.processes(node)]
            cluster.shutdown()
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
