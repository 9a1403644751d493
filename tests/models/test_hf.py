"""The transformers backend with a tiny Llama: what is drawn, from which tokens, in which batches, and what may break."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from prover.errors import InfraError, InputError, MissingError  # noqa: E402
from prover.models import decode, open_model  # noqa: E402
from prover.models.base import Finish, Message, Prompt, Role, Sampling  # noqa: E402
from prover.models.draw import Row  # noqa: E402
from prover.models.hf import HfModel  # noqa: E402
from prover.models.spec import ModelSpec  # noqa: E402
from prover.models.template import encode, render  # noqa: E402
from tests.models.tiny import CONTEXT  # noqa: E402

ASK = [Message(Role.SYSTEM, "Lean."), Message(Role.USER, "theorem t (a : Nat) : a = a")]
GREEDY = Sampling(temperature=0, max_tokens=30)
Open = Callable[..., AbstractAsyncContextManager[HfModel]]


@pytest.fixture
def opened(tiny_model: Path) -> Open:
    @asynccontextmanager
    async def open_it(path: Path = tiny_model, **options: Any) -> AsyncIterator[HfModel]:
        settings = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
        model = await open_model(ModelSpec("hf", str(path), options={"device": "cpu", **settings}))
        assert isinstance(model, HfModel)
        try:
            yield model
        finally:
            await model.aclose()

    return open_it


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many samples were drawn together, at each token."""
    sizes: list[int] = []
    step = decode.Batch.step

    def spy(self: Any) -> None:
        sizes.append(len(self.rows))
        step(self)

    monkeypatch.setattr(decode.Batch, "step", spy)
    return sizes


def reference(model: HfModel, prompt: Prompt, count: int) -> list[int]:
    """Greedy tokens by whole passes over the growing text, without a cache, a batch or the library's loop."""
    tokens, _ = encode(model._decoder.tokenizer, prompt)
    written: list[int] = []
    with torch.no_grad():
        while len(written) < count and (not written or written[-1] != 1):
            logits = model._decoder.model(torch.tensor([tokens + written])).logits
            written.append(int(logits[0, -1].argmax()))
    return written


def decoded(model: HfModel, tokens: list[int]) -> str:
    return str(model._decoder.tokenizer.decode(tokens, skip_special_tokens=True))


@pytest.mark.parametrize("prompt", [ASK, "theorem t : 1 = 1 := by", [Message(Role.USER, "∀ x")]])
async def test_greedy_is_the_models_own_choice(opened: Open, tiny_adapter: Path, prompt: Prompt) -> None:
    texts = []
    for options in ({}, {"adapter": tiny_adapter}):
        async with opened(**options) as model:
            (one,) = await model.generate(prompt, GREEDY)
            tokens = reference(model, prompt, 30)
            assert one.text == decoded(model, tokens)
            assert one.tokens_out == len(tokens)
            assert one.tokens_in == len(encode(model._decoder.tokenizer, prompt)[0])
            assert one.finish_reason == (Finish.STOP if tokens[-1] == 1 else Finish.LENGTH)
            texts.append(one.text)
    assert texts[0] != texts[1]


async def test_a_row_is_drawn_the_same_in_any_company(opened: Open, batches: list[int]) -> None:
    prompts: list[Prompt] = [ASK, "by", [Message(Role.USER, "∀ x ≠ 0, ∃ y, " * 8)]]
    sampling = Sampling(temperature=1, top_p=0.9, max_tokens=20, seed=7, extra={"repetition_penalty": 1.5})
    async with opened(batch=16) as model:
        alone = [await model.generate(prompt, sampling, 2) for prompt in prompts]
        assert max(batches) == 2
        together = await asyncio.gather(*(model.generate(prompt, sampling, 2) for prompt in prompts))
        assert max(batches) == 6
        (second,) = await model.generate(ASK, Sampling(1, 0.9, 20, (), 8, {"repetition_penalty": 1.5}))
        read = len(encode(model._decoder.tokenizer, ASK)[0])
    assert [[one.text for one in done] for done in alone] == [[one.text for one in done] for done in together]
    assert second.text == alone[0][1].text
    assert [one.seed for one in alone[0]] == [7, 8]
    assert alone[0][0].text != alone[0][1].text
    assert [one.tokens_in for one in alone[0]] == [read, 0]


