"""An example to be, and what is read off an attempt for it: its rank among others, where it is from, its prose."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prover import syntax
from prover.agents.compose import compose
from prover.agents.extract import without_thought
from prover.agents.family import Family
from prover.agents.planner import numbered_steps
from prover.agents.tame import tame
from prover.bootstrap.answers import Asked, code_tokens, untidiness
from prover.bootstrap.example import Kind, Text
from prover.bootstrap.material import Material, Session, Step
from prover.syntax import LeanTextError
from prover.types import Attempt, Problem, Statement

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """An attempt in its place."""

    material: Material
    session: Session
    step: Step


@dataclass(frozen=True, slots=True)
class Draft:
    """An example to be: `proof` is what it teaches to write, or judges; `rank` orders the drafts of one problem."""

    kind: Kind
    problem: Problem
    statement: Statement
    prompt: Text
    completion: Text
    proof: str
    rank: tuple[Any, ...]
    provenance: Mapping[str, Any] = field(default_factory=dict)


def rank_of(proof: str, step: Step) -> tuple[Any, ...]:
    """Shortest and cleanest first: tokens of code, with five more for each tactic that leaves a choice to Lean and each
    warning of Lean's."""
    warnings = sum(d.severity == "warning" for d in step[1].diagnostics)
    return (code_tokens(proof) + 5 * (untidiness(proof) + warnings), len(proof), proof)


def proofs_of(material: Material) -> Iterator[tuple[Session, Step]]:
    return ((session, step) for session in material.sessions for step in session.proofs)


def provenance(found: Found, question: Asked) -> dict[str, Any]:
    attempt, verdict = found.step
    model = attempt.completion.model if attempt.completion is not None else ""
    return {
        "run": found.session.run,
        "attempt": attempt.id,
        "author": attempt.author,
        "model": model,
        "prompt": question.rendered.version,
        "status": verdict.status.value,
        "tier": verdict.tier.value,
        "toolchain": verdict.toolchain,
        "licence": found.session.trace.problem.licence,
        "theorem": attempt.statement.name,
    }


def prose_of(attempt: Attempt, family: Family) -> str:
    """The prose of an answer: its thought and the words around its code."""
    assert attempt.completion is not None
    text, inner = without_thought(attempt.completion.text, family.think)
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return "\n".join(part.strip() for part in (attempt.completion.reasoning, inner, outside) if part.strip())


def steps_of(words: str) -> Sequence[str]:
    """A proof in words as steps: its numbered ones, else its sentences."""
    return numbered_steps(words) or tuple(part.strip() for part in _SENTENCE.split(words) if part.strip())


def likeness(one: str, other: str) -> float:
    try:
        parts = [[t.text for t in syntax.code(syntax.tokenize(text))] for text in (one, other)]
    except LeanTextError:
        return 0.0
    return difflib.SequenceMatcher(None, parts[0][:400], parts[1][:400], autojunk=False).ratio()


def flat(prompt: str | tuple[tuple[str, str], ...]) -> str:
    return prompt if isinstance(prompt, str) else "\n".join(text for _, text in prompt)


def shows(prompt: str, material: Material, proof: str) -> bool:
    return tame(compose(material.statement, proof).text).strip() in prompt
