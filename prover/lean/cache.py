"""Verdicts of this run, so that the same text is never checked twice: an LRU bounded by size, asked one at a time.

A key stands for everything that a verdict depends on (toolchain, header, statement, proof). What Lean said of a text
holds whatever the limits were; that a limit was reached holds for the same limits only; `INFRA` holds for nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import astuple, replace

from prover.lean.protocol import Limits
from prover.types import Statement, Status, Verdict

_MAX_CHARACTERS = 64_000_000
_OVERHEAD = 1_000
_LIMITED = (Status.TIMEOUT, Status.OUT_OF_MEMORY)


def verdict_key(toolchain: str, kind: str, statement: Statement, submission: str) -> str:
    """`kind` says what is asked. Spaces at the end of a submission make no difference; elsewhere they move
    diagnostics, so they do."""
    parts = (
        toolchain,
        kind,
        "\n".join(statement.header.imports),
        statement.header.preamble,
        statement.name,
        statement.signature,
        submission.rstrip(),
    )
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


class VerdictCache:
    """Keeps verdicts by key; two askers of one key at the same time share one check."""

    def __init__(self, max_characters: int = _MAX_CHARACTERS) -> None:
        self._max_characters = max_characters
        self._kept: OrderedDict[str, Verdict] = OrderedDict()
        self._size = 0
        self._asking: dict[str, asyncio.Event] = {}

    async def get(self, key: str, limits: Limits, check: Callable[[], Awaitable[Verdict]]) -> Verdict:
        """The kept verdict, marked as cached, or what `check` says."""
        limited = f"{key} {astuple(limits)}"
        while True:
            for name in (key, limited):
                if (kept := self._kept.get(name)) is not None:
                    self._kept.move_to_end(name)
                    return replace(kept, cached=True)
            if (other := self._asking.get(limited)) is None:
                break
            await other.wait()  # if it found nothing that may be kept, this asker is next
        done = self._asking[limited] = asyncio.Event()
        try:
            verdict = await check()
            if verdict.status is not Status.INFRA:
                self._keep(limited if verdict.status in _LIMITED else key, verdict)
            return verdict
        finally:
            del self._asking[limited]
            done.set()

    def _keep(self, name: str, verdict: Verdict) -> None:
        if (old := self._kept.pop(name, None)) is not None:
            self._size -= _size(old)
        self._kept[name] = verdict
        self._size += _size(verdict)
        while self._size > self._max_characters:
            _, dropped = self._kept.popitem(last=False)
            self._size -= _size(dropped)


def _size(verdict: Verdict) -> int:
    return _OVERHEAD + len(verdict.detail) + sum(len(d.message) + 100 for d in verdict.diagnostics)
