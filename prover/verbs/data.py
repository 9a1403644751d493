"""`prover data`: problem sets (list, fetch, check, generate) and runs (export)."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from prover.bootstrap.generate import COUNTS
from prover.bootstrap.generate.files import write_problems
from prover.codec import to_json
from prover.export import FORMATS, export
from prover.fetch import fetch
from prover.problems.cards import CORE, benchmarks_dir, read_card, sources
from prover.store import Store
from prover.verbs.console import emit_json
from prover.verbs.problems import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the benchmarks known by name, and which are on this machine")
    download = actions.add_parser("fetch", help="download the pinned public copy of a benchmark")
    download.add_argument("name", metavar="NAME", help="a benchmark of the list")
    download.add_argument("--dest", metavar="DIR", type=Path, help="where to (default: the user's cache)")
    check = actions.add_parser("check", help="read a problem set and report every row that is refused")
    check.add_argument(
        "name", metavar="NAME|PATH", help="a benchmark, a file, a folder, or - for standard input"
    )
    check.add_argument("--split", help="only this split")
    out = actions.add_parser("export", help="write a run's problems and attempts for other programs")
    out.add_argument("run", metavar="RUN", type=Path, help="a run folder")
    out.add_argument("out", metavar="DIR", type=Path, help="the folder to write into")
    out.add_argument("--format", choices=FORMATS, default="jsonl", help="hf: a Hugging Face datasets folder")
    generate = actions.add_parser(
        "generate",
        help="make problems by shape: true and false statements, words, plans, and claims of proofs",
    )
    generate.add_argument("out", metavar="DIR", type=Path, help="the folder to write into")
    generate.add_argument(
        "--seed", type=int, default=0, help="all that is random follows from it (default: 0)"
    )
    for split, count in COUNTS.items():
        generate.add_argument(
            f"--{split}",
            type=_count,
            default=count,
            metavar="N",
            help=f"problems of this split (default: {count})",
        )
    for action in (listing, download, check, out, generate):
        action.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    actions = {"list": _list, "fetch": _fetch, "check": _check, "export": _export, "generate": _generate}
    return actions[args.action](args)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to 999999, found {text!r}")
    return int(text)


def _list(args: argparse.Namespace) -> int:
    listed = {
        CORE: {"benchmark": CORE, "copy": "bundled", "commit": "", "licence": "Apache-2.0", "here": True}
    }
    for name, source in sources().items():
        listed[name] = {
            "benchmark": source.benchmark,
            "copy": f"{source.repository}/{source.path}",
            "commit": source.commit,
            "licence": source.licence,
            "here": read_card(benchmarks_dir(), name) is not None,
        }
    if args.json:
        emit_json(listed)
        return 0
    for name, entry in listed.items():
        where = "here" if entry["here"] else f"prover data fetch {name}"
        commit = f" at {str(entry['commit'])[:12]}" if entry["commit"] else ""
        print(f"{name:18} {entry['copy']}{commit}, {entry['licence']}: {where}")
    return 0


def _fetch(args: argparse.Namespace) -> int:
    done = fetch(args.name, args.dest)
    if args.json:
        emit_json({"path": str(done.path), "fresh": done.fresh, **to_json(done.card)})
    else:
        print(f"{args.name}: {done.card.copy} at {done.card.commit[:12]}, sha256 {done.card.sha256}")
        print(f"{'fetched to' if done.fresh else 'already in'} {done.path}")
    return 0


def _check(args: argparse.Namespace) -> int:
    """0 when every row could be used, else 1."""
    loading = load(args.name, split=args.split)
    problems = loading.source.problems
    if args.json:
        emit_json(
            {
                "name": loading.source.name,
                "sha256": loading.source.sha256,
                "problems": len(problems),
                "splits": Counter(problem.split for problem in problems),
                "with_statement": sum(problem.statement is not None for problem in problems),
                "with_proof": sum(bool(problem.reference_proof) for problem in problems),
                "refused": [str(refused) for refused in loading.refused],
            }
        )
    else:
        splits = Counter(problem.split or "no split" for problem in problems)
        shown = ", ".join(f"{name} {count}" for name, count in sorted(splits.items()))
        print(
            f"{loading.source.name}: {len(problems)} problems ({shown}), {len(loading.refused)} rows refused"
        )
        print(f"sha256 {loading.source.sha256}")
    return 1 if loading.refused else 0


def _export(args: argparse.Namespace) -> int:
    store = Store.read(args.run)
    try:
        files = export(store, args.out, args.format)
    finally:
        store.close()
    if args.json:
        emit_json({"run": str(args.run), "files": [str(path) for path in files]})
    else:
        print("\n".join(str(path) for path in files))
    return 0


def _generate(args: argparse.Namespace) -> int:
    counts = {split: getattr(args, split) for split in COUNTS}
    written = write_problems(args.out, args.seed, counts)
    if args.json:
        emit_json({"seed": args.seed, "files": {str(path): count for path, count in written.items()}})
    else:
        for path, count in written.items():
            print(f"{path}: {count}")
    return 0
