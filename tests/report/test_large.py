"""A run of 10,000 problems: how long its page takes to build, how large it is, how fast it opens and answers.

The figures are printed (`pytest -s`). Bounds on time are on CPU time where this process does the work; the browser's
are its own clock's, with room for a busy machine.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from prover.config import Budget, RunConfig
from prover.report import write_report
from prover.store import Store
from prover.types import (
    Attempt,
    Call,
    Completion,
    Diagnostic,
    Spend,
    Status,
    StopReason,
    Tier,
    Trace,
    Verdict,
)
from tests.report.browser import chromium, window
from tests.report.conftest import problem

PROBLEMS = 10_000
ERRORS = (
    "unsolved goals\n⊢ {0} ≤ n",
    "unknown identifier `lemma_{0}`",
    "linarith failed to find a contradiction {0}",
)
OPEN_S, FILTER_S = 2.0, 0.2


def make(folder: Path) -> Path:
    """A plan, four drafts and a correction for each problem, every text its own."""
    config = RunConfig("eval", "large", "0" * 64, "core", "fake Lean", "malot", {}, Budget())
    items = [
        problem(number, words=f"Show that n + {number} = {number} + n, in case {number}.")
        for number in range(PROBLEMS)
    ]
    store = Store.open(folder, config, items, {"command": "prover eval large"})
    store.begin_session(8)
    for number, item in enumerate(items):
        statement = item.statement
        assert statement is not None
        planned = Completion(
            f"1. Rewrite by case {number}\n2. Conclude with {number * 7}",
            tokens_in=90,
            tokens_out=30,
            model="m",
        )
        store.remember(item.id, Call(f"{number}p", "planner", "plan", f"plan {number}", {}, (planned,)))
        texts = [
            f"  induction n with\n  | zero => simp [{number}]\n  | succ k ih => omega -- {draft}"
            for draft in range(4)
        ]
        answers = tuple(
            Completion(f"```lean4\n{text}\n```", tokens_in=200, tokens_out=60, model="m") for text in texts
        )
        store.remember(item.id, Call(f"{number}w", "writer", "plan0", f"write {number}", {}, answers))
        for draft, text in enumerate(texts):
            said = Diagnostic("error", ERRORS[(number + draft) % 3].format(number), 3, 4)
            attempt = Attempt(f"{number}-{draft}", statement, text, "writer", None, answers[draft])
            verdict = Verdict(Status.ELABORATION_ERROR, diagnostics=(said,), cpu_s=0.2)
            store.record(
                item.id, attempt, verdict, Spend(1, 1, 200, 60, 0.2 + number / 1e4), (f"{number}w", draft)
            )
        won = number % 3 == 0
        judged = (
            Verdict(Status.PROVED, Tier.REPLAYED, axioms=("propext",)) if won else Verdict(Status.TIMEOUT)
        )
        last = Attempt(f"{number}-fix", statement, f"  omega -- {number}", "corrector", f"{number}-0")
        store.record(item.id, last, judged, Spend(1, 1))
        reason = StopReason.PROVED if won else StopReason.EXHAUSTED
        store.finish(Trace(item, (), reason, store.spent(item.id)))
    store.update_session(3600.0, "done", 32)
    store.close()
    return folder


@pytest.mark.slow
async def test_ten_thousand_problems(tmp_path: Path) -> None:
    folder = make(tmp_path / "run")
    start = time.process_time()
    target = write_report([folder], folder / "report.html")
    build_s, size = time.process_time() - start, target.stat().st_size
    print(f"\nbuilt in {build_s:.1f} s of CPU, {size / 1e6:.2f} MB")
    assert build_s < 20
    assert size < 15_000_000
    async with chromium() as browser, window(browser, target) as shown:
        page = shown.page
        ready = "performance.getEntriesByType('navigation')[0].loadEventEnd"
        opened_s = await page.evaluate(ready) / 1000
        typed = """async (text) => {
            const box = document.querySelector('#by-words');
            const start = performance.now();
            box.value = text;
            box.dispatchEvent(new Event('input'));
            document.body.getBoundingClientRect();
            return performance.now() - start;
        }"""
        filter_s = max([await page.evaluate(typed, text) for text in ("c", "ca", "case 99", "p", "")]) / 1000
        chosen = """async () => {
            const start = performance.now();
            location.hash = '#/p9876';
            while (!document.querySelector('#detail h3')?.innerText.startsWith('p9876')) {
                await new Promise((resume) => setTimeout(resume, 1));
            }
            return performance.now() - start;
        }"""
        jump_s = await page.evaluate(chosen) / 1000
        print(
            f"opened in {opened_s:.2f} s, filtered in {1000 * filter_s:.0f} ms, a far problem in {1000 * jump_s:.0f} ms"
        )
        assert await page.locator("#count").inner_text() == "10000 problems"
        assert opened_s < OPEN_S
        assert filter_s < FILTER_S
