"""`prover train` as it is called: counts, a model, exit codes, one JSON value."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover import cli
from prover.errors import InputError
from prover.verbs.train import files_of
from tests.train.conftest import mixed, raw

pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, Any, str]]
MINE = "[train]\nsteps = 4\nbatch = 4\nmax_length = 128\nlog_every = 1\nthreads = 1\n[lora]\nr = 4\n"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = cli.main(["train", *arguments, "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert out.count("\n") == 1
        return code, json.loads(out), err

    return run


def test_a_training_and_its_counts(
    call: Call, tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    file, toml = data(mixed(30)), tmp_path / "mine.toml"
    toml.write_text(MINE)
    base = ("--base", str(tiny_model))
    code, counts, _ = call(str(toml), "--data", str(file), *base, "--dry-run")
    assert (code, counts["examples"], counts["steps"], counts["dropped"]) == (0, 27, 4, 0)
    out = tmp_path / "out"
    code, done, err = call(str(toml), "--data", str(file), *base, "--out", str(out), "--steps", "3")
    assert (code, done["steps"], done["adapter"], done["folder"]) == (0, 3, True, str(out))
    assert "[3/3] loss" in err
    assert f"--model hf:{tiny_model},adapter={out}" in err
    code, again, err = call(str(toml), "--data", str(file), *base, "--out", str(out), "--steps", "3")
    assert (code, again) == (0, done)
    assert "[3/3]" not in err
    code, failed, _ = call(str(toml), "--data", str(file), *base, "--out", str(out))
    assert (code, failed["exit_code"]) == (2, 2)
    assert "recipe.train.steps: 3, now 4" in failed["error"]
    code, _, err = call(str(toml), "--data", str(file), *base, "--out", str(out), "--restart")
    assert "[4/4]" in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nope", "--dry-run"], "expected one of block"),
        (["sft"], "--out: expected the folder"),
        (["--method", "grpo", "sft", "--dry-run"], "recipe sft is for sft"),
        (["sft", "--family", "kimina", "--dry-run"], "--family: only grpo asks problems"),
        (["sft", "--data", "nothing.jsonl", "--dry-run"], "--data nothing.jsonl: no such file"),
        (["sft", "--dry-run"], "mix data has no file"),
        (["sft", "--epochs", "0", "--dry-run"], "train.epochs"),
        (["grpo", "--dry-run"], "--data: expected problems"),
    ],
)
def test_wrong_calls(call: Call, tiny_model: Path, arguments: list[str], complaint: str) -> None:
    code, failed, _ = call(*arguments, "--base", str(tiny_model))
    assert code == 2
    assert complaint in failed["error"]


def test_problems_are_counted_for_grpo(call: Call, tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "p.lean").write_text("theorem a : 1 + 1 = 2 := by sorry\ntheorem b : 2 + 2 = 4 := by sorry\n")
    code, counts, _ = call(
        "grpo", "--data", str(tmp_path / "p.lean"), "--base", str(tiny_model), "--dry-run", "--steps", "3"
    )
    assert (code, counts["problems"], counts["steps"], counts["samples"]) == (0, 2, 3, 3 * 8 * 8)


def test_a_benchmark_is_not_learned_from_where_it_measures(call: Call, tiny_model: Path) -> None:
    common = ("grpo", "--data", "core", "--base", str(tiny_model), "--dry-run", "--family", "tiny")
    code, counts, _ = call(*common)
    assert (code, counts["splits"].keys(), set(counts["other_splits"])) == (0, {"train"}, {"valid", "test"})
    assert counts["problems"] == counts["splits"]["train"]
    code, counts, _ = call(*common, "--split", "valid")
    assert (code, counts["splits"].keys(), counts["other_splits"]) == (0, {"valid"}, {})


def test_names_of_sources(data: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = data([raw(1)], "a=b.jsonl")
    other = data([raw(1)], "c.jsonl")
    assert files_of([str(file), f"lean={other}"]) == {"data": [file], "lean": [other]}
    monkeypatch.chdir(tmp_path)
    assert files_of(["a=b.jsonl"]) == {"data": [Path("a=b.jsonl")]}
    with pytest.raises(InputError, match="no such file"):
        files_of(["lean=nothing"])
