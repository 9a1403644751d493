"""`prover watch`: runs that are done, at work, killed, damaged, or not there yet; the terminal; Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from prover import cli
from prover.config import Budget, RunConfig
from prover.report.live import DONE, KILLED, RUNNING, STOPPED, WAITING, Watch
from prover.store import Store
from prover.types import StopReason
from prover.verbs.watch import frame
from tests.report.conftest import HOSTILE, problem, trace

CONFIG = RunConfig("eval", "bench", "0" * 64, "core", "fake Lean", "malot", {}, Budget())
Call = Callable[..., tuple[int, str, str]]


def begin(folder: Path, problems: int = 10, done: int = 4) -> Store:
    store = Store.open(folder, CONFIG, [problem(number) for number in range(problems)])
    store.begin_session(2)
    for number in range(done):
        trace(store, problem(number), number % 2 == 0)
    return store


def text(watch: Watch, width: int = 100, rows: int = 10) -> str:
    console = Console(width=width, highlight=False, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    console.print(frame(watch.look(), rows))
    return console.export_text()


def test_a_run_at_work_has_a_speed_and_an_end(tmp_path: Path) -> None:
    store = begin(tmp_path / "run")
    later = datetime.now(UTC) + timedelta(seconds=120)
    state = Watch(tmp_path / "run").look(2, later)
    assert (state.work, state.total, state.done, state.proved) == (RUNNING, 10, 4, 2)
    assert state.endings == {StopReason.PROVED: 2, StopReason.EXHAUSTED: 2}
    assert state.per_minute == pytest.approx(2, rel=0.05)
    assert state.left_s == pytest.approx(180, rel=0.05)
    assert [ended.problem_id for ended in state.latest] == ["p3", "p2"]
    assert (state.spend.samples, state.spend.checks) == (4, 4)
    store.close()


def test_killed_stopped_and_done_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    store, watch = begin(folder), Watch(folder)
    assert watch.look().work == RUNNING
    store.close()  # the lock is gone, as with the process
    assert watch.look().work == KILLED
    store = begin(folder, done=0)
    store.update_session(60.0, "interrupted", 32)
    store.close()
    state = watch.look()
    assert (state.work, state.why, state.canaries, state.sessions) == (STOPPED, "interrupted", 32, 2)
    store = begin(folder, done=0)
    for number in range(4, 10):
        trace(store, problem(number), won=True)
    store.update_session(60.0, "done", 32)
    store.close()
    state = watch.look()
    # The six of this session, though all three sessions may have begun within one second.
    assert (state.work, state.done, state.per_minute, state.left_s) == (DONE, 10, 6.0, None)
    watch.close()


def test_a_run_that_begins_later_is_found(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "run")
    assert watch.look().work == WAITING
    assert "no run in this folder yet" in text(watch)
    store = begin(tmp_path / "run", done=1)
    assert watch.look().done == 1
    store.close()
    watch.close()


def test_watching_writes_nothing_and_takes_no_lock(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    begin(folder).close()
    watch = Watch(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".db-shm"}
    watch.look()
    begin(folder, done=0).close()
    watch.close()
    assert (folder / "manifest.json").read_bytes() == before["manifest.json"]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_every_width_has_a_frame(tmp_path: Path, width: int) -> None:
    store = Store.open(tmp_path / "run", CONFIG, [problem(0), problem(1)])
    store.begin_session(2)
    trace(store, problem(0), won=False, text=HOSTILE)
    shown = text(Watch(tmp_path / "run"), width)
    assert max(len(line) for line in shown.splitlines()) <= width
    assert "p0" in shown
    store.close()


def test_hostile_names_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    item = problem(0)
    odd = type(item)("\x1b]0;\x07[b]\u202e", statement=item.statement)
    store = Store.open(tmp_path / "run", CONFIG, [odd])
    store.begin_session(1)
    trace(store, odd, won=False)
    store.close()
    assert cli.main(["watch", str(tmp_path / "run"), "--once"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\u202e" not in out
    assert "[b]" in out


def test_json_is_one_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(tmp_path / "run").close()
    assert cli.main(["watch", str(tmp_path / "run"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["work"], said["done"], said["proved"], said["endings"]["exhausted"]) == ("killed", 4, 2, 2)


def test_wrong_calls_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for arguments in ([str(file)], [str(tmp_path / "no" / "where")], [str(tmp_path), "--every", "0"]):
        assert cli.main(["watch", *arguments, "--once"]) == 2
    (tmp_path / "manifest.json").write_text("{")
    (tmp_path / "run.db").write_text("")
    assert cli.main(["watch", str(tmp_path), "--once"]) == 2
    assert "damaged" in capsys.readouterr().err


def test_on_a_terminal_it_goes_on_until_ctrl_c(tmp_path: Path) -> None:
    store = begin(tmp_path / "run")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "prover", "watch", str(tmp_path / "run"), "--every", "0.2"],
        stdin=slave, stdout=slave, stderr=slave, cwd=Path(__file__).parents[2], env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(slave)
    os.set_blocking(master, False)
    try:
        assert "4 of 10 done" in _until(master, "4 of 10 done")
        trace(store, problem(4), won=True)
        assert "5 of 10 done" in _until(master, "5 of 10 done")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(master)
        store.close()


def _until(master: int, wanted: str, seconds: float = 30) -> str:
    seen, end = "", time.monotonic() + seconds
    while wanted not in seen and time.monotonic() < end:
        try:
            seen += os.read(master, 65536).decode("utf-8", "replace")
        except BlockingIOError:
            time.sleep(0.05)
    return seen
