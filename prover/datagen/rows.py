"""From what the stages came to, to the rows of the data set and the list of what is in none.

A problem whose statement was proved gives a row of kind `proof`, one whose negation was proved a row of kind
`negation`; only audited proofs count. Further proofs of the same statement that differ by more than comments, spaces
and bound names go along in `other_proofs`. Everything is a function of the stored results: equal results, equal rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prover.agents.speak import header_text
from prover.codec import to_json
from prover.config import RunConfig
from prover.datagen.prints import Print
from prover.datagen.sources import Item, Source
from prover.datagen.weaving import Woven
from prover.draws import draws_of
from prover.formalize.result import FilterResult, Formalization
from prover.proof_file import render
from prover.search.duplicates import normal_form
from prover.search.memory import content_key
from prover.types import (
    NEGATED,
    Attempt,
    Completion,
    Problem,
    Spend,
    Statement,
    Tier,
    Trace,
    Verdict,
    audited,
)

Row = dict[str, Any]
PROOF, NEGATION = "proof", "negation"
GIVEN = "source"
"""The author of a proof that came with its statement."""
MOST_PROOFS = 8
_SUBJECT = ("subject", "category", "question_type", "problem_type")
_DIFFICULTY = ("difficulty", "level")


@dataclass(frozen=True, slots=True)
class Checked:
    """A problem with an audited proof of its statement or of its negation: what a row is made of."""

    item: Item
    problem: Problem
    """With the statement that was searched; its words and licence."""
    kind: str
    steps: tuple[tuple[Attempt, Verdict], ...]
    """All audited ones of that statement, distinct, the best first."""
    read: Print
    """Of the problem's statement, also where its negation was proved."""
    filters: tuple[FilterResult, ...] = ()
    formalization: Formalization | None = None
    trace: Trace | None = None

    @property
    def id(self) -> str:
        return self.problem.id if self.kind == PROOF else f"{self.problem.id}{NEGATED}"

    @property
    def statement(self) -> Statement:
        """What is proved."""
        return self.steps[0][0].statement

    @property
    def words_proof(self) -> str:
        """The proof in words of what is proved: that of a statement is none of its negation, unless the statement is
        false on purpose and the words say why."""
        told = self.kind == PROOF or self.item.problem.meta.get("truth", "").lower() == "false"
        return self.problem.informal_proof if told else ""

    @property
    def text(self) -> str:
        """A digest of the problem's statement."""
        assert self.problem.statement is not None
        return content_key(self.problem.statement)


def checked(
    item: Item,
    problem: Problem,
    read: Print,
    *,
    filters: Sequence[FilterResult] = (),
    formalization: Formalization | None = None,
    given: Verdict | None = None,
    trace: Trace | None = None,
) -> Checked | None:
    """What there is to make a row of: the source's own proof, else those of the search; None without a proof."""
    statement = problem.statement
    assert statement is not None
    common = (read, tuple(filters), formalization, trace)
    if given is not None and audited(given):
        attempt = Attempt(f"given {problem.id}", statement, problem.reference_proof, GIVEN)
        return Checked(item, problem, PROOF, ((attempt, given),), *common)
    if trace is None:
        return None
    if steps := _distinct(trace, statement):
        return Checked(item, problem, PROOF, steps, *common)
    if trace.refutation is not None:
        return Checked(item, problem, NEGATION, _distinct(trace, trace.refutation[0].statement), *common)
    return None


def _distinct(trace: Trace, statement: Statement) -> tuple[tuple[Attempt, Verdict], ...]:
    """The audited steps of a statement that differ; those of the highest tier first, else in the search's order."""
    forms: set[str] = set()
    found = []
    steps = [step for step in trace.steps if step[0].statement == statement and audited(step[1])]
    for attempt, verdict in sorted(steps, key=lambda step: -step[1].tier.rank):
        form = normal_form(attempt.proof)
        if form not in forms:
            forms.add(form)
            found.append((attempt, verdict))
    return tuple(found[:MOST_PROOFS])


@dataclass(frozen=True, slots=True)
class Facts:
    """What all rows have in common."""

    config: RunConfig
    sources: Mapping[str, Source]


