"""The writer: a whole proof in Lean, with the plan's words woven in where there is a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from prover.agents.extract import Extraction, extract, extract_tail
from prover.agents.planner import lemma_values
from prover.agents.speak import Answer, ask, values_of
from prover.agents.values import Draft, Lemma, Plan, Speaker
from prover.agents.weave import weave
from prover.types import Problem, Statement


async def write(
    speaker: Speaker,
    problem: Problem,
    statement: Statement,
    n: int,
    *,
    plan: Plan | None = None,
    lemmas: Sequence[Lemma] = (),
) -> list[Draft]:
    """`n` drafts of one prompt, in the order of their seeds. Steps of the plan that the writer has left out of the
    proof, but that match a line of it, are woven in as comments."""
    values = {**values_of(problem, statement), "lemmas": lemma_values(lemmas)}
    if plan is not None:
        values |= {"plan": plan.text, "steps": plan.steps}
    answers = await ask(speaker, "writer", values, n)
    drafts = [draft(speaker, statement, answer) for answer in answers]
    if plan is None:
        return drafts
    return [replace(one, proof=weave(one.proof, plan.steps).proof) for one in drafts]


def draft(speaker: Speaker, statement: Statement, answer: Answer) -> Draft:
    """The submission in an answer, or why there is none."""
    found = _found(speaker, statement, answer)
    return Draft(found.code, answer.completion, answer.prompt_version, found.fault)


def _found(speaker: Speaker, statement: Statement, answer: Answer) -> Extraction:
    completion, family = answer.completion, speaker.family
    if answer.tail is not None:
        return extract_tail(answer.tail, statement, finish=completion.finish_reason)
    return extract(
        completion.text,
        statement,
        reasoning=completion.reasoning,
        finish=completion.finish_reason,
        think=family.think,
        fences=family.fences,
    )
