"""What an iteration refuses: mistakes before its first stage, held-out problems, files that were changed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prover import pipeline
from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.example import Example, Kind, read_examples, write_examples
from prover.bootstrap.fingerprint import Fingerprint, Forms, fingerprint
from prover.cli import main
from prover.codec import digest
from prover.errors import InputError
from prover.models.base import Message, Role
from prover.train.iterate import arm, plot
from prover.train.iterate.guard import Guard, too_near
from prover.types import Problem, Statement
from tests.bootstrap.rounds import LOOP, TEST, TRAIN, iterate, write_loop
from tests.bootstrap.scene import write_problems


@pytest.mark.lean
def test_problems_that_are_held_out_are_neither_proved_nor_trained_on(
    loop: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    twin = {"twin": "(x y : ℕ) (hyp : y + 3 = x) : x = y + 3"}
    write_problems(Path("train.jsonl"), {**TRAIN, **twin}, "train")
    write_loop(rounds=1)
    result = iterate(capsys)
    assert result["rounds"][1]["training"]["problems"] == len(TRAIN)
    write_problems(Path("train.jsonl"), twin, "train")
    done = main(["iterate", "loop.toml", "--out", "other", "--profile", "core", "--jobs", "1", "--json"])
    assert done == 2
    assert "every training problem is held out" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.lean
def test_data_that_was_slipped_in_stops_the_training(
    loop: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_loop(rounds=1)
    real = write_examples

    def slips(path: Path, examples: Any) -> str:
        return real(path, [replace(example, problem="e2") for example in examples])

    monkeypatch.setattr("prover.train.iterate.arm.write_examples", slips)
    error = iterate(capsys, code=2)["error"]
    assert "is about e2, which is no training problem" in error
    assert loop == []


@pytest.mark.lean
def test_a_file_that_was_changed_behind_the_harvest_is_not_trained_on(
    loop: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The example is still about a training problem, and asks another thing."""
    write_loop(rounds=1)
    iterate(capsys)
    for done in ("train", "evaluate"):
        shutil.rmtree(f"out/main/round-1/{done}")
    path = Path("out/main/round-1/harvest/examples.jsonl")
    (one,) = read_examples(path)
    asked = (*one.prompt[:-1], Message(Role.USER, f"theorem e {TEST['e5']}")) if one.chat else TEST["e5"]
    write_examples(path, [replace(one, prompt=asked)])
    assert "examples.jsonl: was changed since it was written" in iterate(capsys, code=2)["error"]
    assert len(loop) == 1


def printed(signature: str, shape: str) -> Fingerprint:
    return fingerprint(Statement("t", signature), Forms(shape, shape))


def example(problem: str, text: str, prompt: str = "") -> Example:
    name = f"{problem}-{digest([text, prompt])[:6]}"
    return Example(name, Kind.PROOF, problem, prompt or f"prove {problem}", text)


def test_the_guard_knows_a_held_out_shape_under_any_name(tmp_path: Path) -> None:
    held = HeldOut({"secret": printed("(n : ℕ) : n = n", "abc")})
    guard = Guard(
        held, {"fine": printed("(n : ℕ) : n ≤ n", "xyz"), "twin": printed("(m : ℕ) : m = m", "abc")}
    )
    path = tmp_path / "examples.jsonl"
    guard.assert_clean(path, write_examples(path, [example("fine", "rfl")]))
    sha256 = write_examples(path, [example("fine", "rfl"), example("twin", "rfl")])
    with pytest.raises(InputError, match=r"is about twin, which is the held-out secret \(same shape\)"):
        guard.assert_clean(path, sha256)
    with pytest.raises(InputError, match="was changed"):
        guard.assert_clean(path, "0" * 64)


LONG = "(a b c : ℕ) (h : a + b * c = 7) (g : a * b ≤ c + 3) : a ^ 2 + b ^ 2 ≤ c * (a + b) + 40"


@pytest.mark.parametrize("signature", [LONG, "(n : ℕ) : n * 2 = n + n"])
@pytest.mark.parametrize("place", ["prompt", "answer", "first message"])
def test_the_guard_finds_a_held_out_statement_wherever_it_stands(
    tmp_path: Path, signature: str, place: str
) -> None:
    guard = Guard(HeldOut({"secret": printed(signature, "abc")}), {"fine": printed("(n : ℕ) : n ≤ n", "xyz")})
    shown = f"theorem x {signature} := by nlinarith"
    one = example("fine", shown) if place == "answer" else example("fine", "omega", shown)
    if place == "first message":
        messages = (Message(Role.SYSTEM, shown), Message(Role.USER, "prove it"))
        one = replace(one, prompt=messages, completion=(Message(Role.ASSISTANT, "omega"),))
    path = tmp_path / "examples.jsonl"
    sha256 = write_examples(path, [one])
    with pytest.raises(InputError, match="holds the held-out secret"):
        guard.assert_clean(path, sha256)
    with pytest.raises(InputError, match="holds the held-out secret"):
        guard.assert_no_mention(path, sha256)


def test_a_problem_that_holds_a_held_out_one_is_too_near_to_it() -> None:
    signature = f"{LONG} ∧ a = a"
    held = HeldOut({"secret": printed(LONG, "abc")})
    problem = Problem("p", statement=Statement("p", signature))
    assert too_near(held, problem, printed(signature, "xyz")) is not None


