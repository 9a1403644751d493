"""The adapter for the Lean REPL, over a REPL that misbehaves on purpose: no false yes, and the next check is unaffected."""

from __future__ import annotations

import json
import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from prover.errors import InputError, MissingError
from prover.lean.interact import interact_start, read_answer, repl_start
from prover.lean.messages import GarbledOutputError
from prover.lean.pooled import PooledChecker
from prover.lean.protocol import Limits
from prover.lean.sandbox import Level
from prover.lean.toolchain import Profile, Toolchain
from prover.types import Statement, Status

LESS = Statement("less", "(a b : ℕ) (h : a < b) : a ≤ b")
LIMITS = Limits(wall_s=0.5, memory_mb=300, output_bytes=10_000)


class FakeRepl:
    """Answers as the REPL does; `fake:MODE` in a text says how it fails."""

    opened = 0

    def __init__(self, memory_mb: int) -> None:
        FakeRepl.opened += 1
        self.memory = 100.0
        self.dead = threading.Event()

    def run_dict(self, request: dict[str, Any], *, timeout: float | None) -> dict[str, Any]:
        text = request["cmd"]
        if "import" in text:
            return {"env": 0}
        assert request["env"] == 0
        mode = re.search(r"fake:([\w-]+)", text)
        last = text.count("\n")
        name = text.split()[-1]
        place = {"line": last, "column": 0}
        found = f"'{name}' does not depend on any axioms"
        match mode.group(1) if mode else "":
            case "hang":
                self.dead.wait(timeout)
                raise TimeoutError("the REPL did not answer")
            case "bomb":
                self.memory = 400.0
                self.dead.wait(timeout)
                raise ConnectionAbortedError("killed")
            case "crash":
                raise ConnectionAbortedError("the REPL ended")
            case "garbage":
                raise json.JSONDecodeError("not JSON", "x", 0)
            case "refused":
                return {"message": "Unknown environment."}
            case "odd":
                return {"env": 1, "messages": [{"severity": "info", "data": 1, "pos": place}]}
            case "flood":
                return {"env": 1, "messages": [{"severity": "info", "data": "x" * 20_000, "pos": place}]}
            case "silent":
                return {"env": 1}
            case "forged-name":
                found = "'prover_answer_0000000000000000' does not depend on any axioms"
            case "wrong":
                row = {"severity": "error", "data": "no", "pos": {"line": 3, "column": 2}, "endPos": None}
                return {"env": 1, "messages": [row]}
        return {"env": 1, "messages": [{"severity": "info", "data": found, "pos": place, "endPos": place}]}

    def get_memory_usage(self) -> float:
        return self.memory

    def kill(self) -> None:
        self.dead.set()


@pytest.mark.parametrize(
    ("mode", "status", "fresh"),
    [
        ("none", Status.PROVED, 0),
        ("wrong", Status.ELABORATION_ERROR, 0),
        ("hang", Status.TIMEOUT, 0),
        ("bomb", Status.OUT_OF_MEMORY, 0),
        ("flood", Status.OUT_OF_MEMORY, 0),
        ("silent", Status.WRONG_STATEMENT, 0),
        ("forged-name", Status.BAD_AXIOM, 0),
        ("crash", Status.PROVED, 1),
        ("garbage", Status.PROVED, 1),
        ("refused", Status.PROVED, 1),
        ("odd", Status.PROVED, 1),
    ],
)
async def test_a_repl_that_misbehaves(tmp_path: Path, mode: str, status: Status, fresh: int) -> None:
    script = Path(__file__).with_name("fake_worker.py")
    argv = (sys.executable, "-I", "-S", str(script), str(tmp_path))
    toolchain = Toolchain(Profile.LEAN, "4.99.0", "fake", argv, {}, limits=LIMITS, sandbox=Level.RLIMITS)
    before = FakeRepl.opened
    checker = PooledChecker(toolchain, 1, LIMITS, start=repl_start(FakeRepl))
    verdict = await checker.check(
        LESS, f"omega -- fake:{mode}", None if mode == "hang" else Limits(memory_mb=300, output_bytes=10_000)
    )
    assert verdict.status is status, verdict
    log = tmp_path / "fresh"
    assert (len(log.read_text().split()) if log.exists() else 0) == fresh
    if mode == "wrong":
        assert [(said.line, said.column, said.message) for said in verdict.diagnostics] == [(1, 0, "no")]
    assert (
        await checker.check(LESS, "omega -- and the next one", Limits(memory_mb=300))
    ).status is Status.PROVED
    broke = mode not in ("none", "wrong", "silent", "forged-name")
    assert FakeRepl.opened - before >= 2 if broke else FakeRepl.opened - before == 1
    await checker.aclose()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"message": "no"},
        {"env": True},
        {"env": 1, "messages": {}},
        {"env": 1, "messages": [1]},
        {"env": 1, "messages": [{"severity": "loud", "data": "", "pos": {"line": 1, "column": 0}}]},
        {"env": 1, "messages": [{"severity": "info", "data": "", "pos": {"line": "1", "column": 0}}]},
        {
            "env": 1,
            "messages": [{"severity": "info", "data": "", "pos": {"line": 1, "column": 0}, "endPos": 3}],
        },
    ],
)
def test_what_is_not_an_answer_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(GarbledOutputError):
        read_answer(answer, 0)


def test_who_cannot_have_it_is_told(core: Toolchain, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="core"):
        interact_start(core)
    monkeypatch.setitem(sys.modules, "lean_interact", None)
    with pytest.raises(MissingError, match="lean-interact"):
        interact_start(Toolchain(Profile.LEAN, "4.99.0", "fake", ("lean",), {}))
