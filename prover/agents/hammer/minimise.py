"""A found proof made short and clean, for a few probes: dead weight dropped, alternatives decided, goals bulleted.

Each change is probed on the whole proof and kept only when it still closes. What does not fit the budget stays as
found: the linear script that Lean accepted.
"""

from __future__ import annotations

import re

from prover.agents.hammer.script import Step, linear, structured
from prover.agents.hammer.session import BudgetEnded, Session

HEARTBEATS = 400_000
MAX_ROUNDS = 6
MAX_CANDIDATES = 12
MAX_SECONDS = 8.0
_FIRST = re.compile(r"first \| ")


async def minimise(steps: tuple[Step, ...], session: Session) -> str:
    """The proof as a tactic block. Never fails: at worst the steps one below the other."""
    best = linear(steps)
    spent = session.cpu_s
    try:
        candidates = _dropped(steps)
        bulleted = structured(steps)
        if bulleted != best and (await session.probe([bulleted], HEARTBEATS))[0].closed:
            best = bulleted
        elif candidates:
            answers = await session.probe(candidates[:MAX_CANDIDATES], HEARTBEATS)
            best = min([best, *(c for c, a in zip(candidates, answers, strict=False) if a.closed)], key=len)
        for _ in range(MAX_ROUNDS):
            if session.cpu_s - spent > MAX_SECONDS:
                break
            shorter = [c for c in _shorter(best) if len(c) < len(best)][:MAX_CANDIDATES]
            if not shorter:
                break
            answers = await session.probe(shorter, HEARTBEATS)
            closing = [c for c, a in zip(shorter, answers, strict=True) if a.closed]
            if not closing:
                break
            best = min(closing, key=len)
    except BudgetEnded:
        pass
    return best


def _dropped(steps: tuple[Step, ...]) -> list[str]:
    """The script without one of its steps that left the number of goals alone."""
    return [
        linear(steps[:i] + steps[i + 1 :])
        for i, s in enumerate(steps)
        if s.before == s.after and len(steps) > 1
    ]


def _shorter(text: str) -> list[str]:
    """Variants with a `first | …` decided, a `try` tail dropped, or a line left out."""
    found = []
    for match in _FIRST.finditer(text):
        end, options = _alternatives(text, match.end())
        for option in options:
            bare = option[1:-1] if option.startswith("(") and option.endswith(")") and "\n" not in option else option
            bare = bare.removesuffix("; done") if ";" not in bare.removesuffix("; done") else bare
            before, after = text[: match.start()], text[end:]
            if ";" in bare and not before.endswith("("):
                bare = f"({bare})"
            if before.endswith("(") and after.startswith(")"):
                closed = before[:-1].removesuffix("try ") + (bare if " " not in bare or ";" not in bare else f"({bare})") + after[1:]
                found.append(closed)
            found.append(before + bare + after)
    for match in re.finditer(r" <;> try \(", text):
        end, _ = _alternatives(text, match.end())
        found.append(text[: match.start()] + text[end + 1 :])
    rows = text.split("\n")
    if len(rows) > 1:
        found += ["\n".join(rows[:i] + rows[i + 1 :]) for i in range(len(rows)) if not rows[i].lstrip().startswith(("|", "·"))]
    found.append(text.replace(" <;> try omega", " <;> omega"))
    return list(dict.fromkeys(f for f in found if f.strip()))


def _alternatives(text: str, start: int) -> tuple[int, list[str]]:
    """The alternatives of a `first` whose list begins at `start`, and where it ends."""
    depth, begin, options, i = 0, start, [], start
    while i < len(text):
        c = text[i]
        if c in "(⟨[{":
            depth += 1
        elif c in ")⟩]}":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and (c == "\n" or text.startswith(" <;>", i)):
            break
        elif depth == 0 and text.startswith(" | ", i):
            options.append(text[begin:i])
            begin = i + 3
        i += 1
    options.append(text[begin:i])
    return i, [o.strip() for o in options]
