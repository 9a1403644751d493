"""A training example, and the JSONL files that carry examples from who makes them to who trains on them.

One object a line: `id`, `kind`, `problem`, `prompt`, `completion`, and optionally `weight` (1), `level` (0), `split`
(`train`) and `provenance` ({}). `prompt` and `completion` have TRL's prompt/completion form: either both are lists of
`{"role", "content"}`, to which a chat template is applied and whose completion is the assistant's, or both are texts,
where the completion continues the prompt as it stands. The reader is strict: the first line that is no example ends it
with an `InputError` that says file, line and what was expected. The writer is canonical: equal examples, equal bytes.
Limits: a line has at most `MAX_LINE` bytes; ids are remembered while a file is read, for none may stand there twice.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from prover.codec import from_json, to_json
from prover.errors import InputError
from prover.models.base import Message, Role
from prover.problems.reading import MAX_LINE, Reader, RowError, decode, open_file
from prover.run_folder import write_atomically

SPLITS = ("train", "valid", "test")
MAX_ID = 300


class Kind(StrEnum):
    """What an example teaches: from what, to what."""

    PROOF = "proof"
    """A statement, to its proof."""
    LONG_COT = "long_cot"
    """A statement, to a long chain of thought and then the proof."""
    PLAN_PROOF = "plan_proof"
    """A statement and a plan in words, to the proof with the words woven in."""
    REPAIR = "repair"
    """A proof that failed and Lean's errors, to one that did not."""
    CRITIQUE = "critique"
    """A proof, to a judgement of each of its steps."""
    FORMALIZE = "formalize"
    """A problem in words, to its statement."""
    INFORMALIZE = "informalize"
    """A statement, to the problem in words."""
    NEGATION = "negation"
    """The negation of a false statement, to its proof."""
    INSTRUCTION = "instruction"
    """General instruction data, such as long chains of thought that are not about Lean."""


Text = str | tuple[Message, ...]
"""A text to be continued, or the messages of a chat."""


def texts_in(said: Text) -> tuple[str, ...]:
    """The text, or that of each message."""
    return (said,) if isinstance(said, str) else tuple(message.content for message in said)


