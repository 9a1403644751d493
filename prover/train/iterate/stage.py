"""A stage is a folder that is done when its `done.json` is there, which is written last.

What a stage was made of stands in it, too: a stage of another iteration, or of other inputs, is refused, never taken
for this one's.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from prover.codec import digest
from prover.errors import InputError
from prover.run_folder import write_atomically
from prover.train.folder import read_json

DONE = "done.json"


async def stage(
    folder: Path, made_of: Mapping[str, Any], work: Callable[[], Awaitable[Mapping[str, Any]]]
) -> dict[str, Any]:
    """The result of a stage: what stands in its folder, or what `work` comes to."""
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
    result = dict(await work())
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
