"""Build a data set of checked proofs from a Markdown file of problems in words.

Needs a model that formalizes and proves, e.g. behind an OpenAI-compatible server (`pip install -e '.[openai]'`). The
folder that comes out loads with Hugging Face `datasets` and has a card; what is too near to the benchmarks named by
`--against` stays out. `examples/problems.md` shows the form of the file. Without a model, by a script:

    python examples/build_dataset.py problems.md --model openai:NAME,base_url=http://127.0.0.1:8000/v1
    python examples/build_dataset.py examples/problems.md --model scripted:data/datagen/script.jsonl --profile core
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from prover.cli import main as prover


def main() -> int:
    parser = argparse.ArgumentParser(description="From words to a data set.")
    parser.add_argument("problems", help="a Markdown file with headings `# Problem NAME`")
    parser.add_argument("--model", required=True)
    parser.add_argument("--policy", default="whole-proof")
    parser.add_argument("--samples", type=int, default=4, help="translations of each problem into Lean")
    parser.add_argument("--votes", type=int, default=3, help="judgements of each translation")
    parser.add_argument("--against", default="core:test", help="a benchmark that must stay out")
    parser.add_argument("--profile", default="core")
    parser.add_argument("--out", type=Path, default=Path("runs/dataset"))
    args = parser.parse_args()
    call = [
        "datagen",
        args.problems,
        "--model",
        args.model,
        "--policy",
        args.policy,
        "--against",
        args.against,
    ]
    call += ["--samples", str(args.samples), "--votes", str(args.votes), "--profile", args.profile]
    if code := prover([*call, "--out", str(args.out)]):
        return code
    rows = []
    for path in sorted((args.out / "dataset" / "data").glob("**/*.jsonl")):
        rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    print(f"{len(rows)} rows in {args.out / 'dataset'}: {dict(Counter(row['kind'] for row in rows))}")
    for row in rows[:3]:
        print(f"\n{row['Informal_statement']}\n{row['Commented_proof']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
