"""Runs over real Lean with a scripted model, made through the command line: what a harvest is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.cli import main

STATEMENTS: Mapping[str, str] = {
    "zero": "(n : ℕ) : n + 0 = n",
    "order": "(m n : ℕ) (h : m < n) : m ≤ n",
    "both": "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "less": "(n : ℕ) : n < n",
    "hard": "(a b : ℕ) (h : a = b) : b = a",
}
WORDS = {
    "order": "If m < n then m ≤ n.",
    "less": "Every n is below itself.",
    "zero": "Adding nothing changes nothing.",
}
THOUGHT = "Let us see. The hypothesis says that a equals b, and equality is symmetric, so the goal is the hypothesis read from right to left."
PLAN = "1. Take the proof hp of p because it is given.\n2. Take the proof hq of q, then both together show the goal."


def code(name: str, *lines: str) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"```lean4\ntheorem {name} {STATEMENTS[name]} := by\n{body}\n```"


def rules() -> list[dict[str, Any]]:
    """Who answers what: a rule is known by a phrase of the role's prompt."""
    writer, corrector = "Prove the following theorem", "is wrong. Correct it."
    junk = ("have first : p := hp", "have second : q := hq", "have idle : p ∧ p := ⟨hp, hp⟩", "constructor")
    both = [code("both", *junk, "· exact first", "· exact second"), code("both", "exact ⟨hp, wrong⟩")]
    critic = '```json\n{"sound": %s, "steps": [{"step": "exact", "sound": %s, "comment": "There is no such name."}]}\n```'
    return [
        _rule("both", "Plan a proof", [PLAN]),
        _rule("both", writer, both),
        _rule("zero", writer, [code("zero", "simp [Nat.add_comm, Nat.add_zero]", "done")]),
        _rule("order", writer, [code("order", "have k := h", "exact wrong k")]),
        _rule(
            "order",
            corrector,
            ["The name does not exist.\n" + code("order", "have k := h", "exact Nat.le_of_lt k")],
        ),
        _rule(
            "hard",
            writer,
            [code("hard", "exact h"), {"text": code("hard", "exact h.symm"), "reasoning": THOUGHT}],
        ),
        _rule("order", "Review the following proof", [critic % ("false", "false")]),
        {"contains": "Review the following proof", "answers": [critic % ("true", "true")], "draw": "seed"},
        {"answers": ["1. It is clear."], "draw": "seed"},
    ]


def _rule(name: str, phrase: str, answers: Sequence[Any]) -> dict[str, Any]:
    return {"statement": name, "contains": phrase, "answers": list(answers)}


POLICIES = {
    "malot": 'kind = "malot"\nplans = 1\ndrafts = 2\ndepth = 1\nrefute = true\nbudget = "samples=6"\n',
    "whole": 'kind = "whole-proof"\nsamples = 4\nbatch = 4\nstop_at_first = false\nbudget = "samples=4"\n',
    "critic": 'kind = "critic"\nplan = false\ndrafts = 1\nbefore = "rank"\ndepth = 1\nbudget = "samples=3"\n',
}


def write_problems(path: Path, statements: Mapping[str, str] = STATEMENTS, split: str = "train") -> Path:
    rows = [
        {
            "name": name,
            "header": "import Mathlib\n",
            "formal_statement": f"theorem {name} {signature} := by sorry",
            "informal_statement": WORDS.get(name, ""),
            "split": split,
        }
        for name, signature in statements.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def make_runs(folder: Path) -> list[Path]:
    """One run of each policy."""
    write_problems(folder / "problems.jsonl")
    script = "".join(json.dumps(rule) + "\n" for rule in rules())
    (folder / "script.jsonl").write_text(script, encoding="utf-8")
    runs = []
    for name, text in POLICIES.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        runs.append(folder / name)
        command = ["eval", "--data", str(folder / "problems.jsonl"), "--profile", "core", "--jobs", "1"]
        command += [
            "--policy",
            str(folder / f"{name}.toml"),
            "--model",
            f"scripted:{folder / 'script.jsonl'}",
        ]
        assert main([*command, "--inflight", "1", "--out", str(runs[-1]), "--json"]) == 0
    return runs
