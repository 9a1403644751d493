"""The checker seam: what agents and search may ask of Lean, whoever answers.

Implementations never raise for a bad submission: a verdict is data. They raise `MissingError` where there is no
Lean at all, and return `INFRA` verdicts where a process broke for reasons of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from prover.types import Statement, Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """What one check may use. Reaching one ends the check with `TIMEOUT` or `OUT_OF_MEMORY`."""

    wall_s: float = 60.0
    cpu_s: float = 120.0
    memory_mb: int = 4096
    output_bytes: int = 4_000_000
    disk_mb: int = 2048
    heartbeats: int | None = None
    """Lean's own deterministic budget (`maxHeartbeats`, thousands of small allocations); None keeps the header's."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What one tactic block did to a statement: closed it, left goals, or failed.

    Guidance for search, never a verdict: a closed probe is checked like any other submission before it counts.
    """

    closed: bool
    goals: tuple[str, ...] = ()
    """The goals left over, as Lean prints them (`case`, hypotheses, `⊢ target`), when the block ran without error."""
    error: str = ""
    """The first error, when it did not run to its end."""
    line: int = 0
    """Line of that error in the block, from 1; 0 when it has none."""
    answered: bool = True
    """False when the process ended, or reached a limit of the batch, before this block was done."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The answers to one batch, in the order asked, with what they cost together."""

    answers: tuple[Probe, ...]
    wall_s: float
    cpu_s: float


class Checker(Protocol):
    """Judge of submissions. Safe for many concurrent calls; each is bounded by its limits."""

    @property
    def toolchain(self) -> str:
        """Identity for verdicts and reports, e.g. `core Lean 4.35.0 lib 1f2e3d4c`."""
        ...

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        """`INCOMPLETE` when the statement elaborates by itself (it is open), else why it does not."""
        ...

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        """The fast gate: tier `elaborated` when `submission` (a tactic block, a term, or helper lemmas and a
        restated theorem) proves `statement`."""
        ...

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        """The slow gate, which alone counts: tier `audited` or above when proved."""
        ...

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        """Try many *trusted* tactic blocks (our own hammer's, not a model's) in one process, each on its own
        copy of the statement, with `limits.heartbeats` for each block and the rest for the batch."""
        ...

    async def aclose(self) -> None:
        """Stop every process that this checker started."""
        ...
