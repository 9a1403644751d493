"""`kill -9` at random moments in every kind of stage of an iteration with a real (tiny) model, over the command line:
what is finished stays, what is not goes on, no step of a training is made twice, and the rounds come to their end.

`PROVER_TEST_KILLS` says how often to kill, at least once a stage, and `PROVER_TEST_SEED` when.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover.bootstrap.example import read_examples
from prover.codec import digest
from prover.store import Store
from prover.train.folder import read_metrics
from tests.models import tiny

pytestmark = [pytest.mark.lean, pytest.mark.slow]
STEPS = 12
STAGES = [
    "main/round-0/evaluate",
    "main/round-1/prove",
    "main/round-1/harvest",
    "main/round-1/train",
    "control/round-1/train",
    "control/round-1/evaluate",
    "main/round-2/train",
]
"""Where it is killed: each kind of stage, both arms, a round that trains what another has trained."""
VISITS = max(1, round(int(os.environ.get("PROVER_TEST_KILLS", "7")) / len(STAGES)))
WITHIN_S = {"harvest": 0.3, "train": 2.5}
"""How far into a stage at most; elsewhere a second and a half."""
CONFIG = """
base = "base"
family = "deepseek-v2-non-cot"
model = "device=cpu,max_tokens=8,temperature=0.7"
recipe = "recipe.toml"
rounds = 2
start = "last"
watch = 2
control = true
[prove]
problems = "train.jsonl"
policy = "prove.toml"
[evaluate]
problems = "test.jsonl"
samples = 2
[harvest]
kinds = ["proof"]
minimise = 4
"""
RECIPE = f"""
[train]
steps = {STEPS}
batch = 2
learning_rate = 1e-3
max_length = 256
dtype = "float32"
checkpoint_every = 4
log_every = 1
threads = 1
"""
# The hammer proves what the model cannot yet: so there is something to learn from the first round on.
POLICY = 'kind = "whole-proof"\nsamples = 1\nbatch = 1\nstop_at_first = false\nhammer_cpu_s = 3.0\n'


def write_inputs(folder: Path) -> None:
    for name, numbers in (("train", (2, 3, 4)), ("test", (12, 13))):
        rows = [
            {
                "name": f"add_{k}",
                "header": "import Mathlib\n",
                "formal_statement": f"theorem add_{k} (n m : ℕ) (h : n = m + {k}) : m + {k} = n := by sorry",
                "split": name,
            }
            for k in numbers
        ]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    for name, text in (("loop", CONFIG), ("recipe", RECIPE), ("prove", POLICY)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    tiny.make_model(folder / "base")


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prover", "iterate", "loop.toml", "--out", "out", "--profile", "core"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--jobs", "1"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def done(out: Path) -> dict[str, str]:
    """What every finished stage made, by digest."""
    found = {}
    for mark in out.rglob("done.json"):
        if mark.parent.name == "run":
            continue
        folder = mark.parent
        files = [
            mark,
            *folder.glob("*.jsonl"),
            *folder.glob("model/*.safetensors"),
            *folder.glob("model/run/metrics.jsonl"),
        ]
        found[str(folder.relative_to(out))] = digest([file.read_bytes().hex() for file in sorted(files)])
    return found


def wait_for(stage: str, process: subprocess.Popen[bytes], log: Path, begin: int) -> None:
    """Until the process says that it works in the stage, behind what the log held before it; or has ended."""
    arm, number, what = stage.replace("round-", "round ").split("/")
    words = {"prove": "proving", "harvest": "harvesting", "train": "training", "evaluate": "evaluating"}
    said = f"{'' if what in ('prove', 'harvest') else f'{arm}, '}{number}: {words[what]}"
    manifest = log.parent / "out" / stage / "model" / "run" / "manifest.json"
    while process.poll() is None:
        if said.encode() in log.read_bytes()[begin:] and (what != "train" or manifest.exists()):
            return
        time.sleep(0.02)


def kill(process: subprocess.Popen[bytes]) -> None:
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive, "a killed iteration leaves processes behind"


def test_killed_in_every_stage_it_comes_to_its_end(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    out = tmp_path / "out"
    finished: dict[str, str] = {}
    visited = killed = 0
    log = tmp_path / "log"
    moments = random.Random(int(os.environ.get("PROVER_TEST_SEED", "1")))
    for stage in [stage for stage in STAGES for _ in range(VISITS)]:
        if (out / stage / "done.json").exists():
            continue
        visited += 1
        begin = log.stat().st_size if log.exists() else 0
        process = start(tmp_path)
        # In the stage's work, mostly, or in the one behind it; now and then while everything starts.
        if moments.random() < 0.9:
            wait_for(stage, process, log, begin)
        time.sleep(moments.uniform(0.0, WITHIN_S.get(Path(stage).name, 1.5)))
        if process.poll() is None:
            kill(process)
            killed += 1
        now = done(out)
        assert {name: now[name] for name in finished} == finished, "a finished stage was made again"
        finished = now
    process = start(tmp_path)
    assert process.wait(timeout=1800) == 0, (tmp_path / "log").read_text(encoding="utf-8", errors="replace")[
        -3000:
    ]
    assert killed >= visited - 1
    assert killed >= len(STAGES) // 2
    now = done(out)
    assert {name: now[name] for name in finished} == finished
    stages = ("prove", "harvest", "train", "evaluate")
    assert set(now) >= {f"main/round-{number}/{stage}" for number in (1, 2) for stage in stages}
    assert set(now) >= set(STAGES)
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text())
    assert [row["round"] for row in summary["rounds"]] == [0, 1, 2]
    assert [row["n"] for row in summary["rounds"] + summary["control"]] == [2] * 6
    for model in out.rglob("train/model"):
        steps = [row["step"] for row in read_metrics(model / "run" / "metrics.jsonl") if "loss" in row]
        assert steps == list(range(1, STEPS + 1)), f"{model}: a step was made twice or not at all"
    for number in (1, 2):
        examples = list(read_examples(out / f"main/round-{number}/harvest/examples.jsonl"))
        assert {e.problem for e in examples} == {"add_2", "add_3", "add_4"}
        store = Store.read(out / f"main/round-{number}/prove")
        attempts = [attempt.id for trace in store.traces() for attempt, _ in trace.steps]
        store.close()
        assert len(attempts) == len(set(attempts)) == 6
