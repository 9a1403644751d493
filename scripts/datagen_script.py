"""Write `data/datagen/script.jsonl`, by which the scripted model plays every part of `make datagen`.

It knows the bundled problems of the validation split: as formalizer it gives their statements (some at first with an
error that it then repairs), as informalizer and judge it reads them back, as writer it draws from a wrong proof and the
reference proof, as weaver it puts the words into the proof. `--check` only says whether the file is up to date.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from prover.agents.judge import RUBRIC
from prover.agents.weave import comment_words
from prover.problems import load_problems
from prover.types import NEGATED, Problem, Statement

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "data" / "datagen" / "script.jsonl"
SPLIT = "valid"
_FORMALIZE = "Translate the following problem into a statement"
_REPAIR = "Your translation of the following problem"
_SAY = "Say in words what the following statement"
_JUDGE = "Does the statement in Lean 4 say the same as the problem"
_PROVE = "Prove the following theorem in Lean 4"
_WEAVE = "Put the following proof in words into the proof in Lean"


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, problem in enumerate(load_problems(ROOT / "data" / "core", split=SPLIT).problems):
        found += _rules_of(problem, number)
    # Negations of what is true are asked for, too, as long as no proof has ended the search.
    return [*found, {"last": _PROVE, "draw": "seed", "answers": ["I know of no proof."]}]


def _rules_of(problem: Problem, number: int) -> list[dict[str, Any]]:
    statement = problem.statement
    assert statement is not None
    name, words = statement.name, problem.informal_statement
    good = _fenced(f"{statement.declare()} := by\n  sorry")
    # Now and then a name that does not exist, as models like to write one.
    first = _fenced(f"theorem {name} : Nat.IsPerfect 6 := by\n  sorry") if number % 8 == 3 else good
    judged = {name: {"met": True, "reason": "It says the same."} for name in RUBRIC}
    found: list[dict[str, Any]] = [
        {"statement": name, "last": _FORMALIZE, "draw": "seed", "answers": [first]},
        {"statement": name, "last": _REPAIR, "draw": "seed", "answers": [good]},
        {"last": [_SAY, statement.signature], "draw": "seed", "answers": [words]},
        {"last": [_JUDGE, words], "draw": "seed", "answers": [_fenced(json.dumps(judged), "json")]},
    ]
    for proved, proof in ((statement, problem.reference_proof), _refutation(problem)):
        if proof:
            found += _proof_rules(proved, proof, problem.informal_proof)
    return found


def _refutation(problem: Problem) -> tuple[Statement, str]:
    assert problem.statement is not None
    negation = Statement(f"{problem.statement.name}{NEGATED}", "", problem.statement.header)
    return negation, problem.meta.get("refutation_proof", "")


def _proof_rules(statement: Statement, proof: str, words: str) -> list[dict[str, Any]]:
    if not statement.signature:
        # Of a negation the signature is made by the search: the script answers with the tactics alone.
        answers = [_fenced(proof)]
        return [{"statement": statement.name, "last": _PROVE, "draw": "seed", "answers": answers}]
    right, wrong = _fenced(_whole(statement, proof)), _fenced(_whole(statement, "simp_wrong"))
    woven = f"  -- {comment_words(words)}\n{proof.strip(chr(10))}"
    return [
        {"statement": statement.name, "last": _PROVE, "draw": "seed", "answers": [right, wrong, right]},
        {
            "statement": statement.name,
            "last": _WEAVE,
            "draw": "seed",
            "answers": [_fenced(_whole(statement, woven))],
        },
    ]


def _whole(statement: Statement, proof: str) -> str:
    """The theorem as one would write it; the bundled proofs are indented by two spaces."""
    block = proof if proof.startswith("  ") else f"  {proof}"
    return f"{statement.declare()} := by\n{block}"


def _fenced(code: str, label: str = "lean4") -> str:
    return f"```{label}\n{code.strip(chr(10))}\n```"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; 1 when the file is not up to date"
    )
    check = parser.parse_args().check
    text = "".join(json.dumps(rule, ensure_ascii=False) + "\n" for rule in rules())
    if check:
        return 0 if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET}: {text.count(chr(10))} rules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
