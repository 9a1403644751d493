"""Problems that nobody wrote: true and false statements over ℕ, ℤ and logic by shape, with words, plans and proofs.

`generate(seed, counts)` gives problems in five splits. `train`, `valid` and `test` share the shapes, never a statement
(names of variables aside); `hard` holds compositions of shapes that `train` has none of; `false` holds statements that
are false on purpose, whose negations are among the others. No statement is too near to one of the bundled set, nor one
of `train` to one that is held out (by the rules of `prover.bootstrap.decontaminate`, Lean's shapes apart). Everything
follows from the seed. Proofs are claims: Lean is asked about them like about anybody's. Limits: the shapes are those of
competition arithmetic that `core` can read; who is good at them is good at these shapes, not at mathematics.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.fingerprint import Fingerprint, Forms, fingerprint
from prover.bootstrap.generate import (
    bounds,
    divisors,
    dynamics,
    existence,
    false,
    functional,
    identities,
    linear,
    logical,
    parity,
    powers,
    quotients,
    recursions,
    squares,
    uniqueness,
)
from prover.bootstrap.generate.composed import composed
from prover.bootstrap.generate.draw import Draw, Made, Shape, block
from prover.errors import InputError
from prover.problems import load_problems, resolve_benchmark
from prover.types import Header, Statement

__all__ = ["COUNTS", "Generated", "Shape", "generate", "row", "shapes"]

COUNTS: Mapping[str, int] = {"train": 6000, "valid": 200, "test": 300, "hard": 200, "false": 100}
"""By split."""
HELD_OUT = ("hard", "test", "valid")
_TRIES = 40
"""How often a shape is drawn for one more statement before it counts as used up."""

_MODULES = (
    linear,
    identities,
    divisors,
    powers,
    recursions,
    parity,
    bounds,
    existence,
    functional,
    uniqueness,
    logical,
    quotients,
    squares,
    dynamics,
)


@dataclass(frozen=True, slots=True)
class Generated:
    name: str
    split: str
    shape: Shape
    made: Made


def shapes(split: str) -> tuple[Shape, ...]:
    """The shapes that a split is drawn from."""
    if split == "false":
        return false.SHAPES
    plain = tuple(shape for module in _MODULES for shape in module.SHAPES)
    every = (*plain, *false.NEGATED, *composed(plain))
    return tuple(shape for shape in every if shape.composed == (split == "hard"))


def generate(seed: int, counts: Mapping[str, int] = COUNTS) -> Iterator[Generated]:
    """`counts` problems by split, shape after shape in turn. Raises `InputError` for counts that cannot be reached."""
    prints = _bundled()
    known = HeldOut(prints)
    taken: set[str] = set()
    # What is held out is drawn first, so that more training problems change nothing about it.
    for split in (*HELD_OUT, "train", "false"):
        if split == "train":
            known = HeldOut(prints)
        fitting = shapes(split)
        used_up: set[str] = set()
        made = turn = 0
        while made < counts.get(split, 0):
            left = [shape for shape in fitting if shape.name not in used_up]
            if not left:
                raise InputError(f"{split}: no more than {made} different problems, expected {counts[split]}")
            for shape in left[: counts[split] - made]:
                found = _another(f"{seed}/{split}/{shape.name}/{turn}", shape, taken, known)
                if found is None:
                    used_up.add(shape.name)
                    continue
                one = Generated(f"{shape.name}_{split}_{turn:04d}", split, shape, found)
                if split in HELD_OUT:
                    prints[one.name] = print_of(found)
                yield one
                made += 1
            turn += 1


def _another(seed: str, shape: Shape, taken: set[str], known: HeldOut) -> Made | None:
    for attempt in range(_TRIES):
        made = shape.make(Draw(f"{seed}/{attempt}"))
        own = print_of(made)
        key = " ".join(sorted(map(str, own.code))) if own.code else own.key
        if key not in taken and known.like(own) is None:
            taken.add(key)
            return made
    return None


def print_of(made: Made) -> Fingerprint:
    """What it is compared with others by: its text and its words."""
    return fingerprint(_statement("it", made), Forms(), made.words)


def _statement(name: str, made: Made) -> Statement:
    return Statement(name, made.signature, Header())


def _bundled() -> dict[str, Fingerprint]:
    """The project's own problems, of all splits."""
    problems = load_problems(resolve_benchmark("core")[0]).problems
    return {p.id: fingerprint(p.statement, Forms(), p.informal_statement) for p in problems if p.statement}


def row(problem: Generated) -> dict[str, object]:
    """The problem as a line of a problem set, in the fields of the bundled one, and its shape."""
    made, name = problem.made, problem.name
    return {
        "name": name,
        "split": problem.split,
        "subject": problem.shape.subject,
        "difficulty": problem.shape.level,
        "truth": made.truth,
        "informal_statement": made.words,
        "informal_proof": numbered(made.plan),
        "header": "import Mathlib\n\n",
        "formal_statement": f"{_statement(name, made).declare()} := by\n  sorry",
        "formal_proof": block(made.proof) if made.truth else "",
        "refutation_proof": "" if made.truth else block(made.proof),
        "shape": problem.shape.name,
    }


def line(problem: Generated) -> str:
    return json.dumps(row(problem), ensure_ascii=False)


def numbered(steps: Sequence[str]) -> str:
    return "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1))
