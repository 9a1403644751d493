"""Step-level critiques of a proof: made of what Lean said of each step, or a critic's where Lean agrees with it.

A step is one of the proof's own tactic lines with what is indented under it. A step with an error in it is unsound, one
before the first error is sound; of one behind it nothing is said, for Lean may not have come that far. The form is that
of the critic's prompt, and is read back by `read_critique` before it becomes an example.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from prover.agents.critic import read_critique
from prover.agents.feedback import shortened
from prover.types import Status, Verdict, audited

MAX_STEPS = 40
_MAX_LINE = 160
_MAX_COMMENT = 400


@dataclass(frozen=True, slots=True)
class Judged:
    step: str
    """The step's first line."""
    sound: bool | None
    comment: str


def by_lean(proof: str, verdict: Verdict) -> list[Judged]:
    """What Lean's verdict says of each step; empty where it says nothing of steps."""
    errors = [d for d in verdict.diagnostics if d.severity == "error" and d.line > 0]
    if not audited(verdict) and (verdict.status is not Status.ELABORATION_ERROR or not errors):
        return []
    judged: list[Judged] = []
    broken = False
    for first, last, line in _steps(proof):
        own = [d for d in errors if first <= d.line <= last]
        if own:
            broken = True
            said = " ".join(own[0].message.split())
            judged.append(Judged(line, False, shortened(said, _MAX_COMMENT)))
        else:
            judged.append(Judged(line, None if broken else True, "" if broken else "Lean accepts it."))
    if errors and not broken:
        return []
    return [step for step in judged if step.sound is not None]


def _steps(proof: str) -> list[tuple[int, int, str]]:
    """Each step's first and last line, from 1, and its first line's text."""
    rows = proof.split("\n")
    # The steps of a theorem that is stated anew are those of its proof.
    behind = next((i + 1 for i, row in enumerate(rows) if row.rstrip().endswith(":= by")), 0)
    begin = behind if rows[0].startswith(("theorem ", "lemma ")) else 0
    full = [
        i for i, row in enumerate(rows) if i >= begin and row.strip() and not row.strip().startswith("--")
    ]
    if not full:
        return []
    margin = min(len(rows[i]) - len(rows[i].lstrip()) for i in full)
    starts = [i for i in full if len(rows[i]) - len(rows[i].lstrip()) == margin]
    ends = [*(start - 1 for start in starts[1:]), len(rows) - 1]
    steps = [(a + 1, b + 1, shortened(rows[a].strip(), _MAX_LINE)) for a, b in zip(starts, ends, strict=True)]
    return steps[:MAX_STEPS]


def written(steps: list[Judged], *, sound: bool) -> str:
    """The critic's answer; empty where it would not read back."""
    rows = [{"step": step.step, "sound": step.sound, "comment": step.comment} for step in steps]
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    text = f'```json\n{{"sound": {json.dumps(sound)}, "steps": [\n{lines}\n]}}\n```'
    read = read_critique(text)
    same = read[0] is sound and [s.sound for s in read[1]] == [s.sound for s in steps]
    return text if same and "`" not in "".join(step.step + step.comment for step in steps) else ""


def agrees(text: str, verdict: Verdict) -> bool:
    """Whether a critic's answer says of the whole proof what Lean says, and of at least one step why."""
    sound, steps = read_critique(text)
    if audited(verdict):
        return sound is True and bool(steps)
    if verdict.status is not Status.ELABORATION_ERROR:
        return False
    return sound is False and any(step.sound is False and step.comment for step in steps)
