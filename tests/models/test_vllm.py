"""The vLLM backend with a real engine on the CPU and a tiny Llama: in this process, and as `vllm serve` on loopback.

One engine and one server serve all tests of the file: each takes half a minute to start.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

pytest.importorskip("vllm", reason="vLLM is not installed here (make test-vllm)")

from prover.errors import InfraError, InputError, MissingError
from prover.models import open_model
from prover.models.base import Finish, Message, Model, Role, Sampling
from prover.models.spec import ModelSpec, parse_spec
from prover.models.vllm import VllmModel
from tests.models.tiny import CONTEXT
from tests.models.vllm_server import serving

pytestmark = [pytest.mark.vllm, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

ASK = [Message(Role.SYSTEM, "Lean."), Message(Role.USER, "theorem t (a : Nat) : a = a")]
START = [*ASK, Message(Role.ASSISTANT, "<think>so</think>by ")]
# By name, since the server takes what is not named from the model's generation_config.json.
GREEDY = Sampling(temperature=0, max_tokens=30, extra={"repetition_penalty": 1.0})
PROMPTS = [ASK, START, [Message(Role.USER, "∀ x ≠ 0, ∃ y")], "theorem t : 1 = 1 := by", "by"]
CPU = {"dtype": "float32", "enforce_eager": True, "max_num_seqs": 16}


@pytest.fixture(scope="module", autouse=True)
def _small() -> None:
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tiny_model: Path, tiny_adapter: Path) -> AsyncIterator[VllmModel]:
    spec = ModelSpec("vllm", str(tiny_model), options={**CPU, "lora": str(tiny_adapter), "restarts": 1})
    model = await open_model(spec)
    assert isinstance(model, VllmModel)
    yield model
    await model.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(
    tiny_model: Path, tiny_adapter: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    log = tmp_path_factory.mktemp("serve") / "log"
    adapter = ("--enable-lora", "--max-lora-rank", "8", "--lora-modules", f"tuned={tiny_adapter}")
    async with serving(tiny_model, log, *adapter) as url:
        yield url


async def greedy_texts(model: Model) -> list[tuple[str, str, str, int, int]]:
    """What came back; a character that was cut at the end is left out by some and marked by others."""
    done = await asyncio.gather(*(model.generate(prompt, GREEDY) for prompt in PROMPTS))
    return [(d.text.rstrip("�"), d.reasoning, d.finish_reason, d.tokens_in, d.tokens_out) for (d,) in done]


async def hf_texts(tiny_model: Path, adapter: Path | None) -> list[tuple[str, str, str, int, int]]:
    options = {"device": "cpu"} | ({"adapter": str(adapter)} if adapter else {})
    model = await open_model(ModelSpec("hf", str(tiny_model), options=options))
    try:
        return await greedy_texts(model)
    finally:
        await model.aclose()


# In this process


async def test_greedy_equals_transformers(engine: VllmModel, tiny_model: Path, tiny_adapter: Path) -> None:
    tuned = await hf_texts(tiny_model, tiny_adapter)
    assert await greedy_texts(engine) == tuned
    assert tuned != await hf_texts(tiny_model, None)


async def test_samples_seeds_and_counts(engine: VllmModel) -> None:
    sampling = Sampling(1.0, 0.95, 25, seed=5, extra={"top_k": 50})
    done = await engine.generate(ASK, sampling, 4)
    assert [one.seed for one in done] == [5, 6, 7, 8]
    assert len({one.text for one in done}) == 4
    assert [one.tokens_in for one in done[1:]] == [0, 0, 0]
    assert done[0].tokens_in > 20
    assert all(0 < one.tokens_out <= 25 and not one.tokens_estimated for one in done)
    again = await engine.generate(ASK, Sampling(1.0, 0.95, 25, seed=6, extra={"top_k": 50}))
    assert again[0].text == done[1].text
    repeated = await engine.generate(ASK, GREEDY, 2)
    assert repeated[0].text == repeated[1].text
    assert repeated[1].tokens_out == 0
    assert done[0].model == engine.name
    assert "@" in engine.name
    assert "+" in engine.name


async def test_stop_texts_and_lengths(engine: VllmModel) -> None:
    (whole,) = await engine.generate(ASK, GREEDY)
    place = next(i for i in range(8, 20) if "�" not in whole.text[i : i + 2])
    stop = whole.text[place : place + 2]
    (cut,) = await engine.generate(ASK, Sampling(0, 1, 30, (stop,)))
    assert (cut.text, cut.finish_reason) == (whole.text[: whole.text.index(stop)], Finish.STOP)
    (long,) = await engine.generate("by " * 20, Sampling(1.0, 1.0, 10_000, seed=1))
    if long.finish_reason == Finish.LENGTH:
        assert long.tokens_in + long.tokens_out == CONTEXT
    refused = await engine.generate("x " * 3000, Sampling(), 2)
    assert [one.finish_reason for one in refused] == [Finish.PROMPT_TOO_LONG] * 2


async def test_many_calls_at_once(engine: VllmModel) -> None:
    calls = [
        engine.generate([Message(Role.USER, f"theorem t{i}")], Sampling(max_tokens=8, seed=i), 2)
        for i in range(40)
    ]
    done = await asyncio.gather(*calls)
    assert all(len(pair) == 2 and pair[0].tokens_in > 0 for pair in done)


async def test_a_cancelled_call_is_aborted(engine: VllmModel) -> None:
    call = asyncio.create_task(engine.generate(ASK, Sampling(1.0, 1.0, 200, seed=3), 8))
    await asyncio.sleep(0.2)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    for _ in range(100):
        if not engine._engine.output_processor.has_unfinished_requests():
            break
        await asyncio.sleep(0.05)
    assert not engine._engine.output_processor.has_unfinished_requests()
    assert (await engine.generate(ASK, GREEDY))[0].tokens_out > 0


async def test_settings_it_does_not_know(engine: VllmModel) -> None:
    with pytest.raises(InputError, match="top_q"):
        await engine.generate(ASK, Sampling(extra={"top_q": 1}))
    with pytest.raises(InputError, match="top_k must be"):
        await engine.generate(ASK, Sampling(extra={"top_k": -7}))


async def test_a_dead_engine_is_started_anew_once(engine: VllmModel) -> None:
    """The last test of the engine: it is left dead."""
    before = await engine.generate(ASK, GREEDY)
    for death in (1, 2):
        calls = [asyncio.create_task(engine.generate(ASK, Sampling(0, 1, 200))) for _ in range(3)]
        await asyncio.sleep(0.1)
        _kill_engine()
        done = await asyncio.gather(*calls, return_exceptions=True)
        if death == 1:
            assert all(isinstance(one, list) for one in done), done
            assert await engine.generate(ASK, GREEDY) == before
    with pytest.raises(InfraError, match="died 2 times and is not started again"):
        await engine.generate(ASK, GREEDY)
    assert any(isinstance(one, InfraError) for one in done)


def _kill_engine() -> None:
    for child in psutil.Process().children(recursive=True):
        if "EngineCore" in " ".join(child.cmdline()) or "EngineCore" in child.name():
            child.kill()


# As a server


async def test_served_greedy_equals_transformers(server: str, tiny_model: Path, tiny_adapter: Path) -> None:
    for name, adapter in (("tiny", None), ("tuned", tiny_adapter)):
        model = await open_model(parse_spec(f"openai:{name},base_url={server}"))
        assert model.continues
        served = await greedy_texts(model)
        await model.aclose()
        assert served == await hf_texts(tiny_model, adapter)


async def test_served_samples_and_counts(server: str) -> None:
    model = await open_model(parse_spec(f"openai:tiny,base_url={server},price_out=1000000"))
    sampling = Sampling(1.0, 0.95, 25, seed=5, extra={"top_k": 50, "repetition_penalty": 1.0})
    done = await model.generate(ASK, sampling, 4)
    assert len({one.text for one in done}) == 4
    assert [one.tokens_in > 0 for one in done] == [True, False, False, False]
    for index, one in enumerate(done):
        (alone,) = await model.generate(ASK, Sampling(1.0, 0.95, 25, seed=5 + index, extra=sampling.extra))
        assert (alone.text, alone.tokens_out, alone.seed) == (one.text, one.tokens_out, one.seed)
        assert alone.tokens_in == done[0].tokens_in
        assert one.cost_usd == one.tokens_out
    await model.aclose()


async def test_served_lengths_and_refusals(server: str) -> None:
    model = await open_model(parse_spec(f"openai:tiny,base_url={server}"))
    (long,) = await model.generate("by " * 20, Sampling(1.0, 1.0, 10_000, seed=1))
    assert long.tokens_in + long.tokens_out <= CONTEXT
    for prompt in ("x " * 300, "x " * 20_000, [Message(Role.USER, "y " * 300)]):
        refused = await model.generate(prompt, Sampling(max_tokens=50), 2)
        assert [(one.text, one.finish_reason) for one in refused] == [("", Finish.PROMPT_TOO_LONG)] * 2
    with pytest.raises(InputError, match="top_k must be"):
        await model.generate(ASK, Sampling(extra={"top_k": -7}))
    await model.aclose()
    with pytest.raises(InputError, match="has no model 'large': expected one of tiny, tuned"):
        await open_model(parse_spec(f"openai:large,base_url={server}"))


# Opening


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"dtype": "float31"}, "dtype"),
        ({"chat_template": "/no/such"}, "chat_template: /no/such cannot be read"),
        ({"lora": "."}, "expected a LoRA adapter"),
    ],
)
async def test_wrong_options(tiny_model: Path, options: dict[str, str], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        await open_model(ModelSpec("vllm", str(tiny_model), options={**CPU, **options}))


async def test_a_model_that_is_not_there() -> None:
    with pytest.raises((MissingError, InputError), match="/no/such/model"):
        await open_model(ModelSpec("vllm", "/no/such/model", options=CPU))
