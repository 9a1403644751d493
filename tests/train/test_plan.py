"""Plans: who is drawn when, what shares a row, what stands before a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prover.bootstrap.example import Kind
from prover.errors import InputError
from prover.train.encode import Encoded
from prover.train.mix import gather
from prover.train.plan import Plan, make_plan
from prover.train.recipe import Recipe, load_recipe, parse_recipe
from tests.train.conftest import chat


def encoded(count: int, kinds: int = 1) -> list[Encoded]:
    """Of 10 to 40 tokens, with completions from 3 to 9 and levels from 0 to 4."""
    return [
        Encoded(
            tuple(range(10 + 7 * i % 31)),
            10 + 7 * i % 31 - 3 - i % 7,
            level=i % 5,
            kind=f"k{i % kinds}",
            problem=f"p{i}",
        )
        for i in range(count)
    ]


def recipe(train: dict[str, Any] | None = None, **tables: Any) -> Recipe:
    settings = {"batch": 4, "max_length": 64, **(train or {})}
    return parse_recipe({"train": settings, **tables}, "test")


def targets(plan: Plan) -> list[int]:
    return [sequence[-1] for row in plan.rows for sequence in row]


@pytest.mark.parametrize("packing", [True, False])
def test_every_example_once_an_epoch(packing: bool) -> None:
    plan = make_plan(recipe({"epochs": 3, "packing": packing}), encoded(50), [range(50)])
    assert Counter(targets(plan)) == dict.fromkeys(range(50), 3)


def test_rows_are_full_and_never_too_long() -> None:
    data = encoded(400)
    plan = make_plan(recipe(), data, [range(400)])
    lengths = [sum(len(data[i].tokens) for s in row for i in s) for row in plan.rows]
    assert max(lengths) <= 64
    assert sum(lengths) / len(lengths) > 0.93 * 64
    assert plan.tokens == sum(lengths)


def test_the_same_seed_the_same_plan() -> None:
    settings = {"curriculum": {"stages": 2}, "block": {"examples": 2}}
    plans = [make_plan(recipe({"seed": seed}, **settings), encoded(90), [range(90)]) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_a_number_of_steps_is_kept_to_the_row() -> None:
    for packing in (True, False):
        for tables in ({}, {"curriculum": {"stages": 3}}):
            plan = make_plan(
                recipe({"steps": 17, "packing": packing, "accumulate": 2}, **tables), encoded(30), [range(30)]
            )
            assert (plan.steps, len(plan.rows)) == (17, 17 * 8)


def test_a_curriculum_goes_from_the_easy_to_the_hard() -> None:
    data = encoded(100)
    plan = make_plan(
        recipe({"packing": False}, curriculum={"stages": 5, "mode": "exclusive"}), data, [range(100)]
    )
    levels = [data[i].level for i in targets(plan)]
    assert levels == sorted(levels)
    assert Counter(targets(plan)) == dict.fromkeys(range(100), 1)
    plan = make_plan(
        recipe({"packing": False, "epochs": 5}, curriculum={"stages": 5, "mode": "cumulative"}),
        data,
        [range(100)],
    )
    stages = [[data[i].level for i in targets(plan)[100 * n : 100 * (n + 1)]] for n in range(5)]
    assert [max(stage) for stage in stages] == [0, 1, 2, 3, 4]
    assert min(stages[4]) == 0


@pytest.mark.parametrize("name", ["block", "curriculum"])
def test_a_shipped_curriculum_draws_everyone(name: str) -> None:
    """What comes in with the last stage has a third of the draws, and is a third of the examples."""
    data = encoded(900)
    plan = make_plan(load_recipe(name), data, [range(900)])
    assert plan.never == 0
    assert set(targets(plan)) == set(range(900))
    assert len(targets(plan)) == 900 * load_recipe(name).train.epochs


@pytest.mark.parametrize(("stages", "epochs"), [(3, 1), (10, 2), (7, 3)])
def test_whoever_comes_in_is_drawn_while_there_is_room(stages: int, epochs: int) -> None:
    data = encoded(500)
    plan = make_plan(recipe({"epochs": epochs}, curriculum={"stages": stages}), data, [range(500)])
    assert plan.never == 0
    assert len(targets(plan)) == 500 * epochs


@pytest.mark.parametrize("packing", [True, False])
def test_the_last_stage_begins_with_whom_nobody_has_drawn(packing: bool) -> None:
    """Also where a number of steps is given; what too few steps leave out, or rows that are still open at the last one,
    is counted."""
    data = encoded(400)
    tables = {"curriculum": {"stages": 4}}
    enough = make_plan(recipe({"steps": 2 * 100, "packing": packing}, **tables), data, [range(400)])
    assert enough.never == 400 - len(set(targets(enough))) < (20 if packing else 1)
    few = make_plan(recipe({"steps": 20, "packing": packing}, **tables), data, [range(400)])
    assert few.never == 400 - len(set(targets(few))) > 100


def test_a_curriculum_by_length_orders_by_the_completion() -> None:
    data = encoded(70)
    plan = make_plan(
        recipe({"packing": False}, curriculum={"by": "length", "stages": 7, "mode": "exclusive"}),
        data,
        [range(70)],
    )
    lengths = [len(data[i].tokens) - data[i].start for i in targets(plan)]
    assert lengths == sorted(lengths)


def test_shares_hold_and_small_sources_are_gone_through_again() -> None:
    mix = [{"name": "small", "share": 0.5}, {"name": "large", "share": 0.5}]
    plan = make_plan(recipe({"epochs": 2}, mix=mix), encoded(100), [range(10), range(10, 100)])
    counts = Counter(targets(plan))
    assert sum(counts[i] for i in range(10)) == 100
    assert {counts[i] for i in range(10)} == {10}
    # Without a repetition before all of the source were drawn.
    assert {counts[i] for i in range(10, 100)} == {1, 2}


def test_blocks_hold_other_problems_of_the_kind_and_fit() -> None:
    data = encoded(80, kinds=2)
    plan = make_plan(recipe({"max_length": 128}, block={"examples": 3}), data, [range(80)])
    sizes = Counter()
    for row in plan.rows:
        assert sum(len(data[i].tokens) for s in row for i in s) <= 128
        for sequence in row:
            sizes[len(sequence)] += 1
            assert len({data[i].problem for i in sequence}) == len(sequence)
            assert len({data[i].kind for i in sequence}) == 1
    assert sizes[4] > sizes[1]
    assert Counter(targets(plan)) == dict.fromkeys(range(80), 1)


def test_a_share_of_blocks() -> None:
    plan = make_plan(recipe(block={"examples": 1, "share": 0.3}), encoded(500), [range(500)])
    with_block = sum(len(sequence) == 2 for row in plan.rows for sequence in row)
    assert 100 < with_block < 200


def test_what_did_not_fit_is_in_no_row() -> None:
    data: list[Encoded | None] = [*encoded(20)]
    data[3] = data[7] = None
    plan = make_plan(recipe(block={}), data, [range(20)])
    assert {3, 7}.isdisjoint(i for row in plan.rows for s in row for i in s)


# Sources


def test_gather_reads_by_kind_split_and_level(data: Callable[..., Path]) -> None:
    file = data(
        [
            chat(1),
            chat(2, level=5),
            chat(3, split="valid"),
            chat(4, split="test"),
            chat(5, kind=Kind.REPAIR, provenance={"licence": "MIT"}),
        ]
    )
    one = recipe(mix=[{"kind": ["proof"], "max_level": 2}, {"kind": ["repair"]}])
    found = gather(one, {"data": [file]})
    assert [example.id for example in found.train] == ["e1", "e5"]
    assert [example.id for example in found.valid] == ["e3"]
    assert found.sources == ((0,), (1,))
    assert found.counts == {"proof": 1, "repair": 1}
    assert found.licences == ("MIT",)


def test_a_limit_draws_by_the_seed(data: Callable[..., Path]) -> None:
    file = data([chat(i) for i in range(50)])
    draws = [
        [one.id for one in gather(recipe({"seed": seed}, mix=[{"limit": 9}]), {"data": [file]}).train]
        for seed in (0, 0, 1)
    ]
    assert draws[0] == draws[1] != draws[2]
    assert len(draws[0]) == 9


def test_wrong_sources(data: Callable[..., Path], tmp_path: Path) -> None:
    file = data([chat(1)])
    with pytest.raises(InputError, match="no source 'lean' to give a file for: it has data"):
        gather(recipe(), {"data": [file], "lean": [file]})
    with pytest.raises(InputError, match=r"mix lean has no file: .* --data lean=FILE"):
        gather(recipe(mix=[{"name": "lean"}]), {})
    with pytest.raises(InputError, match="no example fits it: expected examples of kind repair"):
        gather(recipe(mix=[{"kind": ["repair"]}]), {"data": [file]})
    with pytest.raises(InputError, match=r"nothing\.jsonl"):
        gather(recipe(mix=[{"path": str(tmp_path / "nothing.jsonl")}]), {})


def test_a_path_is_looked_for_beside_the_recipe(data: Callable[..., Path], tmp_path: Path) -> None:
    data([chat(1)], "own.jsonl")
    one = parse_recipe({"mix": [{"path": "own.jsonl"}]}, "test", str(tmp_path))
    assert len(gather(one, {}).train) == 1
