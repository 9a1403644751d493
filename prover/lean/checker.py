"""The plain checker: one fresh Lean process a check.

A yes needs positive evidence, read at the places where our own questions stand: no error anywhere in the submission,
the theorem exists, a theorem of the reference's type follows from it, and its axioms, printed under a name that holds
a random nonce, are within the allow-list. Silence, a message's wording or an exit code never make a yes.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from prover import __version__
from prover.errors import InputError
from prover.lean import files, process, source
from prover.lean.audit import Auditor, FileAudit
from prover.lean.files import FileCheck, FileReport, Question, TheoremReport
from prover.lean.messages import UNSOLVED_GOALS, GarbledOutputError, Message, parse_axioms, parse_messages
from prover.lean.process import Finished, Limit
from prover.lean.protocol import Limits, Probe, Probes
from prover.lean.source import Refusal, Spliced
from prover.lean.toolchain import Profile, Toolchain, open_toolchain
from prover.types import ALLOWED_AXIOMS, Diagnostic, Statement, Status, Tier, Verdict

CHECKER = f"plain {__version__}"
_OPTIONS = ("--json", "-DmaxErrors=0", "-DElab.async=false", "-Dlinter.all=false")
_SPARE_ADDRESS_SPACE_MB = 4096
"""Kept above the memory limit for what is mapped but never touched (the library, thread stacks)."""


class PlainChecker:
    """Implements `Checker` over a toolchain, at most `jobs` processes at a time."""

    def __init__(self, toolchain: Toolchain, jobs: int | None = None, limits: Limits | None = None) -> None:
        self._toolchain = toolchain
        self._slots = asyncio.Semaphore(jobs or os.cpu_count() or 1)
        self._limits = limits or toolchain.limits
        self._auditor = Auditor(toolchain, jobs, limits)

    @property
    def toolchain(self) -> str:
        return self._toolchain.identity

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        try:
            header = self._toolchain.header(statement.header)
        except InputError as error:
            return self._sign(Verdict(Status.ELABORATION_ERROR, detail=str(error)))
        spliced = source.open_statement(header, statement)
        return await self._elaborate(spliced, limits)

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        try:
            header = self._toolchain.header(statement.header)
        except InputError as error:
            return self._sign(Verdict(Status.ELABORATION_ERROR, detail=str(error)))
        parsed = source.parse_submission(submission, statement)
        if isinstance(parsed, Refusal):
            return self._refused(parsed, submission)
        return await self._elaborate(source.splice(header, statement, parsed), limits)

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._auditor.audit(statement, submission, limits)

    async def audit_files(self, reference: str, submission: str) -> FileAudit:
        """Does the file `submission` prove what the file `reference` leaves open? Raises `InputError`."""
        return await self._auditor.audit_files(reference, submission)

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        if not blocks:
            return Probes((), 0.0, 0.0)
        limits = limits or self._limits
        file = source.splice_probes(
            self._toolchain.header(statement.header), statement, blocks, limits.heartbeats
        )
        done = await self._run(file.text, limits)
        messages, _ = parse_messages(done.stdout)
        ended = any(m.diagnostic.line >= file.last_line and not m.is_error for m in messages)
        answers = []
        for region, first in zip(file.regions, file.block_lines, strict=True):
            inside = [m for m in messages if region[0] <= m.diagnostic.line <= region[1] and m.is_error]
            reached = ended or any(m.diagnostic.line > region[1] for m in messages)
            answers.append(_probe(inside, first) if reached or inside else _unanswered(done))
        return Probes(tuple(answers), done.wall_s, done.cpu_s)

    async def check_file(self, text: str, limits: Limits | None = None) -> FileReport:
        """Judge a Lean file that stands by itself. Raises `InputError` when it holds no theorem or is not Lean."""
        file = files.prepare(self._toolchain.header(files.read_imports(text)), text)
        done = await self._run(file.text, limits or self._limits)
        messages, others = parse_messages(done.stdout)
        broken = _broken(done, messages, others)
        theorems = tuple(_answer(question, messages, broken) for question in file.questions)
        said = tuple(
            source.to_submission(file, m.diagnostic)
            for m in messages
            if m.diagnostic.line < file.trailer_line
        )
        status, detail = _judge_file(file, theorems, said, messages, broken)
        return FileReport(status, detail, theorems, said, done.wall_s, done.cpu_s, self.toolchain)

    async def aclose(self) -> None:
        """Nothing outlives a check; the audit keeps a replay process."""
        await self._auditor.aclose()

    async def _elaborate(self, spliced: Spliced, limits: Limits | None) -> Verdict:
        """Ask Lean; a process that broke for no reason of the submission's is tried once more."""
        first = await self._run(spliced.text, limits or self._limits)
        verdict = self._judge(spliced, first)
        if verdict.status is not Status.INFRA:
            return verdict
        second = await self._run(spliced.text, limits or self._limits)
        verdict = self._judge(spliced, second)
        if first.code < 0 and first.code == second.code:
            # The same signal twice, on a statement that Lean reads: the submission exhausts the stack or the memory.
            verdict = replace(verdict, status=Status.OUT_OF_MEMORY)
        return replace(verdict, wall_s=first.wall_s + second.wall_s, cpu_s=first.cpu_s + second.cpu_s)

    async def _run(self, text: str, limits: Limits) -> Finished:
        core = self._toolchain.profile is Profile.CORE
        async with self._slots:
            with tempfile.TemporaryDirectory(prefix="prover-check-") as scratch:
                file = Path(scratch) / "Check.lean"
                file.write_text(text, encoding="utf-8")
                return await process.run_async(
                    (*self._toolchain.argv, *_OPTIONS, str(file)),
                    limits,
                    env=self._toolchain.env,
                    cwd=self._toolchain.cwd or Path(scratch),
                    address_space_mb=limits.memory_mb + _SPARE_ADDRESS_SPACE_MB if core else None,
                )

    def _judge(self, spliced: Spliced, done: Finished) -> Verdict:
        messages, others = parse_messages(done.stdout)
        status, detail, axioms = _decide(spliced, done, messages, others)
        # Our reference statement always warns of its `sorry`; that is no news.
        own = range(spliced.statement_lines[0], spliced.statement_lines[1] + 1)
        said = tuple(
            source.to_submission(spliced, m.diagnostic)
            for m in messages
            if m.diagnostic.line < spliced.trailer_line and (m.is_error or m.diagnostic.line not in own)
        )
        tier = Tier.ELABORATED if status is Status.PROVED else Tier.NONE
        return self._sign(Verdict(status, tier, detail, said, axioms, done.wall_s, done.cpu_s))

    def _refused(self, refusal: Refusal, text: str) -> Verdict:
        line, column = source.place(text, refusal.offset)
        said = Diagnostic("error", refusal.detail, line, column, line, column)
        return self._sign(Verdict(refusal.status, detail=refusal.detail, diagnostics=(said,)))

    def _sign(self, verdict: Verdict) -> Verdict:
        return replace(verdict, toolchain=self._toolchain.identity, checker=CHECKER)


