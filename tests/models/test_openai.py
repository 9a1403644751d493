"""The OpenAI-compatible backend against a real HTTP server on loopback, which misbehaves in every way that servers do."""

from __future__ import annotations

import asyncio
import email.utils
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from prover.errors import InfraError, InputError, MissingError
from prover.models import open_model
from prover.models.answer import MAX_CHARS
from prover.models.base import Finish, Message, Model, Role, Sampling
from prover.models.openai import pace
from prover.models.spec import parse_spec
from tests.models.server import (
    FakeServer,
    Reply,
    Request,
    as_json,
    error,
    events,
    fake_server,
    piece,
    says,
    usage,
)

Open = Callable[..., AbstractAsyncContextManager[Model]]
ASK = [Message(Role.SYSTEM, "You know Lean."), Message(Role.USER, "theorem t : 1 = 1")]
START = [*ASK, Message(Role.ASSISTANT, "by ")]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(pace, "LONGEST_WAIT_S", 0.05)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with fake_server() as fake:
        yield fake


@pytest.fixture
def opened(server: FakeServer) -> Open:
    @asynccontextmanager
    async def open_it(name: str = "m", **options: Any) -> AsyncIterator[Model]:
        settings = {"base_url": server.url, **options}
        text = "".join(
            f",{key}={str(value).lower() if value in (True, False) else value}"
            for key, value in settings.items()
        )
        model = await open_model(parse_spec(f"openai:{name}{text}"))
        try:
            yield model
        finally:
            await model.aclose()

    return open_it


# What is asked, and what comes back


async def test_a_chat(server: FakeServer, opened: Open) -> None:
    server.answers = [says("by omega", 11, 4)]
    sampling = Sampling(0.5, 0.9, 100, ("```",), 3, {"top_k": 20})
    async with opened(price_in=2, price_out=8) as model:
        (one,) = await model.generate(ASK, sampling)
    assert server.requests[-1].path == "/v1/chat/completions"
    assert server.bodies == [
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "You know Lean."},
                {"role": "user", "content": "theorem t : 1 = 1"},
            ],
            "temperature": 0.5,
            "top_p": 0.9,
            "max_tokens": 100,
            "stop": ["```"],
            "seed": 3,
            "top_k": 20,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]
    assert (one.text, one.reasoning, one.finish_reason) == ("by omega", "", Finish.STOP)
    assert (one.tokens_in, one.tokens_out, one.tokens_estimated) == (11, 4, False)
    assert one.cost_usd == pytest.approx((11 * 2 + 4 * 8) / 1e6)
    assert (one.model, one.seed) == ("openai:m", 3)
    assert one.sampling == {
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 100,
        "stop": '["```"]',
        "top_k": 20,
    }


async def test_a_bare_text(server: FakeServer, opened: Open) -> None:
    server.answers = [
        events(
            {"choices": [{"index": 0, "text": " simp", "finish_reason": None}]},
            {"choices": [{"index": 0, "text": "!", "finish_reason": "length"}]},
            usage(3, 2),
        )
    ]
    async with opened() as model:
        (one,) = await model.generate("theorem t : 1 = 1 := by", Sampling())
    assert server.requests[-1].path == "/v1/completions"
    assert server.bodies[0]["prompt"] == "theorem t : 1 = 1 := by"
    assert "messages" not in server.bodies[0]
    assert (one.text, one.finish_reason, one.tokens_out) == (" simp!", Finish.LENGTH, 2)


async def test_a_server_that_does_not_stream(server: FakeServer, opened: Open) -> None:
    choice = {"index": 0, "message": {"content": "by simp", "reasoning": "easy"}, "finish_reason": "stop"}
    server.answers = [as_json({"choices": [choice], "usage": {"prompt_tokens": 4, "completion_tokens": 9}})]
    async with opened() as model:
        (one,) = await model.generate(ASK, Sampling())
    assert (one.text, one.reasoning, one.tokens_in, one.tokens_out) == ("by simp", "easy", 4, 9)


