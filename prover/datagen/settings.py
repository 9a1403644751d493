"""What the job fixes beyond its sources, its policy and its models: one frozen value, part of the run's identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from prover.config import Scalar
from prover.datagen.grouping import SPLITS
from prover.datagen.weaving import ROLE as WEAVER
from prover.formalize.settings import Settings as Formalizing

WEAVES = ("model", "steps", "none")


@dataclass(frozen=True, slots=True)
class Settings:
    shares: Mapping[str, float] = field(
        default_factory=lambda: dict(zip(SPLITS, (0.9, 0.05, 0.05), strict=True))
    )
    """The splits' parts of the clusters, by name; together 1."""
    given: bool = True
    """Whether a proof that came with a statement is audited, and kept instead of a search."""
    strict: bool = False
    """Whether what a filter flags is left out, too."""
    weave: str = "steps"
    """One of `WEAVES`."""
    equivalence_s: float = 1.0
    """Seconds of Lean's CPU for each direction of an equivalence with a benchmark's statement; 0 looks for none."""
    vacuous_s: float = 2.0
    """Seconds of Lean's CPU for a contradiction among a statement's hypotheses."""
    family: str = "generic"
    """Whose prompts the training examples are asked in."""
    formalizing: Formalizing = field(default_factory=Formalizing)

    def roles(self, *, words: bool) -> tuple[str, ...]:
        """The agents that ask a model beside those of the policy."""
        return (*(self.formalizing.roles if words else ()), *((WEAVER,) if self.weave == "model" else ()))

    @property
    def identity(self) -> Mapping[str, Scalar]:
        """What decides the outcome, for a run's configuration."""
        plain = {name: value for name, value in asdict(self).items() if isinstance(value, Scalar)}
        shares = ",".join(f"{name}={share:g}" for name, share in self.shares.items())
        formalizing = {f"formalize.{name}": value for name, value in self.formalizing.identity.items()}
        return {**plain, "splits": shares, **formalizing}
