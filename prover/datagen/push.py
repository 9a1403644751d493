"""Upload of a finished data set to a Hugging Face repository, by `huggingface_hub` (the extra `export`).

The token comes from the environment (`HF_TOKEN`) or from `hf auth login`. A new repository is private unless told
otherwise. Errors of the network and of the server are told in one line.
"""

from __future__ import annotations

import re
from pathlib import Path

from prover.errors import InfraError, InputError, MissingError

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def check_repo(repo: str) -> str:
    """`OWNER/NAME`. Raises `InputError`."""
    if not _REPO.fullmatch(repo) or ".." in repo or len(repo) > 96:
        raise InputError(f"--push: expected OWNER/NAME, found {repo!r}")
    return repo


def check_ready() -> None:
    """Raises `MissingError` where the library or a token is missing: before hours of work, not after them."""
    try:
        import huggingface_hub  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise MissingError("--push needs huggingface_hub", "pip install 'prover[export]'") from None
    if not huggingface_hub.get_token():
        raise MissingError("--push needs a token of Hugging Face that may write", "export HF_TOKEN=…")


def push(folder: Path, repo: str, *, public: bool = False, message: str = "Data set") -> str:
    """Upload the folder as it is; returns the commit's address.

    Raises `InfraError` where the network or the server fails, `InputError` where it refuses.
    """
    check_ready()
    from huggingface_hub import HfApi  # noqa: PLC0415
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415

    api = HfApi()
    try:
        api.create_repo(repo, repo_type="dataset", private=not public, exist_ok=True)
        done = api.upload_folder(
            folder_path=folder, repo_id=repo, repo_type="dataset", commit_message=message, delete_patterns="*"
        )
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        line = " ".join(str(error.server_message or error).split())[:300]
        if 400 <= status < 500 and status not in (408, 429):
            raise InputError(f"--push {repo}: the server refused ({status}): {line}") from None
        raise InfraError(
            f"--push {repo}: the server failed ({status}): {line}; the data set is in {folder}"
        ) from None
    except (
        OSError,
        *HfHubHTTPError.__bases__,
    ) as error:  # its bases: the errors of the HTTP library that it uses
        line = " ".join(str(error).split())[:300]
        raise InfraError(f"--push {repo}: no connection: {line}; the data set is in {folder}") from None
    return str(done.commit_url)
