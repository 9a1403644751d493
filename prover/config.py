"""Two levels of configuration: the command line's few options build one frozen, full `RunConfig`.

A `RunConfig` says everything that decides a run's outcome; its hash names the run, the run folder keeps it,
and a folder made under another one is refused. `jobs`, `inflight` and `run_budget` only say how much is done at
once and when to pause, so they may change between two sessions of one run. A `Budget` is for one problem (or, as
`run_budget`, for the whole run).
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prover import __version__
from prover.codec import digest, from_json, to_json
from prover.errors import InputError
from prover.types import Spend, StopReason

Scalar = str | int | float | bool

_SECONDS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_COUNTS = {"": 1, "k": 1_000, "M": 1_000_000}
_MONEY = {"": 1.0}
_UNITS: Mapping[str, Mapping[str, float]] = {
    "samples": _COUNTS,
    "tokens": _COUNTS,
    "lean_cpu": _SECONDS,
    "wall": _SECONDS,
    "usd": _MONEY,
}
_KEYS = {"samples": "samples", "tokens": "tokens", "lean_cpu": "lean_cpu_s", "wall": "wall_s", "usd": "usd"}
_EXAMPLE = "wall=60s,lean_cpu=60s,samples=8,tokens=100k"


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be used up, `None` for no bound: proofs asked for (first ones and corrections), tokens that models
    read and wrote, CPU seconds of Lean, seconds on the clock, dollars by the prices that the models were given."""

    samples: int | None = None
    tokens: int | None = None
    lean_cpu_s: float | None = None
    wall_s: float | None = None
    usd: float | None = None

    def exceeded(self, spend: Spend) -> StopReason | None:
        """The first bound that `spend` has reached, or None while there is something left of each."""
        pairs: tuple[tuple[StopReason, float | None, float], ...] = (
            (StopReason.SAMPLES, self.samples, spend.samples),
            (StopReason.TOKENS, self.tokens, spend.tokens_in + spend.tokens_out),
            (StopReason.LEAN_CPU, self.lean_cpu_s, spend.lean_cpu_s),
            (StopReason.WALL, self.wall_s, spend.wall_s),
            (StopReason.USD, self.usd, spend.cost_usd),
        )
        return next((reason for reason, bound, used in pairs if bound is not None and used >= bound), None)

    def minus(self, spend: Spend) -> Budget:
        """What is left after `spend`, never below zero."""
        return Budget(
            samples=None if self.samples is None else max(0, self.samples - spend.samples),
            tokens=None if self.tokens is None else max(0, self.tokens - spend.tokens_in - spend.tokens_out),
            lean_cpu_s=None if self.lean_cpu_s is None else max(0.0, self.lean_cpu_s - spend.lean_cpu_s),
            wall_s=None if self.wall_s is None else max(0.0, self.wall_s - spend.wall_s),
            usd=None if self.usd is None else max(0.0, self.usd - spend.cost_usd),
        )

    def __str__(self) -> str:
        """The text that `parse_budget` reads back, e.g. `samples=8,wall=60s`."""
        bounds = ((key, getattr(self, name)) for key, name in _KEYS.items())
        return ",".join(f"{key}={_text(key, value)}" for key, value in bounds if value is not None)


def parse_budget(text: str, base: Budget | None = None) -> Budget:
    """`base` with the bounds that `text` names, e.g. `wall=60s,lean_cpu=1m,tokens=100k`; and
    `wall=none` lifts one. Raises `InputError` that says which part is wrong and what was expected."""
    bounds: dict[str, Any] = {}
    for part in text.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or key not in _KEYS:
            known = ", ".join(_KEYS)
            raise InputError(
                f"budget: expected NAME=VALUE with NAME one of {known}, found {part.strip()!r} "
                f"(example: {_EXAMPLE})"
            )
        if _KEYS[key] in bounds:
            raise InputError(f"budget: {key} is given twice")
        bounds[_KEYS[key]] = _bound(key, value)
    return dataclasses.replace(base or Budget(), **bounds)


