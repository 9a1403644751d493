"""From traces to a score: pass@k with intervals, tables by label, and the summary object of `prover eval`.

Pure functions over values. Only proofs that were audited count. A score is over the problems that the profile can
read; those it cannot read, those that a breakdown of ours kept from an answer, those not reached, and those that
are false on purpose are counted apart and never hidden in it. Traces are taken one at a time and not kept.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prover.config import RunConfig
from prover.draws import Draws, draws_of, drew_all, pass_values
from prover.pipeline import false_on_purpose
from prover.types import Problem, Spend, StopReason, Tier, Trace

GROUPS = ("subject", "difficulty")
"""Labels of a problem that a report breaks its score down by."""
_RESAMPLES = 2000
_Z95 = 1.959963984540054


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


def tally(problems: Iterable[Problem], endings: Mapping[str, str]) -> Tally:
    """Count endings by problem id; a problem without one is unfinished."""
    counts = dict.fromkeys(("proved", "failed", "unsupported", "infra", "unfinished"), 0)
    for problem in problems:
        counts[endings.get(problem.id, "unfinished")] += 1
    return Tally(problems=sum(counts.values()), **counts)


@dataclass(frozen=True, slots=True)
class _Account:
    """What a score needs of a trace."""

    ending: str
    draws: Draws
    tier: Tier | None
    refuted: bool = False


def _account(trace: Trace) -> _Account:
    named = (StopReason.PROVED, StopReason.UNSUPPORTED, StopReason.INFRA)
    ending = trace.stop_reason.value if trace.stop_reason in named else "failed"
    if trace.stop_reason in (StopReason.INTERRUPTED, StopReason.PAUSED):
        ending = "unfinished"
    found = trace.proof
    tier = found[1].tier if found is not None else None
    return _Account(ending, draws_of(trace), tier, trace.stop_reason is StopReason.REFUTED)


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
    accounts = {trace.problem.id: _account(trace) for trace in traces}
    endings = {name: account.ending for name, account in accounts.items()}
    counted = [problem for problem in problems if not false_on_purpose(problem)]
    total = tally(counted, endings)
    answered = [accounts[p.id] for p in counted if endings.get(p.id) in ("proved", "failed")]
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
        "refuted": sum(account.refuted for account in answered),
        "infra": total.infra,
        "unfinished": total.unfinished,
        "refused_rows": refused_rows,
        "false_on_purpose": len(problems) - len(counted),
        **scores([account.draws for account in answered], config),
        "tier": _tier(answered),
        "toolchain": config.toolchain,
        "policy": config.policy,
        "model": config.model,
        "models": dict(config.models),
        "budget": str(config.budget),
        "seed": config.seed,
        "wall_s": round(spend.wall_s, 3),
        "lean_cpu_s": round(spend.lean_cpu_s, 3),
        "checks": spend.checks,
        "samples": spend.samples,
        "tokens_in": spend.tokens_in,
        "tokens_out": spend.tokens_out,
        "cost_usd": round(spend.cost_usd, 6),
        "canaries_refused": canaries,
        "groups": {label: table for label in GROUPS if (table := _table(label, counted, endings))},
        "run": run,
    }


def scores(draws: Sequence[Draws], config: RunConfig, also: Sequence[int] = ()) -> dict[str, Any]:
    """pass@1 with Wilson's interval and pass@k for powers of two and those of `also` with a bootstrap one, over
    answered problems; Wilson's also where every problem has the same value.

    With several samples a problem, Wilson's interval is on the safe side: the problems' own shares vary less than
    yes and no would.
    """
    found: dict[str, Any] = {"pass@1": None, "pass@1_interval": None}
    for k, values in pass_values(draws, all_drawn=drew_all(config), also=also).items():
        total = math.fsum(values)
        # Where all problems came to the same, drawing them again knows of no spread.
        plain = k == 1 or len(set(values)) == 1
        interval = wilson_interval(total, len(values)) if plain else bootstrap_interval(values, config.seed)
        found[f"pass@{k}"] = total / len(values)
        found[f"pass@{k}_interval"] = list(interval)
    return found


def _tier(answered: Sequence[_Account]) -> str:
    """The weakest tier among the proofs that count; `audited` is what one must at least have."""
    tiers = [account.tier for account in answered if account.tier is not None]
    return min(tiers, key=lambda tier: tier.rank, default=Tier.AUDITED).value


def _table(label: str, problems: Sequence[Problem], endings: Mapping[str, str]) -> dict[str, dict[str, int]]:
    names = sorted({problem.meta[label] for problem in problems if problem.meta.get(label)})
    table = {}
    for name in names:
        group = tally((p for p in problems if p.meta.get(label) == name), endings)
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
    known = [key for key in summary if key.startswith("pass@") and summary.get(f"{key}_interval")]
    if not known:
        return text
    # The first is pass@1 where that is known; corrections, round by round, leave only the largest k.
    low, high = summary[f"{known[0]}_interval"]
    return f"{text} ({known[0]} {summary[known[0]]:.1%}, 95% interval {low:.1%} to {high:.1%})"
