"""A theorem's name for a problem's id."""

from __future__ import annotations

import hashlib
import re

from prover import syntax
from prover.lean.refused import REFUSED
from prover.syntax import LeanTextError
from prover.types import Statement

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_']*")
_MAX = 60


def lean_name(problem_id: str) -> str:
    """The id itself where Lean reads it as a name of one part, else what is plain of it with a part of its digest.

    Different ids have different names.
    """
    if _PLAIN.fullmatch(problem_id) and len(problem_id) <= _MAX and _is_name(problem_id):
        return problem_id
    digest = hashlib.sha256(problem_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    plain = re.sub(r"[^A-Za-z0-9]+", "_", problem_id).strip("_")[: _MAX - 20]
    return f"problem_{plain}_{digest}" if plain else f"problem_{digest}"


def _is_name(word: str) -> bool:
    if word in REFUSED or word.startswith("problem_") or word in syntax.commands.COMMANDS:
        return False
    try:
        theorem = syntax.parse_theorem(f"{Statement(word, ': True').declare()} := trivial")
    except LeanTextError:
        return False
    return theorem.name == word
