"""The run store: what is kept, what a kill leaves, who may write, what a damaged folder says."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from prover.config import Budget, RunConfig
from prover.errors import InputError
from prover.run_folder import FolderLock, read_manifest, write_atomically
from prover.store import Store
from prover.types import (
    Attempt,
    Call,
    Completion,
    Diagnostic,
    Header,
    Problem,
    Spend,
    Statement,
    Status,
    StopReason,
    Tier,
    Trace,
    Verdict,
)

STATEMENT = Statement("a", ": 1 = 1")
PROBLEMS = [Problem(id=name, statement=STATEMENT) for name in ("one", "two «x» ℕ", "three")]


def config(**changes: object) -> RunConfig:
    values: dict[str, object] = {
        "verb": "eval",
        "benchmark": "b",
        "sha256": "0" * 64,
        "profile": "core",
        "toolchain": "fake",
        "policy": "hammer",
        "policy_settings": {"kind": "hammer"},
        "budget": Budget(wall_s=5),
    }
    return RunConfig(**{**values, **changes})  # type: ignore[arg-type]


def attempt(name: str, parent: str | None = None) -> Attempt:
    return Attempt(name, STATEMENT, "by rfl", "hammer", parent)


def finished(problem: Problem, reason: StopReason, spend: Spend | None = None) -> Trace:
    return Trace(problem, (), reason, spend or Spend(), "hash", "why")


def test_steps_and_traces_come_back(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "run", config(), PROBLEMS, {"command": "x"})
    first = (attempt("1"), Verdict(Status.ELABORATION_ERROR, detail="no"))
    second = (attempt("2", parent="1"), Verdict(Status.PROVED, Tier.AUDITED, axioms=("propext",)))
    store.record("one", *first, Spend(checks=1, lean_cpu_s=0.5))
    store.record("one", *second, Spend(checks=2, lean_cpu_s=1.5))
    store.finish(
        finished(PROBLEMS[0], StopReason.PROVED, Spend(samples=1, checks=3, lean_cpu_s=2.0, wall_s=4.0))
    )
    store.finish(finished(PROBLEMS[1], StopReason.EXHAUSTED, Spend(checks=7)))
    store.close()
    store = Store.open(tmp_path / "run", config(), PROBLEMS)
    assert store.problems() == PROBLEMS
    assert store.open_problems() == [PROBLEMS[2]]
    traces = list(store.traces())
    assert traces[0].steps == (first, second)
    assert traces[0].proof == second
    assert traces[0].spend == Spend(samples=1, checks=3, lean_cpu_s=2.0, wall_s=4.0)
    assert (traces[1].stop_reason, traces[1].detail) == (StopReason.EXHAUSTED, "why")
    assert store.spent().checks == 10
    assert store.config == config()
    store.close()


PROMPTS: list[str | tuple[tuple[str, str], ...]] = [
    "go on",
    (("system", "Lean."), ("user", "prove it")),
    (("system", "Lean."),),
    (("system", ""), ("user", "\ud800")),
    (("user", "prove it"), ("assistant", "by ")),
]


@pytest.mark.parametrize("prompt", PROMPTS, ids=str)
@pytest.mark.parametrize("seed", [{}, {"seed": 0}, {"seed": 2.5}, {"seed": True}], ids=str)
def test_calls_and_what_was_taken_from_them_come_back(
    prompt: str | tuple[tuple[str, str], ...], seed: dict[str, object], tmp_path: Path
) -> None:
    """Whatever is kept only once for many: settings, system messages, statements, answers."""
    store = Store.open(tmp_path, config(), PROBLEMS)
    answers = (
        Completion("a", model="m", sampling={"top_k": 1}, seed=7, tokens_in=3),
        Completion("b", model="other", sampling={"top_k": 2}, reasoning="hm", finish_reason="length"),
    )
    sampling = {"n": 2, "temperature": 0.5, **seed}
    calls = [
        Call(name, "writer", name, prompt, sampling, answers, "family/writer@1", Spend(samples=2))
        for name in ("c0", "c1")
    ]
    calls.append(Call("c2", "goals", "", "", {}, ()))
    for call in calls:
        store.remember("one", call)
    other = Statement("b", ': "statement" = 1', Header(("Lean",), "open Nat"))
    steps = []
    for number, statement in enumerate([STATEMENT, other, STATEMENT]):
        tried = Attempt(
            *(str(number), statement, "\ud800", "writer", None, answers[number % 2], "family/writer@1")
        )
        said = Diagnostic("error", "no", 1, 2, 3, 4)
        verdict = Verdict(
            *(Status.TIMEOUT, Tier.ELABORATED, "late", (said,), ("propext",), 1.5, 2.5, "lean", "fast", True)
        )
        store.record("one", tried, verdict, Spend(), ("c1", number % 2))
        steps.append((tried, verdict))
    alone = (Attempt("3", other, "p", "tool", "0", Completion("kept here")), Verdict(Status.NO_CODE))
    store.record("one", *alone, Spend())
    assert list(store.calls("one")) == calls
    assert [store.recall(call.id) for call in calls] == calls
    assert store.steps("one") == (*steps, alone)
    assert list(store.calls("three")) == []
    with pytest.raises(sqlite3.IntegrityError):
        store.record("one", attempt("4"), Verdict(Status.NO_CODE), Spend(), ("no such call", 0))
    with pytest.raises(sqlite3.IntegrityError):
        store.remember("one", calls[0])
    with pytest.raises(sqlite3.IntegrityError):
        store.remember("no such problem", dataclasses.replace(calls[0], id="c9"))
    assert store.spent() == Spend(samples=4)
    store.close()


def test_an_attempt_takes_little_room_beyond_its_texts(tmp_path: Path) -> None:
    """At one attempt a problem, which is where the problem's own rows weigh the most."""
    problems = [Problem(f"p{i}", statement=Statement(f"t{i}", f": {i} = {i}")) for i in range(400)]
    store = Store.open(tmp_path, config(), problems)
    for problem in problems:
        assert problem.statement is not None
        settings = {"max_tokens": 16384, "n": 1, "seed": 5, "temperature": 0.8, "top_p": 0.95}
        answer = Completion("x", "", "stop", 100, 20, "openai:a/long/name@digest", settings, 5)
        prompt = (("system", "Lean." * 50), ("user", f"prove {problem.id}"))
        store.remember(
            problem.id, Call(f"{problem.id:0>24}", "writer", "batch0", prompt, settings, (answer,))
        )
        tried = Attempt(
            f"{problem.id:0>24}", problem.statement, "by omega", "writer", None, answer, "f/w@12345678"
        )
        verdict = Verdict(
            Status.ELABORATION_ERROR, toolchain="lean 4.0, core 0123456789abcdef", checker="fast 1"
        )
        store.record(problem.id, tried, verdict, Spend(checks=1, lean_cpu_s=0.25), (f"{problem.id:0>24}", 0))
        store.finish(Trace(problem, (), StopReason.EXHAUSTED, Spend(checks=2, wall_s=1.25)))
    store.close()
    assert (tmp_path / "run.db").stat().st_size / len(problems) < 1000


