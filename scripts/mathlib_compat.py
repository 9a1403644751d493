"""Does the bundled set read the same in `core` and in Mathlib? `python scripts/mathlib_compat.py [PATH]`.

Elaborates every statement and checks every reference proof (and every refutation of a statement that is false on
purpose) under both profiles, and lists each difference. Exit code 0: none; 1: some; 3: Mathlib is not set up here.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from prover.errors import ProverError
from prover.lean.checker import open_checker
from prover.lean.protocol import Checker
from prover.paths import bundled
from prover.problems import load_problems
from prover.types import Problem, Statement, Verdict


@dataclass(frozen=True, slots=True)
class Difference:
    problem: str
    what: str
    """`statement`, `proof` or `refutation`."""
    core: str
    mathlib: str


def questions(problem: Problem) -> Iterable[tuple[str, Statement, str | None]]:
    """What is asked of both: the statement alone, and each known proof of it or of its negation."""
    if problem.statement is None:
        return
    yield "statement", problem.statement, None
    if problem.reference_proof:
        yield "proof", problem.statement, problem.reference_proof
    if refutation := problem.meta.get("refutation_proof"):
        yield "refutation", negation(problem.statement), refutation


def negation(statement: Statement) -> Statement:
    """`NAME_neg : ¬ (∀ BINDERS, GOAL)` of `NAME BINDERS : GOAL`."""
    depth = 0
    for offset, char in enumerate(statement.signature):
        depth += (char in "([{⦃") - (char in ")]}⦄")
        if char == ":" and depth == 0:
            binders, goal = statement.signature[:offset].strip(), statement.signature[offset + 1 :].strip()
            closed = f"∀ {binders}, {goal}" if binders else goal
            return Statement(f"{statement.name}_neg", f": ¬ ({closed})", statement.header)
    raise ValueError(f"{statement.name}: a signature without a type")


async def ask(checker: Checker, statement: Statement, proof: str | None) -> Verdict:
    return await (checker.check_statement(statement) if proof is None else checker.check(statement, proof))


async def compare(problems: Iterable[Problem], core: Checker, mathlib: Checker) -> list[Difference]:
    async def one(problem: Problem, what: str, statement: Statement, proof: str | None) -> Difference | None:
        left, right = await asyncio.gather(ask(core, statement, proof), ask(mathlib, statement, proof))
        if left.status is right.status:
            return None
        described = [f"{v.status}{': ' + v.detail if v.detail else ''}" for v in (left, right)]
        return Difference(problem.id, what, *described)

    asked = [one(problem, *question) for problem in problems for question in questions(problem)]
    return [found for found in await asyncio.gather(*asked) if found is not None]


def main() -> int:
    try:
        loaded = load_problems(sys.argv[1] if len(sys.argv) > 1 else bundled("data", "core"))
        mathlib = open_checker("mathlib")
        found = asyncio.run(compare(loaded.problems, open_checker("core"), mathlib))
    except ProverError as error:
        print(f"mathlib-compat: {error}", file=sys.stderr)
        return error.exit_code
    for difference in found:
        print(f"{difference.problem} ({difference.what})")
        print(f"  core     {difference.core}\n  mathlib  {difference.mathlib}")
    print(f"{len(loaded.problems)} problems, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