def _decide(
    spliced: Spliced, done: Finished, messages: Sequence[Message], others: Sequence[str]
) -> tuple[Status, str, tuple[str, ...]]:
    """Status, one line of detail, axioms."""
    if (broken := _broken(done, messages, others)) is not None:
        return (*broken, ())
    errors = [m for m in messages if m.is_error]
    for message in errors[:1]:
        if message.diagnostic.line <= spliced.statement_lines[1]:
            return Status.ELABORATION_ERROR, f"the statement does not elaborate: {_first_error(messages)}", ()
    if any(m.diagnostic.line < spliced.trailer_line for m in errors):
        return Status.ELABORATION_ERROR, _first_error(messages), ()
    if any(m.diagnostic.line == spliced.exists_line for m in errors):
        return Status.WRONG_STATEMENT, "no theorem of this name was proved", ()
    if any(m.diagnostic.line == spliced.matches_line for m in errors):
        return Status.WRONG_STATEMENT, "the theorem that was proved is not the one that was asked", ()
    answers = [m for m in messages if m.diagnostic.line == spliced.axioms_line]
    if not answers:
        return Status.WRONG_STATEMENT, "Lean did not get to the questions after the submission", ()
    try:
        name, axioms = parse_axioms(answers[0].diagnostic.message)
    except GarbledOutputError as error:
        return Status.BAD_AXIOM, str(error), ()
    if len(answers) != 1 or not name.endswith(f"prover_answer_{spliced.nonce}"):
        return Status.BAD_AXIOM, "the answer on axioms is not the one to our question", ()
    return (*_judge_axioms(axioms), axioms)


