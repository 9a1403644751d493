"""Lean's own answer on two modules compiled apart: the reference, and the submission under the same statement.

For toolchains that our replay does not know. What the statement's preamble declares is a module of its own that both
import, so that they speak of the same definitions; the reference is compiled without any submitted text; then a fresh
process imports both and is asked, under names that hold a random nonce, whether a theorem of the reference's type
follows from the submitted one, and on which axioms. Where the toolchain has `leanchecker`, it replays the submission.

Limits: the questions are asked in an environment that imports the submission. The token gate is what keeps syntax and
programs out of it; without the replay the tier is `audited`.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prover import syntax
from prover.lean import source
from prover.lean.command import run_lean
from prover.lean.compile import Compiled, compile_module, failure_of, killed
from prover.lean.judge import read
from prover.lean.messages import GarbledOutputError, Message, parse_axioms
from prover.lean.protocol import Limits
from prover.lean.source import Segment, Submission
from prover.lean.toolchain import Toolchain
from prover.types import Statement, Status, Tier

_SCOPE = frozenset(
    {"open", "set_option", "universe", "variable", "namespace", "section", "end", "include", "omit"}
)
"""Commands that hold for the rest of their file only, and so must be said again in each."""
_PREAMBLE, _REFERENCE, _CANDIDATE, _QUESTION = (
    "ProverPreamble",
    "ProverReference",
    "ProverCandidate",
    "ProverQuestion",
)
_CHECKER_TOOL = "leanchecker"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`failure` is None when the submission has the reference's type; then `axioms` and `tier` say the rest."""

    name: str
    failure: tuple[Status, str] | None
    tier: Tier = Tier.NONE
    axioms: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    segments: tuple[Segment, ...] = ()
    cpu_s: float = 0.0


async def compare(
    toolchain: Toolchain, header: str, statement: Statement, submission: Submission, limits: Limits
) -> Comparison:
    """Four fresh processes: preamble, reference, submission, question; and the toolchain's own replay if it has one."""
    name, nonce = statement.name, secrets.token_hex(8)
    scope = "".join(
        f"{statement.header.preamble[c.start : c.end]}\n"
        for c in syntax.split_commands(statement.header.preamble)
        if c.keyword in _SCOPE and not c.context
    )
    preamble = await compile_module(
        toolchain, f"{header}{statement.header.preamble}\n", limits, name=_PREAMBLE
    )
    cpu_s = preamble.cpu_s
    if preamble.failure is not None:
        return _ours(name, preamble, cpu_s)
    modules = {_PREAMBLE: preamble.olean}
    top = f"{header}import {_PREAMBLE}\n{scope}"
    wanted = f"{statement.declare(f'_root_.prover_reference_{nonce}')} := sorry\n"
    reference = await compile_module(toolchain, top + wanted, limits, name=_REFERENCE, imports=modules)
    cpu_s += reference.cpu_s
    if reference.failure is not None:
        return _ours(name, reference, cpu_s)
    writer = source.Writer(submission.original)
    writer.ours(top)
    writer.proof(statement, submission)
    text, segments = writer.finish()
    candidate = await compile_module(toolchain, text, limits, name=_CANDIDATE, imports=modules)
    cpu_s += candidate.cpu_s
    if candidate.failure is not None:
        return Comparison(
            name, candidate.failure, messages=candidate.messages, segments=segments, cpu_s=cpu_s
        )
    modules |= {_REFERENCE: reference.olean, _CANDIDATE: candidate.olean}
    question = (
        f"{header}import {_PREAMBLE}\nimport {_REFERENCE}\nimport {_CANDIDATE}\n{scope}"
        f"theorem _root_.prover_answer_{nonce} : type_of% @prover_reference_{nonce} := @{name}\n"
        f"#print axioms prover_answer_{nonce}\n"
    )
    with tempfile.TemporaryDirectory(prefix="prover-compare-") as folder:
        scratch = Path(folder)
        for module, content in modules.items():
            (scratch / f"{module}.olean").write_bytes(content)
        file = scratch / f"{_QUESTION}.lean"
        file.write_text(question, encoding="utf-8")
        arguments = ("--json", "-DmaxErrors=0", str(file))
        done = await run_lean(toolchain, arguments, scratch, limits, finds_modules=True)
        said = read(done)
        cpu_s += done.cpu_s
        failure = failure_of(said)
        if failure is not None:
            if failure[0] is Status.ELABORATION_ERROR:
                failure = (Status.WRONG_STATEMENT, f"it is not the theorem that was asked: {failure[1]}")
            return Comparison(name, failure, cpu_s=cpu_s)
        axioms = _axioms(said.messages, nonce)
        if isinstance(axioms, str):
            return Comparison(name, (Status.BAD_AXIOM, axioms), cpu_s=cpu_s)
        tier, refused = await _leanchecker(toolchain, scratch, limits)
    return Comparison(name, refused, tier, axioms, cpu_s=cpu_s)


def _ours(name: str, compiled: Compiled, cpu_s: float) -> Comparison:
    assert compiled.failure is not None
    status, detail = compiled.failure
    return Comparison(name, (status, f"the statement does not compile: {detail}"), cpu_s=cpu_s)


def _axioms(messages: Sequence[Message], nonce: str) -> tuple[str, ...] | str:
    """The axioms, or why the answer is none."""
    if len(messages) != 1:
        return f"{len(messages)} answers on axioms, one was expected"
    try:
        name, axioms = parse_axioms(messages[0].diagnostic.message)
    except GarbledOutputError as error:
        return str(error)
    return (
        axioms if name == f"prover_answer_{nonce}" else "the answer on axioms is not the one to our question"
    )


async def _leanchecker(
    toolchain: Toolchain, scratch: Path, limits: Limits
) -> tuple[Tier, tuple[Status, str] | None]:
    tool = Path(toolchain.argv[0]).with_name(_CHECKER_TOOL)
    if not tool.is_file():
        return Tier.AUDITED, None
    done = await run_lean(toolchain, (_CANDIDATE,), scratch, limits, command=str(tool), finds_modules=True)
    if done.limit is not None or killed(done.code):
        return Tier.AUDITED, None
    if done.code != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()[-1:]
        return Tier.NONE, (
            Status.ELABORATION_ERROR,
            f"leanchecker refuses it: {(said or ['no reason given'])[0][:200]}",
        )
    return Tier.REPLAYED, None
