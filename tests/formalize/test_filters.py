"""The filters over single statements, with real Lean: what each one says, and on what evidence."""

from __future__ import annotations

import pytest

from prover.errors import InfraError
from prover.formalize.filters import readable, screen
from prover.formalize.lint import Effort
from prover.formalize.result import FILTERS, FilterStatus
from prover.lean.checker import PlainChecker
from prover.types import Header, Problem, Statement, Status
from tests.fakes import INFRA, FakeChecker

HEADER = Header(("Mathlib",))
NONE = Effort(0, 0, 0)


def statement(signature: str) -> Statement:
    return Statement("goal", signature, HEADER)


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        (": sorry", "`sorry` stands in the statement"),
        ("(n : ℕ) (h : n = sorry) : n = n", "`sorry`"),
        (": 1 = 1 := by decide\n\naxiom cheat : False\n\ntheorem more : True", "axiom"),
        (": 1 = 1 := by decide\n\ntheorem more : True", "found the commands"),
        (": 1 = 1) (", "bracket"),
        (": by_elab return .const `False []", "by_elab"),
        (": (by exact run_tac pure ()) = 1", "run_tac"),
        ("(\u202en : ℕ) : n = n", "U+202E"),
        ("(\u0430 : ℕ) : \u0430 = \u0430", "U+0430"),
        ("(n : ℕ) (h : n = n := by rfl) : n ≤ n + 1", "the binder h"),
        ("(n : ℕ := 3) : n = n", "the binder n"),
        (": 1 = 1\n#eval 1", ""),
        ("(n : ℕ)", "type"),
    ],
)
def test_what_may_not_be_shown_to_lean_is_refused_before(signature: str, said: str) -> None:
    result = readable(statement(signature))
    assert result.status is FilterStatus.REJECTED, result
    assert said in result.message


@pytest.mark.parametrize(
    "signature",
    [
        "(n : ℕ) (h : 0 < n) : n ≤ n ^ 2",
        "(x : ℤ) (h : let y := x; y = 1) : x = 1",
        ": ∀ x : ℤ, let y := x; y = x",
        "{p : Prop} : p → p",
    ],
)
def test_honest_text_is_read(signature: str) -> None:
    assert readable(statement(signature)).status is FilterStatus.PASSED


async def test_lean_is_not_asked_about_what_is_refused() -> None:
    checker = FakeChecker()
    look = await screen(Problem("p"), statement(": sorry = 1"), checker)
    assert checker.calls == []
    assert look.rejected is not None
    assert look.rejected.name == "read"
    rest = [one for one in look.filters if one.name != "read"]
    assert {one.status for one in rest} == {FilterStatus.SKIPPED}


async def test_a_breakdown_is_no_rejection() -> None:
    with pytest.raises(InfraError):
        await screen(Problem("p"), statement(": 1 = 1"), FakeChecker(statements={"goal": INFRA}))


@pytest.mark.lean
@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ("(n : N) : n = n", "elaborates"),
        (": ℕ", "elaborates"),
        ("(n : ℕ) (h : m < n) : m ≤ n", "elaborates proposition"),
        (": True", "proposition"),
        ("(n : ℕ) (h : n < 3) (h' : 5 < n) : n = 17", "vacuous"),
        ("(n : ℕ) (h : 2 < n) : n * n < 20", "false"),
    ],
)
async def test_the_first_rejection_is_by_the_right_filter(
    checker: PlainChecker, signature: str, name: str
) -> None:
    look = await screen(Problem("goal", "Let $n$ be so."), statement(signature), checker)
    assert look.rejected is not None, look
    assert look.rejected.name in name.split()
    names = [one.name for one in look.filters]
    assert names == [one for one in FILTERS if one not in ("duplicate", "faithful")]
    after = look.filters[names.index(look.rejected.name) + 1 :]
    assert {one.status for one in after} <= {FilterStatus.SKIPPED}
    if name in ("vacuous", "false"):
        # Evidence that stands by itself.
        report = await checker.check_file("import Mathlib\n" + look.rejected.evidence)
        assert report.status is Status.PROVED


@pytest.mark.lean
async def test_an_honest_statement_is_never_rejected(checker: PlainChecker) -> None:
    problem = Problem("goal", "For integers $a > b$, is $a - b$ positive?", meta={"answer": "0"})
    look = await screen(problem, statement("(a b : ℤ) (h : b < a) : 0 < a - b"), checker)
    said = {one.name: one.status for one in look.filters}
    assert look.rejected is None
    assert said["answer"] is said["names"] is said["elaborates"] is said["proposition"] is FilterStatus.PASSED
    assert said["linter"] is FilterStatus.PASSED
    assert (said["vacuous"], said["false"]) == (FilterStatus.PASSED, FilterStatus.UNKNOWN)
    assert look.shape


@pytest.mark.lean
async def test_flags(checker: PlainChecker) -> None:
    problem = Problem("imo_2001_p1", "Find $x - y$.", meta={"answer": "7"})
    look = await screen(problem, statement("(x : ℕ) : x - 3 ≤ x"), checker, Effort(0, 0, 1))
    said = {one.name: one for one in look.filters}
    assert said["answer"].status is FilterStatus.FLAGGED
    assert (said["names"].status, said["names"].evidence) == (FilterStatus.FLAGGED, "y")
    assert said["linter"].status is FilterStatus.FLAGGED
    assert "natural_subtraction" in said["linter"].evidence
    assert said["trivial"].status is FilterStatus.FLAGGED
    assert "theorem goal" in said["trivial"].evidence
    assert said["vacuous"].status is FilterStatus.PASSED
    assert said["false"].status is FilterStatus.SKIPPED
    assert look.rejected is None
