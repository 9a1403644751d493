"""`prover prove FILE|FOLDER|-`: the engine of `eval`, with the proofs out."""

from __future__ import annotations

import argparse
import json
from typing import Any

from prover.errors import InfraError, InputError
from prover.pipeline import Outcome
from prover.problems import file_stem
from prover.proof_file import render
from prover.run_folder import write_atomically
from prover.store import Store
from prover.types import StopReason, Trace
from prover.verbs.console import emit_json, say
from prover.verbs.engine import add_engine_arguments, policy_of, run_engine
from prover.verbs.eval import INTERRUPTED
from prover.verbs.judge import open_judge
from prover.verbs.problems import load_input
from prover.verbs.progress import describe

RESULTS = "results.jsonl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "input",
        metavar="FILE",
        help="a .lean or .jsonl file, a folder of .lean files, or - for standard input",
    )
    add_engine_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    policy = policy_of(args)
    loading = load_input(args.input, limit=args.limit)
    judge = await open_judge(args, args.jobs)
    alone = len(loading.source.problems) == 1 and not loading.refused

    def report(store: Store, outcome: Outcome) -> int:
        results = [_write(store, trace) for trace in store.traces()]
        write_atomically(store.folder / RESULTS, "".join(json.dumps(result) + "\n" for result in results))
        if args.json:
            emit_json({"run": str(store.folder), "toolchain": store.config.toolchain, "results": results})
        else:
            _print(store, results)
        if outcome.stopped is StopReason.INTERRUPTED:
            return INTERRUPTED
        return _answer(next(store.traces())) if alone and outcome.stopped is None else 0

    try:
        return await run_engine(args, policy, loading.source, judge, report)
    finally:
        await judge.checker.aclose()


def _write(store: Store, trace: Trace) -> dict[str, Any]:
    """One line of `results.jsonl`; a proof also gets a file."""
    problem, found = trace.problem, trace.proof
    result: dict[str, Any] = {
        "id": problem.id,
        "proved": found is not None,
        "refuted": trace.refutation is not None,
        "stop_reason": trace.stop_reason.value,
        "detail": trace.detail,
        "source": problem.source,
        "licence": problem.licence,
        "attempts": len(trace.steps),
        "samples": trace.spend.samples,
        "tokens_in": trace.spend.tokens_in,
        "tokens_out": trace.spend.tokens_out,
        "cost_usd": round(trace.spend.cost_usd, 6),
        "wall_s": round(trace.spend.wall_s, 3),
        "lean_cpu_s": round(trace.spend.lean_cpu_s, 3),
    }
    shown = found or trace.refutation
    if shown is not None:
        attempt, verdict = shown
        name = f"{file_stem(problem.id)}{'' if found else '.refuted'}.lean"
        write_atomically(store.folder / name, render(problem, attempt, verdict, policy=store.config.policy))
        result |= {
            "file": name,
            "proof": attempt.proof,
            "author": attempt.author,
            "model": attempt.completion.model if attempt.completion is not None else "",
            "prompt_version": attempt.prompt_version,
            "tier": verdict.tier.value,
            "axioms": list(verdict.axioms),
        }
    return result


def _print(store: Store, results: list[dict[str, Any]]) -> None:
    proved = [result for result in results if result["proved"]]
    if len(results) == 1 and proved:
        print((store.folder / proved[0]["file"]).read_text(encoding="utf-8"), end="")
    else:
        for trace in store.traces(completions=False):
            print(describe(trace))
    say(f"{len(proved)} proved of {len(store.problems())}; proofs and {RESULTS} in {store.folder}")


def _answer(trace: Trace) -> int:
    """The exit code where one statement was asked for."""
    where = trace.problem.source or trace.problem.id
    if trace.stop_reason is StopReason.UNSUPPORTED:
        say(f"prover: {where}: {trace.problem.id}: {trace.detail}")
        return InputError.exit_code
    if trace.stop_reason is StopReason.INFRA:
        say(f"prover: {where}: {trace.problem.id}: no answer: {trace.detail}")
        return InfraError.exit_code
    return 0 if trace.proof is not None else 1
