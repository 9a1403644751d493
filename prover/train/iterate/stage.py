"""A stage is a folder that is done when its `done.json` is there, which is written last.

What a stage was made of stands in it, too: a stage of another iteration, or of other inputs, is refused, never taken
for this one's. So does the time that it took over all its sessions; of one that was killed, up to the last few seconds.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from prover.codec import digest
from prover.errors import InputError
from prover.run_folder import write_atomically
from prover.train.folder import read_json

DONE = "done.json"
_CLOCK = "clock.json"
_EVERY_S = 5.0


async def stage(
    folder: Path, made_of: Mapping[str, Any], work: Callable[[], Awaitable[Mapping[str, Any]]]
) -> dict[str, Any]:
    """The result of a stage, and its `wall_s`: what stands in its folder, or what `work` comes to."""
    identity = digest(json.loads(json.dumps(dict(made_of))))[:16]
    mark = folder / DONE
    if mark.exists():
        done = read_json(mark)
        if done.get("made_of") != identity:
            raise InputError(
                f"{folder} was made of something else than this iteration has; choose another --out"
            )
        return dict(done["result"])
    make_folder(folder)
    clock = folder / _CLOCK
    before = float(read_json(clock)["wall_s"]) if clock.exists() else 0.0
    async with _timed(clock, before) as elapsed:
        result = {**await work(), "wall_s": elapsed()}
    content = {"made_of": identity, "result": result}
    write_atomically(mark, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return result


def is_done(folder: Path) -> bool:
    return (folder / DONE).exists()


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None


@asynccontextmanager
async def _timed(clock: Path, before: float) -> AsyncIterator[Callable[[], float]]:
    """Seconds of this session and of those `before` it, kept in a file that is written every now and then."""
    began = time.monotonic()

    def elapsed() -> float:
        return round(before + time.monotonic() - began, 1)

    def keep() -> None:
        write_atomically(clock, json.dumps({"wall_s": elapsed()}) + "\n")

    async def beat() -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            keep()

    beating = asyncio.create_task(beat())
    try:
        yield elapsed
    finally:
        beating.cancel()
        keep()
