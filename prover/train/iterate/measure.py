"""What a round came to, read from its runs: scores of the held-out problems, and what was proved of the others."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.bootstrap.answers import NoFormError, code_tokens, tactic_block
from prover.codec import digest, to_json
from prover.draws import Draws, draws_of, drew_all, pass_values, sampled
from prover.evaluate import bootstrap_interval, scores, summarize, wilson_interval
from prover.search.duplicates import normal_form
from prover.store import Store
from prover.types import Attempt, StopReason, Trace, audited

PASS, SOLVED = "pass@", "solved"
"""What a score is called: `pass@8` and the like, or the share of the problems that a search solved."""


def evaluation(folder: Path, watch: int) -> dict[str, Any]:
    """Scores with intervals, pass@`watch` among them where it is known; of `problems` the `n` that got an answer, how
    many of these were solved, why the others got none, and each answered problem's draws."""
    store = Store.read(folder)
    try:
        traces = list(store.traces(completions=False))
        summary = summarize(
            store.config,
            store.problems(),
            traces,
            store.spent(),
            canaries=store.canaries(),
            run=str(folder.name),
        )
        answered = [t for t in traces if t.stop_reason.value not in ("unsupported", "infra")]
        draws = {t.problem.id: draws_of(t) for t in answered}
        n, solved = summary["supported"], summary["proved"]
        return {
            **_passes(scores(list(draws.values()), store.config, (watch,))),
            "problems": summary["problems"],
            "n": n,
            "solved": solved,
            "solved_share": solved / n if n else None,
            "solved_share_ci": list(wilson_interval(solved, n)),
            "unsupported": summary["unsupported"],
            "infra": summary["infra"] + summary["unfinished"],
            "all_drawn": drew_all(store.config),
            "draws": {name: [d.judged, d.correct, d.first, d.corrected] for name, d in draws.items()},
            "proof_tokens": _length(answered),
            "failures": _failures(answered),
            "canaries_refused": summary["canaries_refused"],
            "spend": to_json(store.spent()),
        }
    finally:
        store.close()


def _passes(found: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key in sorted((k for k in found if not k.endswith("_interval")), key=lambda k: int(k[len(PASS) :])):
        result[key] = found[key]
        result[f"{key}_ci"] = found[f"{key}_interval"]
    return result


def proving(folder: Path) -> dict[str, Any]:
    """What was proved, by the problem, by the proof's normal form there, and by that form alone."""
    store = Store.read(folder)
    try:
        traces = list(store.traces(completions=False))
        found = [(t.problem.id, a) for t in traces for a, v in t.own_steps if audited(v)]
        forms = [(name, _form(attempt)) for name, attempt in found]
        draws = [sampled(t) for t in traces]
        return {
            "problems": len(traces),
            "solved": sorted({name for name, _ in found}),
            "proofs": sorted({digest([name, form])[:16] for name, form in forms}),
            "forms": sorted({form[:16] for _, form in forms}),
            "infra": sum(t.stop_reason is StopReason.INFRA for t in traces),
            "samples": sum(tries for tries, _ in draws),
            "wins": sum(wins for _, wins in draws),
            "proof_tokens": _length(traces),
            "failures": _failures(traces),
            "spend": to_json(store.spent()),
        }
    finally:
        store.close()


def _form(attempt: Attempt) -> str:
    """The proof's normal form, without the statement where it restates that."""
    try:
        return normal_form(tactic_block(attempt.statement, attempt.proof))
    except NoFormError:
        return normal_form(attempt.proof)


def _length(traces: Sequence[Trace]) -> float | None:
    """The median, over solved problems, of their shortest proof's tokens."""
    shortest = [
        min(lengths)
        for t in traces
        if (lengths := [code_tokens(a.proof) for a, v in t.own_steps if audited(v)])
    ]
    return statistics.median(shortest) if shortest else None


def _failures(traces: Sequence[Trace]) -> dict[str, int]:
    counts = Counter(v.status.value for t in traces for _, v in t.own_steps if not audited(v))
    return dict(sorted(counts.items()))


def values(scored: Mapping[str, Any], score: str) -> dict[str, float]:
    """Each answered problem's own `pass@k`, or whether it was `solved`; none where that is not known of all of them."""
    draws = {name: Draws(*facts) for name, facts in scored["draws"].items()}
    if score == SOLVED:
        return {name: float(drawn.correct > 0) for name, drawn in draws.items()}
    k = int(score.removeprefix(PASS))
    found = pass_values(list(draws.values()), all_drawn=scored["all_drawn"], also=(k,)).get(k, [])
    return dict(zip(draws, found, strict=False))


def gain(first: Mapping[str, Any], last: Mapping[str, Any], score: str) -> dict[str, Any] | None:
    """By how much a score has risen, with a 95% interval over the problems that both have answered: each problem is
    compared with itself, so that hard and easy ones do not blur it. None where the score is not known of both."""
    before, after = values(first, score), values(last, score)
    rises = [after[name] - value for name, value in before.items() if name in after]
    if not rises:
        return None
    return {
        "score": score,
        "gain": sum(rises) / len(rises),
        "ci": list(bootstrap_interval(rises)),
        "n": len(rises),
    }
