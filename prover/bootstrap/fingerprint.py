"""What a statement is, for telling whether another one is the same, or nearly so.

A `Fingerprint` holds, from the strictest to the loosest: the statement's text (`key`), its `shape` (equal up to names,
order and notation, read from Lean's own elaboration), its `cluster` (the shape with every numeral taken out, so that
`n + 2 = 2 + n` and `n + 7 = 7 + n` are of one cluster), and the n-grams of its tokens and of its words. A cluster
depends on the statement alone, never on what else there is: so does the split that follows from it (`split_of`).
Limits: what the profile cannot read, or Lean cannot print, has no shape, and its cluster is its text. That Lean ran out
of time or memory over a statement says nothing of it: it is asked again, and never remembered.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from prover import syntax
from prover.agents.falsifier.signature import read_signature
from prover.bootstrap.claims import parts_of
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
from prover.search.desk import INFRA_TRIES, patiently
from prover.search.memory import content_key
from prover.stopping import ours_alone
from prover.syntax import Kind, LeanTextError
from prover.types import Problem, Statement, Status

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
    signature: str = ""
    phrases: frozenset[str] = frozenset()
    """Its words in their order, where they tell it from others (`prover.bootstrap.words`)."""


class UnansweredError(InfraError):
    """Lean did not break down, and did not come to an end with a statement either."""


async def forms_of(statement: Statement, checker: Checker) -> Forms:
    """Raises `InfraError` where Lean breaks down, and `UnansweredError` where it reaches a limit again and again."""
    for _ in range(INFRA_TRIES):
        verdict, _ = await patiently(partial(checker.check_statement, statement))
        if verdict.status is Status.INFRA:
            raise InfraError(f"{statement.name}: {verdict.detail}")
        if verdict.status in (Status.TIMEOUT, Status.OUT_OF_MEMORY):
            continue
        if verdict.status is not Status.INCOMPLETE:
            return Forms()
        try:
            elaborated = await elaborate(statement, checker)
        except TermTextError:
            return Forms()
        except InfraError:
            continue
        return Forms(shape(elaborated), shape(without_numerals(elaborated)))
    raise UnansweredError(
        f"{statement.name}: Lean comes to no end with the statement: try again on a machine that is less busy, or "
        "leave the problem out"
    )


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
        statement.signature,
    )


async def fingerprints(
    problems: Sequence[Problem],
    checker: Checker,
    *,
    jobs: int = 1,
    journal: Journal | None = None,
    unanswered: set[str] | None = None,
) -> dict[str, Fingerprint]:
    """By the problems' ids; those without a statement are left out. What the journal holds is not asked again.

    Raises `InfraError` where Lean breaks down, and `UnansweredError` where it comes to no end with a statement; the ids
    of such problems are added to `unanswered` instead, where it is given.
    """
    slots = asyncio.Semaphore(jobs)

    async def one(problem: Problem, statement: Statement) -> tuple[str, Fingerprint]:
        # Under this key stand real answers only.
        key = f"shape {digest([checker.toolchain, content_key(statement)])[:32]}"
        known = journal.get(key) if journal is not None else None
        if known is not None:
            forms = from_json(Forms, known, "journal: shape")
        else:
            try:
                async with slots:
                    forms = await forms_of(statement, checker)
                if journal is not None:
                    journal.put(key, to_json(forms))
            except UnansweredError:
                if unanswered is None:
                    raise
                unanswered.add(problem.id)
                forms = Forms()
        return problem.id, fingerprint(statement, forms, problem.informal_statement)

    with ours_alone():
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
    """The n-grams of Lean text as it stands, comments aside; none of what is no Lean."""
    return _grams([part for part, _ in parts_of(text)], CODE_GRAM)


def word_grams(text: str) -> frozenset[int]:
    """The n-grams of a text in words and numbers, capitals and signs aside."""
    return _grams(_WORD.findall(text.lower()), WORD_GRAM)


def _grams(parts: Sequence[str], n: int) -> frozenset[int]:
    return frozenset(_hash(parts[at : at + n]) for at in range(len(parts) - n + 1))


def _hash(parts: Sequence[str]) -> int:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