async def test_without_a_seed_samples_differ(opened: Open) -> None:
    async with opened() as model:
        done = [
            *await model.generate(ASK, Sampling(max_tokens=20), 4),
            *await model.generate(ASK, Sampling(max_tokens=20), 4),
        ]
    assert len({one.text for one in done}) == 8
    assert all(one.seed is None for one in done)


async def test_tokens_are_drawn_as_often_as_their_weight_says(opened: Open) -> None:
    async with opened(batch=256) as model:
        tokens, _ = encode(model._decoder.tokenizer, ASK)
        with torch.no_grad():
            logits = model._decoder.model(torch.tensor([tokens])).logits[0, -1] / 2.0
        best = logits.topk(4)
        weights = torch.softmax(best.values, 0).tolist()
        expected: Counter[str] = Counter()
        for token, weight in zip(best.indices.tolist(), weights, strict=True):
            # Tokens that are parts of characters read the same.
            expected[decoded(model, [token])] += weight
        sampling = Sampling(temperature=2, top_p=1, max_tokens=1, seed=0, extra={"top_k": 4})
        done = await model.generate(ASK, sampling, 2000)
    counts = Counter(one.text for one in done)
    assert set(counts) <= set(expected)
    for text, weight in expected.items():
        assert abs(counts[text] / 2000 - weight) < 5 * (weight * (1 - weight) / 2000) ** 0.5


@pytest.mark.parametrize(
    ("top_p", "extra"),
    [(1e-6, {}), (1.0, {"top_k": 1}), (1.0, {"min_p": 1.0}), (1.0, {"top_k": 1, "min_p": 0.1})],
)
async def test_settings_that_leave_one_token(opened: Open, top_p: float, extra: dict[str, float]) -> None:
    async with opened() as model:
        (greedy,) = await model.generate(ASK, GREEDY)
        (one,) = await model.generate(ASK, Sampling(1.0, top_p, 30, extra=extra))
    assert one.text == greedy.text


async def test_a_penalty_is_for_what_is_repeated(opened: Open) -> None:
    harsh = Sampling(0, 1, 60, extra={"repetition_penalty": 1e6})
    rows = [Row([0, 7, 8, 9], 60, harsh), Row([0] + [9] * 30, 60, harsh)]
    alone, plain = Row([0, 7, 8, 9], 60, harsh), Row([0, 7, 8, 9], 60, Sampling(0, 1, 60))
    async with opened() as model:
        for together in (rows, [alone], [plain]):
            model._decoder.run(together)
    for row in rows:
        assert len(set(row.written)) == len(row.written)
        assert not set(row.written) & set(row.prompt)
    assert alone.written == rows[0].written
    assert len(set(plain.written)) < len(plain.written)


# Where a sample ends


async def test_each_row_has_its_own_length(opened: Open, batches: list[int]) -> None:
    async with opened(batch=4) as model:
        done = await asyncio.gather(
            *(model.generate(ASK, Sampling(0.7, 1, length, seed=1)) for length in (1, 9, 25, 4))
        )
    assert max(batches) == 4
    assert [one.tokens_out for (one,) in done] == [1, 9, 25, 4]
    assert all(one.finish_reason == Finish.LENGTH for (one,) in done)
    longest = done[2][0].text
    assert longest.startswith(done[1][0].text.rstrip("�"))


async def test_a_short_row_does_not_wait_for_a_long_one(opened: Open, batches: list[int]) -> None:
    async with opened(batch=2) as model:
        long = asyncio.create_task(model.generate(ASK, Sampling(0.7, 1, 200, seed=1)))
        (short,) = await model.generate(ASK, Sampling(0.7, 1, 2, seed=1))
        assert short.tokens_out == 2
        assert not long.done()
        assert (await long)[0].tokens_out > 2
    assert max(batches) == 2


