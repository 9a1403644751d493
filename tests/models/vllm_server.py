"""vLLM's OpenAI-compatible server as a child of the tests, on a loopback port of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from prover.errors import MissingError
from prover.models import open_model
from prover.models.spec import parse_spec


@contextlib.asynccontextmanager
async def serving(model: Path, log: Path, *options: str) -> AsyncIterator[str]:
    """The `base_url` of a server that has `model` under the name `tiny`, once it answers."""
    port = _free_port()
    # What `vllm serve` runs; the command itself looks for a package by the name of vLLM's GPU build.
    command = [
        *(sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model)),
        *("--host", "127.0.0.1", "--port", str(port), "--served-model-name", "tiny", "--dtype", "float32"),
        *("--enforce-eager", "--max-num-seqs", "16", *options),
    ]
    process = _start(command, log, {**os.environ, "VLLM_NO_USAGE_STATS": "1"})
    url = f"http://127.0.0.1:{port}/v1"
    try:
        waited = parse_spec(f"openai:tiny,base_url={url},wait_s=2")
        for _ in range(150):
            try:
                client = await open_model(waited)
                await client.aclose()
                break
            except MissingError:
                assert process.poll() is None, _end_of(log)
        yield url
    finally:
        _stop(process)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-4000:]


def _start(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            command, stdout=output, stderr=output, env=environment, start_new_session=True
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
