"""The scripts of `examples/` run as a person would run them, offline, and are short."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prover.lean.toolchain import Toolchain

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
    assert len(text.splitlines()) <= 65
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
