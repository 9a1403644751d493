"""A run made without Lean: endings, errors, corrections and hostile texts as the store would hold them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover.config import Budget, RunConfig
from prover.store import Store
from prover.types import (
    Attempt,
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

HOSTILE = (
    "</script><script>window.hacked = 1</script><img src=x onerror=hacked=1>\u202e\x07" + "x" * 1_000_000
)


def problem(number: int, *, words: str = "") -> Problem:
    statement = Statement(
        f"p{number}", f"(n : ℕ) : n + {number} = {number} + n", Header(("Mathlib",), "open Nat")
    )
    meta = {"subject": ("algebra", "logic", "number theory")[number % 3], "difficulty": str(number % 2 + 1)}
    return Problem(
        f"p{number}", words or f"Addition commutes, case {number}.", statement=statement, meta=meta
    )


def trace(store: Store, item: Problem, won: bool, *, text: str = "omega") -> None:
    """A first try that fails, and a correction of it that wins or fails too."""
    assert item.statement
    said = Diagnostic("error", f"unsolved goals\n⊢ {text[:500]}", 1, 2)
    wrote = Completion(text, reasoning=f"think {text}", tokens_in=5, tokens_out=7, model="m")
    first = Attempt(f"{item.id}-1", item.statement, text, "writer", None, wrote, "generic/write@1234")
    second = Attempt(f"{item.id}-2", item.statement, "rfl", "corrector", first.id, wrote)
    store.record(
        item.id, first, Verdict(Status.ELABORATION_ERROR, diagnostics=(said,), cpu_s=0.2), Spend(samples=1)
    )
    verdict = Verdict(Status.PROVED, Tier.REPLAYED, axioms=("propext",)) if won else Verdict(Status.TIMEOUT)
    store.record(item.id, second, verdict, Spend(checks=1, tokens_out=14, lean_cpu_s=0.5, wall_s=0.7))
    reason = StopReason.PROVED if won else StopReason.EXHAUSTED
    store.finish(Trace(item, store.steps(item.id), reason, store.spent(item.id)))


@pytest.fixture(scope="session")
def hostile_text() -> str:
    return HOSTILE


MakeRun = Callable[..., Path]


def fill(folder: Path, won: set[int], problems: int = 12, *, hostile: bool = False, seed: int = 0) -> Path:
    """A run folder whose last problem was not reached; with `hostile`, one more, which was."""
    config = RunConfig("eval", "bench", "0" * 64, "core", "fake Lean", "malot", {}, Budget(), seed=seed)
    items = [problem(number) for number in range(problems)]
    if hostile:
        items.append(problem(problems, words=HOSTILE))
    store = Store.open(folder, config, items, {"command": f"prover eval {HOSTILE[:60]}"})
    store.begin_session(1)
    for number, item in enumerate(items[:-1] if not hostile else items):
        trace(store, item, number in won, text=HOSTILE if hostile and item is items[-1] else "omega")
    store.close()
    return folder


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    def make(name: str, *arguments: Any, **options: Any) -> Path:
        return fill(tmp_path / name, *arguments, **options)

    return make
