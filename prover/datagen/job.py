"""The job from end to end: all stages in their order, then the data set beside the run's store.

The same call again goes on from what the stages have kept, and writes the same bytes where nothing was left to do. What
got no answer because something of ours broke is left out and counted as open; the next session tries it again.
Limits: one driver process; rows are held in memory while they are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prover.agents.family import load_family
from prover.datagen.against import Benchmark
from prover.datagen.card import Account
from prover.datagen.export import encodable, export
from prover.datagen.lessons import examples_of
from prover.datagen.proving import proofs, statements
from prover.datagen.rows import Checked, Facts, Row, row_of
from prover.datagen.selecting import select
from prover.datagen.session import Session
from prover.datagen.sources import Sources


@dataclass(frozen=True, slots=True)
class Finished:
    """What the job came to. `untaught` says why rows gave no training example."""

    folder: Path
    account: Account
    untaught: Counter[str]


async def run(
    session: Session, sources: Sources, benchmarks: Sequence[Benchmark], *, title: str, parquet: bool = False
) -> Finished:
    """Do what is left of the job, and write the data set.

    Raises `JobInterruptedError` when it was told to stop, `SoundnessError` when something false is proved,
    `MissingError` where there is no Lean or no model.
    """
    session.count("problems of the sources", len(sources.items))
    ready = await statements(session, sources.items)
    found = await proofs(session, ready)
    chosen = await select(session, found, benchmarks)
    facts = Facts(session.store.config, {source.name: source for source in sources.sources})
    made: list[tuple[Checked, Row]] = [
        (one.one, encodable(row_of(one.one, one.woven, one.split, one.cluster, facts))) for one in chosen
    ]
    session.count("rows", len(made))
    examples, untaught = examples_of(made, load_family(session.settings.family))
    account = Account(
        title,
        session.store.config,
        sources.sources,
        benchmarks,
        session.made.readable,
        session.made.funnel,
        [row for _, row in made],
        [encodable(row) for row in session.made.removed],
        Counter(example.split for example in examples),
        session.made.open,
    )
    folder = export(session.store.folder, account, examples, parquet=parquet)
    return Finished(folder, account, untaught)
