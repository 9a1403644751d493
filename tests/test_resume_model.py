"""`kill -9` at random moments of a run with a model, over the real command line and real Lean.

What is finished in the end is what an undisturbed run with the same seed finishes: the same attempts with the same
verdicts, none twice, none missing. `PROVER_TEST_KILLS` says how often to kill (`make test-kills`: fifty times), and
`PROVER_TEST_SEED` when.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover.store import Store

pytestmark = [pytest.mark.lean, pytest.mark.slow]

KILLS = int(os.environ.get("PROVER_TEST_KILLS", "20"))
STATEMENTS = {
    "refl": ("(n : ℕ) : n = n", "rfl"),
    "add_zero": ("(n : ℕ) : n + 0 = n", "rfl"),
    "both": ("(p q : Prop) (hp : p) (hq : q) : p ∧ q", "exact ⟨hp, hq⟩"),
    "swap": ("(p q : Prop) (h : p ∨ q) : q ∨ p", "exact h.symm"),
    "less": ("(n : ℕ) : n < n", "omega"),
    "order": ("(m n : ℕ) (h : m < n) : m ≤ n", "omega"),
}


def write_input(folder: Path) -> None:
    rows, rules = [], []
    for name, (signature, proof) in STATEMENTS.items():
        statement = f"theorem {name} {signature} := by"
        rows.append({"name": name, "header": "import Mathlib\n", "formal_statement": f"{statement} sorry"})
        wrong = [f"```lean4\n{statement}\n  exact wrong{i}\n```" for i in range(9)]
        right = f"```lean4\n{statement}\n  {proof}\n```"
        answers = [*wrong[:4], right, "I do not know.", *wrong[4:], right]
        rules.append({"statement": name, "contains": "Lean 4", "answers": answers, "draw": "seed"})
    rules.append({"answers": ["1. It is clear."], "draw": "seed"})
    for file, lines in (("problems.jsonl", rows), ("script.jsonl", rules)):
        (folder / file).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    policy = 'kind = "malot"\ndrafts = 3\ndepth = 2\nbudget = "samples=7"\n'
    (folder / "policy.toml").write_text(policy, encoding="utf-8")


def start(folder: Path, out: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "prover", "eval", "--data", "problems.jsonl", "--profile", "core"]
    command += ["--policy", "policy.toml", "--model", "scripted:script.jsonl,latency_s=0.05"]
    command += ["--jobs", "2", "--inflight", "3", "--out", out, "--json"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def attempts(folder: Path) -> set[tuple[Any, ...]]:
    store = Store.read(folder)
    try:
        return {
            (trace.problem.id, trace.stop_reason.value, a.id, a.parent_id, a.proof, a.author, v.status.value)
            for trace in store.traces()
            for a, v in trace.steps
        }
    finally:
        store.close()


def finished(folder: Path) -> int:
    """Attempts and calls in the store, whatever state it is in."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"file:{folder / 'run.db'}?mode=ro", uri=True)) as database,
    ):
        query = "SELECT (SELECT count(*) FROM attempts) + (SELECT count(*) FROM calls)"
        return int(database.execute(query).fetchone()[0])
    return 0


def kill(process: subprocess.Popen[str]) -> bool:
    """Whether there was something left to kill."""
    if process.poll() is not None:
        _, err = process.communicate()
        assert process.returncode == 0, err
        return False
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    psutil.wait_procs(children, timeout=20)
    return True


def test_killed_many_times_a_run_comes_to_what_an_undisturbed_one_does(tmp_path: Path) -> None:
    write_input(tmp_path)
    whole = start(tmp_path, "whole")
    out, err = whole.communicate(timeout=600)
    assert whole.returncode == 0, err
    expected = attempts(tmp_path / "whole")
    summary = json.loads(out)
    assert summary["infra"] == summary["unfinished"] == 0
    assert 0 < summary["proved"] < len(STATEMENTS)
    moments = random.Random(int(os.environ.get("PROVER_TEST_SEED", "1")))
    hits, run = 0, 0
    while hits < KILLS:
        run += 1
        folder = tmp_path / f"run{run}"
        going = True
        while going:
            known = finished(folder)
            process = start(tmp_path, folder.name)
            deadline = time.monotonic() + 120
            # Somewhere in the work, mostly; now and then while everything starts.
            in_the_work = moments.random() < 0.9
            while in_the_work and process.poll() is None and time.monotonic() < deadline:
                if finished(folder) > known:
                    break
                time.sleep(0.02)
            time.sleep(moments.uniform(0.0, 0.3))
            going = kill(process)
            hits += going
            if hits >= KILLS and going:
                last = start(tmp_path, folder.name)
                _, err = last.communicate(timeout=600)
                assert last.returncode == 0, err
                going = False
        assert attempts(folder) == expected, f"run {run}, after {hits} kills"
