"""A theorem's name for a problem's id."""

from __future__ import annotations

import hashlib
import re

from prover import syntax
from prover.lean.protocol import Checker
from prover.lean.refused import REFUSED
from prover.search.desk import is_read
from prover.types import Header, Statement

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_']*")
_MAX = 60
_OURS = "problem_"


def lean_name(problem_id: str) -> str:
    """The id itself where it reads like a name of one part, else `made_up_name`. Different ids have different names."""
    plain = _PLAIN.fullmatch(problem_id) is not None and len(problem_id) <= _MAX
    taken = problem_id in REFUSED or problem_id in syntax.commands.COMMANDS or problem_id.startswith(_OURS)
    return problem_id if plain and not taken else made_up_name(problem_id)


def made_up_name(problem_id: str) -> str:
    """What is plain of the id, with a part of its digest."""
    digest = hashlib.sha256(problem_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    plain = re.sub(r"[^A-Za-z0-9]+", "_", problem_id).strip("_")[: _MAX - 20]
    return f"{_OURS}{plain}_{digest}" if plain else f"{_OURS}{digest}"


async def free_name(problem_id: str, header: Header, checker: Checker) -> str:
    """`lean_name`, or the made-up one where Lean takes the first for a word of its own or knows a theorem of that name.

    Raises `InfraError` where Lean breaks.
    """
    name = lean_name(problem_id)
    return name if await is_read(Statement(name, ": True", header), checker) else made_up_name(problem_id)
