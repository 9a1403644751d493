"""From what Lean said to a verdict: pure functions over one elaboration, whichever process did it.

A yes needs positive evidence, read at the places where our own questions stand: no error anywhere in the submission,
the theorem exists, a theorem of the reference's type follows from it, and its axioms, printed under a name that holds
a random nonce, are within the allow-list. Silence, a message's wording or an exit code never make a yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.lean import source
from prover.lean.messages import UNSOLVED_GOALS, GarbledOutputError, Message, parse_axioms, parse_messages
from prover.lean.process import Finished
from prover.lean.protocol import Probe, Probes
from prover.lean.source import ProbeFile, Spliced
from prover.lean.watch import Limit
from prover.types import ALLOWED_AXIOMS, Status, Tier, Verdict


@dataclass(frozen=True, slots=True)
class Elaboration:
    """What came of one file, whichever process read it: Lean's messages by position, and how it ended."""

    messages: tuple[Message, ...]
    broken: tuple[Status, str] | None = None
    """Status and detail where Lean did not get through the file as it should."""
    code: int = 0
    """How the process ended (negative for a signal), where it did."""
    wall_s: float = 0.0
    cpu_s: float = 0.0


def read(done: Finished) -> Elaboration:
    """The elaboration that a command-line Lean did: it ends by itself, with 1 after errors, else with 0."""
    messages, others = parse_messages(done.stdout)
    broken = over_limit(done.limit) if done.limit is not None else None
    if broken is None and done.code != int(any(m.is_error for m in messages)):
        last = [*others, *done.stderr.decode("utf-8", "replace").splitlines()][-1:] or ["no message"]
        broken = Status.INFRA, f"Lean ended with {done.code}: {last[0][:200]}"
    return Elaboration(tuple(messages), broken, done.code, done.wall_s, done.cpu_s)


def over_limit(limit: Limit) -> tuple[Status, str]:
    timed = limit in (Limit.WALL, Limit.CPU)
    return Status.TIMEOUT if timed else Status.OUT_OF_MEMORY, f"the limit on {limit} was reached"


def judge(spliced: Spliced, done: Elaboration) -> Verdict:
    """The verdict on one spliced submission (or open statement), in the submission's coordinates."""
    status, detail, axioms = _decide(spliced, done)
    # Our reference statement always warns of its `sorry`; that is no news.
    own = range(spliced.statement_lines[0], spliced.statement_lines[1] + 1)
    said = tuple(
        source.to_submission(spliced, m.diagnostic)
        for m in done.messages
        if m.diagnostic.line < spliced.trailer_line and (m.is_error or m.diagnostic.line not in own)
    )
    tier = Tier.ELABORATED if status is Status.PROVED else Tier.NONE
    return Verdict(status, tier, detail, said, axioms, done.wall_s, done.cpu_s)


def _decide(spliced: Spliced, done: Elaboration) -> tuple[Status, str, tuple[str, ...]]:
    """Status, one line of detail, axioms."""
    if done.broken is not None:
        return (*done.broken, ())
    errors = [m for m in done.messages if m.is_error]
    for message in errors[:1]:
        if message.diagnostic.line <= spliced.statement_lines[1]:
            return Status.ELABORATION_ERROR, f"the statement does not elaborate: {_first_error(errors)}", ()
    if any(m.diagnostic.line < spliced.trailer_line for m in errors):
        return Status.ELABORATION_ERROR, _first_error(errors), ()
    if any(m.diagnostic.line == spliced.exists_line for m in errors):
        return Status.WRONG_STATEMENT, "no theorem of this name was proved", ()
    if any(m.diagnostic.line == spliced.matches_line for m in errors):
        return Status.WRONG_STATEMENT, "the theorem that was proved is not the one that was asked", ()
    answers = [m for m in done.messages if m.diagnostic.line == spliced.axioms_line]
    if not answers:
        return Status.WRONG_STATEMENT, "Lean did not get to the questions after the submission", ()
    try:
        name, axioms = parse_axioms(answers[0].diagnostic.message)
    except GarbledOutputError as error:
        return Status.BAD_AXIOM, str(error), ()
    if len(answers) != 1 or not name.endswith(f"prover_answer_{spliced.nonce}"):
        return Status.BAD_AXIOM, "the answer on axioms is not the one to our question", ()
    return (*judge_axioms(axioms), axioms)


def judge_axioms(axioms: Sequence[str]) -> tuple[Status, str]:
    foreign = sorted(set(axioms) - ALLOWED_AXIOMS)
    if foreign == ["sorryAx"]:
        return Status.INCOMPLETE, "it rests on `sorry`"
    if foreign:
        return Status.BAD_AXIOM, f"it rests on {', '.join(foreign)}"
    return Status.PROVED, ""


def _first_error(errors: Sequence[Message]) -> str:
    """The first error that is more than a list of goals left over, in one line, without Lean's notes and hints."""
    chosen = next((m for m in errors if m.kind != UNSOLVED_GOALS), errors[0])
    words = chosen.diagnostic.message
    if chosen.kind != UNSOLVED_GOALS:
        words = words.partition("\n\n")[0]
    return " ".join(words.split())[:200]


def judge_probes(file: ProbeFile, done: Elaboration) -> Probes:
    """What each block of a batch did. A block after which Lean said nothing more is unanswered."""
    ended = any(m.diagnostic.line >= file.last_line and not m.is_error for m in done.messages)
    answers = []
    for region, first in zip(file.regions, file.block_lines, strict=True):
        errors = [m for m in done.messages if region[0] <= m.diagnostic.line <= region[1] and m.is_error]
        reached = ended or any(m.diagnostic.line > region[1] for m in done.messages)
        answers.append(_probe(errors, first) if reached or errors else _unanswered(done))
    return Probes(tuple(answers), done.wall_s, done.cpu_s)


def _probe(errors: Sequence[Message], first_line: int) -> Probe:
    """What one block did, from the errors in its region."""
    # Goals that the block itself leaves are reported in front of it; those within it are a step's own failure.
    failures = [m for m in errors if m.kind != UNSOLVED_GOALS or m.diagnostic.line >= first_line]
    if failures:
        said = failures[0].diagnostic
        return Probe(False, (), said.message, max(0, said.line - first_line + 1))
    goals: list[str] = []
    for message in errors:
        _, _, text = message.diagnostic.message.partition("\n")
        goals.extend(goal for goal in text.split("\n\n") if goal.strip())
    return Probe(not errors, tuple(goals))


def _unanswered(done: Elaboration) -> Probe:
    reason = done.broken[1] if done.broken else f"Lean ended with {done.code}"
    return Probe(False, (), reason, answered=False)