@pytest.mark.parametrize(
    ("deltas", "reasoning", "text"),
    [
        (
            [{"reasoning_content": "first "}, {"reasoning_content": "so"}, {"content": "by simp"}],
            "first so",
            "by simp",
        ),
        ([{"reasoning": "first"}, {"content": "by simp"}], "first", "by simp"),
        (
            [{"content": "<think>fir"}, {"content": "st</th"}, {"content": "ink>\n\nby simp"}],
            "first",
            "by simp",
        ),
        ([{"content": "\n<think>\nnever closed"}], "never closed", ""),
        ([{"content": "opened by the template</think>by simp"}], "opened by the template", "by simp"),
        ([{"content": "say `<think>` and `</think>`"}], "", "say `<think>` and `</think>`"),
        ([{"reasoning": "first"}, {"content": "a </think> b"}], "first", "a </think> b"),
        ([{"content": [{"type": "text", "text": "in "}, {"text": "parts"}]}], "", "in parts"),
        ([{"content": None, "reasoning_content": None}], "", ""),
    ],
)
async def test_reasoning(
    server: FakeServer, opened: Open, deltas: list[dict[str, Any]], reasoning: str, text: str
) -> None:
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    server.answers = [events(*chunks, piece("", "stop"), usage(1, 1))]
    async with opened() as model:
        (one,) = await model.generate(ASK, Sampling())
    assert (one.reasoning, one.text) == (reasoning, text)


async def test_thoughts_can_stay_in_the_text(server: FakeServer, opened: Open) -> None:
    server.answers = [says("<think>a</think>b")]
    async with opened(split_think=False) as model:
        (one,) = await model.generate(ASK, Sampling())
    assert (one.reasoning, one.text) == ("", "<think>a</think>b")


async def test_a_continued_thought(server: FakeServer, opened: Open) -> None:
    server.answers = [says("it goes on"), says("and ends</think>by simp"), says("by simp")]
    async with opened() as model:
        thinking = [*ASK, Message(Role.ASSISTANT, "<think>so")]
        (cut,) = await model.generate(thinking, Sampling())
        (whole,) = await model.generate("<think>so", Sampling())
        (answer,) = await model.generate([*ASK, Message(Role.ASSISTANT, "<think>so</think>")], Sampling())
    assert (cut.reasoning, cut.text) == ("it goes on", "")
    assert (whole.reasoning, whole.text) == ("and ends", "by simp")
    assert (answer.reasoning, answer.text) == ("", "by simp")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "filtered"),
        ("tool_calls", "stop"),
        ("eos", "stop"),
    ],
)
async def test_finish_reasons(server: FakeServer, opened: Open, said: str, meaning: str) -> None:
    server.answers = [says("x", finish=said)]
    async with opened() as model:
        assert (await model.generate(ASK, Sampling()))[0].finish_reason == meaning


async def test_a_refusal_of_the_model(server: FakeServer, opened: Open) -> None:
    server.answers = [events(piece("", None, refusal="I will not."), piece("", "stop"), usage(1, 3))]
    async with opened() as model:
        (one,) = await model.generate(ASK, Sampling())
    assert (one.text, one.finish_reason) == ("I will not.", Finish.FILTERED)


# Several samples


async def test_samples_are_drawn_together(server: FakeServer, opened: Open) -> None:
    server.answers = [
        events(
            piece("b", index=1),
            piece("aaa", index=0),
            piece("", "stop", 0),
            piece("c", "length", 2),
            piece("", "stop", 1),
            usage(10, 10),
        )
    ]
    async with opened(check=False) as model:
        done = await model.generate(ASK, Sampling(seed=5), 3)
    assert [body["n"] for body in server.bodies] == [3]
    assert [(d.text, d.finish_reason, d.seed) for d in done] == [
        ("aaa", "stop", 5),
        ("b", "stop", 6),
        ("c", "length", 7),
    ]
    assert [d.tokens_in for d in done] == [10, 0, 0]
    assert [d.tokens_out for d in done] == [6, 2, 2]
    assert not any(d.tokens_estimated for d in done)


