"""The scripted model: which rule answers, in which order answers are given, what a bad script is told."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.errors import InfraError, InputError, MissingError
from prover.models import open_model
from prover.models.answer import MAX_CHARS
from prover.models.base import Finish, Message, Model, Prompt, Role, Sampling
from prover.models.options import ScriptedOptions
from prover.models.scripted import ScriptedModel, count_tokens
from prover.models.spec import parse_spec


def script(path: Path, *rules: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(rule) + "\n" for rule in rules), encoding="utf-8")
    return path


def model(tmp_path: Path, *rules: dict[str, Any], **options: Any) -> ScriptedModel:
    return ScriptedModel(script(tmp_path / "s.jsonl", *rules), ScriptedOptions(**options))


def chat(*texts: str) -> Prompt:
    roles = [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT]
    return [Message(role, text) for role, text in zip(roles, texts, strict=False)]


async def texts(source: Model, prompt: Prompt, n: int = 1, **sampling: Any) -> list[str]:
    return [one.text for one in await source.generate(prompt, Sampling(**sampling), n)]


async def test_the_first_rule_that_fits_answers(tmp_path: Path) -> None:
    source = model(
        tmp_path,
        {"last": "error:", "answers": ["corrected"]},
        {"contains": ["Lean", "plan"], "lacks": "no plan", "answers": ["a plan"]},
        {"regex": r"n\s*\+\s*0", "answers": ["simp"]},
        {"answers": ["anything"]},
    )
    assert await texts(source, chat("Lean expert", "make a plan")) == ["a plan"]
    assert await texts(source, chat("Lean expert", "no plan please")) == ["anything"]
    assert await texts(source, chat("Lean plan", "error: x")) == ["corrected"]
    assert await texts(source, chat("error: earlier", "n  + 0 = n")) == ["simp"]
    assert await texts(source, "a bare text with error: in it") == ["corrected"]


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("theorem two (n : Nat) : True := by sorry", "2"),
        ("theorem  two: True", "2"),
        ("lemma two.{u} : True", "2"),
        ("theorem twofold : True", "other"),
        ("theorem one : True\ntheorem two : True", "1"),
        ("theorem «odd name» : True", "odd"),
        ("theorem A.b' : True", "dotted"),
        ("proof of two", "other"),
    ],
)
async def test_a_statement_is_known_by_its_name(tmp_path: Path, prompt: str, answer: str) -> None:
    source = model(
        tmp_path,
        {"statement": "one", "answers": ["1"]},
        {"statement": ["two", "zwei"], "answers": ["2"]},
        {"statement": "«odd name»", "answers": ["odd"]},
        {"statement": "A.b'", "answers": ["dotted"]},
        {"answers": ["other"]},
    )
    assert await texts(source, chat("", prompt)) == [answer]


async def test_order_holds_between_named_and_other_rules(tmp_path: Path) -> None:
    source = model(
        tmp_path,
        {"contains": "wrong", "answers": ["general"]},
        {"statement": "t", "answers": ["named"]},
        {"answers": ["last"]},
    )
    assert await texts(source, "theorem t : wrong") == ["general"]
    assert await texts(source, "theorem t : True") == ["named"]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("cycle", [["a", "b"], ["c", "a"], ["b"]]),
        ("last", [["a", "b"], ["c", "c"], ["c"]]),
        ("next", [["a", "b"], ["c", "c"], ["z"]]),
    ],
)
async def test_answers_are_given_call_after_call(
    tmp_path: Path, after: str, expected: list[list[str]]
) -> None:
    source = model(tmp_path, {"answers": ["a", "b", "c"], "after": after}, {"answers": ["z"]})
    assert [await texts(source, "x", n) for n in (2, 2, 1)] == expected


async def test_answers_by_seed_do_not_depend_on_what_came_before(tmp_path: Path) -> None:
    def fresh() -> ScriptedModel:
        return model(tmp_path, {"answers": ["a", "b", "c"], "draw": "seed"})

    source = fresh()
    assert await texts(source, "x", 4, seed=1) == ["b", "c", "a", "b"]
    assert await texts(source, "x", 2, seed=4) == ["b", "c"]
    assert await texts(fresh(), "x", 2, seed=4) == ["b", "c"]
    completions = await source.generate("x", Sampling(seed=7), 3)
    assert [one.seed for one in completions] == [7, 8, 9]


async def test_all_that_an_answer_may_hold(tmp_path: Path) -> None:
    source = model(
        tmp_path,
        {
            "answers": [
                {"text": "by omega", "reasoning": "it is linear", "finish_reason": "length"},
                {"base64": base64.b64encode(b"by \xff\xfe simp").decode()},
                {"text": "ab", "repeat": 3},
                {"error": "prompt_too_long"},
                {"error": "filtered"},
                "half \ud800 of a pair",
                "",
            ]
        },
    )
    done = await source.generate("x", Sampling(temperature=0.5, stop=("zz",), extra={"top_k": 3}), 7)
    assert (done[0].text, done[0].reasoning, done[0].finish_reason) == ("by omega", "it is linear", "length")
    assert done[1].text == "by �� simp"
    assert done[2].text == "ababab"
    assert [(d.text, d.finish_reason, d.tokens_out) for d in done[3:5]] == [
        ("", Finish.PROMPT_TOO_LONG, 0),
        ("", Finish.FILTERED, 0),
    ]
    assert done[5].text == "half � of a pair"
    assert (done[6].text, done[6].finish_reason) == ("", Finish.STOP)
    assert done[0].sampling == {
        "temperature": 0.5,
        "top_p": 0.95,
        "max_tokens": 8192,
        "stop": '["zz"]',
        "top_k": 3,
    }


async def test_failures_on_purpose(tmp_path: Path) -> None:
    source = model(tmp_path, {"answers": [{"error": "infra"}, {"error": "missing"}, "fine"]})
    with pytest.raises(InfraError):
        await texts(source, "x")
    with pytest.raises(MissingError):
        await texts(source, "x")
    assert await texts(source, "x") == ["fine"]


async def test_counts_prices_limits_and_stops(tmp_path: Path) -> None:
    source = model(
        tmp_path,
        {"answers": [{"text": "by simp; omega", "reasoning": "two words"}]},
        price_in=1e6,
        price_out=2e6,
    )
    first, second = await source.generate(chat("be good", "theorem t : 1 = 1"), Sampling(), 2)
    assert (first.tokens_in, first.tokens_out, first.cost_usd) == (2 + 6, 2 + 4, 8 + 12)
    assert (second.tokens_in, second.tokens_out, second.cost_usd) == (0, 6, 12)
    (cut,) = await source.generate("x", Sampling(max_tokens=4))
    assert (cut.reasoning, cut.text, cut.finish_reason, cut.tokens_out) == (
        "two words",
        "by simp",
        "length",
        4,
    )
    (cut,) = await source.generate("x", Sampling(max_tokens=1))
    assert (cut.reasoning, cut.text, cut.finish_reason, cut.tokens_out) == ("two", "", "length", 1)
    (stopped,) = await source.generate("x", Sampling(stop=("nothing", ";")))
    assert (stopped.text, stopped.finish_reason) == ("by simp", "stop")


async def test_a_huge_answer_is_bounded(tmp_path: Path) -> None:
    source = model(tmp_path, {"answers": [{"text": "x" * 1000, "repeat": 5000}]})
    (one,) = await source.generate("x", Sampling(max_tokens=10**9))
    assert (len(one.text), one.finish_reason) == (MAX_CHARS, Finish.LENGTH)


@given(st.text(max_size=80), st.text(max_size=80))
def test_tokens_of_a_text(text: str, more: str) -> None:
    count = count_tokens(text)
    assert (count == 0) == (text == "")
    assert count <= len(text)
    assert count_tokens(text + more) <= count + count_tokens(more)


async def test_latency_and_slots(tmp_path: Path) -> None:
    rules = ({"contains": "slow", "answers": ["s"], "latency_s": 0.4}, {"answers": ["f"]})
    source = model(tmp_path, *rules, latency_s=0.05, concurrency=2)

    async def timed(*prompts: str) -> float:
        start = time.monotonic()
        await asyncio.gather(*(texts(source, prompt) for prompt in prompts))
        return time.monotonic() - start

    assert 0.05 <= await timed("x") < 0.4
    assert 0.4 <= await timed("slow") < 0.75
    assert 0.2 <= await timed(*["x"] * 8) < 0.4


async def test_a_cancelled_call_frees_its_slot(tmp_path: Path) -> None:
    source = model(tmp_path, {"answers": ["a"], "latency_s": 30}, concurrency=1)
    call = asyncio.create_task(texts(source, "x"))
    await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not source._slots.locked()


async def test_no_rule_for_a_prompt(tmp_path: Path) -> None:
    source = model(tmp_path, {"contains": "a", "answers": ["x"]})
    with pytest.raises(InputError, match=r"s\.jsonl: no rule answers the prompt that ends in 'bcd'"):
        await texts(source, "bcd")
    with pytest.raises(InputError, match="without messages"):
        await texts(source, [])
    with pytest.raises(InputError, match="n: expected a whole number from 1"):
        await texts(source, "a", 0)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nonsense", ":2: not JSON"),
        ("[]", ":2: expected an object"),
        ("{}", ":2: missing field 'answers'"),
        ('{"answers": []}', "answers: expected at least one"),
        ('{"answers": ["a"], "agent": "x"}', "unknown field 'agent'"),
        ('{"answers": [1]}', ":2.answers[0]"),
        ('{"answers": ["a"], "regex": "("}', "regex: expected a Python pattern"),
        ('{"answers": ["a"], "draw": "random"}', "draw: expected one of calls, seed"),
        ('{"answers": ["a"], "after": "stop"}', "after: expected one of cycle, last, next"),
        ('{"answers": [{"error": "x"}]}', "error: expected one of infra"),
        ('{"answers": [{"text": "a", "base64": "YQ=="}]}', "expected `text` or `base64`"),
        ('{"answers": [{"base64": "?"}]}', "base64: "),
        ('{"answers": [{"text": "a", "repeat": 0}]}', "repeat: expected a whole number from 1"),
        ('{"answers": [{"text": "a", "repeat": 100000000}]}', "repeat: expected"),
        ('{"answers": ["a"], "latency_s": -1}', "latency_s: expected seconds"),
        ('{"answers": ["a"], "latency_s": NaN}', "not JSON"),
    ],
)
def test_a_bad_script_is_one_error_with_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"answers": ["fine"]}\n' + line + "\n")
    with pytest.raises(InputError) as raised:
        ScriptedModel(path, ScriptedOptions())
    assert str(raised.value).startswith(f"{path}:2")
    assert complaint in str(raised.value)


def test_files_that_are_no_scripts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        ScriptedModel(tmp_path / "none", ScriptedOptions())
    (tmp_path / "empty").write_text("\n\n")
    with pytest.raises(InputError, match="an empty script"):
        ScriptedModel(tmp_path / "empty", ScriptedOptions())
    (tmp_path / "bytes").write_bytes(b'{"answers": ["\xff"]}')
    with pytest.raises(InputError, match=":1: not JSON"):
        ScriptedModel(tmp_path / "bytes", ScriptedOptions())


async def test_opened_by_its_name(tmp_path: Path) -> None:
    path = script(tmp_path / "s.jsonl", {"answers": ["a"]})
    source = await open_model(parse_spec(f"scripted:{path},continues=false"))
    assert not source.continues
    (one,) = await source.generate("x", Sampling())
    assert one.model == source.name
    assert source.name.startswith("scripted:s.jsonl@")
    await source.aclose()
    script(path, {"answers": ["b"]})
    assert (await open_model(parse_spec(f"scripted:{path}"))).name != source.name


async def test_ten_thousand_statements_are_quick_and_flat(tmp_path: Path) -> None:
    rules = [{"statement": f"t{i}", "answers": [f"by exact {i}"]} for i in range(10_000)]
    source = model(tmp_path, {"contains": "unheard", "answers": ["x"]}, *rules)
    filler = "Complete the following Lean 4 code.\n" * 40
    start = time.process_time()
    for i in range(100):
        await texts(source, f"{filler}theorem t{i} : True")
    tracemalloc.start()
    for i in range(10_000):
        assert await texts(source, f"{filler}theorem t{i} : True") == [f"by exact {i}"]
        if i == 1000:
            early = tracemalloc.get_traced_memory()[0]
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert late - early < 200_000
    assert time.process_time() - start < 30
