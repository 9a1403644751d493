"""The second half of the job: words into proofs, no duplicates, nothing of a benchmark's, and a split for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from prover.datagen.against import Against, Benchmark, Compared, Match, key_of
from prover.datagen.grouping import Grouped, clusters, duplicates, split_by
from prover.datagen.prints import Print, print_of
from prover.datagen.rows import Checked
from prover.datagen.session import Session
from prover.datagen.weaving import ROLE, How, Woven, weave_in
from prover.errors import InfraError
from prover.types import Statement

WEAVE, DEDUPLICATE, DECONTAMINATE = "weave", "deduplicate", "decontaminate"
_BENCHMARKS, _EQUIVALENT = "read benchmarks", "compare with benchmarks"


@dataclass(frozen=True, slots=True)
class Selected:
    """What becomes a row."""

    one: Checked
    woven: Woven
    split: str
    cluster: str


async def select(
    session: Session, found: Sequence[Checked], benchmarks: Sequence[Benchmark]
) -> list[Selected]:
    """The rows of the data set, in the order of what was found."""
    kept = await _woven(session, found)
    kept = _once(session, kept)
    kept = await _clean(session, kept, benchmarks)
    by_row = clusters([_grouped(one) for one, _ in kept])
    shares, seed = session.settings.shares, session.store.config.seed
    return [
        Selected(one, woven, split_by(shares, seed, by_row[one.id]), by_row[one.id]) for one, woven in kept
    ]


async def _woven(session: Session, found: Sequence[Checked]) -> list[tuple[Checked, Woven]]:
    settings, tools = session.settings, session.tools

    async def work(one: Checked) -> Woven:
        attempt = one.steps[0][0]
        if settings.weave == "none":
            return Woven(attempt.proof, How.UNWOVEN, "nobody asked for it")
        return await weave_in(
            replace(one.problem, informal_proof=one.words_proof),
            one.statement,
            attempt.proof,
            tools.checker,
            speaker=tools.models.get(ROLE) if settings.weave == "model" else None,
            ledger=session.store,
            place=f"{one.id}.{attempt.id}",
            seed=session.store.config.seed,
        )

    results = (await session.stage(WEAVE, [(one.id, one) for one in found], Woven, work, wide=True)).results
    session.leave_open([one.item for one in found if one.id not in results], (), WEAVE)
    kept = [(one, results[one.id]) for one in found if one.id in results]
    session.count("of these with their words woven in", sum(w.how is not How.UNWOVEN for _, w in kept))
    return kept


def _grouped(one: Checked) -> Grouped:
    return Grouped(one.id, one.item.problem.id, one.text, one.read, one.problem.informal_statement, one.kind)


def _once(session: Session, kept: Sequence[tuple[Checked, Woven]]) -> list[tuple[Checked, Woven]]:
    twice = duplicates([_grouped(one) for one, _ in kept])
    for one, _ in kept:
        if first := twice.get(one.id):
            reason = "the same statement as another row, up to names, order and notation"
            session.leave(one.item, DEDUPLICATE, reason, first, statement=one.problem.statement)
    left = [pair for pair in kept if pair[0].id not in twice]
    session.count("after deduplication", len(left))
    return left


async def _clean(
    session: Session, kept: Sequence[tuple[Checked, Woven]], benchmarks: Sequence[Benchmark]
) -> list[tuple[Checked, Woven]]:
    if not benchmarks:
        return list(kept)
    against = await _against(session, benchmarks)
    found: dict[str, Match] = {}
    for one, woven in kept:
        texts = [woven.proof, *(attempt.proof for attempt, _ in one.steps)]
        if match := against.match(one.problem.informal_statement, _asked(one), one.read, texts):
            found[one.id] = match
    if session.settings.equivalence_s > 0:
        left = [one for one, _ in kept if one.id not in found]
        compared = await _compared(session, against, left)
        found |= {name: result.match for name, result in compared.items() if result.match is not None}
        unknown = [one.item for one in left if one.id not in compared]
        # What could not be compared may be a benchmark's problem.
        session.leave_open(unknown, (), DECONTAMINATE)
        kept = [pair for pair in kept if pair[0].id in found or pair[0].id in compared]
    for one, _ in kept:
        if match := found.get(one.id):
            session.leave(
                one.item,
                DECONTAMINATE,
                f"a problem of {match.benchmark} ({match.rule})",
                f"{match.message}\n\n{match.evidence}",
                statement=_asked(one),
                benchmark=match.benchmark,
                benchmark_problem=match.problem,
                rule=match.rule,
            )
    clean = [pair for pair in kept if pair[0].id not in found]
    session.count("after decontamination", len(clean))
    return clean


def _asked(one: Checked) -> Statement:
    """The problem's own statement, also where its negation was proved."""
    assert one.problem.statement is not None
    return one.problem.statement


async def _against(session: Session, benchmarks: Sequence[Benchmark]) -> Against:
    async def work(statement: Statement) -> Print:
        return await print_of(statement, session.tools.checker)

    pairs = [
        (key_of(benchmark.name, problem.id), problem.statement)
        for benchmark in benchmarks
        for problem in benchmark.problems
        if problem.statement is not None
    ]
    worked = await session.stage(_BENCHMARKS, pairs, Print, work)
    if worked.open:
        # Without its print a problem could slip through.
        raise InfraError(f"{len(worked.open)} statements of benchmarks got no answer, {worked.open[0]} first")
    prints: Mapping[str, Print] = worked.results
    for benchmark in benchmarks:
        keys = (key_of(benchmark.name, problem.id) for problem in benchmark.problems)
        session.made.readable[benchmark.name] = sum(bool(prints.get(key, Print()).shape) for key in keys)
    return Against(benchmarks, prints)


async def _compared(session: Session, against: Against, left: Sequence[Checked]) -> Mapping[str, Compared]:
    async def work(one: Checked) -> Compared:
        seconds = session.settings.equivalence_s
        return await against.compare(_asked(one), one.read, session.tools.checker, seconds)

    return (await session.stage(_EQUIVALENT, [(one.id, one) for one in left], Compared, work)).results
