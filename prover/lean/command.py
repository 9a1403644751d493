"""Run one command of a toolchain as submitted proofs are run: in the sandbox, in a scratch folder, under limits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from prover.lean import process, sandbox
from prover.lean.process import Finished
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain


async def run_lean(
    toolchain: Toolchain,
    arguments: Sequence[str],
    scratch: Path,
    limits: Limits,
    *,
    command: str = "",
    finds_modules: bool = False,
) -> Finished:
    """Run `lean`, or `command` of the same toolchain, with `scratch` as its folder and the one it may write in.

    `finds_modules`: the compiled modules that lie in `scratch` can be imported, before all others.
    """
    argv = (*((command,) if command else toolchain.argv), *arguments)
    env = dict(toolchain.env)
    if finds_modules:
        env["LEAN_PATH"] = os.pathsep.join(filter(None, (str(scratch), env.get("LEAN_PATH"))))
    return await process.run_async(
        sandbox.enclose(toolchain, argv, cwd=scratch, writable=[scratch]),
        limits,
        env=env,
        cwd=scratch,
        address_space_mb=toolchain.address_space_mb(limits),
        scratch=scratch,
    )
