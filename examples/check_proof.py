"""Check somebody's proof of your own statement, and see a fake refused.

Needs nothing but the base installation: the profile `core` brings its own Lean. With Mathlib set up, try
`--profile mathlib`. A submission is a tactic block, a term, or a whole text with helper lemmas.

    python examples/check_proof.py
    python examples/check_proof.py --submission 'induction n <;> omega'
"""

import argparse
import asyncio

from prover.lean.checker import open_checker
from prover.types import Header, Statement, Verdict, audited

STATEMENT = Statement("twice", "(n : ℕ) : Even (n + n)", Header(("Mathlib",)))
HONEST = "exact ⟨n, rfl⟩"
FAKE = "theorem twice (n : ℕ) : Even (2 * n) := ⟨n, by omega⟩"  # another statement under the same name


def show(submission: str, verdict: Verdict) -> None:
    print(f"{'yes' if audited(verdict) else 'no '}  {verdict.status}, {verdict.tier}: {submission}")
    if verdict.detail:
        print(f"     {verdict.detail}")
    for said in verdict.diagnostics:
        print(f"     {said.line}:{said.column} {said.severity}: {said.message}")


async def main() -> int:
    parser = argparse.ArgumentParser(description="Check a proof of a statement of ours.")
    parser.add_argument("--submission", help="a proof of `theorem twice (n : ℕ) : Even (n + n)`")
    parser.add_argument("--profile", default="core")
    args = parser.parse_args()
    checker = open_checker(args.profile)
    try:
        verdicts = {}
        for submission in [args.submission] if args.submission else [HONEST, FAKE]:
            # `check` is the fast gate, for a search; what counts is the audit, in fresh processes.
            verdicts[submission] = await checker.audit(STATEMENT, submission)
            show(submission, verdicts[submission])
    finally:
        await checker.aclose()
    return 0 if audited(next(iter(verdicts.values()))) else 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
