"""An example to be, and what is read off an attempt for it: its rank among others, where it is from, its prose.

`Maker` writes the drafts whose answer is a proof, in the words of one family.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prover.agents.extract import without_thought
from prover.agents.family import Family
from prover.agents.planner import numbered_steps
from prover.agents.weave import weave
from prover.bootstrap.answers import (
    Asked,
    answer,
    code_tokens,
    completion_of,
    untidiness,
    without_comments,
)
from prover.bootstrap.example import Kind, Text
from prover.bootstrap.material import Material, Session, Standing, Step
from prover.bootstrap.settings import HarvestSettings
from prover.types import Attempt, Problem, Statement

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """An attempt in its place."""

    material: Material
    session: Session
    step: Step

    @property
    def standing(self) -> Standing:
        return self.session.standing(self.step[0].statement)

    @property
    def problem(self) -> Problem:
        """As its own run has it, under the id that it has over all runs; words that the run lacks are another's."""
        own, known = self.session.trace.problem, self.material.problem
        words = own.informal_statement if own.informal_statement.strip() else known.informal_statement
        proof = own.informal_proof if own.informal_proof.strip() else known.informal_proof
        return replace(own, id=known.id, informal_statement=words, informal_proof=proof)


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
    failed: str = ""
    """The proof that a repair mends."""
    turn: str = ""
    """Drafts of one kind take turns by this, so that none of them fill the cap alone."""


def rank_of(proof: str, step: Step) -> tuple[Any, ...]:
    """Shortest and cleanest first: tokens of code, with five more for each tactic that leaves a choice to Lean and each
    warning of Lean's."""
    warnings = sum(d.severity == "warning" for d in step[1].diagnostics)
    return (code_tokens(proof) + 5 * (untidiness(proof) + warnings), len(proof), proof)


def proofs_of(material: Material, *standings: Standing) -> Iterator[Found]:
    """The audited attempts of all runs; with `standings`, those at such statements only."""
    for session in material.sessions:
        for step in session.proofs:
            found = Found(material, session, step)
            if not standings or found.standing in standings:
                yield found


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


@dataclass(frozen=True)
class Maker:
    """`shortest` gives the proof that an audited attempt was minimised to, None where it is not to be learned from."""

    family: Family
    settings: HarvestSettings
    shortest: Callable[[Attempt], str | None]

    def worded(self, proof: str, steps: Sequence[str]) -> str:
        if not self.settings.words:
            return without_comments(proof)
        return weave(proof, steps).proof if steps else proof

    def draft(
        self,
        kind: Kind,
        found: Found,
        question: Asked,
        proof: str,
        *,
        thought: str = "",
        text: str = "",
    ) -> Draft:
        completion = answer(question, proof, thought=thought, text=text)
        return Draft(
            kind,
            found.problem,
            found.step[0].statement,
            question.prompt,
            completion_of(question, completion),
            proof,
            rank_of(proof, found.step),
            {**provenance(found, question), "tokens": code_tokens(proof)},
        )
