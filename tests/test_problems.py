"""Loading problems: broken input, folders, splits, ids."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.errors import InputError
from prover.problems import Loaded, file_stem, load_problems, normal_split


def row(theorem: str, **fields: Any) -> dict[str, Any]:
    return {"name": theorem, "formal_statement": f"theorem {theorem} : 1 = 1 := by\n", **fields}


def lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in rows)


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def ids(loaded: Loaded) -> list[str]:
    return [p.id for p in loaded.problems]


def reasons(loaded: Loaded) -> list[tuple[int, str]]:
    return [(r.line, r.reason) for r in loaded.refused]


# nothing usable: one clear error


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", b"", "a.jsonl: an empty file: expected one JSON object a line"),
        ("a.jsonl", b"\n \n", "no problem in it"),
        ("a.lean", b"", "a.lean: an empty file: expected theorems that end in `sorry`"),
        ("a.lean", b"import Mathlib\n", "a.lean: no theorem in it: expected theorems"),
        ("a.lean", b"theorem a : 1 = 1 := rfl\n", "a.lean: every theorem in it is proved"),
        (
            "a.lean",
            b"theorem a : (1 = 1 := sorry\n",
            "a.lean:1: the theorem cannot be read: a bracket is left",
        ),
        ("a.lean", b"-- x\n/- theorem a", "a.lean:2: not Lean text: unterminated comment"),
        ("a.lean", b"theorem a\n  \xff", "a.lean:2: byte 3 of the line is not UTF-8 (0xff)"),
        ("a.jsonl", b"\x7fELF\0\0", "a.jsonl: this is a binary file"),
        ("a.jsonl", "\ufeff[]".encode("utf-16"), "a.jsonl: this is UTF-16 text"),
        ("a.lean", b"theorem \0", "a.lean: this is a binary file"),
        ("a.json", b"[]", "no problem in it"),
        ("a.json", b'"text"', "a.json:1: expected a JSON array of objects"),
        ("a.json", b'[{"name": "a"', "a.json:1: not JSON"),
        ("a.json", b'{"name":\n "a"', "a.json:2: not JSON"),
        ("a.jsonl", lines(row("a b")) * 2, "(2 rows were refused; this is the first)"),
    ],
)
def test_nothing_usable(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        load_problems(write(tmp_path / name, data))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_such_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: no such file or folder"):
        load_problems(tmp_path / "nowhere.jsonl")
    with pytest.raises(InputError, match="no problem file in this folder"):
        load_problems(tmp_path)
    with pytest.raises(InputError, match="expected a file, a folder or -"):
        load_problems("/dev/null")
    with pytest.raises(InputError, match="unknown format 'csv': expected jsonl, json, lean"):
        load_problems(tmp_path, fmt="csv")
    with pytest.raises(InputError, match="null"):
        load_problems("a\0b")


# one bad row: refused, the rest goes on

BAD_ROWS = [
    (b"{", "not JSON"),
    (b"[1]", "expected a JSON object, found a list"),
    (b"3", "expected a JSON object, found a number"),
    (b"null", "found null"),
    (b"\xff\xfe", "byte 1 of the line is not UTF-8 (0xff): expected UTF-8 text"),
    (b'{"name": "\xc3("}', "byte 11 of the line is not UTF-8 (0xc3)"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"name": ' + b"9" * 5_000 + b"}", "too long a number"),
    (b'{"name": "b", "name": "c"}', "the field 'name' stands there twice"),
    (b'{"name": "b", "Name": "c"}', "the field 'name' stands there twice"),
    (b'{"name": "b"}', "no statement: expected one of the fields formal_statement"),
    (b'{"problem": "Show that."}', "no id: expected one of the fields name, problem_id"),
    (lines(row("b", formal_statement=3)), "the field 'formal_statement': expected text, found a number"),
    (lines(row("b", formal_statement=["theorem"])), "expected text, found a list"),
    (lines(row("b", header={})), "the field 'header': expected text, found an object"),
    (lines(row("b", name=True)), "the field 'name': expected text, found a truth value"),
    (lines(row("b", formal_statement="def b := 1")), "the statement holds no theorem"),
    (lines(row("b", formal_statement="theorem b := by")), "expected ':' and a type"),
    (lines(row("b", formal_statement="theorem : 1 = 1 := by")), "expected a name after theorem"),
    (lines(row("b", formal_statement='theorem b : "a := by')), "not Lean text: unterminated string"),
    (lines(row("b", formal_statement="theorem b : ∀ n, P n\n | 0 => by sorry")), "pattern matching"),
    (lines(row("b", formal_statement="example : 1 = 1 := sorry")), "an open `example` has no name"),
    (lines(row("b", header="/- open")), "not Lean text: unterminated comment"),
    (lines(row("b c")), "a name with spaces: expected `«b c»` in the statement"),
    (lines(row("b", name="b\nc")), "expected at most 300 printable characters"),
    (lines(row("b", name="b" * 301)), "expected at most 300 printable characters"),
    (b'{"name": "b", "problem": "\\ud800"}', "the field 'problem' holds half of a surrogate pair"),
    (lines(row("a")), "duplicate id 'a', first used at {path}:1: expected unique ids"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_a_bad_row_is_refused_and_the_rest_goes_on(tmp_path: Path, bad: bytes, reason: str) -> None:
    path = write(tmp_path / "a.jsonl", lines(row("a")) + bad.strip() + b"\n\n" + lines(row("z")))
    loaded = load_problems(path)
    assert ids(loaded) == ["a", "z"]
    assert [r.line for r in loaded.refused] == [2]
    assert reason.replace("{path}", str(path)) in loaded.refused[0].reason
    assert str(loaded.refused[0]).startswith(f"{path}:2: ")
    assert loaded.problems[1].source == f"{path}:4"


def test_the_same_rows_as_an_array(tmp_path: Path) -> None:
    rows = [row("a"), 3, {"name": "b"}, row("a"), row("z")]
    data = "[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]"
    loaded = load_problems(write(tmp_path / "a.json", data))
    assert ids(loaded) == ["a", "z"]
    assert [r.line for r in loaded.refused] == [3, 4, 5]
    assert loaded.problems[1].source.endswith(":6")


def test_an_array_keeps_what_precedes_a_syntax_error(tmp_path: Path) -> None:
    data = b"[" + lines(row("a")) + b",\n{broken},\n" + lines(row("z")) + b"]"
    loaded = load_problems(write(tmp_path / "a.json", data))
    assert ids(loaded) == ["a"]
    assert loaded.refused[0].line == 3
    assert "the rest of the array was not read" in loaded.refused[0].reason
    twice = b"[" + lines(row("a")) + b',{"name": 1, "name": 2}]'
    assert "stands there twice" in load_problems(write(tmp_path / "b.json", twice)).refused[0].reason


def test_a_json_file_may_hold_lines_or_one_object(tmp_path: Path) -> None:
    assert ids(load_problems(write(tmp_path / "a.json", lines(row("a"), row("b"))))) == ["a", "b"]
    assert ids(load_problems(write(tmp_path / "b.json", json.dumps(row("a"), indent=2)))) == ["a"]
    broken = load_problems(write(tmp_path / "c.json", b'{"name"\n' + lines(row("b"))))
    assert (ids(broken), len(broken.refused)) == (["b"], 1)


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + lines(row("a"), row("b")).replace(b"\n", b"\r\n").rstrip()
    loaded = load_problems(write(tmp_path / "a.jsonl", data))
    assert (ids(loaded), loaded.refused) == (["a", "b"], ())
    assert loaded.digest == hashlib.sha256(data).hexdigest()
    lean = "\ufeffimport Mathlib\r\n\r\nopen Nat\r\n\r\ntheorem a (n : ℕ) :\r\n  n = n := by sorry"
    (problem,) = load_problems(write(tmp_path / "b.lean", lean)).problems
    assert problem.statement is not None
    assert problem.statement.signature == "(n : ℕ) :\n  n = n"
    assert problem.statement.header.preamble == "open Nat"
    assert problem.source.endswith(":5")


def test_a_long_line_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(lines(row("a")))
        for _ in range(120):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + lines(row("z")))
    tracemalloc.start()
    try:
        loaded = load_problems(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ids(loaded) == ["a", "z"]
    assert reasons(loaded) == [(2, "longer than 10,000,000 bytes: expected one JSON object a line")]
    assert peak < 40_000_000


def test_a_long_last_line_without_line_feed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", lines(row("a")) + b"{" * 10_000_001)
    assert [r.line for r in load_problems(path).refused] == [2]


def test_a_large_lean_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="longer than 2,000,000 bytes"):
        load_problems(write(tmp_path / "a.lean", b"--" + b"x" * 50_000_000))
    huge = row("b", formal_statement="theorem b : " + "x " * 1_500_000 + ":= by")
    loaded = load_problems(write(tmp_path / "a.jsonl", lines(row("a"), huge)))
    assert reasons(loaded) == [(2, "a statement of more than 2,000,000 characters: expected a smaller one")]


def test_reasons_are_short(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        lines(row("a")) + b'{"' + b"k" * 100_000 + b'": 1, "' + b"k" * 100_000 + b'": 2}',
    )
    assert len(load_problems(path).refused[0].reason) < 700


# folders, splits, stdin


def test_a_folder_of_lines(tmp_path: Path) -> None:
    for name in ("train", "valid", "test"):
        write(tmp_path / f"{name}.jsonl", lines(row(f"{name}_a"), row(f"{name}_b")))
    write(tmp_path / "readme.md", "theorem a : b := sorry")
    write(tmp_path / "settings.json", "{}")
    loaded = load_problems(tmp_path)
    assert ids(loaded) == ["test_a", "test_b", "train_a", "train_b", "valid_a", "valid_b"]
    assert [p.split for p in loaded.problems] == ["test", "test", "train", "train", "valid", "valid"]
    assert (loaded.name, loaded.refused) == (tmp_path.name, ())
    assert ids(load_problems(tmp_path, split="dev")) == ["valid_a", "valid_b"]
    with pytest.raises(
        InputError, match=r"no problem of the split 'gold'; found test \(2\), train \(2\), valid"
    ):
        load_problems(tmp_path, split="gold")


def test_a_folder_of_lean_files(tmp_path: Path) -> None:
    for split in ("Valid", "Test"):
        for name in ("x", "y"):
            write(
                tmp_path / f"Bench/{split}/{name}.lean",
                f"import Mathlib\n\ntheorem {split}_{name} : 1 = 1 := by sorry",
            )
    write(tmp_path / "Bench.lean", "import Bench.Valid.x\n")
    write(tmp_path / "lakefile.lean", "import Lake\ntheorem not_one : 1 = 1 := sorry")
    write(tmp_path / ".lake/packages/other/a.lean", "theorem hidden : 1 = 1 := sorry")
    write(tmp_path / "Bench/Valid/bad.lean", "theorem bad : 1 = 1 := by\n  have : 1 = 1 := sorry\n  rfl")
    write(tmp_path / "Bench/Valid/binary.lean", b"\0")
    loaded = load_problems(tmp_path)
    assert ids(loaded) == ["Test_x", "Test_y", "Valid_x", "Valid_y"]
    assert [p.split for p in loaded.problems] == ["test", "test", "valid", "valid"]
    assert [(Path(r.file).name, r.line) for r in loaded.refused] == [("bad.lean", 1), ("binary.lean", 0)]
    assert "holds a `sorry`" in loaded.refused[0].reason


def test_a_folder_goes_on_after_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    write(tmp_path / "a.lean", "theorem a : 1 = 1 := sorry")
    (tmp_path / "b.lean").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "c.lean")
    loaded = load_problems(tmp_path)
    assert ids(loaded) == ["a"]
    assert [r.reason for r in loaded.refused] == ["no such file or folder"]


def test_the_digest_of_a_folder_depends_on_names_and_bytes(tmp_path: Path) -> None:
    write(tmp_path / "x/a.jsonl", lines(row("a")))
    write(tmp_path / "x/b.jsonl", lines(row("b")))
    before = load_problems(tmp_path / "x").digest
    sums = [hashlib.sha256(lines(row(n))).hexdigest() for n in "ab"]
    listing = "".join(f"{s}  {n}.jsonl\n" for s, n in zip(sums, "ab", strict=True))
    assert before == hashlib.sha256(listing.encode()).hexdigest()
    (tmp_path / "x/b.jsonl").rename(tmp_path / "x/c.jsonl")
    assert load_problems(tmp_path / "x").digest != before


@pytest.mark.parametrize(
    "data", [lines(row("a")), b"\n\n" + lines(row("a")), b"-- note\ntheorem a : 1 = 1 := sorry"]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    stdin = SimpleNamespace(buffer=io.BytesIO(data))
    monkeypatch.setattr(sys, "stdin", stdin)
    loaded = load_problems("-")
    assert (ids(loaded), loaded.name) == (["a"], "stdin")
    assert not stdin.buffer.closed


def test_a_pipe_is_read(tmp_path: Path) -> None:
    program = "from prover.problems import load_problems; print(len(load_problems('/dev/fd/0').problems))"
    data = lines(*(row(f"a{i}") for i in range(1000)))
    run = subprocess.run(
        [sys.executable, "-c", program], input=data, capture_output=True, check=True, timeout=60
    )
    assert run.stdout == b"1000\n"


def test_the_format_can_be_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "theorem a : 1 = 1 := sorry")
    assert ids(load_problems(path)) == ["a"]
    assert ids(load_problems(path, fmt="lean")) == ["a"]
    with pytest.raises(InputError, match="not JSON"):
        load_problems(path, fmt="jsonl")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Validation", "valid"),
        ("dev", "valid"),
        ("VAL", "valid"),
        ("testing", "test"),
        (" Train ", "train"),
        ("x", "x"),
    ],
)
def test_split_names(name: str, expected: str) -> None:
    assert normal_split(name) == expected


# ids as file names


@given(st.text(max_size=400))
def test_a_file_stem_is_safe(problem_id: str) -> None:
    stem = file_stem(problem_id)
    assert 0 < len(stem.encode()) <= 120
    assert not set(stem) & set("/\\\0 \n")
    assert not stem.startswith((".", "-"))


@given(st.lists(st.text(alphabet="aA./~_«-", max_size=5), unique=True, min_size=2))
def test_file_stems_differ(problem_ids: list[str]) -> None:
    assert len({file_stem(i) for i in problem_ids}) == len(problem_ids)


def test_a_plain_id_is_its_own_file_stem() -> None:
    assert file_stem("imo_1959_p1") == "imo_1959_p1"
    assert file_stem(file_stem("a/b")) != file_stem("a/b")


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_crash(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = write(tmp_path_factory.mktemp("bytes") / "a", data)
    for fmt in ("jsonl", "json", "lean", None):
        try:
            load_problems(path, fmt=fmt)
        except InputError as error:
            assert str(error)  # noqa: PT017


@pytest.mark.skipif("PROVER_SHARED_DATA" not in os.environ, reason="PROVER_SHARED_DATA names no folder")
def test_minif2f_loads_in_both_shapes() -> None:
    folder = Path(os.environ["PROVER_SHARED_DATA"]) / "minif2f"
    as_lines, as_files = load_problems(folder / "valid.jsonl"), load_problems(folder / "lean4-files")
    assert (len(as_lines.problems), len(as_files.problems)) == (244, 244)
    assert as_lines.refused == as_files.refused == ()
    assert {p.id for p in as_lines.problems} == {p.id for p in as_files.problems}
    assert all(p.split == "valid" and p.statement for p in (*as_lines.problems, *as_files.problems))
