"""The Lean REPL, through the package `lean-interact`, in the place of our own workers: for who uses it already.

It needs elan, and on first use it fetches and compiles the REPL for the toolchain; so not the profile `core`. The REPL
keeps every environment that it ever made, has no limit on CPU time or output (both are looked at afterwards), and
knows no goals at a place. What its answers mean is judged as ever; the audit never sees it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from prover.errors import InfraError, InputError, MissingError
from prover.lean.judge import Elaboration, over_limit
from prover.lean.messages import UNSOLVED_GOALS, GarbledOutputError, Message
from prover.lean.pool import Start
from prover.lean.protocol import Limits
from prover.lean.toolchain import Profile, Toolchain
from prover.lean.watch import Limit
from prover.types import Diagnostic, Status

_OPTIONS = [[["Elab", "async"], False], [["linter", "all"], False]]
_SEVERITIES = {"error": "error", "warning": "warning", "info": "information", "trace": "information"}
_START_S = 600.0
_POLL_S = 0.1
_MOST_TEXTS = 500
_LOST = (ConnectionError, ChildProcessError, json.JSONDecodeError, OSError)


class Repl(Protocol):
    """What is used of `lean_interact.LeanServer`. All of it blocks."""

    def run_dict(self, request: dict[str, Any], *, timeout: float | None) -> dict[str, Any]: ...
    def get_memory_usage(self) -> float: ...
    def kill(self) -> None: ...


def interact_start(toolchain: Toolchain) -> Start:
    """Starts REPLs for a toolchain. Raises `MissingError` without the package, `InputError` for `core`."""
    if toolchain.profile is Profile.CORE:
        raise InputError("the Lean REPL needs a Lean toolchain of elan's; the profile `core` has none")
    try:
        import lean_interact  # noqa: PLC0415  an extra, and slow to import
    except ImportError as error:
        raise MissingError(
            "the package lean-interact is not installed", "pip install 'prover[interact]'"
        ) from error
    configs: dict[int, Any] = {}

    def open_repl(memory_mb: int) -> Repl:
        if memory_mb not in configs:
            where: dict[str, Any] = {"lean_version": f"v{toolchain.version}"}
            if toolchain.cwd is not None:
                project = lean_interact.LocalProject(directory=toolchain.cwd, auto_build=False)
                where = {"project": project}
            configs[memory_mb] = lean_interact.LeanREPLConfig(
                **where,
                memory_hard_limit_mb=memory_mb,
                enable_incremental_optimization=False,
                enable_parallel_elaboration=False,
            )
        repl: Repl = lean_interact.LeanServer(configs[memory_mb])
        return repl

    return repl_start(open_repl)


def repl_start(open_repl: Callable[[int], Repl]) -> Start:
    """Starts workers over REPLs that `open_repl` opens, each for so many MB."""

    async def start(header: str, limits: Limits) -> ReplWorker:
        begin = time.monotonic()
        try:
            repl = await asyncio.to_thread(open_repl, limits.memory_mb)
        except Exception as error:
            raise InfraError(f"the Lean REPL does not start: {error}") from error
        worker = ReplWorker(repl, header)
        try:
            await worker.begin()
        except BaseException:
            worker.kill()
            raise
        worker.start_s = time.monotonic() - begin
        return worker

    return start


class ReplWorker:
    """One REPL with a header's environment in it."""

    def __init__(self, repl: Repl, header: str) -> None:
        self.start_s = 0.0
        self._repl, self._header = repl, header
        self._environment: int | None = None
        self._texts = 0
        self._dead = False
        self._killing: asyncio.Task[None] | None = None

    @property
    def processes(self) -> tuple[int, ...]:
        """The package keeps its process to itself."""
        return ()

    @property
    def usable(self) -> bool:
        return not self._dead and self._texts < _MOST_TEXTS

    async def begin(self) -> None:
        """Read the header. Raises `InfraError`."""
        if not self._header.strip():
            return
        try:
            answer = await asyncio.to_thread(self._repl.run_dict, {"cmd": self._header}, timeout=_START_S)
        except (TimeoutError, *_LOST) as error:
            raise InfraError(f"the Lean REPL does not read the header: {error}") from error
        environment = answer.get("env")
        if type(environment) is not int:
            raise InfraError(f"the Lean REPL does not read the header: {str(answer)[:200]}")
        self._environment = environment

    async def elaborate(self, text: str, limits: Limits) -> Elaboration:
        """Read a text, which begins with the header, to its end or to a limit."""
        assert text.startswith(self._header)
        self._texts += 1
        start = time.monotonic()
        request: dict[str, Any] = {"cmd": text[len(self._header) :], "setOptions": _OPTIONS}
        if self._environment is not None:
            request["env"] = self._environment
        ask = asyncio.ensure_future(asyncio.to_thread(self._repl.run_dict, request, timeout=limits.wall_s))
        broken: tuple[Status, str] | None = (Status.INFRA, "cancelled")
        messages: tuple[Message, ...] = ()
        try:
            while not (await asyncio.wait([ask], timeout=_POLL_S))[0]:
                if self._repl.get_memory_usage() > limits.memory_mb:
                    broken = over_limit(Limit.MEMORY)
                    return Elaboration((), broken, wall_s=time.monotonic() - start)
            messages = read_answer(ask.result(), self._header.count("\n"))
            size = sum(len(m.diagnostic.message) for m in messages)
            broken = over_limit(Limit.OUTPUT) if size > limits.output_bytes else None
        except TimeoutError:
            broken = over_limit(Limit.WALL)
        except (*_LOST, GarbledOutputError) as error:
            broken = Status.INFRA, f"the Lean REPL broke down: {str(error)[:200]}"
        finally:
            if broken is not None:
                self.kill()
                ask.add_done_callback(lambda done: done.cancelled() or done.exception())
        return Elaboration(messages, broken, wall_s=time.monotonic() - start)

    async def goals(self, line: int, column: int, limits: Limits) -> tuple[str, ...]:  # noqa: ARG002
        raise InfraError("the Lean REPL gives no goals at a place")

    def kill(self) -> None:
        if not self._dead:
            self._dead = True
            self._killing = asyncio.ensure_future(asyncio.to_thread(self._repl.kill))

    async def gone(self) -> None:
        if self._killing is not None:
            await asyncio.wait([self._killing])


