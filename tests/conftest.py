"""What all tests share: the embedded Lean, compiled once per machine, a checker over it, and which test comes when."""

from __future__ import annotations

from pathlib import Path

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several workers begin with the long tests, some folders of them each, so that what one takes from another in the
    end is short and none waits for the last."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers == 1:
        return
    folders: dict[Path, list[pytest.Item]] = {}
    short = []
    for item in items:
        if item.get_closest_marker("slow"):
            folders.setdefault(item.path.parent, []).append(item)
        else:
            short.append(item)
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for place, found in enumerate(folders.values()):
        shares[place % workers] += found
    ordered: list[pytest.Item] = []
    for place, share in enumerate(shares):
        # As xdist deals them out at first: to each worker as many that follow each other.
        count = max(0, (len(items) - len(ordered)) // (workers - place) - len(share))
        ordered += [*share, *short[:count]]
        del short[:count]
    items[:] = ordered + short
