"""Run Python scripts in a sandbox: a request on standard input, the answers on standard output, as JSON.

`{"level", "abi", "limits", "runs": [[folder, script], ...]}`; of each folder the script may read `shared` and write
`scratch`. Also imported by the tests; as another user it must be a program of its own.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from prover.lean import process, sandbox
from prover.lean.process import Finished
from prover.lean.protocol import Limits
from prover.lean.sandbox import Level


def shut_in(
    level: Level, folder: Path, script: str, limits: Limits | None = None, abi: int | None = None
) -> Finished:
    found = sandbox.detect(level)
    if abi is not None:
        found = replace(found, abi=min(abi, found.abi))
    scratch = folder / "scratch"
    argv = [sys.executable, "-I", "-S", "-c", script]
    wrapped = sandbox.wrap(argv, readable=[folder / "shared"], writable=[scratch], cwd=scratch, sandbox=found)
    limits = limits or Limits(wall_s=20, cpu_s=10, memory_mb=1024)
    return process.run(wrapped, limits, env={"PATH": os.defpath}, cwd=scratch, scratch=scratch)


def answer(request: dict[str, Any]) -> list[dict[str, Any]]:
    limits = Limits(**request["limits"]) if request.get("limits") else None
    answers = []
    for folder, script in request["runs"]:
        done = shut_in(Level(request["level"]), Path(folder), script, limits, request.get("abi"))
        answers.append(
            {
                "code": done.code,
                "out": done.stdout.decode(),
                "err": done.stderr.decode(),
                "limit": done.limit,
                "cpu_s": done.cpu_s,
            }
        )
    return answers


if __name__ == "__main__":
    print(json.dumps(answer(json.load(sys.stdin))))
