"""Rows as training examples: prompts in a family's own words, answers in the form in which that family gives them.

A row gives a proof (or the negation's), and where its statement was made from words also the way from words to Lean.
The proof is taught with its words in it. What the family has no form for is left out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prover.agents.family import Family
from prover.agents.speak import values_of
from prover.bootstrap.answers import NoFormError, answer, asked, code_tokens, completion_of
from prover.bootstrap.example import Example, Kind
from prover.bootstrap.settings import level_of
from prover.datagen.rows import NEGATION, Checked, Row
from prover.errors import InputError
from prover.models.base import Message, Role
from prover.types import Problem, Statement


def examples_of(made: Sequence[tuple[Checked, Row]], family: Family) -> tuple[list[Example], Counter[str]]:
    """The examples of all rows in their order, and why some rows gave none."""
    found: list[Example] = []
    dropped: Counter[str] = Counter()
    for one, row in made:
        try:
            found.append(_proof(one, row, family))
        except (NoFormError, InputError) as error:
            dropped[f"proof: {error}"[:160]] += 1
        if one.formalization is not None and one.problem.statement is not None:
            try:
                found.append(_formalization(one.problem, one.problem.statement, row, family))
            except (NoFormError, InputError) as error:
                dropped[f"formalize: {error}"[:160]] += 1
    return found, dropped


def _proof(one: Checked, row: Row, family: Family) -> Example:
    problem = Problem(one.problem.id, row["Informal_statement"], statement=one.statement)
    question = asked(family, "writer", one.statement, values_of(problem, one.statement))
    text = answer(question, row["Commented_proof"])
    kind = Kind.NEGATION if one.kind == NEGATION else Kind.PROOF
    level = level_of(code_tokens(row["Proof"]))
    return Example(
        f"{row['id']}/{kind.value}",
        kind,
        one.problem.id,
        question.prompt,
        completion_of(question, text),
        level=level,
        split=row["split"],
        provenance=_provenance(row),
    )


def _formalization(problem: Problem, statement: Statement, row: Row, family: Family) -> Example:
    values = {
        **values_of(problem, statement),
        "answer": problem.meta.get("answer", "").strip(),
        "solution": problem.informal_proof.strip(),
    }
    # The prompt holds no Lean of the problem: that is what is asked for.
    question = family.render("formalizer", {**values, "statement": "", "signature": ""})
    if isinstance(question.prompt, str):
        raise NoFormError("the family continues a text for a formalizer")
    fence = family.fences[0] if family.fences else "lean4"
    text = f"```{fence}\n{statement.declare()} := by\n  sorry\n```"
    return Example(
        f"{row['id']}/{Kind.FORMALIZE.value}",
        Kind.FORMALIZE,
        problem.id,
        tuple(question.prompt),
        (Message(Role.ASSISTANT, text),),
        split=row["split"],
        provenance=_provenance(row),
    )


def _provenance(row: Row) -> dict[str, str]:
    return {name: row[name] for name in ("licence", "source", "tier")} | {"row": row["id"]}
