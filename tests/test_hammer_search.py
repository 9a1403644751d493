"""The hammer against scripted answers: search, budgets, cancellation, and a checker that misbehaves."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from zlib import crc32

import pytest

from prover.agents.hammer import HammerBudget, HammerResult, hammer
from prover.errors import InfraError
from prover.lean.protocol import Limits, Probe, Probes
from prover.types import Statement, StopReason, Verdict

STATEMENT = Statement("t", "(p q : ℕ) (h : p = 1 ∨ q = 1) : p * q = q * p ∧ p < p + 1")
OPENING = "p q : ℕ\nh : p = 1 ∨ q = 1\n⊢ p * q = q * p ∧ p < p + 1"
LEFT, RIGHT = (f"p q : ℕ\nh : p = 1 ∨ q = 1\n⊢ {t}" for t in ("p * q = q * p", "p < p + 1"))
_serial = itertools.count()

Answer = Callable[[str], Probe]


class Scripted:
    """Answers every block by a function of its text; each instance is a toolchain of its own."""

    def __init__(self, answer: Answer, cpu_s: float = 0.01, delay_s: float = 0.0) -> None:
        self.answer = answer
        self.cpu_s = cpu_s
        self.delay_s = delay_s
        self.toolchain = f"scripted {next(_serial)}"
        self.asked: list[str] = []
        self.limits: list[Limits | None] = []

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        await asyncio.sleep(self.delay_s)
        self.asked += blocks
        self.limits.append(limits)
        answers = tuple(
            Probe(closed=True) if statement.signature == ": True" else self.answer(b) for b in blocks
        )
        return Probes(answers, self.cpu_s * len(blocks), self.cpu_s * len(blocks))

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        raise AssertionError("the hammer only probes")

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        raise AssertionError("the hammer only probes")

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        raise AssertionError("the hammer only probes")

    async def aclose(self) -> None:
        return None


def conjunction(block: str) -> Probe:
    """A world where the conjunction must be split, the left part is `ring`, the right part `simp`."""
    goals = [OPENING]
    for number, row in enumerate(block.split("\n"), 1):
        line = row.strip().removeprefix("· ")
        if line == "skip":
            continue
        if not goals:
            return Probe(closed=False, error="No goals to be solved", line=number)
        if line.startswith("refine ⟨?_, ?_⟩") and goals[0] == OPENING:
            goals[:1] = [LEFT, RIGHT]
        elif (line, goals[0]) in (("ring", LEFT), ("simp", RIGHT)):
            del goals[0]
        else:
            return Probe(closed=False, error=f"{line} failed", line=number)
    return Probe(closed=not goals, goals=tuple(goals))


def stuck(block: str) -> Probe:
    return (
        Probe(closed=False, goals=(OPENING,))
        if block == "skip"
        else Probe(closed=False, error="failed", line=1)
    )


async def run(checker: Scripted, **bounds: float) -> HammerResult:
    budget = HammerBudget(**{"lean_cpu_s": 30.0, "wall_s": 30.0, **bounds})  # type: ignore[arg-type]
    return await hammer(STATEMENT, checker, budget)


async def test_steps_are_combined_and_bulleted() -> None:
    checker = Scripted(conjunction)
    result = await run(checker)
    assert result.stop_reason is StopReason.PROVED
    assert result.proof == "refine ⟨?_, ?_⟩\n· ring\n· simp"
    assert result.tried == result.spend.checks == len(checker.asked)
    assert result.spend.lean_cpu_s == pytest.approx(checker.cpu_s * len(checker.asked))


async def test_the_same_answers_give_the_same_search() -> None:
    first, second = Scripted(conjunction), Scripted(conjunction)
    assert (await run(first)).proof == (await run(second)).proof
    assert first.asked == second.asked


async def test_a_search_that_finds_nothing_ends() -> None:
    result = await run(Scripted(stuck, cpu_s=0.0001))
    assert (result.proof, result.stop_reason) == (None, StopReason.EXHAUSTED)


def growing(block: str) -> Probe:
    """Every step leads to a new state: only a budget ends this."""
    return Probe(closed=False, goals=(f"x : ℕ\n⊢ x = {crc32(block.encode())} + {len(block)}",))


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [({"lean_cpu_s": 2.0}, StopReason.LEAN_CPU), ({"max_probes": 700}, StopReason.SAMPLES)],
)
async def test_a_budget_ends_the_search_and_is_named(bounds: dict[str, float], reason: StopReason) -> None:
    checker = Scripted(growing, cpu_s=0.002)
    result = await run(checker, **bounds)
    assert result.stop_reason is reason
    assert result.spend.lean_cpu_s < bounds.get("lean_cpu_s", 60) + 0.5
    assert result.tried < bounds.get("max_probes", 10_000) + 64


async def test_a_batch_gets_no_more_than_is_left() -> None:
    checker = Scripted(growing, cpu_s=0.002)
    await run(checker, lean_cpu_s=2.0)
    left = [limits.cpu_s for limits in checker.limits if limits is not None]
    assert left[0] == 2.0
    assert left == sorted(left, reverse=True)
    assert left[-1] < 0.5
    assert all(limits is not None and limits.heartbeats for limits in checker.limits)


async def test_the_wall_clock_ends_the_search() -> None:
    result = await run(Scripted(growing, cpu_s=0.0, delay_s=0.05), wall_s=0.4)
    assert result.stop_reason is StopReason.WALL
    assert result.spend.wall_s < 5


async def test_depth_and_states_are_bounded() -> None:
    result = await run(Scripted(growing, cpu_s=0.0), max_nodes=5, max_depth=2)
    assert (result.stop_reason, result.detail) == (StopReason.EXHAUSTED, "5 states")


async def test_cancellation_goes_through() -> None:
    task = asyncio.create_task(run(Scripted(growing, delay_s=0.02)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_statement_that_lean_cannot_read_is_unsupported() -> None:
    result = await run(Scripted(lambda _: Probe(closed=False, error="unknown identifier 'Real'", line=0)))
    assert result.stop_reason is StopReason.UNSUPPORTED
    assert "Real" in result.detail


@pytest.mark.parametrize(
    "goal", ["", "⊢", "\x00", "h : \n⊢ ((((", "⊢ " + "∀ x, " * 3000 + "x", "x✝ : ℕ\n⊢ ?m.3 = x✝"]
)
async def test_hostile_goals_do_not_break_it(goal: str) -> None:
    def answer(block: str) -> Probe:
        return Probe(closed=False, goals=(goal or "no goal at all",))

    result = await run(Scripted(answer, cpu_s=0.001), max_nodes=20)
    assert result.proof is None


async def test_a_checker_that_answers_too_few_is_broken() -> None:
    class Short(Scripted):
        async def probe(
            self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
        ) -> Probes:
            full = await super().probe(statement, blocks, limits)
            return Probes(full.answers[1:], full.wall_s, full.cpu_s)

    with pytest.raises(InfraError, match="answers to a batch"):
        await run(Short(stuck))


async def test_a_checker_that_says_nothing_is_broken() -> None:
    with pytest.raises(InfraError, match="said nothing"):
        await run(Scripted(lambda _: Probe(closed=False)))


async def test_one_bad_batch_is_asked_again() -> None:
    class Hiccup(Scripted):
        batches = 0

        async def probe(
            self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
        ) -> Probes:
            full = await super().probe(statement, blocks, limits)
            self.batches += 1
            return Probes((), 0.0, 0.0) if self.batches % 3 == 0 else full

    result = await run(Hiccup(conjunction))
    assert result.stop_reason is StopReason.PROVED


async def test_blocks_behind_one_that_ends_the_process_are_asked_again() -> None:
    class Fragile(Scripted):
        async def probe(
            self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
        ) -> Probes:
            full = await super().probe(statement, blocks, limits)
            answers = list(full.answers)
            for i, block in enumerate(blocks):
                if block.endswith("simp_all"):
                    lost = Probe(closed=False, error="the limit was reached", answered=False)
                    answers[i:] = [lost] * (len(blocks) - i)
                    break
            return Probes(tuple(answers), full.wall_s, full.cpu_s)

    result = await run(Fragile(conjunction))
    assert result.proof == "refine ⟨?_, ?_⟩\n· ring\n· simp"


async def test_a_statement_that_never_gets_an_answer_is_ours_to_mend() -> None:
    with pytest.raises(InfraError, match="does not get through"):
        await run(Scripted(lambda _: Probe(closed=False, error="Lean ended with -9", answered=False)))