async def test_samples_of_any_settings_share_a_batch(opened: Open, batches: list[int]) -> None:
    asks: list[tuple[Prompt, Sampling]] = [
        (ASK, Sampling(0.7, 1, 90, seed=1)),
        ("theorem t : 1 = 1 := by", Sampling(1, 0.8, 30, seed=2)),
        ("by", Sampling(0, 1, 40)),
        ([Message(Role.USER, "∀ x ≠ 0, ∃ y, " * 8)], Sampling(1.5, 1, 25, ("never there",), 3, {"top_k": 9})),
        (ASK, Sampling(1, 1, 60, seed=4, extra={"min_p": 0.1})),
        ("x", Sampling(0.7, 1, 3, seed=5)),
    ]
    async with opened(batch=1) as model:
        alone = [(await model.generate(prompt, sampling))[0] for prompt, sampling in asks]
    async with opened(batch=3) as model:
        done = await asyncio.gather(*(model.generate(prompt, sampling) for prompt, sampling in asks))
    assert [one for (one,) in done] == alone
    assert max(batches) == 3


async def test_no_place_waits_for_the_longest(opened: Open, batches: list[int]) -> None:
    async with opened(batch=2) as model:
        lengths = (25, 5, 5, 25, 5, 5)
        done = await asyncio.gather(*(model.generate(ASK, Sampling(0.7, 1, n, seed=1)) for n in lengths))
    assert [one.tokens_out for (one,) in done] == list(lengths)
    assert len(batches) < 25 + 25 + 5 - 10, "in pairs, one after another, it would be these"


async def test_stop_texts(opened: Open) -> None:
    async with opened() as model:
        (whole,) = await model.generate(ASK, GREEDY)
        place = next(i for i in range(8, 20) if "�" not in whole.text[i : i + 3])
        stop = whole.text[place : place + 3]
        cut, plain = await asyncio.gather(
            model.generate(ASK, Sampling(0, 0.95, 30, ("never there", stop))),
            model.generate(ASK, Sampling(0, 0.95, 30, ("never there",))),
        )
    assert cut[0].text == whole.text[: whole.text.index(stop)]
    assert cut[0].finish_reason == Finish.STOP
    assert cut[0].tokens_out < whole.tokens_out
    assert plain[0].text == whole.text


async def test_the_context_is_a_bound(opened: Open) -> None:
    async with opened() as model:
        short = "by " * 20
        (one,) = await model.generate(short, Sampling(temperature=1, max_tokens=10_000, seed=2))
        if one.finish_reason == Finish.LENGTH:
            assert one.tokens_in + one.tokens_out == CONTEXT
        for length in (CONTEXT, 3000):
            done = await model.generate("x " * length, Sampling(), 2)
            assert [(d.text, d.finish_reason, d.tokens_out) for d in done] == [
                ("", Finish.PROMPT_TOO_LONG, 0)
            ] * 2
    async with opened(max_model_len=40) as model:
        (one,) = await model.generate(ASK, Sampling(temperature=1, max_tokens=10_000, seed=2))
        assert (one.tokens_in + one.tokens_out, one.finish_reason) == (40, Finish.LENGTH)


async def test_at_temperature_0_one_sample_is_all(opened: Open, batches: list[int]) -> None:
    async with opened() as model:
        done = await model.generate(ASK, GREEDY, 3)
    assert set(batches) == {1}
    assert len({one.text for one in done}) == 1
    assert [one.tokens_out for one in done] == [30, 0, 0]


# Prompts


