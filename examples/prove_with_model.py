"""Prove a statement with a language model: draft, check, correct with Lean's errors in view.

Needs an OpenAI-compatible server (`vllm serve`, SGLang, a hosted service) and `pip install -e '.[openai]'`; the key is
read from OPENAI_API_KEY. `--model scripted:FILE` answers from a file instead, without a network.

    python examples/prove_with_model.py --model openai:NAME,base_url=http://127.0.0.1:8000/v1
    python examples/prove_with_model.py --model scripted:examples/answers.jsonl
"""

import argparse
import asyncio

from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.config import parse_budget
from prover.lean.checker import open_checker
from prover.models import open_model
from prover.models.spec import parse_spec
from prover.search.policy import Policy
from prover.search.solve import solve
from prover.types import Header, Problem, Statement

WORDS = "Show that n³ - n is divisible by 3, for every integer n."
STATEMENT = Statement("cube", "(n : ℤ) : 3 ∣ n ^ 3 - n", Header(("Mathlib",)))
POLICY = Policy("example", "malot", settings={"plans": 0, "drafts": 2, "depth": 2})


async def main() -> int:
    parser = argparse.ArgumentParser(description="Prove a theorem with a model.")
    parser.add_argument("--model", required=True, help="e.g. openai:NAME,base_url=http://127.0.0.1:8000/v1")
    parser.add_argument("--budget", default="samples=8,tokens=200k,wall=20m")
    parser.add_argument("--profile", default="core")
    args = parser.parse_args()
    spec = parse_spec(args.model)
    family = load_family(spec.family)
    model = await open_model(spec)
    checker = open_checker(args.profile)
    roles = ("planner", "writer", "corrector")
    seats = {role: Speaker(model, family, spec.sampling.over(family.sampling(role))) for role in roles}
    try:
        problem = Problem("cube", WORDS, statement=STATEMENT)
        trace = await solve(problem, POLICY, checker, parse_budget(args.budget), models=seats)
    finally:
        await checker.aclose()
        await model.aclose()
    for attempt, verdict in trace.steps:
        print(f"-- {attempt.author}: {verdict.status}, {verdict.tier}\n{attempt.proof}\n")
    print(f"{trace.stop_reason} after {trace.spend.samples} samples, {trace.spend.checks} checks")
    return 0 if trace.proof else 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
