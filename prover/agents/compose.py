"""A statement and a submission as the one text that a person would write, and the way back for places in it."""

from __future__ import annotations

from dataclasses import dataclass

from prover import syntax
from prover.syntax import LeanTextError, Shape
from prover.types import Statement

HOLE = "sorry"


@dataclass(frozen=True, slots=True)
class Composed:
    """`text` is the theorem with its proof. A place of the submission moves by these numbers of lines and columns."""

    text: str
    lines: int = 0
    first_columns: int = 0
    """For places in the submission's first line."""
    columns: int = 0

    def place(self, line: int, column: int) -> tuple[int, int]:
        return line + self.lines, column + (self.first_columns if line == 1 else self.columns)


def compose(statement: Statement, proof: str) -> Composed:
    """`theorem … := proof`; a submission that restates the theorem stays as it is."""
    head = statement.declare()
    try:
        tokens = syntax.code(syntax.tokenize(proof))
    except LeanTextError:
        tokens = []
    shape = syntax.shape_of(tokens) if tokens else Shape.TACTICS
    if shape is Shape.DECLARATIONS:
        return Composed(proof)
    if shape is Shape.ASSIGNED:
        last = len(head) - (head.rfind("\n") + 1)
        return Composed(f"{head} {proof}", head.count("\n"), last + 1)
    if shape is Shape.TERM and proof.startswith("by\n"):
        last = len(head) - (head.rfind("\n") + 1)
        return Composed(f"{head} := {proof}", head.count("\n"), last + 4)
    if shape is Shape.TERM:
        return Composed(f"{head} :=\n{proof}", head.count("\n") + 1)
    block = "\n".join("  " + line if line.strip() else line for line in proof.split("\n"))
    return Composed(f"{head} := by\n{block}", head.count("\n") + 1, 2, 2)
