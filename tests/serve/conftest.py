"""An HTTP client over the application, without a socket; and a real server on a free loopback port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx2 as httpx
import pytest

from prover.lean.checker import open_checker
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.serve.app import create_app
from prover.serve.service import ServedChecker, Service
from prover.serve.settings import Settings

Client = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
LIMITS = Limits(wall_s=30, cpu_s=30)


@asynccontextmanager
async def client_of(service: Service, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(service))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers, timeout=60
    ) as client:
        yield client


@pytest.fixture
def over() -> Callable[..., Service]:
    """A service over a checker, with settings."""

    def make(checker: ServedChecker, **settings: object) -> Service:
        return Service(checker, Settings(**{"limits": LIMITS, "jobs": 2, **settings}))  # type: ignore[arg-type]

    return make


@pytest.fixture
async def api(core: Toolchain, over: Callable[..., Service]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service over real Lean."""
    checker = open_checker("core", jobs=2)
    try:
        async with client_of(over(checker)) as client:
            yield client
    finally:
        await checker.aclose()


@dataclass
class Live:
    """A running `prover serve`."""

    process: subprocess.Popen[str]
    url: str
    lines: list[str]

    def stop(self, timeout: float = 20) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)


@pytest.fixture
def serve(core: Toolchain, tmp_path: Path) -> Iterator[Callable[..., Live]]:
    """Starts `prover serve --port 0 …` and waits until it listens."""
    started: list[Live] = []

    def start(*arguments: str, **env: str) -> Live:
        process = subprocess.Popen(
            [sys.executable, "-m", "prover", "serve", "--profile", "core", "--port", "0", *arguments],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **env},
            cwd=Path(__file__).parents[2],
        )
        assert process.stderr is not None
        lines, url = _until_serving(process.stderr)
        live = Live(process, url, lines)
        started.append(live)
        return live

    yield start
    for live in started:
        if live.process.poll() is None:
            live.process.kill()
        live.process.wait()
        assert live.process.stderr is not None
        live.process.stderr.close()


def _until_serving(stream: IO[str]) -> tuple[list[str], str]:
    lines = []
    for line in stream:
        lines.append(line)
        if match := re.search(r"serving on (http://\S+);", line):
            return lines, match[1]
    raise AssertionError("".join(lines))
