"""From real runs to examples: each kind, nothing held out, nothing unaudited, the same bytes again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from prover.agents.family import load_family
from prover.agents.speak import values_of
from prover.bootstrap.answers import NoFormError, answer, asked, read_back, same_proof, tactic_block
from prover.bootstrap.critiques import by_lean, written
from prover.bootstrap.example import Example, Kind, read_examples
from prover.bootstrap.minimise import minimise
from prover.bootstrap.settings import HarvestSettings, level_of, weight_of
from prover.cli import main
from prover.errors import InputError
from prover.types import Diagnostic, Header, Problem, Statement, Status, Tier, Verdict
from tests.bootstrap import scene
from tests.fakes import AUDITED, FAILED, PROVED, FakeChecker

STATEMENT = Statement("t", "(p q : Prop) (hp : p) (hq : q) : p ∧ q", Header(("Core",)))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return scene.make_runs(tmp_path_factory.mktemp("runs"))


def reap(runs: list[Path], out: Path, *options: str) -> list[Example]:
    assert main(["harvest", *map(str, runs), "--out", str(out), "--jobs", "1", *options]) == 0
    return list(read_examples(out))


def facts(out: Path) -> dict[str, Any]:
    return dict(json.loads(out.with_name(f"{out.name}.manifest.json").read_text()))


def keys(journal: bytes) -> list[str]:
    """What was asked, in no order."""
    return sorted(json.loads(line)["key"] for line in journal.splitlines())


@pytest.mark.lean
def test_each_kind_is_made_of_what_the_runs_hold(runs: list[Path], tmp_path: Path) -> None:
    examples = reap(runs, tmp_path / "all.jsonl", "--valid", "0")
    kinds = Counter(example.kind for example in examples)
    assert set(kinds) == {
        Kind.PROOF,
        Kind.LONG_COT,
        Kind.PLAN_PROOF,
        Kind.REPAIR,
        Kind.CRITIQUE,
        Kind.FORMALIZE,
        Kind.NEGATION,
    }

    def of(kind: Kind, problem: str) -> list[Example]:
        return [e for e in examples if e.kind is kind and e.problem == problem]

    (both,) = of(Kind.PROOF, "both")
    assert "idle" not in both.target
    assert "exact first" in both.target
    planned = of(Kind.PLAN_PROOF, "both")[0]
    assert "-- Step 1: Take the proof hp" in planned.target
    assert "Take the proof hq of q" in planned.prompt[-1].content  # type: ignore[union-attr]
    (thought,) = of(Kind.LONG_COT, "hard")
    assert thought.target.startswith("<think>\nLet us see.")
    repairs = {e.provenance["paired"]: e for e in of(Kind.REPAIR, "order")}
    assert "exact wrong k" in repairs[False].prompt[-1].content  # type: ignore[union-attr]
    assert repairs[False].target.startswith("The name does not exist.")
    negation = of(Kind.NEGATION, "less")[0]
    assert "theorem less_neg : ¬ (∀ (n : ℕ), n < n)" in negation.target
    assert "Show that the following is false." in negation.prompt[-1].content  # type: ignore[union-attr]
    assert not of(Kind.PROOF, "less")
    by = {
        (e.problem, e.provenance["by"], e.provenance["status"]) for e in examples if e.kind is Kind.CRITIQUE
    }
    assert ("order", "critic", "elaboration_error") in by
    assert ("hard", "lean", "elaboration_error") in by
    # A critic that calls a failed proof sound is not learned from.
    assert ("hard", "critic", "elaboration_error") not in by
    assert all(
        e.provenance["tier"] in ("audited", "replayed") for e in examples if e.kind is not Kind.CRITIQUE
    )


@pytest.mark.lean
def test_rare_proofs_weigh_more_and_the_mean_is_one(runs: list[Path], tmp_path: Path) -> None:
    examples = reap(runs, tmp_path / "all.jsonl", "--valid", "0", "--kinds", "proof,repair", "--cap", "2")
    totals: dict[tuple[str, Kind], float] = {}
    for example in examples:
        key = (example.problem, example.kind)
        totals[key] = totals.get(key, 0.0) + example.weight
    assert totals["order", Kind.PROOF] > totals["hard", Kind.PROOF] > totals["zero", Kind.PROOF]
    assert sum(e.weight for e in examples) / len(examples) == pytest.approx(1, abs=1e-5)
    assert max(Counter((e.problem, e.kind) for e in examples).values()) <= 2
    alike = reap(runs, tmp_path / "alike.jsonl", "--rarity", "0")
    assert {e.weight for e in alike} == {1.0}


@pytest.mark.lean
def test_the_same_runs_give_the_same_bytes_and_nothing_is_asked_twice(
    runs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again, killed = (tmp_path / f"{name}.jsonl" for name in ("first", "again", "killed"))
    reap(runs, first)
    reap(runs, again, "--jobs", "2")
    assert again.read_bytes() == first.read_bytes()
    assert facts(first) == facts(again)
    journal = first.with_name("first.jsonl.journal").read_bytes()
    for share in (0.3, 0.7):
        cut = killed.with_name("killed.jsonl.journal")
        cut.write_bytes(journal[: int(share * len(journal))])
        reap(runs, killed)
        assert killed.read_bytes() == first.read_bytes()
        assert keys(cut.read_bytes()) == keys(journal)

    async def nobody(*_: object) -> object:
        raise AssertionError("asked again")

    monkeypatch.setattr("prover.bootstrap.vet._one", nobody)
    monkeypatch.setattr("prover.bootstrap.fingerprint.forms_of", nobody)
    reap(runs, first)
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.lean
def test_what_is_held_out_is_in_no_example(runs: list[Path], tmp_path: Path) -> None:
    hidden = {"alias": "{x y : ℕ} (hyp : y > x) : y ≥ x"}
    held = scene.write_problems(tmp_path / "held.jsonl", hidden, "test")
    out = tmp_path / "data.jsonl"
    examples = reap(runs, out, "--held-out", str(held))
    assert "order" not in {e.problem for e in examples}
    assert facts(out)["left_out"]["contaminated: shape"] == 1
    # The same, where the problem set itself says that they are for a test.
    with sqlite3.connect(runs[0] / "run.db") as database:
        assert database.execute("SELECT count(*) FROM problems").fetchone()[0] == len(scene.STATEMENTS)
    only = reap(runs, out, "--include-split", "valid")
    assert {e.problem for e in only} == set(scene.STATEMENTS)


@pytest.mark.lean
def test_problems_of_a_test_split_are_left_out_whatever_was_proved(tmp_path: Path) -> None:
    scene.write_problems(tmp_path / "p.jsonl", {"zero": scene.STATEMENTS["zero"]}, "test")
    command = ["eval", "--data", str(tmp_path / "p.jsonl"), "--profile", "core", "--jobs", "1"]
    assert main([*command, "--out", str(tmp_path / "run"), "--json"]) == 0
    out = tmp_path / "data.jsonl"
    assert main(["harvest", str(tmp_path / "run"), "--out", str(out)]) == 1
    assert out.read_bytes() == b""
    assert facts(out)["left_out"] == {"of the split test": 1}


@pytest.mark.lean
def test_a_run_that_lies_about_a_proof_teaches_nothing(runs: list[Path], tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(runs[1], forged)
    with sqlite3.connect(forged / "run.db") as database:
        database.execute("UPDATE attempts SET json = replace(json, 'exact h.symm', 'exact h.no')")
        database.execute("UPDATE texts SET json = replace(json, 'exact h.symm', 'exact h.no')")
        database.execute("UPDATE calls SET json = replace(json, 'exact h.symm', 'exact h.no')")
    out = tmp_path / "data.jsonl"
    examples = reap([forged], out, "--kinds", "proof,long_cot")
    assert "hard" not in {e.problem for e in examples}
    assert facts(out)["left_out"]["not audited again"] >= 1
    trusting = reap([forged], tmp_path / "trust.jsonl", "--trust", "--minimise", "0", "--kinds", "proof")
    assert "hard" in {e.problem for e in trusting}


@pytest.mark.lean
def test_a_run_that_says_what_is_no_text_ends_nothing(runs: list[Path], tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    shutil.copytree(runs[1], odd)
    with sqlite3.connect(odd / "run.db") as database:
        database.execute(
            """UPDATE problems SET json = replace(json, '"train"', '"\\ud83d"') WHERE id = 'zero'"""
        )
        assert (
            database.execute("SELECT json FROM problems WHERE id = 'zero'").fetchone()[0].count("\\ud83d")
            == 1
        )
    out = tmp_path / "data.jsonl"
    examples = reap([odd], out, "--kinds", "proof", "--minimise", "0")
    assert examples
    assert "zero" not in {e.problem for e in examples}
    assert facts(out)["left_out"]["of the split \ud83d"] == 1


@pytest.mark.lean
def test_splits_follow_the_statement_and_leak_nothing(runs: list[Path], tmp_path: Path) -> None:
    halves = reap(runs, tmp_path / "half.jsonl", "--valid", "0.5")
    splits: dict[str, set[str]] = {}
    for example in halves:
        splits.setdefault(example.problem, set()).add(example.split)
    assert all(len(names) == 1 for names in splits.values())
    alone = reap(runs[1:2], tmp_path / "alone.jsonl", "--valid", "0.5")
    assert all({e.split} == splits[e.problem] for e in alone)


@pytest.mark.parametrize(
    "family", ["generic", "deepseek-v2", "deepseek-v2-non-cot", "goedel-v2", "kimina", "malot", "tiny"]
)
@pytest.mark.parametrize(
    "proof",
    [
        "exact ⟨hp, hq⟩",
        "constructor\n· exact hp\n· exact hq",
        ":= by\n  constructor\n  · exact hp\n  · exact hq",
        "⟨hp, hq⟩",
        "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n  -- both\n  exact ⟨hp, hq⟩",
    ],
)
def test_what_a_family_would_answer_is_read_back_as_the_proof(family: str, proof: str) -> None:
    loaded = load_family(family)
    question = asked(loaded, "writer", STATEMENT, values_of(Problem("t"), STATEMENT))
    read = read_back(question, answer(question, proof))
    meant = tactic_block(STATEMENT, proof) if question.rendered.role.answer == "tactics" else proof
    assert same_proof(STATEMENT, read, meant)
    assert not same_proof(STATEMENT, read, "exact ⟨hp, hp⟩")


def test_an_answer_that_would_be_read_otherwise_is_no_example() -> None:
    question = asked(load_family("generic"), "writer", STATEMENT, values_of(Problem("t"), STATEMENT))
    other = "```lean4\ntheorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n  exact ⟨hp, hp⟩\n```"
    with pytest.raises(NoFormError, match="read back"):
        answer(question, "exact ⟨hp, hq⟩", text=other)
    raw = asked(load_family("deepseek-v2-non-cot"), "writer", STATEMENT, values_of(Problem("t"), STATEMENT))
    with pytest.raises(NoFormError, match="no place for a thought"):
        answer(raw, "exact ⟨hp, hq⟩", thought="I think.")
    with pytest.raises(NoFormError, match="no tactic block"):
        answer(
            raw, "lemma a : True := trivial\n\ntheorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := ⟨hp, hq⟩"
        )


async def test_minimising_asks_in_a_bounded_way_and_is_audited() -> None:
    statement = Statement("t", "(a : ℕ) : a = a")
    proof = "have x := 1\n-- why\nhave y := 2\nrfl"
    checker = FakeChecker({"rfl": PROVED})
    short = await minimise(statement, proof, checker)
    assert short.proof == "rfl"
    assert checker.count("audit") == 1
    needs_y = FakeChecker({"-- why\nhave y := 2\nrfl": PROVED})
    assert (await minimise(statement, proof, needs_y)).proof == "-- why\nhave y := 2\nrfl"
    refused = FakeChecker({"rfl": PROVED}, audits={"rfl": FAILED})
    assert (await minimise(statement, proof, refused)).proof == proof
    bounded = FakeChecker()
    assert (await minimise(statement, proof, bounded, checks=2)).proof == proof
    assert bounded.count("check") == 2


def test_lean_judges_each_step_up_to_the_first_error() -> None:
    proof = "have a := 1\nhave b : p := by\n  exact wrong\nexact b"
    error = Diagnostic("error", "unknown identifier\n'wrong'", 3, 8, 3, 13)
    judged = by_lean(proof, Verdict(Status.ELABORATION_ERROR, diagnostics=(error,)))
    assert [(step.step, step.sound) for step in judged] == [
        ("have a := 1", True),
        ("have b : p := by", False),
    ]
    assert '"sound": false' in written(judged, sound=False)
    assert written(judged, sound=True) == ""
    assert by_lean(proof, Verdict(Status.TIMEOUT)) == []
    assert all(step.sound for step in by_lean(proof, AUDITED))
    assert by_lean(proof, Verdict(Status.PROVED, Tier.ELABORATED)) == []


@pytest.mark.parametrize(
    ("tries", "wins", "expected"),
    [(8, 8, 1.054), (8, 0, 3.162), (8, 1, 2.236), (0, 0, 1.414), (1000, 0, 4.0)],
)
def test_weights(tries: int, wins: int, expected: float) -> None:
    assert weight_of(tries, wins, HarvestSettings()) == pytest.approx(expected, abs=1e-3)
    assert weight_of(tries, wins, HarvestSettings(rarity=0.0)) == 1.0


def test_levels_and_settings() -> None:
    assert [level_of(n) for n in (0, 7, 8, 15, 16, 32, 10**9)] == [0, 0, 1, 1, 2, 3, 10]
    with pytest.raises(InputError, match="cap: expected a whole number from 1"):
        HarvestSettings(cap=0)
    with pytest.raises(InputError, match="valid: expected a part"):
        HarvestSettings(valid=1.0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere"),
        (["--kinds", "poem"], "expected some of proof"),
        (["--cap", "0"], "cap: expected"),
        (["--family", "none"], "famil"),
        (["--held-out", "nothing.jsonl"], "nothing.jsonl"),
    ],
)
@pytest.mark.lean
def test_mistakes_are_told(
    runs: list[Path], tmp_path: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [] if arguments == ["nowhere"] else [str(runs[0])]
    assert main(["harvest", *arguments, *folders, "--out", str(tmp_path / "x.jsonl"), "--json"]) == 2
    error: Mapping[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said in error["error"]
    assert not (tmp_path / "x.jsonl").exists()
