"""The plain checker: one fresh Lean process a check. What Lean's answers mean is `prover.lean.judge`'s to say."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from prover import __version__
from prover.errors import InputError
from prover.lean import files, process, sandbox, source
from prover.lean.audit import Auditor, FileAudit
from prover.lean.compile import OPTIONS
from prover.lean.files import FileCheck, FileReport, Question, TheoremReport
from prover.lean.judge import Elaboration, judge, judge_axioms, judge_probes, read
from prover.lean.messages import GarbledOutputError, Message, parse_axioms
from prover.lean.protocol import Limits, Probes
from prover.lean.source import Refusal, Spliced
from prover.lean.toolchain import Profile, Toolchain, open_toolchain
from prover.types import Diagnostic, Statement, Status, Tier, Verdict


class PlainChecker:
    """Implements `Checker` over a toolchain, at most `jobs` processes at a time."""

    name = f"plain {__version__}"
    """Signs the verdicts."""

    def __init__(
        self,
        toolchain: Toolchain,
        jobs: int | None = None,
        limits: Limits | None = None,
        *,
        sandboxed: bool = True,
    ) -> None:
        """`sandboxed=False` runs Lean outside even where the machine has a sandbox."""
        self._toolchain = toolchain
        self._slots = asyncio.Semaphore(jobs or os.cpu_count() or 1)
        self._limits = limits or toolchain.limits
        self._auditor = Auditor(toolchain, jobs, limits)
        self._sandboxed, self._needs = sandboxed, sandbox.needed_by(toolchain)

    @property
    def toolchain(self) -> str:
        return self._toolchain.identity

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        try:
            header = self._toolchain.header(statement.header)
        except InputError as error:
            return self._sign(Verdict(Status.ELABORATION_ERROR, detail=str(error)))
        spliced = source.open_statement(header, statement)
        return await self._elaborate(header, spliced, limits or self._limits)

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        try:
            header = self._toolchain.header(statement.header)
        except InputError as error:
            return self._sign(Verdict(Status.ELABORATION_ERROR, detail=str(error)))
        parsed = source.parse_submission(submission, statement)
        if isinstance(parsed, Refusal):
            return self._refused(parsed, submission)
        spliced = source.splice(header, statement, parsed)
        limits = limits or self._limits
        verdict = await self._elaborate(header, spliced, limits)
        if verdict.status is not Status.INFRA:
            return verdict
        opened = source.open_statement(header, statement)
        alone = judge(opened, await self._run(opened.text, limits))
        if alone.status is not Status.INCOMPLETE:
            return verdict
        # Lean dies on the submission, in a fresh process too, and lives on the statement: not our breakdown.
        return replace(
            verdict, status=Status.OUT_OF_MEMORY, detail=f"Lean died on the submission: {verdict.detail}"
        )

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._auditor.audit(statement, submission, limits)

    async def audit_files(self, reference: str, submission: str, limits: Limits | None = None) -> FileAudit:
        """Does the file `submission` prove what the file `reference` leaves open? Raises `InputError`."""
        return await self._auditor.audit_files(reference, submission, limits)

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        if not blocks:
            return Probes((), 0.0, 0.0)
        limits = limits or self._limits
        header = self._toolchain.header(statement.header)
        file = source.splice_probes(header, statement, blocks, limits.heartbeats)
        done = await self._first(header, file.text, limits)
        if done.broken is not None and done.broken[0] is Status.INFRA:
            done = await self._run(file.text, limits)
        return judge_probes(file, done)

    async def check_file(self, text: str, limits: Limits | None = None) -> FileReport:
        """Judge a Lean file that stands by itself. Raises `InputError` when it holds no theorem or is not Lean."""
        file = files.prepare(self._toolchain.header(files.read_imports(text)), text)
        done = await self._run(file.text, limits or self._limits)
        messages, broken = done.messages, done.broken
        theorems = tuple(_answer(question, messages, broken) for question in file.questions)
        said = tuple(
            source.to_submission(file, m.diagnostic)
            for m in messages
            if m.diagnostic.line < file.trailer_line
        )
        status, detail = _judge_file(file, theorems, said, messages, broken)
        report = FileReport(status, detail, theorems, said, done.wall_s, done.cpu_s, self.toolchain)
        if status is not Status.PROVED:
            return report
        replayed = await self._auditor.replay_text(file.text, limits)
        if replayed is None:
            return replace(report, tier=Tier.ELABORATED)
        return replace(
            report,
            status=replayed.status,
            detail=replayed.detail,
            tier=replayed.tier,
            wall_s=report.wall_s + replayed.wall_s,
            cpu_s=report.cpu_s + replayed.cpu_s,
        )

    async def aclose(self) -> None:
        """Nothing outlives a check; the audit keeps a replay process."""
        await self._auditor.aclose()

    async def _elaborate(self, header: str, spliced: Spliced, limits: Limits) -> Verdict:
        """Ask Lean; a process that broke for no reason of the submission's is tried once more, in a fresh one."""
        first = await self._first(header, spliced.text, limits)
        verdict = self._sign(judge(spliced, first))
        if verdict.status is not Status.INFRA:
            return verdict
        second = await self._run(spliced.text, limits)
        verdict = self._sign(judge(spliced, second))
        return replace(verdict, wall_s=first.wall_s + second.wall_s, cpu_s=first.cpu_s + second.cpu_s)

    async def _first(self, header: str, text: str, limits: Limits) -> Elaboration:  # noqa: ARG002
        """Elaborate a text that begins with `header`, for the first time."""
        return await self._run(text, limits)

    async def _run(self, text: str, limits: Limits) -> Elaboration:
        async with self._slots:
            with tempfile.TemporaryDirectory(prefix="prover-check-") as scratch:
                file = Path(scratch) / "Check.lean"
                file.write_text(text, encoding="utf-8")
                argv: Sequence[str] = (*self._toolchain.argv, *OPTIONS, str(file))
                if self._sandboxed:
                    argv = sandbox.wrap(
                        argv, readable=self._needs, writable=[Path(scratch)], cwd=Path(scratch)
                    )
                done = await process.run_async(
                    argv,
                    limits,
                    env=self._toolchain.env,
                    cwd=self._toolchain.cwd or Path(scratch),
                    address_space_mb=self._toolchain.address_space_mb(limits),
                )
        return read(done)

    def _refused(self, refusal: Refusal, text: str) -> Verdict:
        line, column = source.place(text, refusal.offset)
        said = Diagnostic("error", refusal.detail, line, column, line, column)
        return self._sign(Verdict(refusal.status, detail=refusal.detail, diagnostics=(said,)))

    def _sign(self, verdict: Verdict) -> Verdict:
        return replace(verdict, toolchain=self._toolchain.identity, checker=self.name)


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
    status, detail = judge_axioms(axioms)
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


class Process(StrEnum):
    """What reads a text first."""

    PLAIN = "plain"
    """A fresh process each time."""
    WARM = "warm"
    """A worker of Lean's language server that has the header ready."""
    INTERACT = "interact"
    """The Lean REPL of the package `lean-interact`."""


def open_checker(
    profile: Profile | str,
    *,
    project: Path | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    process: Process | str = Process.WARM,
    report: Callable[[str], None] = lambda _: None,
) -> PlainChecker:
    """The checker of a profile; `report` is told what takes long. Raises `MissingError` where there is no Lean."""
    toolchain = open_toolchain(profile, project, report)
    if Process(process) is Process.PLAIN:
        return PlainChecker(toolchain, jobs, limits)
    from prover.lean import interact, pooled  # noqa: PLC0415  they build on this module

    start = interact.interact_start(toolchain) if Process(process) is Process.INTERACT else None
    return pooled.PooledChecker(toolchain, jobs, limits, start=start)
