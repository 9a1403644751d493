"""`kill -9` and Ctrl-C on a real `prover eval` over real Lean: nothing finished is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover.errors import InputError
from prover.store import Store
from prover.types import StopReason, Trace

pytestmark = [pytest.mark.lean, pytest.mark.slow]

# The false ones cost the whole budget, so that there is always something in flight to kill.
STATEMENTS = {
    "refl": "(n : ℕ) : n = n",
    "add_zero": "(n : ℕ) : n + 0 = n",
    "add_comm": "(m n : ℕ) : m + n = n + m",
    "both": "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "swap": "(p q : Prop) (h : p ∨ q) : q ∨ p",
    "witness": ": ∃ n : ℕ, n + 2 = 5",
    "false": "(n : ℕ) : n < n",
    "false_too": "(n : ℕ) : n + 1 < n",
    "false_as_well": "(m n : ℕ) : m < n",
    "unreadable": "(n : NoSuchType) : n = n",
    "decide": ": 2 + 3 = 5",
    "order": "(m n : ℕ) (h : m < n) : m ≤ n",
}


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    path = tmp_path / "problems.jsonl"
    rows = (
        {
            "name": name,
            "header": "import Mathlib\n",
            "formal_statement": f"theorem {name}_x {statement} := by sorry",
        }
        for name, statement in STATEMENTS.items()
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def start(problems: Path, folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "prover", "eval", "--data", str(problems), "--profile", "core"]
    command += ["--budget", "lean_cpu=1s,wall=60s", "--jobs", "2", "--out", str(folder), "--json", *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def traces(folder: Path) -> dict[str, Trace]:
    """What the store holds finished; nothing before the run has begun."""
    try:
        store = Store.read(folder)
    except InputError as error:
        if any(reason in str(error) for reason in ("not a run folder", "no run.db yet", "has not begun")):
            return {}
        raise
    try:
        return {t.problem.id: t for t in store.traces() if t.stop_reason is not StopReason.INFRA}
    finally:
        store.close()


def attempts(folder: Path) -> list[tuple[Any, ...]]:
    """Every attempt with its verdict, also of problems that are not finished."""
    with closing(sqlite3.connect(folder / "run.db")) as database:
        return database.execute("SELECT problem, id, json, status, verdict FROM attempts").fetchall()


def kill_once(problems: Path, folder: Path, moments: random.Random) -> bool:
    """Start, and kill shortly after the next problem is finished, or before anything is; whether it hit."""
    known = traces(folder)
    process = start(problems, folder)
    deadline = time.monotonic() + 120
    wait_for_one = moments.random() < 0.8
    while wait_for_one and process.poll() is None and time.monotonic() < deadline:
        if len(traces(folder)) > len(known):
            break
        time.sleep(0.05)
    time.sleep(moments.uniform(0.0, 0.3))
    if process.poll() is not None:
        code, _, err = finish(process)
        assert code == 0, f"it ended by itself: {err}"
        return False
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    finish(process)
    psutil.wait_procs(children, timeout=10)
    return True


def test_killed_at_random_moments_it_continues(problems: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    seed = int(os.environ.get("PROVER_TEST_SEED", "1"))
    moments = random.Random(seed)
    hit = 0
    before: list[tuple[Any, ...]] = []
    for _ in range(3):
        known = traces(folder)
        hit += kill_once(problems, folder, moments)
        after = traces(folder)
        for name, trace in known.items():
            assert after[name] == trace, f"{name}: finished before the kill, changed by it (seed {seed})"
        if after:
            now = attempts(folder)
            assert set(before) <= set(now), f"a finished attempt is lost (seed {seed})"
            before = now
    assert hit >= 2, "the kills came too late to test anything"
    known = traces(folder)
    assert len(known) < len(STATEMENTS), "nothing was left to continue"
    code, out, err = finish(start(problems, folder))
    assert code == 0, err
    summary = json.loads(out)
    after = traces(folder)
    assert set(after) == set(STATEMENTS)
    assert all(after[name] == trace for name, trace in known.items())
    rows = attempts(folder)
    assert set(before) <= set(rows)
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    proofs = [(trace.problem.id, attempt.proof) for trace in after.values() for attempt, _ in trace.steps]
    assert len(proofs) == len(set(proofs)), "an attempt was done twice"
    assert summary["problems"] == len(STATEMENTS)
    assert (summary["unsupported"], summary["infra"], summary["unfinished"]) == (1, 0, 0)
    assert summary["proved"] == sum(trace.proof is not None for trace in after.values()) > 0
    assert not any(after[name].proof for name in after if name.startswith("false"))
    code, again, _ = finish(start(problems, folder))
    assert code == 0
    assert json.loads(again) == summary, "a finished run has nothing left to do"


def test_interrupted_it_says_how_to_continue(problems: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for number in (signal.SIGINT, signal.SIGTERM):
        known = traces(folder)
        process = start(problems, folder)
        deadline = time.monotonic() + 120
        while traces(folder) == known and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, number)
        code, out, err = finish(process)
        assert code == 130, err
        assert "Traceback" not in err
        done = traces(folder)
        assert {name: done[name] for name in known} == known
        summary = json.loads(out)
        assert summary["unfinished"] == len(STATEMENTS) - len(done) > 0
        assert "continue with: prover eval --data" in err
        _, alive = psutil.wait_procs(children, timeout=10)
        assert not alive, "a stopped run leaves no process behind"
    code, out, _ = finish(start(problems, folder))
    assert code == 0
    assert json.loads(out)["unfinished"] == 0
    assert {name: traces(folder)[name] for name in done} == done


def test_two_at_once_is_one_too_many(problems: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = start(problems, folder)
    deadline = time.monotonic() + 120
    while not traces(folder) and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    code, out, err = finish(start(problems, folder))
    assert code == 2
    assert f"process {first.pid}" in err
    assert "error" in json.loads(out)
    os.kill(first.pid, signal.SIGINT)
    finish(first)
