"""Makes the embedded model `tiny`, from nothing to its card: `python scripts/make_tiny.py [--work DIR] [--out DIR]`.

generate (problems by shape) → prove (their author's plans, drafts and corrections, and the hammer's proofs, audited by
Lean) → harvest (without what is near to a held-out problem) → train (recipe `tiny`) → pack → score (held-out pass@8) →
card. Every stage goes on where it was stopped, and one that is done is not repeated; the model's folder is written at
the end, when all is known. Needs the extra `train` (`make tiny`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prover.bootstrap.example import read_examples
from prover.bootstrap.generate import HELD_OUT
from prover.bootstrap.generate.files import SCRIPT
from prover.config import code_version
from prover.errors import InputError, ProverError
from prover.paths import bundled
from prover.run_folder import write_atomically
from prover.train.folder import read_json, read_metrics
from prover.train.recipe import load_recipe
from prover.train.sft import train_sft
from prover.train.ship import digests, pack
from prover.train.tokenizer import make_tokenizer

SEED = 7
PROBLEMS = {"train": 8000, "valid": 200, "test": 300, "hard": 200, "false": 100}
HAMMERED = 600
"""How many of the training problems the hammer is given, too."""
START_STEP = 400
"""The checkpoint that ships as the under-trained start of `make demo`; chosen by its score on problems of `valid`."""
SCORED = {("tiny", "test"): 150, ("tiny", "hard"): 60, ("start", "test"): 150}
"""How many problems of which split each model is scored on."""
GENERATE = Path(__file__).parents[1] / "prover" / "bootstrap" / "generate"
PASS_AT_8 = Path(__file__).parent / "pass_at_8.toml"


def prover(*words: str | Path) -> str:
    """Run a command of the project; what it prints. Ends this program where it fails."""
    command = [sys.executable, "-m", "prover", *map(str, words)]
    print("$ prover", *map(str, words), file=sys.stderr, flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def claim(work: Path) -> None:
    """Begin in the folder, or go on with the same making. Raises `InputError` where it holds another one."""
    made_of = {"seed": SEED, "problems": PROBLEMS, "hammered": HAMMERED, "code": code_version()}
    mark = work / "made_of.json"
    if not mark.exists():
        work.mkdir(parents=True, exist_ok=True)
        write_atomically(mark, json.dumps(made_of, indent=2) + "\n")
    elif read_json(mark) != made_of:
        raise InputError(f"{work}: begun with other settings or another version; choose another --work")


def make_data(work: Path) -> Path:
    """The examples that are trained on."""
    data, examples = work / "data", work / "examples.jsonl"
    counts = [word for split, count in PROBLEMS.items() for word in (f"--{split}", str(count))]
    if not (data / SCRIPT).exists():
        prover("data", "generate", data, "--seed", str(SEED), *counts)
    if not examples.exists():
        problems = ("--data", data / "train.jsonl", "--profile", "core", "--json")
        author = ("--policy", GENERATE / "reference.toml", "--model", f"scripted:{data / SCRIPT}")
        prover("eval", *problems, *author, "--out", work / "proofs")
        hammer = ("--policy", "hammer", "--budget", "lean_cpu=2s", "--limit", str(HAMMERED))
        prover("eval", *problems, *hammer, "--out", work / "hammered")
        kinds = ("--family", "tiny", "--kinds", "proof,plan_proof,repair", "--no-words", "--valid", "0.03")
        apart = [word for split in HELD_OUT for word in ("--held-out", data / f"{split}.jsonl")]
        vetted = ("--trust", "--minimise", "0", "--json")
        prover("harvest", work / "proofs", work / "hammered", "--out", examples, *kinds, *apart, *vetted)
    return examples


def make_model(work: Path, examples: Path) -> Path:
    """The packed model, with its start."""
    tokenizer, model, out = work / "tokenizer", work / "model", work / "packed"
    if not (tokenizer / "tokenizer.json").exists():
        shown = [one for one in read_examples(examples) if one.split == "train"]
        make_tokenizer((str(text) for one in shown for text in (one.prompt, one.completion)), tokenizer)
    train_sft(
        load_recipe("tiny"), model, base=str(tokenizer), data={"data": [examples]},
        report=lambda moment: print(moment, file=sys.stderr, flush=True),
    )  # fmt: skip
    pack(model, tokenizer, out)
    pack(model / "run" / "checkpoints" / f"checkpoint-{START_STEP}", tokenizer, out / "start")
    rows = read_metrics(model / "run" / "metrics.jsonl")
    (out / "training.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return out


def score(work: Path, out: Path) -> dict[str, Any]:
    """pass@8 of the model and of its start, on problems that neither was trained on."""
    found: dict[str, Any] = {}
    for (name, split), count in SCORED.items():
        folder = out if name == "tiny" else out / name
        weights = digests(folder)["model.safetensors"][:12]
        run = work / f"score-{name}-{split}-{weights}"
        file = run.with_suffix(".json")
        if not file.exists():
            model = ("--policy", PASS_AT_8, "--model", folder / "model.toml", "--profile", "core")
            data = ("--data", work / "data" / f"{split}.jsonl", "--limit", str(count))
            write_atomically(file, prover("eval", *data, *model, "--out", run, "--json"))
        found[f"{name}-{split}"] = read_json(file)
    return found


def card(work: Path, out: Path, scores: Mapping[str, Any]) -> None:
    manifest = read_json(work / "examples.jsonl.manifest.json")
    done = read_json(work / "model" / "run" / "done.json")
    config = read_json(out / "config.json")
    names = {
        "tiny-test": "`tiny`, held-out problems",
        "tiny-hard": "`tiny`, unseen compositions",
        "start-test": "`start/`, held-out problems",
    }
    rows = []
    for key, name in names.items():
        one = scores[key]
        values = [f"{one[k]:.1%} ({one[f'{k}_interval'][0]:.1%} to {one[f'{k}_interval'][1]:.1%})"
                  for k in ("pass@1", "pass@8")]  # fmt: skip
        rows.append(f"| {name} | {one['supported']} | {values[0]} | {values[1]} |")
    kinds = ", ".join(f"{count} {kind}" for kind, count in manifest["kinds"].items())
    text = CARD.format(
        layers=config["num_hidden_layers"], hidden=config["hidden_size"], heads=config["num_attention_heads"],
        vocabulary=config["vocab_size"], steps=done["steps"], tokens=done["tokens"], loss=done["loss"],
        valid=done["valid_loss"], examples=manifest["examples"], kinds=kinds, problems=manifest["problems"],
        sha=manifest["sha256"], toolchain=manifest["toolchain"], seed=SEED, start=START_STEP, rows="\n".join(rows),
        parameters=f"{(out / 'model.safetensors').stat().st_size // 2 / 1e6:.2f}",
        digests="\n".join(f"| `{name}` | `{value}` |" for name, value in digests(out).items()),
    )  # fmt: skip
    (out / "README.md").write_text(text, encoding="utf-8")


CARD = """\
---
library_name: transformers
pipeline_tag: text-generation
license: apache-2.0
tags: [lean4, theorem-proving]
---

