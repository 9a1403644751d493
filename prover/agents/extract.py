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
from enum import IntEnum

from prover import syntax
from prover.agents.fences import Block, before_fences, fenced_blocks
from prover.agents.tactic_words import looks_like_tactics, tactic_lines
from prover.models.base import Finish
from prover.syntax import Command, Kind, LeanTextError
from prover.syntax.commands import COMMANDS
from prover.types import Statement

MAX_CODE = 1_000_000
MAX_BLOCKS = 200
"""Of more blocks the last ones are read."""
THINK = (("<think>", "</think>"),)
FENCES = ("lean4", "lean", "tactics", "tactic")

NOTHING = "the model wrote nothing"
NO_LEAN = "the answer holds no Lean code"
ONLY_COMMENTS = "the code is only comments"
ONLY_SORRY = "the proof is only `sorry`"
ONLY_HEADER = "the code holds no proof, only a header or commands"
TOO_LONG = f"the code is longer than {MAX_CODE:,} characters"
FINISH_FAULTS = {
    Finish.PROMPT_TOO_LONG: "the prompt is longer than the model's context",
    Finish.FILTERED: "the model's answer was withheld",
}

_THEOREMS = ("theorem", "lemma")
_DROPPED = frozenset({"import", "open", "section", "end"})
_STARTS = re.compile(
    r"^(?:@\[[^\]\n]*\][ \t]*)?(?:(?:private|protected|noncomputable|nonrec)[ \t]+)*"
    r"(?:(?:theorem|lemma|def|abbrev)[ \t]+[^\s\d(:]|example[ \t]*[({:⦃\[])"
)
_CONTINUES = re.compile(
    r"[ \t)}\]⟩|·]|$|--|/-|@\[|#|"
    r"(?:termination_by|decreasing_by|where|by|private|noncomputable|open|set_option)\b"
)
_TAG_LINE = re.compile(r"^[ \t]*</?[A-Za-z]\w*>[ \t]*\r?$", re.MULTILINE)
_GIVEN_UP = frozenset({"sorry", "admit", "by", ":=", "·", ";", "(", ")"})


@dataclass(frozen=True, slots=True)
class Extraction:
    """A submission for `Checker.check`; where it is empty, `fault` says why."""

    code: str
    fault: str = ""


class _Rank(IntEnum):
    """How much a block looks like the answer; the greatest wins, the last among equals."""

    FAULT = 0
    OTHER = 1
    """Declarations, but not of this theorem."""
    SORRY = 2
    CUT_OFF = 3
    TACTICS = 4
    RESTATED = 5


@dataclass(frozen=True, slots=True)
class _Taken:
    rank: _Rank
    code: str = ""
    fault: str = ""
    declares: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()


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
        best = second if second is not None and second.rank >= _Rank.TACTICS else None
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
    body = _trimmed(body)
    if not body:
        return Extraction("", NOTHING)
    lines = body.split("\n")
    if _STARTS.match(lines[0]):
        return extract(body, statement, finish=finish)
    for index, line in enumerate(lines):
        word = re.match(r"#?[A-Za-z_]+", line)
        if index and word and (word[0] in COMMANDS or word[0][0] in "#@") and word[0] not in _TACTIC_TOO:
            body = _trimmed("\n".join(lines[:index]))
            break
    taken = _taken(body, statement)
    return Extraction("", taken.fault) if taken.rank is _Rank.FAULT else Extraction(body)


_TACTIC_TOO = frozenset({"open", "set_option"})


