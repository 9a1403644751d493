"""What passes between a training and who called it: where it stands, and whether it should stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prover.errors import ProverError


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a training stands."""

    step: int
    steps: int
    loss: float | None = None
    reward: float | None = None
    seconds: float = 0.0
    """In this session."""
    tokens_per_s: float | None = None


Report = Callable[[Moment], None]
Stop = Callable[[], bool]


def quiet(_: Moment) -> None:
    """Says nothing."""


def never() -> bool:
    """Does not stop."""
    return False


class StoppedError(ProverError):
    """The caller asked for a stop; all that was done is in a checkpoint, from which the same call goes on."""

    exit_code = 130