# tiny

A Llama of {parameters} million parameters ({layers} layers of {hidden}, {heads} heads, {vocabulary} tokens), made
from random weights by `make tiny`. It writes short Lean proofs over ℕ, ℤ and logic, plans in words, and corrections, in
the prompts of the family `tiny`: `prover prove FILE --policy hammer-tiny --model tiny`. It is for trying and testing
the whole path with a real neural prover on a CPU, not for hard problems: it knows the shapes that it was trained on.

- Data: {examples} examples ({kinds}) of {problems} problems that `prover data generate --seed {seed}` made; every
  proof was audited and replayed ({toolchain}). SHA-256 of the examples: `{sha}`.
- Training: {steps} steps, {tokens:,} tokens, recipe `tiny`; last loss {loss:.3f}, on validation examples {valid:.3f}.
  `training.jsonl` is the log. `start/` is the checkpoint after {start} steps, from which `make demo` begins.
- Licence: Apache-2.0, data and weights.

| model | problems | pass@1 (95% interval) | pass@8 |
|---|---|---|---|
{rows}

Temperature 0.8, top-p 0.95, whole proofs without search or corrections. No training problem is one of these or too near
to one, by the rules of `prover harvest --held-out`; those of the first kind share their shapes with the training
problems, with other numbers, those of the second combine shapes that were never seen together.

| file | SHA-256 |
|---|---|
{digests}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the embedded model.")
    parser.add_argument(
        "--work", type=Path, default=Path("runs/tiny"), help="where the stages work (runs/tiny)"
    )
    parser.add_argument(
        "--out", type=Path, default=bundled("data", "models", "tiny"), help="the model's folder"
    )
    args = parser.parse_args()
    try:
        claim(args.work)
        packed = make_model(args.work, make_data(args.work))
        card(args.work, packed, score(args.work, packed))
        shutil.copytree(packed, args.out, dirs_exist_ok=True)
    except ProverError as error:
        sys.exit(f"make_tiny: {error}")
    print(args.out / "README.md")


if __name__ == "__main__":
    main()
