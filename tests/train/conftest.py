"""The tiny model and examples of additions, made once for all tests of a process."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover.bootstrap.example import Example, Kind, write_examples
from prover.models.base import Message, Role
from tests.models import tiny


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make_model(tmp_path_factory.mktemp("base"))


def chat(index: int, answer: str = "by omega", **settings: Any) -> Example:
    a, b = divmod(index, 10)
    prompt = (Message(Role.USER, f"theorem t : {a} + {b} = {a + b}"),)
    fields = {"id": f"e{index}", "kind": Kind.PROOF, "problem": f"p{index}", **settings}
    return Example(prompt=prompt, completion=(Message(Role.ASSISTANT, answer),), **fields)


def raw(index: int, answer: str = " omega", **settings: Any) -> Example:
    a, b = divmod(index, 10)
    fields = {"id": f"r{index}", "kind": Kind.PROOF, "problem": f"p{index}", **settings}
    return Example(prompt=f"theorem t : {a} + {b} = {a + b} := by", completion=answer, **fields)


def mixed(count: int, seed: int = 0) -> list[Example]:
    """Chats and raw texts with weights and levels; every tenth is held out."""
    chance = random.Random(seed)
    return [
        (chat if index % 2 else raw)(
            index,
            " ".join(chance.choices(["omega", "simp", "rfl", "decide"], k=1 + index % 7)),
            weight=chance.choice([0.5, 1.0, 4.0]),
            level=index % 3,
            split="valid" if index % 10 == 9 else "train",
        )
        for index in range(count)
    ]


@pytest.fixture
def data(tmp_path: Path) -> Callable[..., Path]:
    def write(examples: list[Example], name: str = "data.jsonl") -> Path:
        write_examples(tmp_path / name, examples)
        return tmp_path / name

    return write
