"""A page's commands, run one after the other by one bash in a folder of their own.

What a page may count on: bash, `prover` and `python` of this checkout, and links to `examples/` and `data/`. Port 8000
stands for a free one. What commands left running is ended with the page.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docs.blocks import ROOT

PORT = "8000"
LONGEST_S = 600


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `code` is None where the shell did not come to it."""

    code: int | None
    out: str
    err: str


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def run(texts: Sequence[str], folder: Path) -> list[Ended]:
    """Run commands in `folder`; what one sets (a variable, a folder, a job) the next one finds."""
    work, notes = folder / "work", folder / "notes"
    for made in (work, notes, folder / "bin"):
        made.mkdir()
    for name in ("examples", "data"):
        (work / name).symlink_to(ROOT / name)
    python = shlex.quote(sys.executable)
    for name, call in (("prover", f"{python} -m prover"), ("python", python), ("python3", python)):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nexec {call} "$@"\n')
        script.chmod(0o755)
    port = free_port()
    lines = []
    for number, text in enumerate(texts):
        (notes / f"{number}.sh").write_text(text.replace(PORT, port) + "\n", encoding="utf-8")
        at = shlex.quote(str(notes / str(number)))
        lines += [f". {at}.sh > {at}.out 2> {at}.err", f"echo $? > {at}.code", f"(exit $(cat {at}.code))"]
    (notes / "all.sh").write_text("\n".join(lines) + "\n", encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "110",
        "NO_COLOR": "1",
    }
    shell = subprocess.Popen(
        ["bash", str(notes / "all.sh")], cwd=work, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        shell.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _end(shell)
    return [_ended(notes / str(number), port) for number in range(len(texts))]


def _end(shell: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGKILL)
    shell.wait()


def _ended(at: Path, port: str) -> Ended:
    def text(suffix: str) -> str:
        path = at.with_name(f"{at.name}.{suffix}")
        return path.read_text(encoding="utf-8", errors="replace").replace(port, PORT) if path.exists() else ""

    code = text("code").strip()
    return Ended(int(code) if code else None, text("out"), text("err"))
