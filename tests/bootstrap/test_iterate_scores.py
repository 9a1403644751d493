"""What rounds are compared by, and what of them is told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from prover.train.iterate import stage as stages
from prover.train.iterate.ablation import table
from prover.train.iterate.config import Iteration
from prover.train.iterate.loop import _stop
from prover.train.iterate.measure import gain, values
from prover.train.iterate.plot import write_plot
from prover.train.iterate.report import report
from prover.train.iterate.stage import stage
from prover.train.iterate.summary import Round, summary

SPEND = {"tokens_in": 1000, "tokens_out": 200, "lean_cpu_s": 30.0}


def scored(solved: int, n: int = 40, **other: Any) -> dict[str, Any]:
    share = solved / n
    return {
        "pass@1": share,
        "pass@1_ci": [0.0, 1.0],
        "pass@2": share,
        "pass@2_ci": [max(0, share - 0.1), min(1, share + 0.1)],
        "problems": n + 3,
        "n": n,
        "solved": solved,
        "solved_share": share,
        "solved_share_ci": [0.1, 0.9],
        "unsupported": 3,
        "infra": 0,
        "all_drawn": True,
        "draws": {f"p{i}": [2, 2, 1, False] if i < solved else [2, 0, None, False] for i in range(n)},
        "proof_tokens": None,
        "failures": {"timeout": n - solved},
        "canaries_refused": 1,
        "spend": SPEND,
        "wall_s": 50.0,
        **other,
    }


def unknown(solved: int) -> dict[str, Any]:
    """One problem was cut off behind its first sample."""
    found = scored(solved)
    cut = {**found["draws"], "p39": [1, 0, None, False]}
    return {**found, "pass@2": None, "pass@2_ci": None, "draws": cut}


def configured(**evaluate: Any) -> Iteration:
    content = {"base": "b", "watch": 2, "patience": 2, "prove": {"problems": "p"}}
    return Iteration.model_validate({**content, "evaluate": {"problems": "e", **evaluate}})


def test_the_gain_compares_each_problem_with_itself() -> None:
    found = gain(scored(10), scored(20), "pass@2")
    assert found is not None
    assert (found["score"], found["gain"]) == ("pass@2", 0.25)
    assert 0 < found["ci"][0] < 0.25 < found["ci"][1]
    assert gain(scored(10), scored(20), "pass@4") is None
    assert gain(scored(10), unknown(20), "pass@2") is None
    content = summary([Round(0, scored(10)), Round(1, scored(20))], [], stopped="", score="pass@2")
    assert "pass@2 changed by +25.0%" in report(content)
    assert content["control"] == []


def test_what_the_hammer_proved_before_any_sample_counts_in_the_gain_as_in_the_score() -> None:
    hammered = scored(10)
    hammered["draws"] |= {f"p{i}": [2, 0, 0, False] for i in range(10, 20)}
    assert sum(values(hammered, "pass@2").values()) == 20
    found = gain(scored(10), hammered, "pass@2")
    assert found is not None
    assert found["gain"] == 0.25


def test_a_round_whose_score_is_not_known_is_not_compared() -> None:
    """It has solved most, but of how many samples?"""
    rounds = [Round(0, scored(10)), Round(1, unknown(39)), Round(2, scored(12))]
    content = summary(rounds, [], stopped="", score="pass@2")
    assert [row["score"] for row in content["rounds"]] == [0.25, None, 0.3]
    assert content["best"] == 2
    assert _stop(rounds[:2], configured()) == ""
    worse = [*rounds, Round(3, scored(11)), Round(4, unknown(0))]
    assert _stop(worse, configured()) == "", "one round was worse, of the other nobody knows"
    assert "since round 2 was better at pass@2" in _stop([*worse, Round(5, scored(12))], configured())
    nothing = summary([Round(0, unknown(1))], [], stopped="", score="pass@2")
    assert nothing["best"] is None
    assert "No round's pass@2 is known." in report(nothing)


def test_a_search_is_scored_by_what_it_solved(tmp_path: Path) -> None:
    assert configured().score == "pass@2"
    assert configured(policy="malot").score == "solved"
    rounds, controls = (
        [Round(0, unknown(10)), Round(1, unknown(20))],
        [Round(0, unknown(10)), Round(1, unknown(8))],
    )
    content = summary(rounds, controls, stopped="", score="solved")
    assert [row["score"] for row in content["rounds"]] == [0.25, 0.5]
    assert content["gain"]["gain"] == 0.25
    assert content["margin"]["gain"] == 0.3
    assert content["margin"]["ci"][0] > 0
    text = report(content)
    assert "| share solved |" in text
    assert "From the first round to the last, solved changed by +25.0%" in text
    assert "Beyond the control of the same round, solved is +30.0%" in text
    assert all(file.stat().st_size > 5_000 for file in write_plot(tmp_path, content))


def test_an_ablation_names_what_its_column_holds(tmp_path: Path) -> None:
    for name, solved in (("as-it-is", 10), ("without-words", 20)):
        folder = tmp_path / name / "main/round-1/evaluate"
        asyncio.run(_made(folder, unknown(solved)))
    content = {
        name: summary([Round(0, unknown(5)), Round(1, unknown(solved))], [], stopped="", score=score)
        for name, solved in (("as-it-is", 10), ("without-words", 20))
        for score in ("solved",)
    }
    rows, text = table(content, tmp_path)
    assert "| pass@1 | difference | solved | difference |" in text
    assert [row["score"] for row in rows] == [0.25, 0.5]
    assert rows[1]["difference"]["gain"] == 0.25


async def _made(folder: Path, result: dict[str, Any]) -> None:
    async def work() -> dict[str, Any]:
        return result

    await stage(folder, {}, work)


def proved(*names: str) -> dict[str, Any]:
    return {
        "problems": 9,
        "solved": list(names),
        "proofs": [f"omega {name}" for name in names],
        "forms": ["omega"],
        "infra": 0,
        "samples": 18,
        "wins": len(names),
        "proof_tokens": 1,
        "failures": {"elaboration_error": 5},
        "spend": SPEND,
        "wall_s": 70.0,
    }


def test_the_report_tells_whose_proofs_at_what_cost_under_which_judge() -> None:
    learned = {"trained_on": 7, "authors": {"hammer": 5, "writer": 2}, "lean_cpu_s": 11.0, "wall_s": 13.0}
    wrong = {"trained_on": 7, "equal_answers": 3, "wall_s": 1.0}
    taught = {"steps": 4, "loss": 0.5, "tokens": 100, "wall_s": 17.0}
    rounds = [
        Round(0, scored(10)),
        Round(1, scored(20), proved("a", "b"), learned, taught),
        Round(2, scored(21), proved("c"), learned, taught),
    ]
    controls = [Round(0, scored(10)), *(Round(i, scored(9), {}, wrong, taught) for i in (1, 2))]
    one = {"name": "core", "problems": 43, "search": "2 whole proofs", "sha256": "ab" * 32}
    about = {
        "base": "start@123",
        "backend": "hf",
        "family": "tiny",
        "recipe": "full",
        "profile": "core",
        "toolchain": "Lean (version 4.35.0)",
        "held_out": one,
        "to_learn": {**one, "sha256": "cd" * 32},
    }
    content = summary(rounds, controls, stopped="", score="pass@2", about=about)
    second = content["rounds"][2]["training"]
    assert (second["novelty"], second["novel_forms"]) == (1.0, 0.0), "another problem, the same proof"
    assert content["rounds"][1]["train_s"] == 17.0
    assert content["cost"] == {
        "wall_s": 5 * 50.0 + 2 * (70.0 + 13.0 + 17.0) + 2 * (1.0 + 17.0),
        "lean_cpu_s": 5 * 30.0 + 2 * (30.0 + 11.0),
        "tokens": 7 * 1200 + 4 * 100,
    }
    text = report(content)
    for said in (
        "Start: `start@123`, prompts of the family `tiny`, backend `hf`, recipe `full`.",
        "profile `core`, Lean (version 4.35.0)",
        "| held out | core | 43 | 2 whole proofs | `abababababab` |",
        "21 solved of 40 that `core` can read, of 43.",
        "| round | examples | of the hammer | of the writer | steps | loss |",
        "| 1 | 7 | 5 | 2 | 4 | 0.500 | 7 | 3 | 4 |",
        "## Failed samples of training problems",
        "| 1 | 5 |",
        "| 1 | main | 70 s, 30 s L, 1,200 tokens | 13 s, 11 s L | 17 s, 100 tokens | 50 s, 30 s L, 1,200 tokens |",
        "| 1 | control | – | 1 s | 17 s, 100 tokens | 50 s, 30 s L, 1,200 tokens |",
        "| 2 | 1 of 9 | 1 | 3 | 18 (1 proved) | 1 | 100% | 1 | 0% |",
    ):
        assert said in text


async def test_a_stage_counts_the_time_of_all_its_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_EVERY_S", 0.05)

    async def work() -> dict[str, Any]:
        await asyncio.sleep(0.4)
        return {}

    killed = asyncio.create_task(stage(tmp_path, {}, work))
    await asyncio.sleep(0.3)
    kept = (tmp_path / "clock.json").read_text()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    (tmp_path / "clock.json").write_text(kept)
    assert (await stage(tmp_path, {}, work))["wall_s"] >= 0.6
    assert (await stage(tmp_path, {}, work))["wall_s"] >= 0.6
