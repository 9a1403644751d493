"""Thousands of checks with every kind of trouble mixed in, on real Lean: does each good one get its right verdict?

One check in five is trouble, in equal parts: it hangs (it never ends, or its worker is stopped from outside), its
worker is killed, it eats memory, it floods. Then the books are compared: nothing lost, nothing wrong, nothing left.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from prover.bench import workload
from prover.bench.figures import Figure
from prover.lean.nursery import Nursery
from prover.lean.pool import Reads, Start
from prover.lean.pooled import PooledChecker, forked_start, warm_start
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.lean.worker import Patience
from prover.types import Statement, Status

CHECKS = 5_000
_JOBS = 2
_IN_FLIGHT = 8
_REPORT_EACH = 500
_LIMITS = Limits(wall_s=20, cpu_s=20, memory_mb=200, output_bytes=300_000)
_HANG = replace(_LIMITS, wall_s=0.5)
_PATIENCE = Patience(stall_s=1.0, checks=500)
_LONG = "(Nat.rec (motive := fun _ => List ℕ) [] (fun n l => n :: l) 3000000).length = 3000000"
_LARGE = "\n".join(f"have h{i} : {'x' * 60_000} = {i} := by omega" for i in range(10))
_MANY = "\n".join(f"theorem h{i} : {'x' * 4_000} = {i} := rfl" for i in range(150))

Send = Callable[[signal.Signals], None]
"""Sends a signal to some worker that is alive."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of check: its statement and submission by number, its limits, and what may come of it."""

    name: str
    signature: str
    submission: str
    expected: frozenset[Status]
    limits: Limits = _LIMITS
    strike: signal.Signals | None = None


_LESS = "(a b : ℕ) (h : a < b) : a ≤ b"
_FLOODED = frozenset({Status.OUT_OF_MEMORY, Status.TIMEOUT})
"""Whichever limit comes first."""
_PROVED, _ERROR = frozenset({Status.PROVED}), frozenset({Status.ELABORATION_ERROR})
GOOD = (
    *(Kind("good", signature, proof, _PROVED) for signature, proof in workload.SHORT),
    Kind("bad", _LESS, "exact h", _ERROR),
    Kind("open", _LESS, "have x : a = a := by\n  sorry\nomega", frozenset({Status.INCOMPLETE})),
)
TROUBLE = (
    Kind("endless", _LESS, "repeat skip", frozenset({Status.TIMEOUT}), _HANG),
    Kind("stopped", _LESS, "omega", _PROVED, strike=signal.SIGSTOP),
    Kind("killed", _LESS, "omega", _PROVED, strike=signal.SIGKILL),
    Kind("crashed", _LESS, "omega", _PROVED, strike=signal.SIGSEGV),
    Kind("bomb", f": {_LONG}", "decide +kernel", frozenset({Status.OUT_OF_MEMORY})),
    Kind("bomb", f": {_LONG}", "decide +kernel", frozenset({Status.OUT_OF_MEMORY})),
    Kind("flood", _LESS, _LARGE, _FLOODED),
    Kind("flood", _LESS, f"{_MANY}\ntheorem NAME {_LESS} := by omega", _FLOODED),
)


@dataclass(frozen=True, slots=True)
class Soaked:
    """The books of one soak."""

    asked: int
    answered: int
    wrong: tuple[str, ...]
    """`kind: status detail` of each verdict that should have been another."""
    seconds: float
    processes_left: int
    files_left: int
    scratch_left: int
    grown_mb: float


