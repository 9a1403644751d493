"""What is no cluster is said so, in time; real clusters are in `test_remote` and `test_eval`."""

from __future__ import annotations

import importlib
import socket
import time

import pytest

from prover.cluster import connect as module
from prover.cluster.connect import connect, parse_address
from prover.errors import InputError, MissingError


@pytest.mark.parametrize("text", ["auto", "local", "10.0.0.1:6379", "head.example.org:6379", "[::1]:6379"])
def test_addresses(text: str) -> None:
    assert parse_address(text) == text


@pytest.mark.parametrize(
    "text", ["", "head", "ray://head:10001", "head:0", "head:99999", "a b:1", "h:1\n", "head:"]
)
def test_no_addresses(text: str) -> None:
    with pytest.raises(InputError, match="expected auto, local or HOST:PORT"):
        parse_address(text)


async def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(MissingError, match=r"no Ray cluster at .*ray start --head"):
            await connect(f"127.0.0.1:{free.getsockname()[1]}")


async def test_what_listens_is_no_ray() -> None:
    importlib.import_module("ray")  # which may take longer than the time that is given below
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        with pytest.raises(MissingError, match="must be one of its nodes"):
            await connect(f"127.0.0.1:{silent.getsockname()[1]}", timeout_s=2)
        assert time.monotonic() - begun < 60


async def test_ray_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "installed", lambda: False)
    with pytest.raises(MissingError, match=r"prover\[ray\]"):
        await connect("local")
