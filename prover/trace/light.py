"""The light tracer: theorems, proofs and names used, from any Lean project, by the project's own Lean.

Each file is elaborated once, in the sandbox, and Lean writes the reference data that its editors use (`.ilean`): which
declaration stands where, and which constants its source names, resolved. Statement and proof are the source's own text.
Files are done in the order of their imports, several at a time. Limits: what a tactic finds by itself (`simp`'s lemmas)
is not named in the source and is not seen; theorems that a macro makes have no text of their own and are left out, and
so are those proved by pattern matching, which have no `:=`.
"""

from __future__ import annotations

import asyncio
import bisect
import graphlib
import json
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prover import syntax
from prover.errors import InputError
from prover.lean import judge
from prover.lean.command import run_lean
from prover.lean.compile import OPTIONS, failure_of
from prover.lean.lsp import code_points
from prover.lean.protocol import Limits
from prover.lean.toolchain import Profile, Toolchain
from prover.syntax import LeanTextError
from prover.trace.theorem import TracedTheorem, Use
from prover.types import Header

_SKIPPED = {".lake", ".git", "build", "node_modules", ".venv"}
_MAX_FILE = 5_000_000
LIMITS = Limits(wall_s=600, cpu_s=900)


@dataclass(frozen=True, slots=True)
class TracedFile:
    """What became of one file: its theorems, how many were left out, or why Lean did not take it."""

    path: str
    theorems: tuple[TracedTheorem, ...] = ()
    left_out: tuple[str, ...] = ()
    error: str = ""
    module: str = ""
    imports: tuple[str, ...] = ()


@dataclass(slots=True)
class _Source:
    path: Path
    relative: str
    module: str
    text: str
    imports: tuple[str, ...]
    shift: int = 0
    """Lines that its header grew by, for the profile `core`."""


async def trace_folder(
    root: Path, toolchain: Toolchain, *, jobs: int = 1, limits: Limits = LIMITS
) -> AsyncIterator[TracedFile]:
    """Trace every Lean file under `root`, in the order in which they are done.

    Raises `InputError` when there is none. A file that Lean refuses is told of, and the rest goes on.
    """
    sources = {source.module: source for source in _sources(root, toolchain)}
    if not sources:
        raise InputError(f"{root}: holds no .lean file")
    commit = _commit(root)
    with tempfile.TemporaryDirectory(prefix="prover-trace-") as folder:
        scratch = Path(folder)
        slots = asyncio.Semaphore(jobs)
        tasks: dict[str, asyncio.Task[TracedFile]] = {}

        async def trace(source: _Source) -> TracedFile:
            needed = [tasks[name] for name in source.imports if name in tasks]
            for done in await asyncio.gather(*needed):
                if done.error:
                    return _failed(source, f"imports {done.path}, which failed")
            async with slots:
                return await _trace(source, toolchain, scratch, limits, commit)

        for module in _in_order(sources):
            tasks[module] = asyncio.create_task(trace(sources[module]))
        try:
            for task in asyncio.as_completed(tasks.values()):
                yield await task
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)


def _sources(root: Path, toolchain: Toolchain) -> list[_Source]:
    if not root.is_dir():
        raise InputError(f"{root}: expected a folder with a Lean project")
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if path.suffix == ".lean" and name != "lakefile.lean" and path.stat().st_size <= _MAX_FILE:
                found.append(_source(path, root, toolchain))
    return found


def _source(path: Path, root: Path, toolchain: Toolchain) -> _Source:
    relative = path.relative_to(root).as_posix()
    module = relative.removesuffix(".lean").replace("/", ".")
    text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    try:
        header = syntax.parse_header(text)
    except LeanTextError:
        return _Source(path, relative, module, text, ())
    if toolchain.profile is not Profile.CORE or header.prelude:
        return _Source(path, relative, module, text, header.imports)
    own = [name for name in header.imports if (root / (name.replace(".", "/") + ".lean")).is_file()]
    try:
        lines = toolchain.header(Header(tuple(name for name in header.imports if name not in own)))
    except InputError:
        return _Source(path, relative, module, text, header.imports)
    lines += "".join(f"import {name}\n" for name in own)
    shift = lines.count("\n") - text[: header.end].count("\n")
    return _Source(path, relative, module, lines + text[header.end :], header.imports, shift)


def _in_order(sources: dict[str, _Source]) -> list[str]:
    """Each after the files of the project that it imports. Raises `InputError` for imports in a circle."""
    graph = {name: [n for n in source.imports if n in sources] for name, source in sources.items()}
    try:
        return list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        circle: list[str] = error.args[1]
        first, second = sources[circle[0]].relative, sources[circle[-2]].relative
        raise InputError(f"{first}: imports itself by way of {second}") from None