async def soak_run(
    toolchain: Toolchain, checks: int, seed: int = 0, report: Callable[[str], None] = lambda _: None
) -> Soaked:
    """`checks` checks, a fifth of them trouble, mixed by `seed`. `report` is told how far it is."""
    with _scratch():
        await _some(toolchain, min(40, checks // 4), seed)  # what is loaded once is no leak
        before = _held()
        start = time.monotonic()
        done = 0

        def on_check() -> None:
            nonlocal done
            done += 1
            if done % _REPORT_EACH == 0:
                report(f"{done} of {checks} checks, {time.monotonic() - start:.0f} s")

        results = await _some(toolchain, checks, seed, on_check)
        seconds = time.monotonic() - start
        after = _held()
    wrong = tuple(
        f"{kind.name}: {status} {detail}" for kind, status, detail in results if status not in kind.expected
    )
    left = [int(a - b) for a, b in zip(after[:3], before[:3], strict=True)]
    return Soaked(checks, len(results), wrong, seconds, left[0], left[1], left[2], after[3] - before[3])


async def soak(toolchain: Toolchain, report: Callable[[str], None] = lambda _: None) -> list[Figure]:
    books = await soak_run(toolchain, CHECKS, report=report)
    counts = Counter(books.wrong)
    return [
        Figure("soak_checks", books.answered, "checks", books.asked, at_least=books.asked),
        Figure("soak_wrong_verdicts", sum(counts.values()), "checks", books.asked, at_most=0),
        Figure("soak_processes_left", books.processes_left, "processes", books.asked, at_most=0),
        Figure("soak_files_left_open", books.files_left, "files", books.asked, at_most=0),
        Figure("soak_folders_left", books.scratch_left, "folders", books.asked, at_most=0),
        Figure("soak_memory_growth", books.grown_mb, "MB", books.asked, at_most=50),
        Figure("soak_took", books.seconds, "s", books.asked),
        *(Figure(f"soak_wrong: {text}"[:120], n, "checks", n, at_most=0) for text, n in counts.items()),
    ]


@contextlib.contextmanager
def _scratch() -> Iterator[None]:
    """A folder for temporary files of our own: what others leave in the usual one is not counted."""
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="prover-soak-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = usual


async def _some(
    toolchain: Toolchain, checks: int, seed: int, on_check: Callable[[], None] = lambda: None
) -> list[tuple[Kind, Status, str]]:
    """Each check's kind, status and detail: what a flood said is not kept, to see what else is."""
    chance = random.Random(seed)
    kinds = [chance.choice(TROUBLE) if number % 5 == 0 else chance.choice(GOOD) for number in range(checks)]
    chance.shuffle(kinds)
    alive: set[Reads] = set()
    nursery = Nursery(toolchain)
    start = (
        warm_start(toolchain, _PATIENCE) if toolchain.embedded is None else forked_start(nursery, _PATIENCE)
    )
    checker = PooledChecker(toolchain, _JOBS, _LIMITS, start=_watched(start, alive))
    slots = asyncio.Semaphore(_IN_FLIGHT)

    async def one(number: int, kind: Kind) -> tuple[Kind, Status, str]:
        async with slots:
            statement = Statement(f"soak_{number}", kind.signature)
            if kind.strike is not None:
                asyncio.get_running_loop().call_later(chance.random() / 50, _strike, alive, kind.strike)
            submission = kind.submission.replace("NAME", statement.name)
            verdict = await checker.check(statement, submission, kind.limits)
            on_check()
            return kind, verdict.status, verdict.detail

    try:
        return await asyncio.gather(*(one(number, kind) for number, kind in enumerate(kinds)))
    finally:
        await checker.aclose()
        await nursery.aclose()


def _watched(begin: Start, alive: set[Reads]) -> Start:
    async def start(header: str, limits: Limits) -> Reads:
        worker = await begin(header, limits)
        alive.difference_update({other for other in alive if not other.usable})
        alive.add(worker)
        return worker

    return start


def _strike(alive: set[Reads], sent: signal.Signals) -> None:
    """Whichever worker it hits is in the middle of somebody's check, or idle."""
    for worker in alive:
        if worker.usable and worker.processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.processes[-1], sent)
            return


def _held() -> tuple[int, int, int, float]:
    """Child processes, open files, scratch folders, resident MB (without what the allocator holds ready, unused)."""
    gc.collect()
    with contextlib.suppress(AttributeError):  # glibc's
        ctypes.CDLL(None).malloc_trim(0)
    me = psutil.Process()
    scratch = sum(1 for _ in Path(tempfile.gettempdir()).glob("prover-*"))
    return len(me.children(recursive=True)), me.num_fds(), scratch, me.memory_info().rss / 2**20
