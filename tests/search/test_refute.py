"""Refuting with a model's counterexamples: who is asked, what of the answer reaches Lean, what it costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover import cli
from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.errors import InputError
from prover.lean.checker import PlainChecker
from prover.search.kinds import optional_roles
from prover.search.ledger import Notebook
from prover.search.policy import Policy
from prover.search.seats import specs_of
from prover.types import Header, Problem, Statement, StopReason, audited
from tests.fakes import PROVED, FakeChecker
from tests.search.scene import Script, play

POLICY = Policy("p", "whole-proof", settings={"samples": 1, "batch": 1}, refute=True)
STRANGE = Statement("strange", "(n : ℕ) : OddToUs n", Header(("Mathlib",)))
PELL = Statement("pell", "(a b : ℕ) (hb : 0 < b) : a ^ 2 ≠ 61 * b ^ 2 + 1", Header(("Mathlib",)))
PELL_ANSWER = '```json\n[{"a": 3, "b": 1}, {"a": 1766319049, "b": 226153980}]\n```'


def seats(folder: Path, said: str) -> tuple[dict[str, Speaker], Script]:
    """A writer that gives up and a falsifier that says `said`."""
    for name in ("writer", "falsifier"):
        (folder / name).mkdir(exist_ok=True)
    family = load_family("generic")
    writer = Script(folder / "writer", [{"answers": ["I give up."]}])
    falsifier = Script(folder / "falsifier", [{"answers": [said]}])
    return {
        "writer": Speaker(writer, family, family.sampling("writer")),
        "falsifier": Speaker(falsifier, family, family.sampling("falsifier")),
    }, falsifier


async def test_a_model_s_values_refute_and_are_kept(tmp_path: Path) -> None:
    models, falsifier = seats(tmp_path, '[{"n": 77777}]')
    checker = FakeChecker({"@the_claim 77777": PROVED})
    ledger = Notebook()
    problem = Problem("s", "All are odd.", statement=STRANGE)
    trace = await play(POLICY, falsifier, checker, problem=problem, models=models, ledger=ledger)
    assert trace.stop_reason is StopReason.REFUTED
    assert trace.refutation is not None
    assert trace.refutation[0].author == "falsifier"
    assert "@the_claim 77777" in trace.refutation[0].proof
    (asked,) = falsifier.asked
    assert "All are odd." in asked[0]
    assert "OddToUs n" in asked[0]
    call = next(
        call for call in ledger.calls.values() if call.prompt_version.startswith("generic/falsifier@")
    )
    assert call.spend.tokens_out > 0
    silent, unasked = seats(tmp_path, "nothing")
    again = await play(
        POLICY, unasked, checker, problem=problem, models=silent, ledger=ledger, spent=trace.spend
    )
    assert again.stop_reason is StopReason.REFUTED
    assert unasked.asked == []


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "I think that it is true.",
        '[{"n": "3) (by sorry"}]',
        '[{"n": "sorry"}]',
        '[{"n": -1}]',
        '[{"n": 1.5}, {"n": null}, {"n": {"x": 1}}, 7, "n"]',
        '[{"m": 1}]',
        "[" * 50_000,
        '{"n": ' * 20_000,
        '[{"n": ' + "9" * 5_000 + "}]",
        "```json\nunsafe def n := 1\n```\n```lean4\ntheorem strange_neg := by sorry\n```",
        "\x00\ud800".encode("utf-8", "replace").decode("utf-8"),
    ],
)
async def test_a_hostile_answer_refutes_nothing_and_reaches_no_lean(tmp_path: Path, said: str) -> None:
    models, falsifier = seats(tmp_path, said)
    problem = Problem("s", "All are odd.", statement=STRANGE)
    before = FakeChecker({"nothing": PROVED})
    alone = {"writer": models["writer"]}
    await play(POLICY, falsifier, before, problem=problem, models=alone)
    checker = FakeChecker({"nothing": PROVED})
    trace = await play(POLICY, falsifier, checker, problem=problem, models=models)
    assert trace.refutation is None
    assert trace.stop_reason is StopReason.EXHAUSTED
    assert checker.calls == before.calls


def test_a_default_model_is_asked_where_its_family_knows_the_role() -> None:
    roles, optional = ("writer",), optional_roles(POLICY)
    assert set(specs_of(["scripted:x"], "p", roles, optional)) == {"writer", "falsifier"}
    trained = ["scripted:x,family=kimina"]
    assert set(specs_of(trained, "p", roles, optional)) == {"writer"}
    assert set(specs_of([*trained, "falsifier=scripted:y"], "p", roles, optional)) == {"writer", "falsifier"}
    assert set(specs_of(["scripted:x"], "hammer", (), optional)) == {"falsifier"}
    assert specs_of([], "hammer", (), optional) == {}
    with pytest.raises(InputError, match="asks a model as falsifier at most"):
        specs_of(trained, "hammer", (), optional)
    with pytest.raises(InputError, match="asks models as writer, not as falsifier"):
        specs_of(["scripted:x", "falsifier=scripted:y"], "p", roles)


@pytest.mark.lean
async def test_large_values_that_no_small_search_finds(tmp_path: Path, checker: PlainChecker) -> None:
    models, _ = seats(tmp_path, PELL_ANSWER)
    problem = Problem("pell", statement=PELL)
    trace = await play(POLICY, models["writer"].model, checker, problem=problem, models=models)  # type: ignore[arg-type]
    assert trace.refutation is not None
    assert "1766319049" in trace.refutation[0].proof
    assert audited(trace.refutation[1])


@pytest.mark.lean
def test_prove_asks_the_falsifier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pell.lean").write_text(f"import Mathlib\n\n{PELL.declare()} := by sorry\n", encoding="utf-8")
    rule = {"answers": [PELL_ANSWER]}
    (tmp_path / "f.jsonl").write_text(json.dumps(rule) + "\n", encoding="utf-8")
    model = ["--model", f"falsifier=scripted:{tmp_path / 'f.jsonl'}"]
    options = ["--profile", "core", "--budget", "lean_cpu=20s", "--out", str(tmp_path / "run"), "--json"]
    code = cli.main(["prove", str(tmp_path / "pell.lean"), "--refute", *model, *options])
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert (code, result["refuted"], result["stop_reason"]) == (1, True, "refuted")
    text = (tmp_path / "run" / "pell.refuted.lean").read_text(encoding="utf-8")
    assert "@the_claim 1766319049 226153980" in text
