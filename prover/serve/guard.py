"""What every request passes before it is read: key, shutdown, rate, size. Plain ASGI, so that a client that leaves is
seen to leave.

`GET /` and `GET /health` are open to all; everything else needs the key, where there is one. Pages for people (`/runs`)
also take it as the password of a browser's own dialogue, with any user name.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prover.serve.desk import Desk
from prover.serve.metrics import Metrics
from prover.serve.rate import RateLimit
from prover.serve.settings import Settings

_OPEN = frozenset({"/", "/health", "/health/"})
_PAGES = "/runs"
_RETRY_S = 60
_BODIES_HELD = 32
"""Requests of the largest size that are in memory at a time."""


class Guard:
    def __init__(
        self, app: ASGIApp, settings: Settings, desk: Desk, rate: RateLimit, metrics: Metrics
    ) -> None:
        self._app, self._settings = app, settings
        self._desk, self._rate, self._metrics = desk, rate, metrics
        self._held = 0
        self._key = None if settings.api_key is None else _digest(settings.api_key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.answered(scope["path"], message["status"])
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None or scope["method"] != "POST":
            await (refusal or self._app)(scope, receive, counting)
            return
        body = bytearray()
        try:
            refusal = await self._read(scope, receive, body)
            if refusal is None:
                await self._app(scope, _replayed(bytes(body), receive), counting)
            else:
                await refusal(scope, receive, counting)
        finally:
            self._held -= len(body)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        if scope["path"] in _OPEN and scope["method"] in ("GET", "HEAD"):
            return None
        pages = scope["path"] == _PAGES or scope["path"].startswith(f"{_PAGES}/")
        if self._key is not None and not self._authorized(Headers(scope=scope), pages=pages):
            return _refuse(
                401,
                "the API key is missing or wrong; expected the header `Authorization: Bearer KEY`"
                + (", or the key as password" if pages else ""),
                {"WWW-Authenticate": 'Basic realm="prover", charset="UTF-8"' if pages else "Bearer"},
            )
        if scope["method"] != "POST":
            return None
        if self._desk.draining:
            return _refuse(503, "the server is shutting down", {"Retry-After": str(_RETRY_S)})
        wait_s = self._rate.wait_s(address(scope))
        if wait_s:
            return _refuse(429, "too many checks from this address", {"Retry-After": str(wait_s)})
        self._rate.charge(address(scope), 1)
        return None

    def _authorized(self, headers: Headers, *, pages: bool) -> bool:
        assert self._key is not None
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if pages and scheme.lower() == "basic":
            return hmac.compare_digest(_digest(_password(given)), self._key)
        return hmac.compare_digest(_digest(given.strip()), self._key) and scheme.lower() == "bearer"

    async def _read(self, scope: Scope, receive: Receive, body: bytearray) -> JSONResponse | None:
        """Collect the body, or say why not. A client that leaves half way ends it there."""
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > self._settings.max_body):
            return self._too_large()
        try:
            async with asyncio.timeout(self._settings.body_s):
                while True:
                    message = await receive()
                    part = message.get("body", b"")
                    body += part
                    self._held += len(part)
                    if len(body) > self._settings.max_body:
                        return self._too_large()
                    if self._held > _BODIES_HELD * self._settings.max_body:
                        return _refuse(503, "too many large requests at a time", {"Retry-After": "1"})
                    if message["type"] == "http.disconnect" or not message.get("more_body", False):
                        return None
        except TimeoutError:
            return _refuse(408, "the request did not arrive in time")

    def _too_large(self) -> JSONResponse:
        return _refuse(413, f"the request is larger than {self._settings.max_body:,} bytes")


def address(scope: Scope) -> str:
    """Who asks, as far as the connection tells."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _password(given: str) -> str:
    """The password of an `Authorization: Basic` header; empty where it holds none."""
    try:
        return base64.b64decode(given.strip(), validate=True).decode("utf-8").partition(":")[2]
    except ValueError:
        return ""


def _digest(key: str) -> bytes:
    """Of one length, so that a comparison tells nothing of the key's."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _refuse(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    # The body was not read, so the connection cannot be used for another request.
    return JSONResponse({"detail": detail}, status, {"Connection": "close", **(headers or {})})


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, then whatever comes after it."""
    first: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay
