"""Is a statement faithful to its words? Back into words, and the votes of a judge with a rubric.

A majority of the judgements decides; answers that are no judgement do not count either way. Without a majority, or
without any judgement, the word is `unknown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.agents.judge import informalize, judge
from prover.agents.values import Judgement
from prover.formalize.result import FilterResult, FilterStatus
from prover.formalize.room import Room
from prover.formalize.settings import Settings
from prover.types import Problem, Statement


@dataclass(frozen=True, slots=True)
class Opinion:
    result: FilterResult
    words: str
    """The statement put back into words."""
    judgements: tuple[Judgement, ...]


async def opinion(
    room: Room, problem: Problem, statement: Statement, place: str, settings: Settings
) -> Opinion:
    """What the judge thinks; `place` is unique among those asked about."""
    words = await informalize(room.speaker("informalizer", place), statement)
    judgements = await judge(room.speaker("judge", place), problem, statement, words, settings.votes)
    return Opinion(tally(judgements), words, tuple(judgements))


def tally(judgements: Sequence[Judgement]) -> FilterResult:
    """The majority among those that are judgements, with the reasons against."""
    yes = sum(one.faithful is True for one in judgements)
    no = sum(one.faithful is False for one in judgements)
    void = len(judgements) - yes - no
    message = f"{yes} of {yes + no} judgements find it faithful"
    if void:
        message += f"; {void} answer{'s were' if void > 1 else ' was'} no judgement"
    lines = [f"{c.name}: {c.reason}" for one in judgements for c in one.criteria if not c.met]
    lines += [f"no judgement: {one.fault}" for one in judgements if one.fault]
    status = FilterStatus.PASSED if yes > no else FilterStatus.REJECTED if no > yes else FilterStatus.UNKNOWN
    return FilterResult("faithful", status, message, "\n".join(dict.fromkeys(lines)))
