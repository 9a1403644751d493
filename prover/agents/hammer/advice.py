"""Advice: what somebody who writes proofs, a model, has to say of a goal that the search has come to.

His drafts need not be right. Of each Lean is asked how far it runs. Where a step fails, the proofs inside it are left
open (`have key : T := by …` becomes `have key : T := ?_`, `exact ⟨w, by …⟩` becomes `refine ⟨w, ?_⟩`, the cases of an
induction become goals), and the rest of the draft is tried behind them; a step that helps in no way ends the draft. The
search goes on from the goals that are left: the writer has the idea, the hammer does the work. After Jiang et al.,
"Draft, Sketch, and Prove" (2023).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from prover import syntax
from prover.agents.hammer.goals import Goal
from prover.agents.hammer.session import Session
from prover.lean.protocol import Probe
from prover.syntax import LeanTextError, Shape, Token

MAX_DRAFTS = 32
MAX_MENDS = 3
"""How many steps of one draft are opened before it is cut off."""
_GOES_ON = re.compile(r"[\s|)\]}⟩,]|<;>|(?:with|at|using|generalizing|then|else)\b")
_GIVEN_UP = frozenset({"sorry", "admit"})
_OPENS, _CLOSES = frozenset("([{⟨"), frozenset(")]}⟩")


@dataclass(frozen=True, slots=True)
class Adviser:
    """Whom the search asks, about how many goals, and when."""

    ask: Callable[[Goal], Awaitable[Sequence[str]]]
    """Drafts for a goal, the likeliest first: tactic blocks."""
    goals: int = 8
    after_s: float = 6.0
    """Seconds of Lean's CPU that the search spends by itself before it asks."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a draft is worth: a tactic block that runs, and what Lean says it leaves."""

    rank: int
    text: str
    answer: Probe


@dataclass(frozen=True, slots=True)
class _Draft:
    """The steps of a draft as far as they are known to run, and those that were not tried yet."""

    rank: int
    steps: tuple[str, ...]
    done: int = 0
    """How many of the steps, from the first on, ran or were opened."""
    mends: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.steps)


async def openings(session: Session, before: str, drafts: Sequence[str], heartbeats: int) -> list[Opening]:
    """What each draft is worth behind the script `before`, or a single one that leaves no goal at all.

    Raises `BudgetEndedError`.
    """
    waiting = [
        _Draft(rank, steps) for rank, text in enumerate(drafts[:MAX_DRAFTS]) if (steps := top_steps(text))
    ]
    found: list[Opening] = []
    asked: set[str] = set()
    head = f"{before}\n" if before else ""
    lines_before = head.count("\n")
    while waiting:
        alike = {one.text: one for one in sorted(waiting, key=lambda one: -one.rank)}
        waiting = sorted((one for text, one in alike.items() if text not in asked), key=lambda one: one.rank)
        asked |= set(alike)
        answers = await session.probe([head + one.text for one in waiting], heartbeats)
        further: list[_Draft] = []
        for one, answer in zip(waiting, answers, strict=True):
            if answer.closed:
                return [Opening(one.rank, one.text, answer)]
            if answer.goals and not answer.error:
                found.append(Opening(one.rank, one.text, answer))
            else:
                further += _mended(one, answer.line - lines_before)
        waiting = further
    return found


def _mended(one: _Draft, line: int) -> list[_Draft]:
    """What to try for a draft that failed: its first failing step opened, or else what stands before that."""
    index = _step_at(one, line)
    if index is None:
        return []
    opened = opened_step(one.steps[index]) if index >= one.done and one.mends < MAX_MENDS else ""
    if opened:
        # Behind an open claim Lean goes on with the goal that the claim was made for.
        steps = (*one.steps[:index], opened, *one.steps[index + 1 :])
        return [_Draft(one.rank, steps, index + 1, one.mends + 1)]
    return [replace(one, steps=one.steps[:index])] if index else []


def _step_at(one: _Draft, line: int) -> int | None:
    """Which step holds a line of the text, from 1; None where Lean gave no place."""
    if line < 1:
        return None
    for index, step in enumerate(one.steps):
        line -= step.count("\n") + 1
        if line < 1:
            return index
    return None


def top_steps(text: str) -> tuple[str, ...]:
    """The steps of a tactic block at its left margin, each with what is indented under it; empty for other texts."""
    try:
        tokens = syntax.code(syntax.tokenize(text))
    except LeanTextError:
        return ()
    if not tokens or syntax.shape_of(tokens) is not Shape.TACTICS or any(t.text in _GIVEN_UP for t in tokens):
        return ()
    steps: list[str] = []
    for line in text.strip("\n").split("\n"):
        if not line.strip() or line.startswith("--"):
            continue
        if steps and _GOES_ON.match(line):
            steps[-1] += "\n" + line
        else:
            steps.append(line)
    return tuple(steps)


def opened_step(step: str) -> str:
    """The step with the proofs inside it left open; empty where there are none."""
    try:
        tokens = syntax.code(syntax.tokenize(step))
    except LeanTextError:
        return ""
    spans = _cases(tokens, step) if tokens[0].text in ("induction", "cases") else _proofs(tokens, step)
    if not spans:
        return ""
    parts, end = [], 0
    for start, stop in spans:
        parts += [step[end:start], "?_"]
        end = stop
    text = "".join([*parts, step[end:]])
    return "refine" + text.removeprefix("exact") if text.startswith("exact ") else text


def _proofs(tokens: Sequence[Token], step: str) -> list[tuple[int, int]]:
    """Where each outermost `by …` begins and ends."""
    found: list[tuple[int, int]] = []
    depth, inside = 0, -1
    for token in tokens:
        if token.text in _OPENS:
            depth += 1
        closes = token.text in _CLOSES
        if inside >= 0 and (depth == inside and (closes or (token.text == "," and depth > 0))):
            found[-1] = (found[-1][0], token.start)
            inside = -1
        depth -= closes
        if token.text == "by" and inside < 0:
            found.append((token.start, len(step)))
            inside = depth
    return [(a, a + len(step[a:b].rstrip())) for a, b in found]


def _cases(tokens: Sequence[Token], step: str) -> list[tuple[int, int]]:
    """Where what stands behind each `=>` of the outermost cases begins and ends."""
    columns = {t: t.start - step.rfind("\n", 0, t.start) - 1 for t in tokens if t.text == "|"}
    bars = [t for t, column in columns.items() if not step[t.start - column : t.start].strip()]
    margin = min((columns[t] for t in bars), default=0)
    bars = [t for t in bars if columns[t] == margin]
    ends = [*(bar.start for bar in bars[1:]), len(step)]
    found = []
    for bar, end in zip(bars, ends, strict=True):
        arrow = next((t for t in tokens if bar.start < t.start < end and t.text == "=>"), None)
        if arrow is None:
            return []
        body = step[arrow.end : end]
        start = arrow.end + len(body) - len(body.lstrip())
        found.append((start, arrow.end + len(body.rstrip())))
    return found
