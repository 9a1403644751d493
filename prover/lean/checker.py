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
from prover.lean import file_report, files, sandbox, source
from prover.lean.aside import aside
from prover.lean.audit import Auditor, FileAudit
from prover.lean.command import run_lean
from prover.lean.compile import OPTIONS
from prover.lean.file_report import SnippetReport
from prover.lean.files import FileCheck, FileReport
from prover.lean.judge import Elaboration, judge, judge_probes, read
from prover.lean.protocol import Limits, Probes
from prover.lean.sandbox import Level
from prover.lean.source import Refusal, Spliced
from prover.lean.toolchain import Profile, Toolchain, open_toolchain
from prover.types import Diagnostic, Statement, Status, Tier, Verdict

_MOST_GOALS = 64
"""A snippet with more holes than this is told the goals of the first ones."""


class PlainChecker:
    """Implements `Checker` over a toolchain, at most `jobs` processes at a time."""

    name = f"plain {__version__}"
    """Signs the verdicts."""

    def __init__(self, toolchain: Toolchain, jobs: int | None = None, limits: Limits | None = None) -> None:
        self._toolchain = toolchain
        self._slots = asyncio.Semaphore(jobs or os.cpu_count() or 1)
        self._limits = limits or toolchain.limits
        self._auditor = Auditor(toolchain, jobs, limits)

    @property
    def toolchain(self) -> str:
        return self._toolchain.identity

    @property
    def limits(self) -> Limits:
        """What a check may use where nobody says otherwise."""
        return self._limits

    @property
    def workers(self) -> int:
        """Warm processes that are there."""
        return 0

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
        parsed = await aside(submission, lambda: source.parse_submission(submission, statement))
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
        header = self._toolchain.header(files.read_imports(text))
        file = files.prepare(header, text)
        if not file.questions:
            raise InputError("the file holds no theorem, lemma or example; expected at least one")
        if not self._auditor.replays and (said := file_report.refusal(text)) is not None:
            return file_report.refused(said, self.toolchain)
        limits = limits or self._limits
        done = await self._retried(await self._run(file.text, limits), header, file.text, limits)
        return await self._confirmed(file, done, limits)

    async def check_snippet(
        self, text: str, limits: Limits | None = None, *, fresh: bool = False
    ) -> SnippetReport:
        """The same for a file that need not hold a theorem, and whose words all pass the token gate for files: it is
        `FORBIDDEN` where they do not. A warm worker may read it first, unless a `fresh` process is asked for."""
        said = await aside(text, lambda: file_report.refusal(text))
        if said is not None:
            return SnippetReport(file_report.refused(said, self.toolchain))
        try:
            header = self._toolchain.header(files.read_imports(text))
        except InputError as error:
            said = Diagnostic("error", str(error), 1, 0, 1, 0)
            return SnippetReport(file_report.refused(said, self.toolchain, Status.ELABORATION_ERROR))
        file, holes = await aside(text, lambda: (files.prepare(header, text), file_report.find_holes(text)))
        limits = limits or self._limits
        goals: tuple[str, ...] = ()
        if fresh:
            done = await self._run(file.text, limits)
        else:
            places = [file.place_in_file(hole.line, hole.column) for hole in holes[:_MOST_GOALS]]
            done, goals = await self._first_with_goals(header, file.text, places, limits)
        done = await self._retried(done, header, file.text, limits)
        asked = zip(holes, goals, strict=False)  # a hole beyond the last goal that was asked for has none
        told = (*(replace(hole, goal=goal) for hole, goal in asked), *holes[len(goals) :])
        return SnippetReport(await self._confirmed(file, done, limits), told)

    async def _retried(self, done: Elaboration, header: str, text: str, limits: Limits) -> Elaboration:
        """A file on which a process broke, read by a fresh one. Where that dies, too, and lives on the header alone,
        the file is what kills it: not our breakdown."""
        if done.broken is None or done.broken[0] is not Status.INFRA:
            return done
        again = await self._run(text, limits)
        if again.broken is None or again.broken[0] is not Status.INFRA:
            return again
        alone = await self._run(header, limits)
        if alone.broken is not None:
            return again
        return replace(again, broken=(Status.OUT_OF_MEMORY, f"Lean died on the file: {again.broken[1]}"))

    async def _confirmed(self, file: FileCheck, done: Elaboration, limits: Limits | None) -> FileReport:
        """The report on a file that was read, with the replay's word before a yes."""
        report = file_report.judge_file(file, done, self.toolchain)
        if report.status is not Status.PROVED:
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

    async def _first_with_goals(
        self,
        header: str,
        text: str,
        places: Sequence[tuple[int, int] | None],  # noqa: ARG002
        limits: Limits,
    ) -> tuple[Elaboration, tuple[str, ...]]:
        """`_first`, and the goal at each of some places of the text, where whoever reads it can say."""
        return await self._first(header, text, limits), ()

    async def _run(self, text: str, limits: Limits) -> Elaboration:
        async with self._slots:
            with tempfile.TemporaryDirectory(prefix="prover-check-") as scratch:
                file = Path(scratch) / "Check.lean"
                file.write_text(text, encoding="utf-8")
                done = await run_lean(self._toolchain, (*OPTIONS, str(file)), Path(scratch), limits)
        return read(done)

    def _refused(self, refusal: Refusal, text: str) -> Verdict:
        line, column = source.place(text, refusal.offset)
        said = Diagnostic("error", refusal.detail, line, column, line, column)
        return self._sign(Verdict(refusal.status, detail=refusal.detail, diagnostics=(said,)))

    def _sign(self, verdict: Verdict) -> Verdict:
        return replace(verdict, toolchain=self._toolchain.identity, checker=self.name)


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
    shut_in: Level | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> PlainChecker:
    """The checker of a profile; `report` is told what takes long, `shut_in` is the sandbox (None: the strongest).

    Raises `MissingError` where there is no such Lean, or no such sandbox.
    """
    sandbox.detect(shut_in)
    toolchain = replace(open_toolchain(profile, project, report), sandbox=shut_in)
    if Process(process) is Process.PLAIN:
        return PlainChecker(toolchain, jobs, limits)
    from prover.lean import interact, pooled  # noqa: PLC0415  they build on this module

    start = interact.interact_start(toolchain) if Process(process) is Process.INTERACT else None
    return pooled.PooledChecker(toolchain, jobs, limits, start=start)
