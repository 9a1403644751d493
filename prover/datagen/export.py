"""The data set on the disk: one folder that Hugging Face `datasets` loads as it is, and a line loop reads too.

    README.md               the card
    data/SPLIT.jsonl        rows, one object a line
    examples/SPLIT.jsonl    the same as training examples (prompt and completion)
    parquet/SPLIT.parquet   rows again, where asked for
    removed.jsonl           what is in no split, and why
    plots/*.png             the card's pictures

The folder is written beside the old one and takes its place when it is complete: whoever looks sees one of the two. The
same results give the same bytes (pictures and Parquet: under the same versions of their libraries).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.bootstrap.example import Example, write_examples
from prover.codec import digest
from prover.datagen import plots
from prover.datagen.card import Account, card
from prover.datagen.grouping import SPLITS
from prover.datagen.schema import ROWS, arrow, fault
from prover.errors import InputError, MissingError
from prover.run_folder import write_atomically

FOLDER = "dataset"
Row = Mapping[str, Any]


def check_parquet() -> None:
    """Raises `MissingError` where Parquet's library is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415 - an extra, and slow to load
    except ImportError:
        raise MissingError("Parquet needs pyarrow", "pip install 'prover[export]'") from None


def export(run: Path, account: Account, examples: Sequence[Example], *, parquet: bool = False) -> Path:
    """Write the data set into the run folder; returns its folder. Raises `InputError` where it cannot be written."""
    for row in account.rows:
        if found := fault(dict(ROWS), row, f"row {row['id']}"):
            raise AssertionError(found)
    target, fresh, old = run / FOLDER, run / f".{FOLDER}.new", run / f".{FOLDER}.old"
    try:
        for left in (fresh, old):
            shutil.rmtree(left, ignore_errors=True)
        fresh.mkdir()
        _write(fresh, account, examples, parquet)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
        _flush(run)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror or error}") from None
    return target


def _write(folder: Path, account: Account, examples: Sequence[Example], parquet: bool) -> None:
    rows = {name: [row for row in account.rows if row["split"] == name] for name in SPLITS}
    for name, own in rows.items():
        if own:
            _lines(folder / "data" / f"{name}.jsonl", own)
            if parquet:
                _parquet(folder / "parquet" / f"{name}.parquet", own)
    for name in SPLITS:
        if own_examples := [example for example in examples if example.split == name]:
            write_examples(folder / "examples" / f"{name}.jsonl", own_examples)
    _lines(folder / "removed.jsonl", account.removed)
    drawn = plots.pictures(account.funnel, account.rows) if plots.available() else {}
    for name, (_, data) in drawn.items():
        path = folder / "plots" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    write_atomically(folder / "README.md", card(account, {name: title for name, (title, _) in drawn.items()}))


def _lines(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _parquet(path: Path, rows: Sequence[Row]) -> None:
    import pyarrow  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    path.parent.mkdir(exist_ok=True)
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist([dict(row) for row in rows], schema=arrow(ROWS, pyarrow)), path
    )


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def encodable(value: Any) -> Any:
    """Half a surrogate pair, which a model's text may hold, has no place in UTF-8: it is written as an escape."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [encodable(item) for item in value]
    return {key: encodable(item) for key, item in value.items()} if isinstance(value, dict) else value


def content_digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of a data set's files: equal for equal data sets."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return digest([[path.relative_to(folder).as_posix(), _sha256(path)] for path in files])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
