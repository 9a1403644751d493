"""The warm checker with real Lean agrees with the plain one, and the pool is fair."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from prover.errors import InfraError, InputError
from prover.lean.checker import PlainChecker
from prover.lean.judge import Elaboration
from prover.lean.pool import Pool
from prover.lean.pooled import PooledChecker
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.types import Header, Statement, Status, Verdict

LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
BOTH = Statement("both", "(a b : ℕ) (h : a < b ∧ b < 3) : a < 5 ∧ b < 5")
IN_FOO = Header(("Mathlib",), "namespace Foo\nvariable (k : ℕ)\ndef double : ℕ := k + k\n")
DOUBLE = Statement("bar", ": double k = 2 * k", IN_FOO)
STRANGE = Statement("strange", "(𝔸 b : ℕ) (h : 𝔸 < b) : 𝔸 ≤ b")
FALSE = Statement("no", ": 1 = 2")

CASES = [
    *[
        (LESS, text)
        for text in (
            "omega",
            "exact Nat.le_of_lt h",
            ":= Nat.le_of_lt h",
            "by\n  omega",
            "fun a b h => Nat.le_of_lt h",
            "sorry",
            "have : a = a := by\n  sorry\nomega",
            "skip",
            "exact h",
            "exact h\nexact h",
            "no_such_tactic",
            "exact (nonsense : a = b) \nomega",
            "have x : a = b := by\n  skip\nhave y : b = a := by\n  omega\nomega",
            "exact less a b h",
            "rfl",
            "simp",
            "constructor",
            "intro x",
            "omega -- and no more",
            "open Nat in\nomega",
            "classical\nby_cases a = 0 <;> omega",
            "",
            "  \n",
            "native_decide",
            "omega\n#exit",
            "omega\r\n",
            "exact \"a\ud800\"",
            "(",
            "exact (Nat.le_of_lt h",
            "· omega",
            "omega\nomega",
            "calc a ≤ a + 1 := by omega\n  _ ≤ b := by omega",
            "theorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  omega",
            "theorem less (a b : ℕ) (h : a < b) : a ≤ b + 1 := by omega",
            "theorem x (a : ℕ) : a ≤ a := by omega\ntheorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  have := x a\n  omega",
            "theorem x (a : ℕ) : a ≤ 0 := by omega\ntheorem less (a b : ℕ) (h : a < b) : a ≤ b := by\n  exact x a",
            "theorem y : 1 = 1 := rfl\ntheorem less (a b : ℕ) (h : a < b) : a ≤ b :=",
        )
    ],
    *[(BOTH, text) for text in ("omega", "constructor <;> omega", "constructor\n· omega", "constructor", "exact ⟨by omega, by skip⟩")],
    *[(DOUBLE, text) for text in ("unfold double\nomega", "rfl", "simp [double]\nnonsense")],
    *[(STRANGE, text) for text in ("omega", "exact (𝔸 : nonsense)", "exact 𝔸𝔸 -- 𝔸", "have 𝔹 := h; exact 𝔹")],
    *[(FALSE, text) for text in ("rfl", "decide", "omega", "simp", "exact absurd rfl (by decide)")],
    (Statement("t", ": zzz = 1"), "rfl"),
    (Statement("t", "(n : ℕ) : n +"), "rfl"),
    (Statement("t", "(n : ℕ) : n = n", Header(("Foo",))), "rfl"),
    (Statement("t", "(n : ℕ) : n = n", Header(("Mathlib",), "open Nowhere\n")), "rfl"),
    (Statement("t", "(n : ℕ) : n = n", Header(("Mathlib",), "open Nowhere\n")), "omega"),
    (Statement("t", ": 1 = 2", Header(("Mathlib",), "axiom evil : 1 = 2\n")), "exact evil"),
]  # fmt: skip


def essence(verdict: Verdict) -> Verdict:
    """What must not depend on the process that answered."""
    return replace(verdict, wall_s=0.0, cpu_s=0.0, checker="", cached=False)


@pytest.fixture
async def warm(core: Toolchain) -> AsyncIterator[PooledChecker]:
    checker = PooledChecker(core, jobs=2, limits=Limits(wall_s=60))
    yield checker
    await checker.aclose()


@pytest.mark.lean
async def test_the_warm_checker_agrees_with_the_plain_one(warm: PooledChecker, checker: PlainChecker) -> None:
    async def both(statement: Statement, text: str) -> None:
        plain, first = await checker.check(statement, text), await warm.check(statement, text)
        assert essence(first) == essence(plain), (statement, text)
        again = await warm.check(statement, text)
        assert (essence(again), again.cached) == (essence(plain), True)

    await asyncio.gather(*(both(statement, text) for statement, text in CASES))
    assert {(await warm.check(*case)).status for case in CASES} >= set(Status) - {
        Status.TIMEOUT,
        Status.OUT_OF_MEMORY,
        Status.INFRA,
    }


@pytest.mark.lean
async def test_statements_are_judged_alike(warm: PooledChecker, checker: PlainChecker) -> None:
    for statement in dict.fromkeys(statement for statement, _ in CASES):
        plain = await checker.check_statement(statement)
        for _ in range(2):
            assert essence(await warm.check_statement(statement)) == essence(plain)


@pytest.mark.lean
async def test_the_same_verdict_whatever_else_runs(core: Toolchain) -> None:
    checker = PooledChecker(core, jobs=2, limits=Limits(wall_s=60))
    wrong = "have x : a = b := by\n  omega\nexact h"
    texts = [
        f"{text}\n-- {i}" for i in range(25) for text in ("omega", wrong, "sorry", "exact Nat.le_of_lt h")
    ]
    verdicts = await asyncio.gather(*(checker.check(LESS, text) for text in texts))
    await checker.aclose()
    assert len({essence(v) for v in verdicts[0::4]}) == 1
    assert [v.status for v in verdicts[:4]] == [
        Status.PROVED, Status.ELABORATION_ERROR, Status.INCOMPLETE, Status.PROVED
    ]  # fmt: skip
    for kind in range(1, 4):
        assert len({essence(v) for v in verdicts[kind::4]}) == 1


@pytest.mark.lean
async def test_limits_leave_the_next_check_alone(warm: PooledChecker) -> None:
    assert (await warm.check(LESS, "repeat skip", Limits(wall_s=1))).status is Status.TIMEOUT
    assert (await warm.check(LESS, "repeat skip", Limits(wall_s=30, cpu_s=0.5))).status is Status.TIMEOUT
    long = "(Nat.rec (motive := fun _ => List ℕ) [] (fun n l => n :: l) 3000000).length = 3000000"
    bomb = await warm.check(
        Statement("bomb", f": {long}"), "decide +kernel", Limits(wall_s=60, memory_mb=260)
    )
    assert bomb.status is Status.OUT_OF_MEMORY
    assert (await warm.check(LESS, "omega")).status is Status.PROVED


@pytest.mark.lean
async def test_probes_are_answered_alike(warm: PooledChecker, checker: PlainChecker) -> None:
    blocks = [
        "omega",
        "constructor",
        "skip\nnonsense",
        "constructor <;> omega",
        "obtain ⟨h₁, h₂⟩ := h\nconstructor\n· omega",
    ]
    limits = Limits(heartbeats=50_000)
    plain = await checker.probe(BOTH, blocks, limits)
    for _ in range(2):
        assert (await warm.probe(BOTH, blocks, limits)).answers == plain.answers
    cut = await warm.probe(
        BOTH, ["nonsense", "constructor", "repeat skip", "omega"], Limits(wall_s=60, cpu_s=1)
    )
    assert [probe.answered for probe in cut.answers] == [True, True, False, False]
    assert len(cut.answers[1].goals) == 2


@pytest.mark.lean
async def test_goals_at_a_place(warm: PooledChecker) -> None:
    text = "have x : a < b + 1 := by omega\nomega"
    assert await warm.goals(LESS, text, 1, 0) == ("a b : ℕ\nh : a < b\n⊢ a ≤ b",)
    assert await warm.goals(LESS, text, 2, 0) == ("a b : ℕ\nh : a < b\nx : a < b + 1\n⊢ a ≤ b",)
    assert await warm.goals(LESS, "omega", 1, 5) == ()
    with pytest.raises(InputError):
        await warm.goals(LESS, text, 9, 0)
    with pytest.raises(InputError):
        await warm.goals(LESS, "native_decide", 1, 0)


@pytest.mark.lean
async def test_a_check_is_made_once(warm: PooledChecker) -> None:
    first = await asyncio.gather(*(warm.check(LESS, "omega" + " " * i) for i in range(6)))
    assert [verdict.cached for verdict in first] == [False] + [True] * 5
    assert not (await warm.check(replace(LESS, name="more"), "omega")).cached
    slow = Limits(wall_s=0.5)
    assert (await warm.check(LESS, "repeat skip", slow)).status is Status.TIMEOUT
    assert (await warm.check(LESS, "repeat skip", slow)).cached
    assert not (await warm.check(LESS, "repeat skip", replace(slow, cpu_s=0.3))).cached
    assert (await warm.check(LESS, "omega", slow)).cached


class Scribe:
    """A worker that only notes what it reads; `hold` makes it wait."""

    def __init__(self, header: str, log: list[str], start_s: float = 0.0) -> None:
        self.header, self.log, self.start_s = header, log, start_s
        self.dead = False

    @property
    def usable(self) -> bool:
        return not self.dead

    async def elaborate(self, text: str, limits: Limits) -> Elaboration:
        self.log.append(text)
        await asyncio.sleep(0.01)
        return Elaboration(())

    async def goals(self, line: int, column: int, limits: Limits) -> tuple[str, ...]:
        return ()

    def kill(self) -> None:
        self.dead = True

    async def gone(self) -> None:
        self.log.append(f"gone {self.header}")


def scribes(log: list[str], start_s: float = 0.0) -> tuple[Pool, list[Scribe]]:
    made: list[Scribe] = []

    async def start(header: str, limits: Limits) -> Scribe:
        made.append(Scribe(header, log, start_s))
        return made[-1]

    return Pool(start, jobs=2), made


async def test_a_worker_stays_with_its_header_but_no_header_starves() -> None:
    log: list[str] = []
    pool, made = scribes(log, start_s=0.02)
    often = [pool.elaborate("a", f"a{i}", Limits()) for i in range(60)]
    rare = pool.elaborate("b", "b", Limits())
    await asyncio.gather(*often, rare)
    texts = [text for text in log if not text.startswith("gone")]
    assert texts.index("b") < 40
    assert len(made) <= 4, "a header's workers are used again"
    await pool.aclose()
    assert all(worker.dead for worker in made)
    with pytest.raises(InfraError):
        await pool.goals("a", "a", 1, 0, Limits())


async def test_many_headers_do_not_pile_up_workers() -> None:
    log: list[str] = []
    pool, made = scribes(log)
    for number in range(20):
        await pool.elaborate(f"h{number}", "x", Limits())
        assert sum(not worker.dead for worker in made) <= 3
    await pool.aclose()
    assert sum(text.startswith("gone") for text in log) == 20


async def test_callers_wait_their_turn_and_may_leave() -> None:
    log: list[str] = []
    pool, made = scribes(log)
    start = time.monotonic()
    calls = [asyncio.ensure_future(pool.elaborate("a", f"a{i}", Limits())) for i in range(40)]
    await asyncio.sleep(0.015)
    for call in calls[10:30]:
        call.cancel()
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(result, Elaboration) for result in done) == 20
    assert len(log) < 24
    assert time.monotonic() - start < 2
    assert (await pool.elaborate("a", "last", Limits())).broken is None
    assert sum(not worker.dead for worker in made) == 2
    await pool.aclose()
