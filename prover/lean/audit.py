"""The slow gate: nothing counts as proved that did not pass here.

Our statement is compiled by itself first, ending in `sorry`; then the submission, set under the same statement, is
compiled by itself; then a further process compares the two. Where the Lean is the embedded one that process is the
replay: every declaration goes through the kernel once more, rebuilt from the bytes, the theorem has the reference's
type over the reference's definitions, and the axioms are read off the terms (tier `replayed`). Elsewhere Lean itself
imports both modules and is asked (tier `audited`), and `leanchecker` replays where the toolchain has it.

A verdict is data: a bad submission never raises. What breaks on our side is `INFRA`, never a failed proof.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from prover import __version__
from prover.errors import InfraError, InputError
from prover.lean import file_report, source, targets
from prover.lean.aside import aside
from prover.lean.compare import Comparison, compare
from prover.lean.compile import Compiled, compile_module
from prover.lean.nursery import Nursery
from prover.lean.protocol import Limits
from prover.lean.replay.client import Answer, Replayer
from prover.lean.source import Refusal, Segment, Submission
from prover.lean.toolchain import Toolchain
from prover.types import ALLOWED_AXIOMS, Diagnostic, Statement, Status, Tier, Verdict

CHECKER = f"audit {__version__}"
_KEPT_REFERENCES = 256
_TACTICS = re.compile(r"\bby\b")
_MEMORY_WORDS = ("memory", "recursion", "signal")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the comparison of a reference with a candidate says. `goals` maps each open theorem to its axioms."""

    status: Status
    tier: Tier = Tier.NONE
    detail: str = ""
    goals: Mapping[str, tuple[str, ...]] | None = None

    @property
    def axioms(self) -> tuple[str, ...]:
        return tuple(sorted({axiom for axioms in (self.goals or {}).values() for axiom in axioms}))


@dataclass(frozen=True, slots=True)
class FileAudit:
    """The verdict on a whole file, and the axioms of each theorem that the reference leaves open."""

    verdict: Verdict
    theorems: Mapping[str, tuple[str, ...]]