def test_nothing_is_stored_twice(tmp_path: Path) -> None:
    store = Store.open(tmp_path, config(), PROBLEMS)
    verdict = Verdict(Status.ELABORATION_ERROR)
    store.record("one", attempt("1"), verdict, Spend(checks=1))
    with pytest.raises(sqlite3.IntegrityError):
        store.record("one", attempt("1"), verdict, Spend(checks=1))
    store.finish(finished(PROBLEMS[0], StopReason.EXHAUSTED))
    with pytest.raises(sqlite3.IntegrityError):
        store.finish(finished(PROBLEMS[0], StopReason.PROVED))
    with pytest.raises(sqlite3.IntegrityError):
        store.record("no such problem", attempt("9"), verdict, Spend())
    with pytest.raises(sqlite3.IntegrityError):
        store.record("one", attempt("8", parent="no such attempt"), verdict, Spend())
    assert len(store.steps("one")) == 1
    assert store.spent() == Spend(checks=1)
    store.close()


def test_a_breakdown_is_open_again_and_its_verdict_replaced(tmp_path: Path) -> None:
    store = Store.open(tmp_path, config(), PROBLEMS)
    store.record("one", attempt("1"), Verdict(Status.INFRA), Spend(checks=3))
    store.finish(finished(PROBLEMS[0], StopReason.INFRA, Spend(checks=3)))
    assert store.open_problems() == PROBLEMS
    store.record("one", attempt("1"), Verdict(Status.PROVED, Tier.AUDITED), Spend(checks=2))
    store.finish(finished(PROBLEMS[0], StopReason.PROVED, Spend(checks=5)))
    assert [verdict.status for _, verdict in store.steps("one")] == [Status.PROVED]
    assert store.spent("one").checks == 5
    assert store.open_problems() == PROBLEMS[1:]
    store.close()


