"""The corrector: a new proof from the tries before it, their errors with the code around them, and the open goals."""

from __future__ import annotations

from collections.abc import Sequence

from prover.agents.feedback import told
from prover.agents.speak import ask, values_of
from prover.agents.values import Critique, Draft, Round, Speaker
from prover.agents.writer import draft
from prover.types import Problem, Statement


async def correct(
    speaker: Speaker,
    problem: Problem,
    statement: Statement,
    history: Sequence[Round],
    n: int,
    *,
    critique: Critique | None = None,
) -> list[Draft]:
    """`n` drafts that follow on the newest round; `history` is oldest first.

    Rounds that broke down (`INFRA`) are left out; where nothing is left to correct, there are no drafts.
    """
    _, spec = speaker.family.role("corrector")
    rounds = told(history, statement, spec.rounds)
    if not rounds:
        return []
    values = {**values_of(problem, statement), "rounds": rounds, "last": rounds[-1]}
    if critique is not None and critique.sound is not None:
        values["critique"] = critique.text
    answers = await ask(speaker, "corrector", values, n)
    return [draft(speaker, statement, answer) for answer in answers]