class Auditor:
    """Audits submissions over one toolchain, at most `jobs` processes of Lean at a time."""

    def __init__(
        self,
        toolchain: Toolchain,
        jobs: int | None = None,
        limits: Limits | None = None,
        *,
        replay: bool = True,
    ) -> None:
        """`replay=False`: as where the toolchain is one that the replay does not know."""
        self._toolchain = toolchain
        self._slots = asyncio.Semaphore(jobs or os.cpu_count() or 1)
        self._limits = limits or toolchain.limits
        lean = toolchain.embedded if replay else None
        self._replayer = None if lean is None else Replayer(lean)
        self.submissions = None if lean is None else Nursery(toolchain)
        """Forks for what is submitted, where this Lean can be forked."""
        self._statements = None if lean is None else Nursery(toolchain)
        """Forks that share nothing with anything submitted."""
        self._references: OrderedDict[str, bytes] = OrderedDict()

    @property
    def replays(self) -> bool:
        """Whether what is compiled goes through the kernel once more."""
        return self._replayer is not None

    async def aclose(self) -> None:
        for part in (self._replayer, self.submissions, self._statements):
            if part is not None:
                await part.aclose()

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        """The verdict on one submission: `PROVED` at tier `audited` or above, or why not."""
        limits, start = limits or self._limits, time.monotonic()
        parsed = await aside(submission, lambda: source.parse_submission(submission, statement))
        if isinstance(parsed, Refusal):
            line, column = source.place(submission, parsed.offset)
            said = Diagnostic("error", parsed.detail, line, column, line, column)
            return self._sign(Verdict(parsed.status, detail=parsed.detail, diagnostics=(said,)))
        try:
            header = self._toolchain.header(statement.header)
            verdict = await self._audit(header, statement, parsed, limits)
        except InputError as error:
            verdict = Verdict(Status.ELABORATION_ERROR, detail=str(error))
        except (InfraError, OSError) as error:
            verdict = Verdict(Status.INFRA, detail=str(error))
        return self._sign(replace(verdict, wall_s=time.monotonic() - start))

    async def audit_files(self, reference: str, submission: str, limits: Limits | None = None) -> FileAudit:
        """The same for whole files: `submission` must prove every theorem that `reference` leaves open.

        With the replay each file is compiled as it stands and compared over the same definitions; elsewhere theorem by
        theorem, under the token gate. Raises `InputError` where the reference itself is wrong.
        """
        limits, start = limits or self._limits, time.monotonic()
        statements = targets.open_statements(reference)
        if self._replayer is None:
            proof = targets.without_restated(submission, reference)
            verdicts = {s.name: await self.audit(s, proof, limits) for s in statements}
            return FileAudit(targets.worst(verdicts), {n: v.axioms for n, v in verdicts.items()})
        finding, cpu_s = Finding(Status.INFRA), 0.0
        try:
            candidate = targets.as_read_by(self._toolchain, submission)
        except InputError as error:
            return FileAudit(self._sign(Verdict(Status.ELABORATION_ERROR, detail=str(error))), {})
        try:
            wanted, found = await self._both(
                targets.as_read_by(self._toolchain, reference), candidate, limits
            )
            if wanted.failure is not None:
                raise InputError(f"the reference does not compile: {wanted.failure[1]}")
            cpu_s = wanted.cpu_s + found.cpu_s
            if found.failure is not None:
                verdict = _not_compiled(found, ())
            else:
                finding = await self._replay(wanted.olean, found.olean, limits)
                verdict = _judge(finding)
        except (InfraError, OSError) as error:
            verdict = Verdict(Status.INFRA, detail=str(error))
        verdict = replace(verdict, wall_s=time.monotonic() - start, cpu_s=cpu_s)
        return FileAudit(self._sign(verdict), dict(finding.goals or {}))

    async def replay_text(self, text: str, limits: Limits | None = None) -> Verdict | None:
        """Send every declaration of a file through the kernel once more; None where no replay knows this Lean.

        `text` is read as it stands, after the toolchain's own header. There is no reference: `PROVED` says that the
        kernel takes it all and that every theorem rests on allowed axioms.
        """
        if self._replayer is None:
            return None
        limits, start = limits or self._limits, time.monotonic()
        try:
            found = await self._compile(text, limits, self.submissions)
            if found.failure is not None:
                verdict = _not_compiled(found, ())
            else:
                verdict = replace(_judge(await self._replay(None, found.olean, limits)), cpu_s=found.cpu_s)
        except (InfraError, OSError) as error:
            verdict = Verdict(Status.INFRA, detail=str(error))
        return self._sign(replace(verdict, wall_s=time.monotonic() - start))

    async def _audit(
        self, header: str, statement: Statement, submission: Submission, limits: Limits
    ) -> Verdict:
        if self._replayer is None:
            async with self._slots:
                comparison = await compare(self._toolchain, header, statement, submission, limits)
            return _judge_comparison(comparison)
        text, segments = _candidate_text(header, statement, submission)
        reference, found = await self._both(_reference_text(header, statement), text, limits)
        if reference.failure is not None:
            status, detail = reference.failure
            return Verdict(status, detail=f"the statement does not compile: {detail}", cpu_s=reference.cpu_s)
        if found.failure is not None:
            return _not_compiled(found, segments)
        return replace(
            _judge(await self._replay(reference.olean, found.olean, limits)),
            cpu_s=reference.cpu_s + found.cpu_s,
        )

    async def _both(self, reference: str, candidate: str, limits: Limits) -> tuple[Compiled, Compiled]:
        """The two modules, each compiled by itself, while the replay gets ready."""
        assert self._replayer is not None
        work = (
            asyncio.ensure_future(self._reference(reference, limits)),
            asyncio.ensure_future(self._compile(candidate, limits, self.submissions)),
        )
        ready = asyncio.ensure_future(self._replayer.ready())
        try:
            wanted, found, _ = await asyncio.gather(*work, ready)
        except BaseException:
            for task in (*work, ready):
                task.cancel()
            await asyncio.wait((*work, ready))
            raise
        return wanted, found

    async def _reference(self, text: str, limits: Limits) -> Compiled:
        """Compiled once for each text. Kept in memory, where nothing that is submitted can change it."""
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if key in self._references:
            self._references.move_to_end(key)
            return Compiled(self._references[key], (), None, 0.0, 0.0)
        # What runs no program leaves nothing behind in the process that the next statement is read by. A tactic may
        # evaluate a term that it is given.
        harmless = not _TACTICS.search(text) and await aside(text, lambda: file_report.refusal(text) is None)
        compiled = await self._compile(text, limits, self._statements, shared=harmless)
        if compiled.failure is None:
            self._references[key] = compiled.olean
            while len(self._references) > _KEPT_REFERENCES:
                self._references.popitem(last=False)
        return compiled

    async def _compile(
        self, text: str, limits: Limits, nursery: Nursery | None, *, shared: bool = False
    ) -> Compiled:
        async with self._slots:
            if nursery is None:
                return await compile_module(self._toolchain, text, limits)
            return await nursery.compile(text, limits, shared=shared)

    async def _replay(self, reference: bytes | None, candidate: bytes, limits: Limits) -> Finding:
        assert self._replayer is not None
        with tempfile.TemporaryDirectory(prefix="prover-audit-") as folder:
            wanted, found = Path(folder) / "reference.olean", Path(folder) / "candidate.olean"
            found.write_bytes(candidate)
            if reference is not None:
                wanted.write_bytes(reference)
            return _finding(
                await self._replayer.replay(found, wanted if reference is not None else None, limits)
            )

    def _sign(self, verdict: Verdict) -> Verdict:
        return replace(verdict, toolchain=self._toolchain.identity, checker=CHECKER)


