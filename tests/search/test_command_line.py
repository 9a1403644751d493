"""`--model`, `--policy` and their kin as a user types them; what comes out of a run with a scripted model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover import cli
from prover.codec import loads
from prover.config import RunConfig
from prover.run_folder import read_manifest
from prover.verbs.lean import Lean
from tests.fakes import PROVED, FakeChecker
from tests.search.scene import fenced

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    fake = FakeChecker({"good": PROVED})
    monkeypatch.setattr("prover.verbs.judge.open_lean", lambda *_, **__: Lean(fake, "core"))  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path)
    names = ["one", "two", "three"]
    text = "import Mathlib\n\n" + "\n".join(f"theorem {name} : True := by sorry\n" for name in names)
    (tmp_path / "a.lean").write_text(text)
    rules = [
        {"statement": "one", "answers": [fenced("good")]},
        {"statement": "two", "draw": "seed", "answers": [fenced("bad"), fenced("good"), "No."]},
        {"answers": [fenced("worse")]},
    ]
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(rule) + "\n" for rule in rules))

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def evaluated(call: Call, *options: str) -> dict[str, Any]:
    model = ("--model", "scripted:s.jsonl,price_in=1,price_out=2")
    code, out, err = call("eval", "--data", "a.lean", *model, "--json", "--jobs", "1", *options)
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_eval_counts_what_the_model_took(call: Call, tmp_path: Path) -> None:
    policy = 'kind = "whole-proof"\nsamples = 4\nbatch = 4\nstop_at_first = false\n'
    (tmp_path / "all.toml").write_text(policy)
    summary = evaluated(call, "--policy", "all.toml", "--out", "run")
    assert (summary["problems"], summary["supported"], summary["samples"]) == (3, 3, 12)
    assert summary["tokens_in"] > 0
    cost = (summary["tokens_in"] + 2 * summary["tokens_out"]) / 1e6
    assert summary["cost_usd"] == pytest.approx(cost, abs=1e-6)
    assert summary["pass@4"] >= summary["pass@2"] >= summary["pass@1"] >= 1 / 3
    assert summary["model"].startswith("scripted:s.jsonl@")
    assert set(summary["models"]) == {"writer"}
    again = evaluated(call, "--policy", "all.toml", "--out", "run")
    assert again == summary, "the same command has nothing left to do"


def test_prove_says_who_wrote_the_proof(call: Call, tmp_path: Path) -> None:
    code, _, err = call(
        "prove", "a.lean", "--policy", "malot", "--model", "scripted:s.jsonl", "--out", "proofs"
    )
    assert code == 0, err
    text = (tmp_path / "proofs" / "one.lean").read_text()
    comment = next(line for line in text.splitlines() if line.startswith("-- Proof:"))
    assert "writer (scripted:s.jsonl@" in comment
    assert "prompt generic/writer@" in comment
    assert "policy malot" in comment
    rows = [json.loads(line) for line in (tmp_path / "proofs" / "results.jsonl").read_text().splitlines()]
    assert {row["id"]: row["proved"] for row in rows}["three"] is False
    assert all(row["samples"] >= 1 and row["tokens_out"] > 0 for row in rows)


def test_a_role_may_have_a_model_of_its_own_and_both_are_the_run_s_identity(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "other.jsonl").write_text(json.dumps({"answers": ["1. A plan"]}) + "\n")
    evaluated(call, "--policy", "malot", "--model", "planner=scripted:other.jsonl", "--out", "run")
    manifest = read_manifest(tmp_path / "run")
    config = loads(RunConfig, json.dumps(manifest["config"]))
    assert "other.jsonl@" in config.models["planner"]
    assert "s.jsonl@" in config.models["writer"]
    assert "generic/writer@" in config.models["writer"]
    code, _, err = call(
        "eval", "--data", "a.lean", "--policy", "malot", "--model", "scripted:other.jsonl", "--out", "run"
    )
    assert code == 2
    assert "models.writer" in err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--policy", "malot"], "asks a model as planner, writer, corrector: expected one"),
        (["--policy", "malot", "--model", "writer=scripted:s.jsonl"], "asks a model as planner, corrector"),
        (
            ["--policy", "whole-proof", "--model", "critic=scripted:s.jsonl"],
            "asks models as writer, not as critic",
        ),
        (
            ["--policy", "whole-proof", *["--model", "scripted:s.jsonl"] * 2],
            "a model is given twice for all roles",
        ),
        (["--policy", "whole-proof", "--model", "scripted:none.jsonl"], "none.jsonl: cannot be read"),
        (["--policy", "whole-proof", "--model", "scripted:s.jsonl,family=nobody"], "family: expected one of"),
        (["--adaptive"], "--adaptive: expected --run-budget"),
        (["--budget", "usd=-1"], "usd: expected a positive number"),
        (["--inflight", "0"], "--inflight: expected a whole number from 1"),
    ],
)
def test_a_wrong_call_is_one_line(call: Call, tmp_path: Path, options: list[str], complaint: str) -> None:
    code, _, err = call("prove", "a.lean", *options)
    assert code == 2
    assert complaint in err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('kind = "whole-proof"\nsample = 3', "expected one of samples, batch, stop_at_first"),
        ('kind = "whole-proof"\nsamples = 0', "samples: expected a whole number from 1, found 0"),
        ('kind = "whole-proof"\nsamples = 2.5', "samples: expected a whole number from 1, found 2.5"),
        ('kind = "whole-proof"\nstop_at_first = 1', "stop_at_first: expected true or false, found 1"),
        ('kind = "whole-proof"\nhammer_cpu_s = nan', "hammer_cpu_s: expected a number from 0"),
        ('kind = "malot"\ndepth = -1', "depth: expected a whole number from 0, found -1"),
        ('kind = "critic"\nbefore = "later"', "before: expected one of revise, rank, none, found 'later'"),
        ('kind = "hammer"\nmax_depth = true', "max_depth: expected a whole number from 1"),
        ('kind = "bfs"', "expected kind to be one of hammer, whole-proof, malot, critic"),
    ],
)
def test_a_policy_s_settings_are_checked_before_anything_starts(
    call: Call, tmp_path: Path, content: str, complaint: str
) -> None:
    (tmp_path / "mine.toml").write_text(content)
    code, _, err = call("prove", "a.lean", "--policy", "mine.toml", "--model", "scripted:s.jsonl")
    assert code == 2
    assert complaint in err


def test_progress_tells_what_was_spent(call: Call) -> None:
    model = ("--model", "scripted:s.jsonl,price_out=1000")
    _, _, err = call("eval", "--data", "a.lean", "--policy", "whole-proof", *model, "--jobs", "1")
    line = next(line for line in err.splitlines() if line.startswith("[2/3"))
    assert "tokens" in line
    assert "$" in line
    assert "left]" in line
