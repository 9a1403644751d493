"""`prover formalize` as its user sees it: the demonstration, files that other verbs read, one clear error, `kill -9`."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover import cli
from prover.formalize.result import Formalization
from prover.formalize.run import STAGE
from prover.paths import bundled
from prover.problems import load_problems
from prover.store import Store

ROOT = Path(__file__).parent.parent.parent
WORDS, SCRIPT = bundled("data", "formalize", "words.jsonl"), bundled("data", "formalize", "script.jsonl")
KILLS = int(os.environ.get("PROVER_TEST_KILLS", "8"))


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the bundled words, formalized by the bundled script."""
    folder = tmp_path_factory.mktemp("demonstration") / "run"
    assert cli.main(demonstrate(folder)) == 0
    return folder


def demonstrate(folder: Path) -> list[str]:
    model = f"scripted:{SCRIPT}"
    return [
        "formalize",
        str(WORDS),
        "--model",
        model,
        "--effort",
        "0.4",
        "--profile",
        "core",
        "--out",
        str(folder),
    ]


def rows(path: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row.get("id", row.get("name")): row for row in found}


def statuses(row: Mapping[str, Any], candidate: str) -> dict[str, str]:
    (one,) = (one for one in row["candidates"] if one["id"] == candidate)
    return {result["name"]: result["status"] for result in one["filters"]}


@pytest.mark.lean
@pytest.mark.slow
def test_the_demonstration_drops_what_is_wrong_and_keeps_what_is_right(demonstration: Path) -> None:
    found = rows(demonstration / "results.jsonl")
    assert {name: (row["ending"], row["chosen"]) for name, row in found.items()} == {
        "even_product": ("chosen", "draft0"),
        "remainder_of_power": ("chosen", "draft0"),
        "only_solution": ("chosen", "draft0"),
        "square_bound": ("chosen", "draft0.fix1"),
        "difference_of_squares": ("chosen", "draft1"),
        "sum_of_odds": ("chosen", "draft0"),
        "small_multiple": ("chosen", "draft0.fix1"),
        "wrong_claim": ("rejected", ""),
    }
    assert statuses(found["even_product"], "draft3")["false"] == "rejected"
    assert statuses(found["only_solution"], "draft2")["vacuous"] == "rejected"
    assert statuses(found["only_solution"], "draft3")["faithful"] == "rejected"
    assert statuses(found["small_multiple"], "draft0")["proposition"] == "rejected"
    assert statuses(found["small_multiple"], "draft3")["read"] == "rejected"
    assert statuses(found["difference_of_squares"], "draft0")["linter"] == "flagged"
    assert statuses(found["square_bound"], "draft0")["elaborates"] == "rejected"
    assert "n = 40 is a counterexample" in found["wrong_claim"]["detail"]
    for row in found.values():
        for one in row["candidates"]:
            assert all(
                filtered["evidence"]
                for filtered in one["filters"]
                if filtered["name"] in ("vacuous", "false") and filtered["status"] == "rejected"
            )
            assert one["call"]


