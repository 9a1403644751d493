"""Search and pipeline over a scripted checker: what counts, what is retried, what stops a run, what a session leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from prover import pipeline
from prover.canaries import FALSE_STATEMENTS, CanaryReport, SoundnessError, fakes
from prover.config import Budget, RunConfig
from prover.errors import InfraError, InputError, MissingError
from prover.lean.protocol import Limits
from prover.pipeline import CANARIES, Progress, run
from prover.search import kinds as kinds_module
from prover.search.desk import INFRA_TRIES, Desk
from prover.search.kinds import Kind, Strategy
from prover.search.policy import Policy, load_policy, shipped_policies
from prover.search.solve import solve
from prover.store import Store
from prover.types import Header, Problem, Spend, Statement, Status, StopReason, Tier, Verdict
from tests.fakes import AUDITED, FAILED, INFRA, OPEN, PROVED, FakeChecker

CORE = Header(("Core",))


def problem(name: str, **meta: str) -> Problem:
    return Problem(id=name, statement=Statement(name, ": True", CORE), meta=meta)


def scripted(proposals: Mapping[str, Sequence[str]], delay_s: float = 0.0) -> Strategy:
    """A strategy that proposes fixed texts for each problem, `boom` meaning an error of its own."""

    async def strategy(desk: Desk, settings: object) -> StopReason:
        for text in proposals.get(desk.problem.id, ()):
            await asyncio.sleep(delay_s)
            if text == "boom":
                raise ZeroDivisionError("a bug")
            if text == "infra":
                raise InfraError("the server is gone")
            desk.charge(Spend(samples=1, lean_cpu_s=1.0))
            await desk.submit(text, "writer")
        return StopReason.EXHAUSTED

    return strategy


POLICY = Policy("test", "test")


@dataclass(frozen=True)
class NoSettings:
    pass


class Strategies(dict[str, Strategy]):
    """Kinds of policy by their strategies alone."""

    def __setitem__(self, name: str, strategy: Strategy) -> None:
        super().__setitem__(name, strategy)
        self.kinds[name] = Kind(strategy, NoSettings)

    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[str, Kind] = {}


@pytest.fixture
def strategies(monkeypatch: pytest.MonkeyPatch) -> dict[str, Strategy]:
    found = Strategies()
    found["test"] = scripted({})
    monkeypatch.setattr(kinds_module, "KINDS", found.kinds)
    return found


# One problem


async def test_only_an_audited_proof_counts(strategies: dict[str, Strategy]) -> None:
    strategies["test"] = scripted({"a": ["bad", "faked", "good"]})
    refused = Verdict(Status.BAD_AXIOM, detail="it rests on cheat")
    checker = FakeChecker({"faked": PROVED, "good": PROVED}, audits={"faked": refused})
    trace = await solve(problem("a"), POLICY, checker, Budget())
    assert trace.stop_reason is StopReason.PROVED
    assert [verdict.status for _, verdict in trace.steps] == [
        Status.ELABORATION_ERROR,
        Status.BAD_AXIOM,
        Status.PROVED,
    ]
    assert trace.proof is not None
    assert trace.proof[0].proof == "good"
    assert checker.count("audit", "bad") == 0
    assert trace.spend.checks == 1 + 1 + 2 + 2
    assert trace.spend.samples == 3


async def test_a_proof_that_no_audit_has_seen_does_not_count(strategies: dict[str, Strategy]) -> None:
    strategies["test"] = scripted({"a": ["good"]})
    weak = Verdict(Status.PROVED, Tier.ELABORATED)
    trace = await solve(problem("a"), POLICY, FakeChecker({"good": PROVED}, {"good": weak}), Budget())
    assert trace.stop_reason is StopReason.EXHAUSTED
    assert trace.proof is None


async def test_a_strategy_that_claims_a_proof_is_a_bug(strategies: dict[str, Strategy]) -> None:
    async def liar(desk: Desk, settings: object) -> StopReason:
        return StopReason.PROVED

    strategies["test"] = liar
    with pytest.raises(AssertionError, match="no audit has seen"):
        await solve(problem("a"), POLICY, FakeChecker(), Budget())


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (Verdict(Status.ELABORATION_ERROR, detail="unknown identifier 'Real'"), StopReason.UNSUPPORTED),
        (Verdict(Status.TIMEOUT, detail="the limit on wall was reached"), StopReason.UNSUPPORTED),
        (Verdict(Status.INFRA, detail="unknown"), StopReason.INFRA),
    ],
)
async def test_a_statement_that_cannot_be_read_is_not_a_failure(
    strategies: dict[str, Strategy], verdict: Verdict, reason: StopReason
) -> None:
    checker = FakeChecker(statements={"a": verdict})
    trace = await solve(problem("a"), POLICY, checker, Budget())
    assert trace.stop_reason is reason
    assert trace.detail == verdict.detail
    assert checker.count("check") == 0


async def test_a_problem_in_words_alone_is_unsupported(strategies: dict[str, Strategy]) -> None:
    trace = await solve(Problem(id="a"), POLICY, FakeChecker(), Budget())
    assert (trace.stop_reason, trace.detail) == (StopReason.UNSUPPORTED, "the problem has no Lean statement")


async def test_a_breakdown_is_retried_and_never_a_failed_proof(strategies: dict[str, Strategy]) -> None:
    strategies["test"] = scripted({"a": ["good"], "b": ["lost"]})
    checker = FakeChecker(
        {"good": [INFRA, INFRA, PROVED], "lost": INFRA},
        audits={"good": [INFRA, AUDITED]},
        statements={"a": [INFRA, OPEN]},
    )
    assert (await solve(problem("a"), POLICY, checker, Budget())).stop_reason is StopReason.PROVED
    lost = await solve(problem("b"), POLICY, checker, Budget())
    assert lost.steps[0][1].status is Status.INFRA
    assert checker.count("check", "lost") == INFRA_TRIES


async def test_what_an_earlier_session_judged_is_not_judged_again(strategies: dict[str, Strategy]) -> None:
    strategies["test"] = scripted({"a": ["one", "two"]})
    first = await solve(problem("a"), POLICY, FakeChecker({"two": INFRA}), Budget())
    checker = FakeChecker({"two": PROVED})
    again = await solve(problem("a"), POLICY, checker, Budget(), earlier=first.steps, spent=first.spend)
    assert checker.count("check", "one") == 0
    assert [attempt.id for attempt, _ in again.steps] == [attempt.id for attempt, _ in first.steps]
    assert again.stop_reason is StopReason.PROVED
    done = FakeChecker()
    last = await solve(problem("a"), POLICY, done, Budget(), earlier=again.steps, spent=again.spend)
    assert last.stop_reason is StopReason.PROVED
    assert done.calls == []


def test_policies_are_read_strictly(tmp_path: Path) -> None:
    assert "hammer" in shipped_policies()
    assert load_policy("hammer").budget.wall_s
    path = tmp_path / "mine.toml"
    path.write_text('kind = "hammer"\nbudget = "samples=3"\nmax_depth = 4\n')
    assert load_policy(str(path)) == Policy("mine", "hammer", Budget(samples=3), {"max_depth": 4})
    for content, complaint in [
        ("kind = ", "not a TOML file"),
        ('budget = "wall=1s"', "expected `kind"),
        ('kind = "hammer"\nbudget = 3', "expected `budget`"),
        ('kind = "hammer"\nbudget = "wall"', "expected NAME=VALUE"),
        ('kind = "hammer"\nx = [1]', "x: expected a text"),
        ('kind = "hammer"\nmemory = -1', "memory: expected a whole number"),
        ('kind = "hammer"\nrefute = 1', "refute: expected true or false"),
    ]:
        path.write_text(content)
        with pytest.raises(InputError, match=r"expected|not a TOML") as error:
            load_policy(str(path))
        assert complaint in str(error.value)
    with pytest.raises(InputError, match="expected one of critic, dag, hammer"):
        load_policy("no such policy")


# Many problems


def open_store(folder: Path, problems: Sequence[Problem]) -> Store:
    config = RunConfig(
        verb="eval",
        benchmark="b",
        sha256="0" * 64,
        profile="core",
        toolchain="fake",
        policy="test",
        policy_settings={"kind": "test"},
        budget=Budget(),
    )
    return Store.open(folder, config, problems)


async def test_a_run_stores_every_ending(tmp_path: Path, strategies: dict[str, Strategy]) -> None:
    names = ["proved", "failed", "unreadable", "broken", "bug", "words"]
    problems = [problem(name) for name in names[:-1]] + [Problem(id="words")]
    strategies["test"] = scripted(
        {"proved": ["bad", "good"], "failed": ["bad"], "broken": ["infra"], "bug": ["boom"]}
    )
    checker = FakeChecker({"good": PROVED}, statements={"unreadable": FAILED})
    store = open_store(tmp_path, problems)
    seen: list[Progress] = []
    outcome = await run(store, POLICY, checker, jobs=2, on_progress=seen.append)
    reasons = {trace.problem.id: trace.stop_reason.value for trace in store.traces()}
    assert reasons == {
        "proved": "proved",
        "failed": "exhausted",
        "unreadable": "unsupported",
        "broken": "infra",
        "bug": "infra",
        "words": "unsupported",
    }
    assert outcome.stopped is None
    assert outcome.remaining == 2, "what broke down is open again"
    assert "ZeroDivisionError: a bug" in (tmp_path / "errors.log").read_text()
    last = [progress for progress in seen if progress.trace is not None][-1]
    assert (last.done, last.total, last.proved) == (4, 6, 1)
    strategies["test"] = scripted(
        {"broken": ["good"], "bug": ["good"], "proved": ["boom"], "failed": ["boom"]}
    )
    outcome = await run(store, POLICY, checker, jobs=2)
    assert (outcome.stopped, outcome.remaining) == (None, 0)
    assert sum(reason is StopReason.PROVED for reason in store.endings().values()) == 3
    calls = len(checker.calls)
    await run(store, POLICY, checker, jobs=2)
    assert len(checker.calls) == calls, "a finished run asks nothing"
    store.close()


async def test_jobs_bound_what_is_in_flight(tmp_path: Path, strategies: dict[str, Strategy]) -> None:
    running, most = 0, 0

    async def strategy(desk: Desk, settings: object) -> StopReason:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return StopReason.EXHAUSTED

    strategies["test"] = strategy
    store = open_store(tmp_path, [problem(str(number)) for number in range(12)])
    await run(store, POLICY, FakeChecker(), jobs=3)
    assert most == 3
    store.close()


async def test_more_is_searched_and_checked_at_a_time_as_lean_grows(
    tmp_path: Path, strategies: dict[str, Strategy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a node joins a cluster: checks wait for each other, so that they end only three at a time."""
    monkeypatch.setattr(pipeline, "_LOOK_S", 0.01)
    together = asyncio.Barrier(3)
    waiting = asyncio.Event()

    class Waits(FakeChecker):
        async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
            if submission == "together":
                waiting.set()
                await together.wait()
            return await super().check(statement, submission, limits)

    problems = [problem(str(number)) for number in range(6)]
    strategies["test"] = scripted({p.id: ["together"] for p in problems})
    store, checker = open_store(tmp_path, problems), Waits()
    async with asyncio.timeout(60):
        outcome = await run(store, POLICY, checker, jobs=1, capacity=lambda: 3 if waiting.is_set() else 1)
    assert outcome.remaining == 0
    assert checker.count("check", "together") == 6
    store.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_cleanly(
    tmp_path: Path, strategies: dict[str, Strategy], number: signal.Signals
) -> None:
    problems = [problem(str(index)) for index in range(40)]
    strategies["test"] = scripted({p.id: ["bad", "worse"] for p in problems}, delay_s=0.02)
    store = open_store(tmp_path, problems)

    def stop_after_five(progress: Progress) -> None:
        if progress.done == 5 and progress.trace is not None:
            os.kill(os.getpid(), number)

    outcome = await run(store, POLICY, FakeChecker(), jobs=2, on_progress=stop_after_five)
    assert outcome.stopped is StopReason.INTERRUPTED
    finished = store.endings()
    assert 5 <= len(finished) <= 7
    assert outcome.remaining == 40 - len(finished)
    assert StopReason.INTERRUPTED not in finished.values()
    checker = FakeChecker()
    outcome = await run(store, POLICY, checker, jobs=2)
    assert outcome.stopped is None
    assert checker.count("statement") == 40 - len(finished) + 2, "the open ones, and the canaries"
    assert all(len(trace.steps) == 2 for trace in store.traces())
    store.close()


