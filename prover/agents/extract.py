"""From a model's answer to the submission that it meant, or the reason why there is none. Pure text, linear time.

The code is looked for in fenced blocks behind the thought, then as unfenced text, then in the thought's own blocks. Of
several blocks the last one wins that restates the theorem and leaves no `sorry`; a block of plain tactics comes after
that, one that is cut off or incomplete after that again. Lemmas from earlier blocks come along where they are cited.
Of a block that restates the theorem, header lines (imports, `open`, `set_option maxHeartbeats`, `section`), `#`
commands and whatever follows the theorem are left out, since ours are used; a theorem under another name, or an
`example`, counts as the restated one when it says the same. Nothing is repaired. A statement that was changed, a
forbidden token and an error of syntax are passed on: the checker names them, and a corrector learns from it. What
comes out is made of pieces of the answer, and of our own statement's head where it went by another name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prover.agents.blocks import NOTHING, TACTIC_TOO, Rank, Taken, read_block, trimmed
from prover.agents.fences import Block, before_fences, fenced_blocks
from prover.agents.tactic_words import looks_like_tactics, tactic_lines
from prover.models.base import Finish
from prover.syntax.commands import COMMANDS
from prover.types import Statement

MAX_BLOCKS = 200
"""Of more blocks the last ones are read."""
THINK = (("<think>", "</think>"),)
FENCES = ("lean4", "lean", "tactics", "tactic")

NO_LEAN = "the answer holds no Lean code"
FINISH_FAULTS = {
    Finish.PROMPT_TOO_LONG: "the prompt is longer than the model's context",
    Finish.FILTERED: "the model's answer was withheld",
}

_STARTS = re.compile(
    r"^(?:@\[[^\]\n]*\][ \t]*)?(?:(?:private|protected|noncomputable|nonrec)[ \t]+)*"
    r"(?:(?:theorem|lemma|def|abbrev)[ \t]+[^\s\d(:]|example[ \t]*[({:⦃\[])"
)
_CONTINUES = re.compile(
    r"[ \t)}\]⟩|·]|$|--|/-|@\[|#|"
    r"(?:termination_by|decreasing_by|where|by|private|noncomputable|open|set_option)\b"
)
_TAG_LINE = re.compile(r"^[ \t]*</?[A-Za-z]\w*>[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Extraction:
    """A submission for `Checker.check`; where it is empty, `fault` says why."""

    code: str
    fault: str = ""


def extract(
    text: str,
    statement: Statement,
    *,
    reasoning: str = "",
    finish: str = Finish.STOP,
    think: Sequence[tuple[str, str]] = THINK,
    fences: Sequence[str] = FENCES,
) -> Extraction:
    """The submission in a whole answer. `reasoning` is a thought that the server has already set apart."""
    if finish in FINISH_FAULTS and not text.strip():
        return Extraction("", FINISH_FAULTS[finish])
    answer, thought = without_thought(text, think)
    cut = finish == Finish.LENGTH
    best, fault = _best(fenced_blocks(answer), statement, fences, cut)
    if best is None and not fault:
        best, fault = _unfenced(answer, statement)
    if best is None:
        inner = [b for b in fenced_blocks(f"{reasoning}\n{thought}") if b.closed and b.label in fences]
        second, _ = _best(inner, statement, fences, cut)
        best = second if second is not None and second.rank >= Rank.TACTICS else None
    if best is not None:
        return Extraction(best.code)
    return Extraction("", fault or (NO_LEAN if text.strip() or reasoning.strip() else NOTHING))


def extract_tail(tail: str, statement: Statement, *, finish: str = Finish.STOP) -> Extraction:
    """The tactic block in a text that goes on behind `theorem … := by`.

    It ends at a fence, at a closing tag, or where a further command begins. A model that starts over with a fence, or
    with the theorem itself, is read like a whole answer.
    """
    if finish in FINISH_FAULTS and not tail.strip():
        return Extraction("", FINISH_FAULTS[finish])
    body = before_fences(tail)
    if not body.strip() and (blocks := fenced_blocks(tail)) and blocks[0].label:
        return extract(tail, statement, finish=finish)
    if tag := _TAG_LINE.search(body):
        body = body[: tag.start()]
    body = trimmed(body)
    if not body:
        return Extraction("", NOTHING)
    lines = body.split("\n")
    if _STARTS.match(lines[0]):
        return extract(body, statement, finish=finish)
    for index, line in enumerate(lines):
        word = re.match(r"#?[A-Za-z_]+", line)
        if index and word and (word[0] in COMMANDS or word[0][0] in "#@") and word[0] not in TACTIC_TOO:
            body = trimmed("\n".join(lines[:index]))
            break
    taken = read_block(body, statement)
    return Extraction("", taken.fault) if taken.rank is Rank.FAULT else Extraction(body)


def blocks_of(text: str, fences: Sequence[str] = FENCES) -> list[str]:
    """The Lean in an answer without its thought: every labelled block, else every unlabelled one, else all of it."""
    blocks = fenced_blocks(text)
    labelled = [b.text for b in blocks if b.label in fences]
    plain = labelled or [b.text for b in blocks if not b.label]
    return [trimmed(block) for block in plain or [text] if block.strip()]


def without_thought(text: str, think: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """(answer, thought). A thought that does not end leaves what stood before it as the answer."""
    ends = [(text.rfind(close), len(close)) for _, close in think]
    end, length = max(ends, default=(-1, 0))
    if end >= 0:
        return text[end + length :], text[:end]
    starts = [at for begin, _ in think if (at := text.find(begin)) >= 0]
    at = min(starts, default=len(text))
    return text[:at], text[at:]


def _best(
    blocks: Sequence[Block], statement: Statement, fences: Sequence[str], cut: bool
) -> tuple[Taken | None, str]:
    """The block that is the answer, with the lemmas it cites from earlier ones; or why none is."""
    taken: list[Taken] = []
    fault = ""
    for block in blocks[-MAX_BLOCKS:]:
        labelled = block.label in fences
        if not labelled and not _may_be_lean(block.text, statement):
            continue
        one = read_block(block.text, statement)
        fault = one.fault if labelled and one.fault else fault
        if cut and not block.closed and one.rank > Rank.CUT_OFF:
            one = Taken(Rank.CUT_OFF, one.code, "", one.declares, one.uses)
        taken.append(one)
    ranks = [one.rank for one in taken if one.rank is not Rank.FAULT]
    if not ranks:
        return None, fault
    highest = max(ranks)
    index = max(i for i, one in enumerate(taken) if one.rank is highest)
    chosen = taken[index]
    needed = set(chosen.uses)
    helpers: list[str] = []
    for one in reversed(taken[:index]):
        if (
            one.rank is Rank.OTHER
            and needed & set(one.declares)
            and not set(one.declares) & set(chosen.declares)
        ):
            helpers.insert(0, one.code)
            needed |= one.uses
    if helpers and chosen.rank is not Rank.TACTICS:
        chosen = Taken(chosen.rank, "\n\n".join([*helpers, chosen.code]))
    return chosen, ""


def _may_be_lean(text: str, statement: Statement) -> bool:
    """Whether a block without a label of Lean's is worth reading."""
    restated = re.search(rf"\b(?:theorem|lemma)\s+{re.escape(statement.name)}\b", text) is not None
    return restated or looks_like_tactics(text)


def _unfenced(text: str, statement: Statement) -> tuple[Taken | None, str]:
    """Lean that stands among words without a fence: declarations at the left margin, or an answer of only tactics."""
    fault = ""
    for region in reversed(lean_regions(before_fences(text))[-MAX_BLOCKS:]):
        if ":=" not in region and statement.name not in region:
            continue
        one = read_block(region, statement)
        if one.rank is not Rank.FAULT:
            return one, ""
        fault = fault or one.fault
    if not fault and (block := tactic_lines(_TAG_LINE.sub("", before_fences(text)))):
        one = read_block(block, statement)
        return (None, one.fault) if one.rank is Rank.FAULT else (one, "")
    return None, fault


def lean_regions(text: str) -> list[str]:
    """Runs of lines that begin with a declaration and go on while the lines are indented or Lean's."""
    regions: list[list[str]] = []
    inside = False
    for line in text.split("\n"):
        if _STARTS.match(line):
            if not inside:
                regions.append([])
            inside = True
        elif inside and not _CONTINUES.match(line):
            inside = False
        if inside:
            regions[-1].append(line)
    return ["\n".join(lines) for lines in regions]
