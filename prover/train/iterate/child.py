"""Training in a process of its own: its memory, the GPU's too, is free when it is done, and it dies with its parent.

`train` starts it and waits; run as a module it reads a job as JSON from standard input, writes its result as JSON to
standard output, and says how it goes on standard error.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prover.errors import InfraError, InputError, MissingError, ProverError
from prover.lean.start import started
from prover.train.recipe import Recipe, parse_recipe
from prover.train.session import Moment

_PR_SET_PDEATHSIG = 1
_ERRORS = {error.__name__: error for error in (InputError, MissingError, InfraError)}


async def train(
    recipe: Recipe, out: Path, *, base: str, adapter: str, data: Mapping[str, Sequence[Path]]
) -> dict[str, Any]:
    """What `prover.train.sft.train_sft` gives, as JSON values. Cancelled, the child is killed; its checkpoints stay.

    Raises what it raises, and `InfraError` where the process dies.
    """
    job = {
        "recipe": recipe.model_dump(mode="json", exclude_none=True),
        "folder": recipe.folder,
        "out": str(out),
        "base": base,
        "adapter": adapter,
        "data": {name: [str(path) for path in paths] for name, paths in data.items()},
        "parent": os.getpid(),
    }
    command = [sys.executable, "-m", "prover.train.iterate.child"]
    pipe = asyncio.subprocess.PIPE
    process = await started(
        asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, start_new_session=True), _kill
    )
    try:
        answer, _ = await process.communicate(json.dumps(job).encode("ascii"))
    except BaseException:
        await _kill(process)
        raise
    return _result(answer, process.returncode)


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def _result(answer: bytes, code: int | None) -> dict[str, Any]:
    lines = answer.decode("utf-8", "replace").strip().splitlines()
    try:
        result = json.loads(lines[-1]) if lines else None
    except ValueError:
        result = None
    if not isinstance(result, dict):
        raise InfraError(f"the training's process ended with {code} and no result")
    if "error" in result:
        raise _ERRORS.get(result["kind"], ProverError)(result["error"])
    return result


def main() -> int:
    """The child's side."""
    job = json.loads(sys.stdin.buffer.read())
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != job["parent"]:
        return 1
    # What libraries print is no result.
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        recipe = parse_recipe(job["recipe"], "recipe", job["folder"])
        from prover.train.sft import train_sft  # noqa: PLC0415  loads torch

        trained = train_sft(
            recipe,
            Path(job["out"]),
            base=job["base"],
            adapter=job["adapter"],
            data={name: [Path(path) for path in paths] for name, paths in job["data"].items()},
            report=_tell,
        )
        result = {**asdict(trained), "folder": str(trained.folder)}
    except ProverError as error:
        result = {"error": str(error), "kind": type(error).__name__}
    print(json.dumps(result), file=out, flush=True)
    return 0


def _tell(moment: Moment) -> None:
    loss = "" if moment.loss is None else f", loss {moment.loss:.4f}"
    reward = "" if moment.reward is None else f", reward {moment.reward:.3f}"
    print(f"  step {moment.step} of {moment.steps}{loss}{reward}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