async def test_the_run_s_budget_stops_it(tmp_path: Path, strategies: dict[str, Strategy]) -> None:
    problems = [problem(str(index)) for index in range(9)]
    strategies["test"] = scripted({p.id: ["bad"] for p in problems})
    store = open_store(tmp_path, problems)
    outcome = await run(store, POLICY, FakeChecker(), jobs=1, run_budget=Budget(samples=4))
    assert (outcome.stopped, outcome.remaining) == (StopReason.SAMPLES, 5)
    outcome = await run(store, POLICY, FakeChecker(), jobs=1, run_budget=Budget(samples=6))
    assert (outcome.stopped, outcome.remaining) == (StopReason.SAMPLES, 3)
    store.close()


async def test_the_run_s_clock_stops_what_hangs(tmp_path: Path, strategies: dict[str, Strategy]) -> None:
    async def strategy(desk: Desk, settings: object) -> StopReason:
        if desk.problem.id == "hangs":
            await asyncio.sleep(60)
        return StopReason.EXHAUSTED

    strategies["test"] = strategy
    store = open_store(tmp_path, [problem("a"), problem("hangs")])
    started = time.monotonic()
    outcome = await run(store, POLICY, FakeChecker(), jobs=1, run_budget=Budget(wall_s=0.5))
    assert time.monotonic() - started < 5
    assert (outcome.stopped, outcome.remaining) == (StopReason.WALL, 1)
    assert set(store.endings()) == {"a"}
    store.close()


