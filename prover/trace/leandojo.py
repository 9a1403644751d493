"""lean-dojo as a tracer: theorems with tactic states and premises, for the Lean versions that it supports.

lean-dojo (arXiv 2306.15626) builds the repository with a data extractor of its own, which needs elan, git and, for all
but a local repository whose dependencies are built, a network. `missing` names what of that is not there. What it found
becomes the same `TracedTheorem`s as the light tracer's, with steps. Not run against a real repository where there is no
network; the shapes are those of lean-dojo 4.20.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prover import syntax
from prover.errors import InfraError, InputError, MissingError
from prover.syntax import LeanTextError
from prover.trace.theorem import Step, TracedTheorem, Use

_HOST = "github.com"
_OLDEST = (4, 3, 0)
_CONNECT_S = 5.0


def missing(where: str) -> list[str]:
    """What lean-dojo needs for the repository `where` (a folder or URL) and does not find; empty when it may run."""
    reasons = []
    if importlib.util.find_spec("lean_dojo") is None:
        supported = sys.version_info < (3, 13)
        reasons.append(
            "the package lean-dojo: pip install 'prover[trace]'"
            if supported
            else "a Python before 3.13, which lean-dojo does not support"
        )
    reasons += [f"the program {tool}: {remedy}" for tool, remedy in _TOOLS if shutil.which(tool) is None]
    folder = Path(where)
    if folder.is_dir():
        if not (folder / ".git").exists():
            reasons.append(f"a git repository: {where} is not one")
        reasons += _version(folder / "lean-toolchain")
    elif not _reachable(_HOST):
        reasons.append(f"a network: {_HOST} cannot be reached")
    return reasons


_TOOLS = (
    ("git", "install git"),
    ("elan", "https://github.com/leanprover/elan"),
    ("lake", "elan installs it"),
)


def _version(toolchain: Path) -> list[str]:
    try:
        text = toolchain.read_text(encoding="utf-8").strip()
    except OSError:
        return [f"a lean-toolchain file: {toolchain} cannot be read"]
    found = re.search(r"v?(\d+)\.(\d+)\.(\d+)", text)
    if found is not None and tuple(int(part) for part in found.groups()) < _OLDEST:
        return [f"a Lean from 4.3.0: the repository pins {text}"]
    return []


def _reachable(host: str) -> bool:
    try:
        socket.create_connection((host, 443), _CONNECT_S).close()
    except OSError:
        return False
    return True


def trace_repository(where: str, commit: str = "HEAD") -> Iterator[TracedTheorem]:
    """Trace a repository. Blocks for as long as the repository takes to build, and half as long again.

    Raises `MissingError` naming what lean-dojo lacks, `InfraError` where it breaks.
    """
    lacks = missing(where)
    if lacks:
        raise MissingError("lean-dojo cannot trace here; it lacks " + "; and ".join(lacks))
    import lean_dojo  # noqa: PLC0415 - an extra, which starts git and asks GitHub as it loads

    try:
        repository = lean_dojo.LeanGitRepo(where, commit)
        traced = lean_dojo.trace(repository)
        theorems = traced.get_traced_theorems()
    except InputError:
        raise
    except Exception as error:
        raise InfraError(f"lean-dojo broke on {where}: {type(error).__name__}: {error}") from error
    for theorem in theorems:
        if theorem.repo == repository and (read := read_theorem(theorem, repository)) is not None:
            yield read


def read_theorem(theorem: Any, repository: Any) -> TracedTheorem | None:
    """One `lean_dojo.TracedTheorem` as ours; None for one whose text is no plain theorem with a proof."""
    statement = str(theorem.get_theorem_statement()).strip().removesuffix(":=").rstrip()
    proof = theorem.get_tactic_proof() or ""
    try:
        parsed = syntax.parse_theorem(f"{statement} := {proof}")
    except LeanTextError:
        return None
    name = str(theorem.theorem.full_name)
    path = Path(str(theorem.file_path)).as_posix()
    names = dict.fromkeys(str(premise) for premise in theorem.get_premise_full_names())
    return TracedTheorem(
        name=name,
        keyword=parsed.keyword,
        statement=parsed.signature,
        proof=proof,
        words="\n".join(str(comment.text).strip("/-! \n") for comment in theorem.comments),
        file=path,
        line=int(theorem.start.line_nb),
        module=path.removesuffix(".lean").replace("/", "."),
        uses=tuple(Use(premise, "", False) for premise in names if premise != name),
        steps=tuple(
            Step(str(tactic.tactic), str(tactic.state_before), str(tactic.state_after))
            for tactic in theorem.get_traced_tactics()
        ),
        commit=str(repository.commit),
        source=str(repository.url),
    )
