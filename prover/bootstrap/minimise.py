"""A proof without what Lean does not need: lines, alternatives, tails and arguments are left out while it still proves.

Every shorter text goes through the checker's fast gate, and the one that is left through the audit: what comes out is
as good as what went in, or is what went in. Comments stay with the line below them, and go when that goes. The effort
is counted in checks, not in seconds, so that the same proof always comes to the same end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

from prover.agents.hammer.minimise import shorter_variants
from prover.bootstrap.answers import code_tokens
from prover.errors import InfraError
from prover.lean.protocol import Checker, Limits
from prover.search.desk import patiently
from prover.search.duplicates import normal_form
from prover.types import Statement, Status, audited

LIMITS = Limits(wall_s=60.0, cpu_s=20.0, heartbeats=200_000)
_LIST = re.compile(r"\[([^\[\]\n]*,[^\[\]\n]*|[^\[\],\n]+)\]")
_TAIL = re.compile(r"\s*<;>\s")


@dataclass(frozen=True, slots=True)
class Minimised:
    proof: str
    checks: int = 0
    cpu_s: float = 0.0


async def minimise(statement: Statement, proof: str, checker: Checker, *, checks: int = 48) -> Minimised:
    """`proof` is audited. Raises `InfraError` where Lean breaks down."""
    best, tried, cpu_s = proof, {normal_form(proof)}, 0.0
    asked = 0
    variants = _shorter(best)
    while asked < checks:
        shorter = next((text for text in variants if _new(text, tried)), None)
        if shorter is None:
            break
        asked += 1
        verdict, spend = await patiently(partial(checker.check, statement, shorter, LIMITS))
        cpu_s += spend.lean_cpu_s
        if verdict.status is Status.INFRA:
            raise InfraError(f"{statement.name}: {verdict.detail}")
        if verdict.proved:
            best, variants = shorter, _shorter(shorter)
    if best == proof:
        return Minimised(proof, asked, cpu_s)
    verdict, spend = await patiently(partial(checker.audit, statement, best))
    if verdict.status is Status.INFRA:
        raise InfraError(f"{statement.name}: {verdict.detail}")
    cpu_s += spend.lean_cpu_s
    return Minimised(best if audited(verdict) else proof, asked, cpu_s)


def _new(text: str, tried: set[str]) -> bool:
    form = normal_form(text)
    fresh = form not in tried
    tried.add(form)
    return fresh


def _shorter(text: str) -> Iterator[str]:
    """Texts with fewer tokens of code, the largest steps first."""
    size = code_tokens(text)
    seen = set()
    for rough in chain(_without_blocks(text), shorter_variants(text), _without_parts(text)):
        variant = "\n".join(line.rstrip() for line in rough.split("\n"))
        if variant not in seen and 0 < code_tokens(variant) < size:
            seen.add(variant)
            yield variant


def _is_comment(line: str) -> bool:
    return line.startswith("--")


def _without_blocks(text: str) -> Iterator[str]:
    """The text without one of its lines, what is indented under it and the comments above it; the last line first."""
    rows = text.split("\n")
    for start in range(len(rows) - 1, -1, -1):
        if not rows[start].strip() or _is_comment(rows[start].strip()):
            continue
        depth = len(rows[start]) - len(rows[start].lstrip())
        end = start + 1
        while end < len(rows) and (not rows[end].strip() or len(rows[end]) - len(rows[end].lstrip()) > depth):
            end += 1
        begin = start
        while begin > 0 and _is_comment(rows[begin - 1].strip()):
            begin -= 1
        yield "\n".join(rows[:begin] + rows[end:])


def _without_parts(text: str) -> Iterator[str]:
    """The text without an element of a list, a whole list, or a line's tail behind `<;>`."""
    for match in _LIST.finditer(text):
        items = match[1].split(",")
        for index in range(len(items)):
            rest = ",".join(items[:index] + items[index + 1 :]).strip()
            before = text[: match.start()]
            yield before + (f"[{rest}]" if rest else "") + text[match.end() :]
            if not rest:
                yield before.rstrip() + text[match.end() :]
    for match in _TAIL.finditer(text):
        end = text.find("\n", match.end())
        yield text[: match.start()] + (text[end:] if end >= 0 else "")
