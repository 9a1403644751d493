"""Which weights a run was made with: a short digest for a local folder, the commit for a model of the Hub.

Cheap, and still told apart: two checkpoints of one training have equal shapes and sizes, so large files are sampled
and small ones hashed whole. A change that touches none of the samples of a large file goes unseen.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

_WHOLE = 64 << 20
_SAMPLES, _SAMPLE = 64, 1 << 14
_READ = (".json", ".safetensors", ".bin", ".model", ".jinja", ".txt")


def weights_digest(folder: Path) -> str:
    """Twelve hex digits over the names and contents of a folder's model files, without its subfolders."""
    sha = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix not in _READ or not path.is_file():
            continue
        size = path.stat().st_size
        sha.update(f"{path.name} {size}\n".encode("utf-8", "replace"))
        with path.open("rb") as file:
            if size <= _WHOLE:
                sha.update(file.read())
                continue
            for place in range(_SAMPLES):
                file.seek((size - _SAMPLE) * place // (_SAMPLES - 1))
                sha.update(file.read(_SAMPLE))
    return sha.hexdigest()[:12]


def weights_name(name: str, commit: str = "") -> str:
    """`NAME@DIGEST` for a folder, `NAME@COMMIT` for the Hub's, `NAME` where no commit is known."""
    if Path(name).is_dir():
        return f"{name}@{weights_digest(Path(name))}"
    return f"{name}@{commit[:12]}" if commit else name
