"""Runs over HTTP: the page of `prover report` about each, made anew when the run has gone on.

A page is built in a thread, one at a time, and at most every `REBUILD_S` seconds for each run; who asks in between gets
the one that is there. Limits: the page is of the moment when it was made; the reader reloads it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import quote

from prover.report.page import needs, render
from prover.report.record import run_names
from prover.run_folder import read_manifest
from prover.store import DATABASE

REBUILD_S = 5.0
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@dataclass
class _Page:
    folder: Path
    text: str = ""
    made: float = 0.0
    cost_s: float = 0.0
    state: tuple[tuple[int, int], ...] = ()
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Runs:
    """The runs that a server shows, by name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Raises `InputError` for a folder without a run, `MissingError` where the extra `report` is not installed."""
        if folders:
            needs()
        for folder in folders:
            read_manifest(folder)
        self._pages = {name: _Page(folder) for name, folder in zip(run_names(folders), folders, strict=True)}
        self._building = asyncio.Lock()

    def __bool__(self) -> bool:
        return bool(self._pages)

    @property
    def names(self) -> list[str]:
        return list(self._pages)

    async def page(self, name: str) -> str | None:
        """The page about a run; None where there is no run of that name. Raises `InputError` for a damaged run."""
        page = self._pages.get(name)
        if page is None:
            return None
        async with page.lock:
            now, state = time.monotonic(), _state(page.folder)
            # A page that takes long to make is made less often.
            old = now - page.made >= max(REBUILD_S, 3 * page.cost_s)
            if not page.text or (old and state != page.state):
                async with self._building:
                    start = time.monotonic()
                    page.text = await asyncio.to_thread(render, [page.folder])
                page.made = time.monotonic()
                page.cost_s, page.state = page.made - start, state
            return page.text

    def index(self) -> str:
        """A page with a link to each run."""
        items = "".join(
            f'<li><a href="/runs/{quote(name, safe="")}">{escape(name)}</a></li>' for name in self._pages
        )
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="color-scheme" content="light dark"><title>Runs</title>'
            f"<h1>Runs</h1><ul>{items}</ul></html>"
        )


def _state(folder: Path) -> tuple[tuple[int, int], ...]:
    """What differs when anything was written to the run's database."""
    found = []
    for name in (DATABASE, f"{DATABASE}-wal"):
        try:
            stat = (folder / name).stat()
        except OSError:
            continue
        found.append((stat.st_mtime_ns, stat.st_size))
    return tuple(found)
