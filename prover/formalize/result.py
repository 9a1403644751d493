"""What a formalization is: candidates, what each filter said of them, which say the same, and the one that was chosen.

Frozen values; `prover.codec` turns them into JSON and back. A filter's word is one of five: `passed`, `rejected` (with
evidence that a person can check), `flagged` (odd, kept), `unknown` (not decided within its bounds: never a reason to
drop a statement), `skipped` (not asked, because an earlier filter rejected it or nobody wanted it).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from prover.agents.values import Judgement
from prover.types import Problem, Spend, Statement


class FilterStatus(StrEnum):
    PASSED = "passed"
    REJECTED = "rejected"
    FLAGGED = "flagged"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


FILTERS = (
    "read",
    "answer",
    "names",
    "elaborates",
    "proposition",
    "duplicate",
    "linter",
    "vacuous",
    "false",
    "trivial",
    "faithful",
)
"""The filters in the order in which they are asked, cheap ones first. `docs/formalize.md` says what each one does."""


@dataclass(frozen=True, slots=True)
class FilterResult:
    """`message` is a sentence for a person, `evidence` what they can check: an error, a term, a Lean proof, reasons."""

    name: str
    status: FilterStatus
    message: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer of a formalizer, read. Its statement has our name and our header."""

    id: str
    """Where it comes from: `draft2`, or `draft2.fix1` where that was repaired; unique within its problem."""
    statement: Statement | None
    """None where the answer held none that could be taken."""
    filters: tuple[FilterResult, ...] = ()
    parent: str = ""
    """The candidate that this one repairs."""
    shape: str = ""
    """Digest that statements share which are equal up to names, order and notation; empty where it is not known."""
    back_translation: str = ""
    """The statement in words, by a model that had not seen the problem."""
    judgements: tuple[Judgement, ...] = ()
    model: str = ""
    prompt_version: str = ""
    call: str = ""
    """The call of the run's store that it was taken from."""
    sample: int = 0
    """Which answer of that call."""

    def result(self, name: str) -> FilterResult | None:
        """What the filter of that name said, if it was asked."""
        return next((one for one in self.filters if one.name == name), None)

    @property
    def rejected(self) -> FilterResult | None:
        """The first rejection, if there is one."""
        return next((one for one in self.filters if one.status is FilterStatus.REJECTED), None)

    @property
    def survives(self) -> bool:
        return self.statement is not None and self.rejected is None

    @property
    def flags(self) -> tuple[FilterResult, ...]:
        """What is odd about it. That another candidate says the same is not."""
        flagged = (one for one in self.filters if one.status is FilterStatus.FLAGGED)
        return tuple(one for one in flagged if one.name != "duplicate")


class Relation(StrEnum):
    EQUIVALENT = "equivalent"
    """Each was proved from the other, and the audit passed both proofs."""
    IMPLIES = "implies"
    """The left one gives the right one; the other direction was not decided."""
    IMPLIED = "implied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is known of two candidates of different shapes. `evidence` holds the Lean proofs."""

    left: str
    right: str
    relation: Relation
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Candidates that are proved to say the same. `votes` are the samples that came to it."""

    members: tuple[str, ...]
    votes: int
    representative: str


class Ending(StrEnum):
    CHOSEN = "chosen"
    NO_CANDIDATE = "no_candidate"
    """No answer held a statement that elaborates."""
    REJECTED = "rejected"
    """Statements there were, and a filter rejected each."""
    NO_WORDS = "no_words"
    """The problem has no words to formalize."""


@dataclass(frozen=True, slots=True)
class Formalization:
    """All that was tried for one problem. `chosen` is the id of the winner; `detail` says why there is none."""

    problem: Problem
    ending: Ending
    candidates: tuple[Candidate, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    """The best one first."""
    comparisons: tuple[Comparison, ...] = ()
    chosen: str = ""
    detail: str = ""
    reference: Comparison | None = None
    """Where the problem came with a Lean statement: how the winner (`left`) relates to it."""
    examples: tuple[str, ...] = ()
    """Ids of the aligned examples that the prompt showed."""
    spend: Spend = field(default_factory=Spend)

    def candidate(self, candidate_id: str) -> Candidate:
        return next(one for one in self.candidates if one.id == candidate_id)

    @property
    def winner(self) -> Candidate | None:
        return self.candidate(self.chosen) if self.chosen else None

    @property
    def statement(self) -> Statement | None:
        """The statement that was chosen."""
        return self.winner.statement if self.winner is not None else None


def first_rejections(candidates: Iterable[Candidate]) -> dict[str, int]:
    """How many candidates each filter was the first to reject, in the filters' order."""
    counts = dict.fromkeys(FILTERS, 0)
    for candidate in candidates:
        if candidate.rejected is not None:
            counts[candidate.rejected.name] += 1
    return {name: count for name, count in counts.items() if count}
