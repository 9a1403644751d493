"""From a problem in words to the Lean statement that says the same, or the reason why there is none.

Several drafts, each read and looked at, those that Lean refuses repaired; then the filters, cheap first, over each
different statement; then the agreement among what is left, and a judge's votes on each cluster's representative. What
cannot be decided is kept as `unknown` and drops nothing. The winner is the representative of the best cluster: one that
the judge found faithful before one that it could not judge, then the most votes, the fewest flags, the earliest.

Raises `InfraError` where Lean or a model breaks, `InputError` where a model does not fit its role, `MissingError` where
something is not there. Limits: a winner is a statement that nothing was found against, not one that is proved faithful.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from prover.agents import formalizer
from prover.agents.values import Speaker, StatementDraft, StatementRound
from prover.formalize.agreement import agree, best_first
from prover.formalize.equivalence import Comparer
from prover.formalize.examples import Examples
from prover.formalize.faithful import opinion
from prover.formalize.filters import Look, completed, deeper, first_look
from prover.formalize.meter import Metered
from prover.formalize.name import free_name
from prover.formalize.result import (
    Candidate,
    Comparison,
    Ending,
    FilterResult,
    FilterStatus,
    Formalization,
)
from prover.formalize.room import Room
from prover.formalize.settings import Settings
from prover.lean.protocol import Checker
from prover.search.ledger import Ledger, Notebook
from prover.types import Header, Problem, Statement

_REPAIRED = ("read", "elaborates", "proposition")
"""A rejection by one of these is shown to the formalizer for a repair."""


async def formalize(
    problem: Problem,
    seats: Mapping[str, Speaker],
    checker: Checker,
    settings: Settings | None = None,
    *,
    examples: Examples | None = None,
    ledger: Ledger | None = None,
    seed: int = 0,
) -> Formalization:
    """Formalize the words of `problem`. `seats` holds a speaker for each of `settings.roles`.

    Where the problem comes with a Lean statement, its name and header are used, no agent sees the statement itself, and
    the winner is compared with it.
    """
    settings = settings or Settings()
    if not problem.informal_statement.strip():
        return Formalization(problem, Ending.NO_WORDS, detail="the problem has no words")
    room = Room(problem, seats, ledger or Notebook(), seed)
    metered = Metered(checker)
    header = problem.statement.header if problem.statement else settings.header
    name = problem.statement.name if problem.statement else await free_name(problem.id, header, metered)
    work = _Work(problem, metered, settings, room, name, header)
    shown = examples.like(problem, work.header, settings.examples) if examples is not None else []
    speaker = room.speaker("formalizer", "drafts", settings.samples)
    drafts = await formalizer.formalize(
        speaker, problem, work.name, work.header, settings.samples, examples=shown
    )
    for index, draft in enumerate(drafts):
        await work.draft(f"draft{index}", draft)
    await work.filter()
    result = await work.choose()
    return replace(result, examples=tuple(one.id for one in shown), spend=room.total() + metered.spend)


@dataclass
class _Work:
    """One formalization under way."""

    problem: Problem
    checker: Checker
    settings: Settings
    room: Room
    name: str
    header: Header
    candidates: dict[str, Candidate] = field(default_factory=dict)
    """By id, in the order in which they were drafted."""
    _looks: dict[str, Look] = field(default_factory=dict)
    _seen: dict[str, Look] = field(default_factory=dict)
    """By signature: what was asked of a text is not asked again."""

    def __post_init__(self) -> None:
        self._comparer = Comparer(self.checker, self.settings.equivalence_s)

    async def draft(self, candidate_id: str, draft: StatementDraft) -> None:
        """Take a draft in, and repair it for as long as Lean refuses it."""
        history: list[StatementRound] = []
        parent = ""
        for number in range(1, self.settings.repairs + 2):
            look = await self._take(candidate_id, draft, parent)
            wrong = look.rejected
            if wrong is None or wrong.name not in _REPAIRED or number > self.settings.repairs:
                return
            errors = tuple(wrong.evidence.split("\n\n")) if wrong.evidence else ()
            history.append(StatementRound(draft, _said(wrong), errors))
            parent, candidate_id = candidate_id, f"{candidate_id.partition('.')[0]}.fix{number}"
            speaker = self.room.speaker("formalizer_repair", candidate_id, 1)
            draft = await formalizer.repair(speaker, self.problem, self.name, self.header, history)

    async def _take(self, candidate_id: str, draft: StatementDraft, parent: str) -> Look:
        statement = Statement(self.name, draft.signature, self.header) if draft.signature else None
        if statement is None:
            look = Look((FilterResult("read", FilterStatus.REJECTED, draft.fault),))
        else:
            known = self._seen.get(draft.signature)
            look = known or await first_look(self.problem, statement, self.checker)
            self._seen[draft.signature] = look
        call, sample = self.room.source(draft.completion)
        self._looks[candidate_id] = look
        self.candidates[candidate_id] = Candidate(
            candidate_id,
            statement,
            look.filters,
            parent,
            look.shape,
            model=draft.completion.model,
            prompt_version=draft.prompt_version,
            call=call,
            sample=sample,
        )
        return look

    async def filter(self) -> None:
        """The filters that cost more, over each different statement once."""
        first: dict[str, str] = {}
        """By shape, or text where there is none: the candidate that was asked about."""
        for candidate in list(self.candidates.values()):
            if not candidate.survives or candidate.statement is None:
                continue
            key = candidate.shape or candidate.statement.signature
            twin = first.setdefault(key, candidate.id)
            if twin != candidate.id:
                found = self.candidates[twin]
                message = f"the same statement as {twin}, up to names, order and notation"
                own = FilterResult("duplicate", FilterStatus.FLAGGED, message, twin)
                more = [one for one in found.filters if one.name in ("linter", "vacuous", "false", "trivial")]
            else:
                own = FilterResult("duplicate", FilterStatus.PASSED)
                look = self._looks[candidate.id]
                more = list(
                    await deeper(self.problem, candidate.statement, look, self.checker, self.settings.effort)
                )
            self.candidates[candidate.id] = replace(candidate, filters=(*candidate.filters, own, *more))

    async def choose(self) -> Formalization:
        """Agreement, votes, and the winner."""
        alive = [candidate for candidate in self.candidates.values() if candidate.survives]
        clusters, comparisons = await agree(alive, self._comparer)
        for cluster in clusters:
            candidate = self.candidates[cluster.representative]
            if self.settings.votes and candidate.statement is not None:
                said = await opinion(
                    self.room, self.problem, candidate.statement, candidate.id, self.settings
                )
                for member in cluster.members:
                    one = self.candidates[member]
                    judged = said if member == candidate.id else replace(said, judgements=(), words="")
                    self.candidates[member] = replace(
                        one,
                        filters=(*one.filters, said.result),
                        back_translation=judged.words,
                        judgements=judged.judgements,
                    )
        ordered = best_first(clusters, self.candidates)
        chosen = next((c.representative for c in ordered if self.candidates[c.representative].survives), "")
        finished = [replace(one, filters=completed(one.filters)) for one in self.candidates.values()]
        result = Formalization(
            self.problem, Ending.CHOSEN, tuple(finished), tuple(ordered), tuple(comparisons), chosen
        )
        if not chosen:
            ending = (
                Ending.REJECTED if any(_was_a_statement(one) for one in finished) else Ending.NO_CANDIDATE
            )
            return replace(result, ending=ending, detail=_why(finished))
        return replace(result, reference=await self._reference(self.candidates[chosen]))

    async def _reference(self, winner: Candidate) -> Comparison | None:
        """How the winner relates to the statement that the problem came with."""
        reference = self.problem.statement
        if reference is None or winner.statement is None:
            return None
        own = replace(reference, name=f"{reference.name}_reference")
        look = await first_look(self.problem, own, self.checker)
        if look.rejected is not None:
            return None
        return await self._comparer.comparison(winner.id, winner.statement, winner.shape, own, look.shape)


def _said(result: FilterResult) -> str:
    about = {
        "read": "It could not be read",
        "elaborates": "Lean does not accept it",
        "proposition": "It is not the proposition that it should be",
    }
    return f"{about[result.name]}: {result.message}." if not result.evidence else f"{about[result.name]}."


def _was_a_statement(candidate: Candidate) -> bool:
    elaborates = candidate.result("elaborates")
    return elaborates is not None and elaborates.status is FilterStatus.PASSED


def _why(candidates: Sequence[Candidate]) -> str:
    """Of the last candidate that came furthest."""
    rejections = [one.rejected for one in candidates if one.rejected is not None]
    order = {
        name: at for at, name in enumerate(one.name for one in (candidates[0].filters if candidates else ()))
    }
    last = max(rejections, key=lambda one: order.get(one.name, 0), default=None)
    return f"{last.name}: {last.message}"[:500] if last is not None else "no statement was drafted"
