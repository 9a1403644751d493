"""pass@k, its intervals, and what a summary counts apart."""

from __future__ import annotations

import dataclasses
import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.config import Budget, RunConfig
from prover.draws import Draws, draws_of, pass_at_k, pass_values, sampled
from prover.evaluate import bootstrap_interval, headline, summarize, wilson_interval
from prover.types import Attempt, Problem, Spend, Statement, Status, StopReason, Tier, Trace, Verdict

CONFIG = RunConfig(
    verb="eval",
    benchmark="minif2f",
    sha256="0" * 64,
    profile="mathlib",
    toolchain="fake",
    policy="hammer",
    policy_settings={},
    budget=Budget(wall_s=5),
)
PROVED = Verdict(Status.PROVED, Tier.AUDITED)
FAILED = Verdict(Status.ELABORATION_ERROR)


@pytest.mark.parametrize("samples", range(1, 8))
def test_pass_at_k_is_the_share_of_draws_that_hold_a_correct_one(samples: int) -> None:
    for correct, k in itertools.product(range(samples + 1), range(1, samples + 1)):
        draws = list(itertools.combinations([index < correct for index in range(samples)], k))
        assert pass_at_k(samples, correct, k) == float(Fraction(sum(map(any, draws)), len(draws)))


@given(st.data())
def test_pass_at_k_is_correctly_rounded_for_large_n(data: st.DataObject) -> None:
    samples = data.draw(st.integers(1, 3000))
    correct = data.draw(st.integers(0, samples))
    k = data.draw(st.integers(1, samples))
    exact = 1 - Fraction(math.comb(samples - correct, k), math.comb(samples, k))
    assert pass_at_k(samples, correct, k) == float(exact)


def test_pass_at_k_at_the_ends() -> None:
    assert pass_at_k(10**6, 1, 1) == 1e-6
    assert pass_at_k(10**6, 0, 10**6) == 0.0
    assert pass_at_k(10**6, 1, 10**6) == 1.0
    for bad in [(0, 0, 1), (3, 4, 1), (3, -1, 1), (3, 1, 0), (3, 1, 4)]:
        with pytest.raises(ValueError, match="pass@k needs"):
            pass_at_k(*bad)


