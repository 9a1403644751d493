"""Who judges the judge: each step, behind every header, with questions that nobody has answered before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prover.agents.family import load_family
from prover.canaries import SoundnessError
from prover.errors import InfraError, MissingError
from prover.lean import exploits
from prover.lean.protocol import Limits
from prover.train.reward import Judge, Posed, Scored
from prover.train.sentry import Sentry
from prover.train.tables import Grpo
from prover.types import Header, Problem, Statement, Status, Tier, Verdict
from tests.train.fake import Fake

SOUND, LEAKY = Header(), Header((), "open Leaky\n")


def scored(index: int, header: Header, proof: str, reward: float | None) -> Scored:
    statement = Statement("t", f": {index} + 1 = {index + 1}", header)
    posed = Posed(Problem(f"p{index}", statement=statement), statement, "", (1,), False, True)
    return Scored(posed, proof, proof, "", reward)


class Asked(Fake):
    """Remembers all that it is asked; `hole` sees the statement, too."""

    def __init__(self, says: Callable[[Statement, str], Verdict | None]) -> None:
        super().__init__()
        self.says = says
        self.put: list[tuple[Statement, str]] = []

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        self.put.append((statement, submission))
        return self.says(statement, submission) or Verdict(Status.ELABORATION_ERROR)


ACCEPTED = Verdict(Status.PROVED, Tier.ELABORATED)


@pytest.mark.parametrize("turned", [True, False])
async def test_a_proof_is_put_behind_the_header_that_it_was_rewarded_behind(turned: bool) -> None:
    checker = Asked(lambda statement, text: ACCEPTED if statement.header == LEAKY and text == "h" else None)
    samples = [scored(1, SOUND, "omega", 1.0), scored(2, LEAKY, "h", 1.0)]
    with pytest.raises(SoundnessError, match="`h` is rewarded as a proof of"):
        await Sentry(checker, Grpo(canaries=8), 0).guard(1, samples[::-1] if turned else samples)


async def test_a_canary_is_put_also_where_nothing_is_rewarded() -> None:
    checker = Asked(lambda statement, text: None)
    sentry = Sentry(checker, Grpo(fakes=1), 0)
    for step in (1, 2):
        checker.put.clear()
        assert await sentry.guard(step, [scored(1, SOUND, "rfl", 0.0), scored(2, LEAKY, "", None)]) == 2
        (false,) = [statement for statement, _ in checker.put if statement.name.startswith("canary_")]
        assert false.header == (LEAKY if step % 2 else SOUND)


async def test_a_step_in_which_lean_broke_on_all_fakes_does_not_count() -> None:
    """The samples' own verdicts were there; none of what watches over them was."""
    for watched in ("canary_", "target"):
        broken = Asked(
            lambda statement, text, watched=watched: (
                Verdict(Status.INFRA) if statement.name.startswith(watched) else None
            )
        )
        with pytest.raises(InfraError, match=r"step 3: Lean broke down on each of \d fakes"):
            await Sentry(broken, Grpo(), 0).guard(3, [scored(1, SOUND, "omega", 1.0)])


async def test_no_question_is_put_twice() -> None:
    """A checker remembers its verdicts: the second time, it would be the memory that is tested."""
    checker = Asked(lambda statement, text: None)
    sentry = Sentry(checker, Grpo(fakes=200), 0)
    for step in (1, 2, 3):
        await sentry.guard(step, [scored(1, SOUND, "omega", 1.0)])
    assert len(checker.put) > 3 * 50
    assert len(set(checker.put)) == len(checker.put)


def test_without_the_exploit_suite_there_is_no_sentry(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(exploits, "bundled", lambda *_: tmp_path / "nothing")
    with pytest.raises(MissingError, match="the known fakes are not at"):
        Sentry(Fake(), Grpo(), 0)


async def test_a_sample_that_a_stop_text_ends_is_not_cut_off() -> None:
    statement = Statement("t", ": 1 + 1 = 2", Header())
    posed = Posed(Problem("p", statement=statement), statement, "", (1,), False, True, ("```",))
    judge = Judge(Fake(), load_family("generic"))
    found, tally = await judge.score(1, [(posed, " omega\n```", False), (posed, " omega", False)])
    assert (tally.cut_off, tally.samples) == (1, 2)
    assert found[0].reward == 1.0
