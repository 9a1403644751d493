"""Where the project's own files are: beside the package in a checkout, inside it in an installed wheel.

User files go where the platform wants them: `cache_dir()` for what can be rebuilt or downloaded again.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def bundled(*parts: str) -> Path:
    """Path of a shipped file or folder, e.g. `bundled("lean_project", "core")`. It may not exist."""
    installed = _PACKAGE / "_bundled"
    root = installed if installed.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)


def cache_dir() -> Path:
    """The per-user cache; `PROVER_CACHE` overrides it. Not created here."""
    override = os.environ.get("PROVER_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir("prover", appauthor=False))
