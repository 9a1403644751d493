"""What a check of a statement says: one finding, with evidence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` is a stable name, `message` one sentence for a person, `evidence` what they can check: a term, a Lean
    proof, a counterexample."""

    rule: str
    message: str
    evidence: str = ""