async def test_a_server_that_counts_each_sample(server: FakeServer, opened: Open) -> None:
    def chunk(index: int, text: str, so_far: int, finish: str | None) -> dict[str, Any]:
        return {**piece(text, finish, index), "usage": {"prompt_tokens": 9, "completion_tokens": so_far}}

    server.answers = [
        events(
            chunk(0, "x" * 50, 1, None),
            chunk(1, "y", 1, None),
            chunk(1, "y", 4, "stop"),
            chunk(0, "", 2, "stop"),
            usage(9, 6),
        )
    ]
    async with opened() as model:
        done = await model.generate(ASK, Sampling(), 2)
    assert server.bodies[0]["stream_options"] == {"include_usage": True, "continuous_usage_stats": True}
    assert [(d.tokens_in, d.tokens_out) for d in done] == [(9, 2), (0, 4)]


async def test_a_server_that_ignores_n(server: FakeServer, opened: Open) -> None:
    server.answers = [lambda request: says(f"seed {request.body.get('seed')}", 10, 2)]
    async with opened() as model:
        first = await model.generate(ASK, Sampling(seed=1), 3)
        again = await model.generate(ASK, Sampling(seed=8), 2)
    assert [d.text for d in first] == ["seed 1", "seed 2", "seed 3"]
    assert [(d.text, d.seed, d.tokens_in) for d in again] == [("seed 8", 8, 10), ("seed 9", 9, 10)]
    assert [body.get("n") for body in server.bodies] == [3, None, None, None, None]


async def test_a_server_that_refuses_n(server: FakeServer, opened: Open) -> None:
    def answer(request: Request) -> Reply:
        return error(400, "Only n = 1 is supported.", param="n") if request.body.get("n") else says("x")

    server.answers = [answer]
    async with opened() as model:
        assert len(await model.generate(ASK, Sampling(), 4)) == 4
        both = await asyncio.gather(*(model.generate(ASK, Sampling(), 2) for _ in range(2)))
    assert [len(done) for done in both] == [2, 2]
    assert sum("n" in body for body in server.bodies) == 1


async def test_at_temperature_0_one_sample_is_all(server: FakeServer, opened: Open) -> None:
    server.answers = [says("x", 3, 2)]
    async with opened(price_in=1e6) as model:
        done = await model.generate(ASK, Sampling(temperature=0, seed=4), 3)
    assert len(server.bodies) == 1
    assert "n" not in server.bodies[0]
    assert [(d.text, d.tokens_in, d.tokens_out, d.cost_usd, d.seed) for d in done] == [
        ("x", 3, 2, 3.0, 4),
        ("x", 0, 0, 0.0, 5),
        ("x", 0, 0, 0.0, 6),
    ]


# What a server cannot do is learned once


async def test_no_counts_in_the_stream(server: FakeServer, opened: Open) -> None:
    def answer(request: Request) -> Reply:
        if "stream_options" in request.body:
            return error(422, "extra fields not permitted: stream_options")
        return events(piece("by omega with a few more words", "stop"))

    server.answers = [answer]
    async with opened() as model:
        for _ in range(2):
            (one,) = await model.generate(ASK, Sampling())
            assert one.tokens_estimated
            assert 5 <= one.tokens_out <= 10
            assert 5 <= one.tokens_in <= 20
    assert ["stream_options" in body for body in server.bodies] == [True, False, False]


async def test_other_names_and_no_seed(server: FakeServer, opened: Open) -> None:
    def answer(request: Request) -> Reply:
        if "max_tokens" in request.body:
            return error(
                400,
                "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
                param="max_tokens",
            )
        return error(400, "seed is not supported") if "seed" in request.body else says("x")

    server.answers = [answer]
    async with opened() as model:
        done = await asyncio.gather(*(model.generate(ASK, Sampling(seed=1, max_tokens=50)) for _ in range(3)))
    assert [one.seed for (one,) in done] == [None] * 3
    assert server.bodies[-1]["max_completion_tokens"] == 50


