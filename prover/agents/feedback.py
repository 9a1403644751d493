"""What a model is told of a try that failed: the code as it was, where it is wrong, what Lean said, what is left.

Error spans are marked in the code with `<error>…</error>`, four lines before and one after them, at most eight errors,
as in Goedel-Prover-V2's self-correction. A verdict `INFRA` says nothing about a proof and is never told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prover.agents.compose import Composed, compose
from prover.agents.tame import Verbatim
from prover.agents.values import Round
from prover.types import Diagnostic, Statement, Status, Verdict

MAX_ERRORS = 8
LINES_BEFORE = 4
SPAN_LINES = 5
MAX_MESSAGE = 2_000
MAX_ANSWER = 24_000
MAX_GOALS = 4
MAX_HISTORY = 60_000
UNCHECKED = "Lean was not asked yet, but a reviewer doubts the proof."

_SAID = {
    Status.INCOMPLETE: "The code contains `sorry`, which means the proof is incomplete.",
    Status.WRONG_STATEMENT: "The theorem was not proved as it is stated.",
    Status.FORBIDDEN: "The code holds something that a proof may not hold.",
    Status.BAD_AXIOM: "The proof rests on an axiom that is not allowed.",
    Status.TIMEOUT: "Checking the proof took too long.",
    Status.OUT_OF_MEMORY: "Checking the proof took too much memory.",
    Status.NO_CODE: "There was no Lean code in the answer.",
    Status.ELABORATION_ERROR: "Lean did not accept the proof.",
}


def told(history: Sequence[Round], statement: Statement, most: int) -> list[dict[str, Any]]:
    """The newest rounds, oldest first, as values for templates: at most `most`, and no more text than a prompt bears.

    A round keeps the number that it has among those that can be told, from 1.
    """
    rounds = [r for r in history if r.verdict is None or _says_something(r.verdict)]
    shown: list[dict[str, Any]] = []
    size = 0
    for number in range(len(rounds), max(0, len(rounds) - most), -1):
        values = _round(rounds[number - 1], number, statement)
        size += len(values["answer"]) + sum(len(e["excerpt"]) + len(e["message"]) for e in values["errors"])
        if shown and size > MAX_HISTORY:
            break
        shown.insert(0, values)
    return shown


def _says_something(verdict: Verdict) -> bool:
    return verdict.status is not Status.INFRA and not verdict.proved


def _round(one: Round, number: int, statement: Statement) -> dict[str, Any]:
    attempt, verdict = one.attempt, one.verdict
    composed = compose(statement, attempt.proof)
    said = attempt.completion.text.strip() if attempt.completion else ""
    fits = 0 < len(said) <= MAX_ANSWER
    errors = errors_of(verdict, composed) if verdict is not None else []
    if verdict is None:
        status, message = "unchecked", UNCHECKED
    elif errors and verdict.status is Status.ELABORATION_ERROR:
        status, message = verdict.status.value, ""
    else:
        status, message = verdict.status.value, message_of(verdict)
    return {
        "number": number,
        "code": composed.text if attempt.proof else "",
        "answer": Verbatim(said if fits else f"```lean4\n{composed.text[:MAX_ANSWER]}\n```"),
        "status": status,
        "message": message,
        "errors": errors[:MAX_ERRORS],
        "omitted": max(0, len(errors) - MAX_ERRORS),
        "goals": [shortened(goal, MAX_MESSAGE) for goal in one.goals[:MAX_GOALS]],
    }


def message_of(verdict: Verdict) -> str:
    """A verdict in a sentence, with its detail."""
    return " ".join(part for part in (_SAID.get(verdict.status, ""), shortened(verdict.detail, 500)) if part)


def errors_of(verdict: Verdict, composed: Composed) -> list[dict[str, Any]]:
    """Lean's errors, each with its place in the composed text (line from 1) and the marked code around it."""
    lines = composed.text.split("\n")
    errors = [d for d in verdict.diagnostics if d.severity == "error"]
    return [
        {
            "number": number,
            "line": composed.place(error.line, error.column)[0] if error.line else 0,
            "column": composed.place(error.line, error.column)[1] if error.line else 0,
            "message": shortened(error.message, MAX_MESSAGE),
            "excerpt": _marked(lines, composed, error) if error.line else "",
        }
        for number, error in enumerate(errors, 1)
    ]


def _marked(lines: Sequence[str], composed: Composed, error: Diagnostic) -> str:
    line, column = composed.place(error.line, error.column)
    known_end = (error.end_line, error.end_column) > (error.line, error.column)
    start = min(line, len(lines)) - 1
    if known_end:
        end_line, end_column = composed.place(error.end_line, error.end_column)
        end = min(end_line, len(lines)) - 1
    else:
        end, end_column = start, len(lines[start])
    before = list(lines[max(0, start - LINES_BEFORE) : start])
    if start == end:
        text = lines[start]
        span = [f"{text[:column]}<error>{text[column:end_column]}</error>{text[end_column:]}"]
    else:
        inner = list(lines[start + 1 : end])
        if len(inner) > SPAN_LINES:
            indent = " " * (len(inner[SPAN_LINES - 1]) - len(inner[SPAN_LINES - 1].lstrip(" ")))
            inner = [*inner[:SPAN_LINES], "", f"{indent}... --[Truncated]-- ..."]
        first, last = lines[start], lines[end]
        span = [
            f"{first[:column]}<error>{first[column:]}",
            *inner,
            f"{last[:end_column]}</error>{last[end_column:]}",
        ]
    return "\n".join([*before, *span, *lines[end + 1 : end + 2]])


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 20] + " … [truncated]"
