"""The tactics of the `core` library against a table of small goals: what each must close, and what none may close.

`fixtures/core_tactics.jsonl` has one goal a line: `feature`, its `signature` (binders and type), the tactic block `by`, and whether
it `closes`. All goals of one kind go through Lean in one file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from prover.lean import process
from prover.lean.messages import Message, parse_axioms, parse_messages
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.types import Header

pytestmark = pytest.mark.lean

TABLE = Path(__file__).parent / "fixtures/core_tactics.jsonl"
ALLOWED = {"propext", "Classical.choice", "Quot.sound"}
NOT_UNDERSTOOD = re.compile(
    r"unknown tactic|unexpected token|[Uu]nknown (identifier|constant)|has not been implemented"
)
"""Errors that say nothing of the tactic under test."""


@dataclass(frozen=True, slots=True)
class Goal:
    name: str
    feature: str
    signature: str
    by: str
    closes: bool

    def text(self) -> str:
        block = "\n".join("  " + line for line in self.by.splitlines())
        return f"theorem {self.name} {self.signature} := by\n{block}\n#print axioms {self.name}\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    errors: list[str]
    axioms: set[str]


def goals(closes: bool) -> list[Goal]:
    rows = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
    every = [Goal(f"goal_{n}", **row) for n, row in enumerate(rows, 1)]
    return [g for g in every if g.closes is closes]


def elaborate(core: Toolchain, folder: Path, selected: list[Goal]) -> dict[str, Outcome]:
    """Runs Lean once over all of them and deals its messages out by line."""
    path = folder / "Goals.lean"
    header = core.header(Header(imports=("Mathlib",)))
    first: dict[int, Goal] = {}
    text = header
    for goal in selected:
        first[text.count("\n") + 1] = goal
        text += goal.text()
    path.write_text(text, encoding="utf-8")
    limits = Limits(wall_s=240, cpu_s=120)
    done = process.run((*core.argv, "-DmaxErrors=0", "--json", str(path)), limits, env=core.env)
    assert done.limit is None
    messages, others = parse_messages(done.stdout)
    assert others == [], "a panic, or a print of the runtime"
    return {goal.name: outcome(goal, share) for goal, share in shares(first, messages)}


def shares(first: dict[int, Goal], messages: list[Message]) -> Iterator[tuple[Goal, list[Message]]]:
    lines = sorted(first)
    for line, end in zip(lines, [*lines[1:], 10**9], strict=True):
        yield first[line], [m for m in messages if line <= m.diagnostic.line < end]


def outcome(goal: Goal, messages: list[Message]) -> Outcome:
    axioms: set[str] = set()
    for message in messages:
        if message.diagnostic.severity == "information":
            name, used = parse_axioms(message.diagnostic.message)
            assert name == goal.name
            axioms.update(used)
    return Outcome([m.diagnostic.message for m in messages if m.is_error], axioms)


@pytest.fixture(scope="module")
def closing(core: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return elaborate(core, tmp_path_factory.mktemp("closing"), goals(True))


@pytest.fixture(scope="module")
def failing(core: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return elaborate(core, tmp_path_factory.mktemp("failing"), goals(False))


def test_the_table_is_large_enough() -> None:
    assert len(goals(True)) >= 120
    assert len(goals(False)) >= 40
    statements = Counter((g.signature, g.by) for closes in (True, False) for g in goals(closes))
    assert max(statements.values()) == 1


@pytest.mark.parametrize("goal", goals(True), ids=lambda g: f"{g.name}: {g.feature}")
def test_closes(goal: Goal, closing: dict[str, Outcome]) -> None:
    assert closing[goal.name].errors == []
    assert closing[goal.name].axioms <= ALLOWED


@pytest.mark.parametrize("goal", goals(False), ids=lambda g: f"{g.name}: {g.feature}")
def test_does_not_close(goal: Goal, failing: dict[str, Outcome]) -> None:
    errors = failing[goal.name].errors
    assert errors, "the goal was closed"
    assert not any(NOT_UNDERSTOOD.search(e) for e in errors), errors
    if goal.feature == "absent":
        assert any("is not in `core`" in e for e in errors)