async def test_templates(opened: Open, tmp_path: Path) -> None:
    async with opened() as model:
        tokenizer = model._decoder.tokenizer
        start = "<|system|>Lean.<|end|><|user|>theorem t (a : Nat) : a = a<|end|><|assistant|>"
        assert render(tokenizer, ASK) == start
        assert render(tokenizer, [*ASK, Message(Role.ASSISTANT, "by ")]) == start + "by "
        thought = "<think>so it is</think>by "
        assert render(tokenizer, [*ASK, Message(Role.ASSISTANT, thought)]) == start + thought
        answered = [*ASK, Message(Role.ASSISTANT, thought), Message(Role.USER, "error")]
        assert render(tokenizer, answered) == f"{start}by <|end|><|user|>error<|end|><|assistant|>"
        assert encode(tokenizer, "by")[0][0] == tokenizer.bos_token_id
        assert encode(tokenizer, ASK)[0][0] != tokenizer.bos_token_id
        assert encode(tokenizer, [*ASK, Message(Role.ASSISTANT, "<think>so")])[1]
        for wrong in ([], [Message(Role.ASSISTANT, "by")]):
            with pytest.raises(InputError, match="without messages"):
                await model.generate(wrong, GREEDY)
        with pytest.raises(InputError, match="refuses these messages: system goes first"):
            await model.generate([ASK[1], ASK[0]], GREEDY)
        tokenizer.chat_template = None
        with pytest.raises(InputError, match="chat template refuses"):
            await model.generate(ASK, GREEDY)
        assert (await model.generate("half \ud800", GREEDY))[0].tokens_out == 30
    template = tmp_path / "t.jinja"
    template.write_text("{{ messages[0].content }}\n{% if add_generation_prompt %}<think>\n{% endif %}")
    async with opened(chat_template=template) as model:
        assert render(model._decoder.tokenizer, ASK[:1]) == "Lean.\n<think>\n"
        assert (
            render(model._decoder.tokenizer, [ASK[0], Message(Role.ASSISTANT, "<think>\nI")])
            == "Lean.\n<think>\nI"
        )
        (one,) = await model.generate(ASK[:1], GREEDY)
        assert (one.text, one.reasoning != "") == ("", True)


# Calls come and go


async def test_the_loop_stays_free(opened: Open) -> None:
    async with opened() as model:
        call = asyncio.create_task(model.generate(ASK, Sampling(0.7, 1, 200, seed=1), 8))
        longest, beats = 0.0, 0
        while not call.done():
            start = time.monotonic()
            await asyncio.sleep(0.001)
            longest, beats = max(longest, time.monotonic() - start), beats + 1
        assert beats > 20
        assert longest < 0.5


async def test_a_cancelled_call_leaves_its_batch(opened: Open) -> None:
    async with opened(batch=2) as model:
        (whole,) = await model.generate(ASK, Sampling(0.7, 1, 100, seed=1))
        one = asyncio.create_task(model.generate(ASK, Sampling(0.7, 1, 240, seed=9)))
        other = asyncio.create_task(model.generate(ASK, Sampling(0.7, 1, 100, seed=1)))
        queued = asyncio.create_task(model.generate(ASK, Sampling(0.7, 1, 240, seed=3)))
        for _ in range(2000):
            running = list(model._running)
            if running and len(running[0].written) >= 5:
                break
            await asyncio.sleep(0.005)
        row = running[0]
        for call in (one, queued):
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert (await other)[0].text == whole.text
        assert len(row.written) < 200
        assert not model._queue or all(waiting.row.cancelled for waiting in model._queue)
        assert (await model.generate(ASK, GREEDY))[0].tokens_out == 30


async def test_closing_ends_what_runs(opened: Open) -> None:
    async with opened(batch=1) as model:
        ask = Sampling(0.7, 1, 240, seed=1)
        calls = [asyncio.create_task(model.generate(ASK, ask)) for _ in range(20)]
        await asyncio.sleep(0.1)
        await model.aclose()
        done = await asyncio.gather(*calls, return_exceptions=True)
        assert all("closed" in str(one) for one in done[-10:])
        assert all(isinstance(one, InfraError | list) for one in done)
        with pytest.raises(InfraError, match="closed"):
            await model.generate(ASK, GREEDY)


