"""What goes into the agents that ask a model, and what comes out: frozen values, no behaviour.

An answer that cannot be used is a value too: its `fault` says why, in one line, and its completion is kept for the
account. Whoever calls puts budgets, seeds, counting and memory around `Speaker.model`; agents only ask it.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.agents.family import Family
from prover.models.base import Model, Sampling
from prover.types import Attempt, Completion, Verdict


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model, how it is addressed, how it is sampled, and what of a library it is shown."""

    model: Model
    family: Family
    sampling: Sampling
    """The caller's; `Family.sampling(role)` has the published settings. A role's own stop texts are added."""
    premises: tuple[Lemma, ...] = ()
    """Theorems of a library that the statement's header imports; for the roles in whose templates they stand."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A proof in words. `steps` are its numbered parts; empty where the text has none."""

    text: str
    steps: tuple[str, ...]
    completion: Completion
    prompt_version: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A submission for `Checker.check`. `proof` is empty where there was no code, and `fault` says why."""

    proof: str
    completion: Completion
    prompt_version: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One try as a corrector sees it. `goals` are the open goals at the place of the first error, if known."""

    attempt: Attempt
    verdict: Verdict | None
    """None where Lean was not asked yet: what is wrong with it is a critic's opinion."""
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepCritique:
    """What a critic says of one step; `sound` is None where it does not commit itself."""

    step: str
    sound: bool | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Critique:
    """A critic's opinion of a proof: guidance only. `sound` is None where the answer could not be read."""

    sound: bool | None
    steps: tuple[StepCritique, ...]
    text: str
    completion: Completion
    prompt_version: str


@dataclass(frozen=True, slots=True)
class Lemma:
    """A lemma in Lean and in words. Without a `proof` it is one that may be cited by its name; with one, it is an
    example that a writer may copy."""

    name: str
    signature: str
    words: str = ""
    uses: tuple[str, ...] = ()
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A proof of the goal from lemmas. `lemmas` stand in an order in which each uses earlier ones only; `main` is
    a submission for the goal that cites them by name. Both are empty where `fault` is not."""

    lemmas: tuple[Lemma, ...]
    main: str
    completion: Completion
    prompt_version: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class FailedNode:
    """A lemma of an earlier decomposition that did not work out, and why, for the next one."""

    lemma: Lemma
    reason: str
    """e.g. `refuted: n = 0 is a counterexample`, or the last error."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Words and the Lean statement that says the same, shown to a formalizer as an example."""

    id: str
    words: str
    name: str
    signature: str


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """A formalizer's answer, read. `signature` is empty where it held no statement, and `fault` says why."""

    signature: str
    code: str
    """The Lean that the model wrote, for a repair."""
    completion: Completion
    prompt_version: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class StatementRound:
    """One try at a statement as a repair sees it: the draft, what was wrong, and Lean's errors."""

    draft: StatementDraft
    message: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a judge's rubric, answered."""

    name: str
    met: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One sample of a judge. `faithful` is None where the answer was no judgement; then `fault` says why."""

    faithful: bool | None
    criteria: tuple[Criterion, ...] = ()
    fault: str = ""
    model: str = ""
    prompt_version: str = ""
