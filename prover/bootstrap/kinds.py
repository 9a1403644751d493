"""From what is known of a problem to examples of each kind, not yet deduplicated, capped or weighed.

Prompts are rendered by the family with the values that the agents themselves would give them, answers are written in
the family's form and read back (`prover.bootstrap.answers`). What an attempt proves, the statement, its negation or a
lemma, is told by its own run (`Session.standing`). What has no form in the family is counted, not forced. Pure: nothing
here asks Lean or a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from prover.agents.extract import without_thought
from prover.agents.family import VALUES, Family
from prover.agents.speak import values_of
from prover.agents.statement import read_statement
from prover.agents.values import Plan
from prover.bootstrap.answers import NoFormError, asked, completion_of
from prover.bootstrap.drafts import Draft, Found, Maker, proofs_of, prose_of, provenance, steps_of
from prover.bootstrap.example import Kind
from prover.bootstrap.material import Material, Standing
from prover.bootstrap.repairs import repairs
from prover.bootstrap.reviews import critiques
from prover.bootstrap.settings import HarvestSettings
from prover.errors import InputError
from prover.search.memory import content_key
from prover.types import Attempt

LEAST_THOUGHT = 80
"""Characters of prose from which on an answer counts as a chain of thought."""


class Drafts:
    """Makes the drafts of one problem. `shortest` gives the proof that an audited attempt was minimised to."""

    def __init__(
        self, family: Family, settings: HarvestSettings, shortest: Callable[[Attempt], str | None]
    ) -> None:
        self._maker = Maker(family, settings, shortest)
        self.dropped: Counter[str] = Counter()
        """What had no form, by reason."""

    def of(self, material: Material) -> Iterator[Draft]:
        makers = {
            Kind.PROOF: _proofs,
            Kind.LONG_COT: _thoughts,
            Kind.PLAN_PROOF: _plans,
            Kind.REPAIR: repairs,
            Kind.CRITIQUE: critiques,
            Kind.FORMALIZE: _formalizations,
            Kind.NEGATION: _negations,
        }
        for kind in self._maker.settings.kinds:
            for make in makers[kind](self._maker, material):
                try:
                    yield make()
                except (NoFormError, InputError) as error:
                    self.dropped[f"{kind}: {error}"[:160]] += 1


def _proofs(maker: Maker, material: Material) -> Iterator[Callable[[], Draft]]:
    for found in proofs_of(material, Standing.OWN, Standing.LEMMA):
        proof = maker.shortest(found.step[0])
        if proof is not None:
            yield partial(_proof, maker, Kind.PROOF, found, proof)


def _negations(maker: Maker, material: Material) -> Iterator[Callable[[], Draft]]:
    for found in proofs_of(material, Standing.NEGATION):
        proof = maker.shortest(found.step[0])
        if proof is not None:
            yield partial(_proof, maker, Kind.NEGATION, found, proof)


def _proof(maker: Maker, kind: Kind, found: Found, proof: str) -> Draft:
    attempt, problem = found.step[0], found.problem
    own = found.standing is Standing.OWN
    words = problem.informal_statement if own else ""
    if kind is Kind.NEGATION and problem.informal_statement:
        # As the search for a refutation asks.
        words = f"Show that the following is false. {problem.informal_statement}"
    about = replace(problem, informal_statement=words)
    question = asked(maker.family, "writer", attempt.statement, values_of(about, attempt.statement))
    text = maker.worded(proof, steps_of(problem.informal_proof) if own else ())
    draft = maker.draft(kind, found, question, text)
    # Lemmas are shorter than what they are for, and are not to take its place.
    return replace(draft, rank=(not own, *draft.rank))


def _thoughts(maker: Maker, material: Material) -> Iterator[Callable[[], Draft]]:
    for found in proofs_of(material, Standing.OWN):
        attempt = found.step[0]
        if attempt.completion is None or attempt.parent_id:
            continue
        thought = prose_of(attempt, maker.family)
        if len(thought) >= LEAST_THOUGHT and found.session.plan_of(attempt) is None:
            yield partial(_thought, maker, found, thought)


def _thought(maker: Maker, found: Found, thought: str) -> Draft:
    attempt = found.step[0]
    question = asked(maker.family, "writer", attempt.statement, values_of(found.problem, attempt.statement))
    assert attempt.completion is not None
    text, inner = without_thought(attempt.completion.text, maker.family.think)
    reasoning = attempt.completion.reasoning or inner
    return maker.draft(
        Kind.LONG_COT,
        found,
        question,
        attempt.proof,
        # Where the family has no place for words around the code, they go into the thought.
        thought=reasoning or (thought if question.rendered.role.forced else ""),
        text="" if question.rendered.role.answer == "tactics" else text,
    )


def _plans(maker: Maker, material: Material) -> Iterator[Callable[[], Draft]]:
    for found in proofs_of(material, Standing.OWN):
        plan = found.session.plan_of(found.step[0])
        proof = maker.shortest(found.step[0]) if plan is not None else None
        if plan is not None and proof is not None:
            yield partial(_planned, maker, found, plan, proof)


def _planned(maker: Maker, found: Found, plan: Plan, proof: str) -> Draft:
    statement = found.step[0].statement
    values = {**values_of(found.problem, statement), "plan": plan.text, "steps": plan.steps}
    question = asked(maker.family, "writer", statement, values)
    return maker.draft(
        Kind.PLAN_PROOF,
        found,
        question,
        maker.worded(proof, plan.steps),
        thought=plan.text if question.rendered.role.forced else "",
    )


def _formalizations(maker: Maker, material: Material) -> Iterator[Callable[[], Draft]]:
    """Only a statement that was proved itself: a lemma or a refutation says nothing for it."""
    proved = next(proofs_of(material, Standing.OWN), None)
    if proved is not None and proved.problem.informal_statement.strip():
        yield partial(_formalization, maker, proved)


def _formalization(maker: Maker, found: Found) -> Draft:
    problem, statement = found.problem, found.session.statement
    values = {
        **values_of(problem, statement),
        "solution": problem.informal_proof.strip(),
        "answer": problem.meta.get("answer", "").strip(),
        "statement": "",
        "signature": "",
    }
    question = asked(
        maker.family, "formalizer", statement, {key: v for key, v in values.items() if key in VALUES}
    )
    label = question.family.fences[0] if question.family.fences else "lean4"
    completion = completion_of(question, f"```{label}\n{statement.declare()} := by\n  sorry\n```")
    read = read_statement(
        completion if isinstance(completion, str) else completion[0].content,
        statement.name,
        think=question.family.think,
        fences=question.family.fences,
    )
    if content_key(replace(statement, signature=read.signature)) != content_key(statement):
        raise NoFormError("the statement would not read back")
    return Draft(
        Kind.FORMALIZE,
        problem,
        statement,
        question.prompt,
        completion,
        statement.declare(),
        (0,),
        provenance(found, question),
    )
