"""Broken input on the real command line: one clear error each, the rest goes on, the right exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prover import cli

GOOD = {
    "name": "good",
    "header": "import Mathlib\n",
    "formal_statement": "theorem good : 1 + 1 = 2 := by sorry",
}


def prover(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "prover", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=300, cwd=folder)
    assert b"Traceback" not in done.stderr
    return done


def row(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode() + b"\n"


def missing(field: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != field}).encode() + b"\n"


UNUSABLE = {
    "empty": (b"", "an empty file"),
    "blank": (b"\n \n\t\n", "no problem in it"),
    "binary": (bytes(range(256)) * 40, "binary"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(2000), "binary"),
    "utf16": ('{"name": "a"}'.encode("utf-16"), "UTF-16"),
    "bad_utf8": (b'{"name": "a\xff"}\n', "UTF-8"),
    "truncated": (b'{"name": "a", "formal', "1:"),
    "not_objects": (b"[1, 2]\n", "expected a JSON object"),
    "long_line": (b'{"name": "' + b"a" * 50_000_000 + b'"}\n', "longer than"),
    "no_statement": (missing("formal_statement"), "1: no statement"),
    "no_id": (b'{"informal_statement": "x"}\n', "1:"),
    "deep": (b'{"name": ' + b"[" * 200_000 + b"}\n", "1:"),
}


VERBS = (["eval", "--data"], ["prove"], ["data", "check"])


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_of_nothing_usable_is_one_error_and_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content, complaint = UNUSABLE[name]
    file = f"{name}.jsonl"
    (tmp_path / file).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    for verb in VERBS:
        code = cli.main([*verb, file, "--json"])
        out, err = capsys.readouterr()
        assert code == 2
        (line,) = err.strip().splitlines()
        assert line.startswith(f"prover: {file}")
        assert complaint in line
        assert len(line) < 400
        assert json.loads(out) == {"error": line.removeprefix("prover: "), "exit_code": 2}
        assert not (tmp_path / "runs").exists()


BAD_ROWS = {
    "not_json": (b"{oops}\n", "2"),
    "bad_utf8": (b'{"name": "\xff\xfe"}\n', "UTF-8"),
    "long_line": (b'{"name": "' + b"a" * 50_000_000 + b'"}\n', "longer than"),
    "no_id": (b'{"informal_statement": "x"}\n', "no id"),
    "duplicate": (row(), "duplicate id 'good'"),
    "wrong_type": (row(name="other", formal_statement=7), "expected text"),
    "no_theorem": (row(name="other", formal_statement="def a := 1"), "no theorem"),
    "unclosed": (row(name="other", formal_statement="theorem a /- : 1 = 1 := by sorry"), "Lean"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_refused_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    bad, complaint = BAD_ROWS[name]
    after = row(name="after", formal_statement="theorem after : 2 + 2 = 4 := by sorry")
    (tmp_path / "rows.jsonl").write_bytes(row() + bad + after)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["data", "check", "rows.jsonl", "--json"]) == 1
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert report["problems"] == 2
    (refused,) = report["refused"]
    assert refused.startswith("rows.jsonl:2: ")
    assert complaint in refused
    assert len(refused) < 400


@pytest.mark.lean
def test_an_evaluation_counts_what_it_refused_and_could_not_read(tmp_path: Path) -> None:
    rows = [
        row(),
        b"{oops}\n",
        row(),
        row(name="no such type", formal_statement="theorem no_type (n : NoSuchType) : n = n := by sorry"),
        row(
            name="bad import",
            header="import NoSuchModule\n",
            formal_statement="theorem b : 1 = 1 := by sorry",
        ),
        row(name="with spaces", formal_statement="theorem «with spaces» : 2 = 2 := by sorry"),
        row(name="a/../b", formal_statement="theorem «a/../b» : 3 = 3 := by sorry"),
        row(name="ℕ → 🙂", formal_statement="theorem emoji : 4 = 4 := by sorry"),
    ]
    (tmp_path / "rows.jsonl").write_bytes(b"".join(rows))
    done = prover(
        tmp_path, "eval", "--data", "rows.jsonl", "--profile", "core", "--json", "--budget", "wall=20s"
    )
    assert done.returncode == 0
    summary = json.loads(done.stdout)
    counts = {name: summary[name] for name in ("problems", "refused_rows", "unsupported", "proved", "infra")}
    assert counts == {"problems": 6, "refused_rows": 2, "unsupported": 2, "proved": 4, "infra": 0}
    err = done.stderr.decode()
    assert "refused: rows.jsonl:2:" in err
    assert "refused: rows.jsonl:3: duplicate id 'good'" in err
    assert "NoSuchType" in err
    assert "NoSuchModule" in err


@pytest.mark.lean
def test_odd_names_get_files_that_compile_by_themselves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        row(name="with spaces", formal_statement="theorem «with spaces» (h : 1 = 2) : 2 = 3 := by sorry"),
        row(
            name="../up",
            formal_statement="theorem «..».up : 3 = 3 := by sorry",
            header="import Mathlib\nopen Nat\n",
        ),
        row(name="-rf", formal_statement="theorem Foo.bar' (p : Prop) : p → p := by sorry"),
        row(name="CON" + "n" * 250, formal_statement="theorem long : 4 = 4 := by sorry"),
    ]
    (tmp_path / "rows.jsonl").write_bytes(b"".join(rows))
    done = prover(tmp_path, "prove", "rows.jsonl", "--profile", "core", "--out", "out", "--json")
    assert done.returncode == 0
    results = json.loads(done.stdout)["results"]
    assert all(result["proved"] for result in results), results
    for result in results:
        path = tmp_path / "out" / result["file"]
        assert path.parent == tmp_path / "out"
        assert cli.main(["check", str(path), "--profile", "core"]) == 0, capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "rows.jsonl"]


@pytest.mark.lean
@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", 2, "empty"),
        (b"\0\x01\x02", 2, "NUL"),
        (b"theorem a : 1 = 1 := rfl \xff\n", 2, "line 1: not UTF-8"),
        (b"def a := 1\n", 2, "no theorem"),
        (b"theorem a : 1 = 1 := by /- \n", 2, "line 1"),
        (b"theorem a : 1 = 2 := by decide\n", 1, "no: "),
        (b"theorem a : 1 = 2 := by sorry\n", 1, "sorry"),
        ("theorem «a b» : 1 = 1 := rfl\n".encode(), 0, "yes: "),
        (b"\xef\xbb\xbftheorem a : 1 = 1 := rfl\r\n", 0, "yes: "),
        (b"import NoSuchModule\ntheorem a : 1 = 1 := rfl\n", 2, "NoSuchModule"),
        (b"(" * 100_000 + b"\ntheorem a : 1 = 1 := rfl\n", 1, "no: "),
    ],
)
def test_check_on_broken_files(tmp_path: Path, content: bytes, code: int, said: str) -> None:
    path = tmp_path / "file.lean"
    path.write_bytes(content)
    done = prover(tmp_path, "check", "file.lean", "--profile", "core")
    assert done.returncode == code, done.stderr
    assert said in (done.stdout if code < 2 else done.stderr).decode()


@pytest.mark.lean
def test_check_reads_standard_input_and_prints_json(tmp_path: Path) -> None:
    done = prover(tmp_path, "check", "-", "--profile", "core", "--json", stdin=b"theorem a : 1 = 1 := rfl")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert (report["file"], report["status"]) == ("standard input", "proved")
    done = prover(tmp_path, "check", "-", "--profile", "core", "--json", stdin=b"")
    assert done.returncode == 2
    assert json.loads(done.stdout)["exit_code"] == 2


def test_paths_that_are_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = (".", "none.lean", "a\nb.lean", "\x1b[2Jx.lean")
    for arguments in [[*verb, name] for verb in (["check"], *VERBS) for name in names]:
        assert cli.main(arguments) == 2, arguments
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "\x1b" not in err