async def _trace(
    source: _Source, toolchain: Toolchain, scratch: Path, limits: Limits, commit: str
) -> TracedFile:
    base = scratch / source.relative.removesuffix(".lean")
    base.parent.mkdir(parents=True, exist_ok=True)
    copy = base.with_suffix(".lean")
    olean, ilean = Path(f"{base}.olean"), Path(f"{base}.ilean")
    copy.write_text(source.text, encoding="utf-8")
    arguments = (*OPTIONS, "-R", str(scratch), "-o", str(olean), "-i", str(ilean), str(copy))
    said = judge.read(await run_lean(toolchain, arguments, scratch, limits, finds_modules=True))
    if (failure := failure_of(said)) is not None:
        return _failed(source, failure[1])
    try:
        data = json.loads(ilean.read_bytes())  # noqa: ASYNC240 - small, and just written
        theorems, left_out = read_references(source.text, data)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return _failed(source, f"Lean's reference data cannot be read: {error!r}")
    placed = (
        replace(
            t,
            file=source.relative,
            module=source.module,
            imports=source.imports,
            commit=commit,
            line=t.line - source.shift,
        )
        for t in theorems
    )
    return TracedFile(
        source.relative, tuple(placed), tuple(left_out), module=source.module, imports=source.imports
    )


def _failed(source: _Source, error: str) -> TracedFile:
    return TracedFile(source.relative, error=error, module=source.module, imports=source.imports)


def read_references(text: str, data: dict[str, Any]) -> tuple[list[TracedTheorem], list[str]]:
    """The theorems of a file, from its text and the content of its `.ilean`; and the names of those left out.

    Raises `KeyError`, `TypeError`, `ValueError` or `IndexError` for data of another shape.
    """
    lines = text.split("\n")
    uses = _uses(data["references"])
    contexts = context_of(text)
    found: list[TracedTheorem] = []
    left_out: list[str] = []
    for name, place in sorted(data["decls"].items(), key=lambda item: item[1]):
        start = _offset(lines, place[0], place[1])
        end = _offset(lines, place[2], place[3])
        try:
            command = syntax.split_commands(text[start:end])[0]
            if command.keyword not in ("theorem", "lemma"):
                continue
            theorem = syntax.parse_theorem(text[start:end])
        except (LeanTextError, IndexError):
            if any(word in text[start:end] for word in ("theorem", "lemma")):
                left_out.append(name)
            continue
        body = _line_of(text, start + theorem.body_offset)
        found.append(
            TracedTheorem(
                name=name,
                keyword=theorem.keyword,
                statement=theorem.signature,
                proof=theorem.body,
                words=_words(command.doc),
                file="",
                line=place[0] + 1,
                module="",
                uses=_placed(uses.get(name, []), name, body),
                context="\n".join(contexts(start)),
            )
        )
    return found, left_out


_IN_FORCE = frozenset({"open", "variable", "universe", "set_option"})


def context_of(text: str) -> Callable[[int], list[str]]:
    """A function from an offset to the commands in force there, each namespace as an `open` of its full name.

    Commands that cannot be told apart leave the context empty.
    """
    try:
        header = syntax.parse_header(text).end
        commands = syntax.split_commands(text[header:])
    except LeanTextError:
        return lambda _: []
    history: list[tuple[int, list[str]]] = [(0, [])]
    own: list[tuple[int, int, tuple[str, ...]]] = []
    frames: list[tuple[str, list[str]]] = [("", [])]
    for command in commands:
        source = text[header + command.start : header + command.end]
        if command.context:
            own.append((header + command.start, header + command.end, command.context))
        if command.keyword in ("namespace", "section"):
            name = command.name if command.keyword == "namespace" else ""
            outer = [frame for frame, _ in frames if frame]
            full = ".".join([*outer, name]) if name else ""
            frames.append((name, [f"open {full}"] if full else []))
        elif command.keyword == "end" and len(frames) > 1:
            frames.pop()
        elif command.keyword in _IN_FORCE and not command.context:
            frames[-1][1].append(source)
        else:
            continue
        history.append((header + command.end, [line for _, lines in frames for line in lines]))
    starts = [start for start, _ in history]

    def context(offset: int) -> list[str]:
        only = [line for start, end, lines in own if start <= offset < end for line in lines]
        return [*history[bisect.bisect_right(starts, offset) - 1][1], *only]

    return context


def _uses(references: dict[str, Any]) -> dict[str, list[tuple[str, str, int, int]]]:
    """For each declaration: (constant, module, line, column) of every name in it."""
    found: dict[str, list[tuple[str, str, int, int]]] = {}
    for key, places in references.items():
        constant = json.loads(key).get("c")
        if constant is None:
            continue
        for usage in places["usages"]:
            if len(usage) > 4:
                found.setdefault(usage[4], []).append((constant["n"], constant["m"], usage[0], usage[1]))
    return found


def _placed(uses: Sequence[tuple[str, str, int, int]], own: str, body: tuple[int, int]) -> tuple[Use, ...]:
    """Each constant once, in the order of its first use; one that the statement names is the statement's."""
    placed: dict[str, Use] = {}
    for name, module, line, column in sorted(uses, key=lambda use: use[2:]):
        if name != own and name not in placed:
            placed[name] = Use(name, module, (line, column) < body)
    return tuple(placed.values())


def _offset(lines: Sequence[str], line: int, units: int) -> int:
    """An offset in code points from a line and UTF-16 units, as the language-server protocol counts."""
    return sum(len(before) + 1 for before in lines[:line]) + code_points(lines, line, units)


def _line_of(text: str, offset: int) -> tuple[int, int]:
    line, column = syntax.line_column(text, offset)
    return line - 1, column


def _words(doc: str) -> str:
    return doc.removeprefix("/--").removesuffix("-/").strip()


def _commit(root: Path) -> str:
    """The commit that is checked out, empty where there is none."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