@pytest.mark.parametrize("status", [400, 422])
async def test_what_it_refuses_else_is_the_callers_mistake(
    server: FakeServer, opened: Open, status: int
) -> None:
    server.answers = [error(status, "top_k: unknown\nfield\x1b[31m")]
    async with opened() as model:
        with pytest.raises(InputError) as raised:
            await model.generate(ASK, Sampling(extra={"top_k": 1}))
    assert f"answers {status}: top_k: unknown field [31m" in str(raised.value)
    assert len(server.bodies) == 1


# Too long, filtered


@pytest.mark.parametrize(
    ("message", "rooms"),
    [
        ("This model's maximum context length is 4096 tokens. However, you requested 9000 tokens (1000 in the messages, "
         "8000 in the completion).", [8000, 3096]),
        ("'max_tokens' is too large: 8000. This model's maximum context length is 4096 tokens and your request has 96 "
         "input tokens", [8000, 4000]),
        ("This model's maximum context length is 4096 tokens. However, your prompt contains at least 4097 input tokens, "
         "which exceeds this limit even without any output tokens.", [8000]),
        ("the request exceeds the available context size", [8000, 4000, 2000, 1000, 500, 250, 125, 62, 31, 15]),
        ("This model's maximum context length is 4096 tokens, but 5000 input tokens came", [8000]),
    ],
)  # fmt: skip
async def test_requests_that_are_too_long(
    server: FakeServer, opened: Open, message: str, rooms: list[int]
) -> None:
    server.answers = [error(400, message, code="context_length_exceeded")]
    async with opened() as model:
        done = await model.generate(ASK, Sampling(max_tokens=8000), 2)
    assert [(d.text, d.finish_reason, d.tokens_out) for d in done] == [("", Finish.PROMPT_TOO_LONG, 0)] * 2
    assert [body["max_tokens"] for body in server.bodies] == rooms


async def test_less_is_asked_for_where_it_fits(server: FakeServer, opened: Open) -> None:
    server.answers = [
        error(
            400, "maximum context length is 4096 tokens. However, you requested 8100 (100 in the messages)"
        ),
        says("x", finish="length"),
    ]
    async with opened() as model:
        (one,) = await model.generate(ASK, Sampling(max_tokens=8000))
    assert (one.text, one.finish_reason) == ("x", Finish.LENGTH)
    assert server.bodies[1]["max_tokens"] == 3996


async def test_never_more_than_the_context_is_asked_for(server: FakeServer, opened: Open) -> None:
    server.models = as_json({"data": [{"id": "m", "max_model_len": 2048}]})
    server.answers = [says("x")]
    async with opened() as model:
        await model.generate(ASK, Sampling(max_tokens=8000))
    assert server.bodies[0]["max_tokens"] == 2048


async def test_a_prompt_that_is_filtered(server: FakeServer, opened: Open) -> None:
    server.answers = [error(400, "The response was filtered", code="content_filter")]
    async with opened() as model:
        (one,) = await model.generate(ASK, Sampling())
    assert (one.text, one.finish_reason) == ("", Finish.FILTERED)


# What may pass is tried again


