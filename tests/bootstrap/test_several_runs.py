"""Several runs of one problem, which may say different things of it: what is learned does not depend on their order."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from prover.bootstrap.example import Kind
from prover.bootstrap.material import Standing, gathered
from prover.bootstrap.settings import HarvestSettings
from prover.errors import InfraError
from prover.types import Attempt, Completion, Problem, Status, Verdict
from tests.bootstrap.made import (
    AUDITED,
    Harvester,
    drafts,
    failed,
    material,
    prompt_of,
    session,
    stated,
    text_of,
)
from tests.fakes import FAILED, INFRA, FakeChecker

SAME = stated("t", "(a : ℕ) : a = a")
BAD = stated("bad", "(n : ℕ) : n < n")
REFUTED = "intro h; exact absurd (h 0) (Nat.lt_irrefl 0)"
THOUGHT = "The goal says of two things that they are the same, and since they are written alike there is nothing to do."
VALID = HarvestSettings(kinds=(Kind.PROOF,), minimise=0, valid=0.5)


@pytest.fixture
def reap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Harvester:
    return Harvester(monkeypatch, tmp_path)


async def test_what_any_run_holds_out_is_not_learned_from_in_whatever_order(reap: Harvester) -> None:
    mine = session(Problem("mine", statement=SAME), (Attempt("a", SAME, "rfl", "writer"), AUDITED), run="a")
    test = Problem("bench", statement=SAME, split="test")
    false = Problem("bench", statement=SAME, split="train", meta={"truth": "false"})
    for other, why in ((test, "of the split test"), (false, "false on purpose")):
        theirs = session(other, (Attempt("b", SAME, "exact rfl", "writer"), AUDITED), run="b")
        for order in itertools.permutations([mine, theirs]):
            found = await reap(*order)
            assert found.examples == ()
            assert found.left_out == {why: 1}


async def test_near_to_what_a_later_run_holds_out_is_too_near(reap: Harvester) -> None:
    words = "Nothing changes when nothing is added."
    first = session(
        Problem("a", words, statement=SAME, split="train"),
        (Attempt("a", SAME, "rfl", "writer"), AUDITED),
        run="a",
    )
    other = stated("u", "(a : ℕ) : a + 0 = a")
    held = session(Problem("h", statement=other), (Attempt("h", other, "rfl", "writer"), AUDITED), run="b")
    held_again = session(
        Problem("h", words, statement=other, split="test"),
        (Attempt("i", other, "rfl", "writer"), AUDITED),
        run="c",
    )
    for order in itertools.permutations([first, held, held_again]):
        found = await reap(*order)
        assert found.examples == ()
        assert found.left_out == {"contaminated: words": 1, "of the split test": 1}


async def test_one_problem_is_in_one_split_under_any_id_and_any_statement(reap: Harvester) -> None:
    words = "Adding zero to a natural number gives the number."
    for number in range(12):
        one = stated("t", f"(a : ℕ) : a + 0 * {number} = a")
        other = stated("u", f"(a : ℕ) (h : {number} = {number}) : a + 0 = a")
        for ids, said in ((("p", "p"), ("", "")), (("p", "q"), (words, words.upper()))):
            runs = [
                session(
                    Problem(name, text, statement=statement, split="train"),
                    (Attempt(f"{statement.name}", statement, "rfl", "writer"), AUDITED),
                )
                for name, text, statement in zip(ids, said, (one, other), strict=True)
            ]
            splits = [
                {e.id: e.split for e in (await reap(*o, settings=VALID)).examples} for o in (runs, runs[::-1])
            ]
            assert len(splits[0]) == 2
            assert len(set(splits[0].values())) == 1
            assert splits[0] == splits[1]


def test_what_a_proof_is_of_is_told_by_its_own_run() -> None:
    first = session(Problem("bad", statement=BAD), (Attempt("a", BAD, "simp", "hammer"), failed()), run="a")
    wrong = stated("wrong_claim", BAD.signature)
    negated = stated("wrong_claim_neg", ": ¬ (∀ (n : ℕ), n < n)")
    second = session(
        Problem("w", "Every n is below itself.", statement=wrong),
        (Attempt("b", negated, REFUTED, "hammer"), AUDITED),
        run="b",
    )
    assert first.standing(negated) is Standing.NEGATION
    assert second.standing(BAD) is Standing.OWN
    assert second.standing(SAME) is Standing.LEMMA
    for order in ((first, second), (second, first)):
        made = drafts(material(*order), Kind.PROOF, Kind.FORMALIZE, Kind.NEGATION)
        assert [(d.kind, d.statement.name) for d in made] == [(Kind.NEGATION, "wrong_claim_neg")]


def test_a_statement_that_only_a_lemma_speaks_for_is_no_formalization() -> None:
    lemma = (Attempt("a", SAME, "rfl", "decomposer"), AUDITED)
    problem = Problem("bad", "Every n is below itself.", statement=BAD)
    assert drafts(material(session(problem, lemma)), Kind.FORMALIZE) == []
    own = (Attempt("b", BAD, "exact h", "writer"), AUDITED)
    assert len(drafts(material(session(problem, lemma, own)), Kind.FORMALIZE)) == 1


def test_every_run_teaches_all_kinds_under_its_own_name_of_the_problem() -> None:
    first = session(Problem("p", statement=SAME), (Attempt("a", SAME, "simp", "hammer"), failed()), run="a")
    other = stated("other", SAME.signature)
    code = "```lean4\ntheorem other (a : ℕ) : a = a := by\n  rfl\n```"
    second = session(
        Problem("q", "A thing is itself.", statement=other),
        (Attempt("b", other, "rfl", "writer", completion=Completion(code, THOUGHT)), AUDITED),
        (Attempt("c", other, "exact foo a", "writer"), failed()),
        (
            Attempt("d", other, "exact rfl", "corrector", "c", Completion(code.replace("rfl", "exact rfl"))),
            AUDITED,
        ),
        run="b",
    )
    made = drafts(material(first, second), Kind.LONG_COT, Kind.REPAIR, Kind.FORMALIZE, Kind.PROOF)
    assert {d.kind for d in made} == {Kind.LONG_COT, Kind.REPAIR, Kind.FORMALIZE, Kind.PROOF}
    assert {d.problem.id for d in made} == {"p"}
    assert all("A thing is itself." in prompt_of(d) for d in made)
    assert all("theorem other" in text_of(d) for d in made)


async def test_a_run_that_is_given_twice_counts_once(reap: Harvester) -> None:
    problem = Problem("p", statement=SAME, split="train")
    lost, won = (
        (Attempt("z", SAME, "omega", "writer"), failed()),
        (Attempt("y", SAME, "rfl", "writer"), AUDITED),
    )
    early, late = session(problem, lost), session(problem, lost, won)
    elsewhere = session(problem, lost, run="another")
    for runs in ([late], [late, late], [early, late], [late, early]):
        (example,) = (await reap(*runs)).examples
        assert (example.provenance["tries"], example.provenance["wins"]) == (2, 1)
        assert len(gathered(runs)[0].sessions) == 1
    (example,) = (await reap(late, elsewhere)).examples
    assert (example.provenance["tries"], example.provenance["wins"]) == (3, 1)


async def test_tries_are_what_lean_judged_and_wins_what_was_accepted(reap: Harvester) -> None:
    problem = Problem("p", statement=SAME, split="train")
    faked = (Attempt("f", SAME, "exact fake", "writer"), AUDITED)
    broken = (Attempt("i", SAME, "rfl -- once more", "writer"), INFRA)
    won = (Attempt("y", SAME, "rfl", "writer"), AUDITED)
    found = await reap(session(problem, faked, broken, won), checker=FakeChecker(audits={"fake": FAILED}))
    (example,) = found.examples
    assert (example.provenance["tries"], example.provenance["wins"]) == (2, 1)
    assert found.refused == ("f",)


async def test_problems_are_counted_where_they_gave_examples(reap: Harvester) -> None:
    lost = session(Problem("l", statement=BAD), (Attempt("z", BAD, "omega", "writer"), failed()))
    won = session(Problem("w", statement=SAME), (Attempt("y", SAME, "rfl", "writer"), AUDITED))
    assert (await reap(lost, won)).problems == 1
    assert (await reap(lost)).problems == 0


def test_attempts_that_follow_on_each_other_in_a_circle_end() -> None:
    steps = [
        (Attempt("x", SAME, "simp", "writer", "y"), failed()),
        (Attempt("y", SAME, "omega", "writer", "x"), AUDITED),
        (Attempt("s", SAME, "rfl", "writer", "s"), AUDITED),
        (Attempt("c", SAME, "exact rfl", "corrector", "y"), AUDITED),
    ]
    found = material(session(Problem("p", statement=SAME), *steps))
    assert found.tries() == (2, 2)
    assert [r.attempt.id for r in found.sessions[0].rounds_before(steps[3][0])] == ["x", "y"]
    assert drafts(found, Kind.REPAIR)


async def test_a_held_out_statement_stands_in_no_prompt(reap: Harvester) -> None:
    long = "(a b c : ℕ) (h : a + b * c = 7) (g : a * b ≤ c + 3) : a ^ 2 + b ^ 2 ≤ c * (a + b) + 40"
    bad = f"theorem helper {long} := by\n  nlinarith\n\ntheorem t (a : ℕ) : a = a := by\n  exact rf"
    steps = [
        (Attempt("f", SAME, bad, "writer"), failed(5, 2)),
        (Attempt("k", SAME, "rfl", "corrector", "f"), AUDITED),
    ]
    problem = Problem("p", statement=SAME, split="train")
    settings = HarvestSettings(kinds=(Kind.PROOF, Kind.REPAIR, Kind.CRITIQUE), minimise=0, valid=0.0)
    held = Problem("held", statement=stated("held", long))
    found = await reap(session(problem, *steps), held_out=[held], settings=settings)
    assert found.left_out["contaminated: inside"] == 2
    assert not any("helper" in prompt_of(e) for e in found.examples)
    assert found.without_shape == 1
    free = await reap(session(problem, *steps), settings=settings)
    assert sum("helper" in prompt_of(e) for e in free.examples) == 2


class Slow(FakeChecker):
    """Comes to no end with statements that `slow` is part of."""

    def __init__(self, slow: str) -> None:
        super().__init__()
        self.slow = slow

    async def check_statement(self, statement: object, limits: object = None) -> Verdict:
        stuck = self.slow in getattr(statement, "signature", "")
        return Verdict(Status.TIMEOUT if stuck else Status.INCOMPLETE)


async def test_what_lean_comes_to_no_end_with_is_left_out_and_ends_nothing(reap: Harvester) -> None:
    odd = stated("odd", "(a : ℕ) : a ^ 999 = a ^ 999")
    steps = [
        (Attempt("y", SAME, "rfl", "writer"), AUDITED),
        (Attempt("l", odd, "rfl", "decomposer"), AUDITED),
    ]
    runs = [
        session(Problem("w", statement=SAME), *steps),
        session(Problem("o", statement=odd), (Attempt("z", odd, "rfl", "writer"), AUDITED)),
    ]
    found = await reap(*runs, checker=Slow("999"))
    assert [e.problem for e in found.examples] == ["w"]
    assert found.left_out["no answer of Lean's about the statement"] == 1
    assert found.left_out["a lemma without an answer of Lean's"] == 1


async def test_a_breakdown_while_proofs_are_looked_at_is_one_error_of_ours(reap: Harvester) -> None:
    won = session(Problem("w", statement=SAME), (Attempt("y", SAME, "rfl", "writer"), AUDITED))
    with pytest.raises(InfraError, match="the worker died"):
        await reap(won, checker=FakeChecker(audits={"rfl": INFRA}))
