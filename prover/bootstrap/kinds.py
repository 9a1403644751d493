"""From what is known of a problem to examples of each kind, not yet deduplicated, capped or weighed.

Prompts are rendered by the family with the values that the agents themselves would give them, answers are written in
the family's form and read back (`prover.bootstrap.answers`). What has no form in the family is counted, not forced.
Pure: nothing here asks Lean or a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from prover.agents.compose import compose
from prover.agents.extract import without_thought
from prover.agents.family import VALUES, Family
from prover.agents.feedback import told
from prover.agents.speak import values_of
from prover.agents.statement import read_statement
from prover.agents.values import Plan, Round
from prover.agents.weave import weave
from prover.bootstrap.answers import (
    Asked,
    NoFormError,
    answer,
    asked,
    code_tokens,
    completion_of,
    without_comments,
)
from prover.bootstrap.critiques import agrees, by_lean, written
from prover.bootstrap.drafts import (
    Draft,
    Found,
    flat,
    likeness,
    proofs_of,
    prose_of,
    provenance,
    rank_of,
    shows,
    steps_of,
)
from prover.bootstrap.example import Kind
from prover.bootstrap.material import Material
from prover.bootstrap.settings import HarvestSettings
from prover.errors import InputError
from prover.types import Attempt, audited

LEAST_THOUGHT = 80
"""Characters of prose from which on an answer counts as a chain of thought."""
_ALIKE = 0.5
"""From this likeness (0 to 1) on, a failed attempt and a proof are an error and its repair."""
_PAIRED = 4
"""Failed attempts of a problem that are paired with another attempt's proof."""


