"""How much is done for one problem: samples, repairs, votes, and seconds of Lean's CPU for each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from prover.config import Scalar
from prover.formalize.lint import Effort
from prover.types import Header

ROLES = ("formalizer", "formalizer_repair", "informalizer", "judge")
"""The agents that a formalization asks a model as; `Settings.roles` says which it needs."""


@dataclass(frozen=True, slots=True)
class Settings:
    samples: int = 4
    """Statements that are asked for, before repairs."""
    repairs: int = 1
    """Rounds in which a candidate that cannot be read, or does not elaborate, is shown its newest errors."""
    votes: int = 3
    """Samples of the judge for each cluster's representative; 0 asks no judge."""
    examples: int = 4
    """Aligned examples that the prompt shows at most."""
    effort: Effort = field(default_factory=Effort)
    equivalence_s: float = 2.0
    """Seconds of Lean's CPU for each direction of a comparison; 0 compares by shape alone."""
    header: Header = field(default_factory=Header)
    """For problems that bring no Lean statement, and so no header, of their own."""

    @property
    def roles(self) -> tuple[str, ...]:
        wanted = (True, self.repairs > 0, self.votes > 0, self.votes > 0)
        return tuple(role for role, needed in zip(ROLES, wanted, strict=True) if needed)

    @property
    def identity(self) -> Mapping[str, Scalar]:
        """What decides a run's outcome, for its configuration."""
        plain = {name: value for name, value in asdict(self).items() if isinstance(value, Scalar)}
        header = "\n".join([*(f"import {name}" for name in self.header.imports), self.header.preamble])
        return {**plain, **asdict(self.effort), "header": header.strip()}
