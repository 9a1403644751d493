"""All moves for a goal: the union of the subjects. Which of them to ask first is the search's matter."""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.moves import (
    bounded,
    closers,
    divides,
    hints,
    induct,
    logic,
    powers,
    primes,
    recurrences,
    residue,
    sequences,
    witness,
)
from prover.agents.hammer.moves.base import Generator, Move, View

GENERATORS: tuple[Generator, ...] = (
    logic.introductions,
    logic.targets,
    logic.eliminations,
    closers.closers,
    residue.residues,
    powers.powers,
    bounded.cases,
    bounded.enclosures,
    bounded.derived_bounds,
    bounded.values,
    witness.witnesses,
    induct.inductions,
    induct.several_steps,
    induct.step_closers,
    sequences.unrollings,
    sequences.closure,
    recurrences.periods,
    divides.divisibility,
    divides.remainders,
    primes.primes,
    hints.inequalities,
    hints.order_splits,
    hints.absolute_values,
    logic.propositions,
    logic.rewriting,
    logic.classical,
)


def moves_for(view: View) -> Iterator[Move]:
    for generator in GENERATORS:
        yield from generator(view)
