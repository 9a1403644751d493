"""Expert iteration on one GPU: prove, keep what the audit accepts, train on it, score on held-out problems, again.

Needs a GPU, `pip install -e '.[train,hf]'` and a base model (a folder, or a name of the Hub) whose prompts a family
knows; `--backend vllm` proves faster. The same command continues a killed iteration. A dry run on the CPU takes a
tiny model, few problems and the hammer to find the first proofs (`--policy` with `hammer_cpu_s`):

    python examples/expert_iteration.py --base Qwen/Qwen3-0.6B --family generic --rounds 3
"""

import argparse
import json
from pathlib import Path

from prover.cli import main as prover

CONFIG = """
base = {base}
backend = "{backend}"
family = "{family}"
model = {model}
recipe = {recipe}
rounds = {rounds}
watch = {samples}
control = true                 # a second arm on wrong pairs: what it gains is form, not knowledge

[prove]
problems = {problems}
split = "train"
policy = {policy}

[evaluate]
problems = {problems}
split = "test"
samples = {samples}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Rounds of proving and learning.")
    parser.add_argument("--base", required=True, help="the model to begin with")
    parser.add_argument("--backend", choices=("hf", "vllm"), default="hf")
    parser.add_argument(
        "--model", default="max_tokens=1024,temperature=1.0", help="further keys of the model"
    )
    parser.add_argument("--family", default="generic", help="its prompts")
    parser.add_argument("--recipe", default="sft", help="how to train, a name or file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--samples", type=int, default=8, help="of each held-out problem")
    parser.add_argument("--problems", default="core", help="a benchmark or file with splits train and test")
    parser.add_argument("--policy", default="whole-proof", help="how training problems are proved")
    parser.add_argument("--profile", default="core")
    parser.add_argument("--out", type=Path, default=Path("runs/iteration"))
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    config = args.out.with_suffix(".toml")
    quoted = {key: json.dumps(str(value)) for key, value in vars(args).items()}
    plain = {key: getattr(args, key) for key in ("backend", "family", "rounds", "samples")}
    config.write_text(CONFIG.format(**quoted | plain), encoding="utf-8")
    if code := prover(["iterate", str(config), "--out", str(args.out), "--profile", args.profile]):
        return code
    summary = json.loads((args.out / "summary.json").read_text(encoding="utf-8"))
    for number, row in enumerate(summary["rounds"]):
        print(f"round {number}: {row['solved']} of {row['n']} held-out problems, pass@1 {row['pass@1']:.1%}")
    print(f"gain {summary['gain']}, of the control {summary['control_gain']}; {args.out / 'report.md'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
