"""`prover serve` as a process: it starts, says where, drains on SIGTERM, and refuses what would expose it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest

from prover.cli import main
from tests.serve.conftest import Live

pytestmark = pytest.mark.lean

FOUR = "theorem four : 2 + 2 = 4 := by norm_num"
ENDLESS = "theorem a : 1 = 2 := by\n  repeat (have : 1 = 1 := rfl)"
KEY = "a-long-enough-key"
Serve = Callable[..., Live]


def ask(live: Live, *codes: str, timeout: int = 30, key: str = "") -> httpx.Response:
    snippets = [{"id": str(number), "code": code} for number, code in enumerate(codes)]
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"snippets": snippets, "timeout": timeout}
    return httpx.post(f"{live.url}/api/check", json=body, headers=headers, timeout=60)


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def gauge(live: Live, name: str) -> float:
    for line in httpx.get(f"{live.url}/metrics").text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.split()[1])
    raise AssertionError(name)


def test_from_start_to_stop(serve: Serve) -> None:
    live = serve("--jobs", "1")
    assert live.url.startswith("http://127.0.0.1:")
    health = httpx.get(f"{live.url}/health").json()
    assert health["status"] == "ok"
    assert "core Lean" in health["toolchain"]
    (one,) = ask(live, FOUR).json()["results"]
    assert one["response"] == {"env": 0}
    assert gauge(live, "prover_workers") == 1
    family = psutil.Process(live.process.pid).children(recursive=True)
    assert family
    assert live.stop() == 0
    until(lambda: not any(alive(process) for process in family), "nothing outlives it")


def test_sigterm_lets_what_is_in_flight_finish(serve: Serve) -> None:
    live = serve("--jobs", "1", "--grace", "30")
    answers: list[httpx.Response] = []
    codes = [ENDLESS, FOUR]  # the first one takes its two seconds
    thread = threading.Thread(target=lambda: answers.append(ask(live, *codes, timeout=2)))
    thread.start()
    until(lambda: gauge(live, "prover_checks_in_flight") == 1, "the check begins")
    live.process.send_signal(signal.SIGTERM)
    until(lambda: httpx.get(f"{live.url}/health").status_code == 503, "it drains")
    assert httpx.get(f"{live.url}/health").json()["status"] == "draining"
    refused = ask(live, FOUR)
    assert refused.status_code == 503
    assert "retry-after" in refused.headers
    thread.join()
    late, proved = answers[0].json()["results"]
    assert "timed out in 2 seconds" in late["error"]
    assert proved["response"] == {"env": 0}
    assert live.process.wait(20) == 0


@pytest.mark.parametrize("again", [False, True], ids=["the grace ends", "a second signal"])
def test_what_takes_too_long_is_cut_off(serve: Serve, again: bool) -> None:
    live = serve("--jobs", "1", "--grace", "600" if again else "0.5")
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(ask(live, ENDLESS, timeout=60)))
    thread.start()
    until(lambda: gauge(live, "prover_checks_in_flight") == 1, "the check begins")
    family = psutil.Process(live.process.pid).children(recursive=True)
    live.process.send_signal(signal.SIGINT)
    if again:
        until(lambda: httpx.get(f"{live.url}/health").status_code == 503, "it drains")
        live.process.send_signal(signal.SIGTERM)
    assert live.process.wait(20) == 0
    thread.join()
    assert answers[0].status_code == 503
    until(lambda: not any(alive(process) for process in family), "nothing outlives it")


def test_a_caller_that_hangs_up_frees_its_worker(serve: Serve) -> None:
    live = serve("--jobs", "1")

    async def hang_up() -> None:
        body = {"snippets": [{"id": "1", "code": ENDLESS}], "timeout": 60}
        async with httpx.AsyncClient(timeout=60) as client:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await client.post(f"{live.url}/api/check", json=body)

    asyncio.run(hang_up())
    until(lambda: gauge(live, "prover_checks_in_flight") == 0, "the check ends")
    start = time.monotonic()
    assert ask(live, FOUR).json()["results"][0]["response"] == {"env": 0}
    assert time.monotonic() - start < 30
    assert live.stop() == 0


def test_the_key_is_needed_and_stays_with_the_server(serve: Serve) -> None:
    live = serve(PROVER_API_KEY=KEY)
    assert "an API key is needed" in "".join(live.lines)
    assert ask(live, FOUR).status_code == 401
    assert ask(live, FOUR, key="another-long-key").status_code == 401
    assert ask(live, FOUR, key=KEY).status_code == 200
    children = psutil.Process(live.process.pid).children(recursive=True)
    assert children
    for child in children:
        with contextlib.suppress(psutil.Error):
            assert KEY not in child.environ().values()
            assert KEY not in " ".join(child.cmdline())
    assert live.stop() == 0


def test_what_it_does_not_start_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refusal(*arguments: str) -> str:
        assert main(["serve", "--profile", "core", *arguments]) == 2
        return capsys.readouterr().err

    assert "API key" in refusal("--host", "0.0.0.0")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "in use" in refusal("--port", str(taken.getsockname()[1]))
    key = tmp_path / "key"
    key.write_text(KEY)
    assert "192.0.2.1" in refusal("--host", "192.0.2.1", "--port", "0", "--api-key-file", str(key))
    assert "No such file" in refusal("--api-key-file", str(tmp_path / "none"))
    for name, value in (
        ("--port", "70000"),
        ("--jobs", "0"),
        ("--queue", "-1"),
        ("--timeout", "nan"),
        ("--max-body-mb", "0"),
        ("--grace", "-1"),
        ("--memory-mb", "1"),
    ):
        assert name in refusal(name, value)