def blocks_of(text: str, fences: Sequence[str] = FENCES) -> list[str]:
    """The Lean in an answer without its thought: every labelled block, else every unlabelled one, else all of it."""
    blocks = fenced_blocks(text)
    labelled = [b.text for b in blocks if b.label in fences]
    plain = labelled or [b.text for b in blocks if not b.label]
    return [_trimmed(block) for block in plain or [text] if block.strip()]


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
) -> tuple[_Taken | None, str]:
    """The block that is the answer, with the lemmas it cites from earlier ones; or why none is."""
    taken: list[_Taken] = []
    fault = ""
    for block in blocks[-MAX_BLOCKS:]:
        labelled = block.label in fences
        if not labelled and not _may_be_lean(block.text, statement):
            continue
        one = _taken(block.text, statement)
        fault = one.fault if labelled and one.fault else fault
        if cut and not block.closed and one.rank > _Rank.CUT_OFF:
            one = _Taken(_Rank.CUT_OFF, one.code, "", one.declares, one.uses)
        taken.append(one)
    ranks = [one.rank for one in taken if one.rank is not _Rank.FAULT]
    if not ranks:
        return None, fault
    highest = max(ranks)
    index = max(i for i, one in enumerate(taken) if one.rank is highest)
    chosen = taken[index]
    needed = set(chosen.uses)
    helpers: list[str] = []
    for one in reversed(taken[:index]):
        if (
            one.rank is _Rank.OTHER
            and needed & set(one.declares)
            and not set(one.declares) & set(chosen.declares)
        ):
            helpers.insert(0, one.code)
            needed |= one.uses
    if helpers and chosen.rank is not _Rank.TACTICS:
        chosen = _Taken(chosen.rank, "\n\n".join([*helpers, chosen.code]))
    return chosen, ""


def _may_be_lean(text: str, statement: Statement) -> bool:
    """Whether a block without a label of Lean's is worth reading."""
    restated = re.search(rf"\b(?:theorem|lemma)\s+{re.escape(statement.name)}\b", text) is not None
    return restated or looks_like_tactics(text)


def _unfenced(text: str, statement: Statement) -> tuple[_Taken | None, str]:
    """Lean that stands among words without a fence: declarations at the left margin, or an answer of only tactics."""
    fault = ""
    for region in reversed(_regions(before_fences(text))[-MAX_BLOCKS:]):
        if ":=" not in region and statement.name not in region:
            continue
        one = _taken(region, statement)
        if one.rank is not _Rank.FAULT:
            return one, ""
        fault = fault or one.fault
    if not fault and (block := tactic_lines(_TAG_LINE.sub("", before_fences(text)))):
        one = _taken(block, statement)
        return (None, one.fault) if one.rank is _Rank.FAULT else (one, "")
    return None, fault


def _regions(text: str) -> list[str]:
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


def _trimmed(text: str) -> str:
    """Without blank lines at its ends, a byte order mark, and the indentation that all its lines share beyond none.

    Declarations belong at the left margin; a tactic block keeps its columns relative to each other either way.
    """
    text = text.lstrip("\ufeff").rstrip()
    start = len(text) - len(text.lstrip())
    text = text[text.rfind("\n", 0, start) + 1 :]
    lines = text.split("\n")
    shared = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[shared:] for line in lines) if shared else text


def _taken(text: str, statement: Statement) -> _Taken:
    code = _trimmed(text)
    if len(code) > MAX_CODE:
        return _Taken(_Rank.FAULT, fault=TOO_LONG)
    try:
        return _read(code, statement)
    except LeanTextError:
        # An open comment, a stray character, a proof by pattern matching: the checker tells the model which.
        return _Taken(_Rank.SORRY, code)


def _read(code: str, statement: Statement) -> _Taken:
    tokens = syntax.code(syntax.tokenize(code))
    words = [t.text for t in tokens]
    if not tokens:
        return _Taken(_Rank.FAULT, fault=ONLY_COMMENTS if code else NOTHING)
    if _GIVEN_UP.issuperset(words):
        return _Taken(_Rank.FAULT, fault=ONLY_SORRY)
    start = syntax.parse_header(code).end
    commands = syntax.split_commands(code[start:])
    if any(c.keyword in (*_THEOREMS, "example") for c in commands):
        return _declared(code[start:], commands, statement)
    if start or (commands and commands[0].start == 0 and not commands[0].context):
        rest = _after_header(code[start:], commands)
        if rest is None:
            return _Taken(_Rank.FAULT, fault=ONLY_HEADER)
        return _taken(rest, statement) if rest != code else _Taken(_Rank.TACTICS, code)
    rank = _Rank.SORRY if "sorry" in words or "admit" in words else _Rank.TACTICS
    return _Taken(rank, code, uses=frozenset(words))


