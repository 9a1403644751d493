"""`prover formalize FILE`: problems in words to Lean statements, each with what every filter said of it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from prover.codec import digest
from prover.datagen.markdown import problems_in_markdown
from prover.errors import InputError
from prover.formalize.examples import Examples, bundled_examples
from prover.formalize.lint import Effort
from prover.formalize.output import LEAN, RESULTS, ROWS, as_row, counts, summary, write
from prover.formalize.result import Ending, FilterStatus, Formalization
from prover.formalize.run import Progress, results_of
from prover.formalize.run import run as run_all
from prover.formalize.settings import ROLES, Settings
from prover.models.spec import EXAMPLE
from prover.problems import load_problems, resolve_benchmark
from prover.problems.reading import RowError
from prover.search.seats import open_seats, specs_of
from prover.search.setup import Aim, Source, run_config
from prover.store import Store
from prover.syntax import parse_header
from prover.types import Header, Problem
from prover.verbs.console import emit_json, positive, read_text, say, whole
from prover.verbs.engine import default_folder, facts_of
from prover.verbs.eval import INTERRUPTED
from prover.verbs.judge import add_judge_arguments, open_judge
from prover.verbs.problems import load

_POLICY = "formalize"
_MARKDOWN = (".md", ".markdown")
_DEFAULTS = Settings()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "data",
        nargs="?",
        metavar="FILE|NAME|-",
        help="problems in words: a .jsonl, .md or .lean file, a folder, a benchmark, standard input",
    )
    what.add_argument("--text", metavar="WORDS", help="one problem in words")
    parser.add_argument("--answer", default="", metavar="TEXT", help="the answer to the problem of --text")
    parser.add_argument("--split", help="only this split")
    parser.add_argument("--limit", type=positive, metavar="N", help="only the first N problems")
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="[ROLE=]SPEC",
        help=f"the model that is asked, for all roles or for one of {', '.join(ROLES)}, e.g. {EXAMPLE}; may be "
        "repeated",
    )
    add_judge_arguments(parser)
    add_amounts(parser)
    parser.add_argument(
        "--effort",
        type=amount,
        default=1.0,
        metavar="X",
        help="how hard to look for proofs: X times 2 s of Lean's CPU for a contradiction among the hypotheses, 3 s for "
        "a refutation, 1 s for a proof, 2 s for each direction of an equivalence; 0 looks for none (default: 1)",
    )
    parser.add_argument(
        "--examples",
        dest="pool",
        metavar="FILE|NAME",
        help="words with their Lean statements, from which each prompt's examples are taken (default: the bundled "
        "training split)",
    )
    parser.add_argument(
        "--example-embedding",
        default="",
        metavar="MODEL",
        help="find examples by this transformers model's embeddings (default: by words, BM25)",
    )
    parser.add_argument("--jobs", type=positive, metavar="N", help="Lean processes at a time")
    parser.add_argument(
        "--inflight", type=positive, metavar="N", help="problems at a time (default: 4 times the jobs)"
    )
    parser.add_argument("--seed", type=int, default=0, help="for whatever is drawn at random (default: 0)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: one under runs/)")
    parser.add_argument("--json", action="store_true", help="print one JSON value")


def add_amounts(group: argparse._ActionsContainer) -> None:
    """What a formalization may cost, `--effort` aside, and the header that its statements stand under."""
    for name, kind, default, text in (
        ("samples", positive, _DEFAULTS.samples, "statements to ask for, for each problem in words"),
        ("repairs", whole, _DEFAULTS.repairs, "rounds of repair for what Lean refuses"),
        ("votes", whole, _DEFAULTS.votes, "judgements of faithfulness, 0 for none"),
        ("shots", whole, _DEFAULTS.examples, "examples that a prompt shows at most"),
    ):
        group.add_argument(
            f"--{name}", type=kind, default=default, metavar="N", help=f"{text} (default: {default})"
        )
    group.add_argument(
        "--header",
        type=Path,
        metavar="FILE",
        help="imports, `open`s and options for the statements (default: `import Mathlib` alone)",
    )


def amount(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1000, found {text!r}")
    return number


async def run(args: argparse.Namespace) -> int:
    """0 when every problem was tried; 1 when a single one was given and no statement was chosen."""
    settings = settings_of(args)
    specs_of(args.model, _POLICY, settings.roles)
    source = source_of(args)
    if not any(problem.informal_statement.strip() for problem in source.problems):
        raise InputError(f"{source.name}: no problem in words: expected a field such as informal_statement")
    pool, pool_digest = open_pool(args.pool, args.example_embedding) if settings.examples else (None, "")
    judge = await open_judge(args, args.jobs)
    try:
        async with open_seats(args.model, _POLICY, settings.roles) as seats:
            shown = {**settings.identity, "pool": pool_digest, "embedding": args.example_embedding}
            config = run_config(
                args.verb,
                source,
                judge,
                seats,
                Aim(_POLICY, shown),
                inflight=int(args.inflight or max(4, 4 * judge.jobs)),
                seed=args.seed,
                limit=args.limit,
            )
            folder = args.out or default_folder(config)
            store = Store.open(folder, config, source.problems, facts_of(args, source))
            try:
                outcome = await run_all(
                    store,
                    seats.speakers,
                    judge.checker,
                    settings,
                    jobs=config.jobs,
                    inflight=config.inflight,
                    examples=pool,
                    on_progress=_show,
                )
                results = results_of(store)
                write(folder, results)
                _report(args, folder, results)
                if outcome.remaining:
                    why = "interrupted" if outcome.interrupted else "something broke"
                    say(f"{why}, {outcome.remaining} still open; continue with: {args.command}")
                if outcome.interrupted:
                    return INTERRUPTED
                alone = len(source.problems) == 1
                return _answer(results) if alone else 0
            finally:
                store.close()
    finally:
        await judge.checker.aclose()
        if pool is not None:
            pool.close()


def source_of(args: argparse.Namespace) -> Source:
    """The problems that the call names."""
    if args.text is None:
        if args.answer:
            raise InputError("--answer: expected --text, whose answer it is; rows have a field `answer`")
        if Path(args.data).suffix.lower() in _MARKDOWN:
            return _markdown(args)
        return load(args.data, split=args.split, limit=args.limit).source
    labels = {"answer": args.answer} if args.answer else {}
    problem = Problem("problem", args.text, meta=labels)
    return Source("text", (problem,), digest([args.text, args.answer]))


def _markdown(args: argparse.Namespace) -> Source:
    """The problems of a Markdown file, in the form of `prover datagen`; what cannot be used is told."""
    if args.split:
        raise InputError(f"{args.data}: --split: a Markdown file has no splits")
    text, _ = read_text(args.data)
    problems: dict[str, Problem] = {}
    for item in problems_in_markdown(text, Path(args.data).stem):
        if isinstance(item, RowError):
            say(f"refused: {args.data}:{item.line}: {item.reason}")
        elif item.id in problems:
            say(f"refused: {args.data}:{item.source}: the id {item.id!r} stands there twice")
        else:
            problems[item.id] = replace(item, source=f"{args.data}:{item.source}")
    if not problems:
        raise InputError(
            f"{args.data}: no problem in it: expected a heading `# Problem NAME`, and its words below"
        )
    return Source(Path(args.data).name, tuple(problems.values())[: args.limit], digest(text))


def settings_of(args: argparse.Namespace) -> Settings:
    x = float(args.effort)
    return Settings(
        samples=args.samples,
        repairs=args.repairs,
        votes=args.votes,
        examples=args.shots,
        effort=Effort(2.0 * x, 3.0 * x, 1.0 * x),
        equivalence_s=2.0 * x,
        header=read_header(args.header) if args.header else Header(),
    )


def read_header(path: Path) -> Header:
    """The imports of a Lean file, and all that follows them."""
    text, _ = read_text(str(path))
    found = parse_header(text)
    if not found.imports:
        raise InputError(f"{path}: expected a header that begins with `import …`")
    return Header(found.imports, text[found.end :].strip())


def open_pool(name: str | None, embedding: str) -> tuple[Examples, str]:
    """The examples, and the digest of where they came from."""
    embed = None
    if embedding:
        from prover.models.embed import open_embedder  # noqa: PLC0415 - an extra, and slow to load

        embed = open_embedder(embedding)
    if name is None:
        return bundled_examples(embed), "bundled"
    loaded = load_problems(resolve_benchmark(name)[0])
    pool = Examples(loaded.problems, embed)
    if not len(pool):
        raise InputError(f"{name}: no example: expected problems with words and a Lean statement")
    return pool, loaded.digest


def _show(progress: Progress) -> None:
    if progress.note:
        say(progress.note)
    if progress.result is not None:
        say(f"[{progress.done}/{progress.total}, {progress.chosen} formalized] {_describe(progress.result)}")


def _describe(result: Formalization) -> str:
    if result.winner is None:
        return f"{result.problem.id}: {result.ending.value}: {result.detail}"[:300]
    votes = result.clusters[0].votes
    flags = ", ".join(one.name for one in result.winner.flags)
    drafted = sum(not one.parent for one in result.candidates)
    return f"{result.problem.id}: {votes} of {drafted} agree{f'; flagged: {flags}' if flags else ''}"


def _report(args: argparse.Namespace, folder: Path, results: Sequence[Formalization]) -> None:
    if args.json:
        emit_json({"run": str(folder), **summary(results), "results": [as_row(one) for one in results]})
        return
    if len(results) == 1 and results[0].statement is not None:
        print(f"{results[0].statement.declare()} := by\n  sorry")
    candidates = [one for result in results for one in result.candidates]
    Console(soft_wrap=True, highlight=False).print(_table(counts(candidates)))
    chosen = sum(result.ending is Ending.CHOSEN for result in results)
    said = summary(results)
    if said["references"]:
        say(
            f"{said['equivalent_to_reference']} of {said['references']} are proved equivalent to their reference"
        )
    say(f"{chosen} of {len(results)} problems formalized; {LEAN}, {ROWS} and {RESULTS} in {folder}")


def _table(rows: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table(title="Candidates, filter by filter", title_justify="left")
    table.add_column("filter")
    for status in FilterStatus:
        table.add_column(status.value, justify="right")
    for name, row in rows.items():
        table.add_row(name, *(str(row[status.value] or "") for status in FilterStatus))
    return table


def _answer(results: Sequence[Formalization]) -> int:
    return 0 if results and results[0].ending is Ending.CHOSEN else 1
