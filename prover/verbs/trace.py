"""`prover trace DIR|URL`: the theorems of a Lean repository as data, with what each rests on."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from prover.errors import InputError
from prover.lean.toolchain import open_toolchain
from prover.run_folder import write_atomically
from prover.search.premises import MODULES, THEOREMS
from prover.trace import leandojo, light, premises
from prover.trace.theorem import TracedTheorem
from prover.verbs.console import emit_json, positive, say
from prover.verbs.lean import PROFILES, default_jobs

_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", metavar="DIR|URL", help="a folder with Lean files, or a repository's URL")
    parser.add_argument(
        "--with",
        dest="tracer",
        choices=("auto", "light", "lean-dojo"),
        default="auto",
        help="lean-dojo (tactic states, needs elan and mostly a network) or the light tracer (default: lean-dojo where "
        "it can run, else light)",
    )
    parser.add_argument("--commit", default="HEAD", help="for lean-dojo: which commit (default: HEAD)")
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        help="for the light tracer: which Lean (default: the folder's own where it is a Lake project, else core)",
    )
    parser.add_argument("--jobs", type=positive, help="files at a time (default: one a CPU)")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("traced"), help="default: traced/")
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    args.out.mkdir(parents=True, exist_ok=True)
    files: list[light.TracedFile] = []
    if _use_leandojo(args):
        tracer = "lean-dojo"
        theorems = await asyncio.to_thread(lambda: list(leandojo.trace_repository(args.where, args.commit)))
    else:
        tracer = "light"
        theorems, files = await _light(args)
    failed = [file for file in files if file.error]
    if not theorems:
        first = f"; {failed[0].path}: {failed[0].error}" if failed else ""
        raise InputError(f"{args.where}: no theorem could be traced{first}")
    graph = premises.premise_graph(theorems)
    order = premises.curriculum(graph)
    by_name = {theorem.name: theorem for theorem in theorems}
    ordered = [by_name[name] for name in order]
    _write_lines(args.out / THEOREMS, (_row(t, graph.nodes[t.name]["level"]) for t in ordered))
    _write_lines(args.out / "premises.jsonl", (t.premises() for t in ordered))
    if any(theorem.steps for theorem in theorems):
        _write_lines(args.out / "tactics.jsonl", (t.leandojo() for t in ordered))
    if files:
        modules = {file.module: list(file.imports) for file in sorted(files, key=lambda file: file.path)}
        write_atomically(args.out / MODULES, json.dumps(modules, ensure_ascii=False, indent=1) + "\n")
    write_atomically(args.out / "graph.json", json.dumps(premises.graph_json(graph), ensure_ascii=False))
    _report(args, tracer, ordered, graph, failed)
    return 0


def _use_leandojo(args: argparse.Namespace) -> bool:
    if args.tracer == "light":
        return False
    if args.tracer == "lean-dojo":
        return True
    if args.profile is not None:
        return False
    lacks = leandojo.missing(args.where)
    if lacks:
        say(f"light tracer: lean-dojo lacks {'; and '.join(lacks)}")
    return not lacks


async def _light(args: argparse.Namespace) -> tuple[list[TracedTheorem], list[light.TracedFile]]:
    """The theorems, and every file with what became of it."""
    root = Path(args.where)
    if not root.is_dir():  # noqa: ASYNC240
        raise InputError(f"{args.where}: expected a folder; for a URL, lean-dojo or a clone of it is needed")
    lake = any((root / name).is_file() for name in ("lakefile.toml", "lakefile.lean"))
    if args.profile is None and lake:
        toolchain = open_toolchain("project", root)
    else:
        toolchain = open_toolchain(args.profile or "core", report=say)
    jobs = args.jobs or default_jobs(toolchain.profile.value)
    theorems: list[TracedTheorem] = []
    files = []
    async for file in light.trace_folder(root, toolchain, jobs=jobs):
        theorems += file.theorems
        left = f", {len(file.left_out)} left out" if file.left_out else ""
        say(f"{file.path}: {file.error or f'{len(file.theorems)} theorems{left}'}")
        files.append(file)
    return theorems, files


def _row(theorem: TracedTheorem, level: int) -> dict[str, Any]:
    """TheoremLlama's fields, ours beside them under names that `prover`'s loaders read."""
    return {
        **theorem.theorem_llama(),
        "header": "".join(f"import {name}\n" for name in theorem.imports) + theorem.context,
        "formal_statement": f"{theorem.keyword} {theorem.name} {theorem.statement} := by sorry",
        "formal_proof": theorem.proof,
        "line": theorem.line,
        "module": theorem.module,
        "uses": [use.name for use in theorem.uses],
        "level": level,
    }


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    write_atomically(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _report(
    args: argparse.Namespace,
    tracer: str,
    theorems: Sequence[TracedTheorem],
    graph: premises.Graph,
    failed: Sequence[light.TracedFile],
) -> None:
    levels = 1 + max(graph.nodes[name]["level"] for name in graph)
    used = premises.most_used(graph, _SHOWN)
    answer = {
        "tracer": tracer,
        "theorems": len(theorems),
        "uses": sum(len(theorem.uses) for theorem in theorems),
        "edges": graph.number_of_edges(),
        "levels": levels,
        "most_used": [list(pair) for pair in used],
        "failed": [{"file": file.path, "error": file.error} for file in failed],
        "out": str(args.out),
    }
    if args.json:
        emit_json(answer)
        return
    print(f"{answer['theorems']} theorems, {answer['uses']} uses, {levels} levels ({tracer}), in {args.out}")
    print("most used: " + ", ".join(f"{name} ({count})" for name, count in used))
    if failed:
        say(f"{len(failed)} files failed")
