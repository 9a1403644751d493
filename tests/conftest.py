"""Fixtures shared by all tests: the embedded Lean, compiled once per machine, and a checker over it."""

from __future__ import annotations

import pytest

from prover.lean.checker import PlainChecker
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain, open_toolchain


@pytest.fixture(scope="session")
def core() -> Toolchain:
    """Real Lean, profile `core`."""
    return open_toolchain("core")


@pytest.fixture
def checker(core: Toolchain) -> PlainChecker:
    return PlainChecker(core, jobs=2, limits=Limits(wall_s=60))
