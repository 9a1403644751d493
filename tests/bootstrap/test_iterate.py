"""Rounds with a stand-in for the training: what is asked of whom, what is kept, told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prover.bootstrap.example import Kind
from prover.errors import InputError
from prover.models.spec import parse_spec
from prover.train.iterate import ablation
from prover.train.iterate.config import Problems, load_iteration
from prover.train.iterate.stage import stage
from prover.verbs.iterate import problems_of
from tests.bootstrap.rounds import LOOP, TEST, TRAIN, iterate, stages, write_loop, write_script
from tests.bootstrap.scene import write_problems


@pytest.mark.lean
def test_rounds_learn_and_the_control_does_not(loop: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    write_loop("control = true")
    result = iterate(capsys)
    rows = result["rounds"]
    assert [row["solved"] for row in rows] == [0, 1, 2]
    assert [row["n"] for row in rows] == [4, 4, 4]
    assert [row["pass@2"] for row in rows] == [0.0, 0.25, 0.5]
    assert all(low <= row["pass@2"] <= high for row in rows for low, high in [row["pass@2_ci"]])
    # Four problems without a proof leave much open: no interval is a point.
    assert rows[0]["pass@2_ci"] == pytest.approx([0.0, 0.4899], abs=1e-4)
    assert [row["solved"] for row in result["control"]] == [0, 0, 0]
    assert result["gain"]["gain"] == 0.5
    assert result["control_gain"]["gain"] == 0.0
    assert result["margin"]["gain"] == 0.5
    assert [row["training"]["solved_so_far"] for row in rows[1:]] == [1, 2]
    assert [row["training"]["novelty"] for row in rows[1:]] == [1.0, 0.5]
    assert result["best"] == 2
    assert json.loads(Path("out/summary.json").read_text()) == {k: v for k, v in result.items() if k != "out"}
    told = Path("out/report.md").read_text()
    assert "| 2 | 4 | 2 |" in told
    assert "In the last round 2 solved of 4 that `core` can read, of 4." in told
    assert [row["authors"] for row in rows[1:]] == [{"writer": 1}, {"writer": 2}]
    assert [row["equal_answers"] for row in result["control"][1:]] == [0, 0]
    assert [row["training"]["novel_forms"] for row in rows[1:]] == [1.0, 0.0], "omega, and omega again"
    spent = [part["lean_cpu_s"] for row in [*rows, *result["control"][1:]] for part in row["cost"].values()]
    assert result["cost"]["lean_cpu_s"] == pytest.approx(sum(spent), abs=0.1)
    assert rows[1]["cost"]["prove"]["tokens"] > 0
    assert rows[1]["cost"]["prove"]["lean_cpu_s"] > 0
    for name in ("plot.svg", "plot.png"):
        assert Path("out", name).stat().st_size > 5_000
    # One problem alone has no other to be confused with: the control of the first round had nothing to learn.
    assert [(str(call["out"]), call["steps"], len(call["examples"])) for call in loop] == [
        ("out/main/round-1/train/model", None, 1),
        ("out/main/round-2/train/model", None, 2),
        ("out/control/round-2/train/model", 7, 2),
    ]
    assert {Path(call["base"]).name for call in loop} == {"start"}
    wrong = {e.problem: e.target for e in loop[-1]["examples"]}
    assert "theorem t3" in wrong["t2"]
    assert "theorem t2" in wrong["t3"]
    before = stages()
    assert len(before) == 1 + 2 * 4 + 2 * 2 + 1
    assert iterate(capsys)["rounds"] == rows
    assert len(loop) == 3
    assert stages() == before


@pytest.mark.lean
def test_more_rounds_go_on_from_what_is_done_and_the_last_weights(
    loop: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    write_loop('start = "last"', rounds=1)
    first = iterate(capsys)
    before = stages()
    second = iterate(capsys, "--rounds", "3", "--patience", "9")
    assert second["rounds"][:2] == first["rounds"]
    assert [row["solved"] for row in second["rounds"]] == [0, 1, 2, 3]
    assert {name: mark for name, mark in stages().items() if name in before} == before
    assert [Path(call["base"]).parts[-4:-1] for call in loop[1:]] == [
        ("main", "round-1", "train"),
        ("main", "round-2", "train"),
    ]
    error = iterate(capsys, "--seed", "1", code=2)["error"]
    assert "out holds another iteration (other: config, recipe)" in error


@pytest.mark.lean
def test_an_adapter_is_gone_on_from(loop: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    write_loop('start = "last"', recipe="sft")
    result = iterate(capsys)
    assert [row["solved"] for row in result["rounds"]] == [0, 1, 2]
    assert [Path(call["base"]).name for call in loop] == ["start", "start"]
    assert [call["adapter"] for call in loop] == ["", "out/main/round-1/train/model"]


@pytest.mark.lean
def test_a_fixed_set_is_drawn_once(loop: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    write_loop('samples = "fixed"')
    iterate(capsys)
    assert sorted(path.name for path in Path("out/main").glob("round-*/prove")) == ["prove"]
    assert [len(call["examples"]) for call in loop] == [1, 1]


@pytest.mark.lean
def test_each_round_goes_on_to_the_next_problems(loop: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    write_script(Path("start"), set(TRAIN))
    text = LOOP.replace('problems = "train.jsonl"', 'problems = "train.jsonl"\nlimit = 2\nadvance = true')
    write_loop("accumulate = false", text=text)
    done = iterate(capsys)
    assert [row["training"]["problems"] for row in done["rounds"][1:]] == [2, 1]
    assert [{e.problem for e in one["examples"]} for one in loop] == [{"t2", "t3"}]
    assert [row["training"]["solved"] for row in done["rounds"][1:]] == [2, 0], "round 1 taught t2 and t3"
    assert "none of the 3 problems is left for round 3" in iterate(capsys, "--rounds", "3", code=2)["error"]
    write_loop(text=text.replace("limit = 2\n", ""))
    assert "advance needs a limit" in iterate(capsys, code=2)["error"]


@pytest.mark.lean
def test_it_ends_when_rounds_bring_nothing(
    loop: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def learns_nothing(*_: Any, **__: Any) -> dict[str, Any]:
        write_script(_[1], {"t2"})
        return {"steps": 1, "seconds": 0.0, "tokens": 1, "loss": None}

    monkeypatch.setattr("prover.train.iterate.arm.train", learns_nothing)
    write_loop("patience = 2", rounds=9)
    result = iterate(capsys)
    assert len(result["rounds"]) == 3
    assert result["stopped"] == "no round since round 0 was better at pass@2: ended after round 2"
    assert result["best"] == 0


@pytest.mark.lean
def test_a_start_that_proves_nothing_trains_nothing(
    loop: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    write_script(Path("start"), set())
    write_loop("control = true", rounds=1)
    result = iterate(capsys)
    assert loop == []
    assert result["rounds"][1]["steps"] == 0
    assert result["rounds"][1]["solved"] == 0


def test_a_part_of_the_problems(tmp_path: Path) -> None:
    write_problems(tmp_path / "test.jsonl", TEST)
    part = Problems(problems=str(tmp_path / "test.jsonl"), skip=1, limit=2)
    assert [problem.id for problem in problems_of(part).problems] == ["e3", "e4"]
    with pytest.raises(InputError, match="no problem in it behind the first 4"):
        problems_of(part.model_copy(update={"skip": 4}))


async def test_a_stage_is_done_once_and_only_for_what_it_was_made_of(tmp_path: Path) -> None:
    calls: list[int] = []

    async def work() -> dict[str, Any]:
        calls.append(1)
        return {"x": [1, 2]}

    for _ in range(2):
        result = await stage(tmp_path / "s", {"a": (1,)}, work)
        assert result["x"] == [1, 2]
    assert len(calls) == 1
    with pytest.raises(InputError, match="was made of something else"):
        await stage(tmp_path / "s", {"a": 2}, work)
    (tmp_path / "s" / "done.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        await stage(tmp_path / "s", {"a": (1,)}, work)


def test_the_model_of_a_round_on_each_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_loop('model = "max_tokens=64"')
    config = load_iteration(Path("loop.toml"))
    spec = config.spec("a, b", "c, d")
    assert (spec.backend, spec.name, spec.family) == ("hf", "a, b", "generic")
    assert (dict(spec.options), spec.sampling.max_tokens) == ({"adapter": "c, d"}, 64)
    assert parse_spec(str(spec)) == spec
    on_vllm = config.model_copy(update={"backend": "vllm"}).spec("base", "adapter")
    assert (on_vllm.backend, dict(on_vllm.options)) == ("vllm", {"lora": "adapter"})
    write_loop('model = "warmth=1"')
    with pytest.raises(InputError, match="has no option 'warmth'"):
        load_iteration(Path("loop.toml"))


def test_every_part_can_be_left_out_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_loop("control = true", text=LOOP.replace('kinds = ["proof"]', 'kinds = ["proof", "repair"]'))
    config = load_iteration(Path("loop.toml"))
    found = ablation.variants(config, "all")
    assert list(found) == [
        "as-it-is",
        "without-rarity-weights",
        "without-repairs",
        "with-curriculum",
        "with-block-training",
        "without-words",
        "with-a-fixed-set",
    ]
    assert found["without-rarity-weights"].settings(1).rarity == 0
    assert found["without-repairs"].settings(1).kinds == (Kind.PROOF,)
    assert found["with-curriculum"].the_recipe().curriculum is not None
    assert found["with-block-training"].the_recipe().block is not None
    assert not found["without-words"].settings(1).words
    assert found["with-a-fixed-set"].samples == "fixed"
    assert [one.control for one in found.values()] == [True] + 6 * [False]
    turned = ablation.variants(found["with-curriculum"], "curriculum,samples")
    assert list(turned) == ["as-it-is", "without-curriculum", "with-a-fixed-set"]
    assert turned["without-curriculum"].the_recipe().curriculum is None
    with pytest.raises(InputError, match="expected some of rarity"):
        ablation.variants(config, "luck")


@pytest.mark.lean
def test_an_ablation_ends_in_a_table(loop: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    write_loop(rounds=1)
    rows = iterate(capsys, "--ablate", "rarity,samples")["ablation"]
    assert [row["variant"] for row in rows] == ["as-it-is", "without-rarity-weights", "with-a-fixed-set"]
    assert [row["score"] for row in rows] == [0.25, 0.25, 0.25]
    text = Path("out/ablation.md").read_text()
    same = "+0.0% (+0.0% to +0.0%)"
    assert f"| with-a-fixed-set | 25.0% | {same} | 25.0% | {same} |" in text
    assert "| as-it-is | 25.0% | – | 25.0% | – |" in text
    assert {e.weight for e in loop[1]["examples"]} == {1.0}
    for same in ("round-0/evaluate", "round-1/prove"):
        runs = {Path(f"out/{row['variant']}/main/{same}/manifest.json").read_text() for row in rows}
        assert len(runs) == 1, "what no part has a say in is drawn once"
