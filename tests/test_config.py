"""Budgets, the run configuration, and the JSON codec under both."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.codec import digest, dumps, from_json, loads, to_json
from prover.config import Budget, RunConfig, code_version, differences, parse_budget
from prover.errors import InputError
from prover.types import (
    Attempt,
    Completion,
    Diagnostic,
    Header,
    Problem,
    Spend,
    Statement,
    Status,
    StopReason,
    Tier,
    Verdict,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wall=60s", Budget(wall_s=60)),
        ("wall=1.5m, lean_cpu=2h", Budget(wall_s=90, lean_cpu_s=7200)),
        ("wall=250ms", Budget(wall_s=0.25)),
        ("wall=7", Budget(wall_s=7)),
        ("samples=8,tokens=100k", Budget(samples=8, tokens=100_000)),
        ("tokens=1.5M", Budget(tokens=1_500_000)),
    ],
)
def test_budget_reads_units(text: str, expected: Budget) -> None:
    assert parse_budget(text) == expected


def test_budget_overrides_only_what_it_names() -> None:
    base = Budget(samples=4, wall_s=20, lean_cpu_s=40)
    assert parse_budget("wall=none,samples=2", base) == Budget(samples=2, lean_cpu_s=40)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "expected NAME=VALUE"),
        ("wall", "expected NAME=VALUE"),
        ("time=3s", "one of samples, tokens, lean_cpu, wall"),
        ("wall=3s,wall=4s", "wall is given twice"),
        ("wall=none,wall=4s", "wall is given twice"),
        ("wall=-3s", "expected a positive number"),
        ("wall=0", "expected a positive number"),
        ("wall=nan", "expected a positive number"),
        ("wall=inf", "expected a positive number"),
        ("wall=1e3", "expected a positive number"),
        ("wall=60k", "ms, s, m, h"),
        ("samples=1.5", "expected a whole number"),
        ("samples=8s", "k, M"),
        ("samples=٣", "expected a positive number"),
        ("tokens=" + "9" * 400, "expected a positive number"),
    ],
)
def test_budget_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match="budget") as error:
        parse_budget(text)
    assert complaint in str(error.value)


counts = st.none() | st.integers(1, 10**9)
seconds = st.none() | st.integers(1, 10**5).map(float)


@given(st.builds(Budget, samples=counts, tokens=counts, lean_cpu_s=seconds, wall_s=seconds))
def test_budget_text_is_read_back(budget: Budget) -> None:
    assert not str(budget) or parse_budget(str(budget)) == budget


def test_budget_names_what_ran_out() -> None:
    budget = Budget(samples=2, tokens=100, lean_cpu_s=5, wall_s=10)
    assert budget.exceeded(Spend(samples=1, tokens_in=50, lean_cpu_s=4.9, wall_s=9.9)) is None
    assert budget.exceeded(Spend(samples=2)) is StopReason.SAMPLES
    assert budget.exceeded(Spend(tokens_in=60, tokens_out=40)) is StopReason.TOKENS
    assert budget.exceeded(Spend(lean_cpu_s=5)) is StopReason.LEAN_CPU
    assert budget.exceeded(Spend(wall_s=11)) is StopReason.WALL
    assert Budget().exceeded(Spend(9**9, 9**9, 9**9, 9**9, 9e9, 9e9)) is None
    assert budget.minus(Spend(samples=5, tokens_in=30, lean_cpu_s=1)) == Budget(0, 70, 4, 10)


def a_config() -> RunConfig:
    return RunConfig(
        verb="eval",
        benchmark="core",
        sha256="ab" * 32,
        profile="core",
        toolchain="fake Lean 4.35.0",
        policy="hammer",
        policy_settings={"kind": "hammer", "max_depth": 3},
        budget=Budget(wall_s=20),
        jobs=2,
    )


def test_jobs_and_run_budget_do_not_change_the_run() -> None:
    config = a_config()
    other = dataclasses.replace(config, jobs=7, inflight=9, run_budget=Budget(wall_s=5))
    assert config.hash == other.hash


@pytest.mark.parametrize("name", sorted(a_config().identity))
def test_everything_else_does(name: str) -> None:
    config = a_config()
    old = getattr(config, name)
    if isinstance(old, str):
        new: object = old + "x"
    elif isinstance(old, Mapping):
        new = {**old, "max_depth": "x" if name == "models" else 4}
    elif isinstance(old, Budget):
        new = Budget(wall_s=21)
    else:
        new = (old or 0) + 1
    changed = dataclasses.replace(config, **{name: new})
    assert changed.hash != config.hash
    lines = differences(config.identity, changed.identity)
    assert len(lines) == 1
    assert lines[0].startswith(name)


def test_config_survives_json() -> None:
    config = a_config()
    again = loads(RunConfig, json.dumps(to_json(config)))
    assert again == config
    assert again.hash == config.hash


def test_code_version_names_the_sources() -> None:
    assert code_version() == code_version()
    assert "+" in code_version()


texts = st.text(max_size=20)
finite = st.floats(0, 1e9)
headers = st.builds(Header, st.lists(texts, max_size=2).map(tuple), texts)
statements = st.builds(Statement, texts, texts, headers)
completions = st.builds(
    Completion,
    text=texts,
    tokens_out=st.integers(0, 10**6),
    sampling=st.dictionaries(texts, finite | st.integers(-9, 9) | texts, max_size=2),
    seed=st.none() | st.integers(0, 9),
)
attempts = st.builds(
    Attempt, texts, statements, texts, texts, st.none() | texts, st.none() | completions, texts
)
diagnostics = st.builds(Diagnostic, st.sampled_from(["error", "warning"]), texts, st.integers(0, 99))
verdicts = st.builds(
    Verdict,
    st.sampled_from(Status),
    st.sampled_from(Tier),
    texts,
    st.lists(diagnostics, max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    finite,
    finite,
    cached=st.booleans(),
)
problems = st.builds(
    Problem, texts, texts, statement=st.none() | statements, meta=st.dictionaries(texts, texts, max_size=2)
)


@given(attempts | verdicts | problems)
def test_nouns_survive_json(value: Attempt | Verdict | Problem) -> None:
    assert loads(type(value), dumps(value)) == value


@given(problems, problems)
def test_digests_tell_values_apart(left: Problem, right: Problem) -> None:
    assert (digest(left) == digest(right)) == (left == right)


def test_lone_surrogates_survive() -> None:
    problem = Problem(id="a", informal_statement="\ud800 \0 \u2028")
    assert loads(Problem, dumps(problem)) == problem
    assert dumps(problem).isascii()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"extra": 1}, "unknown field 'extra'"),
        ({"id": None}, "problem.id: expected text"),
        ({"id": 3}, "problem.id: expected text, found 3"),
        ({"statement": {"name": "a"}}, "missing field 'signature'"),
        ({"statement": {"name": "a", "signature": "b", "header": {"imports": "Mathlib"}}}, "expected a list"),
        ({"statement": {"name": "a", "signature": "b", "header": {"imports": [1]}}}, "header.imports[0]"),
        ({"meta": {"a": 1}}, "problem.meta.a: expected text"),
        ({"meta": []}, "expected an object"),
    ],
)
def test_reading_is_strict(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(InputError) as error:
        from_json(Problem, {"id": "a", **change})
    assert complaint in str(error.value)


def test_enums_and_numbers_are_strict() -> None:
    good = to_json(Verdict(Status.PROVED))
    assert from_json(Verdict, {**good, "wall_s": 3}).wall_s == 3.0
    for change in ({"status": "proven"}, {"wall_s": "3"}, {"wall_s": True}, {"cached": 1}):
        with pytest.raises(InputError):
            from_json(Verdict, {**good, **change})
    with pytest.raises(InputError, match="not JSON"):
        loads(Verdict, "{")
