"""Words into proofs: only comments may be new, and nothing counts that the audit has not seen with them."""

from __future__ import annotations

import pytest

from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.agents.weaver import CHANGED, SILENT, commented
from prover.datagen.weaving import ROLE, How, Woven, steps_of, weave_in
from prover.errors import InfraError
from prover.search.ledger import Notebook
from prover.types import Problem, Statement, Status, Verdict
from tests.agents.fake_model import FakeModel
from tests.fakes import AUDITED, INFRA, FakeChecker

STATEMENT = Statement("goal", "(x : ℤ) (h : x + x = 4) : x = 2")
PROOF = "have k : 2 * x = 4 := by linarith\nomega"
PROBLEM = Problem(
    "p", "Twice x is four.", "By adding, $2 * x = 4$ as a linear equation. Then halve it.", STATEMENT
)
REFUSED = Verdict(Status.ELABORATION_ERROR, detail="no")


def fenced(body: str) -> str:
    return f"```lean4\n{body}\n```"


def restated(proof: str) -> str:
    block = "\n".join(f"  {line}" for line in proof.splitlines())
    return f"theorem goal (x : ℤ) (h : x + x = 4) : x = 2 := by\n{block}"


WOVEN = "-- Twice x.\nhave k : 2 * x = 4 := by linarith\n-- Halve it.\nomega"


@pytest.mark.parametrize("text", [WOVEN, restated(WOVEN), f"{PROOF} -- done"])
def test_comments_may_be_new(text: str) -> None:
    found = commented(text, PROOF)
    assert found is not None
    assert "have k" in found
    assert "theorem" not in found


@pytest.mark.parametrize(
    "text",
    [
        WOVEN.replace("linarith", "nlinarith"),
        "omega",
        "",
        f"exact foo\n{PROOF}",
        f"lemma aux : 1 = 1 := rfl\n{restated(PROOF)}".replace(":= by\n", ":= by\n  skip\n"),
        "-- unfinished /- ",
    ],
)
def test_no_token_of_the_code_may(text: str) -> None:
    assert commented(text, PROOF) is None


async def woven(checker: FakeChecker, *answers: str, problem: Problem = PROBLEM, model: bool = True) -> Woven:
    asked = FakeModel(list(answers)) if model else None
    family = load_family("generic")
    speaker = Speaker(asked, family, family.sampling(ROLE)) if asked is not None else None
    return await weave_in(
        problem, STATEMENT, PROOF, checker, speaker=speaker, ledger=Notebook(), place="p", seed=1
    )


async def test_a_model_weaves_and_the_audit_is_asked_again() -> None:
    checker = FakeChecker(audits={"-- Halve it.": AUDITED})
    found = await woven(checker, fenced(restated(WOVEN)))
    assert found.how is How.MODEL
    assert "-- Halve it." in found.proof
    assert found.tier == "audited"
    assert found.prompt_version.startswith("generic/weaver@")
    assert checker.count("audit", "-- Halve it.") == 1


async def test_what_changes_the_proof_falls_back_to_steps() -> None:
    found = await woven(FakeChecker(), fenced(restated("omega")), fenced(restated(PROOF)))
    assert found.how is How.STEPS
    assert "-- Step 1" in found.proof
    assert found.detail == f"{CHANGED}; {SILENT}"


async def test_what_the_audit_refuses_stays_unwoven() -> None:
    checker = FakeChecker(audits={"--": REFUSED})
    found = await woven(checker, fenced(restated(WOVEN)), fenced(restated(WOVEN)))
    assert found.how is How.UNWOVEN
    assert found.proof == PROOF
    assert "the audit refuses it" in found.detail
    assert found.tier == ""


async def test_without_words_and_without_a_model() -> None:
    silent = Problem("p", "Twice x is four.", "", STATEMENT)
    found = await woven(FakeChecker(), problem=silent, model=False)
    assert (found.how, found.detail) == (How.UNWOVEN, "there is no proof in words")


async def test_a_breakdown_is_no_verdict() -> None:
    with pytest.raises(InfraError):
        await woven(FakeChecker(audits={"--": INFRA}), model=False)


def test_steps_are_numbered_lists_or_sentences() -> None:
    assert steps_of("1. First of all.\n2. Then.\n") == ("First of all.", "Then.")
    assert steps_of("Add both equations. Then divide by two, since it is even. So.") == (
        "Add both equations.",
        "Then divide by two, since it is even.",
        "So.",
    )
    assert steps_of("") == ()
