"""A held-out statement inside a text, and what is known of a statement that Lean comes to no end with."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.agents.falsifier.signature import read_signature
from prover.bootstrap.claims import claim, claims
from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.fingerprint import Fingerprint, Forms, UnansweredError, fingerprint, fingerprints
from prover.bootstrap.journal import Journal
from prover.bootstrap.words import headings, with_words
from prover.errors import InfraError
from prover.lean.protocol import Limits, Probe, Probes
from prover.problems import load_problems, resolve_benchmark
from prover.types import Header, Problem, Statement, Status, Verdict
from tests.fakes import INFRA, FakeChecker

CORE = Header(("Core",))
SHORT = "(x y z : ℕ) (h : x * y = z) : x ∣ z + z"
MANY = "(a b c d e f : ℕ) (h₀ : a + b + c = d + e + f) (h₁ : a * b * c = d * e * f) (h₂ : a < d) (h₃ : b < e)"


def printed(signature: str, words: str = "") -> Fingerprint:
    return fingerprint(Statement("t", signature, CORE), Forms(), words)


def inside(signature: str, text: str) -> bool:
    return HeldOut({"held": printed(signature)}).inside(text) is not None


def test_every_bundled_test_problem_is_found_where_it_is_stated_anew() -> None:
    problems = load_problems(resolve_benchmark("core")[0], split="test").problems
    signatures = {p.id: p.statement.signature for p in problems if p.statement is not None}
    held = HeldOut({name: printed(signature) for name, signature in signatures.items()})
    for signature in signatures.values():
        read = read_signature(signature)
        closed = f"∀ {read.binder_text}, {read.goal}" if read.binders else read.goal
        proof = ":= by\n  omega"
        main = "theorem main (n : ℕ) : n = n := rfl"
        assert held.inside(f"```lean4\ntheorem helper {signature} {proof}\n\n{main}\n```"), signature
        assert held.inside(f"have key : {closed} {proof}\nexact key"), signature
        assert held.inside(f"suffices {closed} by\n  exact this"), signature
    assert held.inside("theorem main (n : ℕ) : n = n := rfl") is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("lemma aux (m : ℕ) : m + 0 = m := by rfl\n\ntheorem t : True := trivial", True),
        ("have key : ∀ (k : ℕ), k + 0 = k := by simp", True),
        ("have key : ∀ k : ℕ, k + 0 = k := fun k => rfl", True),
        ("have key {k : ℕ} : k + 0 = k := by simp", True),
        ("It's a “quote\" that is no Lean.\nshow ∀ (n : ℕ), n + 0 = n\nHere.", True),
        ("have key : ∀ (k : ℕ), k + 0 = k * 1 := by simp", False),
        ("have key : ∀ (k : ℤ), k + 0 = k := by simp", False),
        ("show ∀ (n : ℕ), n + 0 = n ∧ n = n", False),
        ("have key : n + 0 = n := by simp", False),
    ],
)
def test_a_short_statement_is_found_as_it_stands_and_under_other_names(text: str, holds: bool) -> None:
    assert inside("(n : ℕ) : n + 0 = n", text) == holds


def test_a_short_statement_does_not_hide_behind_longer_ones() -> None:
    goals = [
        " + ".join(f"a ^ {i} * c" for i in range(2, 20)),
        " * ".join(f"(b + {i} + e)" for i in range(2, 20)),
        " - ".join(f"d * f ^ {i}" for i in range(2, 20)),
    ]
    long = {f"long{i}": printed(f"{MANY} : 0 ≤ {goal}") for i, goal in enumerate(goals)}
    held = HeldOut({**long, "short": printed(SHORT)})
    found = held.inside(f"theorem t {MANY} : True := by\n  show ∀ {SHORT} + 0\n  trivial")
    assert found is not None
    assert found.problem == "short"


def test_claims_are_told_apart_by_what_they_say_alone() -> None:
    same = [
        "(a b : ℕ) (h : a < b) : a ≤ b",
        "(x : ℕ) (y : ℕ) (g : x < y) : x ≤ y",
        ": ∀ {p q : ℕ} (r : p < q), p ≤ q",
    ]
    assert len({claim(signature) for signature in same}) == 1
    assert claim("(a b : ℕ) (h : b < a) : a ≤ b") not in {claim(same[0]), ""}
    assert claim("no signature") == ""
    assert list(claims("have h (a : ℕ) : a = a := rfl\nexact « h")) == ["(a : ℕ) : a = a"]


def test_the_same_words_are_refused_however_short_and_headings_are_not() -> None:
    words = "Every prime above two is odd."

    def told(signature: str, text: str, common: frozenset[str] = frozenset()) -> Fingerprint:
        return with_words(printed(signature), [text], common)

    held = HeldOut({"held": told("(n : ℕ) : n = n", words)})
    found = held.like(told("(n : ℕ) : 0 + n = n", "every prime above two, is odd"))
    assert found is not None
    assert found.rule == "words"
    assert held.like(told("(n : ℕ) : 0 + n = n", "Every prime above three is odd.")) is None
    common = headings((words, f"cluster {i}") for i in range(4))
    assert held.like(told("(n : ℕ) : 0 + n = n", words, common)) is None
    assert not headings((words, f"cluster {i}") for i in range(3))


class Stuck(FakeChecker):
    """Reaches a limit: `statement` with the statement, else when it is to be printed."""

    def __init__(self, status: Status | None, times: int = 100) -> None:
        super().__init__()
        self.status, self.times = status, times

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        self.times -= 1
        if self.status is not None and self.times >= 0 and statement.name == "slow":
            return Verdict(self.status, detail="the limit on wall was reached")
        return await super().check_statement(statement, limits)

    async def probe(self, statement: Statement, blocks: object, limits: Limits | None = None) -> Probes:
        if self.status is None and statement.name == "slow":
            return Probes((Probe(False, (), "the limit on wall was reached", answered=False),), 0, 0)
        return Probes((Probe(False, error="x\nn : Nat\n⊢ @Eq Nat n n"),), 0, 0)


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.OUT_OF_MEMORY, None])
async def test_that_lean_came_to_no_end_is_no_answer(status: Status | None, tmp_path: Path) -> None:
    problems = [
        Problem("a", statement=Statement("slow", "(n : ℕ) : n = n", CORE)),
        Problem("b", statement=Statement("quick", "(n : ℕ) : n = n + 0", CORE)),
    ]
    with Journal(tmp_path / "journal") as journal:
        with pytest.raises(UnansweredError, match="slow: Lean comes to no end"):
            await fingerprints(problems, Stuck(status), journal=journal)
        unanswered: set[str] = set()
        await fingerprints(problems, Stuck(status), journal=journal, unanswered=unanswered)
        assert unanswered == {"a"}
        assert len(journal) == 1
        found = await fingerprints(problems, Stuck(Status.TIMEOUT, 1), journal=journal)
    assert found["a"].shape == found["b"].shape != ""


async def test_a_breakdown_of_lean_comes_out_as_one_error_of_ours() -> None:
    with pytest.raises(InfraError, match="the worker died"):
        await fingerprints(
            [Problem("a", statement=Statement("t", "(n : ℕ) : n = n", CORE))],
            FakeChecker(statements={"t": INFRA}),
            unanswered=set(),
        )
