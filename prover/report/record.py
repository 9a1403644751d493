"""Run folders, read into what a page shows: a summary for each run, and light rows for each problem.

One pass over the stores, one problem at a time, so that memory holds rows and packed chunks, never all texts. Reading
is safe while the run is at work. Raises `InputError` for a folder that is no run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prover.canaries import CanaryReport
from prover.config import RunConfig
from prover.draws import Draws, draws_of
from prover.errors import InputError
from prover.evaluate import headline, summarize
from prover.pipeline import CANARIES, false_on_purpose
from prover.report.failures import failure_of
from prover.run_folder import read_manifest
from prover.store import Store
from prover.types import Attempt, Call, Spend, Status, StopReason, Tier, Trace, Verdict

OPEN = "open"
"""The ending of a problem that the run has not finished."""
SELFTEST = "selftest.json"
"""Where a run folder may hold what `prover selftest --json` printed on the machine of the run."""


@dataclass(frozen=True, slots=True)
class Row:
    """One problem in one run: how it ended, what it took, what went wrong first."""

    id: str
    ending: str
    draws: Draws
    attempts: int
    """At the problem's own statement."""
    spend: Spend
    author: str = ""
    """Who wrote the proof that counts."""
    proof_lines: int = 0
    failure: str = ""
    """Status and first error kind of the last failed attempt, where there is no proof."""
    counted: bool = True
    """False for a problem that is false on purpose."""

    @property
    def proved(self) -> bool:
        return self.ending == StopReason.PROVED.value


@dataclass(frozen=True, slots=True)
class Account:
    """All that the store holds of one problem: its trace, what agents were asked, and which answer each attempt was."""

    trace: Trace
    calls: tuple[Call, ...]
    sources: Mapping[str, tuple[str, int]]


@dataclass(slots=True)
class Run:
    """One run as the page shows it. `failures` counts failed attempts at the problems' own statements by (status, error
    kind); `selftest` is what `prover selftest --json` said, where that was kept in the run's folder."""

    folder: Path
    name: str
    config: RunConfig
    facts: Mapping[str, Any]
    summary: Mapping[str, Any]
    headline: str
    rows: dict[str, Row]
    failures: Counter[tuple[str, str]]
    selftest: Mapping[str, Any] | None = None
    canaries: Sequence[CanaryReport] = ()
    """Every round that the run put to its own checker, in order."""


class Reader:
    """One run folder, open for reading."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.store = Store.read(folder)
        self.problems = self.store.problems()

    def run(self, each: Callable[[Account], None]) -> Run:
        """Read the whole run once, problem by problem; `each` is handed every account as it stands."""
        store = self.store
        rows: dict[str, Row] = {}
        failures: Counter[tuple[str, str]] = Counter()

        def light() -> Iterator[Trace]:
            for bare in store.traces(completions=False):
                account = _account(store, bare)
                trace = account.trace
                each(account)
                row = _row(trace)
                rows[row.id] = row
                failed = (verdict for _, verdict in _failed(trace))
                failures.update((verdict.status.value, failure_of(verdict)) for verdict in failed)
                yield _without_texts(trace)

        summary = summarize(
            store.config,
            self.problems,
            light(),
            store.spent(),
            canaries=store.canaries(),
            run=str(self.folder),
        )
        facts = {key: value for key, value in read_manifest(self.folder).items() if key != "config"}
        said = headline(summary)
        selftest = read_selftest(self.folder)
        rounds = tuple(store.results(CANARIES, CanaryReport).values())
        return Run(
            self.folder, self.name, store.config, facts, summary, said, rows, failures, selftest, rounds
        )

    def close(self) -> None:
        self.store.close()


def _account(store: Store, trace: Trace) -> Account:
    """The account of a trace that was read without what models wrote: every call is read once."""
    calls, sources = tuple(store.calls(trace.problem.id)), store.sources(trace.problem.id)
    answers = {call.id: call.completions for call in calls}

    def whole(attempt: Attempt) -> Attempt:
        call, sample = sources.get(attempt.id, ("", 0))
        return replace(attempt, completion=answers[call][sample]) if call in answers else attempt

    steps = tuple((whole(attempt), verdict) for attempt, verdict in trace.steps)
    return Account(replace(trace, steps=steps), calls, sources)


def _failed(trace: Trace) -> list[tuple[Attempt, Verdict]]:
    """Failed attempts at the problem's own statement; a decomposition that leaves its lemmas open is none."""
    return [
        (attempt, verdict)
        for attempt, verdict in trace.own_steps
        if not verdict.proved and not (attempt.author == "decomposer" and verdict.status is Status.INCOMPLETE)
    ]


def read_selftest(folder: Path) -> Mapping[str, Any] | None:
    """The self-test's result that lies in a run folder; None where there is none. `InputError` for what is none."""
    path = folder / SELFTEST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected what `prover selftest --json` prints: {error}") from None
    counts = said if isinstance(said, dict) else {}
    lists = ("proved_fakes", "refused_twins", "infra")
    if not all(isinstance(counts.get(key), int) for key in ("fakes", "twins")) or not all(
        isinstance(counts.get(key), list) for key in lists
    ):
        raise InputError(f"{path}: expected what `prover selftest --json` prints")
    return counts


def _without_texts(trace: Trace) -> Trace:
    """What a score needs of a trace: the tree of attempts and how each was judged."""
    steps = tuple(
        (replace(attempt, proof="", completion=None), replace(verdict, diagnostics=(), detail=""))
        for attempt, verdict in trace.steps
    )
    return replace(trace, steps=steps)


def _row(trace: Trace) -> Row:
    found = trace.proof
    failed = [verdict for _, verdict in _failed(trace)]
    return Row(
        id=trace.problem.id,
        ending=trace.stop_reason.value,
        draws=draws_of(trace),
        attempts=len(trace.own_steps),
        spend=trace.spend,
        author=found[0].author if found else "",
        proof_lines=len(found[0].proof.strip().splitlines()) if found else 0,
        failure=" · ".join(filter(None, (failed[-1].status.value, failure_of(failed[-1]))))
        if failed and found is None
        else "",
        counted=not false_on_purpose(trace.problem),
    )


def run_names(folders: Sequence[Path]) -> list[str]:
    """A short name for each run: its folder's, made different by a number where two are the same."""
    seen: Counter[str] = Counter()
    names = []
    for folder in folders:
        name = folder.resolve().name
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def tier_label(summary: Mapping[str, Any]) -> str:
    """`replayed (the strongest)` and the like, for people."""
    tier = Tier(summary["tier"])
    return f"{tier.value} (the strongest)" if tier is Tier.REPLAYED else tier.value


def canary_label(rounds: Sequence[CanaryReport]) -> tuple[bool, str]:
    """Whether the run's checker may be believed, as far as its canaries tell, and in words what they came to."""
    proved = [report.proved for report in rounds if report.proved]
    if proved:
        return False, proved[0]
    put, judged = sum(report.put for report in rounds), sum(report.refused for report in rounds)
    parts = [f"none of {put} fakes proved, in {len(rounds)} round{'' if len(rounds) == 1 else 's'}"]
    if leaked := sum(len(report.leaked) for report in rounds):
        parts.append(f"{leaked} passed the fast gate and were refused by the audit")
    if put - judged:
        parts.append(f"{put - judged} not judged")
    parts += [f"not put: {report.unreadable}" for report in rounds if report.unreadable][:1]
    return True, "; ".join(parts)


def as_json(value: Any) -> str:
    """JSON that may stand inside a `<script>` element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
