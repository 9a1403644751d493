"""The checker of one node: what an actor on it runs. Imports nothing of Ray's.

Errors of ours cross the wire as they are; verdicts and reports are frozen values. Everything else (limits, sandbox,
warm workers, retries in a fresh process) is the local checker's, unchanged.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.cluster.host import Opened
from prover.config import code_version
from prover.lean import sandbox
from prover.lean.checker import PlainChecker, Process, open_checker
from prover.lean.sandbox import Level
from prover.lean.toolchain import Profile, jobs_within_memory

METHODS = ("check_statement", "check", "audit", "probe", "check_file", "audit_files")
"""What may be asked of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which checker a node is to have. `project` is a folder on that node."""

    profile: Profile
    project: Path | None = None
    process: Process = Process.WARM
    shut_in: Level | None = None
    """The sandbox; None for the strongest that the node has."""
    require: Level | None = None
    """A node without at least this one is refused."""


def facts(toolchain: str) -> dict[str, str]:
    """What must be the same on every machine, or their verdicts are not one run's."""
    return {"prover": code_version(), "toolchain": toolchain}


class CheckerActor:
    """Of `cpus` checks at a time, fewer where memory is short."""

    def __init__(self, order: Order, cpus: int) -> None:
        self._order, self._cpus = order, cpus
        self._checker: PlainChecker | None = None

    async def ping(self) -> None:
        """Answers while checks are running."""

    async def open(self) -> Opened:
        """Raises `MissingError` where this node has no such Lean; compiles the core library where that is needed."""
        order = self._order
        if order.require is not None:
            await asyncio.to_thread(sandbox.require, order.require, order.shut_in)
        jobs = jobs_within_memory(order.profile, self._cpus)
        self._checker = await asyncio.to_thread(
            open_checker,
            order.profile,
            project=order.project,
            jobs=jobs,
            process=order.process,
            shut_in=order.shut_in,
        )
        return Opened(facts(self._checker.toolchain), jobs)

    async def ask(self, method: str, *arguments: Any) -> Any:
        """One of `METHODS` of the checker."""
        if self._checker is None or method not in METHODS:
            raise ValueError(f"cannot be asked for {method}")
        return await getattr(self._checker, method)(*arguments)

    async def close(self) -> None:
        if self._checker is not None:
            await self._checker.aclose()
