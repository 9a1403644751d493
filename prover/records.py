"""How attempts and calls are laid down in the store's rows, so that no text is kept twice.

A prompt, a statement that is not its problem's own, and what many rows have in common (`_CallTerms`, `_AttemptTerms`)
are rows of `texts`, found by their digest. An attempt names the call and the answer that it was taken from instead of
repeating it. Everything here happens inside a transaction of the caller; what a row refers to and is not there breaks
a foreign key.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from prover.codec import compact, loads
from prover.types import Attempt, Call, Completion, Diagnostic, Spend, Statement, Status, Tier, Verdict

Source = tuple[str, int]
"""A call's id, and which of its answers."""


CALLS = (
    "SELECT c.id, p.json, t.json, c.json FROM calls c "
    "JOIN texts p ON p.id = c.prompt JOIN texts t ON t.id = c.terms"
)
"""The rows that `read_call` takes."""
STEPS = (
    "SELECT a.id, a.parent_id, s.json, c.id, a.sample, t.json, a.json, a.status, a.verdict FROM attempts a "
    "JOIN texts t ON t.id = a.terms LEFT JOIN texts s ON s.id = a.statement "
    "LEFT JOIN calls c ON c.number = a.call"
)
"""The rows that `StepReader` takes."""
PROBLEM = "coalesce((SELECT position FROM problems WHERE id = ?), -1)"
"""The problem of that id; a broken foreign key where there is none."""


@dataclass(frozen=True, slots=True)
class _AttemptTerms:
    author: str
    prompt_version: str = ""
    tier: Tier = Tier.NONE
    toolchain: str = ""
    checker: str = ""


@dataclass(frozen=True, slots=True)
class _Tried:
    proof: str
    completion: Completion | None = None
    """Only where it is no answer of a call."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A verdict without what stands in its columns and terms."""

    detail: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    axioms: tuple[str, ...] = ()
    wall_s: float = 0.0
    cpu_s: float = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class _CallTerms:
    agent: str
    sampling: Mapping[str, Any] = field(default_factory=dict)
    """Without its seed."""
    model: str = ""
    drawn: Mapping[str, float | int | str] = field(default_factory=dict)
    """`model` and `sampling` of those completions that name none."""
    prompt_version: str = ""
    system: str = ""
    """The prompt's first message, where that is the system's."""


@dataclass(frozen=True, slots=True)
class _Asked:
    place: str = ""
    seed: int | None = None
    completions: tuple[Completion, ...] = ()
    spend: Spend = field(default_factory=Spend)


@dataclass(frozen=True, slots=True)
class _Prompt:
    messages: tuple[tuple[str, str], ...] = ()
    text: str = ""


def insert_attempt(
    database: sqlite3.Connection, problem_id: str, attempt: Attempt, verdict: Verdict, source: Source | None
) -> None:
    """A judged attempt. Its verdict replaces `INFRA`; any other doubling breaks a unique key."""
    judged = (_attempt_terms(database, attempt, verdict), verdict.status.value, _judged(verdict))
    query = "UPDATE attempts SET terms = ?, status = ?, verdict = ? WHERE id = ? AND status = ?"
    if database.execute(query, (*judged, attempt.id, Status.INFRA.value)).rowcount:
        return
    tried = _Tried(attempt.proof, attempt.completion if source is None else None)
    call_id, sample = source or (None, None)
    terms, *rest = judged
    # Of no call is no number, of one that is not there a broken foreign key.
    call = "coalesce((SELECT number FROM calls WHERE id = ?), ?)"
    where = (call_id, None if source is None else -1, sample)
    statement = _statement_id(database, problem_id, attempt.statement)
    database.execute(
        "INSERT INTO attempts (id, problem, parent_id, statement, call, sample, terms, json, status, verdict) "
        f"VALUES (?,{PROBLEM},?,?,{call},?,?,?,?,?)",
        (attempt.id, problem_id, attempt.parent_id, statement, *where, terms, compact(tried), *rest),
    )


def _attempt_terms(database: sqlite3.Connection, attempt: Attempt, verdict: Verdict) -> int:
    common = _AttemptTerms(
        attempt.author, attempt.prompt_version, verdict.tier, verdict.toolchain, verdict.checker
    )
    return _text_id(database, compact(common))


def _judged(verdict: Verdict) -> str:
    fields = (verdict.detail, verdict.diagnostics, verdict.axioms, verdict.wall_s, verdict.cpu_s)
    return compact(_Judged(*fields, verdict.cached))