def row_of(one: Checked, woven: Woven, split: str, cluster: str, facts: Facts) -> Row:
    """One row, in the columns of `schema.ROWS`."""
    problem, (attempt, verdict) = one.problem, one.steps[0]
    completion = attempt.completion or Completion("")
    config, meta = facts.config, problem.meta
    words = problem.informal_statement
    if one.kind == NEGATION and words:
        words = f"Show that the following is false. {words}"
    shown = replace(problem, source=f"{one.item.source} {one.item.place}".strip())
    lean = render(shown, replace(attempt, proof=woven.proof), verdict, policy=config.policy)
    draws = draws_of(one.trace) if one.trace is not None else None
    drawn = draws is not None and draws.first != 0 and bool(completion.model or draws.judged > 1)
    judged, correct = (draws.judged, draws.correct) if draws is not None and drawn else (0, 0)
    source = facts.sources[one.item.source]
    weaving = {
        "how": woven.how.value,
        "model": woven.model,
        "prompt_version": woven.prompt_version,
        "tier": woven.tier,
        "detail": woven.detail,
    }
    return {
        "id": one.id,
        "kind": one.kind,
        "split": split,
        "cluster": cluster,
        "Name": one.statement.name,
        "Statement": one.statement.declare(),
        "Proof": attempt.proof,
        "Commented_proof": woven.proof,
        "Informal_statement": words,
        "Informal_proof": one.words_proof,
        "File_path": meta.get("file_path", ""),
        "Commit": meta.get("commit", ""),
        "Header": header_text(one.statement.header),
        "Lean": lean,
        "woven": woven.how.value,
        "other_proofs": [other.proof for other, _ in one.steps[1:]],
        "answer": meta.get("answer", ""),
        "subject": _first(meta, _SUBJECT),
        "difficulty": _first(meta, _DIFFICULTY),
        "rl_data": {
            "n_proofs": judged,
            "n_correct_proofs": correct,
            "win_rate": correct / judged if judged else 0.0,
        },
        "tier": min((verdict.tier, Tier(woven.tier or verdict.tier)), key=lambda tier: tier.rank).value,
        "axioms": list(verdict.axioms),
        "shape": one.read.shape,
        "source": one.item.source,
        "licence": problem.licence,
        "toolchain": verdict.toolchain or config.toolchain,
        "provenance": {
            "source": {
                "name": source.name,
                "kind": one.item.kind.value,
                "place": one.item.place,
                "copy": source.copy,
                "sha256": source.sha256,
            },
            "author": attempt.author,
            "model": completion.model,
            "prompt_version": attempt.prompt_version,
            "models": [
                {"role": role, "identity": identity} for role, identity in sorted(config.models.items())
            ],
            "policy": config.policy,
            "budget": str(config.budget),
            "seed": config.seed,
            "code": config.code,
            "config_hash": config.hash,
            "checker": verdict.checker,
            "filters": [to_json(result) for result in one.filters],
            "formalization": _formalization(one.formalization),
            "weaving": weaving,
            "attempts": [_attempt(*step) for step in (one.trace.steps if one.trace else one.steps)],
            "spend": to_json(_spend(one)),
        },
    }


def _first(meta: Mapping[str, str], names: Sequence[str]) -> str:
    return next((meta[name] for name in names if meta.get(name)), "")


def _spend(one: Checked) -> Spend:
    spend = one.trace.spend if one.trace is not None else Spend(checks=1, lean_cpu_s=one.steps[0][1].cpu_s)
    return spend + one.formalization.spend if one.formalization is not None else spend


def _attempt(attempt: Attempt, verdict: Verdict) -> Row:
    completion = attempt.completion or Completion("")
    return {
        "id": attempt.id,
        "parent": attempt.parent_id or "",
        "theorem": attempt.statement.name,
        "author": attempt.author,
        "model": completion.model,
        "prompt_version": attempt.prompt_version,
        "sampling": json.dumps(dict(completion.sampling), sort_keys=True) if completion.sampling else "",
        "seed": completion.seed if completion.seed is not None else -1,
        "proof": attempt.proof,
        "status": verdict.status.value,
        "tier": verdict.tier.value,
        "detail": verdict.detail,
        "errors": [d.message for d in verdict.diagnostics if d.severity == "error"],
        "tokens_out": completion.tokens_out,
    }


def _formalization(result: Formalization | None) -> Row:
    winner = result.winner if result is not None else None
    judged = [one.faithful for one in winner.judgements if one.faithful is not None] if winner else []
    return {
        "model": winner.model if winner else "",
        "prompt_version": winner.prompt_version if winner else "",
        "drafts": sum(not one.parent for one in result.candidates) if result else 0,
        "votes": result.clusters[0].votes if result and result.clusters else 0,
        "judged_faithful": sum(judged),
        "judged": len(judged),
        "back_translation": winner.back_translation if winner else "",
        "examples": list(result.examples) if result else [],
        "attempts": [
            {
                "id": one.id,
                "parent": one.parent,
                "statement": one.statement.declare() if one.statement is not None else "",
                "model": one.model,
                "prompt_version": one.prompt_version,
                "rejected_by": one.rejected.name if one.rejected is not None else "",
                "message": one.rejected.message if one.rejected is not None else "",
            }
            for one in (result.candidates if result is not None else ())
        ],
    }


def left_out(
    item: Item,
    stage: str,
    reason: str,
    evidence: str = "",
    *,
    statement: Statement | None = None,
    benchmark: str = "",
    benchmark_problem: str = "",
    rule: str = "",
) -> Row:
    """One line of `removed.jsonl`: what is in no split, at which stage it stayed behind, and why."""
    statement = statement or item.problem.statement
    return {
        "id": item.problem.id,
        "stage": stage,
        "reason": reason,
        "evidence": evidence,
        "benchmark": benchmark,
        "benchmark_problem": benchmark_problem,
        "rule": rule,
        "source": item.source,
        "place": item.place,
        "licence": item.problem.licence,
        "Informal_statement": item.problem.informal_statement,
        "Statement": statement.declare() if statement is not None else "",
    }
