"""Run Python scripts in a sandbox: a request on standard input, the answers on standard output, as JSON.

`{"level", "abi", "limits", "sessions", "runs": [[folder, script], ...]}`; of each folder the script may read `shared`
and write `scratch`. With `sessions` each is read by a session of one zygote, as if a text had broken out of Lean: its
scratch folder is the session's. Also imported by the tests; as another user it must be a program of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
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


BROKEN = """
import json
class LeanError(Exception):
    pass
class Lean:
    def __init__(self, library, options):
        pass
    def read(self, text, module, said, olean="", ahead=None):
        out, err = [], ""
        try:
            exec(text, {"print": lambda *words, **_: out.append(" ".join(map(str, words)))})
        except BaseException as error:
            err = f"{type(error).__name__}: {error}"
        with open(olean, "w") as file:
            json.dump({"code": 0, "out": "\\n".join(out), "err": err}, file)
        return 0
"""
"""A frontend that runs what it reads."""


async def in_sessions(level: Level, runs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    from prover.lean import zygote as zygotes
    from prover.lean.embedded import Embedded
    from prover.lean.toolchain import Profile, Toolchain

    place = Path(runs[0][0]).parent / "fork"
    shutil.copytree(zygotes.FOLDER, place, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    (place / "frontend.py").write_text(BROKEN)
    zygotes.FOLDER = place
    lean = Embedded((sys.executable,), place / "libnone.so", place, "", ())
    shared = os.pathsep.join(f"{folder}/shared" for folder, _ in runs)
    env = {"PATH": os.defpath, "LEAN_PATH": shared}
    toolchain = Toolchain(
        Profile.CORE, "4.35.0", "broken", (sys.executable,), env, embedded=lean, sandbox=level
    )
    limits = Limits(wall_s=20, cpu_s=10, memory_mb=1024)
    zygote = await zygotes.Zygote.start(toolchain)
    answers = []
    try:
        for _, script in runs:
            session = await zygote.session(limits)
            done, told = await session.compile(script, limits)
            answers.append(
                json.loads(told) if told else {"code": -1, "out": "", "err": f"Error: {done.broken}"}
            )
            session.kill()
            await session.gone()
    finally:
        await zygote.aclose()
    return answers


def answer(request: dict[str, Any]) -> list[dict[str, Any]]:
    if request.get("sessions"):
        return asyncio.run(in_sessions(Level(request["level"]), request["runs"]))
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
