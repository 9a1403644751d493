"""Step-level critiques of a proof: made of what Lean said of each step, or a critic's where Lean agrees with it.

A step with an error in it is unsound, one before the first error is sound; of one behind it nothing is said, for Lean
may not have come that far. That goals are left open at the end of a block, Lean says where the block begins: it is the
end that is at fault then, no step. The form is that of the critic's prompt, and is read back by `read_critique` before
it becomes an example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from prover.agents.critic import read_critique
from prover.agents.feedback import shortened
from prover.agents.values import StepCritique
from prover.bootstrap.steps import Block, Step, block_of
from prover.types import Diagnostic, Status, Verdict, audited

MAX_STEPS = 40
END = "the end of the proof"
_UNSOLVED = "unsolved goals"
_MAX_LINE = 160
_MAX_COMMENT = 400
_PART = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Judged:
    step: str
    """The step's first line."""
    sound: bool | None
    comment: str
    text: str = ""
    """All of the step."""


def by_lean(proof: str, verdict: Verdict) -> list[Judged]:
    """What Lean's verdict says of each step; empty where it says nothing of steps."""
    errors = [d for d in verdict.diagnostics if d.severity == "error" and d.line > 0]
    if not audited(verdict) and (verdict.status is not Status.ELABORATION_ERROR or not errors):
        return []
    block = block_of(proof)
    if block is None or len(block.steps) > MAX_STEPS:
        return []
    left = [d for d in errors if _of_the_block(d, block)]
    if left and block.by is None and block.steps[0].text.startswith(("·", ".", "case", "next")):
        # It may be the first step's own goals that are open.
        return []
    inside = [d for d in errors if d not in left]
    judged: list[Judged] = []
    for step in block.steps:
        own = [d for d in inside if step.begin <= (d.line, d.column) < step.end]
        line = shortened(step.text.partition("\n")[0].strip(), _MAX_LINE)
        if own:
            return [*judged, Judged(line, False, _said(own[0]), step.text)]
        judged.append(Judged(line, True, "Lean accepts it.", step.text))
    if inside:
        return []
    return [*judged, Judged(END, False, _said(left[0]))] if left else judged


def _of_the_block(error: Diagnostic, block: Block) -> bool:
    return error.message.startswith(_UNSOLVED) and block.begins_at((error.line, error.column))


def _said(error: Diagnostic) -> str:
    return shortened(" ".join(error.message.split()), _MAX_COMMENT)


def written(steps: list[Judged], *, sound: bool) -> str:
    """The critic's answer; empty where it would not read back."""
    rows = [{"step": step.step, "sound": step.sound, "comment": step.comment} for step in steps]
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    text = f'```json\n{{"sound": {json.dumps(sound)}, "steps": [\n{lines}\n]}}\n```'
    read = read_critique(text)
    same = read[0] is sound and [s.sound for s in read[1]] == [s.sound for s in steps]
    return text if same and "`" not in "".join(step.step + step.comment for step in steps) else ""


def agrees(text: str, proof: str, verdict: Verdict) -> bool:
    """Whether a critic's answer says of the proof, and of its steps, what Lean says.

    Of a proof that failed it must blame the step that Lean blames, say why, and blame none before it. A step that is
    blamed and cannot be told for one of the proof's counts as a wrong one.
    """
    sound, said = read_critique(text)
    if audited(verdict):
        return sound is True and bool(said)
    judged = by_lean(proof, verdict)
    if not judged or sound is not False:
        return False
    broken = len(judged) - 1
    meant = [(one, _meant(one, judged, proof)) for one in said]
    blamed = [places for one, places in meant if one.sound is False]
    if any(not any(place >= broken for place in places) for places in blamed):
        return False
    if any(one.sound and places == {broken} for one, places in meant):
        return False
    return any(one.sound is False and one.comment and broken in places for one, places in meant)


def _meant(one: StepCritique, judged: Sequence[Judged], proof: str) -> set[int]:
    """The steps that a critic may mean, by their numbers or their words; the number behind the last is for any of which
    Lean says nothing."""
    if one.step.strip().isdecimal():
        return {min(int(one.step) - 1, len(judged))}
    words = _PART.findall(one.step)
    places = {
        place
        for place, known in enumerate(judged)
        if _holds(_PART.findall(known.text or known.step), words)
        or _holds(words, _PART.findall(known.text or known.step))
    }
    block = block_of(proof)
    silent: Sequence[Step] = block.steps[len(judged) :] if block is not None else ()
    if any(_holds(_PART.findall(step.text), words) for step in silent):
        places.add(len(judged))
    return places


def _holds(words: Sequence[str], part: Sequence[str]) -> bool:
    n = len(part)
    return n > 0 and any(list(words[at : at + n]) == list(part) for at in range(len(words) - n + 1))