@pytest.mark.lean
def test_other_policies_or_data_are_another_iteration(
    loop: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    policy = 'kind = "whole-proof"\nsamples = 2\nbatch = 2\nstop_at_first = false\n'
    Path("how.toml").write_text(policy)
    Path("recipe.toml").write_text('[[mix]]\n[[mix]]\nname = "more"\n')
    write_examples("more.jsonl", [example("x", "rfl")])
    text = LOOP.replace('"train.jsonl"\nsamples = 2', '"train.jsonl"\npolicy = "how.toml"')
    write_loop('[data]\nmore = "more.jsonl"', rounds=1, text=text, recipe="recipe.toml")
    iterate(capsys)
    Path("how.toml").write_text(policy + "hammer_cpu_s = 0.5\n")
    assert "holds another iteration (other: prove)" in iterate(capsys, code=2)["error"]
    Path("how.toml").write_text(policy)
    write_examples("more.jsonl", [example("x", "simp")])
    assert "holds another iteration (other: data)" in iterate(capsys, code=2)["error"]
    write_examples("more.jsonl", [example("x", "rfl")])
    iterate(capsys)


@pytest.mark.lean
def test_a_problem_without_an_answer_is_counted_apart_where_it_is_one_of_many(
    loop: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = pipeline.solve, []

    async def breaks(problem: Problem, *rest: Any, **more: Any) -> Any:
        if problem.id == "e2":
            tries.append(problem.id)
            raise RuntimeError("ours")
        return await real(problem, *rest, **more)

    monkeypatch.setattr(pipeline, "solve", breaks)
    write_loop(rounds=1)
    assert "1 of 4 problems got no answer" in iterate(capsys, code=3)["error"]
    assert len(tries) == 2, "once more, and no further"
    monkeypatch.setattr(arm, "_MAX_INFRA", 0.25)
    rows = iterate(capsys)["rounds"]
    assert [(row["problems"], row["n"], row["infra"]) for row in rows] == [(4, 3, 1)] * 2
    assert "can read, and that got an answer, of 4." in Path("out/report.md").read_text()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("rounds = 2", "rounds = 0"), "loop.toml: rounds: "),
        (('family = "generic"', "familie = 1"), "loop.toml: familie: "),
        (("samples = 2", 'budget = "wall=x"'), "loop.toml: prove.budget: "),
        (('kinds = ["proof"]', 'kinds = ["poem"]'), "loop.toml: harvest.kinds.0: "),
        (('base = "start"', "base = "), "loop.toml: not a TOML file"),
        (('recipe = "full"', 'recipe = "none"'), "recipe: expected one of"),
        (("[harvest]", "[train]\nsteps = -1\n[harvest]"), "train.steps"),
        (("watch = 2", "watch = 3"), "watch: expected at most the 2 samples of [evaluate], found 3"),
        (
            ("samples = 2", 'samples = 2\npolicy = "malot"'),
            "prove: samples: expected either this or a policy",
        ),
        (('problems = "train.jsonl"', 'problems = "none.jsonl"'), "none.jsonl"),
        (('"test.jsonl"\nsamples = 2', '"test.jsonl"\npolicy = "none"'), "policy: expected one of"),
    ],
)
def test_mistakes_in_the_file_are_told(
    loop: list[Any], capsys: pytest.CaptureFixture[str], change: tuple[str, str], said: str
) -> None:
    write_loop()
    text = Path("loop.toml").read_text()
    assert change[0] in text
    Path("loop.toml").write_text(text.replace(change[0], change[1], 1))
    assert said in iterate(capsys, code=2)["error"]
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("more", "recipe", "said"),
    [
        ('[data]\nmore = "none.jsonl"', '[[mix]]\n[[mix]]\nname = "more"', "none.jsonl"),
        ("", '[[mix]]\n[[mix]]\nname = "more"', "mix more has no file"),
        ('[data]\nmore = "test.jsonl"', "", "no source 'more'"),
        ('[data]\ndata = "test.jsonl"', "", "data is what the rounds harvest"),
        ("", '[[mix]]\nname = "data"\nkind = ["repair"]', "expected a mix data for what the rounds harvest"),
        ("", '[[mix]]\npath = "none.jsonl"', "expected a mix data for what the rounds harvest"),
        ("", 'method = "grpo"', 'has method = "grpo"'),
        ("", "[scratch]\nhidden_size = 16\nlayers = 1\nheads = 2\nintermediate_size = 16", "random weights"),
        ('family = "nobody"', "", "nobody"),
    ],
)
def test_what_a_later_stage_would_miss_is_told_before_the_first(
    loop: list[Any], capsys: pytest.CaptureFixture[str], more: str, recipe: str, said: str
) -> None:
    Path("recipe.toml").write_text(recipe)
    text = LOOP.replace('family = "generic"\n', "") if "family" in more else LOOP
    write_loop(more, text=text, recipe="recipe.toml")
    assert said in iterate(capsys, code=2)["error"]
    assert not Path("out").exists()


def test_a_missing_plot_is_told_before_the_first_stage(
    loop: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "find_spec", lambda _: None)
    write_loop()
    assert "matplotlib" in iterate(capsys, code=3)["error"]
    assert not Path("out").exists()


@pytest.mark.lean
def test_too_few_problems_for_the_last_round_are_told_before_the_first(
    loop: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    text = LOOP.replace('problems = "train.jsonl"', 'problems = "train.jsonl"\nlimit = 1\nadvance = true')
    write_loop(text=text, rounds=4)
    assert "none of the 3 problems is left for round 4" in iterate(capsys, code=2)["error"]
    assert not Path("out/main").exists()
