"""A model server on loopback that answers as it is told, well or badly, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    at: float


@dataclass(frozen=True)
class Reply:
    """Bytes to send, piece by piece, each after its pause; then the connection is closed, or kept open in silence."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: tuple[tuple[float, bytes], ...] = ()
    hang: bool = False
    chunked: bool = True


Answer = Callable[[Request], Reply]


def as_json(value: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, {"content-type": "application/json", **named}, ((0, json.dumps(value).encode()),))


def error(status: int, message: str, **fields: Any) -> Reply:
    return as_json({"error": {"message": message, **fields}}, status)


def events(*values: Any, pause: float = 0, done: bool = True, hang: bool = False) -> Reply:
    """A stream; text and bytes go out as they are, everything else as an event with JSON."""
    pieces = []
    for value in values:
        raw = value.encode() if isinstance(value, str) else value
        if not isinstance(raw, bytes):
            raw = b"data: " + json.dumps(value).encode() + b"\n\n"
        pieces.append((pause, raw))
    if done:
        pieces.append((0, b"data: [DONE]\n\n"))
    return Reply(200, {"content-type": "text/event-stream"}, tuple(pieces), hang)


def piece(text: str = "", finish: str | None = None, index: int = 0, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": {"content": text, **delta}, "finish_reason": finish}]}


def usage(tokens_in: int, tokens_out: int) -> dict[str, Any]:
    return {"choices": [], "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}}


def says(text: str, tokens_in: int = 7, tokens_out: int = 5, finish: str = "stop") -> Reply:
    half = len(text) // 2
    return events(piece(text[:half]), piece(text[half:], finish), usage(tokens_in, tokens_out))


class FakeServer:
    def __init__(self) -> None:
        self.answers: list[Reply | Answer] = []
        """Taken one after the other; the last one goes on answering."""
        self.models: Reply = as_json({"object": "list", "data": [{"id": "m", "owned_by": "vllm"}]})
        self.renders: Answer = lambda _: error(404, "not found")
        self.requests: list[Request] = []
        self.open = self.most_open = 0
        self.url = ""
        self.tasks: set[asyncio.Task[Any]] = set()

    @property
    def bodies(self) -> list[Any]:
        return [request.body for request in self.requests if request.path.endswith("completions")]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ", 2)
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
            raw = await reader.readexactly(int(headers.get("content-length", 0)))
            now = asyncio.get_running_loop().time()
            request = Request(method, path, headers, json.loads(raw) if raw else None, now)
            self.requests.append(request)
            if method == "GET":
                await self._send(writer, self.models)
                return
            if path in ("/tokenize", "/detokenize"):
                await self._send(writer, self.renders(request))
                return
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            try:
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                await self._send(writer, answer if isinstance(answer, Reply) else answer(request))
            finally:
                self.open -= 1
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.tasks.discard(task)
            writer.close()

    @staticmethod
    async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
        lines = [f"HTTP/1.1 {reply.status} Said", *(f"{k}: {v}" for k, v in reply.headers.items())]
        if reply.chunked:
            lines.append("transfer-encoding: chunked")
        lines.append("connection: close")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        for pause, raw in reply.pieces:
            await writer.drain()
            await asyncio.sleep(pause)
            writer.write(b"%x\r\n%s\r\n" % (len(raw), raw) if reply.chunked else raw)
        await writer.drain()
        if reply.hang:
            await asyncio.sleep(60)
        if reply.chunked:
            writer.write(b"0\r\n\r\n")
            await writer.drain()


@asynccontextmanager
async def fake_server() -> AsyncIterator[FakeServer]:
    fake = FakeServer()
    server = await asyncio.start_server(fake.handle, "127.0.0.1", 0, limit=1 << 26)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield fake
    finally:
        server.close()
        for task in fake.tasks:
            task.cancel()