async def test_a_missing_lean_ends_the_run(tmp_path: Path, strategies: dict[str, Strategy]) -> None:
    async def strategy(desk: Desk, settings: object) -> StopReason:
        raise MissingError("no Lean", "make mathlib")

    strategies["test"] = strategy
    store = open_store(tmp_path, [problem("a"), problem("b")])
    with pytest.raises(MissingError, match="make mathlib"):
        await run(store, POLICY, FakeChecker(), jobs=2)
    assert store.endings() == {}
    store.close()


# Canaries


async def test_every_canary_is_put_to_the_checker_first_and_last(
    tmp_path: Path, strategies: dict[str, Strategy]
) -> None:
    strategies["test"] = scripted({"a": ["good"]})
    store = open_store(tmp_path, [problem("a")])
    checker = FakeChecker({"good": PROVED})
    outcome = await run(store, POLICY, checker, jobs=1)
    asked = [name for what, name, _ in checker.calls if what == "check"]
    first, last = (name for name, _ in FALSE_STATEMENTS)
    count = len(fakes(Statement("a", ": False")))
    assert asked == [first] * count + ["a"] + [last] * count
    assert outcome.canaries.refused == outcome.canaries.put == store.canaries() == 2 * count
    rounds = store.results(CANARIES, CanaryReport)
    assert list(rounds) == ["000001.0", "000001.1"]
    assert set(rounds.values()) == {CanaryReport(count, count)}
    store.close()