def _statement_id(database: sqlite3.Connection, problem_id: str, statement: Statement) -> int | None:
    """None: the problem's own. No text of a problem can look like its statement: quotes are escaped there."""
    text = compact(statement)
    query = "SELECT 1 FROM problems WHERE id = ? AND instr(json, ?)"
    if database.execute(query, (problem_id, f'"statement":{text}')).fetchone():
        return None
    return _text_id(database, text)


def insert_call(database: sqlite3.Connection, problem_id: str, call: Call) -> None:
    first = call.completions[0] if call.completions else Completion("")
    sampling = dict(call.sampling)
    seed = sampling.pop("seed") if type(sampling.get("seed")) is int else None
    system, prompt = _split(call.prompt)
    terms = _CallTerms(call.agent, sampling, first.model, first.sampling, call.prompt_version, system)
    answers = tuple(_without_common(answer, first) for answer in call.completions)
    asked = _Asked(call.place, seed, answers, call.spend)
    database.execute(
        f"INSERT INTO calls (id, problem, prompt, terms, json) VALUES (?,{PROBLEM},?,?,?)",
        (
            *(call.id, problem_id, _text_id(database, compact(prompt))),
            *(_text_id(database, compact(terms)), compact(asked)),
        ),
    )


def read_call(call_id: str, prompt: str, common: str, row: str) -> Call:
    asked, said = loads(_Asked, row, "run.db: call"), loads(_Prompt, prompt, "run.db: prompt")
    terms = loads(_CallTerms, common, "run.db: call")
    completions = tuple(
        replace(answer, model=answer.model or terms.model, sampling=answer.sampling or terms.drawn)
        for answer in asked.completions
    )
    return Call(
        call_id,
        terms.agent,
        asked.place,
        _joined(terms.system, said),
        terms.sampling if asked.seed is None else {**terms.sampling, "seed": asked.seed},
        completions,
        terms.prompt_version,
        asked.spend,
    )


class StepReader:
    """Rows to attempts with their verdicts; what many have in common is read once."""

    def __init__(self, own: Statement | None, calls: Mapping[str, tuple[Completion, ...]]) -> None:
        """`own` is the problem's statement; `calls` are the answers that attempts may be taken from, and what is not
        there is left out."""
        self._own, self._calls = own, calls
        self._statements: dict[str, Statement] = {}
        self._terms: dict[str, _AttemptTerms] = {}

    def read(self, row: Iterable[Any]) -> tuple[Attempt, Verdict]:
        attempt_id, parent_id, statement, call_id, sample, common, tried_json, status, verdict = row
        tried = loads(_Tried, tried_json, "run.db: attempt")
        judged = loads(_Judged, verdict, "run.db: verdict")
        if common not in self._terms:
            self._terms[common] = loads(_AttemptTerms, common, "run.db: attempt")
        terms = self._terms[common]
        attempt = Attempt(
            attempt_id,
            self._statement(statement),
            tried.proof,
            terms.author,
            parent_id,
            self._calls[call_id][sample] if call_id in self._calls else tried.completion,
            terms.prompt_version,
        )
        return attempt, Verdict(
            Status(status),
            terms.tier,
            judged.detail,
            judged.diagnostics,
            judged.axioms,
            judged.wall_s,
            judged.cpu_s,
            terms.toolchain,
            terms.checker,
            judged.cached,
        )

    def _statement(self, text: str | None) -> Statement:
        if text is None:
            assert self._own is not None
            return self._own
        if text not in self._statements:
            self._statements[text] = loads(Statement, text, "run.db: statement")
        return self._statements[text]


def _split(prompt: str | tuple[tuple[str, str], ...]) -> tuple[str, _Prompt]:
    if isinstance(prompt, str):
        return "", _Prompt(text=prompt)
    if len(prompt) > 1 and prompt[0][0] == "system" and prompt[0][1]:
        return prompt[0][1], _Prompt(prompt[1:])
    return "", _Prompt(prompt)


def _joined(system: str, prompt: _Prompt) -> str | tuple[tuple[str, str], ...]:
    if system:
        return (("system", system), *prompt.messages)
    return prompt.messages or prompt.text


def _without_common(answer: Completion, first: Completion) -> Completion:
    model = "" if answer.model == first.model else answer.model
    return replace(answer, model=model, sampling={} if answer.sampling == first.sampling else answer.sampling)


def _text_id(database: sqlite3.Connection, text: str) -> int:
    digest = hashlib.sha256(text.encode()).digest()[:16]
    found = database.execute("SELECT id FROM texts WHERE digest = ?", (digest,)).fetchone()
    if found is not None:
        return int(found[0])
    added = database.execute("INSERT INTO texts (digest, json) VALUES (?,?)", (digest, text)).lastrowid
    assert added is not None
    return added
