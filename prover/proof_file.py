"""A proof as a Lean file that compiles by itself, with where the problem comes from in a comment."""

from __future__ import annotations

import re
from dataclasses import replace

from prover import __version__
from prover.errors import InputError
from prover.lean.source import Piece, Refusal, Submission, Writer, parse_submission
from prover.types import Attempt, Problem, Verdict

_MAX_WORDS = 500


def render(problem: Problem, attempt: Attempt, verdict: Verdict, *, policy: str = "") -> str:
    """The file of a proof that the checker accepted, found by a search of that `policy`.

    It holds our statement and the proof's own text, as they were checked. Raises `InputError` for a text that the
    checker cannot have accepted.
    """
    statement = attempt.statement
    submission = parse_submission(attempt.proof, statement)
    if isinstance(submission, Refusal):
        raise InputError(f"{problem.id}: its proof cannot be written out: {submission.detail}")
    writer = Writer(submission.original)
    imports = "".join(f"import {name}\n" for name in statement.header.imports)
    comments = "".join(_comment(line) for line in _attribution(problem, attempt, verdict, policy))
    writer.ours(f"{imports}\n{comments}\n" if imports else f"{comments}\n")
    if statement.header.preamble.strip():
        writer.ours(statement.header.preamble.strip("\n") + "\n\n")
    writer.proof(statement, _with_by_in_place(submission))
    text = writer.finish()[0]
    return text if text.endswith("\n") else f"{text}\n"


def _with_by_in_place(submission: Submission) -> Submission:
    """A `by` that ends its line goes behind our `:=`, as one would write it; the block below keeps its columns."""
    proof = submission.proof
    begins = re.match(r"\s*by[ \t]*\n", proof.text)
    if submission.tactic or begins is None:
        return submission
    return replace(
        submission, proof=Piece(proof.offset + begins.end(), proof.text[begins.end() :]), tactic=True
    )


def _attribution(problem: Problem, attempt: Attempt, verdict: Verdict, policy: str) -> list[str]:
    origin = ", ".join(part for part in (problem.id, problem.source, problem.licence) if part)
    author = attempt.author
    if attempt.completion is not None and attempt.completion.model:
        author = f"{author} ({attempt.completion.model})"
    prompts = f", prompt {attempt.prompt_version}" if attempt.prompt_version else ""
    searched = f", policy {policy}" if policy else ""
    checked = f"{verdict.tier.value} on {verdict.toolchain}" if verdict.toolchain else verdict.tier.value
    words = " ".join(problem.informal_statement.split())
    return [
        f"Problem: {origin}",
        *([f"In words: {words[:_MAX_WORDS]}{'…' if len(words) > _MAX_WORDS else ''}"] if words else []),
        f"Proof: {author}{prompts}{searched}, prover {__version__}; {checked}",
    ]


def _comment(text: str) -> str:
    """One comment line, whatever the text holds: no line break of any kind may end it."""
    return f"-- {' '.join(text.split())}\n"
