"""Why a profile cannot read a statement, where Lean's own words mislead.

Lean without Mathlib takes the quote of `f ⁻¹' s` for the beginning of a character, and that of `f '' s` for a token
that it does not expect. Limits: only these two notations are known.
"""

from __future__ import annotations

from prover.search.solve import explain
from prover.types import Statement, Verdict

_MISLEADING = ("missing end of character literal", "expected token")
_NOTATIONS = {"⁻¹'": "the preimage of a set", "''": "the image of a set"}


def why_unread(statement: Statement, verdict: Verdict) -> str:
    """One line: what Lean says, and the notation that it does not know where that is what it stumbled on."""
    said = explain(verdict)
    if any(words in said for words in _MISLEADING):
        for notation, meaning in _NOTATIONS.items():
            if notation in statement.signature:
                return f"the notation `{notation}` ({meaning}) is not in this profile; Lean says: {said}"
    return said
