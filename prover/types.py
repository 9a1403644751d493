"""The nouns: the few values that flow through everything.

Frozen dataclasses, no behaviour beyond derived views, no import of ours. They are what is sent over the wire
and kept in the store; `to_json`/`from_json` in `prover.store` turn them into rows and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NEGATED = "_neg"
"""What the name of a statement's negation ends in."""

ALLOWED_AXIOMS = frozenset({"propext", "Classical.choice", "Quot.sound"})
"""What a proof may rest on. An allow-list: whatever else appears makes the verdict `BAD_AXIOM`."""


class Status(StrEnum):
    """What became of an attempt. `INFRA` is our fault: retried, never counted as a failed proof."""

    PROVED = "proved"
    ELABORATION_ERROR = "elaboration_error"
    INCOMPLETE = "incomplete"
    """It elaborates, but rests on `sorry`."""
    WRONG_STATEMENT = "wrong_statement"
    """The theorem is missing, or proves something else than was asked."""
    FORBIDDEN = "forbidden"
    """The submission holds a token that a proof may not hold; Lean was not asked."""
    BAD_AXIOM = "bad_axiom"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    """The memory, the stack or the output limit was reached."""
    NO_CODE = "no_code"
    """There was no Lean in what the model wrote; Lean was not asked."""
    INFRA = "infra"


class Tier(StrEnum):
    """How far a verdict was checked, weakest first. Only `AUDITED` and above count as proved in a report."""

    NONE = "none"
    """Lean did not accept it, or was not asked."""
    ELABORATED = "elaborated"
    """One process elaborated the statement, then the submission; existence, type and axioms were read."""
    AUDITED = "audited"
    """Statement and submission were compiled apart, and compared in a further fresh process."""
    REPLAYED = "replayed"
    """Audited, and the compiled terms went through the kernel once more, rebuilt from their bytes."""

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before a theorem: module names, then `open`s, options and definitions as one text."""

    imports: tuple[str, ...] = ("Mathlib",)
    preamble: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A theorem to be proved. Ours: written by a benchmark or a person, never read back from a model.

    `signature` is the text between the name and `:=`, binders and type, e.g. `(n : ℕ) : n ≤ n ^ 2`.
    """

    name: str
    signature: str
    header: Header = Header()

    def declare(self, name: str | None = None) -> str:
        """`theorem NAME SIGNATURE`, without `:=`, under its own or another name."""
        glue = "" if self.signature.startswith(".{") else " "
        return f"theorem {name or self.name}{glue}{self.signature}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One item of a benchmark or data set. `meta` holds its labels (subject, difficulty, …), all as text."""

    id: str
    informal_statement: str = ""
    informal_proof: str = ""
    statement: Statement | None = None
    source: str = ""
    """Where it was read: `FILE:LINE`, or a file."""
    split: str = ""
    licence: str = ""
    reference_proof: str = ""
    """A known proof (a tactic block), for tests of the checker and for training; never shown to a prover."""
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Completion:
    """One sample of a model. Token counts are the server's or tokenizer's own, unless `tokens_estimated`."""

    text: str
    reasoning: str = ""
    finish_reason: str = "stop"
    tokens_in: int = 0
    tokens_out: int = 0
    model: str = ""
    sampling: Mapping[str, float | int | str] = field(default_factory=dict)
    seed: int | None = None
    cost_usd: float = 0.0
    """By the prices that the model was given; 0 where none are known."""
    tokens_estimated: bool = False
    """The server did not count: the numbers are guessed from lengths."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A proof that was tried: `proof` is the Lean text as its author wrote it."""

    id: str
    statement: Statement
    proof: str
    author: str
    """The agent, e.g. `hammer`, `writer`, `corrector`."""
    parent_id: str | None = None
    completion: Completion | None = None
    prompt_version: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message of Lean, in the coordinates of what was submitted.

    `line` is from 1, `column` from 0, in code points; `line` is 0 where the message concerns our own text.
    """

    severity: str
    """`error`, `warning` or `information`."""
    message: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    tier: Tier = Tier.NONE
    detail: str = ""
    """One line for people: which token, which axiom, which limit, what broke."""
    diagnostics: tuple[Diagnostic, ...] = ()
    axioms: tuple[str, ...] = ()
    wall_s: float = 0.0
    cpu_s: float = 0.0
    toolchain: str = ""
    checker: str = ""
    cached: bool = False

    @property
    def proved(self) -> bool:
        return self.status is Status.PROVED


@dataclass(frozen=True, slots=True)
class Spend:
    """What was used up. Seconds are Lean's CPU and the wall's; tokens are the models' own counts."""

    samples: int = 0
    checks: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    lean_cpu_s: float = 0.0
    wall_s: float = 0.0
    cost_usd: float = 0.0

    def __add__(self, other: Spend) -> Spend:
        return Spend(
            self.samples + other.samples,
            self.checks + other.checks,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.lean_cpu_s + other.lean_cpu_s,
            self.wall_s + other.wall_s,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class Call:
    """One question that an agent asked, with every answer to it; what it holds is never asked again in a run.

    Mostly asked of a model. What Lean said to an agent of ours (a hammer's try, goals at an error) is kept in the
    same shape, with an empty prompt."""

    id: str
    agent: str
    place: str
    """Where in the search it was asked, e.g. `plan0.draft2.fix1`: the same in every session."""
    prompt: str | tuple[tuple[str, str], ...]
    """Messages as (role, text), or a bare text that was continued."""
    sampling: Mapping[str, Any]
    """What was asked for, its first seed included."""
    completions: tuple[Completion, ...]
    prompt_version: str = ""
    spend: Spend = field(default_factory=Spend)


class StopReason(StrEnum):
    """Why the search on a problem ended. The last five name the budget that ran out."""

    PROVED = "proved"
    REFUTED = "refuted"
    """The statement's negation was proved."""
    UNSUPPORTED = "unsupported"
    """The profile cannot read the statement: apart from failed, whatever was tried."""
    EXHAUSTED = "exhausted"
    """The policy had nothing left to try."""
    INFRA = "infra"
    INTERRUPTED = "interrupted"
    PAUSED = "paused"
    """Its share of the run's budget is used up; it goes on when the run has more to give, so this is no ending."""
    SAMPLES = "samples"
    TOKENS = "tokens"
    LEAN_CPU = "lean_cpu"
    WALL = "wall"
    USD = "usd"


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole account of one problem in one run."""

    problem: Problem
    steps: tuple[tuple[Attempt, Verdict], ...]
    stop_reason: StopReason
    spend: Spend
    config_hash: str = ""
    detail: str = ""

    @property
    def own_steps(self) -> tuple[tuple[Attempt, Verdict], ...]:
        """The attempts at the problem's own statement, without those at its lemmas and its negation."""
        own = self.problem.statement
        return tuple(step for step in self.steps if own is None or step[0].statement == own)

    @property
    def proof(self) -> tuple[Attempt, Verdict] | None:
        """The first attempt at the problem's own statement that was proved at tier `audited` or above."""
        return next((step for step in self.own_steps if audited(step[1])), None)

    @property
    def refutation(self) -> tuple[Attempt, Verdict] | None:
        """The first attempt at the statement's negation that was proved at tier `audited` or above."""
        name = f"{self.problem.statement.name}{NEGATED}" if self.problem.statement else ""
        found = (step for step in self.steps if step[0].statement.name == name and audited(step[1]))
        return next(found, None)


def audited(verdict: Verdict) -> bool:
    """Only such a verdict counts as proved: in a search, a score, a report, a training set."""
    return verdict.proved and verdict.tier.rank >= Tier.AUDITED.rank
