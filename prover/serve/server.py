"""Serve until a signal: the first one drains, a second one does not wait.

While it drains the server still listens, so that callers are told (503, `/health` says `draining`) instead of finding
nobody. What is in flight has the grace that the settings allow; after that it is cancelled and answered with 503.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from prover.errors import InputError
from prover.serve.app import create_app
from prover.serve.runs import Runs
from prover.serve.service import Service

_KEEP_ALIVE_S = 75
"""Longer than clients keep an idle connection, so that it is they who close it."""
_LAST_ANSWERS_S = 5


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, which does not accept yet. Raises `InputError` where the address cannot be had."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, proto)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(where)
        except BaseException:
            bound.close()
            raise
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot listen on {host}, port {port}: {reason}") from None
    return bound


def url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def run(
    service: Service, bound: socket.socket, say: Callable[[str], None], runs: Runs | None = None
) -> None:
    """Serve on `bound` until a signal, and until what is in flight then is done."""
    config = uvicorn.Config(
        create_app(service, runs),
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # an address is what the connection says
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    await _Server(config, service, say).serve(sockets=[bound])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, service: Service, say: Callable[[str], None]) -> None:
        super().__init__(config)
        self._service, self._say = service, say
        self._loop = asyncio.get_running_loop()
        self._draining: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Called by the signal handler, between any two instructions."""
        self._loop.call_soon_threadsafe(self._stop, signal.Signals(sig).name)

    def _stop(self, name: str) -> None:
        desk, grace_s = self._service.desk, self._service.settings.grace_s
        if self._draining is not None:
            self._say(f"{name} again: not waiting any longer")
            desk.stopped.set()
            return
        desk.drain()
        inside = desk.at_work + desk.queued
        if inside:
            self._say(f"{name}: no new checks; {inside} in flight, which have {grace_s:g} s")
        self._draining = asyncio.ensure_future(self._drain(grace_s))

    async def _drain(self, grace_s: float) -> None:
        desk = self._service.desk
        waits = {asyncio.ensure_future(desk.empty()), asyncio.ensure_future(desk.stopped.wait())}
        await asyncio.wait(waits, timeout=grace_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        desk.stopped.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_ANSWERS_S):
                await desk.empty()
        self.should_exit = True
