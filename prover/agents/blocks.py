"""One block of Lean, read for what it says of a statement: the submission in it, and how much it looks like the answer.

Pure text; see `prover.agents.extract` for which of several blocks wins, and for what is left out of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from prover import syntax
from prover.syntax import Command, Kind, LeanTextError
from prover.types import Statement

MAX_CODE = 1_000_000
NOTHING = "the model wrote nothing"
ONLY_COMMENTS = "the code is only comments"
ONLY_SORRY = "the proof is only `sorry`"
ONLY_HEADER = "the code holds no proof, only a header or commands"
TOO_LONG = f"the code is longer than {MAX_CODE:,} characters"
TACTIC_TOO = frozenset({"open", "set_option"})
"""Commands that a tactic may begin with as well."""

_THEOREMS = ("theorem", "lemma")
_DROPPED = frozenset({"import", "open", "section", "end"})
_GIVEN_UP = frozenset({"sorry", "admit", "by", ":=", "·", ";", "(", ")"})


class Rank(IntEnum):
    """How much a block looks like the answer; the greatest wins, the last among equals."""

    FAULT = 0
    OTHER = 1
    """Declarations, but not of this theorem."""
    SORRY = 2
    CUT_OFF = 3
    TACTICS = 4
    RESTATED = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """`code` is the submission, `declares` and `uses` the names that it declares and all words in it."""

    rank: Rank
    code: str = ""
    fault: str = ""
    declares: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()


def trimmed(text: str) -> str:
    """Without blank lines at its ends, a byte order mark, and the indentation that all its lines share beyond none.

    Declarations belong at the left margin; a tactic block keeps its columns relative to each other either way.
    """
    text = text.lstrip("\ufeff").rstrip()
    start = len(text) - len(text.lstrip())
    text = text[text.rfind("\n", 0, start) + 1 :]
    lines = text.split("\n")
    shared = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[shared:] for line in lines) if shared else text


def read_block(text: str, statement: Statement) -> Taken:
    """What a block says. Never raises; a block without a proof has the rank `FAULT` and a `fault`."""
    code = trimmed(text)
    if len(code) > MAX_CODE:
        return Taken(Rank.FAULT, fault=TOO_LONG)
    try:
        return _read(code, statement)
    except LeanTextError:
        # An open comment, a stray character, a proof by pattern matching: the checker tells the model which.
        return Taken(Rank.SORRY, code)


def _read(code: str, statement: Statement) -> Taken:
    tokens = syntax.code(syntax.tokenize(code))
    words = [t.text for t in tokens]
    if not tokens:
        return Taken(Rank.FAULT, fault=ONLY_COMMENTS if code else NOTHING)
    if _GIVEN_UP.issuperset(words):
        return Taken(Rank.FAULT, fault=ONLY_SORRY)
    start = syntax.parse_header(code).end
    commands = syntax.split_commands(code[start:])
    if any(c.keyword in (*_THEOREMS, "example") for c in commands):
        return _declared(code[start:], commands, statement)
    if start or (commands and commands[0].start == 0 and not commands[0].context):
        rest = _after_header(code[start:], commands)
        if rest is None:
            return Taken(Rank.FAULT, fault=ONLY_HEADER)
        return read_block(rest, statement) if rest != code else Taken(Rank.TACTICS, code)
    rank = Rank.SORRY if "sorry" in words or "admit" in words else Rank.TACTICS
    return Taken(rank, code, uses=frozenset(words))


def _after_header(code: str, commands: Sequence[Command]) -> str | None:
    """The tactics behind a header, None where nothing follows it. `open … in` and `set_option … in` are tactics."""
    if not commands:
        return code if code.strip() else None
    last = commands[-1]
    words = [t.text for t in syntax.code(syntax.tokenize(code[last.start : last.end]))]
    if last.keyword in TACTIC_TOO and "in" in words:
        return code[last.start :]
    return None


def _declared(code: str, commands: Sequence[Command], statement: Statement) -> Taken:
    own = [
        c
        for c in commands
        if c.keyword in _THEOREMS and c.name in (statement.name, f"_root_.{statement.name}")
    ]
    main = next((c for c in reversed(own) if not _open(code, c)), None)
    declares = tuple(c.name for c in commands if c.name)
    if own and main is None:
        return Taken(Rank.FAULT, fault=ONLY_SORRY)
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
    rank = Rank.SORRY if words & {"sorry", "admit"} else Rank.RESTATED
    return Taken(rank, text, "", declares, words)


def _others(code: str, commands: Sequence[Command], declares: tuple[str, ...]) -> Taken:
    """Declarations of which none is the theorem: worth a verdict only when something in them is proved."""
    if all(_open(code, c) for c in commands if c.keyword in (*_THEOREMS, "example")):
        return Taken(Rank.FAULT, fault=ONLY_SORRY)
    text = "\n\n".join(_kept(code, commands))
    words = frozenset(t.text for t in syntax.code(syntax.tokenize(text)))
    return Taken(Rank.OTHER, text, "", declares, words)


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