async def test_what_breaks_below_is_ours(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as model:
        with monkeypatch.context() as broken:
            broken.setattr(
                decode.Batch, "step", lambda _: (_ for _ in ()).throw(RuntimeError("device\nlost"))
            )
            with pytest.raises(InfraError, match="RuntimeError: device lost"):
                await model.generate(ASK, GREEDY, 2)
        assert (await model.generate(ASK, GREEDY))[0].tokens_out == 30


async def test_a_batch_that_does_not_fit_is_halved(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    step = decode.Batch.step

    def small(self: Any) -> None:
        sizes.append(len(self.rows))
        if len(self.rows) > 2 and len(sizes) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        step(self)

    sampling = Sampling(0.8, 1, 10, seed=3)
    async with opened(batch=8) as model:
        expected = await model.generate(ASK, sampling, 5)
        monkeypatch.setattr(decode.Batch, "step", small)
        assert await model.generate(ASK, sampling, 5) == expected
        assert sizes[:5] == [5, 5, 5, 5, 2]
        assert max(sizes[4:]) == 2
        monkeypatch.setattr(
            decode.Batch, "step", lambda _: (_ for _ in ()).throw(torch.OutOfMemoryError("no"))
        )
        with pytest.raises(InfraError, match="OutOfMemoryError"):
            await model.generate(ASK, sampling)


async def test_settings_it_does_not_know(opened: Open) -> None:
    async with opened() as model:
        with pytest.raises(InputError, match="no sampling setting 'top_q': expected one of top_k"):
            await model.generate(ASK, Sampling(extra={"top_q": 1}))
        with pytest.raises(InputError, match="max_tokens"):
            await model.generate(ASK, Sampling(max_tokens=0))


# Opening


@pytest.mark.parametrize(
    ("options", "kind", "complaint"),
    [
        ({"device": "gpu"}, InputError, "device: expected auto, cpu, cuda"),
        ({"device": "cuda:99"}, MissingError, "device: no cuda:99 here"),
        ({"dtype": "int8"}, InputError, "dtype: expected one of auto, float32"),
        ({"adapter": "/no/such/adapter"}, (MissingError, InputError), "adapter"),
        ({"chat_template": "/no/such/file"}, InputError, "chat_template: /no/such/file cannot be read"),
    ],
)
async def test_wrong_options(opened: Open, options: dict[str, str], kind: Any, complaint: str) -> None:
    with pytest.raises(kind, match=complaint):
        async with opened(**options):
            pass


async def test_models_that_are_not_there_or_broken(opened: Open, tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises((MissingError, InputError), match="empty"):
        async with opened(tmp_path / "empty"):
            pass
    broken = tmp_path / "broken"
    shutil.copytree(tiny_model, broken)
    (broken / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises((MissingError, InputError), match="broken"):
        async with opened(broken):
            pass
    (broken / "config.json").write_text('{"model_type": "no-such-type"}')
    with pytest.raises((MissingError, InputError), match="broken"):
        async with opened(broken):
            pass


async def test_a_missing_package_is_named(
    opened: Open, tiny_adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(MissingError, match=r"needs the Python package peft .*pip install 'prover\[hf\]'"):
        async with opened(adapter=tiny_adapter):
            pass


async def test_the_name_tells_weights_apart(
    opened: Open, tiny_model: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    async with opened() as model:
        name = model.name
    assert name.startswith(f"hf:{tiny_model}@")
    async with opened(adapter=tiny_adapter) as model:
        assert model.name.startswith(f"{name}+{tiny_adapter}@")
    other = tmp_path / "other"
    shutil.copytree(tiny_model, other)
    async with opened(other) as model:
        assert model.name.rpartition("@")[2] == name.rpartition("@")[2]
    weights = bytearray((other / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (other / "model.safetensors").write_bytes(weights)
    async with opened(other) as model:
        assert model.name.rpartition("@")[2] != name.rpartition("@")[2]
