"""Generated problems: seeds, splits and held-out statements as text, and every shape's claims in Lean."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from prover.agents.falsifier import negation
from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.fingerprint import code_grams
from prover.bootstrap.generate import Generated, generate, line, print_of, row, shapes
from prover.bootstrap.generate.composed import seen
from prover.bootstrap.generate.draw import Draw, block
from prover.bootstrap.generate.files import SCRIPT, write_problems
from prover.bootstrap.generate.reference import FLAWED, flawed
from prover.errors import InputError
from prover.lean.checker import PlainChecker
from prover.lean.protocol import Limits
from prover.problems import load_problems
from prover.types import Header, Statement, Status

SMALL = {"train": 160, "valid": 30, "test": 30, "hard": 20, "false": 14}
EVERY = [*shapes("train"), *shapes("hard"), *shapes("false")]


@pytest.fixture(scope="module")
def problems() -> list[Generated]:
    return list(generate(11, SMALL))


def test_one_seed_gives_one_set_and_another_seed_another(problems: list[Generated]) -> None:
    assert [line(p) for p in generate(11, SMALL)] == [line(p) for p in problems]
    other = {p.made.signature for p in generate(12, SMALL)}
    assert len(other & {p.made.signature for p in problems}) < len(problems) / 4


def test_splits_have_their_sizes_and_share_no_statement(problems: list[Generated]) -> None:
    assert Counter(p.split for p in problems) == SMALL
    assert len({p.name for p in problems}) == len(problems)
    seen_at: dict[frozenset[int], str] = {}
    for p in problems:
        grams = code_grams(p.made.signature)
        assert not grams or grams not in seen_at, f"{p.name} is {seen_at.get(grams)}"
        seen_at[grams] = p.name


def test_more_training_problems_change_nothing_that_is_held_out(problems: list[Generated]) -> None:
    more = list(generate(11, {**SMALL, "train": 200}))
    for split in ("hard", "test", "valid", "train"):
        before = [line(p) for p in problems if p.split == split]
        assert [line(p) for p in more if p.split == split][: len(before)] == before


def test_no_training_problem_is_too_near_to_one_that_is_held_out() -> None:
    made = list(generate(3, {"train": 1200, "valid": 150, "test": 150, "hard": 60}))
    held = HeldOut({p.name: print_of(p.made) for p in made if p.split != "train"})
    near = {p.name: found for p in made if p.split == "train" and (found := held.like(print_of(p.made)))}
    assert near == {}
    assert len([p for p in made if p.split == "train"]) == 1200


def test_hard_problems_are_compositions_that_training_never_shows(problems: list[Generated]) -> None:
    shown = {shape.name for shape in shapes("train")}
    assert {p.shape.name for p in problems if p.split == "hard"} == {"both_unseen", "three"}
    assert not shown & {"both_unseen", "three"}
    halves = Counter(seen(a.name, b.name) for a in EVERY for b in EVERY)
    assert min(halves.values()) > 0.4 * sum(halves.values())


def test_counts_that_cannot_be_reached_are_refused() -> None:
    with pytest.raises(InputError, match=r"false: no more than \d+ different problems, expected 100000"):
        list(generate(0, {"false": 100_000}))


def test_files_are_read_back_as_problems(tmp_path: Path) -> None:
    written = write_problems(tmp_path, 5, {**SMALL, "train": 40})
    assert {path.name: count for path, count in written.items()} == {
        "train.jsonl": 40, "valid.jsonl": 30, "test.jsonl": 30, "hard.jsonl": 20, "false.jsonl": 14, SCRIPT: 120
    }  # fmt: skip
    loaded = load_problems(tmp_path / "train.jsonl")
    assert not loaded.refused
    assert all(p.split == "train" and p.reference_proof and p.informal_statement for p in loaded.problems)
    wrong = load_problems(tmp_path / "false.jsonl").problems
    assert all(p.meta["truth"] == "false" and not p.reference_proof for p in wrong)


def test_the_author_answers_every_role_and_flaws_a_part_of_the_first_drafts(tmp_path: Path) -> None:
    write_problems(tmp_path, 5, {"train": 120})
    rules = [json.loads(text) for text in (tmp_path / SCRIPT).read_text(encoding="utf-8").splitlines()]
    by_name: dict[str, list[str]] = {}
    for rule in rules:
        by_name.setdefault(rule["statement"], []).append(rule["answers"][0])
    assert all(len(answers) == 3 for answers in by_name.values())
    differ = sum(answers[1] != answers[2] for answers in by_name.values())
    assert 0.5 * FLAWED < differ / len(by_name) < 1.8 * FLAWED


@pytest.mark.parametrize("seed", range(20))
def test_a_flaw_changes_the_proof(seed: int) -> None:
    import random

    proof = "obtain ⟨k, hk⟩ := h\nexact ⟨3 * k + 1, by omega⟩"
    assert flawed(proof, random.Random(seed)) != proof


@pytest.mark.parametrize("shape", EVERY, ids=lambda shape: shape.name)
def test_a_row_has_the_fields_of_the_bundled_set(shape) -> None:
    made = shape.make(Draw("row"))
    fields = row(Generated("it", "train", shape, made))
    assert fields["formal_statement"] == f"theorem it {made.signature} := by\n  sorry"
    assert bool(fields["formal_proof"]) is made.truth is not bool(fields["refutation_proof"])
    assert made.plan
    assert made.words


@pytest.mark.lean
async def test_lean_accepts_what_every_shape_claims(checker: PlainChecker) -> None:
    parts = ["import Mathlib\n"]
    for shape in EVERY:
        for number in range(2):
            made = shape.make(Draw(f"{shape.name}/{number}"))
            name = f"{shape.name}_{number}"
            statement = Statement(name, made.signature, Header())
            theorem = statement if made.truth else negation(statement)
            parts.append(f"{theorem.declare()} := by\n{block(made.proof)}\n")
    report = await checker.check_file("\n".join(parts), Limits(wall_s=600, cpu_s=300))
    assert len(report.theorems) == 2 * len(EVERY)
    assert [t.name for t in report.theorems if t.status is not Status.PROVED] == []
