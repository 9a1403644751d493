"""The columns of the data set: one nested description, for the card's YAML, Parquet's schema and the checks.

A column is `str`, `int`, `float` or `bool`, a list `[column]`, or an object `{name: column}`. Every row has every
column, so that each file of each split is read with the same types, an empty one too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Column = type | list[Any] | dict[str, Any]

_FILTER = {"name": str, "status": str, "message": str, "evidence": str}
_DRAFT = {
    "id": str,
    "parent": str,
    "statement": str,
    "model": str,
    "prompt_version": str,
    "rejected_by": str,
    "message": str,
}
_ATTEMPT = {
    "id": str,
    "parent": str,
    "theorem": str,
    "author": str,
    "model": str,
    "prompt_version": str,
    "sampling": str,
    "seed": int,
    "proof": str,
    "status": str,
    "tier": str,
    "detail": str,
    "errors": [str],
    "tokens_out": int,
}

ROWS: Mapping[str, Column] = {
    "id": str,
    "kind": str,
    "split": str,
    "cluster": str,
    "Name": str,
    "Statement": str,
    "Proof": str,
    "Commented_proof": str,
    "Informal_statement": str,
    "Informal_proof": str,
    "File_path": str,
    "Commit": str,
    "Header": str,
    "Lean": str,
    "woven": str,
    "other_proofs": [str],
    "answer": str,
    "subject": str,
    "difficulty": str,
    "rl_data": {"n_proofs": int, "n_correct_proofs": int, "win_rate": float},
    "tier": str,
    "axioms": [str],
    "shape": str,
    "source": str,
    "licence": str,
    "toolchain": str,
    "provenance": {
        "source": {"name": str, "kind": str, "place": str, "copy": str, "sha256": str},
        "author": str,
        "model": str,
        "prompt_version": str,
        "models": [{"role": str, "identity": str}],
        "policy": str,
        "budget": str,
        "seed": int,
        "code": str,
        "config_hash": str,
        "checker": str,
        "filters": [_FILTER],
        "formalization": {
            "model": str,
            "prompt_version": str,
            "drafts": int,
            "votes": int,
            "judged_faithful": int,
            "judged": int,
            "back_translation": str,
            "examples": [str],
            "attempts": [_DRAFT],
        },
        "weaving": {"how": str, "model": str, "prompt_version": str, "tier": str, "detail": str},
        "attempts": [_ATTEMPT],
        "spend": {
            "samples": int,
            "checks": int,
            "tokens_in": int,
            "tokens_out": int,
            "lean_cpu_s": float,
            "wall_s": float,
            "cost_usd": float,
        },
    },
}
"""One row a checked proof. `docs/datagen.md` says what each column means."""

EXAMPLES: Mapping[str, Column] = {
    "id": str,
    "kind": str,
    "problem": str,
    "prompt": [{"role": str, "content": str}],
    "completion": [{"role": str, "content": str}],
    "weight": float,
    "level": int,
    "split": str,
    "provenance": {"licence": str, "source": str, "tier": str, "row": str},
}
"""Training examples in chat form, as `prover.bootstrap.example` has them."""

_NAMES = {str: "string", int: "int64", float: "float64", bool: "bool"}


def fault(column: Column, value: Any, path: str = "row") -> str:
    """Where a value is not of its column; empty when it is."""
    if isinstance(column, list):
        if not isinstance(value, list):
            return f"{path}: expected a list"
        return next(
            filter(None, (fault(column[0], one, f"{path}[{at}]") for at, one in enumerate(value))), ""
        )
    if isinstance(column, dict):
        if not isinstance(value, dict) or list(value) != list(column):
            return f"{path}: expected an object with {', '.join(column)}"
        return next(filter(None, (fault(column[name], value[name], f"{path}.{name}") for name in column)), "")
    return "" if type(value) is column else f"{path}: expected {_NAMES[column]}, found {type(value).__name__}"


def features(columns: Mapping[str, Column], indent: str = "  ") -> str:
    """`features:` of a data set card, as YAML."""
    return f"{indent}features:\n" + "".join(
        _feature(name, column, indent) for name, column in columns.items()
    )


def _feature(name: str, column: Column, indent: str) -> str:
    return f"{indent}- name: {name}\n{_kind(column, indent + '  ')}"


def _kind(column: Column, indent: str) -> str:
    if isinstance(column, list):
        inner = column[0]
        if isinstance(inner, dict):
            return f"{indent}list:\n" + "".join(_feature(n, c, indent) for n, c in inner.items())
        return f"{indent}list: {_NAMES[inner]}\n"
    if isinstance(column, dict):
        return f"{indent}struct:\n" + "".join(_feature(n, c, indent) for n, c in column.items())
    return f"{indent}dtype: {_NAMES[column]}\n"


def arrow(columns: Mapping[str, Column], pyarrow: Any) -> Any:
    """The schema of `columns` for the module `pyarrow`."""
    return pyarrow.schema([(name, _arrow(column, pyarrow)) for name, column in columns.items()])


def _arrow(column: Column, pyarrow: Any) -> Any:
    if isinstance(column, list):
        return pyarrow.list_(_arrow(column[0], pyarrow))
    if isinstance(column, dict):
        return pyarrow.struct([(name, _arrow(inner, pyarrow)) for name, inner in column.items()])
    kinds = {str: pyarrow.string, int: pyarrow.int64, float: pyarrow.float64, bool: pyarrow.bool_}
    return kinds[column]()
