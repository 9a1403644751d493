"""A judge's answer counts only in exactly the form that was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prover.agents.judge import RUBRIC, read_judgement
from prover.agents.values import Criterion, Judgement
from prover.formalize.faithful import tally
from prover.formalize.result import FilterStatus


def answer(**changes: Any) -> dict[str, Any]:
    return {name: {"met": True, "reason": "It is so."} for name in RUBRIC} | changes


def test_a_whole_rubric_is_a_judgement() -> None:
    text = f"First I compare.\n\n```json\n{json.dumps(answer(domains={'met': False, 'reason': ' ℕ  for ℤ '}))}\n```"
    criteria, fault = read_judgement(text)
    assert fault == ""
    assert [one.name for one in criteria] == list(RUBRIC)
    assert [one for one in criteria if not one.met] == [Criterion("domains", False, "ℕ for ℤ")]
    assert read_judgement(json.dumps(answer()))[1] == ""
    assert read_judgement(f"```\n{json.dumps(answer())}\n```")[1] == ""


def test_the_last_block_counts() -> None:
    first, last = answer(), answer(answer={"met": False, "reason": "no"})
    text = f"```json\n{json.dumps(first)}\n```\nOn second thoughts:\n```json\n{json.dumps(last)}\n```"
    assert not all(one.met for one in read_judgement(text)[0])


missing = answer()
del missing["domains"]
GARBAGE = {
    "nothing": "",
    "words": "It looks faithful to me!",
    "a yes": "yes",
    "truth": "true",
    "a list": "[]",
    "broken": json.dumps(answer())[:-1],
    "two objects": json.dumps(answer()) * 2,
    "one criterion short": json.dumps(missing),
    "one too many": json.dumps(answer(beauty={"met": True, "reason": ""})),
    "bare truth values": json.dumps(dict.fromkeys(RUBRIC, True)),
    "words for truth": json.dumps(answer(answer={"met": "yes", "reason": "x"})),
    "numbers for truth": json.dumps(answer(answer={"met": 1, "reason": "x"})),
    "no reason": json.dumps(answer(answer={"met": True})),
    "a reason that is no text": json.dumps(answer(answer={"met": True, "reason": None})),
    "more than that": json.dumps(answer(answer={"met": True, "reason": "x", "score": 9})),
    "twice": json.dumps(answer())[:-1] + ', "answer": {"met": true, "reason": "x"}}',
    "deep": "[" * 100_000,
    "a long number": json.dumps(answer())[:-1] + ', "x": ' + "9" * 10_000 + "}",
    "words behind the block": "```lean4\ntheorem x : True\n```",
}


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_no_judgement(text: str) -> None:
    criteria, fault = read_judgement(text)
    assert criteria == ()
    assert fault


YES, NO = Judgement(True), Judgement(False, (Criterion("domains", False, "ℕ for ℤ"),))
VOID = Judgement(None, fault="the answer is empty")


@pytest.mark.parametrize(
    ("votes", "status"),
    [
        ([YES, YES, NO], FilterStatus.PASSED),
        ([YES, NO, NO], FilterStatus.REJECTED),
        ([YES, NO, VOID], FilterStatus.UNKNOWN),
        ([VOID, VOID, VOID], FilterStatus.UNKNOWN),
        ([VOID, VOID, YES], FilterStatus.PASSED),
        ([VOID, VOID, NO], FilterStatus.REJECTED),
    ],
)
def test_the_majority_of_judgements_decides(votes: list[Judgement], status: FilterStatus) -> None:
    result = tally(votes)
    assert result.status is status
    assert ("domains: ℕ for ℤ" in result.evidence) == (NO in votes)
    assert ("no judgement" in result.message) == (VOID in votes)
