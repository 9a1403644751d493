"""From a formalizer's answer to the statement that it meant, or the reason why there is none. Pure text, linear time.

Only a signature is taken: binders and type of one theorem, without its comments. Name and header are ours, so the
model's are dropped with whatever proof it gave. The theorem called as was asked wins, else the only one of its block;
blocks are read from the last to the first, then unfenced code, never the thought. A block that declares anything else
before the theorem (`def`, `variable`, `axiom`, …) is refused: a statement has to stand by itself. What Lean thinks of
the text is for others to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover import syntax
from prover.agents.blocks import NOTHING, trimmed
from prover.agents.extract import (
    FENCES,
    FINISH_FAULTS,
    MAX_BLOCKS,
    NO_LEAN,
    THINK,
    lean_regions,
    without_thought,
)
from prover.agents.fences import before_fences, fenced_blocks
from prover.models.base import Finish
from prover.syntax import Command, Kind, LeanTextError

MAX_CODE = 100_000
MAX_SIGNATURE = 20_000
_PASSED_OVER = frozenset({"open", "set_option", "section", "namespace", "end", "theorem", "lemma"})


@dataclass(frozen=True, slots=True)
class Reading:
    """`signature` is empty where `fault` is not; `code` is the block that was read, for a repair."""

    signature: str
    code: str = ""
    fault: str = ""


def read_statement(
    text: str,
    name: str,
    *,
    finish: str = Finish.STOP,
    think: Sequence[tuple[str, str]] = THINK,
    fences: Sequence[str] = FENCES,
) -> Reading:
    """The statement in a whole answer, which was asked to call it `name`."""
    if finish in FINISH_FAULTS and not text.strip():
        return Reading("", fault=FINISH_FAULTS[finish])
    answer, _ = without_thought(text, think)
    if not answer.strip():
        return Reading("", fault=NOTHING)
    blocks = fenced_blocks(answer)
    labelled = [block.text for block in blocks if block.label in fences]
    texts = labelled or [block.text for block in blocks if not block.label]
    texts = texts or lean_regions(before_fences(answer))
    cut = finish == Finish.LENGTH
    readings = [_read(trimmed(block), name, cut) for block in reversed(texts[-MAX_BLOCKS:]) if block.strip()]
    found = next((reading for reading in readings if not reading.fault), None)
    return found or next(iter(readings), Reading("", fault=NO_LEAN))


def _read(code: str, name: str, cut: bool) -> Reading:
    if len(code) > MAX_CODE:
        return Reading("", fault=f"the code is longer than {MAX_CODE:,} characters")
    try:
        commands = syntax.split_commands(code[(begin := syntax.parse_header(code).end) :])
        chosen = _chosen(commands, name)
        if isinstance(chosen, str):
            return Reading("", code, chosen)
        theorem = syntax.parse_theorem(code[begin + chosen.start : begin + chosen.end])
        if cut and not theorem.body and begin + chosen.end >= len(code.rstrip()):
            return Reading("", code, "the answer was cut off inside the statement")
        signature = _without_comments(theorem.signature)
    except LeanTextError as error:
        return Reading("", code, f"not a theorem in Lean: {error.reason}")
    if len(signature) > MAX_SIGNATURE:
        return Reading("", fault=f"the statement is longer than {MAX_SIGNATURE:,} characters")
    return Reading(signature, code)


def _chosen(commands: Sequence[Command], name: str) -> Command | str:
    theorems = [command for command in commands if command.keyword in ("theorem", "lemma")]
    named = [command for command in theorems if command.name == name]
    if not theorems:
        return f"the code holds no theorem: expected `theorem {name} … : … := by sorry`"
    if not named and len(theorems) > 1:
        return f"the code holds {len(theorems)} theorems, none of them called `{name}`: expected one"
    chosen = named[-1] if named else theorems[0]
    for command in commands:
        if command is chosen:
            break
        if command.keyword not in _PASSED_OVER and not command.keyword.startswith("#"):
            what = f"{command.keyword} {command.name}".strip()
            return f"`{what}` stands before the theorem: the statement has to stand by itself"
    return chosen


def _without_comments(signature: str) -> str:
    """Comments are no part of a statement, and words in them could speak to whoever judges it."""
    parts, end = [], 0
    for token in syntax.tokenize(signature):
        if token.kind in (Kind.COMMENT, Kind.DOC):
            parts.append(signature[end : token.start])
            end = token.end
    first, *more = (line.rstrip() for line in "".join([*parts, signature[end:]]).split("\n") if line.strip())
    # A line at the margin could be read as a command.
    return "\n".join([first, *(f"    {line}" if line[0] != " " else line for line in more)])
