"""Recipes: what a file may say, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.errors import InputError
from prover.train.recipe import load_recipe, parse_recipe, shipped_recipes


@pytest.mark.parametrize("name", shipped_recipes())
def test_shipped_recipes_are_read(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.about


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[train]\nepoch = 3", "train.epoch: Extra inputs are not permitted"),
        ("[train]\nepochs = 0", "train.epochs: Input should be greater than or equal to 1"),
        ("[train]\nepochs = '3'", "train.epochs: Input should be a valid integer"),
        ("[train]\nschedule = 'steps'", "train.schedule: Input should be 'cosine', 'linear' or 'constant'"),
        ("[[mix]]\nkind = ['proofs']", "mix.0.kind.0"),
        ("[[mix]]\nshare = 0.5\n[[mix]]\nname = 'b'", "expected a share for each, or for none"),
        ("[[mix]]\nshare = 0.5\n[[mix]]\nname = 'b'\nshare = 0.6", "shares that sum to 1, found 1.1"),
        ("[[mix]]\n[[mix]]", "two are the same"),
        (
            "[lora]\n[scratch]\nhidden_size = 64\nlayers = 1\nheads = 2\nintermediate_size = 64",
            "lora or scratch",
        ),
        ("[scratch]\nhidden_size = 60\nlayers = 1\nheads = 8\nintermediate_size = 64", "a multiple of twice"),
        ("method = 'grpo'\n[block]", "grpo: expected no scratch, block or curriculum"),
        ("[grpo]\ngroup = 4", 'expected `method = "grpo"` beside it'),
        (
            "method = 'grpo'\n[train]\nsteps = 5\n[grpo]\niterations = 2",
            "train.steps: 5, and 2 of them are on the same samples (grpo.iterations): expected a multiple",
        ),
        ("method = 'grpo'\n[train]\naccumulate = 4", "train.accumulate: has no meaning for grpo"),
        ("method = 'grpo'\n[train]\npacking = false", "train.packing: has no meaning for grpo"),
        ("method = 'grpo'\n[train]\nvalid_every = 5", "train.valid_every: has no meaning for grpo"),
        ("method = 'grpo'\n[[mix]]\nname = 'lean'", "mix: grpo learns from problems"),
        ("train = 3", "train: Input should be"),
        ("[train", "not a TOML file"),
    ],
)
def test_wrong_recipes(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"mine\.toml") as caught:
        load_recipe(str(path))
    assert complaint in str(caught.value)


def test_unknown_name() -> None:
    with pytest.raises(InputError, match=r"expected one of block, .*, or a \.toml file, found 'nope'"):
        load_recipe("nope")


def test_identity_leaves_out_what_changes_nothing() -> None:
    one = parse_recipe({"name": "a", "train": {"log_every": 1, "checkpoint_every": 5}}, "a")
    two = parse_recipe({"name": "b", "train": {"log_every": 9, "threads": 2}}, "b")
    assert one.hash == two.hash
    assert one.hash != one.changed(seed=1).hash
    assert one.changed(seed=1).train.log_every == 1
