"""The embedded model as it is shipped: its files are those of its card, it opens by name, and it proves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from prover.agents.extract import extract_tail
from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.bootstrap.answers import answer, asked
from prover.bootstrap.generate import generate, line
from prover.config import Budget
from prover.errors import InputError
from prover.lean.checker import PlainChecker
from prover.models import open_model
from prover.models.base import Sampling
from prover.models.spec import parse_spec, shipped_models
from prover.paths import bundled
from prover.problems import load_problems
from prover.search.policy import load_policy
from prover.search.solve import solve
from prover.train.ship import digests
from prover.types import Completion, Problem, Statement, StopReason

FOLDER = bundled("data", "models", "tiny")


def test_the_card_lists_every_file_as_it_is() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([\w./]+)` \| `([0-9a-f]{64})` \|$", card, re.MULTILINE))
    assert listed == digests(FOLDER)
    assert {"model.safetensors", "start/model.safetensors", "tokenizer.json"} <= set(listed)


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 12_000_000


def test_it_is_known_by_name_and_takes_settings() -> None:
    assert "tiny" in shipped_models()
    spec = parse_spec("tiny,temperature=0.5,batch=2")
    assert (spec.backend, spec.family, Path(spec.name)) == ("hf", "tiny", FOLDER)
    assert spec.sampling.temperature == 0.5
    assert spec.options["batch"] == 2
    with pytest.raises(InputError, match=r"model 'tiny,oops'.*key=value"):
        parse_spec("tiny,oops")
    with pytest.raises(InputError, match=r"shipped model \(.*tiny.*\), found 'teeny'"):
        parse_spec("teeny")


async def said_by(name: str, role: str) -> Completion:
    model = await open_model(parse_spec(name))
    try:
        values = {"signature": "(n : ℕ) (h : 3 ≤ n) : 6 ≤ 2 * n"}
        (said,) = await model.generate(load_family("tiny").render(role, values).prompt, Sampling(0, 1, 200))
        return said
    finally:
        await model.aclose()


@pytest.mark.parametrize("role", ["writer", "planner"])
async def test_it_answers_in_every_role_and_knows_where_to_end(role: str) -> None:
    said = await said_by("tiny", role)
    assert said.finish_reason == "stop"
    assert said.text.strip()
    assert "<|" not in said.text


async def test_it_writes_proofs_in_the_form_that_a_harvest_gives_them() -> None:
    """Else it would unlearn its own form when it is trained on its own proofs."""
    said = await said_by("tiny", "writer")
    statement = Statement("it", "(n : ℕ) (h : 3 ≤ n) : 6 ≤ 2 * n")
    proof = extract_tail(said.text, statement).code
    question = asked(load_family("tiny"), "writer", statement, {"signature": statement.signature})
    assert answer(question, proof) == said.text


async def test_the_start_of_the_demo_opens_and_writes() -> None:
    said = await said_by(str(FOLDER / "start" / "model.toml"), "writer")
    assert said.tokens_out > 0


@pytest.mark.vllm
@pytest.mark.slow
async def test_it_says_the_same_in_vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vllm", reason="vLLM is not installed here (make test-vllm)")
    monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    here = [(await said_by("tiny", role)).text for role in ("writer", "planner")]
    engine = f"vllm:{FOLDER},family=tiny,dtype=float32,enforce_eager=true,max_num_seqs=4"
    assert [(await said_by(engine, role)).text for role in ("writer", "planner")] == here


@pytest.mark.lean
async def test_it_proves_held_out_problems_by_itself(checker: PlainChecker, tmp_path: Path) -> None:
    """Those that `make tiny` holds out, whole proofs without the hammer: far more than chance, far from all."""
    lines = [line(p) for p in generate(7, {"hard": 200, "test": 24}) if p.split == "test"]
    (tmp_path / "test.jsonl").write_text("\n".join(lines), encoding="utf-8")
    problems = load_problems(tmp_path / "test.jsonl").problems
    spec = parse_spec("tiny")
    model = await open_model(spec)
    family = load_family("tiny")
    speaker = Speaker(model, family, family.sampling("writer"))
    try:
        traces = [
            await solve(p, load_policy("whole-proof"), checker, Budget(samples=4), models={"writer": speaker})
            for p in problems
        ]
    finally:
        await model.aclose()
    proved = [t for t in traces if t.stop_reason is StopReason.PROVED]
    assert len(proved) >= 8
    assert all(t.proof is not None and t.proof[0].author == "writer" for t in proved)


@pytest.mark.lean
async def test_the_whole_multi_agent_path_runs_with_it(checker: PlainChecker) -> None:
    statement = Statement("goal", "(x : ℤ) (h₁ : 4 < 3 * x) (h₂ : 3 * x < 8) : x = 2")
    model = await open_model(parse_spec("tiny"))
    family = load_family("tiny")
    seats = {
        role: Speaker(model, family, family.sampling(role)) for role in ("planner", "writer", "corrector")
    }
    try:
        trace = await solve(
            Problem("goal", statement=statement),
            load_policy("malot"),
            checker,
            Budget(samples=16),
            models=seats,
        )
    finally:
        await model.aclose()
    assert trace.stop_reason is StopReason.PROVED
