"""Evaluate a vLLM model on miniF2F with pass@k, resumably, and make the report's page.

Needs a GPU, `pip install -e '.[vllm,report]'` (best in an environment of its own), Mathlib (`make mathlib`) and once
`prover data fetch minif2f`. The same command continues an interrupted run. Without any of that, a dry run:

    python examples/eval_minif2f.py --model vllm:Goedel-LM/Goedel-Prover-V2-8B,family=goedel-v2 --samples 32
    python examples/eval_minif2f.py --benchmark core --split valid --limit 2 --profile core --model scripted:FILE
"""

import argparse
from pathlib import Path

from prover.cli import main as prover
from prover.evaluate import headline, summarize
from prover.report import write_report
from prover.store import Store

POLICY = """kind = "whole-proof"
samples = {samples}
batch = {samples}
stop_at_first = false   # all samples, so that pass@k is known for every k
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="pass@k of a model on a benchmark.")
    parser.add_argument("--model", required=True)
    parser.add_argument("--samples", type=int, default=32)
    parser.add_argument("--benchmark", default="minif2f")
    parser.add_argument("--split", default="test")
    parser.add_argument("--profile", default="mathlib")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--out", type=Path, default=Path("runs/minif2f"))
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    policy = args.out.with_suffix(".toml")
    policy.write_text(POLICY.format(samples=args.samples))
    call = ["eval", args.benchmark, "--split", args.split, "--profile", args.profile, "--model", args.model]
    call += ["--policy", str(policy), "--out", str(args.out)]
    if args.limit:
        call += ["--limit", str(args.limit)]
    if code := prover(call):
        return code
    store = Store.read(args.out)
    summary = summarize(store.config, store.problems(), store.traces(completions=False), store.spent())
    store.close()
    print(headline(summary))
    for k in (2**power for power in range(args.samples.bit_length())):
        if summary.get(f"pass@{k}") is not None:
            print(f"  pass@{k}: {summary[f'pass@{k}']:.1%}")
    print(write_report([args.out], args.out / "report.html"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