@pytest.mark.parametrize(
    "broken",
    [
        error(500, "oops"),
        Reply(502, {"content-type": "text/html"}, ((0, b"<html>\xff bad gateway"),)),
        error(408, "timeout"),
        error(429, "slow down"),
        as_json({"error": {"message": "slow down"}}, 429, retry_after="0.02"),
        as_json({"error": {"message": "slow down"}}, 503, retry_after_ms="20"),
        events(piece("by om"), done=False),
        events(piece("by om"), usage(1, 1), done=False),
        events(done=True),
        events(piece("by om"), "data: {not json}\n\n"),
        events(piece("by om"), "data: [1, 2]\n\n"),
        events(piece("by om"), {"error": {"message": "engine died", "code": 500}}),
        events(piece("by om"), piece("", "abort")),
        events({"choices": [{"index": 7, "delta": {"content": "x"}}]}),
        events({"choices": [{"index": 0, "delta": {"content": 3}}]}),
        events({"choices": {"0": "x"}}),
        Reply(200, {"content-type": "application/json"}, ((0, b'{"choices": ['),)),
        as_json({"choices": []}),
        as_json(["surprise"]),
        Reply(200, {"content-type": "text/html"}, ((0, b"<html>login"),)),
        Reply(200, {"content-type": "text/event-stream", "content-length": "500"}, ((0, b"data: {"),), chunked=False),
        Reply(200, {"content-type": "text/event-stream"}, ((0, b""), (0, b"data: {}\n\n"))),
        Reply(200, {"x": "y" * 200_000}, ()),
    ],
)  # fmt: skip
async def test_broken_answers_are_drawn_again(server: FakeServer, opened: Open, broken: Reply) -> None:
    server.answers = [broken, broken, says("by omega", 11, 4)]
    async with opened() as model:
        (one,) = await model.generate(ASK, Sampling())
    assert (one.text, one.tokens_in, one.tokens_out, one.finish_reason) == ("by omega", 11, 4, "stop")
    assert len(server.bodies) == 3


async def test_it_gives_up_in_the_end(server: FakeServer, opened: Open) -> None:
    server.answers = [error(500, "oops")]
    async with opened(retries=2) as model:
        with pytest.raises(InfraError, match=r"gave up after 3 tries: .*answers 500: oops"):
            await model.generate(ASK, Sampling())
    assert len(server.bodies) == 3


async def test_retry_after_is_obeyed_by_all(server: FakeServer, opened: Open) -> None:
    server.answers = [as_json({"error": "slow"}, 429, retry_after="1"), says("x")]
    async with opened(concurrency=1) as model:
        await asyncio.gather(model.generate(ASK, Sampling()), model.generate(ASK, Sampling()))
    posts = [request.at for request in server.requests if request.method == "POST"]
    assert all(at - posts[0] >= 0.99 for at in posts[1:])
    assert len(posts) == 3


async def test_retry_after_a_date(server: FakeServer, opened: Open) -> None:
    soon = email.utils.formatdate(time.time() + 2, usegmt=True)
    server.answers = [as_json({}, 503, retry_after=soon), says("x")]
    async with opened() as model:
        await model.generate(ASK, Sampling())
    first, second = (request.at for request in server.requests if request.method == "POST")
    assert 0.9 <= second - first <= 4


async def test_nobody_waits_an_hour(server: FakeServer, opened: Open) -> None:
    server.answers = [as_json({}, 429, retry_after="3600")]
    async with opened() as model:
        with pytest.raises(InfraError, match="asks to wait 3600 s"):
            await model.generate(ASK, Sampling())


@pytest.mark.parametrize(
    ("reply", "option"),
    [
        (Reply(200, {"content-type": "text/event-stream"}, (), hang=True), "first_token_s"),
        (events(": keep-alive\n\n", ": keep-alive\n\n", pause=0.2, hang=True, done=False), "first_token_s"),
        (events(piece("by"), hang=True, done=False), "between_tokens_s"),
        (events(piece("by"), *[": ping\n\n"] * 20, pause=0.1, done=False), "between_tokens_s"),
    ],
)
async def test_silence_has_an_end(server: FakeServer, opened: Open, reply: Reply, option: str) -> None:
    server.answers = [reply, says("x")]
    async with opened(**{option: 0.3}) as model:
        start = time.monotonic()
        assert (await model.generate(ASK, Sampling()))[0].text == "x"
        assert time.monotonic() - start < 3
        server.answers = [reply]
    async with opened(**{option: 0.3}, retries=0) as model:
        with pytest.raises(InfraError, match=option):
            await model.generate(ASK, Sampling())


