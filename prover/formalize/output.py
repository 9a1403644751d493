"""What a run of the autoformalizer leaves for people and for other programs: rows, a Lean file, a table.

`statements.jsonl` and `statements.lean` hold the chosen statements alone and are read by `prove`, `lint` and `eval`;
`results.jsonl` has one row for every problem, with each candidate and what each filter said of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.agents.speak import header_text
from prover.codec import to_json
from prover.formalize.result import (
    FILTERS,
    Candidate,
    FilterStatus,
    Formalization,
    Relation,
    first_rejections,
)
from prover.run_folder import write_atomically

RESULTS, ROWS, LEAN = "results.jsonl", "statements.jsonl", "statements.lean"


def write(folder: Path, results: Sequence[Formalization]) -> None:
    """All three files."""
    write_atomically(folder / RESULTS, _lines(as_row(one) for one in results))
    write_atomically(folder / ROWS, _lines(as_problem(one) for one in results if one.statement))
    write_atomically(folder / LEAN, as_lean(results))


def _lines(rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_row(result: Formalization) -> dict[str, Any]:
    """Everything but the texts that models wrote, which the run's store has."""
    statement, winner = result.statement, result.winner
    return {
        "id": result.problem.id,
        "ending": result.ending.value,
        "detail": result.detail,
        "formal_statement": f"{statement.declare()} := by\n  sorry" if statement else "",
        "header": header_text(statement.header) if statement else "",
        "chosen": result.chosen,
        "votes": result.clusters[0].votes if winner is not None else 0,
        "back_translation": winner.back_translation if winner is not None else "",
        "reference": to_json(result.reference),
        "candidates": [_candidate_row(one) for one in result.candidates],
        "clusters": to_json(result.clusters),
        "comparisons": to_json(result.comparisons),
        "examples": list(result.examples),
        "source": result.problem.source,
        "licence": result.problem.licence,
        "spend": to_json(result.spend),
    }


def _candidate_row(one: Candidate) -> dict[str, Any]:
    row: dict[str, Any] = to_json(one)
    statement = row.pop("statement")
    return {**row, "signature": statement["signature"] if statement else ""}


def as_problem(result: Formalization) -> dict[str, Any]:
    """The chosen statement as a row of a problem set, in the shape of the bundled one."""
    statement, winner = result.statement, result.winner
    assert statement is not None
    assert winner is not None
    return {
        "name": result.problem.id,
        "split": result.problem.split,
        "informal_statement": result.problem.informal_statement,
        "informal_proof": result.problem.informal_proof,
        "header": header_text(statement.header),
        "formal_statement": f"{statement.declare()} := by\n  sorry",
        "licence": result.problem.licence,
        "answer": result.problem.meta.get("answer", ""),
        "formalized_by": winner.model,
        "prompt_version": winner.prompt_version,
        "filters": [f"{one.name}={one.status}" for one in winner.filters],
    }


def as_lean(results: Sequence[Formalization]) -> str:
    """The chosen statements as one Lean file, grouped by what they import; each group's preamble in a section."""
    groups: dict[tuple[tuple[str, ...], str], list[str]] = {}
    names: Counter[str] = Counter()
    for result in results:
        statement = result.statement
        if statement is None:
            continue
        words = " ".join(result.problem.informal_statement.split()).replace("-/", "- /").replace("/-", "/ -")
        names[statement.name] += 1
        # Some benchmarks call all their theorems the same.
        name = f"{statement.name}_{count}" if (count := names[statement.name]) > 1 else statement.name
        text = f"/-- {words} -/\n{statement.declare(name)} := by\n  sorry\n"
        groups.setdefault((statement.header.imports, statement.header.preamble.strip()), []).append(text)
    imports = dict.fromkeys(name for names, _ in groups for name in names)
    parts = ["".join(f"import {name}\n" for name in imports)]
    for (_, preamble), texts in groups.items():
        body = "\n".join(texts)
        parts.append(f"section\n\n{preamble}\n\n{body}\nend\n" if preamble else body)
    return "\n".join(parts)


def summary(results: Sequence[Formalization]) -> dict[str, Any]:
    """Counts for a program."""
    candidates = [one for result in results for one in result.candidates]
    endings = Counter(result.ending.value for result in results)
    references = [result.reference for result in results if result.reference is not None]
    return {
        "problems": len(results),
        "endings": dict(endings),
        "candidates": len(candidates),
        "rejected_by": first_rejections(candidates),
        "filters": counts(candidates),
        "flagged_winners": sum(bool(result.winner and result.winner.flags) for result in results),
        "references": len(references),
        "equivalent_to_reference": sum(one.relation is Relation.EQUIVALENT for one in references),
    }


def counts(candidates: Sequence[Candidate]) -> dict[str, Mapping[str, int]]:
    """For each filter, how many candidates it passed, rejected, and so on."""
    table: dict[str, Counter[str]] = {name: Counter() for name in FILTERS}
    for candidate in candidates:
        for one in candidate.filters:
            table[one.name][one.status.value] += 1
    return {name: {s.value: row[s.value] for s in FilterStatus} for name, row in table.items()}
