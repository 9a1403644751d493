"""The generator as an author: a script of plans and proofs that a run asks like any model (`scripted:FILE`).

What it claims is checked and audited like anybody's. A part of the first drafts is flawed on purpose, in the ways in
which drafts are flawed, and the proof comes when Lean's errors are shown: so a run's traces hold plans, proofs, and
repairs with what Lean really said. For the policy in `reference.toml` and the prompt family `generic`.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator

from prover.bootstrap.generate import Generated, numbered
from prover.bootstrap.generate.draw import block

FLAWED = 0.25
"""Which part of the first drafts is flawed."""
_ASKED = {
    "planner": "Plan a proof of the following theorem",
    "writer": "Prove the following theorem in Lean 4.",
    "corrector": "Correct it.",
}
_CLOSERS = ("omega", "ring", "norm_num", "simp", "decide", "linarith")
_NUMERAL = re.compile(r"(?<![\w₀-₉.])\d+(?![\w₀-₉])")


def script(problems: Iterable[Generated], seed: int) -> Iterator[str]:
    """A line for each role in which the author of each problem is asked."""
    for problem in problems:
        assert problem.made.truth, "nobody proves what is false"
        chance = random.Random(f"{seed}/flaw/{problem.name}")
        proof = problem.made.proof
        first = flawed(proof, chance) if chance.random() < FLAWED else proof
        answers = {
            "planner": numbered(problem.made.plan),
            "writer": _fenced(problem, first),
            "corrector": _fenced(problem, proof),
        }
        for role, answer in answers.items():
            rule = {"statement": problem.name, "contains": _ASKED[role], "answers": [answer], "draw": "seed"}
            yield json.dumps(rule, ensure_ascii=False)


def _fenced(problem: Generated, proof: str) -> str:
    return f"```lean4\ntheorem {problem.name} {problem.made.signature} := by\n{block(proof)}\n```"


def flawed(proof: str, chance: random.Random) -> str:
    """The proof with one mistake: a wrong number, a step left out, or a tactic that does not do it."""
    lines = proof.split("\n")
    ways = []
    if numerals := list(_NUMERAL.finditer(proof)):
        hit = chance.choice(numerals)
        wrong = max(0, int(hit[0]) + chance.choice((-2, -1, 1, 2)))
        ways.append(proof[: hit.start()] + str(wrong) + proof[hit.end() :])
    if len(lines) > 1:
        gone = chance.randrange(len(lines))
        ways.append("\n".join(lines[:gone] + lines[gone + 1 :]))
    closers = [m for m in re.finditer(r"\b\w+\b", proof) if m[0] in _CLOSERS]
    if closers:
        hit = chance.choice(closers)
        other = chance.choice([name for name in _CLOSERS if name != hit[0]])
        ways.append(proof[: hit.start()] + other + proof[hit.end() :])
    ways.append("omega" if proof != "omega" else "ring")
    return chance.choice(ways)
