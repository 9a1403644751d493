"""Proof scripts: the steps of a branch of the search, and the tactic block they make.

Every step acts on the first open goal. A step that leaves several goals is followed by one `·` block for each.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.agents.hammer.moves.base import indented


@dataclass(frozen=True, slots=True)
class Step:
    """A tactic block that was applied to the first of `before` goals and left `after` goals in all."""

    text: str
    before: int
    after: int


def linear(steps: tuple[Step, ...], last: str = "") -> str:
    """The steps one below the other, as they were probed, then `last`."""
    return "\n".join([*(s.text for s in steps), *([last] if last else [])])


def structured(steps: tuple[Step, ...]) -> str:
    """The same proof with a `·` block for each goal where a step leaves several.

    Equal to the linear script wherever goals do not share metavariables; the caller probes it before use.
    """
    text, rest = _block(steps)
    return "\n".join([text, *(s.text for s in rest)])


def _block(steps: tuple[Step, ...]) -> tuple[str, tuple[Step, ...]]:
    """The proof of one goal, and the steps that were not needed for it."""
    if not steps:
        return "", ()
    first, rest = steps[0], steps[1:]
    opened = first.after - first.before + 1
    parts = [first.text]
    if opened == 1:
        text, rest = _block(rest)
        if text:
            parts.append(text)
    elif opened > 1:
        for _ in range(opened):
            text, rest = _block(rest)
            if text:
                parts.append("· " + indented(text)[2:])
    return "\n".join(parts), rest
