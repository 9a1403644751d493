"""One request to the server, and what its failure means.

An answer is either read to its end or it is a `BrokenError` (worth another try) or a `RefusedError` (the server's own
word); nothing that was cut passes for whole. Every wait has a bound: to connect, to the first piece, between pieces, in
total; so have the size of an answer and of each event in it. Redirects are not followed: the key would go along.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import re
import time
from collections.abc import Mapping
from typing import Any

import httpx2

from prover.errors import InfraError, MissingError
from prover.models.openai.wire import Answers, MalformedError
from prover.models.options import OpenAIOptions

_MAX_EVENT = 32 << 20
_MAX_BODY = 64 << 20
_MAX_ERROR = 64 << 10
_JSON = {"Content-Type": "application/json"}
_RETRIED = {408, 409, 425, 429}


class BrokenError(Exception):
    """It may work another time. `wait_s`: how long the server asks to be left alone."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class RefusedError(Exception):
    """The server will not answer this request. `text` is all it said, in small letters."""

    def __init__(self, status: int, reason: str, code: str = "", param: str = "") -> None:
        super().__init__(reason)
        self.status, self.param = status, param
        self.text = f"{code} {reason}".lower()


class Wire:
    def __init__(self, options: OpenAIOptions, key: str, *, local: bool) -> None:
        self._options = options
        self._url = options.base_url.rstrip("/")
        self._client = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(None, connect=options.connect_s, write=60.0),
            limits=httpx2.Limits(
                max_connections=options.concurrency, max_keepalive_connections=options.concurrency
            ),
            follow_redirects=False,
            # A proxy of the environment is for the outside.
            trust_env=not local,
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON value there, or what is answered to `body`. A path with a leading slash is beside the API's version.
        Raises `BrokenError`, `RefusedError`, `MissingError`."""
        url = self._url.removesuffix("/v1") + path if path.startswith("/") else f"{self._url}/{path}"
        method, content = ("GET", None) if body is None else ("POST", _packed(body))
        try:
            async with (
                asyncio.timeout(self._options.connect_s + 20),
                self._client.stream(method, url, content=content, headers=_JSON) as response,
            ):
                said = await _body(response, _MAX_BODY)
                if response.status_code != 200:
                    raise self._failure(response, said)
                return _json(said)
        except TimeoutError:
            raise BrokenError(f"{self._url}: no answer") from None
        except MalformedError as error:
            raise BrokenError(f"{self._url}: {error}") from None
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise BrokenError(f"{self._url}: {_words(error)}") from None

    async def post(self, path: str, body: Mapping[str, Any], answers: Answers) -> None:
        """Send `body`, and feed what comes back to `answers` until it is whole."""
        loop = asyncio.get_running_loop()
        last = loop.time() + self._options.total_s
        first = min(last, loop.time() + self._options.first_token_s)
        started = False
        try:
            async with (
                asyncio.timeout_at(first) as clock,
                self._client.stream(
                    "POST",
                    f"{self._url}/{path}",
                    content=_packed(body),
                    headers={**_JSON, "Accept": "text/event-stream, application/json"},
                ) as response,
            ):
                if response.status_code != 200:
                    raise self._failure(response, await _body(response, _MAX_ERROR))
                if not _is_stream(response):
                    answers.whole(_json(await _body(response, _MAX_BODY)))
                    return
                async for event in httpx2.EventSource(response, max_event_size=_MAX_EVENT):
                    if event.data.strip() == "[DONE]":
                        answers.ended()
                        break
                    started = answers.feed(_event(event.data)) or started
                    if answers.full:
                        return
                    if started:
                        clock.reschedule(min(last, loop.time() + self._options.between_tokens_s))
                answers.check()
        except TimeoutError:
            if loop.time() >= last:
                raise InfraError(
                    f"{self._url}: no whole answer in {self._options.total_s:g} s (total_s)"
                ) from None
            which = "between_tokens_s" if started else "first_token_s"
            raise BrokenError(
                f"{self._url}: silent for {getattr(self._options, which):g} s ({which})"
            ) from None
        except MalformedError as error:
            raise BrokenError(f"{self._url}: {error}") from None
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise BrokenError(f"{self._url}: {_words(error)}") from None

    def _failure(self, response: httpx2.Response, body: bytes) -> Exception:
        status = response.status_code
        reason, code, param = read_error(body)
        said = f"{self._url} answers {status}" + (f": {reason}" if reason else "")
        if status in (401, 403):
            return MissingError(f"{said}; the key is read from {self._options.key_env}")
        if status == 402 or code in ("insufficient_quota", "billing_hard_limit_reached"):
            return MissingError(f"{said}; the account has nothing left")
        if status >= 500 or status in _RETRIED:
            return BrokenError(said, retry_after(response.headers))
        return RefusedError(status, said, code, param)


def _packed(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=True).encode("ascii")


def _is_stream(response: httpx2.Response) -> bool:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() == "text/event-stream"


async def _body(response: httpx2.Response, most: int) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > most:
            if response.status_code == 200:
                raise MalformedError(f"an answer of more than {most >> 20} MiB")
            break
    return b"".join(parts)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise MalformedError(f"expected JSON, found {_short(body.decode('utf-8', 'replace'))!r}") from None


def _event(data: str) -> Any:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        raise MalformedError(f"expected an event with JSON, found {_short(data)!r}") from None
    error = event.get("error") if isinstance(event, dict) else None
    if error:
        reason, code, param = read_error(data.encode("utf-8", "replace"))
        status = error.get("code") if isinstance(error, dict) else None
        if isinstance(status, int) and 400 <= status < 500 and status not in _RETRIED:
            raise RefusedError(status, reason, code, param)
        raise MalformedError(f"broke off: {reason}")
    return event


def read_error(body: bytes) -> tuple[str, str, str]:
    """What a server said, on one line, its code and the parameter that it names; whatever shape it has."""
    text = body.decode("utf-8", "replace")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return _short(text), "", ""
    error = content.get("error", content) if isinstance(content, dict) else content
    if not isinstance(error, dict):
        return _short(str(error)), "", ""
    message = next((error[key] for key in ("message", "detail", "msg") if error.get(key)), text)
    return (
        _short(str(message)),
        str(error.get("code") or error.get("type") or ""),
        str(error.get("param") or ""),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds by `Retry-After` (a number or a date) or `retry-after-ms`, None without either."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value, re.ASCII):
            return float(value) * scale
    date = email.utils.parsedate_tz(headers.get("retry-after", ""))
    return None if date is None else max(0.0, email.utils.mktime_tz(date) - time.time())


def _short(text: str) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:2000]).split())
    return line if len(line) <= 400 else line[:397] + "..."


def _words(error: Exception) -> str:
    return _short(str(error)) or type(error).__name__
