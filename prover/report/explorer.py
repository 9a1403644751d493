"""Every problem of a report, packed for the page's script: an index that is always there, details on demand.

The index is one JSON list; details are gzip chunks in base64, a hundred problems each, which the browser unpacks when
one of them is opened. What a page cannot hold is cut and says so; the run folder keeps it whole. All text is data: the
script puts it on the page as text, never as markup.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prover.report.record import OPEN, Row, Run
from prover.types import Attempt, Diagnostic, Problem, Trace, Verdict

CHUNK = 100
MAX_NODES = 60
"""Attempts shown of one problem in one run; those on the way to the proof are always among them."""
MAX_TEXT = 8_000
"""Characters shown of one text."""
MAX_DIAGNOSTICS = 20

Json = dict[str, Any]


def pack(values: Sequence[Any]) -> str:
    """JSON, gzip, base64: what stands in one chunk of the page."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return base64.b64encode(gzip.compress(text, 6, mtime=0)).decode("ascii")


def cut(text: str, limit: int = MAX_TEXT) -> str:
    return text if len(text) <= limit else f"{text[:limit]}\n… {len(text) - limit:,} more characters"


def problem_json(problem: Problem) -> Json:
    statement = problem.statement
    header = statement.header if statement else None
    return {
        "id": problem.id,
        "words": cut(problem.informal_statement),
        "proof": cut(problem.informal_proof),
        "imports": " ".join(header.imports) if header else "",
        "preamble": cut(header.preamble) if header else "",
        "statement": cut(statement.declare()) if statement else "",
        "source": problem.source,
        "licence": problem.licence,
        "split": problem.split,
        "meta": dict(problem.meta),
        "runs": [],
    }


def trace_json(trace: Trace) -> Json:
    """One run's account of a problem: its ending, its spend, its attempts as nodes with links to their parents."""
    shown = _shown(trace)
    position = {attempt.id: number for number, (attempt, _) in enumerate(shown)}
    own = trace.problem.statement.name if trace.problem.statement else ""
    return {
        "stop": trace.stop_reason.value,
        "detail": cut(trace.detail, 1000),
        "spend": {
            "samples": trace.spend.samples,
            "checks": trace.spend.checks,
            "tokens": trace.spend.tokens_in + trace.spend.tokens_out,
            "lean_cpu_s": round(trace.spend.lean_cpu_s, 2),
            "wall_s": round(trace.spend.wall_s, 2),
            "cost_usd": round(trace.spend.cost_usd, 6),
        },
        "hidden": len(trace.steps) - len(shown),
        "nodes": [
            _node(attempt, verdict, position.get(attempt.parent_id or "", -1), own)
            for attempt, verdict in shown
        ],
    }


def _shown(trace: Trace) -> list[tuple[Attempt, Verdict]]:
    """At most `MAX_NODES` steps in their order: the way to the proof, then the first ones."""
    if len(trace.steps) <= MAX_NODES:
        return list(trace.steps)
    parents = {attempt.id: attempt.parent_id for attempt, _ in trace.steps}
    keep: dict[str, None] = {}
    link = trace.proof[0].id if trace.proof else None
    while link is not None and link not in keep and len(keep) < MAX_NODES:
        keep[link] = None
        link = parents.get(link)
    for attempt, _ in trace.steps:
        if len(keep) >= MAX_NODES:
            break
        keep[attempt.id] = None
    return [step for step in trace.steps if step[0].id in keep]


def _node(attempt: Attempt, verdict: Verdict, parent: int, own_name: str) -> Json:
    completion = attempt.completion
    node: Json = {
        "id": attempt.id,
        "parent": parent,
        "author": attempt.author,
        "status": verdict.status.value,
        "tier": verdict.tier.value,
        "code": cut(attempt.proof),
        "detail": cut(verdict.detail, 1000),
        "diagnostics": [_diagnostic(d) for d in verdict.diagnostics[:MAX_DIAGNOSTICS]],
        "axioms": list(verdict.axioms),
        "cpu_s": round(verdict.cpu_s, 3),
        "cached": verdict.cached,
    }
    if attempt.statement.name != own_name:
        node["lemma"] = cut(attempt.statement.declare())
    if completion is not None:
        node["prompt"] = attempt.prompt_version
        node["model"] = completion.model
        node["tokens"] = completion.tokens_out
        node["reasoning"] = cut(completion.reasoning)
        node["text"] = "" if completion.text.strip() == attempt.proof.strip() else cut(completion.text)
        node["finish"] = completion.finish_reason
    return node


def _diagnostic(diagnostic: Diagnostic) -> list[Any]:
    return [diagnostic.severity, diagnostic.line, diagnostic.column, cut(diagnostic.message, 2000)]


def index_json(problems: Sequence[Problem], runs: Sequence[Run]) -> Json:
    """What search, filters and the list need: runs' names, labels that occur, and one short row a problem."""
    labels = sorted({label for problem in problems for label, value in problem.meta.items() if value})
    return {
        "runs": [run.name for run in runs],
        "labels": labels,
        "chunk": CHUNK,
        "problems": [
            [
                problem.id,
                cut(problem.informal_statement, 160),
                {label: value for label, value in problem.meta.items() if value},
                [_index_row(run.rows.get(problem.id)) for run in runs],
            ]
            for problem in problems
        ],
    }


def _index_row(row: Row | None) -> list[Any]:
    if row is None:
        return [OPEN, 0, "", ""]
    return [row.ending, row.attempts, row.failure, row.author]


class Packer:
    """Collects details problem by problem, in the order of the index, and yields packed chunks.

    Runs are read one after the other, so a problem's accounts meet here; they are kept packed one by one.
    """

    def __init__(self, problems: Sequence[Problem], runs: int) -> None:
        self._problems = problems
        self._runs = runs
        self._accounts: dict[tuple[str, int], bytes] = {}

    def add(self, run: int, trace: Trace) -> None:
        text = json.dumps(trace_json(trace), ensure_ascii=False, separators=(",", ":"))
        self._accounts[trace.problem.id, run] = gzip.compress(text.encode("utf-8", "backslashreplace"), 1)

    def chunks(self) -> Iterator[str]:
        for start in range(0, len(self._problems), CHUNK):
            yield pack([self._detail(problem) for problem in self._problems[start : start + CHUNK]])

    def _detail(self, problem: Problem) -> Mapping[str, Any]:
        accounts = (self._accounts.pop((problem.id, run), None) for run in range(self._runs))
        runs = [None if packed is None else json.loads(gzip.decompress(packed)) for packed in accounts]
        return {**problem_json(problem), "runs": runs}
