"""An iteration over real Lean whose 'models' are scripts, and the command line that runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prover.cli import main
from prover.codec import digest

TRAIN = {f"t{k}": f"(n m : ℕ) (h : n = m + {k}) : m + {k} = n" for k in (2, 3, 4)}
TEST = {f"e{k}": f"(n m : ℕ) (h : m + {k} = n) : n = m + {k}" for k in (2, 3, 4, 5)}
LOOP = """
base = "{base}"
family = "generic"
recipe = "{recipe}"
rounds = {rounds}
watch = 2
{more}
[prove]
problems = "train.jsonl"
samples = 2
[evaluate]
problems = "test.jsonl"
samples = 2
[harvest]
kinds = ["proof"]
minimise = 0
"""


def answer(name: str, signature: str, tactic: str) -> dict[str, Any]:
    text = f"```lean4\ntheorem {name} {signature} := by\n  {tactic}\n```"
    return {"statement": name, "contains": "Prove the following", "answers": [text], "draw": "seed"}


def write_script(folder: Path, knows: set[str]) -> Path:
    """A 'model' that proves the statements it knows and fails on the others."""
    rules = [
        answer(name, signature, "omega" if name in knows else "exact lost")
        for name, signature in {**TRAIN, **TEST}.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "script.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rules), encoding="utf-8")
    return folder


def write_loop(more: str = "", rounds: int = 2, text: str = LOOP, recipe: str = "full") -> None:
    filled = text.format(base="start", rounds=rounds, more=more, recipe=recipe)
    Path("loop.toml").write_text(filled, encoding="utf-8")


def iterate(capsys: pytest.CaptureFixture[str], *options: str, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    done = main(
        ["iterate", "loop.toml", "--out", "out", "--profile", "core", "--jobs", "1", "--json", *options]
    )
    said = capsys.readouterr()
    assert done == code, said.err
    return dict(json.loads(said.out))


def stages() -> dict[str, str]:
    """The digest of every finished stage's mark and of what it made."""
    found = {}
    for mark in sorted(Path("out").rglob("done.json")):
        files = [mark, *sorted(mark.parent.glob("*.jsonl"))]
        found[str(mark.parent)] = digest([file.read_text(encoding="utf-8") for file in files])
    return found
