"""The first half of the job: words become statements, statements are screened, searched, and proofs audited.

The two long stages are runs of their own below the job's folder, `formalize/` and `prove/`, which `prover watch` and
`prover report` show like any other. A proof that came with its statement is audited first and, where it holds, kept
instead of a search. Statements are proved or refuted side by side where the policy says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from prover.config import Budget
from prover.datagen.prints import Print, print_of
from prover.datagen.rows import Checked, checked
from prover.datagen.session import JobInterruptedError, Session
from prover.datagen.sources import Item
from prover.datagen.stages import Progress
from prover.errors import InfraError
from prover.formalize import run as formalizing
from prover.formalize.filters import screen
from prover.formalize.lint import Effort
from prover.formalize.result import FilterResult, FilterStatus, Formalization
from prover.pipeline import run as search
from prover.search.desk import patiently
from prover.types import Problem, Statement, Status, StopReason, Trace, Verdict, audited

FORMALIZE, SCREEN, PRINT, GIVEN, PROVE = "formalize", "screen", "print", "audit given proofs", "prove"


@dataclass(frozen=True, slots=True)
class Screened:
    """What the filters said of a statement that came in as Lean."""

    filters: tuple[FilterResult, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement that may be searched."""

    item: Item
    problem: Problem
    filters: tuple[FilterResult, ...] = ()
    formalization: Formalization | None = None

    @property
    def id(self) -> str:
        return self.problem.id

    @property
    def statement(self) -> Statement:
        assert self.problem.statement is not None
        return self.problem.statement


async def statements(session: Session, items: Sequence[Item]) -> list[Ready]:
    """All statements that passed the filters, in the items' order."""
    words = [item for item in items if item.problem.statement is None]
    lean = [item for item in items if item.problem.statement is not None]
    ready = {one.id: one for one in [*await _formalized(session, words), *await _screened(session, lean)]}
    session.count("statements that passed the filters", len(ready))
    return [ready[item.problem.id] for item in items if item.problem.id in ready]


async def _formalized(session: Session, items: Sequence[Item]) -> list[Ready]:
    if not items:
        return []
    settings, tools = session.settings.formalizing, session.tools
    config = replace(
        session.store.config,
        verb=FORMALIZE,
        policy=FORMALIZE,
        policy_settings=settings.identity,
        budget=Budget(),
        job={},
    )
    store = session.open_run(FORMALIZE, config, [item.problem for item in items])
    try:
        outcome = await formalizing.run(
            store,
            tools.models,
            tools.checker,
            settings,
            jobs=tools.jobs,
            inflight=tools.inflight,
            examples=tools.examples,
            on_progress=lambda p: session.tell(Progress(FORMALIZE, p.done, p.total, p.note)),
        )
        if outcome.interrupted:
            raise JobInterruptedError
        results = {result.problem.id: result for result in formalizing.results_of(store)}
    finally:
        store.close()
    ready = []
    for item in items:
        result = results.get(item.problem.id)
        if result is None:
            continue
        winner = result.winner
        if winner is None or winner.statement is None:
            session.leave(item, FORMALIZE, f"not formalized: {result.ending.value}", result.detail)
        elif not _strictly(session, item, winner.filters, winner.statement):
            # That a problem is false on purpose is known of its own statement, not of one that was made of its words.
            meta = {name: value for name, value in item.problem.meta.items() if name != "truth"}
            problem = replace(item.problem, statement=winner.statement, meta=meta)
            ready.append(Ready(item, problem, winner.filters, result))
    session.leave_open(items, results, FORMALIZE)
    session.count("words formalized", len(ready))
    return ready


async def _screened(session: Session, items: Sequence[Item]) -> list[Ready]:
    # Whether a statement is false is for the search to say: a refutation is a row.
    effort = Effort(vacuous_s=session.settings.vacuous_s, false_s=0.0, trivial_s=0.0)

    async def work(item: Item) -> Screened:
        statement = item.problem.statement
        assert statement is not None
        return Screened((await screen(item.problem, statement, session.tools.checker, effort)).filters)

    pairs = [(item.problem.id, item) for item in items]
    results = (await session.stage(SCREEN, pairs, Screened, work)).results if pairs else {}
    ready = []
    for item in items:
        screened = results.get(item.problem.id)
        if screened is None:
            continue
        rejected = next((f for f in screened.filters if f.status is FilterStatus.REJECTED), None)
        if rejected is not None:
            evidence = "\n".join(filter(None, (rejected.message, rejected.evidence)))
            session.leave(item, SCREEN, f"rejected by the filter {rejected.name}", evidence)
        elif not _strictly(session, item, screened.filters, item.problem.statement):
            ready.append(Ready(item, item.problem, screened.filters))
    session.leave_open(items, results, SCREEN)
    return ready


