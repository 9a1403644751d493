"""A stand-in for the training of an iteration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from prover.bootstrap.example import read_examples
from prover.models.spec import ModelSpec, parse_spec
from prover.train.iterate.config import Iteration
from tests.bootstrap.rounds import TEST, TRAIN, write_script
from tests.bootstrap.scene import write_problems


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A folder with problems and a start that proves one training problem; what was asked of the trainer."""
    write_problems(tmp_path / "train.jsonl", TRAIN, "train")
    write_problems(tmp_path / "test.jsonl", TEST, "test")
    write_script(tmp_path / "start", {"t2"})
    asked: list[dict[str, Any]] = []

    def spec(self: Iteration, weights: str, adapter: str = "") -> ModelSpec:
        return parse_spec(f"scripted:{Path(adapter or weights) / 'script.jsonl'}")

    async def train(
        recipe: Any, out: Path, *, base: str, adapter: str, data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Learns one more training problem and one more held-out one with each round; nothing from wrong pairs."""
        examples = list(read_examples(data["data"][0]))
        asked.append(
            {"out": out, "base": base, "adapter": adapter, "steps": recipe.train.steps, "examples": examples}
        )
        number = int(out.parent.parent.name.removeprefix("round-"))
        good = "main" in out.parts
        write_script(out, {"t2", *list(TRAIN)[: 1 + number], *list(TEST)[:number]} if good else {"t2"})
        return {"steps": 7, "seconds": 1.0, "tokens": 10, "loss": 0.5}

    monkeypatch.setattr(Iteration, "spec", spec)
    monkeypatch.setattr("prover.train.iterate.arm.train", train)
    monkeypatch.chdir(tmp_path)
    return asked
