"""What a report looks like in the Kimina Lean Server's shape: a yes only where it is one, whatever the report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean.file_report import Hole, SnippetReport
from prover.lean.files import FileReport, TheoremReport
from prover.serve.kimina import CheckResult, result
from prover.types import Diagnostic, Status

STATUSES = st.sampled_from(Status)
DIAGNOSTICS = st.builds(
    Diagnostic,
    st.sampled_from(["error", "warning", "information", "hint"]),
    st.sampled_from(["declaration uses `sorry`", "unused variable", "Nat : Type", ""]),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
)
THEOREMS = st.builds(
    TheoremReport,
    st.sampled_from(["a", "_root_.b", "prover_example_0f_1"]),
    st.integers(1, 9),
    STATUSES,
    st.just("why"),
)
REPORTS = st.builds(
    SnippetReport,
    st.builds(
        FileReport,
        STATUSES,
        st.just("why"),
        st.lists(THEOREMS, max_size=3).map(tuple),
        st.lists(DIAGNOSTICS, max_size=3).map(tuple),
        st.just(0.1),
        st.just(0.1),
        st.just("fake"),
    ),
    st.lists(st.builds(Hole, *[st.integers(1, 9)] * 4, st.text(max_size=5)), max_size=2).map(tuple),
)


def looks_proved(answer: CheckResult) -> bool:
    """As the client decides: no error of the server, no error of Lean, no `sorries`."""
    if answer.error is not None:
        return False
    assert answer.response is not None
    messages = answer.response.messages or []
    return not answer.response.sorries and all(message.severity != "error" for message in messages)


def report(
    status: Status, *said: Diagnostic, theorem: str = "", holes: tuple[Hole, ...] = ()
) -> SnippetReport:
    theorems = (TheoremReport(theorem, 2, status, "it rests on cheat"),) if theorem else ()
    return SnippetReport(FileReport(status, "why", theorems, said, 0.25, 0.1, "fake"), holes)


@given(REPORTS)
def test_only_a_proof_looks_like_one(done: SnippetReport) -> None:
    answer = result("1", done, 60)
    assert (answer.error is None) != (answer.response is None)
    if looks_proved(answer):
        assert done.report.status in (Status.PROVED, Status.NO_CODE)
    if answer.response is not None:
        assert "prover_example" not in answer.response.model_dump_json()


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.PROVED, Status.NO_CODE)])
def test_no_other_status_passes_in_silence(status: Status) -> None:
    assert not looks_proved(result("1", report(status), 60))


def test_a_proof_is_an_empty_answer() -> None:
    answer = result("1", report(Status.PROVED, theorem="a"), 60)
    assert answer.model_dump(exclude_none=True) == {"id": "1", "time": 0.25, "response": {"env": 0}}


def test_messages_have_the_repls_words() -> None:
    said = Diagnostic("information", "Nat : Type", 1, 0, 1, 6)
    answer = result("1", report(Status.NO_CODE, said), 60)
    assert answer.response is not None
    assert answer.response.model_dump(exclude_none=True)["messages"] == [
        {
            "severity": "info",
            "pos": {"line": 1, "column": 0},
            "endPos": {"line": 1, "column": 6},
            "data": "Nat : Type",
        }
    ]


def test_the_axiom_is_named_where_its_theorem_stands() -> None:
    answer = result("1", report(Status.BAD_AXIOM, theorem="_root_.foo"), 60)
    assert answer.response is not None
    (message,) = answer.response.messages or []
    assert (message.severity, message.data, message.pos.line) == ("error", "foo: it rests on cheat", 2)


def test_a_hole_has_its_place_and_goal() -> None:
    said = Diagnostic("warning", "declaration uses `sorry`", 1, 8, 1, 9)
    hole = Hole(2, 2, 2, 7, "⊢ 1 = 2")
    answer = result("1", report(Status.INCOMPLETE, said, theorem="a", holes=(hole,)), 60)
    assert answer.response is not None
    assert (answer.response.messages or [])[0].data == "declaration uses 'sorry'"
    (sorry,) = answer.response.sorries or []
    assert (sorry.pos.line, sorry.pos.column, sorry.endPos.column, sorry.goal) == (2, 2, 7, "⊢ 1 = 2")


def test_a_hidden_sorry_is_at_least_at_its_theorem() -> None:
    answer = result("1", report(Status.INCOMPLETE, theorem="a"), 60)
    assert answer.response is not None
    assert [s.pos.line for s in answer.response.sorries or []] == [2]


def test_time_and_breakdown_are_errors_of_the_server() -> None:
    late = result("1", report(Status.TIMEOUT), 60)
    assert late.response is None
    assert "timed out in 60 seconds" in (late.error or "")
    broken = result("1", report(Status.INFRA), 60)
    assert "broke down" in (broken.error or "")
    assert "timed out" not in (broken.error or "")


def test_nothing_proved_is_said() -> None:
    answer = result("1", report(Status.NO_CODE), 60)
    assert answer.response is not None
    assert "nothing was proved" in (answer.response.messages or [])[0].data