def _strictly(
    session: Session, item: Item, filters: Sequence[FilterResult], statement: Statement | None
) -> bool:
    """Whether a strict job leaves a statement out for what a filter flagged; then it is noted."""
    if not session.settings.strict:
        return False
    flags = (f for f in filters if f.status is FilterStatus.FLAGGED and f.name != "duplicate")
    flag = next(flags, None)
    if flag is not None:
        evidence = "\n".join(filter(None, (flag.message, flag.evidence)))
        session.leave(item, SCREEN, f"flagged by the filter {flag.name}", evidence, statement=statement)
    return flag is not None


async def proofs(session: Session, ready: Sequence[Ready]) -> list[Checked]:
    """What was proved or refuted, with audited proofs."""

    async def read(statement: Statement) -> Print:
        return await print_of(statement, session.tools.checker)

    prints = (await session.stage(PRINT, [(one.id, one.statement) for one in ready], Print, read)).results
    given = await _given(session, ready)
    todo = [one for one in ready if one.id not in given or not audited(given[one.id])]
    traces = await _traces(session, todo)
    found = []
    for one in ready:
        trace = traces.get(one.id)
        made = checked(
            one.item,
            one.problem,
            prints.get(one.id, Print()),
            filters=one.filters,
            formalization=one.formalization,
            given=given.get(one.id),
            trace=trace,
        )
        if made is not None:
            found.append(made)
        elif trace is not None and trace.stop_reason is not StopReason.INFRA:
            reason = f"neither proved nor refuted: {trace.stop_reason.value}"
            session.leave(one.item, PROVE, reason, trace.detail, statement=one.statement)
    answered = {name for name, trace in traces.items() if trace.stop_reason is not StopReason.INFRA}
    session.leave_open([one.item for one in todo], answered, PROVE)
    session.count("proved or refuted, audited", len(found))
    return found


async def _given(session: Session, ready: Sequence[Ready]) -> Mapping[str, Verdict]:
    async def work(one: Ready) -> Verdict:
        proof = one.problem.reference_proof
        verdict, _ = await patiently(lambda: session.tools.checker.audit(one.statement, proof))
        if verdict.status is Status.INFRA:
            raise InfraError(verdict.detail)
        return verdict

    pairs = [(one.id, one) for one in ready if one.problem.reference_proof.strip()]
    if not session.settings.given or not pairs:
        return {}
    return (await session.stage(GIVEN, pairs, Verdict, work)).results


async def _traces(session: Session, todo: Sequence[Ready]) -> Mapping[str, Trace]:
    if not todo:
        return {}
    tools = session.tools
    # What was never to be shown to a prover stays behind.
    problems = [replace(one.problem, reference_proof="") for one in todo]
    store = session.open_run(PROVE, replace(session.store.config, verb=PROVE, job={}), problems)
    try:
        outcome = await search(
            store,
            tools.policy,
            tools.checker,
            jobs=tools.jobs,
            models=tools.models,
            inflight=tools.inflight,
            capacity=tools.capacity,
            run_budget=tools.run_budget,
            adaptive=tools.adaptive,
            memory=tools.memory,
            library=tools.library,
            on_progress=lambda p: session.tell(Progress(PROVE, p.done, p.total, p.note)),
        )
        if outcome.stopped is StopReason.INTERRUPTED:
            raise JobInterruptedError
        if outcome.stopped is not None:
            note = f"the run's budget ({outcome.stopped.value}) is used up, {outcome.remaining} not searched"
            session.tell(Progress(PROVE, len(problems) - outcome.remaining, len(problems), note))
        wanted = {problem.id for problem in problems}
        return {trace.problem.id: trace for trace in store.traces() if trace.problem.id in wanted}
    finally:
        store.close()
