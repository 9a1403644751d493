"""Rows as training examples: prompts in a family's own words, answers as a fenced block that restates the theorem.

A row gives a proof (or the negation's), with its words in it, and where its statement was made from words also the way
from words to Lean. Limits: families that continue a text, or force an answer, have no such form; rows give no example
for them, and the reason is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from prover.agents.compose import HOLE, compose
from prover.agents.family import Family
from prover.agents.speak import header_text, values_of
from prover.bootstrap.example import Example, Kind
from prover.datagen.rows import NEGATION, Checked, Row
from prover.errors import InputError
from prover.models.base import Message, Role
from prover.types import Problem, Statement


def examples_of(made: Sequence[tuple[Checked, Row]], family: Family) -> tuple[list[Example], Counter[str]]:
    """The examples of all rows in their order, and why some rows gave none."""
    found: list[Example] = []
    untaught: Counter[str] = Counter()
    for one, row in made:
        kinds = [Kind.NEGATION if one.kind == NEGATION else Kind.PROOF]
        kinds += [Kind.FORMALIZE] if one.formalization is not None else []
        for kind in kinds:
            try:
                found.append(_example(one, row, kind, family))
            except InputError as error:
                untaught[f"{kind.value}: {error}"[:200]] += 1
    return found, untaught


def _example(one: Checked, row: Row, kind: Kind, family: Family) -> Example:
    if kind is Kind.FORMALIZE:
        assert one.problem.statement is not None
        prompt = _formalizer(one.problem, one.problem.statement, family)
        code = compose(one.problem.statement, HOLE).text
    else:
        asked = Problem(one.problem.id, row["Informal_statement"], statement=one.statement)
        prompt = _prompt(family, "writer", values_of(asked, one.statement))
        code = compose(one.statement, row["Commented_proof"]).text
    fence = family.fences[0] if family.fences else "lean4"
    answer = Message(Role.ASSISTANT, f"```{fence}\n{code.strip(chr(10))}\n```")
    provenance = {name: row[name] for name in ("licence", "source", "tier")} | {"row": row["id"]}
    name = f"{row['id']}/{kind.value}"
    return Example(name, kind, one.problem.id, prompt, (answer,), split=row["split"], provenance=provenance)


def _formalizer(problem: Problem, statement: Statement, family: Family) -> tuple[Message, ...]:
    # As in a formalization: never the Lean statement.
    values = {
        "name": statement.name,
        "header": header_text(statement.header),
        "informal": problem.informal_statement.strip(),
        "solution": problem.informal_proof.strip(),
        "answer": problem.meta.get("answer", "").strip(),
    }
    return _prompt(family, "formalizer", values)


def _prompt(family: Family, role: str, values: Mapping[str, Any]) -> tuple[Message, ...]:
    rendered = family.render(role, values)
    if (
        isinstance(rendered.prompt, str)
        or rendered.role.forced is not None
        or rendered.role.answer == "tactics"
    ):
        raise InputError(f"family {family.name}: its {role} gives no plain answer to a chat")
    return tuple(rendered.prompt)