def _broken(done: Finished, messages: Sequence[Message], others: Sequence[str]) -> tuple[Status, str] | None:
    """Status and detail of a process that did not end by itself, or not as Lean does: 1 after errors, else 0."""
    errors = any(m.is_error for m in messages)
    if done.limit is not None:
        timed = done.limit in (Limit.WALL, Limit.CPU)
        return Status.TIMEOUT if timed else Status.OUT_OF_MEMORY, f"the limit on {done.limit} was reached"
    if done.code != int(errors):
        last = [*others, *done.stderr.decode("utf-8", "replace").splitlines()][-1:] or ["no message"]
        return Status.INFRA, f"Lean ended with {done.code}: {last[0][:200]}"
    return None


def _answer(
    question: Question, messages: Sequence[Message], broken: tuple[Status, str] | None
) -> TheoremReport:
    answers = [m for m in messages if m.diagnostic.line == question.asked_at]
    if len(answers) != 1 or answers[0].is_error:
        status, detail = broken or (Status.ELABORATION_ERROR, "it was not added to the environment")
        return TheoremReport(question.name, question.line, status, detail)
    try:
        name, axioms = parse_axioms(answers[0].diagnostic.message)
    except GarbledOutputError as error:
        return TheoremReport(question.name, question.line, Status.BAD_AXIOM, str(error))
    status, detail = _judge_axioms(axioms)
    return TheoremReport(name, question.line, status, detail, axioms)


def _judge_file(
    file: FileCheck,
    theorems: Sequence[TheoremReport],
    said: Sequence[Diagnostic],
    messages: Sequence[Message],
    broken: tuple[Status, str] | None,
) -> tuple[Status, str]:
    if broken is not None:
        return broken
    errors = [d for d in said if d.severity == "error"]
    if errors:
        return Status.ELABORATION_ERROR, f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
    end = f"'prover_end_{file.nonce}' does not depend on any axioms"
    if not any(
        m.diagnostic.line == file.end_line and m.diagnostic.message.strip().endswith(end[1:])
        for m in messages
    ):
        return Status.ELABORATION_ERROR, "Lean did not read the file to its end"
    for theorem in theorems:
        if theorem.status is not Status.PROVED:
            return theorem.status, f"{theorem.name}: {theorem.detail}"
    return Status.PROVED, ""


def _first_error(messages: Sequence[Message]) -> str:
    """The first error that is more than a list of goals left over, in one line."""
    errors = [m for m in messages if m.is_error]
    chosen = next((m for m in errors if m.kind != UNSOLVED_GOALS), errors[0])
    return " ".join(chosen.diagnostic.message.split())[:200]


def _judge_axioms(axioms: Sequence[str]) -> tuple[Status, str]:
    foreign = sorted(set(axioms) - ALLOWED_AXIOMS)
    if foreign == ["sorryAx"]:
        return Status.INCOMPLETE, "it rests on `sorry`"
    if foreign:
        return Status.BAD_AXIOM, f"it rests on {', '.join(foreign)}"
    return Status.PROVED, ""


def _probe(errors: Sequence[Message], first_line: int) -> Probe:
    """What one block did, from the errors in its region."""
    failures = [m for m in errors if m.kind != UNSOLVED_GOALS]
    if failures:
        said = failures[0].diagnostic
        return Probe(False, (), said.message, max(0, said.line - first_line + 1))
    goals: list[str] = []
    for message in errors:
        _, _, text = message.diagnostic.message.partition("\n")
        goals.extend(goal for goal in text.split("\n\n") if goal.strip())
    return Probe(not errors, tuple(goals))


def _unanswered(done: Finished) -> Probe:
    reason = f"the limit on {done.limit} was reached" if done.limit else f"Lean ended with {done.code}"
    return Probe(False, (), reason, answered=False)


def open_checker(
    profile: Profile | str,
    *,
    project: Path | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
) -> PlainChecker:
    """The checker of a profile. Raises `MissingError` where its Lean is not usable."""
    return PlainChecker(open_toolchain(profile, project), jobs, limits)
