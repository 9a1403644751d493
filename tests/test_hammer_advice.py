"""The hammer with an adviser: what a wrong draft is worth, as text, in a scripted world, and with real Lean."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from prover.agents.hammer import Adviser, HammerBudget, HammerResult, hammer
from prover.agents.hammer.advice import opened_step, openings, top_steps
from prover.agents.hammer.goals import Goal, as_signature, parse_goal
from prover.agents.hammer.session import Session
from prover.lean.checker import PlainChecker
from prover.lean.protocol import Probe
from prover.types import Header, Statement, StopReason
from tests.test_hammer_search import LEFT, OPENING, STATEMENT, Scripted, conjunction, growing


@pytest.mark.parametrize(
    ("step", "opened"),
    [
        ("have key : ∀ n, a n = (3 : ℕ) := by\n  intro n\n  omega", "have key : ∀ n, a n = (3 : ℕ) := ?_"),
        ("exact ⟨2 * s, by rw [h, g]; ring, by omega⟩", "refine ⟨2 * s, ?_, ?_⟩"),
        ("obtain ⟨u, h⟩ : ∃ u, n = u := ⟨n / 5, by omega⟩", "obtain ⟨u, h⟩ : ∃ u, n = u := ⟨n / 5, ?_⟩"),
        (
            "induction n with\n| zero => omega\n| succ n ih =>\n  cases x with\n  | a => simp\n  omega",
            "induction n with\n| zero => ?_\n| succ n ih =>\n  ?_",
        ),
        ("omega", ""),
        ("have e := h n", ""),
        ("have : «a", ""),
    ],
)
def test_the_proofs_inside_a_step_are_left_open(step: str, opened: str) -> None:
    assert opened_step(step) == opened


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("intro x\n-- so\n\nomega", ("intro x", "omega")),
        ("cases h with\n| inl h => simp\n| inr h =>\n  omega\nring", ("cases h with\n| inl h => simp\n| inr h =>\n  omega", "ring")),
        ("simp\n  <;> omega\nring", ("simp\n  <;> omega", "ring")),
        ("exact foo\nsorry", ()),
        ("theorem t : True := trivial", ()),
        (":= by simp", ()),
        ("", ()),
        ("/- open", ()),
    ],
)  # fmt: skip
def test_a_draft_is_read_in_steps(text: str, steps: tuple[str, ...]) -> None:
    assert top_steps(text) == steps


def test_a_goal_is_written_like_a_statement() -> None:
    goal = parse_goal(
        "case inl\nf : ℕ → ℤ\na b : ℤ\nn✝ : ℕ\nc : ℤ := 3\nh : ∀ (x : ℤ), ∃ y,\n  x = y\ng : ∀ (n m : ℕ), f n = f m\n⊢ ∀ (x : ℕ), f x = a"
    )
    assert as_signature(goal) == (
        "(f : ℕ → ℤ) (a b : ℤ) (h : ∀ x : ℤ, ∃ y, x = y) (g : ∀ n m, f n = f m) : ∀ x, f x = a"
    )


class Wise:
    """Says of a goal what it is told to, and notes what it was asked."""

    def __init__(self, drafts: dict[str, Sequence[str]]) -> None:
        self.drafts = drafts
        self.asked: list[str] = []

    async def ask(self, goal: Goal) -> Sequence[str]:
        self.asked.append(goal.target)
        return self.drafts.get(goal.target, ())


async def advised(checker: Scripted, wise: Wise, *, goals: int = 8, after_s: float = 0.0) -> HammerResult:
    budget = HammerBudget(lean_cpu_s=3.0, wall_s=30.0)
    return await hammer(STATEMENT, checker, budget, Adviser(wise.ask, goals, after_s))


def secret(block: str) -> Probe:
    """As `conjunction`, where the left part needs a word that the hammer does not know."""
    return conjunction(block.replace("ring", "what").replace("abracadabra", "ring"))


async def test_a_goal_that_the_search_came_to_is_closed_by_its_draft() -> None:
    wise = Wise({parse_goal(LEFT).target: ["nonsense", "abracadabra\nnonsense"]})
    result = await advised(Scripted(secret), wise)
    assert result.proof == "refine ⟨?_, ?_⟩\n· abracadabra\n· simp"
    assert parse_goal(OPENING).target in wise.asked
    assert (await hammer(STATEMENT, Scripted(secret), HammerBudget(lean_cpu_s=3.0))).proof is None


async def test_it_asks_of_as_many_goals_as_it_may_and_not_too_early() -> None:
    wise = Wise({})
    checker = Scripted(growing, cpu_s=0.002)
    result = await advised(checker, wise, goals=3, after_s=1.0)
    assert result.stop_reason is StopReason.LEAN_CPU
    assert len(wise.asked) == len(set(wise.asked)) == 3
    alone = await advised(Scripted(growing, cpu_s=0.002), none := Wise({}), goals=3, after_s=5.0)
    assert (alone.stop_reason, none.asked) == (StopReason.LEAN_CPU, [])


FUNCTION = Statement(
    "advice_function",
    "(f : ℤ → ℤ) (hf : ∀ x, f x = 3 * x + 2) : Function.Injective f ∧ ¬Function.Surjective f",
    Header(("Mathlib",)),
)


@pytest.mark.lean
async def test_a_wrong_draft_is_worth_its_idea(checker: PlainChecker) -> None:
    goal = Statement("advice_text", "(a b : ℕ) (h : a = b + 2) : ∃ k, a + b = 2 * k", Header(("Mathlib",)))
    session = Session(goal, checker, HammerBudget(lean_cpu_s=60, wall_s=240))
    drafts = [
        "exact ⟨b + 1, by ring⟩",
        "have key : a + b = 2 * (b + 1) := by rfl\nexact ⟨b + 1, key⟩",
        "subst h\nnonsense",
        "have bad : a = b := by\n  skip\nexact ⟨b, by omega⟩",
    ]
    found = await openings(session, "", drafts, 100_000)
    assert {one.rank: (one.text, len(one.answer.goals)) for one in found} == {
        0: ("refine ⟨b + 1, ?_⟩", 1),
        1: ("have key : a + b = 2 * (b + 1) := ?_\nexact ⟨b + 1, key⟩", 1),
        2: ("subst h", 1),
        3: ("have bad : a = b := ?_\nexact ⟨b, by omega⟩", 1),
    }


@pytest.mark.lean
async def test_the_hammer_splits_and_ends_what_the_adviser_begins(checker: PlainChecker) -> None:
    budget = HammerBudget(lean_cpu_s=60, wall_s=240)
    wise = Wise(
        {
            "Function.Injective f": ["omega", "intro x y e\nlinarith [f x]"],
            "¬Function.Surjective f": ["intro hs\nobtain ⟨x, hx⟩ := hs 0\nrw [h] at hx\nomega"],
        }
    )
    result = await hammer(FUNCTION, checker, budget, Adviser(wise.ask, goals=12))
    assert result.proof is not None, result
    assert "hs 0" in result.proof
    assert (await checker.check(FUNCTION, result.proof)).proved
    assert result.spend.lean_cpu_s < 30