def read_answer(answer: Mapping[str, Any], lines_before: int) -> tuple[Message, ...]:
    """The messages in an answer of the REPL, as about a text with so many lines before. Raises `GarbledOutputError`."""
    rows = answer.get("messages", [])
    if type(answer.get("env")) is not int or not isinstance(rows, list):
        raise GarbledOutputError(f"not an answer of the Lean REPL: {str(answer)[:200]}")
    messages = [_message(row, lines_before) for row in rows]
    messages.sort(key=lambda m: (m.diagnostic.line, m.diagnostic.column))
    return tuple(messages)


def _message(row: Any, before: int) -> Message:
    match row:
        case {
            "severity": str(severity),
            "data": str(text),
            "pos": {"line": int(line), "column": int(column)},
        } if severity in _SEVERITIES:
            end = row.get("endPos") or row["pos"]
        case _:
            raise GarbledOutputError(f"not a message of the Lean REPL: {str(row)[:200]}")
    match end:
        case {"line": int(end_line), "column": int(end_column)}:
            places = (line + before, column, end_line + before, end_column)
        case _:
            raise GarbledOutputError(f"not a place of the Lean REPL: {str(end)[:200]}")
    # It does not tell the kinds of messages; this one only chooses which error is shown first.
    kind = UNSOLVED_GOALS if text.startswith("unsolved goals") else ""
    return Message(kind, Diagnostic(_SEVERITIES[severity], text, *places))
