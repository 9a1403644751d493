"""The configurations that ship with the project, and the guide's: each is read, with its recipe, policies and variants."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from prover.train.iterate.ablation import variants
from prover.train.iterate.config import load_iteration, parse_iteration
from prover.train.iterate.inputs import read_inputs

ROOT = Path(__file__).parent.parent.parent
SHIPPED = [
    path
    for folder in ("data/models/tiny", "scripts/ablation")
    for path in sorted((ROOT / folder).glob("*.toml"))
    if "rounds" in tomllib.loads(path.read_text(encoding="utf-8"))
]


def test_all_are_there() -> None:
    assert {path.name for path in SHIPPED} >= {"demo.toml", "parts.toml", "repairs.toml", "samples.toml"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_iteration_is_read(path: Path) -> None:
    config = load_iteration(path)
    assert Path(config.base, "config.json").is_file()
    for one in variants(config, "all").values():
        inputs = read_inputs(one)
        assert inputs.prove.policy.settings["stop_at_first"] is False
    assert config.score == ("solved" if path.name == "repairs.toml" else "pass@8")


def test_the_guide_s_iteration_is_read() -> None:
    text = (ROOT / "docs/bootstrap.md").read_text(encoding="utf-8")
    (block,) = [b for b in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "rounds = " in b]
    config = parse_iteration(tomllib.loads(block), "docs/bootstrap.md", ROOT)
    assert config.score == "pass@8"
    assert config.the_recipe().lora is not None
