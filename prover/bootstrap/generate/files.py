"""Generated problems as files: one JSONL a split, in the fields of the bundled set, and the author's script."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prover.bootstrap.generate import generate, line
from prover.bootstrap.generate.reference import script
from prover.errors import InputError
from prover.run_folder import write_atomically

SCRIPT = "reference.jsonl"
"""The plans and proofs of the split `train`, as a script that a run can ask."""


def write_problems(folder: Path, seed: int, counts: Mapping[str, int]) -> dict[Path, int]:
    """Write the splits that are not empty; returns the lines of each file. Raises `InputError`."""
    problems = list(generate(seed, counts))
    files: dict[str, list[str]] = {
        f"{split}.jsonl": [line(problem) for problem in problems if problem.split == split]
        for split in counts
    }
    files[SCRIPT] = list(script([problem for problem in problems if problem.split == "train"], seed))
    written: dict[Path, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in files.items():
            if rows:
                write_atomically(folder / name, "".join(f"{row}\n" for row in rows))
                written[folder / name] = len(rows)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from None
    return written
