"""What a harvest takes and how it weighs it: one frozen value, part of what the examples are made from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from prover.bootstrap.decontaminate import Strictness
from prover.bootstrap.example import Kind
from prover.codec import digest, to_json
from prover.errors import InputError

HARVESTED = (
    Kind.PROOF,
    Kind.LONG_COT,
    Kind.PLAN_PROOF,
    Kind.REPAIR,
    Kind.CRITIQUE,
    Kind.FORMALIZE,
    Kind.NEGATION,
)


@dataclass(frozen=True, slots=True)
class HarvestSettings:
    family: str = "generic"
    """Whose prompts the examples are asked in."""
    kinds: tuple[Kind, ...] = HARVESTED
    cap: int = 4
    """Examples of one kind that a problem gives at most."""
    rarity: float = 0.5
    """The power of `weight_of`; 0 weighs all alike."""
    max_weight: float = 4.0
    words: bool = True
    """Whether proofs keep, and are given, their words as comments; else comments are taken out."""
    paired_repairs: bool = True
    """Whether a failed attempt is also paired with a proof that another attempt found, where the two are alike."""
    minimise: int = 48
    """Checks that making one proof shorter may take; 0 leaves proofs as they were found."""
    audit: bool = True
    """Whether every proof is audited again, whatever its run says of it."""
    valid: float = 0.05
    """Part of the clusters of problems whose examples are for the loss on `valid`."""
    seed: int = 0
    """Of that split."""
    strictness: Strictness = Strictness.SHAPE
    include: tuple[str, ...] = ("train", "")
    """Splits of the problem set whose problems may be learned from; a problem of another is left out."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Facts that are kept in every example's provenance."""

    def __post_init__(self) -> None:
        rules = (
            ("cap", self.cap, self.cap >= 1, "a whole number from 1"),
            ("rarity", self.rarity, 0 <= self.rarity <= 2, "a number from 0 to 2"),
            ("max_weight", self.max_weight, 1 <= self.max_weight < math.inf, "a number from 1"),
            ("minimise", self.minimise, self.minimise >= 0, "a whole number from 0"),
            ("valid", self.valid, 0 <= self.valid < 1, "a part from 0 and below 1"),
            ("kinds", ", ".join(self.kinds), set(self.kinds) <= set(HARVESTED), ", ".join(HARVESTED)),
        )
        for name, value, holds, expected in rules:
            if not holds:
                raise InputError(f"harvest: {name}: expected {expected}, found {value!r}")

    @property
    def hash(self) -> str:
        return digest(to_json(self))[:16]


def weight_of(tries: int, wins: int, settings: HarvestSettings) -> float:
    """How much a problem counts: the rarer its proofs, the more.

    `p = (wins + 1) / (tries + 2)` is the chance that a sample proves it (Laplace's rule, so that one lucky try of one
    is not taken for certainty), and the weight is `p ** -rarity`, at most `max_weight`.
    """
    chance = (min(wins, tries) + 1) / (tries + 2)
    return float(min(settings.max_weight, chance**-settings.rarity))


def level_of(tokens: int) -> int:
    """A proof's level for a curriculum: 0 below 8 tokens, one more with each doubling, at most 10."""
    return min(10, max(0, (tokens // 8).bit_length()))