async def test_slow_streams_are_fine_but_not_forever(server: FakeServer, opened: Open) -> None:
    server.answers = [events(*[piece("x")] * 10, piece("", "stop"), pause=0.1)]
    async with opened(first_token_s=0.5, between_tokens_s=0.5) as model:
        assert (await model.generate(ASK, Sampling()))[0].text == "x" * 10
    async with opened(total_s=0.6) as model:
        with pytest.raises(InfraError, match="total_s"):
            await model.generate(ASK, Sampling())


async def test_a_cancelled_call_hangs_up(server: FakeServer, opened: Open) -> None:
    server.answers = [events(*[piece("x")] * 600, pause=0.05)]
    async with opened(concurrency=1) as model:
        call = asyncio.create_task(model.generate(ASK, Sampling()))
        await asyncio.sleep(0.3)
        assert server.open == 1
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        server.answers = [says("next")]
        assert (await model.generate(ASK, Sampling()))[0].text == "next"
        for _ in range(100):
            if not server.open:
                break
            await asyncio.sleep(0.05)
        assert not server.open


# Hostile texts


async def test_bytes_that_are_no_text(server: FakeServer, opened: Open) -> None:
    raw = b'data: {"choices":[{"index":0,"delta":{"content":"a\xff\xfe \\ud83d"}}]}\n\n'
    rest = (
        b'data: {"choices":[{"index":0,"delta":{"content":"\\ude00 \\ud800b"},"finish_reason":"stop"}]}\n\n'
    )
    server.answers = [events(raw, rest, usage(1, 1))]
    async with opened() as model:
        (one,) = await model.generate([Message(Role.USER, "half \ud800")], Sampling())
    assert one.text == "a�� \U0001f600 �b"
    assert json.dumps(server.bodies[0]["messages"][0]["content"]) == '"half \\ufffd"'


async def test_a_character_split_between_packets(server: FakeServer, opened: Open) -> None:
    raw = b"data: " + json.dumps(piece("∀ x", "stop"), ensure_ascii=False).encode() + b"\n\n"
    cut = raw.index("∀".encode()) + 1
    server.answers = [events(raw[:cut], raw[cut:], pause=0.02)]
    async with opened() as model:
        assert (await model.generate(ASK, Sampling()))[0].text == "∀ x"


async def test_huge_answers_are_bounded(server: FakeServer, opened: Open) -> None:
    block = piece("x" * 1_000_000)
    server.answers = [events(*[block] * 40, piece("", "stop"))]
    async with opened() as model:
        (one,) = await model.generate(ASK, Sampling())
    assert (len(one.text), one.finish_reason, one.tokens_estimated) == (MAX_CHARS, Finish.LENGTH, True)


async def test_a_body_without_end(server: FakeServer, opened: Open) -> None:
    flood = Reply(
        200, {"content-type": "application/json"}, tuple((0.0, b"x" * (1 << 20)) for _ in range(80))
    )
    server.answers = [flood]
    async with opened(retries=0) as model:
        with pytest.raises(InfraError, match="more than 64 MiB"):
            await model.generate(ASK, Sampling())


# Continuation


async def test_continuation_the_vllm_way(server: FakeServer, opened: Open) -> None:
    server.answers = [says("simp")]
    async with opened() as model:
        assert model.continues
        await model.generate(START, Sampling())
    assert server.bodies[0]["continue_final_message"] is True
    assert server.bodies[0]["add_generation_prompt"] is False


