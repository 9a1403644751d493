"""What a statement is, for telling whether another one is the same, or nearly so.

A `Fingerprint` holds, from the strictest to the loosest: the statement's text (`key`), its `shape` (equal up to names,
order and notation, read from Lean's own elaboration), its `cluster` (the shape with every numeral taken out, so that
`n + 2 = 2 + n` and `n + 7 = 7 + n` are of one cluster), and the n-grams of its tokens and of its words. A cluster
depends on the statement alone, never on what else there is: so does the split that follows from it (`split_of`), and no
problem changes sides when more of them come. Limits: what the profile cannot read, or Lean cannot print, has no shape,
and its cluster is its text.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from prover import syntax
from prover.agents.falsifier.signature import read_signature
from prover.bootstrap.journal import Journal
from prover.codec import digest, from_json, to_json
from prover.errors import InfraError
from prover.formalize.elaborated import (
    App,
    Bind,
    Elaborated,
    Literal,
    Local,
    Term,
    TermTextError,
    elaborate,
)
from prover.formalize.shape import shape
from prover.lean.protocol import Checker
from prover.search.desk import INFRA_TRIES, is_read
from prover.search.memory import content_key
from prover.syntax import Kind, LeanTextError
from prover.types import Problem, Statement

CODE_GRAM = 5
"""Tokens of Lean in an n-gram."""
WORD_GRAM = 13
"""Words in an n-gram, punctuation and operators aside, as GPT-3 and those after it count contamination (Brown et al.
2020, appendix C)."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Forms:
    """What Lean says of a statement. Both are empty where the profile cannot read it."""

    shape: str = ""
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    key: str
    shape: str
    cluster: str
    code: frozenset[int]
    raw: frozenset[int]
    words: frozenset[int]


async def forms_of(statement: Statement, checker: Checker) -> Forms:
    """Raises `InfraError` where Lean breaks down."""
    if not await is_read(statement, checker):
        return Forms()
    for _ in range(INFRA_TRIES):
        try:
            elaborated = await elaborate(statement, checker)
        except TermTextError:
            break
        except InfraError:
            # Lean has just read the statement: if it never prints it, that is the statement's nature.
            continue
        return Forms(shape(elaborated), shape(without_numerals(elaborated)))
    return Forms()


def without_numerals(statement: Elaborated) -> Elaborated:
    """The statement with every numeral 0."""
    places = tuple(Local(local.name, _blank(local.type)) for local in statement.locals)
    return Elaborated(places, _blank(statement.target))


def _blank(term: Term) -> Term:
    if isinstance(term, Literal):
        return Literal(0, _blank(term.type))
    if isinstance(term, App):
        return App(_blank(term.function), tuple(_blank(arg) for arg in term.args))
    if isinstance(term, Bind):
        return replace(term, type=_blank(term.type), body=_blank(term.body))
    return term


def fingerprint(statement: Statement, forms: Forms, words: str = "") -> Fingerprint:
    key = content_key(statement)
    return Fingerprint(
        key,
        forms.shape,
        forms.cluster or key,
        code_grams(statement.signature),
        raw_grams(statement.signature),
        word_grams(words),
    )


async def fingerprints(
    problems: Sequence[Problem], checker: Checker, *, jobs: int = 1, journal: Journal | None = None
) -> dict[str, Fingerprint]:
    """By the problems' ids; those without a statement are left out. What the journal holds is not asked again.

    Raises `InfraError` where Lean breaks down.
    """
    slots = asyncio.Semaphore(jobs)

    async def one(problem: Problem, statement: Statement) -> tuple[str, Fingerprint]:
        key = f"forms {digest([checker.toolchain, content_key(statement)])[:32]}"
        known = journal.get(key) if journal is not None else None
        if known is not None:
            forms = from_json(Forms, known, "journal: forms")
        else:
            async with slots:
                forms = await forms_of(statement, checker)
            if journal is not None:
                journal.put(key, to_json(forms))
        return problem.id, fingerprint(statement, forms, problem.informal_statement)

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(one(problem, problem.statement))
            for problem in problems
            if problem.statement is not None
        ]
    return dict(task.result() for task in tasks)


def split_of(cluster: str, shares: Mapping[str, float], seed: int = 0) -> str:
    """The split of a cluster: `shares` are parts of 1 by name, what is left over is `train`.

    The same for ever: it follows from the cluster and the seed alone.
    """
    place = int(digest(["split", seed, cluster])[:13], 16) / 16**13
    for name, share in shares.items():
        if place < share:
            return name
        place -= share
    return "train"


def code_grams(signature: str) -> frozenset[int]:
    """The n-grams of a signature, with the names that its binders introduce numbered in the order of their use."""
    try:
        names = {name for binder in read_signature(signature).binders for name in binder.names}
        tokens = syntax.code(syntax.tokenize(signature))
    except LeanTextError:
        return raw_grams(signature)
    numbers: dict[str, int] = {}
    parts = []
    for token in tokens:
        head, dot, rest = token.text.partition(".")
        if token.kind is Kind.IDENT and head in names:
            parts.append(f"#{numbers.setdefault(head, len(numbers))}{dot}{rest}")
        else:
            parts.append(token.text)
    return _grams(parts, CODE_GRAM)


def raw_grams(text: str) -> frozenset[int]:
    """The n-grams of Lean text as it stands, comments aside; none where it is no Lean."""
    try:
        return _grams([token.text for token in syntax.code(syntax.tokenize(text))], CODE_GRAM)
    except LeanTextError:
        return frozenset()


def word_grams(text: str) -> frozenset[int]:
    """The n-grams of a text in words and numbers, capitals and signs aside."""
    return _grams(_WORD.findall(text.lower()), WORD_GRAM)


def _grams(parts: Sequence[str], n: int) -> frozenset[int]:
    return frozenset(_hash(parts[at : at + n]) for at in range(len(parts) - n + 1))


def _hash(parts: Sequence[str]) -> int:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
