"""The command line over a scripted checker: exit codes, one JSON value, no traceback, what is written where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from prover import cli
from prover.errors import MissingError
from prover.search import kinds as kinds_module
from prover.search.desk import Desk
from prover.search.kinds import Kind
from prover.search.strategies.hammer import HammerSettings
from prover.types import Spend, StopReason
from prover.verbs import engine
from prover.verbs.lean import Lean
from tests.fakes import FAILED, INFRA, PROVED, FakeChecker

ROOT = Path(__file__).parent.parent
Call = Callable[..., tuple[int, str, str]]


def lean(*names: str) -> str:
    return "import Mathlib\n\n" + "\n".join(f"theorem {name} : True := by sorry\n" for name in names)


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeChecker:
    """The checker of every verb: proves what is called `easy`, breaks down on `broken`, cannot read `unreadable`."""
    fake = FakeChecker(
        {"good": PROVED},
        statements={"unreadable": FAILED, "broken": INFRA},
    )

    async def propose(desk: Desk, settings: object) -> StopReason:
        desk.charge(Spend(samples=1, lean_cpu_s=0.5))
        await desk.submit("good" if "easy" in desk.statement.name else "bad", "hammer")
        return StopReason.EXHAUSTED

    monkeypatch.setattr(kinds_module, "KINDS", {"hammer": Kind(propose, HammerSettings)})
    monkeypatch.setattr("prover.verbs.judge.open_lean", lambda *_, **__: Lean(fake, "core"))  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path)
    return fake


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def only_json(out: str) -> Any:
    """The one JSON value on stdout, on one line of ASCII."""
    assert out.count("\n") == 1
    assert out.isascii()
    return json.loads(out)


# The call itself


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "required: VERB"),
        (["practise"], "invalid choice: 'practise'"),
        (["eval"], "NAME --data is required"),
        (["eval", "core", "--data", "x"], "not allowed with"),
        (["eval", "core", "--jobs", "0"], "--jobs: expected a whole number from 1"),
        (["eval", "core", "--limit", "x"], "--limit: expected a whole number from 1"),
        (["eval", "core", "--budget", "time=3"], "budget: expected NAME=VALUE"),
        (["eval", "core", "--budge", "wall=3"], "unrecognized arguments"),
        (["eval", "core", "--profile", "coq"], "invalid choice: 'coq'"),
        (["prove", "no/such/file.lean"], "no/such/file.lean"),
        (["eval", "no-such-benchmark"], "no-such-benchmark"),
    ],
)
def test_a_wrong_call_is_one_line_and_2(
    call: Call, checker: FakeChecker, arguments: list[str], complaint: str
) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert len(err.strip().splitlines()) == 1
    code, out, _ = call(*arguments, "--json")
    assert code == 2
    assert complaint in only_json(out)["error"]


def test_help_and_version(call: Call) -> None:
    assert call("--version")[0] == 0
    code, out, _ = call("--help")
    assert code == 0
    assert all(verb in out for verb in cli.VERBS)
    for verb in cli.VERBS:
        assert call(verb, "--help")[0] == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [(["--model", "gpt"], "uses no model"), (["--policy", "none"], "expected one of critic")],
)
def test_options_that_do_not_fit(
    call: Call, checker: FakeChecker, tmp_path: Path, options: list[str], complaint: str
) -> None:
    (tmp_path / "a.lean").write_text(lean("easy"))
    code, _, err = call("prove", "a.lean", *options)
    assert code == 2
    assert complaint in err
    assert not (tmp_path / "runs").exists()


def test_a_missing_lean_is_3_with_its_remedy(
    call: Call, checker: FakeChecker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(*_: object, **__: object) -> Lean:
        raise MissingError("no Lean here", "make mathlib")

    monkeypatch.setattr("prover.verbs.judge.open_lean", missing)
    (tmp_path / "a.lean").write_text(lean("easy"))
    code, out, err = call("eval", "--data", "a.lean", "--json")
    assert code == 3
    assert "make mathlib" in err
    assert only_json(out) == {"error": "no Lean here (mend it with: make mathlib)", "exit_code": 3}


def test_a_bug_is_one_line_and_a_file(
    call: Call, checker: FakeChecker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh no")

    monkeypatch.setattr(engine, "load_policy", bug)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "a.lean").write_text(lean("easy"))
    code, out, err = call("prove", "a.lean")
    assert (code, out) == (70, "")
    assert "an error in prover itself (ZeroDivisionError: oh no)" in err
    (log,) = tmp_path.glob("prover-error-*.log")
    assert "Traceback" in log.read_text()
    assert str(log) in err


# eval


def test_eval_ends_with_0_whatever_the_score(call: Call, checker: FakeChecker, tmp_path: Path) -> None:
    (tmp_path / "a.lean").write_text(lean("easy", "hard", "unreadable", "broken"))
    code, out, _ = call("eval", "--data", "a.lean", "--json", "--jobs", "2")
    assert code == 0
    summary = only_json(out)
    counts = {
        name: summary[name] for name in ("problems", "proved", "failed", "unsupported", "infra", "unfinished")
    }
    assert counts == {"problems": 4, "proved": 1, "failed": 1, "unsupported": 1, "infra": 1, "unfinished": 0}
    assert summary["supported"] == 2
    assert summary["pass@1"] == 0.5
    assert summary["toolchain"] == "fake Lean 4.35.0"
    assert (tmp_path / summary["run"] / "manifest.json").is_file()
    code, out, err = call("eval", "--data", "a.lean")
    assert code == 0
    assert "1 proved of 2 that `core` can read, of 4" in out
    assert "continuing" in err


def test_the_same_command_continues_and_a_changed_one_is_another_run(
    call: Call, checker: FakeChecker, tmp_path: Path
) -> None:
    (tmp_path / "a.lean").write_text(lean("easy", "hard"))
    first = only_json(call("eval", "--data", "a.lean", "--json")[1])
    asked = len(checker.calls)
    again = only_json(call("eval", "--data", "a.lean", "--json", "--jobs", "3")[1])
    assert again == first
    assert len(checker.calls) == asked
    other = only_json(call("eval", "--data", "a.lean", "--json", "--seed", "1")[1])
    assert other["run"] != first["run"]
    code, _, err = call("eval", "--data", "a.lean", "--out", first["run"], "--seed", "2")
    assert code == 2
    assert "seed: 0, now 2" in err
    (tmp_path / "a.lean").write_text(lean("easy", "hard", "more"))
    code, _, err = call("eval", "--data", "a.lean", "--out", first["run"])
    assert code == 2
    assert "sha256" in err


def test_the_run_s_budget_says_what_is_left(call: Call, checker: FakeChecker, tmp_path: Path) -> None:
    (tmp_path / "a.lean").write_text(lean("one", "two", "three"))
    code, out, err = call("eval", "--data", "a.lean", "--json", "--jobs", "1", "--run-budget", "samples=1")
    assert code == 0
    assert only_json(out)["unfinished"] == 2
    assert "(samples) is used up, 2 problems still open" in err
    code, out, _ = call("eval", "--data", "a.lean", "--json", "--jobs", "1")
    assert only_json(out)["unfinished"] == 0


def test_a_proved_canary_is_1_and_no_score(call: Call, checker: FakeChecker, tmp_path: Path) -> None:
    checker.rules["native_decide"] = PROVED
    (tmp_path / "a.lean").write_text(lean("easy"))
    code, out, err = call("eval", "--data", "a.lean", "--json")
    assert code == 1
    assert "nothing that this checker accepted may be believed" in only_json(out)["error"]
    assert "native_decide" in err


def test_core_instead_of_a_benchmark_that_needs_mathlib(
    call: Call, checker: FakeChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prover.verbs.eval.why_no_mathlib", lambda: "Mathlib is not compiled")
    code, out, err = call("eval", "minif2f", "--split", "test", "--else", "core", "--json", "--limit", "2")
    assert code == 0
    assert only_json(out)["benchmark"] == "core"
    assert "evaluating `core` on core instead of `minif2f`: this is no score on `minif2f`" in err


# prove


@pytest.mark.parametrize(
    ("name", "expected", "said"),
    [
        ("easy", 0, "1 proved of 1"),
        ("hard", 1, "hard: not proved"),
        ("unreadable", 2, "a.lean:3: unreadable: no"),
        ("broken", 3, "the worker died"),
    ],
)
def test_prove_answers_about_one_statement(
    call: Call, checker: FakeChecker, tmp_path: Path, *, name: str, expected: int, said: str
) -> None:
    (tmp_path / "a.lean").write_text(lean(name))
    code, out, err = call("prove", "a.lean")
    assert code == expected
    assert said in out + err
    code, out, _ = call("prove", "a.lean", "--json")
    assert code == expected
    (result,) = only_json(out)["results"]
    assert result["proved"] == (name == "easy")


def test_prove_over_many_ends_with_0_and_writes_the_proofs(
    call: Call, checker: FakeChecker, tmp_path: Path
) -> None:
    rows = [
        {"name": "easy one", "formal_statement": "theorem «easy one» : True := by sorry"},
        {"name": "../../easy", "formal_statement": "theorem easy2 : True := by sorry"},
        {"name": "hard", "formal_statement": "theorem hard : True := by sorry"},
    ]
    (tmp_path / "in.jsonl").write_text(
        "".join(json.dumps({"header": "import Mathlib\n", **row}) + "\n" for row in rows)
    )
    code, _, _ = call("prove", "in.jsonl", "--out", "out")
    assert code == 0
    results = [json.loads(line) for line in (tmp_path / "out/results.jsonl").read_text().splitlines()]
    assert [(result["id"], result["proved"]) for result in results] == [
        ("easy one", True),
        ("../../easy", True),
        ("hard", False),
    ]
    files = {path.name for path in (tmp_path / "out").glob("*.lean")}
    assert files == {result["file"] for result in results if result["proved"]}
    assert not list(tmp_path.parent.glob("easy*.lean"))
    text = (tmp_path / "out" / results[0]["file"]).read_text()
    assert "theorem «easy one» : True := by\n  good\n" in text
    assert "-- Problem: easy one, in.jsonl:1" in text


def test_a_second_prover_on_the_same_folder_is_refused(
    call: Call, checker: FakeChecker, tmp_path: Path
) -> None:
    from prover.run_folder import FolderLock

    (tmp_path / "a.lean").write_text(lean("easy"))
    (tmp_path / "out").mkdir()
    with FolderLock(tmp_path / "out"):
        code, _, err = call("prove", "a.lean", "--out", "out")
    assert code == 2
    assert f"process {os.getpid()}" in err
    assert call("prove", "a.lean", "--out", "out")[0] == 0


# Processes


def prover(
    *arguments: str, env: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [sys.executable, "-m", "prover", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **(env or {})},
        **options,
    )


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; time.sleep(0.3); from prover.cli import main; raise SystemExit(main())",
            "data",
            "list",
            "--json",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert err == b""


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = prover("prove", "none.lean", env={"PROVER_DEBUG": "1"}, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    quiet = prover("prove", "none.lean", cwd=tmp_path)
    assert (quiet.returncode, quiet.stdout) == (2, "")
    assert quiet.stderr.splitlines() == ["prover: none.lean: no such file or folder"]


def test_output_survives_an_ascii_terminal(tmp_path: Path) -> None:
    (tmp_path / "ℕ.txt").write_bytes(b"\xff")
    done = prover("check", "ℕ.txt", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 2
    assert "not UTF-8" in done.stderr