async def test_continuation_behind_what_the_server_renders(server: FakeServer, opened: Open) -> None:
    def renders(request: Request) -> Reply:
        if request.path == "/detokenize":
            return as_json({"prompt": "".join(map(chr, request.body["tokens"]))})
        assert request.body["add_generation_prompt"]
        text = (
            "".join(f"[{m['role']}]{m['content']}" for m in request.body["messages"]) + "[assistant]<think>\n"
        )
        return as_json({"count": 1, "tokens": [ord(sign) for sign in text]})

    server.renders = renders
    server.answers = [says(" closed</think>by simp")]
    async with opened() as model:
        (one,) = await model.generate([*ASK, Message(Role.ASSISTANT, "<think>\nI know")], Sampling())
        (two,) = await model.generate(START, Sampling(), 1)
    start = "[system]You know Lean.[user]theorem t : 1 = 1[assistant]<think>\n"
    assert [body["prompt"] for body in server.bodies] == [start + "I know", start + "by "]
    assert all(body["add_special_tokens"] is False and "messages" not in body for body in server.bodies)
    assert (one.reasoning, one.text) == ("closed", "by simp")
    assert (two.reasoning, two.text) == ("closed", "by simp")


async def test_rendering_is_tried_again_or_done_without(server: FakeServer, opened: Open) -> None:
    replies = [
        error(503, "busy"),
        as_json({"tokens": [1]}),
        as_json({"prompt": "x"}),
        error(400, "roles must alternate"),
    ]
    server.renders = lambda _: replies.pop(0)
    server.answers = [says("y")]
    async with opened() as model:
        await model.generate(START, Sampling())
        assert server.bodies[0]["prompt"] == "xby "
        await model.generate(START, Sampling())
        assert server.bodies[1]["continue_final_message"] is True


async def test_continuation_the_deepseek_way(server: FakeServer, opened: Open) -> None:
    server.answers = [says("simp")]
    async with opened(continuation="deepseek") as model:
        await model.generate(START, Sampling())
    assert server.bodies[0]["messages"][-1] == {"role": "assistant", "content": "by ", "prefix": True}
    assert "continue_final_message" not in server.bodies[0]


async def test_no_continuation(server: FakeServer, opened: Open) -> None:
    server.models = as_json({"data": [{"id": "m", "owned_by": "somebody"}]})
    server.answers = [says("x"), error(404, "no such path")]
    async with opened() as model:
        assert not model.continues
        with pytest.raises(InputError, match="not known to continue"):
            await model.generate(START, Sampling())
        await model.generate(ASK, Sampling())
        with pytest.raises(InputError, match="continues no bare text"):
            await model.generate("bare", Sampling())
        with pytest.raises(InputError, match="without messages"):
            await model.generate([], Sampling())


# Pace


async def test_no_more_than_so_many_requests_at_once(server: FakeServer, opened: Open) -> None:
    server.answers = [events(piece("x"), piece("", "stop"), pause=0.05)]
    async with opened(concurrency=3) as model:
        await asyncio.gather(*(model.generate(ASK, Sampling()) for _ in range(12)))
    assert server.most_open == 3


async def test_requests_per_minute(server: FakeServer, opened: Open) -> None:
    server.answers = [says("x")]
    async with opened(requests_per_min=120) as model:
        start = time.monotonic()
        await asyncio.gather(*(model.generate(ASK, Sampling()) for _ in range(14)))
        assert 0.9 <= time.monotonic() - start < 3


async def test_tokens_per_minute(server: FakeServer, opened: Open) -> None:
    server.answers = [says("x", 50, 150)]
    async with opened(tokens_per_min=12_000, concurrency=1) as model:
        start = time.monotonic()
        for _ in range(10):
            await model.generate(ASK, Sampling(max_tokens=150))
        # 2,000 tokens at 200 a second, less the first burst of 1,200.
        assert 3 <= time.monotonic() - start < 7


