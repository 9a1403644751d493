"""JSON rows to problems.

Field names are looked up in `FIELDS`, capitals, spaces and hyphens aside; the first that is there and not empty is
taken. Read are thus the shapes of DeepSeek-Prover, Goedel-Prover, Kimina and NuminaMath-LEAN, TheoremLlama, and the
bundled set. Other fields that hold text, numbers, truth values or lists of text become `Problem.meta`, as text.

What a row must have: an id (or a theorem, whose name is then the id), and a statement, in Lean or in words. A Lean
statement brings its own header with it or has it in a field of its own; one with its own imports ignores that field.
Of several theorems in it the last open one is the problem, and proved ones before it go to its preamble; where all
are proved it is the last one, with its proof as the reference. Nothing is ever mended: what does not parse is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from prover.problems.lean_file import Found, plain_words, read_theorems
from prover.problems.reading import MAX_ARRAY, MAX_LEAN, MAX_LINE, Reader, RowError, decode
from prover.syntax import LeanTextError, parse_header
from prover.types import Header, Problem

FIELDS = {
    "id": "name problem_id theorem_name full_name problem_name id uuid",
    "statement": "formal_statement lean4_code lean4_statement lean_statement lean_code statement formal theorem",
    "header": "header lean_header formal_header preamble",
    "words": "informal_statement informal_prefix informal_stmt nl_statement natural_language_statement problem "
    "question informal natural_language",
    "words_proof": "informal_proof nl_proof informal_solution solution",
    "proof": "formal_proof lean4_proof lean_proof formal_solution proof",
    "split": "split dataset_split",
    "licence": "licence license",
}
IGNORED = frozenset({"goal"})
"""Derived from the statement by whoever published it."""
_SPLITS = {"val": "valid", "validation": "valid", "dev": "valid", "training": "train", "testing": "test"}


def normal_split(name: str) -> str:
    """`Validation`, `val`, `dev` read `valid`, and so on; a name of another kind is only put in small letters."""
    name = name.strip().lower()
    return _SPLITS.get(name, name)


def problems_in_lines(reader: Reader, *, name_words: bool = False) -> Iterator[Problem | RowError]:
    """JSON lines, one object each. Blank lines are passed over. With `name_words`, a row in words that has no id is
    called after a digest of its words."""
    numbers = 0
    for number, line in reader.lines():
        numbers = number
        try:
            if line is None:
                raise RowError(f"longer than {MAX_LINE:,} bytes: expected one JSON object a line")
            if not line.strip():
                continue
            text = decode(line)
            yield _problem(_parse(text), number, name_words)
        except RowError as error:
            yield RowError(error.reason, number)
    if numbers == 0:
        yield RowError("an empty file: expected one JSON object a line")


def problems_in_array(reader: Reader, *, name_words: bool = False) -> Iterator[Problem | RowError]:
    """A JSON array of objects, or one object. What follows a syntax error is lost, what precedes it is not."""
    text = reader.whole(MAX_ARRAY)
    space = re.compile(r"[ \t\r\n]*")
    pos = _skip(space, text, 0)
    if text[pos : pos + 1] == "{":
        yield _problem(_parse(text), 1 + text.count("\n", 0, pos), name_words)
        return
    if text[pos : pos + 1] != "[":
        raise RowError("expected a JSON array of objects", 1)
    pos = _skip(space, text, pos + 1)
    line, counted = 1, 0
    decoder = json.JSONDecoder(object_pairs_hook=_object)
    while text[pos : pos + 1] != "]":
        line += text.count("\n", counted, pos)
        counted = pos
        try:
            row, pos = decoder.raw_decode(text, pos)
        except RowError as error:
            # The decoder stopped inside the object: where the next one begins is not known.
            raise RowError(f"{error.reason}; the rest of the array was not read", line) from error
        except (ValueError, RecursionError) as error:
            raise RowError(f"{_json_reason(error)}; the rest of the array was not read", line) from error
        try:
            yield _problem(row, line, name_words)
        except RowError as error:
            yield RowError(error.reason, line)
        pos = _skip(space, text, pos)
        if text[pos : pos + 1] == ",":
            pos = _skip(space, text, pos + 1)
        elif text[pos : pos + 1] != "]":
            raise RowError("expected ',' or ']' in the JSON array; the rest was not read", line)


def _skip(space: re.Pattern[str], text: str, pos: int) -> int:
    match = space.match(text, pos)
    return match.end() if match else pos


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RowError(f"the field {twice!r} stands there twice: expected it once")
    return row


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise RowError(_json_reason(error), getattr(error, "lineno", 0)) from error


def _json_reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} (column {error.colno}): expected one JSON object"
    return "JSON that is nested too deeply, or holds too long a number: expected one JSON object"


def _problem(row: Any, line: int, name_words: bool) -> Problem:
    if not isinstance(row, dict):
        raise RowError(f"expected a JSON object, found {_kind(row)}")
    fields = _Fields(row)
    formal = fields.take("statement")
    header = fields.take("header")
    words = plain_words(fields.take("words"))
    proof = fields.take("proof")
    words_proof = fields.take("words_proof")
    problem_id = fields.take("id")
    split, licence = normal_split(fields.take("split")), fields.take("licence")
    if formal:
        found = _statement(formal, header)
        statement, words, proof = found.statement, words or found.words, proof or found.proof
        problem_id = problem_id or statement.name
        _refuse_spaced_name(problem_id, formal)
    elif words:
        # A row in words only: its proof is in words too, whatever the field is called.
        statement, words_proof, proof = None, words_proof or proof, ""
        if not problem_id and name_words:
            problem_id = f"words_{hashlib.sha256(words.encode()).hexdigest()[:12]}"
    else:
        raise RowError(
            f"no statement: expected one of the fields {_names('statement')}, or {_names('words')}"
        )
    if not problem_id:
        raise RowError(f"no id: expected one of the fields {_names('id')}")
    return Problem(
        id=problem_id,
        informal_statement=words,
        informal_proof=words_proof,
        statement=statement,
        source=str(line),
        split=split,
        licence=licence,
        reference_proof=proof.rstrip(),
        meta=fields.rest(),
    )


def _statement(formal: str, header: str) -> Found:
    if len(formal) + len(header) > MAX_LEAN:
        raise RowError(f"a statement of more than {MAX_LEAN:,} characters: expected a smaller one")
    try:
        own = parse_header(formal)
    except LeanTextError as error:
        raise RowError(f"the statement is not Lean text: {error.reason}") from error
    stands_alone = bool(own.imports) or not header.strip()
    findings = read_theorems(formal if stands_alone else f"{header.rstrip()}\n\n{formal}")
    found = findings.open[-1] if findings.open else findings.last_proved
    if found is None and findings.refused:
        raise findings.refused[-1]
    if found is None:
        raise RowError("the statement holds no theorem: expected `theorem NAME … : … := by sorry`")
    if not found.statement.header.imports:
        default = Header(preamble=found.statement.header.preamble)
        found = replace(found, statement=replace(found.statement, header=default))
    return found


def _refuse_spaced_name(problem_id: str, formal: str) -> None:
    unquoted = re.sub("«[^»]*»", "", problem_id)
    if " " in unquoted and re.search(rf"\b(?:theorem|lemma)\s+{re.escape(problem_id)}", formal):
        raise RowError(f"a name with spaces: expected `«{problem_id}»` in the statement")


class _Fields:
    """A row by our names for its fields; each is taken once, and what is left over is its labels."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row: dict[str, Any] = {}
        for key, value in row.items():
            name = re.sub(r"[\s-]+", "_", key.strip().lower())
            if name in self._row:
                raise RowError(f"the field {name!r} stands there twice: expected it once")
            self._row[name] = value
        self._taken: set[str] = set(IGNORED)

    def take(self, field: str) -> str:
        """The first field of that meaning that is not empty; "" where there is none."""
        value = ""
        for name in FIELDS[field].split():
            raw = self._row.get(name)
            if raw is None or value:
                continue
            if field == "id" and isinstance(raw, int) and not isinstance(raw, bool):
                raw = str(raw)
            if not isinstance(raw, str):
                raise RowError(f"the field {name!r}: expected text, found {_kind(raw)}")
            self._taken.add(name)
            if raw.strip():
                value = _encodable(name, raw.replace("\r\n", "\n"))
        return value.strip() if field in ("id", "split", "licence", "words", "words_proof") else value

    def rest(self) -> dict[str, str]:
        labels = {}
        for name, value in self._row.items():
            if name in self._taken or value is None or value in ("", []):
                continue
            if isinstance(value, list) and all(isinstance(part, str) for part in value):
                labels[name] = _encodable(name, ", ".join(value))
            elif isinstance(value, str):
                labels[name] = _encodable(name, value)
            elif isinstance(value, bool | int | float):
                labels[name] = json.dumps(value)
        return labels


def _encodable(name: str, text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RowError(f"the field {name!r} holds half of a surrogate pair: expected Unicode text") from error
    return text


def _kind(value: Any) -> str:
    names = {list: "a list", dict: "an object", bool: "a truth value", str: "text", type(None): "null"}
    return names.get(type(value), "a number")


def _names(field: str) -> str:
    return ", ".join(FIELDS[field].split()[:4])
