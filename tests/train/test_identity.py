"""What a training goes on with is what it began with: tokens, base, and the adapter that it goes on from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prover.errors import InputError
from prover.train.base import base_name
from prover.train.session import StoppedError
from prover.train.sft import train_sft
from tests.models.tiny import TEMPLATE
from tests.train.conftest import chat, raw
from tests.train.test_sft import recipe

pytestmark = pytest.mark.slow

SMALL = {"r": 4, "alpha": 8, "targets": ["q_proj", "v_proj"]}


def test_another_chat_template_is_another_training(
    tiny_model: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    """The same file by the same name: only what it makes of the examples tells."""
    template = tmp_path / "chat.jinja"
    one = recipe({"steps": 4, "chat_template": str(template)}, lora=SMALL)
    file, out = data([chat(i) for i in range(8)]), tmp_path / "out"
    template.write_text(TEMPLATE)
    with pytest.raises(StoppedError):
        train_sft(one, out, base=str(tiny_model), data=[file], stop=lambda: True)
    template.write_text(TEMPLATE.replace("<|{{ m.role }}|>", "The {{ m.role }} says "))
    with pytest.raises(InputError, match=r"holds another training \(data: "):
        train_sft(one, out, base=str(tiny_model), data=[file])


def test_a_base_of_the_hub_has_the_commit_of_its_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = tmp_path / "models--somebody--model" / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (tmp_path / "models--somebody--model" / "refs").mkdir()
    (tmp_path / "models--somebody--model" / "refs" / "main").write_text(commit)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    assert base_name("somebody/model") == "somebody/model@0123456789ab"
    assert base_name("somebody/else") == "somebody/else"
    assert base_name("/no/such/folder/at/all") == "/no/such/folder/at/all"


def test_an_adapter_keeps_its_shape(tiny_model: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    file = data([raw(i) for i in range(8)])
    first = train_sft(
        recipe({"steps": 1}, lora=SMALL), tmp_path / "first", base=str(tiny_model), data=[file]
    ).folder
    for other, complaint in (
        ({"r": 8}, r"lora\.r: 8, and the adapter .* has 4: expected the same"),
        ({"alpha": 16}, r"lora\.alpha: 16, and the adapter .* has 8"),
        ({"targets": "all-linear"}, r"lora\.targets: other modules .* which has q_proj, v_proj"),
    ):
        with pytest.raises(InputError, match=complaint):
            train_sft(
                recipe({"steps": 1}, lora=SMALL | other), tmp_path / "other", base=str(tiny_model), data=[file],
                adapter=str(first), resume=False,
            )  # fmt: skip
    second = train_sft(
        recipe({"steps": 1}, lora=SMALL | {"dropout": 0.3}), tmp_path / "second", base=str(tiny_model),
        data=[file], adapter=str(first),
    ).folder  # fmt: skip
    config = json.loads((second / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["lora_dropout"]) == (4, 8, 0.3)
    card = (second / "README.md").read_text()
    assert f"- goes on from: {base_name(str(first))}" in card
    assert '"dropout": 0.3' in card
    with pytest.raises(InputError, match="not an adapter of this base"):
        train_sft(
            recipe(lora=SMALL), tmp_path / "none", base=str(tiny_model), data=[file], adapter=str(tiny_model)
        )