def test_a_second_process_is_refused_and_a_stale_lock_is_not(tmp_path: Path) -> None:
    store = Store.open(tmp_path, config(), PROBLEMS)
    with pytest.raises(InputError, match=f"another run is at work here .process {os.getpid()} on"):
        Store.open(tmp_path, config(), PROBLEMS)
    assert Store.read(tmp_path).problems() == PROBLEMS, "looking is allowed meanwhile"
    store.close()
    assert (tmp_path / "run.lock").exists()
    Store.open(tmp_path, config(), PROBLEMS).close()


def test_the_lock_of_a_killed_process_is_stale(tmp_path: Path) -> None:
    code = f"""
        import sys, time
        from pathlib import Path
        from prover.run_folder import FolderLock
        lock = FolderLock(Path({str(tmp_path)!r}))
        print("locked", flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "locked"
    with pytest.raises(InputError, match=f"process {process.pid} on"):
        FolderLock(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    FolderLock(tmp_path).close()


def test_another_configuration_is_refused_with_what_differs(tmp_path: Path) -> None:
    Store.open(tmp_path, config(), PROBLEMS).close()
    with pytest.raises(InputError) as error:
        Store.open(tmp_path, config(budget=Budget(wall_s=6), seed=3), PROBLEMS)
    assert "budget.wall_s: 5.0, now 6" in str(error.value)
    assert "seed: 0, now 3" in str(error.value)
    assert "choose another --out" in str(error.value)
    Store.open(tmp_path, config(jobs=9), PROBLEMS).close()


def test_other_problems_are_refused(tmp_path: Path) -> None:
    Store.open(tmp_path, config(), PROBLEMS).close()
    with pytest.raises(InputError, match="other problems"):
        Store.open(tmp_path, config(), PROBLEMS[:2])


def test_manifest_tells_what_a_run_was(tmp_path: Path) -> None:
    Store.open(tmp_path, config(), PROBLEMS, {"command": "prover eval b", "benchmark": {"copy": "c"}}).close()
    manifest = read_manifest(tmp_path)
    assert manifest["config"]["toolchain"] == "fake"
    assert manifest["config_hash"] == config().hash
    assert manifest["command"] == "prover eval b"
    assert manifest["benchmark"] == {"copy": "c"}
    assert {"created", "git", "machine", "format"} <= set(manifest)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 9, "config": {}}', '"\ufffd"'])
def test_a_damaged_manifest_is_one_clear_error(tmp_path: Path, content: str) -> None:
    Store.open(tmp_path, config(), PROBLEMS).close()
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json"):
        Store.open(tmp_path, config(), PROBLEMS)


def damage_start(data: bytes) -> bytes:
    return b"this is not a database at all" + data[29:]


def damage_middle(data: bytes) -> bytes:
    return data[:4096] + b"\xff" * 8192 + data[4096 + 8192 :]


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize("damage", [damage_start, damage_middle, cut])
def test_a_damaged_database_is_one_clear_error(tmp_path: Path, damage: object) -> None:
    store = Store.open(tmp_path, config(), PROBLEMS)
    for number in range(50):
        store.record(
            "one", attempt(str(number)), Verdict(Status.ELABORATION_ERROR, detail="x" * 500), Spend()
        )
    store.close()
    path = tmp_path / "run.db"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(InputError, match=r"run\.db: damaged"):
        Store.open(tmp_path, config(), PROBLEMS)
    # The failed call gave the lock back.
    with FolderLock(tmp_path):
        pass


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "run.db") as database:
        database.execute("CREATE TABLE x (y)")
    with pytest.raises(InputError, match="not a run's database"):
        Store.open(tmp_path, config(), PROBLEMS)


def test_reading_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a run folder"):
        Store.read(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be used as a run folder"):
        Store.open(tmp_path / "file", config(), PROBLEMS)


def test_write_atomically_leaves_no_other_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", "one\n")
    write_atomically(tmp_path / "a", "two \ud800\n")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "two \\ud800\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_writer_killed_at_random_moments_loses_only_what_was_in_flight(tmp_path: Path) -> None:
    """The child says what it has stored only after the call returned; all of that must be there afterwards."""
    code = """
        import sys
        from pathlib import Path
        from tests.test_store import PROBLEMS, STATEMENT, config
        from prover.store import Store
        from prover.types import Attempt, Spend, Status, Verdict
        store = Store.open(Path(sys.argv[1]), config(), PROBLEMS)
        for number in range(int(sys.argv[2]), 10**6):
            attempt = Attempt(str(number), STATEMENT, "p" * 2000, "hammer")
            store.record("one", attempt, Verdict(Status.ELABORATION_ERROR), Spend(checks=1))
            print(number, flush=True)
    """
    root = Path(__file__).parent.parent
    stored = 0
    for lines_before_kill in (1, 7, 40, 3):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "run"), str(stored)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        assert process.stdout is not None
        for _ in range(lines_before_kill):
            said = int(process.stdout.readline())
        process.kill()
        rest = process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        # The last line may be cut in two by the kill.
        said = max([said, *(int(line) for line in rest[:-1])])
        store = Store.open(tmp_path / "run", config(), PROBLEMS)
        steps = store.steps("one")
        assert [attempt.id for attempt, _ in steps] == [str(number) for number in range(len(steps))]
        assert len(steps) >= said + 1
        assert store.spent("one").checks == len(steps)
        stored = len(steps)
        store.close()


def test_the_manifest_is_json_for_other_programs(tmp_path: Path) -> None:
    Store.open(tmp_path, config(benchmark="ℕ \ud800"), PROBLEMS).close()
    assert (
        json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["config"]["policy"] == "hammer"
    )
    Store.open(tmp_path, config(benchmark="ℕ \ud800"), PROBLEMS).close()


@dataclasses.dataclass(frozen=True)
class Weighed:
    grams: int
    note: str = ""


def test_a_stage_keeps_one_result_of_each_key(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "run", config(), PROBLEMS)
    store.keep("weigh", "two «x» ℕ", Weighed(2))
    store.keep("weigh", "one", Weighed(1, "light"))
    store.keep("count", "one", Weighed(7))
    with pytest.raises(sqlite3.IntegrityError):
        store.keep("weigh", "one", Weighed(3))
    store.close()
    again = Store.read(tmp_path / "run")
    assert again.results("weigh", Weighed) == {"one": Weighed(1, "light"), "two «x» ℕ": Weighed(2)}
    assert again.results("none", Weighed) == {}
    again.close()


def test_only_a_run_that_grows_takes_more_problems(tmp_path: Path) -> None:
    more = [Problem(id="four", statement=STATEMENT), *PROBLEMS]
    Store.open(tmp_path / "run", config(), PROBLEMS).close()
    with pytest.raises(InputError, match="other problems"):
        Store.open(tmp_path / "run", config(), more)
    store = Store.open(tmp_path / "run", config(), more, grows=True)
    assert [problem.id for problem in store.problems()] == [*(p.id for p in PROBLEMS), "four"]
    store.finish(finished(more[0], StopReason.EXHAUSTED))
    store.close()
    store = Store.open(tmp_path / "run", config(), PROBLEMS[:1], grows=True)
    assert store.size() == 4
    assert store.endings() == {"four": StopReason.EXHAUSTED}
    store.close()
