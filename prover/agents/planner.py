"""The planner: a proof in words, in numbered steps, before anyone writes Lean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from prover.agents.extract import without_thought
from prover.agents.feedback import shortened
from prover.agents.speak import ask, values_of
from prover.agents.values import Lemma, Plan, Speaker
from prover.types import Completion, Problem, Statement

MAX_PLAN = 20_000
MAX_STEPS = 40
MAX_STEP = 600

_STEP = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t]*)?(?:\*\*)?(?:[Ss]tep[ \t]+)?(\d{1,3})[.):](?:\*\*)?(?=\s)", re.MULTILINE
)
_HEADING = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]|\*\*[^*\n]+\*\*[ \t]*$|```)", re.MULTILINE)


async def plan(
    speaker: Speaker, problem: Problem, statement: Statement, n: int, *, lemmas: Sequence[Lemma] = ()
) -> list[Plan]:
    """`n` plans of one prompt."""
    values = {**values_of(problem, statement), "lemmas": lemma_values(lemmas)}
    answers = await ask(speaker, "planner", values, n)
    return [read_plan(answer.completion, speaker.family.think, answer.prompt_version) for answer in answers]


def read_plan(completion: Completion, think: Sequence[tuple[str, str]], prompt_version: str = "") -> Plan:
    """The plan in an answer; `think` are the tags around a thought."""
    text, thought = without_thought(completion.text, think)
    # A model that only thought has planned all the same; a thought's end is nearest to its result.
    text = text.strip() or (completion.reasoning + thought).strip()[-MAX_PLAN:]
    text = text[:MAX_PLAN]
    return Plan(text, numbered_steps(text), completion, prompt_version)


def numbered_steps(text: str) -> tuple[str, ...]:
    """The longest list numbered 1, 2, 3, … in a text, each item on one line; of equally long ones the last."""
    runs: list[list[re.Match[str]]] = []
    for mark in _STEP.finditer(text):
        if int(mark[1]) == 1:
            runs.append([mark])
        elif runs and int(mark[1]) == len(runs[-1]) + 1:
            runs[-1].append(mark)
    if not runs:
        return ()
    best = max(reversed(runs), key=len)[:MAX_STEPS]
    # The list ends where another begins.
    after = [run[0].start() for run in runs if run[0].start() > best[-1].start()]
    ends = [*(mark.start() for mark in best[1:]), min(after, default=len(text))]
    steps = [_one_line(text[mark.end() : end]) for mark, end in zip(best, ends, strict=True)]
    return tuple(step for step in steps if step)


def _one_line(text: str) -> str:
    stop = _HEADING.search(text, len(text) - len(text.lstrip()) + 1)
    words = text[: stop.start()] if stop else text
    return shortened(" ".join(words.replace("**", "").split()), MAX_STEP)


def lemma_values(lemmas: Sequence[Lemma]) -> list[dict[str, Any]]:
    """Lemmas as values for templates."""
    return [
        {
            "name": lemma.name,
            "statement": Statement(lemma.name, lemma.signature).declare(),
            "words": lemma.words,
            "proof": lemma.proof,
        }
        for lemma in lemmas
    ]
