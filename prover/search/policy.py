"""Policies as data: a TOML file names the kind of search, its default budget and that kind's own settings.

`kind` picks the strategy in `prover.search.solve`; every other key but `budget` is a setting of that kind and
is handed to it as it stands. Shipped policies are the files in `policies/`; a file's path works like a name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prover.config import Budget, Scalar, parse_budget
from prover.errors import InputError

_SHIPPED = Path(__file__).parent / "policies"


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    kind: str
    budget: Budget = field(default_factory=Budget)
    """For each problem, where the call names no other."""
    settings: Mapping[str, Scalar] = field(default_factory=dict)


def shipped_policies() -> list[str]:
    return sorted(path.stem for path in _SHIPPED.glob("*.toml"))


def load_policy(name: str) -> Policy:
    """The shipped policy of that name, or the one in the TOML file `name`. Raises `InputError`."""
    path = _SHIPPED / f"{name}.toml" if name in shipped_policies() else Path(name)
    if path.suffix != ".toml" or not path.is_file():
        known = ", ".join(shipped_policies())
        raise InputError(f"policy: expected one of {known}, or a .toml file, found {name!r}")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a TOML file: {error}") from None
    kind, budget = content.pop("kind", None), content.pop("budget", "")
    if not isinstance(kind, str):
        raise InputError(f'{path}: expected `kind = "…"`, the kind of search')
    if not isinstance(budget, str):
        raise InputError(f'{path}: expected `budget` to be a text such as "wall=60s,samples=8"')
    for key, value in content.items():
        if not isinstance(value, str | int | float | bool):
            raise InputError(f"{path}: {key}: expected a text, a number, true or false")
    return Policy(path.stem, kind, parse_budget(budget) if budget else Budget(), content)