@pytest.mark.lean
@pytest.mark.slow
def test_other_verbs_read_what_it_writes(
    demonstration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows_path, lean_path = demonstration / "statements.jsonl", demonstration / "statements.lean"
    from_rows, from_lean = load_problems(rows_path), load_problems(lean_path)
    assert not from_rows.refused
    assert not from_lean.refused
    assert [p.statement for p in from_rows.problems] == [p.statement for p in from_lean.problems]
    assert from_rows.problems[0].informal_statement.startswith("Show that the product")
    assert cli.main(["lint", str(rows_path), "--profile", "core", "--effort", "0", "--json"]) == 0
    assert {json.loads(line)["status"] for line in capsys.readouterr().out.splitlines()} == {"ok"}
    call = [
        "prove",
        str(lean_path),
        "--profile",
        "core",
        "--budget",
        "lean_cpu=4s",
        "--out",
        str(tmp_path / "p"),
        "--json",
    ]
    assert cli.main(call) == 0
    assert sum(row["proved"] for row in json.loads(capsys.readouterr().out)["results"]) >= 5


@pytest.mark.lean
@pytest.mark.slow
def test_again_is_done_at_once_and_says_the_same(
    demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (demonstration / "results.jsonl").read_bytes()
    call = demonstrate(demonstration)
    assert cli.main([*call, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["problems"], said["endings"]) == (8, {"chosen": 7, "rejected": 1})
    assert said["rejected_by"].keys() == {"read", "elaborates", "proposition", "vacuous", "false", "faithful"}
    assert (demonstration / "results.jsonl").read_bytes() == before
    assert cli.main([*call, "--samples", "3"]) == 2
    assert "another configuration (policy_settings.samples: 4, now 3)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{words}"], "expected one, e.g."),
        (["{words}", "--model", "scripted:{script}", "--samples", "0"], "expected a whole number from 1"),
        (["{words}", "--model", "scripted:{script}", "--effort", "nan"], "expected a number from 0"),
        (["{words}", "--model", "writer=scripted:{script}"], "not as writer"),
        (["{words}", "--model", "judge=scripted:{script}"], "formalizer"),
        (["{words}", "--model", "scripted:{script}", "--examples", "{words}"], "no example"),
        (["{words}", "--model", "scripted:{script}", "--header", "{words}"], "expected a header"),
        (["{none}", "--model", "scripted:{script}"], "none.jsonl"),
        (["{bare}", "--model", "scripted:{script}"], "no problem in words"),
    ],
)
def test_a_wrong_call_gets_one_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    bare = tmp_path / "bare.lean"
    bare.write_text("import Mathlib\ntheorem a : 1 = 1 := by sorry\n")
    places = {"words": WORDS, "script": SCRIPT, "none": tmp_path / "none.jsonl", "bare": bare}
    call = [argument.format(**places) for argument in arguments]
    assert cli.main(["formalize", *call, "--profile", "core", "--out", str(tmp_path / "run")]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


@pytest.mark.lean
def test_a_single_problem_that_fails_is_a_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words, script = tmp_path / "w.jsonl", tmp_path / "s.jsonl"
    words.write_text(json.dumps({"id": "a b", "problem": "Words."}) + "\n")
    script.write_text(json.dumps({"answers": ["I do not know."]}) + "\n")
    call = [
        "formalize",
        str(words),
        "--model",
        f"scripted:{script}",
        "--profile",
        "core",
        "--out",
        str(tmp_path / "r"),
    ]
    assert cli.main([*call, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["results"][0]["ending"] == "no_candidate"
    assert (tmp_path / "r" / "statements.jsonl").read_text() == ""


@pytest.mark.lean
def test_words_from_markdown_and_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, script = tmp_path / "w.md", tmp_path / "s.jsonl"
    words.write_text(
        "# Problem sum\nWhat is $1 + 1$?\n## Answer\n2\n# Problem empty\n# Problem sum\nAgain.\n"
    )
    answers = ["```lean4\ntheorem x : 1 + 1 = 2 := by sorry\n```"]
    script.write_text(json.dumps({"contains": "Answer: 2", "answers": answers}) + "\n")
    common = ["--model", f"scripted:{script}", "--profile", "core", "--votes", "0", "--effort", "0", "--json"]
    assert cli.main(["formalize", str(words), *common, "--out", str(tmp_path / "m")]) == 0
    out, err = capsys.readouterr()
    (row,) = json.loads(out)["results"]
    assert (row["id"], row["formal_statement"]) == ("sum", "theorem sum : 1 + 1 = 2 := by\n  sorry")
    assert f"{words}:5: " in err
    assert f"{words}:6: the id 'sum' stands there twice" in err
    text = ["--text", "What is $1 + 1$?", "--answer", "2"]
    assert cli.main(["formalize", *text, *common, "--out", str(tmp_path / "t")]) == 0
    (row,) = json.loads(capsys.readouterr().out)["results"]
    assert {one["name"]: one["status"] for one in row["candidates"][0]["filters"]}["answer"] == "passed"


# Killed at any moment.


def write_input(folder: Path) -> None:
    words, rules = [], []
    for index in range(6):
        name = f"bound_{index}"
        words.append(
            {"name": name, "problem": f"Show that $n \\le n^{index + 2}$ for every positive integer $n$."}
        )

        def fence(signature: str, name: str = name) -> str:
            return f"```lean4\ntheorem {name} {signature} := by\n  sorry\n```"

        good = fence(f"(n : ℕ) (h : 0 < n) : n ≤ n ^ {index + 2}")
        drafts = [
            fence(f"(n : NN) : n ≤ n ^ {index + 2}"),
            good,
            "I do not know.",
            fence(f"(m : ℕ) (h : m > 0) : m ≤ m ^ {index + 2}"),
        ]
        rules.append({"statement": name, "last": "Translate", "answers": drafts, "draw": "seed"})
        rules.append({"statement": name, "last": "Correct it", "answers": [good, "No."], "draw": "seed"})
    fine = json.dumps(
        {
            name: {"met": True, "reason": "so"}
            for name in ("hypotheses", "nothing_added", "conclusion", "domains", "quantifiers", "answer")
        }
    )
    rules.append({"contains": "criterion by criterion", "answers": [fine, "Well."], "draw": "seed"})
    rules.append({"answers": ["In words."], "draw": "seed"})
    for file, lines in (("words.jsonl", words), ("script.jsonl", rules)):
        (folder / file).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def start(folder: Path, out: str) -> subprocess.Popen[bytes]:
    """The command. What it says goes to `OUT.err`: nobody reads a pipe while it is watched, and a full one would hold it
    up for ever."""
    command = [sys.executable, "-m", "prover", "formalize", "words.jsonl", "--profile", "core", "--out", out]
    command += [
        "--model",
        "scripted:script.jsonl,latency_s=0.05",
        "--effort",
        "0",
        "--inflight",
        "3",
        "--jobs",
        "2",
    ]
    with (folder / f"{out}.err").open("wb") as said:
        return subprocess.Popen(
            [*command, "--json"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )


def kept(folder: Path) -> int:
    """Calls and results in the store, whatever state it is in."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"file:{folder / 'run.db'}?mode=ro", uri=True)) as database,
    ):
        query = "SELECT (SELECT count(*) FROM results) + (SELECT count(*) FROM calls)"
        return int(database.execute(query).fetchone()[0])
    return 0


def outcome(folder: Path) -> tuple[Any, Any]:
    """What was found, and every call, but for the time that it took."""
    store = Store.read(folder)
    try:
        found = store.results(STAGE, Formalization)
        calls = [call.id for problem in store.problems() for call in store.calls(problem.id)]
        results = {
            name: (one.ending, one.chosen, one.candidates, one.clusters) for name, one in found.items()
        }
        return results, sorted(calls)
    finally:
        store.close()


@pytest.mark.lean
@pytest.mark.slow
def test_a_run_that_is_killed_comes_to_what_an_undisturbed_one_does(tmp_path: Path) -> None:
    write_input(tmp_path)
    whole = start(tmp_path, "whole")
    assert whole.wait(timeout=600) == 0, (tmp_path / "whole.err").read_text()
    expected = outcome(tmp_path / "whole")
    assert len(expected[0]) == 6
    moments = random.Random(int(os.environ.get("PROVER_TEST_SEED", "1")))
    hits = run = 0
    while hits < KILLS:
        run += 1
        folder = tmp_path / f"run{run}"
        while True:
            known = kept(folder)
            process = start(tmp_path, folder.name)
            while process.poll() is None and hits < KILLS and kept(folder) == known:
                time.sleep(0.02)
            if hits >= KILLS:
                process.wait(timeout=600)
            else:
                time.sleep(moments.uniform(0.0, 0.3))
            if process.poll() is not None:
                assert process.returncode == 0, (tmp_path / f"{folder.name}.err").read_text()
                break
            children = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGKILL)
            process.wait()
            psutil.wait_procs(children, timeout=20)
            hits += 1
        assert outcome(folder) == expected, f"run {run}, after {hits} kills"


@pytest.mark.lean
def test_ctrl_c_says_how_to_continue(tmp_path: Path) -> None:
    write_input(tmp_path)
    process = start(tmp_path, "run")
    while process.poll() is None and kept(tmp_path / "run") < 3:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=120) in (0, 130)
    err = (tmp_path / "run.err").read_text()
    assert "Traceback" not in err
    if process.returncode == 130:
        assert "continue with: prover formalize words.jsonl" in err
