"""Policies as data: a TOML file names the kind of search, its default budget and that kind's own settings.

`kind` picks the strategy in `prover.search.kinds`; `budget`, `memory`, `premises` and `refute` mean the same for each
kind; every other key is a setting of that kind, which `read_settings` turns into the kind's own dataclass. Shipped
policies are the files in `policies/`; a file's path works like a name.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

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
    memory: int = 0
    """How many proved lemmas, those most like the problem, agents are shown; 0 for none."""
    premises: int = 0
    """How many theorems of a traced library agents are shown, where the call names one; 0 for none."""
    refute: bool = False
    """Whether the statement's negation is searched for beside it."""

    @property
    def identity(self) -> dict[str, Scalar]:
        """All that decides what a search tries, as a run's configuration keeps it."""
        common = {"memory": self.memory, "premises": self.premises, "refute": self.refute}
        return {"kind": self.kind, **self.settings, **{key: value for key, value in common.items() if value}}


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
    memory, premises = content.pop("memory", 0), content.pop("premises", 0)
    refute = content.pop("refute", False)
    if not isinstance(kind, str):
        raise InputError(f'{path}: expected `kind = "…"`, the kind of search')
    if not isinstance(budget, str):
        raise InputError(f'{path}: expected `budget` to be a text such as "wall=60s,samples=8"')
    for key, count in (("memory", memory), ("premises", premises)):
        if type(count) is not int or count < 0:
            raise InputError(f"{path}: {key}: expected a whole number from 0, found {count!r}")
    if not isinstance(refute, bool):
        raise InputError(f"{path}: refute: expected true or false, found {refute!r}")
    for key, value in content.items():
        if not isinstance(value, str | int | float | bool):
            raise InputError(f"{path}: {key}: expected a text, a number, true or false")
    allowed = parse_budget(budget) if budget else Budget()
    return Policy(path.stem, kind, allowed, content, memory, premises, refute)


Settings = TypeVar("Settings")


def setting(default: Scalar, *, least: float = 0, among: tuple[str, ...] = ()) -> Any:
    """A field of a kind's settings, with the least number or the texts that it may be."""
    return field(default=default, metadata={"least": least, "among": among})


def read_settings(policy: Policy, cls: type[Settings]) -> Settings:
    """The settings of a policy as its kind's dataclass, defaults where it is silent. Raises `InputError`."""
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key, value in policy.settings.items():
        if key not in fields:
            known = f"one of {', '.join(fields)}" if fields else "no settings"
            raise InputError(f"policy {policy.name}: expected {known}, found {key} = {value!r}")
        expected = _expected(fields[key], value)
        if expected:
            raise InputError(f"policy {policy.name}: {key}: expected {expected}, found {value!r}")
    numbers = {
        key: float(value) for key, value in policy.settings.items() if type(fields[key].default) is float
    }
    return cls(**{**policy.settings, **numbers})


def _expected(known: dataclasses.Field[Any], value: Scalar) -> str:
    """What a setting should have been; empty when it is that."""
    default, least, among = known.default, known.metadata.get("least", 0), known.metadata.get("among", ())
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(default, str):
        return "" if value in among else f"one of {', '.join(among)}"
    kinds = (int,) if isinstance(default, int) else (int, float)
    fits = isinstance(value, kinds) and not isinstance(value, bool) and least <= value < float("inf")
    return "" if fits else f"a {'whole ' if kinds == (int,) else ''}number from {least:g}"
