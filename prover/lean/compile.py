"""Compile one Lean file to an `.olean`, by itself, in a fresh process and a scratch folder of its own.

The result is bytes: what lies in the scratch folder is gone when `compile_module` returns, so nothing that the file
started can change it afterwards. Other modules that it imports are given as bytes, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from prover.lean import judge
from prover.lean.command import run_lean
from prover.lean.judge import Elaboration
from prover.lean.messages import Message
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.types import Status

OPTIONS = ("--json", "-DmaxErrors=0", "-DElab.async=false", "-Dlinter.all=false")


@dataclass(frozen=True, slots=True)
class Compiled:
    """`failure` says why there is no `olean`: a limit, an error of Lean, or a process that broke."""

    olean: bytes
    messages: tuple[Message, ...]
    failure: tuple[Status, str] | None
    wall_s: float
    cpu_s: float


async def compile_module(
    toolchain: Toolchain,
    text: str,
    limits: Limits,
    *,
    name: str = "Statement",
    imports: Mapping[str, bytes] | None = None,
) -> Compiled:
    """Never raises for what is in `text`. A process that broke for no reason to be seen is tried once more."""
    first, code = await _compile(toolchain, text, limits, name, imports or {})
    if first.failure is None or first.failure[0] is not Status.INFRA:
        return first
    second, again = await _compile(toolchain, text, limits, name, imports or {})
    if killed(code) and code == again and second.failure is not None:
        # The same signal twice: the file exhausts the stack or the memory.
        second = replace(second, failure=(Status.OUT_OF_MEMORY, second.failure[1]))
    return replace(second, wall_s=first.wall_s + second.wall_s, cpu_s=first.cpu_s + second.cpu_s)


async def _compile(
    toolchain: Toolchain, text: str, limits: Limits, name: str, imports: Mapping[str, bytes]
) -> tuple[Compiled, int]:
    with tempfile.TemporaryDirectory(prefix="prover-compile-") as folder:
        scratch = Path(folder)
        for module, content in imports.items():
            (scratch / f"{module}.olean").write_bytes(content)
        source, target = scratch / f"{name}.lean", scratch / f"{name}.olean"
        source.write_text(text, encoding="utf-8")
        arguments = (*OPTIONS, "-R", folder, "-o", str(target), str(source))
        done = await run_lean(toolchain, arguments, scratch, limits, finds_modules=True)
        olean = target.read_bytes() if target.is_file() and not target.is_symlink() else b""
    said = judge.read(done)
    failure = failure_of(said)
    if failure is None and not olean:
        failure = (Status.INFRA, "Lean ended well but wrote no module")
    return Compiled(olean, said.messages, failure, done.wall_s, done.cpu_s), done.code


def killed(code: int) -> bool:
    """Ended by a signal, which a sandbox passes on as a shell does: 128 and its number."""
    return code < 0 or code > 128


def failure_of(said: Elaboration) -> tuple[Status, str] | None:
    """Why Lean did not take a file, or None: it broke, or it found errors."""
    if said.broken is not None:
        return said.broken
    errors = [message for message in said.messages if message.is_error]
    if errors:
        return Status.ELABORATION_ERROR, " ".join(errors[0].diagnostic.message.split())[:200]
    return None
