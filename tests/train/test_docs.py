"""The guide names every key of a recipe and every shipped recipe."""

from __future__ import annotations

import re
from pathlib import Path

from prover.train.recipe import options, shipped_recipes

PAGE = (Path(__file__).parents[2] / "docs" / "train.md").read_text(encoding="utf-8")


def test_every_key_is_explained() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    missing = [key for key in options() if key.rpartition(".")[2] not in named and f"[{key}]" not in PAGE]
    assert not missing


def test_every_recipe_is_listed() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \| ", PAGE.split("### Keys")[0], flags=re.M)) == set(
        shipped_recipes()
    )
