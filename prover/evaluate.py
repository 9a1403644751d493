"""From traces to a score: pass@k with intervals, tables by label, and the summary object of `prover eval`.

Pure functions over values. Only proofs that were audited count. A score is over the problems that the profile can
read; those it cannot read, those that a breakdown of ours kept from an answer, those not reached, and those that
are false on purpose are counted apart and never hidden in it. Limits: pass@k takes the samples of a problem as
exchangeable, so it is given only where every problem had the same number of them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prover.config import RunConfig
from prover.pipeline import false_on_purpose
from prover.types import Problem, Spend, StopReason, Tier, Trace, Verdict

GROUPS = ("subject", "difficulty")
"""Labels of a problem that a report breaks its score down by."""
_RESAMPLES = 2000
_Z95 = 1.959963984540054


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """Chance that k of `samples` draws without replacement hold one of the `correct`: `1 - C(n-c,k) / C(n,k)`.

    The unbiased estimator of Chen et al., "Evaluating Large Language Models Trained on Code", section 2.1,
    correctly rounded for any size. Raises `ValueError` unless `0 <= c <= n` and `1 <= k <= n`.
    """
    if not (0 <= correct <= samples and 1 <= k <= samples):
        raise ValueError(f"pass@k needs 0 <= c <= n and 1 <= k <= n, not n={samples}, c={correct}, k={k}")
    # C(n-c,k) / C(n,k) = C(n-k,c) / C(n,c): the smaller of the two keeps the integers small.
    small, other = min(correct, k), max(correct, k)
    missed, all_draws = math.comb(samples - other, small), math.comb(samples, small)
    return (all_draws - missed) / all_draws


def wilson_interval(successes: float, trials: int, z: float = _Z95) -> tuple[float, float]:
    """Wilson's score interval for a proportion, 95% by default; (0, 1) when nothing was tried."""
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    denominator = 1 + z * z / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low, high = (centre - spread) / denominator, (centre + spread) / denominator
    # The bounds are exact at the ends, where rounding would leave a residue.
    return (0.0 if successes <= 0 else max(0.0, low)), (1.0 if successes >= trials else min(1.0, high))


def bootstrap_interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """Percentile interval (95%) of the mean, problems drawn again with replacement; (0, 1) for no values."""
    if not values:
        return 0.0, 1.0
    draw = random.Random(seed)
    means = sorted(math.fsum(draw.choices(values, k=len(values))) / len(values) for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]


def samples_of(trace: Trace) -> tuple[int, int]:
    """How many independent samples a problem had and how many of them led to an audited proof.

    An attempt and the corrections that descend from it are one sample; a search that proposed nothing is one too.
    """
    parents = {attempt.id: attempt.parent_id for attempt, _ in trace.steps}
    roots, correct = set(), set()
    for attempt, verdict in trace.steps:
        root = attempt.id
        while (parent := parents.get(root)) is not None:
            root = parent
        roots.add(root)
        if verdict.proved and verdict.tier.rank >= Tier.AUDITED.rank:
            correct.add(root)
    return max(len(roots), trace.spend.samples, 1), len(correct)


@dataclass(frozen=True, slots=True)
class Tally:
    """How a group of problems ended. `supported` are those that got an answer: proved or failed."""

    problems: int = 0
    proved: int = 0
    failed: int = 0
    unsupported: int = 0
    infra: int = 0
    unfinished: int = 0

    @property
    def supported(self) -> int:
        return self.proved + self.failed


def tally(problems: Iterable[Problem], traces: Mapping[str, Trace]) -> Tally:
    """Count endings by problem id; a problem without a trace is unfinished."""
    counts = dict.fromkeys(("proved", "failed", "unsupported", "infra", "unfinished"), 0)
    for problem in problems:
        counts[_ending(traces.get(problem.id))] += 1
    return Tally(problems=sum(counts.values()), **counts)


def _ending(trace: Trace | None) -> str:
    if trace is None or trace.stop_reason is StopReason.INTERRUPTED:
        return "unfinished"
    named = (StopReason.PROVED, StopReason.UNSUPPORTED, StopReason.INFRA)
    return trace.stop_reason.value if trace.stop_reason in named else "failed"


