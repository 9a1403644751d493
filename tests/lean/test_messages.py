"""Lean's output as values; what is not Lean's is refused or set apart."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean.messages import GarbledOutputError, parse_axioms, parse_messages


def line(**changes: object) -> str:
    row: dict[str, object] = {
        "severity": "error",
        "data": "boom",
        "kind": "Tactic.unsolvedGoals",
        "pos": {"line": 2, "column": 3},
        "endPos": {"line": 2, "column": 9},
    }
    return json.dumps({**row, **changes})


def test_messages_come_sorted_by_position_and_the_rest_is_kept() -> None:
    text = "\n".join(
        [line(), line(pos={"line": 1, "column": 7}, endPos=None), "INTERNAL PANIC: out of memory", ""]
    )
    messages, others = parse_messages(text.encode())
    assert [(m.diagnostic.line, m.diagnostic.column) for m in messages] == [(1, 7), (2, 3)]
    assert messages[0].diagnostic.end_column == 7
    assert messages[1].kind == "Tactic.unsolvedGoals"
    assert others == ["INTERNAL PANIC: out of memory"]


@pytest.mark.parametrize(
    "garbage",
    [
        "{",
        "{}",
        "[]",
        '{"severity": "error"}',
        line(pos=None),
        line(pos={"line": "1", "column": 0}),
        line(data=5),
        '{"a":' * 100_000,
    ],
)
def test_garbage_is_no_message(garbage: str) -> None:
    messages, others = parse_messages(garbage.encode())
    assert messages == []
    assert len(others) == 1


@given(st.binary())
def test_no_output_crashes_the_parser(output: bytes) -> None:
    parse_messages(output)


def test_answers_on_axioms() -> None:
    assert parse_axioms("'t' does not depend on any axioms") == ("t", ())
    assert parse_axioms("'Foo.t'' depends on axioms: [propext,\n Quot.sound]") == (
        "Foo.t'",
        ("propext", "Quot.sound"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t",
        "'t' depends on axioms: []",
        "'t' depends on axioms: [propext, ]",
        "'t' depends on axioms: [a b]",
        "'t' depends on axioms: [propext] and more",
        "'t\nu' does not depend on any axioms",
        "all is well: 't' does not depend on any axioms",
    ],
)
def test_anything_else_is_no_answer(text: str) -> None:
    with pytest.raises(GarbledOutputError):
        parse_axioms(text)
