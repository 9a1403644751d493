"""What a round came to, read from its runs: scores of the held-out problems, and what was proved of the others."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.bootstrap.answers import code_tokens
from prover.codec import digest, to_json
from prover.draws import draws_of, drew_all, pass_at_k, sampled
from prover.evaluate import bootstrap_interval, summarize
from prover.search.duplicates import normal_form
from prover.store import Store
from prover.types import Trace, audited


def evaluation(folder: Path) -> dict[str, Any]:
    """Scores with intervals, `n` problems that got an answer, how many were solved, and each problem's draws."""
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
        scores = {key: value for key, value in summary.items() if key.startswith("pass@")}
        answered = [t for t in traces if t.stop_reason.value not in ("unsupported", "infra")]
        result: dict[str, Any] = {}
        for key in sorted((k for k in scores if not k.endswith("_interval")), key=lambda k: int(k[5:])):
            result[key] = scores[key]
            result[f"{key}_ci"] = scores[f"{key}_interval"]
        draws = {t.problem.id: draws_of(t) for t in answered}
        return {
            **result,
            "n": summary["supported"],
            "solved": summary["proved"],
            "unsupported": summary["unsupported"],
            "all_drawn": drew_all(store.config),
            "draws": {name: [d.judged, d.correct] for name, d in draws.items()},
            "proof_tokens": _length(answered),
            "failures": _failures(answered),
            "canaries_refused": summary["canaries_refused"],
            "spend": to_json(store.spent()),
        }
    finally:
        store.close()


def proving(folder: Path) -> dict[str, Any]:
    """What was proved, by the problem and by the proof's normal form, out of how many samples."""
    store = Store.read(folder)
    try:
        traces = list(store.traces(completions=False))
        found = [(t.problem.id, a.proof) for t in traces for a, v in t.own_steps if audited(v)]
        draws = [sampled(t) for t in traces]
        return {
            "problems": len(traces),
            "solved": sorted({name for name, _ in found}),
            "proofs": sorted({digest([name, normal_form(proof)])[:16] for name, proof in found}),
            "samples": sum(tries for tries, _ in draws),
            "wins": sum(wins for _, wins in draws),
            "proof_tokens": _length(traces),
            "failures": _failures(traces),
            "spend": to_json(store.spent()),
        }
    finally:
        store.close()


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


def gain(first: dict[str, Any], last: dict[str, Any], k: int) -> dict[str, Any] | None:
    """By how much pass@k has risen, with a 95% interval over the problems that both have answered: each problem is
    compared with itself, so that hard and easy ones do not blur it. None where pass@k is not known of both."""
    if not (first["all_drawn"] and last["all_drawn"]):
        return None
    pairs = _paired(first, last)
    if not pairs or any(min(a[0], b[0]) < k for a, b in pairs):
        return None
    return _difference([(pass_at_k(a[0], a[1], k), pass_at_k(b[0], b[1], k)) for a, b in pairs], k=k)


def solved_gain(first: dict[str, Any], last: dict[str, Any]) -> dict[str, Any] | None:
    """The same for the part of the problems that were solved, however they were searched."""
    pairs = _paired(first, last)
    return _difference([(float(a[1] > 0), float(b[1] > 0)) for a, b in pairs]) if pairs else None


def _paired(first: dict[str, Any], last: dict[str, Any]) -> list[tuple[list[int], list[int]]]:
    """The draws, (judged, correct), of each problem that both have answered."""
    return [(draws, last["draws"][name]) for name, draws in first["draws"].items() if name in last["draws"]]


def _difference(pairs: Sequence[tuple[float, float]], **facts: Any) -> dict[str, Any]:
    values = [after - before for before, after in pairs]
    return {
        **facts,
        "gain": sum(values) / len(values),
        "ci": list(bootstrap_interval(values)),
        "n": len(values),
    }
