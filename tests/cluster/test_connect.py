"""What is no cluster is said so, in time; real clusters are in `test_remote` and `test_eval`."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from prover.cluster import connect as module
from prover.cluster.connect import connect, parse_address
from prover.errors import InputError, MissingError

ATTEMPT = """
import asyncio, sys, time
import ray  # which may take longer than the time that is given below
from prover.cluster.connect import connect
from prover.errors import MissingError

begun = time.monotonic()
try:
    asyncio.run(connect(sys.argv[1], timeout_s=2))
except MissingError as error:
    print(error)
print(time.monotonic() - begun, flush=True)
"""


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


def test_what_listens_is_no_ray() -> None:
    """In a process of its own: Ray's attempt goes on behind the answer, and no later one in its process succeeds."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        ended = subprocess.run(
            [sys.executable, "-c", ATTEMPT, f"127.0.0.1:{silent.getsockname()[1]}"],
            capture_output=True,
            check=False,
            text=True,
            timeout=240,
        )
    assert ended.returncode == 0, ended.stderr
    message, _, seconds = ended.stdout.strip().rpartition("\n")
    assert "must be one of its nodes" in message
    assert float(seconds) < 60


async def test_ray_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "installed", lambda: False)
    with pytest.raises(MissingError, match=r"prover\[ray\]"):
        await connect("local")
