"""A run's store for other programs: JSONL, Parquet, or a folder that Hugging Face `datasets` loads as it is.

Two tables: `problems`, one row a problem with its ending, and `attempts`, one row a judged attempt with its verdict.
Parquet needs the extra `export`. Limits: a table is held in memory while it is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.errors import InputError, MissingError
from prover.run_folder import write_atomically
from prover.store import Store
from prover.types import Problem, Trace

Row = dict[str, Any]
FORMATS = ("jsonl", "parquet", "hf")


def export(store: Store, folder: Path, form: str) -> list[Path]:
    """Write both tables in `form`, one of `FORMATS`, into `folder`; returns the files written.

    Raises `MissingError` where Parquet's library is not installed, `InputError` for another format or a folder that
    cannot be written.
    """
    if form not in FORMATS:
        raise InputError(f"expected one of {', '.join(FORMATS)}, found {form!r}")
    write, suffix = (_write_jsonl, "jsonl") if form == "jsonl" else (_parquet_writer(), "parquet")
    target = folder / "data" if form == "hf" else folder
    try:
        target.mkdir(parents=True, exist_ok=True)
        files = []
        for name, rows in _tables(store).items():
            files.append(target / f"{name}.{suffix}")
            write(files[-1], rows)
        if form == "hf":
            files.append(folder / "README.md")
            write_atomically(files[-1], _card(store))
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error}") from None
    return files


def _tables(store: Store) -> Mapping[str, list[Row]]:
    traces = {trace.problem.id: trace for trace in store.traces()}
    return {
        "problems": [_problem_row(problem, traces.get(problem.id)) for problem in store.problems()],
        "attempts": [row for trace in traces.values() for row in _attempt_rows(trace)],
    }


def _problem_row(problem: Problem, trace: Trace | None) -> Row:
    statement = problem.statement
    return {
        "id": problem.id,
        "split": problem.split,
        "source": problem.source,
        "licence": problem.licence,
        "informal_statement": problem.informal_statement,
        "informal_proof": problem.informal_proof,
        "imports": list(statement.header.imports) if statement else [],
        "preamble": statement.header.preamble if statement else "",
        "formal_statement": statement.declare() if statement else "",
        "meta": json.dumps(dict(problem.meta), sort_keys=True),
        "stop_reason": trace.stop_reason.value if trace else "",
        "proved": trace is not None and trace.proof is not None,
        "proof": trace.proof[0].proof if trace is not None and trace.proof else "",
        "detail": trace.detail if trace else "",
        "attempts": len(trace.steps) if trace else 0,
        "checks": trace.spend.checks if trace else 0,
        "lean_cpu_s": trace.spend.lean_cpu_s if trace else 0.0,
        "wall_s": trace.spend.wall_s if trace else 0.0,
    }


def _attempt_rows(trace: Trace) -> Iterator[Row]:
    for attempt, verdict in trace.steps:
        completion = attempt.completion
        yield {
            "problem_id": trace.problem.id,
            "attempt_id": attempt.id,
            "parent_id": attempt.parent_id or "",
            "author": attempt.author,
            "prompt_version": attempt.prompt_version,
            "formal_statement": attempt.statement.declare(),
            "proof": attempt.proof,
            "status": verdict.status.value,
            "tier": verdict.tier.value,
            "detail": verdict.detail,
            "errors": [d.message for d in verdict.diagnostics if d.severity == "error"],
            "axioms": list(verdict.axioms),
            "toolchain": verdict.toolchain,
            "checker": verdict.checker,
            "model": completion.model if completion else "",
            "completion": completion.text if completion else "",
            "reasoning": completion.reasoning if completion else "",
            "tokens_in": completion.tokens_in if completion else 0,
            "tokens_out": completion.tokens_out if completion else 0,
        }


def _write_jsonl(path: Path, rows: Sequence[Row]) -> None:
    write_atomically(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _parquet_writer() -> Callable[[Path, Sequence[Row]], None]:
    try:
        import pyarrow  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError:
        raise MissingError("Parquet needs pyarrow", "pip install 'prover[export]'") from None

    def write(path: Path, rows: Sequence[Row]) -> None:
        table = pyarrow.Table.from_pylist(
            [_encodable(row) for row in rows], schema=_schema(pyarrow, path.stem)
        )
        pyarrow.parquet.write_table(table, path)

    return write


def _schema(pyarrow: Any, table: str) -> Any:
    """Stated, not guessed from the rows: an empty table has the same columns as a full one."""
    kinds = {
        "imports": pyarrow.list_(pyarrow.string()),
        "errors": pyarrow.list_(pyarrow.string()),
        "axioms": pyarrow.list_(pyarrow.string()),
        "proved": pyarrow.bool_(),
        "lean_cpu_s": pyarrow.float64(),
        "wall_s": pyarrow.float64(),
    }
    kinds |= dict.fromkeys(("attempts", "checks", "tokens_in", "tokens_out"), pyarrow.int64())
    return pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in _COLUMNS[table]])


_COLUMNS = {
    "problems": (
        *("id", "split", "source", "licence", "informal_statement", "informal_proof", "imports", "preamble"),
        *("formal_statement", "meta", "stop_reason", "proved", "proof", "detail", "attempts", "checks"),
        *("lean_cpu_s", "wall_s"),
    ),
    "attempts": (
        *("problem_id", "attempt_id", "parent_id", "author", "prompt_version", "formal_statement", "proof"),
        *("status", "tier", "detail", "errors", "axioms", "toolchain", "checker", "model", "completion"),
        *("reasoning", "tokens_in", "tokens_out"),
    ),
}


def _encodable(row: Row) -> Row:
    """Half a surrogate pair, which a model's text may hold, has no place in UTF-8."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return value.encode("utf-8", "backslashreplace").decode()
        return [clean(item) for item in value] if isinstance(value, list) else value

    return {name: clean(value) for name, value in row.items()}


def _card(store: Store) -> str:
    config = store.config
    licences = sorted({problem.licence for problem in store.problems() if problem.licence})
    configs = "\n".join(
        f"- config_name: {name}\n  data_files:\n  - split: train\n    path: data/{name}.parquet"
        for name in _COLUMNS
    )
    return (
        f"---\nconfigs:\n{configs}\n---\n\n"
        f"# {config.benchmark}, searched by {config.policy}\n\n"
        f"`problems` holds one row a problem with its ending, `attempts` one row a judged attempt. A proof counts "
        f"where `tier` is `audited` or `replayed`.\n\n"
        f"- judged by {config.toolchain}\n"
        f"- data: {config.copy or config.benchmark}, sha256 {config.sha256}\n"
        f"- licences of the problems: {', '.join(licences) or 'not stated'}\n"
        f"- configuration {config.hash}\n"
    )