async def audit(
    toolchain: Toolchain, statement: Statement, submission: str, limits: Limits | None = None
) -> Verdict:
    """One audit by itself. Who has several keeps an `Auditor`, whose replay process stays warm."""
    auditor = Auditor(toolchain, jobs=1, limits=limits)
    try:
        return await auditor.audit(statement, submission)
    finally:
        await auditor.aclose()


def _reference_text(header: str, statement: Statement) -> str:
    writer = source.Writer()
    writer.ours(header)
    writer.ours(statement.header.preamble)
    writer.ours(f"{statement.declare()} := sorry")
    return writer.finish()[0]


def _candidate_text(
    header: str, statement: Statement, submission: Submission
) -> tuple[str, tuple[Segment, ...]]:
    writer = source.Writer(submission.original)
    writer.ours(header)
    writer.ours(statement.header.preamble)
    writer.proof(statement, submission)
    return writer.finish()


def _not_compiled(found: Compiled, segments: tuple[Segment, ...]) -> Verdict:
    assert found.failure is not None
    status, detail = found.failure
    said = tuple(_located(message.diagnostic, segments) for message in found.messages)
    return Verdict(status, detail=detail, diagnostics=said, cpu_s=found.cpu_s)


def _located(said: Diagnostic, segments: tuple[Segment, ...]) -> Diagnostic:
    if not segments:
        return said
    line, column = source.locate(segments, said.line, said.column)
    end_line, end_column = source.locate(segments, said.end_line, said.end_column) if line else (0, 0)
    return Diagnostic(said.severity, said.message, line, column, end_line, end_column)


def _finding(answer: Answer) -> Finding:
    if answer.accepted:
        return Finding(Status.PROVED, Tier.REPLAYED, goals=answer.goals)
    if answer.outcome == "wrong_statement":
        return Finding(Status.WRONG_STATEMENT, detail=answer.error)
    if answer.outcome == "rejected":
        return Finding(Status.ELABORATION_ERROR, detail=answer.error)
    if answer.outcome == "died":
        memory = any(word in answer.error for word in _MEMORY_WORDS)
        status = Status.OUT_OF_MEMORY if memory else Status.TIMEOUT
        return Finding(status, detail=f"the replay reached a limit: {answer.error}")
    # What Lean itself just wrote cannot be read: that is a fault of ours, not of the proof.
    return Finding(Status.INFRA, detail=f"the compiled module cannot be read: {answer.error}")


def _judge(finding: Finding) -> Verdict:
    """The axioms decide over what was accepted."""
    if finding.status is not Status.PROVED:
        return Verdict(finding.status, detail=finding.detail)
    foreign = sorted(set(finding.axioms) - ALLOWED_AXIOMS)
    if not foreign:
        return Verdict(Status.PROVED, finding.tier, axioms=finding.axioms)
    resting = sorted(name for name, axioms in (finding.goals or {}).items() if set(axioms) - ALLOWED_AXIOMS)
    what = "`sorry`" if foreign == ["sorryAx"] else ", ".join(foreign)
    status = Status.INCOMPLETE if foreign == ["sorryAx"] else Status.BAD_AXIOM
    return Verdict(status, detail=f"`{'`, `'.join(resting)}` rests on {what}", axioms=finding.axioms)


def _judge_comparison(comparison: Comparison) -> Verdict:
    if comparison.failure is not None:
        status, detail = comparison.failure
        said = tuple(_located(message.diagnostic, comparison.segments) for message in comparison.messages)
        return Verdict(status, detail=detail, diagnostics=said, cpu_s=comparison.cpu_s)
    finding = Finding(Status.PROVED, comparison.tier, goals={comparison.name: comparison.axioms})
    return replace(_judge(finding), cpu_s=comparison.cpu_s)
