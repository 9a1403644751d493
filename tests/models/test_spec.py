"""How models are named: texts and TOML files in, `ModelSpec` out, and one clear error for what is neither."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prover.errors import InputError
from prover.models.base import Sampling
from prover.models.options import BACKENDS
from prover.models.spec import ModelSpec, SamplingDefaults, parse_spec


def test_a_whole_name() -> None:
    spec = parse_spec(
        "openai:Goedel-LM/Goedel-Prover-V2-8B,base_url=http://127.0.0.1:8000/v1,family=goedel-v2,"
        'temperature=0.8,max_tokens=30000,stop=["```","a,b"],top_k=20,concurrency=4,check=false'
    )
    assert spec == ModelSpec(
        "openai",
        "Goedel-LM/Goedel-Prover-V2-8B",
        "goedel-v2",
        SamplingDefaults(temperature=0.8, max_tokens=30000, stop=("```", "a,b"), extra={"top_k": 20}),
        {"base_url": "http://127.0.0.1:8000/v1", "concurrency": 4, "check": False},
    )


def test_only_what_is_named_is_fixed() -> None:
    base = Sampling(temperature=1.0, top_p=0.95, max_tokens=100, stop=("x",), seed=3, extra={"min_p": 0.1})
    assert parse_spec("scripted:a").sampling.over(base) == base
    spec = parse_spec('scripted:a,temperature=0,stop=["y","x"],top_k=5')
    assert spec.sampling.over(base) == Sampling(0.0, 0.95, 100, ("x", "y"), 3, {"min_p": 0.1, "top_k": 5})


def test_names_with_colons_commas_and_equals_signs() -> None:
    assert parse_spec("vllm:a:b=c").name == "a:b=c"
    assert parse_spec('hf:"/models/a,b"').name == "/models/a,b"
    assert parse_spec("openai:m,base_url=https://h/v1?a=b").options["base_url"] == "https://h/v1?a=b"
    assert parse_spec('scripted:a,stop="},"').sampling.stop == ("},",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "expected BACKEND:NAME with BACKEND one of openai, vllm, hf, scripted"),
        ("gpt", "expected BACKEND:NAME"),
        ("ollama:x", "found 'ollama:x'"),
        ("openai:", "name: expected the name of a model"),
        ("openai:,a=b", "name: expected the name of a model"),
        ("openai:m,base_ur=x", "openai has no option 'base_ur': expected one of family, temperature"),
        ("openai:m,lora=x", "openai has no option 'lora'"),
        ("openai:m,concurrency", "expected key=value after a comma, found 'concurrency'"),
        ("openai:m,=3", "expected key=value"),
        ("openai:m,concurrency=0", "concurrency: expected a whole number from 1"),
        ("openai:m,concurrency=many", "concurrency: expected a whole number, found 'many'"),
        ("openai:m,concurrency=1.5", "concurrency: expected a whole number"),
        ("openai:m,total_s=-1", "total_s: expected no negative number"),
        ("openai:m,total_s=nan", "total_s: expected a number"),
        ("openai:m,check=yes", "check: expected true or false"),
        ("openai:m,retries=1,retries=2", "retries is given twice"),
        ("openai:m,family=../x", "family: expected a family of prompts"),
        ("openai:m,temperature=-1", "temperature: expected a number from 0"),
        ("openai:m,top_p=0", "top_p: expected a number above 0"),
        ("openai:m,max_tokens=0", "max_tokens: expected a whole number from 1"),
        ("openai:m,stop=", "stop: expected a text or a list"),
        ('openai:m,stop=["a"', "expected a JSON text or list"),
        ('openai:m,stop="a"b', "expected a JSON text or list"),
        ("openai:m,stop=[1]", "stop: expected a text or a list"),
        ("no/such/model.toml", "no/such/model.toml: cannot be read"),
    ],
)
def test_what_is_wrong_is_named(text: str, complaint: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_spec(text)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "lora,1").mkdir()
    file = tmp_path / "model.toml"
    file.write_text(
        'backend = "vllm"\nname = "weights"\nlora = "lora,1"\ntokenizer = "elsewhere/x"\n'
        'family = "kimina"\ntemperature = 1\nstop = ["a", "b"]\nenforce_eager = true\n'
    )
    spec = parse_spec(str(file))
    assert spec.name == str(tmp_path / "weights")
    assert spec.options == {
        "lora": str(tmp_path / "lora,1"),
        "tokenizer": "elsewhere/x",
        "enforce_eager": True,
    }
    assert spec.sampling == SamplingDefaults(temperature=1.0, stop=("a", "b"))
    assert parse_spec(str(spec)) == spec


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("backend = ", "not a TOML file"),
        ('name = "m"', "backend: expected one of openai"),
        ('backend = "hf"', "name: expected the name of a model, found None"),
        ('backend = "hf"\nname = "m"\nbatch = "8"\nprices = [1]', "hf has no option 'prices'"),
        ('backend = "hf"\nname = "m"\ntrust_remote_code = 1', "trust_remote_code: expected true or false"),
        ('backend = "hf"\nname = "m"\ndtype = 16', "dtype: expected text, found 16"),
        ('backend = "hf"\nname = "m"\nmax_tokens = 1.5', "max_tokens: expected a whole number"),
    ],
)
def test_a_wrong_file_names_itself(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "model.toml"
    file.write_text(content)
    with pytest.raises(InputError) as raised:
        parse_spec(str(file))
    assert str(raised.value).startswith(str(file))
    assert complaint in str(raised.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "model.toml"
    file.write_bytes(b"backend = \xff")
    with pytest.raises(InputError, match="not a TOML file"):
        parse_spec(str(file))


def test_identity_leaves_out_where_and_how_fast() -> None:
    one = parse_spec("openai:m,base_url=http://a/v1,concurrency=2,temperature=0.5,continuation=none")
    two = parse_spec("openai:m,base_url=http://b/v1,concurrency=9,temperature=0.5,continuation=none")
    assert one.identity("openai:m") == two.identity("openai:m")
    assert one.identity("openai:m") == "openai:m,temperature=0.5,continuation=none"
    assert one.identity("openai:m") != parse_spec("openai:m,temperature=0.6").identity("openai:m")


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@st.composite
def specs(draw: st.DrawFn) -> ModelSpec:
    backend = draw(st.sampled_from(list(BACKENDS)))
    options: dict[str, str | int | float | bool] = {}
    for field in dataclasses.fields(BACKENDS[backend]):
        if draw(st.booleans()):
            values = {
                "str": words,
                "int": st.integers(1, 10**6),
                "float": st.floats(0, 1e6, allow_nan=False),
                "bool": st.booleans(),
            }
            options[field.name] = draw(values[str(field.type)])
    sampling = SamplingDefaults(
        temperature=draw(st.none() | st.floats(0, 2)),
        max_tokens=draw(st.none() | st.integers(1, 10**5)),
        stop=draw(st.none() | st.lists(words, min_size=1, max_size=3).map(tuple)),
        extra=draw(st.dictionaries(st.sampled_from(["top_k"]), st.integers(1, 50))),
    )
    return ModelSpec(backend, draw(words), draw(st.sampled_from(["generic", "goedel-v2"])), sampling, options)


@given(specs())
@example(ModelSpec("openai", '="', options={"key_env": '"'}))
@example(ModelSpec("hf", "=[", options={"adapter": 'a="b'}))
def test_what_is_written_is_read_back(spec: ModelSpec) -> None:
    assert parse_spec(str(spec)) == spec


@given(st.text(max_size=60), st.sampled_from(["", "openai:", "hf:m,", "vllm:m,stop="]))
def test_any_text_is_a_model_or_one_error(text: str, start: str) -> None:
    with contextlib.suppress(InputError):
        assert parse_spec(start + text).name
