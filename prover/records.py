"""How attempts and calls are laid down in the store's rows, so that no text is kept twice.

A statement and a prompt are rows of `texts`, found by their digest. An attempt names the call and the answer that it
was taken from instead of repeating it. What all answers of a call have in common stands there once. Everything here
happens inside a transaction of the caller.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from prover.codec import compact, loads
from prover.types import Attempt, Call, Completion, Spend, Statement, Verdict

Source = tuple[str, int]
"""A call's id, and which of its answers."""


@dataclass(frozen=True, slots=True)
class _Tried:
    proof: str
    author: str
    prompt_version: str = ""
    completion: Completion | None = None
    """Only where it is no answer of a call."""


@dataclass(frozen=True, slots=True)
class _Asked:
    agent: str
    place: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    completions: tuple[Completion, ...] = ()
    model: str = ""
    drawn: Mapping[str, float | int | str] = field(default_factory=dict)
    """`model` and `sampling` of those completions that name none."""
    prompt_version: str = ""
    spend: Spend = field(default_factory=Spend)


@dataclass(frozen=True, slots=True)
class _Prompt:
    messages: tuple[tuple[str, str], ...] = ()
    text: str = ""


def insert_attempt(
    database: sqlite3.Connection, problem_id: str, attempt: Attempt, source: Source | None
) -> None:
    completion = attempt.completion if source is None else None
    tried = _Tried(attempt.proof, attempt.author, attempt.prompt_version, completion)
    position = _count(database, "attempts", problem_id)
    statement = _text_id(database, compact(attempt.statement))
    row = (attempt.id, problem_id, position, attempt.parent_id, statement, *(source or (None, None)))
    database.execute("INSERT INTO attempts VALUES (?,?,?,?,?,?,?,?)", (*row, compact(tried)))


def insert_call(database: sqlite3.Connection, problem_id: str, call: Call) -> None:
    first = call.completions[0] if call.completions else Completion("")
    asked = _Asked(
        call.agent,
        call.place,
        call.sampling,
        tuple(_without_common(answer, first) for answer in call.completions),
        first.model,
        first.sampling,
        call.prompt_version,
        call.spend,
    )
    prompt = _Prompt(text=call.prompt) if isinstance(call.prompt, str) else _Prompt(call.prompt)
    row = (call.id, problem_id, _count(database, "calls", problem_id), _text_id(database, compact(prompt)))
    database.execute("INSERT INTO calls VALUES (?,?,?,?,?)", (*row, compact(asked)))


def read_call(call_id: str, prompt: str, row: str) -> Call:
    asked, said = loads(_Asked, row, "run.db: call"), loads(_Prompt, prompt, "run.db: prompt")
    completions = tuple(
        replace(answer, model=answer.model or asked.model, sampling=answer.sampling or asked.drawn)
        for answer in asked.completions
    )
    text = said.messages or said.text
    return Call(
        call_id,
        asked.agent,
        asked.place,
        text,
        asked.sampling,
        completions,
        asked.prompt_version,
        asked.spend,
    )


class StepReader:
    """Rows to attempts with their verdicts; each statement and each call is read once."""

    def __init__(self, calls: Mapping[str, tuple[Completion, ...]]) -> None:
        """`calls` are the answers that attempts may be taken from; what is not there is left out."""
        self._calls = calls
        self._statements: dict[str, Statement] = {}

    def read(self, row: Iterable[Any]) -> tuple[Attempt, Verdict]:
        attempt_id, parent_id, statement, call_id, sample, tried_json, verdict = row
        tried = loads(_Tried, tried_json, "run.db: attempt")
        if statement not in self._statements:
            self._statements[statement] = loads(Statement, statement, "run.db: statement")
        completion = tried.completion
        if call_id in self._calls:
            completion = self._calls[call_id][sample]
        attempt = Attempt(
            attempt_id,
            self._statements[statement],
            tried.proof,
            tried.author,
            parent_id,
            completion,
            tried.prompt_version,
        )
        return attempt, loads(Verdict, verdict, "run.db: verdict")


def _without_common(answer: Completion, first: Completion) -> Completion:
    model = "" if answer.model == first.model else answer.model
    return replace(answer, model=model, sampling={} if answer.sampling == first.sampling else answer.sampling)


def _count(database: sqlite3.Connection, table: str, problem_id: str) -> int:
    query = f"SELECT coalesce(max(position) + 1, 0) FROM {table} WHERE problem_id = ?"
    return int(database.execute(query, (problem_id,)).fetchone()[0])


def _text_id(database: sqlite3.Connection, text: str) -> int:
    digest = hashlib.sha256(text.encode()).digest()[:16]
    found = database.execute("SELECT id FROM texts WHERE digest = ?", (digest,)).fetchone()
    if found is not None:
        return int(found[0])
    added = database.execute("INSERT INTO texts (digest, json) VALUES (?,?)", (digest, text)).lastrowid
    assert added is not None
    return added
