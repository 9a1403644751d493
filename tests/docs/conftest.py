"""The documentation's site, built once as `make docs` builds it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built pages; a warning of the build is an error."""
    pytest.importorskip("sphinx", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("site")
    # The build writes the reference's stubs beside the pages, and other tests may read those meanwhile.
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("_api"))
    (folder / "prover").symlink_to(ROOT / "prover")
    call = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "docs", "html"]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "html"