class Drafts:
    """Makes the drafts of one problem. `shortest` gives the proof that an audited attempt was minimised to."""

    def __init__(
        self, family: Family, settings: HarvestSettings, shortest: Callable[[Attempt], str | None]
    ) -> None:
        self._family, self._settings, self._shortest = family, settings, shortest
        self.dropped: Counter[str] = Counter()
        """What had no form, by reason."""

    def of(self, material: Material) -> Iterator[Draft]:
        makers = {
            Kind.PROOF: self._proofs,
            Kind.LONG_COT: self._thoughts,
            Kind.PLAN_PROOF: self._plans,
            Kind.REPAIR: self._repairs,
            Kind.CRITIQUE: self._critiques,
            Kind.FORMALIZE: self._formalizations,
            Kind.NEGATION: self._negations,
        }
        for kind in self._settings.kinds:
            for make in makers[kind](material):
                try:
                    yield make()
                except (NoFormError, InputError) as error:
                    self.dropped[f"{kind}: {error}"[:160]] += 1

    # Proofs

    def _proofs(self, material: Material) -> Iterator[Callable[[], Draft]]:
        for session, (attempt, verdict) in proofs_of(material):
            if material.is_negation(attempt.statement):
                continue
            proof = self._shortest(attempt)
            if proof is not None:
                yield partial(self._proof, Kind.PROOF, Found(material, session, (attempt, verdict)), proof)

    def _negations(self, material: Material) -> Iterator[Callable[[], Draft]]:
        for session, (attempt, verdict) in proofs_of(material):
            proof = self._shortest(attempt) if material.is_negation(attempt.statement) else None
            if proof is not None:
                yield partial(self._proof, Kind.NEGATION, Found(material, session, (attempt, verdict)), proof)

    def _proof(self, kind: Kind, found: Found, proof: str) -> Draft:
        attempt, material = found.step[0], found.material
        own = attempt.statement == material.statement
        words = material.problem.informal_statement if own else ""
        if kind is Kind.NEGATION and material.problem.informal_statement:
            # As the search for a refutation asks.
            words = f"Show that the following is false. {material.problem.informal_statement}"
        about = replace(material.problem, informal_statement=words)
        question = asked(self._family, "writer", attempt.statement, values_of(about, attempt.statement))
        text = self._worded(proof, steps_of(material.problem.informal_proof) if own else ())
        return self._draft(kind, found, question, text)

    def _thoughts(self, material: Material) -> Iterator[Callable[[], Draft]]:
        for session, step in proofs_of(material):
            attempt = step[0]
            if attempt.completion is None or attempt.statement != material.statement or attempt.parent_id:
                continue
            thought = prose_of(attempt, self._family)
            if len(thought) >= LEAST_THOUGHT and session.plan_of(attempt) is None:
                yield partial(self._thought, Found(material, session, step), thought)

    def _thought(self, found: Found, thought: str) -> Draft:
        attempt = found.step[0]
        values = values_of(found.material.problem, attempt.statement)
        question = asked(self._family, "writer", attempt.statement, values)
        assert attempt.completion is not None
        text, inner = without_thought(attempt.completion.text, self._family.think)
        reasoning = attempt.completion.reasoning or inner
        return self._draft(
            Kind.LONG_COT,
            found,
            question,
            attempt.proof,
            # Where the family has no place for words around the code, they go into the thought.
            thought=reasoning or (thought if question.rendered.role.forced else ""),
            text="" if question.rendered.role.answer == "tactics" else text,
        )

    def _plans(self, material: Material) -> Iterator[Callable[[], Draft]]:
        for session, step in proofs_of(material):
            plan = session.plan_of(step[0]) if step[0].statement == material.statement else None
            proof = self._shortest(step[0]) if plan is not None else None
            if plan is not None and proof is not None:
                yield partial(self._planned, Found(material, session, step), plan, proof)

    def _planned(self, found: Found, plan: Plan, proof: str) -> Draft:
        statement = found.step[0].statement
        values = {**values_of(found.material.problem, statement), "plan": plan.text, "steps": plan.steps}
        question = asked(self._family, "writer", statement, values)
        return self._draft(
            Kind.PLAN_PROOF,
            found,
            question,
            self._worded(proof, plan.steps),
            thought=plan.text if question.rendered.role.forced else "",
        )

    # Repairs

    def _repairs(self, material: Material) -> Iterator[Callable[[], Draft]]:
        mended = set()
        for session, step in proofs_of(material):
            rounds = session.rounds_before(step[0]) if step[0].statement == material.statement else []
            if rounds and any(r.attempt.proof for r in rounds):
                mended.add(rounds[-1].attempt.id)
                yield partial(self._repair, Found(material, session, step), rounds)
        if self._settings.paired_repairs:
            yield from self._pairs(material, mended)

    def _pairs(self, material: Material, mended: set[str]) -> Iterator[Callable[[], Draft]]:
        proofs = [(s, step) for s, step in proofs_of(material) if step[0].statement == material.statement]
        pairs = []
        for session in material.sessions:
            for failed in session.failures:
                near = max(
                    ((likeness(failed[0].proof, step[0].proof), -i) for i, (_, step) in enumerate(proofs)),
                    default=(0.0, 0),
                )
                if failed[0].id not in mended and near[0] >= _ALIKE:
                    pairs.append((-near[0], failed[0].id, session, failed, proofs[-near[1]]))
        for _, _, session, failed, (_, step) in sorted(pairs, key=lambda row: row[:2])[:_PAIRED]:
            rounds = [*session.rounds_before(failed[0]), Round(*failed)]
            yield partial(self._repair, Found(material, session, step), rounds[-1:], paired=True)

    def _repair(self, found: Found, rounds: Sequence[Round], *, paired: bool = False) -> Draft:
        attempt = found.step[0]
        _, spec = self._family.role("corrector")
        shown = told(rounds, attempt.statement, spec.rounds)
        if not shown:
            raise NoFormError("the tries before it say nothing")
        values = {**values_of(found.material.problem, attempt.statement), "rounds": shown, "last": shown[-1]}
        question = asked(self._family, "corrector", attempt.statement, values)
        thought = "" if paired or attempt.completion is None else attempt.completion.reasoning
        text = "" if paired or attempt.completion is None else attempt.completion.text
        plain = question.rendered.role.answer == "tactics"
        if plain and question.rendered.role.forced is None:
            thought = ""
        draft = self._draft(
            Kind.REPAIR,
            found,
            question,
            attempt.proof,
            thought=thought,
            text="" if plain else text,
        )
        failed = {"failed": rounds[-1].attempt.id, "paired": paired, "rounds": len(shown)}
        return replace(draft, provenance={**draft.provenance, **failed}, rank=(paired, *draft.rank))

    # Critiques

    def _critiques(self, material: Material) -> Iterator[Callable[[], Draft]]:
        for session in material.sessions:
            steps = [*session.trace.own_steps]
            for attempt, verdict in steps:
                judged = by_lean(attempt.proof, verdict)
                text = written(judged, sound=audited(verdict)) if judged else ""
                if text:
                    yield partial(
                        self._critique, Found(material, session, (attempt, verdict)), text, by="lean"
                    )
            for call in session.calls.values():
                said = call.completions[0].text if call.agent == "critic" and call.completions else ""
                prompt = flat(call.prompt)
                about = next((a for a in steps if a[0].proof and shows(prompt, material, a[0].proof)), None)
                if about is not None and agrees(said, about[1]):
                    bare = without_thought(said, self._family.think)[0]
                    yield partial(self._critique, Found(material, session, about), bare, by="critic")

    def _critique(self, found: Found, text: str, *, by: str) -> Draft:
        attempt, verdict = found.step
        problem = found.material.problem
        proof = compose(attempt.statement, attempt.proof).text
        values = {**values_of(problem, attempt.statement), "proof": proof}
        question = asked(self._family, "critic", attempt.statement, values)
        return Draft(
            Kind.CRITIQUE,
            problem,
            attempt.statement,
            question.prompt,
            completion_of(question, text.strip()),
            attempt.proof,
            # A wrong proof has more to learn from, and a critic says more than Lean's own words.
            (audited(verdict), by != "critic", code_tokens(attempt.proof), attempt.proof),
            {**provenance(found, question), "by": by},
        )

    # Statements

    def _formalizations(self, material: Material) -> Iterator[Callable[[], Draft]]:
        proved = next(
            ((s, a) for s, a in proofs_of(material) if not material.is_negation(a[0].statement)), None
        )
        if proved is not None and material.problem.informal_statement.strip():
            yield partial(self._formalization, Found(material, *proved))

    def _formalization(self, found: Found) -> Draft:
        problem, statement = found.material.problem, found.material.statement
        values = {
            **values_of(problem, statement),
            "solution": problem.informal_proof.strip(),
            "answer": problem.meta.get("answer", "").strip(),
            "statement": "",
            "signature": "",
        }
        question = asked(
            self._family, "formalizer", statement, {key: v for key, v in values.items() if key in VALUES}
        )
        label = question.family.fences[0] if question.family.fences else "lean4"
        text = f"```{label}\n{statement.declare()} := by\n  sorry\n```"
        read = read_statement(
            text, statement.name, think=question.family.think, fences=question.family.fences
        )
        if code_tokens(read.signature) != code_tokens(statement.signature):
            raise NoFormError("the statement would not read back")
        return Draft(
            Kind.FORMALIZE,
            problem,
            statement,
            question.prompt,
            completion_of(question, text),
            statement.declare(),
            (0,),
            provenance(found, question),
        )

    def _worded(self, proof: str, steps: Sequence[str]) -> str:
        if not self._settings.words:
            return without_comments(proof)
        return weave(proof, steps).proof if steps else proof

    def _draft(
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
        tokens = code_tokens(proof)
        return Draft(
            kind,
            found.material.problem,
            found.step[0].statement,
            question.prompt,
            completion_of(question, completion),
            proof,
            rank_of(proof, found.step),
            {**provenance(found, question), "tokens": tokens},
        )
