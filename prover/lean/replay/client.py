"""The warm replay process as the rest of the project sees it: started when first needed, replaced on anything odd.

A `Replayer` belongs to one embedded Lean. The library's own modules go through the kernel once, which leaves a pin
(their hashes and axioms) in the user's cache; later processes trust them by hash. Candidates go one by one, each in
a fork of its own, so that none can touch the next. Raises `InfraError` where the process broke for reasons of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.errors import InfraError
from prover.lean.embedded import Embedded
from prover.lean.protocol import Limits
from prover.lean.start import started
from prover.paths import cache_dir

_STACK = 'ulimit -s 131072 2>/dev/null || ulimit -s "$(ulimit -H -s)"; exec "$@"'
"""The kernel recurses on the main thread: twice the stack that Lean's own threads have, where allowed."""
_START_S = 60.0
_FOUNDING = Limits(wall_s=300, cpu_s=300, memory_mb=8192)
_GRACE_S = 5.0
_LINE_BYTES = 1 << 26
_OUTCOMES = ("accepted", "rejected", "wrong_statement", "malformed", "died")
_ROOT = Path(__file__).resolve().parents[3]
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from prover.lean.replay.__main__ import main; sys.exit(main())"
)
"""Isolated Python sees no package folder: it is told where ours is."""
_COMMAND = ("/bin/sh", "-c", _STACK, "sh", sys.executable, "-I", "-S", "-c", _BOOT, str(_ROOT))


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` as `__main__` describes it; `goals` maps each theorem that was asked for to its axioms."""

    outcome: str
    error: str
    goals: dict[str, tuple[str, ...]]
    kernel_s: float = 0.0

    @property
    def accepted(self) -> bool:
        return self.outcome == "accepted"


class Replayer:
    def __init__(self, lean: Embedded) -> None:
        self._lean = lean
        self._process: asyncio.subprocess.Process | None = None
        self._busy = asyncio.Lock()

    async def replay(self, candidate: Path, reference: Path | None, limits: Limits) -> Answer:
        """Send `candidate` through the kernel; with a `reference`, compare it with what that leaves open."""
        request = _request([candidate], limits, expect=None if reference is None else str(reference))
        async with self._busy:
            for last in (False, True):
                try:
                    return _answer(await self._ask(request, limits.wall_s + _GRACE_S))
                except _BrokenError as error:
                    await self._kill()
                    if last:
                        raise InfraError(f"the replay process broke twice: {error}") from error
                except BaseException:
                    await self._kill()
                    raise
        raise AssertionError("unreachable")

    async def ready(self) -> None:
        """Start the process, where that is still to be done; where it breaks, the first replay will say so."""
        async with self._busy:
            if self._process is None:
                with contextlib.suppress(_BrokenError):
                    await self._begin()

    async def aclose(self) -> None:
        async with self._busy:
            await self._kill()

    async def _ask(self, request: dict[str, Any], wait_s: float) -> dict[str, Any]:
        if self._process is None or self._process.returncode is not None:
            await self._begin()
        assert self._process is not None
        return await _exchange(self._process, request, wait_s)

    async def _begin(self) -> None:
        pins = await asyncio.to_thread(found, self._lean)
        self._process = await _start(
            self._lean.shared_library, list(zip(_oleans(self._lean), pins, strict=True))
        )

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await _end(process)


def found(lean: Embedded, report: Callable[[str], None] = lambda _: None) -> list[dict[str, Any]]:
    """The library's pins, made by replaying it whole where this library was never replayed by this code.

    `report` is told of that, which takes a while. Blocks. Raises `InfraError` where the library does not pass.
    """
    path = cache_dir() / "replay" / f"{lean.digest}-{_code_digest()}.json"
    try:
        pins = json.loads(path.read_text())
        if len(pins) == len(lean.modules) and all(len(pin["sha256"]) == 64 for pin in pins):
            return list(pins)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    report(f"sending the core library ({len(lean.modules)} modules) through the kernel once more, once")
    setup = {"library": str(lean.shared_library), "trusted": []}
    requests = (setup, _request(_oleans(lean), _FOUNDING, founding=True))
    try:
        done = subprocess.run(
            _COMMAND,
            input=b"".join(json.dumps(request).encode() + b"\n" for request in requests),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=_START_S + _FOUNDING.wall_s + _GRACE_S,
            check=False,
        )
        answer = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        raise InfraError(f"replaying the core library failed: {error}") from error
    if answer.get("outcome") != "accepted":
        raise InfraError(f"the core library does not pass its own replay: {answer.get('error')}")
    with contextlib.suppress(OSError):  # then it is done again next time
        _write(path, answer["pins"])
    return list(answer["pins"])


def _oleans(lean: Embedded) -> list[Path]:
    return [lean.library.joinpath(*module.split(".")).with_suffix(".olean") for module in lean.modules]


class _BrokenError(Exception):
    """The process ended, or said what it should not."""


def _request(
    modules: Sequence[Path], limits: Limits, *, expect: str | None = None, founding: bool = False
) -> dict[str, Any]:
    return {
        "modules": [str(module) for module in modules],
        "expect": expect,
        "founding": founding,
        "wall_s": limits.wall_s,
        "cpu_s": limits.cpu_s,
        "memory_mb": limits.memory_mb,
    }


def _answer(answer: dict[str, Any]) -> Answer:
    try:
        goals = {str(name): tuple(map(str, axioms)) for name, axioms in answer.get("goals", {}).items()}
        if answer["outcome"] not in _OUTCOMES:
            raise ValueError(f"outcome {answer['outcome']!r}")
        return Answer(answer["outcome"], str(answer["error"]), goals, float(answer.get("kernel_s", 0.0)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _BrokenError(f"not an answer: {error}") from error


async def _start(library: Path, trusted: list[tuple[Path, dict[str, Any]]]) -> asyncio.subprocess.Process:
    process = await started(
        asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE_BYTES,
            start_new_session=True,
        ),
        _end,
    )
    setup = {"library": str(library), "trusted": [[str(path), pin] for path, pin in trusted]}
    try:
        answer = await _exchange(process, setup, _START_S)
        if answer.get("ready") is not True:
            raise InfraError(f"the replay process does not start: {answer.get('error')}")
    except BaseException:
        await _end(process)
        raise
    return process


async def _exchange(
    process: asyncio.subprocess.Process, request: dict[str, Any], wait_s: float
) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        await process.stdin.drain()
        async with asyncio.timeout(wait_s):
            line = await process.stdout.readline()
        answer = json.loads(line)
    except (OSError, ValueError, TimeoutError) as error:
        raise _BrokenError(f"{type(error).__name__}: {error}") from error
    if not isinstance(answer, dict):
        raise _BrokenError("not a JSON object")
    return answer


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _write(path: Path, pins: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as handle:
        json.dump(pins, handle)
    Path(handle.name).replace(path)


def _code_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
