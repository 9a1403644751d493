"""The documentation names every option there is, and no other; its examples are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prover.models.options import BACKENDS, names
from prover.models.spec import EXTRAS, parse_spec

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")


def tables(backend: str) -> set[str]:
    """What the first columns of a backend's tables of options name."""
    section = re.split(r"^## ", PAGE, flags=re.M)
    (text,) = (part for part in section if part.startswith(f"`{backend}`"))
    options = text.partition("| option |")[2]
    return {
        name
        for row in re.findall(r"^\| (`.*?`) \|", options, flags=re.M)
        for name in re.findall(r"`(\w+)`", row)
    }


@pytest.mark.parametrize("backend", BACKENDS)
def test_options(backend: str) -> None:
    assert tables(backend) == set(names(BACKENDS[backend]))


def test_sampling_settings() -> None:
    for name in ("temperature", "top_p", "max_tokens", "stop", *EXTRAS):
        assert f"`{name}`" in PAGE


def test_examples() -> None:
    found = re.findall(r"--model (\S+:\S+)", PAGE)
    specs = [parse_spec(text) for text in found if not text.startswith("BACKEND")]
    assert {spec.backend for spec in specs} == set(BACKENDS)


def test_the_file(tmp_path: Path) -> None:
    block = PAGE.split("```toml\n")[1].split("```")[0]
    (tmp_path / "m.toml").write_text(block)
    assert parse_spec(str(tmp_path / "m.toml")).family == "goedel-v2"
