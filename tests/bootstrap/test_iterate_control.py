"""What the control of an iteration is trained on: pairs of which as few as possible are right."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from prover.bootstrap.example import Example, Kind
from prover.codec import digest
from prover.train.iterate.control import shuffled


def example(problem: str, text: str, kind: Kind = Kind.PROOF, **more: str) -> Example:
    return Example(
        f"{kind}-{problem}-{digest(text)[:6]}",
        kind,
        problem,
        f"prove {problem}",
        text,
        split=more.get("split", "train"),
    )


def wrong(examples: list[Example], found: tuple[Example, ...]) -> int:
    """Pairs whose answer is not, up to comments, one that the problem had anyway."""
    own = {e.prompt: e.target.split(" --")[0] for e in examples}
    return sum(own[e.prompt] != e.target.split(" --")[0] for e in found)


def test_no_shuffled_pair_fits() -> None:
    problems = [f"p{i}" for i in range(9)]
    examples = [example(name, f"{name}/{i}") for name in problems for i in range(3)]
    examples += [example(name, f"plan {name}", Kind.PLAN_PROOF) for name in problems[:1]]
    examples += [example(name, f"held {name}", split="valid") for name in problems]
    found = shuffled(examples, 0)
    assert len(found.examples) == 27
    assert all(not e.target.startswith(e.problem) for e in found.examples)
    assert sorted(e.target for e in found.examples) == sorted(e.target for e in examples[:27])
    assert {e.id for e in found.examples}.isdisjoint({e.id for e in examples})
    assert (found.equal, found.left_out) == (0, 1)
    assert shuffled(examples, 0) == found
    assert shuffled(examples, 1) != found


@pytest.mark.parametrize("seed", range(5))
def test_a_proof_that_many_problems_share_is_given_to_others(seed: int) -> None:
    """Half of the proofs are the same one-liner, each with a comment of its own."""
    examples = [example(f"o{i}", f"omega -- {i}") for i in range(40)]
    examples += [example(f"x{i}", f"exact h{i}") for i in range(40)]
    random.Random(seed).shuffle(examples)
    found = shuffled(examples, seed)
    assert (len(found.examples), found.equal, found.left_out) == (80, 0, 0)
    assert wrong(examples, found.examples) == 80


def test_what_cannot_be_wrong_is_kept_and_counted() -> None:
    examples = [example(f"o{i}", f"omega -- {i}") for i in range(30)]
    examples += [example(f"x{i}", f"exact h{i}") for i in range(10)]
    found = shuffled(examples, 3)
    assert (len(found.examples), found.equal, found.left_out) == (40, 20, 0)
    assert wrong(examples, found.examples) == 20
    texts = Counter(e.target for e in found.examples)
    assert texts == Counter(e.target for e in examples), "the texts are those of the main arm, each as often"


def test_equal_texts_at_one_prompt_stay_as_many_examples() -> None:
    """Two proofs of one problem both get the only other text there is."""
    examples = [example("p", "rfl"), example("p", "simp"), example("q", "omega"), example("r", "omega")]
    found = shuffled(examples, 0)
    assert [len(found.examples), found.equal, found.left_out] == [4, 0, 0]
    assert Counter(e.problem for e in found.examples) == {"p": 2, "q": 1, "r": 1}


def test_of_a_problem_that_has_most_examples_some_are_left_out() -> None:
    examples = [example("p", f"exact h{i}") for i in range(5)] + [example("q", "omega"), example("r", "rfl")]
    found = shuffled(examples, 0)
    assert (len(found.examples), found.equal, found.left_out) == (4, 0, 3)
