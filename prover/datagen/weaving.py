"""NL-FL bootstrapping: the proof in words woven into the Lean proof as comments, and checked once more.

A model weaves where there is one; else, or where its answers change the Lean code or do not pass the audit again, the
sentences of the proof in words are placed by what they and Lean's lines speak of (`prover.agents.weave`); where that
fails too, the proof stays as it was, and says so. Nothing counts that the audit has not accepted with the comments
in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from prover.agents.planner import numbered_steps
from prover.agents.values import Speaker
from prover.agents.weave import MAX_STEPS, weave
from prover.agents.weaver import weave_by_model
from prover.errors import InfraError
from prover.formalize.room import Room
from prover.lean.protocol import Checker
from prover.search.desk import patiently
from prover.search.ledger import Ledger
from prover.types import Problem, Statement, Status, audited

ROLE = "weaver"
_TRIES = 2
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z$\\(])|\n\s*\n|\n\s*[-*•]\s+")
_LEAST_CHARACTERS = 12


class How(StrEnum):
    MODEL = "model"
    STEPS = "steps"
    """By the likeness of sentences and lines."""
    UNWOVEN = "unwoven"


@dataclass(frozen=True, slots=True)
class Woven:
    """A proof with its words. `detail` says why it is not woven, or not by the model."""

    proof: str
    how: How
    detail: str = ""
    model: str = ""
    prompt_version: str = ""
    tier: str = ""
    """Of the woven text; empty where it is the proof as it was."""


async def weave_in(
    problem: Problem,
    statement: Statement,
    proof: str,
    checker: Checker,
    *,
    speaker: Speaker | None = None,
    ledger: Ledger,
    place: str,
    seed: int = 0,
) -> Woven:
    """Weave the problem's proof in words into an audited `proof` of `statement`. `problem` is one of the ledger's.

    Raises `InfraError` where the checker or the model breaks down.
    """
    faults: list[str] = []
    if speaker is not None:
        room = Room(problem, {ROLE: speaker}, ledger, seed)
        for turn in range(1, _TRIES + 1):
            seat = room.speaker(ROLE, f"{place}.weave{turn}")
            (found,) = await weave_by_model(seat, problem, statement, proof, 1)
            if not found.proof:
                faults.append(found.fault)
                continue
            tier, fault = await _audited(checker, statement, found.proof)
            if tier:
                return Woven(found.proof, How.MODEL, "", found.completion.model, found.prompt_version, tier)
            faults.append(fault)
    detail = "; ".join(dict.fromkeys(faults))
    steps = steps_of(problem.informal_proof)
    if not steps:
        return Woven(proof, How.UNWOVEN, detail or "there is no proof in words")
    woven = weave(proof, steps)
    if woven.proof == proof:
        reason = "no sentence of the proof in words matches a line of the proof"
        return Woven(proof, How.UNWOVEN, "; ".join(filter(None, (detail, reason))))
    tier, fault = await _audited(checker, statement, woven.proof)
    if tier:
        return Woven(woven.proof, How.STEPS, detail, tier=tier)
    return Woven(proof, How.UNWOVEN, "; ".join(filter(None, (detail, fault))))


async def _audited(checker: Checker, statement: Statement, proof: str) -> tuple[str, str]:
    """The tier at which the audit accepts it, or an empty text and why not."""
    verdict, _ = await patiently(lambda: checker.audit(statement, proof))
    if verdict.status is Status.INFRA:
        raise InfraError(f"{statement.name}: the audit broke down: {verdict.detail}")
    if audited(verdict):
        return verdict.tier.value, ""
    return "", f"with its comments the audit refuses it: {verdict.detail or verdict.status.value}"


def steps_of(words: str) -> tuple[str, ...]:
    """A proof in words as steps: its numbered list, or else its sentences, short ones joined to what follows."""
    if steps := numbered_steps(words):
        return steps
    parts = [" ".join(part.split()) for part in _SENTENCE.split(words)]
    steps_found: list[str] = []
    held = ""
    for part in filter(None, parts):
        held = f"{held} {part}".strip()
        if len(held) >= _LEAST_CHARACTERS:
            steps_found.append(held)
            held = ""
    if held:
        steps_found.append(held)
    return tuple(steps_found[:MAX_STEPS])
