"""Downloads of public benchmarks: pinned, checked, and put in place as a whole or not at all.

A copy is fetched from the commit that `data/sources.toml` names. Its digest must be the one in that table or, where
the table knows none, the one that this machine saw when it first fetched that commit (trust on first use: a first
fetch through a hostile network would not be noticed, any later change is). Its rows must be as many as the table says.

Failures: `MissingError` where something outside is not there (no network, no such file), `InfraError` where a transfer
broke off, was too slow or brought the wrong bytes. Neither leaves anything behind. GitHub is the only host, over HTTPS.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import itertools
import os
import shutil
import socket
import ssl
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from prover.codec import dumps
from prover.errors import InfraError, InputError, MissingError
from prover.problems import load_problems
from prover.problems.cards import Card, Fetched, Source, benchmarks_dir, digest_of, read_card, sources

STALL_S = 30.0
TOTAL_S = 600.0
MAX_DOWNLOAD = 200_000_000
MAX_UNPACKED = 500_000_000
_CHUNK = 1 << 16


class Response(Protocol):
    """What is used of an HTTP response."""

    def getheader(self, name: str, /) -> str | None: ...

    def read(self, size: int, /) -> bytes: ...


Opener = Callable[[str, float], AbstractContextManager[Response]]
"""Opens a URL; the number is how many seconds of silence to bear. Raises `OSError` or `HTTPException`."""


@dataclass(frozen=True, slots=True)
class Download:
    """Where a copy lies now. `fresh` is false when it was there already, and unchanged."""

    path: Path
    card: Card
    fresh: bool


def fetch(
    name: str,
    dest: Path | None = None,
    *,
    opener: Opener | None = None,
    table: Mapping[str, Source] | None = None,
    total_s: float = TOTAL_S,
) -> Download:
    """Make sure that the benchmark `name` lies in `dest` (the user's cache, if not given), and tell where."""
    known = sources() if table is None else table
    if name not in known:
        raise InputError(f"no public copy is called {name!r}: expected {', '.join(known)}")
    source = known[name]
    folder = dest or benchmarks_dir()
    before = read_card(folder, name)
    if before is not None and before.card.commit != source.commit:
        before = None
    expected = source.sha256 or (before.card.sha256 if before else "")
    if before is not None and digest_of(folder / before.location) == expected:
        return Download(folder / before.location, before.card, fresh=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as scratch:
            content = _download(name, source, Path(scratch), opener or _open, total_s)
            trust = "pinned" if source.sha256 else "first use"
            digest = _checked_digest(name, source, content, expected, folder)
            copy = f"{source.repository}/{source.path}"
            card = Card(source.benchmark, copy, source.commit, digest, source.licence, trust)
            location = _install(content, folder, f"{name}-{source.commit[:12]}", Path(scratch))
            card_file = Path(scratch) / "card"
            card_file.write_text(dumps(Fetched(card, location)) + "\n", encoding="utf-8")
            card_file.replace(folder / f"{name}.json")
    except OSError as error:
        raise InfraError(f"{folder}: the copy cannot be stored: {error}; {_again(name)}") from error
    return Download(folder / location, card, fresh=True)


def _again(name: str) -> str:
    return f"nothing was kept; try again: prover data fetch {name}"


def _download(name: str, source: Source, scratch: Path, opener: Opener, total_s: float) -> Path:
    """The problem file, or the folder of them, below `scratch`."""
    content = scratch / "content"
    content.mkdir()
    archive = source.path.endswith("/")
    target = scratch / "archive" if archive else content / PurePosixPath(source.path).name
    _transfer(name, source.url, target, opener, total_s)
    if not archive:
        return target
    try:
        _unpack(target, source.path, content)
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise InfraError(
            f"{source.url}: not the archive that was expected: {error}; {_again(name)}"
        ) from error
    return content


def _transfer(name: str, url: str, target: Path, opener: Opener, total_s: float) -> None:
    with target.open("wb") as file:
        for chunk in _chunks(name, url, opener, total_s):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _chunks(name: str, url: str, opener: Opener, total_s: float) -> Iterator[bytes]:
    deadline = time.monotonic() + total_s
    received = 0
    try:
        with opener(url, min(STALL_S, total_s)) as response:
            length = response.getheader("Content-Length") or ""
            while chunk := response.read(_CHUNK):
                received += len(chunk)
                if received > MAX_DOWNLOAD:
                    raise InfraError(f"{url}: more than {MAX_DOWNLOAD:,} bytes; {_again(name)}")
                if time.monotonic() > deadline:
                    raise InfraError(f"{url}: not done within {total_s:g} s; {_again(name)}")
                yield chunk
    except (OSError, http.client.HTTPException) as error:
        raise _network_error(name, url, error) from error
    if length.isdigit() and received != int(length):
        raise InfraError(f"{url}: broke off after {received:,} of {int(length):,} bytes; {_again(name)}")


def _network_error(name: str, url: str, error: Exception) -> MissingError | InfraError:
    """`MissingError` for what trying again does not mend."""
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (401, 403, 404, 410, 451):
            remedy = f"prover eval --data FILE, with a copy of {name} from elsewhere"
            return MissingError(f"{url}: not there (HTTP {error.code})", remedy)
        return InfraError(f"{url}: the server answered HTTP {error.code}; {_again(name)}")
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, socket.gaierror | ConnectionRefusedError | ssl.SSLError) or (
        isinstance(reason, OSError) and not isinstance(reason, TimeoutError | ConnectionError)
    ):
        remedy = (
            f"prover data fetch {name}, where there is a network, or prover eval --data FILE, with a copy"
        )
        return MissingError(f"{url}: cannot be reached: {reason}", remedy)
    return InfraError(f"{url}: broke off: {reason or type(reason).__name__}; {_again(name)}")


def _unpack(archive: Path, wanted: str, target: Path) -> None:
    """The files below `wanted` of a repository's archive, and its licence. Links and special files are left out."""
    total = 0
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            # The first part is the archive's own folder, `REPOSITORY-COMMIT`.
            parts = PurePosixPath(member.name).parts[1:]
            inside = "/".join(parts)
            licence = len(parts) == 1 and parts[0].upper().startswith(("LICENSE", "LICENCE", "COPYING"))
            if not member.isfile() or not (inside.startswith(wanted) or licence):
                continue
            if ".." in parts or member.name.startswith("/"):
                raise ValueError(f"a file outside of the folder: {member.name!r}")
            total += member.size
            if total > MAX_UNPACKED:
                raise ValueError(f"more than {MAX_UNPACKED:,} bytes in it")
            data = tar.extractfile(member)
            assert data is not None, "a regular file has content"
            path = target.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with data, path.open("xb") as file:
                shutil.copyfileobj(data, file)


def _checked_digest(name: str, source: Source, content: Path, expected: str, folder: Path) -> str:
    try:
        loaded = load_problems(content)
    except InputError as error:
        raise InfraError(f"{source.url}: not problems: {error}; {_again(name)}") from error
    digest = loaded.digest
    if expected and digest != expected:
        where = "data/sources.toml" if source.sha256 else f"{folder / name}.json, written at the first fetch"
        raise InfraError(
            f"{source.url}: wrong content, SHA-256 {digest}, expected {expected} ({where}); nothing was kept"
        )
    splits = Counter(problem.split for problem in loaded.problems)
    wanted = sum(source.problems.values())
    rows = len(loaded.problems) + len(loaded.refused)
    if source.problems and (rows != wanted or (not loaded.refused and splits != dict(source.problems))):
        found = ", ".join(f"{split or 'no split'} {count}" for split, count in sorted(splits.items()))
        raise InfraError(f"{source.url}: wrong content: expected {wanted} problems, found {rows} ({found})")
    return digest


def _install(content: Path, folder: Path, stem: str, scratch: Path) -> str:
    """Move the content to its place; what was there before goes with the scratch folder. Returns where it is."""
    place = folder / stem
    moved = scratch / "moved"
    if content.is_file():
        moved.mkdir()
        content.rename(moved / content.name)
    else:
        content.rename(moved)
    for attempt in itertools.count():
        with contextlib.suppress(FileNotFoundError):
            place.rename(scratch / f"old{attempt}")
        try:
            moved.rename(place)
            break
        except OSError as error:
            # Another process was faster: what it put there is moved aside in turn.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or attempt == 100:
                raise
    return f"{stem}/{content.name}" if (place / content.name).is_file() else stem


def _open(url: str, stall_s: float) -> AbstractContextManager[Response]:
    request = urllib.request.Request(url, headers={"User-Agent": "prover"})
    response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=stall_s)
    if url.startswith("https:") and not response.geturl().startswith("https:"):
        response.close()
        raise urllib.error.URLError("redirected away from HTTPS")
    return response
