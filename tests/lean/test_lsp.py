"""The protocol of warm workers, without a process: frames, one version's messages, columns."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean import lsp
from prover.lean.lsp import Frames, Inbox
from prover.lean.messages import UNSOLVED_GOALS, GarbledOutputError


@given(
    st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3), max_size=4),
    st.lists(st.integers(1, 40), min_size=1, max_size=10),
)
def test_frames_do_not_depend_on_how_the_bytes_arrive(
    messages: list[dict[str, str]], sizes: list[int]
) -> None:
    stream = b"".join(lsp.frame(message) for message in messages)
    frames, found = Frames(10_000), []
    for size in itertools.cycle(sizes):
        if not stream:
            break
        found += frames.feed(stream[:size])
        stream = stream[size:]
    assert [json.loads(body) for body in found] == messages


@pytest.mark.parametrize(
    "stream",
    [
        b"hello\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1e3\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"Content-Length: 1001\r\n\r\n",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"x" * 300,
    ],
)
def test_what_is_not_a_head_is_refused(stream: bytes) -> None:
    with pytest.raises(GarbledOutputError):
        Frames(1000).feed(stream)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    frames, inbox = Frames(1000), Inbox(1, 1)
    try:
        for body in frames.feed(data):
            inbox.take(body)
    except GarbledOutputError:
        pass
    assert not inbox.answered


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "method", "params", "version", "diagnostics", "range", "start", "message", "result"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_taken_or_refused(message: Any) -> None:
    inbox = Inbox(7, 3)
    try:
        inbox.take(json.dumps(message).encode())
        lsp.read_messages(inbox.diagnostics, "a\nb")
    except GarbledOutputError:
        return
    assert not inbox.answered or message["id"] == 7


def publish(version: int, *texts: str, incremental: bool | None = None) -> bytes:
    place = {"line": 0, "character": 0}
    rows = [{"range": {"start": place, "end": place}, "severity": 1, "message": text} for text in texts]
    params: dict[str, Any] = {"uri": lsp.URI, "version": version, "diagnostics": rows}
    if incremental is not None:
        params["isIncremental"] = incremental
    return json.dumps({"method": "textDocument/publishDiagnostics", "params": params}).encode()


def test_diagnostics_are_appended_where_lean_says_so() -> None:
    inbox = Inbox(1, 2)
    inbox.take(publish(2, "old"))
    inbox.take(publish(2, "a", "b", incremental=False))
    inbox.take(publish(2, "c", incremental=True))
    inbox.take(publish(1, "of the version before"))
    assert [row["message"] for row in inbox.diagnostics] == ["a", "b", "c"]
    inbox.take(publish(2, "d"))
    assert [row["message"] for row in inbox.diagnostics] == ["d"]
    with pytest.raises(GarbledOutputError):
        inbox.take(publish(3, "of a version that nobody sent"))


def test_requests_of_the_worker_are_not_answers() -> None:
    inbox = Inbox(1, 1)
    inbox.take(b'{"jsonrpc":"2.0","id":1,"method":"workspace/inlayHint/refresh","params":null}')
    assert not inbox.answered
    inbox.take(b'{"jsonrpc":"2.0","id":1,"result":{}}')
    assert inbox.answered
    for bad in (
        b'{"id":2,"result":{}}',
        b'{"id":true,"result":{}}',
        b'{"id":1,"error":{"code":1}}',
        b'{"id":1}',
    ):
        with pytest.raises(GarbledOutputError):
            Inbox(1, 1).take(bad)


def test_columns_are_utf16_on_the_wire_and_code_points_here() -> None:
    text = "-- ok\n  𝔸 ≤ b\n"
    row = {
        "range": {"start": {"line": 1, "character": 2}, "end": {"line": 2, "character": 0}},
        "fullRange": {"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 8}},
        "severity": 1,
        "message": "m",
        "leanTags": [1],
    }
    silent = row | {"isSilent": True}
    (message,) = lsp.read_messages([row, silent], text)
    said = message.diagnostic
    assert (said.line, said.column, said.end_line, said.end_column) == (2, 2, 2, 7)
    assert message.kind == UNSOLVED_GOALS


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n")), st.data())
def test_columns_go_there_and_back(line: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(0, len(line)))
    units = len(line[:column].encode("utf-16-le")) // 2
    assert lsp.code_units(line, column) == units
    assert lsp.code_points([line], 0, units) == column


def test_goals_are_strings_or_nothing() -> None:
    assert lsp.read_goals(None) == ()
    assert lsp.read_goals({"goals": ["⊢ a"], "rendered": "x"}) == ("⊢ a",)
    for bad in ({"goals": [1]}, [], "x", {"goals": None}):
        with pytest.raises(GarbledOutputError):
            lsp.read_goals(bad)
    assert lsp.read_term_goal(None) == ()
    assert lsp.read_term_goal({"goal": "⊢ a", "range": {}}) == ("⊢ a",)
    for bad in ({"goal": 1}, {}, [], "x"):
        with pytest.raises(GarbledOutputError):
            lsp.read_term_goal(bad)
