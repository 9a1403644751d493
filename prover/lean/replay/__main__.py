"""The replay process: one JSON request a line on stdin, one JSON answer a line on stdout.

The first request, `{"library": PATH, "trusted": [[OLEAN, PIN], …]}`, loads Lean and the trusted modules and is answered
by `{"ready": true}`. Each later one is

    {"modules": [OLEAN, …], "expect": OLEAN or null, "founding": false, "wall_s": 60, "cpu_s": 60, "memory_mb": 4096}

and is answered in a fork of its own, so that candidates are independent of each other and nothing of one outlives it:

    {"outcome": "accepted" | "rejected" | "wrong_statement" | "malformed" | "died", "error": TEXT,
     "goals": {THEOREM: [AXIOM, …]}, "pins": [PIN, …] when founding, "kernel_s": SECONDS}

`goals` are the reference's open theorems (without `expect`: every theorem) of an accepted module, with the axioms that
each rests on; the caller judges those. `founding` checks the library itself, from nothing. `died` says by what: a
limit, or a signal. The process ends with its input.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

from prover.lean.replay.environment import Environment, ExhaustedError, RejectedError
from prover.lean.replay.expect import WrongStatementError, expect
from prover.lean.replay.library import Library, LibraryError
from prover.lean.replay.module import Module, show
from prover.lean.replay.region import MalformedError

_MB = 1 << 20
_MAX_ANSWER = 64 * _MB


def main() -> int:
    setup = json.loads(sys.stdin.readline())
    try:
        library = Library(Path(setup["library"]))
        environment = Environment(library)
        for path, pin in setup["trusted"]:
            environment.trust(Path(path), pin)
    except (LibraryError, RejectedError, MalformedError, OSError) as error:
        _answer({"ready": False, "error": str(error)})
        return 1
    # A collection in a fork would write to every object of ours, and so copy the pages that both share.
    gc.collect()
    gc.disable()
    gc.freeze()
    _answer({"ready": True})
    for line in sys.stdin:
        _answer(_in_fork(environment, library, json.loads(line)))
    return 0


def _answer(value: dict[str, Any]) -> None:
    print(json.dumps(value), flush=True)


def _in_fork(environment: Environment, library: Library, request: dict[str, Any]) -> dict[str, Any]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(environment, library, request, writer)
    os.close(writer)
    data, timed_out = _read_all(reader, time.monotonic() + float(request["wall_s"]))
    os.close(reader)
    if timed_out:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if timed_out:
        return {"outcome": "died", "error": "wall time"}
    if code != 0:
        return {"outcome": "died", "error": _cause(code)}
    try:
        answer: dict[str, Any] = json.loads(data)
    except ValueError:
        return {"outcome": "died", "error": "no answer"}
    return answer


def _cause(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "CPU time"
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _read_all(descriptor: int, deadline: float) -> tuple[bytes, bool]:
    """Everything until the other end closes, and whether the deadline or the limit on size came first."""
    data = bytearray()
    while (left := deadline - time.monotonic()) > 0 and len(data) < _MAX_ANSWER:
        if not select.select([descriptor], [], [], left)[0]:
            break
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return bytes(data), False
        data += chunk
    return bytes(data), True


def _child(environment: Environment, library: Library, request: dict[str, Any], writer: int) -> None:
    """Never returns. Python's own way out would run finalizers of the library."""
    code = 70
    try:
        _limit(float(request["cpu_s"]), int(request["memory_mb"]))
        if request["founding"]:
            environment = Environment(library, founding=True)
        answer = json.dumps(_check(environment, request)).encode()
        while answer:
            answer = answer[os.write(writer, answer) :]
        code = 0
    finally:
        os._exit(code)


def _limit(cpu_s: float, memory_mb: int) -> None:
    seconds = max(1, int(cpu_s + 0.999))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    space = pages * resource.getpagesize() + memory_mb * _MB
    resource.setrlimit(resource.RLIMIT_AS, (space, space))


def _check(environment: Environment, request: dict[str, Any]) -> dict[str, Any]:
    kernel_s, pins = 0.0, []
    try:
        for path in request["modules"]:
            module = Module(Path(path))
            kernel_s += environment.check(module).kernel_s
            if request["founding"]:
                pins.append(environment.pin(module))
        if request["expect"] is None:
            goals = [name for name, constant in module.constants.items() if constant.kind == "theorem"]
        else:
            goals = expect(Module(Path(request["expect"])), module)
    except WrongStatementError as error:
        return {"outcome": "wrong_statement", "error": str(error)}
    except RejectedError as error:
        return {"outcome": "rejected", "error": str(error)}
    except MalformedError as error:
        return {"outcome": "malformed", "error": str(error)}
    except (IndexError, KeyError, OverflowError, ValueError) as error:
        # The reader is strict about pointers; what else hostile bytes can upset in it ends here.
        return {"outcome": "malformed", "error": f"{type(error).__name__}: {error}"}
    except ExhaustedError as error:
        return {"outcome": "died", "error": str(error)}
    except MemoryError:
        return {"outcome": "died", "error": "memory"}
    axioms = {show(name): sorted(map(show, environment.axioms.get(name, ()))) for name in goals}
    return {"outcome": "accepted", "error": "", "goals": axioms, "pins": pins, "kernel_s": kernel_s}


if __name__ == "__main__":
    sys.exit(main())
