"""The formalizer: from a problem in words to its statement in Lean, and again from a try and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prover.agents.feedback import shortened
from prover.agents.speak import Answer, ask, header_text
from prover.agents.statement import read_statement
from prover.agents.values import Aligned, Speaker, StatementDraft, StatementRound
from prover.types import Header, Problem, Statement

MAX_CODE = 8_000
MAX_MESSAGE = 2_000
MAX_ERRORS = 6


async def formalize(
    speaker: Speaker, problem: Problem, name: str, header: Header, n: int, *, examples: Sequence[Aligned] = ()
) -> list[StatementDraft]:
    """`n` drafts of one prompt, in the order of their seeds. The theorem is to be called `name`, under `header`."""
    values = {**_values(problem, name, header), "examples": [_example(one) for one in examples]}
    answers = await ask(speaker, "formalizer", values, n)
    return [_draft(speaker, name, answer) for answer in answers]


async def repair(
    speaker: Speaker, problem: Problem, name: str, header: Header, history: Sequence[StatementRound]
) -> StatementDraft:
    """One draft that follows on the newest round; `history` is oldest first and not empty."""
    _, spec = speaker.family.role("formalizer_repair")
    rounds = [
        {
            "number": number,
            "code": shortened(one.draft.code, MAX_CODE),
            "message": shortened(one.message, MAX_MESSAGE),
            "errors": [shortened(error, MAX_MESSAGE) for error in one.errors[:MAX_ERRORS]],
        }
        for number, one in enumerate(history, 1)
    ][-spec.rounds :]
    values = {**_values(problem, name, header), "rounds": rounds, "last": rounds[-1]}
    (answer,) = await ask(speaker, "formalizer_repair", values, 1)
    return _draft(speaker, name, answer)


def _values(problem: Problem, name: str, header: Header) -> dict[str, Any]:
    """What a formalizer may know: the words, the answer and the proof in words. Never the problem's Lean statement."""
    return {
        "name": name,
        "header": header_text(header),
        "informal": problem.informal_statement.strip(),
        "solution": problem.informal_proof.strip(),
        "answer": problem.meta.get("answer", "").strip(),
    }


def _example(one: Aligned) -> Mapping[str, str]:
    return {"informal": one.words, "statement": Statement(one.name, one.signature).declare()}


def _draft(speaker: Speaker, name: str, answer: Answer) -> StatementDraft:
    completion, family = answer.completion, speaker.family
    read = read_statement(
        completion.text, name, finish=completion.finish_reason, think=family.think, fences=family.fences
    )
    return StatementDraft(read.signature, read.code, completion, answer.prompt_version, read.fault)
