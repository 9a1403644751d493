"""Every problem of a report, packed for the page's script: an index that is always there, details on demand.

The index is one JSON list; details are gzip chunks in base64, a hundred problems each, which the browser unpacks when
one of them is opened. What a page cannot hold is cut and says so; the run folder keeps it whole. All text is data: the
script puts it on the page as text, never as markup.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from prover.report.record import OPEN, Account, Row, Run
from prover.report.tree import Node, nodes_of, shown
from prover.types import Attempt, Completion, Diagnostic, Problem, Verdict

CHUNK = 100
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


def trace_json(account: Account) -> Json:
    """One run's account of a problem: its ending, its spend, and its search as nodes with links to their parents."""
    trace = account.trace
    nodes = nodes_of(trace, account.calls, account.sources)
    proof = trace.proof or trace.refutation
    kept = shown(nodes, proof[0] if proof else None)
    position = {id(node): number for number, node in enumerate(kept)}
    numbers = {id(node): number for number, node in enumerate((n for n in nodes if n.step), 1)}
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
        "hidden": len(nodes) - len(kept),
        "nodes": [
            {"parent": -1 if node.parent is None else position[id(node.parent)]}
            | _node(node, own, numbers.get(id(node), 0))
            | {key: places for key, places in (("uses", _places(node.uses, position)),) if places}
            for node in kept
        ],
    }


def _places(nodes: Iterable[Node], position: Mapping[int, int]) -> list[int]:
    return [position[id(node)] for node in nodes if id(node) in position]


def _node(node: Node, own_name: str, number: int) -> Json:
    if node.goal is not None:
        goal = node.goal
        return {
            "kind": "goal",
            "name": goal.name,
            "status": goal.status,
            "code": cut(goal.statement),
            "words": cut(goal.words),
        }
    if node.step is not None:
        return _attempt(node, *node.step, own_name) | {"number": number}
    assert node.call is not None
    said = node.answer or Completion("")
    return {
        "kind": "answer",
        "author": node.call.agent,
        "place": node.call.place,
        "prompt": node.call.prompt_version,
        **_said(said),
        "text": cut(said.text),
    }


def _said(completion: Completion) -> Json:
    return {
        "model": completion.model,
        "tokens": completion.tokens_out,
        "reasoning": cut(completion.reasoning),
        "finish": completion.finish_reason,
    }


def _attempt(place: Node, attempt: Attempt, verdict: Verdict, own_name: str) -> Json:
    completion = attempt.completion
    node: Json = {
        "kind": "attempt",
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
        node["about"] = cut(attempt.statement.declare())
    if place.open_goals:
        node["goals"] = [cut(goal, 2000) for goal in place.open_goals[:MAX_DIAGNOSTICS]]
    if place.call is not None:
        node["place"] = place.call.place
    if completion is not None:
        node |= {"prompt": attempt.prompt_version, **_said(completion)}
        node["text"] = "" if completion.text.strip() == attempt.proof.strip() else cut(completion.text)
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

    def add(self, run: int, account: Account) -> None:
        text = json.dumps(trace_json(account), ensure_ascii=False, separators=(",", ":"))
        self._accounts[account.trace.problem.id, run] = gzip.compress(
            text.encode("utf-8", "backslashreplace"), 1
        )

    def chunks(self) -> Iterator[str]:
        for start in range(0, len(self._problems), CHUNK):
            yield pack([self._detail(problem) for problem in self._problems[start : start + CHUNK]])

    def _detail(self, problem: Problem) -> Mapping[str, Any]:
        accounts = (self._accounts.pop((problem.id, run), None) for run in range(self._runs))
        runs = [None if packed is None else json.loads(gzip.decompress(packed)) for packed in accounts]
        return {**problem_json(problem), "runs": runs}
