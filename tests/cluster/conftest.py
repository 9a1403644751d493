"""A real Ray cluster on loopback: a head that offers no CPUs, and nodes that a test adds and kills.

One at a time on a machine, whatever number of processes the tests run in: each node takes a quarter of a gigabyte.
"""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover.cluster.connect import ENVIRONMENT
from prover.cluster.fleet import Rhythm

QUICK = Rhythm(look_s=0.5, misses=6, granted_s=15, others_s=15, alone_s=15)
"""For tests that wait for what is given up."""


class Machines:
    """The nodes of a cluster, each as good as a machine of its own; those that a test leaves serve the next one."""

    def __init__(self, cluster: Any) -> None:
        self.cluster = cluster
        self.address = cluster.address
        self.nodes: list[Any] = []

    def have(self, count: int) -> list[Any]:
        """As many nodes as that, no more and no fewer."""
        while len(self.nodes) < count:
            self.add()
        for node in self.nodes[count:]:
            self.power_off(node)
        deadline = time.monotonic() + 60
        while len([row for row in self.cluster.global_state.node_table() if row["Alive"]]) != count + 1:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return list(self.nodes)

    def add(self, cpus: int = 1, env: Mapping[str, str] | None = None) -> Any:
        node = self.cluster.add_node(
            num_cpus=cpus,
            object_store_memory=80 * 2**20,
            node_ip_address="127.0.0.1",
            env_vars=dict(env) if env else None,
        )
        self.nodes.append(node)
        return node

    def busy(self) -> Any:
        """The first node on which Lean is at work, or None."""
        return next((node for node in self.nodes if any(busy(p) for p in self.leans(node))), None)

    def processes(self, node: Any) -> list[psutil.Process]:
        """The raylet and all that it started: agents, workers, actors, and their Leans."""
        raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
        return [raylet, *raylet.children(recursive=True)]

    def actor(self, node: Any) -> psutil.Process:
        return next(p for p in self.processes(node) if p.name().startswith("ray::CheckerAct"))

    def leans(self, node: Any) -> list[psutil.Process]:
        """Processes of Lean on a node, but for those of the actor itself and of the sandbox."""
        return [p for p in self.processes(node) if "launcher.py" in " ".join(_argv(p)[:6])]

    def signal(self, node: Any, number: signal.Signals) -> None:
        for process in self.processes(node):
            if process.status() != psutil.STATUS_ZOMBIE:
                process.send_signal(number)

    def power_off(self, node: Any) -> None:
        """Every process of a node at once, as when the machine goes."""
        self.signal(node, signal.SIGKILL)
        self.nodes.remove(node)
        self.cluster.remove_node(node, allow_graceful=False)


def busy(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.cpu_percent(0.2) > 20
    except psutil.Error:
        return False


def _argv(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
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
                # A node that falls silent is seen in seconds instead of half a minute.
                "_system_config": {"health_check_period_ms": 1000, "health_check_timeout_ms": 1000},
            },
        )
        try:
            yield Machines(cluster)
        finally:
            cluster.shutdown()
