"""The judge: does a Lean statement say what the words say? First back into words, by a model that has not seen the
problem; then a rubric, criterion by criterion.

A judgement is one JSON object with a yes or no and a reason for every criterion of `RUBRIC`, and nothing else; the
statement is faithful when each criterion is met. Whatever is not of that form is no judgement (`faithful` is None): it
is counted apart, never as a yes or a no. Limits: a judge is a model, and what it says is an opinion, not a proof.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from prover.agents.extract import without_thought
from prover.agents.feedback import shortened
from prover.agents.fences import fenced_blocks
from prover.agents.speak import Answer, ask, header_text
from prover.agents.values import Criterion, Judgement, Speaker
from prover.types import Problem, Statement

RUBRIC: Mapping[str, str] = {
    "hypotheses": "Every assumption of the problem is in the statement, and says the same there.",
    "nothing_added": "The statement assumes nothing that the problem does not, and its hypotheses can hold together.",
    "conclusion": "The conclusion is the whole of what the problem asks, neither weaker nor stronger.",
    "domains": "Every variable ranges over what the words mean: the kind of number, positive or not, bounds; and where "
    "subtraction or division is of natural numbers or integers, it means what the words mean.",
    "quantifiers": "For all and exists stand in the order, and reach as far, as the words mean.",
    "answer": "Where the problem asks for a value, the statement says which it is, and it is the right one. Where it "
    "asks for none, this is met.",
}
"""The criteria by name. Each is a sentence that is met or not."""

MAX_REASON = 600
MAX_WORDS = 8_000


async def informalize(speaker: Speaker, statement: Statement) -> str:
    """The statement in words; empty where the model said nothing. Nothing is told of the problem it stands for."""
    values = {"header": header_text(statement.header), "statement": _anonymous(statement)}
    (answer,) = await ask(speaker, "informalizer", values, 1)
    text, _ = without_thought(answer.completion.text, speaker.family.think)
    return shortened(text.strip(), MAX_WORDS)


async def judge(
    speaker: Speaker, problem: Problem, statement: Statement, back_translation: str, n: int
) -> list[Judgement]:
    """`n` judgements of one prompt."""
    values = {
        "header": header_text(statement.header),
        "statement": _anonymous(statement),
        "informal": problem.informal_statement.strip(),
        "answer": problem.meta.get("answer", "").strip(),
        "back_translation": back_translation,
        "criteria": [{"name": name, "text": text} for name, text in RUBRIC.items()],
    }
    return [_judgement(speaker, answer) for answer in await ask(speaker, "judge", values, n)]


def _anonymous(statement: Statement) -> str:
    """Under a name that tells nothing."""
    return statement.declare("statement")


def _judgement(speaker: Speaker, answer: Answer) -> Judgement:
    completion = answer.completion
    text, _ = without_thought(completion.text, speaker.family.think)
    criteria, fault = read_judgement(text)
    faithful = None if fault else all(one.met for one in criteria)
    return Judgement(faithful, criteria, fault, completion.model, answer.prompt_version)


def read_judgement(text: str) -> tuple[tuple[Criterion, ...], str]:
    """The criteria in the rubric's order, or why the text is no judgement. Read is the last block that is JSON by its
    label or by its first character, else the whole text."""
    if not text.strip():
        return (), "the answer is empty"
    blocks = [
        b.text
        for b in fenced_blocks(text)
        if b.label == "json" or (not b.label and b.text.lstrip()[:1] == "{")
    ]
    try:
        data = json.loads(blocks[-1] if blocks else text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return (), "the answer is not one JSON object"
    if not isinstance(data, dict) or set(data) != set(RUBRIC):
        return (), f"expected exactly the criteria {', '.join(RUBRIC)}"
    criteria = []
    for name in RUBRIC:
        entry = data[name]
        if (
            not isinstance(entry, dict)
            or set(entry) != {"met", "reason"}
            or not isinstance(entry["met"], bool)
            or not isinstance(entry["reason"], str)
        ):
            return (), f'{name}: expected {{"met": true or false, "reason": text}}'
        reason = " ".join(entry["reason"].split())
        criteria.append(Criterion(name, entry["met"], shortened(reason, MAX_REASON)))
    return tuple(criteria), ""


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a name stands there twice")
    return data