@dataclass(frozen=True, slots=True)
class Example:
    """One training example. Made by hand it is as strict as when it is read: `InputError` for what it may not hold."""

    id: str
    kind: Kind
    problem: str
    """The id of the problem it is about; all examples of one problem are in one split."""
    prompt: Text
    completion: Text
    weight: float = 1.0
    """How much it counts, from above 0; 1 is an ordinary example."""
    level: int = 0
    """For a curriculum: from 0, the easiest."""
    split: str = "train"
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Where it is from: run, attempt, model, tier, licence. JSON values."""

    def __post_init__(self) -> None:
        if fault := _fault(self):
            raise InputError(f"example {self.id[:80]!r}: {fault}")

    @property
    def chat(self) -> bool:
        """Whether a chat template is applied."""
        return not isinstance(self.prompt, str)

    @property
    def target(self) -> str:
        """What a model is to write, as one text."""
        return self.completion if isinstance(self.completion, str) else self.completion[0].content


def _fault(example: Example) -> str:
    """Why this is no example; empty when it is one."""
    try:
        json.dumps(to_json(example), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return "half of a surrogate pair: expected Unicode text"
    except TypeError as error:
        return f"expected JSON values, and {error}"
    if not example.id.strip() or len(example.id) > MAX_ID or not example.id.isprintable():
        return f"id: expected 1 to {MAX_ID} printable characters"
    if not example.problem.strip():
        return "problem: expected the id of a problem"
    if fault := _fault_of_texts(example):
        return fault
    if not (0 < example.weight < math.inf):
        return f"weight: expected a number above 0, found {example.weight!r}"
    if example.level < 0:
        return f"level: expected a whole number from 0, found {example.level!r}"
    if example.split not in SPLITS:
        return f"split: expected one of {', '.join(SPLITS)}, found {example.split[:40]!r}"
    return ""


def _fault_of_texts(example: Example) -> str:
    if isinstance(example.prompt, str) is not isinstance(example.completion, str):
        return "prompt and completion: expected both as text, or both as messages"
    if isinstance(example.prompt, str):
        empty = not example.prompt
    elif not example.prompt or example.prompt[-1].role is Role.ASSISTANT:
        return "prompt: expected messages, the last of them not the assistant's"
    else:
        empty = not all(message.content for message in example.prompt)
    if empty:
        return "prompt: expected text in it"
    if not isinstance(example.completion, str) and [m.role for m in example.completion] != [Role.ASSISTANT]:
        return "completion: expected one message, the assistant's"
    if not example.target.strip():
        return "completion: expected text in it"
    return ""


def to_line(example: Example) -> str:
    """The example as one line of JSON, without line feed: keys in order, nothing left out."""
    return json.dumps(to_json(example), ensure_ascii=False, sort_keys=True, allow_nan=False)


def from_row(row: Any) -> Example:
    """The example that a JSON value describes. Raises `InputError`."""
    if not isinstance(row, dict):
        raise InputError("expected a JSON object")
    for name in ("prompt", "completion"):
        # By hand, for a message of the wrong form should not be told that it might have been a text.
        if not isinstance(row.get(name, ""), str | list):
            raise InputError(f"{name}: expected text, or a list of messages")
    lists = {name: row[name] for name in ("prompt", "completion") if isinstance(row.get(name), list)}
    chats = {name: from_json(_Messages, {"messages": lists[name]}, name).messages for name in lists}
    stand_in = {name: ("-" if name in chats else value) for name, value in row.items()}
    read = from_json(_Row, stand_in, "example")
    return Example(**{name: chats.get(name, getattr(read, name)) for name in _Row.__slots__})


@dataclass(frozen=True, slots=True)
class _Messages:
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """An example whose prompt and completion are text."""

    id: str
    kind: Kind
    problem: str
    prompt: str
    completion: str
    weight: float = 1.0
    level: int = 0
    split: str = "train"
    provenance: Mapping[str, Any] = field(default_factory=dict)


def read_examples(path: str | Path) -> Iterator[Example]:
    """The examples of a JSONL file, one at a time. Raises `InputError` at the first line that is none."""
    shown = str(path)
    lines: dict[str, int] = {}
    number = 0
    try:
        with open_file(shown) as stream:
            reader = Reader(stream)
            reader.refuse_binary()
            for number, data in reader.lines():
                if data is None:
                    raise RowError(f"longer than {MAX_LINE:,} bytes: expected one example a line")
                if not data.strip():
                    continue
                example = _parse(decode(data))
                if example.id in lines:
                    raise RowError(f"the id {example.id!r} stands on line {lines[example.id]} already")
                lines[example.id] = number
                yield example
    except RowError as error:
        place = f"{shown}:{number}" if number else shown
        raise InputError(f"{place}: {error.reason}") from None
    if not lines:
        raise InputError(f"{shown}: no example in it: expected one JSON object a line")


def _parse(text: str) -> Example:
    try:
        return from_row(json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant))
    except InputError as error:
        raise RowError(str(error)) from None
    except json.JSONDecodeError as error:
        raise RowError(f"not JSON: {error.msg} (column {error.colno}): expected one JSON object") from None
    except (ValueError, RecursionError):
        raise RowError(
            "JSON nested too deeply, or with too long a number: expected one JSON object"
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise InputError("a field stands there twice: expected each once")
    return row


def _no_constant(name: str) -> Any:
    raise InputError(f"{name}: expected a number that JSON knows")


def write_examples(path: str | Path, examples: Iterable[Example]) -> str:
    """Replace a file by these examples, in their order, whole or not at all; returns the SHA-256 of its bytes.

    Raises `InputError` for two examples of one id, and for a path that cannot be written.
    """
    lines: list[str] = []
    seen: set[str] = set()
    for example in examples:
        if example.id in seen:
            raise InputError(f"{path}: two examples have the id {example.id!r}")
        seen.add(example.id)
        lines.append(to_line(example) + "\n")
    text = "".join(lines)
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(Path(path), text)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