@pytest.mark.parametrize(("which", "done"), [(0, 0), (1, 1)])
async def test_a_proved_canary_stops_the_run(
    tmp_path: Path, strategies: dict[str, Strategy], which: int, done: int
) -> None:
    class Gullible(FakeChecker):
        async def check(self, statement: Statement, submission: str, limits: object = None) -> Verdict:
            hole = statement.name == FALSE_STATEMENTS[which][0] and submission == "native_decide"
            return PROVED if hole else FAILED

    store = open_store(tmp_path, [problem("a")])
    with pytest.raises(SoundnessError, match="the checker accepts `native_decide`") as error:
        await run(store, POLICY, Gullible(), jobs=1)
    assert error.value.exit_code == 1
    assert len(store.endings()) == done
    *before, last = store.results(CANARIES, CanaryReport).values()
    assert len(before) == which
    assert "the checker accepts `native_decide`" in last.proved
    store.close()


async def test_a_fake_that_only_the_audit_refuses_is_told(
    tmp_path: Path, strategies: dict[str, Strategy]
) -> None:
    store = open_store(tmp_path, [problem("a")])
    notes: list[str] = []
    checker = FakeChecker({"axiom fake": PROVED}, audits={"axiom fake": FAILED})
    outcome = await run(
        store, POLICY, checker, jobs=1, on_progress=lambda progress: notes.append(progress.note)
    )
    assert outcome.stopped is None
    assert len(outcome.canaries.leaked) == 2
    assert any("the fast gate took a fake for a proof" in note for note in notes)
    store.close()


async def test_canaries_that_cannot_be_read_are_told(tmp_path: Path, strategies: dict[str, Strategy]) -> None:
    store = open_store(tmp_path, [problem("a")])
    notes: list[str] = []
    checker = FakeChecker(statements={"canary": FAILED, "a": OPEN})
    outcome = await run(
        store, POLICY, checker, jobs=1, on_progress=lambda progress: notes.append(progress.note)
    )
    assert outcome.canaries.refused == 0
    assert any("no canary could be put" in note for note in notes)
    store.close()


async def test_a_proof_of_what_is_false_on_purpose_stops_the_run_for_good(
    tmp_path: Path, strategies: dict[str, Strategy]
) -> None:
    strategies["test"] = scripted({"trap": ["good"]})
    store = open_store(tmp_path, [problem("a"), problem("trap", truth="false"), problem("b")])
    checker = FakeChecker({"good": PROVED})
    with pytest.raises(SoundnessError, match="trap is false on purpose"):
        await run(store, POLICY, checker, jobs=1)
    assert "b" not in store.endings()
    with pytest.raises(SoundnessError, match="trap is false on purpose"):
        await run(store, POLICY, checker, jobs=1)
    store.close()
