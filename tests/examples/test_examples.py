"""The scripts of `examples/` run as a person would run them, offline, and are short."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from prover.lean.toolchain import Toolchain
from tests.models import tiny

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


def run(folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "examples" / script), *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_each_is_short_and_says_what_it_needs(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert "Needs " in text.split('"""')[1]
    assert len(text.splitlines()) <= 70
    assert "._" not in text


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_each_has_help(script: Path, tmp_path: Path) -> None:
    done = run(tmp_path, script.name, "--help")
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout


@pytest.mark.lean
def test_check_proof(tmp_path: Path, core: Toolchain) -> None:
    done = run(tmp_path, "check_proof.py")
    assert done.returncode == 0, done.stderr
    honest, fake = (line for line in done.stdout.splitlines() if line.startswith(("yes", "no")))
    assert honest.startswith("yes  proved, replayed")
    assert fake.startswith("no   wrong_statement")
    assert run(tmp_path, "check_proof.py", "--submission", "exact lost").returncode == 1


@pytest.mark.lean
def test_prove_with_model(tmp_path: Path, core: Toolchain) -> None:
    script = ROOT / "examples" / "answers.jsonl"
    done = run(tmp_path, "prove_with_model.py", "--model", f"scripted:{script}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "-- writer: elaboration_error" in done.stdout
    assert "-- corrector: proved, replayed" in done.stdout


@pytest.mark.lean
def test_eval_minif2f(tmp_path: Path, core: Toolchain) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(
        '{"answers": ["```lean4\\n  decide\\n```", "```lean4\\n  lost\\n```"], "draw": "seed"}\n'
    )
    arguments = [
        "--benchmark",
        "core",
        "--split",
        "valid",
        "--profile",
        "core",
        "--limit",
        "2",
        "--samples",
        "2",
    ]
    done = run(tmp_path, "eval_minif2f.py", "--model", f"scripted:{answers}", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pass@2: 50.0%" in done.stdout
    assert (tmp_path / "runs" / "minif2f" / "report.html").is_file()


@pytest.mark.lean
def test_build_dataset(tmp_path: Path, core: Toolchain) -> None:
    script = ROOT / "data" / "datagen" / "script.jsonl"
    problems = ROOT / "examples" / "problems.md"
    few = ["--samples", "2", "--votes", "1"]
    done = run(tmp_path, "build_dataset.py", str(problems), "--model", f"scripted:{script}", *few)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 rows in runs/dataset/dataset: {'proof': 2}" in done.stdout
    assert "-- Two of them have the same parity" in done.stdout


@pytest.mark.lean
@pytest.mark.slow
def test_expert_iteration(tmp_path: Path, core: Toolchain) -> None:
    """A tiny model with random weights learns nothing, but goes all the way; the hammer finds the first proofs."""
    pytest.importorskip("trl", reason="the extra train is not installed")
    rows = [
        {
            "name": f"add_{k}",
            "header": "import Mathlib\n",
            "formal_statement": f"theorem add_{k} (n m : ℕ) (h : n = m + {k}) : m + {k} = n := by sorry",
            "split": split,
        }
        for split, numbers in (("train", (2, 3)), ("test", (12,)))
        for k in numbers
    ]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    settings = "samples = 1\nbatch = 1\nstop_at_first = false\nhammer_cpu_s = 3.0\n"
    (tmp_path / "prove.toml").write_text(f'kind = "whole-proof"\n{settings}')
    training = 'steps = 2\nbatch = 2\nmax_length = 256\ndtype = "float32"\nthreads = 1\n'
    (tmp_path / "recipe.toml").write_text(f"[train]\n{training}")
    tiny.make_model(tmp_path / "base")
    done = run(
        tmp_path, "expert_iteration.py", "--base", "base", "--family", "deepseek-v2-non-cot", "--problems", "p.jsonl",
        "--model", "device=cpu,max_tokens=8", "--recipe", "recipe.toml", "--policy", "prove.toml",
        "--rounds", "1", "--samples", "1",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "round 0: 0 of 1 held-out problems" in done.stdout
    assert "round 1: " in done.stdout
    assert (tmp_path / "runs" / "iteration" / "report.md").is_file()
