"""The linter on the shipped planted set: what it rejects in vain, what it catches, what that costs.

Counts and shares, not speed: the figures are Lean's CPU seconds, which a busy machine changes little.
"""

from __future__ import annotations

from prover.bench.figures import Figure
from prover.formalize.labels import Score, score
from prover.formalize.lint import lint
from prover.lean.pooled import PooledChecker
from prover.lean.toolchain import Toolchain
from prover.paths import bundled
from prover.problems import load_problems

SPLITS = ("tuned", "holdout")
"""The rules and the falsifier were mended on the first, and only measured on the second."""


async def lint_planted(toolchain: Toolchain) -> list[Figure]:
    """Both parts of the set, apart."""
    figures: list[Figure] = []
    for split in SPLITS:
        found = await _score(toolchain, split)
        mean = sum(found.cpu_s) / max(1, len(found.cpu_s))
        figures += [
            Figure(f"lint_{split}_true_rejected", len(found.rejected), "", len(found.cpu_s), at_most=0),
            Figure(f"lint_{split}_caught", found.share, "", found.owed, at_least=0.9),
            Figure(f"lint_{split}_faithful_doubted", len(found.doubted), "", len(found.cpu_s)),
            Figure(f"lint_{split}_cpu", mean, "s", len(found.cpu_s)),
        ]
    return figures


async def _score(toolchain: Toolchain, split: str) -> Score:
    problems = load_problems(bundled("data", "planted", f"{split}.jsonl")).problems
    checker = PooledChecker(toolchain, jobs=1)
    try:
        return score([report async for report in lint(problems, checker)])
    finally:
        await checker.aclose()
