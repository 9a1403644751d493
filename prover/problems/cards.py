"""Benchmarks by name, and the card that says which copy of one a score speaks of.

`core` ships with the project; the others are listed in `data/sources.toml` and must be fetched once (`prover.fetch`),
into the user's cache. Anything else is a path; its card is the path and the digest of what lies there.

A fetched copy has its card beside it, `NAME.json`: where it came from, and the SHA-256 that it must have. A copy that
has changed since is refused. `trust` tells how the digest is known: `pinned` in the table, or `first use`, the one
seen when it was first fetched from the pinned commit, by which later fetches are judged.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prover.codec import from_json, loads
from prover.errors import InfraError, InputError, MissingError
from prover.paths import bundled, cache_dir
from prover.problems.files import content_digest

CORE = "core"


@dataclass(frozen=True, slots=True)
class Source:
    """A pinned public copy: a file of a repository, or a folder of it where `path` ends in `/`."""

    benchmark: str
    repository: str
    """`OWNER/NAME` on GitHub."""
    commit: str
    path: str
    licence: str
    sha256: str = ""
    """Digest of the problem file or files (`content_digest`); empty where it is not known."""
    problems: Mapping[str, int] = field(default_factory=dict)
    """How many each split holds; empty where that is not known."""

    @property
    def url(self) -> str:
        if self.path.endswith("/"):
            return f"https://codeload.github.com/{self.repository}/tar.gz/{self.commit}"
        return f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{self.path}"


@dataclass(frozen=True, slots=True)
class Card:
    """Which problems these are. A score names it."""

    name: str
    copy: str
    """The repository and path of a public copy, `bundled`, or a path of this machine."""
    commit: str = ""
    sha256: str = ""
    licence: str = ""
    trust: str = "local"
    """`pinned`, `first use`, `bundled` or `local`: how the digest is known."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The content of a card file: a card, and where the copy lies relative to it."""

    card: Card
    location: str


@functools.cache
def sources() -> Mapping[str, Source]:
    """The table of public copies, by name."""
    path = bundled("data", "sources.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MissingError(f"{path}: {error.strerror}", "install the project again") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
    return {name: from_json(Source, entry, name) for name, entry in table.items()}


def benchmarks_dir() -> Path:
    """Where fetched copies lie."""
    return cache_dir() / "benchmarks"


def read_card(folder: Path, name: str) -> Fetched | None:
    """The card file of a fetched copy; `None` where it was never fetched to this folder."""
    path = folder / f"{name}.json"
    try:
        return loads(Fetched, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, InputError) as error:
        raise InputError(f"{path}: not a card file ({error}): delete it and fetch {name} again") from error


def resolve_benchmark(name_or_path: str) -> tuple[str, Card]:
    """Where the problems are, and their card. A path called like a benchmark is written `./NAME`."""
    if name_or_path == "-":
        return "-", Card("stdin", "standard input")
    if name_or_path == CORE:
        path = bundled("data", "core")
        if not path.is_dir():
            raise MissingError(f"{path}: the bundled problems are missing", "install the project again")
        return str(path), benchmark_card(path)
    if name_or_path in sources():
        fetched = read_card(benchmarks_dir(), name_or_path)
        path = benchmarks_dir() / fetched.location if fetched else Path()
        if fetched is None or not path.exists():
            raise MissingError(f"{name_or_path} is not on this machine", f"prover data fetch {name_or_path}")
        if digest_of(path) != fetched.card.sha256:
            raise InfraError(
                f"{path}: changed since it was fetched, expected SHA-256 {fetched.card.sha256}; "
                f"mend it with: prover data fetch {name_or_path}"
            )
        return str(path), fetched.card
    if not Path(name_or_path).exists():
        names = ", ".join([CORE, *sources()])
        raise InputError(f"{name_or_path}: neither a benchmark ({names}) nor a file or folder")
    return name_or_path, benchmark_card(name_or_path)


def benchmark_card(path: str | Path) -> Card:
    """The card of what lies at a path: of the bundled set, of a fetched copy, else its path and digest."""
    place = Path(path).resolve()
    if place == bundled("data", "core").resolve():
        return Card(CORE, "bundled", "", digest_of(place), "Apache-2.0", "bundled")
    for name in sources() if place.is_relative_to(benchmarks_dir().resolve()) else ():
        fetched = read_card(benchmarks_dir(), name)
        if fetched and (benchmarks_dir() / fetched.location).resolve() == place:
            return resolve_benchmark(name)[1]
    return Card(place.name, str(path), "", digest_of(place))


def digest_of(path: Path) -> str:
    """`content_digest`; empty where there is nothing to digest, which is for the reader of the problems to tell."""
    if not (path.is_file() or path.is_dir()):
        # A pipe can be read only once.
        return ""
    try:
        return content_digest(path)
    except (OSError, InputError):
        return ""
