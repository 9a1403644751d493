"""Whose fault is it when Lean breaks off? Ours, when it does not read a simple statement either."""

from __future__ import annotations

import secrets

from prover.lean.protocol import Checker
from prover.types import Header, Statement, Status


async def alive(header: Header, checker: Checker) -> bool:
    """Whether Lean reads a statement that nobody has asked about before."""
    new = Statement(f"prover_alive_{secrets.token_hex(8)}", ": True", header)
    return (await checker.check_statement(new)).status is Status.INCOMPLETE