def _after_header(code: str, commands: Sequence[Command]) -> str | None:
    """The tactics behind a header, None where nothing follows it. `open … in` and `set_option … in` are tactics."""
    if not commands:
        return code if code.strip() else None
    last = commands[-1]
    words = [t.text for t in syntax.code(syntax.tokenize(code[last.start : last.end]))]
    if last.keyword in _TACTIC_TOO and "in" in words:
        return code[last.start :]
    return None


def _declared(code: str, commands: Sequence[Command], statement: Statement) -> _Taken:
    own = [
        c
        for c in commands
        if c.keyword in _THEOREMS and c.name in (statement.name, f"_root_.{statement.name}")
    ]
    main = next((c for c in reversed(own) if not _open(code, c)), None)
    declares = tuple(c.name for c in commands if c.name)
    if own and main is None:
        return _Taken(_Rank.FAULT, fault=ONLY_SORRY)
    if main is not None:
        head, body = "", code[main.start : main.end]
    else:
        main = next((c for c in reversed(commands) if _says(code, c, statement)), None)
        if main is None:
            return _others(code, commands, declares)
        theorem = _parsed(code, main)
        assert theorem is not None
        options = "".join(f"{line} in\n" for line in main.context if line.startswith("set_option"))
        head = f"{options}{statement.declare()} :="
        body = theorem[1]
    restated = {c.start for c in own}
    parts = _kept(code, [c for c in commands if c.end <= main.start and c.start not in restated])
    text = "\n\n".join([*parts, head + body])
    words = frozenset(t.text for t in syntax.code(syntax.tokenize(text)))
    rank = _Rank.SORRY if words & {"sorry", "admit"} else _Rank.RESTATED
    return _Taken(rank, text, "", declares, words)


def _others(code: str, commands: Sequence[Command], declares: tuple[str, ...]) -> _Taken:
    """Declarations of which none is the theorem: worth a verdict only when something in them is proved."""
    if all(_open(code, c) for c in commands if c.keyword in (*_THEOREMS, "example")):
        return _Taken(_Rank.FAULT, fault=ONLY_SORRY)
    text = "\n\n".join(_kept(code, commands))
    words = frozenset(t.text for t in syntax.code(syntax.tokenize(text)))
    return _Taken(_Rank.OTHER, text, "", declares, words)


def _kept(code: str, commands: Sequence[Command]) -> list[str]:
    """The text of the commands that a submission may hold; neighbours keep the comments between them."""
    runs: list[list[int]] = []
    previous = False
    for c in commands:
        heartbeats = c.keyword == "set_option" and c.name == "maxHeartbeats"
        keep = not (c.keyword in _DROPPED or c.keyword.startswith("#") or heartbeats)
        if keep and previous:
            runs[-1][1] = c.end
        elif keep:
            runs.append([c.start, c.end])
        previous = keep
    return [code[start:end] for start, end in runs]


def _parsed(code: str, command: Command) -> tuple[str, str] | None:
    """(signature, what follows the `:=`) of a theorem, lemma or example; None where it is proved in another way."""
    begin = command.keyword_offset + len(command.keyword)
    text = code[begin : command.end]
    if command.keyword == "example":
        text = " _anonymous" + text
    text = "theorem" + text
    try:
        theorem = syntax.parse_theorem(text)
    except LeanTextError:
        return None
    return theorem.signature, text[theorem.body_offset :]


def _open(code: str, command: Command) -> bool:
    parsed = _parsed(code, command)
    return parsed is not None and syntax.is_open(parsed[1])


def _says(code: str, command: Command, statement: Statement) -> bool:
    """A proved theorem of another name, or an example, that states the same, up to spaces and comments."""
    if command.keyword not in (*_THEOREMS, "example"):
        return False
    parsed = _parsed(code, command)
    if parsed is None or syntax.is_open(parsed[1]):
        return False
    return _words(parsed[0]) == _words(statement.signature)


def _words(text: str) -> list[tuple[Kind, str]]:
    return [(t.kind, t.text) for t in syntax.code(syntax.tokenize(text))]