def summarize(
    config: RunConfig,
    problems: Sequence[Problem],
    traces: Iterable[Trace],
    spend: Spend,
    *,
    refused_rows: int = 0,
    canaries: int = 0,
    run: str = "",
) -> dict[str, Any]:
    """The JSON object of `prover eval`. `spend` is the whole run's, its wall seconds those of the sessions."""
    by_id = {trace.problem.id: trace for trace in traces}
    counted = [problem for problem in problems if not false_on_purpose(problem)]
    total = tally(counted, by_id)
    answered = [by_id[p.id] for p in counted if _ending(by_id.get(p.id)) in ("proved", "failed")]
    return {
        "benchmark": config.benchmark,
        "copy": config.copy,
        "sha256": config.sha256,
        "split": config.split,
        "profile": config.profile,
        "problems": total.problems,
        "supported": total.supported,
        "unsupported": total.unsupported,
        "proved": total.proved,
        "failed": total.failed,
        "infra": total.infra,
        "unfinished": total.unfinished,
        "refused_rows": refused_rows,
        "false_on_purpose": len(problems) - len(counted),
        **_scores(answered, config.seed),
        "tier": _tier(answered),
        "toolchain": config.toolchain,
        "policy": config.policy,
        "model": config.model,
        "budget": str(config.budget),
        "seed": config.seed,
        "wall_s": round(spend.wall_s, 3),
        "lean_cpu_s": round(spend.lean_cpu_s, 3),
        "checks": spend.checks,
        "tokens_in": spend.tokens_in,
        "tokens_out": spend.tokens_out,
        "canaries_refused": canaries,
        "groups": {label: table for label in GROUPS if (table := _table(label, counted, by_id))},
        "run": run,
    }


def _scores(answered: Sequence[Trace], seed: int) -> dict[str, Any]:
    """pass@1 with Wilson's interval and pass@k for powers of two with a bootstrap one, over answered problems.

    With several samples a problem, Wilson's interval is on the safe side: the problems' own shares vary less than
    yes and no would.
    """
    pairs = [samples_of(trace) for trace in answered]
    sizes = {samples for samples, _ in pairs}
    if len(sizes) != 1:
        return {"pass@1": None, "pass@1_interval": None}
    size = sizes.pop()
    scores: dict[str, Any] = {}
    for k in sorted({2**power for power in range(size.bit_length())} | {size}):
        values = [pass_at_k(samples, correct, k) for samples, correct in pairs]
        total = math.fsum(values)
        interval = wilson_interval(total, len(values)) if k == 1 else bootstrap_interval(values, seed)
        scores[f"pass@{k}"] = total / len(values)
        scores[f"pass@{k}_interval"] = list(interval)
    return scores


def _tier(answered: Sequence[Trace]) -> str:
    """The weakest tier among the proofs that count; `audited` is what one must at least have."""
    verdicts: list[Verdict] = [trace.proof[1] for trace in answered if trace.proof is not None]
    return min((v.tier for v in verdicts), key=lambda tier: tier.rank, default=Tier.AUDITED).value


def _table(label: str, problems: Sequence[Problem], traces: Mapping[str, Trace]) -> dict[str, dict[str, int]]:
    names = sorted({problem.meta[label] for problem in problems if problem.meta.get(label)})
    table = {}
    for name in names:
        group = tally((p for p in problems if p.meta.get(label) == name), traces)
        table[name] = {
            "problems": group.problems,
            "supported": group.supported,
            "proved": group.proved,
            "failed": group.failed,
        }
    return table


def headline(summary: Mapping[str, Any]) -> str:
    """The score in one sentence. On `core` a benchmark written for Mathlib is never scored as if all was read."""
    proved, supported, problems = summary["proved"], summary["supported"], summary["problems"]
    if summary["unfinished"]:
        text = f"so far {proved} proved of {supported} answered, of {problems}"
    elif summary["profile"] == "core" and summary["copy"] != "bundled":
        text = f"{proved} proved of {supported} that `core` can read, of {problems}"
    elif supported == problems:
        text = f"{proved} proved of {problems}"
    else:
        text = f"{proved} proved of {supported} that got an answer, of {problems}"
    if summary["pass@1"] is None:
        return text
    low, high = summary["pass@1_interval"]
    return f"{text} (pass@1 {summary['pass@1']:.1%}, 95% interval {low:.1%} to {high:.1%})"
