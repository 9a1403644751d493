"""The seam of training data: what is read back, what is refused and how it is said."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.bootstrap.example import Example, Kind, from_row, read_examples, to_line, write_examples
from prover.errors import InputError
from prover.models.base import Message, Role

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
MESSAGE = st.builds(Message, st.sampled_from([Role.SYSTEM, Role.USER]), TEXT)
CHATS = st.tuples(
    st.lists(MESSAGE, min_size=1, max_size=3).map(tuple),
    TEXT.map(lambda text: (Message(Role.ASSISTANT, text),)),
)
EXAMPLES = st.builds(
    lambda both, **more: Example(prompt=both[0], completion=both[1], **more),
    both=st.one_of(st.tuples(TEXT, TEXT), CHATS),
    id=st.text("abcé·1", min_size=1, max_size=20),
    kind=st.sampled_from(list(Kind)),
    problem=TEXT,
    weight=st.floats(min_value=1e-6, max_value=1e6),
    level=st.integers(0, 20),
    split=st.sampled_from(["train", "valid", "test"]),
    provenance=st.dictionaries(TEXT, st.one_of(TEXT, st.integers(), st.none()), max_size=3),
)


def row(**changes: Any) -> dict[str, Any]:
    """A good row, with changes; a change to None takes a field away."""
    good = {"id": "a", "kind": "proof", "problem": "p", "prompt": "x", "completion": "y"} | changes
    return {name: value for name, value in good.items() if value is not None}


def chat(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in pairs]


@given(EXAMPLES)
def test_what_is_written_is_read_back(example: Example) -> None:
    line = to_line(example)
    assert "\n" not in line
    assert from_row(json.loads(line)) == example


def test_a_file_is_read_back_and_its_bytes_depend_on_the_examples_alone(tmp_path: Path) -> None:
    user, answer = Message(Role.USER, "Prove ⊢ ∀ n, n = n."), Message(Role.ASSISTANT, "intro n\nrfl")
    examples = [
        Example("a", Kind.PROOF, "p", (user,), (answer,), weight=0.5, provenance={"b": 1, "a": 2}),
        Example("b", Kind.REPAIR, "p", "theorem t : 1 = 1 := by\n", "  rfl\u2028", level=2, split="valid"),
    ]
    path = tmp_path / "deep" / "file.jsonl"
    digest = write_examples(path, examples)
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(read_examples(path)) == examples
    swapped = [
        Example("a", Kind.PROOF, "p", (user,), (answer,), 0.5, provenance={"a": 2, "b": 1}),
        examples[1],
    ]
    assert write_examples(path, swapped) == digest


def test_defaults() -> None:
    example = from_row(row())
    assert (example.weight, example.level, example.split, dict(example.provenance)) == (1.0, 0, "train", {})
    assert from_row(row(weight=2)).weight == 2.0
    assert not example.chat
    assert example.target == "y"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (row(kind="poem"), "example.kind: expected one of proof, long_cot"),
        (row(id=""), "id: expected 1 to 300 printable"),
        (row(id="a\nb"), "id: expected 1 to 300 printable"),
        (row(id=1), "example.id: expected text, found 1"),
        (row(id=[]), "example.id: expected text, found []"),
        (row(problem=" "), "problem: expected the id"),
        (row(prompt=None), "missing field 'prompt'"),
        (row(prompt=""), "prompt: expected text in it"),
        (row(completion=" \n"), "completion: expected text in it"),
        (row(prompt=3), "prompt: expected text, or a list of messages"),
        (row(prompt=chat(("user", "x"))), "expected both as text, or both as messages"),
        (row(prompt=[], completion=chat(("assistant", "y"))), "the last of them not the assistant's"),
        (
            row(prompt=chat(("user", "x"), ("assistant", "z")), completion=chat(("assistant", "y"))),
            "the last of them not the assistant's",
        ),
        (row(prompt=chat(("user", "")), completion=chat(("assistant", "y"))), "prompt: expected text in it"),
        (row(prompt=chat(("user", "x")), completion=chat(("user", "y"))), "one message, the assistant's"),
        (row(prompt=chat(("user", "x")), completion=[]), "one message, the assistant's"),
        (
            row(prompt=[{"role": "judge", "content": "x"}], completion=[]),
            "prompt.messages[0].role: expected one of",
        ),
        (row(prompt=[{"content": "x"}]), "missing field 'role'"),
        (row(prompt=["x"]), "prompt.messages[0]: expected an object"),
        (row(weight=0), "weight: expected a number above 0"),
        (row(weight=-1.0), "weight: expected a number above 0"),
        (row(weight=True), "example.weight: expected a number"),
        (row(weight=10**400), "weight"),
        (row(level=-1), "level: expected a whole number from 0"),
        (row(level=1.5), "example.level: expected a whole number"),
        (row(split="all"), "split: expected one of train, valid, test"),
        (row(provenance=[]), "provenance"),
        (row(reward=1), "unknown field 'reward'"),
        ([1], "expected a JSON object"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, bad: Any, said: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text("\n" + json.dumps(row(id="first")) + "\n" + json.dumps(bad) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        list(read_examples(path))
    assert str(refused.value).startswith(f"{path}:3: ")
    assert said in str(refused.value)
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", ":1: not JSON"),
        (b"\xff\xfe{", "UTF-16"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b"\0", "binary"),
        (b"", "no example in it"),
        (b"\n\n", "no example in it"),
        (b'{"id": "a", "id": "b"}', ":1: a field stands there twice"),
        (b'{"weight": NaN}', ":1: NaN: expected a number that JSON knows"),
        (
            b'{"id":"a","kind":"proof","problem":"p","prompt":"x","completion":"y","provenance":{"a":["\\ud800"]}}',
            ":1: example 'a': half of a surrogate pair",
        ),
        (b"[" * 100_000, ":1: JSON nested too deeply"),
    ],
)
def test_hostile_bytes_get_one_clear_error(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_bytes(data)
    with pytest.raises(InputError) as refused:
        list(read_examples(path))
    assert said in str(refused.value)
    assert str(refused.value).startswith(str(path))


def test_an_id_stands_there_once(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps(row()) + "\n" + json.dumps(row()) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r":2: the id 'a' stands on line 1 already"):
        list(read_examples(path))
    example = from_row(row())
    with pytest.raises(InputError, match="two examples have the id 'a'"):
        write_examples(path, [example, example])


def test_no_such_file_and_no_such_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(read_examples(tmp_path / "none.jsonl"))
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_examples(tmp_path / "file" / "x.jsonl", [from_row(row())])
