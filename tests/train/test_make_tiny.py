"""`make tiny` with few problems: every stage by the real script, gone on with, and refused where it is another making."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("trl")

from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.example import read_examples
from prover.bootstrap.fingerprint import Forms, fingerprint
from prover.errors import InputError
from prover.problems import load_problems
from prover.train.recipe import Recipe, load_recipe
from prover.train.ship import SHIPPED, digests

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_tiny.py"


def few(name: str) -> Recipe:
    return load_recipe(name).changed(epochs=1, checkpoint_every=2, log_every=1)


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_tiny", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    counts = {"train": 40, "valid": 2, "test": 2, "hard": 2, "false": 2}
    scored = {("tiny", "test"): 1, ("tiny", "hard"): 1, ("start", "test"): 1}
    changes = {"PROBLEMS": counts, "HAMMERED": 2, "START_STEP": 2, "SCORED": scored, "load_recipe": few}
    for name, value in changes.items():
        monkeypatch.setattr(module, name, value)
    return module


@pytest.mark.lean
@pytest.mark.slow
def test_from_nothing_to_the_card(
    making: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    work, out = tmp_path / "work", tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["make_tiny", "--work", str(work), "--out", str(out)])
    making.main()
    assert capsys.readouterr().out.strip() == str(out / "README.md")
    card = (out / "README.md").read_text(encoding="utf-8")
    assert set(digests(out)) == {*SHIPPED, *(f"start/{name}" for name in SHIPPED)}
    assert all(digest in card for digest in digests(out).values())
    # What it learned is apart from what it is scored on.
    held = {
        p.id: p
        for split in ("test", "valid", "hard")
        for p in load_problems(work / "data" / f"{split}.jsonl").problems
    }
    known = HeldOut(
        {
            name: fingerprint(p.statement, Forms(), p.informal_statement)
            for name, p in held.items()
            if p.statement
        }
    )
    examples = list(read_examples(work / "examples.jsonl"))
    assert len({example.problem for example in examples}) >= 30
    assert not [e.id for e in examples if known.inside(str(e.prompt)) or e.problem in held]
    # The same call again makes nothing anew, whatever became of the model's folder.
    made = (out / "model.safetensors").read_bytes()
    (out / "model.safetensors").unlink()
    monkeypatch.setattr(making, "prover", None)
    making.main()
    assert (out / "model.safetensors").read_bytes() == made
    monkeypatch.setattr(making, "HAMMERED", 3)
    with pytest.raises(InputError, match="begun with other settings"):
        making.claim(work)
