"""Sessions of runs made by hand, for what no run of ours would write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from prover.agents.compose import compose
from prover.agents.family import load_family
from prover.agents.speak import values_of
from prover.bootstrap.answers import asked
from prover.bootstrap.drafts import Draft
from prover.bootstrap.example import Example, Kind
from prover.bootstrap.harvest import Harvest, harvest
from prover.bootstrap.journal import Journal
from prover.bootstrap.kinds import Drafts
from prover.bootstrap.material import Material, Session, Step, gathered
from prover.bootstrap.settings import HarvestSettings
from prover.types import (
    Attempt,
    Call,
    Completion,
    Diagnostic,
    Header,
    Problem,
    Spend,
    Statement,
    Status,
    StopReason,
    Tier,
    Trace,
    Verdict,
)
from tests.fakes import FakeChecker

CORE = Header(("Core",))
AUDITED = Verdict(Status.PROVED, Tier.AUDITED)


def stated(name: str, signature: str) -> Statement:
    return Statement(name, signature, CORE)


def failed(line: int = 1, column: int = 0, message: str = "no such name") -> Verdict:
    error = Diagnostic("error", message, line, column, line, column + 3)
    return Verdict(Status.ELABORATION_ERROR, diagnostics=(error,))


def session(problem: Problem, *steps: Step, run: str = "run", calls: Sequence[Call] = ()) -> Session:
    trace = Trace(problem, steps, StopReason.EXHAUSTED, Spend(), run)
    return Session(run, trace, {call.id: call for call in calls})


def material(*sessions: Session) -> Material:
    (found,) = gathered(sessions)
    return found


def drafts(
    found: Material,
    *kinds: Kind,
    shortest: Callable[[Attempt], str | None] = lambda attempt: attempt.proof,
) -> list[Draft]:
    return list(Drafts(load_family("generic"), HarvestSettings(kinds=kinds), shortest).of(found))


def criticized(statement: Statement, proof: str, answer: str, **more: object) -> Call:
    """A critic's call, as the search makes it."""
    values: Mapping[str, object] = {
        **values_of(Problem("p"), statement),
        "proof": compose(statement, proof).text,
        **more,
    }
    prompt = asked(load_family("generic"), "critic", statement, values).prompt
    assert not isinstance(prompt, str)
    messages = tuple((message.role.value, message.content) for message in prompt)
    return Call(f"critic {proof}", "critic", "draft0", messages, {}, (Completion(answer),))


class Harvester:
    """Harvests sessions in place of the runs' folders."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._patch, self._folder, self._count = monkeypatch, folder, 0

    async def __call__(
        self,
        *sessions: Session,
        checker: FakeChecker | None = None,
        held_out: Sequence[Problem] = (),
        settings: HarvestSettings | None = None,
    ) -> Harvest:
        self._count += 1
        self._patch.setattr("prover.bootstrap.harvest.read_runs", lambda _: gathered(sessions))
        settings = settings or HarvestSettings(kinds=(Kind.PROOF,), minimise=0, valid=0.0)
        with Journal(self._folder / f"journal{self._count}") as journal:
            return await harvest([], settings, checker or FakeChecker(), journal, held_out=held_out)


def text_of(one: Example | Draft) -> str:
    return one.completion if isinstance(one.completion, str) else one.completion[0].content


def prompt_of(one: Example | Draft) -> str:
    return one.prompt if isinstance(one.prompt, str) else "\n".join(m.content for m in one.prompt)
