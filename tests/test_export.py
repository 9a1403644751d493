"""What a run gives to other programs: the same rows as JSONL, Parquet and a Hugging Face datasets folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from prover import cli
from prover.config import Budget, RunConfig
from prover.errors import InputError, MissingError
from prover.export import export
from prover.store import Store
from prover.types import (
    Attempt,
    Completion,
    Diagnostic,
    Header,
    Problem,
    Spend,
    Statement,
    Status,
    StopReason,
    Tier,
    Trace,
    Verdict,
)

STATEMENT = Statement("a", "(n : ℕ) : n = n", Header(("Mathlib",), "open Nat"))
PROBLEMS = [
    Problem(id="a", statement=STATEMENT, licence="MIT", meta={"subject": "algebra"}),
    Problem(id="b", informal_statement="In words alone \ud800."),
    Problem(id="c", statement=STATEMENT),
]


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    config = RunConfig("eval", "b", "0" * 64, "core", "fake Lean", "hammer", {}, Budget())
    folder = tmp_path / "run"
    store = Store.open(folder, config, PROBLEMS)
    said = Diagnostic("error", "unsolved goals\n⊢ n = n", 1, 2)
    wrote = Completion("```lean\nsorry \ud800```", model="m", tokens_in=3, tokens_out=4)
    store.record(
        "a",
        Attempt("1", STATEMENT, "sorry", "writer", None, wrote),
        Verdict(Status.INCOMPLETE, diagnostics=(said,)),
        Spend(),
    )
    store.record(
        "a",
        Attempt("2", STATEMENT, "rfl", "hammer", "1"),
        Verdict(Status.PROVED, Tier.REPLAYED, axioms=("propext",)),
        Spend(checks=2),
    )
    store.finish(
        Trace(PROBLEMS[0], store.steps("a"), StopReason.PROVED, Spend(samples=2, checks=2, wall_s=1.5))
    )
    store.finish(Trace(PROBLEMS[1], (), StopReason.UNSUPPORTED, Spend(), detail="no Lean"))
    store.close()
    return folder


def jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_jsonl_holds_every_problem_and_attempt(run_folder: Path, tmp_path: Path) -> None:
    store = Store.read(run_folder)
    assert export(store, tmp_path / "out", "jsonl") == [
        tmp_path / "out/problems.jsonl",
        tmp_path / "out/attempts.jsonl",
    ]
    problems, attempts = jsonl(tmp_path / "out/problems.jsonl"), jsonl(tmp_path / "out/attempts.jsonl")
    assert [(row["id"], row["proved"], row["stop_reason"]) for row in problems] == [
        ("a", True, "proved"),
        ("b", False, "unsupported"),
        ("c", False, ""),
    ]
    assert problems[0]["proof"] == "rfl"
    assert problems[0]["imports"] == ["Mathlib"]
    assert problems[0]["formal_statement"] == "theorem a (n : ℕ) : n = n"
    assert json.loads(problems[0]["meta"]) == {"subject": "algebra"}
    assert problems[1]["informal_statement"] == PROBLEMS[1].informal_statement
    assert [(row["attempt_id"], row["parent_id"], row["status"], row["tier"]) for row in attempts] == [
        ("1", "", "incomplete", "none"),
        ("2", "1", "proved", "replayed"),
    ]
    assert attempts[0]["errors"] == ["unsolved goals\n⊢ n = n"]
    assert (attempts[0]["model"], attempts[0]["tokens_out"]) == ("m", 4)


def test_parquet_holds_the_same(run_folder: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    store = Store.read(run_folder)
    export(store, tmp_path / "rows", "jsonl")
    files = export(store, tmp_path / "out", "hf")
    assert [path.relative_to(tmp_path / "out").as_posix() for path in files] == [
        "data/problems.parquet",
        "data/attempts.parquet",
        "README.md",
    ]
    for path in files[:2]:
        expected = jsonl(tmp_path / "rows" / f"{path.stem}.jsonl")
        text = json.dumps(expected).replace("\\ud800", "\\\\ud800")
        assert parquet.read_table(path).to_pylist() == json.loads(text)
    card = files[2].read_text(encoding="utf-8")
    assert card.startswith("---\nconfigs:\n- config_name: problems\n")
    assert "path: data/attempts.parquet" in card
    assert "licences of the problems: MIT" in card


def test_an_empty_run_has_the_same_columns(run_folder: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    config = RunConfig("eval", "b", "1" * 64, "core", "fake Lean", "hammer", {}, Budget())
    store = Store.open(tmp_path / "empty", config, PROBLEMS)
    full, empty = (
        export(Store.read(run_folder), tmp_path / "1", "parquet"),
        export(store, tmp_path / "2", "parquet"),
    )
    store.close()
    for left, right in zip(full, empty, strict=True):
        assert parquet.read_schema(left) == parquet.read_schema(right)


def test_without_pyarrow_it_says_what_to_install(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingError, match=r"pip install 'prover\[export\]'"):
        export(Store.read(run_folder), tmp_path / "out", "parquet")
    assert export(Store.read(run_folder), tmp_path / "out", "jsonl")


def test_what_cannot_be_exported(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match="expected one of jsonl"):
        export(Store.read(run_folder), tmp_path, "csv")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export(Store.read(run_folder), tmp_path / "file", "jsonl")
    assert cli.main(["data", "export", str(tmp_path), str(tmp_path / "out")]) == 2
    assert "not a run folder" in capsys.readouterr().err
    assert cli.main(["data", "export", str(run_folder), str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == [
        str(tmp_path / "out/problems.jsonl"),
        str(tmp_path / "out/attempts.jsonl"),
    ]