def _text(key: str, value: float) -> str:
    unit = "s" if _UNITS[key] is _SECONDS else ""
    return str(value) if _UNITS[key] is _COUNTS else f"{value:.9f}".rstrip("0").rstrip(".") + unit


def _bound(key: str, value: str) -> float | int | None:
    if value == "none":
        return None
    units = _UNITS[key]
    match = re.fullmatch(r"(\d{1,15}(?:\.\d{1,9})?)([a-zA-Z]*)", value, re.ASCII)
    if match is None or match[2] not in units:
        names = ", ".join(unit for unit in units if unit)
        expected = f"a positive number{', with or without one of ' + names if names else ''}"
        raise InputError(f"budget: {key}: expected {expected}, found {value!r}")
    number = float(match[1]) * units[match[2]]
    if units is _COUNTS and not math.isclose(number, round(number), abs_tol=1e-9):
        raise InputError(f"budget: {key}: expected a whole number, found {value!r}")
    if number <= 0:
        raise InputError(f"budget: {key}: expected a positive number, found {value!r}")
    return round(number) if units is _COUNTS else number


@dataclass(frozen=True, slots=True)
class RunConfig:
    """Everything that decides the outcome of a run, and how it is carried out."""

    verb: str
    benchmark: str
    """Name of the problem set, e.g. `minif2f`, or the file or folder it was read from."""
    sha256: str
    """Digest of the problems' bytes."""
    profile: str
    toolchain: str
    policy: str
    policy_settings: Mapping[str, Scalar]
    budget: Budget
    split: str = ""
    copy: str = ""
    """Which public copy of the benchmark, with its commit."""
    project: str = ""
    model: str = ""
    """The model that every role asks, where `models` names no other: what it is and how it is addressed."""
    models: Mapping[str, str] = field(default_factory=dict)
    """By role, the models that are asked instead."""
    checker: str = "warm"
    """What reads a text first: `warm`, `plain` or `interact`."""
    seed: int = 0
    limit: int | None = None
    job: Mapping[str, Scalar] = field(default_factory=dict)
    """What a job of several stages fixes beyond its search for proofs."""
    code: str = ""
    """Version and source digest of this package: two versions never share a run."""
    jobs: int = field(default=1, metadata={"identity": False})
    inflight: int = field(default=1, metadata={"identity": False})
    run_budget: Budget = field(default_factory=Budget, metadata={"identity": False})

    @property
    def identity(self) -> dict[str, Any]:
        """The part that decides the outcome, as JSON values."""
        # By way of JSON, as the run folder keeps it: 5 and 5.0 seconds are one bound.
        plain = to_json(from_json(RunConfig, to_json(self)))
        return {f.name: plain[f.name] for f in dataclasses.fields(self) if f.metadata.get("identity", True)}

    @property
    def hash(self) -> str:
        return digest(self.identity)


def differences(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> list[str]:
    """One line `name: OLD, now NEW` for each value that differs between two identities."""
    lines: list[str] = []
    for name in sorted(set(old) | set(new)):
        before, after = old.get(name), new.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            lines += differences(before, after, f"{prefix}{name}.")
        elif before != after:
            lines.append(f"{prefix}{name}: {before!r}, now {after!r}")
    return lines


@functools.cache
def code_version() -> str:
    """This package's version with a digest of its sources, e.g. `0.1.0+3f9a12bc`."""
    package = Path(__file__).parent
    sources = hashlib.sha256()
    for path in sorted(path for kind in ("py", "toml", "jinja") for path in package.rglob(f"*.{kind}")):
        content = path.read_bytes()
        sources.update(f"{path.relative_to(package).as_posix()} {len(content)}\n".encode() + content)
    return f"{__version__}+{sources.hexdigest()[:8]}"
