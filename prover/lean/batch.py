"""Run many `lean` commands from one process: `python -I -S batch.py LIBRARY JOBS PLAN`.

Lean's own initialisation takes longer than a small module does, so it happens once and each command is a fork of what
is then in memory. The file PLAN is a JSON list of `Step`: a command starts when those that it needs are done, at most
JOBS at a time, and among those that may start, the one with the most weight on the way from it to the end goes first.
After the first command that fails nothing more is started; its `Failure` is printed as JSON (`status` as
`os.waitstatus_to_exitcode` gives it) and the script ends with 1. Imports nothing of ours but the launcher beside it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypedDict

if TYPE_CHECKING or __package__:
    from prover.lean.launcher import Lean
else:
    sys.path.append(str(Path(__file__).parent))
    from launcher import Lean


class Step(TypedDict):
    name: str
    needs: list[str]
    weight: int
    arguments: list[str]


class Failure(TypedDict):
    name: str
    status: int
    output: str


def priorities(plan: list[Step]) -> dict[str, int]:
    """For each command its weight and that of the heaviest chain of commands that wait for it."""
    users: dict[str, list[str]] = {step["name"]: [] for step in plan}
    for step in plan:
        for needed in step["needs"]:
            users[needed].append(step["name"])
    weights = {step["name"]: step["weight"] for step in plan}
    found: dict[str, int] = {}

    def visit(name: str) -> int:
        if name not in found:
            found[name] = weights[name] + max(map(visit, users[name]), default=0)
        return found[name]

    for step in plan:
        visit(step["name"])
    return found


def start(lean: Lean, arguments: list[str], output: int) -> int:
    """A child that is the command, its standard streams in `output`."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(output, 1)
            os.dup2(output, 2)
            code = lean.main(arguments)
        finally:
            os._exit(code)
    return child


def run(library: str, jobs: int, plan: list[Step]) -> Failure | None:
    """What is known of the first command that failed, or None."""
    lean = Lean(library)
    lean.initialize()
    first = priorities(plan)
    waiting = {step["name"]: step for step in sorted(plan, key=lambda step: -first[step["name"]])}
    running: dict[int, tuple[str, IO[bytes]]] = {}
    done: set[str] = set()
    failure: Failure | None = None
    while running or (waiting and failure is None):
        for step in [step for step in waiting.values() if done.issuperset(step["needs"])]:
            if len(running) < jobs and failure is None:
                output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
                del waiting[step["name"]]
                running[start(lean, step["arguments"], output.fileno())] = step["name"], output
        child, status = os.wait()
        name, text = running.pop(child)
        with text:
            if status == 0:
                done.add(name)
            elif failure is None:
                text.seek(0)
                said = text.read().decode("utf-8", "replace")
                failure = {"name": name, "status": os.waitstatus_to_exitcode(status), "output": said}
    return failure


if __name__ == "__main__":
    failed = run(sys.argv[1], int(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text()))
    if failed is not None:
        json.dump(failed, sys.stdout)
        sys.exit(1)
