"""Upload of a finished data set to a Hugging Face repository, by `huggingface_hub` (the extra `export`).

The token comes from the environment (`HF_TOKEN`) or from `hf auth login`. A new repository is private unless told
otherwise. Errors of the network and of the server are told in one line.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

from prover.errors import InfraError, InputError, MissingError

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_TOO_MUCH = (408, 429)


def check_repo(repo: str) -> str:
    """`OWNER/NAME`. Raises `InputError`."""
    if not _REPO.fullmatch(repo) or ".." in repo or len(repo) > 96:
        raise InputError(f"--push: expected OWNER/NAME, found {repo!r}")
    return repo


def check_ready() -> None:
    """Raises `MissingError` where the library or a token is missing."""
    if not _hub().get_token():
        raise MissingError("--push needs a token of Hugging Face that may write", "export HF_TOKEN=…")


def push(folder: Path, repo: str, *, public: bool = False, message: str = "Data set") -> str:
    """Upload the folder as it is, in place of what the repository held; returns the commit's address.

    Raises `InfraError` where the network or the server fails, `InputError` where it refuses.
    """
    check_ready()
    hub = _hub()
    # The bases of its error are those of the HTTP library that this version uses.
    network: Any = (OSError, *hub.errors.HfHubHTTPError.__bases__)
    api = hub.HfApi()
    try:
        api.create_repo(repo, repo_type="dataset", private=not public, exist_ok=True)
        done = api.upload_folder(
            folder_path=folder, repo_id=repo, repo_type="dataset", commit_message=message, delete_patterns="*"
        )
    except network as error:
        response = getattr(error, "response", None)
        status = int(getattr(response, "status_code", 0) or 0)
        line = " ".join(str(getattr(error, "server_message", "") or error).split())[:300]
        if 400 <= status < 500 and status not in _TOO_MUCH:
            raise InputError(f"--push {repo}: the server refused ({status}): {line}") from None
        what = f"the server failed ({status})" if status else "no connection"
        raise InfraError(f"--push {repo}: {what}: {line}; the data set is in {folder}") from None
    return str(done.commit_url)


def _hub() -> Any:
    try:
        importlib.import_module("huggingface_hub.errors")
        return importlib.import_module("huggingface_hub")
    except ImportError:
        raise MissingError("--push needs huggingface_hub", "pip install 'prover[export]'") from None
