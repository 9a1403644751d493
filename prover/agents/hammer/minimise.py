"""A found proof made short and clean, for a few probes: dead weight dropped, alternatives decided, goals bulleted.

Each change is probed on the whole proof and kept only when it still closes. What does not fit the budget stays as
found: the linear script that Lean accepted.
"""

from __future__ import annotations

import re

from prover.agents.hammer.script import Step, linear, structured
from prover.agents.hammer.session import BudgetEndedError, Session

HEARTBEATS = 400_000
MAX_ROUNDS = 5
MAX_CANDIDATES = 12
MAX_SECONDS = 3.0
_FIRST = re.compile(r"first \| ")
_TRY = re.compile(r" <;> try \(")


async def minimise(steps: tuple[Step, ...], session: Session) -> str:
    """The proof as a tactic block. Never fails: at worst the steps one below the other."""
    best = linear(steps)
    begin = session.cpu_s
    try:
        first = [structured(steps)]
        if first[0] != best and (await session.probe(first, HEARTBEATS))[0].closed:
            best = first[0]
        else:
            best = await _shortest(best, [linear(steps)], session) or best
        each = max(session.cpu_s - begin, 0.02)
        candidates = _dropped(steps) if best == linear(steps) else []
        for _ in range(MAX_ROUNDS):
            room = int((MAX_SECONDS - (session.cpu_s - begin)) / each)
            candidates += [c for c in shorter_variants(best) if len(c) < len(best)]
            shorter = await _shortest(best, candidates[: min(MAX_CANDIDATES, room)], session)
            if not shorter:
                break
            best, candidates = shorter, []
    except BudgetEndedError:
        pass
    return best


async def decided(text: str, session: Session) -> str:
    """The proof with each `first | …` replaced by the first of its alternatives with which the whole still closes.

    Never fails: where the budget ends, or no alternative does by itself, the text stays as it is.
    """
    place = 0
    try:
        while match := _FIRST.search(text, place):
            end, options = _alternatives(text, match.end())
            plain = [o[1:].removesuffix("; done)") for o in options if re.fullmatch(r"\([\w ]+; done\)", o)]
            variants = [text[: match.start()] + option + text[end:] for option in [*plain, *options]]
            answers = await session.probe(variants, HEARTBEATS)
            closing = [v for v, answer in zip(variants, answers, strict=True) if answer.closed]
            place = match.end() if not closing else match.start()
            text = closing[0] if closing else text
    except BudgetEndedError:
        pass
    return text


async def _shortest(best: str, candidates: list[str], session: Session) -> str:
    """The shortest candidate that closes and is no longer than `best`, else nothing."""
    if not candidates:
        return ""
    answers = await session.probe(candidates, HEARTBEATS)
    closing = [c for c, a in zip(candidates, answers, strict=True) if a.closed and len(c) <= len(best)]
    return min(closing, key=len, default="")


def _dropped(steps: tuple[Step, ...]) -> list[str]:
    """The script without one of its steps that left the number of goals alone."""
    return [
        linear(steps[:i] + steps[i + 1 :])
        for i, s in enumerate(steps)
        if s.before == s.after and len(steps) > 1
    ]


def shorter_variants(text: str) -> list[str]:
    """Variants with a `first | …` decided, a `try` tail dropped, or a line left out with what is indented under it."""
    found = []
    for match in _FIRST.finditer(text):
        end, options = _alternatives(text, match.end())
        before, after = text[: match.start()], text[end:]
        for option in options:
            bare = option[1:-1] if option.startswith("(") and option.endswith(")") else option
            if "; " in bare and bare.endswith("; done") and bare.count("; ") == 1:
                bare = bare.removesuffix("; done")
            if before.endswith("<;> try (") and after.startswith(")"):
                found.append(f"{before.removesuffix('try (')}{bare}{after[1:]}")
            found.append(before + (f"({bare})" if "; " in bare else bare) + after)
    for match in _TRY.finditer(text):
        found.append(text[: match.start()] + text[_alternatives(text, match.end())[0] + 1 :])
    found.append(text.replace("try omega", "omega"))
    rows = text.split("\n")
    for i, row in enumerate(rows):
        depth = len(row) - len(row.lstrip())
        end = i + 1
        while end < len(rows) and len(rows[end]) - len(rows[end].lstrip()) > depth:
            end += 1
        if not row.lstrip().startswith(("|", "·")):
            found.append("\n".join(rows[:i] + rows[end:]))
    return list(dict.fromkeys(f for f in found if f.strip() and f != text))


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
