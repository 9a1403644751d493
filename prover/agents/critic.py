"""The critic: is each step of a proof sound? Asked before Lean is, or after it with its verdict.

Its answer is read as JSON (`{"sound": …, "steps": [{"step", "sound", "comment"}]}`), else as lines such as
`Step 2: unsound: …` and `Verdict: sound`. What cannot be read says nothing: `sound` is None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from prover.agents.compose import compose
from prover.agents.extract import without_thought
from prover.agents.feedback import MAX_ERRORS, errors_of, message_of, shortened
from prover.agents.fences import fenced_blocks
from prover.agents.speak import ask, values_of
from prover.agents.values import Critique, Plan, Speaker, StepCritique
from prover.types import Problem, Statement, Status, Verdict

MAX_TEXT = 20_000
MAX_STEPS = 60
MAX_OBJECTS = 20

_WORDS = "sound|correct|valid|ok|unsound|incorrect|invalid|wrong"
_JUDGED = re.compile(
    rf"^[ \t*#>-]*(?:step[ \t]+)?(\d{{1,3}})[.):]?[*]*[ \t]*[-–—:]?[ \t]*[*]*({_WORDS})\b[*]*"
    r"[ \t]*[-–—:.,]?[ \t]*(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_VERDICT = re.compile(
    rf"^[ \t*#>-]*(?:verdict|overall|conclusion)[*]*[ \t]*:[ \t*]*({_WORDS})\b", re.IGNORECASE | re.MULTILINE
)
_GOOD = frozenset({"sound", "correct", "valid", "ok", "true", "yes"})
_BAD = frozenset({"unsound", "incorrect", "invalid", "wrong", "false", "no"})


async def critique(
    speaker: Speaker,
    problem: Problem,
    statement: Statement,
    proof: str,
    *,
    plan: Plan | None = None,
    verdict: Verdict | None = None,
) -> Critique:
    """One opinion. A verdict `INFRA` is not shown: it says nothing about the proof."""
    composed = compose(statement, proof)
    values = {**values_of(problem, statement), "proof": composed.text}
    if plan is not None:
        values |= {"plan": plan.text, "steps": plan.steps}
    if verdict is not None and verdict.status is not Status.INFRA:
        values["last"] = {
            "status": verdict.status.value,
            "message": message_of(verdict) if not verdict.proved else "",
            "errors": errors_of(verdict, composed)[:MAX_ERRORS],
        }
    (answer,) = await ask(speaker, "critic", values, 1)
    text, _ = without_thought(answer.completion.text, speaker.family.think)
    text = text if text.strip() else answer.completion.reasoning
    sound, steps = read_critique(text)
    return Critique(sound, steps, text.strip()[:MAX_TEXT], answer.completion, answer.prompt_version)


def read_critique(text: str) -> tuple[bool | None, tuple[StepCritique, ...]]:
    """(verdict, steps). A proof is unsound when a step is; sound when it is called so and no step is not."""
    found = _from_json(text)
    if found is None:
        found = _from_lines(text)
    said, steps = found
    if any(step.sound is False for step in steps):
        return False, steps
    if said is None and steps and all(step.sound for step in steps):
        return True, steps
    return said, steps


def _from_json(text: str) -> tuple[bool | None, tuple[StepCritique, ...]] | None:
    blocks = [b.text for b in fenced_blocks(text) if b.label in ("json", "")]
    for source in [*reversed(blocks), text]:
        starts = [match.start() for match in re.finditer(r"\{", source)]
        for start in starts[:MAX_OBJECTS]:
            try:
                data, _ = json.JSONDecoder().raw_decode(source, start)
            except (ValueError, RecursionError):
                continue
            if isinstance(data, dict) and ("sound" in data or "steps" in data):
                return _truth(data.get("sound")), _steps(data.get("steps"))
    return None


def _steps(data: Any) -> tuple[StepCritique, ...]:
    if not isinstance(data, list):
        return ()
    return tuple(
        _step(item, number) for number, item in enumerate(data[:MAX_STEPS], 1) if isinstance(item, Mapping)
    )


def _step(item: Mapping[str, Any], number: int) -> StepCritique:
    step, comment = item.get("step", number), item.get("comment", "")
    return StepCritique(
        shortened(str(step), 500), _truth(item.get("sound")), shortened(str(comment or ""), 2_000)
    )


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    return True if word in _GOOD else False if word in _BAD else None


def _from_lines(text: str) -> tuple[bool | None, tuple[StepCritique, ...]]:
    steps = tuple(
        StepCritique(match[1], _truth(match[2]), shortened(match[3].strip(), 2_000))
        for match in list(_JUDGED.finditer(text))[:MAX_STEPS]
    )
    verdicts = _VERDICT.findall(text)
    return (_truth(verdicts[-1]) if verdicts else None), steps
