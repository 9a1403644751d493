"""`prover eval --ray` as a user calls it, a node killed in the middle: the result of a run without Ray."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover.errors import InputError
from prover.store import Store
from tests.cluster.conftest import Machines, gone, is_agent, is_session

pytestmark = [pytest.mark.lean, pytest.mark.slow]

STATEMENTS = {
    "refl": "(n : ℕ) : n = n",
    "add_comm": "(m n : ℕ) : m + n = n + m",
    "both": "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "swap": "(p q : Prop) (h : p ∨ q) : q ∨ p",
    "witness": ": ∃ n : ℕ, n + 2 = 5",
    "even": "(n : ℕ) : 2 ∣ n * (n + 1)",
    "false": "(n : ℕ) : n < n",
    "false_too": "(n : ℕ) : n + 1 < n",
    "false_as_well": "(m n : ℕ) : m < n",
    "unreadable": "(n : NoSuchType) : n = n",
    "decide": ": 2 + 3 = 5",
    "order": "(m n : ℕ) (h : m < n) : m ≤ n",
}


FALSE = 3
"""So many of them keep Lean busy for all of their budget."""


def write(folder: Path, names: Sequence[str]) -> Path:
    path = folder / "problems.jsonl"
    rows = (
        {
            "name": name,
            "header": "import Mathlib\n",
            "formal_statement": f"theorem {name}_x {STATEMENTS[name]} := by sorry",
        }
        for name in names
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    return write(tmp_path, list(STATEMENTS))


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    while STARTED:
        process = STARTED.pop()
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def later() -> Iterator[list[psutil.Process]]:
    """What may take longer to end than a test should wait: seen to when the module is through."""
    left: list[psutil.Process] = []
    yield left
    assert gone(left)


def start(problems: Path, folder: Path, *options: str, lean_cpu_s: int = 2) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "prover", "eval", "--data", str(problems), "--profile", "core"]
    command += ["--budget", f"lean_cpu={lean_cpu_s}s,wall=none", "--out", str(folder), "--json", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    STARTED.append(process)
    return process


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=500)
    return process.returncode, out, err


def done(folder: Path) -> int:
    try:
        store = Store.read(folder)
    except InputError:  # the run has not begun
        return 0
    try:
        return len(store.endings())
    finally:
        store.close()


def wait_for(process: subprocess.Popen[str], folder: Path, count: int) -> None:
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        if done(folder) >= count:
            return
        time.sleep(0.1)
    raise AssertionError(f"it did not finish {count} problems: {finish(process)}")


def listening(process: psutil.Process) -> set[str]:
    try:
        found = process.net_connections("inet")
    except psutil.NoSuchProcess:
        return set()
    return {connection.laddr.ip for connection in found if connection.status == psutil.CONN_LISTEN}


def result(out: str) -> dict[str, Any]:
    """The one JSON value, without what differs from one run to the next."""
    summary = json.loads(out)
    names = (
        "problems",
        "proved",
        "failed",
        "unsupported",
        "infra",
        "unfinished",
        "pass@1",
        "tier",
        "toolchain",
    )
    return {name: summary[name] for name in names}


def proved(folder: Path) -> set[str]:
    store = Store.read(folder)
    try:
        return {trace.problem.id for trace in store.traces() if trace.proof is not None}
    finally:
        store.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_cluster_of_its_own_ends_with_it(
    tmp_path: Path, number: signal.Signals, later: list[psutil.Process]
) -> None:
    endless = write(tmp_path, ["refl", "false", "false_too"])
    process = start(endless, tmp_path / "run", "--ray", "local", lean_cpu_s=9_000)
    wait_for(process, tmp_path / "run", 1)
    started = psutil.Process(process.pid).children(recursive=True)
    assert any(is_session(p) for p in started)
    addresses = {address.removeprefix("::ffff:") for child in started for address in listening(child)}
    assert addresses == {"127.0.0.1"}
    os.kill(process.pid, number)
    code, out, err = finish(process)
    assert code == (130 if number == signal.SIGINT else -number), err
    agents = [p for p in started if p.is_running() and is_agent(p)]
    assert gone([p for p in started if p not in agents])
    later.extend(agents)
    if number == signal.SIGINT:
        assert result(out)["unfinished"] == 2


def test_a_run_over_two_nodes_of_which_one_is_killed(
    machines: Machines, problems: Path, tmp_path: Path
) -> None:
    first, _ = machines.have(2)
    process = start(problems, tmp_path / "ray", "--ray", machines.address)
    wait_for(process, tmp_path / "ray", 2)
    assert done(tmp_path / "ray") < len(STATEMENTS) - FALSE, "nothing was left to lose"
    machines.power_off(first)
    code, out, err = finish(process)
    assert code == 0, err
    assert err.count("works on 1 at a time") == 2, err
    assert "is lost" in err
    assert "Traceback" not in err
    code, alone, err = finish(start(problems, tmp_path / "alone", "--jobs", "2"))
    assert code == 0, err
    assert result(out) == result(alone)
    assert proved(tmp_path / "ray") == proved(tmp_path / "alone") >= {"refl", "decide", "order", "even"}
    assert result(out)["infra"] == result(out)["unfinished"] == 0


def test_interrupted_it_stops_cleanly(machines: Machines, problems: Path, tmp_path: Path) -> None:
    nodes = machines.have(2)
    process = start(problems, tmp_path / "run", "--ray", machines.address)
    wait_for(process, tmp_path / "run", 2)
    actors = [actor for node in nodes for actor in machines.actors(node)]
    started = [p for actor in actors for p in actor.children(recursive=True)]
    assert len(actors) == 2
    assert any(is_session(p) for p in started)
    os.killpg(process.pid, signal.SIGINT)
    code, out, err = finish(process)
    assert code == 130, err
    assert "Traceback" not in err
    assert result(out)["unfinished"] > 0
    assert "continue with: prover eval --data" in err
    assert gone([*actors, *started])
    code, out, err = finish(start(problems, tmp_path / "run", "--jobs", "2"))
    assert code == 0, err
    assert result(out)["unfinished"] == 0, "a run goes on without Ray, too"


def test_killed_it_leaves_nothing_on_the_nodes(machines: Machines, tmp_path: Path) -> None:
    nodes = machines.have(2)
    endless = write(tmp_path, ["refl", "false", "false_too", "false_as_well"])
    process = start(endless, tmp_path / "run", "--ray", machines.address, lean_cpu_s=9_000)
    wait_for(process, tmp_path / "run", 1)
    actors = [actor for node in nodes for actor in machines.actors(node)]
    started = [p for actor in actors for p in actor.children(recursive=True)]
    assert len(actors) == 2
    assert any(is_session(p) for p in started)
    process.kill()
    assert gone([*actors, *started])
    assert proved(tmp_path / "run") == {"refl"}


def test_the_head_dies(machines: Machines, tmp_path: Path) -> None:
    """The last test of the module: it ends the cluster."""
    machines.have(2)
    endless = write(tmp_path, ["refl", "false"])
    process = start(endless, tmp_path / "run", "--ray", machines.address, lean_cpu_s=9_000)
    wait_for(process, tmp_path / "run", 1)
    machines.cluster.head_node.kill_gcs_server()
    code, out, err = finish(process)
    assert code == 3, err
    assert "head of the Ray cluster does not answer" in err
    assert json.loads(out)["exit_code"] == 3
    assert proved(tmp_path / "run") == {"refl"}, "nothing finished is lost"