def test_wilson_interval_against_published_values() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
    for successes, trials, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ]:
        assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)
    low, high = wilson_interval(0, 20)
    assert low == 0.0
    assert high == pytest.approx(0.1611, abs=5e-5)
    assert wilson_interval(20, 20)[1] == 1.0
    assert wilson_interval(0, 0) == (0.0, 1.0)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_interval_holds_the_share(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


def test_bootstrap_interval_is_seeded_and_covers() -> None:
    values = [1.0] * 30 + [0.0] * 70
    low, high = bootstrap_interval(values, seed=1)
    assert (low, high) == bootstrap_interval(values, seed=1)
    # The exact binomial spread of the mean is 0.3 +- 1.96 * sqrt(0.3 * 0.7 / 100).
    assert (low, high) == pytest.approx((0.21, 0.39), abs=0.02)
    assert bootstrap_interval([1.0, 1.0]) == (1.0, 1.0)
    assert bootstrap_interval([]) == (0.0, 1.0)


def attempt(name: str, parent: str | None = None) -> Attempt:
    return Attempt(name, Statement("a", ": True"), "p", "writer", parent)


def trace(
    name: str,
    reason: StopReason,
    *steps: tuple[Attempt, Verdict],
    meta: dict[str, str] | None = None,
    samples: int = 0,
) -> Trace:
    return Trace(Problem(id=name, meta=meta or {}), steps, reason, Spend(samples=samples, checks=len(steps)))


def test_a_correction_belongs_to_its_sample() -> None:
    steps = [
        (attempt("1"), FAILED),
        (attempt("2", "1"), FAILED),
        (attempt("3", "2"), PROVED),
        (attempt("4"), FAILED),
        (attempt("5"), Verdict(Status.PROVED, Tier.ELABORATED)),
    ]
    assert draws_of(trace("a", StopReason.PROVED, *steps)) == Draws(3, 1, 1, corrected=True)
    assert draws_of(trace("a", StopReason.EXHAUSTED)) == Draws(1, 0, None)
    hammered = Attempt("0", Statement("a", ": True"), "p", "hammer")
    assert draws_of(trace("a", StopReason.PROVED, (hammered, PROVED))) == Draws(1, 1, 0)
    assert draws_of(trace("a", StopReason.PROVED, (hammered, FAILED), *steps[3:])) == Draws(2, 0, None)
    assert sampled(trace("a", StopReason.PROVED, (hammered, PROVED))) == (0, 0)
    assert sampled(trace("a", StopReason.PROVED, (hammered, PROVED), *steps)) == (3, 1)


def test_another_goal_s_attempts_are_no_samples() -> None:
    own = Statement("a", ": True")
    lemma = Attempt("9", Statement("b", ": 1 = 1"), "p", "writer")
    steps = ((lemma, PROVED), (attempt("1"), FAILED))
    assert draws_of(Trace(Problem("a", statement=own), steps, StopReason.EXHAUSTED, Spend())) == Draws(
        1, 0, None
    )


def test_a_run_that_stops_at_the_first_proof_is_scored_by_the_order_of_draws() -> None:
    draws = [Draws(1, 1, 1), Draws(3, 1, 3), Draws(4, 0, None), Draws(1, 1, 0)]
    assert pass_values(draws, all_drawn=False) == {
        1: [1.0, 0.0, 0.0, 1.0],
        2: [1.0, 0.0, 0.0, 1.0],
        4: [1.0, 1.0, 0.0, 1.0],
    }
    cut_short = [*draws, Draws(2, 0, None)]
    assert list(pass_values(cut_short, all_drawn=False)) == [1, 2]
    corrected = [Draws(4, 1, 2, corrected=True), Draws(4, 0, None, corrected=True)]
    assert pass_values(corrected, all_drawn=False) == {4: [1.0, 0.0]}
    assert pass_values([*corrected, Draws(3, 0, None, corrected=True)], all_drawn=False) == {}
    assert pass_values([], all_drawn=True) == {}


def test_a_problem_that_was_cut_short_bounds_what_is_known() -> None:
    draws = [Draws(8, 4, 1), Draws(8, 0, None), Draws(3, 0, None)]
    assert list(pass_values(draws, all_drawn=True)) == [1, 2, 3]
    assert pass_values(draws, all_drawn=True)[1] == [0.5, 0.0, 0.0]
    # Where no sample was needed, none is missing.
    hammered = [*draws[:2], Draws(1, 1, 0)]
    assert list(pass_values(hammered, all_drawn=True)) == [1, 2, 4, 8]
    assert pass_values(hammered, all_drawn=True)[8] == [1.0, 0.0, 1.0]
    assert list(pass_values(draws[:2], all_drawn=True, also=(3, 9))) == [1, 2, 3, 4, 8]


@given(st.integers(1, 6), st.floats(0, 1))
def test_both_estimators_have_the_same_mean(samples: int, share: float) -> None:
    """Over all outcomes of `samples` draws, weighted by how likely they are: the chance of one among the first k."""
    means: dict[bool, dict[int, float]] = {True: {}, False: {}}
    for outcome in itertools.product([True, False], repeat=samples):
        weight = math.prod(share if correct else 1 - share for correct in outcome)
        first = outcome.index(True) + 1 if any(outcome) else None
        full = Draws(samples, sum(outcome), first)
        stopped = Draws(first or samples, int(any(outcome)), first)
        for all_drawn, drawn in ((True, full), (False, stopped)):
            others = [Draws(samples, 0, None)]  # so that every k is known
            for k, values in pass_values([drawn, *others], all_drawn=all_drawn).items():
                means[all_drawn][k] = means[all_drawn].get(k, 0.0) + weight * values[0]
    assert means[True] == pytest.approx(means[False])
    assert means[True][1] == pytest.approx(share)


def proved(name: str, **meta: str) -> Trace:
    return trace(name, StopReason.PROVED, (attempt("x"), PROVED), meta=meta)


def test_what_is_not_an_answer_is_counted_apart() -> None:
    traces = [
        proved("a", subject="algebra"),
        proved("b", subject="number theory"),
        trace("c", StopReason.EXHAUSTED, meta={"subject": "algebra"}),
        trace("d", StopReason.WALL),
        trace("e", StopReason.UNSUPPORTED, meta={"subject": "algebra"}),
        trace("f", StopReason.INFRA),
        trace("g", StopReason.EXHAUSTED, meta={"truth": "false", "subject": "algebra"}),
    ]
    problems = [t.problem for t in traces] + [Problem(id="h")]
    summary = summarize(CONFIG, problems, traces, Spend(wall_s=9, checks=4), refused_rows=2, canaries=5)
    expected = {
        "problems": 7,
        "supported": 4,
        "proved": 2,
        "failed": 2,
        "unsupported": 1,
        "infra": 1,
        "unfinished": 1,
        "false_on_purpose": 1,
        "refused_rows": 2,
        "canaries_refused": 5,
        "pass@1": 0.5,
        "tier": "audited",
        "budget": "wall=5s",
    }
    assert {key: summary[key] for key in expected} == expected
    assert summary["groups"]["subject"]["algebra"] == {
        "problems": 3,
        "supported": 2,
        "proved": 1,
        "failed": 1,
    }
    assert summary["pass@1_interval"] == list(wilson_interval(2, 4))
    parts = ("supported", "unsupported", "infra", "unfinished")
    assert sum(summary[part] for part in parts) == summary["problems"]


def test_pass_at_k_of_several_samples() -> None:
    one_of_four = [(attempt("1"), PROVED), *((attempt(name), FAILED) for name in "234")]
    none_of_four = [(attempt(name), FAILED) for name in "1234"]
    traces = [trace("a", StopReason.PROVED, *one_of_four), trace("b", StopReason.SAMPLES, *none_of_four)]
    config = dataclasses.replace(CONFIG, policy_settings={"stop_at_first": False})
    summary = summarize(config, [t.problem for t in traces], traces, Spend())
    assert [summary[f"pass@{k}"] for k in (1, 2, 4)] == [0.125, 0.25, 0.5]
    assert summary["pass@4_interval"] == [0.0, 1.0]
    uneven = [*traces, proved("c")]
    short = summarize(config, [t.problem for t in uneven], uneven, Spend())
    assert short["pass@1"] == pytest.approx((0.25 + 0 + 1) / 3)
    assert "pass@2" not in short


def test_the_weakest_tier_is_the_run_s() -> None:
    replayed = trace("a", StopReason.PROVED, (attempt("1"), Verdict(Status.PROVED, Tier.REPLAYED)))
    assert summarize(CONFIG, [replayed.problem], [replayed], Spend())["tier"] == "replayed"
    both = [replayed, proved("b")]
    assert summarize(CONFIG, [t.problem for t in both], both, Spend())["tier"] == "audited"


def test_core_never_scores_a_mathlib_benchmark_as_if_it_read_all() -> None:
    traces = [proved("a"), trace("b", StopReason.EXHAUSTED), trace("c", StopReason.UNSUPPORTED)]
    problems = [t.problem for t in traces]
    core = dataclasses.replace(CONFIG, profile="core")
    assert headline(summarize(core, problems, traces, Spend())).startswith(
        "1 proved of 2 that `core` can read, of 3"
    )
    own = dataclasses.replace(core, benchmark="core", copy="bundled")
    assert headline(summarize(own, problems[:2], traces[:2], Spend())).startswith(
        "1 proved of 2 (pass@1 50.0%"
    )


def test_a_run_that_is_not_done_says_so() -> None:
    traces = [proved("a"), trace("b", StopReason.EXHAUSTED)]
    problems = [*(t.problem for t in traces), Problem(id="c")]
    core = dataclasses.replace(CONFIG, profile="core")
    assert headline(summarize(core, problems, traces, Spend())).startswith(
        "so far 1 proved of 2 answered, of 3"
    )


def test_an_empty_run_has_no_score() -> None:
    summary = summarize(CONFIG, [], [], Spend())
    assert summary["pass@1"] is None
    assert headline(summary) == "0 proved of 0"
