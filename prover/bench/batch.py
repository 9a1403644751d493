"""Many problems with a simulated model: do generation and checking overlap, and does a large batch stay small?

`overlap` measures real checks against a model of fixed latency: checking alone, generation alone, then both, each on
problems of its own. The latency is chosen so that the two take about as long, which is where a pipeline that takes
turns would lose the most. `batch` runs thousands of problems with a checker that answers at once, so that what is seen
is ours: memory, the store, the time to resume and to report.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.bench import workload
from prover.bench.figures import Figure, median
from prover.config import Budget, RunConfig
from prover.evaluate import summarize
from prover.lean.pooled import PooledChecker
from prover.lean.protocol import Checker, Limits, Probes
from prover.lean.toolchain import Toolchain
from prover.models.options import ScriptedOptions
from prover.models.scripted import ScriptedModel
from prover.pipeline import Progress, run
from prover.search.policy import Policy
from prover.store import DATABASE, Store
from prover.types import Diagnostic, Problem, Statement, Status, Verdict

_ROUNDS = 3
_PROBLEMS = 32
_SAMPLES = 2
_SEATS = 4
"""How many calls the simulated server takes at a time."""
_BATCH = 10_000
_JOBS = 2


@dataclass(frozen=True, slots=True)
class _Set:
    """Problems, and the script of a model that gives each its samples, none of which is a proof."""

    problems: Sequence[Problem]
    script: str

    def model(self, folder: Path, latency_s: float) -> ScriptedModel:
        path = folder / "script.jsonl"
        path.write_text(self.script, encoding="utf-8")
        return ScriptedModel(path, ScriptedOptions(latency_s=latency_s, concurrency=_SEATS))


def _checked_set(prefix: str) -> _Set:
    items: Iterator[workload.Item] = workload.slow(prefix)
    problems, rules = [], []
    for number in range(_PROBLEMS):
        samples = list(itertools.islice(items, _SAMPLES))
        statement = samples[0][0]
        problems.append(Problem(f"{prefix}{number}", statement=statement))
        wrong = [proof.rpartition("\n")[0] + "\nexact h" for _, proof in samples]
        answers = [f"```lean4\n{proof}\n```" for proof in wrong]
        rules.append(json.dumps({"statement": statement.name, "answers": answers}))
    return _Set(problems, "\n".join(rules) + "\n")


class _Timed:
    """A checker, and when it was first asked about one of the problems: the canaries before them are not measured."""

    def __init__(self, checker: Checker, names: frozenset[str]) -> None:
        self._checker, self._names = checker, names
        self.toolchain = checker.toolchain
        self.began: float | None = None

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        if self.began is None and statement.name in self._names:
            self.began = time.perf_counter()
        return await self._checker.check_statement(statement, limits)

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._checker.check(statement, submission, limits)

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._checker.audit(statement, submission, limits)

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        return await self._checker.probe(statement, blocks, limits)

    async def aclose(self) -> None:
        await self._checker.aclose()


class _Instant:
    """A checker that refuses every proof at once."""

    toolchain = "no Lean"

    async def check_statement(self, _: Statement, limits: Limits | None = None) -> Verdict:  # noqa: ARG002
        return Verdict(Status.INCOMPLETE)

    async def check(self, statement: Statement, _: str, limits: Limits | None = None) -> Verdict:  # noqa: ARG002
        said = Diagnostic("error", f"unsolved goals\n⊢ {statement.signature}", 1, 2, 1, 9)
        return Verdict(
            Status.ELABORATION_ERROR, diagnostics=(said,), toolchain=self.toolchain, checker="none"
        )

    audit = check

    async def probe(self, _: Statement, blocks: Sequence[str], limits: Limits | None = None) -> Probes:  # noqa: ARG002
        return Probes((), 0.0, 0.0)

    async def aclose(self) -> None:
        pass


async def overlap(toolchain: Toolchain) -> list[Figure]:
    """Wall time of both together over that of the slower one alone."""
    checker = PooledChecker(toolchain, jobs=_JOBS)
    names = (f"overlap{number}_" for number in itertools.count())
    ratios: list[float] = []
    try:
        await _time(_checked_set(next(names)), checker, 0.0)  # starts the workers
        for _ in range(_ROUNDS):
            checking = await _time(_checked_set(next(names)), checker, 0.0)
            latency = checking * _SEATS / (_PROBLEMS * _SAMPLES)
            generating = await _time(_checked_set(next(names)), _Instant(), latency)
            both = await _time(_checked_set(next(names)), checker, latency)
            ratios.append(both / max(checking, generating))
    finally:
        await checker.aclose()
    return [median("overlap_over_the_slower_alone", ratios, "x", at_most=1.15)]


async def _time(problems: _Set, checker: Checker, latency_s: float) -> float:
    """Seconds from the first question about a problem to the end of the last one."""
    names = frozenset(
        problem.statement.name for problem in problems.problems if problem.statement is not None
    )
    timed = _Timed(checker, names)
    ended = 0.0

    def on_progress(progress: Progress) -> None:
        nonlocal ended
        if progress.trace is not None:
            ended = time.perf_counter()

    with tempfile.TemporaryDirectory(prefix="prover-bench-") as name:
        folder = Path(name)
        policy = Policy("bench", "whole-proof", settings={"samples": _SAMPLES, "batch": 1})
        store = _open(folder / "run", policy, problems.problems)
        model = problems.model(folder, latency_s)
        try:
            await run(
                store,
                policy,
                timed,
                jobs=_JOBS,
                models={"writer": _speaker(model)},
                inflight=_PROBLEMS,
                on_progress=on_progress,
            )
        finally:
            store.close()
    assert timed.began is not None
    return ended - timed.began


def _speaker(model: ScriptedModel) -> Speaker:
    family = load_family("generic")
    return Speaker(model, family, family.sampling("writer"))


def _open(folder: Path, policy: Policy, problems: Sequence[Problem]) -> Store:
    settings = {"kind": policy.kind, **policy.settings}
    config = RunConfig("bench", "bench", "0" * 64, "core", "bench", policy.name, settings, Budget())
    return Store.open(folder, config, problems)


async def batch(_: Toolchain) -> list[Figure]:
    """A batch of ten thousand problems, two samples each."""
    problems = [
        Problem(
            f"p{number}",
            informal_statement=f"Show that {number} is {number}, in as many words as a benchmark takes.",
            statement=Statement(f"batch_{number}", f"(n : ℕ) (h : n = {number}) : n + 0 = {number}"),
        )
        for number in range(_BATCH)
    ]
    answers = [f"First n is {i}.\n```lean4\nsimp [h, lemma_{i}]\n```" for i in range(8)]
    script = json.dumps({"answers": answers, "draw": "seed"}) + "\n"
    policy = Policy("bench", "whole-proof", settings={"samples": 2, "batch": 2})
    memory: dict[int, int] = {}
    process = psutil.Process()

    def on_progress(progress: Progress) -> None:
        if progress.trace is not None and progress.done % (_BATCH // 10) == 0:
            memory[progress.done] = process.memory_info().rss

    with tempfile.TemporaryDirectory(prefix="prover-bench-") as name:
        folder = Path(name)
        store = _open(folder / "run", policy, problems)
        models = {"writer": _speaker(_Set(problems, script).model(folder, 0.0))}
        began = time.perf_counter()
        await run(store, policy, _Instant(), jobs=_JOBS, models=models, inflight=64, on_progress=on_progress)
        ran = time.perf_counter() - began
        store.close()
        began = time.perf_counter()
        store = _open(folder / "run", policy, problems)
        await run(store, policy, _Instant(), jobs=_JOBS, models=models)
        resumed = time.perf_counter() - began
        began = time.perf_counter()
        summary = summarize(store.config, store.problems(), store.traces(completions=False), store.spent())
        reported = time.perf_counter() - began
        assert summary["failed"] == _BATCH
        store.close()  # takes the write-ahead log into the database
        overhead, attempts = await asyncio.to_thread(_overhead, folder / "run")
    growth = (memory[_BATCH] - memory[_BATCH // 5]) / 1e6
    return [
        Figure("batch_problems_a_second", _BATCH / ran, "problems/s", _BATCH),
        Figure("batch_memory_growth_over_the_last_four_fifths", growth, "MB", _BATCH, at_most=50),
        Figure("batch_store_overhead_an_attempt", overhead, "bytes", attempts, at_most=1000),
        Figure("batch_resume_when_done", resumed, "s", _BATCH, at_most=10),
        Figure("batch_report", reported, "s", _BATCH, at_most=30),
    ]


def _overhead(folder: Path) -> tuple[float, int]:
    """Bytes of the database beyond the texts that it is there to keep, for each attempt; and how many there are."""
    size = sum(path.stat().st_size for path in folder.glob(f"{DATABASE}*"))
    store = Store.read(folder)
    texts, attempts = 0, 0
    try:
        for problem in store.problems():
            words = (problem.id, problem.informal_statement)
            statement = problem.statement
            assert statement is not None
            texts += _bytes(*words, statement.name, statement.signature)
            for call in store.calls(problem.id):
                prompt = [call.prompt] if isinstance(call.prompt, str) else [text for _, text in call.prompt]
                texts += _bytes(*prompt, *(answer.text + answer.reasoning for answer in call.completions))
            for attempt, verdict in store.steps(problem.id, completions=False):
                texts += _bytes(attempt.proof, *(said.message for said in verdict.diagnostics))
                attempts += 1
    finally:
        store.close()
    return (size - texts) / attempts, attempts


def _bytes(*texts: str) -> int:
    return sum(len(text.encode("utf-8")) for text in texts)