# Opening


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"base_url": "127.0.0.1:8000"}, "base_url: expected an address such as"),
        ({"base_url": "ftp://h/v1"}, "base_url: expected an address"),
        ({"base_url": "http://h:x/v1"}, "base_url: "),
        ({"base_url": "http://user:secret@h/v1"}, "expected no key in it"),
        ({"continuation": "yes"}, "continuation: expected one of auto, vllm"),
    ],
)
async def test_wrong_options(opened: Open, options: dict[str, str], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as raised:
        async with opened(**options):
            pass
    assert "secret" not in str(raised.value)


async def test_a_model_that_is_not_there(server: FakeServer, opened: Open) -> None:
    server.models = as_json({"data": [{"id": "b"}, {"id": "a"}, "junk"]})
    with pytest.raises(InputError, match=r"has no model 'm': expected one of a, b"):
        async with opened():
            pass


@pytest.mark.parametrize("models", [error(404, "none"), as_json({"models": []}), as_json("junk")])
async def test_a_server_without_a_list(server: FakeServer, opened: Open, models: Reply) -> None:
    server.models = models
    server.answers = [says("x")]
    async with opened() as model:
        assert (await model.generate(ASK, Sampling()))[0].text == "x"


async def test_the_weights_behind_an_alias_are_named(server: FakeServer, opened: Open) -> None:
    server.models = as_json({"data": [{"id": "m", "owned_by": "vllm", "root": "/weights/goedel"}]})
    async with opened() as model:
        assert model.name == "openai:m(/weights/goedel)"


async def test_no_server(opened: Open, unused_tcp_port: int) -> None:
    start = time.monotonic()
    with pytest.raises(
        MissingError, match=r"no model server at .*mend it with: start one, e\.g\. vllm serve MODEL"
    ):
        async with opened(base_url=f"http://127.0.0.1:{unused_tcp_port}/v1"):
            pass
    assert time.monotonic() - start < 5


async def test_a_server_that_is_starting_is_waited_for(server: FakeServer, opened: Open) -> None:
    good, server.models = server.models, error(503, "loading")
    asyncio.get_running_loop().call_later(0.5, lambda: setattr(server, "models", good))
    async with opened(wait_s=20):
        pass
    assert len(server.requests) == 2


# Keys


async def test_the_key_comes_from_the_environment(
    server: FakeServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [says("x")]
    async with opened() as model:
        await model.generate(ASK, Sampling())
    assert all("authorization" not in request.headers for request in server.requests)
    monkeypatch.setenv("MY_KEY", "abc")
    async with opened(key_env="MY_KEY") as model:
        await model.generate(ASK, Sampling())
    assert server.requests[-1].headers["authorization"] == "Bearer abc"


async def test_keys_that_are_missing_or_wrong(
    server: FakeServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingError, match="export MY_KEY"):
        async with opened(key_env="MY_KEY"):
            pass
    with pytest.raises(MissingError, match=r"no key for api\.openai\.com"):
        await open_model(parse_spec("openai:m"))
    monkeypatch.setenv("MY_KEY", "a\nb")
    with pytest.raises(InputError, match="MY_KEY: expected a key"):
        async with opened(key_env="MY_KEY"):
            pass
    monkeypatch.setenv("MY_KEY", "sk-secret")
    server.models = error(401, "Incorrect API key")
    with pytest.raises(
        MissingError, match="answers 401: Incorrect API key; the key is read from MY_KEY"
    ) as raised:
        async with opened(key_env="MY_KEY"):
            pass
    assert "sk-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (error(401, "bad key"), "the key is read from OPENAI_API_KEY"),
        (error(403, "not yours"), "answers 403"),
        (error(404, "model gone"), "model gone"),
        (error(402, "pay"), "the account has nothing left"),
        (error(429, "quota", code="insufficient_quota"), "the account has nothing left"),
    ],
)
async def test_what_is_missing_is_not_tried_again(
    server: FakeServer, opened: Open, reply: Reply, complaint: str
) -> None:
    server.answers = [reply]
    async with opened() as model:
        with pytest.raises(MissingError, match=complaint):
            await model.generate(ASK, Sampling(), 2)
    assert len(server.bodies) == 1


async def test_the_key_does_not_follow_a_redirect(
    server: FakeServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "abc")
    server.answers = [Reply(307, {"location": f"{server.url}/elsewhere"})]
    async with opened() as model:
        with pytest.raises(InputError, match="answers 307"):
            await model.generate(ASK, Sampling())
    assert [request.path for request in server.requests] == ["/v1/models", "/v1/chat/completions"]
