"""How fast checks are: warm against fresh, above Lean's own time, with one worker and two, and what the audit costs."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psutil

from prover.bench import workload
from prover.bench.figures import Figure, median
from prover.bench.workload import Item
from prover.errors import InfraError
from prover.lean import process, source
from prover.lean.checker import PlainChecker
from prover.lean.compile import OPTIONS
from prover.lean.nursery import Nursery
from prover.lean.pooled import PooledChecker, forked_start, warm_start
from prover.lean.source import Refusal
from prover.lean.toolchain import Toolchain
from prover.types import Header, Verdict

_ROUNDS = 7


async def speed(toolchain: Toolchain) -> list[Figure]:
    """Checks a second, one at a time."""
    fresh, warm = PlainChecker(toolchain, jobs=1), PooledChecker(toolchain, jobs=1)
    try:
        few, many = workload.short("fresh"), workload.short("warm")
        await _batch(warm, many, 14)
        slow, fast = [], []
        for _ in range(_ROUNDS):
            slow.append(14 / await _batch(fresh, few, 14))
            fast.append(70 / await _batch(warm, many, 70))
    finally:
        await warm.aclose()
        await fresh.aclose()
    ratios = [f / s for f, s in zip(fast, slow, strict=True)]
    return [
        median("fresh_checks_per_s", slow, "1/s"),
        median("warm_checks_per_s", fast, "1/s"),
        median("warm_against_fresh", ratios, "x", at_least=8),
    ]


async def overhead(toolchain: Toolchain) -> list[Figure]:
    """What a warm check takes above the time that Lean needs for the bare theorem in one long file.

    So our statement before it, and our questions after it, count as overhead. Measured for the workers that the checker
    uses here, and for workers of Lean's language server, which it uses where Lean cannot be forked.
    """
    kinds = {"": PooledChecker(toolchain, jobs=1)}
    if toolchain.embedded is not None:
        kinds["_in_a_language_server"] = PooledChecker(toolchain, jobs=1, start=warm_start(toolchain))
    trivial, slow = workload.trivial("warm"), workload.slow("warm")
    own_trivial, own_slow = [], []
    above_trivial: dict[str, list[float]] = {kind: [] for kind in kinds}
    above_slow: dict[str, list[float]] = {kind: [] for kind in kinds}
    try:
        for warm in kinds.values():
            await _batch(warm, trivial, 20)
        for _ in range(_ROUNDS):
            own_trivial.append(await _own_time(toolchain, workload.trivial("own"), 60))
            for kind, warm in kinds.items():
                above_trivial[kind].append((await _batch(warm, trivial, 60) / 60 - own_trivial[-1]) * 1e3)
            own_slow.append(await _own_time(toolchain, workload.slow("own"), 4))
            for kind, warm in kinds.items():
                above_slow[kind].append((await _batch(warm, slow, 4) / 4 / own_slow[-1] - 1) * 100)
    finally:
        for warm in kinds.values():
            await warm.aclose()
    figures = [
        median("trivial_proof", [own * 1e3 for own in own_trivial], "ms"),
        median("slow_proof", [own * 1e3 for own in own_slow], "ms"),
    ]
    for kind in kinds:
        most = (3, 5) if not kind else (None, None)
        figures.append(
            median(f"overhead_on_a_trivial_proof{kind}", above_trivial[kind], "ms", at_most=most[0])
        )
        figures.append(median(f"overhead_on_a_slow_proof{kind}", above_slow[kind], "%", at_most=most[1]))
    return figures


async def scaling(toolchain: Toolchain) -> list[Figure]:
    """Two at a time against one, warm and fresh."""
    checkers = {jobs: PooledChecker(toolchain, jobs=jobs) for jobs in (1, 2)}
    fresh = {jobs: PlainChecker(toolchain, jobs=jobs) for jobs in (1, 2)}
    ratios: dict[str, list[float]] = {"warm": [], "fresh": []}
    try:
        items = workload.short("scaling")
        for jobs in (1, 2):
            await _batch(checkers[jobs], items, 14)
        for _ in range(_ROUNDS):
            one, two = await _batch(checkers[1], items, 70), await _batch(checkers[2], items, 140)
            ratios["warm"].append(2 * one / two)
            one, two = await _batch(fresh[1], items, 7), await _batch(fresh[2], items, 14)
            ratios["fresh"].append(2 * one / two)
    finally:
        for checker in (*checkers.values(), *fresh.values()):
            await checker.aclose()
    return [
        median("scaling_of_warm_workers_1_to_2", ratios["warm"], "x", at_least=1.4),
        median("scaling_of_fresh_processes_1_to_2", ratios["fresh"], "x"),
    ]


async def memory(toolchain: Toolchain) -> list[Figure]:
    """What a worker holds after a few hundred checks beside another one, alone and with what they share."""
    header, nursery = toolchain.header(Header()), Nursery(toolchain)
    start = warm_start(toolchain) if toolchain.embedded is None else forked_start(nursery)
    workers = [await start(header, toolchain.limits) for _ in range(2)]
    try:
        sizes = []
        for items in (100, 500):
            for worker in workers:
                for item in islice(workload.short(f"memory_{items}"), items):
                    await worker.elaborate(_text(header, item), toolchain.limits)
            sizes.append([psutil.Process(pid).memory_full_info() for pid in workers[0].processes])
    finally:
        for worker in workers:
            worker.kill()
            await worker.gone()
        await nursery.aclose()
    resident = [sum(info.rss for info in size) / 2**20 for size in sizes]
    private = sum(info.uss for info in sizes[-1]) / 2**20
    return [
        Figure("memory_of_a_worker", resident[-1], "MB", 600),
        Figure("memory_of_a_worker_alone", private, "MB", 600),
        Figure("memory_growth_in_1000_checks", (resident[1] - resident[0]) * 2, "MB", 500),
    ]


async def audit(toolchain: Toolchain) -> list[Figure]:
    """The slow gate: one proof by itself, and many with a replay process that is warm."""
    items = workload.short("audit")
    alone, batch = [], []
    for _ in range(3):
        checker = PlainChecker(toolchain)
        try:
            start = time.monotonic()
            await _audit_all(checker, items, 1)
            alone.append(time.monotonic() - start)
            start = time.monotonic()
            await _audit_all(checker, items, 20)
            batch.append((time.monotonic() - start) / 20 * 1e3)
        finally:
            await checker.aclose()
    return [
        median("audit_of_one_proof", alone, "s", at_most=0.4),
        median("audit_in_a_batch", batch, "ms", at_most=20),
    ]


async def _batch(checker: PlainChecker, items: Iterator[Item], count: int) -> float:
    """Seconds for `count` checks, as many at a time as the checker takes."""
    start = time.monotonic()
    _demand(await asyncio.gather(*(checker.check(*item) for item in islice(items, count))))
    return time.monotonic() - start


async def _audit_all(checker: PlainChecker, items: Iterator[Item], count: int) -> None:
    _demand(await asyncio.gather(*(checker.audit(*item) for item in islice(items, count))))


def _demand(verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        if not verdict.proved:
            raise InfraError(f"a proof of the benchmark was not accepted: {verdict.status} {verdict.detail}")


async def _own_time(toolchain: Toolchain, items: Iterator[Item], count: int) -> float:
    """Seconds a proof takes in one command-line process, without its start and its header."""
    header = toolchain.header(Header())
    empty = await _elaborate(toolchain, header)
    theorems = (f"{s.declare()} := by\n  {proof.replace(chr(10), chr(10) + '  ')}\n" for s, proof in items)
    full = await _elaborate(toolchain, header + "".join(islice(theorems, count)))
    return (full - empty) / count


async def _elaborate(toolchain: Toolchain, text: str) -> float:
    times = []
    with tempfile.TemporaryDirectory(prefix="prover-bench-") as scratch:
        file = Path(scratch) / "Bench.lean"
        file.write_text(text, encoding="utf-8")
        for _ in range(2):
            done = await process.run_async(
                (*toolchain.argv, *OPTIONS, str(file)),
                toolchain.limits,
                env=toolchain.env,
                cwd=toolchain.cwd or Path(scratch),
            )
            if done.code != 0 or done.limit is not None:
                raise InfraError(f"Lean does not read the benchmark: {done.stdout[-300:]!r}")
            times.append(done.wall_s)
    return statistics.mean(times)


def _text(header: str, item: Item) -> str:
    statement, proof = item
    parsed = source.parse_submission(proof, statement)
    if isinstance(parsed, Refusal):
        raise InfraError(f"a proof of the benchmark is refused: {parsed.detail}")
    return source.splice(header, statement, parsed).text
